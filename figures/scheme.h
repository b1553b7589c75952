/* scheme.h - how finely a source tells categories apart.
 *
 * A source that can give only some offence codes (data.police.uk: fourteen crime types) resolves a node if
 * its codes add up to just that node; what lies below one of its codes is unknown, not zero; what none of
 * its codes touches it doesn't reach at all. Written as one code (kind 8 of the store), so that equal
 * schemes have equal numbers. Proved by tests/test_scheme.c.
 */
#ifndef TOCSIN_SCHEME_H
#define TOCSIN_SCHEME_H

#include "offence_tree.h"

/* The scheme as a code: its offences sorted, one a line, and "-markers" if it has none. Empty when the source
 * tells everything apart. The text lives in the arena. */
text scheme_code(const coverage_declaration *from, arena *memory);

typedef struct scheme scheme;

/* Understands a scheme's code. */
scheme *scheme_create(text code, const offence_tree *categories);
void scheme_destroy(scheme **self);

/* Does the source give the whole of a category on a day, nothing hidden in a wider node? */
bool scheme_resolves(const scheme *self, int category_index, day_number on);

/* Does it say anything that would count in the category? */
bool scheme_reaches(const scheme *self, int category_index, day_number on);

/* The days on which the above may change, ascending. */
size_t scheme_changes(const scheme *self, const day_number **out);

#endif
