/* Promise: every whole line that a peer sends is handled once and answered, however it comes; a peer that is slow,
 * silent, oversized, deaf or gone harms neither the aggregator nor the other peers. */
#include "proto/control.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixtures.h"
#include "testing.h"

enum { WAIT_MS = 10000, HEARD_SIZE = 512 };

/* An aggregator's side, and what it was told. */
typedef struct world {
    char folder[FOLDER_SIZE];
    control *at;
    int64_t now_ms;
    char heard[HEARD_SIZE]; /* the lines, each behind a '|' */
    size_t longest;
    unsigned lines;
    const char *answer;     /* NULL: what was asked, again */
    int leaves;             /* a peer that goes away while its line is handled; -1: none */
} world;

static int make_world(void **state)
{
    static world self;
    const char *why;
    self = (world){.leaves = -1};
    folder_make(self.folder);
    self.at = control_listen(self.folder, &why);
    assert_non_null(self.at);
    *state = &self;
    return 0;
}

static int forget_world(void **state)
{
    world *self = *state;
    control_close(&self->at);
    folder_remove(self->folder);
    return 0;
}

static void handle(void *context, control *from, int client, text line)
{
    world *self = context;
    size_t used = strlen(self->heard);
    (void)snprintf(self->heard + used, sizeof self->heard - used, "|%.*s", line.size < 100 ? (int)line.size : 100, line.at);
    self->longest = line.size > self->longest ? line.size : self->longest;
    self->lines++;
    if (self->leaves >= 0)
        (void)close(self->leaves);
    self->leaves = -1;
    control_answer(from, client, self->answer != NULL ? text_of(self->answer) : line);
}

/* Is there anything to do for the aggregator now? */
static bool is_wanted(const world *self, int timeout_ms)
{
    int descriptors[CONTROL_CLIENTS_MAX + 1];
    struct pollfd polled[CONTROL_CLIENTS_MAX + 1];
    size_t count = control_descriptors(self->at, self->now_ms, descriptors);
    for (size_t i = 0; i < count; i++)
        polled[i] = (struct pollfd){.fd = descriptors[i], .events = POLLIN};
    return poll(polled, count, timeout_ms) > 0;
}

/* Serves until there is nothing more to do. */
static void serve(world *self)
{
    for (int rounds = 0; is_wanted(self, 0); rounds++) {
        assert_in_range(rounds, 0, 10000); /* else it would turn for ever */
        control_serve(self->at, self->now_ms, handle, self);
    }
}

static int dial(const world *self)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s/control.sock", self->folder);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    return fd;
}

static void say(int fd, const char *words)
{
    assert_int_equal(send(fd, words, strlen(words), MSG_NOSIGNAL), strlen(words));
}

static void assert_answer(int fd, const char *expected)
{
    char got[HEARD_SIZE];
    ssize_t size = recv(fd, got, sizeof got - 1, 0);
    assert_true(size >= 0);
    got[size] = '\0';
    assert_string_equal(got, expected);
}

static void assert_hung_up(int fd)
{
    char got;
    ssize_t size = recv(fd, &got, 1, 0);
    assert_true(size == 0 || (size < 0 && errno == ECONNRESET));
}

/* --- lines --------------------------------------------------------------------------------------- */

static void a_line_is_answered_on_the_connection_that_it_came_from(void **state)
{
    world *self = *state;
    int ann = dial(self), bob = dial(self);
    say(ann, "ann\n");
    say(bob, "bob\n");
    serve(self);
    assert_answer(ann, "ann\n");
    assert_answer(bob, "bob\n");
    say(ann, "again\n");
    serve(self);
    assert_answer(ann, "again\n");
    assert_int_equal(self->lines, 3);
    (void)close(ann);
    (void)close(bob);
}

static void a_line_that_comes_octet_by_octet_is_handled_once_it_is_whole(void **state)
{
    world *self = *state;
    static const char line[] = "{\"command\":\"reload\"}\n";
    int slow = dial(self);
    for (size_t i = 0; i + 1 < sizeof line; i++) {
        assert_string_equal(self->heard, "");
        say(slow, (char[]){line[i], '\0'});
        serve(self);
    }
    assert_string_equal(self->heard, "|{\"command\":\"reload\"}");
    assert_answer(slow, line);
    (void)close(slow);
}

static void several_lines_at_once_are_handled_in_their_order(void **state)
{
    world *self = *state;
    int hasty = dial(self);
    say(hasty, "one\n\ntwo\nthr");
    serve(self);
    assert_string_equal(self->heard, "|one||two");
    say(hasty, "ee\n");
    serve(self);
    assert_string_equal(self->heard, "|one||two|three");
    assert_answer(hasty, "one\n\ntwo\nthree\n");
    (void)close(hasty);
}

static void a_peer_that_sends_no_more_is_still_answered(void **state)
{
    world *self = *state;
    int done = dial(self);
    say(done, "last\n");
    assert_int_equal(shutdown(done, SHUT_WR), 0);
    serve(self);
    assert_answer(done, "last\n");
    assert_hung_up(done);
    (void)close(done);
}

static void half_a_line_is_never_handled(void **state)
{
    world *self = *state;
    int gone = dial(self);
    say(gone, "{\"command\":\"rel");
    serve(self);
    (void)close(gone);
    serve(self);
    assert_int_equal(self->lines, 0);
}

/* --- peers that are none ------------------------------------------------------------------------- */

/* Sends so many octets without a line end, serving in between. False when it was hung up on. */
static bool say_much(world *self, int fd, size_t size)
{
    char octets[4096];
    memset(octets, 'x', sizeof octets);
    for (size_t sent = 0; sent < size;) {
        size_t left = size - sent;
        ssize_t got = send(fd, octets, left < sizeof octets ? left : sizeof octets, MSG_NOSIGNAL);
        if (got < 0 && errno != EAGAIN)
            return false;
        sent += got > 0 ? (size_t)got : 0;
        serve(self);
    }
    return true;
}

static void a_line_is_taken_up_to_its_bound_and_a_longer_one_hung_up_on(void **state)
{
    world *self = *state;
    int fits = dial(self), over = dial(self);
    self->answer = "fine";
    assert_true(say_much(self, fits, CONTROL_LINE_MAX - 1));
    say(fits, "\n");
    serve(self);
    assert_int_equal(self->longest, CONTROL_LINE_MAX - 1);
    assert_answer(fits, "fine\n");
    (void)say_much(self, over, CONTROL_LINE_MAX);
    assert_hung_up(over);
    say(fits, "next\n");
    serve(self);
    assert_answer(fits, "fine\n");
    assert_int_equal(self->lines, 2);
    (void)close(fits);
    (void)close(over);
}

static void a_peer_that_is_gone_before_its_answer_costs_nothing(void **state)
{
    world *self = *state;
    int stays = dial(self);
    self->leaves = dial(self);
    say(self->leaves, "reload\nand more\n");
    serve(self);
    assert_string_equal(self->heard, "|reload");
    say(stays, "here\n");
    serve(self);
    assert_answer(stays, "here\n");
    (void)close(stays);
}

static void a_peer_that_never_reads_is_hung_up_on(void **state)
{
    world *self = *state;
    static char answer[32 * 1024];
    memset(answer, 'a', sizeof answer - 1);
    self->answer = answer;
    int deaf = dial(self), other = dial(self);
    int said = 0;
    for (; said < 1000 && send(deaf, "?\n", 2, MSG_NOSIGNAL) == 2; said++)
        serve(self);
    assert_in_range(said, 2, 999);
    self->answer = "fine";
    say(other, "?\n");
    serve(self);
    assert_answer(other, "fine\n");
    (void)close(deaf);
    (void)close(other);
}

static void beyond_the_most_peers_the_next_one_waits_for_a_place(void **state)
{
    world *self = *state;
    int silent[CONTROL_CLIENTS_MAX];
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        silent[i] = dial(self);
    serve(self);
    int late = dial(self);
    say(late, "late\n");
    serve(self); /* and doesn't turn for ever meanwhile */
    assert_int_equal(self->lines, 0);
    (void)close(silent[3]);
    serve(self);
    assert_answer(late, "late\n");
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        if (i != 3)
            (void)close(silent[i]);
    (void)close(late);
}

/* All places are taken at 0, and all but the fifth peer say something at 1. */
static void fill_all_places(world *self, int peers[CONTROL_CLIENTS_MAX])
{
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        peers[i] = dial(self);
    serve(self);
    self->now_ms = 1;
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        say(peers[i], i == 5 ? "he" : "here\n"); /* and never the rest */
    serve(self);
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        if (i != 5)
            assert_answer(peers[i], "here\n");
}

static void hang_up(const int peers[CONTROL_CLIENTS_MAX])
{
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        (void)close(peers[i]);
}

static void whoever_says_no_whole_line_for_long_gives_its_place_up_to_one_who_waits(void **state)
{
    world *self = *state;
    int peers[CONTROL_CLIENTS_MAX];
    fill_all_places(self, peers);
    int late = dial(self), later = dial(self);
    say(late, "late\n");
    say(later, "later\n");
    self->now_ms = CONTROL_SILENT_MS - 1;
    serve(self);
    assert_int_equal(self->lines, CONTROL_CLIENTS_MAX - 1);
    self->now_ms = CONTROL_SILENT_MS;
    serve(self);
    assert_answer(late, "late\n");
    assert_hung_up(peers[5]);
    assert_int_equal(self->lines, CONTROL_CLIENTS_MAX); /* the other waits on */
    self->now_ms = CONTROL_SILENT_MS + 1;
    serve(self);
    assert_answer(later, "later\n");
    hang_up(peers);
    (void)close(late);
    (void)close(later);
}

static void a_silent_peer_stays_while_nobody_waits(void **state)
{
    world *self = *state;
    int peers[CONTROL_CLIENTS_MAX];
    fill_all_places(self, peers);
    self->now_ms = 100 * CONTROL_SILENT_MS;
    serve(self);
    say(peers[5], "re\n");
    serve(self);
    assert_answer(peers[5], "here\n");
    hang_up(peers);
}

/* A recount took long: nobody was read meanwhile. */
static void a_peer_whose_line_was_not_read_yet_is_not_silent(void **state)
{
    world *self = *state;
    int peers[CONTROL_CLIENTS_MAX];
    fill_all_places(self, peers);
    int late = dial(self);
    say(late, "late\n");
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        say(peers[i], i == 5 ? "re\n" : "again\n");
    self->now_ms = 100 * CONTROL_SILENT_MS;
    serve(self);
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        assert_answer(peers[i], i == 5 ? "here\n" : "again\n");
    self->now_ms = 101 * CONTROL_SILENT_MS;
    serve(self);
    assert_answer(late, "late\n");
    hang_up(peers);
    (void)close(late);
}

/* --- asking -------------------------------------------------------------------------------------- */

/* Asks from a process of its own while this one serves. Returns its status; the answer is what it must be. */
static status asked(world *self, text line, size_t room, const char *expected)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char answer[HEARD_SIZE] = "";
        int64_t pid;
        status st = control_ask(self->folder, line, WAIT_MS, answer, room, &pid);
        bool right = strcmp(answer, expected) == 0 && pid == getppid();
        _exit(st == STATUS_OK && !right ? 99 : (int)st);
    }
    int ended = 0;
    for (int rounds = 0; waitpid(child, &ended, WNOHANG) == 0; rounds++) {
        assert_in_range(rounds, 0, WAIT_MS / 10);
        if (is_wanted(self, 10))
            control_serve(self->at, self->now_ms, handle, self);
    }
    assert_true(WIFEXITED(ended));
    return (status)WEXITSTATUS(ended);
}

static void whoever_asks_gets_the_answer_without_its_line_end(void **state)
{
    world *self = *state;
    self->answer = "{\"ok\":true}";
    assert_int_equal(asked(self, text_of("{\"command\":\"reload\"}"), HEARD_SIZE, "{\"ok\":true}"), STATUS_OK);
    assert_string_equal(self->heard, "|{\"command\":\"reload\"}");
    self->answer = "";
    assert_int_equal(asked(self, text_of("?"), HEARD_SIZE, ""), STATUS_OK);
}

static void an_answer_over_the_room_for_it_is_too_large(void **state)
{
    world *self = *state;
    self->answer = "1234567";
    assert_int_equal(asked(self, text_of("?"), 9, "1234567"), STATUS_OK);
    assert_int_equal(asked(self, text_of("?"), 8, ""), STATUS_TOO_LARGE);
}

static void an_aggregator_that_hangs_up_is_a_fault_of_the_connection(void **state)
{
    world *self = *state;
    char *line = memory_new(CONTROL_LINE_MAX, 1);
    memset(line, 'x', CONTROL_LINE_MAX);
    assert_int_equal(asked(self, (text){line, CONTROL_LINE_MAX}, HEARD_SIZE, ""), STATUS_IO);
    free(line);
}

static void with_no_aggregator_there_is_nobody_to_ask(void **state)
{
    world *self = *state;
    char answer[8] = "as was", folder[300];
    int64_t pid = 7;
    control_close(&self->at);
    assert_false(file_exists(self->folder, "control.sock"));
    assert_int_equal(control_ask(self->folder, text_of("?"), WAIT_MS, answer, sizeof answer, &pid), STATUS_NOT_FOUND);
    memset(folder, 'x', sizeof folder - 1);
    folder[sizeof folder - 1] = '\0';
    assert_int_equal(control_ask(folder, text_of("?"), WAIT_MS, answer, sizeof answer, &pid), STATUS_NOT_FOUND);
    assert_string_equal(answer, "as was");
    assert_int_equal(pid, 0);
}

static void an_aggregator_that_says_nothing_is_given_up_and_named(void **state)
{
    world *self = *state;
    char answer[8] = "as was";
    int64_t pid = 0;
    assert_int_equal(control_ask(self->folder, text_of("?"), 20, answer, sizeof answer, &pid), STATUS_AGAIN);
    assert_int_equal(pid, getpid()); /* ours: nobody serves */
    assert_string_equal(answer, "as was");
    serve(self); /* what was asked had reached it */
    assert_string_equal(self->heard, "|?");
}

static void an_aggregator_that_does_not_even_let_anybody_in_is_given_up(void **state)
{
    world *self = *state;
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int waiting[100], count = 0;
    char answer[8];
    int64_t pid = 7;
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s/control.sock", self->folder);
    for (bool full = false; !full; count++) {
        assert_in_range(count, 0, 99);
        waiting[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        full = connect(waiting[count], (struct sockaddr *)&at, sizeof at) != 0;
    }
    assert_int_equal(control_ask(self->folder, text_of("?"), 20, answer, sizeof answer, &pid), STATUS_AGAIN);
    assert_int_equal(pid, 0);
    while (count > 0)
        (void)close(waiting[--count]);
}

/* --- the socket ---------------------------------------------------------------------------------- */

static void a_socket_that_a_dead_process_left_is_taken_over(void **state)
{
    world *self = *state;
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    control_close(&self->at);
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s/control.sock", self->folder);
    int left = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(left, (struct sockaddr *)&at, sizeof at), 0);
    (void)close(left); /* the file stays */
    const char *why;
    self->at = control_listen(self->folder, &why);
    assert_non_null(self->at);
    int peer = dial(self);
    say(peer, "hello\n");
    serve(self);
    assert_answer(peer, "hello\n");
    (void)close(peer);
}

static void strangers_may_not_use_the_socket(void **state)
{
    world *self = *state;
    char path[FOLDER_SIZE + 16];
    struct stat st;
    (void)snprintf(path, sizeof path, "%s/control.sock", self->folder);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0660);
}

static void a_folder_that_can_not_have_one_is_refused_with_words(void **state)
{
    (void)state;
    char folder[300];
    const char *why = NULL;
    assert_null(control_listen("/nowhere/at/all", &why));
    assert_string_equal(why, strerror(ENOENT));
    memset(folder, 'x', sizeof folder - 1);
    folder[sizeof folder - 1] = '\0';
    assert_null(control_listen(folder, &why));
    assert_non_null(strstr(why, "too long"));
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, forget_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_line_is_answered_on_the_connection_that_it_came_from),
        IN_WORLD(a_line_that_comes_octet_by_octet_is_handled_once_it_is_whole),
        IN_WORLD(several_lines_at_once_are_handled_in_their_order),
        IN_WORLD(a_peer_that_sends_no_more_is_still_answered),
        IN_WORLD(half_a_line_is_never_handled),
        IN_WORLD(a_line_is_taken_up_to_its_bound_and_a_longer_one_hung_up_on),
        IN_WORLD(a_peer_that_is_gone_before_its_answer_costs_nothing),
        IN_WORLD(a_peer_that_never_reads_is_hung_up_on),
        IN_WORLD(beyond_the_most_peers_the_next_one_waits_for_a_place),
        IN_WORLD(whoever_says_no_whole_line_for_long_gives_its_place_up_to_one_who_waits),
        IN_WORLD(a_silent_peer_stays_while_nobody_waits),
        IN_WORLD(a_peer_whose_line_was_not_read_yet_is_not_silent),
        IN_WORLD(whoever_asks_gets_the_answer_without_its_line_end),
        IN_WORLD(an_answer_over_the_room_for_it_is_too_large),
        IN_WORLD(an_aggregator_that_hangs_up_is_a_fault_of_the_connection),
        IN_WORLD(with_no_aggregator_there_is_nobody_to_ask),
        IN_WORLD(an_aggregator_that_says_nothing_is_given_up_and_named),
        IN_WORLD(an_aggregator_that_does_not_even_let_anybody_in_is_given_up),
        IN_WORLD(a_socket_that_a_dead_process_left_is_taken_over),
        IN_WORLD(strangers_may_not_use_the_socket),
        cmocka_unit_test(a_folder_that_can_not_have_one_is_refused_with_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
