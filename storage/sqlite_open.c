/* Opening and closing: the folder, its lock, the schema and its migrations. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite_db.h"

enum { SCHEMA_VERSION = 1, PATH_SIZE = 4096, READER_WAIT_MS = 5000 };

/* "Tocs": says that the file is ours, in the header that file(1) reads. */
#define APPLICATION_ID "1416585075"

extern const char embedded_schema_sql[];

/* Steps from one schema version to the next: [n] leads from n to n + 1. */
static const char *const migrations[SCHEMA_VERSION] = {NULL};

__attribute__((format(printf, 3, 4)))
static status say(char why[NOTE_SIZE_MAX], status st, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(why, NOTE_SIZE_MAX, format, args);
    va_end(args);
    return st;
}

/* The store of a folder; or the file itself, which a backup is. */
static void store_path(char out[PATH_SIZE], const char *folder)
{
    struct stat st;
    bool file = stat(folder, &st) == 0 && S_ISREG(st.st_mode);
    if (file)
        (void)snprintf(out, PATH_SIZE, "%s", folder);
    else
        (void)snprintf(out, PATH_SIZE, "%s/tocsin.db", folder);
}

static void path_in(char out[PATH_SIZE], const char *folder, const char *name)
{
    (void)snprintf(out, PATH_SIZE, "%s/%s", folder, name);
}

static status make_folder(const char *folder, char why[NOTE_SIZE_MAX])
{
    struct stat st;
    if (mkdir(folder, 0750) == 0 || (errno == EEXIST && stat(folder, &st) == 0 && S_ISDIR(st.st_mode)))
        return STATUS_OK;
    return say(why, STATUS_IO, "can't make the folder %s: %s", folder, strerror(errno));
}

/* The lock lives as long as the descriptor, so that a crash releases it. */
static status take_lock(const char *folder, int *lock, char why[NOTE_SIZE_MAX])
{
    char path[PATH_SIZE];
    path_in(path, folder, "writer.lock");
    *lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (*lock < 0)
        return say(why, STATUS_IO, "can't open %s: %s", path, strerror(errno));
    if (flock(*lock, LOCK_EX | LOCK_NB) == 0)
        return STATUS_OK;
    (void)close(*lock);
    *lock = -1;
    return say(why, STATUS_BUSY, "%s is written by another process; stop that one first", folder);
}

static status read_number(store *self, const char *sql, int64_t *out)
{
    sqlite3_stmt *st = NULL;
    int code = sqlite3_prepare_v2(self->db, sql, -1, &st, NULL);
    if (code != SQLITE_OK)
        return db_trouble(self, code);
    code = sqlite3_step(st);
    *out = code == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
    (void)sqlite3_finalize(st);
    return code == SQLITE_ROW ? STATUS_OK : db_trouble(self, code);
}

/* A new store, whole or not at all. */
static status create_schema(store *self)
{
    char sql[64];
    (void)snprintf(sql, sizeof sql, "PRAGMA user_version = %d", SCHEMA_VERSION);
    status st = db_execute(self, "BEGIN IMMEDIATE");
    if (st == STATUS_OK)
        st = db_execute(self, embedded_schema_sql);
    if (st == STATUS_OK)
        st = db_execute(self, "PRAGMA application_id = " APPLICATION_ID);
    if (st == STATUS_OK)
        st = db_execute(self, sql);
    if (st == STATUS_OK)
        st = db_execute(self, "COMMIT");
    if (!sqlite3_get_autocommit(self->db))
        (void)db_execute(self, "ROLLBACK");
    return st;
}

static status migrate(store *self, int64_t from)
{
    char sql[64];
    status st = db_execute(self, "BEGIN IMMEDIATE");
    for (int64_t v = from; v < SCHEMA_VERSION && st == STATUS_OK; v++)
        st = db_execute(self, migrations[v]);
    (void)snprintf(sql, sizeof sql, "PRAGMA user_version = %d", SCHEMA_VERSION);
    if (st == STATUS_OK)
        st = db_execute(self, sql);
    if (st == STATUS_OK)
        st = db_execute(self, "COMMIT");
    if (!sqlite3_get_autocommit(self->db))
        (void)db_execute(self, "ROLLBACK");
    return st;
}

static status read_versions(store *self, int64_t *schema, int64_t *tables)
{
    status st = read_number(self, "PRAGMA user_version", schema);
    return st == STATUS_OK ? read_number(self, "SELECT count(*) FROM sqlite_schema", tables) : st;
}

/* Whose file is it, and which version? */
static status check_identity(store *self, const char *path, char why[NOTE_SIZE_MAX])
{
    int64_t application = 0, schema = 0, tables = 0;
    status st = read_versions(self, &schema, &tables);
    bool database = sqlite3_errcode(self->db) != SQLITE_NOTADB;
    if (st == STATUS_OK)
        st = read_number(self, "PRAGMA application_id", &application);
    if (st != STATUS_OK && database)
        return say(why, st, "can't use %s: %s", path, self->trouble);
    bool ours = tables == 0 || application == atoll(APPLICATION_ID);
    if (database && ours && schema <= SCHEMA_VERSION)
        return STATUS_OK;
    return say(why, STATUS_REFUSED, "%s is not a store that this version can use: it was made by something else or "
                                    "by a newer Tocsin", path);
}

static status prepare_schema(store *self, const char *path, char why[NOTE_SIZE_MAX])
{
    int64_t schema = 0, tables = 0;
    status st = read_versions(self, &schema, &tables);
    bool reader = self->lock < 0;
    if (st == STATUS_OK && reader && (tables == 0 || schema < SCHEMA_VERSION))
        return say(why, STATUS_REFUSED, "%s has an older schema: start tocsin-aggregator on it once", path);
    if (st == STATUS_OK && tables == 0)
        st = create_schema(self);
    else if (st == STATUS_OK && schema < SCHEMA_VERSION)
        st = migrate(self, schema);
    return st == STATUS_OK ? st : say(why, st, "can't use %s: %s", path, self->trouble);
}

/* The page size stands before the first page is written; the log is checkpointed by us alone. */
static const char *const writer_settings =
    "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    "PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -8000;"
    "PRAGMA temp_store = MEMORY;";
static const char *const reader_settings = "PRAGMA query_only = ON; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;";

static int note_log(void *of, sqlite3 *db, const char *name, int pages)
{
    (void)db, (void)name;
    ((store *)of)->log_pages = pages;
    return SQLITE_OK;
}

static store *new_store(void)
{
    store *self = memory_new(1, sizeof *self);
    self->lock = -1;
    self->scratch = arena_create();
    return self;
}

static status open_database(store *self, const char *folder, bool writer, char why[NOTE_SIZE_MAX])
{
    char path[PATH_SIZE];
    store_path(path, folder);
    int flags = (writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(path, &self->db, flags, NULL);
    if (code != SQLITE_OK)
        return say(why, self->db != NULL ? db_trouble(self, code) : STATUS_IO, "can't open %s: %s", path,
                   sqlite3_errstr(code));
    (void)sqlite3_busy_timeout(self->db, READER_WAIT_MS);
    /* Before anything is set: what is not ours stays as it is. */
    status st = check_identity(self, path, why);
    if (st != STATUS_OK)
        return st;
    st = db_execute(self, writer ? writer_settings : reader_settings);
    if (st != STATUS_OK)
        return say(why, st, "can't use %s: %s", path, self->trouble);
    (void)sqlite3_wal_hook(self->db, note_log, self); /* wal_autocheckpoint has taken any hook away */
    st = prepare_schema(self, path, why);
    if (st == STATUS_OK && read_number(self, "PRAGMA page_size", &self->page_size) != STATUS_OK)
        return say(why, STATUS_IO, "can't use %s: %s", path, self->trouble);
    return st;
}

status store_open(const char *folder, store **out, char why[NOTE_SIZE_MAX])
{
    why[0] = '\0';
    status st = make_folder(folder, why);
    if (st != STATUS_OK)
        return st;
    store *self = new_store();
    st = take_lock(folder, &self->lock, why);
    if (st == STATUS_OK)
        st = open_database(self, folder, true, why);
    if (st != STATUS_OK) {
        store_close(&self);
        return st;
    }
    *out = self;
    return STATUS_OK;
}

status store_open_reader(const char *folder, store **out, char why[NOTE_SIZE_MAX])
{
    char path[PATH_SIZE];
    why[0] = '\0';
    store_path(path, folder);
    if (access(path, R_OK) != 0)
        return say(why, STATUS_NOT_FOUND, "no store in %s (%s): give the folder that tocsin-aggregator --data names",
                   folder, strerror(errno));
    store *self = new_store();
    status st = open_database(self, folder, false, why);
    if (st != STATUS_OK) {
        store_close(&self);
        return st;
    }
    *out = self;
    return STATUS_OK;
}

void store_close(store **self)
{
    store *s = *self;
    if (s == NULL)
        return;
    for (int i = 0; i < QUERIES; i++)
        (void)sqlite3_finalize(s->statements[i]);
    if (s->db != NULL)
        (void)sqlite3_close(s->db);
    if (s->lock >= 0)
        (void)close(s->lock);
    arena_destroy(&s->scratch);
    free(s);
    *self = NULL;
}
