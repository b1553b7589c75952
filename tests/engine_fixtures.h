/* engine_fixtures.h - an engine on a real store in a small world of areas and offences, and what it has
 * counted in words that tell codes, not numbers: so engines can be compared whatever came first.
 */
#ifndef TOCSIN_ENGINE_FIXTURES_H
#define TOCSIN_ENGINE_FIXTURES_H

#include "aggregator/engine.h"
#include "store_fixtures.h"

/* The world: nation EW; force F1 (which took over the former FF) with districts D1, D2 (which took over the
 * former FD), force F2 with D3; L1 is an LSOA in D1, L2 in D2. Categories: all-crime (violence-and-sexual (violence,
 * sexual), theft (burglary (home, other-burglary), other-theft)), asb, local-fraud; markers hate (under all-crime)
 * and domestic (under violence). Offences: 8N, 20, 30C, 30A, 49, ASB, LOCAL, those of data.police.uk (Burglary,
 * Other theft, Violence and sexual offences, Anti-social behaviour), and "Moved": theft to 2014, asb from 2015 on.
 * Origins: live has rank 1, police 2, third 3; others have none. */
typedef struct engine_world {
    char data[FOLDER_SIZE];      /* of the store */
    char reference[FOLDER_SIZE]; /* of the reference data */
    engine *engine;
    arena *memory;
    int64_t now_s; /* 2025-03-31, noon, unless the test moves it */
    sender from;
} engine_world;

/* For cmocka: *state is the world, with an engine open. */
int world_make(void **state);
int world_remove(void **state);

/* Any number of worlds, by hand. */
engine_world engine_world_make(void);
void engine_world_forget(engine_world *self);

/* The engine of a folder, or the test fails with its words. */
engine *engine_opened(const char *folder, const char *reference_folder, int64_t now_s);

/* Closes and opens again, with the same folders. */
void world_reopen(engine_world *self);

/* The reference data of the world, in a folder. */
void reference_write(const char *folder);

/* One file of it with something replaced: `old` must be in it. */
void reference_edit(const char *folder, const char *name, const char *old, const char *new_words);

/* Takes the world's folder over again; fails the test unless it is taken. */
void world_reload(engine_world *self);

/* --- records ----------------------------------------------------------------------------------- */

/* An incident of the origin "live".
 *   date   "2024-05-17", or "2024-05" where only the month is known */
incident crime(const char *named, const char *date, const char *offence_code, const char *area_code);

/* The same with a revision and an issue, in seconds. */
incident crime_again(incident like, uint64_t revision, int64_t issued_s);
incident cancellation(const char *named, uint64_t revision, int64_t issued_s);

/* Hands a record in. Words of a reject live in the world's memory. */
admission admitted(engine_world *self, incident record);
void assert_admitted(engine_world *self, incident record, admission_kind expected);

/* Handed in, and rejected for this reason, with words that hold these. */
void assert_rejected(engine_world *self, incident record, reject_reason reason, const char *words);

void world_commit(engine_world *self);

/* --- coverage ---------------------------------------------------------------------------------- */

/*   days        "2024-01-01..2024-12-31"
 *   categories, offences   with semicolons between them; "" for all */
coverage_declaration world_declaration(engine_world *self, const char *origin, const char *area_code, const char *days,
                                       const char *categories, const char *offences);
const char *world_declare(engine_world *self, coverage_answer expected, coverage_declaration what);

/* --- in words ---------------------------------------------------------------------------------- */

/* What is stored of one area: "home 2024-05-17 2, police: theft 2024-05 1 outranked", sorted; a month where only that
 * is known; the origin where it isn't live. */
const char *counts_of(engine_world *self, const char *area_code);
void assert_counts(engine_world *self, const char *area_code, const char *expected);

/* What a store holds that must be the same for every order of arrival, a line each, sorted, in codes: counts, versions
 * that stand, declared and known days. And the counts by themselves: "count D1 live home 2024-05-17 2 outranked". */
const char *world_in_words(store *from, arena *memory);
const char *counts_in_words(store *from, arena *memory);

/* Fails with the first line in which the two differ. */
void assert_same_words(const char *actual, const char *expected);

/* How many rejects are open. */
size_t open_reject_count(store *from);

#endif
