/* Promise: the short figure says what was compared with what, "at least" where not all is known, and no percentage where the counts
 * carry none; and the thresholds are told as they were when it was decided. */
#include "alerting/short_figure.h"

#include "fixtures.h"
#include "testing.h"

static arena *memory;

static void assert_figure(const char *figures, const char *expected)
{
    alert_event one = {.figures = text_of(figures)};
    assert_text(short_figure(&one, memory), expected);
}

static void years_are_compared_with_the_year_before_or_the_baseline(void **state)
{
    (void)state;
    assert_figure("{\"detector\":\"rolling-year\",\"count\":955,\"compared\":767,\"percent\":24.51,\"complete\":true,\"percent_shown\":true}",
                  "955, before 767: +24.5 %");
    assert_figure("{\"detector\":\"baseline-year\",\"count\":84,\"compared\":128,\"percent\":-34.4,\"complete\":true,\"percent_shown\":true}",
                  "84, baseline 128: -34.4 %");
    assert_figure("{\"detector\":\"rolling-year\",\"count\":955,\"compared\":767,\"percent\":24.51,\"complete\":false}",
                  "at least 955, before 767: +24.5 %");
}

static void small_counts_and_none_before_have_no_percentage(void **state)
{
    (void)state;
    assert_figure("{\"detector\":\"rolling-year\",\"count\":9,\"compared\":4,\"percent\":125,\"complete\":true,\"percent_shown\":false}",
                  "9, before 4");
    assert_figure("{\"detector\":\"rolling-year\",\"count\":9,\"compared\":0,\"percent\":null,\"complete\":true,\"percent_shown\":true}",
                  "9, before 0");
}

static void each_detector_has_its_own_words(void **state)
{
    (void)state;
    assert_figure("{\"detector\":\"weekly-spike\",\"count\":12,\"compared\":4.52,\"percent\":165,\"complete\":true}",
                  "12 in a week, 4.5 expected");
    assert_figure("{\"detector\":\"control-chart\",\"count\":40,\"compared\":22.1,\"percent\":81,\"complete\":true}",
                  "40 in a month, 22.1 on average");
    assert_figure("{\"detector\":\"comparator-gap\",\"count\":50,\"exposure\":1000,\"compared\":80,\"compared_exposure\":2000,"
                  "\"percent\":25,\"complete\":true,\"percent_shown\":false}",
                  "50.0 per 1,000, elsewhere 40.0: +25.0 %");
}

static void what_compared_nothing_has_none_and_tocsin_s_own_state_its_words(void **state)
{
    (void)state;
    assert_figure("{}", "");
    assert_figure("", "");
    alert_event own = {.subject = text_of("disk"), .words = text_of("The disk is full.")};
    assert_text(short_figure(&own, memory), "The disk is full.");
}

static void thresholds_are_told_with_all_that_they_ask(void **state)
{
    (void)state;
    alert_event one = {.figures = text_of("{\"count\":1,\"thresholds\":[{\"level\":\"priority\",\"percent\":20,\"p\":0.001},"
                                          "{\"level\":\"elevated\",\"percent\":5,\"p\":0.001,\"difference\":200},"
                                          "{\"level\":\"watch\",\"p\":0.05},{\"level\":\"watch\",\"difference\":25}]}")};
    assert_text(short_thresholds(&one, memory),
                "priority from 20 % with p below 0.001; elevated from 5 % with p below 0.001 and 200 more or fewer; "
                "watch from p below 0.05; watch from 25 more or fewer");
    one.figures = text_of("{}");
    assert_text(short_thresholds(&one, memory), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(years_are_compared_with_the_year_before_or_the_baseline),
        cmocka_unit_test(small_counts_and_none_before_have_no_percentage),
        cmocka_unit_test(each_detector_has_its_own_words),
        cmocka_unit_test(what_compared_nothing_has_none_and_tocsin_s_own_state_its_words),
        cmocka_unit_test(thresholds_are_told_with_all_that_they_ask),
    };
    memory = arena_create();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_destroy(&memory);
    return failed;
}
