#include "groups.h"

#include <assert.h>
#include <stdlib.h>

enum { GROUP, NAME, KIND, MEMBER };

struct groups {
    group *each;
    size_t count, capacity;
};

static const char *const file = "groups.csv";

static group *find_code(const groups *self, text code)
{
    for (size_t i = 0; i < self->count; i++)
        if (text_equal(self->each[i].code, code))
            return &self->each[i];
    return NULL;
}

static bool known_kind(text kind)
{
    static const char *const kinds[] = {"csp", "most-similar-csps", "most-similar-forces", "other"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (text_is(kind, kinds[i]))
            return true;
    return false;
}

static group *group_for(groups *self, const sheet *from, size_t row, faults *found)
{
    text code = sheet_cell(from, row, GROUP), kind = sheet_cell(from, row, KIND);
    /* Rows of one group stand together as a rule: look at the last one first. */
    group *last = self->count > 0 ? &self->each[self->count - 1] : NULL;
    group *made = last != NULL && text_equal(last->code, code) ? last : find_code(self, code);
    if (!known_kind(kind))
        faults_add(found, FAULT_ERROR, file, from->lines[row],
                   "the kind '%.*s' is none of csp, most-similar-csps, most-similar-forces, other", TEXT_ARGS(kind));
    if (made != NULL) {
        if (!text_equal(made->kind, kind) || !text_equal(made->name, sheet_cell(from, row, NAME)))
            faults_add(found, FAULT_ERROR, file, from->lines[row], "'%.*s' has another name or kind than above",
                       TEXT_ARGS(code));
        return made;
    }
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    self->each[self->count] = (group){.code = code, .name = sheet_cell(from, row, NAME), .kind = kind};
    return &self->each[self->count++];
}

static bool has_member(const group *g, int member)
{
    for (size_t i = 0; i < g->count; i++)
        if (g->members[i] == member)
            return true;
    return false;
}

/* An area and one that lies in it would be counted twice. */
static void check_nesting(const groups *self, const geography *areas, faults *found)
{
    for (size_t i = 0; i < self->count; i++)
        for (size_t k = 0; k < self->each[i].count; k++)
            for (size_t m = 0; m < self->each[i].count; m++)
                if (m != k && geography_contains(areas, self->each[i].members[k], self->each[i].members[m]))
                    faults_add(found, FAULT_ERROR, file, 0, "'%.*s' has %.*s as a member and %.*s, which lies in it",
                               TEXT_ARGS(self->each[i].code),
                               TEXT_ARGS(geography_area(areas, self->each[i].members[k])->code),
                               TEXT_ARGS(geography_area(areas, self->each[i].members[m])->code));
}

groups *groups_create(const sheets *from, const geography *areas, faults *found)
{
    const sheet *rows = &from->each[SHEET_GROUPS];
    groups *self = memory_new(1, sizeof *self);
    for (size_t row = 0; row < rows->row_count; row++) {
        text code = sheet_cell(rows, row, GROUP), member = sheet_cell(rows, row, MEMBER);
        int index = geography_find(areas, member);
        if (code.size == 0 || code.size > CODE_SIZE_MAX || geography_find(areas, code) != AREA_NONE)
            faults_add(found, FAULT_ERROR, file, rows->lines[row], "the group '%.*s' has no code, or an area's",
                       TEXT_ARGS(code));
        else if (index == AREA_NONE || !geography_area(areas, index)->counted)
            faults_add(found, FAULT_ERROR, file, rows->lines[row],
                       "the member '%.*s' is not in areas.csv, or too fine to be counted", TEXT_ARGS(member));
        else {
            group *to = group_for(self, rows, row, found);
            if (has_member(to, index)) {
                if ((rows->lines[row] & SHEET_IMPORTED) == 0)
                    faults_add(found, FAULT_ERROR, file, rows->lines[row],
                               "the member '%.*s' stands a second time in '%.*s', and would be counted twice",
                               TEXT_ARGS(member), TEXT_ARGS(code));
                continue;
            }
            to->members = memory_room(to->members, to->count, &to->capacity, sizeof *to->members);
            to->members[to->count++] = index;
        }
    }
    check_nesting(self, areas, found);
    return self;
}

void groups_destroy(groups **self)
{
    if (*self == NULL)
        return;
    for (size_t i = 0; i < (*self)->count; i++)
        free((*self)->each[i].members);
    free((*self)->each);
    free(*self);
    *self = NULL;
}

size_t groups_count(const groups *self)
{
    return self->count;
}

const group *groups_at(const groups *self, size_t index)
{
    assert(index < self->count);
    return &self->each[index];
}

const group *groups_find(const groups *self, text code_or_name)
{
    const group *by_code = find_code(self, code_or_name);
    if (by_code != NULL)
        return by_code;
    for (size_t i = 0; i < self->count; i++)
        if (text_equal_caseless(self->each[i].name, code_or_name))
            return &self->each[i];
    return NULL;
}

bool group_is_most_similar(const group *self)
{
    return text_is(self->kind, "most-similar-csps") || text_is(self->kind, "most-similar-forces");
}

bool groups_share_member(const groups *self, const group *of, int member)
{
    for (size_t i = 0; i < self->count; i++)
        if (&self->each[i] != of && text_equal(self->each[i].kind, of->kind) && has_member(&self->each[i], member))
            return true;
    return false;
}
