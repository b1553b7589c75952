#include "rising.h"

#include <math.h>
#include <stdlib.h>

#include "priority_advice.h"
#include "statistics/benjamini_hochberg.h"

void rising_covered(const priorities *by, const offence_tree *tree, bool *out)
{
    for (int c = 0; c < offence_tree_count(tree); c++) {
        out[c] = false;
        for (size_t i = 0; i < priorities_count(by); i++)
            for (size_t k = 0; k < priorities_at(by, i)->evidence_count; k++)
                out[c] = out[c] || offence_tree_contains(tree, priorities_at(by, i)->evidence[k].category, c);
    }
}

/* Does a bridging node only repeat what its children tell? */
static bool is_told_apart(const offence_tree *tree, const category_facts *facts, int category_index)
{
    const category *node = offence_tree_category(tree, category_index);
    for (int child = node->first_child; node->bridging && child != CATEGORY_NONE;
         child = offence_tree_category(tree, child)->next_sibling)
        if (facts[child].row->coverage == COVERAGE_COMPLETE)
            return true;
    return false;
}

static bool rose(const offence_tree *tree, const category_facts *facts, int category_index, const advice_rules *by)
{
    return facts_rose(&facts[category_index], by->new_percent, by->new_p) && !is_told_apart(tree, facts, category_index);
}

static bool any_below_rose(const offence_tree *tree, const category_facts *facts, int category_index, const advice_rules *by)
{
    for (int child = offence_tree_category(tree, category_index)->first_child; child != CATEGORY_NONE;
         child = offence_tree_category(tree, child)->next_sibling)
        if (rose(tree, facts, child, by) || any_below_rose(tree, facts, child, by))
            return true;
    return false;
}

static double growth(const rising_category *self)
{
    return self->facts->row->count / self->facts->before;
}

static int by_growth(const void *a, const void *b)
{
    double x = growth(a), y = growth(b);
    return x > y ? -1 : x < y;
}

/* Each category's q, by index; the caller frees. */
static double *adjust(const category_facts *facts, size_t count, size_t *tested)
{
    double *p = memory_new(count, sizeof *p), *q = memory_new(count, sizeof *q);
    size_t *order = memory_new(count, sizeof *order);
    *tested = 0;
    for (size_t c = 0; c < count; c++) {
        p[c] = facts[c].change.p;
        *tested += isnan(p[c]) ? 0 : 1;
    }
    benjamini_hochberg(p, count, order, q);
    free(p);
    free(order);
    return q;
}

size_t rising_find(const offence_tree *tree, const category_facts *facts, const bool *covered, const advice_rules *by,
                   rising_category *out)
{
    size_t found = 0, tested;
    double *q = adjust(facts, (size_t)offence_tree_count(tree), &tested);
    for (int c = 0; c < offence_tree_count(tree); c++)
        if (!covered[c] && rose(tree, facts, c, by) && !any_below_rose(tree, facts, c, by))
            out[found++] = (rising_category){&facts[c], q[c], tested};
    qsort(out, found, sizeof *out, by_growth);
    free(q);
    return found;
}

size_t rising_against(const offence_tree *tree, const category_facts *facts, int category_index, const advice_rules *by,
                      const category_facts **out)
{
    size_t count = 0;
    for (int child = offence_tree_category(tree, category_index)->first_child; child != CATEGORY_NONE;
         child = offence_tree_category(tree, child)->next_sibling)
        if (facts_fell(&facts[child], by->new_percent, by->significance))
            out[count++] = &facts[child];
    return count;
}
