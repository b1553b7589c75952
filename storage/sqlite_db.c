#include "sqlite_db.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define INSERT_VERSION                                                                                                 \
    "INSERT INTO version (id, origin, reference, revision, issued, received, status, current, previous, recorded,"    \
    " month_only, offence, place, markers, outcome, recorded_at, occurred_at, occurred_to, latitude, longitude)"      \
    " VALUES "
#define VERSION_VALUES "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
#define FOUR(values) values ", " values ", " values ", " values

static const char *const queries[QUERIES] = {
    [QUERY_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [QUERY_BEGIN_READ] = "BEGIN",
    [QUERY_COMMIT] = "COMMIT",
    [QUERY_ROLLBACK] = "ROLLBACK",
    [QUERY_PUT_CODE] = "INSERT INTO code (kind, id, code, name, hint) VALUES (?1, ?2, ?3, ?4, ?5)",
    [QUERY_PUT_VERSION] = INSERT_VERSION VERSION_VALUES,
    [QUERY_PUT_VERSIONS] = INSERT_VERSION FOUR(FOUR(VERSION_VALUES)),
    [QUERY_MARK_VERSION] = "UPDATE version SET current = ?2, issued = ?3 WHERE id = ?1",
    [QUERY_PUT_MONTH] =
        "INSERT OR REPLACE INTO count_month (id, area, month, origin, totals, days, outranked)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [QUERY_DROP_MONTH] = "DELETE FROM count_month WHERE id = ?1",
    [QUERY_DROP_MONTHS] = "DELETE FROM count_month",
    [QUERY_PUT_REJECT] =
        "INSERT INTO reject (digest, received, reason, words, origin, reference, source, stream, line, record, row,"
        " size, row_digest, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
        " ON CONFLICT (digest) DO UPDATE SET resolved = NULL",
    [QUERY_RESOLVE_REJECT] = "UPDATE reject SET resolved = ?2 WHERE digest = ?1 AND resolved IS NULL",
    [QUERY_PUT_STREAM] =
        "INSERT OR REPLACE INTO stream (source, stream, position, digest, epoch, updated, accepted, repeated, replaced,"
        " rejected, instance) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [QUERY_PUT_ISSUE] =
        "INSERT INTO issue (origin, revision, issued, digest, received, first_version, last_version)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (origin, revision, digest) DO UPDATE SET"
        " issued = excluded.issued, last_version = excluded.last_version",
    [QUERY_PUT_COVERAGE] =
        "INSERT OR IGNORE INTO coverage (origin, area, category, scheme, from_day, to_day, declared)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [QUERY_PUT_PROMISE] =
        "INSERT OR REPLACE INTO promise (origin, area, interval_s, retired, declared) VALUES (?1, ?2, ?3, ?4, ?5)",
    [QUERY_DROP_COVERED] = "DELETE FROM covered WHERE area = ?1",
    [QUERY_PUT_COVERED] = "INSERT INTO covered (area, category, from_day, to_day) VALUES (?1, ?2, ?3, ?4)",
    [QUERY_PUT_SETTING] = "INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)",
    [QUERY_PUT_LEVEL] =
        "INSERT OR REPLACE INTO level (area, category, level, direction, rule, since, as_of, announced,"
        " announced_direction, alert) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [QUERY_DROP_LEVEL] = "DELETE FROM level WHERE area = ?1 AND category = ?2",
    [QUERY_PUT_EVENT] =
        "INSERT INTO event (id, at, kind, alert, subject, area, category, as_of, level_before, level, direction_before,"
        " direction, rule, corrected, lowest, batch, figures, words, caveats, who, note)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
    [QUERY_OPEN_ALERT] =
        "INSERT INTO alert (id, subject, area, category, level, direction, highest, opened, changed, decided)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, ?7, ?7, ?1)",
    /* What was acknowledged is not acknowledged at a higher level, nor in the other direction. */
    [QUERY_MOVE_ALERT] =
        "UPDATE alert SET acknowledged = CASE WHEN ?2 > level OR (?2 > 0 AND ?3 <> direction) THEN NULL ELSE acknowledged"
        " END, level = ?2, direction = ?3, highest = max(highest, ?2), changed = ?4, decided = ?5,"
        " closed = CASE ?2 WHEN 0 THEN ?4 END WHERE id = ?1",
    [QUERY_ACKNOWLEDGE_ALERT] = "UPDATE alert SET acknowledged = ?2, changed = ?3 WHERE id = ?1",
    [QUERY_TOUCH_ALERT] = "UPDATE alert SET changed = ?2 WHERE id = ?1",
    [QUERY_PUT_SILENCE] =
        "INSERT OR REPLACE INTO silence (id, alert, area, category, from_day, to_day, recurs, who, why, ended)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [QUERY_PUT_UNJUDGED] = "INSERT OR IGNORE INTO unjudged_area (area) VALUES (?1)",
    [QUERY_DROP_UNJUDGED] = "DELETE FROM unjudged_area WHERE area = ?1",
    [QUERY_LEVELS] =
        "SELECT area, category, level, direction, rule, since, as_of, announced, announced_direction, alert FROM level"
        " WHERE area BETWEEN ?1 AND ?2 ORDER BY area, category",
    [QUERY_EVENTS] = "SELECT * FROM event WHERE id > ?1 ORDER BY id",
    [QUERY_EVENT] = "SELECT * FROM event WHERE id = ?1",
    [QUERY_ALERT_EVENTS] = "SELECT * FROM event WHERE alert = ?1 ORDER BY id",
    [QUERY_ALERTS] = "SELECT * FROM alert WHERE ?1 OR closed IS NULL ORDER BY id",
    [QUERY_ALERT] = "SELECT * FROM alert WHERE id = ?1",
    [QUERY_SILENCES] = "SELECT * FROM silence WHERE ?1 OR ended IS NULL ORDER BY id",
    [QUERY_LAST_EVENT] = "SELECT coalesce(max(id), 0) FROM event",
    [QUERY_UNJUDGED] = "SELECT area FROM unjudged_area ORDER BY area",
    [QUERY_CODES] = "SELECT kind, id, code, name, hint FROM code ORDER BY kind, id",
    [QUERY_LAST_VERSION] = "SELECT coalesce(max(id), 0) FROM version",
    [QUERY_LAST_VERSION_BEFORE] = "SELECT coalesce(max(id), 0) FROM version WHERE received < ?1",
    [QUERY_VERSION] = "SELECT * FROM version WHERE id = ?1",
    [QUERY_VERSIONS] = "SELECT * FROM version WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
    [QUERY_REFERENCES] = "SELECT id, origin, reference, previous FROM version WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
    [QUERY_MONTH] = "SELECT days, outranked FROM count_month WHERE id = ?1",
    [QUERY_MONTHS] =
        "SELECT month, origin, totals FROM count_month WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
    [QUERY_MONTHS_DAYS] =
        "SELECT month, origin, totals, days, outranked FROM count_month WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
    [QUERY_STREAM] =
        "SELECT source, stream, position, digest, epoch, updated, accepted, repeated, replaced, rejected,"
        " instance"
        " FROM stream WHERE source = ?1 AND stream = ?2",
    [QUERY_STREAMS] =
        "SELECT source, stream, position, digest, epoch, updated, accepted, repeated, replaced, rejected,"
        " instance"
        " FROM stream ORDER BY source, stream",
    [QUERY_ISSUES] =
        "SELECT issued, digest, received, first_version, last_version FROM issue"
        " WHERE origin = ?1 AND revision = ?2 ORDER BY id",
    [QUERY_COVERAGE] =
        "SELECT origin, area, category, scheme, from_day, to_day, declared FROM coverage"
        " ORDER BY origin, area, category, scheme, from_day, to_day",
    [QUERY_PROMISES] = "SELECT origin, area, interval_s, retired, declared FROM promise ORDER BY origin, area",
    [QUERY_COVERED] =
        "SELECT area, category, from_day, to_day FROM covered WHERE area BETWEEN ?1 AND ?2"
        " ORDER BY area, category, from_day",
    [QUERY_REJECTS] =
        "SELECT id, digest, received, reason, words, origin, reference, source, stream, line, record, row, size,"
        " row_digest, resolved IS NULL, revision FROM reject WHERE ?1 OR resolved IS NULL ORDER BY id",
    [QUERY_AREA_TREE] = "SELECT ancestor, area FROM area_tree ORDER BY ancestor, area",
    [QUERY_CATEGORY_TREE] = "SELECT ancestor, category FROM category_tree ORDER BY ancestor, category",
    [QUERY_SETTING] = "SELECT value FROM setting WHERE name = ?1",
    [QUERY_EXTENT] =
        "SELECT month, days FROM count_month WHERE totals <> '{}' AND month IN"
        " ((SELECT min(month) FROM count_month WHERE totals <> '{}'),"
        " (SELECT max(month) FROM count_month WHERE totals <> '{}'))",
    [QUERY_LAST_RECORDS] =
        "SELECT m.origin, m.month, m.days, m.outranked FROM count_month m JOIN (SELECT origin, max(month) AS last"
        " FROM count_month WHERE totals <> '{}' OR outranked IS NOT NULL GROUP BY origin) l"
        " ON m.origin = l.origin AND m.month = l.last ORDER BY m.origin",
    [QUERY_REJECT_COUNTS] = "SELECT origin, count(*) FROM reject WHERE resolved IS NULL GROUP BY origin ORDER BY origin",
};

status db_trouble(store *self, int code)
{
    (void)snprintf(self->trouble, sizeof self->trouble, "%s", sqlite3_errmsg(self->db));
    switch (code & 0xff) {
    case SQLITE_FULL: return STATUS_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return STATUS_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT: return STATUS_CORRUPT;
    default: return STATUS_IO;
    }
}

const char *store_trouble(const store *self)
{
    return self->trouble;
}

status db_statement(store *self, query which, sqlite3_stmt **out)
{
    if (self->statements[which] == NULL) {
        int code = sqlite3_prepare_v3(self->db, queries[which], -1, SQLITE_PREPARE_PERSISTENT,
                                      &self->statements[which], NULL);
        if (code != SQLITE_OK)
            return db_trouble(self, code);
    }
    *out = self->statements[which];
    return STATUS_OK;
}

status db_step(store *self, sqlite3_stmt *st)
{
    int code = sqlite3_step(st);
    if (code == SQLITE_ROW)
        return STATUS_OK;
    status said = code == SQLITE_DONE ? STATUS_END : db_trouble(self, code);
    (void)sqlite3_reset(st);
    return said;
}

status db_run(store *self, sqlite3_stmt *st)
{
    status said = db_step(self, st);
    if (said == STATUS_OK) {
        (void)sqlite3_reset(st);
        return STATUS_OK;
    }
    return said == STATUS_END ? STATUS_OK : said;
}

status db_do(store *self, query which)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, which, &st);
    return said == STATUS_OK ? db_run(self, st) : said;
}

status db_execute(store *self, const char *sql)
{
    int code = sqlite3_exec(self->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? STATUS_OK : db_trouble(self, code);
}

/* The texts that are bound stay where they are until the statement has run. */
void db_bind_text(sqlite3_stmt *st, int index, text value)
{
    (void)sqlite3_bind_text(st, index, value.size > 0 ? value.at : "", (int)value.size, SQLITE_STATIC);
}

void db_bind_text_or_null(sqlite3_stmt *st, int index, text value)
{
    if (value.size == 0)
        (void)sqlite3_bind_null(st, index);
    else
        db_bind_text(st, index, value);
}

void db_bind_blob(sqlite3_stmt *st, int index, text value)
{
    (void)sqlite3_bind_blob(st, index, value.size > 0 ? value.at : "", (int)value.size, SQLITE_STATIC);
}

void db_bind_code(sqlite3_stmt *st, int index, uint32_t id)
{
    if (id == 0)
        (void)sqlite3_bind_null(st, index);
    else
        (void)sqlite3_bind_int64(st, index, id);
}

void db_bind_u64(sqlite3_stmt *st, int index, uint64_t value)
{
    (void)sqlite3_bind_int64(st, index, (sqlite3_int64)value);
}

text db_text(sqlite3_stmt *st, int column)
{
    const char *at = sqlite3_column_blob(st, column);
    return (text){at != NULL ? at : "", (size_t)sqlite3_column_bytes(st, column)};
}

uint64_t db_u64(sqlite3_stmt *st, int column)
{
    return (uint64_t)sqlite3_column_int64(st, column);
}

uint32_t db_u32(sqlite3_stmt *st, int column)
{
    return (uint32_t)sqlite3_column_int64(st, column);
}

enum { MONTH_ZERO = 1970 * 12, MONTH_BITS = 12, ORIGIN_BITS = 20 };

int64_t db_month_id(month_key key)
{
    int64_t since = key.month - MONTH_ZERO;
    assert(since >= 0 && since < 1 << MONTH_BITS && key.origin < 1u << ORIGIN_BITS && key.area < 1u << 24);
    return (((int64_t)key.area << MONTH_BITS | since) << ORIGIN_BITS) | (int64_t)key.origin;
}

status db_finish(sqlite3_stmt *st, status said)
{
    (void)sqlite3_reset(st);
    return said == STATUS_END ? STATUS_OK : said;
}
