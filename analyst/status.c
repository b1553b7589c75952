/* tocsin status: is the aggregator running, and how do its sources stand? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "command.h"
#include "commands.h"
#include "figures/source_states.h"
#include "proto/control.h"
#include "proto/fault_point.h"
#include "proto/jsondoc.h"
#include "status_own.h"

static const char usage[] =
    "usage: tocsin status [--format table|json] [--data DIR]\n"
    "\n"
    "Whether the aggregator runs; of each origin its last record, the days that it covers and the gaps in them, what\n"
    "it promised, and what of it stands rejected; of each collector's stream how far it has been taken; Tocsin's own open\n"
    "alerts and the last backup. Ends with 1 when no aggregator answers, a source is later than it promised, or an alert of\n"
    "Tocsin's own is open: cron and monitoring can go by that.\n"
    "\n"
    "  --format table|json\n"
    "  --data DIR   the aggregator's folder\n"
    "\n"
    "example: tocsin status --data /var/lib/tocsin\n";

static const struct option long_options[] = {COMMON_OPTIONS, {NULL, 0, NULL, 0}};

enum { ANSWER_SIZE = 4096, RUNS_SHOWN = 4, PATIENCE_S = 5 };

struct showing {
    command base;
    const figures *from;
    int64_t now_s;
    bool runs;            /* an aggregator, */
    bool silent;          /* and doesn't say a word */
    int64_t pid;          /* its process; 0: that can't be told */
    char endpoint[256];
    source_states states;
    own_state own;
    jsondoc *streams;
    size_t stream_count;
};

/* --- the aggregator -------------------------------------------------------------------------------- */

static void ask_who_runs(struct showing *self)
{
    char answer[ANSWER_SIZE], path[4096];
    status st = control_ask(self->base.data, text_of("{\"command\":\"status\",\"who\":\"tocsin status\"}"),
                            fault_patience_s(PATIENCE_S) * INT64_C(1000), answer, sizeof answer, &self->pid);
    self->silent = st == STATUS_AGAIN;
    self->runs = st == STATUS_OK || self->silent;
    if (!self->runs)
        return;
    (void)snprintf(path, sizeof path, "%s/endpoint", self->base.data);
    FILE *in = fopen(path, "r");
    if (in == NULL)
        return;
    if (fgets(self->endpoint, sizeof self->endpoint, in) != NULL)
        self->endpoint[strcspn(self->endpoint, "\n")] = '\0';
    (void)fclose(in);
}

static uint64_t file_size(const char *folder, const char *name)
{
    char path[4096];
    struct stat st;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* --- as a table ------------------------------------------------------------------------------------ */

static void print_runs(const char *words, const period_set *days)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    if (days->count == 0)
        return;
    printf("    %s ", words);
    /* The latest matter most. */
    size_t first = days->count > RUNS_SHOWN ? days->count - RUNS_SHOWN : 0;
    if (first > 0)
        printf("%zu earlier, ", first);
    for (size_t i = first; i < days->count; i++)
        printf("%s%s..%s", i > first ? ", " : "", date_text(days->each[i].from, from), date_text(days->each[i].to, to));
    putchar('\n');
}

static void print_part(const source_part *part)
{
    printf("  %.*s (%.*s)%s%.*s\n", TEXT_ARGS(part->area_name), TEXT_ARGS(part->area),
           part->categories.size > 0 ? ": " : "", TEXT_ARGS(part->categories));
    print_runs("covers", &part->days);
    print_runs("gaps  ", &part->gaps);
}

static void print_interval(uint32_t interval_s)
{
    if (interval_s % 86400 == 0)
        printf("%u d", interval_s / 86400);
    else if (interval_s % 3600 == 0)
        printf("%u h", interval_s / 3600);
    else
        printf("%u min", interval_s / 60);
}

static void print_promise(const source_promise *p)
{
    char declared[MOMENT_TEXT], due[MOMENT_TEXT];
    printf("  %.*s: declared last %s; ", TEXT_ARGS(p->area_name), moment_text(p->declared_s, declared));
    if (p->retired) {
        puts("retired");
        return;
    }
    if (p->due_s == 0) {
        puts("nothing promised");
        return;
    }
    printf("promises more every ");
    print_interval(p->interval_s);
    printf(", %s %s\n", p->late ? "LATE since" : "due by", moment_text(p->due_s, due));
}

static void print_origin(const struct showing *self, const source_state *s)
{
    char last[DATE_TEXT], reach[DATE_TEXT];
    printf("\n%.*s", TEXT_ARGS(s->origin.size > 0 ? s->origin : text_of("(rows that name no origin)")));
    if (!text_equal(s->title, s->origin))
        printf(" (%.*s)", TEXT_ARGS(s->title));
    printf("\n  last record %s", s->last_record == DAY_NONE ? "none" : date_text(s->last_record, last));
    if (s->reach != DAY_NONE)
        printf("; covered to %s, %d days behind today", date_text(s->reach, reach), london_date(self->now_s) - s->reach);
    else
        printf("; nothing declared as covered");
    printf("; %llu rejected\n", (unsigned long long)s->open_rejects);
    for (size_t i = 0; i < s->part_count; i++)
        print_part(&s->parts[i]);
    for (size_t i = 0; i < s->promise_count; i++)
        print_promise(&s->promises[i]);
}

static void print_stream(void *context, const stream_state *s)
{
    struct showing *self = context;
    char updated[MOMENT_TEXT];
    if (self->stream_count++ == 0)
        puts("\nStreams: how far each has been taken, and what became of its records");
    printf("  %.*s: %.*s\n    at %llu, %s: accepted %llu, repeated %llu, replaced %llu, rejected %llu\n",
           TEXT_ARGS(s->key.source), TEXT_ARGS(s->key.stream), (unsigned long long)s->position.offset,
           moment_text(s->updated_s, updated), (unsigned long long)s->accepted, (unsigned long long)s->repeated,
           (unsigned long long)s->replaced, (unsigned long long)s->rejected);
}

static status print_table(struct showing *self)
{
    const char *data = self->base.data;
    if (self->runs)
        printf("The aggregator runs: process %lld, collectors connect to %s\n", (long long)self->pid, self->endpoint);
    else
        printf("No aggregator runs on %s\n", data);
    if (self->silent)
        puts("It does not answer: it may be busy with a long recount, which its log tells");
    printf("The store has %.1f MB, its log %.1f MB\n", (double)file_size(data, "tocsin.db") / 1e6,
           (double)file_size(data, "tocsin.db-wal") / 1e6);
    own_state_print(&self->own);
    if (self->states.count == 0)
        puts("No records yet: run a collector");
    for (size_t i = 0; i < self->states.count; i++)
        print_origin(self, &self->states.each[i]);
    return store_streams(figures_store(self->from), print_stream, self);
}

/* --- as JSON --------------------------------------------------------------------------------------- */

static void put_days(jsondoc *to, const char *key, const period_set *days)
{
    jsondoc *list = jsondoc_put_array(to, key);
    for (size_t i = 0; i < days->count; i++) {
        jsondoc *run = jsondoc_add_object(list);
        jsondoc_put_date(run, "from", days->each[i].from);
        jsondoc_put_date(run, "to", days->each[i].to);
    }
}

static void put_stamp(jsondoc *to, const char *key, int64_t utc_s)
{
    char room[MOMENT_TEXT];
    if (utc_s == 0)
        jsondoc_put_null(to, key);
    else
        jsondoc_put_text(to, key, text_of(moment_text(utc_s, room)));
}

static void put_origin(const source_state *s, jsondoc *to)
{
    jsondoc_put_text(to, "origin", s->origin);
    jsondoc_put_text(to, "title", s->title);
    jsondoc_put_date(to, "last_record", s->last_record);
    jsondoc_put_date(to, "covered_to", s->reach);
    jsondoc_put_bool(to, "late", s->late);
    jsondoc_put_integer(to, "rejected", (int64_t)s->open_rejects);
    jsondoc *parts = jsondoc_put_array(to, "coverage");
    for (size_t i = 0; i < s->part_count; i++) {
        jsondoc *part = jsondoc_add_object(parts);
        jsondoc_put_text(part, "area", s->parts[i].area);
        jsondoc_put_text(part, "categories", s->parts[i].categories);
        put_days(part, "covered", &s->parts[i].days);
        put_days(part, "gaps", &s->parts[i].gaps);
    }
    jsondoc *promises = jsondoc_put_array(to, "promises");
    for (size_t i = 0; i < s->promise_count; i++) {
        jsondoc *one = jsondoc_add_object(promises);
        jsondoc_put_text(one, "area", s->promises[i].area);
        jsondoc_put_integer(one, "interval_s", s->promises[i].interval_s);
        jsondoc_put_bool(one, "retired", s->promises[i].retired);
        put_stamp(one, "declared", s->promises[i].declared_s);
        put_stamp(one, "due", s->promises[i].due_s);
        jsondoc_put_bool(one, "late", s->promises[i].late);
    }
}

static void put_stream(void *context, const stream_state *s)
{
    const struct showing *self = context;
    jsondoc *one = jsondoc_add_object(self->streams);
    jsondoc_put_text(one, "source", s->key.source);
    jsondoc_put_text(one, "stream", s->key.stream);
    jsondoc_put_integer(one, "position", (int64_t)s->position.offset);
    put_stamp(one, "updated", s->updated_s);
    jsondoc_put_integer(one, "accepted", (int64_t)s->accepted);
    jsondoc_put_integer(one, "repeated", (int64_t)s->repeated);
    jsondoc_put_integer(one, "replaced", (int64_t)s->replaced);
    jsondoc_put_integer(one, "rejected", (int64_t)s->rejected);
}

static status print_json(struct showing *self)
{
    jsondoc *all = jsondoc_object();
    jsondoc *aggregator = jsondoc_put_object(all, "aggregator");
    jsondoc_put_bool(aggregator, "running", self->runs);
    jsondoc_put_integer(aggregator, "pid", self->pid);
    jsondoc_put_text(aggregator, "endpoint", text_of(self->endpoint));
    jsondoc_put_integer(aggregator, "store_octets", (int64_t)file_size(self->base.data, "tocsin.db"));
    jsondoc_put_integer(aggregator, "log_octets", (int64_t)file_size(self->base.data, "tocsin.db-wal"));
    own_state_put(&self->own, all);
    jsondoc *origins = jsondoc_put_array(all, "origins");
    for (size_t i = 0; i < self->states.count; i++)
        put_origin(&self->states.each[i], jsondoc_add_object(origins));
    self->streams = jsondoc_put_array(all, "streams");
    status st = store_streams(figures_store(self->from), put_stream, self);
    if (st == STATUS_OK)
        jsondoc_write(all, stdout, true);
    jsondoc_destroy(&all);
    return st;
}

/* --- the command ----------------------------------------------------------------------------------- */

/* A backup's file has no aggregator. */
static bool should_run(const struct showing *self)
{
    struct stat facts;
    return stat(self->base.data, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static bool is_well(const struct showing *self)
{
    bool late = false;
    for (size_t i = 0; i < self->states.count; i++)
        late = late || self->states.each[i].late;
    return !late && self->own.count == 0 && !self->silent && (self->runs || !should_run(self));
}

static int show(struct showing *self)
{
    bool well = false;
    status st = source_states_read(self->from, self->now_s, &self->states);
    if (st == STATUS_OK)
        st = own_state_read(self->from, london_date(self->now_s), &self->own);
    if (st == STATUS_OK) {
        ask_who_runs(self);
        st = self->base.format == FORMAT_JSON ? print_json(self) : print_table(self);
        well = is_well(self);
        own_state_free(&self->own);
    }
    source_states_free(&self->states);
    if (st != STATUS_OK)
        return command_fault(&self->base, "can't read the store: %s", store_trouble(figures_store(self->from)));
    return well ? COMMAND_FINE : COMMAND_FAULT;
}

int status_main(int argc, char **argv)
{
    struct showing self = {.base = {.name = "status", .usage = usage, .data = command_default_data()},
                           .now_s = (int64_t)time(NULL)};
    store *opened;
    figures *read;
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        done = command_option(&self.base, c);
    if (done < 0 && optind < argc)
        done = command_wrong(&self.base, "what is '%s'?", argv[optind]);
    if (done < 0 && self.base.format == FORMAT_CSV)
        done = command_wrong(&self.base, "--format wants table or json here");
    if (done < 0)
        done = command_open(&self.base, &opened, &read);
    if (done >= 0)
        return done;
    self.from = read;
    done = show(&self);
    command_close(&opened, &read);
    return done;
}
