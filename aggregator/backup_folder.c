#include "backup_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char ending[] = ".db";

/* --- whose a file is ---------------------------------------------------------------------------------- */

int64_t backup_file_made(const backup_folder *self, const char *file)
{
    char why[NOTE_SIZE_MAX];
    store *opened;
    text lineage, made;
    uint64_t made_s = 0;
    if (store_open_reader(file, &opened, why) != STATUS_OK)
        return 0;
    arena *memory = arena_create();
    if (store_setting(opened, "lineage", memory, &lineage) == STATUS_OK && text_is(lineage, self->lineage) &&
        (store_setting(opened, "backup_made", memory, &made) != STATUS_OK || !text_to_u64(made, &made_s)))
        made_s = 0;
    arena_destroy(&memory);
    store_close(&opened);
    return (int64_t)made_s;
}

/* --- what lies there ---------------------------------------------------------------------------------- */

struct found {
    char path[BACKUP_PATH_SIZE];
    int64_t changed_ns;
    day_number day; /* of its name; DAY_NONE: it has none */
};

struct listing {
    struct found *each;
    size_t count, capacity;
};

static int64_t changed_ns(const struct stat *facts)
{
    return (int64_t)facts->st_mtim.tv_sec * 1000000000 + facts->st_mtim.tv_nsec;
}

static bool ends_with(text name, const char *with)
{
    size_t size = strlen(with);
    return name.size >= size && memcmp(name.at + name.size - size, with, size) == 0;
}

/* The day of NAME-2025-03-31 and what stands behind it. */
static day_number day_of_name(const backup_folder *self, text name, const char *behind)
{
    size_t head = strlen(self->name) + 1;
    day_number day;
    bool ours = ends_with(name, behind) && name.size == head + DATE_TEXT - 1 + strlen(behind) &&
                memcmp(name.at, self->name, head - 1) == 0 && name.at[head - 1] == '-' &&
                date_read((text){name.at + head, DATE_TEXT - 1}, &day);
    return ours ? day : DAY_NONE;
}

static void take_entry(const backup_folder *self, struct listing *to, const char *entry, const char *behind)
{
    struct found made;
    struct stat facts;
    int size = snprintf(made.path, sizeof made.path, "%s/%s", self->path, entry);
    if (!ends_with(text_of(entry), behind) || size < 0 || (size_t)size >= sizeof made.path || stat(made.path, &facts) != 0 ||
        !S_ISREG(facts.st_mode))
        return;
    made.changed_ns = changed_ns(&facts);
    made.day = day_of_name(self, text_of(entry), behind);
    to->each = memory_room(to->each, to->count, &to->capacity, sizeof made);
    to->each[to->count++] = made;
}

/* Files whose names end like this. */
static bool list(const backup_folder *self, const char *behind, struct listing *out)
{
    *out = (struct listing){0};
    DIR *folder = opendir(self->path);
    if (folder == NULL)
        return false;
    for (struct dirent *one; (one = readdir(folder)) != NULL;)
        take_entry(self, out, one->d_name, behind);
    (void)closedir(folder);
    return true;
}

static int newest_first(const void *a, const void *b)
{
    const struct found *left = a, *right = b;
    return (left->changed_ns < right->changed_ns) - (left->changed_ns > right->changed_ns);
}

static int latest_day_first(const void *a, const void *b)
{
    const struct found *left = a, *right = b;
    return (left->day < right->day) - (left->day > right->day);
}

static void sort(struct listing *self, int (*order)(const void *a, const void *b))
{
    if (self->count > 0)
        qsort(self->each, self->count, sizeof *self->each, order);
}

bool backup_folder_newest(backup_folder *self, char file[BACKUP_PATH_SIZE], int64_t *made_s)
{
    struct listing all;
    *made_s = 0;
    if (!list(self, ending, &all))
        return false;
    sort(&all, newest_first);
    for (size_t i = 0; i < all.count && all.each[i].changed_ns > self->seen_ns && *made_s == 0; i++) {
        *made_s = backup_file_made(self, all.each[i].path);
        memcpy(file, all.each[i].path, sizeof all.each[i].path);
    }
    if (all.count > 0 && all.each[0].changed_ns > self->seen_ns)
        self->seen_ns = all.each[0].changed_ns;
    free(all.each);
    return true;
}

/* --- one more, and some less ---------------------------------------------------------------------------- */

bool backup_folder_file(const backup_folder *self, day_number day, char out[BACKUP_PATH_SIZE])
{
    char date[DATE_TEXT];
    int size = snprintf(out, BACKUP_PATH_SIZE, "%s/%s-%s%s", self->path, self->name, date_text(day, date), ending);
    return size > 0 && (size_t)size < BACKUP_PATH_SIZE - 16; /* with what stands behind it for a while */
}

static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return good;
}

bool backup_folder_place(backup_folder *self, const char *made, const char *file)
{
    char aside[BACKUP_PATH_SIZE];
    int size = snprintf(aside, sizeof aside, "%s.other", file);
    bool foreign = access(file, F_OK) == 0 && backup_file_made(self, file) == 0;
    if (size < 0 || (size_t)size >= sizeof aside) {
        errno = ENAMETOOLONG;
        return false;
    }
    struct stat facts;
    bool good = (!foreign || rename(file, aside) == 0) && rename(made, file) == 0 && sync_folder(self->path) &&
                stat(file, &facts) == 0;
    if (good)
        self->seen_ns = changed_ns(&facts);
    return good;
}

static void prune_days(const backup_folder *self, uint32_t keep)
{
    struct listing all;
    if (!list(self, ending, &all))
        return;
    sort(&all, latest_day_first);
    for (size_t i = keep; i < all.count && all.each[i].day != DAY_NONE; i++)
        if (backup_file_made(self, all.each[i].path) != 0)
            (void)unlink(all.each[i].path);
    free(all.each);
}

static void prune_halves(const backup_folder *self, const char *behind, int64_t now_s)
{
    struct listing all;
    if (!list(self, behind, &all))
        return;
    for (size_t i = 0; i < all.count; i++)
        if (all.each[i].day != DAY_NONE && all.each[i].day < london_date(now_s))
            (void)unlink(all.each[i].path);
    free(all.each);
}

void backup_folder_prune(const backup_folder *self, uint32_t keep, int64_t now_s)
{
    prune_days(self, keep);
    prune_halves(self, ".db.new", now_s);
    prune_halves(self, ".db.new.partial", now_s);
}
