/* A command for each event. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "subscribe_parts.h"

enum { ENDING_MS = 5000, BACKOFF_MAX_S = 60 };

/* The input as a file: a command that doesn't read it holds up nobody. */
static int input_file(text input)
{
    int file = memfd_create("event", MFD_CLOEXEC);
    for (size_t done = 0; file >= 0 && done < input.size;) {
        ssize_t size = write(file, input.at + done, input.size - done);
        if (size <= 0) {
            (void)close(file);
            return -1;
        }
        done += (size_t)size;
    }
    if (file >= 0)
        (void)lseek(file, 0, SEEK_SET);
    return file;
}

/* In a process group of its own, so that Ctrl-C doesn't end it in the middle, and it can be ended with all that it started. */
static int start(const char *shell, int input, pid_t *out)
{
    char *arguments[] = {(char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c", (char *)(uintptr_t)shell, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    (void)sigemptyset(&none);
    (void)sigemptyset(&usual);
    (void)sigaddset(&usual, SIGINT);
    (void)sigaddset(&usual, SIGTERM);
    (void)sigaddset(&usual, SIGPIPE);
    (void)posix_spawn_file_actions_init(&files);
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    (void)posix_spawnattr_setsigmask(&attributes, &none);
    (void)posix_spawnattr_setsigdefault(&attributes, &usual);
    int failed = posix_spawn(out, "/bin/sh", &files, &attributes, arguments, environ);
    (void)posix_spawn_file_actions_destroy(&files);
    (void)posix_spawnattr_destroy(&attributes);
    return failed;
}

static bool ends_within(int process, int ms)
{
    struct pollfd end = {.fd = process, .events = POLLIN};
    return poll(&end, 1, ms) > 0;
}

/* Returns whether it ended by itself. */
static bool await_end(pid_t pid, unsigned patience_s, int *result)
{
    int process = pidfd_open(pid, 0);
    bool by_itself = process < 0 || ends_within(process, (int)patience_s * 1000);
    if (!by_itself) {
        (void)kill(-pid, SIGTERM);
        if (!ends_within(process, ENDING_MS))
            (void)kill(-pid, SIGKILL);
    }
    while (waitpid(pid, result, 0) < 0 && errno == EINTR)
        ;
    if (process >= 0)
        (void)close(process);
    return by_itself;
}

run_result subscribe_run(const char *shell, text input, unsigned patience_s, char why[NOTE_SIZE_MAX])
{
    pid_t pid = 0;
    int result = 0, file = input_file(input);
    int failed = file >= 0 ? start(shell, file, &pid) : errno;
    if (file >= 0)
        (void)close(file);
    if (failed != 0) {
        (void)snprintf(why, NOTE_SIZE_MAX, "can't be started: %s", strerror(failed));
        return RUN_FAILED;
    }
    if (!await_end(pid, patience_s, &result))
        (void)snprintf(why, NOTE_SIZE_MAX, "had not ended after %u s and was ended (--exec-timeout)", patience_s);
    else if (WIFSIGNALED(result))
        (void)snprintf(why, NOTE_SIZE_MAX, "was ended by signal %d", WTERMSIG(result));
    else if (WEXITSTATUS(result) != 0)
        (void)snprintf(why, NOTE_SIZE_MAX, "ended with %d", WEXITSTATUS(result));
    else
        return RUN_DONE;
    return RUN_FAILED;
}

run_result subscribe_run_until_done(const command *base, const char *shell, text input, unsigned patience_s, uint64_t number,
                                    bool once, int signals)
{
    for (int wait_s = 1;; wait_s = wait_s * 2 < BACKOFF_MAX_S ? wait_s * 2 : BACKOFF_MAX_S) {
        char why[NOTE_SIZE_MAX];
        if (subscribe_run(shell, input, patience_s, why) == RUN_DONE)
            return RUN_DONE;
        if (once) {
            (void)command_fault(base, "event %llu: the command %s", (unsigned long long)number, why);
            return RUN_FAILED;
        }
        (void)command_fault(base, "event %llu: the command %s; it is run again in %d s", (unsigned long long)number, why, wait_s);
        struct pollfd stop = {.fd = signals, .events = POLLIN};
        if (poll(&stop, 1, wait_s * 1000) > 0)
            return RUN_STOPPED;
    }
}
