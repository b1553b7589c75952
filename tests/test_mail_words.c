/* Promise: headers of a mail are in ASCII, in lines that any server takes, and say what they were given. */
#include "delivery/mail_words.h"
#include "fixtures.h"
#include "testing.h"

static int make(void **state)
{
    *state = arena_create();
    return 0;
}

static int unmake(void **state)
{
    arena *memory = *state;
    arena_destroy(&memory);
    return 0;
}

static void plain_words_stay_as_they_are(void **state)
{
    assert_text(mail_header(*state, "Subject", text_of("PRIORITY: burglary up 25 % in Stafford")),
                "Subject: PRIORITY: burglary up 25 % in Stafford");
}

/* Encoded by Python's base64, 45 octets at most to a word. */
static void other_words_are_encoded_in_pieces(void **state)
{
    assert_text(mail_header(*state, "Subject", text_of("Priorit\xc3\xa4t: Gewalt gegen Personen stieg um 12,5 % \xe2\x80\x93 Stafford")),
                "Subject: =?UTF-8?B?UHJpb3JpdMOkdDogR2V3YWx0IGdlZ2VuIFBlcnNvbmVuIHN0aWVnIHVtIDEy?=\r\n"
                " =?UTF-8?B?LDUgJSDigJMgU3RhZmZvcmQ=?=");
}

static void no_character_is_torn_apart(void **state)
{
    text thirty = {"", 0};
    for (int i = 0; i < 30; i++)
        thirty = arena_print(*state, "%.*s\xc3\xa9", TEXT_ARGS(thirty));
    assert_text(mail_header(*state, "Subject", thirty),
                "Subject: =?UTF-8?B?w6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6k=?=\r\n"
                " =?UTF-8?B?w6nDqcOpw6nDqcOpw6nDqQ==?=");
}

static void what_reads_like_an_encoded_word_or_another_header_is_encoded(void **state)
{
    assert_text(mail_header(*state, "Subject", text_of("=?x")), "Subject: =?UTF-8?B?PT94?=");
    text injected = mail_header(*state, "Subject", text_of("a\r\nBcc: x@y.z"));
    assert_false(text_has(injected, "Bcc"));
    assert_text(mail_header(*state, "Subject", text_of("\xc2\xa3" "5")), "Subject: =?UTF-8?B?wqM1?=");
}

static void dates_are_those_of_the_calendar(void **state)
{
    assert_text(mail_date(*state, 1767600000), "Date: Mon, 05 Jan 2026 08:00:00 +0000");
}

static void many_addresses_stand_in_a_line_each(void **state)
{
    const text to[] = {{"a@b.c", 5}, {"d@e.f", 5}};
    assert_text(mail_addresses(*state, "To", to, 2), "To: a@b.c,\r\n d@e.f");
}

static void a_domain_stands_behind_the_at(void **state)
{
    (void)state;
    assert_text(mail_domain(text_of("tocsin@example.org")), "example.org");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plain_words_stay_as_they_are, make, unmake),
        cmocka_unit_test_setup_teardown(other_words_are_encoded_in_pieces, make, unmake),
        cmocka_unit_test_setup_teardown(no_character_is_torn_apart, make, unmake),
        cmocka_unit_test_setup_teardown(what_reads_like_an_encoded_word_or_another_header_is_encoded, make, unmake),
        cmocka_unit_test_setup_teardown(dates_are_those_of_the_calendar, make, unmake),
        cmocka_unit_test_setup_teardown(many_addresses_stand_in_a_line_each, make, unmake),
        cmocka_unit_test_setup_teardown(a_domain_stands_behind_the_at, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
