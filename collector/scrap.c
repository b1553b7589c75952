#include "scrap.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void scrap_begin(scrap *self, uint64_t offset, uint64_t line)
{
    self->there = false;
    self->offset = offset;
    self->line = line;
    self->size = self->kept = 0;
    digest_restart(self->sum);
}

void scrap_add(scrap *self, text octets)
{
    size_t room = sizeof self->octets - self->kept, taken = octets.size < room ? octets.size : room;
    if (octets.size == 0)
        return;
    memcpy(self->octets + self->kept, octets.at, taken);
    self->kept += taken;
    self->size += octets.size;
    digest_feed(self->sum, octets.at, octets.size);
}

void scrap_end(scrap *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(self->reason, sizeof self->reason, format, args);
    va_end(args);
    self->there = true;
}

bool scrap_is_blank(const scrap *self)
{
    return self->size == self->kept && text_trim((text){self->octets, self->kept}).size == 0;
}

void scrap_give(scrap *self, text origin, source_row *out)
{
    text row = {self->octets, self->kept};
    self->there = false;
    *out = (source_row){
        .kind = ROW_FAULTY, .line = self->line, .end = self->offset,
        .faulty = {.origin = origin, .line = self->line, .column = text_of("the row"), .reason = text_of(self->reason),
                   .row = row, .size = self->size,
                   .digest = self->size > self->kept ? digest_64(self->sum) : digest_text(row)},
    };
}
