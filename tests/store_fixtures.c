#include "store_fixtures.h"

#include <stdio.h>
#include <stdlib.h>

#include "testing.h"

int place_make(void **state)
{
    static place self;
    self = (place){.memory = arena_create()};
    folder_make(self.folder);
    *state = &self;
    return 0;
}

int place_make_store(void **state)
{
    (void)place_make(state);
    place *self = *state;
    self->writer = opened(self->folder);
    return 0;
}

int place_remove(void **state)
{
    place *self = *state;
    store_close(&self->reader);
    store_close(&self->writer);
    folder_remove(self->folder);
    arena_destroy(&self->memory);
    return 0;
}

store *opened(const char *folder)
{
    char why[NOTE_SIZE_MAX];
    store *made = NULL;
    if (store_open(folder, &made, why) != STATUS_OK)
        fail_msg("%s", why);
    return made;
}

store *opened_reader(const char *folder)
{
    char why[NOTE_SIZE_MAX];
    store *made = NULL;
    if (store_open_reader(folder, &made, why) != STATUS_OK)
        fail_msg("%s", why);
    return made;
}

void assert_committed(store *to, const store_group *group)
{
    status st = store_commit(to, group);
    if (st != STATUS_OK)
        fail_msg("%s: %s", status_text(st), store_trouble(to));
}

tally tally_with(uint32_t category, int day, int32_t count)
{
    tally made = {0};
    assert_true(tally_add(&made, category, day, count));
    return made;
}

version bare_version(uint64_t id, const char *reference)
{
    return (version){.id = id, .origin = 1, .reference = text_of(reference), .recorded = DAY_NONE,
                     .latitude_e6 = COORDINATE_NONE, .longitude_e6 = COORDINATE_NONE};
}

/* --- in words ---------------------------------------------------------------------------------- */

/* Octets that would not be seen are written as numbers. */
static void put_text(FILE *out, const char *name, text t)
{
    (void)fprintf(out, " %s=", name);
    for (size_t i = 0; i < t.size; i++)
        if (t.at[i] > ' ' && t.at[i] < 127)
            (void)fputc(t.at[i], out);
        else
            (void)fprintf(out, "\\%02x", (unsigned char)t.at[i]);
}

static void put_code(void *context, const stored_code *c)
{
    FILE *out = context;
    (void)fprintf(out, "code %d/%u", (int)c->kind, c->id);
    put_text(out, "code", c->code);
    put_text(out, "name", c->name);
    put_text(out, "hint", c->hint);
    (void)fputc('\n', out);
}

static bool put_version(void *context, const version *v)
{
    FILE *out = context;
    (void)fprintf(out, "version %llu origin=%u", (unsigned long long)v->id, v->origin);
    put_text(out, "reference", v->reference);
    (void)fprintf(out, " revision=%llu issued=%lld received=%lld status=%d current=%d previous=%llu recorded=%d month=%d",
                  (unsigned long long)v->revision, (long long)v->issued_ns, (long long)v->received_s, (int)v->status,
                  v->current, (unsigned long long)v->previous, v->recorded, v->month_only);
    (void)fprintf(out, " codes=%u,%u,%u,%u", v->offence, v->place, v->markers, v->outcome);
    put_text(out, "recorded_at", v->recorded_at);
    put_text(out, "occurred_at", v->occurred_at);
    put_text(out, "occurred_to", v->occurred_to);
    (void)fprintf(out, " at=%d,%d\n", v->latitude_e6, v->longitude_e6);
    return true;
}

static bool put_month(void *context, const month_row *row)
{
    FILE *out = context;
    (void)fprintf(out, "month %u/%d/%u %.*s %.*s %.*s\n", row->key.area, row->key.month, row->key.origin,
                  TEXT_ARGS(row->totals), TEXT_ARGS(row->days), TEXT_ARGS(row->outranked));
    return true;
}

static bool put_reject(void *context, const reject *r, bool open)
{
    FILE *out = context;
    (void)fprintf(out, "reject %llu %s digest=%llu received=%lld reason=%d revision=%llu line=%llu size=%llu row_digest=%llu",
                  (unsigned long long)r->id, open ? "open" : "resolved", (unsigned long long)r->digest,
                  (long long)r->received_s, (int)r->reason, (unsigned long long)r->revision, (unsigned long long)r->line,
                  (unsigned long long)r->size, (unsigned long long)r->row_digest);
    put_text(out, "words", r->words);
    put_text(out, "origin", r->origin);
    put_text(out, "reference", r->reference);
    put_text(out, "source", r->source);
    put_text(out, "stream", r->stream);
    put_text(out, "record", r->record);
    put_text(out, "row", r->row);
    (void)fputc('\n', out);
    return true;
}

static void put_stream(void *context, const stream_state *s)
{
    FILE *out = context;
    (void)fputs("stream", out);
    put_text(out, "source", s->key.source);
    put_text(out, "stream", s->key.stream);
    put_text(out, "digest", s->position.digest);
    (void)fprintf(out, " held=%d offset=%llu instance=%llu epoch=%llu updated=%lld counts=%llu,%llu,%llu,%llu\n",
                  s->position.held, (unsigned long long)s->position.offset, (unsigned long long)s->instance,
                  (unsigned long long)s->epoch, (long long)s->updated_s, (unsigned long long)s->accepted,
                  (unsigned long long)s->repeated, (unsigned long long)s->replaced, (unsigned long long)s->rejected);
}

static void put_issue(void *context, const issue *i)
{
    FILE *out = context;
    (void)fprintf(out, "issue %u/%llu issued=%lld received=%lld versions=%llu-%llu", i->origin,
                  (unsigned long long)i->revision, (long long)i->issued_ns, (long long)i->received_s,
                  (unsigned long long)i->first_version, (unsigned long long)i->last_version);
    put_text(out, "digest", i->digest);
    (void)fputc('\n', out);
}

static void put_coverage(void *context, const declared_coverage *one)
{
    FILE *out = context;
    (void)fprintf(out, "coverage %u/%u/%u/%u %d-%d declared=%lld\n", one->key.origin, one->key.area, one->key.category,
                  one->key.scheme, one->days.from, one->days.to, (long long)one->declared_s);
}

static void put_promise(void *context, const promise *p)
{
    (void)fprintf(context, "promise %u/%u interval=%u retired=%d declared=%lld\n", p->origin, p->area, p->interval_s,
                  p->retired, (long long)p->declared_s);
}

static void put_covered(void *context, const covered_set *set)
{
    assert_int_equal(set->count, 1);
    (void)fprintf(context, "covered %u/%u %d-%d\n", set->area, set->category, set->days[0].from, set->days[0].to);
}

static void put_pair(void *context, tree_pair pair)
{
    (void)fprintf(context, "tree %u>%u\n", pair.ancestor, pair.node);
}

static status put_sheets(FILE *out, store *from)
{
    sheets *all;
    status said = store_sheets(from, &all);
    if (said != STATUS_OK)
        return said == STATUS_NOT_FOUND ? STATUS_OK : said;
    for (int name = 0; name < SHEETS; name++)
        for (size_t row = 0; row < all->each[name].row_count; row++) {
            (void)fprintf(out, "%s %u", sheet_form_of((sheet_name)name)->name, all->each[name].lines[row]);
            for (size_t column = 0; column < all->each[name].column_count; column++)
                put_text(out, "", sheet_cell(&all->each[name], row, column));
            (void)fputc('\n', out);
        }
    (void)fputs("priorities", out);
    put_text(out, "", all->priorities);
    (void)fputc('\n', out);
    sheets_destroy(&all);
    return STATUS_OK;
}

static status put_setting(FILE *out, store *from, const char *name, arena *memory)
{
    text value;
    status said = store_setting(from, name, memory, &value);
    if (said != STATUS_OK)
        return said == STATUS_NOT_FOUND ? STATUS_OK : said;
    (void)fprintf(out, "setting %s", name);
    put_text(out, "", value);
    (void)fputc('\n', out);
    return STATUS_OK;
}

/* Keeps the first failure. */
static void note(status *first, status said)
{
    *first = *first == STATUS_OK ? said : *first;
}

status store_read_all(store *from, arena *memory, const char **out_words)
{
    char *words = NULL;
    size_t size = 0;
    status said = STATUS_OK;
    FILE *out = open_memstream(&words, &size);
    note(&said, store_codes(from, put_code, out));
    note(&said, store_versions(from, 0, INT64_MAX, put_version, out));
    for (uint32_t area = 1; area <= 9; area++)
        note(&said, store_months(from, area, 1970 * 12, 2099 * 12 + 11, true, put_month, out));
    note(&said, store_rejects(from, true, put_reject, out));
    note(&said, store_streams(from, put_stream, out));
    for (uint32_t origin = 1; origin <= 3; origin++)
        for (uint64_t revision = 0; revision <= 3; revision++)
            note(&said, store_issues(from, origin, revision, put_issue, out));
    note(&said, store_coverage(from, put_coverage, out));
    note(&said, store_promises(from, put_promise, out));
    note(&said, store_covered(from, 0, put_covered, out));
    note(&said, put_sheets(out, from));
    note(&said, store_tree(from, CODE_AREA, put_pair, out));
    note(&said, store_tree(from, CODE_CATEGORY, put_pair, out));
    note(&said, put_setting(out, from, "reference_digest", memory));
    note(&said, put_setting(out, from, "baseline", memory));
    (void)fclose(out);
    *out_words = arena_text(memory, (text){words, size}).at;
    free(words);
    return said;
}

const char *store_in_words(store *from, arena *memory)
{
    const char *words;
    assert_int_equal(store_read_all(from, memory, &words), STATUS_OK);
    return words;
}

/* --- a group with something of everything ------------------------------------------------------ */

static const stored_code codes[] = {
    {CODE_ORIGIN, 1, {"staffordshire", 13}, {0}, {0}},
    {CODE_PLACE, 1, {"E01029686", 9}, {"Stafford 004B", 13}, {"E23000015", 9}},
    {CODE_OFFENCE, 1, {"30C", 3}, {0}, {0}},
    {CODE_SCHEME, 1, {"Robbery\n-markers", 16}, {0}, {0}},
};

static const version versions[] = {
    {.id = 1, .origin = 1, .reference = {"a", 1}, .revision = INT64_MAX, .issued_ns = INT64_MIN, .received_s = 1700000000,
     .status = RECORD_WITHDRAWN, .current = true, .recorded = DAY_MAX, .month_only = true, .offence = 1, .place = 2,
     .markers = 3, .outcome = 4, .recorded_at = {"2024-05-17T12:00:00Z", 20}, .occurred_at = {"2024-05", 7},
     .occurred_to = {"2024-06", 7}, .latitude_e6 = 52805700, .longitude_e6 = -2116331},
    {.id = 2, .origin = UINT32_MAX, .reference = {"a\0b", 3}, .previous = 1, .recorded = DAY_NONE,
     .latitude_e6 = COORDINATE_NONE, .longitude_e6 = COORDINATE_NONE},
};

static const reject rejects[] = {
    {.digest = UINT64_MAX, .received_s = 5, .reason = REJECT_BAD_FIELD, .words = {"bad", 3}, .origin = {"o", 1},
     .reference = {"r", 1}, .revision = INT64_MAX, .source = {"s", 1}, .stream = {"t", 1}, .line = 7,
     .record = {"\0\1", 2}, .row = {"a,\xff", 3}, .size = 70000, .row_digest = UINT64_MAX - 1},
    {.digest = 1, .reason = REJECT_UNKNOWN_OFFENCE},
};

static const period two_runs[] = {{10, 20}, {30, 40}};

static sheets *full_sheets(arena *memory)
{
    static sheets made;
    made = (sheets){.memory = memory, .priorities = text_of("all: equal")};
    for (int name = 0; name < SHEETS; name++) {
        sheet *s = &made.each[name];
        s->column_count = sheet_column_count((sheet_name)name);
        s->row_count = 2;
        s->cells = arena_take(memory, 2 * s->column_count * sizeof *s->cells);
        s->lines = arena_take(memory, 2 * sizeof *s->lines);
        s->lines[0] = 2;
        s->lines[1] = 3 | SHEET_IMPORTED;
        for (size_t i = 0; i < 2 * s->column_count; i++)
            s->cells[i] = i == 1 ? (text){0} : arena_print(memory, "%c%zu", 'a' + name, i);
    }
    return &made;
}

static const adoption *full_adoption(arena *memory)
{
    static const tree_pair pairs[] = {{1, 1}, {1, 2}, {2, 2}};
    static adoption made;
    made = (adoption){.sheets = full_sheets(memory), .digest = text_of("0123"), .areas = pairs, .area_count = 3,
                      .categories = pairs, .category_count = 1};
    return &made;
}

static const month_counts *full_months(arena *memory)
{
    month_counts *made = arena_take(memory, 2 * sizeof *made);
    static tally_row rows[] = {{.category = 3, .total = 5, .days = {[0] = 1, [31] = 4}},
                               {.category = 7, .total = 2, .days = {[1] = 2}}};
    static const tally both = {rows, 2, 2}, one = {rows, 1, 1}, none = {0};
    made[0] = (month_counts){{1, 2, 2024 * 12}, &both, &one};
    made[1] = (month_counts){{9, 1, 2024 * 12 + 1}, &one, &none};
    return made;
}

store_group full_group(arena *memory)
{
    static const stream_state streams[] = {
        {.key = {{"desk", 4}, {"a.csv", 5}}, .position = {.offset = INT64_MAX, .digest = {"\0d", 2}, .held = true},
         .instance = UINT64_MAX, .epoch = 3, .updated_s = 6, .accepted = 1, .repeated = 2, .replaced = 3, .rejected = 4},
        {.key = {{"desk", 4}, {"b.csv", 5}}, .position = {.held = true}},
    };
    static const issue issues[] = {
        {.origin = 1, .revision = 2, .issued_ns = 3, .digest = {"\0i", 2}, .received_s = 4, .first_version = 1},
        {.origin = 1, .revision = 2, .issued_ns = 4, .digest = {"j", 1}, .first_version = 1, .last_version = 2},
    };
    static const declared_coverage coverage[] = {
        {{1, 2, 3, 4}, {10, 20}, 9}, {{1, 2, 3, 4}, {30, 40}, 9}, {{1, 2, 0, 0}, {10, 20}, 10}};
    static const promise promises[] = {{1, 2, UINT32_MAX, true, 11}, {1, 3, 0, false, 12}};
    static const covered_set covered[] = {{1, 3, two_runs, 2}, {1, 4, two_runs, 1}, {2, 3, two_runs + 1, 1}};
    static const setting settings[] = {{{"baseline", 8}, {"2022-23", 7}}};
    return (store_group){
        .codes = codes, .code_count = 4, .versions = versions, .version_count = 2, .months = full_months(memory),
        .month_count = 2, .rejects = rejects, .reject_count = 2, .streams = streams, .stream_count = 2, .issues = issues,
        .issue_count = 2, .coverage = coverage, .coverage_count = 3, .promises = promises, .promise_count = 2,
        .covered = covered, .covered_count = 3, .adoption = full_adoption(memory), .settings = settings,
        .setting_count = 1, .now_s = 1700000001,
    };
}

const char full_group_in_words[] =
    "code 1/1 code=staffordshire name= hint=\n"
    "code 2/1 code=E01029686 name=Stafford\\20004B hint=E23000015\n"
    "code 3/1 code=30C name= hint=\n"
    "code 8/1 code=Robbery\\0a-markers name= hint=\n"
    "version 1 origin=1 reference=a revision=9223372036854775807 issued=-9223372036854775808 received=1700000000 status=2"
    " current=1 previous=0 recorded=47481 month=1 codes=1,2,3,4 recorded_at=2024-05-17T12:00:00Z occurred_at=2024-05"
    " occurred_to=2024-06 at=52805700,-2116331\n"
    "version 2 origin=4294967295 reference=a\\00b revision=0 issued=0 received=0 status=0 current=0 previous=1"
    " recorded=-2147483648 month=0 codes=0,0,0,0 recorded_at= occurred_at= occurred_to= at=-2147483648,-2147483648\n"
    "month 1/24288/2 {\"3\":5,\"7\":2} {\"3\":{\"0\":1,\"31\":4},\"7\":{\"1\":2}} {\"3\":{\"0\":1,\"31\":4}}\n"
    "month 9/24289/1 {\"3\":5} {\"3\":{\"0\":1,\"31\":4}} \n"
    "reject 1 open digest=18446744073709551615 received=5 reason=7 revision=9223372036854775807 line=7 size=70000"
    " row_digest=18446744073709551614 words=bad origin=o reference=r source=s stream=t record=\\00\\01 row=a,\\ff\n"
    "reject 2 open digest=1 received=0 reason=1 revision=0 line=0 size=0 row_digest=0 words= origin= reference= source="
    " stream= record= row=\n"
    "stream source=desk stream=a.csv digest=\\00d held=1 offset=9223372036854775807 instance=18446744073709551615 epoch=3"
    " updated=6 counts=1,2,3,4\n"
    "stream source=desk stream=b.csv digest= held=1 offset=0 instance=0 epoch=0 updated=0 counts=0,0,0,0\n"
    "issue 1/2 issued=3 received=4 versions=1-0 digest=\\00i\n"
    "issue 1/2 issued=4 received=0 versions=1-2 digest=j\n"
    "coverage 1/2/0/0 10-20 declared=10\n"
    "coverage 1/2/3/4 10-20 declared=9\n"
    "coverage 1/2/3/4 30-40 declared=9\n"
    "promise 1/2 interval=4294967295 retired=1 declared=11\n"
    "promise 1/3 interval=0 retired=0 declared=12\n"
    "covered 1/3 10-20\n"
    "covered 1/3 30-40\n"
    "covered 1/4 10-20\n"
    "covered 2/3 30-40\n"
    "areas 2 =a0 = =a2 =a3 =a4 =a5 =a6 =a7\n"
    "areas 2147483651 =a8 =a9 =a10 =a11 =a12 =a13 =a14 =a15\n"
    "groups 2 =b0 = =b2 =b3\n"
    "groups 2147483651 =b4 =b5 =b6 =b7\n"
    "populations 2 =c0 = =c2 =c3\n"
    "populations 2147483651 =c4 =c5 =c6 =c7\n"
    "categories 2 =d0 = =d2 =d3 =d4 =d5\n"
    "categories 2147483651 =d6 =d7 =d8 =d9 =d10 =d11\n"
    "offences 2 =e0 = =e2 =e3 =e4\n"
    "offences 2147483651 =e5 =e6 =e7 =e8 =e9\n"
    "sources 2 =f0 = =f2 =f3\n"
    "sources 2147483651 =f4 =f5 =f6 =f7\n"
    "comparators 2 =g0 =\n"
    "comparators 2147483651 =g2 =g3\n"
    "comparator_rates 2 =h0 = =h2 =h3 =h4 =h5 =h6\n"
    "comparator_rates 2147483651 =h7 =h8 =h9 =h10 =h11 =h12 =h13\n"
    "recording_changes 2 =i0 = =i2 =i3 =i4\n"
    "recording_changes 2147483651 =i5 =i6 =i7 =i8 =i9\n"
    "indicators 2 =j0 = =j2 =j3 =j4 =j5 =j6\n"
    "indicators 2147483651 =j7 =j8 =j9 =j10 =j11 =j12 =j13\n"
    "priorities =all:\\20equal\n"
    "tree 1>1\n"
    "tree 1>2\n"
    "tree 2>2\n"
    "tree 1>1\n"
    "setting reference_digest =0123\n"
    "setting baseline =2022-23\n";
