/* Promise: priorities.yaml means what it says, and whatever it can't mean is told with its line. */
#include "figures/priorities.h"

#include "reference_fixtures.h"
#include "testing.h"

/* The baseline of a file that is faultless. */
static int baseline_of(const char *yaml)
{
    faults *found = faults_create();
    priorities *read = priorities_create(text_of(yaml), found);
    assert_faults(found, 0, 0);
    int baseline = priorities_baseline(read);
    priorities_destroy(&read);
    assert_null(read);
    priorities_destroy(&read);
    faults_destroy(&found);
    return baseline;
}

static void the_baseline_is_the_financial_year_that_is_named(void **state)
{
    (void)state;
    assert_int_equal(baseline_of("baseline: 2022-23\n"), 2022);
    assert_int_equal(baseline_of("# why\n\nbaseline: \"2019/20\" # quoted\n"), 2019);
    assert_int_equal(baseline_of("baseline: 1999-00\n"), 1999);
}

static void without_a_file_there_is_no_baseline(void **state)
{
    (void)state;
    assert_int_equal(baseline_of(""), 0);
}

static void faults_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct { const char *yaml, *fault; } cases[] = {
        {"baseline: 2022\n", "priorities.yaml:1: error: the baseline '2022'"},
        {"\n\nbaseline: 2022-24\n", "priorities.yaml:3: error: the baseline '2022-24'"},
        {"baseline:\n", "priorities.yaml:1: error: the baseline ''"},
        {"baseline: [2022-23]\n", "priorities.yaml:1: error: the baseline ''"},
        {"baseline: 2022-23\nbase: 2021-22\n", "priorities.yaml:2: error: there is no key 'base'"},
        {"- baseline\n", "priorities.yaml:1: error: should hold keys"},
        {"2022-23\n", "priorities.yaml:1: error: should hold keys"},
        {"baseline: [\n", "priorities.yaml: error: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        faults *found = faults_create();
        priorities *read = priorities_create(text_of(cases[i].yaml), found);
        assert_faults(found, 1, 0);
        assert_fault(found, cases[i].fault);
        priorities_destroy(&read);
        faults_destroy(&found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_baseline_is_the_financial_year_that_is_named),
        cmocka_unit_test(without_a_file_there_is_no_baseline),
        cmocka_unit_test(faults_are_told_with_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
