/* alert_fixtures.h - events as the judge would tell them, put into the store of an engine's world. */
#ifndef TOCSIN_ALERT_FIXTURES_H
#define TOCSIN_ALERT_FIXTURES_H

#include "engine_fixtures.h"
#include "proto/alert_event.h"

/* One event of a series, rising where it is above normal; it says "It moved.".
 *   alert   EVENT_OPENS: it opens one
 * Returns   its number */
uint64_t tell_move(engine_world *w, uint64_t alert, event_kind kind, const char *area_code, const char *category_code,
                   alert_level before, alert_level after);

/* The same of burglary in D1, to elevated. */
uint64_t tell_raise(engine_world *w);

/* The numbers of an area and of a category. */
uint32_t area_number(engine_world *w, const char *code);
uint32_t category_number(engine_world *w, const char *code);

/* Begins a silence of two days from today. Returns its number.
 *   alert, area_code, category_code   0 and "": not this */
uint64_t tell_silence(engine_world *w, uint64_t alert, const char *area_code, const char *category_code);

/* Ends it, as nobody has asked for. */
void tell_silence_ended(engine_world *w, uint64_t id);

#endif
