/* Promise: a command line is understood as its help describes it, or refused with what is wrong and how to go on; nothing
 * that was asked for is passed over. */
#include "collector/options.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fixtures.h"
#include "testing.h"

enum { WORDS_MAX = 200, GO_ON = -1 };

/* What was said on standard output and error, and what was understood. */
typedef struct taking {
    options made;
    char said[8192], complained[8192];
} taking;

static taking self;

static int redirect(int descriptor, FILE *to)
{
    int kept = dup(descriptor);
    (void)fflush(stdout);
    (void)fflush(stderr);
    assert_true(dup2(fileno(to), descriptor) >= 0);
    return kept;
}

static void restore(int descriptor, int kept, FILE *from, char *out, size_t size)
{
    (void)fflush(stdout);
    (void)fflush(stderr);
    (void)dup2(kept, descriptor);
    (void)close(kept);
    rewind(from);
    out[fread(out, 1, size - 1, from)] = '\0';
    (void)fclose(from);
}

/* Words with blanks between them, as a shell hands them over. They live until the next call. */
static int take(const char *line)
{
    static char copy[16384];
    static char *words[WORDS_MAX];
    FILE *out = tmpfile(), *err = tmpfile();
    int count = 0;
    (void)snprintf(copy, sizeof copy, "tocsin-collector %s", line);
    for (char *rest = copy, *word; (word = strsep(&rest, " ")) != NULL && count < WORDS_MAX - 1;)
        words[count++] = word;
    words[count] = NULL;
    optind = 0; /* glibc: begin anew */
    self = (taking){0};
    int kept_out = redirect(STDOUT_FILENO, out), kept_err = redirect(STDERR_FILENO, err);
    int done = options_take(count, words, &self.made);
    restore(STDERR_FILENO, kept_err, err, self.complained, sizeof self.complained);
    restore(STDOUT_FILENO, kept_out, out, self.said, sizeof self.said);
    return done;
}

static void assert_refused(const char *line, const char *words)
{
    assert_int_equal(take(line), EXIT_WRONG_USE);
    assert_string_equal(self.said, "");
    if (strstr(self.complained, words) == NULL)
        fail_msg("%s: not \"%s\": %s", line, words, self.complained);
}

static void assert_taken(const char *line)
{
    if (take(line) != GO_ON)
        fail_msg("%s: %s", line, self.complained);
    assert_string_equal(self.complained, "");
}

/* --- success ------------------------------------------------------------------------------------- */

static void a_kind_and_a_path_are_enough(void **state)
{
    (void)state;
    static const struct { const char *word; source_kind kind; } kinds[] = {
        {"police-uk", SOURCE_POLICE_UK}, {"incidents", SOURCE_INCIDENTS}, {"ndjson", SOURCE_NDJSON},
        {"simulate", SOURCE_SIMULATE},
    };
    for (size_t i = 0; i < 4; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "%s a.file", kinds[i].word);
        assert_taken(line);
        assert_int_equal(self.made.kind, kinds[i].kind);
        assert_int_equal(self.made.path_count, 1);
        assert_string_equal(self.made.paths[0], "a.file");
        assert_string_equal(self.made.name, kinds[i].word);
        assert_string_equal(self.made.to, "tcp://127.0.0.1:7010");
        assert_string_equal(self.made.origin, "local");
        assert_false(self.made.follow || self.made.from_start);
        assert_int_equal(self.made.issued_ns, 0);
        assert_int_equal(self.made.give_up_s, 0);
        assert_null(self.made.out);
        assert_false(self.made.receipts || self.made.forget_covers);
    }
}

static void every_option_is_understood_wherever_it_stands(void **state)
{
    (void)state;
    assert_taken("--to tcp://10.0.0.1:7 incidents --origin niche a.csv --name=left b.csv --from-start --follow --issued 2025-04-01 "
                 "--give-up 90 c.csv");
    assert_string_equal(self.made.to, "tcp://10.0.0.1:7");
    assert_string_equal(self.made.origin, "niche");
    assert_string_equal(self.made.name, "left");
    assert_true(self.made.from_start && self.made.follow);
    assert_int_equal(self.made.issued_ns, 1743465600000000000); /* date -d 2025-04-01Z +%s */
    assert_int_equal(self.made.give_up_s, 90);
    assert_int_equal(self.made.path_count, 3);
    assert_string_equal(self.made.paths[2], "c.csv");
    assert_taken("simulate x.yaml --out y.csv");
    assert_string_equal(self.made.out, "y.csv");
}

static void what_is_covered_is_an_area_days_and_perhaps_a_category(void **state)
{
    (void)state;
    assert_taken("incidents a.csv --covers E07000197:2025-03-01..2025-03-31 --covers E23000015/theft:2024-04-01..2025-03-31 "
                 "--promises 24h --retired");
    assert_int_equal(self.made.cover_count, 2);
    const coverage_declaration *first = &self.made.covers[0], *second = &self.made.covers[1];
    assert_text(first->area, "E07000197");
    assert_int_equal(first->category_count, 0);
    assert_int_equal(first->days.from, day_of(2025, 3, 1));
    assert_int_equal(first->days.to, day_of(2025, 3, 31));
    assert_text(second->area, "E23000015");
    assert_int_equal(second->category_count, 1);
    assert_text(second->categories[0], "theft");
    assert_int_equal(first->promised_interval_s, 86400);
    assert_int_equal(second->promised_interval_s, 86400);
    assert_true(first->retired && second->retired);
}

static void a_spool_has_a_place_and_a_size(void **state)
{
    (void)state;
    static const struct { const char *word; uint64_t octets; } each[] = {
        {"1M", 1048576}, {"64M", 67108864}, {"1G", 1073741824}, {"1024K", 1048576}, {"2000000", 2000000},
        {"1048576G", UINT64_C(1) << 50},
    };
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        char line[96];
        (void)snprintf(line, sizeof line, "ndjson - --spool-limit %s --spool here", each[i].word);
        assert_taken(line);
        assert_int_equal(self.made.spool_limit, each[i].octets);
        assert_string_equal(self.made.spool, "here");
    }
    assert_taken("ndjson - --receipts --forget-covers");
    assert_true(self.made.receipts && self.made.forget_covers);
    assert_int_equal(self.made.spool_limit, 1073741824);
    assert_null(self.made.spool);
}

static void an_interval_has_a_unit(void **state)
{
    (void)state;
    static const struct { const char *word; uint32_t s; } each[] = {
        {"1s", 1}, {"15m", 900}, {"24h", 86400}, {"35d", 3024000}, {"366d", 31622400},
    };
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        char line[96];
        (void)snprintf(line, sizeof line, "incidents a.csv --covers E1:2025-01-01..2025-01-01 --promises %s", each[i].word);
        assert_taken(line);
        assert_int_equal(self.made.covers[0].promised_interval_s, each[i].s);
    }
}

static void standard_input_is_not_followed_but_the_files_beside_it_are(void **state)
{
    (void)state;
    assert_taken("ndjson - --follow");
    assert_string_equal(self.made.paths[0], "-");
    assert_false(self.made.follow);
    assert_taken("ndjson - a.jsonl --follow");
    assert_true(self.made.follow);
}

static void help_and_version_are_said_on_standard_output(void **state)
{
    (void)state;
    assert_int_equal(take("--help"), EXIT_FINE);
    assert_non_null(strstr(self.said, "usage: tocsin-collector police-uk PATH"));
    assert_non_null(strstr(self.said, "examples:"));
    assert_string_equal(self.complained, "");
    assert_int_equal(take("incidents --version"), EXIT_FINE);
    assert_non_null(strstr(self.said, "tocsin-collector "));
}

static void every_option_of_the_help_is_taken(void **state)
{
    (void)state;
    assert_int_equal(take("--help"), EXIT_FINE);
    char help[sizeof self.said];
    memcpy(help, self.said, sizeof help);
    int options_found = 0;
    for (const char *at = help; (at = strstr(at, "\n  --")) != NULL; at++) {
        char option[32];
        (void)snprintf(option, sizeof option, "%.*s", (int)strcspn(at + 3, " ,\n"), at + 3);
        (void)take(option);
        assert_null(strstr(self.complained, "unrecognized"));
        options_found++;
    }
    assert_int_equal(options_found, 16);
}

/* --- refusal ------------------------------------------------------------------------------------- */

static void nothing_at_all_is_answered_with_the_usage(void **state)
{
    (void)state;
    assert_int_equal(take("--follow"), EXIT_WRONG_USE);
    assert_non_null(strstr(self.complained, "usage: tocsin-collector"));
}

static void a_kind_that_there_is_not_is_refused(void **state)
{
    (void)state;
    assert_refused("csv a.csv", "the kinds of source are police-uk, incidents, ndjson and simulate; there is none called 'csv'\ntry tocsin-collector --help\n");
}

static void a_kind_without_a_path_is_refused(void **state)
{
    (void)state;
    assert_refused("incidents", "say which files, folders or - to read behind 'incidents'");
}

static void an_option_that_there_is_not_is_refused(void **state)
{
    (void)state;
    assert_refused("incidents a.csv --folow-me", "try tocsin-collector --help");
    assert_refused("incidents a.csv --origin", "try tocsin-collector --help");
    assert_refused("incidents a.csv -x", "try tocsin-collector --help");
}

static void coverage_that_makes_no_sense_is_refused_with_the_form(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "E1", "E1:2025-01-01", "E1:2025-01-01..", "E1:..2025-01-01", "E1:2025-01-01..2025-02-30", "E1:2025-02-01..2025-01-31",
        ":2025-01-01..2025-01-31", "/theft:2025-01-01..2025-01-31", "E1:2025-01-01.2025-01-31", "E1:2025-01-01..2025-01-31x",
        "2025-01-01..2025-01-31:E1", "E1/:2025-01-01..2025-01-31",
        "EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE:2025-01-01..2025-01-31",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char line[256];
        (void)snprintf(line, sizeof line, "incidents a.csv --covers %s", wrong[i]);
        assert_refused(line, "--covers wants AREA:2024-04-01..2025-03-31, not '");
    }
}

static void more_coverage_than_one_stream_can_claim_is_refused_as_such(void **state)
{
    (void)state;
    char line[8192] = "incidents a.csv";
    for (int i = 0; i < CLAIMS_MAX; i++)
        (void)strcat(line, " --covers E1:2025-01-01..2025-01-31");
    assert_taken(line);
    assert_int_equal(self.made.cover_count, 64);
    (void)strcat(line, " --covers E2:2025-01-01..2025-01-31");
    assert_refused(line, "--covers may stand 64 times, and here it stands once more: 'E2:2025-01-01..2025-01-31'");
}

static void intervals_and_numbers_out_of_range_are_refused(void **state)
{
    (void)state;
    static const char *const intervals[] = {"24", "h", "0h", "367d", "1w", "-1h", "1.5h", "213503982334602d",
                                            "18446744073709551615d", ""};
    for (size_t i = 0; i < sizeof intervals / sizeof intervals[0]; i++) {
        char line[96];
        (void)snprintf(line, sizeof line, "incidents a.csv --promises=%s", intervals[i]);
        assert_refused(line, "--promises wants 15m, 24h or 35d, not '");
    }
    static const char *const sizes[] = {"", "0", "1", "1K", "1023K", "1048575", "G", "-1G", "1.5G", "1T", "1048577G",
                                        "18446744073709551615G", "99999999999999999999"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char line[96];
        (void)snprintf(line, sizeof line, "ndjson - --spool-limit=%s", sizes[i]);
        assert_refused(line, "--spool-limit wants at least 1M, as 64M or 1G, not '");
    }
    assert_refused("incidents a.csv --issued yesterday", "--issued wants a date, not 'yesterday'");
    assert_refused("incidents a.csv --give-up soon", "--give-up wants seconds, not 'soon'");
    assert_refused("incidents a.csv --give-up 86401", "--give-up wants seconds, not '86401'");
}

static void names_that_are_empty_or_too_long_are_refused(void **state)
{
    (void)state;
    char line[256], name[128];
    assert_refused("incidents a.csv --origin=", "--origin wants a name of at most 96 octets");
    assert_refused("incidents a.csv --origin caf\xe9", "--origin wants a name of at most 96 octets in UTF-8");
    assert_refused("incidents a.csv --name caf\xe9", "--name wants a name of at most 96 octets in UTF-8");
    assert_refused("incidents a.csv --covers caf\xe9:2025-01-01..2025-01-31", "--covers wants");
    assert_refused("incidents a.csv --name=", "--name wants a name of at most 96 octets");
    memset(name, 'x', sizeof name);
    (void)snprintf(line, sizeof line, "incidents a.csv --origin %.96s --name %.96s", name, name);
    assert_taken(line);
    (void)snprintf(line, sizeof line, "incidents a.csv --origin %.97s", name);
    assert_refused(line, "--origin wants a name of at most 96 octets");
    (void)snprintf(line, sizeof line, "incidents a.csv --name %.97s", name);
    assert_refused(line, "--name wants a name of at most 96 octets");
}

static void options_that_do_not_go_with_a_kind_are_refused(void **state)
{
    (void)state;
    assert_refused("simulate a.yaml b.yaml", "simulate takes one scenario, not also 'b.yaml'");
    assert_refused("police-uk a --covers E1:2025-01-01..2025-01-31", "police-uk files declare what they cover themselves");
    assert_refused("simulate a --covers E1:2025-01-01..2025-01-31", "a scenario declares what it covers itself");
    assert_refused("police-uk -", "standard input is read by incidents and ndjson only; leave out '-'");
    assert_refused("simulate -", "standard input is read by incidents and ndjson only; leave out '-'");
    assert_refused("simulate a.yaml --receipts", "--receipts goes with one input of incidents or ndjson, not with 'a.yaml'");
    assert_refused("ndjson - a.jsonl --receipts", "--receipts goes with one input of incidents or ndjson, not with 'a.jsonl'");
    assert_refused("incidents a.csv --out b.csv", "--out goes with simulate only, not with 'incidents'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kind_and_a_path_are_enough),
        cmocka_unit_test(every_option_is_understood_wherever_it_stands),
        cmocka_unit_test(what_is_covered_is_an_area_days_and_perhaps_a_category),
        cmocka_unit_test(a_spool_has_a_place_and_a_size),
        cmocka_unit_test(an_interval_has_a_unit),
        cmocka_unit_test(standard_input_is_not_followed_but_the_files_beside_it_are),
        cmocka_unit_test(help_and_version_are_said_on_standard_output),
        cmocka_unit_test(every_option_of_the_help_is_taken),
        cmocka_unit_test(nothing_at_all_is_answered_with_the_usage),
        cmocka_unit_test(a_kind_that_there_is_not_is_refused),
        cmocka_unit_test(a_kind_without_a_path_is_refused),
        cmocka_unit_test(an_option_that_there_is_not_is_refused),
        cmocka_unit_test(coverage_that_makes_no_sense_is_refused_with_the_form),
        cmocka_unit_test(more_coverage_than_one_stream_can_claim_is_refused_as_such),
        cmocka_unit_test(intervals_and_numbers_out_of_range_are_refused),
        cmocka_unit_test(names_that_are_empty_or_too_long_are_refused),
        cmocka_unit_test(options_that_do_not_go_with_a_kind_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
