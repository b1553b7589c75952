/* Promise: every whole row that came through a pipe is sent, with the settings and the stamp that it came with, until the
 * aggregator has it: over ends of the collector at any moment, and over an aggregator that was set back. What is not whole is
 * neither counted nor declared. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collector/spool_folder.h"
#include "spool_feed_fixtures.h"
#include "testing.h"

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
    assert_string_equal(spool_told, "");
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
    const char all[] = HEAD "a,2025-03-01,46,E07000197\nb,2025-03-01,46,E07000197";
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
    give(&r, HEAD "b,2025-03-01,46,E07000197\n");
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
    spool_told[0] = '\0';
    assert_string_equal(summary(connect_first(&r)), "c"); /* another aggregator, that knows nothing */
    assert_true(was_told("up to octet 0, but it begins at"));
    spool_told[0] = '\0';
    assert_string_equal(summary(connect_at(&r, all->position)), "c");
    assert_string_equal(spool_told, "");
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
    spool_told[0] = '\0';
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
        cmocka_unit_test(an_input_that_was_damaged_is_told_and_not_declared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
