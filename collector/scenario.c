#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/yamldoc.h"

enum { COUNT_MAX = 10000000 };

/* A reading under way: faults are told and counted. */
struct reading {
    scenario *out;
    const char *path;
    void (*tell)(const char *path, const char *words);
    unsigned faults;
};

static void fault(struct reading *self, yamlnode at, const char *what, text value)
{
    char words[256];
    (void)snprintf(words, sizeof words, "line %u: %s '%.*s'", yamlnode_line(at), what, (int)(value.size < 80 ? value.size : 80),
                   value.size > 0 ? value.at : "");
    self->tell(self->path, words);
    self->faults++;
}

/* Texts move from the document, which goes, to the scenario. */
static text keep(struct reading *self, yamlnode node)
{
    return arena_text(self->out->memory, yamlnode_text(node));
}

static double number_of(struct reading *self, yamlnode node, double low, double high)
{
    double value = low;
    if (!text_to_double(yamlnode_text(node), &value) || value < low || value > high)
        fault(self, node, "a number in its range should stand here, not", yamlnode_text(node));
    return value;
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
        fault(self, node, what, yamlnode_text(node));
    return false;
}

static void read_weights(struct reading *self, yamlnode list, double *out, size_t count)
{
    if (!yamlnode_is(list))
        return;
    if (yamlnode_kind_of(list) != YAMLNODE_LIST || yamlnode_count(list) != count) {
        fault(self, list, "a list of as many weights as there are months or weekdays should stand here", (text){"", 0});
        return;
    }
    for (size_t i = 0; i < count; i++)
        out[i] = number_of(self, yamlnode_at(list, i), 0, 1e6);
}

static size_t read_years(struct reading *self, yamlnode map, yearly_total *out)
{
    size_t count = 0;
    if (!is_kind(self, map, YAMLNODE_MAP, "financial years with their totals should stand here (2024-25: 317), not"))
        return 0;
    for (size_t i = 0; i < yamlnode_count(map) && count < SCENARIO_YEARS_MAX; i++) {
        yamlnode key = yamlnode_key(map, i);
        yearly_total made;
        if (!financial_year_read(yamlnode_text(key), &made.begins)) {
            fault(self, key, "this is no financial year (2024-25):", yamlnode_text(key));
            continue;
        }
        made.count = (uint32_t)number_of(self, yamlnode_at(map, i), 0, COUNT_MAX);
        out[count++] = made;
    }
    return count;
}

static void read_offences(struct reading *self, yamlnode map, scenario_series *out)
{
    if (!is_kind(self, map, YAMLNODE_MAP, "offence codes with their weights should stand here, not"))
        return;
    for (size_t i = 0; i < yamlnode_count(map) && out->offence_count < SCENARIO_OFFENCES_MAX; i++)
        out->offences[out->offence_count++] = (weighted_code){keep(self, yamlnode_key(map, i)),
                                                              number_of(self, yamlnode_at(map, i), 0, 1e6)};
}

static void read_markers(struct reading *self, yamlnode map, scenario_series *out)
{
    if (!yamlnode_is(map) || !is_kind(self, map, YAMLNODE_MAP, "markers with their years should stand here, not"))
        return;
    for (size_t i = 0; i < yamlnode_count(map) && out->marker_count < SCENARIO_MARKERS_MAX; i++) {
        marked_total *made = &out->markers[out->marker_count++];
        made->marker = keep(self, yamlnode_key(map, i));
        made->year_count = read_years(self, yamlnode_at(map, i), made->years);
    }
}

static uint32_t total_of(const yearly_total *years, size_t count, int begins)
{
    for (size_t i = 0; i < count; i++)
        if (years[i].begins == begins)
            return years[i].count;
    return 0;
}

static void check_series(struct reading *self, yamlnode at, const scenario_series *series)
{
    if (series->offence_count == 0)
        fault(self, at, "this series has no offences:", series->name);
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
    if (!is_kind(self, map, YAMLNODE_MAP, "a series should stand here, not"))
        return;
    check_keys(self, map, keys, sizeof keys / sizeof keys[0]);
    yamlnode name = yamlnode_get(map, "name");
    out->name = yamlnode_is(name) ? keep(self, name) : text_of("");
    read_offences(self, yamlnode_get(map, "offences"), out);
    out->year_count = read_years(self, yamlnode_get(map, "years"), out->years);
    read_markers(self, yamlnode_get(map, "markers"), out);
    read_weights(self, yamlnode_get(map, "season"), out->season, 12);
    read_weights(self, yamlnode_get(map, "weekday"), out->weekday, 7);
    check_series(self, map, out);
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
    if (!yamlnode_is(list) || yamlnode_kind_of(list) != YAMLNODE_LIST) {
        fault(self, root, "a list called series is missing", (text){"", 0});
        return;
    }
    self->out->series = memory_new(yamlnode_count(list), sizeof *self->out->series);
    for (size_t i = 0; i < yamlnode_count(list); i++)
        read_one(self, yamlnode_at(list, i), &common, &self->out->series[self->out->series_count++]);
}

static void read_places(struct reading *self, yamlnode root)
{
    yamlnode list = yamlnode_get(root, "places");
    if (!yamlnode_is(list) || yamlnode_kind_of(list) != YAMLNODE_LIST || yamlnode_count(list) == 0) {
        fault(self, root, "a list called places, with area codes, is missing", (text){"", 0});
        return;
    }
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
    if (!is_kind(self, map, YAMLNODE_MAP, "a declaration should stand here, not"))
        return;
    check_keys(self, map, keys, sizeof keys / sizeof keys[0]);
    yamlnode area = yamlnode_get(map, "area"), list = yamlnode_get(map, "categories");
    if (!yamlnode_is(area))
        fault(self, map, "a declaration needs an area", (text){"", 0});
    else
        out->area = keep(self, area);
    out->days = (period){date_under(self, map, "from"), date_under(self, map, "to")};
    if (!yamlnode_is(list) || !is_kind(self, list, YAMLNODE_LIST, "a list of categories should stand here, not"))
        return;
    out->categories = arena_take(self->out->memory, yamlnode_count(list) * sizeof(text));
    for (size_t i = 0; i < yamlnode_count(list); i++)
        out->categories[out->category_count++] = keep(self, yamlnode_at(list, i));
}

static void read_covers(struct reading *self, yamlnode root)
{
    yamlnode list = yamlnode_get(root, "covers");
    if (!yamlnode_is(list) || !is_kind(self, list, YAMLNODE_LIST, "a list of declarations should stand here, not"))
        return;
    self->out->covers = memory_new(yamlnode_count(list), sizeof *self->out->covers);
    for (size_t i = 0; i < yamlnode_count(list) && i < CLAIMS_MAX; i++)
        read_cover(self, yamlnode_at(list, i), &self->out->covers[self->out->cover_count++]);
}

static void read_scenario(struct reading *self, yamlnode root)
{
    static const char *const keys[] = {"title", "origin", "seed", "season", "weekday", "corrected", "cancelled", "places",
                                       "covers", "series"};
    if (!is_kind(self, root, YAMLNODE_MAP, "a scenario should stand here, not"))
        return;
    check_keys(self, root, keys, sizeof keys / sizeof keys[0]);
    yamlnode origin = yamlnode_get(root, "origin"), seed = yamlnode_get(root, "seed");
    yamlnode corrected = yamlnode_get(root, "corrected"), cancelled = yamlnode_get(root, "cancelled");
    self->out->origin = yamlnode_is(origin) ? keep(self, origin) : text_of("scenario");
    self->out->seed = yamlnode_is(seed) ? (uint64_t)number_of(self, seed, 0, 1e15) : 1;
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
