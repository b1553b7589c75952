/* priority_facts.h - what the counts say of every category, gathered for the judgement of strategic priorities.
 *
 * A report's row, what it is compared with, its rank among the offence groups, its share with an interval, five years in a
 * row, and the changes of recording that lie between. Judges nothing. Proved by tests/test_priority_facts.c.
 */
#ifndef TOCSIN_PRIORITY_FACTS_H
#define TOCSIN_PRIORITY_FACTS_H

#include "figures/report.h"
#include "figures/yearly_counts.h"
#include "statistics/share.h"

/* Volume among the offence groups: the nodes directly below the first root, of which none holds another. */
typedef enum volume_kind {
    VOLUME_UNRANKED,   /* it stands beside the groups, or inside one of them */
    VOLUME_UNKNOWN,    /* not every group's count is known */
    VOLUME_RANKS,      /* it is one of the groups */
    VOLUME_WOULD_RANK, /* an overlay: where it would rank if it were one */
} volume_kind;

typedef struct category_facts {
    const report_row *row;
    bool police_generated;
    text against;           /* "2022-23", "the 12 months before"; empty: nothing to compare with is wholly known */
    bool baseline;          /* it is the baseline that it is compared with */
    double before;          /* count; NAN: nothing to compare with */
    change change;
    volume_kind ranked;
    size_t rank;            /* 1: the largest */
    size_t groups;          /* how many offence groups there are */
    share_limits share;     /* of its root; NAN: it is one, or the root isn't wholly known */
    text share_of;          /* the root's title, without what stands in parentheses */
    double years[YEARS_COUNTED]; /* oldest first; NAN: not wholly known */
    text *recording;        /* changes of its recording, or of a node's above it but the first root's, since what it is
                               compared with began */
    size_t recording_count;
} category_facts;

typedef struct priority_facts {
    category_facts *each;   /* by category index */
    size_t count;
    text *recording;        /* changes of recording of the whole first root */
    size_t recording_count;
} priority_facts;

/* Gathers them for a report of a rolling year, which must outlive them.
 *   memory   theirs
 * Errors     the store's */
status priority_facts_read(const figures *from, const report *of, arena *memory, priority_facts *out);

#endif
