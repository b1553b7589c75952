/* police_uk_parts.h - the inside of a street file's feed, for the files that make it up: police_uk, police_uk_rows.
 * Nobody else includes it. */
#ifndef TOCSIN_POLICE_UK_PARTS_H
#define TOCSIN_POLICE_UK_PARTS_H

#include "police_uk.h"
#include "proto/csv_reader.h"
#include "proto/digest.h"
#include "proto/map.h"

enum {
    CRIME_ID, MONTH, REPORTED_BY, FALLS_WITHIN, LONGITUDE, LATITUDE, LOCATION, LSOA_CODE, LSOA_NAME, CRIME_TYPE,
    OUTCOME, CONTEXT, COLUMNS
};

/* As the header of a file has them. */
extern const char *const police_uk_columns[COLUMNS];

enum stage { STAGE_BEGIN, STAGE_ROWS, STAGE_COVERAGE, STAGE_END, STAGE_DONE };

struct police_uk {
    feed base;
    police_uk_settings settings;
    char *octets;
    size_t size;
    unsigned char digest[DIGEST_SIZE];
    int64_t issued_ns;
    csv_reader *reader;
    int columns[COLUMNS];
    char origin[CODE_SIZE_MAX + 1]; /* the force of all its rows, or of the first */
    month_number month;             /* of all its rows, or of the first; 0: none could be read */
    bool whole;                     /* all rows are one force's and one month's: the file is a snapshot */
    uint64_t rows, given;           /* in the file; and of them so far */
    enum stage stage;
    coverage_declaration claim;
    map *minted;                    /* content of a row without Crime ID -> how many so far */
    arena *minted_memory;
    char *path;
    bool told;                      /* what limits its use */
    char reason[160], shown[96];
};

/* A field without the spaces around it; empty where the file has no such column. */
text police_uk_cell(const struct police_uk *self, const csv_row *row, int column);

/* Can it be the name of a force? */
bool police_uk_is_force(text force);

/* Adds a row to what is sent, as an incident or as a faulty row.
 *   st   as csv_reader_next gave it: STATUS_TOO_LARGE is a fault of the row */
void police_uk_take_row(struct police_uk *self, status st, const csv_row *row, batch *to);

#endif
