/* letter.h - events in the form that people and programs are sent them: mail, chat, webhook.
 *
 * Pure: from events to text; posts nothing, knows no subscriptions. What is said comes from the events' own words, so that
 * every channel says the same. Never a cause. Proved by tests/test_letter.c, test_letter_digest.c and test_letter_chat.c.
 */
#ifndef TOCSIN_LETTER_H
#define TOCSIN_LETTER_H

#include "alerting/event_list.h"

enum {
    SUBJECT_CHARACTERS_MAX = 78,
    LETTER_ITEMS_MAX = 50,   /* told in full, the most serious first; how many more there are is said */
};

/* The `subject` of a test that somebody asked for: an event in form only, which pages nobody. */
#define LETTER_TEST "test"

/* What the alerts were that end among the events. */
typedef struct ended_alert {
    uint64_t alert;
    int64_t opened_s;
    alert_level highest;
} ended_alert;

/* Several events, in order; those of one batch are told together. */
typedef struct letter_events {
    const alert_event *at;
    size_t count;
    const ended_alert *ended; /* for cleared ones; those that are missing are told without how long they stood */
    size_t ended_count;
} letter_events;

/* Where pictures come from, and what links lead to. */
typedef struct letter_style {
    text link;          /* the dashboard's address, "https://tocsin.example/"; empty: no links */
    text name;          /* of the subscription: stands in the foot, so that people know why they got it */
    const event_filter *filter; /* of the subscription: stands there too; NULL: all */
} letter_style;

/* One mail. Lines may be longer than SMTP's 998 octets: it has to be sent quoted-printable or in base 64. */
typedef struct letter {
    text subject;       /* UTF-8, one line, at most SUBJECT_CHARACTERS_MAX characters */
    text plain;
    text html;
    text picture;       /* PNG that the HTML shows as cid:rolling-year; empty: none */
} letter;

/* A picture of a series' rolling year, month by month, with the level it was compared with; empty when none can be
 * made (gnuplot is missing, nothing is known): mail goes without. picture.h draws it. */
typedef text letter_picture(void *context, const alert_event *of, arena *memory);

/* At once: what happened, the most serious batch first within its order.
 *   draw   NULL: no picture */
void letter_of_events(const letter_style *style, letter_events what, letter_picture *draw, void *context, arena *memory,
                      letter *out);

/* A digest: what happened since the last one, what is open, what falls ("improving"), what is silenced; or that all is well.
 *   from_s, to_s  the time it speaks of
 *   open          alerts that are open now */
void letter_of_digest(const letter_style *style, letter_events what, const told_alert *open, size_t open_count,
                      int64_t from_s, int64_t to_s, letter_picture *draw, void *context, arena *memory, letter *out);

/* Bodies of webhooks: one batch each. Slack and Teams refuse what is too long: there, what does not fit is counted. */
text letter_webhook(const letter_style *style, letter_events batch, text key, arena *memory); /* JSON: key, events */
text letter_slack(const letter_style *style, letter_events batch, arena *memory);             /* incoming webhook, blocks */
text letter_teams(const letter_style *style, letter_events batch, arena *memory);             /* workflow: an adaptive card */

#endif
