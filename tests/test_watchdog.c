/* Promise: trouble of Tocsin's own is raised, escalated and cleared in the event list, each change once, over restarts
 * too; what belongs to one source is told together; what can't be stored is stored as soon as it can be.
 */
#include "aggregator/watchdog.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_fixtures.h"
#include "testing.h"

enum { HOUR = 3600, DAY = 86400 };

static const backup_state unplanned;

typedef struct guarded {
    engine_world *w;
    watchdog *watchdog;
    disk_limits limits; /* none: the test's disk may be as it is */
    backup_state backup;
} guarded;

static void begin(guarded *self)
{
    assert_int_equal(watchdog_create(self->w->engine, self->w->data, &self->limits, self->w->now_s, &self->watchdog), STATUS_OK);
}

static int guarded_make(void **state)
{
    static guarded self;
    (void)world_make(state);
    self = (guarded){.w = *state};
    begin(&self);
    *state = &self;
    return 0;
}

static int guarded_remove(void **state)
{
    guarded *self = *state;
    void *world = self->w;
    watchdog_destroy(&self->watchdog);
    return world_remove(&world);
}

static void restart(guarded *self)
{
    watchdog_destroy(&self->watchdog);
    world_reopen(self->w);
    begin(self);
}

/* Looks so many seconds later. */
static void look_after(guarded *self, int64_t s)
{
    self->w->now_s += s;
    watchdog_look(self->watchdog, &self->backup, self->w->now_s);
}

static void declare(guarded *self, const char *origin, const char *area_code, uint32_t interval_s, bool retired)
{
    coverage_declaration what = world_declaration(self->w, origin, area_code, "2025-03-01..2025-03-30", "", "");
    coverage_answer answer;
    char words[NOTE_SIZE_MAX];
    what.promised_interval_s = interval_s;
    what.retired = retired;
    assert_int_equal(engine_declare(self->w->engine, &what, self->w->now_s, &answer, words), STATUS_OK);
    world_commit(self->w);
}

/* --- what was told, a line each: number, kind, alert, batch, subject, area, levels ---------------------- */

struct telling {
    FILE *out;
    codebook *book;
};

static bool tell(void *context, const stored_event *e)
{
    const struct telling *to = context;
    (void)fprintf(to->out, "%llu %.*s %llu %llu %.*s %.*s %u>%u\n", (unsigned long long)e->id, TEXT_ARGS(e->kind),
                  (unsigned long long)e->alert, (unsigned long long)e->batch, TEXT_ARGS(e->subject),
                  TEXT_ARGS(codebook_at(to->book, CODE_AREA, e->area).code), e->level_before, e->level);
    assert_true(e->words.size > 0);
    assert_int_equal(e->as_of, DAY_NONE);
    return true;
}

static void assert_told(guarded *self, const char *expected)
{
    char *said = NULL;
    size_t size;
    struct telling to = {open_memstream(&said, &size), codebook_create()};
    store *read = engine_store(self->w->engine);
    assert_int_equal(codebook_load(to.book, read), STATUS_OK);
    assert_int_equal(store_events(read, 0, tell, &to), STATUS_OK);
    (void)fclose(to.out);
    codebook_destroy(&to.book);
    assert_string_equal(said, expected);
    free(said);
}

static void count_open(void *context, const stored_alert *found)
{
    assert_int_equal(found->closed_s, 0);
    ++*(int *)context;
}

static int open_alerts(guarded *self)
{
    int count = 0;
    assert_int_equal(store_alerts(engine_store(self->w->engine), false, count_open, &count), STATUS_OK);
    return count;
}

/* --- sources ------------------------------------------------------------------------------------------- */

static void a_late_source_is_raised_escalated_and_cleared_once_each(void **state)
{
    guarded *g = *state;
    look_after(g, DAY);
    declare(g, "live", "D1", HOUR, false);
    look_after(g, HOUR);
    assert_told(g, "");
    look_after(g, 1);
    look_after(g, 1);
    assert_told(g, "1 raised 1 1 source live D1 0>2\n");
    look_after(g, 3 * HOUR);
    look_after(g, DAY);
    assert_told(g, "1 raised 1 1 source live D1 0>2\n2 escalated 1 2 source live D1 2>3\n");
    assert_int_equal(open_alerts(g), 1);
    declare(g, "live", "D1", HOUR, false);
    look_after(g, 1);
    look_after(g, 1);
    assert_told(g, "1 raised 1 1 source live D1 0>2\n2 escalated 1 2 source live D1 2>3\n3 cleared 1 3 source live D1 3>0\n");
    assert_int_equal(open_alerts(g), 0);
    look_after(g, HOUR);
    assert_told(g, "1 raised 1 1 source live D1 0>2\n2 escalated 1 2 source live D1 2>3\n3 cleared 1 3 source live D1 3>0\n"
                   "4 raised 4 4 source live D1 0>2\n");
}

static void areas_of_one_source_are_told_together_and_each_has_its_alert(void **state)
{
    guarded *g = *state;
    declare(g, "live", "D1", HOUR, false);
    declare(g, "live", "D2", HOUR, false);
    declare(g, "police", "D3", HOUR, false);
    look_after(g, HOUR + 1);
    assert_told(g, "1 raised 1 1 source live D1 0>2\n2 raised 2 1 source live D2 0>2\n3 raised 3 3 source police D3 0>2\n");
    declare(g, "live", "D2", HOUR, false);
    look_after(g, 1);
    assert_int_equal(open_alerts(g), 2);
}

static void a_source_that_is_retired_is_cleared_and_never_late(void **state)
{
    guarded *g = *state;
    declare(g, "live", "D1", HOUR, false);
    look_after(g, HOUR + 1);
    declare(g, "live", "D1", HOUR, true);
    look_after(g, 1);
    look_after(g, 90 * DAY);
    assert_told(g, "1 raised 1 1 source live D1 0>2\n2 cleared 1 2 source live D1 2>0\n");
}

static void what_sources_csv_promises_stands_in_and_one_never_heard_is_not_late(void **state)
{
    guarded *g = *state;
    file_write(g->w->reference, "sources.csv", text_of("origin,title,rank,promised_interval\nlive,,1,1h\nnever,,2,1h\n"));
    world_reload(g->w);
    declare(g, "live", "D1", 0, false);
    look_after(g, HOUR + 1);
    assert_told(g, "1 raised 1 1 source live D1 0>2\n");
    file_write(g->w->reference, "sources.csv", text_of("origin,title,rank,promised_interval\nlive,,1,\n"));
    world_reload(g->w);
    look_after(g, 1);
    assert_told(g, "1 raised 1 1 source live D1 0>2\n2 cleared 1 2 source live D1 2>0\n");
}

static void a_restart_neither_repeats_nor_forgets(void **state)
{
    guarded *g = *state;
    declare(g, "live", "D1", HOUR, false);
    look_after(g, HOUR + 1);
    restart(g);
    look_after(g, 1);
    look_after(g, SETTLE_S);
    assert_told(g, "1 raised 1 1 source live D1 0>2\n");
    restart(g);
    declare(g, "live", "D1", HOUR, false);
    look_after(g, 1);
    assert_told(g, "1 raised 1 1 source live D1 0>2\n2 cleared 1 2 source live D1 2>0\n");
}

static void who_was_away_with_us_has_time_to_come(void **state)
{
    guarded *g = *state;
    declare(g, "live", "D1", HOUR, false);
    g->w->now_s += 5 * HOUR;
    restart(g);
    look_after(g, 1);
    declare(g, "live", "D1", HOUR, false);
    look_after(g, SETTLE_S + 1);
    assert_told(g, "");
}

/* --- the disk ------------------------------------------------------------------------------------------ */

static void a_disk_below_its_line_is_raised_and_cleared_when_the_line_is_far(void **state)
{
    guarded *g = *state;
    watchdog_destroy(&g->watchdog);
    g->limits.warn.octets = UINT64_MAX / 2; /* more than any disk has */
    begin(g);
    look_after(g, 1);
    look_after(g, 1);
    watchdog_destroy(&g->watchdog);
    g->limits.warn.octets = 1;
    begin(g);
    look_after(g, 1);
    assert_told(g, "1 raised 1 1 disk  0>2\n2 cleared 1 2 disk  2>0\n");
}

static void a_commit_that_failed_is_priority_for_a_minute(void **state)
{
    guarded *g = *state;
    watchdog_heard_commit(g->watchdog, STATUS_BUSY, g->w->now_s); /* somebody else's lock is no fault of the disk */
    look_after(g, 0);
    assert_told(g, "");
    watchdog_heard_commit(g->watchdog, STATUS_FULL, g->w->now_s);
    look_after(g, 1);
    watchdog_heard_commit(g->watchdog, STATUS_OK, g->w->now_s);
    look_after(g, WRITE_FAILED_S - 2);
    assert_told(g, "1 raised 1 1 disk  0>3\n");
    look_after(g, 1);
    assert_told(g, "1 raised 1 1 disk  0>3\n2 cleared 1 2 disk  3>0\n");
}

/* Nothing can be put into the list while this stands. */
static void let_events_fail(guarded *g, bool fail)
{
    char path[FOLDER_SIZE + 16];
    sqlite3 *db;
    (void)snprintf(path, sizeof path, "%s/tocsin.db", g->w->data);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, fail ? "CREATE TRIGGER fail BEFORE INSERT ON event BEGIN SELECT raise(ABORT, 'on purpose'); END"
                                           : "DROP TRIGGER fail", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void what_cannot_be_stored_is_stored_as_soon_as_it_can_be(void **state)
{
    guarded *g = *state;
    declare(g, "live", "D1", HOUR, false);
    let_events_fail(g, true);
    look_after(g, HOUR + 1);
    look_after(g, 6);
    look_after(g, 6);
    assert_told(g, "");
    let_events_fail(g, false);
    look_after(g, 6);
    assert_told(g, "1 raised 1 1 source live D1 0>2\n2 raised 2 2 disk  0>3\n");
    look_after(g, WRITE_FAILED_S);
    assert_told(g, "1 raised 1 1 source live D1 0>2\n2 raised 2 2 disk  0>3\n3 cleared 2 3 disk  3>0\n");
}

/* --- backups ------------------------------------------------------------------------------------------- */

static void assert_setting(guarded *g, const char *name, const char *expected)
{
    text found;
    assert_int_equal(store_setting(engine_store(g->w->engine), name, g->w->memory, &found), STATUS_OK);
    assert_text(found, expected);
}

static void a_backup_that_fails_is_raised_and_cleared_by_a_good_one_which_is_noted(void **state)
{
    guarded *g = *state;
    char expected[64];
    g->backup = (backup_state){.planned = true, .looked = true, .failing = true, .folder = "/backup", .why = "no room"};
    look_after(g, 1);
    look_after(g, 1);
    assert_told(g, "1 raised 1 1 backup  0>2\n");
    restart(g);
    look_after(g, 3 * DAY);
    assert_told(g, "1 raised 1 1 backup  0>2\n2 escalated 1 2 backup  2>3\n");
    g->backup.failing = false;
    g->backup.good_s = g->w->now_s;
    (void)snprintf(g->backup.file, sizeof g->backup.file, "/backup/a b.db");
    (void)snprintf(expected, sizeof expected, "%lld /backup/a b.db", (long long)g->backup.good_s);
    look_after(g, 1);
    assert_told(g, "1 raised 1 1 backup  0>2\n2 escalated 1 2 backup  2>3\n3 cleared 1 3 backup  3>0\n");
    assert_setting(g, "backup_folder", "/backup");
    assert_setting(g, "backup_last", expected);
}

static void without_a_plan_nothing_is_raised_and_what_was_is_cleared(void **state)
{
    guarded *g = *state;
    look_after(g, 30 * DAY);
    assert_told(g, "");
    restart(g);
    g->backup = (backup_state){.planned = true, .looked = true, .failing = true, .folder = "/backup", .why = "no room"};
    look_after(g, 1);
    g->backup = unplanned;
    restart(g);
    look_after(g, 1);
    assert_told(g, "1 raised 1 1 backup  0>2\n2 cleared 1 2 backup  2>0\n");
    assert_setting(g, "backup_folder", "");
}

#define GUARDED(test) cmocka_unit_test_setup_teardown(test, guarded_make, guarded_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        GUARDED(a_late_source_is_raised_escalated_and_cleared_once_each),
        GUARDED(areas_of_one_source_are_told_together_and_each_has_its_alert),
        GUARDED(a_source_that_is_retired_is_cleared_and_never_late),
        GUARDED(what_sources_csv_promises_stands_in_and_one_never_heard_is_not_late),
        GUARDED(a_restart_neither_repeats_nor_forgets),
        GUARDED(who_was_away_with_us_has_time_to_come),
        GUARDED(a_disk_below_its_line_is_raised_and_cleared_when_the_line_is_far),
        GUARDED(a_commit_that_failed_is_priority_for_a_minute),
        GUARDED(what_cannot_be_stored_is_stored_as_soon_as_it_can_be),
        GUARDED(a_backup_that_fails_is_raised_and_cleared_by_a_good_one_which_is_noted),
        GUARDED(without_a_plan_nothing_is_raised_and_what_was_is_cleared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
