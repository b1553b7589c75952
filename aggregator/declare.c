/* Declarations of coverage, and what they change: what is wholly known, and which of two origins counts. */
#include <stdio.h>
#include <string.h>

#include "engine_parts.h"

static bool in_future(const coverage_declaration *what, int64_t now_s, char words[NOTE_SIZE_MAX])
{
    char date[DATE_TEXT];
    if (what->days.to <= london_date(now_s) + 1)
        return false;
    (void)snprintf(words, NOTE_SIZE_MAX, "%s lies in the future: nobody can have sent all of it",
                   date_text(what->days.to, date));
    return true;
}

coverage_answer engine_check_claim(engine *self, const coverage_declaration *what, int64_t now_s,
                                   char words[NOTE_SIZE_MAX])
{
    words[0] = '\0';
    return in_future(what, now_s, words) ? COVERAGE_UNKNOWN : coverage_check(self->coverage, what, words);
}

struct storing {
    engine *self;
    period days;
    int64_t now_s;
};

static void put_declared(void *context, coverage_key key)
{
    const struct storing *to = context;
    declared_coverage one = {.key = key, .days = to->days, .declared_s = to->now_s};
    gathering_add_coverage(&to->self->gathering, &one);
}

static void promise_by(engine *self, const coverage_declaration *what, uint32_t origin, int64_t now_s)
{
    promise made = {
        .origin = origin,
        .area = geography_area(self->data->areas, geography_find(self->data->areas, what->area))->id,
        .interval_s = what->promised_interval_s,
        .retired = what->retired,
        .declared_s = now_s,
    };
    gathering_add_promise(&self->gathering, &made);
}

status engine_declare(engine *self, const coverage_declaration *what, int64_t now_s, coverage_answer *answer,
                      char words[NOTE_SIZE_MAX])
{
    int touched = AREA_NONE;
    words[0] = '\0';
    *answer = COVERAGE_UNKNOWN;
    if (in_future(what, now_s, words))
        return STATUS_OK;
    *answer = coverage_declare(self->coverage, what, &touched, words);
    if (*answer != COVERAGE_TAKEN && *answer != COVERAGE_KNOWN)
        return STATUS_OK;
    uint32_t origin = codebook_number(self->book, CODE_ORIGIN, what->origin);
    promise_by(self, what, origin, now_s);
    if (*answer == COVERAGE_KNOWN)
        return STATUS_OK;
    struct storing to = {self, what->days, now_s};
    coverage_keys(self->coverage, what, put_declared, &to);
    gathering_touch(&self->gathering, touched);
    judge_touch_coverage(self->judge, self, touched, what->days.from, self->loader);
    return engine_resplit(self, touched, what->days);
}

/* --- promises -------------------------------------------------------------------------------------- */

struct promising {
    const engine *self;
    void (*visit)(void *context, const promised *one);
    void *context;
};

static void tell_promise(void *context, const promise *found)
{
    const struct promising *to = context;
    const reference *data = to->self->data;
    text origin = codebook_at(to->self->book, CODE_ORIGIN, found->origin).code;
    const source *named = sources_find(data->sources, origin);
    int area_index = geography_of_id(data->areas, found->area);
    promised one = {
        .origin = origin,
        .title = named != NULL && named->title.size > 0 ? named->title : origin,
        .area = found->area,
        .area_name = area_index != AREA_NONE ? geography_area(data->areas, area_index)->name
                                             : codebook_at(to->self->book, CODE_AREA, found->area).code,
        .interval_s = sources_interval_s(data->sources, origin, found->interval_s),
        .retired = found->retired,
        .declared_s = found->declared_s,
    };
    to->visit(to->context, &one);
}

status engine_promises(engine *self, void (*visit)(void *context, const promised *one), void *context)
{
    return store_promises(self->store, tell_promise, &(struct promising){self, visit, context});
}

/* --- ranks: counted or kept apart -------------------------------------------------------------- */

/* What has to move between counted and outranked, of one area's own records of one month. */
struct moving {
    engine *self;
    month_key key;
    int area;
    tally counted;   /* the area's own: without what its parts have */
    tally outranked;
};

static status add_tallies(struct moving *m, int area_index, int sign)
{
    month_key key = m->key;
    const tally *from[2];
    tally *const to[2] = {&m->counted, &m->outranked};
    key.area = geography_area(m->self->data->areas, area_index)->id;
    status st = counts_month(m->self->counts, key, &from[0], &from[1]);
    for (int side = 0; side < 2 && st == STATUS_OK; side++)
        for (size_t i = 0; i < from[side]->count && st == STATUS_OK; i++)
            for (int d = 0; d < TALLY_DAYS && st == STATUS_OK; d++) {
                int32_t count = (int32_t)from[side]->rows[i].days[d];
                if (count > 0 && !tally_add(to[side], from[side]->rows[i].category, d, sign * count))
                    st = STATUS_CORRUPT;
            }
    return st;
}

/* Counts are kept for an area with all its parts: its own are what is left without them. */
static status find_own(struct moving *m)
{
    const geography *areas = m->self->data->areas;
    status st = add_tallies(m, m->area, 1);
    for (int child = geography_area(areas, m->area)->first_child; child != AREA_NONE && st == STATUS_OK;
         child = geography_area(areas, child)->next_sibling)
        st = add_tallies(m, child, -1);
    return st;
}

static day_number date_in(month_number m, int day_of_month)
{
    return day_of_month == DAY_UNKNOWN ? month_last(m) : month_first(m) + day_of_month - 1;
}

/* Moves one category's days to the side where they belong now. */
static status move_row(struct moving *m, const tally_row *row, bool was_outranked)
{
    int category_index = offence_tree_of_id(m->self->data->categories, row->category);
    status st = STATUS_OK;
    for (int d = 0; d < TALLY_DAYS && category_index != CATEGORY_NONE && st == STATUS_OK; d++) {
        int32_t count = (int32_t)row->days[d];
        if (count == 0 || coverage_outranked(m->self->coverage, m->key.origin, m->area, category_index,
                                             date_in(m->key.month, d)) == was_outranked)
            continue;
        st = engine_count_upwards(m->self, m->area, m->key, row->category, d, -count, was_outranked);
        if (st == STATUS_OK)
            st = engine_count_upwards(m->self, m->area, m->key, row->category, d, count, !was_outranked);
    }
    return st;
}

static status split_month(engine *self, month_key key, int area_index)
{
    struct moving m = {.self = self, .key = key, .area = area_index};
    status st = find_own(&m);
    for (size_t i = 0; i < m.counted.count && st == STATUS_OK; i++)
        st = move_row(&m, &m.counted.rows[i], false);
    for (size_t i = 0; i < m.outranked.count && st == STATUS_OK; i++)
        st = move_row(&m, &m.outranked.rows[i], true);
    tally_free(&m.counted);
    tally_free(&m.outranked);
    return st;
}

static status split_area(engine *self, int area_index, period days)
{
    for (uint32_t origin = 1; origin <= codebook_last(self->book, CODE_ORIGIN); origin++) {
        if (!coverage_may_be_outranked(self->coverage, origin))
            continue;
        for (month_number m = month_of(days.from); m <= month_of(days.to); m++) {
            status st = split_month(self, (month_key){.origin = origin, .month = m}, area_index);
            if (st != STATUS_OK)
                return st;
        }
    }
    return STATUS_OK;
}

status engine_resplit(engine *self, int area_index, period days)
{
    status st = split_area(self, area_index, days);
    for (int child = geography_area(self->data->areas, area_index)->first_child; child != AREA_NONE && st == STATUS_OK;
         child = geography_area(self->data->areas, child)->next_sibling)
        st = engine_resplit(self, child, days);
    return st;
}
