/* Promise: what is stored while the announcer runs is published in order under its topic, and nothing older; a beat tells of the
 * newest, at once to who is new; a question is answered with what its filter lets through, and a bad one refused; when the
 * store can't be read, that is told and tried again; and an announcer ends when it is asked to. */
#include "aggregator/announcer.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_fixtures.h"
#include "proto/wire_announce.h"
#include "testing.h"

enum { PATIENCE_MS = 20000 };

typedef struct hall {
    engine_world world;
    link_hub *hub;
    announcer *announcer;
    char publish_at[ENDPOINT_SIZE_MAX], replay_at[ENDPOINT_SIZE_MAX];
    link_socket *reading, *asking;
    arena *memory;
} hall;

static void start(hall *self)
{
    char why[NOTE_SIZE_MAX] = "";
    const announcer_settings settings = {.folder = self->world.data, .publish = "tcp://127.0.0.1:*", .replay = "tcp://127.0.0.1:*"};
    if (announcer_start(self->hub, &settings, self->publish_at, self->replay_at, &self->announcer, why) != STATUS_OK)
        fail_msg("%s", why);
}

static int hall_make(void **state)
{
    static hall self;
    self = (hall){.world = engine_world_make(), .hub = link_hub_create(), .memory = arena_create()};
    *state = &self;
    return 0;
}

static int hall_remove(void **state)
{
    hall *self = *state;
    announcer_stop(&self->announcer);
    assert_null(self->announcer);
    link_close(&self->reading);
    link_close(&self->asking);
    link_hub_destroy(&self->hub);
    engine_world_forget(&self->world);
    arena_destroy(&self->memory);
    return 0;
}

/* --- what happens --------------------------------------------------------------------------------- */

static void store_events_of(hall *self, size_t count, const char *subject)
{
    stored_event *made = memory_new(count, sizeof *made);
    for (size_t i = 0; i < count; i++)
        made[i] = (stored_event){.kind = text_of("raised"), .alert = EVENT_OPENS, .subject = text_of(subject), .as_of = DAY_NONE,
                                 .level = LEVEL_ELEVATED, .words = text_of("The disk is nearly full.")};
    assert_int_equal(engine_tell(self->world.engine, made, count, NULL, 0, self->world.now_s), STATUS_OK);
    free(made);
}

static void tell(hall *self, size_t count)
{
    store_events_of(self, count, "disk");
    announcer_wake(self->announcer);
}

static void subscribe_to(hall *self, const char *topic)
{
    const char *why = "";
    self->reading = link_subscribe(self->hub, self->publish_at, &topic, 1, &why);
    if (self->reading == NULL)
        fail_msg("%s", why);
}

static announcement heard(hall *self, link_socket *on)
{
    bool ready;
    frame in;
    announcement out;
    const char *why;
    while (link_receive(on, NULL, &in) != STATUS_OK)
        if (link_wait(&on, &ready, 1, NULL, NULL, 0, PATIENCE_MS) != STATUS_OK)
            fail_msg("nothing came");
    text octets = arena_text(self->memory, frame_octets(&in));
    frame_release(&in);
    if (wire_announce_decode(octets.at, octets.size, self->memory, &out, &why) != STATUS_OK)
        fail_msg("%s", why);
    assert_int_equal(out.version, ANNOUNCE_VERSION);
    assert_int_equal(out.lineage.size, 16);
    return out;
}

static announcement heard_kind(hall *self, announcement_kind kind)
{
    announcement out;
    do
        out = heard(self, self->reading);
    while (out.kind != kind);
    return out;
}

/* The one that comes next must be this. */
static void assert_event(hall *self, uint64_t number)
{
    assert_int_equal(heard_kind(self, ANNOUNCEMENT_EVENT).event.number, number);
}

static void await_beat(hall *self, uint64_t newest)
{
    while (heard_kind(self, ANNOUNCEMENT_BEAT).beat.newest != newest)
        ;
}

static announcement answered(hall *self, text question)
{
    const char *why = "";
    if (self->asking == NULL)
        self->asking = link_dial(self->hub, self->replay_at, &why);
    assert_non_null(self->asking);
    assert_int_equal(link_send(self->asking, NULL, question.at, question.size), STATUS_OK);
    return heard(self, self->asking);
}

static announcement asked(hall *self, uint64_t after, uint32_t max, event_filter filter)
{
    buffer out = {0};
    const announcement what = {.kind = ANNOUNCEMENT_REPLAY, .version = ANNOUNCE_VERSION,
                               .replay = {.after = after, .max = max, .filter = filter}};
    (void)wire_announce_encode(&what, self->memory, &out);
    announcement answer = answered(self, (text){(const char *)out.data, out.size});
    buffer_free(&out);
    return answer;
}

static void run_sql(const hall *self, const char *sql)
{
    char path[FOLDER_SIZE + 16];
    sqlite3 *db = NULL;
    (void)snprintf(path, sizeof path, "%s/tocsin.db", self->world.data);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* --- publishing ----------------------------------------------------------------------------------- */

static void what_is_stored_from_now_on_is_published_in_order_and_nothing_older(void **state)
{
    hall *self = *state;
    store_events_of(self, 3, "disk");
    start(self);
    subscribe_to(self, "");
    assert_int_equal(heard_kind(self, ANNOUNCEMENT_BEAT).beat.newest, 3);
    announcer_wake(self->announcer); /* of nothing new */
    tell(self, 600);
    for (uint64_t number = 4; number <= 603; number++)
        assert_event(self, number);
    await_beat(self, 603);
    tell(self, 1);
    assert_event(self, 604);
}

static void an_event_bears_what_the_list_says_and_a_beat_its_interval(void **state)
{
    hall *self = *state;
    start(self);
    subscribe_to(self, "");
    assert_int_equal(heard_kind(self, ANNOUNCEMENT_BEAT).beat.interval_s, BEAT_S);
    tell(self, 1);
    alert_event one = heard_kind(self, ANNOUNCEMENT_EVENT).event;
    assert_int_equal(one.kind, EVENT_RAISED);
    assert_int_equal(one.alert, 1);
    assert_int_equal(one.at_s, self->world.now_s);
    assert_text(one.subject, "disk");
    assert_text(one.words, "The disk is nearly full.");
    assert_true(alert_event_pages(&one));
}

static void an_event_goes_to_those_who_subscribed_to_how_its_topic_begins(void **state)
{
    hall *self = *state;
    start(self);
    subscribe_to(self, "tocsin/source l");
    link_socket *of_sources = self->reading;
    subscribe_to(self, "beat");
    await_beat(self, 0);
    tell(self, 2);
    store_events_of(self, 1, "source live");
    announcer_wake(self->announcer);
    await_beat(self, 3);
    assert_int_equal(heard(self, of_sources).event.number, 3);
    link_close(&of_sources);
}

/* A beat each second would be late: the second subscriber comes within it. */
static void a_new_subscriber_hears_a_beat_at_once(void **state)
{
    hall *self = *state;
    start(self);
    subscribe_to(self, "beat");
    (void)heard_kind(self, ANNOUNCEMENT_BEAT);
    for (int i = 0; i < 30; i++) {
        link_close(&self->reading);
        subscribe_to(self, "beat");
        (void)heard_kind(self, ANNOUNCEMENT_BEAT);
    }
}

static void beats_go_on_while_nothing_happens(void **state)
{
    hall *self = *state;
    start(self);
    subscribe_to(self, "beat");
    for (int i = 0; i < 2; i++)
        assert_int_equal(heard_kind(self, ANNOUNCEMENT_BEAT).beat.newest, 0);
}

/* --- answering ------------------------------------------------------------------------------------ */

static void a_question_is_answered_with_what_comes_behind_a_number(void **state)
{
    hall *self = *state;
    store_events_of(self, 300, "disk");
    start(self);
    announcement out = asked(self, 0, 0, (event_filter){0});
    assert_int_equal(out.kind, ANNOUNCEMENT_REPLAYED);
    assert_int_equal(out.replayed.count, REPLAY_MAX);
    assert_int_equal(out.replayed.events[0].number, 1);
    assert_int_equal(out.replayed.through, REPLAY_MAX);
    assert_int_equal(out.replayed.newest, 300);
    out = asked(self, 256, 1000, (event_filter){0});
    assert_int_equal(out.replayed.count, 44);
    assert_int_equal(out.replayed.through, 300);
    assert_int_equal(out.replayed.after, 256);
    out = asked(self, 300, 0, (event_filter){0});
    assert_int_equal(out.replayed.count, 0);
    assert_int_equal(out.replayed.through, 300);
    out = asked(self, INT64_MAX, 0, (event_filter){0});
    assert_int_equal(out.replayed.count, 0);
    assert_int_equal(out.replayed.newest, 300);
    out = asked(self, 10, 2, (event_filter){0});
    assert_int_equal(out.replayed.count, 2);
    assert_int_equal(out.replayed.through, 12);
}

static void an_answer_holds_what_the_filter_lets_through_and_says_how_far_it_looked(void **state)
{
    hall *self = *state;
    store_events_of(self, 5, "disk");
    start(self);
    announcement out = asked(self, 0, 0, (event_filter){.about = ABOUT_SERIES});
    assert_int_equal(out.replayed.count, 0);
    assert_int_equal(out.replayed.through, 5);
    out = asked(self, 0, 0, (event_filter){.level = LEVEL_PRIORITY});
    assert_int_equal(out.replayed.count, 0);
    out = asked(self, 0, 0, (event_filter){.level = LEVEL_ELEVATED, .about = ABOUT_TOCSIN});
    assert_int_equal(out.replayed.count, 5);
}

/* Events of 80,000 octets: three fit into one answer. */
static void answers_end_where_the_next_event_does_not_fit(void **state)
{
    hall *self = *state;
    char *figures = memory_new(1, 60003), *words = memory_new(1, 16385);
    (void)memset(figures, '1', 60000), (void)memset(words, 'w', 16000);
    stored_event made[7];
    for (int i = 0; i < 7; i++)
        made[i] = (stored_event){.kind = text_of("raised"), .alert = EVENT_OPENS, .subject = text_of("disk"), .as_of = DAY_NONE,
                                 .figures = text_of(figures), .words = text_of(words)};
    assert_int_equal(engine_tell(self->world.engine, made, 7, NULL, 0, self->world.now_s), STATUS_OK);
    start(self);
    uint64_t through = 0;
    for (int answers = 0; answers < 3; answers++) {
        announcement out = asked(self, through, 0, (event_filter){0});
        assert_int_equal(out.replayed.count, answers < 2 ? 3 : 1);
        assert_int_equal(out.replayed.events[0].number, through + 1);
        through = out.replayed.through;
    }
    assert_int_equal(through, 7);
    free(figures);
    free(words);
}

static void what_is_no_question_is_refused_in_words(void **state)
{
    hall *self = *state;
    start(self);
    announcement out = answered(self, text_of("nonsense"));
    assert_int_equal(out.kind, ANNOUNCEMENT_REFUSE);
    assert_text(out.refuse.words, "not a protobuf Announcement");
    assert_int_equal(out.refuse.retry_after_s, 0);
    assert_text(answered(self, (text){"\x08\x02", 2}).refuse.words, "version 1 is spoken here");
    assert_text(answered(self, (text){"\x08\x01", 2}).refuse.words, "only Replay is answered here");
    assert_text(answered(self, text_of("")).refuse.words, "version 1 is spoken here");
    assert_int_equal(asked(self, 0, 0, (event_filter){0}).kind, ANNOUNCEMENT_REPLAYED);
}

/* --- a store that fails on purpose ------------------------------------------------------------------ */

static void what_could_not_be_read_is_published_once_it_can_be(void **state)
{
    hall *self = *state;
    start(self);
    subscribe_to(self, "");
    await_beat(self, 0);
    tell(self, 1);
    assert_event(self, 1);
    store_events_of(self, 2, "disk");
    run_sql(self, "ALTER TABLE silence RENAME TO silence_away");
    announcer_wake(self->announcer);
    announcement out = asked(self, 0, 0, (event_filter){0});
    assert_int_equal(out.kind, ANNOUNCEMENT_REFUSE);
    assert_in_range(out.refuse.retry_after_s, 1, 60);
    run_sql(self, "ALTER TABLE silence_away RENAME TO silence");
    assert_event(self, 2); /* nobody wakes it */
    assert_event(self, 3);
    assert_int_equal(asked(self, 0, 0, (event_filter){0}).replayed.count, 3);
}

/* --- starting ------------------------------------------------------------------------------------- */

static void a_taken_endpoint_is_told_and_nothing_is_left_running(void **state)
{
    hall *self = *state;
    announcer *second = NULL;
    char publish_at[ENDPOINT_SIZE_MAX], replay_at[ENDPOINT_SIZE_MAX], why[NOTE_SIZE_MAX];
    start(self);
    announcer_settings settings = {.folder = self->world.data, .publish = self->publish_at, .replay = "tcp://127.0.0.1:*"};
    assert_int_equal(announcer_start(self->hub, &settings, publish_at, replay_at, &second, why), STATUS_IO);
    assert_null(second);
    assert_non_null(strstr(why, "Address already in use (--announce)"));
    settings = (announcer_settings){.folder = self->world.data, .publish = "tcp://127.0.0.1:*", .replay = self->replay_at};
    assert_int_equal(announcer_start(self->hub, &settings, publish_at, replay_at, &second, why), STATUS_IO);
    assert_non_null(strstr(why, "Address already in use (--replay)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_stored_from_now_on_is_published_in_order_and_nothing_older, hall_make, hall_remove),
        cmocka_unit_test_setup_teardown(an_event_bears_what_the_list_says_and_a_beat_its_interval, hall_make, hall_remove),
        cmocka_unit_test_setup_teardown(an_event_goes_to_those_who_subscribed_to_how_its_topic_begins, hall_make, hall_remove),
        cmocka_unit_test_setup_teardown(a_new_subscriber_hears_a_beat_at_once, hall_make, hall_remove),
        cmocka_unit_test_setup_teardown(beats_go_on_while_nothing_happens, hall_make, hall_remove),
        cmocka_unit_test_setup_teardown(a_question_is_answered_with_what_comes_behind_a_number, hall_make, hall_remove),
        cmocka_unit_test_setup_teardown(an_answer_holds_what_the_filter_lets_through_and_says_how_far_it_looked, hall_make,
                                        hall_remove),
        cmocka_unit_test_setup_teardown(answers_end_where_the_next_event_does_not_fit, hall_make, hall_remove),
        cmocka_unit_test_setup_teardown(what_is_no_question_is_refused_in_words, hall_make, hall_remove),
        cmocka_unit_test_setup_teardown(what_could_not_be_read_is_published_once_it_can_be, hall_make, hall_remove),
        cmocka_unit_test_setup_teardown(a_taken_endpoint_is_told_and_nothing_is_left_running, hall_make, hall_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
