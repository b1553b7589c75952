/* Promise: the printed report shows each row once with its figures in their columns, leaves out what is not known at all and
 * names it, marks what is at least, published or a mean, and says every note, on lines that can be read. */
#include "figures/report_print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"

enum { ALL, BRIDGE, VIOLENCE, SEXUAL, THEFT, HATE, ASB, ROWS };

typedef struct made_up {
    report report;
    report_row rows[ROWS];
    text notes[4];
} made_up;

static const change no_change = {.percent = NAN, .low = NAN, .high = NAN, .p = NAN};

static report_row row_with(const char *code, const char *title, int depth, double count, double previous)
{
    report_row row = {
        .code = text_of(code), .title = text_of(title), .depth = depth, .as_of = 20178,
        .window = {WINDOW_ROLLING_YEAR, {19814, 20178}, {19448, 19813}}, .count = count, .previous = previous,
        .coverage = isnan(count) ? COVERAGE_NOTHING : COVERAGE_COMPLETE,
        .previous_coverage = isnan(previous) ? COVERAGE_NOTHING : COVERAGE_COMPLETE, .change = no_change, .baseline = NAN,
        .baseline_coverage = COVERAGE_NOTHING, .baseline_change = no_change, .rate = count / 10, .rate_low = NAN,
        .rate_high = NAN, .population = 10000, .population_year = 2024, .share_pct = depth > 0 ? count / 12 : (double)NAN,
    };
    return row;
}

/* Of the bridging node and its parts all is known. */
static made_up *make_up(void)
{
    made_up *self = memory_new(1, sizeof *self);
    self->rows[ALL] = row_with("all-crime", "All crime (police recorded, without fraud and computer misuse)", 0, 1200, 1100);
    self->rows[BRIDGE] = row_with("bridge", "Violence and sexual offences", 1, 900, 800);
    self->rows[BRIDGE].bridging = true;
    self->rows[VIOLENCE] = row_with("violence", "Violence", 1, 700, 650);
    self->rows[SEXUAL] = row_with("sexual", "Sexual offences", 1, 200, 150);
    self->rows[THEFT] = row_with("theft", "Theft", 1, 300, 300);
    self->rows[HATE] = row_with("hate", "Hate crime", 0, 12, 24);
    self->rows[HATE].marker = true;
    self->rows[ASB] = row_with("asb", "Anti-social behaviour", 0, 50, NAN);
    self->rows[ASB].root = true;
    self->report = (report){.subject = {.code = text_of("D1"), .name = text_of("Stafford")}, .level = text_of("district"),
                            .as_of = 20178, .window = self->rows[0].window, .rows = self->rows, .row_count = ROWS,
                            .notes = self->notes, .memory = arena_create()};
    return self;
}

static void forget(made_up **self)
{
    arena_destroy(&(*self)->report.memory);
    free(*self);
    *self = NULL;
}

static const char *printed(made_up *self)
{
    char *words = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&words, &size);
    report_print_table(&self->report, out);
    (void)fclose(out);
    text copy = arena_text(self->report.memory, (text){words, size});
    free(words);
    return copy.at;
}

static void assert_says(made_up *self, const char *words)
{
    const char *all = printed(self);
    if (strstr(all, words) == NULL)
        fail_msg("\"%s\" is not in\n%s", words, all);
}

static void assert_silent(made_up *self, const char *words)
{
    const char *all = printed(self);
    if (strstr(all, words) != NULL)
        fail_msg("\"%s\" is in\n%s", words, all);
}

/* --- the whole --------------------------------------------------------------------------------- */

static void a_report_reads_like_this(void **state)
{
    (void)state;
    made_up *made = make_up();
    made->report.baseline = 2022;
    made->rows[ALL].change = (change){.percent = 9.0909, .low = 3.25, .high = 15.5, .p = 0.001};
    made->rows[ALL].baseline = 1000;
    made->rows[ALL].baseline_coverage = COVERAGE_AT_LEAST;
    made->rows[VIOLENCE].change = (change){.percent = 7.6923, .low = -4.5, .high = 20, .p = 0.2};
    made->rows[VIOLENCE].baseline = 500;
    made->rows[VIOLENCE].baseline_coverage = COVERAGE_COMPLETE;
    made->rows[VIOLENCE].baseline_change = (change){.percent = 40, .low = 20, .high = 60, .p = 0.001};
    made->rows[VIOLENCE].comparators[0] = (comparator){.code = text_of("F1"), .name = text_of("First force"), .rate = 31.46};
    made->rows[VIOLENCE].comparators[1] = (comparator){.code = text_of("EW"), .name = text_of("England and Wales"), .rate = 32,
                                                       .published = true, .source = text_of("Assessment")};
    made->rows[VIOLENCE].comparator_count = 2;
    made->rows[THEFT].coverage = COVERAGE_AT_LEAST;
    made->rows[THEFT].rate = made->rows[THEFT].share_pct = NAN;
    made->rows[HATE].change = (change){.percent = NAN, .low = NAN, .high = NAN, .p = 0.05, .small = true};
    made->notes[0] = text_of("a note");
    made->report.note_count = 1;
    assert_string_equal(printed(made),
        "Stafford (D1, district)\n"
        "Rolling year to 31 March 2025, compared with 1 April 2023 to 31 March 2024 and with 2022-23\n"
        "\n"
        "                                              1 Apr 2024   1 Apr 2023                                  baseline\n"
        "Counts                                       31 Mar 2025  31 Mar 2024    change       95 % interval     2022-23    change\n"
        "All crime                                          1,200        1,100    +9.1 %       +3.2 to +15.5      1,000+\n"
        "  Violence                                           700          650    +7.7 %       -4.5 to +20.0         500   +40.0 %\n"
        "  Sexual offences                                    200          150\n"
        "  Theft                                             300+          300\n"
        "Counted above as well\n"
        "  Hate crime                                          12           24   too few\n"
        "Outside the above\n"
        "  Anti-social behaviour                               50      unknown\n"
        "\n"
        "Rates per 1,000 residents                                                            England and\n"
        "(population 10,000, mid-2024)                       rate     share    First force          Wales\n"
        "All crime                                          120.0\n"
        "  Violence                                          70.0      58 %           31.5          32.0*\n"
        "  Sexual offences                                   20.0      17 %\n"
        "Counted above as well\n"
        "  Hate crime                                         1.2\n"
        "Outside the above\n"
        "  Anti-social behaviour                              5.0\n"
        "\n"
        "share: of All crime; outside it, of the whole that the row lies under\n"
        "* as published: Assessment\n"
        "+ at least: not every day is covered, or not every part of the area\n"
        "All crime (police recorded, without fraud and computer misuse)\n"
        "a note\n");
    forget(&made);
}

static void no_line_ends_in_spaces(void **state)
{
    (void)state;
    made_up *made = make_up();
    made->rows[ALL].comparators[0] = (comparator){.code = text_of("F1"), .name = text_of("First force"), .rate = 1};
    made->rows[ALL].comparator_count = 1;
    assert_silent(made, " \n");
    forget(&made);
}

/* --- rows -------------------------------------------------------------------------------------- */

static void a_bridging_node_stands_only_where_its_parts_are_unknown(void **state)
{
    (void)state;
    made_up *made = make_up();
    assert_silent(made, "Violence and sexual offences");
    for (int i = VIOLENCE; i <= SEXUAL; i++) {
        made->rows[i] = row_with("part", "Part", 1, NAN, NAN);
        made->rows[i].rate = made->rows[i].share_pct = NAN;
    }
    assert_says(made, "\n  Violence and sexual offences                       900          800\n");
    forget(&made);
}

static void what_is_not_known_at_all_is_named_below_and_has_no_row(void **state)
{
    (void)state;
    made_up *made = make_up();
    made->rows[THEFT] = row_with("theft", "Theft", 1, NAN, NAN);
    made->rows[BRIDGE] = row_with("bridge", "Bridge", 1, NAN, NAN);
    made->rows[BRIDGE].bridging = true;
    made->rows[HATE].count = NAN;
    made->rows[HATE].coverage = COVERAGE_NOTHING;
    assert_silent(made, "  Theft");
    assert_says(made, "unknown here, as no source tells it apart or covers it: theft\n");
    assert_says(made, "\n  Hate crime                                     unknown           24\n");
    forget(&made);
}

static void where_nothing_is_known_it_says_so_and_prints_no_table(void **state)
{
    (void)state;
    made_up *made = make_up();
    for (int i = 0; i < ROWS; i++) {
        made->rows[i].count = made->rows[i].previous = made->rows[i].rate = NAN;
        made->rows[i].coverage = made->rows[i].previous_coverage = COVERAGE_NOTHING;
    }
    assert_string_equal(printed(made), "Stafford (D1, district)\n"
                                       "Rolling year to 31 March 2025, compared with 1 April 2023 to 31 March 2024\n\n"
                                       "Nothing is known of it.\n\n");
    assert_true(report_is_empty(&made->report));
    made->rows[ASB].previous = 1;
    assert_false(report_is_empty(&made->report));
    forget(&made);
}

static void without_rates_there_is_no_table_of_them(void **state)
{
    (void)state;
    made_up *made = make_up();
    for (int i = 0; i < ROWS; i++)
        made->rows[i].rate = NAN;
    assert_silent(made, "Rates per");
    assert_silent(made, "share");
    forget(&made);
}

static void a_baseline_that_is_the_year_before_stands_once(void **state)
{
    (void)state;
    made_up *made = make_up();
    made->report.baseline = 2023;
    made->rows[ALL].baseline = 1100;
    made->rows[ALL].baseline_coverage = COVERAGE_COMPLETE;
    assert_silent(made, "baseline");
    assert_silent(made, "2023-24");
    made->report.baseline = 2022;
    assert_says(made, "baseline\n");
    forget(&made);
}

static void a_level_above_normal_stands_behind_its_row(void **state)
{
    (void)state;
    made_up *made = make_up();
    for (int i = 0; i < ROWS; i++)
        made->rows[i].level = text_of("normal");
    assert_silent(made, "level");
    assert_silent(made, "normal");
    made->rows[THEFT].level = text_of("elevated");
    made->rows[THEFT].direction = text_of("rising");
    assert_says(made, "95 % interval  level\n");
    assert_says(made, "\n  Theft                                              300          300                                elevated, rising\n");
    made->report.baseline = 2022;
    made->rows[ALL].baseline = 1000;
    made->rows[ALL].baseline_coverage = COVERAGE_COMPLETE;
    assert_says(made, "2022-23    change  level\n");
    assert_says(made, "\n  Theft                                              300          300                                                      "
                      "elevated, rising\n"); /* in its column, though nothing is known of the baseline */
    forget(&made);
}

/* --- what is said below ------------------------------------------------------------------------ */

static void every_source_of_published_rates_is_named_once(void **state)
{
    (void)state;
    made_up *made = make_up();
    for (int i = VIOLENCE; i <= THEFT; i++) {
        made->rows[i].comparators[0] = (comparator){.code = text_of("F1"), .name = text_of("First force"), .rate = 1,
                                                    .published = true, .source = text_of(i == SEXUAL ? "Second" : "First")};
        made->rows[i].comparator_count = 1;
    }
    assert_says(made, "* as published: First\n* as published: Second\n");
    const char *again = strstr(strstr(printed(made), "published: First") + 1, "published: First");
    assert_null(again);
    forget(&made);
}

static void a_mean_of_members_is_called_one(void **state)
{
    (void)state;
    made_up *made = make_up();
    made->rows[VIOLENCE].comparators[0] = made->rows[THEFT].comparators[0] =
        (comparator){.code = text_of("ALIKE"), .name = text_of("Like us"), .rate = 1, .mean = true};
    made->rows[VIOLENCE].comparator_count = made->rows[THEFT].comparator_count = 1;
    assert_says(made, "\nLike us: the mean of its members' rates\n");
    forget(&made);
}

static void a_caveat_that_several_rows_share_is_told_once(void **state)
{
    (void)state;
    made_up *made = make_up();
    made->rows[VIOLENCE].caveat = made->rows[THEFT].caveat = text_of("rises and falls with police activity");
    made->rows[SEXUAL].caveat = text_of("another");
    made->rows[BRIDGE].caveat = text_of("of a row that is not shown");
    assert_says(made, "\nviolence, theft: rises and falls with police activity\nsexual: another\n");
    assert_silent(made, "not shown");
    assert_silent(made, "\ntheft: ");
    forget(&made);
}

static void long_notes_are_broken_between_words(void **state)
{
    (void)state;
    made_up *made = make_up();
    made->report.note_count = 2;
    made->notes[0] = text_of(
        "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
        "then what follows on");
    made->notes[1] = text_filled(made->report.memory, 'x', 130);
    assert_says(made, "\n123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
                      "123456789 123456789\n  then what follows on\nxxx");
    assert_says(made, "xxx\n  xxxxxxxxxx\n");
    forget(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_reads_like_this),
        cmocka_unit_test(no_line_ends_in_spaces),
        cmocka_unit_test(a_bridging_node_stands_only_where_its_parts_are_unknown),
        cmocka_unit_test(what_is_not_known_at_all_is_named_below_and_has_no_row),
        cmocka_unit_test(where_nothing_is_known_it_says_so_and_prints_no_table),
        cmocka_unit_test(without_rates_there_is_no_table_of_them),
        cmocka_unit_test(a_baseline_that_is_the_year_before_stands_once),
        cmocka_unit_test(a_level_above_normal_stands_behind_its_row),
        cmocka_unit_test(every_source_of_published_rates_is_named_once),
        cmocka_unit_test(a_mean_of_members_is_called_one),
        cmocka_unit_test(a_caveat_that_several_rows_share_is_told_once),
        cmocka_unit_test(long_notes_are_broken_between_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
