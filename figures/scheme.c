#include "scheme.h"

#include <stdlib.h>
#include <string.h>

enum { CHANGES_MAX = 64, CHANGES_OF_ONE_MAX = 8 };

static const char no_markers[] = "-markers";

static int by_octets(const void *a, const void *b)
{
    return text_compare(*(const text *)a, *(const text *)b);
}

text scheme_code(const coverage_declaration *from, arena *memory)
{
    size_t count = from->offence_count, size = sizeof no_markers;
    if (count == 0 && !from->without_markers)
        return (text){"", 0};
    text *sorted = arena_take(memory, count * sizeof *sorted);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = from->offences[i];
        size += sorted[i].size + 1;
    }
    if (count > 0)
        qsort(sorted, count, sizeof *sorted, by_octets);
    char *out = arena_take(memory, size), *at = out;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && text_equal(sorted[i], sorted[i - 1]))
            continue;
        memcpy(at, sorted[i].at, sorted[i].size);
        at += sorted[i].size;
        *at++ = '\n';
    }
    if (from->without_markers) {
        memcpy(at, no_markers, sizeof no_markers - 1);
        at += sizeof no_markers - 1;
    }
    return (text){out, (size_t)(at - out)};
}

/* Between two changes the codes mean the same: what is resolved and reached then. */
struct span {
    bool *resolved;
    bool *reached;
};

struct scheme {
    const offence_tree *categories;
    bool fine;    /* tells all nodes apart */
    bool markers;
    day_number changes[CHANGES_MAX]; /* spans[i] lies before changes[i] */
    size_t change_count;
    struct span *spans; /* change_count + 1 */
};

static void add_change(scheme *self, day_number on)
{
    size_t place = 0;
    while (place < self->change_count && self->changes[place] < on)
        place++;
    if (self->change_count == CHANGES_MAX || (place < self->change_count && self->changes[place] == on))
        return;
    memmove(self->changes + place + 1, self->changes + place, (self->change_count - place) * sizeof *self->changes);
    self->changes[place] = on;
    self->change_count++;
}

static void find_changes(scheme *self, text code)
{
    text line;
    day_number days[CHANGES_OF_ONE_MAX];
    while (text_split(&code, '\n', &line)) {
        size_t count = offence_tree_changes(self->categories, line, days, CHANGES_OF_ONE_MAX);
        for (size_t i = 0; i < count; i++)
            add_change(self, days[i]);
    }
}

/* A node is resolved if one of the codes is just it, or all its children are, and no code lies above. */
static bool resolve_below(const scheme *self, int node, const bool *own, bool hidden, bool *resolved)
{
    const category *c = offence_tree_category(self->categories, node);
    bool children = c->first_child != CATEGORY_NONE;
    for (int child = c->first_child; child != CATEGORY_NONE;
         child = offence_tree_category(self->categories, child)->next_sibling)
        children = resolve_below(self, child, own, hidden || own[node], resolved) && children;
    resolved[node] = !hidden && (own[node] || children);
    return own[node] || children;
}

static bool reaches(const scheme *self, int node, const bool *own)
{
    for (int i = 0; i < offence_tree_count(self->categories); i++)
        if (own[i] && (offence_tree_contains(self->categories, i, node) ||
                       offence_tree_contains(self->categories, node, i)))
            return true;
    return false;
}

static void fill_nodes(scheme *self, struct span *span, const bool *own)
{
    for (int i = 0; i < offence_tree_count(self->categories); i++) {
        const category *c = offence_tree_category(self->categories, i);
        if (category_is_marker(c))
            continue;
        if (c->parent == CATEGORY_NONE)
            (void)resolve_below(self, i, own, false, span->resolved);
        span->reached[i] = reaches(self, i, own);
    }
    for (int i = 0; i < offence_tree_count(self->categories) && self->fine; i++)
        span->resolved[i] = span->reached[i] = true;
}

/* A marker category is known where its parent is, and its source speaks of markers. */
static void fill_markers(scheme *self, struct span *span)
{
    for (int i = 0; i < offence_tree_count(self->categories); i++) {
        const category *c = offence_tree_category(self->categories, i);
        if (!category_is_marker(c))
            continue;
        int node = c->parent;
        while (node != CATEGORY_NONE && category_is_marker(offence_tree_category(self->categories, node)))
            node = offence_tree_category(self->categories, node)->parent;
        span->resolved[i] = self->markers && (node == CATEGORY_NONE ? self->fine : span->resolved[node]);
        span->reached[i] = self->markers && (node == CATEGORY_NONE || span->reached[node]);
    }
}

static void fill_span(scheme *self, struct span *span, text code, day_number on)
{
    size_t count = (size_t)offence_tree_count(self->categories);
    bool *own = memory_new(count, sizeof *own);
    text line;
    span->resolved = memory_new(count, sizeof *span->resolved);
    span->reached = memory_new(count, sizeof *span->reached);
    while (text_split(&code, '\n', &line)) {
        int node = text_is(line, no_markers) ? CATEGORY_NONE : offence_tree_place(self->categories, line, on);
        if (node != CATEGORY_NONE)
            own[node] = true;
    }
    fill_nodes(self, span, own);
    fill_markers(self, span);
    free(own);
}

scheme *scheme_create(text code, const offence_tree *categories)
{
    size_t suffix = sizeof no_markers - 1;
    scheme *self = memory_new(1, sizeof *self);
    self->categories = categories;
    self->markers = code.size < suffix || memcmp(code.at + code.size - suffix, no_markers, suffix) != 0;
    self->fine = code.size == 0 || (!self->markers && code.size == suffix);
    find_changes(self, code);
    self->spans = memory_new(self->change_count + 1, sizeof *self->spans);
    for (size_t i = 0; i <= self->change_count; i++)
        fill_span(self, &self->spans[i], code, i == 0 ? (self->change_count > 0 ? self->changes[0] - 1 : DAY_MAX)
                                                     : self->changes[i - 1]);
    return self;
}

void scheme_destroy(scheme **self)
{
    if (*self == NULL)
        return;
    for (size_t i = 0; i <= (*self)->change_count; i++) {
        free((*self)->spans[i].resolved);
        free((*self)->spans[i].reached);
    }
    free((*self)->spans);
    free(*self);
    *self = NULL;
}

static const struct span *span_on(const scheme *self, day_number on)
{
    size_t i = 0;
    while (i < self->change_count && on >= self->changes[i])
        i++;
    return &self->spans[i];
}

bool scheme_resolves(const scheme *self, int category_index, day_number on)
{
    return span_on(self, on)->resolved[category_index];
}

bool scheme_reaches(const scheme *self, int category_index, day_number on)
{
    return span_on(self, on)->reached[category_index];
}

size_t scheme_changes(const scheme *self, const day_number **out)
{
    *out = self->changes;
    return self->change_count;
}
