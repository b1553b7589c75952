/* Promise: the same octets have the same digest however they are fed, it is the published XXH3, and it is
 * told at any moment without an end to the feeding. */
#include "proto/digest.h"

#include <string.h>

#include "fixtures.h"
#include "testing.h"

static const char *hex_of(const digest_state *sum)
{
    static char hex[DIGEST_HEX_SIZE + 1];
    unsigned char octets[DIGEST_SIZE];
    digest_now(sum, octets);
    digest_hex(octets, hex);
    return hex;
}

/* Source: xxHash's own test vectors (XSUM_testdata), for nothing and the seed 0. */
static void digests_of_nothing_are_those_of_the_published_function(void **state)
{
    (void)state;
    digest_state *sum = digest_create();
    assert_string_equal(hex_of(sum), "99aa06d3014798d86001c324468d497f");
    assert_int_equal(digest_text((text){0}), 0x2d06800538d394c2);
    digest_destroy(&sum);
    assert_null(sum);
    digest_destroy(&sum);
}

static void octets_fed_in_any_pieces_have_one_digest(void **state)
{
    (void)state;
    char octets[3000], whole[DIGEST_HEX_SIZE + 1];
    chance by = {13};
    for (size_t i = 0; i < sizeof octets; i++)
        octets[i] = (char)chance_below(&by, 256);
    digest_state *sum = digest_create();
    digest_feed(sum, octets, sizeof octets);
    (void)strcpy(whole, hex_of(sum));
    for (int round = 0; round < 200; round++) {
        digest_restart(sum);
        for (size_t at = 0, piece; at < sizeof octets; at += piece) {
            piece = chance_below(&by, 400);
            piece = piece < sizeof octets - at ? piece : sizeof octets - at;
            digest_feed(sum, octets + at, piece);
        }
        assert_string_equal(hex_of(sum), whole);
    }
    digest_destroy(&sum);
}

static void telling_a_digest_does_not_end_the_feeding(void **state)
{
    (void)state;
    digest_state *told = digest_create(), *silent = digest_create();
    for (int i = 0; i < 600; i++) {
        digest_feed(told, "octets", 6);
        digest_feed(silent, "octets", 6);
        (void)hex_of(told);
        (void)digest_64(told);
    }
    assert_int_equal(digest_64(told), digest_64(silent));
    digest_destroy(&told);
    digest_destroy(&silent);
}

static void one_changed_octet_changes_every_digest(void **state)
{
    (void)state;
    arena *memory = arena_create();
    for (size_t size = 1; size < 600; size += 7) {
        text a = text_filled(memory, 'a', size), b = arena_text(memory, a);
        ((char *)(uintptr_t)b.at)[size / 2] = 'b';
        assert_true(digest_text(a) == digest_text(text_filled(memory, 'a', size)));
        assert_true(digest_text(a) != digest_text(b));
        assert_true(digest_text(a) != digest_text((text){a.at, size - 1}));
        assert_true(digest_seeded(a, 1) != digest_seeded(a, 2));
        assert_true(digest_seeded(a, 1) != digest_seeded(b, 1));
    }
    arena_destroy(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_of_nothing_are_those_of_the_published_function),
        cmocka_unit_test(octets_fed_in_any_pieces_have_one_digest),
        cmocka_unit_test(telling_a_digest_does_not_end_the_feeding),
        cmocka_unit_test(one_changed_octet_changes_every_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
