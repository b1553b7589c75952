/* status_own.h - what tocsin status shows of Tocsin's own state: its open alerts, and the last backup.
 *
 * Proved by tests/integration/test_watchdog.py.
 */
#ifndef TOCSIN_STATUS_OWN_H
#define TOCSIN_STATUS_OWN_H

#include "alerting/event_list.h"

/* One open alert of Tocsin's own. */
typedef struct own_alert {
    uint64_t number;
    text subject, area, words;
    alert_level level;
    int64_t since_s;
    text acknowledged_by; /* empty: nobody has */
} own_alert;

typedef struct own_state {
    own_alert *alerts;
    size_t count, capacity;
    text backup_folder; /* empty: none is planned */
    int64_t backup_s;   /* of what moment the last good one is; 0: there never was one */
    text backup_file;
    arena *memory;
} own_state;

status own_state_read(const figures *from, day_number today, own_state *out);
void own_state_free(own_state *self);

void own_state_print(const own_state *self);

/* "backup" and "alerts". */
void own_state_put(const own_state *self, jsondoc *to);

#endif
