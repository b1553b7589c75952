/* What SQLite is given, with the settings of storage/sqlite_open.c: the same durability. */
#include "bare.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/memory.h"

/* All that is only read back whole; behind it the reference. */
struct said {
    int64_t issued_ns;
    uint32_t received_s;
    uint32_t previous;
    uint32_t revision;
    int32_t day;
    uint16_t area;
    uint16_t origin;
    uint8_t status, offence, markers, reference_size;
};

enum { SAID_SIZE = sizeof(struct said), PAGE_SIZE = 8192 };

struct bare_store {
    sqlite3 *db;
    bool columns;
    sqlite3_stmt *put, *replace, *get, *put_block, *begin, *commit;
    int64_t now_ns;
    int log_pages;
};

static void must(bare_store *self, bool good)
{
    if (good)
        return;
    (void)fprintf(stderr, "bare_loop: %s\n", sqlite3_errmsg(self->db));
    exit(1);
}

static sqlite3_stmt *prepared(bare_store *self, const char *sql)
{
    sqlite3_stmt *out = NULL;
    must(self, sqlite3_prepare_v3(self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &out, NULL) == SQLITE_OK);
    return out;
}

static int note_log(void *of, sqlite3 *db, const char *name, int pages)
{
    (void)db, (void)name;
    ((bare_store *)of)->log_pages = pages;
    return SQLITE_OK;
}

static const char *const settings =
    "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA cache_size = -16000;"
    "CREATE TABLE count_block (id INTEGER PRIMARY KEY, counts BLOB NOT NULL);";

bare_store *bare_store_open(const char *path, bool columns)
{
    bare_store *self = memory_new(1, sizeof *self);
    self->columns = columns;
    self->now_ns = (int64_t)time(NULL) * 1000000000;
    must(self, sqlite3_open_v2(path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) ==
                   SQLITE_OK);
    must(self, sqlite3_exec(self->db, settings, NULL, NULL, NULL) == SQLITE_OK);
    (void)sqlite3_wal_hook(self->db, note_log, self);
    must(self, sqlite3_exec(self->db, columns ? "CREATE TABLE version (id INTEGER PRIMARY KEY, current, said, issued, received, "
                                                "previous, revision, recorded, area, origin, status, offence, markers)"
                                              : "CREATE TABLE version (id INTEGER PRIMARY KEY, current, said BLOB)",
                            NULL, NULL, NULL) == SQLITE_OK);
    self->put = prepared(self, columns ? "INSERT INTO version VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
                                       : "INSERT INTO version VALUES (?,?,?)");
    self->replace = prepared(self, "UPDATE version SET current = 0 WHERE id = ?");
    self->get = prepared(self, "SELECT * FROM version WHERE id = ?");
    self->put_block = prepared(self, "REPLACE INTO count_block VALUES (?,?)");
    self->begin = prepared(self, "BEGIN IMMEDIATE");
    self->commit = prepared(self, "COMMIT");
    return self;
}

void bare_store_close(bare_store **self)
{
    sqlite3_stmt *all[] = {(*self)->put, (*self)->replace, (*self)->get, (*self)->put_block, (*self)->begin, (*self)->commit};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        (void)sqlite3_finalize(all[i]);
    (void)sqlite3_close((*self)->db);
    free(*self);
    *self = NULL;
}

static void run(bare_store *self, sqlite3_stmt *st)
{
    must(self, sqlite3_step(st) == SQLITE_DONE);
    (void)sqlite3_reset(st);
}

void bare_store_begin(bare_store *self)
{
    run(self, self->begin);
}

void bare_store_commit(bare_store *self)
{
    run(self, self->commit);
}

void bare_store_checkpoint(bare_store *self, uint64_t octets)
{
    if ((uint64_t)self->log_pages * PAGE_SIZE < octets)
        return;
    must(self, sqlite3_wal_checkpoint_v2(self->db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL) == SQLITE_OK);
    self->log_pages = 0;
}

void bare_store_put(bare_store *self, uint32_t id, uint32_t previous, bool current, const bare_row *row)
{
    struct said said = {.issued_ns = self->now_ns++, .received_s = (uint32_t)(self->now_ns / 1000000000),
                        .previous = previous, .revision = row->revision, .day = row->day, .area = row->area, .origin = 1,
                        .status = row->cancelled, .offence = row->offence, .markers = row->marked,
                        .reference_size = row->reference_size};
    unsigned char octets[SAID_SIZE + BARE_REFERENCE_MAX];
    (void)sqlite3_bind_int64(self->put, 1, id);
    (void)sqlite3_bind_int(self->put, 2, current);
    if (self->columns) {
        int64_t fields[] = {said.issued_ns, said.received_s, said.previous, said.revision, said.day,
                            said.area, said.origin, said.status, said.offence, said.markers};
        (void)sqlite3_bind_text(self->put, 3, row->reference, row->reference_size, SQLITE_STATIC);
        for (int i = 0; i < 10; i++)
            (void)sqlite3_bind_int64(self->put, 4 + i, fields[i]);
    } else {
        memcpy(octets, &said, SAID_SIZE);
        memcpy(octets + SAID_SIZE, row->reference, row->reference_size);
        (void)sqlite3_bind_blob(self->put, 3, octets, SAID_SIZE + row->reference_size, SQLITE_STATIC);
    }
    run(self, self->put);
}

void bare_store_replace(bare_store *self, uint32_t id)
{
    (void)sqlite3_bind_int64(self->replace, 1, id);
    run(self, self->replace);
}

static void read_columns(sqlite3_stmt *st, bare_row *out, uint32_t *previous)
{
    out->reference_size = (uint8_t)sqlite3_column_bytes(st, 2);
    memcpy(out->reference, sqlite3_column_text(st, 2), out->reference_size);
    *previous = (uint32_t)sqlite3_column_int64(st, 5);
    out->revision = (uint32_t)sqlite3_column_int64(st, 6);
    out->day = sqlite3_column_int(st, 7);
    out->area = (uint16_t)sqlite3_column_int(st, 8);
    out->cancelled = (uint8_t)sqlite3_column_int(st, 10);
    out->offence = (uint8_t)sqlite3_column_int(st, 11);
    out->marked = (uint8_t)sqlite3_column_int(st, 12);
}

static void read_blob(sqlite3_stmt *st, bare_row *out, uint32_t *previous)
{
    struct said said;
    const unsigned char *octets = sqlite3_column_blob(st, 2);
    memcpy(&said, octets, SAID_SIZE);
    out->reference_size = said.reference_size;
    memcpy(out->reference, octets + SAID_SIZE, said.reference_size);
    *previous = said.previous;
    out->revision = said.revision;
    out->day = said.day;
    out->area = said.area;
    out->cancelled = said.status;
    out->offence = said.offence;
    out->marked = said.markers;
}

void bare_store_get(bare_store *self, uint32_t id, bare_row *out, uint32_t *previous, bool *current)
{
    (void)sqlite3_bind_int64(self->get, 1, id);
    must(self, sqlite3_step(self->get) == SQLITE_ROW);
    *current = sqlite3_column_int(self->get, 1) != 0;
    (self->columns ? read_columns : read_blob)(self->get, out, previous);
    (void)sqlite3_reset(self->get);
}

void bare_store_put_block(void *context, uint64_t key, const void *octets, int size)
{
    bare_store *self = context;
    (void)sqlite3_bind_int64(self->put_block, 1, (int64_t)key);
    (void)sqlite3_bind_blob(self->put_block, 2, octets, size, SQLITE_STATIC);
    run(self, self->put_block);
}
