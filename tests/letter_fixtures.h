/* letter_fixtures.h - events as the judge makes them, without a judge: for tests of what is said of them. */
#ifndef TOCSIN_LETTER_FIXTURES_H
#define TOCSIN_LETTER_FIXTURES_H

#include "delivery/letter.h"

/* 3 March 2026, 14:05 in London. */
enum { MARCH_2026_S = 1772546700 };

/* Shoplifting in Stafford against the baseline, from watch to priority: event 17 of alert 12, with two caveats. */
alert_event shoplifting(void);

/* Theft offences in Stafford, which shoplifting is part of: event 18, elevated, of the same batch. */
alert_event theft(void);

/* A fall: robbery in Stafford, event 19. */
alert_event robbery_falls(void);

/* The end of the alert on shoplifting: event 25, twelve days on. */
alert_event shoplifting_ends(void);

/* Somebody acknowledged it: event 20. */
alert_event shoplifting_acknowledged(void);

/* A feed is late: event 21. */
alert_event feed_is_late(void);

/* Where things stand at the end of a load: so many events of one batch from number 101 on, one of each level in turn from priority
 * downwards, then a fall. In the arena. */
alert_event *standing_events(size_t count, arena *memory);

/* As a subscription "duty inspector" in Stafford, elevated and above, with a dashboard. */
extern const letter_style duty_inspector;

#endif
