#include "trace.h"

#include <stdarg.h>
#include <stdio.h>

#include "proto/digest.h"

void trace_say(trace *self, const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    self->lines++;
    self->digest = digest_seeded(text_of(line), self->digest ^ (uint64_t)self->now_ms);
    if (self->shown)
        printf("%9.3f s  %s\n", (double)self->now_ms / 1000, line);
}

void trace_fault(trace *self, const char *format, ...)
{
    va_list args;
    if (self->fault[0] != '\0')
        return;
    va_start(args, format);
    (void)vsnprintf(self->fault, sizeof self->fault, format, args);
    va_end(args);
    trace_say(self, "BROKEN: %s", self->fault);
}

bool trace_is_fine(const trace *self)
{
    return self->fault[0] == '\0';
}
