#include "ask.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/beside.h"
#include "proto/control.h"
#include "proto/fault_point.h"

enum {
    ANSWER_SIZE = CONTROL_LINE_MAX,
    PATH_SIZE = 4096,
    ATTENTION_S = 30, /* silent for so long, it is busy with something else, or stuck */
    AT_WORK_S = 6 * 60 * 60, /* a recount of all records may be what was asked for */
};

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

/* Nothing is asked of an aggregator that does not even say how it is. */
static status ask_running(const command *asking, text asked, char *answer, size_t size, char why[NOTE_SIZE_MAX])
{
    char process[32] = "";
    int64_t pid;
    uint32_t wait_s = fault_patience_s(ATTENTION_S);
    status st = control_ask(asking->data, text_of("{\"command\":\"status\",\"who\":\"tocsin\"}"), (int64_t)wait_s * 1000, answer,
                            size, &pid);
    if (pid != 0)
        (void)snprintf(process, sizeof process, " (process %lld)", (long long)pid);
    if (st == STATUS_AGAIN) {
        (void)snprintf(why, NOTE_SIZE_MAX, "the aggregator of %s%s does not answer for %u s: it may be busy with a long "
                       "recount, which its log tells; nothing was asked of it, so try again later", asking->data, process, wait_s);
        return st;
    }
    if (st != STATUS_OK)
        return st;
    st = control_ask(asking->data, asked, AT_WORK_S * INT64_C(1000), answer, size, &pid);
    if (st == STATUS_AGAIN)
        (void)snprintf(why, NOTE_SIZE_MAX, "the aggregator of %s%s was asked %d hours ago and is still silent: it may be at "
                       "work yet; its log tells how that ends", asking->data, process, AT_WORK_S / 3600);
    return st;
}

const char *ask_who(const char *told)
{
    const struct passwd *user = getpwuid(getuid());
    const char *const known[] = {told, getenv("TOCSIN_WHO"), user != NULL ? user->pw_name : NULL};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i] != NULL && known[i][0] != '\0')
            return known[i];
    return "unknown";
}

int ask_aggregator_with(const command *asking, const char *name, const char *who, jsondoc **question, jsondoc **answer)
{
    char why[NOTE_SIZE_MAX];
    arena *memory = arena_create();
    char *line = memory_new(ANSWER_SIZE, 1);
    jsondoc_put_text(*question, "command", text_of(name));
    jsondoc_put_text(*question, "who", text_of(ask_who(who)));
    text asked = jsondoc_print(*question, memory);
    (void)snprintf(why, sizeof why, "the aggregator of %s gives no answer", asking->data);
    status st = ask_running(asking, asked, line, ANSWER_SIZE, why);
    if (st == STATUS_NOT_FOUND)
        st = run_once(asking->data, asked.at, line, ANSWER_SIZE);
    int done = st == STATUS_OK ? take_answer(asking, line, answer)
                               : command_fault(asking, "%s", why);
    free(line);
    arena_destroy(&memory);
    jsondoc_destroy(question);
    return done;
}

int ask_aggregator(const command *asking, const char *name, jsondoc **answer)
{
    jsondoc *question = jsondoc_object();
    return ask_aggregator_with(asking, name, NULL, &question, answer);
}
