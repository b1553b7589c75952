#include "command_fixtures.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "testing.h"

enum { ARGUMENTS_MAX = 32 };

/* One of the two streams, sent into memory for a while. */
struct diverted {
    FILE *stream;
    int was, into;
};

static struct diverted divert(FILE *stream)
{
    struct diverted made = {.stream = stream};
    (void)fflush(stream);
    made.was = dup(fileno(stream));
    made.into = memfd_create("said", MFD_CLOEXEC);
    assert_true(made.was >= 0 && made.into >= 0);
    assert_true(dup2(made.into, fileno(stream)) >= 0);
    return made;
}

static const char *restore(struct diverted *self, arena *memory)
{
    (void)fflush(self->stream);
    assert_true(dup2(self->was, fileno(self->stream)) >= 0);
    size_t size = (size_t)lseek(self->into, 0, SEEK_END);
    char *words = arena_take(memory, size + 1);
    assert_int_equal(pread(self->into, words, size, 0), size);
    words[size] = '\0';
    (void)close(self->was);
    (void)close(self->into);
    return words;
}

said said_by_call(int (*run)(void *context), void *context, arena *memory)
{
    said made = {0};
    struct diverted out = divert(stdout), err = divert(stderr);
    made.status = run(context);
    made.err = restore(&err, memory);
    made.out = restore(&out, memory);
    return made;
}

struct line {
    int (*run)(int argc, char **argv);
    int count;
    char *words[ARGUMENTS_MAX + 1];
};

static int run_line(void *context)
{
    struct line *self = context;
    optind = 0; /* getopt begins again */
    return self->run(self->count, self->words);
}

said said_by(int (*run)(int argc, char **argv), const char *words, arena *memory)
{
    struct line made = {.run = run};
    size_t size = strlen(words) + 1;
    char *copy = arena_take(memory, size), *rest = NULL;
    memcpy(copy, words, size);
    for (char *one = strtok_r(copy, " ", &rest); one != NULL; one = strtok_r(NULL, " ", &rest)) {
        assert_true(made.count < ARGUMENTS_MAX);
        made.words[made.count++] = one;
    }
    return said_by_call(run_line, &made, memory);
}

static void assert_said(said what, const char *where, int status, const char *words)
{
    if (what.status != status || strstr(where, words) == NULL)
        fail_msg("the status is %d, not %d, or nobody says \"%s\":\n%s%s", what.status, status, words, what.out, what.err);
}

void assert_out(said what, int status, const char *words)
{
    assert_said(what, what.out, status, words);
}

void assert_err(said what, int status, const char *words)
{
    assert_said(what, what.err, status, words);
    assert_string_equal(what.out, "");
}
