#include "priority_review.h"

#include <stdlib.h>

#include "priority_words.h"
#include "words.h"

/* A review being made. */
struct reviewing {
    const figures *from;
    const reference *data;
    const report *report;
    priority_facts facts;
    arena *memory;
};

/* The name of a place that isn't the report's own area. */
static text place_of(const struct reviewing *self, text code)
{
    int index = geography_find(self->data->areas, code);
    const group *named = groups_find(self->data->groups, code);
    if (code.size == 0 || text_equal(code, self->report->subject.code))
        return (text){"", 0};
    return index != AREA_NONE ? geography_area(self->data->areas, index)->name : named != NULL ? named->name : code;
}

static size_t find_indicators(const struct reviewing *self, const strategic_priority *of, shown_indicator *out)
{
    indicator_pair *pairs = memory_new(indicators_count(self->data->indicators), sizeof *pairs);
    size_t found = indicators_of(self->data->indicators, of, pairs), count = 0;
    for (size_t i = 0; i < found; i++)
        if (subject_lies_in(self->data, &self->report->subject, pairs[i].now->where))
            out[count++] = (shown_indicator){pairs[i], place_of(self, pairs[i].now->where)};
    free(pairs);
    return count;
}

static priority_advice advise(const struct reviewing *self, const strategic_priority *of)
{
    bool *holds = arena_take(self->memory, of->ground_count * sizeof *holds);
    shown_indicator *shown = arena_take(self->memory, indicators_count(self->data->indicators) * sizeof *shown);
    for (size_t i = 0; i < of->ground_count; i++)
        holds[i] = subject_lies_in(self->data, &self->report->subject, of->grounds[i].where);
    priority_case about = {.of = of, .ground_holds = holds, .facts = self->facts.each, .indicators = shown,
                           .indicator_count = find_indicators(self, of, shown)};
    return priority_advise(&about, priorities_rules(self->data->priorities), self->memory);
}

/* --- new areas of interest ------------------------------------------------------------------------- */

static void describe(const struct reviewing *self, const rising_category *found, const category_facts **falling,
                     new_area *out)
{
    const advice_rules *by = priorities_rules(self->data->priorities);
    const category_facts *facts = found->facts;
    *out = (new_area){.found = *found, .line = {.facts = facts, .bearing = BEARS_BESIDE}};
    /* q is written as p is. */
    text q = words_of_p(found->q, self->memory);
    out->line.words = arena_print(self->memory, "%.*s; q%.*s among the %zu categories tested",
                                  TEXT_ARGS(words_of_facts(facts, NULL, self->facts.each, self->memory)),
                                  (int)q.size - 1, q.at + 1, found->tested);
    add_caveats_of_facts(&out->line, facts, NULL, by, self->memory);
    size_t count = rising_against(self->data->categories, self->facts.each, facts->row->category, by, falling);
    for (size_t i = 0; i < count; i++)
        add_caveat(&out->line, arena_print(self->memory, "within it %.*s fell (%.*s)", TEXT_ARGS(falling[i]->row->title),
                                           TEXT_ARGS(words_of_move(falling[i], self->memory))));
}

static void find_new_areas(const struct reviewing *self, priority_review *out)
{
    size_t count = self->facts.count;
    bool *covered = memory_new(count, sizeof *covered);
    rising_category *found = memory_new(count, sizeof *found);
    const category_facts **falling = memory_new(count, sizeof *falling);
    rising_covered(self->data->priorities, self->data->categories, covered);
    out->new_area_count = rising_find(self->data->categories, self->facts.each, covered,
                                      priorities_rules(self->data->priorities), found);
    out->new_areas = arena_take(self->memory, out->new_area_count * sizeof *out->new_areas);
    for (size_t i = 0; i < out->new_area_count; i++)
        describe(self, &found[i], falling, &out->new_areas[i]);
    free(falling);
    free(found);
    free(covered);
}

/* --- the review ---------------------------------------------------------------------------------- */

static void gather_notes(const struct reviewing *self, priority_review *out)
{
    out->notes = arena_take(self->memory, (self->report->general_notes + self->facts.recording_count) * sizeof *out->notes);
    for (size_t i = 0; i < self->report->general_notes; i++)
        out->notes[out->note_count++] = self->report->notes[i];
    for (size_t i = 0; i < self->facts.recording_count; i++)
        out->notes[out->note_count++] = self->facts.recording[i];
}

status priority_review_make(const figures *from, const report *on, arena *memory, priority_review *out)
{
    struct reviewing self = {.from = from, .data = figures_reference(from), .report = on, .memory = memory};
    status st = priority_facts_read(from, on, memory, &self.facts);
    if (st != STATUS_OK)
        return st;
    const priorities *all = self.data->priorities;
    *out = (priority_review){.report = on, .count = priorities_count(all), .facts = self.facts.each};
    out->advice = arena_take(memory, out->count * sizeof *out->advice);
    for (size_t i = 0; i < out->count; i++)
        out->advice[i] = advise(&self, priorities_at(all, i));
    find_new_areas(&self, out);
    gather_notes(&self, out);
    return STATUS_OK;
}
