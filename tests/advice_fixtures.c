#include "advice_fixtures.h"

#include <math.h>

#include "testing.h"

int advice_world_make(void **state)
{
    static advice_world self;
    self = (advice_world){
        .evidence = {{.category = 0}, {.category = 1}, {.category = 2}, {.category = 3}},
        .rules = {.low_count = 50, .low_rate = 2, .increase_percent = 20, .increase_p = 0.05, .fall_percent = 20, .fall_p = 0.05,
                  .rise_percent = 10, .volume_rank = 3, .few_recorded = 10, .significance = 0.05, .new_percent = 10, .new_p = 0.01},
        .memory = arena_create(),
    };
    *state = &self;
    return 0;
}

int advice_world_remove(void **state)
{
    arena_destroy(&((advice_world *)*state)->memory);
    return 0;
}

category_facts *counted(advice_world *self, int index, double count, double before, double p)
{
    static const char *const titles[ADVICE_CATEGORIES] = {"Theft", "Fraud", "Robbery", "Arson"};
    bool small = fmax(count, before) < 50;
    self->rows[index] = (report_row){
        .category = index, .title = text_of(titles[index]), .count = count, .coverage = COVERAGE_COMPLETE, .rate = 5,
        .population = 1000 * count / 5, .population_year = 2024};
    self->facts[index] = (category_facts){
        .row = &self->rows[index], .against = text_of("2022-23"), .baseline = true, .before = before,
        .change = {.p = p, .small = small, .percent = small ? (double)NAN : 100 * (count / before - 1), .low = -1, .high = 9,
                   .telling = !small || (count + before >= 10 && p < 0.01 && fabs(count - before) >= 5)},
        .ranked = VOLUME_UNRANKED, .groups = 9, .share = {(double)NAN, (double)NAN, (double)NAN}};
    for (int y = 0; y < YEARS_COUNTED; y++)
        self->facts[index].years[y] = (double)NAN;
    return &self->facts[index];
}

void ranked(category_facts *of, volume_kind kind, size_t rank)
{
    of->ranked = kind;
    of->rank = rank;
}

void uncompared(category_facts *of)
{
    of->against = (text){"", 0};
    of->baseline = false;
    of->before = (double)NAN;
    of->change = (change){.percent = (double)NAN, .low = (double)NAN, .high = (double)NAN, .p = (double)NAN};
}

void cover(advice_world *self, int index, coverage_word word)
{
    uncompared(&self->facts[index]);
    self->rows[index].coverage = word;
    self->rows[index].rate = (double)NAN;
}

priority_advice judged_by(advice_world *self, const advice_rules *by, size_t category_count)
{
    self->told = (strategic_priority){.evidence = self->evidence, .evidence_count = category_count};
    priority_case about = {.of = &self->told, .facts = self->facts};
    return priority_advise(&about, by, self->memory);
}

priority_advice judged(advice_world *self)
{
    return judged_by(self, &self->rules, 1);
}

priority_advice judged_on(advice_world *self, priority_ground *grounds, const bool *holds, size_t count, size_t category_count)
{
    self->told = (strategic_priority){.evidence = self->evidence, .evidence_count = category_count, .grounds = grounds,
                                      .ground_count = count};
    priority_case about = {.of = &self->told, .facts = self->facts, .ground_holds = holds};
    return priority_advise(&about, &self->rules, self->memory);
}
