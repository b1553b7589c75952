/* event_list.h - the list of events, read: the one truth behind every channel.
 *
 * Announcer, mail, webhooks, feeds and commands read it through this door, each with its own number of the last event
 * that it has dealt with. A reader of its own on the store, in short consistent pictures; never in the writer's way.
 * Proved by tests/test_event_list.c.
 */
#ifndef TOCSIN_EVENT_LIST_H
#define TOCSIN_EVENT_LIST_H

#include "figures/figures.h"
#include "proto/alert_event.h"
#include "silences.h"

enum { LINEAGE_SIZE = 17 };

/* Which list this is. A restored backup goes on from a number under a new name: who has seen more than `since` of the
 * old one has to go back to it. */
typedef struct event_lineage {
    char name[LINEAGE_SIZE]; /* 16 hexadecimal digits */
    uint64_t since;          /* up to this number the list is that which went before; 0: it is the first */
} event_lineage;

typedef struct event_list event_list;

/* Opens the store of a folder for itself; it may be kept open.
 * Errors   as store_open_reader; STATUS_NOT_FOUND: no reference data were ever adopted */
status event_list_open(const char *folder, event_list **out, char why[NOTE_SIZE_MAX]);

/* On figures that are open already, and stay open and as they are. */
status event_list_on(const figures *from, event_list **out);

void event_list_close(event_list **self);

/* What counts and names are read from, in one consistent picture, for as long as visit takes. What was told before is gone. */
status event_list_figures(event_list *self, status (*visit)(void *context, const figures *from), void *context);

/* The number of the newest event; 0: there is none. */
status event_list_newest(event_list *self, uint64_t *out);
status event_list_lineage(event_list *self, event_lineage *out);

/* Events behind a number that pass a filter, in order.
 *   after     the number of the last event that is known already
 *   max       looks at no more than so many events, passing or not
 *   filter    NULL: all pass
 *   visit     false ends the reading; what it is given lives until it returns
 *   through   everything up to this number was looked at (that which visit ended with, too); `after` when there was none */
status event_list_read(event_list *self, uint64_t after, size_t max, const event_filter *filter,
                       bool (*visit)(void *context, const alert_event *one), void *context, uint64_t *through);

/* The events of one alert. */
status event_list_of_alert(event_list *self, uint64_t alert, void (*visit)(void *context, const alert_event *one), void *context);

/* --- alerts: what the events add up to ------------------------------------------------------------ */

typedef struct told_alert {
    uint64_t id;
    alert_level level, highest;     /* as announced last; normal: cleared */
    trend_direction direction;
    int64_t opened_s, changed_s, closed_s; /* closed 0: open */
    alert_event decided;            /* the event that set its level: area, category, words, caveats ... */
    bool acknowledged;
    text acknowledged_by, acknowledged_note;
    int64_t acknowledged_s;
    const stored_silence *silence;  /* that holds today; NULL: none */
} told_alert;

/* Alerts that pass a filter, the oldest first: open ones, or all.
 *   today   the UK date on which silences are looked at */
status event_list_alerts(event_list *self, bool all, const event_filter *filter, day_number today,
                         bool (*visit)(void *context, const told_alert *one), void *context);

/* One alert. STATUS_NOT_FOUND: none has that number. What it tells lives until the list is read again. */
status event_list_alert(event_list *self, uint64_t id, day_number today, told_alert *out);

#endif
