/* Strategic priorities as JSON. */
#include <math.h>

#include "priorities_print.h"
#include "proto/jsondoc.h"

static void put_words(jsondoc *to, const char *key, text words)
{
    if (words.size == 0)
        jsondoc_put_null(to, key);
    else
        jsondoc_put_text(to, key, words);
}

static void put_count(jsondoc *to, const char *key, double count)
{
    if (isnan(count))
        jsondoc_put_null(to, key);
    else
        jsondoc_put_integer(to, key, (int64_t)llround(count));
}

static void put_share(jsondoc *to, share_limits share)
{
    jsondoc_put_number(to, "share_pct", 100 * share.share);
    jsondoc_put_number(to, "share_lo", 100 * share.low);
    jsondoc_put_number(to, "share_hi", 100 * share.high);
}

/* --- a category ---------------------------------------------------------------------------------- */

static void put_years(jsondoc *to, const category_facts *facts)
{
    double sum = 0;
    jsondoc *list = jsondoc_put_array(to, "years");
    for (int y = 0; y < YEARS_COUNTED; y++) {
        jsondoc *year = jsondoc_add_object(list);
        jsondoc_put_date(year, "to", day_add_years(facts->row->as_of, y - YEARS_COUNTED + 1));
        put_count(year, "count", facts->years[y]);
        sum += facts->years[y];
    }
    put_count(to, "five_years", sum);
}

static void put_parts(jsondoc *to, const priority_evidence *evidence, const category_facts *whole,
                      const category_facts *all)
{
    jsondoc *list = jsondoc_put_array(to, "parts");
    for (size_t i = 0; i < evidence->part_count; i++) {
        const report_row *part = all[evidence->parts[i]].row;
        bool known = part->coverage == COVERAGE_COMPLETE && whole->row->coverage == COVERAGE_COMPLETE &&
                     part->as_of == whole->row->as_of;
        jsondoc *one = jsondoc_add_object(list);
        jsondoc_put_text(one, "category", part->code);
        jsondoc_put_text(one, "title", part->title);
        put_count(one, "count", part->count);
        put_share(one, known ? share_wilson(part->count, whole->row->count, 0.95)
                             : (share_limits){(double)NAN, (double)NAN, (double)NAN});
    }
}

static void put_facts(jsondoc *to, const category_facts *facts)
{
    const report_row *row = facts->row;
    jsondoc_put_text(to, "category", row->code);
    jsondoc_put_text(to, "title", row->title);
    jsondoc_put_date(to, "as_of", row->as_of);
    put_count(to, "count", row->count);
    jsondoc_put_text(to, "coverage", text_of(coverage_word_text(row->coverage)));
    put_words(to, "against", facts->against);
    put_count(to, "before", facts->before);
    jsondoc_put_number(to, "change_pct", facts->change.percent);
    jsondoc_put_number(to, "change_lo", facts->change.low);
    jsondoc_put_number(to, "change_hi", facts->change.high);
    jsondoc_put_number(to, "p", facts->change.p);
    jsondoc_put_number(to, "rate", row->rate);
    put_count(to, "population_year", row->population_year != 0 ? row->population_year : (double)NAN);
    put_share(to, facts->share);
    put_words(to, "share_of", facts->share_of);
    put_count(to, "rank", facts->rank > 0 ? (double)facts->rank : (double)NAN);
    jsondoc_put_bool(to, "would_rank", facts->ranked == VOLUME_WOULD_RANK);
    put_count(to, "groups", (double)facts->groups);
    put_years(to, facts);
}

/* --- lines --------------------------------------------------------------------------------------- */

static void put_indicator(jsondoc *to, const indicator_pair *pair)
{
    const indicator_row *now = pair->now, *before = pair->before;
    jsondoc_put_text(to, "measure", now->measure);
    put_words(to, "area", now->where);
    put_words(to, "period", now->period);
    jsondoc_put_text(to, "value", now->value);
    put_count(to, "n", now->asked);
    put_words(to, "previous_period", before != NULL ? before->period : (text){"", 0});
    put_words(to, "previous", before != NULL ? before->value : (text){"", 0});
    put_count(to, "previous_n", before != NULL ? before->asked : (double)NAN);
}

static void put_caveats(jsondoc *to, const advice_line *line)
{
    jsondoc *list = jsondoc_put_array(to, "caveats");
    for (size_t i = 0; i < line->caveat_count; i++)
        jsondoc_add_text(list, line->caveats[i]);
}

static void put_line(jsondoc *to, const advice_line *line, const category_facts *all)
{
    jsondoc_put_text(to, "kind", text_of(line->ground != NULL ? "ground" : line->facts != NULL ? "category" : "indicator"));
    jsondoc_put_text(to, "bearing", text_of(evidence_bearing_text(line->bearing)));
    put_words(to, "why", line->why);
    jsondoc_put_text(to, "text", line->words);
    put_caveats(to, line);
    put_words(to, "source", line->cited);
    if (line->ground != NULL)
        jsondoc_put_text(to, "ground", text_of(ground_kind_text(line->ground->kind)));
    if (line->indicator != NULL)
        put_indicator(to, line->indicator);
    if (line->facts == NULL)
        return;
    jsondoc_put_bool(to, "proxy", line->evidence->proxy);
    put_facts(to, line->facts);
    put_parts(to, line->evidence, line->facts, all);
}

static void put_advice(jsondoc *to, const priority_advice *self, const category_facts *all)
{
    jsondoc_put_text(to, "priority", self->of->code);
    jsondoc_put_text(to, "title", self->of->title);
    jsondoc_put_text(to, "advice", text_of(advice_verdict_text(self->verdict)));
    jsondoc_put_text(to, "because", self->because);
    put_words(to, "though", self->though);
    jsondoc *list = jsondoc_put_array(to, "evidence");
    for (size_t i = 0; i < self->line_count; i++)
        put_line(jsondoc_add_object(list), &self->lines[i], all);
}

static void put_new_area(jsondoc *to, const new_area *self)
{
    put_facts(to, self->line.facts);
    jsondoc_put_number(to, "q", self->found.q);
    jsondoc_put_integer(to, "tested", (int64_t)self->found.tested);
    jsondoc_put_text(to, "text", self->line.words);
    put_caveats(to, &self->line);
}

static void put_heading(jsondoc *to, const report *on)
{
    char year[PERIOD_TEXT];
    jsondoc_put_text(to, "area", on->subject.code);
    jsondoc_put_text(to, "area_name", on->subject.name);
    jsondoc_put_date(to, "as_of", on->as_of);
    jsondoc_put_date(to, "from", on->window.now.from);
    jsondoc_put_date(to, "to", on->window.now.to);
    put_words(to, "baseline_period", text_of(on->baseline != 0 ? financial_year_text(on->baseline, year) : ""));
}

void priorities_print_json(const priority_review *self, FILE *out)
{
    jsondoc *document = jsondoc_object();
    put_heading(document, self->report);
    jsondoc *list = jsondoc_put_array(document, "priorities");
    for (size_t i = 0; i < self->count; i++)
        put_advice(jsondoc_add_object(list), &self->advice[i], self->facts);
    list = jsondoc_put_array(document, "new_areas");
    for (size_t i = 0; i < self->new_area_count; i++)
        put_new_area(jsondoc_add_object(list), &self->new_areas[i]);
    list = jsondoc_put_array(document, "notes");
    for (size_t i = 0; i < self->note_count; i++)
        jsondoc_add_text(list, self->notes[i]);
    jsondoc_write(document, out, true);
    jsondoc_destroy(&document);
}
