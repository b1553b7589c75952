#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

enum { LINE_SIZE_MAX = 2048 };

static log_level threshold = LOG_INFO; /* set once, in main, before there are threads */

void log_threshold(log_level lowest)
{
    threshold = lowest;
}

bool log_wants(log_level level)
{
    return level >= threshold;
}

void log_line(log_level level, const char *event, const char *format, ...)
{
    static const char *const names[] = {"trace", "info", "warn", "error"};
    char stamp[32], line[LINE_SIZE_MAX];
    if (!log_wants(level))
        return;
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
    int used = snprintf(line, sizeof line, "%s %-5s %s  ", stamp, names[level], event);
    if (used < 0 || (size_t)used >= sizeof line)
        return;
    va_list args;
    va_start(args, format);
    int more = vsnprintf(line + used, sizeof line - (size_t)used, format, args);
    va_end(args);
    /* What somebody else wrote may stand in it: it must not look like another line, nor command a terminal. */
    for (char *at = line; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            *at = '?';
    (void)fprintf(stderr, "%s%s\n", line, more >= (int)sizeof line - used ? " ..." : ""); /* one write a line */
}
