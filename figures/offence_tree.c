#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "offence_tree_parts.h"

enum { CATEGORY, TITLE, PARENT, MARKER, POLICE_GENERATED, BRIDGING };
enum { DEPTH_MAX = 32 };

static const char *const file = "categories.csv";

static void fault(faults *found, uint32_t line, const char *what, text value, const char *advice)
{
    faults_add(found, FAULT_ERROR, file, line, "%s '%.*s' %s", what, TEXT_ARGS(value), advice);
}

static bool flag_of(const sheet *from, size_t row, size_t column, faults *found)
{
    text cell = sheet_cell(from, row, column);
    static const char *const yes[] = {"yes", "true", "1", "y"}, *const no[] = {"", "no", "false", "0", "n"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        if (text_equal_caseless(cell, text_of(yes[i])))
            return true;
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (text_equal_caseless(cell, text_of(no[i])))
            return false;
    fault(found, from->lines[row], "the word", cell, "should be yes, or nothing");
    return false;
}

static void take_categories(offence_tree *self, const sheet *from, faults *found)
{
    self->each = memory_new(from->row_count, sizeof *self->each);
    for (size_t row = 0; row < from->row_count; row++) {
        text code = sheet_cell(from, row, CATEGORY);
        uint32_t before;
        if (code.size == 0 || code.size > CODE_SIZE_MAX)
            fault(found, from->lines[row], "the category", code, "is empty or over 96 octets");
        else if (map_find(self->codes, code, &before))
            fault(found, from->lines[row], "the category", code, "stands here a second time");
        else {
            self->each[self->count] = (category){
                .code = code,
                .title = sheet_cell(from, row, TITLE).size > 0 ? sheet_cell(from, row, TITLE) : code,
                .parent = CATEGORY_NONE,
                .marker = sheet_cell(from, row, MARKER),
                .police_generated = flag_of(from, row, POLICE_GENERATED, found),
                .bridging = flag_of(from, row, BRIDGING, found),
                .first_child = CATEGORY_NONE,
                .next_sibling = CATEGORY_NONE,
            };
            map_put(self->codes, code, (uint32_t)self->count++);
        }
    }
}

static void link_categories(offence_tree *self, const sheet *from, faults *found)
{
    for (size_t row = 0; row < from->row_count; row++) {
        int index = offence_tree_find(self, sheet_cell(from, row, CATEGORY));
        text parent = sheet_cell(from, row, PARENT);
        if (index == CATEGORY_NONE || parent.size == 0 || self->each[index].parent != CATEGORY_NONE)
            continue;
        int up = offence_tree_find(self, parent);
        if (up == CATEGORY_NONE)
            fault(found, from->lines[row], "the parent", parent, "is not in this file");
        else if (category_is_marker(&self->each[up]) && !category_is_marker(&self->each[index]))
            fault(found, from->lines[row], "the parent", parent,
                  "is a marker category: only marker categories can lie under one");
        else
            self->each[index].parent = up;
    }
}

/* Goes up until it meets `stop`, the top, or has gone too far. */
static int climb(const offence_tree *self, int index, int stop, int *steps)
{
    int at = self->each[index].parent;
    for (*steps = 1; at != CATEGORY_NONE && at != stop && *steps <= DEPTH_MAX; ++*steps)
        at = self->each[at].parent;
    return at;
}

/* None may lie above itself. Once the loops are cut at those that do, what hung below them is well. */
static void check_loops(offence_tree *self, const sheet *from, faults *found)
{
    int steps;
    for (int cut_deep = 0; cut_deep < 2; cut_deep++)
        for (size_t row = 0; row < from->row_count; row++) {
            int index = offence_tree_find(self, sheet_cell(from, row, CATEGORY));
            if (index == CATEGORY_NONE)
                continue;
            bool loop = climb(self, index, index, &steps) == index;
            if (!loop && (!cut_deep || steps <= DEPTH_MAX))
                continue;
            fault(found, from->lines[row], "the category", self->each[index].code,
                  loop ? "lies above itself, by its parents" : "lies too deep: 32 levels are the most");
            self->each[index].parent = CATEGORY_NONE;
        }
}

static void link_children(offence_tree *self)
{
    for (int i = self->count - 1; i >= 0; i--) {
        category *c = &self->each[i];
        for (int up = c->parent; up != CATEGORY_NONE; up = self->each[up].parent)
            c->depth++;
        if (c->parent == CATEGORY_NONE || category_is_marker(c))
            continue;
        c->next_sibling = self->each[c->parent].first_child;
        self->each[c->parent].first_child = i;
    }
}

static void check_markers(const offence_tree *self, faults *found)
{
    int markers = 0;
    for (int i = 0; i < self->count; i++)
        markers += category_is_marker(&self->each[i]);
    if (markers > MARKER_CATEGORIES_MAX)
        faults_add(found, FAULT_ERROR, file, 0, "has %d marker categories; %d is the most", markers,
                   MARKER_CATEGORIES_MAX);
}

offence_tree *offence_tree_create(const sheets *from, faults *found)
{
    const sheet *categories = &from->each[SHEET_CATEGORIES];
    offence_tree *self = memory_new(1, sizeof *self);
    self->codes = map_create();
    self->offence_codes = map_create();
    take_categories(self, categories, found);
    link_categories(self, categories, found);
    check_loops(self, categories, found);
    check_markers(self, found);
    link_children(self);
    offence_tree_take_offences(self, &from->each[SHEET_OFFENCES], found);
    if (self->count == 0)
        faults_add(found, FAULT_ERROR, file, 0, "has no categories");
    return self;
}

void offence_tree_destroy(offence_tree **self)
{
    if (*self == NULL)
        return;
    map_destroy(&(*self)->codes);
    map_destroy(&(*self)->offence_codes);
    free((*self)->of_id);
    free((*self)->offences);
    free((*self)->each);
    free(*self);
    *self = NULL;
}

void offence_tree_number(offence_tree *self, codebook *book)
{
    self->id_max = 0;
    for (int i = 0; i < self->count; i++) {
        self->each[i].id = codebook_number(book, CODE_CATEGORY, self->each[i].code);
        self->id_max = self->each[i].id > self->id_max ? self->each[i].id : self->id_max;
    }
    free(self->of_id);
    self->of_id = memory_new((size_t)self->id_max + 1, sizeof *self->of_id);
    for (int i = 0; i < self->count; i++)
        self->of_id[self->each[i].id] = i + 1;
}

int offence_tree_count(const offence_tree *self)
{
    return self->count;
}

const category *offence_tree_category(const offence_tree *self, int index)
{
    assert(index >= 0 && index < self->count);
    return &self->each[index];
}

int offence_tree_find(const offence_tree *self, text code)
{
    uint32_t index;
    return map_find(self->codes, code, &index) ? (int)index : CATEGORY_NONE;
}

int offence_tree_of_id(const offence_tree *self, uint32_t id)
{
    return id == 0 || id > self->id_max ? CATEGORY_NONE : self->of_id[id] - 1;
}

bool category_is_marker(const category *self)
{
    return self->marker.size > 0;
}

int offence_tree_above(const offence_tree *self, int index)
{
    while (index != CATEGORY_NONE && category_is_marker(&self->each[index]))
        index = self->each[index].parent;
    return index != CATEGORY_NONE ? self->each[index].parent : CATEGORY_NONE;
}

bool offence_tree_contains(const offence_tree *self, int outer, int inner)
{
    while (inner != CATEGORY_NONE && inner != outer)
        inner = self->each[inner].parent;
    return inner == outer;
}

static bool bears(text markers, text marker)
{
    text one;
    while (text_split(&markers, ';', &one))
        if (text_equal_caseless(text_trim(one), marker))
            return true;
    return false;
}

/* A marker category holds what lies under its parent and bears its marker; the parent may be another
 * marker category, and then both markers are needed. */
static bool holds(const offence_tree *self, int marked, int node, text markers)
{
    for (int at = marked; at != CATEGORY_NONE; at = self->each[at].parent) {
        if (!category_is_marker(&self->each[at]))
            return offence_tree_contains(self, at, node);
        if (!bears(markers, self->each[at].marker))
            return false;
    }
    return true;
}

size_t offence_tree_markers(const offence_tree *self, int node, text markers, int *out)
{
    size_t count = 0;
    if (markers.size == 0)
        return 0;
    for (int i = 0; i < self->count && count < MARKER_CATEGORIES_MAX; i++)
        if (category_is_marker(&self->each[i]) && holds(self, i, node, markers))
            out[count++] = i;
    return count;
}

tree_pair *offence_tree_pairs(const offence_tree *self, size_t *count)
{
    tree_pair *pairs = NULL;
    size_t capacity = 0;
    *count = 0;
    for (int i = 0; i < self->count; i++)
        for (int up = i; up != CATEGORY_NONE; up = self->each[up].parent) {
            if (up != i && category_is_marker(&self->each[i]))
                break;
            pairs = memory_room(pairs, *count, &capacity, sizeof *pairs);
            pairs[(*count)++] = (tree_pair){self->each[up].id, self->each[i].id};
        }
    return pairs;
}
