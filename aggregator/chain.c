#include "chain.h"

#include <assert.h>

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_i64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Codes are compared by their numbers only for equality: numbers depend on arrival. */
static bool same_codes(const version *a, const version *b)
{
    return a->offence == b->offence && a->place == b->place && a->markers == b->markers && a->outcome == b->outcome;
}

bool version_says_same(const version *a, const version *b)
{
    return a->revision == b->revision && a->status == b->status && a->recorded == b->recorded &&
           a->month_only == b->month_only && same_codes(a, b) && a->latitude_e6 == b->latitude_e6 &&
           a->longitude_e6 == b->longitude_e6 && text_equal(a->recorded_at, b->recorded_at) &&
           text_equal(a->occurred_at, b->occurred_at) && text_equal(a->occurred_to, b->occurred_to);
}

int version_order(const version *a, const version *b)
{
    int order = compare_u64(a->revision, b->revision);
    if (order == 0)
        order = compare_i64(a->issued_ns, b->issued_ns);
    if (order == 0)
        order = compare_i64((int64_t)a->status, (int64_t)b->status);
    if (order == 0)
        order = compare_u64(a->content, b->content);
    return order;
}

/* The highest version among those under lower revisions, or `count`. */
static size_t highest_below(const version *versions, size_t count, uint64_t revision, bool bounded)
{
    size_t found = count;
    for (size_t i = 0; i < count; i++) {
        if (bounded && versions[i].revision >= revision)
            continue;
        if (found == count || version_order(&versions[i], &versions[found]) > 0)
            found = i;
    }
    return found;
}

/* From the highest slot down, past those whose last statement is a withdrawal. */
size_t chain_standing(const version *versions, size_t count)
{
    assert(count > 0);
    size_t top = highest_below(versions, count, 0, false), found = top;
    while (found < count && versions[found].status == RECORD_WITHDRAWN)
        found = highest_below(versions, count, versions[found].revision, true);
    return found < count ? found : top;
}

/* The statement that a slot holds now, or `count`. */
static size_t slot_statement(const version *versions, size_t count, uint64_t revision)
{
    size_t found = count;
    for (size_t i = 0; i < count; i++)
        if (versions[i].revision == revision &&
            (found == count || version_order(&versions[i], &versions[found]) > 0))
            found = i;
    return found;
}

size_t chain_repeated(const version *versions, size_t count, const version *made, bool snapshot)
{
    for (size_t i = 0; i < count; i++)
        if (version_says_same(&versions[i], made) && (!snapshot || versions[i].issued_ns == made->issued_ns))
            return i;
    if (!snapshot)
        return count;
    size_t held = slot_statement(versions, count, made->revision);
    return held < count && version_says_same(&versions[held], made) ? held : count;
}
