/* Reading what sums up: from when to when records are, how far each origin has come, what stands rejected. */
#include "sqlite_db.h"

/* By the days of a month on which anything counts. */
static void widen(period *extent, month_number month, const tally *counted)
{
    for (size_t i = 0; i < counted->count; i++)
        for (int day = 0; day < TALLY_DAYS; day++) {
            day_number on = day == DAY_UNKNOWN ? month_last(month) : month_first(month) + day - 1;
            if (counted->rows[i].days[day] == 0)
                continue;
            extent->from = on < extent->from ? on : extent->from;
            extent->to = on > extent->to ? on : extent->to;
        }
}

status store_extent(store *self, period *out)
{
    sqlite3_stmt *st = NULL;
    period found = {INT32_MAX, INT32_MIN};
    status said = db_statement(self, QUERY_EXTENT, &st);
    if (said != STATUS_OK)
        return said;
    while ((said = db_step(self, st)) == STATUS_OK) {
        tally counted = {0};
        said = tally_add_days_json(&counted, db_text(st, 1));
        widen(&found, sqlite3_column_int(st, 0), &counted);
        tally_free(&counted);
        if (said != STATUS_OK)
            return db_finish(st, said);
    }
    said = db_finish(st, said);
    if (said == STATUS_OK && found.to < found.from)
        return STATUS_NOT_FOUND;
    if (said == STATUS_OK)
        *out = found;
    return said;
}

struct last_record {
    uint32_t origin; /* 0: none yet */
    period extent;
};

static const struct last_record no_record = {0, {INT32_MAX, INT32_MIN}};

static status take_last(struct last_record *self, sqlite3_stmt *st)
{
    tally counted = {0};
    status said = tally_add_days_json(&counted, db_text(st, 2));
    if (said == STATUS_OK && sqlite3_column_type(st, 3) != SQLITE_NULL)
        said = tally_add_days_json(&counted, db_text(st, 3));
    self->origin = db_u32(st, 0);
    widen(&self->extent, sqlite3_column_int(st, 1), &counted);
    tally_free(&counted);
    return said;
}

static void give_last(struct last_record *self, void (*visit)(void *context, uint32_t origin, day_number last), void *context)
{
    if (self->origin != 0 && self->extent.to >= self->extent.from)
        visit(context, self->origin, self->extent.to);
    *self = no_record;
}

status store_last_records(store *self, void (*visit)(void *context, uint32_t origin, day_number last), void *context)
{
    sqlite3_stmt *st = NULL;
    struct last_record now = no_record;
    status said = db_statement(self, QUERY_LAST_RECORDS, &st);
    if (said != STATUS_OK)
        return said;
    while ((said = db_step(self, st)) == STATUS_OK) {
        if (db_u32(st, 0) != now.origin)
            give_last(&now, visit, context);
        said = take_last(&now, st);
        if (said != STATUS_OK)
            return db_finish(st, said);
    }
    give_last(&now, visit, context);
    return db_finish(st, said);
}

status store_reject_counts(store *self, void (*visit)(void *context, text origin, uint64_t count), void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_REJECT_COUNTS, &st);
    if (said != STATUS_OK)
        return said;
    while ((said = db_step(self, st)) == STATUS_OK)
        visit(context, db_text(st, 0), db_u64(st, 1));
    return db_finish(st, said);
}
