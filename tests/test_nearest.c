/* Promise: who mistypes a name, or remembers a part of it, is told the one that was meant; who writes something else is
 * not misled. */
#include "figures/nearest.h"

#include "fixtures.h"
#include "testing.h"

static const char *const keys[] = {"percent", "p", "minimum", "looks", "hold", "criminal-damage", "damage-in-general", "hood"};

/* What is suggested out of all keys. */
static const char *suggested(const char *asked)
{
    static char words[NEAREST_WORDS];
    nearest near = nearest_to(text_of(asked));
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        nearest_offer(&near, text_of(keys[i]), text_of(keys[i]));
    return nearest_words(&near, words);
}

static void a_name_one_or_two_letters_off_is_suggested(void **state)
{
    (void)state;
    assert_string_equal(suggested("percnt"), "; perhaps 'percent'");
    assert_string_equal(suggested("minimums"), "; perhaps 'minimum'");
    assert_string_equal(suggested("Minimun"), "; perhaps 'minimum'");
    assert_string_equal(suggested("locks"), "; perhaps 'looks'");
    assert_string_equal(suggested("criminal damages"), "; perhaps 'criminal-damage'");
}

static void the_one_with_the_fewest_letters_to_change_is_suggested_wherever_it_stands(void **state)
{
    (void)state;
    assert_string_equal(suggested("hole"), "; perhaps 'hold'"); /* 'hood' is two letters off */
    assert_string_equal(suggested("hoot"), "; perhaps 'hood'");
}

static void a_part_of_a_name_is_enough_from_three_letters_on(void **state)
{
    (void)state;
    assert_string_equal(suggested("DAMAGE"), "; perhaps 'criminal-damage'");
    assert_string_equal(suggested("im"), "");
    assert_true(name_is_like(text_of("Newcastle-under-Lyme"), text_of("lyme")));
}

static void what_is_like_nothing_suggests_nothing(void **state)
{
    (void)state;
    assert_string_equal(suggested("comparator"), "");
    assert_string_equal(suggested("xyz"), "");
    assert_string_equal(suggested("q"), ""); /* one letter off 'p', and nothing of it left */
    assert_string_equal(suggested(""), "");
}

static void what_to_say_need_not_be_the_name(void **state)
{
    (void)state;
    char words[NEAREST_WORDS];
    nearest near = nearest_to(text_of("Drug offense"));
    nearest_offer(&near, text_of("Drug offences"), text_of("drug-offences"));
    assert_string_equal(nearest_words(&near, words), "; perhaps 'drug-offences'");
}

static void names_of_any_length_can_be_asked_for_and_offered(void **state)
{
    (void)state;
    arena *memory = arena_create();
    char words[NEAREST_WORDS];
    for (size_t size = 0; size < 200; size++) {
        text name = text_filled(memory, 'a', size);
        nearest near = nearest_to(text_filled(memory, 'a', size + 1));
        nearest_offer(&near, name, name);
        const char *said = nearest_words(&near, words);
        assert_true(size >= 2 && size <= 62 ? said[0] != '\0' : said[0] == '\0');
        assert_int_equal(name_is_like(name, name), size >= 1);
    }
    arena_destroy(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_one_or_two_letters_off_is_suggested),
        cmocka_unit_test(the_one_with_the_fewest_letters_to_change_is_suggested_wherever_it_stands),
        cmocka_unit_test(a_part_of_a_name_is_enough_from_three_letters_on),
        cmocka_unit_test(what_is_like_nothing_suggests_nothing),
        cmocka_unit_test(what_to_say_need_not_be_the_name),
        cmocka_unit_test(names_of_any_length_can_be_asked_for_and_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
