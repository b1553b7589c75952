/* Whose rates stand beside a row's, and what must be said of the report as a whole. */
#include <math.h>
#include <stdio.h>

#include "report_parts.h"

/* One comparator by code: live where it is wholly covered, else as published. */
static status add_comparator(rate_tables *live, const figures *from, text code, report_row *row)
{
    const reference *data = figures_reference(from);
    comparator made = {.code = code, .name = code, .rate = NAN};
    char ignored[NOTE_SIZE_MAX];
    subject of;
    for (size_t i = 0; i < row->comparator_count; i++)
        if (text_equal(row->comparators[i].code, code))
            return STATUS_OK;
    if (subject_find(from, code, &of, ignored) && text_equal(of.code, code)) {
        const rate_table *table;
        status st = rate_tables_get(live, &of, row->window.now, &table);
        if (st != STATUS_OK)
            return st;
        made.name = of.name;
        made.rate = table->rates[row->category];
        made.population_year = table->population_year;
        made.mean = table->mean;
    }
    int year = financial_year_of(row->window.now.to);
    bool whole_year = financial_year(year).from == row->window.now.from && financial_year(year).to == row->window.now.to;
    /* What is published is of all recording systems. */
    const published_rate *published = whole_year && isnan(made.rate) && figures_origin(from) == 0
                                          ? comparators_published(data->comparators, code, row->category, year) : NULL;
    if (published != NULL) {
        made.rate = published->rate;
        made.published = true;
        made.population_year = 0;
        made.source = published->source;
    }
    if (!isnan(made.rate) && row->comparator_count < COMPARATORS_MAX)
        row->comparators[row->comparator_count++] = made;
    return STATUS_OK;
}

static bool holds_all(const geography *areas, int outer, const subject *of)
{
    for (size_t i = 0; i < of->member_count; i++)
        if (!geography_contains(areas, outer, of->members[i]))
            return false;
    return true;
}

status report_fill_comparators(rate_tables *live, const figures *from, const subject *of, report_row *row)
{
    const geography *areas = figures_reference(from)->areas;
    text named[COMPARATORS_MAX];
    status st = STATUS_OK;
    row->comparator_count = 0;
    bool year = row->window.kind == WINDOW_ROLLING_YEAR || row->window.kind == WINDOW_FINANCIAL_YEAR;
    if (row->coverage != COVERAGE_COMPLETE || !year)
        return st;
    size_t count = comparators_of(figures_reference(from)->comparators, of->code, named, COMPARATORS_MAX);
    for (size_t i = 0; i < count && st == STATUS_OK; i++)
        st = add_comparator(live, from, named[i], row);
    int up = of->member_count > 0 ? geography_up(areas, of->members[0]) : AREA_NONE;
    for (; up != AREA_NONE && st == STATUS_OK; up = geography_up(areas, up))
        if (holds_all(areas, up, of))
            st = add_comparator(live, from, geography_area(areas, up)->code, row);
    return st;
}

/* --- notes on the whole ---------------------------------------------------------------------------- */

static void add_note(report *self, size_t notes_max, const char *words)
{
    if (self->note_count < notes_max)
        self->notes[self->note_count++] = arena_print(self->memory, "%s", words);
}

static bool count_reject(void *context, const reject *found, bool open)
{
    (void)found;
    *(uint64_t *)context += open;
    return true;
}

static void note_rejects(const figures *from, report *self, size_t notes_max)
{
    uint64_t rejects = 0;
    char words[128];
    if (store_rejects(figures_store(from), false, count_reject, &rejects) != STATUS_OK || rejects == 0)
        return;
    (void)snprintf(words, sizeof words, "%llu records are rejected and not counted: tocsin rejects lists them",
                   (unsigned long long)rejects);
    add_note(self, notes_max, words);
}

static void note_group(const figures *from, report *self, size_t notes_max)
{
    const group *of = self->subject.group;
    for (size_t i = 0; of != NULL && i < of->count; i++) {
        char words[NOTE_SIZE_MAX];
        if (!text_is(of->kind, "csp") || !groups_share_member(figures_reference(from)->groups, of, of->members[i]))
            continue;
        const area *a = geography_area(figures_reference(from)->areas, of->members[i]);
        (void)snprintf(words, sizeof words, "%.*s belongs to several partnerships: the figures are of the whole district",
                       TEXT_ARGS(a->name));
        add_note(self, notes_max, words);
    }
}

static void note_former(const figures *from, report *self, size_t notes_max)
{
    const geography *areas = figures_reference(from)->areas;
    if (self->subject.area == AREA_NONE || geography_area(areas, self->subject.area)->successor == AREA_NONE)
        return;
    const area *next = geography_area(areas, geography_area(areas, self->subject.area)->successor);
    char words[NOTE_SIZE_MAX];
    (void)snprintf(words, sizeof words, "a former district: %.*s (%.*s) has taken it over and holds these counts too",
                   TEXT_ARGS(next->name), TEXT_ARGS(next->code));
    add_note(self, notes_max, words);
}

/* From the beginning of the earliest period that any row is compared with. */
static period days_compared(const report *self)
{
    period compared = self->window.now;
    for (size_t i = 0; i < self->row_count; i++) {
        const report_row *row = &self->rows[i];
        if (!isnan(row->change.p) && row->window.before.from < compared.from)
            compared.from = row->window.before.from;
        if (!isnan(row->baseline_change.p) && financial_year(self->baseline).from < compared.from)
            compared.from = financial_year(self->baseline).from;
    }
    return compared;
}

/* A change of recording between the periods compared. An empty area means everywhere. */
static void note_changes(const figures *from, report *self, size_t notes_max)
{
    const reference *data = figures_reference(from);
    const sheet *changes = &data->sheets->each[SHEET_RECORDING_CHANGES];
    period compared = days_compared(self);
    for (size_t row = 0; row < changes->row_count; row++) {
        day_number on;
        text where = sheet_cell(changes, row, 1);
        int at = where.size > 0 ? geography_find(data->areas, where) : AREA_NONE;
        bool here = where.size == 0 || (at != AREA_NONE && self->subject.area != AREA_NONE &&
                                        geography_contains(data->areas, at, self->subject.area));
        if (!date_read(sheet_cell(changes, row, 0), &on) || on <= compared.from || on > compared.to || !here)
            continue;
        char words[NOTE_SIZE_MAX], date[PERIOD_TEXT];
        (void)snprintf(words, sizeof words, "recording changed on %s (%.*s): %.*s", date_words(on, date),
                       TEXT_ARGS(sheet_cell(changes, row, 2)), TEXT_ARGS(sheet_cell(changes, row, 3)));
        add_note(self, notes_max, words);
    }
}

static void note_origin(const figures *from, report *self, size_t notes_max)
{
    char words[256];
    if (figures_origin(from) == 0)
        return;
    text origin = codebook_at(figures_codebook(from), CODE_ORIGIN, figures_origin(from)).code;
    (void)snprintf(words, sizeof words, "only records of the recording system '%.*s'", TEXT_ARGS(origin));
    add_note(self, notes_max, words);
}

static void note_known_on(day_number known_on, report *self, size_t notes_max)
{
    char words[NOTE_SIZE_MAX], date[PERIOD_TEXT];
    if (known_on == 0)
        return;
    (void)snprintf(words, sizeof words, "as known at the end of %s, with the reference data of today",
                   date_words(known_on, date));
    add_note(self, notes_max, words);
}

void report_add_notes(const figures *from, day_number known_on, report *self, size_t notes_max)
{
    note_known_on(known_on, self, notes_max);
    note_origin(from, self, notes_max);
    note_former(from, self, notes_max);
    note_group(from, self, notes_max);
    note_rejects(from, self, notes_max);
    note_changes(from, self, notes_max);
}
