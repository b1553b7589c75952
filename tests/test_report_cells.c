/* Promise: a cell says what its number is, to the digits that an analyst writes, and neither rounds something to nothing nor
 * shows nothing as zero; and whatever is cut shows that it is. */
#include "figures/report_cells.h"

#include <math.h>
#include <string.h>

#include "testing.h"

static void whole_numbers_have_commas_between_thousands(void **state)
{
    (void)state;
    static const struct { double number; const char *cell; } cases[] = {
        {0, "0"}, {7, "7"}, {999, "999"}, {1000, "1,000"}, {9048, "9,048"}, {123456, "123,456"}, {61806682, "61,806,682"}};
    char cell[CELL_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(cell_whole(cases[i].number, cell), cases[i].cell);
}

static void a_count_says_whether_it_is_all(void **state)
{
    (void)state;
    char cell[CELL_SIZE];
    assert_string_equal(cell_count(2268, COVERAGE_COMPLETE, cell), "2,268");
    assert_string_equal(cell_count(0, COVERAGE_COMPLETE, cell), "0");
    assert_string_equal(cell_count(2268, COVERAGE_AT_LEAST, cell), "2,268+");
    assert_string_equal(cell_count(NAN, COVERAGE_NOTHING, cell), "unknown");
    assert_string_equal(cell_count(0, COVERAGE_NOTHING, cell), "unknown");
}

static void a_change_says_why_it_has_no_percentage(void **state)
{
    (void)state;
    char cell[CELL_SIZE];
    change c = {.percent = -3.06, .low = -8.64, .high = 2.55, .p = 0.3};
    assert_string_equal(cell_change(&c, cell), "-3.1 %");
    assert_string_equal(cell_interval(&c, cell), "-8.6 to +2.5");
    c = (change){.percent = 21.25, .low = 1, .high = INFINITY, .p = 0.01};
    assert_string_equal(cell_change(&c, cell), "+21.2 %");
    assert_string_equal(cell_interval(&c, cell), "+1.0 and more");
    c = (change){.percent = NAN, .low = NAN, .high = NAN, .p = 0.5, .small = true};
    assert_string_equal(cell_change(&c, cell), "too few");
    assert_string_equal(cell_interval(&c, cell), "");
    c.small = false;
    assert_string_equal(cell_change(&c, cell), "from none");
    c.p = NAN;
    assert_string_equal(cell_change(&c, cell), "");
}

static void rates_and_shares_round_nothing_away(void **state)
{
    (void)state;
    static const struct { double number; const char *rate, *share; } cases[] = {
        {NAN, "", ""},          {0, "0.0", "0 %"},     {0.01, "<0.1", "<0.1 %"}, {0.0499, "<0.1", "<0.1 %"},
        {0.05, "0.1", "0.1 %"}, {0.94, "0.9", "0.9 %"}, {0.95, "0.9", "1 %"},    {25.06, "25.1", "25 %"}, {100, "100.0", "100 %"}};
    char cell[CELL_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(cell_rate(cases[i].number, cell), cases[i].rate);
        assert_string_equal(cell_share(cases[i].number, cell), cases[i].share);
    }
}

static void a_title_is_cut_at_its_parenthesis_or_between_words(void **state)
{
    (void)state;
    static const struct { const char *title; int width; const char *cell; } cases[] = {
        {"Theft", 5, "Theft"},
        {"", 5, ""},
        {"All crime (police recorded)", 27, "All crime (police recorded)"},
        {"All crime (police recorded)", 26, "All crime"},
        {"All crime (police recorded)", 9, "All crime"},
        {"All crime (police recorded)", 8, "All..."},
        {"Death or serious injury caused by unlawful driving", 40, "Death or serious injury caused by..."},
        {"Death or serious injury", 12, "Death or..."},
        {"Death or serious injury", 11, "Death or..."},
        {"Death or serious injury", 10, "Death..."},
        {"Miscellaneous", 8, "Misce..."},
        {"(all of it)", 8, "(all..."},
        {"Misc\u00f4llaneous", 8, "Misc..."},
    };
    char cell[CELL_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(cell_title(text_of(cases[i].title), cases[i].width, cell), cases[i].cell);
        assert_true(strlen(cell) <= (size_t)cases[i].width);
    }
}

static void a_name_breaks_behind_a_space_or_a_hyphen(void **state)
{
    (void)state;
    static const struct { const char *name, *first, *second; } cases[] = {
        {"England", "", "England"},
        {"West Midlands", "", "West Midlands"},
        {"England and Wales", "England and", "Wales"},
        {"most-similar-forces", "most-similar-", "forces"},
        {"Bournemouth, Christchurch and Poole", "Bournemouth,", "Christchurch a"},
        {"Abcdefghijklmnopq", "Abcdefghijklmn", "opq"},
        {"Abcdefghijklm\u00f4nopq", "Abcdefghijklm", "\u00f4nopq"}, /* no character is cut in two */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        text lines[2];
        cell_two_lines(text_of(cases[i].name), 14, lines);
        assert_text(lines[0], cases[i].first);
        assert_text(lines[1], cases[i].second);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_have_commas_between_thousands),
        cmocka_unit_test(a_count_says_whether_it_is_all),
        cmocka_unit_test(a_change_says_why_it_has_no_percentage),
        cmocka_unit_test(rates_and_shares_round_nothing_away),
        cmocka_unit_test(a_title_is_cut_at_its_parenthesis_or_between_words),
        cmocka_unit_test(a_name_breaks_behind_a_space_or_a_hyphen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
