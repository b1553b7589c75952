/* The recount's own understanding of the reference data. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "recount_parts.h"

enum { NOT_LOOKED_UP = -2 };

static text lower(arena *memory, text from)
{
    char *out = arena_take(memory, from.size + 1);
    for (size_t i = 0; i < from.size; i++)
        out[i] = (char)tolower((unsigned char)from.at[i]);
    return (text){out, from.size};
}

static void take_code(void *context, const stored_code *code)
{
    recount *self = context;
    int kind = (int)code->kind;
    while (self->code_counts[kind] <= code->id) {
        self->codes[kind] = memory_room(self->codes[kind], self->code_counts[kind], &self->code_capacities[kind],
                                        sizeof(named));
        self->codes[kind][self->code_counts[kind]++] = (named){{"", 0}, {"", 0}, {"", 0}};
    }
    self->codes[kind][code->id] = (named){arena_text(self->memory, code->code), arena_text(self->memory, code->name),
                                          arena_text(self->memory, code->hint)};
}

static uint32_t number_of(const recount *self, code_kind kind, text code)
{
    for (size_t id = 1; id < self->code_counts[kind]; id++)
        if (text_equal(self->codes[kind][id].code, code))
            return (uint32_t)id;
    return 0;
}

static bool is_level(text level, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_caseless(level, text_of(words[i])))
            return true;
    return false;
}

static int find(const map *codes, text code)
{
    uint32_t index;
    return code.size > 0 && map_find(codes, code, &index) ? (int)index : NOWHERE;
}

/* A district's name and aliases; a current one goes before a former one. */
static void name_district(recount *self, int index, text name, text aliases)
{
    text rest = aliases, one = name;
    do {
        text key = lower(self->memory, text_trim(one));
        int before = find(self->district_names, key);
        if (key.size > 0 && (before == NOWHERE || (self->areas[before].former && !self->areas[index].former)))
            map_put(self->district_names, key, (uint32_t)index);
    } while (text_split(&rest, ';', &one));
}

static void read_areas(recount *self)
{
    static const char *const fine[] = {"lsoa", "oa", "msoa", "ward", "dz", "output-area"};
    const sheet *rows = &self->sheets->each[SHEET_AREAS];
    self->areas = memory_new(rows->row_count, sizeof *self->areas);
    for (size_t row = 0; row < rows->row_count; row++) {
        text code = sheet_cell(rows, row, 0);
        if (find(self->area_codes, code) != NOWHERE)
            continue;
        knot *made = &self->areas[self->area_count];
        *made = (knot){.code = code, .up = NOWHERE};
        made->counted = !is_level(sheet_cell(rows, row, 2), fine, sizeof fine / sizeof fine[0]);
        made->former = sheet_cell(rows, row, 6).size > 0;
        made->id = made->counted ? number_of(self, CODE_AREA, code) : 0;
        map_put(self->area_codes, code, (uint32_t)self->area_count++);
    }
    bool *done = memory_new((size_t)self->area_count, sizeof *done);
    for (size_t row = 0; row < rows->row_count; row++) {
        int index = find(self->area_codes, sheet_cell(rows, row, 0));
        if (done[index])
            continue;
        done[index] = true;
        text up = sheet_cell(rows, row, 6).size > 0 ? sheet_cell(rows, row, 6) : sheet_cell(rows, row, 3);
        self->areas[index].up = find(self->area_codes, up);
        if (text_equal_caseless(sheet_cell(rows, row, 2), text_of("district")))
            name_district(self, index, sheet_cell(rows, row, 1), sheet_cell(rows, row, 7));
    }
    free(done);
}

static void read_categories(recount *self)
{
    const sheet *rows = &self->sheets->each[SHEET_CATEGORIES];
    self->categories = memory_new(rows->row_count, sizeof *self->categories);
    for (size_t row = 0; row < rows->row_count; row++) {
        text code = sheet_cell(rows, row, 0);
        self->categories[row] = (knot){.code = code, .marker = sheet_cell(rows, row, 3),
                                       .id = number_of(self, CODE_CATEGORY, code)};
        map_put(self->category_codes, code, (uint32_t)row);
    }
    self->category_count = (int)rows->row_count;
    for (size_t row = 0; row < rows->row_count; row++)
        self->categories[row].up = find(self->category_codes, sheet_cell(rows, row, 2));
}

static void read_offences(recount *self)
{
    const sheet *rows = &self->sheets->each[SHEET_OFFENCES];
    self->offences = memory_new(rows->row_count, sizeof *self->offences);
    for (size_t row = 0; row < rows->row_count; row++) {
        offence_row made = {.code = sheet_cell(rows, row, 0), .from = DAY_NONE, .to = DAY_NONE,
                            .category = find(self->category_codes, sheet_cell(rows, row, 2))};
        (void)date_read(sheet_cell(rows, row, 3), &made.from);
        (void)date_read(sheet_cell(rows, row, 4), &made.to);
        self->offences[self->offence_count++] = made;
    }
}

static void read_ranks(recount *self)
{
    const sheet *rows = &self->sheets->each[SHEET_SOURCES];
    self->ranks = memory_new(self->code_counts[CODE_ORIGIN] + 1, sizeof *self->ranks);
    for (size_t row = 0; row < rows->row_count; row++) {
        uint32_t origin = number_of(self, CODE_ORIGIN, sheet_cell(rows, row, 0));
        uint64_t rank;
        if (origin != 0 && text_to_u64(sheet_cell(rows, row, 2), &rank))
            self->ranks[origin] = (int)rank;
    }
}

static int *index_by_id(const knot *each, int count, size_t ids)
{
    int *made = memory_new(ids + 1, sizeof *made);
    for (size_t i = 0; i <= ids; i++)
        made[i] = NOWHERE;
    for (int i = 0; i < count; i++)
        if (each[i].id != 0)
            made[each[i].id] = i;
    return made;
}

static int *not_looked_up(size_t count)
{
    int *made = memory_new(count + 1, sizeof *made);
    for (size_t i = 0; i <= count; i++)
        made[i] = NOT_LOOKED_UP;
    return made;
}

/* A damaged store may bear numbers that stand for nothing. */
static int index_of(const recount *self, code_kind kind, const int *of_id, uint32_t id)
{
    return id < self->code_counts[kind] ? of_id[id] : NOWHERE;
}

int recount_area_of(const recount *self, uint32_t area)
{
    return index_of(self, CODE_AREA, self->area_of_id, area);
}

static void take_coverage(void *context, const declared_coverage *one)
{
    recount *self = context;
    declared_days made = {
        .origin = one->key.origin,
        .area = index_of(self, CODE_AREA, self->area_of_id, one->key.area),
        .category = index_of(self, CODE_CATEGORY, self->category_of_id, one->key.category),
        .scheme = one->key.scheme,
        .days = one->days,
    };
    if (self->limited && one->declared_s >= self->declared_before_s)
        return;
    if (made.area == NOWHERE || (one->key.category != 0 && made.category == NOWHERE) ||
        made.origin >= self->code_counts[CODE_ORIGIN] || (made.scheme != 0 && made.scheme >= self->code_counts[CODE_SCHEME]))
        return;
    self->declared = memory_room(self->declared, self->declared_count, &self->declared_capacity, sizeof made);
    self->declared[self->declared_count++] = made;
}

status recount_read_reference(recount *self)
{
    self->area_codes = map_create();
    self->district_names = map_create();
    self->category_codes = map_create();
    status st = store_codes(self->from, take_code, self);
    if (st == STATUS_OK)
        st = store_sheets(self->from, &self->sheets);
    if (st != STATUS_OK)
        return st;
    read_areas(self);
    read_categories(self);
    read_offences(self);
    read_ranks(self);
    self->area_of_id = index_by_id(self->areas, self->area_count, self->code_counts[CODE_AREA]);
    self->category_of_id = index_by_id(self->categories, self->category_count, self->code_counts[CODE_CATEGORY]);
    self->place_areas = not_looked_up(self->code_counts[CODE_PLACE]);
    self->offence_nodes = not_looked_up(self->code_counts[CODE_OFFENCE]);
    return store_coverage(self->from, take_coverage, self);
}

bool knot_holds(const knot *each, int outer, int inner)
{
    for (; inner != NOWHERE; inner = each[inner].up)
        if (inner == outer)
            return true;
    return false;
}

/* --- places and offences --------------------------------------------------------------------------- */

static int climb(const recount *self, int index)
{
    while (index != NOWHERE && !self->areas[index].counted)
        index = self->areas[index].up;
    return index;
}

static int look_up(recount *self, named place)
{
    int index = climb(self, find(self->area_codes, place.code));
    if (index != NOWHERE)
        return index;
    if (place.name.size > 0) {
        text name = place.name;
        while (name.size > 0 && name.at[name.size - 1] != ' ')
            name.size--;
        arena *scratch = arena_create();
        index = find(self->district_names, lower(scratch, text_trim(name)));
        if (index == NOWHERE)
            index = find(self->district_names, lower(scratch, text_trim(place.name)));
        arena_destroy(&scratch);
        return index;
    }
    return place.code.size == 0 ? climb(self, find(self->area_codes, place.hint)) : NOWHERE;
}

int recount_place(recount *self, uint32_t place)
{
    if (place >= self->code_counts[CODE_PLACE])
        return NOWHERE;
    if (self->place_areas[place] == NOT_LOOKED_UP)
        self->place_areas[place] = look_up(self, self->codes[CODE_PLACE][place]);
    return self->place_areas[place];
}

static int32_t days_outside(const offence_row *row, day_number on)
{
    int32_t before = row->from != DAY_NONE ? row->from - on : 0, behind = row->to != DAY_NONE ? on - row->to : 0;
    int32_t outside = before > behind ? before : behind;
    return outside > 0 ? outside : 0;
}

int recount_category_of(const recount *self, text code, day_number on)
{
    const offence_row *best = NULL;
    for (size_t i = 0; i < self->offence_count; i++) {
        const offence_row *row = &self->offences[i];
        if (text_equal(row->code, code) && (best == NULL || days_outside(row, on) < days_outside(best, on)))
            best = row;
    }
    return best != NULL ? best->category : NOWHERE;
}

static bool has_one_row(const recount *self, text code)
{
    int rows = 0;
    for (size_t i = 0; i < self->offence_count; i++)
        rows += text_equal(self->offences[i].code, code);
    return rows == 1;
}

int recount_offence(recount *self, uint32_t offence_number, day_number on)
{
    if (offence_number >= self->code_counts[CODE_OFFENCE])
        return NOWHERE;
    int *known = &self->offence_nodes[offence_number];
    if (*known != NOT_LOOKED_UP)
        return *known;
    text code = self->codes[CODE_OFFENCE][offence_number].code;
    int node = recount_category_of(self, code, on);
    if (has_one_row(self, code))
        *known = node;
    return node;
}
