/* canonical.h - the canonical incident record: named texts to an incident, checked.
 *
 * What the CSV and the JSON lines of DESIGN's canonical file have in common. Proved by
 * tests/test_canonical.c.
 */
#ifndef TOCSIN_CANONICAL_H
#define TOCSIN_CANONICAL_H

#include "proto/record.h"

typedef enum canonical_field {
    CANONICAL_REFERENCE,
    CANONICAL_REVISION,
    CANONICAL_STATUS,
    CANONICAL_RECORDED_AT,
    CANONICAL_OCCURRED_AT,
    CANONICAL_OCCURRED_TO,
    CANONICAL_OFFENCE,
    CANONICAL_AREA,
    CANONICAL_MARKERS,
    CANONICAL_OUTCOME,
    CANONICAL_LATITUDE,
    CANONICAL_LONGITUDE,
    CANONICAL_ORIGIN,
    CANONICAL_FIELDS
} canonical_field;

/* "reference", "revision" ... */
const char *canonical_name(canonical_field field);

/* Must every file have it? reference, recorded_at, offence, area. */
bool canonical_is_required(canonical_field field);

/* What is wrong with a row, and where. */
typedef struct canonical_fault {
    const char *column;
    text value;
    const char *reason; /* "is not a date ...", with what to do */
} canonical_fault;

/* Texts to an incident; they are not copied.
 *   fields   by canonical_field; empty where the row has nothing
 *   origin   where the row names none
 * Returns    false: `fault` says why; `out` then holds what could be read of its identity */
bool canonical_read(const text fields[CANONICAL_FIELDS], text origin, incident *out, canonical_fault *fault);

#endif
