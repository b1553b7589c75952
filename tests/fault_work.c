#include "fault_work.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

enum { FIRST = 12 };

/* --- the steps ------------------------------------------------------------------------------------- */

static status take(engine_world *w, incident record)
{
    admission said;
    return engine_admit(w->engine, &record, &w->from, w->now_s, &said);
}

static status take_all(engine_world *w, const incident *told, size_t count)
{
    status st = STATUS_OK;
    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = take(w, told[i]);
    return st;
}

static status declare(engine_world *w, const char *origin, const char *days, const char *offence_words)
{
    char words[NOTE_SIZE_MAX];
    coverage_answer answer;
    coverage_declaration what = world_declaration(w, origin, "D1", days, "", offence_words);
    what.promised_interval_s = 60;
    return engine_declare(w->engine, &what, w->now_s, &answer, words);
}

static void move_stream(engine_world *w, uint64_t offset)
{
    stream_state state = {.key = w->from.stream, .instance = 1, .epoch = 1, .updated_s = w->now_s,
                          .position = {.offset = offset, .digest = text_of("digest"), .held = true}};
    engine_put_stream(w->engine, &state);
}

/* Like receive: what could not be taken whole is forgotten, else it is committed. */
static status settle(engine_world *w, status st)
{
    if (st == STATUS_OK)
        return engine_commit(w->engine, w->now_s);
    engine_forget(w->engine);
    return st;
}

static status take_new(engine_world *w)
{
    const incident told[] = {crime("a", "2024-05-17", "30C", "D1"), crime("b", "2024-05-18", "8N", "D2"),
                             crime("c", "2024-06-01", "unheard of", "D1"), crime("d", "2024-06-01", "20", "L1"),
                             crime("e", "2024-06-01", "unheard of", "D1"), crime("f", "2024-06-01", "never heard of", "D1")};
    faulty row = {.origin = text_of("live"), .reason = text_of("is nothing"), .digest = 7};
    admission said;
    status st = take_all(w, told, 6);
    if (st == STATUS_OK)
        engine_admit_faulty(w->engine, &row, &w->from, w->now_s, &said);
    if (st == STATUS_OK)
        st = declare(w, "live", "2024-01-01..2024-05-31", "");
    move_stream(w, 1);
    return settle(w, st);
}

static status take_corrections(engine_world *w)
{
    const incident told[] = {crime_again(crime("a", "2024-07-17", "8N", "D3"), 1, 1), cancellation("b", 1, 1),
                                crime("c", "2024-06-01", "49", "D1"), crime("d", "2024-06-01", "20", "L1")};
    status st = take_all(w, told, 4);
    move_stream(w, 2);
    return settle(w, st);
}

/* An issue of data.police.uk's kind, a letter for each of its incidents. */
static status take_issue(engine_world *w, const char *digest, int64_t issued_ns, const char *letters)
{
    char words[NOTE_SIZE_MAX];
    snapshot *under_way = NULL;
    snapshot_answer answer;
    uint64_t withdrawn;
    snapshot_begin what = {.origin = text_of("police"), .revision = 1, .issued_ns = issued_ns, .digest = text_of(digest)};
    status st = engine_snapshot_begin(w->engine, &what, w->now_s, &under_way, &answer, words);
    w->from.in_snapshot = true;
    for (const char *letter = letters; *letter != '\0' && st == STATUS_OK; letter++) {
        char named[2] = {*letter, '\0'};
        incident record = crime(named, "2024-05", "Burglary", "D1");
        record.origin = text_of("police");
        record.revision = 1;
        record.issued_ns = issued_ns;
        st = take(w, record);
        engine_snapshot_saw(under_way, record.reference);
    }
    w->from.in_snapshot = false;
    if (st == STATUS_OK)
        st = engine_snapshot_end(w->engine, &under_way, w->now_s, &withdrawn);
    engine_snapshot_abandon(&under_way);
    return st;
}

/* Another origin, of lesser rank, that covers some of the same. */
static status take_first_issue(engine_world *w)
{
    status st = take_issue(w, "first", 1000, "xyz");
    if (st == STATUS_OK)
        st = declare(w, "police", "2024-05-01..2024-05-31", "Burglary;Other theft");
    return settle(w, st);
}

static status take_second_issue(engine_world *w)
{
    return settle(w, take_issue(w, "second", 2000, "xw"));
}

/* A checkpoint that fails is no failure of anything: it is made another time. */
static status keep_house(engine_world *w)
{
    move_stream(w, 3);
    status st = settle(w, STATUS_OK);
    if (st == STATUS_OK)
        store_checkpoint(engine_store(w->engine), 0);
    return st;
}

static status take_reference(engine_world *w)
{
    char why[NOTE_SIZE_MAX] = "";
    faults *found = faults_create();
    status st = engine_reload(w->engine, w->reference, w->now_s, found, why);
    faults_destroy(&found);
    assert_true(st == STATUS_OK || why[0] != '\0');
    return st;
}

static status change_reference(engine_world *w)
{
    file_write(w->reference, "offences.csv", text_of("offence,description,category\n30C,,other-burglary\n8N,,violence\n20,,sexual\n"
                                                     "49,,other-theft\nBurglary,,burglary\nOther theft,,other-theft\n"
                                                     "unheard of,,asb\n"));
    return take_reference(w);
}

static status take_rejects_again(engine_world *w)
{
    uint64_t tried, accepted;
    return engine_retry_rejects(w->engine, w->now_s, &tried, &accepted);
}

static status (*const steps[WORK_STEPS])(engine_world *w) = {
    take_new, take_corrections, take_first_issue, keep_house, take_second_issue, change_reference, take_rejects_again, keep_house,
};

status work_do(engine_world *w, size_t step)
{
    return steps[step](w);
}

/* --- an undisturbed run ---------------------------------------------------------------------------- */

void work_copy(const char *from, const char *to)
{
    static const char *const files[] = {"tocsin.db", "tocsin.db-wal"};
    arena *memory = arena_create();
    for (size_t i = 0; i < 2; i++)
        if (file_exists(from, files[i]))
            file_write(to, files[i], file_read(from, files[i], memory));
    arena_destroy(&memory);
}

const char *work_words(store *from, arena *memory)
{
    const char *counted = world_in_words(from, memory), *kept = store_in_words(from, memory);
    return arena_print(memory, "%s\n%s", counted, kept).at;
}

engine_world work_world(const work *self, size_t step)
{
    engine_world made = {.memory = arena_create(), .now_s = 1743422400,
                         .from = {.stream = {text_of("desk"), text_of("a.csv")}}};
    folder_make(made.data);
    folder_make(made.reference);
    reference_write(made.reference);
    work_copy(self->left[step], made.data);
    return made;
}

status work_open(engine_world *w, size_t step)
{
    char why[NOTE_SIZE_MAX] = "";
    status st = engine_open(w->data, step == 0 ? w->reference : NULL, w->now_s, &w->engine, why);
    assert_int_equal(st == STATUS_OK, w->engine != NULL);
    assert_int_equal(st == STATUS_OK, why[0] == '\0');
    return st;
}

void work_note(work *self)
{
    self->memory = arena_create();
    folder_make(self->left[0]);
    engine_world w = work_world(self, 0);
    assert_int_equal(work_open(&w, 0), STATUS_OK);
    for (size_t i = 0; i < WORK_STEPS; i++) {
        self->words[i] = work_words(engine_store(w.engine), self->memory);
        assert_int_equal(work_do(&w, i), STATUS_OK);
        folder_make(self->left[i + 1]);
        work_copy(w.data, self->left[i + 1]);
    }
    self->words[WORK_STEPS] = work_words(engine_store(w.engine), self->memory);
    engine_world_forget(&w);
}

void work_forget(work *self)
{
    for (size_t i = 0; i <= WORK_STEPS; i++)
        folder_remove(self->left[i]);
    arena_destroy(&self->memory);
}

uint64_t work_next(uint64_t n, uint64_t stride)
{
    const char *wanted = getenv("TOCSIN_FAULTS");
    bool all = wanted != NULL && strcmp(wanted, "all") == 0;
    return n + (all || n < FIRST ? 1 : stride);
}

void assert_integrity(const char *folder)
{
    char path[FOLDER_SIZE + 16];
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    (void)snprintf(path, sizeof path, "%s/tocsin.db", folder);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(st, 0), "ok");
    (void)sqlite3_finalize(st);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}
