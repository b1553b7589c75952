/* trace.h - the history of a simulated world, a line at a time: shown when somebody looks for a fault, and
 * always digested, so that two runs of a seed can be compared.
 */
#ifndef TOCSIN_WORLD_TRACE_H
#define TOCSIN_WORLD_TRACE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct trace {
    bool shown;
    int64_t now_ms;   /* virtual time, for the beginning of each line */
    uint64_t lines;
    uint64_t digest;  /* of all lines */
    char fault[1024]; /* the first promise that was broken; empty: none */
} trace;

__attribute__((format(printf, 2, 3))) void trace_say(trace *self, const char *format, ...);

/* A promise is broken. The first one counts. */
__attribute__((format(printf, 2, 3))) void trace_fault(trace *self, const char *format, ...);

bool trace_is_fine(const trace *self);

#endif
