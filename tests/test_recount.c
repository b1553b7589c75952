/* Promise: the recount, by code of its own, finds what the engine has counted and taken for known, whatever it was told; it
 * can tell what was known at an earlier moment; and a stored figure that is not as recounted is named. How it takes every
 * kind of damage: tests/integration/test_verify.py. */
#include "analyst/recount.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_fixtures.h"
#include "testing.h"

/* What the recount says is wrong. */
static char differences[4096];

__attribute__((format(printf, 2, 3))) static void differs(void *context, const char *format, ...)
{
    (void)context;
    size_t used = strlen(differences);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(differences + used, sizeof differences - used, format, args);
    va_end(args);
    used = strlen(differences);
    (void)snprintf(differences + used, sizeof differences - used, "\n");
}

static recount *recount_of(engine_world *w)
{
    differences[0] = '\0';
    return recount_create(engine_store(w->engine), (recount_witness){.differs = differs});
}

/* Counts everything anew and compares. Returns what differs. */
static const char *recounted(engine_world *w, uint64_t *versions, uint64_t *incidents)
{
    uint64_t months, areas;
    recount *r = recount_of(w);
    assert_int_equal(recount_versions(r, versions, incidents), STATUS_OK);
    assert_int_equal(recount_compare(r, &months), STATUS_OK);
    assert_int_equal(recount_coverage(r, &areas), STATUS_OK);
    assert_int_equal(areas, 8); /* all but the LSOAs */
    recount_destroy(&r);
    assert_null(r);
    recount_destroy(&r);
    return differences;
}

/* --- what is told ------------------------------------------------------------------------------ */

static const char *const offences[] = {"8N", "20", "30C", "Burglary", "49", "ASB", "Moved", "Violence and sexual offences"};
static const char *const places[] = {"D1", "L1", "D2", "FD", "D3", "F1", "EW"};
static const char *const origins[] = {"live", "police", "third", "unranked"};
static const char *const marker_sets[] = {"", "hate", "domestic;hate", "knife"};

static void tell_record(engine_world *w, chance *by)
{
    char date[DATE_TEXT];
    (void)date_text(day_of(2014, 10, 1) + (day_number)chance_below(by, 150), date);
    if (chance_below(by, 4) == 0)
        date[7] = '\0';
    incident made = crime("", date, offences[chance_below(by, 8)], places[chance_below(by, 7)]);
    made.reference = arena_print(w->memory, "%u", chance_below(by, 60));
    made.origin = text_of(origins[chance_below(by, 4)]);
    made.markers = text_of(marker_sets[chance_below(by, 4)]);
    made.revision = chance_below(by, 3);
    made.issued_ns = (int64_t)chance_below(by, 1000) * 1000000000;
    if (chance_below(by, 6) == 0)
        made.status = RECORD_CANCELLED;
    (void)admitted(w, made);
}

static void tell_coverage(engine_world *w, chance *by)
{
    static const char *const days[] = {"2014-10-01..2014-12-31", "2014-11-15..2015-02-28", "2015-01-01..2015-01-31"};
    static const char *const schemes[] = {"", "Burglary;Violence and sexual offences;Moved", "ASB;49"};
    static const char *const categories[] = {"", "theft", "violence;asb"};
    coverage_answer answer;
    char words[NOTE_SIZE_MAX];
    coverage_declaration made = world_declaration(w, origins[chance_below(by, 3)], places[2 * chance_below(by, 3)],
                                                  days[chance_below(by, 3)], categories[chance_below(by, 3)],
                                                  schemes[chance_below(by, 3)]);
    assert_int_equal(engine_declare(w->engine, &made, w->now_s, &answer, words), STATUS_OK);
}

static void tell_by_chance(engine_world *w, chance *by, int how_often)
{
    for (int i = 0; i < how_often; i++) {
        tell_record(w, by);
        if (i % 16 == 0)
            tell_coverage(w, by);
        if (chance_below(by, 30) == 0)
            world_commit(w);
    }
    world_commit(w);
}

static void whatever_was_told_the_recount_finds_what_was_counted(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        engine_world w = engine_world_make();
        chance by = {seed};
        uint64_t versions, incidents;
        tell_by_chance(&w, &by, 300);
        assert_string_equal(recounted(&w, &versions, &incidents), "");
        assert_true(versions > incidents && incidents > 100);
        engine_world_forget(&w);
    }
}

static void incidents_are_counted_once_and_versions_each(void **state)
{
    engine_world *w = *state;
    uint64_t versions, incidents;
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(w, crime_again(crime("a", "2024-05-17", "8N", "D1"), 1, 1), ADMISSION_REPLACED);
    assert_admitted(w, crime("b", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_string_equal(recounted(w, &versions, &incidents), "");
    assert_int_equal(versions, 3);
    assert_int_equal(incidents, 2);
}

/* --- what was known before --------------------------------------------------------------------- */

typedef struct lines {
    char *each[512];
    size_t count;
} lines;

static void add_line(lines *to, month_key key, text days, text outranked)
{
    bool none = days.size <= strlen("{}") && outranked.size <= strlen("{}");
    if (!none)
        assert_true(asprintf(&to->each[to->count++], "%u %d %u %.*s %.*s", key.area, key.month, key.origin, TEXT_ARGS(days),
                             TEXT_ARGS(outranked)) > 0);
}

static bool add_stored(void *context, const month_row *row)
{
    add_line(context, row->key, row->days, row->outranked.size > 0 ? row->outranked : text_of("{}"));
    return true;
}

static void add_recounted(void *context, const month_counts *month)
{
    arena *memory = arena_create();
    add_line(context, month->key, tally_days_json(month->counted, memory), tally_days_json(month->outranked, memory));
    arena_destroy(&memory);
}

static int by_octets(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void forget_lines(lines *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(self->each[i]);
    self->count = 0;
}

static void assert_same_lines(lines *a, lines *b)
{
    assert_int_equal(a->count, b->count);
    qsort(a->each, a->count, sizeof a->each[0], by_octets);
    qsort(b->each, b->count, sizeof b->each[0], by_octets);
    for (size_t i = 0; i < a->count; i++)
        assert_string_equal(a->each[i], b->each[i]);
}

static lines stored_lines(engine_world *w)
{
    lines made = {.count = 0};
    for (uint32_t area_id = 1; area_id <= 16; area_id++)
        assert_int_equal(store_months(engine_store(w->engine), area_id, 1970 * 12, 2099 * 12 + 11, true, add_stored, &made),
                         STATUS_OK);
    return made;
}

static lines recounted_lines(engine_world *w, uint64_t last_version, int64_t before_s)
{
    lines made = {.count = 0};
    uint64_t versions, incidents;
    recount *r = recount_of(w);
    recount_until(r, last_version, before_s);
    assert_int_equal(recount_versions(r, &versions, &incidents), STATUS_OK);
    recount_months(r, add_recounted, &made);
    recount_destroy(&r);
    return made;
}

static void what_was_counted_at_an_earlier_moment_is_found_again(void **state)
{
    engine_world *w = *state;
    chance by = {11};
    uint64_t last;
    tell_by_chance(w, &by, 150);
    assert_int_equal(store_last_version(engine_store(w->engine), &last), STATUS_OK);
    lines then = stored_lines(w);
    int64_t later_s = ++w->now_s;
    tell_by_chance(w, &by, 150);
    lines found = recounted_lines(w, last, later_s), now = stored_lines(w);
    assert_same_lines(&found, &then);
    forget_lines(&found);
    found = recounted_lines(w, UINT64_MAX, INT64_MAX);
    assert_same_lines(&found, &now);
    forget_lines(&found);
    forget_lines(&then);
    forget_lines(&now);
}

/* --- what is wrong ----------------------------------------------------------------------------- */

static void assert_differs(engine_world *w, const char *expected)
{
    uint64_t versions, incidents;
    if (strstr(recounted(w, &versions, &incidents), expected) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", differences, expected);
}

static uint32_t number_of(engine_world *w, code_kind kind, const char *code)
{
    codebook *book = codebook_create();
    assert_int_equal(codebook_load(book, engine_store(w->engine)), STATUS_OK);
    uint32_t number = codebook_find(book, kind, text_of(code));
    codebook_destroy(&book);
    return number;
}

static void put_month(engine_world *w, const char *area_code, const char *category_code, int day, int32_t count)
{
    tally counted = tally_with(number_of(w, CODE_CATEGORY, category_code), day, count);
    static const tally none = {0};
    month_counts month = {{number_of(w, CODE_AREA, area_code), number_of(w, CODE_ORIGIN, "live"), 2024 * 12 + 4}, &counted, &none};
    assert_committed(engine_store(w->engine), &(store_group){.months = &month, .month_count = 1});
    tally_free(&counted);
}

static void a_count_that_is_not_as_recounted_is_named_with_its_day(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    world_commit(w);
    put_month(w, "D1", "home", 17, 2);
    assert_differs(w, "D1 home 2024-05 day 17 from live: stored 2, recounted 1\n");
    put_month(w, "D1", "home", 18, 1);
    assert_differs(w, "D1 home 2024-05 day 17 from live: stored 0, recounted 1\n");
    assert_differs(w, "D1 home 2024-05 day 18 from live: stored 1, recounted 0\n");
    put_month(w, "D1", "home", 17, 1);
    put_month(w, "D2", "asb", 0, 3);
    assert_differs(w, "D2 asb 2024-05 day 0 from live: stored 3, recounted 0\n");
}

static void days_that_are_not_known_as_declared_are_named(void **state)
{
    engine_world *w = *state;
    (void)world_declare(w, COVERAGE_TAKEN, world_declaration(w, "live", "D1", "2024-01-01..2024-12-31", "", ""));
    world_commit(w);
    period short_of = {19723, 20087}, beyond = {19723, 20089};
    covered_set set = {number_of(w, CODE_AREA, "D1"), number_of(w, CODE_CATEGORY, "home"), &short_of, 1};
    assert_committed(engine_store(w->engine), &(store_group){.covered = &set, .covered_count = 1});
    assert_differs(w, "D1 home: 2024-12-31 is not known, and should be known\n");
    set.days = &beyond;
    assert_committed(engine_store(w->engine), &(store_group){.covered = &set, .covered_count = 1});
    assert_differs(w, "D1 home: 2025-01-01 is known, and should not be known\n");
    assert_differs(w, "D1 asb: 2024-01-01 is not known, and should be known\n"); /* the set was all there was of D1 */
}

static void another_version_of_an_incident_than_the_one_that_should_stand_is_named(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(w, crime_again(crime("a", "2024-05-17", "30C", "D1"), 1, 1), ADMISSION_REPLACED);
    world_commit(w);
    version_mark marks[] = {{.id = 1, .current = true, .issued_ns = 1}, {.id = 2, .current = false, .issued_ns = 1000000000}};
    assert_committed(engine_store(w->engine), &(store_group){.marks = marks, .mark_count = 2});
    assert_differs(w, "version 1 stands, and another of its incident should\n");
    marks[0].current = false;
    assert_committed(engine_store(w->engine), &(store_group){.marks = marks, .mark_count = 1});
    assert_differs(w, "0 versions of incident a stand, not one\n");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_was_told_the_recount_finds_what_was_counted),
        IN_A_WORLD(incidents_are_counted_once_and_versions_each),
        IN_A_WORLD(what_was_counted_at_an_earlier_moment_is_found_again),
        IN_A_WORLD(a_count_that_is_not_as_recounted_is_named_with_its_day),
        IN_A_WORLD(days_that_are_not_known_as_declared_are_named),
        IN_A_WORLD(another_version_of_an_incident_than_the_one_that_should_stand_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
