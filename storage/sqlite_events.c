/* Events, the alerts that they add up to, and silences: putting and reading. */
#include "sqlite_db.h"

/* --- putting -------------------------------------------------------------------------------------- */

static text or_else(text value, const char *otherwise)
{
    return value.size > 0 ? value : text_of(otherwise);
}

static status put_event(store *self, const stored_event *e)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_PUT_EVENT, &st);
    if (said != STATUS_OK)
        return said;
    db_bind_u64(st, 1, e->id);
    (void)sqlite3_bind_int64(st, 2, e->at_s);
    db_bind_text(st, 3, e->kind);
    db_bind_u64(st, 4, e->alert);
    db_bind_text(st, 5, e->subject);
    (void)sqlite3_bind_int64(st, 6, e->area);
    (void)sqlite3_bind_int64(st, 7, e->category);
    (void)sqlite3_bind_int(st, 8, e->as_of);
    (void)sqlite3_bind_int(st, 9, e->level_before);
    (void)sqlite3_bind_int(st, 10, e->level);
    (void)sqlite3_bind_int(st, 11, e->direction_before);
    (void)sqlite3_bind_int(st, 12, e->direction);
    db_bind_text(st, 13, e->rule);
    (void)sqlite3_bind_int(st, 14, e->corrected);
    (void)sqlite3_bind_int64(st, 15, e->lowest);
    db_bind_u64(st, 16, e->batch);
    db_bind_text(st, 17, or_else(e->figures, "{}"));
    db_bind_text(st, 18, e->words);
    db_bind_text(st, 19, or_else(e->caveats, "[]"));
    db_bind_text(st, 20, e->who);
    db_bind_text(st, 21, e->note);
    return db_run(self, st);
}

static status open_alert(store *self, const stored_event *e)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_OPEN_ALERT, &st);
    if (said != STATUS_OK)
        return said;
    db_bind_u64(st, 1, e->id);
    db_bind_text(st, 2, e->subject);
    (void)sqlite3_bind_int64(st, 3, e->area);
    (void)sqlite3_bind_int64(st, 4, e->category);
    (void)sqlite3_bind_int(st, 5, e->level);
    (void)sqlite3_bind_int(st, 6, e->direction);
    (void)sqlite3_bind_int64(st, 7, e->at_s);
    return db_run(self, st);
}

static status move_alert(store *self, const stored_event *e)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_MOVE_ALERT, &st);
    if (said != STATUS_OK)
        return said;
    db_bind_u64(st, 1, e->alert);
    (void)sqlite3_bind_int(st, 2, e->level);
    (void)sqlite3_bind_int(st, 3, e->direction);
    (void)sqlite3_bind_int64(st, 4, e->at_s);
    db_bind_u64(st, 5, e->id);
    return db_run(self, st);
}

/* Acknowledges, or takes that back. */
static status acknowledge_alert(store *self, const stored_event *e, bool taken)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_ACKNOWLEDGE_ALERT, &st);
    if (said != STATUS_OK)
        return said;
    db_bind_u64(st, 1, e->alert);
    if (taken)
        db_bind_u64(st, 2, e->id);
    else
        (void)sqlite3_bind_null(st, 2);
    (void)sqlite3_bind_int64(st, 3, e->at_s);
    return db_run(self, st);
}

static status touch_alert(store *self, const stored_event *e)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_TOUCH_ALERT, &st);
    if (said != STATUS_OK)
        return said;
    db_bind_u64(st, 1, e->alert);
    (void)sqlite3_bind_int64(st, 2, e->at_s);
    return db_run(self, st);
}

/* What an event does to the alert that it belongs to. */
static status follow_event(store *self, const stored_event *e)
{
    if (e->alert == 0)
        return STATUS_OK;
    if (e->alert == e->id)
        return open_alert(self, e);
    if (e->who.size == 0)
        return move_alert(self, e);
    if (text_is(e->kind, "acknowledged") || text_is(e->kind, "reopened"))
        return acknowledge_alert(self, e, text_is(e->kind, "acknowledged"));
    return touch_alert(self, e);
}

static status put_silence(store *self, const stored_silence *one)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_PUT_SILENCE, &st);
    if (said != STATUS_OK)
        return said;
    db_bind_u64(st, 1, one->id);
    db_bind_u64(st, 2, one->alert);
    (void)sqlite3_bind_int64(st, 3, one->area);
    (void)sqlite3_bind_int64(st, 4, one->category);
    (void)sqlite3_bind_int(st, 5, one->days.from);
    (void)sqlite3_bind_int(st, 6, one->days.to);
    db_bind_text(st, 7, one->recurs);
    db_bind_text(st, 8, one->who);
    db_bind_text(st, 9, one->why);
    if (one->ended != 0)
        db_bind_u64(st, 10, one->ended);
    else
        (void)sqlite3_bind_null(st, 10);
    return db_run(self, st);
}

status db_put_events(store *self, const store_group *group)
{
    status said = STATUS_OK;
    for (size_t i = 0; i < group->event_count && said == STATUS_OK; i++) {
        said = put_event(self, &group->events[i]);
        if (said == STATUS_OK)
            said = follow_event(self, &group->events[i]);
    }
    for (size_t i = 0; i < group->silence_count && said == STATUS_OK; i++)
        said = put_silence(self, &group->silences[i]);
    return said;
}

/* --- reading -------------------------------------------------------------------------------------- */

/* Columns in the order of the tables. */
static stored_event event_of(sqlite3_stmt *st)
{
    return (stored_event){
        .id = db_u64(st, 0),
        .at_s = sqlite3_column_int64(st, 1),
        .kind = db_text(st, 2),
        .alert = db_u64(st, 3),
        .subject = db_text(st, 4),
        .area = db_u32(st, 5),
        .category = db_u32(st, 6),
        .as_of = sqlite3_column_int(st, 7),
        .level_before = (uint8_t)sqlite3_column_int(st, 8),
        .level = (uint8_t)sqlite3_column_int(st, 9),
        .direction_before = (uint8_t)sqlite3_column_int(st, 10),
        .direction = (uint8_t)sqlite3_column_int(st, 11),
        .rule = db_text(st, 12),
        .corrected = sqlite3_column_int(st, 13) != 0,
        .lowest = db_u32(st, 14),
        .batch = db_u64(st, 15),
        .figures = db_text(st, 16),
        .words = db_text(st, 17),
        .caveats = db_text(st, 18),
        .who = db_text(st, 19),
        .note = db_text(st, 20),
    };
}

static stored_alert alert_of(sqlite3_stmt *st)
{
    return (stored_alert){
        .id = db_u64(st, 0),
        .subject = db_text(st, 1),
        .area = db_u32(st, 2),
        .category = db_u32(st, 3),
        .level = (uint8_t)sqlite3_column_int(st, 4),
        .direction = (uint8_t)sqlite3_column_int(st, 5),
        .highest = (uint8_t)sqlite3_column_int(st, 6),
        .opened_s = sqlite3_column_int64(st, 7),
        .changed_s = sqlite3_column_int64(st, 8),
        .closed_s = sqlite3_column_int64(st, 9),
        .decided = db_u64(st, 10),
        .acknowledged = db_u64(st, 11),
    };
}

static stored_silence silence_of(sqlite3_stmt *st)
{
    return (stored_silence){
        .id = db_u64(st, 0),
        .alert = db_u64(st, 1),
        .area = db_u32(st, 2),
        .category = db_u32(st, 3),
        .days = {sqlite3_column_int(st, 4), sqlite3_column_int(st, 5)},
        .recurs = db_text(st, 6),
        .who = db_text(st, 7),
        .why = db_text(st, 8),
        .ended = db_u64(st, 9),
    };
}

status store_events(store *self, uint64_t after, bool (*visit)(void *context, const stored_event *found), void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_EVENTS, &st);
    if (said != STATUS_OK)
        return said;
    db_bind_u64(st, 1, after);
    while ((said = db_step(self, st)) == STATUS_OK) {
        stored_event found = event_of(st);
        if (!visit(context, &found))
            return db_finish(st, STATUS_OK);
    }
    return db_finish(st, said);
}

/* Finds the one row of a number.
 * Returns STATUS_OK: `out` stands on it, and is to be finished */
static status find_one(store *self, query which, uint64_t id, sqlite3_stmt **out)
{
    status said = db_statement(self, which, out);
    if (said != STATUS_OK)
        return said;
    db_bind_u64(*out, 1, id);
    said = db_step(self, *out);
    return said == STATUS_END ? STATUS_NOT_FOUND : said;
}

status store_event(store *self, uint64_t id, arena *memory, stored_event *out)
{
    sqlite3_stmt *st = NULL;
    status said = find_one(self, QUERY_EVENT, id, &st);
    if (said != STATUS_OK)
        return said;
    *out = event_of(st);
    text *texts[] = {&out->kind, &out->subject, &out->rule, &out->figures, &out->words, &out->caveats, &out->who, &out->note};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_text(memory, *texts[i]);
    return db_finish(st, STATUS_OK);
}

status store_alert_events(store *self, uint64_t alert, void (*visit)(void *context, const stored_event *found),
                          void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_ALERT_EVENTS, &st);
    if (said != STATUS_OK)
        return said;
    db_bind_u64(st, 1, alert);
    while ((said = db_step(self, st)) == STATUS_OK) {
        stored_event found = event_of(st);
        visit(context, &found);
    }
    return db_finish(st, said);
}

status store_last_event(store *self, uint64_t *out)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_LAST_EVENT, &st);
    if (said == STATUS_OK)
        said = db_step(self, st);
    if (said != STATUS_OK)
        return said;
    *out = db_u64(st, 0);
    return db_finish(st, STATUS_OK);
}

status store_alerts(store *self, bool all, void (*visit)(void *context, const stored_alert *found), void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_ALERTS, &st);
    if (said != STATUS_OK)
        return said;
    (void)sqlite3_bind_int(st, 1, all);
    while ((said = db_step(self, st)) == STATUS_OK) {
        stored_alert found = alert_of(st);
        visit(context, &found);
    }
    return db_finish(st, said);
}

status store_alert(store *self, uint64_t id, arena *memory, stored_alert *out)
{
    sqlite3_stmt *st = NULL;
    status said = find_one(self, QUERY_ALERT, id, &st);
    if (said != STATUS_OK)
        return said;
    *out = alert_of(st);
    out->subject = arena_text(memory, out->subject);
    return db_finish(st, STATUS_OK);
}

status store_silences(store *self, bool all, void (*visit)(void *context, const stored_silence *found), void *context)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_SILENCES, &st);
    if (said != STATUS_OK)
        return said;
    (void)sqlite3_bind_int(st, 1, all);
    while ((said = db_step(self, st)) == STATUS_OK) {
        stored_silence found = silence_of(st);
        visit(context, &found);
    }
    return db_finish(st, said);
}
