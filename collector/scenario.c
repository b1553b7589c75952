#include "scenario.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/yamldoc.h"

enum { COUNT_MAX = 5000000 }; /* incidents in all: twice as many, if all were cancelled, still have a number each */

/* A reading under way: faults are told and counted. */
struct reading {
    scenario *out;
    const char *path;
    void (*tell)(const char *path, const char *words);
    unsigned faults;
    double incidents; /* in all */
};

static void fault(struct reading *self, yamlnode at, const char *what, text value)
{
    char words[256];
    if (value.size > 0)
        (void)snprintf(words, sizeof words, "line %u: %s '%.*s'", yamlnode_line(at), what,
                       (int)(value.size < 80 ? value.size : 80), value.at);
    else
        (void)snprintf(words, sizeof words, "line %u: %s", yamlnode_line(at), what);
    text_mend(words); /* a value may have been cut */
    self->tell(self->path, words);
    self->faults++;
}

/* Something else should stand here. */
static void wants(struct reading *self, yamlnode at, const char *what, text value)
{
    char words[160];
    (void)snprintf(words, sizeof words, "%s should stand here%s", what, value.size > 0 ? ", not" : "");
    fault(self, at, words, value);
}

/* A code or name. Texts move from the document, which goes, to the scenario. */
static text keep(struct reading *self, yamlnode node)
{
    text value = yamlnode_text(node);
    if (value.size == 0 || value.size > CODE_SIZE_MAX || text_utf8_fault(value) < value.size)
        wants(self, node, "a code or name of at most 96 octets", value);
    return arena_text(self->out->memory, value);
}

static double number_of(struct reading *self, yamlnode node, double low, double high)
{
    double value = low;
    if (!text_to_double(yamlnode_text(node), &value) || value < low || value > high) {
        wants(self, node, "a number in its range", yamlnode_text(node));
        return low;
    }
    return value;
}

static double whole_of(struct reading *self, yamlnode node, double high)
{
    double value = number_of(self, node, 0, high);
    if (value != floor(value))
        wants(self, node, "a whole number", yamlnode_text(node));
    return value;
}

/* Entries of a list or map: of more than there may be only the first, and it is told. */
static size_t count_of(struct reading *self, yamlnode of, size_t most)
{
    char words[64];
    if (yamlnode_count(of) <= most)
        return yamlnode_count(of);
    (void)snprintf(words, sizeof words, "only %zu entries may stand here", most);
    fault(self, yamlnode_kind_of(of) == YAMLNODE_MAP ? yamlnode_key(of, most) : yamlnode_at(of, most), words, (text){"", 0});
    return most;
}

/* Keys that nobody reads are mistakes of spelling. */
static void check_keys(struct reading *self, yamlnode map, const char *const *known, size_t count)
{
    for (size_t i = 0; i < yamlnode_count(map); i++) {
        text key = yamlnode_text(yamlnode_key(map, i));
        bool found = false;
        for (size_t k = 0; k < count && !found; k++)
            found = text_is(key, known[k]);
        if (!found)
            fault(self, yamlnode_key(map, i), "there is no key", key);
    }
}

static bool is_kind(struct reading *self, yamlnode node, yamlnode_kind kind, const char *what)
{
    if (yamlnode_is(node) && yamlnode_kind_of(node) == kind)
        return true;
    if (yamlnode_is(node))
        wants(self, node, what, yamlnode_text(node));
    return false;
}

/* The same, of something that must be there. */
static bool is_there(struct reading *self, yamlnode in, const char *key, yamlnode_kind kind, const char *what)
{
    yamlnode node = yamlnode_get(in, key);
    if (yamlnode_is(node))
        return is_kind(self, node, kind, what);
    fault(self, in, "a key is missing here:", text_of(key));
    return false;
}

static void read_weights(struct reading *self, yamlnode list, double *out, size_t count)
{
    double sum = 0;
    if (!yamlnode_is(list))
        return;
    if (yamlnode_kind_of(list) != YAMLNODE_LIST || yamlnode_count(list) != count) {
        wants(self, list, "a list of as many weights as there are months or weekdays", (text){"", 0});
        return;
    }
    for (size_t i = 0; i < count; i++)
        sum += out[i] = number_of(self, yamlnode_at(list, i), 0, 1e6);
    if (!(sum > 0))
        fault(self, list, "all weights are 0", (text){"", 0});
}

/* Is the year of the calendar, and not there already? "2024-25" and "2024/25" are one. */
static bool read_year(struct reading *self, yamlnode key, const yearly_total *before, size_t count, int *begins)
{
    bool good = financial_year_read(yamlnode_text(key), begins) && financial_year(*begins).to <= DAY_MAX;
    if (!good)
        fault(self, key, "this is no financial year (2024-25):", yamlnode_text(key));
    for (size_t i = 0; good && i < count; i++)
        if (before[i].begins == *begins) {
            fault(self, key, "this year stands here twice:", yamlnode_text(key));
            return false;
        }
    return good;
}

static size_t read_years(struct reading *self, yamlnode map, yearly_total *out)
{
    size_t count = 0, most = count_of(self, map, SCENARIO_YEARS_MAX);
    for (size_t i = 0; i < most; i++) {
        yearly_total made;
        if (!read_year(self, yamlnode_key(map, i), out, count, &made.begins))
            continue;
        made.count = (uint32_t)whole_of(self, yamlnode_at(map, i), COUNT_MAX);
        out[count++] = made;
    }
    return count;
}

static const char years_wanted[] = "financial years with their totals (2024-25: 317)";

static void read_totals(struct reading *self, yamlnode series, scenario_series *out)
{
    if (!is_there(self, series, "years", YAMLNODE_MAP, years_wanted))
        return;
    out->year_count = read_years(self, yamlnode_get(series, "years"), out->years);
    bool fits = self->incidents <= COUNT_MAX;
    for (size_t i = 0; i < out->year_count; i++)
        self->incidents += out->years[i].count;
    if (fits && self->incidents > COUNT_MAX)
        fault(self, series, "that makes more than 5,000,000 incidents in all", (text){"", 0});
}

static void read_offences(struct reading *self, yamlnode series, scenario_series *out)
{
    double sum = 0;
    if (!is_there(self, series, "offences", YAMLNODE_MAP, "offence codes with their weights"))
        return;
    yamlnode map = yamlnode_get(series, "offences");
    out->offence_count = count_of(self, map, SCENARIO_OFFENCES_MAX);
    for (size_t i = 0; i < out->offence_count; i++) {
        out->offences[i] = (weighted_code){keep(self, yamlnode_key(map, i)),
                                           number_of(self, yamlnode_at(map, i), 0, 1e6)};
        sum += out->offences[i].weight;
    }
    if (!(sum > 0))
        fault(self, map, "no offence with a weight stands here", (text){"", 0});
}

static void read_markers(struct reading *self, yamlnode map, scenario_series *out)
{
    size_t size = 0;
    if (!is_kind(self, map, YAMLNODE_MAP, "markers with their years"))
        return;
    out->marker_count = count_of(self, map, SCENARIO_MARKERS_MAX);
    for (size_t i = 0; i < out->marker_count; i++) {
        marked_total *made = &out->markers[i];
        made->marker = keep(self, yamlnode_key(map, i));
        size += made->marker.size + 1;
        if (is_kind(self, yamlnode_at(map, i), YAMLNODE_MAP, years_wanted))
            made->year_count = read_years(self, yamlnode_at(map, i), made->years);
    }
    if (size > MARKERS_SIZE_MAX)
        fault(self, map, "together these markers are over 256 octets", (text){"", 0});
}

static uint32_t total_of(const yearly_total *years, size_t count, int begins)
{
    for (size_t i = 0; i < count; i++)
        if (years[i].begins == begins)
            return years[i].count;
    return 0;
}

static void check_marked(struct reading *self, yamlnode at, const scenario_series *series)
{
    for (size_t m = 0; m < series->marker_count; m++)
        for (size_t y = 0; y < series->markers[m].year_count; y++) {
            const yearly_total *marked = &series->markers[m].years[y];
            if (marked->count > total_of(series->years, series->year_count, marked->begins))
                fault(self, at, "more incidents bear a marker than there are, in", series->name);
        }
}

static void read_one(struct reading *self, yamlnode map, const scenario_series *common, scenario_series *out)
{
    static const char *const keys[] = {"name", "offences", "years", "markers", "season", "weekday"};
    *out = *common;
    if (!is_kind(self, map, YAMLNODE_MAP, "a series"))
        return;
    check_keys(self, map, keys, sizeof keys / sizeof keys[0]);
    yamlnode name = yamlnode_get(map, "name");
    out->name = yamlnode_is(name) ? keep(self, name) : text_of("a series without a name");
    read_offences(self, map, out);
    read_totals(self, map, out);
    read_markers(self, yamlnode_get(map, "markers"), out);
    read_weights(self, yamlnode_get(map, "season"), out->season, 12);
    read_weights(self, yamlnode_get(map, "weekday"), out->weekday, 7);
    check_marked(self, map, out);
}

static void read_series(struct reading *self, yamlnode root)
{
    yamlnode list = yamlnode_get(root, "series");
    scenario_series common = {0};
    for (int i = 0; i < 12; i++)
        common.season[i] = 1;
    for (int i = 0; i < 7; i++)
        common.weekday[i] = 1;
    read_weights(self, yamlnode_get(root, "season"), common.season, 12);
    read_weights(self, yamlnode_get(root, "weekday"), common.weekday, 7);
    if (!is_there(self, root, "series", YAMLNODE_LIST, "a list of series"))
        return;
    if (yamlnode_count(list) == 0)
        fault(self, list, "no series stands here", (text){"", 0});
    self->out->series = memory_new(yamlnode_count(list), sizeof *self->out->series);
    for (size_t i = 0; i < yamlnode_count(list); i++)
        read_one(self, yamlnode_at(list, i), &common, &self->out->series[self->out->series_count++]);
}

static void read_places(struct reading *self, yamlnode root)
{
    yamlnode list = yamlnode_get(root, "places");
    if (!is_there(self, root, "places", YAMLNODE_LIST, "a list of area codes"))
        return;
    if (yamlnode_count(list) == 0)
        fault(self, list, "no area code stands here", (text){"", 0});
    self->out->places = arena_take(self->out->memory, yamlnode_count(list) * sizeof(text));
    for (size_t i = 0; i < yamlnode_count(list); i++)
        self->out->places[self->out->place_count++] = keep(self, yamlnode_at(list, i));
}

static day_number date_under(struct reading *self, yamlnode map, const char *key)
{
    yamlnode node = yamlnode_get(map, key);
    day_number d = DAY_NONE;
    if (!yamlnode_is(node) || !date_read(yamlnode_text(node), &d))
        fault(self, map, "a date is missing or none that exists under", text_of(key));
    return d;
}

static void read_cover(struct reading *self, yamlnode map, coverage_declaration *out)
{
    static const char *const keys[] = {"area", "from", "to", "categories"};
    *out = (coverage_declaration){.origin = self->out->origin};
    if (!is_kind(self, map, YAMLNODE_MAP, "a declaration"))
        return;
    check_keys(self, map, keys, sizeof keys / sizeof keys[0]);
    yamlnode list = yamlnode_get(map, "categories");
    if (is_there(self, map, "area", YAMLNODE_TEXT, "an area code"))
        out->area = keep(self, yamlnode_get(map, "area"));
    out->days = (period){date_under(self, map, "from"), date_under(self, map, "to")};
    if (out->days.from != DAY_NONE && out->days.to != DAY_NONE && out->days.to < out->days.from)
        fault(self, map, "this declaration ends before it begins", (text){"", 0});
    if (!is_kind(self, list, YAMLNODE_LIST, "a list of categories"))
        return;
    out->category_count = count_of(self, list, CATEGORIES_MAX);
    out->categories = arena_take(self->out->memory, out->category_count * sizeof(text));
    for (size_t i = 0; i < out->category_count; i++)
        out->categories[i] = keep(self, yamlnode_at(list, i));
}

static void read_covers(struct reading *self, yamlnode root)
{
    yamlnode list = yamlnode_get(root, "covers");
    if (!is_kind(self, list, YAMLNODE_LIST, "a list of declarations"))
        return;
    self->out->cover_count = count_of(self, list, CLAIMS_MAX);
    self->out->covers = memory_new(self->out->cover_count, sizeof *self->out->covers);
    for (size_t i = 0; i < self->out->cover_count; i++)
        read_cover(self, yamlnode_at(list, i), &self->out->covers[i]);
}

static void read_scenario(struct reading *self, yamlnode root)
{
    static const char *const keys[] = {"title", "origin", "seed", "season", "weekday", "corrected", "cancelled", "places",
                                       "covers", "series"};
    if (!is_kind(self, root, YAMLNODE_MAP, "a scenario"))
        return;
    check_keys(self, root, keys, sizeof keys / sizeof keys[0]);
    yamlnode origin = yamlnode_get(root, "origin"), seed = yamlnode_get(root, "seed");
    yamlnode corrected = yamlnode_get(root, "corrected"), cancelled = yamlnode_get(root, "cancelled");
    self->out->origin = yamlnode_is(origin) ? keep(self, origin) : text_of("scenario");
    self->out->seed = yamlnode_is(seed) ? (uint64_t)whole_of(self, seed, 1e15) : 1;
    self->out->corrected = yamlnode_is(corrected) ? number_of(self, corrected, 0, 1) : 0;
    self->out->cancelled = yamlnode_is(cancelled) ? number_of(self, cancelled, 0, 1) : 0;
    read_places(self, root);
    read_covers(self, root);
    read_series(self, root);
}

scenario *scenario_read(const char *path, void (*tell)(const char *path, const char *words))
{
    char why[256];
    yamldoc *document;
    struct reading self = {.path = path, .tell = tell};
    if (yamldoc_read_file(path, &document, why, sizeof why) != STATUS_OK) {
        tell(path, why);
        return NULL;
    }
    self.out = memory_new(1, sizeof *self.out);
    self.out->memory = arena_create();
    read_scenario(&self, yamldoc_root(document));
    yamldoc_destroy(&document);
    if (self.faults > 0)
        scenario_destroy(&self.out);
    return self.out;
}

void scenario_destroy(scenario **self)
{
    if (*self == NULL)
        return;
    free((*self)->series);
    free((*self)->covers);
    arena_destroy(&(*self)->memory);
    free(*self);
    *self = NULL;
}
