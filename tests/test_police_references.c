/* Promise: a row of data.police.uk without a Crime ID gets the same reference wherever it stands and however often it is
 * published, rows that are the same to the letter are incidents of their own, and no row changes another's reference. */
#include <stdlib.h>
#include <string.h>

#include "collector/police_uk.h"
#include "police_fixtures.h"
#include "proto/digest.h"
#include "testing.h"

static const char name[] = "2025-03-staffordshire-street.csv";

/* A row without ID, at a place. */
#define AT(where) ",2025-03," FORCE "," FORCE ",-2.1,52.8," where ",E01029687,Stafford 004B,Anti-social behaviour,,\n"

static const char *references(police_world *self, const char *rows)
{
    return street_references(self, name, arena_print(self->memory, STREET_HEADER "%s", rows));
}

static int by_octets(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines in the order of their octets. */
static const char *sorted(police_world *self, const char *lines)
{
    char *each[64];
    size_t count = 0;
    text rest = text_of(lines), line, all = {"", 0};
    while (text_split(&rest, '\n', &line))
        each[count++] = (char *)(uintptr_t)arena_text(self->memory, line).at;
    qsort(each, count, sizeof *each, by_octets);
    for (size_t i = 0; i < count; i++)
        all = arena_print(self->memory, "%.*s%s\n", TEXT_ARGS(all), each[i]);
    return all.at;
}

/* What the k-th row that reads like this must be called: from all twelve fields. */
static const char *expected(police_world *self, const char *const fields[12], int k)
{
    unsigned char sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    digest_state *all = digest_create();
    for (int i = 0; i < 12; i++) {
        digest_feed(all, fields[i], strlen(fields[i]));
        digest_feed(all, "\x1f", 1);
    }
    digest_now(all, sum);
    digest_destroy(&all);
    digest_hex(sum, hex);
    return arena_print(self->memory, "minted-%.*s-%d\n", DIGEST_HEX_SIZE, hex, k).at;
}

/* Stored incidents bear these references: another rule would count every one of them twice. */
static void a_reference_is_made_from_the_fields_as_it_always_was(void **state)
{
    police_world *self = *state;
    static const char *const fields[12] = {"", "2025-03", FORCE, FORCE, "-2.1", "52.8", "High Street", "E01029687",
                                           "Stafford 004B", "Anti-social behaviour", "", ""};
    const char *made = references(self, AT("High Street") AT("High Street"));
    assert_string_equal(made, arena_print(self->memory, "%s%s", expected(self, fields, 1), expected(self, fields, 2)).at);
    assert_string_equal(made, "minted-2c2f40efcf14dd05ae9b30d72b59750b-1\nminted-2c2f40efcf14dd05ae9b30d72b59750b-2\n");
}

static void the_same_row_has_the_same_reference_in_any_file(void **state)
{
    police_world *self = *state;
    const char *made = references(self, AT("High Street"));
    text content = text_of(STREET_HEADER AT("High Street"));
    assert_string_equal(street_references(self, "another.csv", content), made);
    /* Saved otherwise, its columns in another order, with an ID's column that is blank. */
    assert_string_equal(street_references(self, name, text_of(STREET_HEADER
        "  ,2025-03,\"" FORCE "\"," FORCE ",-2.1,52.8, High Street ,E01029687,Stafford 004B,Anti-social behaviour,,\r\n")), made);
    assert_string_equal(street_references(self, name, text_of(
        "Month,Crime ID,Context,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome "
        "category\n2025-03,,," FORCE "," FORCE ",-2.1,52.8,High Street,E01029687,Stafford 004B,Anti-social behaviour,\n")), made);
}

static void a_row_inserted_above_changes_no_other_reference(void **state)
{
    police_world *self = *state;
    static const char *const rows[] = {AT("A"), AT("B"), AT("A"), AT("C"), AT("A")};
    const char *before = references(self, AT("A") AT("B") AT("A") AT("C") AT("A"));
    for (int at = 0; at <= 5; at++) {
        text all = {"", 0}, rest;
        for (int i = 0; i < 5; i++)
            all = arena_print(self->memory, "%.*s%s%s", TEXT_ARGS(all), i == at ? AT("new") : "", rows[i]);
        all = arena_print(self->memory, "%.*s%s", TEXT_ARGS(all), at == 5 ? AT("new") : "");
        text made = text_of(references(self, all.at)), line;
        rest = text_of(before);
        for (int i = 0; i < 6; i++) {
            text old;
            assert_true(text_split(&made, '\n', &line));
            if (i != at)
                assert_true(text_split(&rest, '\n', &old) && text_equal(line, old));
        }
    }
}

static void whatever_their_order_the_same_rows_give_the_same_references(void **state)
{
    police_world *self = *state;
    const char *made = sorted(self, references(self, AT("A") AT("B") AT("A") AT("C") AT("A") AT("B")));
    assert_string_equal(sorted(self, references(self, AT("B") AT("A") AT("A") AT("A") AT("C") AT("B"))), made);
    assert_string_equal(sorted(self, references(self, AT("C") AT("B") AT("B") AT("A") AT("A") AT("A"))), made);
}

/* A row more that reads the same is one incident more, and the others keep their names. */
static void the_kth_identical_row_is_the_kth_incident(void **state)
{
    police_world *self = *state;
    const char *three = references(self, AT("A") AT("A") AT("A")), *two = references(self, AT("A") AT("A"));
    assert_true(strncmp(three, two, strlen(two)) == 0);
    assert_true(strlen(three) > strlen(two));
    text rest = text_of(three), line;
    for (char k = '1'; k <= '3'; k++) {
        assert_true(text_split(&rest, '\n', &line));
        assert_int_equal(line.at[line.size - 1], k);
        assert_true(text_utf8_fault(line) == line.size && line.size <= REFERENCE_SIZE_MAX);
    }
}

static void any_field_that_differs_makes_another_reference(void **state)
{
    police_world *self = *state;
    static const char *const rows[] = {
        ",2025-03," FORCE "," FORCE ",-2.1,52.8,A,E01029687,Stafford 004B,Anti-social behaviour,,\n",
        ",2025-04," FORCE "," FORCE ",-2.1,52.8,A,E01029687,Stafford 004B,Anti-social behaviour,,\n",
        ",2025-03,x," FORCE ",-2.1,52.8,A,E01029687,Stafford 004B,Anti-social behaviour,,\n",
        ",2025-03," FORCE ",x,-2.1,52.8,A,E01029687,Stafford 004B,Anti-social behaviour,,\n",
        ",2025-03," FORCE "," FORCE ",-2.2,52.8,A,E01029687,Stafford 004B,Anti-social behaviour,,\n",
        ",2025-03," FORCE "," FORCE ",-2.1,52.9,A,E01029687,Stafford 004B,Anti-social behaviour,,\n",
        ",2025-03," FORCE "," FORCE ",-2.1,52.8,,E01029687,Stafford 004B,Anti-social behaviour,,\n",
        ",2025-03," FORCE "," FORCE ",-2.1,52.8,A,E01029688,Stafford 004B,Anti-social behaviour,,\n",
        ",2025-03," FORCE "," FORCE ",-2.1,52.8,A,E01029687,Stafford 004C,Anti-social behaviour,,\n",
        ",2025-03," FORCE "," FORCE ",-2.1,52.8,A,E01029687,Stafford 004B,Drugs,,\n",
        ",2025-03," FORCE "," FORCE ",-2.1,52.8,A,E01029687,Stafford 004B,Anti-social behaviour,x,\n",
        ",2025-03," FORCE "," FORCE ",-2.1,52.8,A,E01029687,Stafford 004B,Anti-social behaviour,,x\n",
        ",2025-03," FORCE "," FORCE ",-2.1,52.8A,,E01029687,Stafford 004B,Anti-social behaviour,,\n", /* no reference: at fault */
    };
    text all = {"", 0}, line, before = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        all = arena_print(self->memory, "%.*s%s", TEXT_ARGS(all), rows[i]);
    text rest = text_of(sorted(self, references(self, all.at)));
    int count = 0;
    for (; text_split(&rest, '\n', &line); count++) {
        assert_false(text_equal(line, before));
        assert_true(line.at[line.size - 2] == '-' && line.at[line.size - 1] == '1'); /* none is another's second */
        before = line;
    }
    assert_int_equal(count, 12);
    (void)told();
}

static void a_row_with_an_id_keeps_it_and_numbers_nothing(void **state)
{
    police_world *self = *state;
    const char *alone = references(self, AT("A"));
    const char *made = references(self, "aa" AT("A") AT("A"));
    assert_string_equal(made, arena_print(self->memory, "aa\n%s", alone).at);
}

static void after_a_break_the_rows_have_the_same_references_again(void **state)
{
    police_world *self = *state;
    text content = text_of(STREET_HEADER AT("A") AT("A"));
    const char *made = street_references(self, name, content);
    feed *from = self->feed;
    for (int again = 0; again < 2; again++) {
        message m;
        text rest = text_of(made), line;
        assert_int_equal(from->class->resume(from, &(position){0}), STATUS_OK);
        (void)next_message(from, self->memory);
        m = next_message(from, self->memory);
        for (size_t i = 0; i < m.records.incident_count; i++)
            assert_true(text_split(&rest, '\n', &line) && text_equal(line, m.records.incidents[i].reference));
    }
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, police_world_make, police_world_forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_reference_is_made_from_the_fields_as_it_always_was),
        IN_WORLD(the_same_row_has_the_same_reference_in_any_file),
        IN_WORLD(a_row_inserted_above_changes_no_other_reference),
        IN_WORLD(whatever_their_order_the_same_rows_give_the_same_references),
        IN_WORLD(the_kth_identical_row_is_the_kth_incident),
        IN_WORLD(any_field_that_differs_makes_another_reference),
        IN_WORLD(a_row_with_an_id_keeps_it_and_numbers_nothing),
        IN_WORLD(after_a_break_the_rows_have_the_same_references_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
