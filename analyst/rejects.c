/* tocsin rejects: what could not be counted, and why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "command.h"
#include "commands.h"
#include "proto/csv_reader.h"
#include "proto/jsondoc.h"

static const char usage[] =
    "usage: tocsin rejects [--all] [--format table|csv|json] [--data DIR]\n"
    "       tocsin rejects --retry\n"
    "\n"
    "Lists the records that are kept but not counted, each with its reason, and where it stood. Once the reference\n"
    "data are mended (and the aggregator has read them: kill -HUP, or tocsin import), --retry takes them in again.\n"
    "\n"
    "  --all       those too that have been resolved since\n"
    "  --retry     try them again\n"
    "\n"
    "example: tocsin rejects --format csv > rejects.csv\n";

enum { OPT_ALL = OPTION_OWN, OPT_RETRY };

static const struct option long_options[] = {
    COMMON_OPTIONS,
    {"all", no_argument, NULL, OPT_ALL},
    {"retry", no_argument, NULL, OPT_RETRY},
    {NULL, 0, NULL, 0},
};

struct asked {
    command base;
    bool all;
    bool retry;
    jsondoc *rows;
    uint64_t count;
};

static int take_options(struct asked *self, int argc, char **argv)
{
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        switch (c) {
        case OPT_ALL: self->all = true; break;
        case OPT_RETRY: self->retry = true; break;
        default: done = command_option(&self->base, c);
        }
    if (done < 0 && optind < argc)
        return command_wrong(&self->base, "what is '%s'?", argv[optind]);
    return done;
}

static void print_table_row(const reject *r, bool open)
{
    if (r->line > 0)
        printf("%.*s:%llu: ", TEXT_ARGS(r->stream), (unsigned long long)r->line);
    else
        printf("%.*s: ", TEXT_ARGS(r->stream));
    printf("%s%.*s", open ? "" : "(resolved) ", TEXT_ARGS(r->words));
    if (r->reference.size > 0)
        printf(" (%.*s %.*s)", TEXT_ARGS(r->origin), TEXT_ARGS(r->reference));
    putchar('\n');
}

static const char *when(int64_t at, char out[32])
{
    char date[DATE_TEXT];
    day_number d = (day_number)(at / 86400);
    int s = (int)(at % 86400);
    (void)snprintf(out, 32, "%sT%02d:%02d:%02dZ", date_text(d, date), s / 3600, s / 60 % 60, s % 60);
    return out;
}

static void print_csv_row(const reject *r, bool open)
{
    char at[32];
    printf("%llu,%s,%s,%s,", (unsigned long long)r->id, when(r->received_s, at), open ? "open" : "resolved",
           reject_reason_text(r->reason));
    const text texts[] = {r->words, r->origin, r->reference, r->source, r->stream};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        csv_write_field(stdout, texts[i]);
        putchar(',');
    }
    printf("%llu\n", (unsigned long long)r->line);
}

static void add_json_row(jsondoc *rows, const reject *r, bool open)
{
    char at[32];
    jsondoc *one = jsondoc_add_object(rows);
    jsondoc_put_integer(one, "id", (int64_t)r->id);
    jsondoc_put_text(one, "received", text_of(when(r->received_s, at)));
    jsondoc_put_text(one, "state", text_of(open ? "open" : "resolved"));
    jsondoc_put_text(one, "reason", text_of(reject_reason_text(r->reason)));
    jsondoc_put_text(one, "words", r->words);
    jsondoc_put_text(one, "origin", r->origin);
    jsondoc_put_text(one, "reference", r->reference);
    jsondoc_put_text(one, "source", r->source);
    jsondoc_put_text(one, "stream", r->stream);
    jsondoc_put_integer(one, "line", (int64_t)r->line);
    jsondoc_put_text(one, "row", r->row);
}

static bool take_reject(void *context, const reject *found, bool open)
{
    struct asked *self = context;
    self->count++;
    switch (self->base.format) {
    case FORMAT_CSV: print_csv_row(found, open); break;
    case FORMAT_JSON: add_json_row(self->rows, found, open); break;
    case FORMAT_TABLE:
    case FORMATS: print_table_row(found, open); break;
    }
    return true;
}

static int list(struct asked *self)
{
    char why[NOTE_SIZE_MAX];
    store *opened;
    if (store_open_reader(self->base.data, &opened, why) != STATUS_OK)
        return command_fault(&self->base, "%s", why);
    self->rows = jsondoc_array();
    if (self->base.format == FORMAT_CSV)
        puts("id,received,state,reason,words,origin,reference,source,stream,line");
    status st = store_rejects(opened, self->all, take_reject, self);
    if (self->base.format == FORMAT_JSON)
        jsondoc_write(self->rows, stdout, true);
    if (self->base.format == FORMAT_TABLE && self->count == 0)
        puts("nothing is rejected");
    jsondoc_destroy(&self->rows);
    int done = st == STATUS_OK ? COMMAND_FINE : command_fault(&self->base, "can't read the store: %s", store_trouble(opened));
    store_close(&opened);
    return done;
}

static int retry(struct asked *self)
{
    jsondoc *answer;
    int done = ask_aggregator(&self->base, "retry-rejects", &answer);
    if (done >= 0)
        return done;
    printf("tried %.0f, accepted %.0f\n", jsondoc_number(jsondoc_get(answer, "tried")),
           jsondoc_number(jsondoc_get(answer, "accepted")));
    jsondoc_destroy(&answer);
    return COMMAND_FINE;
}

int rejects_main(int argc, char **argv)
{
    struct asked asked = {.base = {.name = "rejects", .usage = usage, .data = command_default_data()}};
    int done = take_options(&asked, argc, argv);
    if (done >= 0)
        return done;
    return asked.retry ? retry(&asked) : list(&asked);
}
