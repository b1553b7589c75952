/* letter_figures.h - an event's figures read back, and the short words of them: the change, the comparator, the rule.
 *
 * Proved by tests/test_letter.c.
 */
#ifndef TOCSIN_LETTER_FIGURES_H
#define TOCSIN_LETTER_FIGURES_H

#include "judging/rules.h"
#include "proto/alert_event.h"

typedef struct letter_figures {
    bool known;                /* false: the event has none (trouble of Tocsin's own, what people did), and nothing below holds */
    detector_kind detector;
    period now, before;        /* what is compared with what */
    double count, compared;
    double exposure, compared_exposure; /* years, or residents */
    double percent;            /* NAN: from none */
    bool percent_shown;        /* the numbers carry one */
    bool complete;             /* false: the count is "at least" */
    double level_percent;      /* the largest change that a threshold of its level asks for; NAN: none does */
} letter_figures;

letter_figures letter_figures_of(const alert_event *of);

/* "up 21.3 % (747 from 616)", "14 in the week, 5.2 expected"; empty where there are no figures. */
text letter_change_words(const letter_figures *self, arena *memory);

/* "the baseline year 2022-23 (to 31 March 2023)"; empty where there are no figures. */
text letter_comparator_words(const letter_figures *self, arena *memory);

/* "against-baseline; priority from 20 % with p below 0.001"; empty without a rule. */
text letter_rule_words(const alert_event *of, arena *memory);

#endif
