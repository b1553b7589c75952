/* Promise: levels and directions have one word each, in rules, in the store and in what is said; and no other word names
 * one. */
#include "proto/levels.h"

#include "testing.h"

static void every_level_is_read_from_its_own_word(void **state)
{
    (void)state;
    static const char *const words[LEVELS] = {"normal", "watch", "elevated", "priority"};
    for (int i = 0; i < LEVELS; i++) {
        alert_level got = LEVELS;
        assert_string_equal(alert_level_text((alert_level)i), words[i]);
        assert_true(alert_level_read(text_of(words[i]), &got));
        assert_int_equal(got, i);
    }
}

static void a_higher_level_is_a_larger_number(void **state)
{
    (void)state;
    assert_true(LEVEL_NORMAL == 0 && LEVEL_NORMAL < LEVEL_WATCH); /* nothing stored is normal */
    assert_true(LEVEL_WATCH < LEVEL_ELEVATED && LEVEL_ELEVATED < LEVEL_PRIORITY);
}

static void every_direction_is_read_from_its_own_word(void **state)
{
    (void)state;
    static const char *const words[TRENDS] = {"", "rising", "falling"};
    for (int i = 0; i < TRENDS; i++) {
        trend_direction got = TRENDS;
        assert_string_equal(trend_text((trend_direction)i), words[i]);
        assert_true(trend_read(text_of(words[i]), &got));
        assert_int_equal(got, i);
    }
}

static void other_words_are_refused_and_change_nothing(void **state)
{
    (void)state;
    static const char *const words[] = {"Priority", "watch ", "high", "prio", "prioritys", "none", "up"};
    alert_level level = LEVEL_ELEVATED;
    trend_direction direction = TREND_FALLING;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        assert_false(alert_level_read(text_of(words[i]), &level));
        assert_false(trend_read(text_of(words[i]), &direction));
    }
    assert_false(alert_level_read(text_of(""), &level));
    assert_int_equal(level, LEVEL_ELEVATED);
    assert_int_equal(direction, TREND_FALLING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_level_is_read_from_its_own_word),
        cmocka_unit_test(a_higher_level_is_a_larger_number),
        cmocka_unit_test(every_direction_is_read_from_its_own_word),
        cmocka_unit_test(other_words_are_refused_and_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
