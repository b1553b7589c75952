#include "origin_tally.h"

void origin_tally_add(origin_tally *self, text origin)
{
    for (size_t i = 0; i < self->count; i++)
        if (text_is(origin, self->names[i])) {
            self->counts[i]++;
            return;
        }
    self->more = self->count == sizeof self->counts / sizeof self->counts[0];
    if (self->more || origin.size > CODE_SIZE_MAX)
        return;
    text_copy(origin, self->names[self->count], sizeof self->names[0]);
    self->counts[self->count++] = 1;
}

text origin_tally_first(const origin_tally *self, text otherwise)
{
    size_t best = 0;
    for (size_t i = 1; i < self->count; i++)
        if (self->counts[i] > self->counts[best])
            best = i;
    return self->count > 0 ? text_of(self->names[best]) : otherwise;
}
