#include "simulate.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/csv_reader.h"
#include "proto/digest.h"
#include "scenario.h"

enum {
    REFERENCE_SIZE = 24,
    SECOND_NS = 1000000000,
    NOON_S = 12 * 3600,
    DAY_S = 86400,
    CORRECTED_AFTER_DAYS = 60, /* at most, and one more */
};

/* --- chance -------------------------------------------------------------------------------------- */

/* SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* From 0 to below 1. */
static double draw_unit(uint64_t *state)
{
    return (double)(draw(state) >> 11) * 0x1p-53;
}

/* The index at which cumulative weights pass a draw. */
static size_t draw_index(uint64_t *state, const double *cumulative, size_t count)
{
    double at = draw_unit(state) * cumulative[count - 1];
    size_t low = 0, high = count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (cumulative[middle] <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* --- invention ----------------------------------------------------------------------------------- */

/* One version of one incident. */
struct event {
    char reference[REFERENCE_SIZE];
    uint32_t revision;
    bool cancelled;
    day_number recorded;
    int64_t issued_s;
    text offence;
    text place;
    text markers;
    uint64_t order; /* of invention: keeps equal stamps apart */
};

struct simulation {
    scenario *plan;
    struct event *events;
    size_t count, capacity;
    uint64_t state;
    uint64_t invented;   /* incidents so far */
    double *places;      /* cumulative weights */
    char *origin;
};

static void add_event(struct simulation *self, struct event made)
{
    self->events = memory_room(self->events, self->count, &self->capacity, sizeof made);
    made.order = self->count;
    self->events[self->count++] = made;
}

/* Crime gathers: places differ by an exponential draw each. */
static void weigh_places(struct simulation *self)
{
    double sum = 0;
    self->places = memory_new(self->plan->place_count, sizeof *self->places);
    for (size_t i = 0; i < self->plan->place_count; i++)
        self->places[i] = sum += 0.2 - log(1 - draw_unit(&self->state));
}

static text draw_place(struct simulation *self)
{
    return self->plan->places[draw_index(&self->state, self->places, self->plan->place_count)];
}

static text draw_offence(struct simulation *self, const scenario_series *series)
{
    double cumulative[SCENARIO_OFFENCES_MAX], sum = 0;
    for (size_t i = 0; i < series->offence_count; i++)
        cumulative[i] = sum += series->offences[i].weight;
    return series->offences[draw_index(&self->state, cumulative, series->offence_count)].code;
}

/* Cumulative weights of a year's days. Returns how many days. */
static size_t weigh_days(const scenario_series *series, period year, double out[366])
{
    double sum = 0;
    size_t count = 0;
    for (day_number d = year.from; d <= year.to; d++)
        out[count++] = sum += series->season[civil_of(d).month - 1] * series->weekday[weekday_of(d)];
    return count;
}

static struct event invent(struct simulation *self, const scenario_series *series, day_number recorded)
{
    struct event made = {
        .revision = 1, .recorded = recorded, .offence = draw_offence(self, series), .place = draw_place(self),
        .markers = {"", 0},
        .issued_s = (int64_t)recorded * DAY_S + NOON_S + (int64_t)(draw(&self->state) % (DAY_S / 2)),
    };
    (void)snprintf(made.reference, sizeof made.reference, "INV%02d/%07llu", civil_of(recorded).year % 100,
                   (unsigned long long)++self->invented % 10000000);
    return made;
}

static int64_t later(struct simulation *self, int64_t issued_s)
{
    return issued_s + DAY_S + (int64_t)(draw(&self->state) % ((uint64_t)CORRECTED_AFTER_DAYS * DAY_S));
}

/* The final version, with another before it that had one thing wrong. */
static void add_corrected(struct simulation *self, struct event final)
{
    const scenario_series *other = &self->plan->series[draw(&self->state) % self->plan->series_count];
    struct event first = final;
    switch (draw(&self->state) % 4) {
    case 0: first.offence = draw_offence(self, other); break;
    case 1: first.place = draw_place(self); break;
    case 2: first.recorded = final.recorded + 1 + (day_number)(draw(&self->state) % 20); break;
    default: first.cancelled = true; break; /* cancelled by mistake, and reinstated */
    }
    add_event(self, first);
    final.revision = 2;
    final.issued_s = later(self, first.issued_s);
    add_event(self, final);
}

static void add_cancelled(struct simulation *self, struct event first)
{
    add_event(self, first);
    first.revision = 2;
    first.cancelled = true;
    first.issued_s = later(self, first.issued_s);
    add_event(self, first);
}

/* Which of a year's incidents bear a marker: a draw without replacement. */
static void draw_marked(struct simulation *self, bool *marked, uint32_t total, uint32_t wanted)
{
    memset(marked, 0, total);
    for (uint32_t i = 0; i < total && wanted > 0; i++) {
        marked[i] = draw(&self->state) % (total - i) < wanted;
        wanted -= marked[i];
    }
}

static uint32_t wanted_in(const marked_total *m, int begins)
{
    for (size_t i = 0; i < m->year_count; i++)
        if (m->years[i].begins == begins)
            return m->years[i].count;
    return 0;
}

static text join_markers(struct simulation *self, const scenario_series *series, bool *const *marked, uint32_t i)
{
    text joined = {"", 0};
    for (size_t m = 0; m < series->marker_count; m++)
        if (marked[m][i])
            joined = joined.size == 0 ? series->markers[m].marker
                                      : arena_print(self->plan->memory, "%.*s;%.*s", TEXT_ARGS(joined),
                                                    TEXT_ARGS(series->markers[m].marker));
    return joined;
}

static void invent_year(struct simulation *self, const scenario_series *series, yearly_total year)
{
    double days[366];
    period span = financial_year(year.begins);
    size_t day_count = weigh_days(series, span, days);
    bool *marked[SCENARIO_MARKERS_MAX];
    for (size_t m = 0; m < series->marker_count; m++) {
        marked[m] = memory_new(year.count, sizeof **marked);
        draw_marked(self, marked[m], year.count, wanted_in(&series->markers[m], year.begins));
    }
    for (uint32_t i = 0; i < year.count; i++) {
        struct event made = invent(self, series, span.from + (day_number)draw_index(&self->state, days, day_count));
        made.markers = join_markers(self, series, marked, i);
        if (draw_unit(&self->state) < self->plan->corrected)
            add_corrected(self, made);
        else
            add_event(self, made);
        if (draw_unit(&self->state) < self->plan->cancelled)
            add_cancelled(self, invent(self, series, made.recorded));
    }
    for (size_t m = 0; m < series->marker_count; m++)
        free(marked[m]);
}

static int by_issue(const void *a, const void *b)
{
    const struct event *left = a, *right = b;
    int order = (left->issued_s > right->issued_s) - (left->issued_s < right->issued_s);
    return order != 0 ? order : (left->order > right->order) - (left->order < right->order);
}

static void invent_all(struct simulation *self)
{
    weigh_places(self);
    for (size_t s = 0; s < self->plan->series_count; s++)
        for (size_t y = 0; y < self->plan->series[s].year_count; y++)
            if (self->plan->series[s].offence_count > 0)
                invent_year(self, &self->plan->series[s], self->plan->series[s].years[y]);
    if (self->count > 0)
        qsort(self->events, self->count, sizeof *self->events, by_issue);
}

static bool open_simulation(struct simulation *self, const char *path,
                            void (*tell)(const char *path, const char *words))
{
    self->plan = scenario_read(path, tell);
    if (self->plan == NULL)
        return false;
    self->state = self->plan->seed;
    invent_all(self);
    return true;
}

static void close_simulation(struct simulation *self)
{
    free(self->events);
    free(self->places);
    scenario_destroy(&self->plan);
}

static incident record_of(const struct simulation *self, const struct event *e)
{
    incident made = incident_empty();
    made.origin = self->plan->origin;
    made.reference = text_of(e->reference);
    made.revision = e->revision;
    made.issued_ns = e->issued_s * SECOND_NS;
    made.status = e->cancelled ? RECORD_CANCELLED : RECORD_RECORDED;
    made.recorded = e->recorded;
    made.offence = e->offence;
    made.area = e->place;
    made.markers = e->markers;
    return made;
}

/* --- as a feed ----------------------------------------------------------------------------------- */

struct simulate_feed {
    feed base;
    struct simulation simulation;
    size_t next;
    size_t covers_sent;
    unsigned char digest[DIGEST_SIZE];
    char *path;
};

static struct simulate_feed *of(feed *self)
{
    return (struct simulate_feed *)(void *)self;
}

/* A position fits if it was given for the same invention. */
static void digest_events(struct simulate_feed *self)
{
    digest_state *all = digest_create();
    for (size_t i = 0; i < self->simulation.count; i++) {
        const struct event *e = &self->simulation.events[i];
        const text texts[] = {text_of(e->reference), e->offence, e->place, e->markers};
        int64_t numbers[] = {e->revision, e->cancelled, e->recorded, e->issued_s};
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
            digest_feed(all, texts[k].at, texts[k].size);
        digest_feed(all, numbers, sizeof numbers);
    }
    digest_now(all, self->digest);
    digest_destroy(&all);
}

static status simulate_resume(feed *base, const position *held)
{
    struct simulate_feed *self = of(base);
    text mine = {(const char *)self->digest, DIGEST_SIZE};
    bool fits = held->held && text_equal(held->digest, mine) && held->offset <= self->simulation.count;
    self->next = fits ? (size_t)held->offset : 0;
    self->covers_sent = 0;
    base->done = self->next;
    return STATUS_OK;
}

static status simulate_next(feed *base, arena *memory, message *out)
{
    struct simulate_feed *self = of(base);
    const struct simulation *s = &self->simulation;
    batch full = batch_open(memory);
    for (; self->next < s->count && !batch_is_full(&full); self->next++) {
        incident record = record_of(s, &s->events[self->next]);
        batch_add(&full, &record);
    }
    base->done = self->next;
    if (!batch_is_empty(&full)) {
        position after = {.offset = self->next, .digest = {(const char *)self->digest, DIGEST_SIZE}, .held = true};
        batch_close(&full, s->plan->origin, after, self->next < s->count, out);
        return STATUS_OK;
    }
    if (self->covers_sent == s->plan->cover_count)
        return STATUS_END;
    *out = (message){.kind = MESSAGE_COVERAGE, .coverage = s->plan->covers[self->covers_sent++]};
    return STATUS_OK;
}

static void simulate_destroy(feed *base)
{
    struct simulate_feed *self = of(base);
    close_simulation(&self->simulation);
    free(self->path);
    free(self);
}

static const feed_class simulate_class = {
    .resume = simulate_resume, .next = simulate_next, .destroy = simulate_destroy,
};

feed *simulate_create(const char *path, void (*tell)(const char *path, const char *words))
{
    struct simulate_feed *self = memory_new(1, sizeof *self);
    if (!open_simulation(&self->simulation, path, tell)) {
        free(self);
        return NULL;
    }
    self->path = memory_copy(path);
    self->base = (feed){.class = &simulate_class, .shown = self->path, .descriptor = -1,
                        .size = self->simulation.count, .claims = self->simulation.plan->covers,
                        .claim_count = self->simulation.plan->cover_count};
    (void)snprintf(self->base.stream, sizeof self->base.stream, "simulate %.*s", TEXT_ARGS(self->simulation.plan->origin));
    digest_events(self);
    return &self->base;
}

/* --- as a file ----------------------------------------------------------------------------------- */

static void write_event(const struct simulation *self, const struct event *e, FILE *out)
{
    char date[DATE_TEXT];
    const text fields[] = {text_of(e->reference), {0}, text_of(e->cancelled ? "cancelled" : "recorded"),
                           text_of(date_text(e->recorded, date)), e->offence, e->place, e->markers,
                           self->plan->origin};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (i > 0)
            (void)fputc(',', out);
        if (i == 1)
            (void)fprintf(out, "%u", e->revision);
        else
            csv_write_field(out, fields[i]);
    }
    (void)fputc('\n', out);
}

static bool write_events(const struct simulation *self, FILE *out)
{
    (void)fputs("reference,revision,status,recorded_at,offence,area,markers,origin\n", out);
    for (size_t i = 0; i < self->count; i++)
        write_event(self, &self->events[i], out);
    return fflush(out) == 0 && !ferror(out);
}

bool simulate_write(const char *path, const char *name, void (*tell)(const char *path, const char *words))
{
    struct simulation self = {0};
    if (!open_simulation(&self, path, tell))
        return false;
    FILE *out = strcmp(name, "-") == 0 ? stdout : fopen(name, "w");
    bool good = out != NULL && write_events(&self, out);
    if (!good)
        tell(name, strerror(errno));
    if (out != NULL && out != stdout)
        (void)fclose(out);
    close_simulation(&self);
    return good;
}
