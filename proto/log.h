/* log.h - one line for each thing that an operator may want to know, on standard error.
 *
 * "2025-03-31T12:00:00Z info  ready  endpoint=tcp://127.0.0.1:7010". An event's name never changes, so
 * that it can be searched for; what varies stands behind it as key=value.
 */
#ifndef TOCSIN_LOG_H
#define TOCSIN_LOG_H

#include <stdbool.h>

typedef enum log_level { LOG_TRACE, LOG_INFO, LOG_WARN, LOG_ERROR } log_level;

/* Levels below this are left out. LOG_INFO unless told otherwise: the process's one setting, made once
 * in main before anything else runs. */
void log_threshold(log_level lowest);
bool log_wants(log_level level);

__attribute__((format(printf, 3, 4))) void log_line(log_level level, const char *event, const char *format, ...);

#endif
