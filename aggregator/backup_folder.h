/* backup_folder.h - the files in a folder of backups: which are ours, which is the newest, which are too old.
 *
 * A file is ours if it is a sound store of the same event list; whatever else lies there is left alone. For backups.c
 * only. Proved by tests/test_backups.c.
 */
#ifndef TOCSIN_BACKUP_FOLDER_H
#define TOCSIN_BACKUP_FOLDER_H

#include "backups.h"
#include "proto/calendar.h"
#include "storage/store.h"

typedef struct backup_folder {
    const char *path;
    const char *name;              /* of the data folder: files begin with it */
    char lineage[32];              /* of the event list */
    int64_t seen_ns;               /* the newest file that was looked at: when it was changed */
} backup_folder;

/* Of what moment is the backup in a file? 0: it is none of ours. */
int64_t backup_file_made(const backup_folder *self, const char *file);

/* Looks at files that are newer than those looked at before, whatever their names, down to the first that is ours.
 *   file     the newest of ours
 *   made_s   of what moment it is; 0: there is no new one
 * Returns    false when the folder can't be read */
bool backup_folder_newest(backup_folder *self, char file[BACKUP_PATH_SIZE], int64_t *made_s);

/* The file of a day. Returns false when the path is too long. */
bool backup_folder_file(const backup_folder *self, day_number day, char out[BACKUP_PATH_SIZE]);

/* Gives a file its place. What is there and belongs to another list is put aside first: to FILE.other. The file counts as
 * looked at.
 * Returns false with errno */
bool backup_folder_place(backup_folder *self, const char *made, const char *file);

/* Deletes ours that are older than the newest `keep` by their names, and what was left half made the day before or earlier. */
void backup_folder_prune(const backup_folder *self, uint32_t keep, int64_t now_s);

#endif
