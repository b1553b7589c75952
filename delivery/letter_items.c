/* Batches: events that belong together, as one item with the detail inside. */
#include <stdlib.h>
#include <string.h>

#include "letter_figures.h"
#include "letter_page.h"
#include "letter_words.h"

/* --- what an item says --------------------------------------------------------------------------------- */

/* "Shoplifting in Stafford: priority, rising. " stands at the head of the event's words, and of the item already. */
static text figures_sentence(const alert_event *of, arena *memory)
{
    const char *direction = trend_text(of->level == LEVEL_NORMAL ? TREND_NONE : of->direction);
    text said = arena_print(memory, "%.*s in %.*s: %s%s%s. ", TEXT_ARGS(of->title), TEXT_ARGS(of->area_name),
                            alert_level_text(of->level), direction[0] != '\0' ? ", " : "", direction);
    text words = of->words;
    if (of->subject.size > 0)
        return (text){0};
    if (words.size > said.size && memcmp(words.at, said.at, said.size) == 0)
        words = (text){words.at + said.size, words.size - said.size};
    words = letter_clean(words, memory);
    if (words.size == 0 || words.at[words.size - 1] == '.')
        return words;
    return arena_print(memory, "%.*s.", TEXT_ARGS(words));
}

static void add_fact(letter_item *to, const char *name, text words)
{
    if (words.size > 0 && to->fact_count < FACTS_MAX)
        to->facts[to->fact_count++] = (letter_fact){name, words};
}

static text standing_words(alert_level level, trend_direction direction, arena *memory)
{
    if (level != LEVEL_NORMAL && direction == TREND_FALLING)
        return text_of("improving"); /* the rule says by which threshold */
    const char *way = level == LEVEL_NORMAL ? "" : trend_text(direction);
    return arena_print(memory, "%s%s%s", alert_level_text(level), way[0] != '\0' ? ", " : "", way);
}

static text level_words(const alert_event *of, arena *memory)
{
    text before = standing_words(of->level_before, of->direction_before, memory);
    text after = standing_words(of->level, of->direction, memory);
    return text_equal(before, after) ? after
                                     : arena_print(memory, "%.*s (before: %.*s)", TEXT_ARGS(after), TEXT_ARGS(before));
}

static const ended_alert *ended_of(letter_events all, uint64_t alert)
{
    for (size_t i = 0; i < all.ended_count; i++)
        if (all.ended[i].alert == alert)
            return &all.ended[i];
    return NULL;
}

static text life_words(letter_events all, const alert_event *of, arena *memory)
{
    const ended_alert *life = of->level == LEVEL_NORMAL ? ended_of(all, of->alert) : NULL;
    if (life == NULL)
        return (text){0};
    text stood = letter_duration(of->at_s - life->opened_s, memory), since = letter_date(life->opened_s, memory);
    return arena_print(memory, "%s at its highest; it stood for %.*s, from %.*s", alert_level_text(life->highest),
                       TEXT_ARGS(stood), TEXT_ARGS(since));
}

/* The last event of the same alert that the letter tells; itself where there is none behind it. */
static const alert_event *last_of(letter_events all, const alert_event *of)
{
    const alert_event *last = of;
    for (size_t i = 0; i < all.count; i++)
        if (of->alert != 0 && all.at[i].alert == of->alert && all.at[i].number > last->number &&
            !event_kind_by_people(all.at[i].kind))
            last = &all.at[i];
    return last;
}

/* Where the alert has gone meanwhile. */
static text since_words(letter_events all, const alert_event *of, arena *memory)
{
    const alert_event *last = last_of(all, of);
    if (last == of)
        return (text){0};
    text when = letter_moment(last->at_s, memory);
    text now = last->level == LEVEL_NORMAL ? text_of("cleared") : standing_words(last->level, last->direction, memory);
    return arena_print(memory, "%.*s, %.*s", TEXT_ARGS(now), TEXT_ARGS(when));
}

static text as_of_words(const alert_event *of, arena *memory)
{
    char date[PERIOD_TEXT];
    text said = letter_moment(of->at_s, memory);
    if (of->as_of == DAY_NONE || of->subject.size > 0)
        return said;
    return arena_print(memory, "%.*s, as of %s%s", TEXT_ARGS(said), date_words(of->as_of, date),
                       of->corrected ? "; records of earlier dates changed it" : "");
}

static void fill_facts(letter_item *to, letter_events all, const alert_event *of, arena *memory)
{
    letter_figures said = letter_figures_of(of);
    if (event_kind_by_people(of->kind)) {
        add_fact(to, "Said", to->head.remark);
        add_fact(to, "When", letter_moment(of->at_s, memory));
        return;
    }
    add_fact(to, "Level", level_words(of, memory));
    add_fact(to, "The alert was", life_words(all, of, memory));
    add_fact(to, "Compared with", letter_comparator_words(&said, memory));
    add_fact(to, "Rule", letter_rule_words(of, memory));
    if (of->lowest.size > 0 && !text_equal(of->lowest, of->category))
        add_fact(to, "Most of it", letter_clean(of->lowest_title, memory));
    add_fact(to, "Announced", as_of_words(of, memory));
    add_fact(to, "Since then", since_words(all, of, memory));
    if (of->silenced)
        add_fact(to, "Silenced", text_of("a silence holds for it: it pages nobody"));
}

/* Sentences without a full stop, as they are stored; what is a fact of its own already is not said twice. */
static text_list careful_of(const alert_event *of, arena *memory)
{
    text_list out = {0};
    text *kept = arena_take(memory, (of->caveats.count + 1) * sizeof *kept);
    text most = arena_print(memory, "most of it is %.*s", TEXT_ARGS(of->lowest_title));
    for (size_t i = 0; i < of->caveats.count; i++)
        if (!text_equal(of->caveats.at[i], most))
            kept[out.count++] = letter_upper_first(letter_clean(of->caveats.at[i], memory), memory);
    out.at = kept;
    return out;
}

static letter_item item_of(const letter_style *style, letter_events all, const alert_event *of, arena *memory)
{
    letter_item out = {.of = of, .head = letter_line_of(style, of, memory)};
    if (!event_kind_by_people(of->kind))
        out.says = figures_sentence(of, memory);
    fill_facts(&out, all, of, memory);
    out.careful = careful_of(of, memory);
    out.asks = alert_event_pages(of);
    out.over = last_of(all, of)->level == LEVEL_NORMAL;
    return out;
}

/* --- batches ------------------------------------------------------------------------------------------- */

/* Of a batch the gravest leads; of equals the one that holds the others, which has the fewest above it. */
static bool leads(const alert_event *a, const alert_event *b)
{
    int grave_a = letter_gravity(a), grave_b = letter_gravity(b);
    return grave_a != grave_b ? grave_a > grave_b : a->categories.count < b->categories.count;
}

/* People's doings are told each by itself, in a batch or not. */
static bool told_together(const alert_event *a, const alert_event *b)
{
    return a->batch == b->batch && !event_kind_by_people(a->kind) && !event_kind_by_people(b->kind) &&
           b->kind != EVENT_STANDING;
}

static letter_item batch_item(const letter_style *style, letter_events what, size_t first, bool *told, arena *memory)
{
    const alert_event *lead = &what.at[first];
    size_t count = 0;
    for (size_t i = first; i < what.count; i++)
        if (i == first || (!told[i] && told_together(&what.at[first], &what.at[i]))) {
            told[i] = true;
            count++;
            if (leads(&what.at[i], lead))
                lead = &what.at[i];
        }
    letter_item out = item_of(style, what, lead, memory);
    out.first = what.at[first].number;
    out.others = arena_take(memory, count * sizeof *out.others);
    for (size_t i = first; i < what.count && count > 1; i++)
        if (&what.at[i] != lead && told_together(&what.at[first], &what.at[i])) {
            out.asks = out.asks || alert_event_pages(&what.at[i]);
            out.others[out.other_count++] = letter_line_of(style, &what.at[i], memory);
        }
    return out;
}

static int compare_items(const void *left, const void *right)
{
    const letter_item *a = left, *b = right;
    int grave_a = letter_gravity(a->of), grave_b = letter_gravity(b->of);
    if (grave_a != grave_b)
        return grave_a > grave_b ? -1 : 1;
    return a->of->number < b->of->number ? -1 : a->of->number > b->of->number;
}

size_t letter_items(const letter_style *style, letter_events what, arena *memory, letter_item **out)
{
    size_t count = 0;
    bool *told = arena_take(memory, what.count + 1);
    memset(told, 0, what.count + 1);
    *out = arena_take(memory, (what.count + 1) * sizeof **out);
    for (size_t i = 0; i < what.count; i++)
        if (!told[i] && what.at[i].kind != EVENT_STANDING)
            (*out)[count++] = batch_item(style, what, i, told, memory);
    if (count > 0)
        qsort(*out, count, sizeof **out, compare_items);
    return count;
}

/* --- where things stand ---------------------------------------------------------------------------------- */

static int compare_events(const void *left, const void *right)
{
    const alert_event *a = *(const alert_event *const *)left, *b = *(const alert_event *const *)right;
    int grave_a = letter_gravity(a), grave_b = letter_gravity(b);
    if (grave_a != grave_b)
        return grave_a > grave_b ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

size_t letter_standing(const letter_style *style, letter_events what, arena *memory, letter_line **out, const alert_event **gravest)
{
    size_t count = 0;
    const alert_event **found = arena_take(memory, (what.count + 1) * sizeof *found);
    for (size_t i = 0; i < what.count; i++)
        if (what.at[i].kind == EVENT_STANDING)
            found[count++] = &what.at[i];
    if (count > 0)
        qsort(found, count, sizeof *found, compare_events);
    *gravest = count > 0 ? found[0] : NULL;
    *out = arena_take(memory, (count + 1) * sizeof **out);
    for (size_t i = 0; i < count; i++)
        (*out)[i] = letter_line_of(style, found[i], memory);
    return count;
}
