/* service.h - the daemon's one loop: wait, hear, commit, acknowledge, and housekeeping when idle.
 *
 * Proved by tests/integration/test_lifecycle.py.
 */
#ifndef TOCSIN_SERVICE_H
#define TOCSIN_SERVICE_H

#include "engine.h"
#include "receive.h"
#include "watchdog.h"

typedef struct service_settings {
    const char *folder;           /* of the data */
    const char *reference_folder;
    const char *listen;           /* endpoint for collectors */
    const char *announce;         /* where events are published; "none"; NULL: the port behind that of `listen` */
    const char *replay;           /* where questions about them are answered; NULL: the port behind that of `announce` */
    const char *subscriptions;    /* file of who is sent mail and webhooks; NULL: nobody is */
    disk_limits disk;
    backup_plan backup;
} service_settings;

/* Runs until a signal stops it.
 *   why      on failure to start: what can't be had
 * Returns    STATUS_OK after a stop that was asked for */
status service_run(engine *engine, const service_settings *settings, char why[NOTE_SIZE_MAX]);

/* Now, by the monotonic and the wall clock. */
moment moment_now(void);

#endif
