/* store.h - everything that is kept: one folder, one writer, any number of readers.
 *
 * Names no database: whole groups go in, structs come out. Step 5 of the record's path; what one commit
 * takes is in the store after it whole, or not at all. schema.sql says what is kept and docs/store.md how
 * to read it with other tools. Proved by tests/test_store.c and tests/test_store_parts.c.
 *
 * Texts in what is read live in the arena that was given, or until the visitor returns.
 */
#ifndef TOCSIN_STORE_H
#define TOCSIN_STORE_H

#include "proto/calendar.h"
#include "proto/memory.h"
#include "proto/record.h"
#include "proto/status.h"
#include "proto/wire.h"
#include "sheet.h"
#include "tally.h"

typedef struct store store;

/* --- codes ------------------------------------------------------------------------------------- */

typedef enum code_kind {
    CODE_ORIGIN = 1,
    CODE_PLACE,
    CODE_OFFENCE,
    CODE_MARKERS,
    CODE_OUTCOME,
    CODE_AREA,
    CODE_CATEGORY,
    CODE_SCHEME,
    CODE_KINDS
} code_kind;

/* A code as it came, under a number that never changes. */
typedef struct stored_code {
    code_kind kind;
    uint32_t id; /* from 1 within the kind */
    text code;
    text name; /* of a place: what the source calls it */
    text hint; /* of a place: the wider area that counts where the finer is not known */
} stored_code;

/* --- versions ---------------------------------------------------------------------------------- */

typedef struct version {
    uint64_t id;       /* 1, 2, 3 ... in order of arrival */
    uint32_t origin;
    text reference;
    uint64_t revision;
    int64_t issued_ns;
    int64_t received_s;
    record_status status;
    bool current;      /* of the incident's versions this one stands */
    uint64_t previous; /* the version of the same incident that arrived before; 0: none */
    day_number recorded;
    bool month_only;
    uint32_t offence, place, markers, outcome; /* codes; 0: none */
    text recorded_at, occurred_at, occurred_to;
    int32_t latitude_e6, longitude_e6;
    uint64_t content;  /* a digest of what it says, in codes as they came; not stored, for whoever fills it in */
} version;

/* A change to a version that is stored already. */
typedef struct version_mark {
    uint64_t id;
    bool current;
    int64_t issued_ns;
} version_mark;

/* --- counts ------------------------------------------------------------------------------------ */

typedef struct month_key {
    uint32_t area;
    uint32_t origin;
    month_number month;
} month_key;

typedef struct month_counts {
    month_key key;
    const tally *counted;
    const tally *outranked;
} month_counts;

/* --- streams, issues, coverage, rejects -------------------------------------------------------- */

typedef struct stream_key {
    text source;
    text stream;
} stream_key;

typedef struct stream_state {
    stream_key key;
    position position;
    uint64_t instance; /* of the collector that sent last */
    uint64_t epoch;    /* grows when another instance takes the stream over */
    int64_t updated_s;
    uint64_t accepted, repeated, replaced, rejected; /* since the stream began */
} stream_state;

/* Named by origin, revision and digest: putting one again changes its stamp and its last version. */
typedef struct issue {
    uint32_t origin;
    uint64_t revision;
    int64_t issued_ns;
    text digest;
    int64_t received_s;
    uint64_t first_version;
    uint64_t last_version; /* 0: its end has not come */
} issue;

/* What an origin has said of one (area, category, scheme). */
typedef struct coverage_key {
    uint32_t origin;
    uint32_t area;
    uint32_t category; /* 0: all */
    uint32_t scheme;   /* 0: tells everything apart */
} coverage_key;

/* One declaration. Those of a key may overlap; all of their days together are covered. */
typedef struct declared_coverage {
    coverage_key key;
    period days;
    int64_t declared_s;
} declared_coverage;

typedef struct promise {
    uint32_t origin;
    uint32_t area;
    uint32_t interval_s; /* 0: none */
    bool retired;
    int64_t declared_s;
} promise;

/* The days on which a category of an area is wholly known. */
typedef struct covered_set {
    uint32_t area;
    uint32_t category;
    const period *days;
    size_t count;
} covered_set;

typedef struct reject {
    uint64_t id;
    uint64_t digest; /* the same reject twice is one */
    int64_t received_s;
    reject_reason reason;
    text words;
    text origin;
    text reference;
    uint64_t revision; /* of the version that was rejected */
    text source;
    text stream;
    uint64_t line;
    text record; /* an encoded incident, or empty */
    text row;    /* the source's row, or empty */
    uint64_t size;
    uint64_t row_digest;
} reject;

/* Where a series stands: levels from 0 (normal), directions 0 none, 1 rising, 2 falling (proto/levels.h). */
typedef struct stored_level {
    uint32_t area, category;
    uint8_t level, direction;
    uint8_t announced, announced_direction; /* what was announced last */
    text rule;          /* that decided; empty: normal */
    day_number since;   /* DAY_NONE: from the beginning */
    day_number as_of;   /* the date it was last looked at */
    uint64_t alert;     /* that is open on it; 0: none is */
} stored_level;

/* One announcement, or what somebody did about one. */
typedef struct stored_event {
    uint64_t id;        /* 1, 2, 3 ... without a gap */
    int64_t at_s;
    text kind;          /* proto/alert_event.h names them */
    uint64_t alert;     /* the event that opened the alert it belongs to, itself perhaps; 0: to none */
    text subject;       /* of Tocsin's own state: "source ORIGIN", "disk", "backup"; empty: of a series */
    uint32_t area, category; /* 0: none */
    day_number as_of;
    uint8_t level_before, level, direction_before, direction;
    text rule;
    bool corrected;     /* records of earlier dates changed it */
    uint32_t lowest;    /* category that explains the move; 0: none */
    uint64_t batch;     /* the first event of those that belong into one message */
    text figures;       /* JSON; empty is stored as "{}" */
    text words;
    text caveats;       /* JSON; empty is stored as "[]" */
    text who, note;     /* by people */
} stored_event;

/* What the events of one alert add up to; kept by store_commit as they come. */
typedef struct stored_alert {
    uint64_t id;           /* the event that opened it */
    text subject;
    uint32_t area, category;
    uint8_t level, direction, highest;
    int64_t opened_s, changed_s;
    int64_t closed_s;      /* 0: open */
    uint64_t decided;      /* the event that set its level */
    uint64_t acknowledged; /* the event that did; 0: none, or it was opened again */
} stored_alert;

/* Days on which something does not page. */
typedef struct stored_silence {
    uint64_t id;             /* the event with which it began */
    uint64_t alert;          /* only this one; 0: all of the area and category */
    uint32_t area, category; /* with all beneath; 0: any */
    period days;
    text recurs;             /* "", "weekly", "yearly" */
    text who, why;
    uint64_t ended;          /* the event with which it was ended before its time; 0: it was not */
} stored_silence;

typedef struct tree_pair {
    uint32_t ancestor;
    uint32_t node; /* itself included */
} tree_pair;

/* The reference data in force, and what follows from it. */
typedef struct adoption {
    const sheets *sheets;
    text digest;
    const tree_pair *areas;
    size_t area_count;
    const tree_pair *categories;
    size_t category_count;
} adoption;

typedef struct setting {
    text name;
    text value;
} setting;

/* --- opening ----------------------------------------------------------------------------------- */

/* For writing: makes the folder and the store where they are missing, brings an older schema up to date,
 * and holds the folder's lock until closed.
 *   why        on failure: what is wrong and what to do, in words
 * Errors       STATUS_BUSY     another process writes here
 *              STATUS_REFUSED  made by a newer version, or no store of ours
 *              STATUS_IO, STATUS_FULL, STATUS_CORRUPT */
status store_open(const char *folder, store **out, char why[NOTE_SIZE_MAX]);

/* For reading only; never creates, never checkpoints.
 *   folder     or a backup's file
 * Errors       STATUS_NOT_FOUND  no store there; and as above */
status store_open_reader(const char *folder, store **out, char why[NOTE_SIZE_MAX]);

void store_close(store **self);

/* What the engine said last, for a log line. */
const char *store_trouble(const store *self);

/* --- the group: what one commit takes ---------------------------------------------------------- */

typedef struct store_group {
    const stored_code *codes;
    size_t code_count;
    const version *versions; /* new ones, their numbers following on one another */
    size_t version_count;
    const version_mark *marks;
    size_t mark_count;
    const month_counts *months;
    size_t month_count;
    bool replace_months; /* these are all the counts there are: a recount */
    const reject *rejects;
    size_t reject_count;
    const uint64_t *resolved; /* digests of rejects that are no longer open */
    size_t resolved_count;
    const stream_state *streams;
    size_t stream_count;
    const issue *issues;
    size_t issue_count;
    const declared_coverage *coverage;
    size_t coverage_count;
    const promise *promises;
    size_t promise_count;
    const covered_set *covered; /* whole for every area that it names */
    size_t covered_count;
    const stored_level *levels;    /* those that say nothing (normal, and announced so) are dropped */
    size_t level_count;
    const stored_event *events;    /* their numbers following on one another */
    size_t event_count;
    const stored_silence *silences; /* new ones, and such as end */
    size_t silence_count;
    const uint32_t *unjudged;      /* areas that wait to be judged from now on */
    size_t unjudged_count;
    const uint32_t *judged;        /* areas that wait no longer */
    size_t judged_count;
    const adoption *adoption; /* NULL: the reference data stays */
    const setting *settings;
    size_t setting_count;
    int64_t now_s;
} store_group;

/* Stores all of the group, durably, or nothing of it.
 * Errors       STATUS_FULL, STATUS_IO, STATUS_CORRUPT: nothing was stored */
status store_commit(store *self, const store_group *group);

/* Moves what was committed from the log into the main file. What readers still need stays for another time.
 *   octets    not when the log is smaller than this
 * Errors      STATUS_AGAIN  it is smaller;  STATUS_FULL, STATUS_IO  it can't be moved: the log will grow */
status store_checkpoint(store *self, uint64_t octets);

/* Writes the store, as it stood when the reading began, into one file that store_open_reader can open, and that
 * serves as tocsin.db in a new folder. Checked, and renamed to its name only when whole.
 *   progress   called now and then with how many of how many pages are done, and while they are checked; false gives
 *              it up; may be NULL
 *   why        on failure, in words
 * Errors       STATUS_FULL, STATUS_IO, STATUS_CORRUPT; STATUS_REFUSED: it is the store itself; STATUS_AGAIN: given up */
typedef bool backup_progress(void *context, uint64_t done, uint64_t of);

status store_backup(store *self, const char *path, backup_progress *progress, void *context, char why[NOTE_SIZE_MAX]);

/* A consistent picture for several reads on a reader: nothing that is committed meanwhile is seen. */
status store_begin_reading(store *self);
void store_end_reading(store *self);

/* --- reading ----------------------------------------------------------------------------------- */

status store_codes(store *self, void (*visit)(void *context, const stored_code *code), void *context);

/* The number of the newest version; 0: there is none. */
status store_last_version(store *self, uint64_t *out);

/* The newest that was received before a moment (seconds since 1970 UTC); 0: there is none. */
status store_last_version_before(store *self, int64_t received_s, uint64_t *out);

/* One version. STATUS_NOT_FOUND: there is none of that number. */
status store_version(store *self, uint64_t id, arena *memory, version *out);

/* Versions from one number to another, ascending; store_references gives of each only its number, origin, reference and
 * previous (what finds it), in a third of the time.
 *   visit     false ends the reading */
typedef bool version_visit(void *context, const version *v);
status store_versions(store *self, uint64_t from, uint64_t to, version_visit *visit, void *context);
status store_references(store *self, uint64_t from, uint64_t to, version_visit *visit, void *context);

/* Adds the counts of one month to the tallies; a month that is not stored adds nothing. */
status store_month(store *self, month_key key, tally *counted, tally *outranked);

typedef struct month_row {
    month_key key;
    text totals;    /* JSON, for tally_visit_totals */
    text days;      /* JSON, for tally_add_days_json; empty unless asked for */
    text outranked; /* JSON or empty; empty unless asked for */
} month_row;

/* The counts of one area from one month to another, by month and origin.
 *   days      read the days too */
status store_months(store *self, uint32_t area, month_number from, month_number to, bool days,
                    bool (*visit)(void *context, const month_row *row), void *context);

status store_stream(store *self, stream_key key, arena *memory, stream_state *out);
status store_streams(store *self, void (*visit)(void *context, const stream_state *state), void *context);

/* Issues of one snapshot, oldest first. */
status store_issues(store *self, uint32_t origin, uint64_t revision,
                    void (*visit)(void *context, const issue *found), void *context);

status store_coverage(store *self, void (*visit)(void *context, const declared_coverage *one), void *context);
status store_promises(store *self, void (*visit)(void *context, const promise *found), void *context);

/* Days wholly known of one area, or of all when area is 0; a call for each run of days. */
status store_covered(store *self, uint32_t area, void (*visit)(void *context, const covered_set *set),
                     void *context);

/* Rejects, oldest first: open ones, or all. */
status store_rejects(store *self, bool all, bool (*visit)(void *context, const reject *found, bool open),
                     void *context);

/* Where the series of an area stand, or of all when area is 0, by area and category. */
status store_levels(store *self, uint32_t area, void (*visit)(void *context, const stored_level *found), void *context);

/* Events after a number, in order.
 *   visit     false ends the reading */
status store_events(store *self, uint64_t after, bool (*visit)(void *context, const stored_event *found), void *context);

/* One event. STATUS_NOT_FOUND: there is none of that number. */
status store_event(store *self, uint64_t id, arena *memory, stored_event *out);

/* The events of one alert, in order. */
status store_alert_events(store *self, uint64_t alert, void (*visit)(void *context, const stored_event *found),
                          void *context);

/* The number of the newest event; 0: there is none. */
status store_last_event(store *self, uint64_t *out);

/* Alerts, the oldest first: open ones, or all. */
status store_alerts(store *self, bool all, void (*visit)(void *context, const stored_alert *found), void *context);

/* One alert. STATUS_NOT_FOUND: there is none of that number. */
status store_alert(store *self, uint64_t id, arena *memory, stored_alert *out);

/* Silences that were not ended, or all; the oldest first. */
status store_silences(store *self, bool all, void (*visit)(void *context, const stored_silence *found), void *context);

/* Areas that wait to be judged. */
status store_unjudged(store *self, void (*visit)(void *context, uint32_t area), void *context);

status store_tree(store *self, code_kind kind, void (*visit)(void *context, tree_pair pair), void *context);

/* The reference data in force; STATUS_NOT_FOUND before any was adopted. */
status store_sheets(store *self, sheets **out);

/* STATUS_NOT_FOUND: never set. */
status store_setting(store *self, const char *name, arena *memory, text *out);

/* The last recorded date of each origin's records, counted or outranked. */
status store_last_records(store *self, void (*visit)(void *context, uint32_t origin, day_number last), void *context);

/* How many rejects of each origin are open; of an empty origin those that name none. */
status store_reject_counts(store *self, void (*visit)(void *context, text origin, uint64_t count), void *context);

/* First and last recorded date of any counted incident; STATUS_NOT_FOUND: none. */
status store_extent(store *self, period *out);

#endif
