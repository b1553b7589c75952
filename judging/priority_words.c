#include "priority_words.h"

#include <math.h>
#include <stdio.h>

#include "statistics/two_proportions.h"

static text joined(arena *memory, text before, text words)
{
    return before.size == 0 ? words : words.size == 0 ? before
                                      : arena_print(memory, "%.*s; %.*s", TEXT_ARGS(before), TEXT_ARGS(words));
}

void add_caveat(advice_line *to, text words)
{
    if (to->caveat_count < ADVICE_CAVEATS_MAX)
        to->caveats[to->caveat_count++] = words;
}

/* --- numbers ------------------------------------------------------------------------------------- */

static text words_of_percent(double percent, arena *memory)
{
    return arena_print(memory, percent > 0 && percent < 0.05 ? "under 0.1 %%" : percent < 0.95 ? "%.1f %%" : "%.0f %%", percent);
}

static text words_of_place(size_t rank, arena *memory)
{
    static const char *const words[] = {"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
                                        "tenth"};
    enum { WORDS = sizeof words / sizeof words[0] };
    return rank < WORDS ? text_of(words[rank]) : arena_print(memory, "number %zu", rank);
}

/* --- a category ---------------------------------------------------------------------------------- */

text words_of_move(const category_facts *self, arena *memory)
{
    text moved = arena_print(memory, "%.*s to %.*s", TEXT_ARGS(count_text(self->before, memory)),
                             TEXT_ARGS(count_text(self->row->count, memory)));
    return isnan(self->change.percent) ? moved
                                       : arena_print(memory, "%.*s, %+.1f %%", TEXT_ARGS(moved), self->change.percent);
}

text words_of_rank(const category_facts *self, arena *memory)
{
    if (self->ranked != VOLUME_RANKS && self->ranked != VOLUME_WOULD_RANK)
        return (text){"", 0};
    return arena_print(memory, "%s %.*s among the %zu offence groups", self->ranked == VOLUME_RANKS ? "ranks" : "would rank",
                       TEXT_ARGS(words_of_place(self->rank, memory)), self->groups);
}

static text words_of_interval(const change *c, arena *memory)
{
    text p = words_of_p(c->p, memory);
    if (isinf(c->high))
        return arena_print(memory, "95 %% interval %+.1f and more, %.*s", c->low, TEXT_ARGS(p));
    return arena_print(memory, "95 %% interval %+.1f to %+.1f, %.*s", c->low, c->high, TEXT_ARGS(p));
}

static text words_of_comparison(const category_facts *self, arena *memory)
{
    if (isnan(self->change.p))
        return (text){"", 0};
    text against = arena_print(memory, "against %.*s in %.*s", TEXT_ARGS(count_text(self->before, memory)),
                               TEXT_ARGS(self->against));
    if (self->change.small)
        return arena_print(memory, "%.*s (too few for a percentage)", TEXT_ARGS(against));
    if (isnan(self->change.percent))
        return arena_print(memory, "%.*s (%.*s)", TEXT_ARGS(against), TEXT_ARGS(words_of_p(self->change.p, memory)));
    return arena_print(memory, "%.*s: %+.1f %% (%.*s)", TEXT_ARGS(against), self->change.percent,
                       TEXT_ARGS(words_of_interval(&self->change, memory)));
}

/* Where it stands among the rest: its rate, its share, its rank. */
static text words_of_volume(const category_facts *self, arena *memory)
{
    text words = {"", 0};
    if (!isnan(self->row->rate))
        words = arena_print(memory, self->row->rate < 0.1 ? "%.2f per 1,000 residents" : "%.1f per 1,000 residents",
                            self->row->rate);
    if (!isnan(self->share.share))
        words = joined(memory, words, arena_print(memory, "%.*s of %.*s", TEXT_ARGS(words_of_percent(100 * self->share.share, memory)),
                                                  TEXT_ARGS(self->share_of)));
    return joined(memory, words, words_of_rank(self, memory));
}

/* "37 in five years (11, 9, 8, 6, 3)"; empty unless all five are wholly known. */
static text words_of_years(const category_facts *self, arena *memory)
{
    double sum = 0;
    text each = {"", 0};
    for (int y = 0; y < YEARS_COUNTED; y++) {
        if (isnan(self->years[y]))
            return (text){"", 0};
        sum += self->years[y];
        each = arena_print(memory, "%.*s%s%.*s", TEXT_ARGS(each), y > 0 ? ", " : "",
                           TEXT_ARGS(count_text(self->years[y], memory)));
    }
    return arena_print(memory, "%.*s in five years (%.*s)", TEXT_ARGS(count_text(sum, memory)), TEXT_ARGS(each));
}

/* "76 % of these (241) are Possession of drugs"; parts that aren't wholly known are left out. */
static text words_of_parts(const category_facts *self, const priority_evidence *evidence, const category_facts *all,
                           arena *memory)
{
    text words = {"", 0};
    for (size_t i = 0; evidence != NULL && i < evidence->part_count; i++) {
        const report_row *part = all[evidence->parts[i]].row;
        if (part->coverage != COVERAGE_COMPLETE || part->as_of != self->row->as_of || !(self->row->count > 0))
            continue;
        words = joined(memory, words,
                       arena_print(memory, "%.*s of these (%.*s) are %.*s",
                                   TEXT_ARGS(words_of_percent(100 * part->count / self->row->count, memory)),
                                   TEXT_ARGS(count_text(part->count, memory)), TEXT_ARGS(part->title)));
    }
    return words;
}

text words_of_facts(const category_facts *self, const priority_evidence *evidence, const category_facts *all, arena *memory)
{
    const report_row *row = self->row;
    text title = arena_print(memory, "%.*s%s", TEXT_ARGS(row->title), evidence != NULL && evidence->proxy ? " (proxy)" : "");
    if (row->coverage == COVERAGE_NOTHING)
        return arena_print(memory, "%.*s: unknown", TEXT_ARGS(title));
    text count = count_text(row->count, memory);
    if (row->coverage == COVERAGE_AT_LEAST)
        return arena_print(memory, "%.*s: at least %.*s", TEXT_ARGS(title), TEXT_ARGS(count));
    text against = words_of_comparison(self, memory);
    text words = arena_print(memory, "%.*s: %.*s%s%.*s", TEXT_ARGS(title), TEXT_ARGS(count), against.size > 0 ? ", " : "",
                             TEXT_ARGS(against));
    words = joined(memory, words, words_of_volume(self, memory));
    words = joined(memory, words, words_of_years(self, memory));
    return joined(memory, words, words_of_parts(self, evidence, all, memory));
}

/* --- what must be kept in mind --------------------------------------------------------------------- */

static void add_chance(advice_line *to, const category_facts *self, const advice_rules *by, arena *memory)
{
    if (self->change.p >= by->significance)
        add_caveat(to, arena_print(memory, "not statistically significant: %.*s to %.*s is within what chance gives (%.*s)",
                                   TEXT_ARGS(count_text(self->before, memory)),
                                   TEXT_ARGS(count_text(self->row->count, memory)),
                                   TEXT_ARGS(words_of_p(self->change.p, memory))));
    if (self->change.small)
        add_caveat(to, text_of("small numbers"));
}

static void add_comparison(advice_line *to, const category_facts *self)
{
    if (self->row->coverage == COVERAGE_COMPLETE && self->against.size == 0)
        add_caveat(to, text_of("no earlier year to compare with is wholly covered"));
    else if (self->against.size > 0 && !self->baseline)
        add_caveat(to, text_of("compared with the year before: the baseline is not wholly covered, or there is none"));
}

void add_caveats_of_facts(advice_line *to, const category_facts *self, const priority_evidence *evidence,
                          const advice_rules *by, arena *memory)
{
    const report_row *row = self->row;
    bool whole = row->coverage == COVERAGE_COMPLETE;
    if (whole)
        add_chance(to, self, by, memory);
    else
        add_caveat(to, row->coverage == COVERAGE_AT_LEAST ? text_of("not wholly covered: there may be more")
                                                          : text_of("not covered, or no source tells it apart"));
    add_comparison(to, self);
    if (self->police_generated)
        add_caveat(to, text_of("rises and falls with police activity"));
    if (whole && self->police_generated && row->count < by->few_recorded)
        add_caveat(to, text_of(CAVEAT_DETECTION));
    if (whole && isnan(row->rate))
        add_caveat(to, text_of("no rate: there is no population estimate, so low numbers are told by the count alone"));
    if (evidence != NULL && evidence->proxy)
        add_caveat(to, text_of("a proxy: it stands in for what is not counted itself"));
    if (evidence != NULL && evidence->caveat.size > 0)
        add_caveat(to, evidence->caveat);
    for (size_t i = 0; i < self->recording_count; i++)
        add_caveat(to, self->recording[i]);
}

/* --- indicators ---------------------------------------------------------------------------------- */

static text words_of_value(const indicator_row *row, arena *memory)
{
    if (isnan(row->asked))
        return arena_print(memory, "%.*s (%.*s)", TEXT_ARGS(row->value), TEXT_ARGS(row->period));
    return arena_print(memory, "%.*s (%.*s, %.*s asked)", TEXT_ARGS(row->value), TEXT_ARGS(row->period),
                       TEXT_ARGS(count_text(row->asked, memory)));
}

static void test_indicator(advice_line *to, const indicator_row *now, const indicator_row *before, const advice_rules *by,
                           arena *memory)
{
    proportion_change c = two_proportions(now->number / 100, now->asked, before->number / 100, before->asked);
    text p = words_of_p(c.p, memory);
    to->words = arena_print(memory, "%.*s: %+.1f points (95 %% interval %+.1f to %+.1f, %.*s)", TEXT_ARGS(to->words),
                            100 * c.difference, 100 * c.low95, 100 * c.high95, TEXT_ARGS(p));
    if (c.p >= by->significance)
        add_caveat(to, arena_print(memory, "not statistically significant: %.*s to %.*s is within what chance gives (%.*s)",
                                   TEXT_ARGS(before->value), TEXT_ARGS(now->value), TEXT_ARGS(p)));
    if (c.rough)
        add_caveat(to, text_of("few were asked: p is a rough guide"));
}

void say_indicator(advice_line *to, const shown_indicator *self, const advice_rules *by, arena *memory)
{
    const indicator_row *now = self->pair.now, *before = self->pair.before;
    text place = self->place.size > 0 ? arena_print(memory, " (%.*s)", TEXT_ARGS(self->place)) : self->place;
    to->words = arena_print(memory, "%.*s%.*s: %.*s", TEXT_ARGS(now->measure), TEXT_ARGS(place),
                            TEXT_ARGS(words_of_value(now, memory)));
    if (before == NULL)
        return;
    to->words = arena_print(memory, "%.*s, %.*s", TEXT_ARGS(to->words), TEXT_ARGS(words_of_value(before, memory)));
    if (!isnan(now->asked) && !isnan(before->asked))
        test_indicator(to, now, before, by, memory);
    else if (!isnan(now->number) && !isnan(before->number))
        add_caveat(to, arena_print(memory, "the change from %.*s to %.*s can't be tested: how many were asked is not given",
                                   TEXT_ARGS(before->value), TEXT_ARGS(now->value)));
}
