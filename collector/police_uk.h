/* police_uk.h - a feed of one data.police.uk street-level file: the whole of a force's month.
 *
 * Source: https://data.police.uk/about/ (columns, crime types, what the month means). The origin is the
 * force that a record falls within, the file's month its revision; a row without a Crime ID gets a reference
 * made from its content, so that the same row gets the same reference wherever it stands.
 * Proved by tests/test_police_uk.c, tests/test_police_references.c and, on real files, by tests/integration/test_police_uk.py.
 */
#ifndef TOCSIN_POLICE_UK_H
#define TOCSIN_POLICE_UK_H

#include "feed.h"

typedef struct police_uk_settings {
    const char *path;
    int64_t issued_ns; /* when this issue of the month was published; 0: when the file was last changed */
    bool from_start;
    void (*tell)(const char *path, const char *words);
} police_uk_settings;

/* The file is read when its turn comes.
 * Returns NULL when it can't be opened, of which the user was told */
feed *police_uk_create(police_uk_settings settings);

/* The month of a file, for putting many into order; by name, else by its first row. 0: unknown. */
month_number police_uk_month(const feed *self);

/* Is it named like a street-level file ("2025-01-staffordshire-street.csv")? */
bool police_uk_is_street_name(const char *name);

#endif
