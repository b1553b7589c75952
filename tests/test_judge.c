/* Promise: where series stand depends on the records alone, whatever their order, their commits and restarts between;
 * each change is announced once, with figures and words, under numbers without a gap; loading a backlog announces
 * nothing before its end, and then where series stand, once; a commit that fails announces nothing.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_fixtures.h"
#include "testing.h"

static const char rules_file[] =
    "baseline: 2022-23\n"
    "rules:\n"
    "  - name: yearly\n"
    "    detector: rolling-year\n"
    "    areas: [district, force]\n"
    "    categories: [all]\n"
    "    levels:\n"
    "      priority: {percent: 20, p: 0.001}\n"
    "      elevated: {percent: 10, p: 0.01}\n"
    "      watch: {percent: 10}\n";

static int make_with_rules(void **state)
{
    (void)world_make(state);
    engine_world *w = *state;
    file_write(w->reference, "priorities.yaml", text_of(rules_file));
    world_reload(w);
    return 0;
}

/* --- what is stored, in words ----------------------------------------------------------------------- */

struct telling {
    engine_world *w;
    codebook *book;
    FILE *out;
    uint64_t last;
};

static void tell_level(void *context, const stored_level *l)
{
    const struct telling *t = context;
    char since[DATE_TEXT], as_of[DATE_TEXT];
    (void)fprintf(t->out, "%.*s %.*s %u/%u %.*s since %s as of %s\n",
                  TEXT_ARGS(codebook_at(t->book, CODE_AREA, l->area).code),
                  TEXT_ARGS(codebook_at(t->book, CODE_CATEGORY, l->category).code), l->level, l->direction,
                  TEXT_ARGS(l->rule), date_text(l->since, since), date_text(l->as_of, as_of));
}

static bool tell_event(void *context, const stored_event *e)
{
    struct telling *t = context;
    char as_of[DATE_TEXT];
    assert_int_equal(e->id, t->last + 1);
    t->last = e->id;
    assert_true(e->words.size > 0 && e->figures.size > 0 && e->caveats.size > 0);
    (void)fprintf(t->out, "%.*s %.*s %.*s %u>%u %s%s\n", TEXT_ARGS(e->kind),
                  TEXT_ARGS(codebook_at(t->book, CODE_AREA, e->area).code),
                  TEXT_ARGS(codebook_at(t->book, CODE_CATEGORY, e->category).code), e->level_before, e->level,
                  date_text(e->as_of, as_of), e->corrected ? " corrected" : "");
    return true;
}

static const char *tell(engine_world *w, bool levels)
{
    char *octets = NULL;
    size_t size;
    struct telling t = {.w = w, .book = codebook_create(), .out = open_memstream(&octets, &size)};
    assert_int_equal(codebook_load(t.book, engine_store(w->engine)), STATUS_OK);
    if (levels)
        assert_int_equal(store_levels(engine_store(w->engine), 0, tell_level, &t), STATUS_OK);
    else
        assert_int_equal(store_events(engine_store(w->engine), 0, tell_event, &t), STATUS_OK);
    (void)fclose(t.out);
    codebook_destroy(&t.book);
    const char *said = arena_print(w->memory, "%s", octets).at;
    free(octets);
    return said;
}

static const char *levels_of(engine_world *w)
{
    return tell(w, true);
}

static const char *events_of(engine_world *w)
{
    return tell(w, false);
}

/* --- records --------------------------------------------------------------------------------------- */

/* One home broken into every day in D1, two from 2024-03-01 on; a shop theft every other day in D2. */
static size_t all_records(engine_world *w, incident *out)
{
    size_t count = 0;
    char date[DATE_TEXT];
    for (day_number on = day_of(2022, 1, 1); on <= day_of(2024, 12, 31); on++) {
        int of_the_day = on >= day_of(2024, 3, 1) ? 2 : 1;
        for (int k = 0; k < of_the_day; k++)
            out[count++] = crime(arena_print(w->memory, "home %d %d", on, k).at,
                                 arena_print(w->memory, "%s", date_text(on, date)).at, "30C", "D1");
        if (on % 2 == 0)
            out[count++] = crime(arena_print(w->memory, "shop %d", on).at,
                                 arena_print(w->memory, "%s", date_text(on, date)).at, "49", "D2");
    }
    return count;
}

enum { FED_MAX = 4000 };

static void declare_all(engine_world *w, const char *days)
{
    (void)world_declare(w, COVERAGE_TAKEN, world_declaration(w, "live", "D1", days, "", ""));
    (void)world_declare(w, COVERAGE_TAKEN, world_declaration(w, "live", "D2", days, "", ""));
}

static void swap(incident *a, incident *b)
{
    incident kept = *a;
    *a = *b;
    *b = kept;
}

static void where_series_stand_depends_on_the_records_alone(void **state)
{
    engine_world *straight = *state;
    incident *each = calloc(FED_MAX, sizeof *each);
    size_t count = all_records(straight, each);
    for (size_t i = 0; i < count; i++)
        (void)admitted(straight, each[i]);
    declare_all(straight, "2022-01-01..2024-12-31");
    world_commit(straight);
    const char *expected = levels_of(straight);
    assert_non_null(strstr(expected, "D1 home 3/1 yearly"));
    assert_non_null(strstr(expected, "D1 all-crime 3/1"));
    assert_null(strstr(expected, "D2"));
    for (uint64_t seed = 1; seed <= 3; seed++) {
        engine_world other = engine_world_make(), *w = &other;
        chance by = {.state = seed};
        file_write(w->reference, "priorities.yaml", text_of(rules_file));
        world_reload(w);
        if (seed == 2)
            declare_all(w, "2022-01-01..2023-06-30");
        for (size_t i = count - 1; i > 0; i--)
            swap(&each[i], &each[chance_below(&by, (uint32_t)i + 1)]);
        for (size_t i = 0; i < count; i++) {
            (void)admitted(w, each[i]);
            if (chance_below(&by, 100) == 0)
                world_commit(w);
            if (chance_below(&by, 1000) == 0) {
                world_commit(w);
                world_reopen(w);
            }
        }
        declare_all(w, "2022-01-01..2024-12-31");
        world_commit(w);
        assert_same_words(levels_of(w), expected);
        engine_world_forget(w);
    }
    free(each);
}

/* The levels of a world that has known all of these records from the beginning. */
static const char *levels_with(engine_world *memory, const incident *each, size_t count, incident undated)
{
    engine_world other = engine_world_make(), *w = &other;
    file_write(w->reference, "priorities.yaml", text_of(rules_file));
    world_reload(w);
    (void)admitted(w, undated);
    for (size_t i = 0; i < count; i++)
        (void)admitted(w, each[i]);
    declare_all(w, "2022-01-01..2024-12-20");
    world_commit(w);
    const char *said = arena_print(memory->memory, "%s", levels_of(w)).at;
    engine_world_forget(w);
    return said;
}

/* A record that knows only its month decides on which dates the other series of its area are looked at. */
static void where_series_stand_does_not_depend_on_when_another_s_record_without_a_day_came(void **state)
{
    engine_world *w = *state;
    incident *each = calloc(FED_MAX, sizeof *each);
    size_t count = all_records(w, each);
    incident undated = crime("undated", "2024-11", "8N", "D1");
    for (size_t i = 0; i < count;)
        if (month_of(each[i].recorded) == month_of(undated.recorded) || each[i].recorded > day_of(2024, 12, 20))
            each[i] = each[--count];
        else
            i++;
    for (size_t i = 0; i < count; i++)
        (void)admitted(w, each[i]);
    declare_all(w, "2022-01-01..2024-12-20");
    world_commit(w);
    assert_non_null(strstr(levels_of(w), "D1 home 3/1 yearly"));
    (void)admitted(w, undated);
    world_commit(w);
    assert_non_null(strstr(levels_of(w), "as of 2024-11-30"));
    assert_same_words(levels_of(w), levels_with(w, each, count, undated));
    free(each);
}

/* Day after day: records, the day's declaration, a commit. */
static void feed_days(engine_world *w, const incident *each, size_t count, const char *from, const char *to)
{
    day_number first, last;
    size_t at = 0;
    assert_true(date_read(text_of(from), &first));
    assert_true(date_read(text_of(to), &last));
    for (day_number on = first; on <= last; on++) {
        char date[DATE_TEXT];
        while (at < count && each[at].recorded < on)
            at++;
        for (; at < count && each[at].recorded == on; at++)
            (void)admitted(w, each[at]);
        const char *day = arena_print(w->memory, "%s..%s", date_text(on, date), date_text(on, date)).at;
        declare_all(w, day);
        world_commit(w);
    }
}

static void a_stream_in_date_order_announces_each_change_once(void **state)
{
    engine_world *w = *state;
    incident *each = calloc(FED_MAX, sizeof *each);
    size_t count = all_records(w, each);
    size_t loaded = 0;
    while (each[loaded].recorded <= day_of(2024, 2, 29))
        (void)admitted(w, each[loaded++]);
    declare_all(w, "2022-01-01..2024-02-29");
    world_commit(w);
    assert_string_equal(events_of(w), "");
    feed_days(w, each, count, "2024-03-01", "2024-07-31");
    const char *events = events_of(w);
    static const char *const expected[] = {"raised D1 home 0>1 2024-0", "raised F1 home 0>1 2024-0",
                                           "escalated D1 home 1>2 2024-0", "raised D1 all-crime 0>1"};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        if (strstr(events, expected[i]) == NULL)
            fail_msg("'%s' is not among\n%s", expected[i], events);
    assert_null(strstr(events, "corrected"));
    assert_null(strstr(events, "D2"));
    world_reopen(w);
    (void)admitted(w, crime("late", "2024-07-31", "30C", "D1"));
    world_commit(w);
    assert_string_equal(events_of(w), events); /* a restart announces nothing again */
    free(each);
}

static void loading_a_backlog_pages_nobody_and_its_end_tells_once_where_series_stand(void **state)
{
    engine_world *w = *state;
    incident *each = calloc(FED_MAX, sizeof *each);
    size_t count = all_records(w, each);
    engine_set_loader(w->engine, 7);
    for (size_t i = 0; i < count; i++) {
        (void)admitted(w, each[i]);
        if (i % 500 == 0)
            world_commit(w);
    }
    declare_all(w, "2022-01-01..2024-12-31");
    world_commit(w);
    assert_string_equal(levels_of(w), "");
    assert_string_equal(events_of(w), "");
    /* Something live of the same area waits with the rest. */
    engine_set_loader(w->engine, 0);
    (void)admitted(w, crime("live", "2024-12-31", "30C", "D1"));
    world_commit(w);
    assert_string_equal(events_of(w), "");
    engine_loaded(w->engine, 8, true); /* somebody else's end */
    world_commit(w);
    assert_string_equal(events_of(w), "");
    engine_loaded(w->engine, 7, false);
    world_commit(w);
    const char *events = events_of(w);
    assert_non_null(strstr(events, "standing D1 home 0>3 2024-12-31"));
    assert_null(strstr(events, "raised"));
    assert_non_null(strstr(levels_of(w), "D1 home 3/1"));
    (void)admitted(w, crime("more", "2024-12-31", "30C", "D1"));
    world_commit(w);
    assert_string_equal(events_of(w), events);
    free(each);
}

static void a_load_that_was_cut_off_by_a_crash_is_judged_at_the_end_of_the_next(void **state)
{
    engine_world *w = *state;
    incident *each = calloc(FED_MAX, sizeof *each);
    size_t count = all_records(w, each);
    engine_set_loader(w->engine, 7);
    for (size_t i = 0; i < count; i++)
        (void)admitted(w, each[i]);
    declare_all(w, "2022-01-01..2024-12-31");
    world_commit(w);
    world_reopen(w);
    (void)admitted(w, crime("x", "2024-12-31", "30C", "D3")); /* elsewhere, live */
    world_commit(w);
    assert_string_equal(events_of(w), "");
    engine_loaded(w->engine, 1, false);
    world_commit(w);
    assert_non_null(strstr(events_of(w), "standing D1 home 0>3"));
    free(each);
}

static void a_correction_that_changes_where_a_series_stands_says_so(void **state)
{
    engine_world *w = *state;
    incident *each = calloc(FED_MAX, sizeof *each);
    size_t count = all_records(w, each);
    for (size_t i = 0; i < count; i++)
        (void)admitted(w, each[i]);
    declare_all(w, "2022-01-01..2024-12-31");
    world_commit(w);
    uint64_t before = 0, after = 0;
    assert_int_equal(store_last_event(engine_store(w->engine), &before), STATUS_OK);
    /* Every second break-in of 2024 was none. */
    for (size_t i = 0; i < count; i++)
        if (each[i].recorded >= day_of(2024, 3, 1) && each[i].reference.at[each[i].reference.size - 1] == '1')
            (void)admitted(w, cancellation(arena_print(w->memory, "%.*s", TEXT_ARGS(each[i].reference)).at, 1, 1735689600));
    world_commit(w);
    assert_int_equal(store_last_event(engine_store(w->engine), &after), STATUS_OK);
    const char *events = events_of(w);
    assert_true(after > before);
    assert_non_null(strstr(events, "cleared D1 home 3>0 2024-12-31 corrected"));
    assert_null(strstr(levels_of(w), "D1 home 3"));
    free(each);
}

/* A coarse record of June 2023 may be one of these: from June 2024 on nothing can be compared. What was raised in January
 * is known only now, when the series has long been looked at as of December. */
static void what_is_raised_late_is_told_though_nothing_can_be_said_of_the_date_looked_at(void **state)
{
    engine_world *w = *state;
    declare_all(w, "2022-01-01..2024-12-31");
    (void)admitted(w, crime("coarse", "2023-06-15", "Burglary", "D1"));
    (void)admitted(w, crime("first", "2024-01-10", "30C", "D1"));
    world_commit(w);
    assert_string_equal(events_of(w), "");
    for (int i = 0; i < 60; i++)
        (void)admitted(w, crime(arena_print(w->memory, "late %d", i).at, "2024-01-10", "30C", "D1"));
    world_commit(w);
    assert_non_null(strstr(levels_of(w), "D1 home 3/1 yearly since 2024-01-10"));
    assert_non_null(strstr(events_of(w), "raised D1 home 0>3 2024-01-10 corrected"));
}

static void a_commit_that_fails_announces_nothing_and_the_next_announces_all(void **state)
{
    engine_world *w = *state;
    char path[FOLDER_SIZE + 16];
    sqlite3 *db;
    incident *each = calloc(FED_MAX, sizeof *each);
    size_t count = all_records(w, each);
    for (int round = 0; round < 2; round++) {
        (void)snprintf(path, sizeof path, "%s/tocsin.db", w->data);
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, round == 0 ? "CREATE TRIGGER broken BEFORE INSERT ON event BEGIN SELECT "
                                                       "RAISE(ABORT, 'broken'); END" : "DROP TRIGGER broken",
                                      NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
        for (size_t i = 0; i < count; i++)
            (void)admitted(w, each[i]);
        declare_all(w, "2022-01-01..2024-12-31");
        if (round == 0) {
            assert_int_not_equal(engine_commit(w->engine, w->now_s), STATUS_OK);
            assert_string_equal(events_of(w), "");
            assert_string_equal(levels_of(w), "");
        } else
            world_commit(w);
    }
    assert_non_null(strstr(events_of(w), "raised D1 home 0>3"));
    free(each);
}

static void new_rules_are_taken_at_once_and_what_they_change_is_told(void **state)
{
    engine_world *w = *state;
    incident *each = calloc(FED_MAX, sizeof *each);
    size_t count = all_records(w, each);
    for (size_t i = 0; i < count; i++)
        (void)admitted(w, each[i]);
    declare_all(w, "2022-01-01..2024-12-31");
    world_commit(w);
    reference_edit(w->reference, "priorities.yaml", "priority: {percent: 20, p: 0.001}", "priority: {percent: 200, p: 0.001}");
    world_reload(w);
    assert_non_null(strstr(levels_of(w), "D1 home 2/1"));
    assert_non_null(strstr(events_of(w), "standing D1 home 3>2"));
    reference_edit(w->reference, "priorities.yaml", "areas: [district, force]", "areas: [force]");
    world_reload(w);
    assert_null(strstr(levels_of(w), "D1 home"));
    free(each);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make_with_rules, world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(where_series_stand_depends_on_the_records_alone),
        IN_A_WORLD(where_series_stand_does_not_depend_on_when_another_s_record_without_a_day_came),
        IN_A_WORLD(a_stream_in_date_order_announces_each_change_once),
        IN_A_WORLD(loading_a_backlog_pages_nobody_and_its_end_tells_once_where_series_stand),
        IN_A_WORLD(a_load_that_was_cut_off_by_a_crash_is_judged_at_the_end_of_the_next),
        IN_A_WORLD(a_correction_that_changes_where_a_series_stands_says_so),
        IN_A_WORLD(what_is_raised_late_is_told_though_nothing_can_be_said_of_the_date_looked_at),
        IN_A_WORLD(a_commit_that_fails_announces_nothing_and_the_next_announces_all),
        IN_A_WORLD(new_rules_are_taken_at_once_and_what_they_change_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
