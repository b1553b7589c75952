/* The story of an alert on paper: a page to read, its incidents as CSV, all of it as JSON. */
#include <stdio.h>

#include "alert_story.h"
#include "alerting/short_figure.h"
#include "layout.h"
#include "proto/csv_reader.h"

enum { STEP = 2 };

/* --- the head ------------------------------------------------------------------------------------------ */

static bool ends_with(text whole, text end)
{
    return whole.size >= end.size && text_equal((text){whole.at + whole.size - end.size, end.size}, end);
}

static void print_head(const alert_story *self, size_t width)
{
    const text *f = self->row;
    arena *memory = self->memory;
    char date[PERIOD_TEXT];
    day_number since;
    text where = f[ALERT_CATEGORY].size > 0
                     ? arena_print(memory, " (%.*s, %.*s)", TEXT_ARGS(f[ALERT_CATEGORY]), TEXT_ARGS(f[ALERT_AREA])) : text_of("");
    layout_paragraph(stdout, width, 0, "", arena_print(memory, "Alert %.*s: %.*s%.*s", TEXT_ARGS(f[ALERT_ID]), TEXT_ARGS(self->name),
                                                       TEXT_ARGS(where)));
    text stands = self->cleared
                      ? arena_print(memory, "%.*s; at its highest %.*s", TEXT_ARGS(self->state), TEXT_ARGS(f[ALERT_HIGHEST]))
                      : arena_print(memory, "%.*s%s%.*s since %s; %.*s", TEXT_ARGS(f[ALERT_LEVEL]),
                                    f[ALERT_DIRECTION].size > 0 ? ", " : "", TEXT_ARGS(f[ALERT_DIRECTION]),
                                    date_read(f[ALERT_SINCE], &since) ? date_words(since, date) : "ever", TEXT_ARGS(self->state));
    layout_paragraph(stdout, width, 0, "", stands);
    putchar('\n');
    layout_paragraph(stdout, width, STEP, "", self->decided.words);
    if (self->now.known)
        layout_paragraph(stdout, width, STEP, "", arena_print(self->memory, "As now known: %.*s",
                         TEXT_ARGS(ends_with(self->decided.words, self->now.words) ? text_of("the same") : self->now.words)));
    for (size_t i = 0; i < self->decided.caveats.count; i++)
        layout_paragraph(stdout, width, 2 * STEP, "  - ", self->decided.caveats.at[i]);
}

/* --- what happened ------------------------------------------------------------------------------------- */

struct telling {
    const alert_story *of;
    size_t width;
};

static const char *level_words(alert_level at, trend_direction direction, arena *memory)
{
    const char *way = trend_text(direction);
    return arena_print(memory, "%s%s%s", alert_level_text(at), way[0] != '\0' ? ", " : "", way).at;
}

static void print_rule(const struct telling *t, const alert_event *one, size_t indent)
{
    arena *memory = t->of->memory;
    char date[PERIOD_TEXT];
    text thresholds = short_thresholds(one, memory);
    if (one->rule.size > 0)
        layout_paragraph(stdout, t->width, indent, "",
                         arena_print(memory, "Decided by %.*s%s%.*s%s%s%s", TEXT_ARGS(one->rule), thresholds.size > 0 ? ": " : "",
                                     TEXT_ARGS(thresholds), one->as_of != DAY_NONE ? "; looked from " : "",
                                     one->as_of != DAY_NONE ? date_words(one->as_of, date) : "",
                                     one->corrected ? "; records of earlier dates changed it" : ""));
    /* Those of what decided last stand at the head. */
    for (size_t i = 0; i < one->caveats.count && one->number != t->of->decided.number; i++)
        layout_paragraph(stdout, t->width, indent + STEP, arena_print(memory, "%*s- ", (int)indent, "").at, one->caveats.at[i]);
}

static void print_event(void *context, const alert_event *one)
{
    const struct telling *t = context;
    arena *memory = t->of->memory;
    char moment[MOMENT_TEXT];
    const char *lead = arena_print(memory, "  %17s  %5llu  ", moment_words(one->at_s, moment), (unsigned long long)one->number).at;
    size_t indent = layout_characters(text_of(lead));
    if (event_kind_by_people(one->kind)) {
        layout_paragraph(stdout, t->width, indent, lead, one->words);
        return;
    }
    layout_paragraph(stdout, t->width, indent, lead,
                     arena_print(memory, "%s: from %s to %s%s", event_kind_text(one->kind),
                                 level_words(one->level_before, one->direction_before, memory),
                                 level_words(one->level, one->direction, memory), one->silenced ? " (silenced)" : ""));
    layout_paragraph(stdout, t->width, indent, "", one->words);
    print_rule(t, one, indent);
}

static void print_silences(const alert_story *self, size_t width)
{
    char from[PERIOD_TEXT], to[PERIOD_TEXT];
    size_t next = 0;
    const stored_silence *one = alert_story_silence(self, &next);
    if (one != NULL)
        puts("\nSilences");
    for (; one != NULL; one = alert_story_silence(self, &next))
        layout_paragraph(stdout, width, 9, arena_print(self->memory, "  %5llu  ", (unsigned long long)one->id).at,
                         arena_print(self->memory, "%s to %s%s%.*s%s: %.*s (%.*s)", date_words(one->days.from, from),
                                     date_words(one->days.to, to), one->recurs.size > 0 ? ", " : "", TEXT_ARGS(one->recurs),
                                     one->ended != 0 ? ", ended before its time" : "", TEXT_ARGS(one->why), TEXT_ARGS(one->who)));
}

/* --- the incidents ------------------------------------------------------------------------------------- */

static void print_versions(const alert_story *self, behind_incident one, size_t width)
{
    char moment[MOMENT_TEXT];
    text f[INCIDENT_FIELDS];
    incident_row(self, &one.each[one.standing], f);
    layout_paragraph(stdout, width, STEP, "  ",
                     arena_print(self->memory, "%.*s, recorded %.*s, offence %.*s, place %.*s%s%.*s%s%.*s", TEXT_ARGS(f[INCIDENT_REFERENCE]),
                                 TEXT_ARGS(f[INCIDENT_RECORDED]), TEXT_ARGS(f[INCIDENT_OFFENCE]), TEXT_ARGS(f[INCIDENT_PLACE]),
                                 f[INCIDENT_OUTCOME].size > 0 ? ", outcome " : "", TEXT_ARGS(f[INCIDENT_OUTCOME]),
                                 f[INCIDENT_MARKERS].size > 0 ? ", markers " : "", TEXT_ARGS(f[INCIDENT_MARKERS])));
    for (size_t i = 0; i < one.count; i++) {
        text changed = behind_changes(figures_codebook(self->from), i > 0 ? &one.each[i - 1] : NULL, &one.each[i], self->memory);
        layout_paragraph(stdout, width, 3 * STEP, "    - ",
                         arena_print(self->memory, "received %s, revision %llu%s: %.*s", moment_words(one.each[i].received_s, moment),
                                     (unsigned long long)one.each[i].revision, i == one.standing ? ", counts" : "",
                                     TEXT_ARGS(i == 0 ? text_of(version_state(&one.each[i])) : changed)));
    }
}

static void add_incident(const alert_story *self, layout_table *to, behind_incident one)
{
    text f[INCIDENT_FIELDS];
    incident_row(self, &one.each[one.standing], f);
    layout_table_add(to, (text[]){f[INCIDENT_REFERENCE], f[INCIDENT_RECORDED], f[INCIDENT_OFFENCE], f[INCIDENT_PLACE],
                                  f[INCIDENT_OUTCOME], f[INCIDENT_MARKERS],
                                  arena_print(self->memory, "%zu", one.count)});
}

static void print_table(const alert_story *self, size_t width)
{
    static const char *const headings[] = {"reference", "recorded", "offence", "place", "outcome", "markers", "versions"};
    layout_table *table = layout_table_create(headings, sizeof headings / sizeof headings[0]);
    for (size_t i = 0; i < behind_shown(self->behind); i++)
        add_incident(self, table, behind_at(self->behind, i));
    layout_table_write(table, stdout, width, STEP);
    layout_table_destroy(&table);
}

static void print_incidents(const alert_story *self, size_t width)
{
    char from[PERIOD_TEXT], to[PERIOD_TEXT];
    size_t count = behind_count(self->behind), shown = behind_shown(self->behind);
    putchar('\n');
    layout_paragraph(stdout, width, 0, "",
                     arena_print(self->memory, "Incidents behind it: %zu count%s from %s to %s%s", count, count == 1 ? "s" : "",
                                 date_words(self->window.from, from), date_words(self->window.to, to),
                                 shown == 0 ? "" : shown < count ? "; the newest:" : ":"));
    if (self->versions)
        for (size_t i = 0; i < shown; i++)
            print_versions(self, behind_at(self->behind, i), width);
    else if (shown > 0)
        print_table(self, width);
    if (shown == count)
        return;
    putchar('\n');
    layout_paragraph(stdout, width, 0, "",
                     arena_print(self->memory, "All of them: tocsin alert %llu --incidents all%s", (unsigned long long)self->id,
                                 self->versions ? "" : "; what each was before: --versions"));
}

status alert_story_print(alert_story *self)
{
    struct telling t = {self, layout_width()};
    print_head(self, t.width);
    puts("\nWhat happened");
    status st = event_list_of_alert(self->list, self->id, print_event, &t);
    print_silences(self, t.width);
    if (self->behind != NULL)
        print_incidents(self, t.width);
    return st;
}

/* --- for other programs -------------------------------------------------------------------------------- */

static void print_fields(const text *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        csv_write_field(stdout, fields[i]);
        putchar(',');
    }
}

void alert_story_csv(const alert_story *self)
{
    char received[MOMENT_TEXT];
    printf("alert,");
    for (int i = 0; i < INCIDENT_FIELDS; i++)
        printf("%s,", incident_field_names[i]);
    puts(self->versions ? "versions,version,received,revision,status,counts,changes" : "versions");
    for (size_t i = 0; self->behind != NULL && i < behind_shown(self->behind); i++) {
        behind_incident one = behind_at(self->behind, i);
        for (size_t k = 0; k < one.count; k++) {
            text f[INCIDENT_FIELDS];
            if (!self->versions && k != one.standing)
                continue;
            incident_row(self, &one.each[k], f);
            printf("%llu,", (unsigned long long)self->id);
            print_fields(f, INCIDENT_FIELDS);
            printf("%zu%c", one.count, self->versions ? ',' : '\n');
            if (!self->versions)
                continue;
            printf("%zu,%s,%llu,%s,%d,", k + 1, moment_text(one.each[k].received_s, received),
                   (unsigned long long)one.each[k].revision, version_state(&one.each[k]), k == one.standing);
            csv_write_field(stdout, behind_changes(figures_codebook(self->from), k > 0 ? &one.each[k - 1] : NULL, &one.each[k],
                                                   self->memory));
            putchar('\n');
        }
    }
}

static void add_event(void *context, const alert_event *one)
{
    jsondoc *made = alert_event_json(one);
    jsondoc_add(context, &made);
}

static void put_now(const alert_story *self)
{
    if (!self->now.known) {
        jsondoc_put_null(self->json, "now_known");
        return;
    }
    jsondoc *out = jsondoc_put_object(self->json, "now_known");
    jsondoc_put_text(out, "words", self->now.words);
    jsondoc_put_number(out, "count", self->now.count);
    jsondoc_put_number(out, "compared", self->now.compared);
    jsondoc_put_number(out, "percent", self->now.percent);
    jsondoc_put_number(out, "p", self->now.p);
}

static void put_date(jsondoc *to, const char *key, day_number on)
{
    char date[DATE_TEXT];
    jsondoc_put_text(to, key, text_of(date_text(on, date)));
}

static void put_silences(const alert_story *self)
{
    jsondoc *out = jsondoc_put_array(self->json, "silences");
    size_t next = 0;
    for (const stored_silence *one; (one = alert_story_silence(self, &next)) != NULL;) {
        jsondoc *made = jsondoc_add_object(out);
        jsondoc_put_integer(made, "silence", (int64_t)one->id);
        put_date(made, "from", one->days.from);
        put_date(made, "until", one->days.to);
        jsondoc_put_text(made, "recurs", one->recurs);
        jsondoc_put_text(made, "who", one->who);
        jsondoc_put_text(made, "why", one->why);
        jsondoc_put_bool(made, "ended", one->ended != 0);
    }
}

static void put_versions(const alert_story *self, jsondoc *to, behind_incident one)
{
    char received[MOMENT_TEXT];
    jsondoc *out = jsondoc_put_array(to, "versions");
    for (size_t k = 0; k < one.count; k++) {
        text f[INCIDENT_FIELDS];
        jsondoc *made = jsondoc_add_object(out);
        incident_row(self, &one.each[k], f);
        jsondoc_put_text(made, "received", text_of(moment_text(one.each[k].received_s, received)));
        jsondoc_put_integer(made, "revision", (int64_t)one.each[k].revision);
        jsondoc_put_text(made, "status", text_of(version_state(&one.each[k])));
        jsondoc_put_bool(made, "counts", k == one.standing);
        jsondoc_put_text(made, "changes", behind_changes(figures_codebook(self->from), k > 0 ? &one.each[k - 1] : NULL,
                                                         &one.each[k], self->memory));
        for (int i = INCIDENT_RECORDED; i < INCIDENT_FIELDS; i++)
            jsondoc_put_text(made, incident_field_names[i], f[i]);
    }
}

static void put_incidents(const alert_story *self)
{
    if (self->behind == NULL) {
        jsondoc_put_null(self->json, "incidents");
        return;
    }
    jsondoc *out = jsondoc_put_object(self->json, "incidents");
    put_date(out, "from", self->window.from);
    put_date(out, "to", self->window.to);
    jsondoc_put_integer(out, "count", (int64_t)behind_count(self->behind));
    jsondoc *list = jsondoc_put_array(out, "newest");
    for (size_t i = 0; i < behind_shown(self->behind); i++) {
        behind_incident one = behind_at(self->behind, i);
        text f[INCIDENT_FIELDS];
        jsondoc *made = jsondoc_add_object(list);
        incident_row(self, &one.each[one.standing], f);
        for (int k = 0; k < INCIDENT_FIELDS; k++)
            jsondoc_put_text(made, incident_field_names[k], f[k]);
        jsondoc_put_integer(made, "version_count", (int64_t)one.count);
        if (self->versions)
            put_versions(self, made, one);
    }
}

status alert_story_json(alert_story *self)
{
    put_now(self);
    status st = event_list_of_alert(self->list, self->id, add_event, jsondoc_put_array(self->json, "events"));
    put_silences(self);
    put_incidents(self);
    if (st == STATUS_OK)
        jsondoc_write(self->json, stdout, true);
    return st;
}
