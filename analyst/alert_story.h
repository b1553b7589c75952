/* alert_story.h - one alert with everything that is known of it, for those who print it. For alert*.c only.
 *
 * Proved by tests/integration/test_alerts.py.
 */
#ifndef TOCSIN_ALERT_STORY_H
#define TOCSIN_ALERT_STORY_H

#include "alert_row.h"
#include "behind.h"
#include "command.h"

/* The figures of the date that decided, as they are known now. */
typedef struct figures_now {
    bool known;       /* false: the rule is gone, or nothing can be said of that date any more */
    text words;
    double count, compared, percent, p;
} figures_now;

typedef struct alert_story {
    command base;
    uint64_t id;
    size_t incidents;        /* so many of the newest */
    bool versions;           /* every version of each */
    day_number today;
    const figures *from;
    event_list *list;
    arena *memory;
    text row[ALERT_FIELDS];
    text name, state;
    bool cleared;
    alert_event decided;     /* area, category, rule, caveats, figures, words and as_of are kept */
    int area, category;      /* indexes; AREA_NONE, CATEGORY_NONE */
    jsondoc *json;           /* of the row */
    silences *silences;
    figures_now now;
    period window;           /* compared now; empty: none */
    behind *behind;          /* NULL: nothing was compared */
} alert_story;

/* The silences that speak of it, one after the other; NULL behind the last. */
const stored_silence *alert_story_silence(const alert_story *self, size_t *next);

/* As a version's row: texts in the arena. */
typedef enum incident_field {
    INCIDENT_REFERENCE, INCIDENT_ORIGIN, INCIDENT_RECORDED, INCIDENT_OFFENCE, INCIDENT_PLACE, INCIDENT_PLACE_NAME,
    INCIDENT_OUTCOME, INCIDENT_MARKERS, INCIDENT_FIELDS
} incident_field;
extern const char *const incident_field_names[INCIDENT_FIELDS];
void incident_row(const alert_story *self, const version *v, text out[INCIDENT_FIELDS]);
const char *version_state(const version *v);

status alert_story_print(alert_story *self);
void alert_story_csv(const alert_story *self);
status alert_story_json(alert_story *self);

#endif
