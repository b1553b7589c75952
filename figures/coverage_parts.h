/* coverage_parts.h - what the files of the coverage share: declarations, what is known because of them, and whose count. For
 * them only. */
#ifndef TOCSIN_COVERAGE_PARTS_H
#define TOCSIN_COVERAGE_PARTS_H

#include "coverage.h"

/* What one origin has said of one (area, category, scheme). */
struct declared {
    uint32_t origin;
    text origin_code;
    int area;
    int category;       /* CATEGORY_NONE: all */
    uint32_t scheme;    /* number of its code; 0: everything */
    const scheme *says; /* what a source with this scheme can tell */
    period_set days;
};

struct coverage {
    const reference *reference;
    codebook *book;
    struct declared *each;
    size_t count, capacity;
    scheme **schemes; /* [number]; [0] tells everything apart */
    size_t scheme_capacity;
    period_set **known;  /* [area] -> [category]; NULL: nothing known */
    bool *outranked;     /* [origin] */
    size_t outranked_size;
};

/* Does the declaration speak of the category? */
bool coverage_in_scope(const coverage *self, const struct declared *d, int category_index);

/* Another origin's declaration that meets this one on some day, without a rank between them; NULL: none. */
const struct declared *coverage_clash(const coverage *self, const struct declared *with, period days);

/* To be called whenever declarations were added: which origins have another above them that covers the same thing? */
void coverage_note_ranks(coverage *self);

void coverage_forget_known(coverage *self, int area_index);

#endif
