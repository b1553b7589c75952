/* One commit: every part of a group, in a transaction that holds all of it or nothing. */
#include <assert.h>
#include <string.h>

#include "proto/fault_point.h"
#include "sqlite_db.h"

static status put_codes(store *self, const store_group *group)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_PUT_CODE, &st);
    for (size_t i = 0; i < group->code_count && said == STATUS_OK; i++) {
        const stored_code *c = &group->codes[i];
        (void)sqlite3_bind_int(st, 1, (int)c->kind);
        (void)sqlite3_bind_int64(st, 2, c->id);
        db_bind_text(st, 3, c->code);
        db_bind_text(st, 4, c->name);
        db_bind_text(st, 5, c->hint);
        said = db_run(self, st);
    }
    return said;
}

static void bind_coordinate(sqlite3_stmt *st, int index, int32_t value)
{
    if (value == COORDINATE_NONE)
        (void)sqlite3_bind_null(st, index);
    else
        (void)sqlite3_bind_int(st, index, value);
}

/* The n-th of those that go in with one statement, from 0. */
static void bind_version(sqlite3_stmt *st, int n, const version *v)
{
    int at = n * VERSION_COLUMNS;
    db_bind_u64(st, at + 1, v->id);
    (void)sqlite3_bind_int64(st, at + 2, v->origin);
    db_bind_text(st, at + 3, v->reference);
    db_bind_u64(st, at + 4, v->revision);
    (void)sqlite3_bind_int64(st, at + 5, v->issued_ns);
    (void)sqlite3_bind_int64(st, at + 6, v->received_s);
    (void)sqlite3_bind_int(st, at + 7, (int)v->status);
    (void)sqlite3_bind_int(st, at + 8, v->current);
    if (v->previous == 0)
        (void)sqlite3_bind_null(st, at + 9);
    else
        db_bind_u64(st, at + 9, v->previous);
    if (v->recorded == DAY_NONE)
        (void)sqlite3_bind_null(st, at + 10);
    else
        (void)sqlite3_bind_int(st, at + 10, v->recorded);
    (void)sqlite3_bind_int(st, at + 11, v->month_only);
    db_bind_code(st, at + 12, v->offence);
    db_bind_code(st, at + 13, v->place);
    db_bind_code(st, at + 14, v->markers);
    db_bind_code(st, at + 15, v->outcome);
    db_bind_text_or_null(st, at + 16, v->recorded_at);
    db_bind_text_or_null(st, at + 17, v->occurred_at);
    db_bind_text_or_null(st, at + 18, v->occurred_to);
    bind_coordinate(st, at + 19, v->latitude_e6);
    bind_coordinate(st, at + 20, v->longitude_e6);
}

static status put_versions(store *self, const store_group *group)
{
    sqlite3_stmt *many = NULL, *one = NULL;
    status said = db_statement(self, QUERY_PUT_VERSIONS, &many);
    if (said == STATUS_OK)
        said = db_statement(self, QUERY_PUT_VERSION, &one);
    for (size_t i = 0; i < group->version_count && said == STATUS_OK;) {
        int count = group->version_count - i < VERSIONS_AT_ONCE ? 1 : VERSIONS_AT_ONCE;
        sqlite3_stmt *st = count == 1 ? one : many;
        for (int n = 0; n < count; n++)
            bind_version(st, n, &group->versions[i++]);
        said = db_run(self, st);
    }
    return said;
}

static status put_marks(store *self, const store_group *group)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_MARK_VERSION, &st);
    for (size_t i = 0; i < group->mark_count && said == STATUS_OK; i++) {
        db_bind_u64(st, 1, group->marks[i].id);
        (void)sqlite3_bind_int(st, 2, group->marks[i].current);
        (void)sqlite3_bind_int64(st, 3, group->marks[i].issued_ns);
        said = db_run(self, st);
    }
    return said;
}

static bool is_empty(const tally *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->rows[i].total > 0)
            return false;
    return true;
}

static status put_month(store *self, sqlite3_stmt *put, sqlite3_stmt *drop, const month_counts *m)
{
    bool outranked = !is_empty(m->outranked);
    if (is_empty(m->counted) && !outranked) {
        (void)sqlite3_bind_int64(drop, 1, db_month_id(m->key));
        return db_run(self, drop);
    }
    (void)sqlite3_bind_int64(put, 1, db_month_id(m->key));
    (void)sqlite3_bind_int64(put, 2, m->key.area);
    (void)sqlite3_bind_int64(put, 3, m->key.month);
    (void)sqlite3_bind_int64(put, 4, m->key.origin);
    db_bind_text(put, 5, tally_totals_json(m->counted, self->scratch));
    db_bind_text(put, 6, tally_days_json(m->counted, self->scratch));
    db_bind_text_or_null(put, 7, outranked ? tally_days_json(m->outranked, self->scratch) : (text){0});
    status said = db_run(self, put);
    arena_reset(self->scratch);
    return said;
}

static status put_months(store *self, const store_group *group)
{
    sqlite3_stmt *put = NULL, *drop = NULL;
    status said = db_statement(self, QUERY_PUT_MONTH, &put);
    if (said == STATUS_OK)
        said = db_statement(self, QUERY_DROP_MONTH, &drop);
    if (said == STATUS_OK && group->replace_months)
        said = db_do(self, QUERY_DROP_MONTHS);
    for (size_t i = 0; i < group->month_count && said == STATUS_OK; i++)
        said = put_month(self, put, drop, &group->months[i]);
    return said;
}

static void bind_blob_or_null(sqlite3_stmt *st, int index, text value)
{
    if (value.size == 0)
        (void)sqlite3_bind_null(st, index);
    else
        db_bind_blob(st, index, value);
}

static status put_rejects(store *self, const store_group *group)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_PUT_REJECT, &st);
    for (size_t i = 0; i < group->reject_count && said == STATUS_OK; i++) {
        const reject *r = &group->rejects[i];
        db_bind_u64(st, 1, r->digest);
        (void)sqlite3_bind_int64(st, 2, r->received_s);
        (void)sqlite3_bind_int(st, 3, (int)r->reason);
        db_bind_text(st, 4, r->words);
        db_bind_text(st, 5, r->origin);
        db_bind_text(st, 6, r->reference);
        db_bind_text(st, 7, r->source);
        db_bind_text(st, 8, r->stream);
        db_bind_u64(st, 9, r->line);
        bind_blob_or_null(st, 10, r->record);
        bind_blob_or_null(st, 11, r->row);
        db_bind_u64(st, 12, r->size);
        db_bind_u64(st, 13, r->row_digest);
        db_bind_u64(st, 14, r->revision);
        said = db_run(self, st);
    }
    return said;
}

static status resolve_rejects(store *self, const store_group *group)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_RESOLVE_REJECT, &st);
    for (size_t i = 0; i < group->resolved_count && said == STATUS_OK; i++) {
        db_bind_u64(st, 1, group->resolved[i]);
        (void)sqlite3_bind_int64(st, 2, group->now_s);
        said = db_run(self, st);
    }
    return said;
}

static status put_streams(store *self, const store_group *group)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_PUT_STREAM, &st);
    for (size_t i = 0; i < group->stream_count && said == STATUS_OK; i++) {
        const stream_state *s = &group->streams[i];
        db_bind_text(st, 1, s->key.source);
        db_bind_text(st, 2, s->key.stream);
        db_bind_u64(st, 3, s->position.offset);
        db_bind_blob(st, 4, s->position.digest);
        db_bind_u64(st, 5, s->epoch);
        (void)sqlite3_bind_int64(st, 6, s->updated_s);
        db_bind_u64(st, 7, s->accepted);
        db_bind_u64(st, 8, s->repeated);
        db_bind_u64(st, 9, s->replaced);
        db_bind_u64(st, 10, s->rejected);
        db_bind_u64(st, 11, s->instance);
        said = db_run(self, st);
    }
    return said;
}

static status put_issues(store *self, const store_group *group)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_PUT_ISSUE, &st);
    for (size_t i = 0; i < group->issue_count && said == STATUS_OK; i++) {
        const issue *one = &group->issues[i];
        (void)sqlite3_bind_int64(st, 1, one->origin);
        db_bind_u64(st, 2, one->revision);
        (void)sqlite3_bind_int64(st, 3, one->issued_ns);
        db_bind_blob(st, 4, one->digest);
        (void)sqlite3_bind_int64(st, 5, one->received_s);
        db_bind_u64(st, 6, one->first_version);
        if (one->last_version == 0)
            (void)sqlite3_bind_null(st, 7);
        else
            db_bind_u64(st, 7, one->last_version);
        said = db_run(self, st);
    }
    return said;
}

static status put_coverage(store *self, const store_group *group)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_PUT_COVERAGE, &st);
    for (size_t i = 0; i < group->coverage_count && said == STATUS_OK; i++) {
        const declared_coverage *one = &group->coverage[i];
        (void)sqlite3_bind_int64(st, 1, one->key.origin);
        (void)sqlite3_bind_int64(st, 2, one->key.area);
        (void)sqlite3_bind_int64(st, 3, one->key.category);
        (void)sqlite3_bind_int64(st, 4, one->key.scheme);
        (void)sqlite3_bind_int(st, 5, one->days.from);
        (void)sqlite3_bind_int(st, 6, one->days.to);
        (void)sqlite3_bind_int64(st, 7, one->declared_s);
        said = db_run(self, st);
    }
    return said;
}

static status put_promises(store *self, const store_group *group)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_PUT_PROMISE, &st);
    for (size_t i = 0; i < group->promise_count && said == STATUS_OK; i++) {
        const promise *p = &group->promises[i];
        (void)sqlite3_bind_int64(st, 1, p->origin);
        (void)sqlite3_bind_int64(st, 2, p->area);
        (void)sqlite3_bind_int64(st, 3, p->interval_s);
        (void)sqlite3_bind_int(st, 4, p->retired);
        (void)sqlite3_bind_int64(st, 5, p->declared_s);
        said = db_run(self, st);
    }
    return said;
}

/* What the areas had is dropped before the first set is put: they may come in any order. */
static status put_covered(store *self, const store_group *group)
{
    sqlite3_stmt *drop = NULL, *put = NULL;
    status said = db_statement(self, QUERY_DROP_COVERED, &drop);
    if (said == STATUS_OK)
        said = db_statement(self, QUERY_PUT_COVERED, &put);
    for (size_t i = 0; i < group->covered_count && said == STATUS_OK; i++) {
        if (i > 0 && group->covered[i].area == group->covered[i - 1].area)
            continue;
        (void)sqlite3_bind_int64(drop, 1, group->covered[i].area);
        said = db_run(self, drop);
    }
    for (size_t i = 0; i < group->covered_count && said == STATUS_OK; i++) {
        const covered_set *set = &group->covered[i];
        for (size_t k = 0; k < set->count && said == STATUS_OK; k++) {
            (void)sqlite3_bind_int64(put, 1, set->area);
            (void)sqlite3_bind_int64(put, 2, set->category);
            (void)sqlite3_bind_int(put, 3, set->days[k].from);
            (void)sqlite3_bind_int(put, 4, set->days[k].to);
            said = db_run(self, put);
        }
    }
    return said;
}

static status put_adoption(store *self, const store_group *group)
{
    return group->adoption != NULL ? db_adopt(self, group->adoption) : STATUS_OK;
}

static status put_settings(store *self, const store_group *group)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_PUT_SETTING, &st);
    for (size_t i = 0; i < group->setting_count && said == STATUS_OK; i++) {
        db_bind_text(st, 1, group->settings[i].name);
        db_bind_text(st, 2, group->settings[i].value);
        said = db_run(self, st);
    }
    return said;
}

/* In this order; the last but the commit itself are the streams' positions. */
static const struct step {
    const char *name; /* of the fault point behind it */
    status (*put)(store *self, const store_group *group);
} steps[] = {
    {"commit-codes", put_codes},       {"commit-versions", put_versions},    {"commit-marks", put_marks},
    {"commit-months", put_months},     {"commit-rejects", put_rejects},      {"commit-resolved", resolve_rejects},
    {"commit-issues", put_issues},     {"commit-coverage", put_coverage},    {"commit-promises", put_promises},
    {"commit-adoption", put_adoption}, {"commit-covered", put_covered},      {"commit-settings", put_settings},
    {"commit-levels", db_put_levels},  {"commit-events", db_put_events},     {"commit-unjudged", db_put_unjudged},
    {"commit-streams", put_streams},
};

static status put_all(store *self, const store_group *group)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        status said = steps[i].put(self, group);
        if (said != STATUS_OK)
            return said;
        fault_point(steps[i].name);
    }
    return STATUS_OK;
}

status store_commit(store *self, const store_group *group)
{
    assert(self->lock >= 0);
    fault_point("commit-begin");
    status said = db_do(self, QUERY_BEGIN_WRITE);
    if (said != STATUS_OK)
        goto undo;
    fault_point("commit-open");
    said = put_all(self, group);
    if (said != STATUS_OK)
        goto undo;
    said = db_do(self, QUERY_COMMIT);
    if (said == STATUS_OK) {
        fault_point("commit-stored");
        return STATUS_OK;
    }
undo:
    /* The words of the fault, not those of the roll-back. SQLite may have rolled back by itself (full
     * disk, no memory): then there is nothing to undo. */
    {
        char trouble[sizeof self->trouble];
        memcpy(trouble, self->trouble, sizeof trouble);
        if (!sqlite3_get_autocommit(self->db))
            (void)db_do(self, QUERY_ROLLBACK);
        memcpy(self->trouble, trouble, sizeof trouble);
    }
    arena_reset(self->scratch);
    assert(sqlite3_get_autocommit(self->db));
    return said;
}

status store_checkpoint(store *self, uint64_t octets)
{
    int frames = 0, done = 0;
    assert(self->lock >= 0);
    if (self->log_pages == 0 || (uint64_t)self->log_pages * (uint64_t)self->page_size < octets)
        return STATUS_AGAIN;
    fault_point("log-begin");
    int code = sqlite3_wal_checkpoint_v2(self->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &done);
    if (code != SQLITE_OK && code != SQLITE_BUSY)
        return db_trouble(self, code);
    fault_point("log-moved");
    if (code == SQLITE_OK && frames == done)
        self->log_pages = 0; /* the next commit begins the log again */
    return STATUS_OK;
}
