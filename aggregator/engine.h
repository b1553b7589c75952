/* engine.h - all counting state, owned by one thread: records in, one commit at a time out.
 *
 * Admit, classify, count and store stand behind it; who speaks to whom over which socket is receive's
 * business. Time comes in as an argument. Between engine_commit calls nothing is durable; when a commit
 * fails, everything since the one before is forgotten, in memory as in the store, and may be handed in
 * again. Proved by tests/test_engine.c.
 */
#ifndef TOCSIN_ENGINE_H
#define TOCSIN_ENGINE_H

#include "figures/coverage.h"
#include "figures/faults.h"
#include "figures/reference.h"
#include "storage/store.h"

typedef struct engine engine;

/* Opens the store in a folder, takes the reference data over if they changed since last time (recounting
 * everything then), and is ready to admit.
 *   reference_folder   NULL: what the store has
 *   now_s              seconds since 1970 UTC
 *   why                on failure, in words
 * Errors               as store_open; STATUS_REFUSED when the reference data or rules have faults (they are printed) */
status engine_open(const char *folder, const char *reference_folder, int64_t now_s, engine **out,
                   char why[NOTE_SIZE_MAX]);

/* Writes what spares work at the next start, and closes. What was not committed is forgotten. */
void engine_close(engine **self);

/* --- records ----------------------------------------------------------------------------------- */

/* Where a record comes from. */
typedef struct sender {
    stream_key stream;
    bool in_snapshot; /* within an issue that counts */
    bool ignored;     /* within an issue older than one held: nothing is taken */
} sender;

typedef enum admission_kind {
    ADMISSION_ACCEPTED, /* an incident that was not known */
    ADMISSION_REPEATED, /* says what a kept version says */
    ADMISSION_REPLACED, /* another version of a known incident */
    ADMISSION_REJECTED, /* kept as a reject */
} admission_kind;

typedef struct admission {
    admission_kind kind;
    reject_reason reason; /* of a reject */
    text words;           /* of a reject: what is wrong and what to do; until the next commit */
} admission;

/* These records will be admitted next: finding them by reference is then faster. */
void engine_expect(const engine *self, const incident *next, size_t count);

/* Takes one record.
 * Errors   the store's, when it could not be read: the commit must not be made then (engine_forget) */
status engine_admit(engine *self, const incident *record, const sender *from, int64_t now_s, admission *out);

/* Takes a row that could not be read, as a reject. */
void engine_admit_faulty(engine *self, const faulty *row, const sender *from, int64_t now_s, admission *out);

/* --- snapshots --------------------------------------------------------------------------------- */

typedef struct snapshot snapshot;

typedef enum snapshot_answer {
    SNAPSHOT_TAKEN,
    SNAPSHOT_OLDER, /* than an issue that is held: nothing of it counts */
} snapshot_answer;

/* Begins an issue. What earlier issues hold is remembered until its end. */
status engine_snapshot_begin(engine *self, const snapshot_begin *what, int64_t now_s, snapshot **out,
                             snapshot_answer *answer, char words[NOTE_SIZE_MAX]);

/* One of its records or faulty rows came, whatever became of it.
 *   named   its reference; empty where it could not be read: then nothing is withdrawn at the end */
void engine_snapshot_saw(snapshot *self, text named);

/* Has a later issue of the same begun meanwhile, on another stream? Then this one is given up, as if it had come
 * behind that: what it brought so far the later one holds, and nothing more of it counts.
 *   words   then: says so */
status engine_snapshot_overtaken(engine *self, snapshot **of, bool *overtaken, char words[NOTE_SIZE_MAX]);

/* Ends it: what earlier issues held and this one lacks is withdrawn.
 *   withdrawn   how many; or UINT64_MAX: rows without a readable reference forbid to withdraw any */
status engine_snapshot_end(engine *self, snapshot **of, int64_t now_s, uint64_t *withdrawn);

/* Gives it up; what was admitted stays. */
void engine_snapshot_abandon(snapshot **self);

/* --- coverage ---------------------------------------------------------------------------------- */

/* Would the declaration be taken? As coverage_check. */
coverage_answer engine_check_claim(engine *self, const coverage_declaration *what, int64_t now_s,
                                   char words[NOTE_SIZE_MAX]);

status engine_declare(engine *self, const coverage_declaration *what, int64_t now_s, coverage_answer *answer,
                      char words[NOTE_SIZE_MAX]);

/* What an origin has promised of an area, as stored; sources.csv stands in where it declared no interval. */
typedef struct promised {
    text origin, title;
    uint32_t area;
    text area_name;
    uint32_t interval_s; /* 0: none */
    bool retired;
    int64_t declared_s;  /* when it last declared anything: seconds since 1970 UTC */
} promised;

/* Every promise that was ever made, by origin. */
status engine_promises(engine *self, void (*visit)(void *context, const promised *one), void *context);

/* --- streams ----------------------------------------------------------------------------------- */

/* What is held of a stream, uncommitted changes included; `position.held` is false when nothing is. */
status engine_stream(engine *self, stream_key key, arena *memory, stream_state *out);

/* Is that stored already, or only with the next commit? */
bool engine_stream_is_stored(const engine *self, stream_key key);

/* Holds this from the next commit on. */
void engine_put_stream(engine *self, const stream_state *state);

/* --- committing -------------------------------------------------------------------------------- */

/* Records handed in since the last commit, and whether there is anything to commit. */
size_t engine_pending(const engine *self);
bool engine_has_changes(const engine *self);

/* Stores everything since the last commit, or nothing: then all of it is forgotten. */
status engine_commit(engine *self, int64_t now_s);

/* Forgets everything since the last commit. */
void engine_forget(engine *self);

/* Housekeeping for an idle moment: moves the log into the main file, writes the finder's checkpoint. */
void engine_idle(engine *self);

/* Housekeeping that can't wait for one: when the log, or what a start would have to read, has grown beyond its bound. */
void engine_relieve(engine *self);

/* Takes reference data over and recounts everything from the kept versions, in one commit.
 *   progress   called now and then with how many of how many versions are done; may be NULL */
status engine_adopt(engine *self, reference **data, text digest, int64_t now_s,
                    void (*progress)(uint64_t done, uint64_t of), char why[NOTE_SIZE_MAX]);

/* Reads the folder, and the imported rows beside the store, again; adopts them if anything changed.
 *   found    every fault, of the rules as well; with errors in it nothing is adopted and STATUS_REFUSED comes back */
status engine_reload(engine *self, const char *folder, int64_t now_s, faults *found, char why[NOTE_SIZE_MAX]);

/* Takes the open rejects through admission again, all of them in one commit, or none. Those that are accepted are
 * resolved.
 *   tried, accepted   counts */
status engine_retry_rejects(engine *self, int64_t now_s, uint64_t *tried, uint64_t *accepted);

/* --- levels ------------------------------------------------------------------------------------ */

/* Who hands in what comes from now on: 0 what happens as it happens; else the number of a loader, for whose backlog
 * nobody is alarmed before its end. */
void engine_set_loader(engine *self, uint32_t loader);

/* A loader has sent its backlog, or is gone; are others still loading? With the next commit where the series stand
 * is announced. */
void engine_loaded(engine *self, uint32_t loader, bool others);

/* A loader is gone before its end; are others still loading? What it left waits for the end of another load, and nothing
 * that another has ended waits for it. */
void engine_loader_gone(engine *self, uint32_t loader, bool others);

/* --- events that the counts don't make ------------------------------------------------------------ */

/* Stores what people did, or how Tocsin itself fares, at once, in a commit of its own; what is pending stays pending.
 *   events     their numbers are given here, following on one another; one that has no batch is its own, one whose batch
 *              is EVENT_OPENS belongs to the first's, and one whose alert is EVENT_OPENS opens an alert
 *   silences   a new one bears EVENT_OPENS for its number: that of the first event
 * Errors       the store's: nothing was stored */
#define EVENT_OPENS UINT64_MAX
status engine_tell(engine *self, stored_event *events, size_t count, stored_silence *silences, size_t silence_count,
                   int64_t now_s);

/* The number of the newest event that is stored; 0: there is none. */
uint64_t engine_last_event(const engine *self);

const reference *engine_reference(const engine *self);

/* The thresholds in force (judging/rules.h). They go when other reference data are adopted. */
const struct rules *engine_rules(const engine *self);
store *engine_store(engine *self);
const char *engine_trouble(const engine *self);

#endif
