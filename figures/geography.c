#include "geography.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "proto/map.h"

enum { CODE, NAME, LEVEL, PARENT, VALID_FROM, VALID_TO, SUCCESSOR, ALIASES };
enum { DEPTH_MAX = 32, NAME_SIZE_MAX = 128 };

/* One way to call an area: areas of one name hang in a list. */
struct called {
    int area;
    int next; /* -1: the last */
};

struct geography {
    area *each;
    int count;
    map *codes;
    map *names; /* lower-case name -> first in `called` */
    struct called *called;
    size_t called_count, called_capacity;
    int *of_id; /* [id] -> index + 1 */
    uint32_t id_max;
    arena *memory;
};

static bool is_fine(text level)
{
    static const char *const fine[] = {"lsoa", "oa", "msoa", "ward", "dz", "output-area"};
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
        if (text_equal_caseless(level, text_of(fine[i])))
            return true;
    return false;
}

static text lower(arena *memory, text name)
{
    char *copy = arena_take(memory, name.size + 1);
    for (size_t i = 0; i < name.size; i++)
        copy[i] = (char)tolower((unsigned char)name.at[i]);
    return (text){copy, name.size};
}

static void add_name(geography *self, text name, int index)
{
    text key = lower(self->memory, text_trim(name));
    uint32_t first;
    if (key.size == 0)
        return;
    int next = map_find(self->names, key, &first) ? (int)first : -1;
    self->called = memory_room(self->called, self->called_count, &self->called_capacity, sizeof *self->called);
    self->called[self->called_count] = (struct called){.area = index, .next = next};
    map_put(self->names, key, (uint32_t)self->called_count++);
}

static void add_names(geography *self, text name, text aliases, int index)
{
    text alias;
    add_name(self, name, index);
    while (text_split(&aliases, ';', &alias))
        if (!text_equal_caseless(text_trim(alias), name))
            add_name(self, alias, index);
}

const char *const areas_file = "areas.csv";

static const char *file_of(uint32_t line)
{
    return (line & SHEET_IMPORTED) != 0 ? "imported/areas.csv" : areas_file;
}

static void fault(faults *found, uint32_t line, const char *what, text value, const char *advice)
{
    faults_add(found, FAULT_ERROR, file_of(line), line & ~SHEET_IMPORTED, "%s '%.*s' %s", what, TEXT_ARGS(value),
               advice);
}

static day_number date_of(const sheet *from, size_t row, size_t column, faults *found)
{
    text cell = sheet_cell(from, row, column);
    day_number d = DAY_NONE;
    if (cell.size > 0 && !date_read(cell, &d))
        fault(found, from->lines[row], "the date", cell, "is not of the form 2023-03-31, or no such date exists");
    return d;
}

/* First pass: every area by itself. */
static void take_areas(geography *self, const sheet *from, faults *found)
{
    self->each = memory_new(from->row_count, sizeof *self->each);
    for (size_t row = 0; row < from->row_count; row++) {
        text code = sheet_cell(from, row, CODE);
        uint32_t before;
        if (code.size == 0 || code.size > CODE_SIZE_MAX) {
            fault(found, from->lines[row], "the code", code, "is empty or over 96 octets");
            continue;
        }
        if (map_find(self->codes, code, &before)) {
            if ((from->lines[row] & SHEET_IMPORTED) == 0)
                fault(found, from->lines[row], "the code", code, "stands here a second time");
            continue;
        }
        area *made = &self->each[self->count];
        *made = (area){
            .code = code, .name = sheet_cell(from, row, NAME), .level = sheet_cell(from, row, LEVEL),
            .parent = AREA_NONE, .successor = AREA_NONE, .first_child = AREA_NONE, .next_sibling = AREA_NONE,
            .valid_from = date_of(from, row, VALID_FROM, found), .valid_to = date_of(from, row, VALID_TO, found),
        };
        made->counted = !is_fine(made->level);
        if (made->level.size == 0)
            fault(found, from->lines[row], "the level of", code, "is empty: district, force, region ...");
        map_put(self->codes, code, (uint32_t)self->count);
        if (made->counted)
            add_names(self, made->name, sheet_cell(from, row, ALIASES), self->count);
        self->count++;
    }
}

static int reference_to(const geography *self, const sheet *from, size_t row, size_t column, const char *what,
                        faults *found)
{
    text code = sheet_cell(from, row, column);
    int index = code.size > 0 ? geography_find(self, code) : AREA_NONE;
    if (code.size > 0 && index == AREA_NONE)
        fault(found, from->lines[row], what, code, "is not in this file");
    return index;
}

/* Second pass: who belongs to whom. */
static void link_areas(geography *self, const sheet *from, faults *found)
{
    int next = 0; /* area: they were made in the order of their rows; other rows with their codes say nothing */
    for (size_t row = 0; row < from->row_count; row++) {
        int index = geography_find(self, sheet_cell(from, row, CODE));
        if (index == AREA_NONE || index != next)
            continue;
        area *a = &self->each[next++];
        a->parent = reference_to(self, from, row, PARENT, "the parent", found);
        a->successor = reference_to(self, from, row, SUCCESSOR, "the successor", found);
        if (!a->counted && a->parent == AREA_NONE)
            fault(found, from->lines[row], "the area", a->code, "needs a parent: it is too fine to be counted by itself");
        if (a->counted && a->parent != AREA_NONE && !self->each[a->parent].counted)
            fault(found, from->lines[row], "the area", a->code, "can't be counted: its parent is too fine to be");
    }
}

/* Goes up until it meets `stop`, the top, or has gone too far. */
static int climb(const geography *self, int index, int stop, int *steps)
{
    int at = geography_up(self, index);
    for (*steps = 1; at != AREA_NONE && at != stop && *steps <= DEPTH_MAX; ++*steps)
        at = geography_up(self, at);
    return at;
}

/* Nobody may lie above himself. Once the loops are cut at those who do, what hung below them is well. */
static void check_loops(geography *self, const sheet *from, faults *found)
{
    int steps;
    for (int cut_deep = 0; cut_deep < 2; cut_deep++)
        for (size_t row = 0; row < from->row_count; row++) {
            int index = geography_find(self, sheet_cell(from, row, CODE));
            if (index == AREA_NONE)
                continue;
            bool loop = climb(self, index, index, &steps) == index;
            if (!loop && (!cut_deep || steps <= DEPTH_MAX))
                continue;
            fault(found, from->lines[row], "the area", self->each[index].code,
                  loop ? "lies above itself, by its parents or successors" : "lies too deep: 32 levels are the most");
            self->each[index].parent = self->each[index].successor = AREA_NONE;
        }
}

static void link_children(geography *self)
{
    for (int i = self->count - 1; i >= 0; i--) {
        int up = geography_up(self, i);
        if (up == AREA_NONE || !self->each[i].counted)
            continue;
        self->each[i].next_sibling = self->each[up].first_child;
        self->each[up].first_child = i;
    }
}

geography *geography_create(const sheets *from, faults *found)
{
    const sheet *areas = &from->each[SHEET_AREAS];
    geography *self = memory_new(1, sizeof *self);
    self->memory = arena_create();
    self->codes = map_create();
    self->names = map_create();
    take_areas(self, areas, found);
    link_areas(self, areas, found);
    check_loops(self, areas, found);
    link_children(self);
    if (self->count == 0)
        faults_add(found, FAULT_ERROR, areas_file, 0, "has no areas");
    return self;
}

void geography_destroy(geography **self)
{
    if (*self == NULL)
        return;
    map_destroy(&(*self)->codes);
    map_destroy(&(*self)->names);
    arena_destroy(&(*self)->memory);
    free((*self)->called);
    free((*self)->of_id);
    free((*self)->each);
    free(*self);
    *self = NULL;
}

void geography_number(geography *self, codebook *book)
{
    self->id_max = 0;
    for (int i = 0; i < self->count; i++) {
        if (!self->each[i].counted)
            continue;
        self->each[i].id = codebook_number(book, CODE_AREA, self->each[i].code);
        self->id_max = self->each[i].id > self->id_max ? self->each[i].id : self->id_max;
    }
    free(self->of_id);
    self->of_id = memory_new((size_t)self->id_max + 1, sizeof *self->of_id);
    for (int i = 0; i < self->count; i++)
        if (self->each[i].counted)
            self->of_id[self->each[i].id] = i + 1;
}

int geography_count(const geography *self)
{
    return self->count;
}

const area *geography_area(const geography *self, int index)
{
    assert(index >= 0 && index < self->count);
    return &self->each[index];
}

int geography_find(const geography *self, text code)
{
    uint32_t index;
    return map_find(self->codes, code, &index) ? (int)index : AREA_NONE;
}

int geography_of_id(const geography *self, uint32_t id)
{
    return id == 0 || id > self->id_max ? AREA_NONE : self->of_id[id] - 1;
}

int geography_up(const geography *self, int index)
{
    const area *a = &self->each[index];
    return a->successor != AREA_NONE ? a->successor : a->parent;
}

bool geography_contains(const geography *self, int outer, int inner)
{
    while (inner != AREA_NONE && inner != outer)
        inner = geography_up(self, inner);
    return inner == outer;
}

static bool is_former(const area *a)
{
    return a->successor != AREA_NONE;
}

int geography_by_name(const geography *self, text name, text level, bool *several)
{
    char room[NAME_SIZE_MAX];
    uint32_t first;
    int best = AREA_NONE;
    *several = false;
    name = text_trim(name);
    if (name.size == 0 || name.size > sizeof room)
        return AREA_NONE;
    for (size_t i = 0; i < name.size; i++)
        room[i] = (char)tolower((unsigned char)name.at[i]);
    if (!map_find(self->names, (text){room, name.size}, &first))
        return AREA_NONE;
    for (int at = (int)first; at >= 0; at = self->called[at].next) {
        const area *a = &self->each[self->called[at].area];
        if (self->called[at].area == best || (level.size > 0 && !text_equal_caseless(a->level, level)))
            continue;
        if (best != AREA_NONE && is_former(&self->each[best]) == is_former(a))
            *several = *several || !is_former(a);
        if (best == AREA_NONE || (is_former(&self->each[best]) && !is_former(a)) ||
            (is_former(&self->each[best]) == is_former(a) && self->called[at].area < best))
            best = self->called[at].area;
    }
    return best;
}

static int counted_above(const geography *self, int index)
{
    while (index != AREA_NONE && !self->each[index].counted)
        index = geography_up(self, index);
    return index;
}

/* "Stafford 004B" is named after the district Stafford. */
static int district_of_lsoa_name(const geography *self, text name)
{
    bool several;
    size_t end = name.size;
    while (end > 0 && name.at[end - 1] != ' ')
        end--;
    int by_district = end > 1 ? geography_by_name(self, (text){name.at, end - 1}, text_of("district"), &several)
                              : AREA_NONE;
    if (by_district != AREA_NONE)
        return by_district;
    return geography_by_name(self, name, text_of("district"), &several);
}

int geography_place(const geography *self, text code, text name, text within)
{
    int index = code.size > 0 ? counted_above(self, geography_find(self, code)) : AREA_NONE;
    if (index == AREA_NONE && name.size > 0)
        index = district_of_lsoa_name(self, name);
    if (index == AREA_NONE && within.size > 0 && code.size + name.size == 0)
        index = counted_above(self, geography_find(self, within));
    return index;
}

bool geography_is_base(const geography *self, int index)
{
    const area *a = &self->each[index];
    if (!a->counted || is_former(a))
        return false;
    for (int child = a->first_child; child != AREA_NONE; child = self->each[child].next_sibling)
        if (!is_former(&self->each[child]))
            return false;
    return true;
}

tree_pair *geography_tree(const geography *self, size_t *count)
{
    tree_pair *pairs = NULL;
    size_t capacity = 0;
    *count = 0;
    for (int i = 0; i < self->count; i++) {
        if (!self->each[i].counted)
            continue;
        for (int up = i; up != AREA_NONE; up = geography_up(self, up)) {
            pairs = memory_room(pairs, *count, &capacity, sizeof *pairs);
            pairs[(*count)++] = (tree_pair){self->each[up].id, self->each[i].id};
        }
    }
    return pairs;
}

static int depth_of(const geography *self, int index)
{
    int depth = 0;
    for (int up = geography_up(self, index); up != AREA_NONE; up = geography_up(self, up))
        depth++;
    return depth;
}

size_t geography_levels(const geography *self, text *out, size_t out_max)
{
    int depths[DEPTH_MAX]; /* of the deepest area of each level: in Wales forces lie where regions do */
    size_t count = 0;
    for (int i = 0; i < self->count; i++) {
        size_t at = 0;
        while (at < count && !text_equal_caseless(out[at], self->each[i].level))
            at++;
        if (!self->each[i].counted || (at == count && (count == out_max || count == DEPTH_MAX)))
            continue;
        int depth = depth_of(self, i);
        if (at < count && depth <= depths[at])
            continue;
        out[at] = self->each[i].level;
        depths[at] = depth;
        count += at == count;
    }
    for (size_t i = 1; i < count; i++)
        for (size_t at = i; at > 0 && depths[at - 1] > depths[at]; at--) {
            text level = out[at];
            int depth = depths[at];
            out[at] = out[at - 1], depths[at] = depths[at - 1];
            out[at - 1] = level, depths[at - 1] = depth;
        }
    return count;
}
