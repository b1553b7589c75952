/* alert_row.h - an alert as a row: the fields that tocsin alerts and tocsin alert print, in CSV and JSON alike.
 *
 * Names are a contract: docs/alerts.md; new ones come at the end. Proved by tests/integration/test_alerts.py.
 */
#ifndef TOCSIN_ALERT_ROW_H
#define TOCSIN_ALERT_ROW_H

#include "alerting/event_list.h"
#include "rows.h"

typedef enum alert_field {
    ALERT_ID, ALERT_STATE, ALERT_LEVEL, ALERT_HIGHEST, ALERT_DIRECTION,
    ALERT_SINCE,   /* the date from which on it stands so */
    ALERT_AS_OF,   /* the date looked from when that was announced */
    ALERT_OPENED, ALERT_CHANGED, ALERT_CLEARED, /* moments of the list */
    ALERT_AREA, ALERT_AREA_NAME, ALERT_CATEGORY, ALERT_TITLE, ALERT_SUBJECT, ALERT_FIGURE, ALERT_RULE,
    ALERT_ACKNOWLEDGED_BY, ALERT_ACKNOWLEDGED_AT, ALERT_ACKNOWLEDGED_NOTE, ALERT_SILENCED_UNTIL, ALERT_SILENCE, ALERT_WORDS,
    ALERT_FIELDS
} alert_field;

extern const row_form alert_row_form;

/* Since when open alerts stand as they do, by the series' own dates. */
typedef struct standing_since standing_since;
status standing_since_read(store *from, standing_since **out);
void standing_since_free(standing_since **self);

/* Texts live in the arena. */
void alert_row_make(const told_alert *of, const standing_since *since, day_number today, arena *memory, text out[ALERT_FIELDS]);

/* The fields, and its caveats and figures. */
jsondoc *alert_row_json(const told_alert *of, const text row[ALERT_FIELDS]);

/* "new", "acknowledged by J. Smith", "silenced until 30 April 2025", "cleared on 3 March 2025". */
text alert_state_words(const told_alert *of, day_number today, arena *memory);

/* "Shoplifting in Stafford"; of Tocsin's own state its subject. */
text alert_name(const alert_event *decided, arena *memory);

#endif
