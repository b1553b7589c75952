/* A child that is given a text and gives one back, within a time. No shell; its standard input is a socket, so that a child
 * that has gone ends the writing and not the process. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "picture_parts.h"

/* Both are open, or -1. */
struct ends {
    int to_child, from_child;     /* ours */
    int child_in, child_out;
};

static void close_end(int *end)
{
    if (*end >= 0)
        (void)close(*end);
    *end = -1;
}

static bool open_ends(struct ends *e)
{
    int in[2], out[2];
    *e = (struct ends){-1, -1, -1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0)
        return false;
    e->to_child = in[0];
    e->child_in = in[1];
    if (pipe2(out, O_CLOEXEC) != 0)
        return false;
    e->from_child = out[0];
    e->child_out = out[1];
    return fcntl(e->to_child, F_SETFL, O_NONBLOCK) == 0 && fcntl(e->from_child, F_SETFL, O_NONBLOCK) == 0;
}

static void close_ends(struct ends *e)
{
    close_end(&e->to_child);
    close_end(&e->from_child);
    close_end(&e->child_in);
    close_end(&e->child_out);
}

/* No settings of a user, no locale: months are named in English, and points stand before decimals. */
static int spawn(const char *program, const struct ends *e, pid_t *out)
{
    char *const arguments[] = {(char *)program, (char *)"--default-settings", NULL};
    char path[4096] = "PATH=/usr/bin:/bin", locale[] = "LC_ALL=C.UTF-8", home[] = "HOME=/nonexistent";
    const char *ours = getenv("PATH");
    if (ours != NULL && strlen(ours) < sizeof path - sizeof "PATH=")
        memcpy(path + sizeof "PATH=" - 1, ours, strlen(ours) + 1);
    char *const environment[] = {path, locale, home, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, all;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    (void)posix_spawn_file_actions_init(&files);
    (void)posix_spawnattr_init(&how);
    (void)posix_spawnattr_setsigmask(&how, &none);
    (void)posix_spawnattr_setsigdefault(&how, &all);
    (void)posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int failed = posix_spawn_file_actions_adddup2(&files, e->child_in, STDIN_FILENO);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(&files, e->child_out, STDOUT_FILENO);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (failed == 0)
        failed = posix_spawnp(out, program, &files, &how, arguments, environment);
    (void)posix_spawn_file_actions_destroy(&files);
    (void)posix_spawnattr_destroy(&how);
    return failed;
}

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Sends what it takes; closes when all is sent, or nobody reads. */
static void feed(int *to, text *left)
{
    ssize_t sent = send(*to, left->at, left->size, MSG_NOSIGNAL);
    if (sent > 0)
        *left = (text){left->at + sent, left->size - (size_t)sent};
    if (left->size == 0 || (sent < 0 && errno != EAGAIN && errno != EINTR))
        close_end(to);
}

/* Until the child has closed its output. Returns false when that is too late or too much. */
static bool converse(struct ends *e, text given, int64_t until_ms, char *out, size_t *size, const char **why)
{
    *size = 0;
    for (;;) {
        struct pollfd wait_for[2] = {{.fd = e->from_child, .events = POLLIN}, {.fd = e->to_child, .events = POLLOUT}};
        int64_t left_ms = until_ms - now_ms();
        *why = "it took too long";
        if (left_ms <= 0 || (poll(wait_for, 2, (int)left_ms) < 0 && errno != EINTR))
            return false;
        if (e->to_child >= 0 && wait_for[1].revents != 0)
            feed(&e->to_child, &given);
        if (wait_for[0].revents == 0)
            continue;
        ssize_t got = read(e->from_child, out + *size, PICTURE_OCTETS_MAX + 1 - *size);
        if (got == 0)
            return true;
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        *size += got > 0 ? (size_t)got : 0;
        *why = "it gave too much";
        if (*size > PICTURE_OCTETS_MAX)
            return false;
    }
}

/* It has closed its output, and is given until then to end; or is ended. Returns whether it ended well. */
static bool end_child(pid_t child, bool at_once, int64_t until_ms)
{
    int ended = 0;
    pid_t got = 0;
    while (!at_once && (got = waitpid(child, &ended, WNOHANG)) == 0 && now_ms() < until_ms)
        (void)poll(NULL, 0, 1);
    if (got == child)
        return WIFEXITED(ended) && WEXITSTATUS(ended) == 0;
    (void)kill(child, SIGKILL);
    while (waitpid(child, &ended, 0) < 0 && errno == EINTR)
        continue;
    return false;
}

text picture_child(const char *program, text given, int limit_ms, arena *memory, const char **why)
{
    struct ends e;
    pid_t child;
    int64_t until_ms = now_ms() + limit_ms;
    char *out = arena_take(memory, PICTURE_OCTETS_MAX + 1);
    size_t size = 0;
    bool good = false;
    *why = "no sockets";
    if (open_ends(&e)) {
        int failed = spawn(program, &e, &child);
        *why = strerrordesc_np(failed);
        if (failed == 0) {
            close_end(&e.child_in);
            close_end(&e.child_out);
            bool told = converse(&e, given, until_ms, out, &size, why);
            close_end(&e.to_child);
            close_end(&e.from_child);
            good = end_child(child, !told, until_ms);
            if (told)
                *why = good ? "what it gave is no PNG" : "it failed";
        }
    }
    close_ends(&e);
    return good ? (text){out, size} : (text){0};
}
