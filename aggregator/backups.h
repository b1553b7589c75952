/* backups.h - a backup of the store each day, by a thread of its own.
 *
 * It reads the store through a reader of its own and writes NAME-YYYY-MM-DD.db into a folder, NAME being that of the data
 * folder. Once one is good, those beyond the newest few are deleted. What is made by hand (tocsin backup) into that folder
 * counts as well. The thread never writes to the store: the main thread asks how it stands. Proved by tests/test_backups.c
 * and tests/integration/test_watchdog.py.
 */
#ifndef TOCSIN_BACKUPS_H
#define TOCSIN_BACKUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/wire.h"

enum { BACKUP_PATH_SIZE = 4096, BACKUP_AGAIN_S = 900 /* after one that failed */ };

typedef struct backup_plan {
    char folder[BACKUP_PATH_SIZE]; /* empty: none is planned */
    uint32_t at_s;                 /* of the UK day: 3 * 3600 is 03:00 */
    uint32_t keep;                 /* days, from 1 */
    bool verify;                   /* count everything in each anew, as tocsin verify does */
} backup_plan;

/* How it stands. */
typedef struct backup_state {
    bool planned;
    bool looked;        /* at what lies in the folder; before that nothing is known */
    int64_t good_s;     /* of what moment the newest good one is: seconds since 1970 UTC; 0: there is none */
    bool failing;       /* the last attempt failed */
    int64_t running_s;  /* since when one is being made; 0: none is */
    char folder[BACKUP_PATH_SIZE];
    char file[BACKUP_PATH_SIZE]; /* the newest good one */
    char why[NOTE_SIZE_MAX];     /* it failed */
} backup_state;

typedef struct backups backups;

/* For a store; nothing runs yet. A plan without a folder is none: then nothing ever runs. */
backups *backups_create(const char *data_folder, const backup_plan *plan);

/* Starts the thread, which looks by itself from here on. Signals that are blocked stay blocked in it. */
void backups_start(backups *self);

/* Gives up what is being made, and waits for the thread's end. Accepts NULL. */
void backups_destroy(backups **self);

/* Looks into the folder, and makes a backup if one is due: the newest good one is older than the last time of day at
 * which there should be one. Called by the thread; by nobody else once that was started. */
void backups_look(backups *self, int64_t now_s);

/* As it stands at this moment. */
backup_state backups_state(backups *self);

/* The last moment at or before another at which a backup should have been made. */
int64_t backup_planned_before(uint32_t at_s, int64_t now_s);

#endif
