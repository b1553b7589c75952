#include "alert_event.h"

static const char *const kinds_in_words[EVENT_KINDS] = {
    "raised", "escalated", "lowered", "turned", "cleared", "standing", "acknowledged", "commented", "reopened", "silenced",
    "unsilenced",
};
static const char *const abouts_in_words[EVENT_ABOUTS] = {"all", "series", "tocsin"};

const char *event_kind_text(event_kind kind)
{
    return kinds_in_words[kind];
}

bool event_kind_read(text from, event_kind *out)
{
    for (size_t i = 0; i < EVENT_KINDS; i++)
        if (text_is(from, kinds_in_words[i])) {
            *out = (event_kind)i;
            return true;
        }
    return false;
}

bool event_kind_by_people(event_kind kind)
{
    return kind >= EVENT_ACKNOWLEDGED;
}

const char *event_about_text(event_about about)
{
    return abouts_in_words[about];
}

bool event_about_read(text from, event_about *out)
{
    for (size_t i = 0; i < EVENT_ABOUTS; i++)
        if (text_is(from, abouts_in_words[i])) {
            *out = (event_about)i;
            return true;
        }
    return false;
}

/* --- paging ---------------------------------------------------------------------------------------- */

static bool is_rise(alert_level at, trend_direction direction)
{
    return at >= LEVEL_ELEVATED && direction == TREND_RISING;
}

/* Tocsin's own troubles have no direction: they are there or not. */
static trend_direction direction_of(const alert_event *self, alert_level at, trend_direction direction)
{
    return self->subject.size > 0 && at > LEVEL_NORMAL ? TREND_RISING : direction;
}

bool alert_event_pages(const alert_event *self)
{
    trend_direction before = direction_of(self, self->level_before, self->direction_before);
    trend_direction after = direction_of(self, self->level, self->direction);
    if (event_kind_by_people(self->kind) || self->silenced || !is_rise(self->level, after))
        return false;
    return self->level > self->level_before || before != TREND_RISING;
}

bool alert_event_relieves(const alert_event *self)
{
    trend_direction before = direction_of(self, self->level_before, self->direction_before);
    trend_direction after = direction_of(self, self->level, self->direction);
    if (event_kind_by_people(self->kind) || !is_rise(self->level_before, before))
        return false;
    return self->level < self->level_before || after != TREND_RISING;
}

/* --- keeping --------------------------------------------------------------------------------------- */

static text_list list_kept(text_list from, arena *memory)
{
    text *kept = arena_take(memory, (from.count + 1) * sizeof *kept);
    for (size_t i = 0; i < from.count; i++)
        kept[i] = arena_text(memory, from.at[i]);
    return (text_list){kept, from.count};
}

alert_event alert_event_kept(const alert_event *self, arena *memory)
{
    alert_event made = *self;
    text *texts[] = {&made.subject, &made.area, &made.area_name, &made.category, &made.title, &made.rule, &made.lowest,
                     &made.lowest_title, &made.words, &made.figures, &made.who, &made.note};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_text(memory, *texts[i]);
    text_list *lists[] = {&made.areas, &made.categories, &made.caveats};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        *lists[i] = list_kept(*lists[i], memory);
    return made;
}

/* --- filters --------------------------------------------------------------------------------------- */

static bool lists_meet(text_list wanted, text_list has)
{
    for (size_t i = 0; i < wanted.count; i++)
        for (size_t k = 0; k < has.count; k++)
            if (text_equal(wanted.at[i], has.at[k]))
                return true;
    return wanted.count == 0;
}

bool event_filter_passes(const event_filter *self, const alert_event *one)
{
    bool own = one->subject.size > 0;
    if ((self->about == ABOUT_SERIES && own) || (self->about == ABOUT_TOCSIN && !own))
        return false;
    if (one->level < self->level && one->level_before < self->level)
        return false;
    return lists_meet(self->areas, one->areas) && lists_meet(self->categories, one->categories);
}
