#include "event_list.h"

#include <stdlib.h>
#include <string.h>

#include "event_list_parts.h"
#include "proto/digest.h"

/* --- opening ---------------------------------------------------------------------------------------- */

static void forget_figures(event_list *self)
{
    if (self->folder_store != NULL)
        figures_close(&self->own);
    self->read = NULL;
}

/* The reference data may have been replaced since the last reading: names and trees are taken anew then. */
static status refresh(event_list *self)
{
    if (self->folder_store == NULL)
        return STATUS_OK;
    text digest;
    status st = store_setting(self->folder_store, "reference_digest", self->memory, &digest);
    if (st != STATUS_OK || (self->read != NULL && text_is(digest, self->digest)))
        return st;
    forget_figures(self);
    st = figures_open(self->folder_store, &self->own);
    if (st == STATUS_OK) {
        self->read = self->own;
        text_copy(digest, self->digest, sizeof self->digest);
    }
    return st;
}

status event_list_begin(event_list *self)
{
    arena_reset(self->memory);
    if (self->folder_store == NULL)
        return STATUS_OK;
    status st = store_begin_reading(self->folder_store);
    if (st == STATUS_OK)
        st = refresh(self);
    if (st != STATUS_OK)
        store_end_reading(self->folder_store);
    return st;
}

void event_list_end(event_list *self)
{
    if (self->folder_store != NULL)
        store_end_reading(self->folder_store);
}

store *event_list_store(const event_list *self)
{
    return self->folder_store != NULL ? self->folder_store : figures_store(self->read);
}

static event_list *create(void)
{
    event_list *self = memory_new(1, sizeof *self);
    self->memory = arena_create();
    self->each = arena_create();
    return self;
}

status event_list_open(const char *folder, event_list **out, char why[NOTE_SIZE_MAX])
{
    event_list *self = create();
    status st = store_open_reader(folder, &self->folder_store, why);
    if (st == STATUS_OK) {
        why[0] = '\0';
        st = event_list_begin(self);
        if (st == STATUS_OK)
            event_list_end(self);
        else
            (void)snprintf(why, NOTE_SIZE_MAX, "%s",
                           st == STATUS_NOT_FOUND ? "the store has no reference data yet" : store_trouble(self->folder_store));
    }
    if (st != STATUS_OK)
        event_list_close(&self);
    *out = self;
    return st;
}

status event_list_on(const figures *from, event_list **out)
{
    *out = create();
    (*out)->read = from;
    return STATUS_OK;
}

void event_list_close(event_list **of)
{
    event_list *self = *of;
    if (self == NULL)
        return;
    figures_close(&self->own);
    store_close(&self->folder_store);
    silences_free(&self->silent);
    arena_destroy(&self->memory);
    arena_destroy(&self->each);
    free(self);
    *of = NULL;
}

status event_list_figures(event_list *self, status (*visit)(void *context, const figures *from), void *context)
{
    status st = event_list_begin(self);
    if (st != STATUS_OK)
        return st;
    st = visit(context, self->read);
    event_list_end(self);
    return st;
}

/* --- what it is ------------------------------------------------------------------------------------- */

status event_list_newest(event_list *self, uint64_t *out)
{
    return store_last_event(event_list_store(self), out);
}

status event_list_lineage(event_list *self, event_lineage *out)
{
    text name, since;
    uint64_t number = 0;
    status st = store_setting(event_list_store(self), "lineage", self->memory, &name);
    if (st == STATUS_OK)
        st = store_setting(event_list_store(self), "lineage_since", self->memory, &since);
    if (st != STATUS_OK)
        return st;
    if (!text_to_u64(since, &number))
        return STATUS_CORRUPT;
    text_copy(name, out->name, sizeof out->name);
    out->since = number;
    return STATUS_OK;
}

/* --- telling an event -------------------------------------------------------------------------------- */

enum { CODES_MAX = 64 };

static text_list kept_list(arena *memory, const text *codes, size_t count)
{
    text *kept = arena_take(memory, (count + 1) * sizeof *kept);
    memcpy(kept, codes, count * sizeof *kept);
    return (text_list){kept, count};
}

static bool group_has(const group *one, const reference *data, int area_index)
{
    for (size_t m = 0; m < one->count; m++)
        if (geography_contains(data->areas, one->members[m], area_index))
            return true;
    return false;
}

static text_list areas_of(const event_list *self, int area_index)
{
    const reference *data = figures_reference(self->read);
    text codes[CODES_MAX];
    size_t count = 0;
    for (int up = area_index; up != AREA_NONE && count < CODES_MAX; up = geography_up(data->areas, up))
        codes[count++] = geography_area(data->areas, up)->code;
    for (size_t g = 0; g < groups_count(data->groups) && area_index != AREA_NONE && count < CODES_MAX; g++)
        if (group_has(groups_at(data->groups, g), data, area_index))
            codes[count++] = groups_at(data->groups, g)->code;
    return kept_list(self->each, codes, count);
}

static text_list categories_of(const event_list *self, int category_index)
{
    const offence_tree *tree = figures_reference(self->read)->categories;
    text codes[CODES_MAX];
    size_t count = 0;
    for (int up = category_index; up != CATEGORY_NONE && count < CODES_MAX; up = offence_tree_above(tree, up))
        codes[count++] = offence_tree_category(tree, up)->code;
    return kept_list(self->each, codes, count);
}

/* Areas and categories that the reference data no longer have keep their codes. */
static void tell_area(const event_list *self, uint32_t id, alert_event *out)
{
    const geography *areas = figures_reference(self->read)->areas;
    int index = id != 0 ? geography_of_id(areas, id) : AREA_NONE;
    out->area = id != 0 ? codebook_at(figures_codebook(self->read), CODE_AREA, id).code : (text){0};
    out->area_name = index != AREA_NONE ? geography_area(areas, index)->name : out->area;
    out->areas = index != AREA_NONE || id == 0 ? areas_of(self, index) : kept_list(self->each, &out->area, 1);
}

static void tell_category(const event_list *self, uint32_t id, alert_event *out)
{
    const offence_tree *tree = figures_reference(self->read)->categories;
    int index = id != 0 ? offence_tree_of_id(tree, id) : CATEGORY_NONE;
    out->category = id != 0 ? codebook_at(figures_codebook(self->read), CODE_CATEGORY, id).code : (text){0};
    out->title = index != CATEGORY_NONE ? offence_tree_category(tree, index)->title : out->category;
    out->categories = index != CATEGORY_NONE || id == 0 ? categories_of(self, index) : kept_list(self->each, &out->category, 1);
}

static void tell_lowest(const event_list *self, uint32_t id, alert_event *out)
{
    const offence_tree *tree = figures_reference(self->read)->categories;
    int index = id != 0 ? offence_tree_of_id(tree, id) : CATEGORY_NONE;
    out->lowest = id != 0 ? codebook_at(figures_codebook(self->read), CODE_CATEGORY, id).code : (text){0};
    out->lowest_title = index != CATEGORY_NONE ? offence_tree_category(tree, index)->title : out->lowest;
}

static text_list sentences(const event_list *self, text json)
{
    char why[NOTE_SIZE_MAX];
    jsondoc *read = NULL;
    if (jsondoc_read(json, &read, why, sizeof why) != STATUS_OK)
        return (text_list){0};
    size_t count = jsondoc_size(read);
    text *out = arena_take(self->each, (count + 1) * sizeof *out);
    for (size_t i = 0; i < count; i++)
        out[i] = arena_text(self->each, jsondoc_text(jsondoc_at(read, i)));
    jsondoc_destroy(&read);
    return (text_list){out, count};
}

void event_list_tell(const event_list *self, const stored_event *e, alert_event *out)
{
    *out = (alert_event){
        .number = e->id, .at_s = e->at_s, .alert = e->alert, .batch = e->batch, .subject = e->subject, .as_of = e->as_of,
        .level_before = (alert_level)e->level_before, .level = (alert_level)e->level,
        .direction_before = (trend_direction)e->direction_before, .direction = (trend_direction)e->direction,
        .rule = e->rule, .corrected = e->corrected, .words = e->words, .caveats = sentences(self, e->caveats),
        .figures = e->figures, .who = e->who, .note = e->note,
    };
    (void)event_kind_read(e->kind, &out->kind);
    tell_area(self, e->area, out);
    tell_category(self, e->category, out);
    tell_lowest(self, e->lowest, out);
    out->silenced = silences_holding(self->silent, figures_reference(self->read), e->alert, e->area, e->category,
                                     london_date(e->at_s), e->id) != NULL;
}

status event_list_read_silences(event_list *self)
{
    silences_free(&self->silent);
    return silences_read(event_list_store(self), &self->silent);
}

/* --- reading ----------------------------------------------------------------------------------------- */

struct reading {
    event_list *self;
    const event_filter *filter;
    bool (*visit)(void *context, const alert_event *one);
    void *context;
    size_t left;
    uint64_t through;
};

static bool take_event(void *context, const stored_event *found)
{
    struct reading *r = context;
    alert_event told;
    arena_reset(r->self->each);
    event_list_tell(r->self, found, &told);
    r->through = found->id;
    r->left--;
    bool passes = r->filter == NULL || event_filter_passes(r->filter, &told);
    return (!passes || r->visit(r->context, &told)) && r->left > 0;
}

status event_list_read(event_list *self, uint64_t after, size_t max, const event_filter *filter,
                       bool (*visit)(void *context, const alert_event *one), void *context, uint64_t *through)
{
    struct reading r = {.self = self, .filter = filter, .visit = visit, .context = context, .left = max, .through = after};
    status st = max > 0 ? event_list_begin(self) : STATUS_REFUSED;
    if (st != STATUS_OK)
        return st;
    st = event_list_read_silences(self);
    if (st == STATUS_OK)
        st = store_events(event_list_store(self), after, take_event, &r);
    event_list_end(self);
    if (st == STATUS_OK)
        *through = r.through;
    return st;
}
