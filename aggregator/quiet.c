/* What is not to page for a while: silences, begun and ended by people. */
#include "alerting/silences.h"
#include "commands_parts.h"
#include "figures/subject.h"
#include "proto/alert_event.h"

/* --- what ---------------------------------------------------------------------------------------------- */

static status take_area(struct asked *self, stored_silence *out)
{
    const reference *data = engine_reference(self->engine);
    subject of;
    text asked = text_trim(jsondoc_text(jsondoc_get(self->in, "area")));
    if (asked.size == 0)
        return STATUS_OK;
    if (!subject_called(data, asked, &of, self->why))
        return STATUS_REFUSED;
    if (of.area == AREA_NONE)
        return people_refuse(self, "%.*s is a group: silence its areas one by one", TEXT_ARGS(of.name));
    out->area = geography_area(data->areas, of.area)->id;
    return STATUS_OK;
}

static status take_category(struct asked *self, stored_silence *out)
{
    const offence_tree *tree = engine_reference(self->engine)->categories;
    text asked = text_trim(jsondoc_text(jsondoc_get(self->in, "category")));
    int index = asked.size > 0 ? category_called(tree, asked, self->why) : CATEGORY_NONE;
    if (index != CATEGORY_NONE)
        out->category = offence_tree_category(tree, index)->id;
    return asked.size == 0 || index != CATEGORY_NONE ? STATUS_OK : STATUS_REFUSED;
}

/* One alert, or whatever there is in an area and of a category. */
static status take_scope(struct asked *self, stored_alert *of, stored_silence *out)
{
    bool wide = people_given(self, "area") || people_given(self, "category");
    if (people_given(self, "alert") == wide)
        return people_refuse(self, wide ? "silence an alert, or an area and category, not both at once"
                                        : "say what: an alert by its number, or --area and --category, or one of them");
    if (!wide) {
        status st = people_alert(self, false, of);
        out->alert = of->id;
        return st;
    }
    status st = take_area(self, out);
    if (st == STATUS_OK)
        st = take_category(self, out);
    if (st == STATUS_OK && out->area == 0 && out->category == 0)
        st = people_refuse(self, "say which area, or which category");
    return st;
}

/* --- when ---------------------------------------------------------------------------------------------- */

static status take_date(struct asked *self, const char *key, day_number otherwise, day_number *out)
{
    text said = jsondoc_text(jsondoc_get(self->in, key));
    *out = otherwise;
    if (!people_given(self, key) || date_read(said, out))
        return STATUS_OK;
    return people_refuse(self, "'%s' wants a date that exists, as 2025-03-31, not '%.*s'", key, TEXT_ARGS(said));
}

/* Whoever forgets a silence must not miss anything for ever. */
static status check_days(struct asked *self, const stored_silence *made, day_number today)
{
    char date[PERIOD_TEXT], now[PERIOD_TEXT];
    period days = made->days;
    bool weekly = text_is(made->recurs, "weekly");
    if (days.to == DAY_NONE)
        return people_refuse(self, "say until when: its last day, as 2025-03-31");
    if (days.to < today)
        return people_refuse(self, "%s is past: the last day of a silence is today (%s) or later", date_words(days.to, date),
                             date_words_short(today, now));
    if (days.from < today)
        return people_refuse(self, "%s is past: what was announced stays announced. Leave the first day out to begin today",
                             date_words(days.from, date));
    if (days.to < days.from)
        return people_refuse(self, "its last day lies before its first");
    if (days.from > day_add_years(today, 1))
        return people_refuse(self, "%s is more than a year away: begin it sooner, or when it is time",
                             date_words(days.from, date));
    if (weekly && days.to - days.from >= 6)
        return people_refuse(self, "more than six days, every week, would never end: a weekly one has at most six");
    if (!weekly && days.to >= day_add_years(days.from, 1))
        return people_refuse(self, "a silence lasts less than a year: say %s or earlier, and look at it again then",
                             date_words(day_add_years(days.from, 1) - 1, date));
    return STATUS_OK;
}

static status take_days(struct asked *self, stored_silence *out)
{
    day_number today = london_date(self->now_s);
    out->recurs = jsondoc_text(jsondoc_get(self->in, "recurs"));
    if (text_is(out->recurs, "none"))
        out->recurs = text_of("");
    if (people_given(self, "recurs") && out->recurs.size > 0 && !text_is(out->recurs, "weekly") && !text_is(out->recurs, "yearly"))
        return people_refuse(self, "'recurs' is weekly, yearly or none, not '%.*s'", TEXT_ARGS(out->recurs));
    status st = take_date(self, "from", today, &out->days.from);
    if (st == STATUS_OK)
        st = take_date(self, "until", DAY_NONE, &out->days.to);
    return st == STATUS_OK ? check_days(self, out, today) : st;
}

/* --- the commands -------------------------------------------------------------------------------------- */

static status check_new(struct asked *self, const stored_silence *made)
{
    silences *all;
    char date[PERIOD_TEXT];
    status st = silences_read(engine_store(self->engine), &all);
    for (size_t i = 0; st == STATUS_OK && i < silences_count(all); i++) {
        const stored_silence *old = silences_at(all, i);
        if (old->ended == 0 && old->alert == made->alert && old->area == made->area && old->category == made->category &&
            text_equal(old->recurs, made->recurs) && old->days.from <= made->days.from && old->days.to >= made->days.to)
            st = people_refuse(self, "silence %llu does that already, until %s", (unsigned long long)old->id,
                               date_words(old->days.to, date));
    }
    silences_free(&all);
    return st;
}

static text words_of_days(struct asked *self, const stored_silence *made)
{
    char from[PERIOD_TEXT], to[PERIOD_TEXT];
    bool at_once = made->days.from == london_date(self->now_s);
    const char *again = text_is(made->recurs, "weekly")   ? ", and the same days of every week"
                        : text_is(made->recurs, "yearly") ? ", and the same days of every year"
                                                          : "";
    return arena_print(self->memory, "%s%suntil %s%s", at_once ? "" : "from ", at_once ? "" : arena_print(self->memory, "%s ",
                       date_words(made->days.from, from)).at, date_words(made->days.to, to), again);
}

/* "Theft in Stafford", "Theft everywhere", "Everything in Stafford". */
static text words_of_scope(struct asked *self, const stored_silence *made)
{
    const reference *data = engine_reference(self->engine);
    int where = geography_of_id(data->areas, made->area), what = offence_tree_of_id(data->categories, made->category);
    text title = what != CATEGORY_NONE ? offence_tree_category(data->categories, what)->title : text_of("Everything");
    text place = where != AREA_NONE ? geography_area(data->areas, where)->name : text_of("everywhere");
    return arena_print(self->memory, "%.*s %s%.*s", TEXT_ARGS(title), where != AREA_NONE ? "in " : "", TEXT_ARGS(place));
}

static text words_of_beginning(struct asked *self, const stored_silence *made)
{
    text days = words_of_days(self, made);
    if (made->alert != 0)
        return arena_print(self->memory, "Silenced by %.*s %.*s: %.*s", TEXT_ARGS(made->who), TEXT_ARGS(days), TEXT_ARGS(made->why));
    return arena_print(self->memory, "%.*s, with all beneath, silenced by %.*s %.*s: %.*s",
                       TEXT_ARGS(words_of_scope(self, made)), TEXT_ARGS(made->who), TEXT_ARGS(days), TEXT_ARGS(made->why));
}

static stored_event about_silence(const stored_silence *quiet, const stored_alert *of, event_kind kind, text who, text why)
{
    return (stored_event){.kind = text_of(event_kind_text(kind)), .alert = quiet->alert, .subject = of->subject,
                          .area = quiet->alert != 0 ? of->area : quiet->area,
                          .category = quiet->alert != 0 ? of->category : quiet->category, .as_of = DAY_NONE,
                          .level_before = of->level, .level = of->level, .direction_before = of->direction,
                          .direction = of->direction, .who = who, .note = why};
}

status people_silence(struct asked *self)
{
    stored_alert of = {0};
    stored_silence made = {.id = EVENT_OPENS};
    status st = people_who(self, &made.who);
    if (st == STATUS_OK)
        st = take_scope(self, &of, &made);
    if (st == STATUS_OK)
        st = take_days(self, &made);
    if (st == STATUS_OK)
        st = people_said(self, "why", "why it is silenced", &made.why);
    if (st == STATUS_OK)
        st = check_new(self, &made);
    if (st != STATUS_OK)
        return st;
    stored_event begun = about_silence(&made, &of, EVENT_SILENCED, made.who, made.why);
    begun.words = words_of_beginning(self, &made);
    return people_tell(self, &begun, &made);
}

static status refuse_ended(struct asked *self, const stored_silence *found)
{
    stored_event end;
    char date[PERIOD_TEXT];
    status st = store_event(engine_store(self->engine), found->ended, self->memory, &end);
    if (st != STATUS_OK)
        return st;
    return people_refuse(self, "silence %llu was ended by %.*s on %s", (unsigned long long)found->id, TEXT_ARGS(end.who),
                         date_words(london_date(end.at_s), date));
}

/* One that can still be ended. */
static status take_silence(struct asked *self, const silences *all, stored_silence *out)
{
    int64_t number;
    char date[PERIOD_TEXT];
    if (!jsondoc_integer(jsondoc_get(self->in, "silence"), &number) || number <= 0)
        return people_refuse(self, "say which silence, by its number: tocsin silences lists them");
    for (size_t i = 0; i < silences_count(all); i++)
        if (silences_at(all, i)->id == (uint64_t)number) {
            *out = *silences_at(all, i);
            if (out->ended != 0)
                return refuse_ended(self, out);
            if (out->recurs.size == 0 && out->days.to < london_date(self->now_s))
                return people_refuse(self, "silence %lld ended by itself on %s", (long long)number, date_words(out->days.to, date));
            return STATUS_OK;
        }
    return people_refuse(self, "there is no silence %lld: tocsin silences lists them", (long long)number);
}

static status end_silence(struct asked *self, stored_silence *quiet)
{
    text who, why;
    stored_alert of = {0};
    status st = people_who(self, &who);
    if (st == STATUS_OK)
        st = people_said(self, "why", "why it is ended", &why);
    if (st == STATUS_OK && quiet->alert != 0)
        st = store_alert(engine_store(self->engine), quiet->alert, self->memory, &of);
    if (st != STATUS_OK)
        return st;
    quiet->ended = EVENT_OPENS;
    stored_event end = about_silence(quiet, &of, EVENT_UNSILENCED, who, why);
    end.words = arena_print(self->memory, "Silence %llu ended by %.*s: %.*s", (unsigned long long)quiet->id, TEXT_ARGS(who),
                            TEXT_ARGS(why));
    return people_tell(self, &end, quiet);
}

status people_unsilence(struct asked *self)
{
    silences *all;
    stored_silence quiet;
    status st = silences_read(engine_store(self->engine), &all);
    if (st != STATUS_OK)
        return st;
    st = take_silence(self, all, &quiet);
    if (st == STATUS_OK)
        st = end_silence(self, &quiet);
    silences_free(&all);
    return st;
}
