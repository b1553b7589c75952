#include "alert_fixtures.h"

#include "alerting/silences.h"
#include "testing.h"

uint32_t area_number(engine_world *w, const char *code)
{
    const geography *areas = engine_reference(w->engine)->areas;
    return geography_area(areas, geography_find(areas, text_of(code)))->id;
}

uint32_t category_number(engine_world *w, const char *code)
{
    const offence_tree *tree = engine_reference(w->engine)->categories;
    return offence_tree_category(tree, offence_tree_find(tree, text_of(code)))->id;
}

uint64_t tell_move(engine_world *w, uint64_t alert, event_kind kind, const char *area_code, const char *category_code,
                   alert_level before, alert_level after)
{
    stored_event one = {
        .kind = text_of(event_kind_text(kind)), .alert = alert, .as_of = day_of(2025, 3, 31), .words = text_of("It moved."),
        .area = area_number(w, area_code), .category = category_number(w, category_code),
        .level_before = (uint8_t)before, .level = (uint8_t)after, .direction = after > LEVEL_NORMAL ? TREND_RISING : TREND_NONE,
        .direction_before = before > LEVEL_NORMAL ? TREND_RISING : TREND_NONE};
    assert_int_equal(engine_tell(w->engine, &one, 1, NULL, 0, w->now_s), STATUS_OK);
    return one.id;
}

uint64_t tell_raise(engine_world *w)
{
    return tell_move(w, EVENT_OPENS, EVENT_RAISED, "D1", "burglary", LEVEL_NORMAL, LEVEL_ELEVATED);
}

uint64_t tell_silence(engine_world *w, uint64_t alert, const char *area_code, const char *category_code)
{
    stored_silence quiet = {.id = EVENT_OPENS, .alert = alert, .area = area_code[0] != '\0' ? area_number(w, area_code) : 0,
                            .category = category_code[0] != '\0' ? category_number(w, category_code) : 0,
                            .days = {london_date(w->now_s), london_date(w->now_s) + 1}, .who = text_of("ann"), .why = text_of("x")};
    stored_event one = {.kind = text_of("silenced"), .alert = alert, .area = quiet.area, .category = quiet.category,
                        .as_of = DAY_NONE, .words = text_of("Silenced."), .who = quiet.who};
    assert_int_equal(engine_tell(w->engine, &one, 1, &quiet, 1, w->now_s), STATUS_OK);
    return quiet.id;
}

void tell_silence_ended(engine_world *w, uint64_t id)
{
    silences *all;
    assert_int_equal(silences_read(engine_store(w->engine), &all), STATUS_OK);
    for (size_t i = 0; i < silences_count(all); i++) {
        stored_silence quiet = *silences_at(all, i);
        stored_event one = {.kind = text_of("unsilenced"), .as_of = DAY_NONE, .words = text_of("Over."), .who = text_of("ann")};
        if (quiet.id != id)
            continue;
        quiet.ended = EVENT_OPENS;
        assert_int_equal(engine_tell(w->engine, &one, 1, &quiet, 1, w->now_s), STATUS_OK);
    }
    silences_free(&all);
}
