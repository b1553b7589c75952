/* Promise: what was handed in since the last commit and is forgotten leaves nothing behind, in memory as in the store;
 * and a commit that fails at any of its steps forgets all of it, so that the same work succeeds afterwards. */
#include "aggregator/engine.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_fixtures.h"
#include "testing.h"

/* --- work of every kind ------------------------------------------------------------------------ */

static const char police_uk[] = "Violence and sexual offences;Burglary;Other theft;Anti-social behaviour";

/* What is handed in, one piece a number; the same number is the same piece of work. */
static void admit_piece(engine_world *w, uint32_t n)
{
    static const char *const codes[] = {"8N", "30C", "49", "ASB", "Burglary", "unheard of"};
    static const char *const spots[] = {"D1", "L1", "D2", "D3", "FD", "E99"};
    char named[16], outcome[24], date[12];
    (void)snprintf(named, sizeof named, "r%u", n % 17);
    (void)snprintf(outcome, sizeof outcome, "outcome %u", n % 23);
    (void)snprintf(date, sizeof date, "2024-%02u-%02u", n % 3 + 1, n % 7 + 1);
    incident record = crime(named, date, codes[n % 6], spots[n / 7 % 6]);
    record.outcome = text_of(outcome);
    record.markers = text_of(n % 5 == 0 ? "hate" : "");
    record.origin = text_of(n % 4 == 0 ? "police" : "live");
    record.revision = n % 3;
    record.issued_ns = (int64_t)n + 1;
    record.status = n % 13 == 0 ? RECORD_CANCELLED : RECORD_RECORDED;
    (void)admitted(w, record);
}

static void admit_faulty_piece(engine_world *w, uint32_t n)
{
    char named[16];
    admission said;
    (void)snprintf(named, sizeof named, "r%u", n % 17);
    faulty row = {.origin = text_of("live"), .reference = text_of(named), .reason = text_of("is nothing"), .digest = n % 9};
    engine_admit_faulty(w->engine, &row, &w->from, w->now_s, &said);
}

static void declare_piece(engine_world *w, uint32_t n)
{
    static const char *const schemes[] = {"", "Burglary;Other theft", police_uk, "Anti-social behaviour", "8N;30C"};
    static const char *const districts[] = {"D1", "D2", "F1", "D3"};
    char days[32], words[NOTE_SIZE_MAX];
    coverage_answer answer;
    (void)snprintf(days, sizeof days, "2024-01-%02u..2024-%02u-15", n % 9 + 1, n % 3 + 1);
    coverage_declaration what = world_declaration(w, n % 4 == 0 ? "police" : "live", districts[n % 4],
                                                  n % 3 == 0 ? "2024-01-01..2024-03-31" : days, n % 7 == 0 ? "theft" : "",
                                                  schemes[n % 5]);
    what.promised_interval_s = n % 2 == 0 ? 60 : 0;
    if (what.days.to < what.days.from)
        return;
    if (n % 2 == 0)
        (void)engine_check_claim(w->engine, &what, w->now_s, words);
    else
        assert_int_equal(engine_declare(w->engine, &what, w->now_s, &answer, words), STATUS_OK);
}

static void snapshot_piece(engine_world *w, uint32_t n)
{
    char words[NOTE_SIZE_MAX], digest[16];
    snapshot *issue_under_way;
    snapshot_answer answer;
    uint64_t withdrawn;
    (void)snprintf(digest, sizeof digest, "issue %u", n % 19);
    snapshot_begin what = {.origin = text_of("police"), .revision = n % 2 + 1, .issued_ns = (int64_t)n * 1000,
                           .digest = text_of(digest)};
    assert_int_equal(engine_snapshot_begin(w->engine, &what, w->now_s, &issue_under_way, &answer, words), STATUS_OK);
    if (answer == SNAPSHOT_OLDER)
        return;
    for (uint32_t i = 0; i < n % 4; i++) {
        char named[16];
        (void)snprintf(named, sizeof named, "s%u", (n + i) % 5);
        incident record = crime(named, "2024-02", "Burglary", "D1");
        record.origin = text_of("police");
        record.revision = n % 2 + 1;
        record.issued_ns = (int64_t)n * 1000 + i;
        w->from.in_snapshot = true;
        (void)admitted(w, record);
        w->from.in_snapshot = false;
        engine_snapshot_saw(issue_under_way, record.reference);
    }
    if (n % 5 == 0)
        engine_snapshot_abandon(&issue_under_way);
    else
        assert_int_equal(engine_snapshot_end(w->engine, &issue_under_way, w->now_s, &withdrawn), STATUS_OK);
}

static void put_stream_piece(engine_world *w, uint32_t n)
{
    char name[16];
    (void)snprintf(name, sizeof name, "%u.csv", n % 3);
    stream_state state = {.key = {text_of("desk"), text_of(name)}, .instance = n,
                          .position = {.offset = n, .digest = text_of("d"), .held = true}};
    engine_put_stream(w->engine, &state);
}

static void do_piece(engine_world *w, uint32_t n)
{
    switch (n / 100 % 8) {
    case 0: admit_faulty_piece(w, n); break;
    case 1: declare_piece(w, n); break;
    case 2: snapshot_piece(w, n); break;
    case 3: put_stream_piece(w, n); break;
    default: admit_piece(w, n); break;
    }
}

static void do_pieces(engine_world *w, const uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        do_piece(w, numbers[i]);
}

static void draw_pieces(chance *by, uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = chance_below(by, 100000);
}

/* --- forgetting -------------------------------------------------------------------------------- */

static void assert_equal_worlds(engine_world *one, engine_world *other)
{
    assert_same_words(store_in_words(engine_store(one->engine), one->memory),
                      store_in_words(engine_store(other->engine), one->memory));
}

/* One engine does and forgets things between its commits; the other does only what is committed. */
static void what_is_forgotten_leaves_no_trace(void **state)
{
    (void)state;
    enum { PIECES = 25 };
    uint32_t numbers[PIECES];
    for (uint64_t seed = 1; seed <= 8; seed++) {
        chance by = {seed};
        engine_world forgetful = engine_world_make(), straight = engine_world_make();
        for (int round = 0; round < 8; round++) {
            for (uint32_t times = chance_below(&by, 3); times > 0; times--) {
                draw_pieces(&by, numbers, PIECES);
                do_pieces(&forgetful, numbers, PIECES);
                engine_forget(forgetful.engine);
                assert_false(engine_has_changes(forgetful.engine));
                assert_int_equal(engine_pending(forgetful.engine), 0);
            }
            draw_pieces(&by, numbers, PIECES);
            do_pieces(&forgetful, numbers, PIECES);
            do_pieces(&straight, numbers, PIECES);
            world_commit(&forgetful);
            world_commit(&straight);
            assert_equal_worlds(&forgetful, &straight);
        }
        engine_world_forget(&forgetful);
        engine_world_forget(&straight);
    }
}

static void what_was_not_committed_when_it_was_closed_is_forgotten(void **state)
{
    engine_world *w = *state;
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    world_commit(w);
    const char *before = store_in_words(engine_store(w->engine), w->memory);
    assert_admitted(w, crime("b", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    assert_admitted(w, cancellation("a", 1, 1), ADMISSION_REPLACED);
    world_reopen(w);
    assert_same_words(store_in_words(engine_store(w->engine), w->memory), before);
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_REPEATED);
    assert_admitted(w, crime("b", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
}

/* A declaration has taught the engine a scheme under a number that is free again afterwards. */
static void a_scheme_that_was_forgotten_is_not_taken_for_the_next_one(void **state)
{
    engine_world *w = *state;
    (void)world_declare(w, COVERAGE_TAKEN, world_declaration(w, "live", "D1", "2024-01-01..2024-12-31", "",
                                                             "Anti-social behaviour"));
    engine_forget(w->engine);
    (void)world_declare(w, COVERAGE_TAKEN, world_declaration(w, "live", "D1", "2024-01-01..2024-12-31", "", "Burglary"));
    world_commit(w);
    const char *known = world_in_words(engine_store(w->engine), w->memory);
    assert_non_null(strstr(known, "known D1 burglary"));
    assert_null(strstr(known, "known D1 asb"));
}

/* --- commits that fail ------------------------------------------------------------------------- */

/* Beside the engine, on a connection of its own. */
static void run_sql(const engine_world *w, const char *sql)
{
    char path[FOLDER_SIZE + 16];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%s/tocsin.db", w->data);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* From now on this raises. */
static void break_store(engine_world *w, const char *when)
{
    run_sql(w, arena_print(w->memory, "CREATE TRIGGER broken BEFORE %s BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END",
                           when).at);
}

static void mend_store(const engine_world *w)
{
    run_sql(w, "DROP TRIGGER broken");
}

/* Every part of a commit, and what makes the engine write it. */
static const char *const steps[] = {
    "INSERT ON code", "INSERT ON version", "UPDATE ON version", "INSERT ON count_month", "INSERT ON reject",
    "UPDATE ON reject", "INSERT ON issue", "INSERT ON coverage", "INSERT ON promise",
    "INSERT ON covered", "INSERT ON stream",
};

static void begin_work(engine_world *w)
{
    assert_admitted(w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    (void)admitted(w, crime("b", "2024-05-17", "unheard of", "D1"));
    (void)world_declare(w, COVERAGE_TAKEN, world_declaration(w, "live", "D1", "2024-01-01..2024-05-31", "", ""));
    world_commit(w);
}

/* Something of every step. */
static void do_work(engine_world *w)
{
    assert_admitted(w, crime("new", "2024-05-18", "8N", "D2"), ADMISSION_ACCEPTED);
    assert_admitted(w, crime_again(crime("a", "2024-06-17", "8N", "D3"), 1, 1), ADMISSION_REPLACED);
    assert_admitted(w, crime("b", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED); /* resolves */
    (void)admitted(w, crime("c", "2024-05-17", "unheard of", "D1"));
    (void)world_declare(w, COVERAGE_TAKEN, world_declaration(w, "live", "D1", "2024-06-01..2024-12-31", "", ""));
    (void)world_declare(w, COVERAGE_TAKEN, world_declaration(w, "police", "D1", "2024-05-01..2024-12-31", "", police_uk));
    snapshot_piece(w, 3);
    put_stream_piece(w, 1);
}

static void a_commit_that_fails_at_any_step_forgets_all_and_the_same_work_succeeds_afterwards(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        engine_world w = engine_world_make(), straight = engine_world_make();
        begin_work(&w);
        begin_work(&straight);
        const char *before = store_in_words(engine_store(w.engine), w.memory);
        break_store(&w, steps[i]);
        do_work(&w);
        if (engine_commit(w.engine, w.now_s) == STATUS_OK)
            fail_msg("nothing was written by %s", steps[i]);
        assert_string_equal(engine_trouble(w.engine), "broken on purpose");
        assert_false(engine_has_changes(w.engine));
        assert_same_words(store_in_words(engine_store(w.engine), w.memory), before);
        mend_store(&w);
        do_work(&w);
        world_commit(&w);
        do_work(&straight);
        world_commit(&straight);
        assert_equal_worlds(&w, &straight);
        engine_world_forget(&w);
        engine_world_forget(&straight);
    }
}

/* --- reference data that can't be taken over --------------------------------------------------- */

static void reference_data_that_cannot_be_stored_leave_the_old_ones_in_force(void **state)
{
    engine_world *w = *state;
    char why[NOTE_SIZE_MAX] = "";
    faults *found = faults_create();
    begin_work(w);
    const char *before = store_in_words(engine_store(w->engine), w->memory);
    reference_edit(w->reference, "offences.csv", "30C,,home", "30C,,other-burglary");
    break_store(w, "INSERT ON categories");
    assert_int_not_equal(engine_reload(w->engine, w->reference, w->now_s, found, why), STATUS_OK);
    assert_non_null(strstr(why, "broken on purpose"));
    assert_same_words(store_in_words(engine_store(w->engine), w->memory), before);
    assert_admitted(w, crime("d", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    world_commit(w);
    assert_counts(w, "D1", "home 2024-05-17 2");
    mend_store(w);
    world_reload(w);
    assert_counts(w, "D1", "other-burglary 2024-05-17 2");
    faults_destroy(&found);
}

static void a_store_that_cannot_take_its_first_reference_data_is_refused_and_can_be_opened_later(void **state)
{
    (void)state;
    engine_world w = {.memory = arena_create(), .now_s = 1743422400};
    char why[NOTE_SIZE_MAX];
    folder_make(w.data);
    folder_make(w.reference);
    reference_write(w.reference);
    store_close(&(store *){opened(w.data)});
    break_store(&w, "INSERT ON areas");
    assert_int_not_equal(engine_open(w.data, w.reference, w.now_s, &w.engine, why), STATUS_OK);
    assert_null(w.engine);
    assert_non_null(strstr(why, "broken on purpose"));
    mend_store(&w);
    w.engine = engine_opened(w.data, w.reference, w.now_s);
    begin_work(&w);
    engine_world_forget(&w);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_forgotten_leaves_no_trace),
        IN_A_WORLD(what_was_not_committed_when_it_was_closed_is_forgotten),
        IN_A_WORLD(a_scheme_that_was_forgotten_is_not_taken_for_the_next_one),
        cmocka_unit_test(a_commit_that_fails_at_any_step_forgets_all_and_the_same_work_succeeds_afterwards),
        IN_A_WORLD(reference_data_that_cannot_be_stored_leave_the_old_ones_in_force),
        cmocka_unit_test(a_store_that_cannot_take_its_first_reference_data_is_refused_and_can_be_opened_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
