/* Promise: a mail's picture shows the rolling years that the store gives, month by month, with a gap where a year is not wholly
 * known; gnuplot is told numbers and dates only, and whatever becomes of it, the mail goes on without it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "delivery/picture.h"
#include "fixtures.h"
#include "letter_fixtures.h"
#include "report_fixtures.h"
#include "testing.h"

static arena *memory;
static char folder[FOLDER_SIZE];

/* Burglary in D1 over the years to 31 March 2025: what it is compared with is the baseline's 8. */
static alert_event burglary(void)
{
    alert_event out = shoplifting();
    out.area = text_of("D1");
    out.category = text_of("burglary");
    out.title = text_of("'`touch /tmp/x`\"\nsystem(\"x\")");
    out.area_name = text_of("quit");
    out.figures = text_of("{\"detector\":\"baseline-year\",\"from\":\"2024-04-01\",\"to\":\"2025-03-31\",\"compared_from\":\"2022-04-01\","
                          "\"compared_to\":\"2023-03-31\",\"count\":12,\"compared\":8,\"exposure\":1,\"compared_exposure\":1,\"percent\":50,"
                          "\"complete\":true,\"thresholds\":[{\"level\":\"priority\",\"percent\":25}]}");
    return out;
}

static void three_years_are_known(report_world *w)
{
    covered(w, "D1", "2021-04-01..2025-03-31");
    happened(w, 5, "2021-06-10", "30C", "D1");
    happened(w, 8, "2022-06-10", "30C", "D1");
    happened(w, 12, "2024-06-10", "30C", "D1");
}

/* A program in place of gnuplot. */
static const char *program(const char *name, const char *lines)
{
    text path = arena_print(memory, "%s/%s", folder, name), script = arena_print(memory, "#!/bin/sh\n%s\n", lines);
    file_write(folder, name, script);
    assert_int_equal(chmod(path.at, 0700), 0);
    return path.at;
}

/* What is drawn of burglary by a program; whether the log was told that it can't be done. */
static text drawn_by(report_world *w, const char *by, int limit_ms, bool *told)
{
    event_list *list;
    alert_event of = burglary();
    assert_int_equal(event_list_on(figures_now(w), &list), STATUS_OK);
    picture self = {.list = list, .program = by, .limit_ms = limit_ms};
    text out = picture_draw(&self, &of, memory);
    *told = self.told;
    event_list_close(&list);
    return out;
}

/* --- what is drawn ------------------------------------------------------------------------------------------------- */

static uint32_t big_endian(const char *at)
{
    const unsigned char *octets = (const unsigned char *)at;
    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];
}

static void gnuplot_gives_a_png_of_the_promised_size(void **state)
{
    bool told;
    three_years_are_known(*state);
    text made = drawn_by(*state, "gnuplot", PICTURE_LIMIT_MS, &told);
    assert_false(told);
    assert_in_range(made.size, 1000, PICTURE_OCTETS_MAX);
    assert_memory_equal(made.at, "\x89PNG\r\n\x1a\n", 8);
    assert_int_equal(big_endian(made.at + 16), PICTURE_WIDTH);
    assert_int_equal(big_endian(made.at + 20), PICTURE_HEIGHT);
}

/* What gnuplot would be told. */
static text told_to_gnuplot(report_world *w)
{
    bool told;
    const char *keeps = program("keeps", arena_print(memory, "exec cat > %s/script", folder).at);
    (void)drawn_by(w, keeps, PICTURE_LIMIT_MS, &told);
    return file_read(folder, "script", memory);
}

static void assert_has(text in, const char *words)
{
    if (!text_has(in, words))
        fail_msg("\"%s\" is missing in:\n%.*s", words, TEXT_ARGS(in));
}

static void each_point_is_the_year_that_ends_with_its_month(void **state)
{
    three_years_are_known(*state);
    text script = told_to_gnuplot(*state);
    assert_has(script, "$years << END\n2022-03-31 5\n2022-04-30 5\n2022-05-31 5\n2022-06-30 8\n");
    assert_has(script, "2023-05-31 8\n2023-06-30 0\n");
    assert_has(script, "2024-05-31 0\n2024-06-30 12\n");
    assert_has(script, "2025-03-31 12\nEND\n");
}

static void what_it_is_compared_with_and_the_threshold_are_lines(void **state)
{
    three_years_are_known(*state);
    text script = told_to_gnuplot(*state);
    assert_has(script, "\"2022-03-31\",8.000 to \"2025-03-31\",8.000");
    assert_has(script, "\"8 2022-23\"");
    assert_has(script, "\"2022-03-31\",10.000 to \"2025-03-31\",10.000");
    assert_has(script, "\"10: +25 %\"");
    assert_has(script, "\"12 now\"");
}

static void a_year_that_is_not_wholly_known_is_a_gap(void **state)
{
    report_world *w = *state;
    covered(w, "D1", "2021-04-01..2023-04-30");
    covered(w, "D1", "2023-05-02..2025-03-31");
    happened(w, 3, "2022-06-10", "30C", "D1");
    happened(w, 1, "2025-03-10", "Burglary", "D1"); /* which burglary is not known: all the same it is one */
    text script = told_to_gnuplot(w);
    assert_has(script, "2023-04-30 3\n\n\n\n\n\n\n\n\n\n\n\n\n2024-05-31 0\n");
    assert_has(script, "2025-03-31 1\nEND\n");
}

static void nobodys_words_reach_gnuplot(void **state)
{
    three_years_are_known(*state);
    text script = told_to_gnuplot(*state);
    assert_false(text_has(script, "touch") || text_has(script, "system") || text_has(script, "quit") || text_has(script, "`"));
}

static void where_too_little_is_known_nothing_is_drawn_and_nothing_logged(void **state)
{
    report_world *w = *state;
    bool told;
    covered(w, "D1", "2024-04-01..2025-03-31");
    happened(w, 3, "2024-06-10", "30C", "D1");
    assert_int_equal(drawn_by(w, "gnuplot", PICTURE_LIMIT_MS, &told).size, 0);
    assert_false(told);
}

/* --- what may go wrong ------------------------------------------------------------------------------------------------ */

/* As good as a picture to whoever looks at its beginning. */
#define PNG_HEAD "printf '\\211PNG\\r\\n\\032\\npicture'; "

static void without_gnuplot_there_is_no_picture_and_the_log_says_so(void **state)
{
    bool told;
    three_years_are_known(*state);
    assert_int_equal(drawn_by(*state, "/nonexistent/gnuplot", PICTURE_LIMIT_MS, &told).size, 0);
    assert_true(told);
}

static void a_gnuplot_that_fails_or_babbles_or_floods_gives_no_picture(void **state)
{
    static const char *const bad[] = {
        "exit 0", "cat; exit 0", "echo hello", PNG_HEAD "cat > /dev/null; exit 1", PNG_HEAD "kill -9 $$",
        PNG_HEAD "cat > /dev/null; head -c 1000000 /dev/zero; exit 0",
    };
    three_years_are_known(*state);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bool told;
        const char *by = program(arena_print(memory, "bad%zu", i).at, bad[i]);
        assert_int_equal(drawn_by(*state, by, PICTURE_LIMIT_MS, &told).size, 0);
        assert_true(told);
    }
}

static void one_that_gives_a_picture_without_reading_is_heard_all_the_same(void **state)
{
    bool told;
    three_years_are_known(*state);
    text made = drawn_by(*state, program("deaf", "exec 0<&-; " PNG_HEAD), PICTURE_LIMIT_MS, &told);
    assert_false(told);
    assert_int_equal(made.size, 8 + 7);
}

static void a_gnuplot_that_hangs_is_ended_in_time_and_leaves_no_process(void **state)
{
    static const char *const hangs[] = {PNG_HEAD "exec sleep 600", PNG_HEAD "exec 1>&-; exec sleep 600",
                                        "trap '' TERM INT; exec 0<&-; exec sleep 600"};
    three_years_are_known(*state);
    for (size_t i = 0; i < sizeof hangs / sizeof hangs[0]; i++) {
        bool told;
        const char *by = program(arena_print(memory, "hangs%zu", i).at, hangs[i]);
        assert_int_equal(drawn_by(*state, by, 150, &told).size, 0);
        assert_true(told);
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
        assert_int_equal(errno, ECHILD);
    }
}

static int make(void **state)
{
    memory = arena_create();
    folder_make(folder);
    return report_world_make(state);
}

static int remove_it(void **state)
{
    arena_destroy(&memory);
    folder_remove(folder);
    return report_world_remove(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, remove_it)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gnuplot_gives_a_png_of_the_promised_size),
        TEST(each_point_is_the_year_that_ends_with_its_month),
        TEST(what_it_is_compared_with_and_the_threshold_are_lines),
        TEST(a_year_that_is_not_wholly_known_is_a_gap),
        TEST(nobodys_words_reach_gnuplot),
        TEST(where_too_little_is_known_nothing_is_drawn_and_nothing_logged),
        TEST(without_gnuplot_there_is_no_picture_and_the_log_says_so),
        TEST(a_gnuplot_that_fails_or_babbles_or_floods_gives_no_picture),
        TEST(one_that_gives_a_picture_without_reading_is_heard_all_the_same),
        TEST(a_gnuplot_that_hangs_is_ended_in_time_and_leaves_no_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
