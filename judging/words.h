/* words.h - a change of level in plain English: what was counted, against what, how sure it is, and what to be
 * careful about. Never a cause. Proved by tests/test_words.c.
 */
#ifndef TOCSIN_JUDGING_WORDS_H
#define TOCSIN_JUDGING_WORDS_H

#include "area_fold.h"
#include "proto/count_text.h"

/* "747 in the 12 months to 31 March 2025, 616 in 2022-23: +21.3 % (p < .001)". */
text words_of_figures(const watch_rule *rule, const measurement *seen, int baseline, arena *memory);

/* "p < .001", "p = .22". */
text words_of_p(double p, arena *memory);

/* Everything that qualifies it: not significant, small numbers, not wholly known, provisional, police activity,
 * recording changes between what is compared; and what explains it. Sentences without a full stop.
 *   out       room for CAVEATS_MAX
 * Returns     how many */
enum { CAVEATS_MAX = 16 };
size_t words_of_caveats(const reference *data, int area_index, int category_index, const watch_rule *rule,
                        const level_change *change, const explanation *why, text out[CAVEATS_MAX], arena *memory);

#endif
