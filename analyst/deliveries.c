/* tocsin deliveries: how far each subscription has been told, and what can't be sent. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "commands.h"
#include "delivery/cursor.h"
#include "delivery/subscriptions.h"

static const char usage[] =
    "usage: tocsin deliveries [--retry NAME | --test NAME] [--format table|json] [--data DIR]\n"
    "\n"
    "Of each subscription to mail and webhooks (docs/alerts.md): when something was sent last, what waits, since when it\n"
    "fails and why, when it is tried again, and what was given up. Ends with 1 when something fails or was given up.\n"
    "\n"
    "  --retry NAME   sends what was given up once more, and at once what waits for its next try\n"
    "  --test NAME    sends a test message now, and says what came of it\n"
    "  --format table|json\n"
    "  --data DIR     the aggregator's folder\n"
    "\n"
    "example: tocsin deliveries --test analysts\n";

enum { OPT_RETRY = OPTION_OWN, OPT_TEST, TEST_PATIENCE_S = 60, TEST_LOOK_MS = 50, PATH_SIZE = 4096, STAMP_SIZE = 24 };

static const struct option long_options[] = {
    COMMON_OPTIONS,
    {"retry", required_argument, NULL, OPT_RETRY},
    {"test", required_argument, NULL, OPT_TEST},
    {NULL, 0, NULL, 0},
};

struct delivery {
    char *name;
    delivery_cursor at;
};

struct showing {
    command base;
    const char *retry, *test;
    char folder[PATH_SIZE];
    struct delivery *each;
    size_t count, capacity;
};

static const char *stamp(int64_t utc_s, char out[STAMP_SIZE])
{
    time_t at = (time_t)utc_s;
    struct tm parts;
    if (gmtime_r(&at, &parts) == NULL || strftime(out, STAMP_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        out[0] = '\0';
    return out;
}

/* --- reading ------------------------------------------------------------------------------------------- */

static int by_name(const void *left, const void *right)
{
    const struct delivery *a = left, *b = right;
    return strcmp(a->name, b->name);
}

static int read_one(struct showing *self, text name)
{
    char why[NOTE_SIZE_MAX];
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    struct delivery *made = &self->each[self->count];
    *made = (struct delivery){0};
    status st = cursor_load(self->folder, name, &made->at, why);
    if (st == STATUS_NOT_FOUND)
        return -1;
    if (st != STATUS_OK)
        return command_fault(&self->base, "%s/%.*s.json: %s", self->folder, TEXT_ARGS(name), st == STATUS_CORRUPT ? why : status_text(st));
    made->name = strndup(name.at, name.size);
    self->count++;
    return -1;
}

static int read_all(struct showing *self)
{
    int done = -1;
    DIR *folder = opendir(self->folder);
    for (const struct dirent *entry; folder != NULL && done < 0 && (entry = readdir(folder)) != NULL;) {
        size_t size = strlen(entry->d_name);
        text name = {entry->d_name, size > 5 ? size - 5 : 0};
        if (strcmp(entry->d_name + name.size, ".json") == 0 && subscription_name_is_good(name))
            done = read_one(self, name);
    }
    if (folder != NULL)
        (void)closedir(folder);
    if (self->count > 0)
        qsort(self->each, self->count, sizeof *self->each, by_name);
    return done;
}

static void forget_all(struct showing *self)
{
    for (size_t i = 0; i < self->count; i++) {
        cursor_free(&self->each[i].at);
        free(self->each[i].name);
    }
    free(self->each);
}

/* --- telling --------------------------------------------------------------------------------------------- */

static bool is_failing(const delivery_cursor *at)
{
    return at->active && at->now.kind != DELIVERY_NOTHING && at->now.attempts > 0;
}

static void print_message(const delivery_message *m)
{
    printf("%s", m->kind == DELIVERY_DIGEST ? "a digest" : "");
    if (m->upto <= m->after) /* a digest without news */
        return;
    printf("%sevent%s %" PRIu64, m->kind == DELIVERY_DIGEST ? ", " : "", m->upto > m->after + 1 ? "s" : "", m->after + 1);
    if (m->upto > m->after + 1)
        printf(" to %" PRIu64, m->upto);
}

static void print_pending(const delivery_cursor *at)
{
    char since[STAMP_SIZE], next[STAMP_SIZE];
    if (at->now.kind == DELIVERY_NOTHING)
        return;
    printf("  pending: ");
    print_message(&at->now);
    if (is_failing(at))
        printf("; FAILING since %s: %s; %u tr%s, next %s", stamp(at->now.failing_s, since), at->now.why, at->now.attempts,
               at->now.attempts == 1 ? "y" : "ies",
               stamp(at->now.next_s, next));
    putchar('\n');
}

static void print_dead(const struct delivery *one)
{
    const delivery_cursor *at = &one->at;
    for (size_t i = 0; i < at->dead_count; i++) {
        printf("  given up: ");
        print_message(&at->dead[i]);
        printf("; %s%s\n", at->dead[i].why, at->dead[i].again ? "; asked for again" : "");
    }
    if (at->dead_lost > 0)
        printf("  and %" PRIu64 " before them, of which no more is known\n", at->dead_lost);
    if (at->dead_count > 0)
        printf("  tocsin deliveries --retry %s sends them once more\n", one->name);
}

static void print_one(const struct delivery *one)
{
    char when[STAMP_SIZE];
    const delivery_cursor *at = &one->at;
    printf("%s: %s%s\n", one->name, at->where, at->active ? "" : " (not in the file any more)");
    if (at->sent_s > 0)
        printf("  %" PRIu64 " sent, the last %s", at->sent, stamp(at->sent_s, when));
    else
        printf("  nothing sent since it began, %s", stamp(at->begun_s, when));
    printf("; told up to event %" PRIu64 "\n", at->through);
    if (at->refused[0] != '\0')
        printf("  the last did not reach everybody: %s\n", at->refused);
    print_pending(at);
    print_dead(one);
}

static void put_stamp(jsondoc *to, const char *key, int64_t utc_s)
{
    char room[STAMP_SIZE];
    if (utc_s == 0)
        jsondoc_put_null(to, key);
    else
        jsondoc_put_text(to, key, text_of(stamp(utc_s, room)));
}

static void put_message(jsondoc *to, const delivery_message *m)
{
    jsondoc_put_text(to, "kind", text_of(delivery_kind_text(m->kind)));
    jsondoc_put_integer(to, "from", (int64_t)m->after + 1);
    jsondoc_put_integer(to, "to", (int64_t)m->upto);
    jsondoc_put_integer(to, "attempts", m->attempts);
    put_stamp(to, "failing_since", m->failing_s);
    put_stamp(to, "next_try", m->attempts > 0 ? m->next_s : 0);
    jsondoc_put_text(to, "why", text_of(m->why));
}

static void put_one(jsondoc *to, const struct delivery *one)
{
    const delivery_cursor *at = &one->at;
    jsondoc_put_text(to, "name", text_of(one->name));
    jsondoc_put_text(to, "where", text_of(at->where));
    jsondoc_put_bool(to, "active", at->active);
    jsondoc_put_integer(to, "through", (int64_t)at->through);
    jsondoc_put_integer(to, "sent", (int64_t)at->sent);
    put_stamp(to, "last_sent", at->sent_s);
    jsondoc_put_text(to, "refused", text_of(at->refused));
    if (at->now.kind != DELIVERY_NOTHING)
        put_message(jsondoc_put_object(to, "pending"), &at->now);
    else
        jsondoc_put_null(to, "pending");
    jsondoc *dead = jsondoc_put_array(to, "dead");
    for (size_t i = 0; i < at->dead_count; i++)
        put_message(jsondoc_add_object(dead), &at->dead[i]);
    jsondoc_put_integer(to, "dead_lost", (int64_t)at->dead_lost);
}

static int show(struct showing *self)
{
    bool found = false;
    jsondoc *all = jsondoc_array();
    if (self->count == 0 && self->base.format != FORMAT_JSON)
        puts("Nobody is sent anything: start tocsin-aggregator with --subscriptions FILE (docs/alerts.md)");
    for (size_t i = 0; i < self->count; i++) {
        if (self->base.format == FORMAT_JSON)
            put_one(jsondoc_add_object(all), &self->each[i]);
        else
            print_one(&self->each[i]);
        found = found || is_failing(&self->each[i].at) || self->each[i].at.dead_count > 0;
    }
    if (self->base.format == FORMAT_JSON)
        jsondoc_write(all, stdout, true);
    jsondoc_destroy(&all);
    return found ? COMMAND_FAULT : COMMAND_FINE;
}

/* --- asking ------------------------------------------------------------------------------------------------- */

static int ask(const struct showing *self, const char *what, const char *name)
{
    jsondoc *question = jsondoc_object(), *answer = NULL;
    jsondoc_put_text(question, "name", text_of(name));
    int done = ask_aggregator_with(&self->base, what, NULL, &question, &answer);
    jsondoc_destroy(&answer);
    return done;
}

/* Is there anything that was given up, or waits for its next try? */
static bool anything_left(const struct showing *self)
{
    char fault[NOTE_SIZE_MAX];
    delivery_cursor at = {0};
    bool left = cursor_load(self->folder, text_of(self->retry), &at, fault) == STATUS_OK &&
                (at.dead_count > 0 || at.now.kind != DELIVERY_NOTHING);
    cursor_free(&at);
    return left;
}

static int64_t tested(const struct showing *self, char why[DELIVERY_WHY_SIZE])
{
    char fault[NOTE_SIZE_MAX];
    delivery_cursor at = {0};
    int64_t when = 0;
    if (cursor_load(self->folder, text_of(self->test), &at, fault) == STATUS_OK)
        when = at.tested_s;
    (void)snprintf(why, DELIVERY_WHY_SIZE, "%s", at.tested_why);
    cursor_free(&at);
    return when;
}

/* The deliverer notes in the subscription's file what came of it. */
static int test(const struct showing *self)
{
    static const struct timespec pause = {.tv_nsec = TEST_LOOK_MS * 1000000L};
    char why[DELIVERY_WHY_SIZE];
    int64_t before = tested(self, why);
    int done = ask(self, "deliver-test", self->test);
    for (int i = 0; done < 0 && i < TEST_PATIENCE_S * 1000 / TEST_LOOK_MS; i++) {
        if (tested(self, why) != before) {
            if (why[0] != '\0')
                return command_fault(&self->base, "the test for %s failed: %s", self->test, why);
            printf("The test for %s was taken\n", self->test);
            return COMMAND_FINE;
        }
        (void)nanosleep(&pause, NULL);
    }
    return done >= 0 ? done : command_fault(&self->base, "nothing is known of the test for %s yet: see tocsin deliveries", self->test);
}

static int retry(const struct showing *self)
{
    bool left = anything_left(self);
    int done = ask(self, "deliver-retry", self->retry);
    if (done < 0)
        printf(left ? "What was given up for %s, or waits for its next try, is sent now\n"
                    : "Nothing was given up for %s, and nothing waits\n", self->retry);
    return done < 0 ? COMMAND_FINE : done;
}

static int take_option(struct showing *self, int option)
{
    switch (option) {
    case OPT_RETRY: self->retry = optarg; return -1;
    case OPT_TEST: self->test = optarg; return -1;
    default: return command_option(&self->base, option);
    }
}

static int check_options(const struct showing *self, const char *rest)
{
    const char *asked = self->retry != NULL ? self->retry : self->test;
    if (rest != NULL)
        return command_wrong(&self->base, "what is '%s'?", rest);
    if (self->base.format == FORMAT_CSV)
        return command_wrong(&self->base, "--format wants table or json here");
    if (self->retry != NULL && self->test != NULL)
        return command_wrong(&self->base, "--retry or --test, not both");
    if (asked != NULL && !subscription_name_is_good(text_of(asked)))
        return command_wrong(&self->base, "'%s' is no name of a subscription", asked);
    if (access(self->base.data, R_OK | X_OK) != 0)
        return command_fault(&self->base, "%s is no folder of an aggregator that can be read", self->base.data);
    return -1;
}

int deliveries_main(int argc, char **argv)
{
    struct showing self = {.base = {.name = "deliveries", .usage = usage, .data = command_default_data()}};
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        done = take_option(&self, c);
    if (done < 0)
        done = check_options(&self, optind < argc ? argv[optind] : NULL);
    if (done >= 0)
        return done;
    (void)snprintf(self.folder, sizeof self.folder, "%s/delivery", self.base.data);
    if (self.test != NULL)
        return test(&self);
    if (self.retry != NULL)
        return retry(&self);
    done = read_all(&self);
    if (done < 0)
        done = show(&self);
    forget_all(&self);
    return done;
}
