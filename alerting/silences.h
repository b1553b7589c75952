/* silences.h - what is not to page, and when. Proved by tests/test_silences.c. */
#ifndef TOCSIN_SILENCES_H
#define TOCSIN_SILENCES_H

#include "figures/reference.h"

typedef struct silences silences;

/* All that there ever were. */
status silences_read(store *from, silences **out);
void silences_free(silences **self);

size_t silences_count(const silences *self);
const stored_silence *silences_at(const silences *self, size_t index);

/* Is the day one of the silence's, or of its returns? */
bool silence_covers_day(const stored_silence *self, day_number on);

/* The last day of the silence, or of that return of it, which holds on a day that it covers. */
day_number silence_last_day(const stored_silence *self, day_number on);

/* Does it speak of this alert, or of the area and category that this one is of or lies in? */
bool silence_speaks_of(const stored_silence *self, const reference *data, uint64_t alert, uint32_t area, uint32_t category);

/* The first that holds for an alert on a day; NULL: none does.
 *   until_event   silences that began behind this event, or had ended before it, do not count; 0: as of now */
const stored_silence *silences_holding(const silences *self, const reference *data, uint64_t alert, uint32_t area,
                                       uint32_t category, day_number on, uint64_t until_event);

#endif
