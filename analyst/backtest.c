/* tocsin backtest: what alerts would these rules have raised? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "judging/stored_areas.h"
#include "judging/words.h"
#include "proto/csv_reader.h"
#include "proto/jsondoc.h"

static const char usage[] =
    "usage: tocsin backtest [--rules FILE [--against FILE]] [--from DATE] [--to DATE] [options]\n"
    "\n"
    "Goes through the stored history day by day, by the counts as they are known now, and prints the alerts that the\n"
    "rules would have raised, how long each stood, and how many a week an analyst would have seen. With --against it\n"
    "compares two files of rules. Without --rules it takes those in force.\n"
    "\n"
    "  --rules FILE            a priorities.yaml\n"
    "  --against FILE          another, for comparison\n"
    "  --from DATE, --to DATE  alerts raised in these days (default: all that can be looked at)\n"
    "  --area CODE|NAME        this area and all beneath it (default: every area that a rule watches)\n"
    "  --level LEVEL           this level or a higher one: watch, elevated (default), priority\n"
    "  --falling               falls too\n"
    "  --format table|csv|json\n"
    "  --data DIR              the aggregator's folder\n"
    "\n"
    "example: tocsin backtest --rules priorities-new.yaml --against priorities.yaml --from 2024-04-01\n";

enum { OPT_RULES = OPTION_OWN, OPT_AGAINST, OPT_FROM, OPT_TO, OPT_AREA, OPT_LEVEL, OPT_FALLING, FILE_SIZE_MAX = 1 << 20, FAULTS_SHOWN = 50 };

static const struct option long_options[] = {
    COMMON_OPTIONS,
    {"rules", required_argument, NULL, OPT_RULES},
    {"against", required_argument, NULL, OPT_AGAINST},
    {"from", required_argument, NULL, OPT_FROM},
    {"to", required_argument, NULL, OPT_TO},
    {"area", required_argument, NULL, OPT_AREA},
    {"level", required_argument, NULL, OPT_LEVEL},
    {"falling", no_argument, NULL, OPT_FALLING},
    {NULL, 0, NULL, 0},
};

/* From its raising to its clearance. */
typedef struct episode {
    int area, category;
    trend_direction direction;
    alert_level highest;
    day_number raised, ended; /* DAY_NONE: it stands still */
    text rule, words;
} episode;

/* One file of rules over the history. */
typedef struct replay {
    const char *shown;     /* its file, or "the rules in force" */
    rules *by;
    episode *each;
    size_t count, capacity;
    period looked;         /* from the first date of which anything could be said to the last look */
} replay;

struct backtesting {
    command base;
    const char *files[2];
    const char *area;
    alert_level lowest;
    bool falling;
    period days;           /* DAY_NONE: open */
    const figures *from;
    const reference *data;
    stored_areas *areas;
    subject within;
    arena *memory;
    replay replays[2];
    size_t replay_count;
};

/* --- options -------------------------------------------------------------------------------------- */

static int take_option(struct backtesting *self, int option)
{
    switch (option) {
    case OPT_RULES: self->files[0] = optarg; return -1;
    case OPT_AGAINST: self->files[1] = optarg; return -1;
    case OPT_AREA: self->area = optarg; return -1;
    case OPT_FALLING: self->falling = true; return -1;
    case OPT_FROM: return command_date(&self->base, "--from", optarg, &self->days.from) ? -1 : COMMAND_USAGE;
    case OPT_TO: return command_date(&self->base, "--to", optarg, &self->days.to) ? -1 : COMMAND_USAGE;
    case OPT_LEVEL:
        return alert_level_read(text_of(optarg), &self->lowest) && self->lowest != LEVEL_NORMAL
                   ? -1 : command_wrong(&self->base, "--level wants watch, elevated or priority, not '%s'", optarg);
    default: return command_option(&self->base, option);
    }
}

static int take_options(struct backtesting *self, int argc, char **argv)
{
    int done = -1;
    for (int c; done < 0 && (c = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
        done = take_option(self, c);
    if (done < 0 && optind < argc)
        return command_wrong(&self->base, "what is '%s'?", argv[optind]);
    if (done < 0 && self->days.from != DAY_NONE && self->days.to != DAY_NONE && self->days.to < self->days.from)
        return command_wrong(&self->base, "--to lies before --from");
    return done;
}

/* --- rules ----------------------------------------------------------------------------------------- */

static int read_rules(struct backtesting *self, const char *path, text *out)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL)
        return command_fault(&self->base, "%s: %s", path, strerror(errno));
    char *octets = arena_take(self->memory, FILE_SIZE_MAX);
    size_t size = fread(octets, 1, FILE_SIZE_MAX, in);
    bool good = !ferror(in) && size < FILE_SIZE_MAX;
    (void)fclose(in);
    *out = (text){octets, size};
    return good ? -1 : command_fault(&self->base, "%s: can't be read, or is over 1 MiB", path);
}

static int add_replay(struct backtesting *self, const char *path)
{
    text yaml = self->data->sheets->priorities;
    int done = path != NULL ? read_rules(self, path, &yaml) : -1;
    if (done >= 0)
        return done;
    faults *found = faults_create();
    replay *made = &self->replays[self->replay_count++];
    *made = (replay){.shown = path != NULL ? path : "the rules in force", .looked = {INT32_MAX, INT32_MIN}};
    made->by = rules_create(yaml, path != NULL ? path : "priorities.yaml", self->data, found);
    if (faults_count(found, FAULT_ERROR) > 0) {
        faults_print(found, stderr, FAULTS_SHOWN);
        done = command_fault(&self->base, "%s has faults: mend them first", made->shown);
    } else if (made->by->count == 0)
        done = command_fault(&self->base, "%s has no rules", made->shown);
    faults_destroy(&found);
    return done;
}

/* --- the replay ------------------------------------------------------------------------------------ */

struct following {
    struct backtesting *self;
    replay *to;
    area_fold *fold;
    int area, category;
    size_t open; /* index + 1 of the episode that stands; 0: none */
};

static bool is_wanted(const struct backtesting *self, const level_change *change)
{
    return change->after >= self->lowest && (change->direction == TREND_RISING || self->falling);
}

static text words_of(const struct following *f, const level_change *change)
{
    return words_of_figures(&f->to->by->each[change->rule], &change->seen, f->to->by->baseline, f->self->memory);
}

static void begin(struct following *f, const level_change *change)
{
    replay *to = f->to;
    to->each = memory_room(to->each, to->count, &to->capacity, sizeof *to->each);
    to->each[to->count++] = (episode){
        .area = f->area, .category = f->category, .direction = change->direction, .highest = change->after,
        .raised = change->on, .ended = DAY_NONE, .rule = to->by->each[change->rule].name, .words = words_of(f, change)};
    f->open = to->count;
}

static void follow(void *context, const level_change *change)
{
    struct following *f = context;
    episode *open = f->open > 0 ? &f->to->each[f->open - 1] : NULL;
    bool wanted = is_wanted(f->self, change);
    if (open != NULL && (!wanted || change->direction != open->direction)) {
        open->ended = change->on;
        f->open = 0;
        open = NULL;
    }
    if (!wanted)
        return;
    if (open == NULL)
        begin(f, change);
    else if (change->after > open->highest) {
        open->highest = change->after;
        open->words = words_of(f, change);
    }
}

static void replay_area(struct backtesting *self, replay *to, int area_index)
{
    area_fold *fold = area_fold_create(to->by, self->data, area_index, stored_area, self->areas);
    for (int c = 0; fold != NULL && c < offence_tree_count(self->data->categories); c++) {
        series_state state;
        if (!area_fold_watches(fold, c))
            continue;
        struct following f = {.self = self, .to = to, .fold = fold, .area = area_index, .category = c};
        area_fold_run(fold, c, self->days.to, &state, follow, &f);
        if (state.first_said == DAY_NONE)
            continue;
        to->looked.from = state.first_said < to->looked.from ? state.first_said : to->looked.from;
        to->looked.to = state.last_look > to->looked.to ? state.last_look : to->looked.to;
    }
    area_fold_destroy(&fold);
}

static int by_date(const void *a, const void *b)
{
    const episode *left = a, *right = b;
    if (left->raised != right->raised)
        return left->raised < right->raised ? -1 : 1;
    if (left->area != right->area)
        return left->area < right->area ? -1 : 1;
    return (left->category > right->category) - (left->category < right->category);
}

/* Only alerts raised in the days asked for. */
static void trim(const struct backtesting *self, replay *of)
{
    size_t kept = 0;
    for (size_t i = 0; i < of->count; i++)
        if (self->days.from == DAY_NONE || of->each[i].raised >= self->days.from)
            of->each[kept++] = of->each[i];
    of->count = kept;
    if (kept > 0)
        qsort(of->each, kept, sizeof *of->each, by_date);
    if (self->days.from != DAY_NONE && self->days.from > of->looked.from)
        of->looked.from = self->days.from;
    if (self->days.to != DAY_NONE && self->days.to < of->looked.to)
        of->looked.to = self->days.to;
}

static bool is_within(const struct backtesting *self, int area_index)
{
    bool inside = self->area == NULL;
    for (size_t i = 0; i < self->within.member_count && !inside; i++)
        inside = geography_contains(self->data->areas, self->within.members[i], area_index);
    return inside && geography_area(self->data->areas, area_index)->counted;
}

static int replay_all(struct backtesting *self)
{
    for (int i = 0; i < geography_count(self->data->areas); i++) {
        if (!is_within(self, i))
            continue;
        for (size_t k = 0; k < self->replay_count; k++)
            replay_area(self, &self->replays[k], i);
        stored_areas_forget_others(self->areas, i);
        if (stored_areas_status(self->areas) != STATUS_OK)
            return command_fault(&self->base, "can't read the store: %s", store_trouble(figures_store(self->from)));
    }
    for (size_t k = 0; k < self->replay_count; k++)
        trim(self, &self->replays[k]);
    return -1;
}

/* --- printing -------------------------------------------------------------------------------------- */

static int days_stood(const replay *of, const episode *e)
{
    return (e->ended == DAY_NONE ? of->looked.to + 1 : e->ended) - e->raised;
}

static void print_episode(const struct backtesting *self, const replay *of, const episode *e)
{
    char raised[DATE_TEXT];
    printf("%s  %-8s  %s: %s, %s for %d days%s\n            %.*s (rule %.*s)\n", date_text(e->raised, raised),
           alert_level_text(e->highest), arena_print(self->memory, "%.*s", TEXT_ARGS(geography_area(self->data->areas, e->area)->name)).at,
           arena_print(self->memory, "%.*s", TEXT_ARGS(offence_tree_category(self->data->categories, e->category)->title)).at,
           trend_text(e->direction), days_stood(of, e), e->ended == DAY_NONE ? " so far" : "", TEXT_ARGS(e->words),
           TEXT_ARGS(e->rule));
}

static double weeks_of(const replay *of)
{
    return of->looked.to < of->looked.from ? 0 : (double)(of->looked.to - of->looked.from + 1) / 7;
}

static void print_sums(const replay *of)
{
    double weeks = weeks_of(of);
    char from[DATE_TEXT], to[DATE_TEXT];
    if (weeks == 0) {
        printf("%s: nothing that these rules watch is covered\n", of->shown);
        return;
    }
    printf("%s: %zu %s from %s to %s, %.2f a week\n", of->shown, of->count, of->count == 1 ? "alert" : "alerts", date_text(of->looked.from, from),
           date_text(of->looked.to, to), (double)of->count / weeks);
    for (size_t r = 0; r < of->by->count; r++) {
        size_t count = 0;
        double stood = 0;
        for (size_t i = 0; i < of->count; i++)
            if (text_equal(of->each[i].rule, of->by->each[r].name)) {
                count++;
                stood += days_stood(of, &of->each[i]);
            }
        printf("  %-24.*s %6zu alerts  %6.2f a week", TEXT_ARGS(of->by->each[r].name), count, (double)count / weeks);
        if (count > 0)
            printf("  stood %.0f days on average", stood / (double)count);
        putchar('\n');
    }
}

/* The same series and direction, standing at the same time for at least a day. */
static bool meets(const replay *a, const episode *left, const replay *b, const episode *right)
{
    return left->area == right->area && left->category == right->category && left->direction == right->direction &&
           left->raised < right->raised + days_stood(b, right) && right->raised < left->raised + days_stood(a, left);
}

static void print_only(const struct backtesting *self, const replay *in, const replay *not_in)
{
    size_t shown = 0;
    for (size_t i = 0; i < in->count; i++) {
        bool both = false;
        for (size_t k = 0; k < not_in->count && !both; k++)
            both = meets(in, &in->each[i], not_in, &not_in->each[k]);
        if (both)
            continue;
        if (shown++ == 0)
            printf("\nOnly by %s:\n", in->shown);
        print_episode(self, in, &in->each[i]);
    }
    if (shown == 0)
        printf("\nEvery alert by %s stands by the other, too.\n", in->shown);
}

static void print_table(const struct backtesting *self)
{
    const replay *first = &self->replays[0];
    if (self->replay_count == 2) {
        print_only(self, first, &self->replays[1]);
        print_only(self, &self->replays[1], first);
        putchar('\n');
    } else
        for (size_t i = 0; i < first->count; i++)
            print_episode(self, first, &first->each[i]);
    for (size_t k = 0; k < self->replay_count; k++)
        print_sums(&self->replays[k]);
}

static void put_date(jsondoc *to, const char *key, day_number d)
{
    char date[DATE_TEXT];
    if (d == DAY_NONE)
        jsondoc_put_null(to, key);
    else
        jsondoc_put_text(to, key, text_of(date_text(d, date)));
}

static void print_json(const struct backtesting *self)
{
    jsondoc *all = jsondoc_array();
    for (size_t k = 0; k < self->replay_count; k++)
        for (size_t i = 0; i < self->replays[k].count; i++) {
            const episode *e = &self->replays[k].each[i];
            jsondoc *one = jsondoc_add_object(all);
            jsondoc_put_text(one, "rules", text_of(self->replays[k].shown));
            jsondoc_put_text(one, "area", geography_area(self->data->areas, e->area)->code);
            jsondoc_put_text(one, "category", offence_tree_category(self->data->categories, e->category)->code);
            jsondoc_put_text(one, "level", text_of(alert_level_text(e->highest)));
            jsondoc_put_text(one, "direction", text_of(trend_text(e->direction)));
            put_date(one, "raised", e->raised);
            put_date(one, "ended", e->ended);
            jsondoc_put_integer(one, "days", days_stood(&self->replays[k], e));
            jsondoc_put_text(one, "rule", e->rule);
            jsondoc_put_text(one, "words", e->words);
        }
    jsondoc_write(all, stdout, true);
    jsondoc_destroy(&all);
}

static void print_csv(const struct backtesting *self)
{
    char raised[DATE_TEXT], ended[DATE_TEXT];
    puts("rules,area,category,level,direction,raised,ended,days,rule,words");
    for (size_t k = 0; k < self->replay_count; k++)
        for (size_t i = 0; i < self->replays[k].count; i++) {
            const episode *e = &self->replays[k].each[i];
            csv_write_field(stdout, text_of(self->replays[k].shown));
            printf(",%.*s,%.*s,%s,%s,%s,%s,%d,", TEXT_ARGS(geography_area(self->data->areas, e->area)->code),
                   TEXT_ARGS(offence_tree_category(self->data->categories, e->category)->code),
                   alert_level_text(e->highest), trend_text(e->direction), date_text(e->raised, raised),
                   date_text(e->ended, ended), days_stood(&self->replays[k], e));
            csv_write_field(stdout, e->rule);
            putchar(',');
            csv_write_field(stdout, e->words);
            putchar('\n');
        }
}

/* --- the command ----------------------------------------------------------------------------------- */

static int find_area(struct backtesting *self)
{
    char words[NOTE_SIZE_MAX];
    if (self->area == NULL || subject_find(self->from, text_of(self->area), &self->within, words))
        return -1;
    return command_wrong(&self->base, "%s", words);
}

static int backtest(struct backtesting *self)
{
    int done = find_area(self);
    if (done < 0)
        done = add_replay(self, self->files[0]);
    if (done < 0 && self->files[1] != NULL)
        done = add_replay(self, self->files[1]);
    if (done < 0)
        done = replay_all(self);
    if (done >= 0)
        return done;
    switch (self->base.format) {
    case FORMAT_CSV: print_csv(self); break;
    case FORMAT_JSON: print_json(self); break;
    case FORMAT_TABLE:
    case FORMATS: print_table(self); break;
    }
    return COMMAND_FINE;
}

int backtest_main(int argc, char **argv)
{
    struct backtesting self = {.base = {.name = "backtest", .usage = usage, .data = command_default_data()},
                               .lowest = LEVEL_ELEVATED, .days = {DAY_NONE, DAY_NONE}};
    store *opened;
    figures *read;
    int done = take_options(&self, argc, argv);
    if (done < 0)
        done = command_open(&self.base, &opened, &read);
    if (done >= 0)
        return done;
    self.from = read;
    self.data = figures_reference(read);
    self.areas = stored_areas_create(read);
    self.memory = arena_create();
    done = backtest(&self);
    for (size_t k = 0; k < self.replay_count; k++) {
        rules_destroy(&self.replays[k].by);
        free(self.replays[k].each);
    }
    stored_areas_destroy(&self.areas);
    arena_destroy(&self.memory);
    command_close(&opened, &read);
    return done;
}
