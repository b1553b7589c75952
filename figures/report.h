/* report.h - the tables of a strategic assessment, row by row, with everything that qualifies a figure.
 *
 * One row for each category: what was counted, against what it is compared, how sure the change is, the rate
 * and whose rates stand beside it. Unknown is NAN or an empty text, never zero. Printing is
 * report_print's business. Proved by tests/test_report.c, test_report_coverage.c, test_report_comparators.c,
 * test_report_notes.c and tests/integration/test_stafford.py.
 */
#ifndef TOCSIN_REPORT_H
#define TOCSIN_REPORT_H

#include "figures.h"
#include "window.h"

enum { COMPARATORS_MAX = 12 };

/* Notes that a table shows by itself, and therefore leaves out. */
#define REPORT_SMALL_NOTE "numbers too small for a percentage"
#define REPORT_BEFORE_NOTE "the period before is not wholly covered"
#define REPORT_BASELINE_NOTE "the baseline is not wholly covered: at least"
#define REPORT_AT_LEAST_NOTE "not wholly covered: at least"
#define REPORT_UNCOVERED_NOTE "not covered"
#define REPORT_UNTOLD_NOTE "no source tells"

typedef enum coverage_word {
    COVERAGE_COMPLETE, /* every day of the window is wholly covered */
    COVERAGE_AT_LEAST, /* some records are known, and there may be more */
    COVERAGE_NOTHING,  /* unknown */
} coverage_word;

/* "complete", "at least", "unknown". */
const char *coverage_word_text(coverage_word word);

typedef struct comparator {
    text code;
    text name;
    double rate;      /* per 1,000 residents */
    bool published;   /* not from live records */
    bool mean;        /* of members' rates: a most similar group */
    int population_year; /* of a live rate; 0: unknown */
    text source;      /* of a published one */
} comparator;

/* A count compared with an earlier one. */
typedef struct change {
    double percent;      /* NAN: none can be said */
    double low, high;    /* of its 95 % interval, in percent; high may be INFINITY */
    double p;            /* two-sided; NAN */
    bool small;          /* the numbers are too small for a percentage */
    bool telling;        /* large enough, or clear enough for small numbers, to say something: change_of's may_alert */
} change;

typedef struct report_row {
    int category;        /* index */
    text code, title;
    int depth;           /* in the tree, bridging nodes left out; 0 for a root */
    bool marker;
    bool bridging;
    bool root;           /* a root of its own beside the first: outside all crime */
    day_number as_of;
    window window;
    double count;
    coverage_word coverage;
    double previous;
    coverage_word previous_coverage;
    change change;
    double q;            /* beside change.p: the rows of the report were compared together; NAN with it, and of a bridging
                            row whose parts are told. Source: benjamini_hochberg.h */
    double baseline;
    coverage_word baseline_coverage;
    change baseline_change; /* none where window and baseline share days */
    double rate, rate_low, rate_high; /* per 1,000 residents, with OHID's limits */
    double population;
    int population_year;
    double share_pct;    /* of its root */
    comparator comparators[COMPARATORS_MAX];
    size_t comparator_count;
    text level, direction; /* "normal", "" ...; empty until somebody fills them in, and where no rule watches */
    text note;           /* all that qualifies the row; joined by "; " */
    text caveat;         /* the same without what a table shows by itself */
} report_row;

typedef struct report {
    subject subject;
    text level;          /* of the area: "district"; "csp" of a group */
    day_number as_of;    /* as asked, or as the coverage reaches */
    window window;       /* for that date; rows may have an earlier one */
    int baseline;        /* financial year by the year it begins in; 0: none */
    report_row *rows;    /* the tree in order, then marker categories */
    size_t row_count;
    text *notes;         /* on the whole */
    size_t note_count, note_capacity;
    size_t general_notes; /* so many of them come first; the rest tell of changes of recording */
    arena *memory;
} report;

typedef struct report_request {
    window_kind window;
    day_number as_of;    /* DAY_NONE: as far as the coverage reaches */
    int baseline;        /* 0: as priorities.yaml says */
    int population_year; /* 0: the nearest */
    day_number known_on; /* the store holds what was known then, which the report says; 0: what is known now */
} report_request;

/* Makes reports of one kind; what several of them compare with is read once. */
typedef struct report_maker report_maker;

report_maker *report_maker_create(const figures *from, report_request what);
void report_maker_destroy(report_maker **self);

/* The report of a subject.
 * Errors   the store's; STATUS_NOT_FOUND: no as-of date was given and nothing is covered */
status report_make(report_maker *self, const subject *of, report **out);
void report_destroy(report **self);

/* Nothing of the row is known in any of the periods; nor of any row of a report. */
bool row_says_nothing(const report_row *row);

/* Does a row stand in tables? Not when it says nothing, or joins what is told apart. */
bool row_is_shown(const report *self, size_t index);

/* How many rows are compared with the period before.
 *   clear   so many of them have p < .05; where nothing has changed, chance gives one in twenty */
size_t report_count_compared(const report *self, size_t *clear);

bool report_is_empty(const report *self);

#endif
