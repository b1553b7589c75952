/* Promise: which of an incident's versions stands, and what is a repeat, follows from what they say, never from
 * the order in which they came. Proved on every sequence of up to five versions against a plain model. */
#include "aggregator/chain.h"

#include <string.h>

#include "testing.h"

enum { VERSIONS_MAX = 5 };

/* What makes a difference: two revisions or three, two issues, three statuses, one content or two. */
typedef struct alphabet {
    int revisions, issues, statuses, contents;
} alphabet;

static int letters_of(alphabet a)
{
    return a.revisions * a.issues * a.statuses * a.contents;
}

/* A version for each number below letters_of; its id is the number and one more. */
static version letter(alphabet a, int number)
{
    int rest = number;
    version made = {.id = (uint64_t)number + 1, .origin = 1, .reference = {"r", 1}, .recorded = 20000};
    made.revision = (uint64_t)(rest % a.revisions) + 1;
    rest /= a.revisions;
    made.issued_ns = rest % a.issues + 10;
    rest /= a.issues;
    made.status = (record_status)(rest % a.statuses);
    rest /= a.statuses;
    made.offence = (uint32_t)rest + 1;
    made.content = 7000u - 10u * made.offence; /* a digest has an order of its own */
    return made;
}

/* The sequence of a number, read in base `letters_of`. */
static void sequence(alphabet a, int number, size_t count, version out[VERSIONS_MAX])
{
    for (size_t i = 0; i < count; i++, number /= letters_of(a))
        out[i] = letter(a, number % letters_of(a));
}

static int sequences_of(alphabet a, size_t count)
{
    int all = 1;
    for (size_t i = 0; i < count; i++)
        all *= letters_of(a);
    return all;
}

/* --- the model --------------------------------------------------------------------------------- */

static bool issued_later(const version *a, const version *b)
{
    if (a->issued_ns != b->issued_ns)
        return a->issued_ns > b->issued_ns;
    if (a->status != b->status)
        return a->status > b->status;
    return a->content > b->content;
}

/* What a slot says, and NULL when nothing was said in it. */
static const version *slot(const version *all, size_t count, uint64_t revision)
{
    const version *last = NULL;
    for (size_t i = 0; i < count; i++)
        if (all[i].revision == revision && (last == NULL || issued_later(&all[i], last)))
            last = &all[i];
    return last;
}

static const version *model_standing(const version *all, size_t count)
{
    const version *top = NULL;
    for (uint64_t revision = 9; revision > 0; revision--) {
        const version *says = slot(all, count, revision);
        if (says != NULL && says->status != RECORD_WITHDRAWN)
            return says;
        if (top == NULL)
            top = says;
    }
    return top;
}

static bool model_same(const version *a, const version *b)
{
    return a->revision == b->revision && a->status == b->status && a->offence == b->offence;
}

/* --- which stands ------------------------------------------------------------------------------ */

static void assert_stands_as_in_model(alphabet a, size_t count)
{
    version all[VERSIONS_MAX];
    for (int number = 0; number < sequences_of(a, count); number++) {
        sequence(a, number, count, all);
        size_t standing = chain_standing(all, count);
        const version *expected = model_standing(all, count);
        if (standing >= count || all[standing].id != expected->id)
            fail_msg("sequence %d of %d: version %d stands and not %d", number, (int)count, (int)all[standing].id,
                     (int)expected->id);
    }
}

static void of_every_sequence_of_up_to_five_versions_the_model_s_stands(void **state)
{
    (void)state;
    for (size_t count = 1; count <= VERSIONS_MAX; count++)
        assert_stands_as_in_model((alphabet){.revisions = 2, .issues = 2, .statuses = 3, .contents = 1}, count);
}

static void of_every_sequence_of_four_with_three_revisions_the_model_s_stands(void **state)
{
    (void)state;
    for (size_t count = 1; count <= 4; count++)
        assert_stands_as_in_model((alphabet){.revisions = 3, .issues = 2, .statuses = 3, .contents = 1}, count);
}

static void of_versions_said_at_the_same_instant_the_model_s_stands(void **state)
{
    (void)state;
    for (size_t count = 1; count <= 4; count++)
        assert_stands_as_in_model((alphabet){.revisions = 2, .issues = 1, .statuses = 3, .contents = 3}, count);
}

static version said(uint64_t revision, int64_t issued_ns, record_status as)
{
    return (version){.revision = revision, .issued_ns = issued_ns, .status = as};
}

static void a_higher_revision_stands_though_it_was_issued_earlier(void **state)
{
    (void)state;
    version all[] = {said(2, 5, RECORD_RECORDED), said(1, 9, RECORD_RECORDED)};
    assert_int_equal(chain_standing(all, 2), 0);
}

static void a_cancellation_stands_and_a_withdrawal_gives_way_to_the_revision_below(void **state)
{
    (void)state;
    version cancelled[] = {said(1, 5, RECORD_RECORDED), said(2, 6, RECORD_CANCELLED)};
    version withdrawn[] = {said(1, 5, RECORD_RECORDED), said(2, 6, RECORD_RECORDED), said(2, 7, RECORD_WITHDRAWN)};
    assert_int_equal(chain_standing(cancelled, 2), 1);
    assert_int_equal(chain_standing(withdrawn, 3), 0);
}

static void a_withdrawal_that_was_taken_back_no_longer_gives_way(void **state)
{
    (void)state;
    version all[] = {said(1, 5, RECORD_RECORDED), said(2, 7, RECORD_WITHDRAWN), said(2, 8, RECORD_RECORDED)};
    assert_int_equal(chain_standing(all, 3), 2);
}

static void of_nothing_but_withdrawals_the_highest_stands(void **state)
{
    (void)state;
    version all[] = {said(1, 9, RECORD_WITHDRAWN), said(3, 1, RECORD_WITHDRAWN), said(2, 8, RECORD_WITHDRAWN)};
    assert_int_equal(chain_standing(all, 3), 1);
}

/* --- the order --------------------------------------------------------------------------------- */

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static void the_order_of_versions_is_total_and_only_equal_ones_are_equal_in_it(void **state)
{
    (void)state;
    alphabet a = {.revisions = 2, .issues = 2, .statuses = 3, .contents = 2};
    for (int x = 0; x < letters_of(a); x++)
        for (int y = 0; y < letters_of(a); y++) {
            version first = letter(a, x), second = letter(a, y);
            assert_int_equal(version_order(&first, &second) == 0, x == y);
            assert_int_equal(sign(version_order(&first, &second)), -sign(version_order(&second, &first)));
            for (int z = 0; z < letters_of(a); z++) {
                version third = letter(a, z);
                if (version_order(&first, &second) > 0 && version_order(&second, &third) > 0)
                    assert_true(version_order(&first, &third) > 0);
            }
        }
}

static void the_order_holds_for_the_largest_and_smallest_numbers(void **state)
{
    (void)state;
    version low = {.revision = 0, .issued_ns = INT64_MIN}, high = {.revision = INT64_MAX, .issued_ns = INT64_MIN};
    assert_true(version_order(&high, &low) > 0);
    low.revision = high.revision;
    high.issued_ns = INT64_MAX;
    assert_true(version_order(&high, &low) > 0);
    low.issued_ns = high.issued_ns;
    high.content = UINT64_MAX;
    assert_true(version_order(&high, &low) > 0);
}

static void numbers_of_codes_make_no_order(void **state)
{
    (void)state;
    version one = {.offence = 1, .place = 9, .content = 4}, other = {.offence = 2, .place = 3, .content = 4};
    assert_int_equal(version_order(&one, &other), 0);
}

/* --- what says the same ------------------------------------------------------------------------ */

static version full_version(void)
{
    return (version){
        .id = 4, .origin = 1, .reference = {"r", 1}, .revision = 3, .issued_ns = 5, .received_s = 6, .current = true,
        .previous = 2, .recorded = 20000, .offence = 1, .place = 2, .markers = 3, .outcome = 4,
        .recorded_at = {"2024-05-17T12:00:00Z", 20}, .occurred_at = {"2024-05-16", 10}, .occurred_to = {"2024-05-18", 10},
        .latitude_e6 = 52805700, .longitude_e6 = -2116331,
    };
}

static void changed_in(version *v, int field)
{
    switch (field) {
    case 0: v->revision++; break;
    case 1: v->status = RECORD_CANCELLED; break;
    case 2: v->recorded++; break;
    case 3: v->month_only = true; break;
    case 4: v->offence++; break;
    case 5: v->place++; break;
    case 6: v->markers++; break;
    case 7: v->outcome++; break;
    case 8: v->recorded_at = (text){"2024-05-17T12:00:01Z", 20}; break;
    case 9: v->occurred_at = (text){"", 0}; break;
    case 10: v->occurred_to = (text){"2024-05-1", 9}; break;
    case 11: v->latitude_e6++; break;
    default: v->longitude_e6 = COORDINATE_NONE; break;
    }
}

static void whatever_a_version_says_makes_it_another_if_it_is_changed(void **state)
{
    (void)state;
    for (int field = 0; field <= 12; field++) {
        version one = full_version(), other = full_version();
        assert_true(version_says_same(&one, &other));
        changed_in(&other, field);
        if (version_says_same(&one, &other) || version_says_same(&other, &one))
            fail_msg("field %d makes no difference", field);
    }
}

static void when_it_was_issued_and_how_it_came_makes_no_other_version(void **state)
{
    (void)state;
    version one = full_version(), other = full_version();
    other.id = other.previous = 9;
    other.issued_ns = other.received_s = 99;
    other.current = false;
    assert_true(version_says_same(&one, &other));
}

/* --- repeats ----------------------------------------------------------------------------------- */

static bool model_repeats(const version *all, size_t count, const version *made, bool snapshot)
{
    for (size_t i = 0; i < count; i++)
        if (model_same(&all[i], made) && (!snapshot || all[i].issued_ns == made->issued_ns))
            return true;
    const version *held = snapshot ? slot(all, count, made->revision) : NULL;
    return held != NULL && model_same(held, made);
}

static void assert_repeats_as_in_model(alphabet a, size_t count, bool snapshot)
{
    version all[VERSIONS_MAX];
    for (int number = 0; number < sequences_of(a, count); number++) {
        sequence(a, number, count, all);
        for (int next = 0; next < letters_of(a); next++) {
            version made = letter(a, next);
            size_t repeated = chain_repeated(all, count, &made, snapshot);
            if ((repeated < count) != model_repeats(all, count, &made, snapshot))
                fail_msg("sequence %d: version %d is taken for the contrary", number, next);
            if (repeated < count)
                assert_true(model_same(&all[repeated], &made));
        }
    }
}

static void a_repeat_is_what_says_the_same_as_any_kept_version(void **state)
{
    (void)state;
    for (size_t count = 0; count <= 3; count++)
        assert_repeats_as_in_model((alphabet){.revisions = 2, .issues = 2, .statuses = 3, .contents = 2}, count, false);
}

static void within_a_snapshot_a_repeat_is_what_its_slot_says_now_or_the_same_statement_again(void **state)
{
    (void)state;
    for (size_t count = 0; count <= 3; count++)
        assert_repeats_as_in_model((alphabet){.revisions = 2, .issues = 2, .statuses = 3, .contents = 2}, count, true);
}

static void a_later_issue_may_return_to_what_an_earlier_one_said(void **state)
{
    (void)state;
    version all[] = {said(1, 5, RECORD_RECORDED), said(1, 6, RECORD_WITHDRAWN)}, again = said(1, 7, RECORD_RECORDED);
    assert_int_equal(chain_repeated(all, 2, &again, true), 2);
    assert_int_equal(chain_repeated(all, 2, &again, false), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_every_sequence_of_up_to_five_versions_the_model_s_stands),
        cmocka_unit_test(of_every_sequence_of_four_with_three_revisions_the_model_s_stands),
        cmocka_unit_test(of_versions_said_at_the_same_instant_the_model_s_stands),
        cmocka_unit_test(a_higher_revision_stands_though_it_was_issued_earlier),
        cmocka_unit_test(a_cancellation_stands_and_a_withdrawal_gives_way_to_the_revision_below),
        cmocka_unit_test(a_withdrawal_that_was_taken_back_no_longer_gives_way),
        cmocka_unit_test(of_nothing_but_withdrawals_the_highest_stands),
        cmocka_unit_test(the_order_of_versions_is_total_and_only_equal_ones_are_equal_in_it),
        cmocka_unit_test(the_order_holds_for_the_largest_and_smallest_numbers),
        cmocka_unit_test(numbers_of_codes_make_no_order),
        cmocka_unit_test(whatever_a_version_says_makes_it_another_if_it_is_changed),
        cmocka_unit_test(when_it_was_issued_and_how_it_came_makes_no_other_version),
        cmocka_unit_test(a_repeat_is_what_says_the_same_as_any_kept_version),
        cmocka_unit_test(within_a_snapshot_a_repeat_is_what_its_slot_says_now_or_the_same_statement_again),
        cmocka_unit_test(a_later_issue_may_return_to_what_an_earlier_one_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
