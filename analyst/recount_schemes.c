/* The recount's own understanding of what a source can tell, and of whose part counts. */
#include "recount_parts.h"

/* The scheme's next code, and its category; false at the end. "-markers" is no code. */
static bool next_code(const recount *self, text *rest, day_number on, int *category_index)
{
    text line;
    while (text_split(rest, '\n', &line))
        if (!text_is(line, "-markers")) {
            *category_index = recount_category_of(self, line, on);
            return true;
        }
    return false;
}

static bool has_markers(text scheme)
{
    text line;
    while (text_split(&scheme, '\n', &line))
        if (text_is(line, "-markers"))
            return false;
    return true;
}

static bool is_coarse(text scheme)
{
    text line;
    while (text_split(&scheme, '\n', &line))
        if (!text_is(line, "-markers"))
            return true;
    return false;
}

static bool gives(const recount *self, text scheme, int category_index, day_number on)
{
    int found;
    while (next_code(self, &scheme, on, &found))
        if (found == category_index)
            return true;
    return false;
}

/* All of a node, from its own code or from all of its parts. */
static bool gives_whole(const recount *self, text scheme, int category_index, day_number on)
{
    bool parts = false;
    if (gives(self, scheme, category_index, on))
        return true;
    for (int i = 0; i < self->category_count; i++) {
        if (self->categories[i].up != category_index || self->categories[i].marker.size > 0)
            continue;
        if (!gives_whole(self, scheme, i, on))
            return false;
        parts = true;
    }
    return parts;
}

static int node_above_markers(const recount *self, int category_index)
{
    while (category_index != NOWHERE && self->categories[category_index].marker.size > 0)
        category_index = self->categories[category_index].up;
    return category_index;
}

bool scheme_tells(const recount *self, uint32_t scheme, int category_index, day_number on)
{
    text code = self->codes[CODE_SCHEME] != NULL ? self->codes[CODE_SCHEME][scheme].code : (text){"", 0};
    if (self->categories[category_index].marker.size > 0) {
        int node = node_above_markers(self, category_index);
        if (!has_markers(code))
            return false;
        return node == NOWHERE ? !is_coarse(code) : scheme_tells(self, scheme, node, on);
    }
    if (!is_coarse(code))
        return true;
    for (int up = self->categories[category_index].up; up != NOWHERE; up = self->categories[up].up)
        if (gives(self, code, up, on))
            return false;
    return gives_whole(self, code, category_index, on);
}

bool scheme_touches(const recount *self, uint32_t scheme, int category_index, day_number on)
{
    text code = self->codes[CODE_SCHEME] != NULL ? self->codes[CODE_SCHEME][scheme].code : (text){"", 0};
    int found;
    if (self->categories[category_index].marker.size > 0) {
        int node = node_above_markers(self, category_index);
        return has_markers(code) && (node == NOWHERE || scheme_touches(self, scheme, node, on));
    }
    if (!is_coarse(code))
        return true;
    while (next_code(self, &code, on, &found))
        if (found != NOWHERE && (knot_holds(self->categories, found, category_index) ||
                                 knot_holds(self->categories, category_index, found)))
            return true;
    return false;
}

static bool covers(const recount *self, const declared_days *d, int area_index, int category_index, day_number on)
{
    return on >= d->days.from && on <= d->days.to && knot_holds(self->areas, d->area, area_index) &&
           (d->category == NOWHERE || knot_holds(self->categories, d->category, category_index)) &&
           scheme_touches(self, d->scheme, category_index, on);
}

bool recount_outranked(const recount *self, uint32_t origin, int area_index, int category_index, day_number on)
{
    bool own = false, better = false;
    if (self->ranks[origin] == 0)
        return false;
    for (size_t i = 0; i < self->declared_count; i++) {
        const declared_days *d = &self->declared[i];
        int rank = self->ranks[d->origin];
        bool above = rank != 0 && self->ranks[origin] != 0 && rank < self->ranks[origin];
        if ((d->origin != origin && !above) || !covers(self, d, area_index, category_index, on))
            continue;
        own = own || d->origin == origin;
        better = better || above;
    }
    return own && better;
}
