/* sqlite_db.h - the database behind the store: one connection, its statements, its errors.
 *
 * For the files of storage/ only; nothing outside includes it. Settings and why: docs/store.md.
 * Proved by tests/test_store.c.
 */
#ifndef TOCSIN_SQLITE_DB_H
#define TOCSIN_SQLITE_DB_H

#include <sqlite3.h>

#include "store.h"

typedef enum query {
    QUERY_BEGIN_WRITE,
    QUERY_BEGIN_READ,
    QUERY_COMMIT,
    QUERY_ROLLBACK,
    QUERY_PUT_CODE,
    QUERY_PUT_VERSION,
    QUERY_PUT_VERSIONS, /* VERSIONS_AT_ONCE of them */
    QUERY_MARK_VERSION,
    QUERY_PUT_MONTH,
    QUERY_DROP_MONTH,
    QUERY_DROP_MONTHS,
    QUERY_PUT_REJECT,
    QUERY_RESOLVE_REJECT,
    QUERY_PUT_STREAM,
    QUERY_PUT_ISSUE,
    QUERY_PUT_COVERAGE,
    QUERY_PUT_PROMISE,
    QUERY_DROP_COVERED,
    QUERY_PUT_COVERED,
    QUERY_PUT_SETTING,
    QUERY_PUT_LEVEL,
    QUERY_DROP_LEVEL,
    QUERY_PUT_EVENT,
    QUERY_OPEN_ALERT,
    QUERY_MOVE_ALERT,
    QUERY_ACKNOWLEDGE_ALERT,
    QUERY_TOUCH_ALERT,
    QUERY_PUT_SILENCE,
    QUERY_PUT_UNJUDGED,
    QUERY_DROP_UNJUDGED,
    QUERY_LEVELS,
    QUERY_EVENTS,
    QUERY_EVENT,
    QUERY_ALERT_EVENTS,
    QUERY_ALERTS,
    QUERY_ALERT,
    QUERY_SILENCES,
    QUERY_LAST_EVENT,
    QUERY_UNJUDGED,
    QUERY_CODES,
    QUERY_LAST_VERSION,
    QUERY_LAST_VERSION_BEFORE,
    QUERY_VERSION,
    QUERY_VERSIONS,
    QUERY_REFERENCES,
    QUERY_MONTH,
    QUERY_MONTHS,
    QUERY_MONTHS_DAYS,
    QUERY_STREAM,
    QUERY_STREAMS,
    QUERY_ISSUES,
    QUERY_COVERAGE,
    QUERY_PROMISES,
    QUERY_COVERED,
    QUERY_REJECTS,
    QUERY_AREA_TREE,
    QUERY_CATEGORY_TREE,
    QUERY_SETTING,
    QUERY_EXTENT,
    QUERY_LAST_RECORDS,
    QUERY_REJECT_COUNTS,
    QUERIES
} query;

/* Beginning and ending a statement takes a third of its time, so most versions go in many to one. */
enum { VERSION_COLUMNS = 20, VERSIONS_AT_ONCE = 16 };

struct store {
    sqlite3 *db;
    sqlite3_stmt *statements[QUERIES]; /* prepared when first used */
    arena *scratch;                    /* for texts while a commit is written */
    int lock;                          /* descriptor of the folder's lock; -1: a reader */
    int64_t page_size;                 /* octets; as the store was made with */
    int log_pages;                     /* in the write-ahead log and not yet in the main file */
    char trouble[256];
};

/* A statement ready to be bound. */
status db_statement(store *self, query which, sqlite3_stmt **out);

/* Runs a statement that gives no rows, and makes it ready for the next time. */
status db_run(store *self, sqlite3_stmt *st);

/* Steps: STATUS_OK a row, STATUS_END no more (the statement is reset then). */
status db_step(store *self, sqlite3_stmt *st);

/* The end of a reading: the statement is made ready for the next time.
 * Returns   STATUS_OK for STATUS_END, else what was said */
status db_finish(sqlite3_stmt *st, status said);

/* Runs SQL text: schema, pragmas. */
status db_execute(store *self, const char *sql);

/* One without parameters and rows. */
status db_do(store *self, query which);

/* Notes what SQLite says and gives the status that it means. */
status db_trouble(store *self, int code);

void db_bind_text(sqlite3_stmt *st, int index, text value);
void db_bind_text_or_null(sqlite3_stmt *st, int index, text value);
void db_bind_blob(sqlite3_stmt *st, int index, text value);

/* NULL for 0. */
void db_bind_code(sqlite3_stmt *st, int index, uint32_t id);
void db_bind_u64(sqlite3_stmt *st, int index, uint64_t value);

/* The column's octets; they live until the next step. */
text db_text(sqlite3_stmt *st, int column);
uint64_t db_u64(sqlite3_stmt *st, int column);
uint32_t db_u32(sqlite3_stmt *st, int column);

/* The number under which the counts of a month stand. */
int64_t db_month_id(month_key key);

/* Parts of a commit: levels; events, alerts and silences; areas that wait to be judged. */
status db_put_levels(store *self, const store_group *group);
status db_put_events(store *self, const store_group *group);
status db_put_unjudged(store *self, const store_group *group);

/* Writes the sheets and trees of an adoption inside the running transaction. */
status db_adopt(store *self, const adoption *from);

#endif
