/* A copy of the store while it is in use. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite_db.h"

enum { PATH_SIZE = 4096, PAGES_A_STEP = 4096, INSTRUCTIONS_A_STEP = 1000000 };

static status say(char why[NOTE_SIZE_MAX], status st, const char *path, const char *what)
{
    (void)snprintf(why, NOTE_SIZE_MAX, "can't write %.800s: %.200s", path, what);
    return st;
}

/* Who watches it, and may give it up. */
struct watcher {
    backup_progress *progress;
    void *context;
    uint64_t pages;
    bool given_up;
};

static bool goes_on(struct watcher *by, uint64_t done, uint64_t of)
{
    by->pages = of;
    by->given_up = by->given_up || (by->progress != NULL && !by->progress(by->context, done, of));
    return !by->given_up;
}

/* All pages, as they stood when the reading began. */
static status copy_pages(store *from, sqlite3 *to, const char *path, struct watcher *by, char why[NOTE_SIZE_MAX])
{
    sqlite3_backup *copying = sqlite3_backup_init(to, "main", from->db, "main");
    int code = SQLITE_OK;
    while (copying != NULL && (code = sqlite3_backup_step(copying, PAGES_A_STEP)) == SQLITE_OK) {
        int of = sqlite3_backup_pagecount(copying);
        if (!goes_on(by, (uint64_t)(of - sqlite3_backup_remaining(copying)), (uint64_t)of))
            break;
    }
    if (copying != NULL)
        (void)sqlite3_backup_finish(copying);
    if (by->given_up)
        return say(why, STATUS_AGAIN, path, "it was given up");
    if (copying == NULL || code != SQLITE_DONE)
        return say(why, (code & 0xff) == SQLITE_FULL ? STATUS_FULL : STATUS_IO, path,
                   copying == NULL ? sqlite3_errmsg(to) : sqlite3_errstr(code));
    return STATUS_OK;
}

static int checking(void *context)
{
    struct watcher *by = context;
    return !goes_on(by, by->pages, by->pages);
}

/* One file without a log beside it, that says of itself what it is, and is sound. */
static status finish_copy(sqlite3 *to, const char *path, struct watcher *by, char why[NOTE_SIZE_MAX])
{
    sqlite3_stmt *st = NULL;
    sqlite3_progress_handler(to, INSTRUCTIONS_A_STEP, checking, by);
    int code = sqlite3_exec(to, "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
                                "INSERT OR REPLACE INTO setting VALUES ('backup_made', unixepoch())", NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_prepare_v2(to, "PRAGMA integrity_check(1)", -1, &st, NULL);
    if (code != SQLITE_OK || sqlite3_step(st) != SQLITE_ROW) {
        (void)sqlite3_finalize(st);
        return by->given_up ? say(why, STATUS_AGAIN, path, "it was given up") : say(why, STATUS_IO, path, sqlite3_errmsg(to));
    }
    bool sound = strcmp((const char *)sqlite3_column_text(st, 0), "ok") == 0;
    if (!sound)
        (void)say(why, STATUS_CORRUPT, path, (const char *)sqlite3_column_text(st, 0));
    (void)sqlite3_finalize(st);
    return sound ? STATUS_OK : STATUS_CORRUPT;
}

static status sync_folder_of(const char *path)
{
    char folder[PATH_SIZE];
    (void)snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash == NULL)
        (void)snprintf(folder, sizeof folder, ".");
    else
        slash[slash == folder ? 1 : 0] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return good ? STATUS_OK : STATUS_IO;
}

/* Is the path the very store that is read? */
static bool is_the_store(store *self, const char *path)
{
    struct stat theirs, ours;
    const char *name = sqlite3_db_filename(self->db, "main");
    return stat(path, &theirs) == 0 && stat(name, &ours) == 0 && theirs.st_dev == ours.st_dev &&
           theirs.st_ino == ours.st_ino;
}

status store_backup(store *self, const char *path, backup_progress *progress, void *context, char why[NOTE_SIZE_MAX])
{
    char beside[PATH_SIZE];
    sqlite3 *to = NULL;
    struct watcher by = {.progress = progress, .context = context};
    why[0] = '\0';
    if (is_the_store(self, path)) {
        (void)snprintf(why, NOTE_SIZE_MAX, "%.800s is the store itself: give another file", path);
        return STATUS_REFUSED;
    }
    int size = snprintf(beside, sizeof beside, "%s.partial", path);
    if (size < 0 || (size_t)size >= sizeof beside)
        return say(why, STATUS_REFUSED, path, "the path is too long");
    (void)unlink(beside);
    int code = sqlite3_open_v2(beside, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    status st = code == SQLITE_OK ? copy_pages(self, to, beside, &by, why)
                                  : say(why, STATUS_IO, path, sqlite3_errstr(code));
    if (st == STATUS_OK)
        st = finish_copy(to, beside, &by, why);
    if (sqlite3_close(to) != SQLITE_OK && st == STATUS_OK)
        st = say(why, STATUS_IO, path, "it could not be closed");
    if (st == STATUS_OK && rename(beside, path) != 0)
        st = say(why, STATUS_IO, path, strerror(errno));
    if (st == STATUS_OK && sync_folder_of(path) != STATUS_OK)
        st = say(why, STATUS_IO, path, strerror(errno));
    if (st != STATUS_OK)
        (void)unlink(beside);
    return st;
}
