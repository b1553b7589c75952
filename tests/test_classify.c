/* Promise: where a version counts is what geography, offence tree and markers say of its codes on its day, whether
 * it was asked before or not; and what is cancelled or unknown counts nowhere. */
#include "figures/classify.h"

#include <stdio.h>

#include "coverage_fixtures.h"
#include "testing.h"

static covered_world w;
static classifier *self;

static int make(void **state)
{
    (void)state;
    w = covered_world_make("");
    self = classifier_create(w.data, w.book);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    classifier_destroy(&self);
    assert_null(self);
    classifier_destroy(&self);
    covered_world_forget(&w);
    return 0;
}

static uint32_t place_of(const char *code, const char *name, const char *within)
{
    return codebook_place_number(w.book, text_of(code), text_of(name), text_of(within));
}

static uint32_t offence_of(const char *code)
{
    return codebook_number(w.book, CODE_OFFENCE, text_of(code));
}

static version bare(const char *coded, const char *area_code)
{
    return (version){.status = RECORD_RECORDED, .recorded = day_from("2024-05-17"), .offence = offence_of(coded),
                     .place = place_of(area_code, "", "")};
}

/* --- places ------------------------------------------------------------------------------------ */

static void assert_placed(uint32_t place, const char *area_code)
{
    int expected = area_code[0] != '\0' ? area_at(&w, area_code) : AREA_NONE;
    for (int again = 0; again < 2; again++)
        assert_int_equal(classify_area(self, place), expected);
}

static void a_place_is_where_geography_puts_its_texts(void **state)
{
    (void)state;
    assert_placed(place_of("D1", "", ""), "D1");
    assert_placed(place_of("L1", "", ""), "D1");
    assert_placed(place_of("F2", "", ""), "F2");
    assert_placed(place_of("FD", "", ""), "FD");
    assert_placed(place_of("E99", "Lichfield 004B", ""), "D2");
    assert_placed(place_of("", "", "F1"), "F1");
    assert_placed(place_of("E99", "", "F1"), "");
    assert_placed(place_of("E99", "Nowhere 001A", ""), "");
}

static void many_places_in_any_order_are_told_apart(void **state)
{
    (void)state;
    uint32_t numbers[300];
    char name[32];
    for (int i = 0; i < 300; i++) {
        (void)snprintf(name, sizeof name, "%s %03dA", i % 2 == 0 ? "Corby" : "Stafford", i);
        numbers[i] = place_of("E99", name, "");
    }
    for (int i = 299; i >= 0; i--)
        assert_placed(numbers[i], i % 2 == 0 ? "D3" : "D1");
}

/* --- offences ---------------------------------------------------------------------------------- */

static void assert_offence_on(const char *code, const char *date)
{
    int expected = offence_tree_place(w.data->categories, text_of(code), day_from(date));
    for (int again = 0; again < 2; again++)
        assert_int_equal(classify_offence(self, offence_of(code), day_from(date)), expected);
}

static void an_offence_is_where_the_tree_puts_it_on_the_day(void **state)
{
    (void)state;
    static const char *const codes[] = {"8N", "30C", "Burglary", "Other theft", "Narrowed", "LOCAL", "unheard of"};
    static const char *const dates[] = {"2024-05-17", "2013-04-30", "2013-05-01", "2014-12-31", "2015-01-01",
                                        "2015-12-31", "2016-01-01", "1999-01-01"};
    for (size_t c = 0; c < sizeof codes / sizeof codes[0]; c++)
        for (size_t d = 0; d < sizeof dates / sizeof dates[0]; d++)
            assert_offence_on(codes[c], dates[d]);
}

static void an_offence_that_moved_is_asked_for_by_its_day_every_time(void **state)
{
    (void)state;
    uint32_t other_theft = offence_of("Other theft");
    for (int again = 0; again < 2; again++) {
        assert_int_equal(classify_offence(self, other_theft, day_from("2013-04-30")), category_at(&w, "all-crime"));
        assert_int_equal(classify_offence(self, other_theft, day_from("2013-05-01")), category_at(&w, "other-theft"));
    }
}

/* --- versions ---------------------------------------------------------------------------------- */

static void assert_nowhere(version v)
{
    standing_place at;
    for (int again = 0; again < 2; again++)
        assert_false(classify_version(self, &v, &at));
}

static void what_is_cancelled_withdrawn_or_lacks_a_code_counts_nowhere(void **state)
{
    (void)state;
    version v = bare("8N", "D1");
    v.status = RECORD_CANCELLED;
    assert_nowhere(v);
    v.status = RECORD_WITHDRAWN;
    assert_nowhere(v);
    v = bare("", "D1");
    assert_nowhere(v);
    v = bare("8N", "");
    assert_nowhere(v);
    v = bare("8N", "D1");
    v.recorded = DAY_NONE;
    assert_nowhere(v);
}

static void what_bears_a_code_that_nobody_knows_counts_nowhere(void **state)
{
    (void)state;
    assert_nowhere(bare("unheard of", "D1"));
    assert_nowhere(bare("8N", "E99"));
}

static void assert_markers(const char *coded, const char *markers, const char *first, const char *second)
{
    standing_place at;
    version v = bare(coded, "D1");
    v.markers = codebook_number(w.book, CODE_MARKERS, text_of(markers));
    assert_true(classify_version(self, &v, &at));
    assert_int_equal(at.marker_count, (first[0] != '\0') + (second[0] != '\0'));
    if (at.marker_count > 0)
        assert_int_equal(at.markers[0], category_at(&w, first));
    if (at.marker_count > 1)
        assert_int_equal(at.markers[1], category_at(&w, second));
}

static void a_version_counts_in_its_area_its_node_and_the_marker_categories_that_it_bears(void **state)
{
    (void)state;
    standing_place at;
    version v = bare("8N", "L1");
    assert_true(classify_version(self, &v, &at));
    assert_int_equal(at.area, area_at(&w, "D1"));
    assert_int_equal(at.area_id, codebook_find(w.book, CODE_AREA, text_of("D1")));
    assert_int_equal(at.node, category_at(&w, "violence"));
    assert_int_equal(at.marker_count, 0);
    assert_markers("8N", "hate;domestic", "hate", "domestic");
    assert_markers("8N", "domestic", "domestic", "");
    assert_markers("30C", "domestic;hate", "hate", ""); /* domestic violence is violence */
    assert_markers("Anti-social behaviour", "hate", "", "");
    assert_markers("8N", "knife", "", "");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_place_is_where_geography_puts_its_texts),
        IN_A_WORLD(many_places_in_any_order_are_told_apart),
        IN_A_WORLD(an_offence_is_where_the_tree_puts_it_on_the_day),
        IN_A_WORLD(an_offence_that_moved_is_asked_for_by_its_day_every_time),
        IN_A_WORLD(what_is_cancelled_withdrawn_or_lacks_a_code_counts_nowhere),
        IN_A_WORLD(what_bears_a_code_that_nobody_knows_counts_nowhere),
        IN_A_WORLD(a_version_counts_in_its_area_its_node_and_the_marker_categories_that_it_bears),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
