/* priority_words.h - the figures behind advice in plain English, and all that qualifies them. Never a cause.
 *
 * Proved by tests/test_priority_words.c.
 */
#ifndef TOCSIN_PRIORITY_WORDS_H
#define TOCSIN_PRIORITY_WORDS_H

#include "priority_advice.h"
#include "words.h"

/* "159 to 217, +36.5 %". */
text words_of_move(const category_facts *self, arena *memory);

/* "would rank third among the 9 offence groups"; empty where it has no rank. */
text words_of_rank(const category_facts *self, arena *memory);

/* "Drug offences: 317, against 287 in 2022-23: +10.5 % (95 % interval -6.1 to +30.1, p = .22); ...".
 *   evidence   whose parts are shown as shares; NULL: none are
 *   all        every category's facts, by index */
text words_of_facts(const category_facts *self, const priority_evidence *evidence, const category_facts *all,
                    arena *memory);

/* What must be kept in mind with them, added to a line: not significant, small numbers, police activity, few recorded,
 * a proxy, another date or comparison than the rest, changes of recording, what the file says. */
void add_caveats_of_facts(advice_line *to, const category_facts *self, const priority_evidence *evidence,
                          const advice_rules *by, arena *memory);

/* "...: 24 (latest, 1,000 asked), 21 (previous, 1,000 asked): +3.0 points (95 % interval -0.7 to +6.7, p = .11)", and
 * what must be kept in mind: that it can't be tested, above all. */
void say_indicator(advice_line *to, const shown_indicator *self, const advice_rules *by, arena *memory);

#define CAVEAT_DETECTION "few recorded offences may mean little detection"

void add_caveat(advice_line *to, text words);

#endif
