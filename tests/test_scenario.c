/* Promise: a scenario is read as it is written, and every fault in it is told with its line, all of them at once; nothing
 * that it says is passed over. */
#include "collector/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector_fixtures.h"
#include "testing.h"

typedef struct world {
    char folder[FOLDER_SIZE];
    char path[FOLDER_SIZE + 16];
    scenario *made;
    arena *memory;
} world;

static int make_world(void **state)
{
    static world self;
    self = (world){.memory = arena_create()};
    folder_make(self.folder);
    (void)snprintf(self.path, sizeof self.path, "%s/s.yaml", self.folder);
    (void)told();
    *state = &self;
    return 0;
}

static int forget_world(void **state)
{
    world *self = *state;
    scenario_destroy(&self->made);
    scenario_destroy(&self->made);
    folder_remove(self->folder);
    arena_destroy(&self->memory);
    return 0;
}

static scenario *read_text(world *self, const char *yaml)
{
    scenario_destroy(&self->made);
    file_write(self->folder, "s.yaml", text_of(yaml));
    self->made = scenario_read(self->path, tell_test);
    return self->made;
}

static void assert_faults(world *self, const char *yaml, const char *expected)
{
    scenario *made = read_text(self, yaml);
    const char *said = told();
    if (strcmp(said, expected) != 0)
        fail_msg("%s\n...gives\n%s...and not\n%s", yaml, said, expected);
    assert_null(made);
}

/* A fault in a series, which stands on line 5; what is left of a good one stands before it. */
static void assert_series_fault(world *self, const char *lines, const char *expected)
{
    char yaml[8192];
    (void)snprintf(yaml, sizeof yaml, "places: [E1]\nseries:\n  - offences: {\"46\": 1}\n    years: {2024-25: 10}\n  - name: x\n%s",
                   lines);
    assert_faults(self, yaml, expected);
}

/* A fault elsewhere, on line 4 or behind. */
static void assert_root_fault(world *self, const char *lines, const char *expected)
{
    char yaml[8192];
    (void)snprintf(yaml, sizeof yaml, "places: [E1]\nseries: [{offences: {\"46\": 1}, years: {2024-25: 10}}]\n\n%s", lines);
    assert_faults(self, yaml, expected);
}

/* --- success ------------------------------------------------------------------------------------- */

static void everything_that_stands_in_it_is_read(void **state)
{
    world *self = *state;
    const scenario *s = read_text(self, "title: T\norigin: o\nseed: 7\ncorrected: 0.25\ncancelled: 1\nplaces: [E1, 'E 2']\n"
        "weekday: [1, 2, 3, 4, 5, 6, 7]\nseason: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2.5]\n"
        "covers: [{area: E9, from: 2024-04-01, to: 2025-03-31, categories: [theft, asb]}, {area: E8, from: 2024-04-01, to: 2024-04-01}]\n"
        "series:\n  - name: first\n    offences: {\"4.10\": 2, \"46\": 0}\n    years: {2023-24: 0, 2024/25: 317}\n"
        "    markers: {hate-crime: {2024-25: 317}}\n    weekday: [0, 0, 0, 0, 0, 0, 1]\n"
        "  - offences: {ASB: 1}\n    years: {2024-25: 1}\n    season: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]\n");
    assert_string_equal(told(), "");
    assert_non_null(s);
    assert_text(s->origin, "o");
    assert_int_equal(s->seed, 7);
    assert_true(s->corrected == 0.25 && s->cancelled == 1);
    assert_int_equal(s->place_count, 2);
    assert_text(s->places[1], "E 2");
    assert_int_equal(s->cover_count, 2);
    assert_text(s->covers[0].origin, "o");
    assert_text(s->covers[0].categories[1], "asb");
    assert_int_equal(s->covers[0].days.to, day_of(2025, 3, 31));
    assert_int_equal(s->covers[1].category_count, 0);
    assert_int_equal(s->series_count, 2);
    assert_text(s->series[0].offences[0].code, "4.10");
    assert_int_equal(s->series[0].years[1].begins, 2024);
    assert_int_equal(s->series[0].years[1].count, 317);
    assert_text(s->series[0].markers[0].marker, "hate-crime");
    assert_int_equal(s->series[0].markers[0].years[0].count, 317);
    assert_true(s->series[0].weekday[6] == 1 && s->series[0].weekday[0] == 0 && s->series[0].season[11] == 2.5);
    assert_true(s->series[1].weekday[6] == 7 && s->series[1].season[11] == 0);
}

static void what_may_be_missing_has_a_plain_meaning(void **state)
{
    world *self = *state;
    const scenario *s = read_text(self, "places: [E1]\nseries: [{offences: {\"46\": 1}, years: {2024-25: 10}}]\n");
    assert_non_null(s);
    assert_text(s->origin, "scenario");
    assert_int_equal(s->seed, 1);
    assert_true(s->corrected == 0 && s->cancelled == 0 && s->cover_count == 0);
    assert_true(s->series[0].season[0] == 1 && s->series[0].weekday[6] == 1);
    assert_string_equal(told(), "");
}

static void the_bundled_scenario_is_good(void **state)
{
    (void)state;
    const char *folder = getenv("TOCSIN_REFERENCE");
    char path[512];
    (void)snprintf(path, sizeof path, "%s/stafford.yaml", folder != NULL ? folder : "reference");
    scenario *made = scenario_read(path, tell_test);
    assert_string_equal(told(), "");
    assert_int_equal(made->series_count, 24);
    assert_int_equal(made->place_count, 81);
    scenario_destroy(&made);
}

static void lists_are_read_up_to_their_bounds(void **state)
{
    world *self = *state;
    char *yaml = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&yaml, &size);
    (void)fputs("places: [E1]\ncovers:\n", out);
    for (int i = 0; i < CLAIMS_MAX; i++)
        (void)fprintf(out, "  - {area: E%d, from: 2024-04-01, to: 2025-03-31}\n", i);
    (void)fputs("series:\n  - offences:\n", out);
    for (int i = 0; i < SCENARIO_OFFENCES_MAX; i++)
        (void)fprintf(out, "      \"%d\": 1\n", i);
    (void)fputs("    years:\n", out);
    for (int i = 0; i < SCENARIO_YEARS_MAX; i++)
        (void)fprintf(out, "      %d-%02d: 5\n", 1990 + i, (1991 + i) % 100);
    (void)fputs("    markers:\n", out);
    for (int i = 0; i < SCENARIO_MARKERS_MAX; i++)
        (void)fprintf(out, "      marker-number-%d-that-is-long: {2000-01: 5}\n", i);
    (void)fclose(out);
    const scenario *s = read_text(self, yaml);
    assert_string_equal(told(), "");
    assert_int_equal(s->cover_count, 64);
    assert_int_equal(s->series[0].offence_count, 64);
    assert_int_equal(s->series[0].year_count, 32);
    assert_int_equal(s->series[0].marker_count, 8);
    free(yaml);
}

/* --- refusal ------------------------------------------------------------------------------------- */

static void a_key_that_there_is_not_is_told(void **state)
{
    world *self = *state;
    assert_root_fault(self, "seeds: 7\n", "s.yaml: line 4: there is no key 'seeds'\n");
    assert_series_fault(self, "    offences: {\"46\": 1}\n    years: {2024-25: 10}\n    seasons: []\n",
                        "s.yaml: line 8: there is no key 'seasons'\n");
    assert_root_fault(self, "covers:\n  - {area: E1, from: 2024-04-01, to: 2024-04-02,\n     until: 2024-05-01}\n",
                      "s.yaml: line 6: there is no key 'until'\n");
}

static void what_must_be_there_is_asked_for(void **state)
{
    world *self = *state;
    assert_faults(self, "seed: 1\n", "s.yaml: line 1: a key is missing here: 'places'\n"
                                     "s.yaml: line 1: a key is missing here: 'series'\n");
    assert_faults(self, "places: []\nseries: []\n", "s.yaml: line 1: no area code stands here\n"
                                                    "s.yaml: line 2: no series stands here\n");
    assert_series_fault(self, "", "s.yaml: line 5: a key is missing here: 'offences'\n"
                                  "s.yaml: line 5: a key is missing here: 'years'\n");
    assert_series_fault(self, "    offences: {}\n    years: {}\n", "s.yaml: line 6: no offence with a weight stands here\n");
    assert_root_fault(self, "covers:\n  - {}\n", "s.yaml: line 5: a key is missing here: 'area'\n"
                      "s.yaml: line 5: a date is missing or none that exists under 'from'\n"
                      "s.yaml: line 5: a date is missing or none that exists under 'to'\n");
}

static void another_kind_of_thing_is_told(void **state)
{
    world *self = *state;
    assert_faults(self, "- a\n", "s.yaml: line 1: a scenario should stand here\n");
    assert_faults(self, "places: E1\nseries: {a: b}\n",
                  "s.yaml: line 1: a list of area codes should stand here, not 'E1'\n"
                  "s.yaml: line 2: a list of series should stand here\n");
    assert_faults(self, "places: [[E1]]\nseries: [theft]\n",
                  "s.yaml: line 1: a code or name of at most 96 octets should stand here\n"
                  "s.yaml: line 2: a series should stand here, not 'theft'\n");
    assert_series_fault(self, "    offences: [46]\n    years: 7\n    markers: x\n",
                        "s.yaml: line 6: offence codes with their weights should stand here\n"
                        "s.yaml: line 7: financial years with their totals (2024-25: 317) should stand here, not '7'\n"
                        "s.yaml: line 8: markers with their years should stand here, not 'x'\n");
    assert_series_fault(self, "    offences: {a: 1}\n    years: {2024-25: 1}\n    markers:\n      hate: 7\n",
                        "s.yaml: line 9: financial years with their totals (2024-25: 317) should stand here, not '7'\n");
    assert_root_fault(self, "covers: all\n", "s.yaml: line 4: a list of declarations should stand here, not 'all'\n");
    assert_root_fault(self, "covers: [all]\n", "s.yaml: line 4: a declaration should stand here, not 'all'\n");
    assert_root_fault(self, "covers: [{area: [a], from: 2024-04-01, to: 2024-04-01, categories: theft}]\n",
                      "s.yaml: line 4: an area code should stand here\n"
                      "s.yaml: line 4: a list of categories should stand here, not 'theft'\n");
}

static void numbers_out_of_their_range_are_told(void **state)
{
    world *self = *state;
    assert_root_fault(self, "seed: -1\ncorrected: 1.1\ncancelled: 3%\n",
                      "s.yaml: line 4: a number in its range should stand here, not '-1'\n"
                      "s.yaml: line 5: a number in its range should stand here, not '1.1'\n"
                      "s.yaml: line 6: a number in its range should stand here, not '3%'\n");
    assert_root_fault(self, "seed: 1.5\n", "s.yaml: line 4: a whole number should stand here, not '1.5'\n");
    assert_root_fault(self, "seed: 1e16\n", "s.yaml: line 4: a number in its range should stand here, not '1e16'\n");
    assert_root_fault(self, "seed: nan\n", "s.yaml: line 4: a number in its range should stand here, not 'nan'\n");
    assert_series_fault(self, "    offences: {a: -1, b: 1}\n    years: {2023-24: -1, 2024-25: 3.5}\n",
                        "s.yaml: line 6: a number in its range should stand here, not '-1'\n"
                        "s.yaml: line 7: a number in its range should stand here, not '-1'\n"
                        "s.yaml: line 7: a whole number should stand here, not '3.5'\n");
}

static void years_are_financial_years_of_the_calendar_and_stand_once(void **state)
{
    world *self = *state;
    assert_series_fault(self, "    offences: {a: 1}\n    years:\n      2024: 1\n      2024-26: 1\n      2099-00: 1\n      1969-70: 1\n",
                        "s.yaml: line 8: this is no financial year (2024-25): '2024'\n"
                        "s.yaml: line 9: this is no financial year (2024-25): '2024-26'\n"
                        "s.yaml: line 10: this is no financial year (2024-25): '2099-00'\n"
                        "s.yaml: line 11: this is no financial year (2024-25): '1969-70'\n");
    assert_series_fault(self, "    offences: {a: 1}\n    years: {2024-25: 1, 2024/25: 1}\n",
                        "s.yaml: line 7: this year stands here twice: '2024/25'\n");
}

static void weights_must_be_as_many_as_months_or_weekdays_and_not_all_nothing(void **state)
{
    world *self = *state;
    assert_root_fault(self, "season: [1, 1]\nweekday: 1\n",
                      "s.yaml: line 4: a list of as many weights as there are months or weekdays should stand here\n"
                      "s.yaml: line 5: a list of as many weights as there are months or weekdays should stand here\n");
    assert_root_fault(self, "weekday: [0, 0, 0, 0, 0, 0, 0]\n", "s.yaml: line 4: all weights are 0\n");
    assert_series_fault(self, "    offences: {a: 0, b: 0}\n    years: {2024-25: 1}\n    weekday: [1, 1, x, 1, 1, 1, -1]\n",
                        "s.yaml: line 6: no offence with a weight stands here\n"
                        "s.yaml: line 8: a number in its range should stand here, not 'x'\n"
                        "s.yaml: line 8: a number in its range should stand here, not '-1'\n");
}

static void no_more_can_bear_a_marker_than_there_are(void **state)
{
    world *self = *state;
    assert_series_fault(self, "    offences: {a: 1}\n    years: {2024-25: 5}\n    markers: {hate: {2024-25: 6}}\n",
                        "s.yaml: line 5: more incidents bear a marker than there are, in 'x'\n");
    assert_series_fault(self, "    offences: {a: 1}\n    years: {2024-25: 5}\n    markers: {hate: {2023-24: 1}}\n",
                        "s.yaml: line 5: more incidents bear a marker than there are, in 'x'\n");
}

static void dates_of_coverage_exist_and_are_in_order(void **state)
{
    world *self = *state;
    assert_root_fault(self, "covers: [{area: E1, from: 2024-02-30, to: 2024-03-01}]\n",
                      "s.yaml: line 4: a date is missing or none that exists under 'from'\n");
    assert_root_fault(self, "covers: [{area: E1, from: 2024-04-02, to: 2024-04-01}]\n",
                      "s.yaml: line 4: this declaration ends before it begins\n");
}

static void codes_that_no_record_can_bear_are_told(void **state)
{
    world *self = *state;
    char yaml[2048], word[128], expected[1024];
    memset(word, 'x', sizeof word);
    (void)snprintf(yaml, sizeof yaml, "origin: %.96s\n", word);
    (void)read_text(self, "places: [E1]\nseries: [{offences: {a: 1}, years: {2024-25: 1}}]\n");
    assert_non_null(self->made);
    (void)snprintf(yaml, sizeof yaml, "origin: %.97s\n", word);
    (void)snprintf(expected, sizeof expected, "s.yaml: line 4: a code or name of at most 96 octets should stand here, not '%.80s'\n", word);
    assert_root_fault(self, yaml, expected);
    assert_root_fault(self, "origin: ''\n", "s.yaml: line 4: a code or name of at most 96 octets should stand here\n");
    assert_root_fault(self, "origin: \"a\\0b\"\n", "s.yaml: line 4: a code or name of at most 96 octets should stand here, not 'a'\n");
    (void)snprintf(yaml, sizeof yaml, "    offences: {a: 1}\n    years: {2024-25: 1}\n    markers: {a%.90s: {}, b%.90s: {}, c%.90s: {}}\n",
                   word, word, word);
    assert_series_fault(self, yaml, "s.yaml: line 8: together these markers are over 256 octets\n");
}

static void more_than_the_bounds_allow_is_told_where_it_begins(void **state)
{
    world *self = *state;
    char yaml[8192] = "    offences: {a: 1}\n    years:\n";
    for (int i = 0; i < SCENARIO_YEARS_MAX + 1; i++)
        (void)snprintf(yaml + strlen(yaml), sizeof yaml - strlen(yaml), "      %d-%02d: 1\n", 1990 + i, (1991 + i) % 100);
    assert_series_fault(self, yaml, "s.yaml: line 40: only 32 entries may stand here\n");
    (void)snprintf(yaml, sizeof yaml, "    years: {2024-25: 1}\n    offences:\n");
    for (int i = 0; i < SCENARIO_OFFENCES_MAX + 1; i++)
        (void)snprintf(yaml + strlen(yaml), sizeof yaml - strlen(yaml), "      a%d: 1\n", i);
    assert_series_fault(self, yaml, "s.yaml: line 72: only 64 entries may stand here\n");
    (void)snprintf(yaml, sizeof yaml, "covers:\n");
    for (int i = 0; i < CLAIMS_MAX + 1; i++)
        (void)snprintf(yaml + strlen(yaml), sizeof yaml - strlen(yaml), "  - {area: E1, from: 2024-04-01, to: 2024-04-01}\n");
    assert_root_fault(self, yaml, "s.yaml: line 69: only 64 entries may stand here\n");
    assert_series_fault(self, "    offences: {a: 1}\n    years: {2023-24: 2500000, 2024-25: 2499991}\n",
                        "s.yaml: line 5: that makes more than 5,000,000 incidents in all\n");
}

static void all_faults_are_told_at_once(void **state)
{
    world *self = *state;
    assert_faults(self, "seed: x\nplaces: [E1]\nseries:\n  - offences: {a: 1}\n    years: {2024: 1}\n  - years: {}\n",
                  "s.yaml: line 1: a number in its range should stand here, not 'x'\n"
                  "s.yaml: line 5: this is no financial year (2024-25): '2024'\n"
                  "s.yaml: line 6: a key is missing here: 'offences'\n");
}

static void a_file_that_is_no_scenario_is_told(void **state)
{
    world *self = *state;
    assert_null(scenario_read("/nowhere/at/all.yaml", tell_test));
    assert_string_equal(told(), "all.yaml: No such file or directory\n");
    assert_faults(self, "", "s.yaml: is empty\n");
    assert_faults(self, "seed: 1\nseed: 2\n", "s.yaml: line 2: the key 'seed' stands twice\n");
    (void)read_text(self, "places: [\n");
    assert_non_null(strstr(told(), "s.yaml: line 2: "));
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, forget_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(everything_that_stands_in_it_is_read),
        IN_WORLD(what_may_be_missing_has_a_plain_meaning),
        cmocka_unit_test(the_bundled_scenario_is_good),
        IN_WORLD(lists_are_read_up_to_their_bounds),
        IN_WORLD(a_key_that_there_is_not_is_told),
        IN_WORLD(what_must_be_there_is_asked_for),
        IN_WORLD(another_kind_of_thing_is_told),
        IN_WORLD(numbers_out_of_their_range_are_told),
        IN_WORLD(years_are_financial_years_of_the_calendar_and_stand_once),
        IN_WORLD(weights_must_be_as_many_as_months_or_weekdays_and_not_all_nothing),
        IN_WORLD(no_more_can_bear_a_marker_than_there_are),
        IN_WORLD(dates_of_coverage_exist_and_are_in_order),
        IN_WORLD(codes_that_no_record_can_bear_are_told),
        IN_WORLD(more_than_the_bounds_allow_is_told_where_it_begins),
        IN_WORLD(all_faults_are_told_at_once),
        IN_WORLD(a_file_that_is_no_scenario_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
