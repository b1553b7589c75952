/* record.h - one incident as it travels, and the bounds that every part holds it to.
 *
 * Made by a collector, carried by the wire, admitted by the aggregator. Texts point into whatever buffer
 * or arena the record came from. Proved by tests/test_record.c.
 */
#ifndef TOCSIN_RECORD_H
#define TOCSIN_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "calendar.h"
#include "text.h"

enum {
    REFERENCE_SIZE_MAX = 128,        /* octets; data.police.uk uses 64 */
    CODE_SIZE_MAX = 96,              /* octets of an offence code, an area code or name, an origin */
    MARKERS_SIZE_MAX = 256,          /* octets of all markers with their separators */
    OUTCOME_SIZE_MAX = 128,
    STAMP_SIZE_MAX = 40,             /* octets of an ISO 8601 date-time */
    RECORD_SIZE_MAX = 64 * 1024,     /* octets of a source's row; more is rejected and kept in part */
    COORDINATE_NONE = INT32_MIN,
};

typedef enum record_status {
    RECORD_RECORDED = 0,
    RECORD_CANCELLED = 1, /* formerly "no-crimed", or transferred away */
    RECORD_WITHDRAWN = 2, /* a later issue of its snapshot lacks it: never on the wire */
} record_status;

typedef struct incident {
    text origin;       /* the recording system that issued the reference */
    text reference;    /* with the origin, the identity */
    uint64_t revision; /* the source's own number of this version; 0 where it has none */
    int64_t issued_ns; /* when the source issued this version, nanoseconds since 1970 UTC */
    record_status status;
    day_number recorded;      /* UK local date on which it was recorded: the date that counts; or DAY_NONE */
    bool month_only;   /* the source knew only the month; `recorded` is its last day */
    text offence;      /* Home Office code, or another classification's own code */
    text area;         /* the finest code known; may be empty */
    text area_name;    /* what the source calls it ("Stafford 004B"), if that helps to place it */
    text area_within;  /* a wider area, known to contain it, that counts where the finer is not known */
    text markers;      /* separated by ';', as the source has them */
    text outcome;
    text recorded_at;  /* the source's own stamp where it knew the time; else empty */
    text occurred_at;  /* ISO 8601, as the source has it */
    text occurred_to;
    int32_t latitude_e6; /* millionths of a degree (WGS 84), or COORDINATE_NONE */
    int32_t longitude_e6;
    uint64_t line;     /* in the source, from 1; 0: it has none. Says where it stands, not what it says */
} incident;

/* A source's row that could not be read as an incident: kept as a reject, counted as rejected. */
typedef struct faulty {
    text origin;
    text reference;  /* where it could be read; else empty */
    uint64_t line;   /* in the source, from 1; 0 unknown */
    text column;     /* the column at fault; may be empty */
    text value;      /* the value at fault, cut to CODE_SIZE_MAX octets */
    text reason;     /* in words, with what to do */
    text row;        /* the row's first octets, at most RECORD_SIZE_MAX */
    uint64_t size;   /* octets of the whole row */
    uint64_t digest; /* XXH3 of the whole row */
} faulty;

/* An incident with everything empty or unknown. */
incident incident_empty(void);

/* What is wrong with the incident by itself, in words; NULL when nothing is.
 *   field   set to the name of the column at fault ("reference", "recorded_at" ...)
 * A cancellation needs only its identity. Unknown codes and future dates are the aggregator's to judge.
 */
const char *incident_fault(const incident *self, const char **field);

/* "recorded" or "cancelled" (any case; empty means recorded).
 * Returns false for any other word. */
bool record_status_read(text from, record_status *out);

/* Degrees in decimal ("52.805700") to millionths, rounded to the nearest.
 *   limit   90 for a latitude, 180 for a longitude
 * Returns false when it is no number or outside -limit to limit */
bool coordinate_read(text from, int limit, int32_t *out_e6);

#endif
