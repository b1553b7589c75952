#include "report_print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "proto/csv_reader.h"

/* --- fields: CSV and JSON from one table ----------------------------------------------------------- */

typedef enum field_kind { FIELD_TEXT, FIELD_NUMBER, FIELD_WHOLE, FIELD_DATE, FIELD_COMPARATORS, FIELD_NOTES } field_kind;

/* A field's value, of whatever kind. */
typedef struct value {
    text words;
    double number; /* NAN: unknown */
    day_number date;
} value;

struct field {
    const char *name;
    field_kind kind;
    value (*of)(const report *r, const report_row *row);
};

static value text_value(text words)
{
    return (value){.words = words, .number = NAN, .date = DAY_NONE};
}

static value number_value(double number)
{
    return (value){.words = {"", 0}, .number = number, .date = DAY_NONE};
}

static value date_value(day_number date)
{
    return (value){.words = {"", 0}, .number = NAN, .date = date};
}

static value of_area(const report *r, const report_row *row) { (void)row; return text_value(r->subject.code); }
static value of_area_name(const report *r, const report_row *row) { (void)row; return text_value(r->subject.name); }
static value of_category(const report *r, const report_row *row) { (void)r; return text_value(row->code); }
static value of_title(const report *r, const report_row *row) { (void)r; return text_value(row->title); }
static value of_as_of(const report *r, const report_row *row) { (void)r; return date_value(row->as_of); }
static value of_window(const report *r, const report_row *row)
{
    (void)r;
    return text_value(text_of(window_kind_text(row->window.kind)));
}
static value of_from(const report *r, const report_row *row) { (void)r; return date_value(row->window.now.from); }
static value of_to(const report *r, const report_row *row) { (void)r; return date_value(row->window.now.to); }
static value of_count(const report *r, const report_row *row) { (void)r; return number_value(row->count); }
static value of_previous_from(const report *r, const report_row *row) { (void)r; return date_value(row->window.before.from); }
static value of_previous_to(const report *r, const report_row *row) { (void)r; return date_value(row->window.before.to); }
static value of_previous(const report *r, const report_row *row) { (void)r; return number_value(row->previous); }
static value of_change(const report *r, const report_row *row) { (void)r; return number_value(row->change.percent); }
static value of_change_lo(const report *r, const report_row *row) { (void)r; return number_value(row->change.low); }
static value of_change_hi(const report *r, const report_row *row) { (void)r; return number_value(row->change.high); }
static value of_p(const report *r, const report_row *row) { (void)r; return number_value(row->change.p); }
static value of_baseline_period(const report *r, const report_row *row)
{
    char words[PERIOD_TEXT];
    (void)row;
    if (r->baseline == 0)
        return text_value((text){"", 0});
    return text_value(arena_print(r->memory, "%s", financial_year_text(r->baseline, words)));
}
static value of_baseline(const report *r, const report_row *row) { (void)r; return number_value(row->baseline); }
static value of_baseline_change(const report *r, const report_row *row)
{
    (void)r;
    return number_value(row->baseline_change.percent);
}
static value of_rate(const report *r, const report_row *row) { (void)r; return number_value(row->rate); }
static value of_population(const report *r, const report_row *row) { (void)r; return number_value(row->population); }
static value of_population_year(const report *r, const report_row *row)
{
    (void)r;
    return number_value(row->population_year != 0 ? (double)row->population_year : (double)NAN);
}
static value of_share(const report *r, const report_row *row) { (void)r; return number_value(row->share_pct); }
static value of_nothing(const report *r, const report_row *row) { (void)r, (void)row; return text_value((text){"", 0}); }
static value of_level(const report *r, const report_row *row) { (void)r; return text_value(row->level); }
static value of_direction(const report *r, const report_row *row) { (void)r; return text_value(row->direction); }
static value of_coverage(const report *r, const report_row *row)
{
    (void)r;
    return text_value(text_of(coverage_word_text(row->coverage)));
}
static value of_note(const report *r, const report_row *row) { (void)r; return text_value(row->note); }
static value of_rate_lo(const report *r, const report_row *row) { (void)r; return number_value(row->rate_low); }
static value of_rate_hi(const report *r, const report_row *row) { (void)r; return number_value(row->rate_high); }
static value of_q(const report *r, const report_row *row) { (void)r; return number_value(row->q); }
static value of_baseline_p(const report *r, const report_row *row) { (void)r; return number_value(row->baseline_change.p); }
static value of_baseline_lo(const report *r, const report_row *row) { (void)r; return number_value(row->baseline_change.low); }
static value of_baseline_hi(const report *r, const report_row *row) { (void)r; return number_value(row->baseline_change.high); }

static const struct field fields[] = {
    {"area", FIELD_TEXT, of_area},
    {"area_name", FIELD_TEXT, of_area_name},
    {"category", FIELD_TEXT, of_category},
    {"title", FIELD_TEXT, of_title},
    {"as_of", FIELD_DATE, of_as_of},
    {"window", FIELD_TEXT, of_window},
    {"from", FIELD_DATE, of_from},
    {"to", FIELD_DATE, of_to},
    {"count", FIELD_WHOLE, of_count},
    {"previous_from", FIELD_DATE, of_previous_from},
    {"previous_to", FIELD_DATE, of_previous_to},
    {"previous", FIELD_WHOLE, of_previous},
    {"change_pct", FIELD_NUMBER, of_change},
    {"change_lo", FIELD_NUMBER, of_change_lo},
    {"change_hi", FIELD_NUMBER, of_change_hi},
    {"p", FIELD_NUMBER, of_p},
    {"baseline_period", FIELD_TEXT, of_baseline_period},
    {"baseline", FIELD_WHOLE, of_baseline},
    {"baseline_change_pct", FIELD_NUMBER, of_baseline_change},
    {"rate", FIELD_NUMBER, of_rate},
    {"population", FIELD_WHOLE, of_population},
    {"population_year", FIELD_WHOLE, of_population_year},
    {"share_pct", FIELD_NUMBER, of_share},
    {"comparators", FIELD_COMPARATORS, of_nothing},
    {"level", FIELD_TEXT, of_level},
    {"direction", FIELD_TEXT, of_direction},
    {"coverage", FIELD_TEXT, of_coverage},
    {"note", FIELD_TEXT, of_note},
    /* later ones, at the end */
    {"rate_lo", FIELD_NUMBER, of_rate_lo},
    {"rate_hi", FIELD_NUMBER, of_rate_hi},
    {"baseline_p", FIELD_NUMBER, of_baseline_p},
    {"baseline_change_lo", FIELD_NUMBER, of_baseline_lo},
    {"baseline_change_hi", FIELD_NUMBER, of_baseline_hi},
    {"notes", FIELD_NOTES, of_nothing},
    {"q", FIELD_NUMBER, of_q},
};
enum { FIELD_COUNT = sizeof fields / sizeof fields[0] };

/* --- CSV ----------------------------------------------------------------------------------------- */

static text join_comparators(const report *r, const report_row *row)
{
    text joined = {"", 0};
    for (size_t i = 0; i < row->comparator_count; i++)
        joined = arena_print(r->memory, "%.*s%s%.*s=%.10g", TEXT_ARGS(joined), i > 0 ? ";" : "",
                             TEXT_ARGS(row->comparators[i].code), row->comparators[i].rate);
    return joined;
}

static text join_notes(const report *r)
{
    text joined = {"", 0};
    for (size_t i = 0; i < r->note_count; i++)
        joined = i == 0 ? r->notes[i] : arena_print(r->memory, "%.*s; %.*s", TEXT_ARGS(joined), TEXT_ARGS(r->notes[i]));
    return joined;
}

static void csv_field(const struct field *f, const report *r, const report_row *row, FILE *out)
{
    char date[DATE_TEXT];
    value v = f->of(r, row);
    switch (f->kind) {
    case FIELD_TEXT: csv_write_field(out, v.words); break;
    case FIELD_NUMBER:
    case FIELD_WHOLE:
        if (!isnan(v.number))
            (void)fprintf(out, isinf(v.number) ? "Inf" : f->kind == FIELD_WHOLE ? "%.0f" : "%.10g", v.number);
        break;
    case FIELD_DATE: (void)fputs(date_text(v.date, date), out); break;
    case FIELD_COMPARATORS: csv_write_field(out, join_comparators(r, row)); break;
    case FIELD_NOTES: csv_write_field(out, join_notes(r)); break;
    }
}

void report_print_csv_header(FILE *out)
{
    for (int i = 0; i < FIELD_COUNT; i++)
        (void)fprintf(out, "%s%s", i > 0 ? "," : "", fields[i].name);
    (void)fputc('\n', out);
}

void report_print_csv(const report *self, FILE *out)
{
    for (size_t row = 0; row < self->row_count; row++) {
        for (int i = 0; i < FIELD_COUNT; i++) {
            if (i > 0)
                (void)fputc(',', out);
            csv_field(&fields[i], self, &self->rows[row], out);
        }
        (void)fputc('\n', out);
    }
}

/* --- JSON ---------------------------------------------------------------------------------------- */

static void json_comparators(const report_row *row, jsondoc *list)
{
    for (size_t i = 0; i < row->comparator_count; i++) {
        const comparator *c = &row->comparators[i];
        jsondoc *one = jsondoc_add_object(list);
        jsondoc_put_text(one, "code", c->code);
        jsondoc_put_text(one, "name", c->name);
        jsondoc_put_number(one, "rate", c->rate);
        jsondoc_put_text(one, "basis", text_of(c->published ? "published" : c->mean ? "mean of members" : "live"));
        if (c->population_year != 0)
            jsondoc_put_integer(one, "population_year", c->population_year);
        if (c->published)
            jsondoc_put_text(one, "source", c->source);
    }
}

static void json_notes(const report *r, jsondoc *list)
{
    for (size_t i = 0; i < r->note_count; i++)
        jsondoc_add_text(list, r->notes[i]);
}

static void json_text(const struct field *f, text words, jsondoc *to)
{
    if (words.size == 0)
        jsondoc_put_null(to, f->name);
    else
        jsondoc_put_text(to, f->name, words);
}

static void json_field(const struct field *f, const report *r, const report_row *row, jsondoc *to)
{
    char date[DATE_TEXT];
    value v = f->of(r, row);
    switch (f->kind) {
    case FIELD_TEXT: json_text(f, v.words, to); break;
    case FIELD_NUMBER: jsondoc_put_number(to, f->name, v.number); break;
    case FIELD_WHOLE:
        if (isnan(v.number))
            jsondoc_put_null(to, f->name);
        else
            jsondoc_put_integer(to, f->name, (int64_t)llround(v.number));
        break;
    case FIELD_DATE: json_text(f, text_of(date_text(v.date, date)), to); break;
    case FIELD_COMPARATORS: json_comparators(row, jsondoc_put_array(to, f->name)); break;
    case FIELD_NOTES: json_notes(r, jsondoc_put_array(to, f->name)); break;
    }
}

void report_add_json(const report *self, jsondoc *array)
{
    for (size_t row = 0; row < self->row_count; row++) {
        jsondoc *object = jsondoc_add_object(array);
        for (int i = 0; i < FIELD_COUNT; i++)
            json_field(&fields[i], self, &self->rows[row], object);
    }
}
