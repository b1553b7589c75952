/* Promise: options that all commands share mean the same in each; what is used wrongly is told on standard error with its
 * value and what to write instead, and ends with 2; what is at fault ends with 1. */
#include "analyst/command.h"

#include <stdlib.h>
#include <unistd.h>

#include "command_fixtures.h"
#include "store_fixtures.h"
#include "testing.h"

static arena *memory_of(void **state)
{
    return ((place *)*state)->memory;
}

/* --- options ----------------------------------------------------------------------------------- */

static command taken; /* what the options made of a command */

static int take_common_options(int argc, char **argv)
{
    static const struct option long_options[] = {COMMON_OPTIONS, {NULL, 0, NULL, 0}};
    int done = -1;
    taken = (command){.name = "try", .usage = "usage: tocsin try\n\nexample: tocsin try --data x\n", .data = "none"};
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        done = command_option(&taken, c);
    return done;
}

static void the_folder_and_the_format_are_taken(void **state)
{
    assert_int_equal(said_by(take_common_options, "try --data /somewhere --format csv", memory_of(state)).status, -1);
    assert_string_equal(taken.data, "/somewhere");
    assert_int_equal(taken.format, FORMAT_CSV);
    (void)said_by(take_common_options, "try --format=json", memory_of(state));
    assert_int_equal(taken.format, FORMAT_JSON);
    (void)said_by(take_common_options, "try --format table", memory_of(state));
    assert_int_equal(taken.format, FORMAT_TABLE);
    assert_string_equal(taken.data, "none");
}

static void a_format_that_nobody_knows_is_refused_with_those_there_are(void **state)
{
    assert_err(said_by(take_common_options, "try --format xml", memory_of(state)), COMMAND_USAGE,
               "tocsin try: --format wants table, csv or json, not 'xml'\ntry tocsin try --help\n");
    assert_err(said_by(take_common_options, "try --format CSV", memory_of(state)), COMMAND_USAGE, "not 'CSV'");
}

static void an_option_that_nobody_knows_or_without_its_value_is_refused(void **state)
{
    assert_err(said_by(take_common_options, "try --nonsense", memory_of(state)), COMMAND_USAGE, "try tocsin try --help");
    assert_err(said_by(take_common_options, "try --data", memory_of(state)), COMMAND_USAGE, "try tocsin try --help");
    assert_err(said_by(take_common_options, "try -x", memory_of(state)), COMMAND_USAGE, "try tocsin try --help");
}

static void help_prints_the_usage_and_is_fine(void **state)
{
    said help = said_by(take_common_options, "try --help", memory_of(state));
    assert_out(help, COMMAND_FINE, "usage: tocsin try\n\nexample: tocsin try --data x\n");
    assert_string_equal(help.err, "");
}

/* --- dates ------------------------------------------------------------------------------------- */

struct dated {
    command base;
    const char *value;
    day_number taken;
};

static int take_date(void *context)
{
    struct dated *self = context;
    return command_date(&self->base, "--as-of", self->value, &self->taken);
}

static int take_known_on(void *context)
{
    struct dated *self = context;
    return command_known_on(&self->base, self->value);
}

static void a_date_that_does_not_exist_is_refused(void **state)
{
    struct dated d = {.base = {.name = "try"}, .value = "2025-03-31", .taken = DAY_NONE};
    assert_int_equal(said_by_call(take_date, &d, memory_of(state)).status, true);
    assert_int_equal(d.taken, 20178);
    static const char *const wrong[] = {"2025-02-29", "2025-3-31", "yesterday", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        d = (struct dated){.base = {.name = "try"}, .value = wrong[i], .taken = DAY_NONE};
        assert_err(said_by_call(take_date, &d, memory_of(state)), false,
                   "tocsin try: --as-of wants a date that exists, as 2025-03-31, not '");
        assert_int_equal(d.taken, DAY_NONE);
    }
}

static void an_earlier_day_s_knowledge_is_asked_for_by_its_date(void **state)
{
    struct dated d = {.base = {.name = "try"}, .value = "2025-03-31"};
    assert_int_equal(said_by_call(take_known_on, &d, memory_of(state)).status, -1);
    assert_int_equal(d.base.known_on, 20178);
    d.value = "today";
    assert_err(said_by_call(take_known_on, &d, memory_of(state)), COMMAND_USAGE, "--known-on wants a date");
}

/* --- words ------------------------------------------------------------------------------------- */

static int say_wrong(void *context)
{
    return command_wrong(context, "what is '%s'?", "this");
}

static int say_fault(void *context)
{
    return command_fault(context, "%s is full", "the disk");
}

static void what_is_wrong_points_to_the_help_and_what_is_at_fault_does_not(void **state)
{
    command c = {.name = "try"};
    assert_err(said_by_call(say_wrong, &c, memory_of(state)), COMMAND_USAGE, "tocsin try: what is 'this'?\ntry tocsin try --help\n");
    said fault = said_by_call(say_fault, &c, memory_of(state));
    assert_int_equal(fault.status, COMMAND_FAULT);
    assert_string_equal(fault.err, "tocsin try: the disk is full\n");
}

/* --- the folder -------------------------------------------------------------------------------- */

static int open_and_close(void *context)
{
    store *opened_store;
    figures *read;
    int done = command_open(context, &opened_store, &read);
    if (done < 0)
        command_close(&opened_store, &read);
    return done;
}

static void a_folder_without_a_store_is_a_fault_that_names_it(void **state)
{
    place *at = *state;
    command c = {.name = "try", .data = at->folder};
    assert_err(said_by_call(open_and_close, &c, at->memory), COMMAND_FAULT, at->folder);
}

static void a_store_without_reference_data_says_what_to_do(void **state)
{
    place *at = *state;
    command c = {.name = "try", .data = at->folder};
    at->writer = opened(at->folder);
    assert_err(said_by_call(open_and_close, &c, at->memory), COMMAND_FAULT,
               "has no reference data yet: start tocsin-aggregator on it");
}

static void the_default_folder_is_the_environment_s_or_the_one_here(void **state)
{
    place *at = *state;
    char *here = getcwd(NULL, 0);
    assert_int_equal(setenv("TOCSIN_DATA", "/told", 1), 0);
    assert_string_equal(command_default_data(), "/told");
    assert_int_equal(setenv("TOCSIN_DATA", "", 1), 0);
    assert_int_equal(chdir(at->folder), 0);
    assert_string_equal(command_default_data(), "/var/lib/tocsin");
    at->writer = opened("tocsin-data");
    assert_string_equal(command_default_data(), "tocsin-data");
    assert_int_equal(chdir(here), 0);
    assert_int_equal(unsetenv("TOCSIN_DATA"), 0);
    free(here);
}

#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_PLACE(the_folder_and_the_format_are_taken),
        AT_A_PLACE(a_format_that_nobody_knows_is_refused_with_those_there_are),
        AT_A_PLACE(an_option_that_nobody_knows_or_without_its_value_is_refused),
        AT_A_PLACE(help_prints_the_usage_and_is_fine),
        AT_A_PLACE(a_date_that_does_not_exist_is_refused),
        AT_A_PLACE(an_earlier_day_s_knowledge_is_asked_for_by_its_date),
        AT_A_PLACE(what_is_wrong_points_to_the_help_and_what_is_at_fault_does_not),
        AT_A_PLACE(a_folder_without_a_store_is_a_fault_that_names_it),
        AT_A_PLACE(a_store_without_reference_data_says_what_to_do),
        AT_A_PLACE(the_default_folder_is_the_environment_s_or_the_one_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
