/* Which days are wholly known, worked out anew: a bit for each day, area by area. */
#include <stdlib.h>
#include <string.h>

#include "recount_parts.h"

enum { DAYS = DAY_MAX + 2, OCTETS = DAYS / 8 + 1 };

/* A bit for each day of one category of one area. */
typedef uint8_t *days_known;

struct knowing {
    recount *self;
    days_known *stored;   /* [category] of the area at hand */
};

static bool has(const uint8_t *days, day_number d)
{
    return (days[d / 8] >> d % 8 & 1) != 0;
}

static void put(uint8_t *days, day_number d)
{
    days[d / 8] |= (uint8_t)(1u << d % 8);
}

static days_known *new_table(const recount *self)
{
    days_known *made = memory_new((size_t)self->category_count, sizeof *made);
    for (int i = 0; i < self->category_count; i++)
        made[i] = memory_new(OCTETS, 1);
    return made;
}

static void free_table(const recount *self, days_known *table)
{
    for (int i = 0; table != NULL && i < self->category_count; i++)
        free(table[i]);
    free(table);
}

static void declare(const recount *self, const declared_days *d, days_known *table)
{
    for (int c = 0; c < self->category_count; c++) {
        if (d->category != NOWHERE && !knot_holds(self->categories, d->category, c))
            continue;
        /* Asking for each month is enough but for codes that change meaning: those change on first days. */
        bool tells = false;
        month_number asked = -1;
        for (day_number on = d->days.from; on <= d->days.to; on++) {
            if (month_of(on) != asked || civil_of(on).day == 1) {
                asked = month_of(on);
                tells = scheme_tells(self, d->scheme, c, on);
            }
            if (tells)
                put(table[c], on);
        }
    }
}

/* A node is known where all its parts are. */
static void know_from_parts(const recount *self, days_known *table)
{
    for (int round = 0; round < 8; round++)
        for (int c = 0; c < self->category_count; c++) {
            uint8_t all[OCTETS];
            bool parts = false;
            memset(all, 0xff, sizeof all);
            for (int i = 0; i < self->category_count && self->categories[c].marker.size == 0; i++) {
                if (self->categories[i].up != c || self->categories[i].marker.size > 0)
                    continue;
                parts = true;
                for (int o = 0; o < OCTETS; o++)
                    all[o] &= table[i][o];
            }
            for (int o = 0; parts && o < OCTETS; o++)
                table[c][o] |= all[o];
        }
}

static void take_stored(void *context, const covered_set *set)
{
    struct knowing *k = context;
    int index = set->category <= k->self->code_counts[CODE_CATEGORY] ? k->self->category_of_id[set->category] : NOWHERE;
    for (day_number on = set->days[0].from; index != NOWHERE && on <= set->days[0].to; on++)
        put(k->stored[index], on);
}

static status compare_area(recount *self, int area_index, days_known *expected)
{
    struct knowing k = {self, new_table(self)};
    status st = store_covered(self->from, self->areas[area_index].id, take_stored, &k);
    for (int c = 0; c < self->category_count && st == STATUS_OK; c++) {
        if (memcmp(k.stored[c], expected[c], OCTETS) == 0)
            continue;
        day_number on = 0;
        char date[DATE_TEXT];
        while (has(k.stored[c], on) == has(expected[c], on))
            on++;
        self->witness.differs(self->witness.context, "%.*s %.*s: %s is %s, and should %sbe known",
                              TEXT_ARGS(self->areas[area_index].code), TEXT_ARGS(self->categories[c].code),
                              date_text(on, date), has(k.stored[c], on) ? "known" : "not known",
                              has(expected[c], on) ? "" : "not ");
    }
    free_table(self, k.stored);
    return st;
}

/* Keeps the days as runs: bits of every area together would not fit. */
static void keep(recount *self, int area_index, days_known *table)
{
    struct known_runs *to = &self->known[area_index];
    to->count = 0;
    for (int c = 0; c < self->category_count; c++)
        for (day_number on = 0; on <= DAY_MAX; on++) {
            known_run run = {c, {on, on}};
            if (on % 8 == 0 && table[c][on / 8] == 0) {
                on += 7;
                continue;
            }
            if (!has(table[c], on))
                continue;
            while (on < DAY_MAX && has(table[c], on + 1))
                on++;
            run.days.to = on;
            to->each = memory_room(to->each, to->count, &to->capacity, sizeof run);
            to->each[to->count++] = run;
        }
}

void recount_known_of(const recount *self, uint32_t area, void (*visit)(void *context, uint32_t category, period days),
                      void *context)
{
    int index = recount_area_of(self, area);
    for (size_t i = 0; index != NOWHERE && i < self->known[index].count; i++)
        visit(context, self->categories[self->known[index].each[i].category].id, self->known[index].each[i].days);
}

bool recount_covers_any(const recount *self, uint32_t origin, uint32_t area)
{
    int index = recount_area_of(self, area);
    for (size_t i = 0; index != NOWHERE && i < self->declared_count; i++)
        if (self->declared[i].origin == origin && (knot_holds(self->areas, self->declared[i].area, index) ||
                                                   knot_holds(self->areas, index, self->declared[i].area)))
            return true;
    return false;
}

static status know_below(recount *self, int area_index, days_known **out, uint64_t *areas)
{
    bool parts = false, declared = false;
    status st = STATUS_OK;
    days_known *table = new_table(self);
    for (int i = 0; i < self->area_count && st == STATUS_OK; i++) {
        days_known *part;
        if (!self->areas[i].counted || self->areas[i].up != area_index)
            continue;
        st = know_below(self, i, &part, areas);
        for (int c = 0; c < self->category_count && !self->areas[i].former && st == STATUS_OK; c++)
            for (int o = 0; o < OCTETS; o++)
                table[c][o] = parts ? table[c][o] & part[c][o] : part[c][o];
        parts = parts || !self->areas[i].former;
        if (st == STATUS_OK)
            free_table(self, part);
    }
    for (size_t i = 0; i < self->declared_count && (!parts || self->areas[area_index].former); i++)
        if (knot_holds(self->areas, self->declared[i].area, area_index)) {
            declare(self, &self->declared[i], table);
            declared = true;
        }
    if (declared)
        know_from_parts(self, table);
    if (st == STATUS_OK)
        st = compare_area(self, area_index, table);
    keep(self, area_index, table);
    ++*areas;
    if (st == STATUS_OK)
        *out = table;
    else
        free_table(self, table);
    return st;
}

status recount_coverage(recount *self, uint64_t *areas)
{
    status st = STATUS_OK;
    *areas = 0;
    if (self->known == NULL)
        self->known = memory_new((size_t)self->area_count, sizeof *self->known);
    for (int i = 0; i < self->area_count && st == STATUS_OK; i++) {
        days_known *table;
        if (!self->areas[i].counted || self->areas[i].up != NOWHERE)
            continue;
        st = know_below(self, i, &table, areas);
        if (st == STATUS_OK)
            free_table(self, table);
    }
    return st;
}
