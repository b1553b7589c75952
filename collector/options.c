#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t SPOOL_LIMIT_MIN = 1024 * 1024, SPOOL_LIMIT_DEFAULT = 1024 * 1024 * 1024,
                      SPOOL_LIMIT_MAX = UINT64_C(1) << 50; /* octets */

static const char usage[] =
    "usage: tocsin-collector police-uk PATH... [options]\n"
    "       tocsin-collector incidents PATH...|- [options]\n"
    "       tocsin-collector ndjson PATH...|- [options]\n"
    "       tocsin-collector simulate SCENARIO [options]\n"
    "\n"
    "Reads incident records and carries them to the aggregator; ends when all of them are stored.\n"
    "\n"
    "  police-uk     data.police.uk street-level CSV files, or folders of them\n"
    "  incidents     canonical CSV: reference,recorded_at,offence,area and more\n"
    "  ndjson        the same keys as JSON objects, one a line\n"
    "                PATH is a file, a folder or a named pipe; - is standard input. What comes through a pipe is\n"
    "                kept on disk (--spool) until the aggregator has it\n"
    "  simulate      invented records from a scenario of yearly totals, the same for the same seed\n"
    "\n"
    "  --to ENDPOINT         the aggregator (default tcp://127.0.0.1:7010)\n"
    "  --name NAME           of this collector; two that run at once need two (default: the kind)\n"
    "  --origin NAME         the recording system, for records that name none (default local)\n"
    "  --covers AREA[/CATEGORY]:FROM..TO\n"
    "                        the records are all there are of the area in these days; may be repeated\n"
    "  --promises INTERVAL   more is promised within it: 15m, 24h, 35d\n"
    "  --retired             no more will come of what is covered, and that is as it should be\n"
    "  --issued DATE         when the source issued the file (default: when it was last changed)\n"
    "  --follow              wait for more, and for new files in a folder\n"
    "  --from-start          read everything again, whatever the aggregator holds\n"
    "  --give-up SECONDS     without a connection for so long (default: wait for ever)\n"
    "  --spool DIR           where standard input and pipes are kept until the aggregator has them (default\n"
    "                        $TOCSIN_SPOOL, else tocsin-spool in $XDG_STATE_HOME or ~/.local/state)\n"
    "  --spool-limit SIZE    of one spool: 64M, 1G (default); at the limit the input has to wait\n"
    "  --receipts            print 'kept LINES OCTETS' whenever more of the input is kept on disk\n"
    "  --forget-covers       do not declare what the --covers of an earlier run said of what it left\n"
    "  --out FILE            simulate: write canonical CSV instead of sending\n"
    "  --help, --version\n"
    "\n"
    "examples:\n"
    "  tocsin-collector police-uk ~/downloads/2025-12\n"
    "  tocsin-collector incidents march.csv --origin niche --covers E07000197:2025-03-01..2025-03-31\n";

enum { OPT_TO = 1000, OPT_NAME, OPT_ORIGIN, OPT_COVERS, OPT_PROMISES, OPT_RETIRED, OPT_ISSUED, OPT_FOLLOW, OPT_FROM_START,
       OPT_GIVE_UP, OPT_SPOOL, OPT_SPOOL_LIMIT, OPT_RECEIPTS, OPT_FORGET_COVERS, OPT_OUT, OPT_HELP, OPT_VERSION };

static const struct option long_options[] = {
    {"to", required_argument, NULL, OPT_TO},
    {"name", required_argument, NULL, OPT_NAME},
    {"origin", required_argument, NULL, OPT_ORIGIN},
    {"covers", required_argument, NULL, OPT_COVERS},
    {"promises", required_argument, NULL, OPT_PROMISES},
    {"retired", no_argument, NULL, OPT_RETIRED},
    {"issued", required_argument, NULL, OPT_ISSUED},
    {"follow", no_argument, NULL, OPT_FOLLOW},
    {"from-start", no_argument, NULL, OPT_FROM_START},
    {"give-up", required_argument, NULL, OPT_GIVE_UP},
    {"spool", required_argument, NULL, OPT_SPOOL},
    {"spool-limit", required_argument, NULL, OPT_SPOOL_LIMIT},
    {"receipts", no_argument, NULL, OPT_RECEIPTS},
    {"forget-covers", no_argument, NULL, OPT_FORGET_COVERS},
    {"out", required_argument, NULL, OPT_OUT},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

static int wrong(const char *format, const char *value)
{
    (void)fputs("tocsin-collector: ", stderr);
    (void)fprintf(stderr, "%s '%s'\n", format, value);
    (void)fputs("try tocsin-collector --help\n", stderr);
    return EXIT_WRONG_USE;
}

/* AREA[/CATEGORY]:FROM..TO */
static bool take_covers(options *out, const char *value)
{
    text all = text_of(value), area, category = {"", 0};
    const char *colon = strrchr(value, ':'), *dots = strstr(value, "..");
    if (colon == NULL || dots == NULL || dots < colon)
        return false;
    coverage_declaration *made = &out->covers[out->cover_count];
    area = (text){value, (size_t)(colon - value)};
    const char *slash = memchr(area.at, '/', area.size);
    if (slash != NULL) {
        category = (text){slash + 1, area.size - (size_t)(slash + 1 - area.at)};
        area.size = (size_t)(slash - area.at);
    }
    *made = (coverage_declaration){.area = area};
    if (!date_read((text){colon + 1, (size_t)(dots - colon - 1)}, &made->days.from) ||
        !date_read((text){dots + 2, all.size - (size_t)(dots + 2 - value)}, &made->days.to) ||
        made->days.to < made->days.from || area.size == 0 || area.size > CODE_SIZE_MAX ||
        (slash != NULL && (category.size == 0 || category.size > CODE_SIZE_MAX)) || text_utf8_fault(all) < all.size)
        return false;
    if (slash != NULL) {
        out->categories[out->cover_count] = category;
        made->categories = &out->categories[out->cover_count];
        made->category_count = 1;
    }
    out->cover_count++;
    return true;
}

static bool take_interval(const char *value, uint32_t *seconds)
{
    static const struct { char letter; uint64_t s; } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    text number = text_of(value);
    uint64_t amount, unit = 0;
    for (size_t i = 0; number.size > 0 && i < sizeof units / sizeof units[0]; i++)
        if (number.at[number.size - 1] == units[i].letter)
            unit = units[i].s;
    number.size -= unit > 0;
    if (unit == 0 || !text_to_u64(number, &amount) || amount == 0 || amount > 366u * 86400u / unit)
        return false;
    *seconds = (uint32_t)(amount * unit);
    return true;
}

static bool take_issued(const char *value, int64_t *ns)
{
    day_number d;
    if (!date_read(text_of(value), &d))
        return false;
    *ns = (int64_t)d * 86400 * 1000000000;
    return true;
}

static bool take_size(const char *value, uint64_t *octets)
{
    static const struct { char letter; unsigned shift; } units[] = {{'K', 10}, {'M', 20}, {'G', 30}};
    text number = text_of(value);
    uint64_t amount;
    unsigned shift = 0;
    for (size_t i = 0; number.size > 0 && i < sizeof units / sizeof units[0]; i++)
        if (number.at[number.size - 1] == units[i].letter)
            shift = units[i].shift;
    number.size -= shift > 0;
    if (!text_to_u64(number, &amount) || amount > SPOOL_LIMIT_MAX >> shift || amount << shift < SPOOL_LIMIT_MIN)
        return false;
    *octets = amount << shift;
    return true;
}

/* Returns -1 to go on. */
static int take_option(int c, options *out, uint32_t *promised, bool *retired)
{
    uint64_t seconds;
    switch (c) {
    case OPT_TO: out->to = optarg; return -1;
    case OPT_NAME: out->name = optarg; return -1;
    case OPT_ORIGIN: out->origin = optarg; return -1;
    case OPT_FOLLOW: out->follow = true; return -1;
    case OPT_FROM_START: out->from_start = true; return -1;
    case OPT_RETIRED: *retired = true; return -1;
    case OPT_OUT: out->out = optarg; return -1;
    case OPT_SPOOL: out->spool = optarg; return -1;
    case OPT_RECEIPTS: out->receipts = true; return -1;
    case OPT_FORGET_COVERS: out->forget_covers = true; return -1;
    case OPT_SPOOL_LIMIT:
        return take_size(optarg, &out->spool_limit) ? -1 : wrong("--spool-limit wants at least 1M, as 64M or 1G, not", optarg);
    case OPT_COVERS:
        if (out->cover_count == CLAIMS_MAX)
            return wrong("--covers may stand 64 times, and here it stands once more:", optarg);
        return take_covers(out, optarg) ? -1 : wrong("--covers wants AREA:2024-04-01..2025-03-31, not", optarg);
    case OPT_PROMISES: return take_interval(optarg, promised) ? -1 : wrong("--promises wants 15m, 24h or 35d, not", optarg);
    case OPT_ISSUED: return take_issued(optarg, &out->issued_ns) ? -1 : wrong("--issued wants a date, not", optarg);
    case OPT_GIVE_UP:
        if (!text_to_u64(text_of(optarg), &seconds) || seconds > 86400)
            return wrong("--give-up wants seconds, not", optarg);
        out->give_up_s = (long)seconds;
        return -1;
    case OPT_HELP: (void)fputs(usage, stdout); return EXIT_FINE;
    case OPT_VERSION: puts("tocsin-collector " TOCSIN_VERSION); return EXIT_FINE;
    default: (void)fputs("try tocsin-collector --help\n", stderr); return EXIT_WRONG_USE;
    }
}

static const struct kind_name {
    const char *name;
    source_kind kind;
} kinds[] = {
    {"police-uk", SOURCE_POLICE_UK},
    {"incidents", SOURCE_INCIDENTS},
    {"ndjson", SOURCE_NDJSON},
    {"simulate", SOURCE_SIMULATE},
};

static int take_kind(int argc, char **argv, options *out)
{
    if (optind >= argc) {
        (void)fputs(usage, stderr);
        return EXIT_WRONG_USE;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(argv[optind], kinds[i].name) == 0) {
            out->kind = kinds[i].kind;
            out->name = out->name != NULL ? out->name : kinds[i].name;
            out->paths = argv + optind + 1;
            out->path_count = (size_t)(argc - optind - 1);
            return out->path_count > 0 ? -1 : wrong("say which files, folders or - to read behind", argv[optind]);
        }
    return wrong("the kinds of source are police-uk, incidents, ndjson and simulate; there is none called", argv[optind]);
}

static bool is_name(const char *value, size_t size_max)
{
    text name = text_of(value);
    return name.size > 0 && name.size <= size_max && text_utf8_fault(name) == name.size;
}

static int check(const options *self)
{
    if (!is_name(self->origin, CODE_SIZE_MAX))
        return wrong("--origin wants a name of at most 96 octets in UTF-8, not", self->origin);
    if (!is_name(self->name, SOURCE_SIZE_MAX))
        return wrong("--name wants a name of at most 96 octets in UTF-8, not", self->name);
    if (self->kind == SOURCE_SIMULATE && self->path_count != 1)
        return wrong("simulate takes one scenario, not also", self->paths[1]);
    if (self->kind == SOURCE_POLICE_UK && self->cover_count > 0)
        return wrong("police-uk files declare what they cover themselves; leave out", "--covers");
    if (self->kind == SOURCE_SIMULATE && self->cover_count > 0)
        return wrong("a scenario declares what it covers itself; leave out", "--covers");
    bool rows = self->kind == SOURCE_INCIDENTS || self->kind == SOURCE_NDJSON;
    for (size_t i = 0; i < self->path_count && !rows; i++)
        if (strcmp(self->paths[i], "-") == 0)
            return wrong("standard input is read by incidents and ndjson only; leave out", "-");
    if (self->receipts && (!rows || self->path_count != 1))
        return wrong("--receipts goes with one input of incidents or ndjson, not with", self->paths[self->path_count - 1]);
    if (self->out != NULL && self->kind != SOURCE_SIMULATE)
        return wrong("--out goes with simulate only, not with", self->name);
    return -1;
}

int options_take(int argc, char **argv, options *out)
{
    uint32_t promised = 0;
    bool retired = false;
    int done = -1;
    *out = (options){.to = "tcp://127.0.0.1:7010", .origin = "local", .spool_limit = SPOOL_LIMIT_DEFAULT};
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        done = take_option(c, out, &promised, &retired);
    if (done < 0)
        done = take_kind(argc, argv, out);
    if (done < 0)
        done = check(out);
    /* Standard input ends by itself: only files can be followed. */
    bool files = false;
    for (size_t i = 0; done < 0 && i < out->path_count; i++)
        files = files || strcmp(out->paths[i], "-") != 0;
    out->follow = out->follow && files;
    for (size_t i = 0; i < out->cover_count; i++) {
        out->covers[i].promised_interval_s = promised;
        out->covers[i].retired = retired;
    }
    return done;
}
