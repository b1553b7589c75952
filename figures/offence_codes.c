/* Which node an offence code belongs to on a day. */
#include <assert.h>
#include <stdlib.h>

#include "offence_tree_parts.h"

enum { OFFENCE, DESCRIPTION, CATEGORY, VALID_FROM, VALID_TO };

static const char *const file = "offences.csv";

static void fault(faults *found, uint32_t line, const char *what, text value, const char *advice)
{
    faults_add(found, FAULT_ERROR, file, line, "%s '%.*s' %s", what, TEXT_ARGS(value), advice);
}

static day_number date_of(const sheet *from, size_t row, size_t column, faults *found)
{
    text cell = sheet_cell(from, row, column);
    day_number d = DAY_NONE;
    if (cell.size > 0 && !date_read(cell, &d))
        fault(found, from->lines[row], "the date", cell,
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
            fault(found, line, "the offence", made->code,
                  "stands here a second time for the same dates: give the rows valid_from and valid_to");
        if (self->offences[at].next < 0)
            break;
    }
    self->offences[at].next = (int)index;
}

void offence_tree_take_offences(offence_tree *self, const sheet *from, faults *found)
{
    self->offences = memory_new(from->row_count, sizeof *self->offences);
    for (size_t row = 0; row < from->row_count; row++) {
        text code = sheet_cell(from, row, OFFENCE), under = sheet_cell(from, row, CATEGORY);
        int node = offence_tree_find(self, under);
        if (code.size == 0 || code.size > CODE_SIZE_MAX) {
            fault(found, from->lines[row], "the offence", code, "is empty or over 96 octets");
            continue;
        }
        if (node == CATEGORY_NONE || category_is_marker(&self->each[node])) {
            fault(found, from->lines[row], "the category", under,
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
            fault(found, from->lines[row], "the offence", code, "is valid to a day before it is valid from");
        chain_offence(self, from->lines[row], found);
        self->offence_count++;
    }
    if (self->offence_count == 0)
        faults_add(found, FAULT_ERROR, file, 0, "has no offences");
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

size_t offence_tree_offence_count(const offence_tree *self)
{
    return self->offence_count;
}

const offence *offence_tree_offence(const offence_tree *self, size_t index)
{
    assert(index < self->offence_count);
    return &self->offences[index];
}
