#include "verify_levels.h"

#include <stdlib.h>

#include "figures/codebook.h"
#include "judging/area_fold.h"

/* An area as recounted, while it is asked for. */
struct area_counts {
    area_days *days;
    period_set *known; /* [category] */
};

struct checking {
    recount *counted;
    recount_witness witness;
    const reference *data;
    const rules *by;
    struct area_counts *each; /* [area] */
    stored_level **stored;    /* [area] -> [category]; NULL: no row */
    bool *is_stored;          /* [area][category] */
    bool *waits;              /* [area] */
    arena *names;             /* of rules */
    levels_verified *out;
};

static size_t area_total(const struct checking *self)
{
    return (size_t)geography_count(self->data->areas);
}

static size_t category_total(const struct checking *self)
{
    return (size_t)offence_tree_count(self->data->categories);
}

/* --- counts ---------------------------------------------------------------------------------------- */

struct filling {
    const struct checking *self;
    struct area_counts *to;
};

static void take_month(void *context, const month_counts *month)
{
    const struct filling *f = context;
    area_days_add_month(f->to->days, month->key.month, month->counted,
                        recount_covers_any(f->self->counted, month->key.origin, month->key.area), NULL);
}

static void take_known(void *context, uint32_t category_id, period days)
{
    const struct filling *f = context;
    int index = offence_tree_of_id(f->self->data->categories, category_id);
    if (index != CATEGORY_NONE)
        (void)period_set_add(&f->to->known[index], days);
}

/* As area_source. */
static bool give_area(void *context, int area_index, area_input *out)
{
    struct checking *self = context;
    struct filling f = {self, &self->each[area_index]};
    uint32_t id = geography_area(self->data->areas, area_index)->id;
    if (f.to->days == NULL) {
        f.to->days = area_days_create(self->data->categories);
        f.to->known = memory_new(category_total(self), sizeof *f.to->known);
        recount_months_of(self->counted, id, take_month, &f);
        recount_known_of(self->counted, id, take_known, &f);
    }
    *out = (area_input){.days = f.to->days, .known = f.to->known};
    return true;
}

static void forget(const struct checking *self, struct area_counts *one)
{
    if (one->days == NULL)
        return;
    area_days_destroy(&one->days);
    for (size_t c = 0; c < category_total(self); c++)
        period_set_free(&one->known[c]);
    free(one->known);
    one->known = NULL;
}

/* What lies above an area is asked for by its neighbours too. */
static void forget_others(const struct checking *self, int area_index)
{
    for (size_t i = 0; i < area_total(self); i++)
        if (!geography_contains(self->data->areas, (int)i, area_index))
            forget(self, &self->each[i]);
}

/* --- what is stored -------------------------------------------------------------------------------- */

static void take_level(void *context, const stored_level *found)
{
    struct checking *self = context;
    int area_index = geography_of_id(self->data->areas, found->area);
    int category_index = offence_tree_of_id(self->data->categories, found->category);
    if (area_index == AREA_NONE || category_index == CATEGORY_NONE) {
        self->out->differing++;
        self->witness.differs(self->witness.context, "a level of area %u and category %u, numbers of nothing in the reference data",
                              found->area, found->category);
        return;
    }
    if (self->stored[area_index] == NULL)
        self->stored[area_index] = memory_new(category_total(self), sizeof **self->stored);
    stored_level *kept = &self->stored[area_index][category_index];
    *kept = *found;
    kept->rule = arena_text(self->names, found->rule);
    self->is_stored[(size_t)area_index * category_total(self) + (size_t)category_index] = true;
}

static void take_unjudged(void *context, uint32_t area_id)
{
    struct checking *self = context;
    int index = geography_of_id(self->data->areas, area_id);
    if (index != AREA_NONE)
        self->waits[index] = true;
}

/* --- comparing ------------------------------------------------------------------------------------- */

static alert_level level_kept(const stored_level *stored)
{
    return stored != NULL ? (alert_level)stored->level : LEVEL_NORMAL;
}

/* A row of a normal series keeps what was announced last; where no rule has to do with it any more, nothing else. */
static bool is_as_folded(const struct checking *self, const series_state *folded, const stored_level *stored)
{
    text rule = folded->rule >= 0 ? self->by->each[folded->rule].name : (text){"", 0};
    if (stored == NULL)
        return folded->level == LEVEL_NORMAL;
    return stored->level == folded->level && stored->direction == folded->direction && text_equal(stored->rule, rule) &&
           stored->since == folded->since && stored->as_of == folded->last_look;
}

static const char *words_of(alert_level level_of, trend_direction direction, text rule, day_number since, day_number as_of,
                            arena *memory)
{
    char from[DATE_TEXT], on[DATE_TEXT];
    const char *way = trend_text(direction);
    return arena_print(memory, "%s%s%s%s%s%s%.*s%s%s", level_of < LEVELS ? alert_level_text(level_of) : "no level",
                       way[0] != '\0' ? " " : "", way, since != DAY_NONE ? " since " : "", date_text(since, from),
                       rule.size > 0 ? " by " : "", TEXT_ARGS(rule), as_of != DAY_NONE ? ", as of " : "",
                       date_text(as_of, on)).at;
}

static void tell(const struct checking *self, int area_index, int category_index, const series_state *folded,
                 const stored_level *stored)
{
    arena *memory = arena_create();
    text rule = folded->rule >= 0 ? self->by->each[folded->rule].name : (text){"", 0};
    const char *before = "nothing";
    if (stored != NULL)
        before = words_of((alert_level)stored->level, stored->direction < TRENDS ? (trend_direction)stored->direction : TREND_NONE,
                          stored->rule, stored->since, stored->as_of, memory);
    self->out->differing++;
    self->witness.differs(self->witness.context, "%.*s %.*s: stored %s; folded anew %s",
                          TEXT_ARGS(geography_area(self->data->areas, area_index)->code),
                          TEXT_ARGS(offence_tree_category(self->data->categories, category_index)->code), before,
                          words_of(folded->level, folded->direction, rule, folded->since, folded->last_look, memory));
    arena_destroy(&memory);
}

static const stored_level *stored_of(const struct checking *self, int area_index, int category_index)
{
    bool is_there = self->is_stored[(size_t)area_index * category_total(self) + (size_t)category_index];
    return is_there ? &self->stored[area_index][category_index] : NULL;
}

static void compare_area(struct checking *self, int area_index)
{
    area_fold *fold = area_fold_create(self->by, self->data, area_index, give_area, self);
    for (int c = 0; c < offence_tree_count(self->data->categories); c++) {
        const stored_level *stored = stored_of(self, area_index, c);
        series_state folded;
        series_state_clear(&folded);
        if (fold != NULL && area_fold_watches(fold, c)) {
            area_fold_run(fold, c, DAY_NONE, &folded, NULL, NULL);
            self->out->series++;
            if (!is_as_folded(self, &folded, stored))
                tell(self, area_index, c, &folded, stored);
        } else if (level_kept(stored) != LEVEL_NORMAL)
            tell(self, area_index, c, &folded, stored); /* no rule watches it */
    }
    area_fold_destroy(&fold);
    forget_others(self, area_index);
}

/* An area that is compared with one that waits can't be right either. */
static bool waits(const struct checking *self, int area_index)
{
    for (size_t r = 0; r < self->by->count; r++) {
        const watch_rule *rule = &self->by->each[r];
        if (rule->detector != DETECTOR_COMPARATOR_GAP || !rule->areas[area_index])
            continue;
        int wide = rule_wider_area(rule, self->data->areas, area_index);
        if (wide != AREA_NONE && self->waits[wide])
            return true;
    }
    return self->waits[area_index];
}

static void compare_all(struct checking *self)
{
    for (size_t i = 0; i < area_total(self); i++) {
        if (self->witness.progress != NULL)
            self->witness.progress(self->witness.context, i, area_total(self));
        if (!geography_area(self->data->areas, (int)i)->counted)
            continue;
        if (waits(self, (int)i))
            self->out->waiting++;
        else
            compare_area(self, (int)i);
    }
}

/* --- the whole ------------------------------------------------------------------------------------- */

static status read_levels(struct checking *self, store *from)
{
    status st = store_levels(from, 0, take_level, self);
    return st == STATUS_OK ? store_unjudged(from, take_unjudged, self) : st;
}

static status check(store *from, struct checking *self)
{
    self->each = memory_new(area_total(self), sizeof *self->each);
    self->stored = memory_new(area_total(self), sizeof *self->stored);
    self->is_stored = memory_new(area_total(self) * category_total(self), sizeof *self->is_stored);
    self->waits = memory_new(area_total(self), sizeof *self->waits);
    self->names = arena_create();
    status st = read_levels(self, from);
    if (st == STATUS_OK)
        compare_all(self);
    for (size_t i = 0; i < area_total(self); i++) {
        forget(self, &self->each[i]);
        free(self->stored[i]);
    }
    free(self->each);
    free(self->stored);
    free(self->is_stored);
    free(self->waits);
    arena_destroy(&self->names);
    return st;
}

status verify_levels(store *from, recount *counted, recount_witness witness, levels_verified *out)
{
    codebook *book = codebook_create();
    reference *data = NULL;
    *out = (levels_verified){0};
    status st = codebook_load(book, from);
    if (st == STATUS_OK)
        st = reference_load(from, book, &data);
    if (st == STATUS_OK) {
        faults *ignored = faults_create(); /* they were told when the data were taken over */
        rules *by = rules_create(data->sheets->priorities, "priorities.yaml", data, ignored);
        st = check(from, &(struct checking){.counted = counted, .witness = witness, .data = data, .by = by, .out = out});
        rules_destroy(&by);
        faults_destroy(&ignored);
    }
    reference_destroy(&data);
    codebook_destroy(&book);
    return st;
}
