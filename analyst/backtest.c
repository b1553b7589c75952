/* tocsin backtest: what alerts would these rules have raised? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "backtest_parts.h"
#include "judging/words.h"

static const char usage[] =
    "usage: tocsin backtest [--rules FILE [--against FILE]] [--from DATE] [--to DATE] [options]\n"
    "\n"
    "Goes through the stored history day by day, by the counts as they are known now, and prints the alerts that the\n"
    "rules would have raised, how long each stood, and how many a week each rule makes: alerts on the screen, and pages,\n"
    "that is rises to elevated or priority, of which somebody is told at once. With --against it compares two files of\n"
    "rules. Without --rules it takes those in force.\n"
    "\n"
    "  --rules FILE            a priorities.yaml\n"
    "  --against FILE          another, for comparison\n"
    "  --from DATE, --to DATE  alerts raised in these days (default: all that can be looked at)\n"
    "  --area CODE|NAME        this area and all beneath it (default: every area that a rule watches)\n"
    "  --level LEVEL           this level or a higher one: watch, elevated (default), priority\n"
    "  --falling               falls too\n"
    "  --sums                  only how many, by rule and level\n"
    "  --format table|csv|json\n"
    "  --data DIR              the aggregator's folder\n"
    "\n"
    "example: tocsin backtest --rules priorities-new.yaml --against priorities.yaml --from 2024-04-01\n";

enum { OPT_RULES = OPTION_OWN, OPT_AGAINST, OPT_FROM, OPT_TO, OPT_AREA, OPT_LEVEL, OPT_FALLING, OPT_SUMS, FAULTS_SHOWN = 50 };

static const struct option long_options[] = {
    COMMON_OPTIONS,
    {"rules", required_argument, NULL, OPT_RULES},
    {"against", required_argument, NULL, OPT_AGAINST},
    {"from", required_argument, NULL, OPT_FROM},
    {"to", required_argument, NULL, OPT_TO},
    {"area", required_argument, NULL, OPT_AREA},
    {"level", required_argument, NULL, OPT_LEVEL},
    {"falling", no_argument, NULL, OPT_FALLING},
    {"sums", no_argument, NULL, OPT_SUMS},
    {NULL, 0, NULL, 0},
};

/* --- options -------------------------------------------------------------------------------------- */

static int take_option(struct backtesting *self, int option)
{
    switch (option) {
    case OPT_RULES: self->files[0] = optarg; return -1;
    case OPT_AGAINST: self->files[1] = optarg; return -1;
    case OPT_AREA: self->area = optarg; return -1;
    case OPT_FALLING: self->falling = true; return -1;
    case OPT_SUMS: self->sums = true; return -1;
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

static int add_replay(struct backtesting *self, const char *path)
{
    text yaml = self->data->sheets->priorities;
    int done = path != NULL ? command_text(&self->base, path, self->memory, &yaml) : -1;
    if (done >= 0)
        return done;
    faults *found = faults_create();
    replay *made = &self->replays[self->replay_count++];
    *made = (replay){.shown = path != NULL ? path : "the rules in force", .looked = {INT32_MAX, INT32_MIN}};
    for (size_t r = 0; r < RULES_MAX; r++)
        made->said_from[r] = INT32_MAX;
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

/* Watch is for the screen and the digest, and falls page nobody. */
static void count_page(struct following *f, const level_change *change)
{
    bool up = change->after > change->before || change->direction != change->direction_before;
    bool within = f->self->days.from == DAY_NONE || change->on >= f->self->days.from;
    if (up && within && change->after >= LEVEL_ELEVATED && change->direction == TREND_RISING)
        f->to->pages[change->rule][change->after]++;
}

static void follow(void *context, const level_change *change)
{
    struct following *f = context;
    episode *open = f->open > 0 ? &f->to->each[f->open - 1] : NULL;
    count_page(f, change);
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
        open->rule = f->to->by->each[change->rule].name;
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
        for (size_t r = 0; r < to->by->count; r++)
            if (state.each[r].first_said != DAY_NONE && state.each[r].first_said < to->said_from[r])
                to->said_from[r] = state.each[r].first_said;
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
    for (size_t r = 0; r < RULES_MAX; r++)
        if (of->said_from[r] != INT32_MAX && of->said_from[r] < of->looked.from)
            of->said_from[r] = of->looked.from;
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
    backtest_print(self);
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
