/* Levels, and areas that wait to be judged: putting and reading. */
#include "sqlite_db.h"

/* --- putting -------------------------------------------------------------------------------------- */

static void bind_day(sqlite3_stmt *st, int index, day_number d)
{
    if (d == DAY_NONE)
        (void)sqlite3_bind_null(st, index);
    else
        (void)sqlite3_bind_int(st, index, d);
}

static status put_level(store *self, const stored_level *one)
{
    sqlite3_stmt *st = NULL;
    bool says_nothing = one->level == 0 && one->announced == 0;
    status said = db_statement(self, says_nothing ? QUERY_DROP_LEVEL : QUERY_PUT_LEVEL, &st);
    if (said != STATUS_OK)
        return said;
    (void)sqlite3_bind_int64(st, 1, one->area);
    (void)sqlite3_bind_int64(st, 2, one->category);
    if (!says_nothing) {
        (void)sqlite3_bind_int(st, 3, one->level);
        (void)sqlite3_bind_int(st, 4, one->direction);
        db_bind_text(st, 5, one->rule);
        bind_day(st, 6, one->since);
        (void)sqlite3_bind_int(st, 7, one->as_of);
        (void)sqlite3_bind_int(st, 8, one->announced);
        (void)sqlite3_bind_int(st, 9, one->announced_direction);
        db_bind_u64(st, 10, one->alert);
    }
    return db_run(self, st);
}

status db_put_levels(store *self, const store_group *group)
{
    status said = STATUS_OK;
    for (size_t i = 0; i < group->level_count && said == STATUS_OK; i++)
        said = put_level(self, &group->levels[i]);
    return said;
}

static status run_for_each(store *self, query which, const uint32_t *areas, size_t count)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, which, &st);
    for (size_t i = 0; i < count && said == STATUS_OK; i++) {
        (void)sqlite3_bind_int64(st, 1, areas[i]);
        said = db_run(self, st);
    }
    return said;
}

status db_put_unjudged(store *self, const store_group *group)
{
    status said = run_for_each(self, QUERY_PUT_UNJUDGED, group->unjudged, group->unjudged_count);
    return said == STATUS_OK ? run_for_each(self, QUERY_DROP_UNJUDGED, group->judged, group->judged_count) : said;
}

/* --- reading -------------------------------------------------------------------------------------- */

status store_levels(store *self, uint32_t area, void (*visit)(void *context, const stored_level *found), void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_LEVELS, &st);
    if (said != STATUS_OK)
        return said;
    (void)sqlite3_bind_int64(st, 1, area);
    (void)sqlite3_bind_int64(st, 2, area == 0 ? UINT32_MAX : area);
    while ((said = db_step(self, st)) == STATUS_OK) {
        stored_level found = {
            .area = db_u32(st, 0),
            .category = db_u32(st, 1),
            .level = (uint8_t)sqlite3_column_int(st, 2),
            .direction = (uint8_t)sqlite3_column_int(st, 3),
            .rule = db_text(st, 4),
            .since = sqlite3_column_type(st, 5) == SQLITE_NULL ? DAY_NONE : sqlite3_column_int(st, 5),
            .as_of = sqlite3_column_int(st, 6),
            .announced = (uint8_t)sqlite3_column_int(st, 7),
            .announced_direction = (uint8_t)sqlite3_column_int(st, 8),
            .alert = db_u64(st, 9),
        };
        visit(context, &found);
    }
    return db_finish(st, said);
}

status store_unjudged(store *self, void (*visit)(void *context, uint32_t area), void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_UNJUDGED, &st);
    if (said != STATUS_OK)
        return said;
    while ((said = db_step(self, st)) == STATUS_OK)
        visit(context, db_u32(st, 0));
    return db_finish(st, said);
}
