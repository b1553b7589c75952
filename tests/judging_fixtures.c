#include "judging_fixtures.h"

#include <stdio.h>
#include <string.h>

#include "testing.h"

void days_fill(area_days *to, const covered_world *in, const char *code, const char *days, day_formula *count)
{
    uint32_t id = offence_tree_category(in->data->categories, category_at(in, code))->id;
    day_number from = day_from(days), last = day_from(strstr(days, "..") + 2);
    for (month_number m = month_of(from); m <= month_of(last); m++) {
        tally month = {0};
        for (day_number on = month_first(m); on <= month_last(m); on++)
            if (on >= from && on <= last && count(on) > 0)
                assert_true(tally_add(&month, id, on - month_first(m) + 1, (int32_t)count(on)));
        area_days_add_month(to, m, &month, true, NULL);
        tally_free(&month);
    }
}

period_set days_known(const char *words)
{
    period_set made = {0};
    text rest = text_of(words), one;
    while (text_split(&rest, ' ', &one))
        (void)period_set_add(&made, (period){day_from(one.at), day_from(one.at + DATE_TEXT + 1)});
    return made;
}

watch_rule default_rule(detector_kind detector)
{
    return (watch_rule){
        .name = {"default", 7}, .detector = detector, .rising = true, .falling = true, .minimum = 10,
        .thresholds = {{.level = LEVEL_PRIORITY, .percent = 20, .p = 0.001},
                       {.level = LEVEL_ELEVATED, .percent = 10, .p = 0.01},
                       {.level = LEVEL_ELEVATED, .percent = 5, .p = 0.001, .difference = 200},
                       {.level = LEVEL_WATCH, .percent = 10, .p = 1}},
        .threshold_count = 4, .clear_percent = 7.5, .clear_p = 0.05, .looks = 2, .at_once_p = 0.001, .hold_days = 28,
        .comparator = {"parent", 6},
    };
}

static void note(void *context, const level_change *change)
{
    folded *to = context;
    char date[DATE_TEXT];
    size_t used = strlen(to->words);
    assert_true(to->count < sizeof to->changes / sizeof to->changes[0]);
    to->changes[to->count++] = *change;
    (void)snprintf(to->words + used, sizeof to->words - used, "%s%s %s > %s %s", used > 0 ? "\n" : "",
                   date_text(change->on, date), alert_level_text(change->before), alert_level_text(change->after),
                   trend_text(change->direction));
}

void fold_all(const rules *by, const series_view *view, folded *out)
{
    bool applies[RULES_MAX];
    memset(applies, true, sizeof applies);
    memset(out, 0, sizeof *out);
    series_look *look = series_look_create(view, by->baseline);
    series_state_clear(&out->state);
    fold_series(by, applies, look, fold_dates(view), &out->state, note, out);
    series_look_destroy(&look);
}
