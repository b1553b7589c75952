/* Promise: a text is its octets and their number and nothing else; what is read from it as a number or
 * as UTF-8 is exactly that, and what is not is refused with the output untouched. */
#include "proto/count_text.h"
#include "proto/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"

static const text absent = {NULL, 0};

static void an_absent_text_equals_an_empty_one(void **state)
{
    (void)state;
    assert_true(text_equal(absent, text_of("")));
    assert_true(text_equal_caseless(text_of(""), absent));
    assert_true(text_is(absent, ""));
    assert_int_equal(text_compare(absent, text_of("")), 0);
    assert_int_equal(text_of(NULL).size, 0);
    assert_false(text_equal(absent, text_of("a")));
}

static void texts_are_equal_only_octet_by_octet(void **state)
{
    (void)state;
    assert_true(text_equal(text_of("Stafford"), text_of("Stafford")));
    assert_false(text_equal(text_of("Stafford"), text_of("stafford")));
    assert_false(text_equal(text_of("Stafford"), text_of("Staffor")));
    assert_false(text_equal(OCTETS("a\0b"), OCTETS("a\0c")));
    assert_false(text_is(OCTETS("a\0b"), "a"));
}

static void case_is_disregarded_for_ascii_letters_alone(void **state)
{
    (void)state;
    assert_true(text_equal_caseless(text_of("STAFFORD"), text_of("stafford")));
    assert_true(text_equal_caseless(text_of("aZ09"), text_of("Az09")));
    assert_false(text_equal_caseless(text_of("@"), text_of("`")));
    assert_false(text_equal_caseless(text_of("["), text_of("{")));
    assert_false(text_equal_caseless(text_of("Môn"), text_of("MÔN")));
    assert_false(text_equal_caseless(text_of("ab"), text_of("abc")));
}

static void what_stands_behind_a_nul_counts_when_case_does_not(void **state)
{
    (void)state;
    assert_true(text_equal_caseless(OCTETS("a\0B"), OCTETS("A\0b")));
    assert_false(text_equal_caseless(OCTETS("a\0b"), OCTETS("a\0c")));
}

static void order_is_that_of_unsigned_octets_and_a_prefix_comes_first(void **state)
{
    (void)state;
    static const char *const ascending[] = {"", "A", "AB", "B", "a", "ab", "\x7f", "\x80", "\xff"};
    size_t count = sizeof ascending / sizeof ascending[0];
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            int order = text_compare(text_of(ascending[i]), text_of(ascending[k]));
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
}

static void trimming_takes_white_space_from_both_ends_only(void **state)
{
    (void)state;
    assert_text(text_trim(text_of(" \t\r\n a b \v\f ")), "a b");
    assert_text(text_trim(text_of("a")), "a");
    assert_text(text_trim(text_of("   ")), "");
    assert_text(text_trim(absent), "");
    assert_text(text_trim(text_of("\xc2\xa0x")), "\xc2\xa0x");
}

static void splitting_gives_every_part_once(void **state)
{
    (void)state;
    text rest = text_of(";a;;b;"), part;
    static const char *const parts[] = {"", "a", "", "b"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_true(text_split(&rest, ';', &part));
        assert_text(part, parts[i]);
    }
    assert_false(text_split(&rest, ';', &part));
    rest = absent;
    assert_false(text_split(&rest, ';', &part));
    rest = text_of("whole");
    assert_true(text_split(&rest, ';', &part));
    assert_text(part, "whole");
    assert_int_equal(rest.size, 0);
}

static void whole_numbers_read_up_to_their_last_value(void **state)
{
    (void)state;
    uint64_t u = 1;
    int64_t i = 1;
    assert_true(text_to_u64(text_of("0"), &u) && u == 0);
    assert_true(text_to_u64(text_of("007"), &u) && u == 7);
    assert_true(text_to_u64(text_of("18446744073709551615"), &u) && u == UINT64_MAX);
    assert_true(text_to_i64(text_of("9223372036854775807"), &i) && i == INT64_MAX);
    assert_true(text_to_i64(text_of("-9223372036854775807"), &i) && i == -INT64_MAX);
    assert_true(text_to_i64(text_of("-9223372036854775808"), &i) && i == INT64_MIN);
    assert_true(text_to_i64(text_of("-0"), &i) && i == 0);
}

static void what_is_no_whole_number_is_refused(void **state)
{
    (void)state;
    const text wrong[] = {
        OCTETS(""), OCTETS("-"), OCTETS("+1"), OCTETS("--1"), OCTETS(" 1"), OCTETS("1 "), OCTETS("1.0"), OCTETS("1e3"),
        OCTETS("0x10"), OCTETS("1\0"), OCTETS("1,000"), OCTETS("\xd9\xa1"), OCTETS("18446744073709551616"),
        OCTETS("99999999999999999999"), OCTETS("184467440737095516150"),
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint64_t u = 7;
        int64_t s = 7;
        assert_false(text_to_u64(wrong[i], &u));
        assert_false(text_to_i64(wrong[i], &s));
        assert_int_equal(u, 7);
        assert_int_equal(s, 7);
    }
    uint64_t u = 7;
    int64_t s = 7;
    assert_false(text_to_u64(text_of("-1"), &u));
    assert_false(text_to_i64(text_of("9223372036854775808"), &s));
    assert_false(text_to_i64(text_of("-9223372036854775809"), &s));
}

static void decimal_numbers_read_as_they_are_written(void **state)
{
    (void)state;
    static const struct { const char *from; double is; } cases[] = {
        {"0", 0}, {"-1.5", -1.5}, {"52.8057", 52.8057}, {".5", 0.5}, {"5.", 5}, {"1e3", 1000}, {"1E-2", 0.01},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double d = 7;
        assert_true(text_to_double(text_of(cases[i].from), &d));
        assert_true(d == cases[i].is);
    }
}

static void what_is_no_decimal_number_is_refused(void **state)
{
    (void)state;
    const text wrong[] = {
        OCTETS(""), OCTETS("."), OCTETS("-"), OCTETS("e5"), OCTETS(" 1"), OCTETS("1 "), OCTETS("1x"), OCTETS("1,5"),
        OCTETS("nan"), OCTETS("NAN(1)"), OCTETS("inf"), OCTETS("-infinity"), OCTETS("0x10"), OCTETS("0x1p3"),
        OCTETS("1e400"), OCTETS("1\0"), OCTETS("1\0""2"), OCTETS("\0""1"), OCTETS("1.2.3"), OCTETS("--1"),
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        double d = 7;
        if (text_to_double(wrong[i], &d))
            fail_msg("\"%.*s\" was taken as %g", TEXT_ARGS(wrong[i]), d);
        assert_true(d == 7);
    }
}

/* RFC 3629 read literally: the lead octet says how many follow, and the value must need as many. */
static size_t naive_length(const unsigned char *at, size_t size)
{
    size_t length = at[0] < 0x80 ? 1 : (at[0] & 0xe0) == 0xc0 ? 2 : (at[0] & 0xf0) == 0xe0 ? 3 : 4;
    static const uint32_t least[] = {0, 1, 0x80, 0x800, 0x10000};
    uint32_t value = length == 1 ? at[0] : at[0] & (0x7fu >> length);
    if (length > size || (length == 4 && (at[0] & 0xf8) != 0xf0))
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (at[i] & 0x3f);
    }
    bool surrogate = value >= 0xd800 && value <= 0xdfff;
    return value < least[length] || surrogate || value > 0x10ffff ? 0 : length;
}

static size_t naive_utf8_fault(const unsigned char *at, size_t size)
{
    size_t i = 0, length = 1;
    while (i < size && length > 0) {
        length = naive_length(at + i, size - i);
        i += length;
    }
    return i;
}

static size_t put_character(unsigned char *out, uint32_t value)
{
    size_t length = value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = length - 1; i > 0; i--, value >>= 6)
        out[i] = (unsigned char)(0x80 | (value & 0x3f));
    out[0] = (unsigned char)(leads[length] | value);
    return length;
}

static void every_character_is_utf8_but_nul_and_surrogates(void **state)
{
    (void)state;
    unsigned char octets[4];
    for (uint32_t value = 0; value <= 0x10ffff; value++) {
        size_t size = put_character(octets, value);
        bool good = value != 0 && (value < 0xd800 || value > 0xdfff);
        if (text_utf8_fault((text){(const char *)octets, size}) != (good ? size : 0))
            fail_msg("U+%04X is taken for the contrary", value);
    }
}

static void utf8_faults_are_found_where_they_stand(void **state)
{
    (void)state;
    const struct { text from; size_t at; } cases[] = {
        {OCTETS(""), 0}, {OCTETS("Stafford 004B"), 13}, {OCTETS("Ynys M\xc3\xb4n"), 9}, {OCTETS("ab\0cdefghij"), 2},
        {OCTETS("12345678\0"), 8}, {OCTETS("1234567\0""9"), 7}, {OCTETS("Ynys M\xf4n"), 6}, {OCTETS("\xc0\x80"), 0},
        {OCTETS("\xc1\xbf"), 0}, {OCTETS("\xe0\x9f\xbf"), 0}, {OCTETS("\xed\xa0\x80"), 0}, {OCTETS("\xf0\x8f\xbf\xbf"), 0},
        {OCTETS("\xf4\x90\x80\x80"), 0}, {OCTETS("\xf5\x80\x80\x80"), 0}, {OCTETS("a\xe2\x82"), 1}, {OCTETS("a\x80"), 1},
        {OCTETS("1234567\xe2\x82\xac"), 10}, {OCTETS("1234567\xe2\x82"), 7}, {OCTETS("\xef\xbb\xbfx"), 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(text_utf8_fault(cases[i].from), cases[i].at);
    assert_int_equal(text_utf8_fault(absent), 0);
}

/* Mostly good text with now and then an octet by chance, at every alignment. */
static void random_octets_are_judged_as_a_plain_reading_of_the_rules_judges_them(void **state)
{
    (void)state;
    chance by = {1};
    for (int round = 0; round < 200000; round++) {
        unsigned char octets[40];
        size_t size = 0, limit = chance_below(&by, 36);
        while (size < limit) {
            if (chance_below(&by, 8) == 0)
                octets[size++] = (unsigned char)chance_below(&by, 256);
            else
                size += put_character(octets + size, chance_below(&by, 4) > 0 ? 32 + chance_below(&by, 90)
                                                                              : 1 + chance_below(&by, 0xd700));
        }
        assert_int_equal(text_utf8_fault((text){(const char *)octets, size}), naive_utf8_fault(octets, size));
    }
}

static void a_copy_is_cut_where_it_does_not_fit(void **state)
{
    (void)state;
    char out[4] = "###";
    text_copy(text_of("abcdef"), out, sizeof out);
    assert_string_equal(out, "abc");
    text_copy(absent, out, sizeof out);
    assert_string_equal(out, "");
    text_copy(text_of("x"), out, 1);
    assert_string_equal(out, "");
    memcpy(out, "###", 4);
    text_copy(text_of("x"), out, 0);
    assert_string_equal(out, "###");
    text_copy(text_of("abc"), out, sizeof out);
    assert_string_equal(out, "abc");
}

static void what_is_no_utf8_is_mended_and_the_rest_left_alone(void **state)
{
    (void)state;
    static const struct { const char *before, *after; } cases[] = {
        {"", ""}, {"plain", "plain"}, {"Ynys M\xc3\xb4n", "Ynys M\xc3\xb4n"}, {"caf\xe9", "caf?"}, {"cut \xf0\x9f\x9a", "cut ???"},
        {"\xff" "a\xfe" "b\xfd", "?a?b?"}, {"\xed\xa0\x80\xc3\xb4", "???\xc3\xb4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char words[32];
        text_copy(text_of(cases[i].before), words, sizeof words);
        text_mend(words);
        assert_string_equal(words, cases[i].after);
    }
}

static void counts_bear_a_comma_between_thousands(void **state)
{
    (void)state;
    static const struct { double count; const char *said; } cases[] = {
        {0, "0"}, {7, "7"}, {999, "999"}, {1000, "1,000"}, {-999, "-999"}, {-1000, "-1,000"}, {-123456, "-123,456"},
        {1234567, "1,234,567"}, {66000000, "66,000,000"},
    };
    arena *memory = arena_create();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_true(text_is(count_text(cases[i].count, memory), cases[i].said));
    arena_destroy(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_absent_text_equals_an_empty_one),
        cmocka_unit_test(texts_are_equal_only_octet_by_octet),
        cmocka_unit_test(case_is_disregarded_for_ascii_letters_alone),
        cmocka_unit_test(what_stands_behind_a_nul_counts_when_case_does_not),
        cmocka_unit_test(order_is_that_of_unsigned_octets_and_a_prefix_comes_first),
        cmocka_unit_test(trimming_takes_white_space_from_both_ends_only),
        cmocka_unit_test(splitting_gives_every_part_once),
        cmocka_unit_test(whole_numbers_read_up_to_their_last_value),
        cmocka_unit_test(what_is_no_whole_number_is_refused),
        cmocka_unit_test(decimal_numbers_read_as_they_are_written),
        cmocka_unit_test(what_is_no_decimal_number_is_refused),
        cmocka_unit_test(every_character_is_utf8_but_nul_and_surrogates),
        cmocka_unit_test(utf8_faults_are_found_where_they_stand),
        cmocka_unit_test(random_octets_are_judged_as_a_plain_reading_of_the_rules_judges_them),
        cmocka_unit_test(a_copy_is_cut_where_it_does_not_fit),
        cmocka_unit_test(counts_bear_a_comma_between_thousands),
        cmocka_unit_test(what_is_no_utf8_is_mended_and_the_rest_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
