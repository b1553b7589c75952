/* options.h - the collector's command line. Proved by tests/test_options.c. */
#ifndef TOCSIN_OPTIONS_H
#define TOCSIN_OPTIONS_H

#include "proto/wire.h"

enum { EXIT_FINE = 0, EXIT_FOUND_FAULT = 1, EXIT_WRONG_USE = 2 };

typedef enum source_kind { SOURCE_POLICE_UK, SOURCE_INCIDENTS, SOURCE_NDJSON, SOURCE_SIMULATE } source_kind;

typedef struct options {
    source_kind kind;
    char *const *paths;
    size_t path_count;
    const char *to;         /* endpoint of the aggregator */
    const char *name;       /* of this collector */
    const char *origin;     /* of records that name none */
    bool follow;
    bool from_start;
    int64_t issued_ns;      /* 0: as the file says */
    long give_up_s;         /* without a connection; 0: never */
    const char *spool;      /* folder of the spools; NULL: see spool_place.h */
    uint64_t spool_limit;   /* octets of one spool */
    bool receipts;          /* print what is kept of the input */
    bool forget_covers;     /* what earlier runs covered is not declared */
    const char *out;        /* simulate: write canonical CSV there instead of sending; NULL: send */
    coverage_declaration covers[CLAIMS_MAX];
    size_t cover_count;
    text categories[CLAIMS_MAX]; /* the one category of each, where it has one */
} options;

/* Returns -1 to go on, or an exit status: help was asked for, or something is wrong (it was told). */
int options_take(int argc, char **argv, options *out);

#endif
