/* What must be said of a row, and of a report as a whole. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report_parts.h"

/* --- on one row ---------------------------------------------------------------------------------- */

static text join(arena *memory, text before, const char *words)
{
    return before.size == 0 ? arena_print(memory, "%s", words) : arena_print(memory, "%.*s; %s", TEXT_ARGS(before), words);
}

static void say(report *self, report_row *row, const char *words)
{
    row->note = join(self->memory, row->note, words);
    static const char *const shown[] = {REPORT_SMALL_NOTE, REPORT_BEFORE_NOTE, REPORT_BASELINE_NOTE,
                                        REPORT_AT_LEAST_NOTE, REPORT_UNCOVERED_NOTE, REPORT_UNTOLD_NOTE};
    bool caveat = true;
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        caveat = caveat && strcmp(words, shown[i]) != 0;
    if (caveat)
        row->caveat = join(self->memory, row->caveat, words);
}

/* Why the window's count is not all that can be known. */
static void note_coverage(report *self, const struct reading *from, report_row *row)
{
    char words[128];
    const period_set *known = &from->known[row->category];
    double hidden = count_table_hidden(&from->counts, from->tree, NOW, row->category);
    bool told = row->coverage == COVERAGE_AT_LEAST || period_set_contains(known, row->window.now);
    if (hidden > 0 && told) {
        (void)snprintf(words, sizeof words, hidden > 1 ? "%.0f records are known only as something wider"
                                                       : "%.0f record is known only as something wider", hidden);
        say(self, row, words);
    } else if (row->coverage == COVERAGE_AT_LEAST)
        say(self, row, REPORT_AT_LEAST_NOTE);
    else
        say(self, row, known->count == 0 ? REPORT_UNTOLD_NOTE : REPORT_UNCOVERED_NOTE);
}

void report_note_row(report *self, const struct reading *from, report_row *row)
{
    char words[128], date[PERIOD_TEXT];
    row->note = row->caveat = (text){"", 0};
    if (row->coverage != COVERAGE_COMPLETE)
        note_coverage(self, from, row);
    else if (row->previous_coverage != COVERAGE_COMPLETE)
        say(self, row, REPORT_BEFORE_NOTE);
    if (row->baseline_coverage == COVERAGE_AT_LEAST)
        say(self, row, REPORT_BASELINE_NOTE);
    if (row->change.small)
        say(self, row, REPORT_SMALL_NOTE);
    if (row->as_of != self->as_of) {
        (void)snprintf(words, sizeof words, "known by month: as of %s", date_words(row->as_of, date));
        say(self, row, words);
    }
    if (offence_tree_category(from->tree, row->category)->police_generated)
        say(self, row, "rises and falls with police activity");
}

/* --- on the whole -------------------------------------------------------------------------------- */

void report_note(report *self, text words)
{
    self->notes = memory_room(self->notes, self->note_count, &self->note_capacity, sizeof *self->notes);
    self->notes[self->note_count++] = words;
}

static void note_known_on(day_number known_on, report *self)
{
    char date[PERIOD_TEXT];
    if (known_on != 0)
        report_note(self, arena_print(self->memory, "as known at the end of %s, with the reference data of today",
                                      date_words(known_on, date)));
}

static void note_origin(const figures *from, report *self)
{
    if (figures_origin(from) == 0)
        return;
    text origin = codebook_at(figures_codebook(from), CODE_ORIGIN, figures_origin(from)).code;
    report_note(self, arena_print(self->memory, "only records of the recording system '%.*s'", TEXT_ARGS(origin)));
}

static void note_former(const figures *from, report *self)
{
    const geography *areas = figures_reference(from)->areas;
    if (self->subject.area == AREA_NONE || geography_area(areas, self->subject.area)->successor == AREA_NONE)
        return;
    const area *next = geography_area(areas, geography_area(areas, self->subject.area)->successor);
    report_note(self, arena_print(self->memory, "a former district: %.*s (%.*s) has taken it over and holds these counts too",
                                  TEXT_ARGS(next->name), TEXT_ARGS(next->code)));
}

static void note_group(const figures *from, report *self)
{
    const group *of = self->subject.group;
    for (size_t i = 0; of != NULL && i < of->count; i++) {
        if (!text_is(of->kind, "csp") || !groups_share_member(figures_reference(from)->groups, of, of->members[i]))
            continue;
        const area *a = geography_area(figures_reference(from)->areas, of->members[i]);
        report_note(self, arena_print(self->memory, "%.*s belongs to several partnerships: the figures are of the whole district",
                                      TEXT_ARGS(a->name)));
    }
}

/* Why all is at least, and up to when it would be whole. */
static status note_reach(const figures *from, report *self)
{
    char date[PERIOD_TEXT];
    day_number reached;
    status st = subject_as_of(from, &self->subject, &reached);
    if (st == STATUS_OK && reached == DAY_NONE)
        report_note(self, text_of("nothing of it is declared as covered"));
    else if (st == STATUS_OK && reached < self->window.now.to)
        report_note(self, arena_print(self->memory, "nothing is covered after %s", date_words(reached, date)));
    return st;
}

static void note_baseline(report *self)
{
    char year[PERIOD_TEXT];
    if (self->baseline != 0 && window_kind_is_year(self->window.kind) &&
        period_overlap(self->window.now, financial_year(self->baseline)) > 0)
        report_note(self, arena_print(self->memory, "no change since %s: the window shares days with it",
                                      financial_year_text(self->baseline, year)));
}

/* A year that is wholly known and has no rate lacks an estimate. */
static void note_population(report *self, int year_asked)
{
    bool known = false, rated = false;
    for (size_t i = 0; i < self->row_count; i++) {
        known = known || self->rows[i].coverage == COVERAGE_COMPLETE;
        rated = rated || !isnan(self->rows[i].rate);
    }
    if (!window_kind_is_year(self->window.kind) || !known || rated)
        return;
    report_note(self, year_asked != 0
                          ? arena_print(self->memory, "no rates: there is no estimate of the residents for %d", year_asked)
                          : arena_print(self->memory, "no rates: there is no estimate of the residents within 24 months"));
}

static bool count_reject(void *context, const reject *found, bool open)
{
    (void)found;
    *(uint64_t *)context += open;
    return true;
}

static status note_rejects(const figures *from, report *self)
{
    uint64_t rejects = 0;
    status st = store_rejects(figures_store(from), false, count_reject, &rejects);
    if (st == STATUS_OK && rejects > 0)
        report_note(self, arena_print(self->memory, "%llu record%s rejected and not counted, here or elsewhere: tocsin "
                                      "rejects lists them", (unsigned long long)rejects, rejects > 1 ? "s are" : " is"));
    return st;
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

/* Changes of recording between the periods compared. */
static void note_changes(const figures *from, report *self)
{
    const reference *data = figures_reference(from);
    const sheet *changes = &data->sheets->each[SHEET_RECORDING_CHANGES];
    period compared = days_compared(self);
    for (size_t row = 0; row < changes->row_count; row++) {
        char date[PERIOD_TEXT];
        day_number on;
        if (!date_read(sheet_cell(changes, row, 0), &on) || on <= compared.from || on > compared.to ||
            !subject_meets(data, &self->subject, sheet_cell(changes, row, 1)))
            continue;
        report_note(self, arena_print(self->memory, "recording changed on %s (%.*s): %.*s", date_words(on, date),
                                      TEXT_ARGS(sheet_cell(changes, row, 2)), TEXT_ARGS(sheet_cell(changes, row, 3))));
    }
}

status report_add_notes(const figures *from, const report_request *what, report *self)
{
    note_known_on(what->known_on, self);
    note_origin(from, self);
    note_former(from, self);
    note_group(from, self);
    status st = note_reach(from, self);
    note_baseline(self);
    note_population(self, what->population_year);
    if (st == STATUS_OK)
        st = note_rejects(from, self);
    self->general_notes = self->note_count;
    note_changes(from, self);
    return st;
}
