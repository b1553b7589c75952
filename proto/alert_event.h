/* alert_event.h - one entry of the event list, as everybody outside is told it: codes and names, no numbers of a store.
 *
 * Read from the store by alerting/event_list, carried by the announcer, shown by every channel (terminal, mail, webhook,
 * feed) from the same struct and in the same JSON. Which events a subscriber wants is a filter; whether one pages
 * is decided here and nowhere else. Proved by tests/test_alert_event.c.
 */
#ifndef TOCSIN_ALERT_EVENT_H
#define TOCSIN_ALERT_EVENT_H

#include "calendar.h"
#include "jsondoc.h"
#include "levels.h"
#include "memory.h"

typedef enum event_kind {
    /* By the counts (and, raised and cleared, of Tocsin's own state). */
    EVENT_RAISED,
    EVENT_ESCALATED,
    EVENT_LOWERED,
    EVENT_TURNED,       /* from rising to falling, or back, at the same level */
    EVENT_CLEARED,
    EVENT_STANDING,     /* where a series stands at the end of a load, whatever it was before */
    /* By people. */
    EVENT_ACKNOWLEDGED,
    EVENT_COMMENTED,
    EVENT_REOPENED,
    EVENT_SILENCED,
    EVENT_UNSILENCED,
    EVENT_KINDS
} event_kind;

/* "raised" and so on: the word that is stored and shown. */
const char *event_kind_text(event_kind kind);
bool event_kind_read(text from, event_kind *out);

/* Did a person do it? */
bool event_kind_by_people(event_kind kind);

typedef struct text_list {
    const text *at;
    size_t count;
} text_list;

typedef struct alert_event {
    uint64_t number;           /* 1, 2, 3 ... without a gap: what subscribers go by */
    int64_t at_s;              /* when it was announced: seconds since 1970 UTC */
    event_kind kind;
    uint64_t alert;            /* the number of the alert it belongs to: that of the event that opened it; 0: none */
    uint64_t batch;            /* events of one batch belong into one message */
    text subject;              /* of Tocsin's own state: "source ORIGIN", "disk", "backup"; empty: of a series */
    text area, area_name;      /* empty: none */
    text_list areas;           /* codes: the area, all that it lies in, and groups that it belongs to */
    text category, title;      /* empty: none */
    text_list categories;      /* codes: the category and all above it */
    day_number as_of;          /* the date looked from; DAY_NONE: none */
    alert_level level_before, level;
    trend_direction direction_before, direction;
    text rule;                 /* its name in priorities.yaml */
    bool corrected;            /* records of earlier dates changed it, not the passing of time */
    text lowest, lowest_title; /* the lowest category that explains the move; empty: none does */
    text words;                /* what is announced, in plain English */
    text_list caveats;         /* what to be careful about: sentences without a full stop */
    text figures;              /* a JSON object: what was compared, thresholds, p */
    text who, note;            /* by people */
    bool silenced;             /* a silence held for it when it was announced */
} alert_event;

/* Should it reach people wherever they are? A rise to elevated or above (of a series, or trouble of Tocsin's own) that
 * nobody has silenced. Falls, watch, and what people did are shown, never paged. */
bool alert_event_pages(const alert_event *self);

/* The end of what paged: lowered, turned to falling, or cleared, from a rise of elevated or above. Under a silence, too: a
 * case that was opened for it elsewhere is then closed, and one end too many harms nobody. */
bool alert_event_relieves(const alert_event *self);

/* The one JSON form, keys as the fields are called; `figures` as an object. The caller destroys it. */
jsondoc *alert_event_json(const alert_event *self);

/* A copy whose texts and lists live in the arena. */
alert_event alert_event_kept(const alert_event *self, arena *memory);

/* --- who wants which ----------------------------------------------------------------------------- */

typedef enum event_about { ABOUT_ALL, ABOUT_SERIES, ABOUT_TOCSIN, EVENT_ABOUTS } event_about;

/* "all", "series", "tocsin". */
const char *event_about_text(event_about about);
bool event_about_read(text from, event_about *out);

/* Everything that is empty or nought lets everything through. */
typedef struct event_filter {
    text_list areas;      /* codes of areas and groups: what happens in any of them, with all beneath */
    text_list categories; /* codes: any of them, with all beneath */
    alert_level level;    /* at least this, before or after: who was told of a rise is told of its end */
    event_about about;
} event_filter;

bool event_filter_passes(const event_filter *self, const alert_event *one);

#endif
