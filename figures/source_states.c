#include "source_states.h"

#include <stdlib.h>
#include <string.h>

struct gathering_states {
    const figures *from;
    source_states *out;
    int64_t now_s;
};

static source_state *state_of(source_states *self, const figures *from, text origin)
{
    for (size_t i = 0; i < self->count; i++)
        if (text_equal(self->each[i].origin, origin))
            return &self->each[i];
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    source_state *made = &self->each[self->count++];
    const source *named = sources_find(figures_reference(from)->sources, origin);
    *made = (source_state){.origin = arena_text(self->memory, origin), .last_record = DAY_NONE, .reach = DAY_NONE};
    made->title = named != NULL && named->title.size > 0 ? arena_text(self->memory, named->title) : made->origin;
    return made;
}

static source_state *state_of_number(const struct gathering_states *self, uint32_t origin)
{
    return state_of(self->out, self->from, codebook_at(figures_codebook(self->from), CODE_ORIGIN, origin).code);
}

static text name_of_area(const figures *from, text code)
{
    int index = geography_find(figures_reference(from)->areas, code);
    return index == AREA_NONE ? code : geography_area(figures_reference(from)->areas, index)->name;
}

/* --- what the store says -------------------------------------------------------------------------- */

static void take_last(void *context, uint32_t origin, day_number last)
{
    state_of_number(context, origin)->last_record = last;
}

static void take_rejects(void *context, text origin, uint64_t count)
{
    const struct gathering_states *self = context;
    state_of(self->out, self->from, origin)->open_rejects = count;
}

static void take_promise(void *context, const promise *found)
{
    const struct gathering_states *self = context;
    source_state *of = state_of_number(self, found->origin);
    text area_code = codebook_at(figures_codebook(self->from), CODE_AREA, found->area).code;
    source_promise made = {.area = arena_text(self->out->memory, area_code), .retired = found->retired,
                           .declared_s = found->declared_s};
    made.area_name = arena_text(self->out->memory, name_of_area(self->from, area_code));
    made.interval_s = sources_interval_s(figures_reference(self->from)->sources, of->origin, found->interval_s);
    made.due_s = made.interval_s > 0 && !made.retired ? made.declared_s + made.interval_s : 0;
    made.late = made.due_s > 0 && self->now_s > made.due_s;
    of->late = of->late || made.late;
    of->promises = memory_room(of->promises, of->promise_count, &of->promise_capacity, sizeof made);
    of->promises[of->promise_count++] = made;
}

/* One key's days, before keys that have the same are put together. */
static source_part *part_of(source_states *out, source_state *of, text area_code, text area_name, text category_code)
{
    for (size_t i = 0; i < of->part_count; i++)
        if (text_equal(of->parts[i].area, area_code) && text_equal(of->parts[i].categories, category_code))
            return &of->parts[i];
    of->parts = memory_room(of->parts, of->part_count, &of->part_capacity, sizeof *of->parts);
    source_part *made = &of->parts[of->part_count++];
    *made = (source_part){.area = arena_text(out->memory, area_code), .area_name = arena_text(out->memory, area_name),
                          .categories = arena_text(out->memory, category_code)};
    return made;
}

static void take_declared(void *context, const declared_coverage *one)
{
    const struct gathering_states *self = context;
    const codebook *book = figures_codebook(self->from);
    source_state *of = state_of_number(self, one->key.origin);
    text area_code = codebook_at(book, CODE_AREA, one->key.area).code;
    text category_code = one->key.category == 0 ? (text){"", 0} : codebook_at(book, CODE_CATEGORY, one->key.category).code;
    source_part *part = part_of(self->out, of, area_code, name_of_area(self->from, area_code), category_code);
    (void)period_set_add(&part->days, one->days);
    if (of->reach == DAY_NONE || one->days.to > of->reach)
        of->reach = one->days.to;
}

/* --- put together --------------------------------------------------------------------------------- */

static void find_gaps(source_part *part)
{
    for (size_t i = 1; i < part->days.count; i++)
        (void)period_set_add(&part->gaps, (period){part->days.each[i - 1].to + 1, part->days.each[i].from - 1});
}

/* Categories of an area that have the same days become one part. */
static void join_parts(source_state *of, arena *memory)
{
    size_t kept = 0;
    for (size_t i = 0; i < of->part_count; i++) {
        source_part *with = NULL, *part = &of->parts[i];
        for (size_t k = 0; k < kept && with == NULL; k++)
            if (text_equal(of->parts[k].area, part->area) && of->parts[k].categories.size > 0 &&
                part->categories.size > 0 && period_set_equal(&of->parts[k].days, &part->days))
                with = &of->parts[k];
        if (with == NULL) {
            of->parts[kept++] = *part;
            continue;
        }
        with->categories = arena_print(memory, "%.*s;%.*s", TEXT_ARGS(with->categories), TEXT_ARGS(part->categories));
        period_set_free(&part->days);
    }
    of->part_count = kept;
    for (size_t i = 0; i < kept; i++)
        find_gaps(&of->parts[i]);
}

static int by_name(const void *a, const void *b)
{
    const source_state *left = a, *right = b;
    size_t shorter = left->origin.size < right->origin.size ? left->origin.size : right->origin.size;
    int order = memcmp(left->origin.at, right->origin.at, shorter);
    return order != 0 ? order : (left->origin.size > right->origin.size) - (left->origin.size < right->origin.size);
}

status source_states_read(const figures *from, int64_t now_s, source_states *out)
{
    store *stored = figures_store(from);
    *out = (source_states){.memory = arena_create()};
    struct gathering_states self = {.from = from, .out = out, .now_s = now_s};
    status st = store_last_records(stored, take_last, &self);
    if (st == STATUS_OK)
        st = store_coverage(stored, take_declared, &self);
    if (st == STATUS_OK)
        st = store_promises(stored, take_promise, &self);
    if (st == STATUS_OK)
        st = store_reject_counts(stored, take_rejects, &self);
    for (size_t i = 0; i < out->count; i++)
        join_parts(&out->each[i], out->memory);
    if (out->count > 0)
        qsort(out->each, out->count, sizeof *out->each, by_name);
    if (st != STATUS_OK)
        source_states_free(out);
    return st;
}

void source_states_free(source_states *self)
{
    for (size_t i = 0; i < self->count; i++) {
        for (size_t k = 0; k < self->each[i].part_count; k++) {
            period_set_free(&self->each[i].parts[k].days);
            period_set_free(&self->each[i].parts[k].gaps);
        }
        free(self->each[i].parts);
        free(self->each[i].promises);
    }
    free(self->each);
    arena_destroy(&self->memory);
    *self = (source_states){0};
}
