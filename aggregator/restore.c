/* The first start on a backup. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine_parts.h"
#include "figures/reference_files.h"
#include "proto/log.h"

enum { PATH_SIZE = 4096 };

/* A restored backup is the store alone: what was imported stands in it, and goes back to where it is read. */
static status restore_imported(engine *self, char why[NOTE_SIZE_MAX])
{
    static const sheet_name imported[] = {SHEET_AREAS, SHEET_POPULATIONS};
    char folder[PATH_SIZE], path[PATH_SIZE + 32];
    (void)snprintf(folder, sizeof folder, "%s/imported", self->folder);
    if (access(folder, F_OK) == 0)
        return STATUS_OK;
    bool good = mkdir(folder, 0750) == 0;
    for (size_t i = 0; i < sizeof imported / sizeof imported[0] && good; i++) {
        (void)snprintf(path, sizeof path, "%s/%s.csv", folder, sheet_form_of(imported[i])->name);
        good = reference_files_write(self->data->sheets, imported[i], true, path);
    }
    if (!good)
        (void)snprintf(why, NOTE_SIZE_MAX, "can't write what the backup has of imported data to %.800s: %s",
                       folder, strerror(errno));
    return good ? STATUS_OK : STATUS_IO;
}

status engine_settle_in(engine *self, int64_t now_s, char why[NOTE_SIZE_MAX])
{
    static const setting settled = {{"backup_made", 11}, {"", 0}};
    text made;
    status st = store_setting(self->store, "backup_made", self->scratch, &made);
    bool restored = st == STATUS_OK && made.size > 0;
    arena_reset(self->scratch);
    if (!restored)
        return STATUS_OK;
    st = restore_imported(self, why);
    if (st == STATUS_OK)
        st = store_commit(self->store, &(store_group){.settings = &settled, .setting_count = 1, .now_s = now_s});
    if (st == STATUS_OK)
        log_line(LOG_INFO, "restored", "from a backup; collectors go on from where it stood");
    return st;
}
