/* Promise: what comes through a pipe is on disk before the collector takes it as its own, and every whole row of it is sent,
 * with the settings that it came with, until the aggregator has it: over ends of the collector at any moment, full disks, a
 * spool at its limit, and an aggregator that was set back. What is refused is refused before any of it is taken. */
#include "collector/spool_feed.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/spool_folder.h"
#include "fixtures.h"
#include "testing.h"

enum { SENT_MAX = 400, LARGE = 1 << 20 };

static const int64_t noon = INT64_C(1743422400000000000);
static const char head[] = "reference,recorded_at,offence,area\n";
static const char first_name[] = "00000000000000000000.spool";

static char told[8192];

static void tell(const char *path, const char *words)
{
    size_t used = strlen(told);
    (void)snprintf(told + used, sizeof told - used, "%s: %s\n", path, words);
}

static bool was_told(const char *words)
{
    return text_has(text_of(told), words);
}

/* --- a run of the collector ------------------------------------------------------------------------ */

typedef struct run {
    feed *feed;
    int pen;        /* the writing end */
    int64_t now_ns; /* a second on with every piece */
    arena *memory;
} run;

typedef struct world {
    char folder[FOLDER_SIZE];
    arena *memory;
    coverage_declaration cover;
    spool_feed_settings settings;
} world;

static void make_world(world *self)
{
    *self = (world){.memory = arena_create()};
    folder_make_in_memory(self->folder);
    self->cover = (coverage_declaration){.area = text_of("E07000197"), .days = {20148, 20178}};
    self->settings = (spool_feed_settings){
        .path = "standard input", .folder = self->folder, .size_max = LARGE, .descriptor = -1,
        .run = {.json = true, .origin = text_of("niche")}, .tell = tell};
    told[0] = '\0';
}

static void forget(world *self)
{
    arena_destroy(&self->memory);
    folder_remove(self->folder);
}

static run start(world *self)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    self->settings.descriptor = ends[0];
    run made = {.pen = ends[1], .now_ns = noon, .memory = self->memory};
    made.feed = spool_feed_create(self->settings, noon);
    assert_non_null(made.feed);
    return made;
}

/* Until nothing more can be taken in now. */
static void work(run *self)
{
    for (;;) {
        struct pollfd at = {.fd = spool_feed_descriptor(self->feed), .events = POLLIN};
        self->now_ns += 1000000000;
        spool_feed_work(self->feed, self->now_ns);
        at.fd = spool_feed_descriptor(self->feed);
        if (at.fd < 0 || poll(&at, 1, 0) <= 0)
            return;
    }
}

static void give(run *self, const char *octets)
{
    size_t size = strlen(octets);
    assert_int_equal(write(self->pen, octets, size), size);
    work(self);
}

static void end_input(run *self)
{
    assert_int_equal(close(self->pen), 0);
    self->pen = -1;
    work(self);
}

/* The process is gone: nothing is finished, nothing closed properly but by the system. */
static void crash(run *self)
{
    self->feed->class->destroy(self->feed);
    if (self->pen >= 0)
        (void)close(self->pen);
}

/* --- an aggregator ------------------------------------------------------------------------------- */

/* What was sent, in order: incidents by reference, faulty rows by what they hold, coverage by area. */
typedef struct sent_item {
    enum { SENT_RECORD, SENT_FAULTY, SENT_COVERAGE } kind;
    text what, origin, reason;
    int64_t issued_ns;
    uint64_t line;
    coverage_declaration cover;
} sent_item;

typedef struct sent {
    sent_item each[SENT_MAX];
    size_t count;
    position position; /* of the last message that had one; its digest in the arena */
    status end;        /* what the feed said last */
} sent;

static void keep_records(sent *all, const records *from, arena *memory)
{
    for (size_t i = 0; i < from->incident_count; i++)
        all->each[all->count++] = (sent_item){.kind = SENT_RECORD, .what = arena_text(memory, from->incidents[i].reference),
                                              .origin = arena_text(memory, from->incidents[i].origin),
                                              .issued_ns = from->incidents[i].issued_ns, .line = from->incidents[i].line};
    for (size_t i = 0; i < from->faulty_count; i++)
        all->each[all->count++] = (sent_item){.kind = SENT_FAULTY, .what = arena_text(memory, from->faulty[i].row),
                                              .reason = arena_text(memory, from->faulty[i].reason),
                                              .line = from->faulty[i].line};
    assert_true(from->position.held);
    assert_true(!all->position.held || from->position.offset >= all->position.offset);
    all->position = from->position;
    all->position.digest = arena_text(memory, from->position.digest);
}

/* All that the feed has now. Nothing of it is acknowledged. */
static sent *take_all(run *from)
{
    sent *all = arena_take(from->memory, sizeof *all);
    *all = (sent){0};
    arena *memory = arena_create();
    message next;
    while ((all->end = from->feed->class->next(from->feed, memory, &next)) == STATUS_OK) {
        assert_true(all->count < SENT_MAX / 2);
        if (next.kind == MESSAGE_RECORDS)
            keep_records(all, &next.records, from->memory);
        else {
            assert_int_equal(next.kind, MESSAGE_COVERAGE);
            all->each[all->count++] = (sent_item){.kind = SENT_COVERAGE, .what = arena_text(from->memory, next.coverage.area),
                                                  .origin = arena_text(from->memory, next.coverage.origin),
                                                  .cover = next.coverage};
        }
        arena_reset(memory);
    }
    arena_destroy(&memory);
    return all;
}

static sent *connect_at(run *self, position held)
{
    assert_int_equal(self->feed->class->resume(self->feed, &held), STATUS_OK);
    return take_all(self);
}

static sent *connect_first(run *self)
{
    return connect_at(self, (position){0});
}

static void store(run *self, const sent *all)
{
    self->feed->class->stored(self->feed, all->position.offset);
}

static const char *summary(const sent *all)
{
    static char out[4096];
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < all->count; i++) {
        const char *mark = all->each[i].kind == SENT_RECORD ? "" : all->each[i].kind == SENT_FAULTY ? "!" : "=";
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%s%.*s", i > 0 ? " " : "", mark, TEXT_ARGS(all->each[i].what));
    }
    return out;
}

#define JSON(reference) \
    "{\"reference\":\"" reference "\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\",\"area\":\"E07000197\"}"
#define ROW(reference) reference ",2025-03-01,46,E07000197\n"

/* --- on the way ----------------------------------------------------------------------------------- */

static void rows_are_sent_as_they_come_and_the_end_is_told(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    run r = start(&w);
    sent *all = connect_first(&r);
    assert_int_equal(all->end, STATUS_AGAIN);
    assert_int_equal(all->count, 0);
    give(&r, JSON("a") "\n" JSON("b") "\n{\"refer");
    all = take_all(&r);
    assert_string_equal(summary(all), "a b");
    assert_int_equal(all->end, STATUS_AGAIN);
    give(&r, "ence\":\"c\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\",\"area\":\"E07000197\"}\n" JSON("d"));
    assert_string_equal(summary(take_all(&r)), "c"); /* who knows whether d is whole? */
    end_input(&r);
    all = take_all(&r);
    assert_string_equal(summary(all), "d");
    assert_int_equal(all->end, STATUS_END);
    assert_int_equal(all->each[0].line, 4);
    assert_text(all->each[0].origin, "niche");
    crash(&r);
    assert_string_equal(told, "");
    forget(&w);
}

static void what_was_not_acknowledged_is_sent_again_with_the_same_stamps(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    run r = start(&w);
    give(&r, JSON("a") "\n");
    give(&r, JSON("b") "\n" JSON("c") "\n");
    sent *first = connect_first(&r), *again = connect_first(&r);
    assert_string_equal(summary(first), "a b c");
    assert_int_equal(again->count, 3);
    crash(&r);
    run next = start(&w);
    sent *later = connect_first(&next);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(again->each[i].issued_ns, first->each[i].issued_ns);
        assert_int_equal(later->each[i].issued_ns, first->each[i].issued_ns);
        assert_texts(later->each[i].what, first->each[i].what);
    }
    assert_true(first->each[0].issued_ns < first->each[1].issued_ns);
    assert_true(first->each[1].issued_ns < first->each[2].issued_ns);
    crash(&next);
    forget(&w);
}

static void one_spool_is_one_stream_whoever_opens_it(void **state)
{
    (void)state;
    world w, other;
    char name[STREAM_SIZE_MAX + 1];
    make_world(&w);
    make_world(&other);
    run r = start(&w), o = start(&other);
    (void)strcpy(name, r.feed->stream);
    assert_int_equal(strlen(name), strlen("spool ") + 16);
    assert_string_not_equal(o.feed->stream, name);
    crash(&r);
    crash(&o);
    w.settings.path = "/another/path";
    w.settings.run.origin = text_of("another");
    r = start(&w);
    assert_string_equal(r.feed->stream, name);
    crash(&r);
    forget(&w);
    forget(&other);
}

static void a_header_is_known_however_it_comes(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    w.settings.run.json = false;
    run r = start(&w);
    const char all[] = "reference,recorded_at,offence,area\na,2025-03-01,46,E07000197\nb,2025-03-01,46,E07000197";
    for (size_t i = 0; i < sizeof all - 1; i++)
        give(&r, (char[]){all[i], '\0'});
    end_input(&r);
    sent *found = connect_first(&r);
    assert_string_equal(summary(found), "a b");
    assert_int_equal(found->each[0].line, 2);
    assert_int_equal(found->end, STATUS_END);
    crash(&r);
    run next = start(&w);
    assert_string_equal(summary(connect_first(&next)), "a b");
    crash(&next);
    forget(&w);
}

/* --- what is not taken --------------------------------------------------------------------------- */

static void assert_refused(const char *octets, const char *words)
{
    world w;
    make_world(&w);
    w.settings.run.json = false;
    run left = start(&w);
    give(&left, "reference,recorded_at,offence,area\na,2025-03-01,46,E07000197\n");
    crash(&left);
    run r = start(&w);
    if (octets[0] != '\0')
        give(&r, octets);
    end_input(&r);
    assert_true(was_told(words));
    assert_int_equal(spool_feed_descriptor(r.feed), -1);
    assert_int_equal(spool_feed_unwritten(r.feed), 0);
    sent *all = connect_first(&r);
    assert_string_equal(summary(all), "a"); /* what an earlier run left */
    assert_int_equal(all->end, STATUS_IO);
    store(&r, all);
    spool_feed_work(r.feed, noon);
    crash(&r);
    assert_int_equal(spool_folder_left(w.folder), 0);
    forget(&w);
}

static void an_input_that_does_not_name_its_columns_is_refused_before_it_is_taken(void **state)
{
    (void)state;
    assert_refused("a,2025-03-01,46,E07000197\nb,2025-03-01,46,E07000197\n", "the column 'reference' is missing");
    assert_refused("", "the file is empty");
    assert_refused("reference,recorded_at", "the column 'offence' is missing");
    assert_refused("\xff\xfer\0e\0", "UTF-16");
}

static void a_writer_finds_a_refused_pipe_closed(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    w.settings.run.json = false;
    (void)signal(SIGPIPE, SIG_IGN);
    run r = start(&w);
    give(&r, "no header\n");
    assert_int_equal(write(r.pen, "x", 1), -1);
    assert_int_equal(errno, EPIPE);
    crash(&r);
    forget(&w);
}

static void an_empty_input_leaves_nothing(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    run r = start(&w);
    end_input(&r);
    sent *all = connect_first(&r);
    assert_int_equal(all->end, STATUS_END);
    assert_int_equal(all->count, 0);
    crash(&r);
    assert_int_equal(spool_folder_left(w.folder), 0);
    forget(&w);
}

static void a_second_feed_on_one_spool_is_refused(void **state)
{
    (void)state;
    world w;
    int ends[2];
    make_world(&w);
    run r = start(&w);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    w.settings.descriptor = ends[0];
    assert_null(spool_feed_create(w.settings, noon));
    assert_true(was_told("another collector fills this spool"));
    assert_int_equal(fcntl(ends[0], F_GETFD), -1); /* it was handed over */
    assert_int_equal(close(ends[1]), 0);
    crash(&r);
    forget(&w);
}

/* --- what earlier runs left ------------------------------------------------------------------------ */

/* At every octet of the input, in pieces of one octet: as many rows as lines, and the rest as a faulty row. */
static void a_run_that_ends_at_any_octet_loses_none(void **state)
{
    (void)state;
    const char octets[] = JSON("a") "\n" JSON("b") "\n" JSON("c");
    for (size_t size = 0; size <= sizeof octets - 1; size += size % 13 == 0 ? 1 : 3) {
        world w;
        make_world(&w);
        w.settings.run.covers = &w.cover;
        w.settings.run.cover_count = 1;
        run r = start(&w);
        for (size_t at = 0; at < size; at += 11) {
            char piece[12];
            (void)snprintf(piece, sizeof piece, "%.*s", (int)(size - at < 11 ? size - at : 11), octets + at);
            give(&r, piece);
        }
        crash(&r);
        r = start(&w);
        end_input(&r);
        sent *all = connect_first(&r);
        size_t lines = 0, behind = 0, faults = 0, covers = 0, good = 0;
        for (size_t i = 0; i < size; i++)
            if (octets[i] == '\n')
                lines++, behind = i + 1;
        for (size_t i = 0; i < all->count; i++) {
            good += all->each[i].kind == SENT_RECORD;
            covers += all->each[i].kind == SENT_COVERAGE;
            if (all->each[i].kind != SENT_FAULTY)
                continue;
            faults++;
            assert_true(text_has(all->each[i].reason, "cut off: the collector stopped while this row came in"));
            assert_texts(all->each[i].what, (text){octets + behind, size - behind});
            assert_int_equal(all->each[i].line, lines + 1);
        }
        assert_int_equal(good, lines);
        assert_int_equal(faults, behind < size);
        assert_int_equal(covers, 1); /* of the second run, which was empty and complete */
        assert_int_equal(was_told("what it covers is not declared"), size > 0);
        crash(&r);
        forget(&w);
    }
}

static void what_is_left_is_finished_with_its_own_settings_before_the_new_input(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    text category = text_of("burglary");
    coverage_declaration covers[2] = {w.cover, w.cover};
    covers[1] = (coverage_declaration){.area = text_of("E07000193"), .days = {20000, 20001}, .categories = &category,
                                       .category_count = 1, .promised_interval_s = 3600, .retired = true};
    w.settings.run.covers = covers;
    w.settings.run.cover_count = 2;
    w.settings.run.issued_ns = 7000;
    run r = start(&w);
    give(&r, JSON("a") "\n");
    end_input(&r);
    crash(&r);
    w.settings.run = (spooled_run){.json = false, .origin = text_of("crims")};
    r = start(&w);
    give(&r, "reference,recorded_at,offence,area\nb,2025-03-01,46,E07000197\n");
    crash(&r);
    w.settings.run = (spooled_run){.json = true, .origin = text_of("live"), .covers = &w.cover, .cover_count = 1};
    r = start(&w);
    give(&r, JSON("c") "\n");
    end_input(&r);
    sent *all = connect_first(&r);
    assert_string_equal(summary(all), "a =E07000197 =E07000193 b c =E07000197");
    assert_int_equal(all->end, STATUS_END);
    assert_text(all->each[0].origin, "niche");
    assert_int_equal(all->each[0].issued_ns, 7001);
    assert_text(all->each[2].origin, "niche");
    assert_int_equal(all->each[2].cover.days.from, 20000);
    assert_int_equal(all->each[2].cover.days.to, 20001);
    assert_int_equal(all->each[2].cover.category_count, 1);
    assert_int_equal(all->each[2].cover.promised_interval_s, 3600);
    assert_true(all->each[2].cover.retired);
    assert_false(all->each[2].cover.without_markers);
    assert_int_equal(all->each[1].cover.category_count, 0);
    assert_false(all->each[1].cover.retired);
    assert_text(all->each[3].origin, "crims");
    assert_true(all->each[3].issued_ns > noon);
    assert_text(all->each[4].origin, "live");
    assert_text(all->each[5].origin, "live");
    crash(&r);
    forget(&w);
}

static void a_declaration_speaks_for_the_commonest_origin_of_the_rows(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    w.settings.run.covers = &w.cover;
    w.settings.run.cover_count = 1;
    run r = start(&w);
    const char other[] = ",\"area\":\"E07000197\",\"origin\":\"athena\"}\n";
    for (int i = 0; i < 3; i++) {
        char row[160];
        (void)snprintf(row, sizeof row, "{\"reference\":\"%d\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\"%s", i, other);
        give(&r, i == 1 ? JSON("x") "\n" : row);
    }
    end_input(&r);
    sent *all = connect_first(&r);
    assert_string_equal(summary(all), "0 x 2 =E07000197");
    assert_text(all->each[3].origin, "athena");
    assert_int_equal(r.feed->class->prepare(r.feed), STATUS_OK);
    assert_int_equal(r.feed->claim_count, 1);
    assert_text(r.feed->claims[0].origin, "athena");
    /* Only the declaration is left, and no row that would tell. */
    uint64_t row_end = 0;
    arena *memory = arena_create();
    message next;
    assert_int_equal(r.feed->class->resume(r.feed, &(position){0}), STATUS_OK);
    assert_int_equal(r.feed->class->next(r.feed, memory, &next), STATUS_OK);
    row_end = next.records.position.offset;
    arena_destroy(&memory);
    crash(&r);
    r = start(&w);
    assert_int_equal(r.feed->class->prepare(r.feed), STATUS_OK);
    assert_int_equal(r.feed->claim_count, 0); /* not known in whose name yet */
    all = connect_at(&r, (position){.offset = row_end, .digest = all->position.digest, .held = true});
    assert_string_equal(summary(all), "=E07000197");
    assert_text(all->each[0].origin, "athena");
    crash(&r);
    forget(&w);
}

static void the_commonest_is_not_always_the_first(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    w.settings.run.covers = &w.cover;
    w.settings.run.cover_count = 1;
    run r = start(&w);
    give(&r, "{\"reference\":\"a\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\",\"area\":\"E1\",\"origin\":\"athena\"}\n");
    give(&r, JSON("b") "\n" JSON("c") "\n");
    end_input(&r);
    sent *all = connect_first(&r);
    assert_text(all->each[3].origin, "niche");
    crash(&r);
    forget(&w);
}

static void a_declaration_that_was_stored_is_not_made_again(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    w.settings.run.covers = &w.cover;
    w.settings.run.cover_count = 1;
    run r = start(&w);
    give(&r, JSON("a") "\n");
    end_input(&r);
    sent *all = connect_first(&r);
    crash(&r);
    r = start(&w);
    assert_int_equal(connect_at(&r, all->position)->count, 0);
    crash(&r);
    forget(&w);
}

static void declarations_of_earlier_runs_can_be_left_out(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    w.settings.run.covers = &w.cover;
    w.settings.run.cover_count = 1;
    run r = start(&w);
    give(&r, JSON("a") "\n");
    end_input(&r);
    crash(&r);
    w.settings.forget_covers = true;
    r = start(&w);
    give(&r, JSON("b") "\n");
    end_input(&r);
    assert_string_equal(summary(connect_first(&r)), "a b =E07000197");
    crash(&r);
    forget(&w);
}

static void what_is_left_is_sent_without_a_new_input(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    run r = start(&w);
    give(&r, JSON("a") "\n{\"ref");
    crash(&r);
    w.settings.descriptor = -1;
    r = (run){.feed = spool_feed_create(w.settings, noon), .pen = -1, .now_ns = noon, .memory = w.memory};
    work(&r);
    sent *all = connect_first(&r);
    assert_string_equal(summary(all), "a !{\"ref");
    assert_int_equal(all->end, STATUS_END);
    store(&r, all);
    crash(&r);
    assert_int_equal(spool_folder_left(w.folder), 0);
    forget(&w);
}

/* --- where the aggregator stands ------------------------------------------------------------------- */

static void a_finished_run_leaves_a_small_spool(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    run r = start(&w);
    give(&r, JSON("a") "\n");
    sent *all = connect_first(&r);
    store(&r, all);
    assert_int_equal(spool_feed_waiting(r.feed), 0);
    end_input(&r);
    assert_true(spool_feed_waiting(r.feed) > 0);
    store(&r, take_all(&r));
    assert_int_equal(spool_feed_waiting(r.feed), 0);
    crash(&r);
    assert_int_equal(spool_folder_left(w.folder), 0);
    r = start(&w);
    give(&r, JSON("b") "\n");
    assert_string_equal(summary(connect_at(&r, all->position)), "b");
    crash(&r);
    forget(&w);
}

static void an_aggregator_that_was_set_back_is_told_what_is_gone(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    run r = start(&w);
    give(&r, JSON("a") "\n");
    sent *early = connect_first(&r);
    give(&r, JSON("b") "\n");
    end_input(&r);
    sent *all = take_all(&r);
    store(&r, all);
    crash(&r);
    r = start(&w);
    give(&r, JSON("c") "\n");
    assert_string_equal(summary(connect_at(&r, early->position)), "c");
    char expected[64];
    (void)snprintf(expected, sizeof expected, "up to octet %llu, but it begins at %llu",
                   (unsigned long long)early->position.offset, (unsigned long long)all->position.offset);
    assert_true(was_told(expected));
    told[0] = '\0';
    assert_string_equal(summary(connect_first(&r)), "c"); /* another aggregator, that knows nothing */
    assert_true(was_told("up to octet 0, but it begins at"));
    told[0] = '\0';
    assert_string_equal(summary(connect_at(&r, all->position)), "c");
    assert_string_equal(told, "");
    crash(&r);
    forget(&w);
}

static void an_aggregator_that_holds_more_than_there_is_gets_all_there_is(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    run r = start(&w);
    give(&r, JSON("a") "\n");
    sent *all = connect_first(&r);
    position beyond = all->position;
    beyond.offset += 1000000;
    assert_string_equal(summary(connect_at(&r, beyond)), "a");
    assert_true(was_told("holds more of this spool than there is"));
    told[0] = '\0';
    position strange = all->position;
    strange.digest = text_of("8 octets");
    assert_string_equal(summary(connect_at(&r, strange)), "a");
    crash(&r);
    forget(&w);
}

static void all_that_is_kept_can_be_sent_again(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    run r = start(&w);
    give(&r, JSON("a") "\n" JSON("b") "\n");
    sent *all = connect_first(&r);
    crash(&r);
    w.settings.from_start = true;
    r = start(&w);
    assert_string_equal(summary(connect_at(&r, all->position)), "a b");
    assert_string_equal(summary(connect_at(&r, all->position)), ""); /* once is enough */
    crash(&r);
    forget(&w);
}

/* --- when nothing more can be taken ---------------------------------------------------------------- */

/* Writes as much as goes in without waiting. Returns octets. */
static size_t push(run *self, const char *octets, size_t size)
{
    (void)fcntl(self->pen, F_SETFL, O_NONBLOCK);
    size_t done = 0;
    for (ssize_t wrote = 1; wrote > 0 && done < size;) {
        wrote = write(self->pen, octets + done, size - done < 4096 ? size - done : 4096);
        done += wrote > 0 ? (size_t)wrote : 0;
        work(self);
    }
    return done;
}

static uint64_t size_of_folder(const world *w)
{
    arena *memory = arena_create();
    spool_folder open = {.path = (char *)(uintptr_t)w->folder};
    uint64_t size = 0;
    size_t count;
    uint64_t *starts = spool_folder_list(&open, &count);
    for (size_t i = 0; i < count; i++) {
        struct stat st;
        assert_int_equal(stat(spool_folder_path(&open, starts[i], memory).at, &st), 0);
        size += (uint64_t)st.st_size;
    }
    free(starts);
    arena_destroy(&memory);
    return size;
}

static void at_its_limit_the_writer_waits_and_nothing_is_lost(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    text octets = {"", 0};
    char *all = malloc(4 << 20);
    size_t used = 0, rows = 0;
    for (; used < 3 << 20; rows++)
        used += (size_t)sprintf(all + used, "{\"reference\":\"%zu\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\",\"area\":\"E1\","
                                "\"outcome\":\"%0120d\"}\n", rows, 7);
    (void)octets;
    run r = start(&w);
    size_t done = push(&r, all, used), refused_rows = 0, next_row = 0, times = 0;
    assert_true(done < used);
    assert_true(was_told("--spool-limit"));
    assert_int_equal(spool_feed_descriptor(r.feed), -1);
    assert_true(size_of_folder(&w) <= LARGE);
    assert_true(size_of_folder(&w) > LARGE / 2);
    told[0] = '\0';
    arena *memory = arena_create();
    message next;
    assert_int_equal(r.feed->class->resume(r.feed, &(position){0}), STATUS_OK);
    while (next_row < rows) {
        status st = r.feed->class->next(r.feed, memory, &next);
        if (st == STATUS_AGAIN) {
            assert_true(size_of_folder(&w) <= LARGE);
            done += push(&r, all + done, used - done);
            work(&r);
            assert_true(++times < 1000);
            continue;
        }
        assert_int_equal(st, STATUS_OK);
        for (size_t i = 0; i < next.records.incident_count; i++) {
            char expected[32];
            (void)snprintf(expected, sizeof expected, "%zu", next_row++);
            assert_text(next.records.incidents[i].reference, expected);
        }
        refused_rows += next.records.faulty_count;
        r.feed->class->stored(r.feed, next.records.position.offset);
        arena_reset(memory);
    }
    assert_int_equal(refused_rows, 0);
    assert_int_equal(done, used);
    assert_string_equal(told, ""); /* it was told once */
    arena_destroy(&memory);
    free(all);
    crash(&r);
    forget(&w);
}

static void limit_files(rlim_t octets)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = octets;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void what_a_disk_does_not_take_waits_and_is_written_later(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    (void)signal(SIGXFSZ, SIG_IGN);
    run r = start(&w);
    give(&r, JSON("a") "\n");
    uint64_t size = size_of_folder(&w);
    limit_files(size + 20);
    give(&r, JSON("b") "\n");
    assert_true(was_told("can't be written"));
    assert_true(was_told(strerror(EFBIG)));
    assert_int_equal(spool_feed_descriptor(r.feed), -1); /* the writer waits */
    assert_int_equal(spool_feed_unwritten(r.feed), sizeof JSON("b"));
    told[0] = '\0';
    work(&r);
    assert_string_equal(told, ""); /* told once */
    assert_int_equal(write(r.pen, JSON("c") "\n", sizeof JSON("c")), sizeof JSON("c"));
    work(&r);
    assert_int_equal(spool_feed_unwritten(r.feed), sizeof JSON("b"));
    sent *all = connect_first(&r);
    assert_string_equal(summary(all), "a"); /* nothing is sent that would not be there after a crash */
    limit_files(RLIM_INFINITY);
    work(&r);
    assert_int_equal(spool_feed_unwritten(r.feed), 0);
    assert_string_equal(summary(take_all(&r)), "b c");
    crash(&r);
    forget(&w);
}

/* What fits is written, up to a row's end; once that is stored, its place is used for the rest. */
static void a_full_disk_takes_whole_rows_as_long_as_they_fit(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    (void)signal(SIGXFSZ, SIG_IGN);
    run r = start(&w);
    char rows[6000] = "";
    for (int i = 0; i < 60; i++)
        (void)sprintf(rows + strlen(rows), "{\"reference\":\"%d\",\"recorded_at\":\"2025-03-01\",\"offence\":\"46\",\"area\":\"E1\"}\n", i);
    give(&r, "\n"); /* the input has begun */
    limit_files(size_of_folder(&w) + 3000);
    give(&r, rows);
    size_t left = spool_feed_unwritten(r.feed), taken = 0, times = 0;
    assert_true(left > 0 && left < strlen(rows));
    sent *all = connect_first(&r);
    while (taken += all->count, store(&r, all), left > 0) {
        assert_int_equal(all->end, STATUS_AGAIN);
        work(&r);
        left = spool_feed_unwritten(r.feed);
        all = take_all(&r);
        assert_true(++times < 20);
    }
    limit_files(RLIM_INFINITY);
    assert_int_equal(taken, 60);
    assert_true(times > 0);
    crash(&r);
    forget(&w);
}

/* --- receipts ------------------------------------------------------------------------------------- */

static void assert_receipt(run *r, uint64_t lines, uint64_t octets)
{
    uint64_t kept_lines, kept_octets;
    assert_true(spool_feed_receipt(r->feed, &kept_lines, &kept_octets));
    assert_int_equal(kept_lines, lines);
    assert_int_equal(kept_octets, octets);
    assert_false(spool_feed_receipt(r->feed, &kept_lines, &kept_octets)); /* nothing new */
}

static void a_receipt_names_whole_lines_that_are_on_disk(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    w.settings.run.json = false;
    run r = start(&w);
    uint64_t ignored;
    give(&r, "reference,recorded_at,");
    assert_false(spool_feed_receipt(r.feed, &ignored, &ignored)); /* not a header yet, so not taken */
    give(&r, "offence,area\n");
    assert_receipt(&r, 1, sizeof head - 1);
    give(&r, ROW("a") ROW("b") "c,2025");
    assert_receipt(&r, 3, sizeof head - 1 + 2 * (sizeof ROW("a") - 1));
    give(&r, "-03-01");
    assert_receipt(&r, 3, sizeof head - 1 + 2 * (sizeof ROW("a") - 1));
    give(&r, ",46,E07000197");
    end_input(&r);
    assert_receipt(&r, 4, sizeof head - 1 + 3 * (sizeof ROW("a") - 1) - 1);
    crash(&r);
    forget(&w);
}

/* --- named pipes ----------------------------------------------------------------------------------- */

static int open_pen(const char *path)
{
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static void write_and_close(int fd, const char *octets)
{
    assert_int_equal(write(fd, octets, strlen(octets)), strlen(octets));
    assert_int_equal(close(fd), 0);
}

/* Each with its own header, and in its own order of columns; the last one before the pipe is read at all. */
static void every_writer_of_a_followed_pipe_is_an_input_of_its_own(void **state)
{
    (void)state;
    world w;
    char path[FOLDER_SIZE + 16];
    make_world(&w);
    (void)snprintf(path, sizeof path, "%s/pipe", w.folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    w.settings.path = path;
    w.settings.reopens = true;
    w.settings.run = (spooled_run){.json = false, .origin = text_of("niche"), .covers = &w.cover, .cover_count = 1};
    w.settings.descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    run r = {.feed = spool_feed_create(w.settings, noon), .pen = -1, .now_ns = noon, .memory = w.memory};
    work(&r);
    assert_string_equal(summary(connect_first(&r)), "");
    write_and_close(open_pen(path), "reference,recorded_at,offence,area\na,2025-03-01,46,E07000197\n");
    work(&r);
    assert_string_equal(summary(take_all(&r)), "a =E07000197");
    assert_int_equal(close(open_pen(path)), 0); /* one that has nothing to say */
    work(&r);
    int pen = open_pen(path);
    assert_int_equal(write(pen, "area,reference,offence,", 23), 23);
    work(&r);
    write_and_close(pen, "recorded_at\nE07000197,b,46,2025-03-01\nE07000197,c,46,2025-03-01");
    work(&r);
    work(&r);
    sent *all = take_all(&r);
    assert_string_equal(summary(all), "b c =E07000197");
    assert_int_equal(all->end, STATUS_AGAIN); /* for the next writer */
    assert_true(spool_feed_descriptor(r.feed) >= 0);
    write_and_close(open_pen(path), "no header\n");
    work(&r);
    assert_true(was_told("is missing"));
    assert_int_equal(take_all(&r)->end, STATUS_IO);
    assert_int_equal(open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC), -1); /* nobody reads it any more */
    assert_int_equal(errno, ENXIO);
    crash(&r);
    forget(&w);
}

/* As when it comes and goes while the pipe is opened again: then the system doesn't say that there was one. */
static void a_writer_that_came_and_went_before_the_pipe_was_open_is_heard_to_its_end(void **state)
{
    (void)state;
    world w;
    char path[FOLDER_SIZE + 16];
    make_world(&w);
    (void)snprintf(path, sizeof path, "%s/pipe", w.folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    w.settings.path = path;
    w.settings.reopens = true;
    w.settings.run.covers = &w.cover;
    w.settings.run.cover_count = 1;
    int keeper = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    write_and_close(open_pen(path), JSON("a") "\n");
    w.settings.descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    run r = {.feed = spool_feed_create(w.settings, noon), .pen = -1, .now_ns = noon, .memory = w.memory};
    work(&r);
    work(&r);
    assert_string_equal(summary(connect_first(&r)), "a =E07000197");
    assert_int_equal(close(keeper), 0);
    crash(&r);
    forget(&w);
}

static void a_pipe_that_is_not_followed_ends_with_its_writers(void **state)
{
    (void)state;
    world w;
    char path[FOLDER_SIZE + 16];
    make_world(&w);
    (void)snprintf(path, sizeof path, "%s/pipe", w.folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    w.settings.path = path;
    w.settings.descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    run r = {.feed = spool_feed_create(w.settings, noon), .pen = -1, .now_ns = noon, .memory = w.memory};
    work(&r);
    assert_int_equal(connect_first(&r)->end, STATUS_AGAIN); /* nobody has come yet */
    int one = open_pen(path), two = open_pen(path);
    write_and_close(one, JSON("a") "\n");
    work(&r);
    assert_int_equal(take_all(&r)->end, STATUS_AGAIN);
    write_and_close(two, JSON("b") "\n");
    work(&r);
    sent *all = take_all(&r);
    assert_string_equal(summary(all), "b");
    assert_int_equal(all->end, STATUS_END);
    crash(&r);
    forget(&w);
}

/* --- damage --------------------------------------------------------------------------------------- */

static void an_input_that_was_damaged_is_told_and_not_declared(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    w.settings.run.covers = &w.cover;
    w.settings.run.cover_count = 1;
    run r = start(&w);
    give(&r, JSON("a") "\n");
    give(&r, JSON("b") "\n");
    give(&r, JSON("c") "\n" JSON("d") "\n");
    end_input(&r);
    crash(&r);
    text file = file_read(w.folder, first_name, w.memory);
    char *at = memmem(file.at, file.size, JSON("b"), sizeof JSON("b") - 1);
    assert_non_null(at);
    at[5] = '#';
    file_write(w.folder, first_name, file);
    r = start(&w);
    end_input(&r);
    sent *all = connect_first(&r);
    assert_true(was_told("are damaged"));
    assert_true(was_told(first_name));
    assert_true(was_told("what it covers is not declared"));
    size_t faults = 0;
    for (size_t i = 0; i < all->count; i++)
        faults += all->each[i].kind == SENT_FAULTY;
    assert_int_equal(faults, 2); /* what was lost, and the row behind it, which may have begun there */
    assert_true(text_has(text_of(summary(all)), "d"));
    assert_int_equal(all->count, 2 + 2 + 1);
    assert_text(all->each[all->count - 1].what, "E07000197"); /* of the second run, not of the first */
    crash(&r);
    forget(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_sent_as_they_come_and_the_end_is_told),
        cmocka_unit_test(what_was_not_acknowledged_is_sent_again_with_the_same_stamps),
        cmocka_unit_test(one_spool_is_one_stream_whoever_opens_it),
        cmocka_unit_test(a_header_is_known_however_it_comes),
        cmocka_unit_test(an_input_that_does_not_name_its_columns_is_refused_before_it_is_taken),
        cmocka_unit_test(a_writer_finds_a_refused_pipe_closed),
        cmocka_unit_test(an_empty_input_leaves_nothing),
        cmocka_unit_test(a_second_feed_on_one_spool_is_refused),
        cmocka_unit_test(a_run_that_ends_at_any_octet_loses_none),
        cmocka_unit_test(what_is_left_is_finished_with_its_own_settings_before_the_new_input),
        cmocka_unit_test(a_declaration_speaks_for_the_commonest_origin_of_the_rows),
        cmocka_unit_test(the_commonest_is_not_always_the_first),
        cmocka_unit_test(a_declaration_that_was_stored_is_not_made_again),
        cmocka_unit_test(declarations_of_earlier_runs_can_be_left_out),
        cmocka_unit_test(what_is_left_is_sent_without_a_new_input),
        cmocka_unit_test(a_finished_run_leaves_a_small_spool),
        cmocka_unit_test(an_aggregator_that_was_set_back_is_told_what_is_gone),
        cmocka_unit_test(an_aggregator_that_holds_more_than_there_is_gets_all_there_is),
        cmocka_unit_test(all_that_is_kept_can_be_sent_again),
        cmocka_unit_test(at_its_limit_the_writer_waits_and_nothing_is_lost),
        cmocka_unit_test(what_a_disk_does_not_take_waits_and_is_written_later),
        cmocka_unit_test(a_full_disk_takes_whole_rows_as_long_as_they_fit),
        cmocka_unit_test(a_receipt_names_whole_lines_that_are_on_disk),
        cmocka_unit_test(every_writer_of_a_followed_pipe_is_an_input_of_its_own),
        cmocka_unit_test(a_writer_that_came_and_went_before_the_pipe_was_open_is_heard_to_its_end),
        cmocka_unit_test(a_pipe_that_is_not_followed_ends_with_its_writers),
        cmocka_unit_test(an_input_that_was_damaged_is_told_and_not_declared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
