/* The first start on a backup. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
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

/* The event list gets a name, so that who follows it can tell it from one that goes on from a restored backup. */
static status name_lineage(engine *self, int64_t now_s)
{
    uint64_t drawn, since;
    status st = store_last_event(self->store, &since);
    if (st != STATUS_OK || getrandom(&drawn, sizeof drawn, 0) != (ssize_t)sizeof drawn)
        return st != STATUS_OK ? st : STATUS_IO;
    setting named[] = {
        {text_of("lineage"), arena_print(self->scratch, "%016llx", (unsigned long long)drawn)},
        {text_of("lineage_since"), arena_print(self->scratch, "%llu", (unsigned long long)since)},
        {text_of("backup_made"), {"", 0}},
    };
    st = store_commit(self->store, &(store_group){.settings = named, .setting_count = 3, .now_s = now_s});
    arena_reset(self->scratch);
    return st;
}

status engine_settle_in(engine *self, int64_t now_s, char why[NOTE_SIZE_MAX])
{
    text made, lineage;
    bool restored = store_setting(self->store, "backup_made", self->scratch, &made) == STATUS_OK && made.size > 0;
    bool named = store_setting(self->store, "lineage", self->scratch, &lineage) == STATUS_OK;
    arena_reset(self->scratch);
    if (named && !restored)
        return STATUS_OK;
    status st = restored ? restore_imported(self, why) : STATUS_OK;
    if (st == STATUS_OK)
        st = name_lineage(self, now_s);
    if (st == STATUS_OK && restored)
        log_line(LOG_INFO, "restored", "from a backup; collectors go on from where it stood");
    return st;
}
