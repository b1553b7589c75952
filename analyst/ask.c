#include "ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/control.h"

enum { ANSWER_SIZE = CONTROL_LINE_MAX, PATH_SIZE = 4096 };

bool program_beside(const char *name, char *out, size_t size)
{
    char self[PATH_SIZE];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0)
        return false;
    self[length] = '\0';
    char *slash = strrchr(self, '/');
    if (slash != NULL)
        *slash = '\0';
    int used = snprintf(out, size, "%s/%s", self, name);
    return used > 0 && (size_t)used < size && access(out, X_OK) == 0;
}

/* Reads what the child prints, and its exit. */
static status read_child(int from, pid_t child, char *answer, size_t size)
{
    size_t used = 0;
    ssize_t got;
    int ended = 0;
    while (used + 1 < size && (got = read(from, answer + used, size - 1 - used)) > 0)
        used += (size_t)got;
    answer[used] = '\0';
    while (waitpid(child, &ended, 0) < 0 && errno == EINTR) {
    }
    return used > 0 ? STATUS_OK : STATUS_IO;
}

/* tocsin-aggregator --data DIR --command LINE */
static status run_once(const char *folder, const char *line, char *answer, size_t size)
{
    char program[PATH_SIZE];
    int ends[2];
    if (!program_beside("tocsin-aggregator", program, sizeof program) || pipe(ends) != 0)
        return STATUS_NOT_FOUND;
    pid_t child = fork();
    if (child == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        execl(program, program, "--data", folder, "--command", line, (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    status st = child > 0 ? read_child(ends[0], child, answer, size) : STATUS_IO;
    (void)close(ends[0]);
    return st;
}

static int take_answer(const command *asking, const char *line, jsondoc **answer)
{
    char why[256];
    if (jsondoc_read(text_of(line), answer, why, sizeof why) != STATUS_OK)
        return command_fault(asking, "the aggregator's answer can't be read: %s", why);
    if (jsondoc_number(jsondoc_get(*answer, "ok")) != 0)
        return -1;
    const jsondoc *faults_told = jsondoc_get(*answer, "faults");
    for (size_t i = 0; faults_told != NULL && i < jsondoc_size(faults_told); i++)
        (void)fprintf(stderr, "%.*s\n", TEXT_ARGS(jsondoc_text(jsondoc_at(faults_told, i))));
    int done = command_fault(asking, "%.*s", TEXT_ARGS(jsondoc_text(jsondoc_get(*answer, "why"))));
    jsondoc_destroy(answer);
    return done;
}

int ask_aggregator(const command *asking, const char *name, jsondoc **answer)
{
    const char *user = getenv("USER");
    jsondoc *question = jsondoc_object();
    arena *memory = arena_create();
    char *line = memory_new(ANSWER_SIZE, 1);
    jsondoc_put_text(question, "command", text_of(name));
    jsondoc_put_text(question, "who", text_of(user != NULL ? user : "unknown"));
    text asked = jsondoc_print(question, memory);
    status st = control_ask(asking->data, asked, line, ANSWER_SIZE);
    if (st == STATUS_NOT_FOUND)
        st = run_once(asking->data, asked.at, line, ANSWER_SIZE);
    int done = st == STATUS_OK ? take_answer(asking, line, answer)
                               : command_fault(asking, "the aggregator of %s gives no answer", asking->data);
    free(line);
    arena_destroy(&memory);
    jsondoc_destroy(&question);
    return done;
}
