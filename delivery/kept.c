#include "kept.h"

static text_list kept_list(arena *memory, text_list from)
{
    text *each = arena_take(memory, (from.count + 1) * sizeof *each);
    for (size_t i = 0; i < from.count; i++)
        each[i] = arena_text(memory, from.at[i]);
    return (text_list){each, from.count};
}

alert_event kept_event(arena *memory, const alert_event *from)
{
    alert_event made = *from;
    text *texts[] = {&made.subject, &made.area, &made.area_name, &made.category, &made.title, &made.rule, &made.lowest,
                     &made.lowest_title, &made.words, &made.figures, &made.who, &made.note};
    text_list *lists[] = {&made.areas, &made.categories, &made.caveats};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        *texts[i] = arena_text(memory, *texts[i]);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        *lists[i] = kept_list(memory, *lists[i]);
    return made;
}

static const stored_silence *kept_silence(arena *memory, const stored_silence *from)
{
    stored_silence *made = arena_take(memory, sizeof *made);
    *made = *from;
    made->recurs = arena_text(memory, from->recurs);
    made->who = arena_text(memory, from->who);
    made->why = arena_text(memory, from->why);
    return made;
}

told_alert kept_alert(arena *memory, const told_alert *from)
{
    told_alert made = *from;
    made.decided = kept_event(memory, &from->decided);
    made.acknowledged_by = arena_text(memory, from->acknowledged_by);
    made.acknowledged_note = arena_text(memory, from->acknowledged_note);
    made.silence = from->silence != NULL ? kept_silence(memory, from->silence) : NULL;
    return made;
}
