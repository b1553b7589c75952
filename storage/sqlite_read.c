/* Reading: rows to structs. */
#include <assert.h>
#include <string.h>

#include "sqlite_db.h"

status store_begin_reading(store *self)
{
    uint64_t last;
    status said = db_do(self, QUERY_BEGIN_READ);
    /* SQLite takes its picture at the first reading. */
    if (said == STATUS_OK)
        said = store_last_version(self, &last);
    if (said != STATUS_OK)
        store_end_reading(self);
    return said;
}

void store_end_reading(store *self)
{
    if (!sqlite3_get_autocommit(self->db))
        (void)db_do(self, QUERY_COMMIT);
}

status store_codes(store *self, void (*visit)(void *context, const stored_code *code), void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_CODES, &st);
    if (said != STATUS_OK)
        return said;
    while ((said = db_step(self, st)) == STATUS_OK) {
        stored_code code = {
            .kind = (code_kind)sqlite3_column_int(st, 0),
            .id = db_u32(st, 1),
            .code = db_text(st, 2),
            .name = db_text(st, 3),
            .hint = db_text(st, 4),
        };
        visit(context, &code);
    }
    return db_finish(st, said);
}

status store_last_version(store *self, uint64_t *out)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_LAST_VERSION, &st);
    if (said == STATUS_OK)
        said = db_step(self, st);
    if (said != STATUS_OK)
        return said;
    *out = db_u64(st, 0);
    return db_finish(st, STATUS_OK);
}

status store_last_version_before(store *self, int64_t received_s, uint64_t *out)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_LAST_VERSION_BEFORE, &st);
    if (said != STATUS_OK)
        return said;
    (void)sqlite3_bind_int64(st, 1, received_s);
    said = db_step(self, st);
    if (said != STATUS_OK)
        return said;
    *out = db_u64(st, 0);
    return db_finish(st, STATUS_OK);
}

static int32_t coordinate_of(sqlite3_stmt *st, int column)
{
    return sqlite3_column_type(st, column) == SQLITE_NULL ? COORDINATE_NONE : sqlite3_column_int(st, column);
}

/* Columns in the order of the table. */
static version version_of(sqlite3_stmt *st)
{
    return (version){
        .id = db_u64(st, 0),
        .origin = db_u32(st, 1),
        .reference = db_text(st, 2),
        .revision = db_u64(st, 3),
        .issued_ns = sqlite3_column_int64(st, 4),
        .received_s = sqlite3_column_int64(st, 5),
        .status = (record_status)sqlite3_column_int(st, 6),
        .current = sqlite3_column_int(st, 7) != 0,
        .previous = db_u64(st, 8),
        .recorded = sqlite3_column_type(st, 9) == SQLITE_NULL ? DAY_NONE : sqlite3_column_int(st, 9),
        .month_only = sqlite3_column_int(st, 10) != 0,
        .offence = db_u32(st, 11),
        .place = db_u32(st, 12),
        .markers = db_u32(st, 13),
        .outcome = db_u32(st, 14),
        .recorded_at = db_text(st, 15),
        .occurred_at = db_text(st, 16),
        .occurred_to = db_text(st, 17),
        .latitude_e6 = coordinate_of(st, 18),
        .longitude_e6 = coordinate_of(st, 19),
    };
}

status store_version(store *self, uint64_t id, arena *memory, version *out)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_VERSION, &st);
    if (said != STATUS_OK)
        return said;
    db_bind_u64(st, 1, id);
    said = db_step(self, st);
    if (said != STATUS_OK)
        return said == STATUS_END ? STATUS_NOT_FOUND : said;
    version v = version_of(st);
    v.reference = arena_text(memory, v.reference);
    v.recorded_at = arena_text(memory, v.recorded_at);
    v.occurred_at = arena_text(memory, v.occurred_at);
    v.occurred_to = arena_text(memory, v.occurred_to);
    *out = v;
    return db_finish(st, STATUS_OK);
}

static version reference_of(sqlite3_stmt *st)
{
    return (version){.id = db_u64(st, 0), .origin = db_u32(st, 1), .reference = db_text(st, 2), .previous = db_u64(st, 3)};
}

static status visit_versions(store *self, query which, version (*read)(sqlite3_stmt *st), uint64_t from, uint64_t to,
                             version_visit *visit, void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, which, &st);
    if (said != STATUS_OK)
        return said;
    db_bind_u64(st, 1, from);
    db_bind_u64(st, 2, to);
    while ((said = db_step(self, st)) == STATUS_OK) {
        version v = read(st);
        if (!visit(context, &v))
            return db_finish(st, STATUS_OK);
    }
    return db_finish(st, said);
}

status store_versions(store *self, uint64_t from, uint64_t to, version_visit *visit, void *context)
{
    return visit_versions(self, QUERY_VERSIONS, version_of, from, to, visit, context);
}

status store_references(store *self, uint64_t from, uint64_t to, version_visit *visit, void *context)
{
    return visit_versions(self, QUERY_REFERENCES, reference_of, from, to, visit, context);
}

status store_month(store *self, month_key key, tally *counted, tally *outranked)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_MONTH, &st);
    if (said != STATUS_OK)
        return said;
    (void)sqlite3_bind_int64(st, 1, db_month_id(key));
    said = db_step(self, st);
    if (said != STATUS_OK)
        return said == STATUS_END ? STATUS_OK : said;
    said = tally_add_days_json(counted, db_text(st, 0));
    if (said == STATUS_OK && sqlite3_column_type(st, 1) != SQLITE_NULL)
        said = tally_add_days_json(outranked, db_text(st, 1));
    return db_finish(st, said);
}

status store_months(store *self, uint32_t area, month_number from, month_number to, bool days,
                    bool (*visit)(void *context, const month_row *row), void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, days ? QUERY_MONTHS_DAYS : QUERY_MONTHS, &st);
    if (said != STATUS_OK || to < from)
        return said;
    (void)sqlite3_bind_int64(st, 1, db_month_id((month_key){.area = area, .month = from}));
    (void)sqlite3_bind_int64(st, 2, db_month_id((month_key){.area = area, .month = to + 1}) - 1);
    while ((said = db_step(self, st)) == STATUS_OK) {
        month_row row = {
            .key = {.area = area, .month = sqlite3_column_int(st, 0), .origin = db_u32(st, 1)},
            .totals = db_text(st, 2),
        };
        if (days) {
            row.days = db_text(st, 3);
            row.outranked = db_text(st, 4);
        }
        if (!visit(context, &row))
            return db_finish(st, STATUS_OK);
    }
    return db_finish(st, said);
}

static stream_state stream_of(sqlite3_stmt *st)
{
    return (stream_state){
        .key = {db_text(st, 0), db_text(st, 1)},
        .position = {.offset = db_u64(st, 2), .digest = db_text(st, 3), .held = true},
        .epoch = db_u64(st, 4),
        .updated_s = sqlite3_column_int64(st, 5),
        .accepted = db_u64(st, 6),
        .repeated = db_u64(st, 7),
        .replaced = db_u64(st, 8),
        .rejected = db_u64(st, 9),
        .instance = db_u64(st, 10),
    };
}

status store_stream(store *self, stream_key key, arena *memory, stream_state *out)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_STREAM, &st);
    if (said != STATUS_OK)
        return said;
    db_bind_text(st, 1, key.source);
    db_bind_text(st, 2, key.stream);
    said = db_step(self, st);
    if (said != STATUS_OK)
        return said == STATUS_END ? STATUS_NOT_FOUND : said;
    *out = stream_of(st);
    out->key.source = arena_text(memory, out->key.source);
    out->key.stream = arena_text(memory, out->key.stream);
    out->position.digest = arena_text(memory, out->position.digest);
    return db_finish(st, STATUS_OK);
}

status store_streams(store *self, void (*visit)(void *context, const stream_state *state), void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_STREAMS, &st);
    if (said != STATUS_OK)
        return said;
    while ((said = db_step(self, st)) == STATUS_OK) {
        stream_state state = stream_of(st);
        visit(context, &state);
    }
    return db_finish(st, said);
}

status store_issues(store *self, uint32_t origin, uint64_t revision,
                    void (*visit)(void *context, const issue *found), void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_ISSUES, &st);
    if (said != STATUS_OK)
        return said;
    (void)sqlite3_bind_int64(st, 1, origin);
    db_bind_u64(st, 2, revision);
    while ((said = db_step(self, st)) == STATUS_OK) {
        issue found = {
            .origin = origin,
            .revision = revision,
            .issued_ns = sqlite3_column_int64(st, 0),
            .digest = db_text(st, 1),
            .received_s = sqlite3_column_int64(st, 2),
            .first_version = db_u64(st, 3),
            .last_version = db_u64(st, 4),
        };
        visit(context, &found);
    }
    return db_finish(st, said);
}

status store_coverage(store *self, void (*visit)(void *context, const declared_coverage *one), void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_COVERAGE, &st);
    if (said != STATUS_OK)
        return said;
    while ((said = db_step(self, st)) == STATUS_OK) {
        declared_coverage one = {
            .key = {.origin = db_u32(st, 0), .area = db_u32(st, 1),
                    .category = db_u32(st, 2), .scheme = db_u32(st, 3)},
            .days = {sqlite3_column_int(st, 4), sqlite3_column_int(st, 5)},
            .declared_s = sqlite3_column_int64(st, 6),
        };
        visit(context, &one);
    }
    return db_finish(st, said);
}

status store_promises(store *self, void (*visit)(void *context, const promise *found), void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_PROMISES, &st);
    if (said != STATUS_OK)
        return said;
    while ((said = db_step(self, st)) == STATUS_OK) {
        promise found = {
            .origin = db_u32(st, 0),
            .area = db_u32(st, 1),
            .interval_s = db_u32(st, 2),
            .retired = sqlite3_column_int(st, 3) != 0,
            .declared_s = sqlite3_column_int64(st, 4),
        };
        visit(context, &found);
    }
    return db_finish(st, said);
}

status store_covered(store *self, uint32_t area, void (*visit)(void *context, const covered_set *set),
                     void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_COVERED, &st);
    if (said != STATUS_OK)
        return said;
    (void)sqlite3_bind_int64(st, 1, area);
    (void)sqlite3_bind_int64(st, 2, area == 0 ? UINT32_MAX : area);
    while ((said = db_step(self, st)) == STATUS_OK) {
        period days = {sqlite3_column_int(st, 2), sqlite3_column_int(st, 3)};
        covered_set set = {.area = db_u32(st, 0), .category = db_u32(st, 1), .days = &days, .count = 1};
        visit(context, &set);
    }
    return db_finish(st, said);
}

static reject reject_of(sqlite3_stmt *st)
{
    return (reject){
        .id = db_u64(st, 0),
        .digest = db_u64(st, 1),
        .received_s = sqlite3_column_int64(st, 2),
        .reason = (reject_reason)sqlite3_column_int(st, 3),
        .words = db_text(st, 4),
        .origin = db_text(st, 5),
        .reference = db_text(st, 6),
        .source = db_text(st, 7),
        .stream = db_text(st, 8),
        .line = db_u64(st, 9),
        .record = db_text(st, 10),
        .row = db_text(st, 11),
        .size = db_u64(st, 12),
        .row_digest = db_u64(st, 13),
        .revision = db_u64(st, 15),
    };
}

status store_rejects(store *self, bool all, bool (*visit)(void *context, const reject *found, bool open),
                     void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_REJECTS, &st);
    if (said != STATUS_OK)
        return said;
    (void)sqlite3_bind_int(st, 1, all);
    while ((said = db_step(self, st)) == STATUS_OK) {
        reject found = reject_of(st);
        if (!visit(context, &found, sqlite3_column_int(st, 14) != 0))
            return db_finish(st, STATUS_OK);
    }
    return db_finish(st, said);
}

status store_tree(store *self, code_kind kind, void (*visit)(void *context, tree_pair pair), void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, kind == CODE_AREA ? QUERY_AREA_TREE : QUERY_CATEGORY_TREE, &st);
    if (said != STATUS_OK)
        return said;
    while ((said = db_step(self, st)) == STATUS_OK)
        visit(context, (tree_pair){db_u32(st, 0), db_u32(st, 1)});
    return db_finish(st, said);
}

status store_setting(store *self, const char *name, arena *memory, text *out)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_SETTING, &st);
    if (said != STATUS_OK)
        return said;
    db_bind_text(st, 1, text_of(name));
    said = db_step(self, st);
    if (said != STATUS_OK)
        return said == STATUS_END ? STATUS_NOT_FOUND : said;
    *out = arena_text(memory, db_text(st, 0));
    return db_finish(st, STATUS_OK);
}
