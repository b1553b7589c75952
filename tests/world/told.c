#include "told.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/digest.h"

enum { REFERENCES = 9, MONTHS = 3, FIRST_REVISION = 202401 };

static const told_spot spots[] = {
    {"D1", "", "", "D1 F1 EW"},
    {"L1", "Stafford 001A", "", "D1 F1 EW"},
    {"D2", "", "F1", "D2 F1 EW"},
    {"FD", "", "", "FD D2 F1 EW"},
    {"E01999999", "Corby 004B", "", "D3 F2 EW"},
    {"", "", "F1", "F1 EW"},
    {"EW", "", "", "EW"},
};

static const told_offence offences[] = {
    {"8N", "violence violence-and-sexual all-crime"},
    {"20", "sexual violence-and-sexual all-crime"},
    {"30C", "home burglary theft all-crime"},
    {"Burglary", "burglary theft all-crime"},
    {"49", "other-theft theft all-crime"},
    {"ASB", "asb"},
};

static const char *const marker_sets[] = {"", "", "hate", "domestic;hate", "hate; domestic", "knife"};
static const char *const outcomes[] = {"", "charged", "no suspect"};
static const char *const origins[] = {"live", "live", "third", "desk"};
static const char *const declared_areas[] = {"D1", "D2", "F1", "D3", "F2"};
static const char *const declared_categories[] = {"", "", "theft", "asb", "violence"};

#define ONE_OF(table, by) ((table)[chance_below((by), sizeof(table) / sizeof *(table))])

bool told_says_same(const incident *a, const incident *b)
{
    bool hate[2] = {text_has(a->markers, "hate"), text_has(b->markers, "hate")};
    bool domestic[2] = {text_has(a->markers, "domestic"), text_has(b->markers, "domestic")};
    return text_equal(a->origin, b->origin) && text_equal(a->reference, b->reference) && a->revision == b->revision &&
           a->status == b->status && a->recorded == b->recorded && a->month_only == b->month_only &&
           text_equal(a->offence, b->offence) && text_equal(a->area, b->area) &&
           text_equal(a->area_name, b->area_name) && text_equal(a->area_within, b->area_within) &&
           text_equal(a->outcome, b->outcome) && hate[0] == hate[1] && domestic[0] == domestic[1] &&
           text_has(a->markers, "knife") == text_has(b->markers, "knife");
}

/* No two are the same: what was issued at one instant has an order of its own, which test_engine_order proves. */
static int64_t stamp(told *self)
{
    assert(self->item_count < 1000);
    return ((int64_t)chance_below(&self->by, 1000000) * 1000 + (int64_t)self->item_count + 1) * 1000000;
}

static text named(told *self, const char *origin)
{
    return arena_print(self->memory, "%c%u", origin[0], chance_below(&self->by, REFERENCES));
}

/* Some sources repeat all that they knew, others name only what it was. */
static void cancel(incident *r, bool barely)
{
    r->status = RECORD_CANCELLED;
    if (!barely)
        return;
    incident bare = incident_empty();
    bare.origin = r->origin;
    bare.reference = r->reference;
    bare.revision = r->revision;
    bare.issued_ns = r->issued_ns;
    bare.status = RECORD_CANCELLED;
    *r = bare;
}

static void spoil(told *self, item *made)
{
    incident *r = &made->record;
    made->rejected = true;
    switch (chance_below(&self->by, 4)) {
    case 0: r->offence = text_of("unheard of"); break;
    case 1: r->area = text_of("E99"), r->area_name = r->area_within = text_of(""); break;
    case 2: r->recorded = day_of(2040, 1, 1), r->month_only = false; break;
    default: r->recorded = DAY_NONE, r->month_only = false; break;
    }
}

static void draw_content(item *made, chance *by)
{
    incident *r = &made->record;
    made->spot = &ONE_OF(spots, by);
    made->offence = &ONE_OF(offences, by);
    r->recorded = day_of(2023 + (int)chance_below(by, 2), 1, 1) + (day_number)chance_below(by, 5) * 19;
    r->month_only = chance_below(by, 4) == 0;
    if (r->month_only)
        r->recorded = month_last(month_of(r->recorded));
    r->offence = text_of(made->offence->code);
    r->area = text_of(made->spot->code);
    r->area_name = text_of(made->spot->name);
    r->area_within = text_of(made->spot->within);
    r->markers = text_of(ONE_OF(marker_sets, by));
    r->outcome = text_of(ONE_OF(outcomes, by));
}

/* What some stream of the same origin has said, said again: as it was, or issued at another time. */
static bool draw_repeat(told *self, const char *origin, item *made)
{
    const told_stream *of = &self->streams[chance_below(&self->by, (uint32_t)self->stream_count)];
    if (of->origin != origin || of->count == 0)
        return false;
    const item *said = &of->items[chance_below(&self->by, (uint32_t)of->count)];
    if (said->kind != ITEM_RECORD || said->in_issue)
        return false;
    *made = *said;
    if (chance_below(&self->by, 2) == 0)
        made->record.issued_ns = stamp(self);
    return true;
}

static void draw_record(told *self, const char *origin, item *made)
{
    if (chance_below(&self->by, 4) == 0 && draw_repeat(self, origin, made))
        return;
    *made = (item){.kind = ITEM_RECORD, .record = incident_empty()};
    made->record.origin = text_of(origin);
    made->record.reference = named(self, origin);
    /* The desk's system knows no revisions: its stamps alone say which version is the later. */
    made->record.revision = strcmp(origin, "desk") == 0 ? 0 : chance_below(&self->by, 4);
    made->record.issued_ns = stamp(self);
    draw_content(made, &self->by);
    if (chance_below(&self->by, 6) == 0)
        cancel(&made->record, chance_below(&self->by, 2) == 0);
    else if (chance_below(&self->by, 16) == 0)
        spoil(self, made);
}

static void draw_faulty(told *self, const char *origin, item *made)
{
    *made = (item){.kind = ITEM_FAULTY, .rejected = true};
    text row = arena_print(self->memory, "row %u", chance_below(&self->by, 8));
    made->row = (faulty){.origin = text_of(origin), .reason = text_of("is nothing that can be read"), .row = row,
                         .size = row.size, .digest = digest_text(row)};
    if (chance_below(&self->by, 2) == 0)
        made->row.reference = named(self, origin);
}

static void draw_coverage(told *self, const char *origin, item *made)
{
    *made = (item){.kind = ITEM_COVERAGE};
    coverage_declaration *c = &made->coverage;
    c->origin = text_of(origin);
    c->area = text_of(ONE_OF(declared_areas, &self->by));
    c->days.from = day_of(2024, 1, 1) + (day_number)chance_below(&self->by, 60);
    c->days.to = c->days.from + (day_number)chance_below(&self->by, 60);
    if (chance_below(&self->by, 2) == 0) /* long enough to compare a year with the one before */
        c->days.from = day_of(2022, 1, 1);
    const char *of = ONE_OF(declared_categories, &self->by);
    if (of[0] == '\0')
        return;
    c->categories = arena_take(self->memory, sizeof *c->categories);
    c->categories[0] = text_of(of);
    c->category_count = 1;
}

/* --- streams ----------------------------------------------------------------------------------- */

static void add_item(told *self, told_stream *to, const item *made)
{
    uint64_t said[] = {(uint64_t)made->kind, made->record.revision, (uint64_t)made->record.issued_ns,
                       (uint64_t)made->record.recorded, (uint64_t)made->coverage.days.from, made->row.digest, self->issue_count,
                       to->count > 0 ? to->items[to->count - 1].digest : 0};
    item *added = &to->items[to->count++];
    *added = *made;
    added->digest = digest_seeded(made->record.reference, digest_text((text){(const char *)said, sizeof said}));
    added->digest = digest_seeded(made->record.offence, added->digest);
    added->acknowledged = false;
    if (made->kind == ITEM_COVERAGE && to->claim_count < CLAIMS_MAX)
        to->claims[to->claim_count++] = made->coverage;
    self->item_count++;
}

/* What a file can say, in the order of its lines. */
static void tell_file(told *self, told_stream *to, size_t count)
{
    to->issued_ns = stamp(self);
    for (size_t i = 0; i < count; i++) {
        item made;
        do
            draw_record(self, to->origin, &made);
        while (!told_fits_file(&made));
        made.record.issued_ns = to->issued_ns + (int64_t)to->count + 2; /* its line: the first is the header */
        add_item(self, to, &made);
    }
}

static void tell_plainly(told *self, told_stream *to, size_t count)
{
    bool declares = strcmp(to->origin, "desk") != 0; /* it has no rank, and would overlap with the others */
    for (size_t i = 0; i < count; i++) {
        uint32_t drawn = chance_below(&self->by, 40);
        item made;
        if (drawn == 0)
            draw_faulty(self, to->origin, &made);
        else if (drawn < 4 && declares)
            draw_coverage(self, to->origin, &made);
        else
            draw_record(self, to->origin, &made);
        add_item(self, to, &made);
    }
}

static size_t draw_issue(told *self)
{
    size_t made = self->issue_count++;
    assert(self->issue_count <= TOLD_ISSUES_MAX);
    self->issues[made] = (snapshot_begin){
        .origin = text_of("police"),
        .revision = FIRST_REVISION + chance_below(&self->by, MONTHS),
        .issued_ns = (int64_t)(chance_below(&self->by, 1000) * 1000 + made) * 1000000000,
        .digest = arena_print(self->memory, "issue %zu", made),
    };
    return made;
}

/* An issue holds some of the references, each once, in their order. */
static void tell_issue(told *self, told_stream *to, size_t which, bool declares)
{
    const snapshot_begin *of = &self->issues[which];
    item made = {.kind = ITEM_ISSUE_BEGINS, .begins = *of, .issue = which, .in_issue = true};
    add_item(self, to, &made);
    for (unsigned n = 0; n < REFERENCES; n++) {
        if (chance_below(&self->by, 3) == 0)
            continue;
        made = (item){.kind = ITEM_RECORD, .record = incident_empty(), .issue = which, .in_issue = true};
        made.record.origin = text_of(to->origin);
        made.record.reference = arena_print(self->memory, "p%u", n);
        made.record.revision = of->revision;
        made.record.issued_ns = of->issued_ns + n + 1;
        chance alike = {n}; /* so that issues say the same of some */
        draw_content(&made, chance_below(&self->by, 2) == 0 ? &alike : &self->by);
        add_item(self, to, &made);
    }
    if (declares) {
        draw_coverage(self, to->origin, &made);
        made.in_issue = true;
        add_item(self, to, &made);
    }
    made = (item){.kind = ITEM_ISSUE_ENDS, .issue = which};
    add_item(self, to, &made);
}

static void add_stream(told *self, told_collector *to, size_t number, const char *folder)
{
    told_stream *made = &self->streams[self->stream_count];
    bool issues = chance_below(&self->by, 4) == 0;
    size_t count = issues ? 1 + chance_below(&self->by, 4) : 1 + chance_below(&self->by, 40);
    *made = (told_stream){.origin = issues ? "police" : ONE_OF(origins, &self->by), .follow = to->follow,
                          .batch_max = 1 + chance_below(&self->by, 8)};
    made->items = arena_take(self->memory, (issues ? count * (REFERENCES + 3) : count) * sizeof *made->items);
    (void)snprintf(made->name, sizeof made->name, "stream %zu", number);
    self->stream_count++;
    to->stream_count++;
    if (!issues && folder != NULL && chance_below(&self->by, 3) == 0) {
        (void)snprintf(made->path, sizeof made->path, "%s/%zu.csv", folder, self->stream_count);
        tell_file(self, made, count);
    } else if (!issues)
        tell_plainly(self, made, count);
    for (size_t i = 0; issues && i < count; i++)
        tell_issue(self, made, draw_issue(self), chance_below(&self->by, 2) == 0);
    made->available = made->follow ? chance_below(&self->by, (uint32_t)made->count + 1) : made->count;
    told_file_write(made, 0);
}

static void add_collector(told *self, const char *name, const char *folder)
{
    told_collector *made = &self->collectors[self->collector_count++];
    *made = (told_collector){.first_stream = self->stream_count, .follow = chance_below(&self->by, 2) == 0};
    (void)snprintf(made->name, sizeof made->name, "%s", name);
    size_t count = 1 + chance_below(&self->by, 3);
    for (size_t i = 0; i < count && self->stream_count < TOLD_STREAMS_MAX; i++)
        add_stream(self, made, i, folder);
}

told *told_create(uint64_t seed, const char *folder)
{
    told *self = memory_new(1, sizeof *self);
    self->by = (chance){seed * 0x9e3779b97f4a7c15u + 1};
    self->memory = arena_create();
    size_t count = 1 + chance_below(&self->by, TOLD_COLLECTORS_MAX - 2);
    bool twins = chance_below(&self->by, 3) == 0; /* somebody copied a configuration */
    for (size_t i = 0; i < count; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "desk %zu", i);
        add_collector(self, name, twins && i == 0 ? NULL : folder);
    }
    if (twins)
        add_collector(self, self->collectors[0].name, NULL);
    assert(self->item_count <= TOLD_ITEMS_MAX);
    return self;
}

void told_destroy(told **self)
{
    if (*self == NULL)
        return;
    for (size_t i = 0; i < (*self)->stream_count; i++)
        (void)unlink((*self)->streams[i].path);
    arena_destroy(&(*self)->memory);
    free(*self);
    *self = NULL;
}

void told_grow(told_stream *of, chance *by)
{
    size_t more = 1 + chance_below(by, 10);
    of->available = of->available + more < of->count ? of->available + more : of->count;
    told_file_write(of, chance_below(by, 30));
}

void told_finish(told_stream *of)
{
    of->available = of->count;
    told_file_write(of, 0);
}

size_t told_items_before(const told_stream *of, const position *held)
{
    if (!held->held || held->offset == 0)
        return 0;
    if (of->path[0] != '\0')
        return told_file_items(of, held->offset);
    if (held->offset > of->count)
        return 0;
    const uint64_t *digest = &of->items[held->offset - 1].digest;
    return text_equal(held->digest, (text){(const char *)digest, sizeof *digest}) ? held->offset : 0;
}
