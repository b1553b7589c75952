/* A digest: what happened since the last one, what is open, what falls, what is silenced; or that all is well. */
#include <stdlib.h>
#include <string.h>

#include "letter_page.h"
#include "letter_words.h"

/* Where open alerts are told. */
typedef enum open_place { PLACE_OPEN, PLACE_WATCH, PLACE_BETTER, PLACE_SILENCED, PLACES } open_place;

static const char *const place_titles[PLACES] = {"Open", "On watch", "Improving", "Silenced"};

static open_place place_of(const told_alert *of)
{
    if (of->silence != NULL)
        return PLACE_SILENCED;
    if (of->direction == TREND_FALLING && of->decided.subject.size == 0)
        return PLACE_BETTER;
    return of->level >= LEVEL_ELEVATED ? PLACE_OPEN : PLACE_WATCH;
}

/* --- an open alert in a line ------------------------------------------------------------------------------- */

static text with_note(text words, text note, arena *memory)
{
    text clean = letter_clean(note, memory);
    return clean.size > 0 ? arena_print(memory, "%.*s: %.*s", TEXT_ARGS(words), TEXT_ARGS(clean)) : words;
}

static text acknowledged_words(const told_alert *of, arena *memory)
{
    text who = letter_clean(of->acknowledged_by, memory), date = letter_date(of->acknowledged_s, memory);
    text words = arena_print(memory, "acknowledged by %.*s on %.*s", TEXT_ARGS(who), TEXT_ARGS(date));
    return with_note(words, of->acknowledged_note, memory);
}

static text silence_words(const stored_silence *silence, arena *memory)
{
    char until[PERIOD_TEXT];
    text who = letter_clean(silence->who, memory);
    bool recurs = silence->recurs.size > 0;
    text recurring = letter_clean(silence->recurs, memory);
    text words = arena_print(memory, "silenced until %s%s%.*s%s%.*s", date_words(silence->days.to, until), recurs ? " and again " : "",
                             TEXT_ARGS(recurring), who.size > 0 ? " by " : "", TEXT_ARGS(who));
    return with_note(words, silence->why, memory);
}

static letter_line open_line(const letter_style *style, const told_alert *of, arena *memory)
{
    /* As it stands, however it came there. */
    alert_event as = of->decided;
    as.kind = EVENT_STANDING;
    as.alert = of->id;
    as.silenced = of->silence != NULL;
    letter_line out = letter_line_of(style, &as, memory);
    text since = letter_date(of->opened_s, memory);
    out.remark = of->silence != NULL ? silence_words(of->silence, memory)
                 : of->acknowledged  ? acknowledged_words(of, memory)
                                     : arena_print(memory, "open since %.*s", TEXT_ARGS(since));
    return out;
}

/* What nobody has acknowledged first, the gravest first, then the oldest; acknowledged ones behind, the oldest last. */
static int compare_open(const void *left, const void *right)
{
    const told_alert *a = *(const told_alert *const *)left, *b = *(const told_alert *const *)right;
    if (a->acknowledged != b->acknowledged)
        return a->acknowledged ? 1 : -1;
    if (a->acknowledged && a->acknowledged_s != b->acknowledged_s)
        return a->acknowledged_s > b->acknowledged_s ? -1 : 1;
    if (a->level != b->level)
        return a->level > b->level ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

struct open_alerts {
    const told_alert **each;
    size_t count;
};

static struct open_alerts in_place(const told_alert *open, size_t count, open_place place, arena *memory)
{
    struct open_alerts out = {arena_take(memory, (count + 1) * sizeof *out.each), 0};
    for (size_t i = 0; i < count; i++)
        if (place_of(&open[i]) == place)
            out.each[out.count++] = &open[i];
    if (out.count > 0)
        qsort(out.each, out.count, sizeof *out.each, compare_open);
    return out;
}

static void add_open(letter_page *page, const letter_style *style, const told_alert *open, size_t count, open_place place, arena *memory)
{
    struct open_alerts here = in_place(open, count, place, memory);
    letter_line *lines = arena_take(memory, (here.count + 1) * sizeof *lines);
    for (size_t i = 0; i < here.count; i++)
        lines[i] = open_line(style, here.each[i], memory);
    letter_add_lines(page, place_titles[place], lines, here.count);
}

/* --- what happened ------------------------------------------------------------------------------------------- */

/* What should have reached people is told in full; all else in a line. */
static void add_happened(letter_page *page, letter_item *items, size_t count, arena *memory)
{
    size_t full = 0, brief = 0;
    letter_item *kept = arena_take(memory, (count + 1) * sizeof *kept);
    letter_line *lines = arena_take(memory, (count + 1) * sizeof *lines);
    for (size_t i = 0; i < count; i++) {
        if (items[i].asks)
            kept[full++] = items[i];
        else
            lines[brief++] = items[i].head;
        if (!items[i].asks && items[i].other_count > 0)
            lines[brief - 1].remark = arena_print(memory, "%.*s%sand %zu with it", TEXT_ARGS(lines[brief - 1].remark),
                                                  lines[brief - 1].remark.size > 0 ? ", " : "", items[i].other_count);
    }
    letter_add_items(page, "New", kept, full);
    letter_add_lines(page, full > 0 ? "What else happened" : "What happened", lines, brief);
}

/* --- the whole ------------------------------------------------------------------------------------------------- */

typedef struct digest_counts {
    size_t open[PLACES];
    size_t priority, elevated; /* of those that are open */
    size_t graver_silenced;    /* silenced ones that rise, elevated and above */
    size_t happened;
} digest_counts;

static digest_counts count_open(const told_alert *open, size_t count)
{
    digest_counts out = {0};
    for (size_t i = 0; i < count; i++) {
        open_place place = place_of(&open[i]);
        bool falls = open[i].direction == TREND_FALLING && open[i].decided.subject.size == 0;
        out.open[place]++;
        out.priority += place == PLACE_OPEN && open[i].level == LEVEL_PRIORITY;
        out.elevated += place == PLACE_OPEN && open[i].level == LEVEL_ELEVATED;
        out.graver_silenced += place == PLACE_SILENCED && open[i].level >= LEVEL_ELEVATED && !falls;
    }
    return out;
}

static text open_words(const digest_counts *counts, arena *memory)
{
    if (counts->priority > 0 && counts->elevated > 0)
        return arena_print(memory, "%zu priority, %zu elevated open", counts->priority, counts->elevated);
    if (counts->priority + counts->elevated > 0)
        return arena_print(memory, "%zu %s open", counts->priority + counts->elevated, counts->priority > 0 ? "priority" : "elevated");
    return text_of("nothing elevated is open");
}

/* Nothing should have reached people, and nothing is open that should have: silenced or not. */
static bool is_well(const digest_counts *counts, const letter_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].asks)
            return false;
    return counts->open[PLACE_OPEN] == 0 && counts->graver_silenced == 0;
}

static text summary_words(const digest_counts *counts, arena *memory)
{
    text open = letter_upper_first(open_words(counts, memory), memory);
    return arena_print(memory, "%.*s; %zu on watch, %zu improving, %zu silenced. %zu thing%s happened.", TEXT_ARGS(open),
                       counts->open[PLACE_WATCH], counts->open[PLACE_BETTER], counts->open[PLACE_SILENCED], counts->happened,
                       counts->happened == 1 ? "" : "s");
}

static text subject_words(const digest_counts *counts, bool well, int64_t to_s, arena *memory)
{
    text date = letter_date(to_s, memory), open = open_words(counts, memory);
    if (well && counts->happened == 0)
        return arena_print(memory, "All is well, %.*s: nothing new, nothing elevated", TEXT_ARGS(date));
    if (well)
        return arena_print(memory, "All is well, %.*s: %zu new, nothing elevated", TEXT_ARGS(date), counts->happened);
    return arena_print(memory, "Digest, %.*s: %.*s; %zu new", TEXT_ARGS(date), TEXT_ARGS(open), counts->happened);
}

static const alert_event *pictured_of(const letter_page *page, const told_alert *open, size_t count, arena *memory)
{
    for (size_t i = 0; i < page->section_count; i++)
        if (page->sections[i].item_count > 0)
            return page->sections[i].items[0].of;
    struct open_alerts here = in_place(open, count, PLACE_OPEN, memory);
    return here.count > 0 ? &here.each[0]->decided : NULL;
}

static void set_intro(letter_page *page, const digest_counts *counts, bool well, int64_t from_s, int64_t to_s, arena *memory)
{
    text *intro = arena_take(memory, 2 * sizeof *intro);
    text from = letter_moment(from_s, memory), to = letter_moment(to_s, memory);
    intro[0] = arena_print(memory, "From %.*s to %.*s.", TEXT_ARGS(from), TEXT_ARGS(to));
    intro[1] = summary_words(counts, memory);
    page->intro = (text_list){intro, 2};
    page->title = text_of(well ? "All is well" : "Digest");
}

void letter_of_digest(const letter_style *style, letter_events what, const told_alert *open, size_t open_count,
                      int64_t from_s, int64_t to_s, letter_picture *draw, void *context, arena *memory, letter *out)
{
    letter_item *items;
    letter_line *standing;
    const alert_event *gravest;
    letter_page page = {.foot = letter_foot(style, memory)};
    digest_counts counts = count_open(open, open_count);
    size_t count = letter_items(style, what, memory, &items);
    size_t stands = letter_standing(style, what, memory, &standing, &gravest);
    counts.happened = what.count;
    bool well = is_well(&counts, items, count);
    page.subject = letter_cut(subject_words(&counts, well, to_s, memory), SUBJECT_CHARACTERS_MAX, memory);
    set_intro(&page, &counts, well, from_s, to_s, memory);
    add_happened(&page, items, count, memory);
    letter_add_lines(&page, "Where things stood when records had been loaded", standing, stands);
    for (int place = 0; place < PLACES; place++)
        add_open(&page, style, open, open_count, (open_place)place, memory);
    page.pictured = pictured_of(&page, open, open_count, memory);
    letter_finish(&page, draw, context, memory, out);
}
