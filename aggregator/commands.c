#include "commands.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands_parts.h"
#include "proto/log.h"

enum {
    FAULTS_TOLD_MAX = 200, FAULTS_SIZE_MAX = 32 * 1024, /* an answer must fit the line that whoever asked will read */
    FAULTS_LOGGED_MAX = 50,
};

static void log_faults(faults *found)
{
    const char *line = faults_line(found, 0);
    for (size_t i = 1; *line != '\0' && i <= FAULTS_LOGGED_MAX; line = faults_line(found, i++))
        log_line(LOG_WARN, "reference-fault", "%s", line);
}

static status reload(struct asked *self)
{
    if (self->reference_folder == NULL) {
        (void)snprintf(self->why, sizeof self->why, "this aggregator was started without --reference");
        return STATUS_REFUSED;
    }
    self->found = faults_create();
    status st = engine_reload(self->engine, self->reference_folder, self->now_s, self->found, self->why);
    log_faults(self->found);
    return st;
}

static status retry_rejects(struct asked *self)
{
    uint64_t tried, accepted;
    status st = engine_retry_rejects(self->engine, self->now_s, &tried, &accepted);
    jsondoc_put_integer(self->out, "tried", (int64_t)tried);
    jsondoc_put_integer(self->out, "accepted", (int64_t)accepted);
    return st;
}

static status tell_status(struct asked *self)
{
    jsondoc_put_integer(self->out, "pid", (int64_t)getpid());
    jsondoc_put_text(self->out, "version", text_of(TOCSIN_VERSION));
    return STATUS_OK;
}

static const struct command {
    const char *name;
    status (*run)(struct asked *self);
} commands[] = {
    {"acknowledge", people_acknowledge},
    {"comment", people_comment},
    {"reload", reload},
    {"reopen", people_reopen},
    {"retry-rejects", retry_rejects},
    {"silence", people_silence},
    {"status", tell_status},
    {"unsilence", people_unsilence},
};

static status run(struct asked *self)
{
    text name = jsondoc_text(jsondoc_get(self->in, "command"));
    text who = jsondoc_text(jsondoc_get(self->in, "who"));
    engine_set_loader(self->engine, 0);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (!text_is(name, commands[i].name))
            continue;
        status st = commands[i].run(self);
        log_line(LOG_INFO, "command", "name=%s who=%.*s result=%s", commands[i].name, TEXT_ARGS(who), status_text(st));
        return st;
    }
    (void)snprintf(self->why, sizeof self->why, "'%.*s' is not a command", TEXT_ARGS(name));
    return STATUS_REFUSED;
}

/* Behind the rest: a log line may end before they do. */
static void add_faults(const struct asked *self)
{
    if (self->found == NULL)
        return;
    jsondoc *list = jsondoc_put_array(self->out, "faults");
    const char *line = faults_line(self->found, 0);
    size_t size = 0;
    for (size_t i = 1; *line != '\0' && i <= FAULTS_TOLD_MAX && size <= FAULTS_SIZE_MAX; line = faults_line(self->found, i++)) {
        jsondoc_add_text(list, text_of(line));
        size += strlen(line);
    }
}

text command_run(engine *used, const char *reference_folder, text line, int64_t now_s, arena *memory)
{
    jsondoc *in = NULL;
    struct asked self = {.engine = used, .reference_folder = reference_folder, .out = jsondoc_object(), .now_s = now_s,
                         .memory = memory};
    status st = jsondoc_read(line, &in, self.why, sizeof self.why);
    self.in = in;
    if (st == STATUS_OK)
        st = run(&self);
    jsondoc_put_bool(self.out, "ok", st == STATUS_OK);
    if (st != STATUS_OK && self.why[0] == '\0')
        (void)snprintf(self.why, sizeof self.why, "%s (%s)", status_text(st), engine_trouble(used));
    text_mend(self.why);
    if (st != STATUS_OK)
        jsondoc_put_text(self.out, "why", text_of(self.why));
    add_faults(&self);
    faults_destroy(&self.found);
    text answer = jsondoc_print(self.out, memory);
    jsondoc_destroy(&self.out);
    jsondoc_destroy(&in);
    return answer;
}
