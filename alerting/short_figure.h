/* short_figure.h - what an event was decided on, in a few words: for lists, subjects and the small screen.
 * Proved by tests/test_short_figure.c.
 */
#ifndef TOCSIN_SHORT_FIGURE_H
#define TOCSIN_SHORT_FIGURE_H

#include "proto/alert_event.h"

/* "955, before 767: +24.5 %"; of Tocsin's own state what is announced; empty where nothing was compared. */
text short_figure(const alert_event *of, arena *memory);

/* "priority from 20 % with p below 0.001; elevated ...": the thresholds that it was decided by; or empty. */
text short_thresholds(const alert_event *of, arena *memory);

#endif
