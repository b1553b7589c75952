#include "tally.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void tally_free(tally *self)
{
    free(self->rows);
    *self = (tally){0};
}

/* Where the category's row is, or would be. */
static size_t place_of(const tally *self, uint32_t category)
{
    size_t low = 0, high = self->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (self->rows[middle].category < category)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const tally_row *tally_find(const tally *self, uint32_t category)
{
    size_t place = place_of(self, category);
    return place < self->count && self->rows[place].category == category ? &self->rows[place] : NULL;
}

static tally_row *insert_row(tally *self, size_t place, uint32_t category)
{
    self->rows = memory_room(self->rows, self->count, &self->capacity, sizeof *self->rows);
    memmove(self->rows + place + 1, self->rows + place, (self->count - place) * sizeof *self->rows);
    self->rows[place] = (tally_row){.category = category};
    self->count++;
    return &self->rows[place];
}

static bool add(tally *self, uint32_t category, int day, int64_t change)
{
    assert(day >= 0 && day < TALLY_DAYS);
    size_t place = place_of(self, category);
    tally_row *row = place < self->count && self->rows[place].category == category ? &self->rows[place] : NULL;
    int64_t count = (row != NULL ? row->days[day] : 0) + change;
    int64_t total = (row != NULL ? row->total : 0) + change;
    if (count < 0 || count > UINT32_MAX || total > UINT32_MAX)
        return false;
    if (row == NULL)
        row = insert_row(self, place, category);
    row->days[day] = (uint32_t)count;
    row->total = (uint32_t)total;
    return true;
}

bool tally_add(tally *self, uint32_t category, int day, int32_t change)
{
    return add(self, category, day, change);
}

void tally_tidy(tally *self)
{
    size_t kept = 0;
    while (kept < self->count && self->rows[kept].total > 0)
        kept++;
    for (size_t i = kept; i < self->count; i++)
        if (self->rows[i].total > 0)
            self->rows[kept++] = self->rows[i];
    self->count = kept;
}

/* Text that is written forward into room that is known to suffice. */
typedef struct pen {
    char *at;
} pen;

static void put(pen *self, char c)
{
    *self->at++ = c;
}

static void put_number(pen *self, uint32_t value)
{
    char digits[10];
    int count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (count > 0)
        put(self, digits[--count]);
}

/* "12": */
static void put_key(pen *self, uint32_t key)
{
    put(self, '"');
    put_number(self, key);
    put(self, '"');
    put(self, ':');
}

static void put_days(pen *self, const tally_row *row)
{
    char open = '{';
    for (uint32_t day = 0; day < TALLY_DAYS; day++) {
        if (row->days[day] == 0)
            continue;
        put(self, open);
        put_key(self, day);
        put_number(self, row->days[day]);
        open = ',';
    }
    put(self, '}');
}

enum { KEY_SIZE = 14, ENTRY_SIZE = 16, BRACES = 4 }; /* octets at most: "4294967295":  and "31":4294967295, */

text tally_days_json(const tally *self, arena *memory)
{
    char *room = arena_take(memory, self->count * (KEY_SIZE + TALLY_DAYS * ENTRY_SIZE + BRACES) + BRACES);
    pen out = {room};
    char open = '{';
    for (size_t i = 0; i < self->count; i++) {
        if (self->rows[i].total == 0)
            continue;
        put(&out, open);
        put_key(&out, self->rows[i].category);
        put_days(&out, &self->rows[i]);
        open = ',';
    }
    if (open == '{')
        put(&out, '{');
    put(&out, '}');
    return (text){room, (size_t)(out.at - room)};
}

text tally_totals_json(const tally *self, arena *memory)
{
    char *room = arena_take(memory, self->count * (KEY_SIZE + ENTRY_SIZE) + BRACES);
    pen out = {room};
    char open = '{';
    for (size_t i = 0; i < self->count; i++) {
        if (self->rows[i].total == 0)
            continue;
        put(&out, open);
        put_key(&out, self->rows[i].category);
        put_number(&out, self->rows[i].total);
        open = ',';
    }
    if (open == '{')
        put(&out, '{');
    put(&out, '}');
    return (text){room, (size_t)(out.at - room)};
}

/* Reading our own JSON: objects, quoted numbers as keys, numbers. A general parser would cost ten times
 * as much, and these are read for every report. */
typedef struct scan {
    const char *at, *end;
} scan;

static scan scan_of(text json)
{
    const char *at = json.size > 0 ? json.at : "";
    return (scan){at, at + json.size};
}

static bool take(scan *self, char c)
{
    if (self->at == self->end || *self->at != c)
        return false;
    self->at++;
    return true;
}

static bool take_number(scan *self, uint32_t *out)
{
    uint64_t value = 0;
    const char *from = self->at;
    while (self->at < self->end && *self->at >= '0' && *self->at <= '9' && value <= UINT32_MAX)
        value = value * 10 + (uint64_t)(*self->at++ - '0');
    *out = (uint32_t)value;
    return self->at > from && value <= UINT32_MAX;
}

static bool take_key(scan *self, uint32_t *out)
{
    return take(self, '"') && take_number(self, out) && take(self, '"') && take(self, ':');
}

static bool add_days(scan *in, tally *to, uint32_t category)
{
    uint32_t day, count;
    if (!take(in, '{'))
        return false;
    do {
        if (!take_key(in, &day) || day >= TALLY_DAYS || !take_number(in, &count))
            return false;
        if (!add(to, category, (int)day, count))
            return false;
    } while (take(in, ','));
    return take(in, '}');
}

status tally_add_days_json(tally *self, text json)
{
    scan in = scan_of(json);
    uint32_t category;
    if (!take(&in, '{'))
        return STATUS_CORRUPT;
    if (take(&in, '}'))
        return in.at == in.end ? STATUS_OK : STATUS_CORRUPT;
    do {
        if (!take_key(&in, &category) || !add_days(&in, self, category))
            return STATUS_CORRUPT;
    } while (take(&in, ','));
    return take(&in, '}') && in.at == in.end ? STATUS_OK : STATUS_CORRUPT;
}

status tally_visit_totals(text json, void (*visit)(void *context, uint32_t category, uint32_t total), void *context)
{
    scan in = scan_of(json);
    uint32_t category, total;
    if (!take(&in, '{'))
        return STATUS_CORRUPT;
    if (take(&in, '}'))
        return in.at == in.end ? STATUS_OK : STATUS_CORRUPT;
    do {
        if (!take_key(&in, &category) || !take_number(&in, &total))
            return STATUS_CORRUPT;
        visit(context, category, total);
    } while (take(&in, ','));
    return take(&in, '}') && in.at == in.end ? STATUS_OK : STATUS_CORRUPT;
}
