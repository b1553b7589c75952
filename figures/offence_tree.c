#include "offence_tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "proto/map.h"

enum { CATEGORY, TITLE, PARENT, MARKER, POLICE_GENERATED, BRIDGING };
enum { OFFENCE, DESCRIPTION, OFFENCE_CATEGORY, VALID_FROM, VALID_TO };
enum { DEPTH_MAX = 32 };

struct offence_tree {
    category *each;
    int count;
    map *codes;
    int *of_id;
    uint32_t id_max;
    offence *offences;
    size_t offence_count;
    map *offence_codes; /* -> first row */
};

static const char *const categories_file = "categories.csv";
static const char *const offences_file = "offences.csv";

static void fault(faults *found, const char *file, uint32_t line, const char *what, text value, const char *advice)
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
    fault(found, categories_file, from->lines[row], "the word", cell, "should be yes, or nothing");
    return false;
}

static void take_categories(offence_tree *self, const sheet *from, faults *found)
{
    self->each = memory_new(from->row_count, sizeof *self->each);
    for (size_t row = 0; row < from->row_count; row++) {
        text code = sheet_cell(from, row, CATEGORY);
        uint32_t before;
        if (code.size == 0 || code.size > CODE_SIZE_MAX)
            fault(found, categories_file, from->lines[row], "the category", code, "is empty or over 96 octets");
        else if (map_find(self->codes, code, &before))
            fault(found, categories_file, from->lines[row], "the category", code, "stands here a second time");
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
            fault(found, categories_file, from->lines[row], "the parent", parent, "is not in this file");
        else if (category_is_marker(&self->each[up]) && !category_is_marker(&self->each[index]))
            fault(found, categories_file, from->lines[row], "the parent", parent,
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
            fault(found, categories_file, from->lines[row], "the category", self->each[index].code,
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
        faults_add(found, FAULT_ERROR, categories_file, 0, "has %d marker categories; %d is the most", markers,
                   MARKER_CATEGORIES_MAX);
}

static day_number date_of(const sheet *from, size_t row, size_t column, faults *found)
{
    text cell = sheet_cell(from, row, column);
    day_number d = DAY_NONE;
    if (cell.size > 0 && !date_read(cell, &d))
        fault(found, offences_file, from->lines[row], "the date", cell,
              "is not of the form 2023-03-31, or no such date exists");
    return d;
}

static bool dates_meet(const offence *a, const offence *b)
{
    day_number a_to = a->valid_to == DAY_NONE ? DAY_MAX : a->valid_to;
    day_number b_to = b->valid_to == DAY_NONE ? DAY_MAX : b->valid_to;
    return a->valid_from <= b_to && b->valid_from <= a_to; /* DAY_NONE lies before every date */
}

/* Puts a row behind the others of its code. */
static void chain_offence(offence_tree *self, uint32_t line, faults *found)
{
    uint32_t index = (uint32_t)self->offence_count, at;
    offence *made = &self->offences[index];
    if (!map_find(self->offence_codes, made->code, &at)) {
        map_put(self->offence_codes, made->code, index);
        return;
    }
    for (;; at = (uint32_t)self->offences[at].next) {
        if (dates_meet(&self->offences[at], made))
            fault(found, offences_file, line, "the offence", made->code,
                  "stands here a second time for the same dates: give the rows valid_from and valid_to");
        if (self->offences[at].next < 0)
            break;
    }
    self->offences[at].next = (int)index;
}

static void take_offences(offence_tree *self, const sheet *from, faults *found)
{
    self->offences = memory_new(from->row_count, sizeof *self->offences);
    for (size_t row = 0; row < from->row_count; row++) {
        text code = sheet_cell(from, row, OFFENCE), under = sheet_cell(from, row, OFFENCE_CATEGORY);
        int node = offence_tree_find(self, under);
        if (code.size == 0 || code.size > CODE_SIZE_MAX) {
            fault(found, offences_file, from->lines[row], "the offence", code, "is empty or over 96 octets");
            continue;
        }
        if (node == CATEGORY_NONE || category_is_marker(&self->each[node])) {
            fault(found, offences_file, from->lines[row], "the category", under,
                  node == CATEGORY_NONE ? "is not in categories.csv"
                                        : "is a marker category: an offence belongs to a node of the tree");
            continue;
        }
        self->offences[self->offence_count] = (offence){
            .code = code, .description = sheet_cell(from, row, DESCRIPTION), .category = node,
            .valid_from = date_of(from, row, VALID_FROM, found), .valid_to = date_of(from, row, VALID_TO, found),
            .next = -1,
        };
        const offence *made = &self->offences[self->offence_count];
        if (made->valid_from != DAY_NONE && made->valid_to != DAY_NONE && made->valid_to < made->valid_from)
            fault(found, offences_file, from->lines[row], "the offence", code, "is valid to a day before it is valid from");
        chain_offence(self, from->lines[row], found);
        self->offence_count++;
    }
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
    take_offences(self, &from->each[SHEET_OFFENCES], found);
    if (self->count == 0)
        faults_add(found, FAULT_ERROR, categories_file, 0, "has no categories");
    if (self->offence_count == 0)
        faults_add(found, FAULT_ERROR, offences_file, 0, "has no offences");
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

/* How far a day lies outside a row's dates; 0 inside. */
static int32_t distance(const offence *o, day_number recorded)
{
    if (o->valid_from != DAY_NONE && recorded < o->valid_from)
        return o->valid_from - recorded;
    if (o->valid_to != DAY_NONE && recorded > o->valid_to)
        return recorded - o->valid_to;
    return 0;
}

/* The row of a code that holds on a day, or the nearest. */
static const offence *row_on(const offence_tree *self, uint32_t first, day_number recorded)
{
    const offence *best = &self->offences[first];
    for (const offence *o = best; o->next >= 0;) {
        o = &self->offences[o->next];
        if (distance(o, recorded) < distance(best, recorded))
            best = o;
    }
    return best;
}

int offence_tree_place(const offence_tree *self, text code, day_number recorded)
{
    uint32_t first;
    return map_find(self->offence_codes, code, &first) ? row_on(self, first, recorded)->category : CATEGORY_NONE;
}

/* The row of the same code that ends last before another begins; NULL when there is none. */
static const offence *row_before(const offence_tree *self, uint32_t first, const offence *of)
{
    const offence *before = NULL;
    for (int at = (int)first; at >= 0; at = self->offences[at].next) {
        const offence *o = &self->offences[at];
        if (o->valid_to != DAY_NONE && o->valid_to < of->valid_from && (before == NULL || o->valid_to > before->valid_to))
            before = o;
    }
    return before;
}

size_t offence_tree_changes(const offence_tree *self, text code, day_number *out, size_t out_max)
{
    uint32_t first;
    size_t count = 0;
    if (!map_find(self->offence_codes, code, &first))
        return 0;
    for (int at = (int)first; at >= 0; at = self->offences[at].next) {
        const offence *o = &self->offences[at], *before = row_before(self, first, o);
        if (before == NULL || before->category == o->category)
            continue;
        /* Between the two the nearer row holds. */
        day_number on = before->valid_to + (o->valid_from - before->valid_to + 1) / 2;
        if (row_on(self, first, on) != o)
            on++;
        if (count == out_max && (count == 0 || out[count - 1] <= on))
            continue;
        size_t place = count < out_max ? count++ : count - 1;
        for (; place > 0 && out[place - 1] > on; place--)
            out[place] = out[place - 1];
        out[place] = on;
    }
    return count;
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

text offence_tree_unknown_marker(const offence_tree *self, text markers)
{
    text one;
    while (text_split(&markers, ';', &one)) {
        bool known = text_trim(one).size == 0;
        for (int i = 0; i < self->count && !known; i++)
            known = category_is_marker(&self->each[i]) && text_equal_caseless(self->each[i].marker, text_trim(one));
        if (!known)
            return text_trim(one);
    }
    return (text){"", 0};
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

size_t offence_tree_offence_count(const offence_tree *self)
{
    return self->offence_count;
}

const offence *offence_tree_offence(const offence_tree *self, size_t index)
{
    assert(index < self->offence_count);
    return &self->offences[index];
}
