/* The trees that the views sum over, worked out anew from the reference data. */
#include <stdlib.h>

#include "recount_parts.h"

/* One tree, as it is stored: by the numbers of codes, which only areas that are counted have. */
struct tree {
    recount *self;
    const char *table;
    code_kind kind;
    const knot *knots;
    const int *of_id; /* by number; NOWHERE: none of the reference data in force */
    size_t ids;       /* numbers are below this */
    bool *stored;     /* [ancestor * ids + node] */
};

static void take_pair(void *context, tree_pair pair)
{
    const struct tree *t = context;
    if (pair.ancestor < t->ids && pair.node < t->ids)
        t->stored[pair.ancestor * t->ids + pair.node] = true;
    else
        t->self->witness.differs(t->self->witness.context, "%s: the numbers %u and %u stand for nothing", t->table, pair.ancestor,
                                 pair.node);
}

/* A marker category lies across its parent, and is no part of its sum. */
static bool must_be_stored(const struct tree *t, int ancestor, int node)
{
    if (ancestor == NOWHERE || node == NOWHERE || (t->kind == CODE_AREA && !t->knots[node].counted))
        return false;
    return ancestor == node || (t->knots[node].marker.size == 0 && knot_holds(t->knots, ancestor, node));
}

static text code_of(const struct tree *t, size_t id)
{
    return t->self->codes[t->kind][id].code;
}

static void compare_pair(const struct tree *t, size_t ancestor, size_t node)
{
    bool stored = t->stored[ancestor * t->ids + node];
    if (stored == must_be_stored(t, t->of_id[ancestor], t->of_id[node]))
        return;
    t->self->witness.differs(t->self->witness.context, "%s: %.*s %s under %.*s", t->table, TEXT_ARGS(code_of(t, node)),
                             stored ? "stands, and should not," : "is missing", TEXT_ARGS(code_of(t, ancestor)));
}

static status compare_tree(struct tree t)
{
    t.ids = t.self->code_counts[t.kind];
    t.stored = memory_new(t.ids * t.ids, sizeof *t.stored);
    status st = store_tree(t.self->from, t.kind, take_pair, &t);
    for (size_t ancestor = 1; ancestor < t.ids && st == STATUS_OK; ancestor++)
        for (size_t node = 1; node < t.ids; node++)
            compare_pair(&t, ancestor, node);
    free(t.stored);
    return st;
}

status recount_trees(recount *self)
{
    status st = compare_tree((struct tree){.self = self, .table = "area_tree", .kind = CODE_AREA, .knots = self->areas,
                                           .of_id = self->area_of_id});
    if (st != STATUS_OK)
        return st;
    return compare_tree((struct tree){.self = self, .table = "category_tree", .kind = CODE_CATEGORY,
                                      .knots = self->categories, .of_id = self->category_of_id});
}
