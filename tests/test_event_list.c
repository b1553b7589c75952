/* Promise: whoever reads the list from a number on gets every event behind it once, in order, in codes and names of the reference
 * data in force, whoever writes meanwhile; a filter loses nothing that passes it; alerts are what their events add up to. */
#include "alerting/event_list.h"

#include <stdio.h>
#include <string.h>

#include "alert_fixtures.h"
#include "testing.h"

static event_list *list_of(engine_world *w)
{
    char why[NOTE_SIZE_MAX];
    event_list *list;
    if (event_list_open(w->data, &list, why) != STATUS_OK)
        fail_msg("%s", why);
    return list;
}

/* --- reading ------------------------------------------------------------------------------------------- */

struct heard {
    arena *memory;
    text said;      /* "1 raised D1 burglary; " ... */
    size_t enough;  /* 0: never */
    size_t count;
};

static bool hear(void *context, const alert_event *one)
{
    struct heard *h = context;
    h->said = arena_print(h->memory, "%.*s%llu %s %.*s %.*s; ", TEXT_ARGS(h->said), (unsigned long long)one->number,
                          event_kind_text(one->kind), TEXT_ARGS(one->area), TEXT_ARGS(one->category));
    return ++h->count != h->enough;
}

static void assert_heard(engine_world *w, event_list *list, uint64_t after, size_t max, const event_filter *filter, size_t enough,
                         const char *expected, uint64_t through)
{
    struct heard h = {.memory = w->memory, .enough = enough};
    uint64_t reached = UINT64_MAX;
    assert_int_equal(event_list_read(list, after, max, filter, hear, &h, &reached), STATUS_OK);
    assert_text(h.said, expected);
    assert_int_equal(reached, through);
}

/* 1 to 4: burglary in D1, other theft in D2, ASB in D3; the first is cleared. */
static void tell_four(engine_world *w)
{
    uint64_t first = tell_raise(w);
    (void)tell_move(w, EVENT_OPENS, EVENT_RAISED, "D2", "other-theft", LEVEL_NORMAL, LEVEL_WATCH);
    (void)tell_move(w, EVENT_OPENS, EVENT_RAISED, "D3", "asb", LEVEL_NORMAL, LEVEL_PRIORITY);
    (void)tell_move(w, first, EVENT_CLEARED, "D1", "burglary", LEVEL_ELEVATED, LEVEL_NORMAL);
}

static void events_are_read_in_order_from_any_number_on(void **state)
{
    engine_world *w = *state;
    event_list *list = list_of(w);
    assert_heard(w, list, 0, 10, NULL, 0, "", 0);
    tell_four(w);
    assert_heard(w, list, 0, 10, NULL, 0, "1 raised D1 burglary; 2 raised D2 other-theft; 3 raised D3 asb; 4 cleared D1 burglary; ", 4);
    assert_heard(w, list, 2, 10, NULL, 0, "3 raised D3 asb; 4 cleared D1 burglary; ", 4);
    assert_heard(w, list, 4, 10, NULL, 0, "", 4);
    assert_heard(w, list, 9, 10, NULL, 0, "", 9);
    uint64_t newest;
    assert_int_equal(event_list_newest(list, &newest), STATUS_OK);
    assert_int_equal(newest, 4);
    event_list_close(&list);
    assert_null(list);
}

static void a_reading_that_is_bounded_or_ended_says_how_far_it_came(void **state)
{
    engine_world *w = *state;
    tell_four(w);
    event_list *list = list_of(w);
    text in_d3 = text_of("D3");
    event_filter of_d3 = {.areas = {&in_d3, 1}};
    uint64_t through;
    assert_heard(w, list, 0, 2, NULL, 0, "1 raised D1 burglary; 2 raised D2 other-theft; ", 2);
    assert_heard(w, list, 0, 10, NULL, 1, "1 raised D1 burglary; ", 1);
    assert_heard(w, list, 0, 2, &of_d3, 0, "", 2);
    assert_heard(w, list, 2, 2, &of_d3, 0, "3 raised D3 asb; ", 4);
    assert_heard(w, list, 0, 10, &of_d3, 1, "3 raised D3 asb; ", 3);
    assert_int_equal(event_list_read(list, 0, 0, NULL, hear, NULL, &through), STATUS_REFUSED);
    event_list_close(&list);
}

static void a_filter_is_by_what_lies_in_an_area_a_group_or_under_a_category(void **state)
{
    engine_world *w = *state;
    file_write(w->reference, "groups.csv", text_of("group,name,kind,member\nBOTH,Both,csp,D2\nBOTH,Both,csp,D3\n"));
    world_reload(w);
    tell_four(w);
    event_list *list = list_of(w);
    text f1 = text_of("F1"), both = text_of("BOTH"), theft = text_of("theft");
    assert_heard(w, list, 0, 10, &(event_filter){.areas = {&f1, 1}}, 0,
                 "1 raised D1 burglary; 2 raised D2 other-theft; 4 cleared D1 burglary; ", 4);
    assert_heard(w, list, 0, 10, &(event_filter){.areas = {&both, 1}}, 0, "2 raised D2 other-theft; 3 raised D3 asb; ", 4);
    assert_heard(w, list, 0, 10, &(event_filter){.categories = {&theft, 1}}, 0,
                 "1 raised D1 burglary; 2 raised D2 other-theft; 4 cleared D1 burglary; ", 4);
    assert_heard(w, list, 0, 10, &(event_filter){.level = LEVEL_ELEVATED}, 0,
                 "1 raised D1 burglary; 3 raised D3 asb; 4 cleared D1 burglary; ", 4);
    event_list_close(&list);
}

/* --- names --------------------------------------------------------------------------------------------- */

struct names {
    arena *memory;
    text area_name, title, area;
    size_t areas;
};

static bool take_names(void *context, const alert_event *one)
{
    struct names *n = context;
    n->area = arena_text(n->memory, one->area);
    n->area_name = arena_text(n->memory, one->area_name);
    n->title = arena_text(n->memory, one->title);
    n->areas = one->areas.count;
    return true;
}

static struct names names_of_all(engine_world *w, event_list *list)
{
    uint64_t through;
    struct names n = {.memory = w->memory};
    assert_int_equal(event_list_read(list, 0, 10, NULL, take_names, &n, &through), STATUS_OK);
    return n;
}

/* The list stays open; who reads it next month reads next month's names. */
static void names_are_those_of_the_reference_data_in_force(void **state)
{
    engine_world *w = *state;
    event_list *list = list_of(w);
    (void)tell_raise(w);
    struct names before = names_of_all(w, list);
    assert_text(before.area_name, "Stafford");
    assert_text(before.title, "Burglary");
    assert_int_equal(before.areas, 3); /* D1, F1, EW */
    reference_edit(w->reference, "areas.csv", "D1,Stafford,", "D1,Stafford Borough,");
    reference_edit(w->reference, "categories.csv", "burglary,Burglary,", "burglary,Break-ins,");
    world_reload(w);
    struct names after = names_of_all(w, list);
    assert_text(after.area_name, "Stafford Borough");
    assert_text(after.title, "Break-ins");
    event_list_close(&list);
}

static void an_area_that_the_reference_data_have_no_more_keeps_its_code(void **state)
{
    engine_world *w = *state;
    (void)tell_move(w, EVENT_OPENS, EVENT_RAISED, "FD", "asb", LEVEL_NORMAL, LEVEL_WATCH);
    reference_edit(w->reference, "areas.csv", "FD,Former,district,F1,,2019-03-31,D2\n", "");
    world_reload(w);
    event_list *list = list_of(w);
    struct names n = names_of_all(w, list);
    assert_text(n.area, "FD");
    assert_text(n.area_name, "FD");
    assert_int_equal(n.areas, 1);
    event_list_close(&list);
}

/* --- which list ---------------------------------------------------------------------------------------- */

static void a_list_has_a_name_that_stays_and_a_restored_one_another(void **state)
{
    engine_world *w = *state;
    tell_four(w);
    event_list *list = list_of(w);
    event_lineage first, same, restored;
    assert_int_equal(event_list_lineage(list, &first), STATUS_OK);
    assert_int_equal(strlen(first.name), 16);
    assert_int_equal(first.since, 0);
    event_list_close(&list);
    world_reopen(w);
    list = list_of(w);
    assert_int_equal(event_list_lineage(list, &same), STATUS_OK);
    assert_string_equal(same.name, first.name);
    event_list_close(&list);

    engine_world copy = engine_world_make();
    char why[NOTE_SIZE_MAX], path[FOLDER_SIZE + 16];
    engine_close(&copy.engine);
    folder_remove(copy.data);
    folder_make(copy.data);
    (void)snprintf(path, sizeof path, "%s/tocsin.db", copy.data);
    store *reader;
    assert_int_equal(store_open_reader(w->data, &reader, why), STATUS_OK);
    assert_int_equal(store_begin_reading(reader), STATUS_OK);
    assert_int_equal(store_backup(reader, path, NULL, NULL, why), STATUS_OK);
    store_end_reading(reader);
    store_close(&reader);
    copy.engine = engine_opened(copy.data, copy.reference, copy.now_s);
    list = list_of(&copy);
    assert_int_equal(event_list_lineage(list, &restored), STATUS_OK);
    assert_string_not_equal(restored.name, first.name);
    assert_int_equal(restored.since, 4);
    event_list_close(&list);
    engine_world_forget(&copy);
}

/* --- alerts -------------------------------------------------------------------------------------------- */

struct told {
    arena *memory;
    text said;
};

static bool tell_one(void *context, const told_alert *one)
{
    struct told *t = context;
    t->said = arena_print(t->memory, "%.*s%llu %.*s %s of %s%s%s%s; ", TEXT_ARGS(t->said), (unsigned long long)one->id,
                          TEXT_ARGS(one->decided.area), alert_level_text(one->level), alert_level_text(one->highest),
                          one->closed_s != 0 ? " closed" : "", one->acknowledged ? " acknowledged" : "",
                          one->silence != NULL ? " silenced" : "");
    return true;
}

static void assert_alerts(engine_world *w, bool all, const event_filter *filter, const char *expected)
{
    event_list *list = list_of(w);
    struct told t = {.memory = w->memory};
    assert_int_equal(event_list_alerts(list, all, filter, london_date(w->now_s), tell_one, &t), STATUS_OK);
    assert_text(t.said, expected);
    event_list_close(&list);
}

static void alerts_are_what_their_events_add_up_to(void **state)
{
    engine_world *w = *state;
    tell_four(w);
    assert_alerts(w, false, NULL, "2 D2 watch of watch; 3 D3 priority of priority; ");
    assert_alerts(w, true, NULL, "1 D1 normal of elevated closed; 2 D2 watch of watch; 3 D3 priority of priority; ");
    (void)tell_move(w, 3, EVENT_LOWERED, "D3", "asb", LEVEL_PRIORITY, LEVEL_WATCH);
    assert_alerts(w, false, NULL, "2 D2 watch of watch; 3 D3 watch of priority; ");
    assert_alerts(w, false, &(event_filter){.level = LEVEL_PRIORITY}, "3 D3 watch of priority; ");
    (void)tell_silence(w, 0, "F2", "");
    assert_alerts(w, false, NULL, "2 D2 watch of watch; 3 D3 watch of priority silenced; ");
    w->now_s += 2 * 86400;
    assert_alerts(w, false, NULL, "2 D2 watch of watch; 3 D3 watch of priority; ");
}

static void one_alert_is_told_with_who_acknowledged_it(void **state)
{
    engine_world *w = *state;
    uint64_t id = tell_raise(w);
    told_alert one;
    stored_event said = {.kind = text_of("acknowledged"), .alert = id, .area = area_number(w, "D1"), .as_of = DAY_NONE,
                         .category = category_number(w, "burglary"), .who = text_of("ann"), .note = text_of("on it")};
    assert_int_equal(engine_tell(w->engine, &said, 1, NULL, 0, w->now_s + 5), STATUS_OK);
    event_list *list = list_of(w);
    assert_int_equal(event_list_alert(list, id, london_date(w->now_s), &one), STATUS_OK);
    assert_true(one.acknowledged);
    assert_text(one.acknowledged_by, "ann");
    assert_text(one.acknowledged_note, "on it");
    assert_int_equal(one.acknowledged_s, w->now_s + 5);
    assert_int_equal(one.decided.number, id);
    assert_text(one.decided.words, "It moved.");
    assert_int_equal(event_list_alert(list, 2, london_date(w->now_s), &one), STATUS_NOT_FOUND);
    event_list_close(&list);
}

static void hear_own(void *context, const alert_event *one)
{
    (void)hear(context, one);
}

static void an_alert_has_its_own_events_and_no_others(void **state)
{
    engine_world *w = *state;
    tell_four(w);
    event_list *list = list_of(w);
    struct heard h = {.memory = w->memory};
    assert_int_equal(event_list_of_alert(list, 1, hear_own, &h), STATUS_OK);
    assert_text(h.said, "1 raised D1 burglary; 4 cleared D1 burglary; ");
    event_list_close(&list);
}

static void a_folder_without_a_store_is_told(void **state)
{
    engine_world *w = *state;
    char why[NOTE_SIZE_MAX];
    event_list *list = NULL;
    assert_int_equal(event_list_open(w->reference, &list, why), STATUS_NOT_FOUND);
    assert_null(list);
    assert_true(why[0] != '\0');
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_make, world_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(events_are_read_in_order_from_any_number_on),
        IN_WORLD(a_reading_that_is_bounded_or_ended_says_how_far_it_came),
        IN_WORLD(a_filter_is_by_what_lies_in_an_area_a_group_or_under_a_category),
        IN_WORLD(names_are_those_of_the_reference_data_in_force),
        IN_WORLD(an_area_that_the_reference_data_have_no_more_keeps_its_code),
        IN_WORLD(a_list_has_a_name_that_stays_and_a_restored_one_another),
        IN_WORLD(alerts_are_what_their_events_add_up_to),
        IN_WORLD(one_alert_is_told_with_who_acknowledged_it),
        IN_WORLD(an_alert_has_its_own_events_and_no_others),
        IN_WORLD(a_folder_without_a_store_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
