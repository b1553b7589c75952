/* Promise: whoever sits at a terminal sees one moving line with how far it is, which messages don't tear; in a pipe there
 * is nothing but messages; and the summary counts everything. */
#include "collector/progress.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector_fixtures.h"
#include "testing.h"

enum { SAID_SIZE = 16 * 1024, MINUTE = 60, HOUR = 3600 };

/* A courier with one feed, whose amounts a test sets; and what its progress shows. */
typedef struct world {
    courier *courier;
    feed feed;
    progress *progress;
    text sent;        /* its last message */
    int terminal;     /* the other end of standard error; -1: that is a file */
    FILE *file;
    int kept;         /* standard error as it was */
    arena *memory;
} world;

/* --- a courier ----------------------------------------------------------------------------------- */

static status feed_resume(feed *self, const position *held)
{
    (void)self, (void)held;
    return STATUS_OK;
}

static status feed_next(feed *self, arena *memory, message *out)
{
    (void)self, (void)memory, (void)out;
    return STATUS_AGAIN;
}

static void feed_destroy(feed *self)
{
    (void)self;
}

static const feed_class test_class = {.resume = feed_resume, .next = feed_next, .destroy = feed_destroy};

static status keep_sent(void *context, const void *octets, size_t size)
{
    world *self = context;
    self->sent = arena_text(self->memory, (text){octets, size});
    return STATUS_OK;
}

static void reconnect(void *context)
{
    (void)context;
}

static void rejected(void *context, const feed *of, uint64_t line, text words)
{
    world *self = context;
    progress_reject(self->progress, of->shown, line, words);
}

static void tell(void *context, const feed *of, text words)
{
    (void)context, (void)of, (void)words;
}

/* An answer to the courier's last message. */
static void answer(world *self, message what)
{
    message asked;
    const char *why;
    buffer out = {0};
    assert_int_equal(wire_decode(self->sent.at, self->sent.size, self->memory, &asked, &why), STATUS_OK);
    what.version = WIRE_VERSION;
    what.session = asked.session;
    what.stream_number = 1;
    (void)wire_encode(&what, self->memory, &out);
    courier_message(self->courier, (text){(const char *)out.data, out.size}, 1);
    buffer_free(&out);
}

static void connect_courier(world *self)
{
    (void)courier_work(self->courier, 1);
    answer(self, (message){.kind = MESSAGE_WELCOME, .welcome = {.credit = 8, .heartbeat_s = 5}});
    assert_true(courier_is_connected(self->courier));
}

/* --- the two kinds of standard error ------------------------------------------------------------- */

static world *make_world(int standard_error)
{
    static world self;
    self = (world){.memory = arena_create(), .terminal = -1,
                   .feed = {.class = &test_class, .stream = "s", .shown = "a.csv", .descriptor = -1}};
    (void)fflush(stderr);
    self.kept = dup(STDERR_FILENO);
    assert_true(dup2(standard_error, STDERR_FILENO) >= 0);
    (void)close(standard_error);
    self.progress = progress_create(2);
    self.courier = courier_create((courier_settings){.source = "test", .instance = 1, .seed = 1, .follow = true},
                                  (courier_world){.context = &self, .send = keep_sent, .reconnect = reconnect,
                                                  .rejected = rejected, .tell = tell});
    courier_add(self.courier, &self.feed);
    return &self;
}

static int at_terminal(void **state)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    world *self = make_world(open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC));
    self->terminal = master;
    *state = self;
    return 0;
}

static int in_pipe(void **state)
{
    FILE *file = tmpfile();
    world *self = make_world(dup(fileno(file)));
    self->file = file;
    *state = self;
    return 0;
}

static int forget_world(void **state)
{
    world *self = *state;
    (void)fflush(stderr);
    (void)dup2(self->kept, STDERR_FILENO);
    (void)close(self->kept);
    courier_destroy(&self->courier);
    progress_destroy(&self->progress);
    if (self->terminal >= 0)
        (void)close(self->terminal);
    if (self->file != NULL)
        (void)fclose(self->file);
    arena_destroy(&self->memory);
    return 0;
}

/* What was shown since the last call. */
static const char *shown(world *self)
{
    static char said[SAID_SIZE];
    ssize_t size = 0, got;
    (void)fflush(stderr);
    if (self->terminal >= 0)
        while ((got = read(self->terminal, said + size, sizeof said - 1 - (size_t)size)) > 0)
            size += got;
    else {
        size = pread(fileno(self->file), said, sizeof said - 1, 0);
        rewind(self->file);
        assert_int_equal(ftruncate(fileno(self->file), 0), 0);
    }
    said[size > 0 ? size : 0] = '\0';
    return said;
}

#define WIPED "\r\033[K"

/* --- the moving line ----------------------------------------------------------------------------- */

static void without_an_aggregator_the_wait_is_shown(void **state)
{
    world *self = *state;
    progress_show(self->progress, self->courier, 1000);
    assert_string_equal(shown(self), "waiting for the aggregator ... 0 s (Ctrl-C stops)");
    progress_show(self->progress, self->courier, 4000);
    assert_string_equal(shown(self), WIPED "waiting for the aggregator ... 3 s (Ctrl-C stops)");
}

static void the_line_moves_at_most_five_times_a_second(void **state)
{
    world *self = *state;
    int drawn = 0;
    for (int64_t now = 1000; now < 3000; now += 10) {
        progress_show(self->progress, self->courier, now);
        drawn += shown(self)[0] != '\0';
    }
    assert_int_equal(drawn, 10);
}

/* So many octets done of so many after so many seconds. */
static const char *shown_after(world *self, int64_t seconds, uint64_t done, uint64_t size)
{
    self->feed.done = done;
    self->feed.size = size;
    progress_show(self->progress, self->courier, 1000);
    (void)shown(self);
    progress_show(self->progress, self->courier, 1000 + seconds * 1000);
    return shown(self);
}

static void how_far_it_is_and_how_long_it_takes_is_shown(void **state)
{
    world *self = *state;
    connect_courier(self);
    answer(self, (message){.kind = MESSAGE_ACK, .ack = {.through = 0}});
    assert_string_equal(shown_after(self, 10, 25, 100), WIPED "0 records, 0 a second, 30 s left");
}

static void time_left_is_in_words_that_suit_it(void **state)
{
    world *self = *state;
    static const struct { uint64_t seconds; const char *words; } each[] = {
        {1, "1 s"}, {59, "59 s"}, {60, "1 min 00 s"}, {MINUTE + 5, "1 min 05 s"}, {59 * MINUTE + 59, "59 min 59 s"},
        {HOUR, "1 h 00 min"}, {HOUR + 59 * MINUTE + 59, "1 h 59 min"}, {2 * HOUR, "2 h 00 min"}, {3 * HOUR, "3 h 00 min"},
        {7 * HOUR + 30 * MINUTE, "7 h 30 min"}, {100 * HOUR, "100 h 00 min"},
    };
    connect_courier(self);
    for (size_t i = 0; i < sizeof each / sizeof each[0]; i++) {
        char expected[96];
        progress_destroy(&self->progress);
        self->progress = progress_create(2);
        (void)snprintf(expected, sizeof expected, WIPED "0 records, 0 a second, %s left", each[i].words);
        assert_string_equal(shown_after(self, 1, 1, 1 + each[i].seconds), expected);
    }
}

static void where_the_amount_is_unknown_no_time_is_promised(void **state)
{
    world *self = *state;
    connect_courier(self);
    assert_string_equal(shown_after(self, 10, 0, 0), WIPED "0 records, 0 a second");
}

static void a_message_does_not_tear_the_line(void **state)
{
    world *self = *state;
    progress_show(self->progress, self->courier, 1000);
    (void)shown(self);
    progress_tell(self->progress, "a.csv", 7, text_of("is odd"));
    assert_string_equal(shown(self), WIPED "a.csv:7: is odd\r\n");
    progress_show(self->progress, self->courier, 2000);
    assert_string_equal(shown(self), "waiting for the aggregator ... 1 s (Ctrl-C stops)");
}

/* --- messages ------------------------------------------------------------------------------------ */

static void in_a_pipe_there_is_nothing_but_messages(void **state)
{
    world *self = *state;
    for (int64_t now = 1000; now < 9000; now += 500)
        progress_show(self->progress, self->courier, now);
    assert_string_equal(shown(self), "");
    progress_tell(self->progress, "a.csv", 7, text_of("is odd"));
    progress_tell(self->progress, "a.csv", 0, text_of("is odd"));
    progress_tell(self->progress, NULL, 7, text_of("is odd"));
    assert_string_equal(shown(self), "a.csv:7: is odd\na.csv: is odd\nis odd\n");
}

static const char *summary(world *self)
{
    static char said[512];
    FILE *file = tmpfile();
    (void)fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
    progress_summary(self->progress, self->courier, 3500);
    (void)fflush(stdout);
    (void)dup2(kept, STDOUT_FILENO);
    (void)close(kept);
    rewind(file);
    said[fread(said, 1, sizeof said - 1, file)] = '\0';
    (void)fclose(file);
    return said;
}

static void the_first_rejects_are_named_and_the_others_counted(void **state)
{
    world *self = *state;
    progress_show(self->progress, self->courier, 1000);
    for (uint64_t line = 2; line < 9; line++)
        progress_reject(self->progress, "a.csv", line, text_of("unknown offence"));
    assert_string_equal(shown(self), "a.csv:2: unknown offence\na.csv:3: unknown offence\n");
    assert_string_equal(summary(self), "sent 0, accepted 0, repeated 0, replaced 0, rejected 0 (2.5 s)\n");
    assert_string_equal(shown(self), "... and 5 more rejected; tocsin rejects lists them all\n");
}

static void the_summary_counts_what_became_of_the_records(void **state)
{
    world *self = *state;
    progress_show(self->progress, self->courier, 1000);
    connect_courier(self);
    answer(self, (message){.kind = MESSAGE_ACK, .ack = {.accepted = 5, .repeated = 4, .replaced = 3, .rejected = 2}});
    assert_string_equal(summary(self), "sent 0, accepted 5, repeated 4, replaced 3, rejected 2 (2.5 s)\n");
    assert_string_equal(shown(self), "");
}

/* Ended before anything was shown: nothing was begun, and no time has passed. */
static void a_summary_without_a_beginning_has_no_time(void **state)
{
    world *self = *state;
    assert_string_equal(summary(self), "sent 0, accepted 0, repeated 0, replaced 0, rejected 0 (0.0 s)\n");
}

static void the_summary_takes_the_moving_line_away(void **state)
{
    world *self = *state;
    progress_show(self->progress, self->courier, 1000);
    (void)shown(self);
    (void)summary(self);
    assert_string_equal(shown(self), WIPED);
}

#define AT_TERMINAL(test) cmocka_unit_test_setup_teardown(test, at_terminal, forget_world)
#define IN_PIPE(test) cmocka_unit_test_setup_teardown(test, in_pipe, forget_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_TERMINAL(without_an_aggregator_the_wait_is_shown),
        AT_TERMINAL(the_line_moves_at_most_five_times_a_second),
        AT_TERMINAL(how_far_it_is_and_how_long_it_takes_is_shown),
        AT_TERMINAL(time_left_is_in_words_that_suit_it),
        AT_TERMINAL(where_the_amount_is_unknown_no_time_is_promised),
        AT_TERMINAL(a_message_does_not_tear_the_line),
        IN_PIPE(in_a_pipe_there_is_nothing_but_messages),
        IN_PIPE(the_first_rejects_are_named_and_the_others_counted),
        IN_PIPE(the_summary_counts_what_became_of_the_records),
        IN_PIPE(a_summary_without_a_beginning_has_no_time),
        AT_TERMINAL(the_summary_takes_the_moving_line_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
