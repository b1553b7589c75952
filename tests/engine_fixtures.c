#include "engine_fixtures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

/* --- the reference data ------------------------------------------------------------------------ */

static const char areas[] =
    "code,name,level,parent,valid_from,valid_to,successor\n"
    "EW,England and Wales,national,,,,\n"
    "F1,First force,force,EW,,,\n"
    "F2,Second force,force,EW,,,\n"
    "D1,Stafford,district,F1,,,\n"
    "D2,Lichfield,district,F1,,,\n"
    "D3,Corby,district,F2,,,\n"
    "FD,Former,district,F1,,2019-03-31,D2\n"
    "FF,Former force,force,EW,,2010-03-31,F1\n"
    "L1,Stafford 001A,lsoa,D1,,,\n"
    "L2,Lichfield 001A,lsoa,D2,,,\n";

static const char categories[] =
    "category,title,parent,marker,police_generated,bridging\n"
    "all-crime,All crime,,,,\n"
    "violence-and-sexual,Violence and sexual offences,all-crime,,,yes\n"
    "violence,Violence,violence-and-sexual,,,\n"
    "sexual,Sexual offences,violence-and-sexual,,,\n"
    "theft,Theft,all-crime,,,\n"
    "burglary,Burglary,theft,,,\n"
    "home,Residential burglary,burglary,,,\n"
    "other-burglary,Other burglary,burglary,,,\n"
    "other-theft,Other theft,theft,,,\n"
    "asb,Anti-social behaviour,,,,\n"
    "local-fraud,Fraud recorded by the force,,,,\n"
    "hate,Hate crime,all-crime,hate,,\n"
    "domestic,Domestic violence,violence,domestic,,\n";

static const char offences[] =
    "offence,description,category,valid_from,valid_to\n"
    "8N,Assault,violence,,\n"
    "20,Rape,sexual,,\n"
    "30C,,home,,\n"
    "30A,,other-burglary,,\n"
    "49,,other-theft,,\n"
    "ASB,,asb,,\n"
    "LOCAL,,local-fraud,,\n"
    "Violence and sexual offences,,violence-and-sexual,,\n"
    "Burglary,,burglary,,\n"
    "Other theft,,other-theft,,\n"
    "Anti-social behaviour,,asb,,\n"
    "Moved,,theft,,2014-12-31\n"
    "Moved,,asb,2015-01-01,\n";

static const char people[] =
    "area,year,population\n"
    "D1,2024,1000\n"
    "D2,2024,2000\n"
    "D3,2024,4000\n";

static const char ranks[] =
    "origin,title,rank\n"
    "live,Live feed,1\n"
    "police,Open data,2\n"
    "third,Third,3\n";

void reference_write(const char *folder)
{
    file_write(folder, "areas.csv", text_of(areas));
    file_write(folder, "categories.csv", text_of(categories));
    file_write(folder, "offences.csv", text_of(offences));
    file_write(folder, "populations.csv", text_of(people));
    file_write(folder, "sources.csv", text_of(ranks));
}

void reference_edit(const char *folder, const char *name, const char *old, const char *new_words)
{
    arena *memory = arena_create();
    text before = file_read(folder, name, memory);
    const char *at = memmem(before.at, before.size, old, strlen(old));
    assert_non_null(at);
    size_t head = (size_t)(at - before.at), tail = before.size - head - strlen(old);
    file_write(folder, name, arena_print(memory, "%.*s%s%.*s", (int)head, before.at, new_words, (int)tail,
                                         at + strlen(old)));
    arena_destroy(&memory);
}

/* --- the world --------------------------------------------------------------------------------- */

engine *engine_opened(const char *folder, const char *reference_folder, int64_t now_s)
{
    char why[NOTE_SIZE_MAX];
    engine *made = NULL;
    if (engine_open(folder, reference_folder, now_s, &made, why) != STATUS_OK)
        fail_msg("%s", why);
    return made;
}

engine_world engine_world_make(void)
{
    engine_world made = {.memory = arena_create(), .now_s = 1743422400,
                         .from = {.stream = {text_of("desk"), text_of("a.csv")}}};
    folder_make(made.data);
    folder_make(made.reference);
    reference_write(made.reference);
    made.engine = engine_opened(made.data, made.reference, made.now_s);
    return made;
}

void engine_world_forget(engine_world *self)
{
    engine_close(&self->engine);
    folder_remove(self->data);
    folder_remove(self->reference);
    arena_destroy(&self->memory);
}

int world_make(void **state)
{
    static engine_world self;
    self = engine_world_make();
    *state = &self;
    return 0;
}

int world_remove(void **state)
{
    engine_world_forget(*state);
    return 0;
}

void world_reopen(engine_world *self)
{
    engine_close(&self->engine);
    self->engine = engine_opened(self->data, self->reference, self->now_s);
}

void world_reload(engine_world *self)
{
    char why[NOTE_SIZE_MAX] = "";
    faults *found = faults_create();
    status st = engine_reload(self->engine, self->reference, self->now_s, found, why);
    faults_destroy(&found);
    if (st != STATUS_OK)
        fail_msg("%s", why);
}

/* --- records ----------------------------------------------------------------------------------- */

incident crime(const char *named, const char *date, const char *offence_code, const char *area_code)
{
    bool has_time;
    incident made = incident_empty();
    made.origin = text_of("live");
    made.reference = text_of(named);
    made.offence = text_of(offence_code);
    made.area = text_of(area_code);
    made.issued_ns = 1;
    assert_true(recorded_at_read(text_of(date), &made.recorded, &made.month_only, &has_time));
    return made;
}

incident crime_again(incident like, uint64_t revision, int64_t issued_s)
{
    like.revision = revision;
    like.issued_ns = issued_s * 1000000000;
    return like;
}

incident cancellation(const char *named, uint64_t revision, int64_t issued_s)
{
    incident made = incident_empty();
    made.origin = text_of("live");
    made.reference = text_of(named);
    made.status = RECORD_CANCELLED;
    return crime_again(made, revision, issued_s);
}

admission admitted(engine_world *self, incident record)
{
    admission said;
    status st = engine_admit(self->engine, &record, &self->from, self->now_s, &said);
    if (st != STATUS_OK)
        fail_msg("%s: %s", status_text(st), engine_trouble(self->engine));
    if (said.kind == ADMISSION_REJECTED)
        said.words = arena_text(self->memory, said.words);
    return said;
}

void assert_admitted(engine_world *self, incident record, admission_kind expected)
{
    admission said = admitted(self, record);
    if (said.kind == ADMISSION_REJECTED && expected != ADMISSION_REJECTED)
        fail_msg("rejected: %.*s", TEXT_ARGS(said.words));
    assert_int_equal(said.kind, expected);
}

void assert_rejected(engine_world *self, incident record, reject_reason reason, const char *words)
{
    admission said = admitted(self, record);
    assert_int_equal(said.kind, ADMISSION_REJECTED);
    assert_int_equal(said.reason, reason);
    if (!text_has(said.words, words))
        fail_msg("\"%.*s\" does not say \"%s\"", TEXT_ARGS(said.words), words);
}

void world_commit(engine_world *self)
{
    status st = engine_commit(self->engine, self->now_s);
    if (st != STATUS_OK)
        fail_msg("%s: %s", status_text(st), engine_trouble(self->engine));
}

/* --- coverage ---------------------------------------------------------------------------------- */

static text *list_of_words(arena *memory, const char *words, size_t *count)
{
    text rest = text_of(words), one, *list = arena_take(memory, 32 * sizeof *list);
    for (*count = 0; text_split(&rest, ';', &one);)
        list[(*count)++] = one;
    return list;
}

static day_number day_in(const char *date)
{
    day_number d = DAY_NONE;
    assert_true(date_read((text){date, DATE_TEXT - 1}, &d));
    return d;
}

coverage_declaration world_declaration(engine_world *self, const char *origin, const char *area_code, const char *days,
                                       const char *category_words, const char *offence_words)
{
    coverage_declaration made = {.origin = text_of(origin), .area = text_of(area_code)};
    made.days = (period){day_in(days), day_in(strstr(days, "..") + 2)};
    made.categories = list_of_words(self->memory, category_words, &made.category_count);
    made.offences = list_of_words(self->memory, offence_words, &made.offence_count);
    made.without_markers = made.offence_count > 0;
    return made;
}

const char *world_declare(engine_world *self, coverage_answer expected, coverage_declaration what)
{
    char *words = arena_take(self->memory, NOTE_SIZE_MAX);
    coverage_answer answer;
    assert_int_equal(engine_declare(self->engine, &what, self->now_s, &answer, words), STATUS_OK);
    if (answer != expected)
        fail_msg("the answer is %d and not %d: %s", (int)answer, (int)expected, words);
    return words;
}

/* --- in words ---------------------------------------------------------------------------------- */

/* Lines that are gathered, sorted and joined. */
typedef struct lines {
    char **each;
    size_t count, capacity;
    codebook *book;
    const char *only_area; /* NULL: all */
} lines;

static int by_octets(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

__attribute__((format(printf, 2, 3))) static void add_line(lines *to, const char *format, ...)
{
    va_list args;
    to->each = memory_room(to->each, to->count, &to->capacity, sizeof *to->each);
    va_start(args, format);
    assert_true(vasprintf(&to->each[to->count++], format, args) >= 0);
    va_end(args);
}

static const char *join_lines(lines *self, const char *between, arena *memory)
{
    char *joined = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&joined, &size);
    if (self->count > 0)
        qsort(self->each, self->count, sizeof *self->each, by_octets);
    for (size_t i = 0; i < self->count; i++) {
        (void)fprintf(out, "%s%s", i > 0 ? between : "", self->each[i]);
        free(self->each[i]);
    }
    (void)fclose(out);
    free(self->each);
    codebook_destroy(&self->book);
    text kept = arena_text(memory, (text){joined, size});
    free(joined);
    return kept.at;
}

static lines new_lines(store *from)
{
    lines made = {.book = codebook_create()};
    assert_int_equal(codebook_load(made.book, from), STATUS_OK);
    return made;
}

static text code_of(const lines *self, code_kind kind, uint32_t id)
{
    return codebook_at(self->book, kind, id).code;
}

/* The day, or the month where only that is known. */
static text day_words(month_number m, int day_of_month, char room[DATE_TEXT])
{
    day_number on = month_first(m) + (day_of_month == DAY_UNKNOWN ? 0 : day_of_month - 1);
    (void)date_text(on, room);
    return (text){room, day_of_month == DAY_UNKNOWN ? 7 : 10};
}

static void add_tally(lines *to, const month_row *row, text json, const char *behind)
{
    tally t = {0};
    char room[DATE_TEXT];
    assert_int_equal(tally_add_days_json(&t, json), STATUS_OK);
    for (size_t i = 0; i < t.count; i++)
        for (int d = 0; d < TALLY_DAYS; d++) {
            text category_code = code_of(to, CODE_CATEGORY, t.rows[i].category), day = day_words(row->key.month, d, room);
            if (t.rows[i].days[d] == 0)
                continue;
            text origin = code_of(to, CODE_ORIGIN, row->key.origin);
            if (to->only_area != NULL && text_is(origin, "live"))
                add_line(to, "%.*s %.*s %u%s", TEXT_ARGS(category_code), TEXT_ARGS(day), t.rows[i].days[d], behind);
            else if (to->only_area != NULL)
                add_line(to, "%.*s: %.*s %.*s %u%s", TEXT_ARGS(origin), TEXT_ARGS(category_code), TEXT_ARGS(day),
                         t.rows[i].days[d], behind);
            else
                add_line(to, "count %.*s %.*s %.*s %.*s %u%s", TEXT_ARGS(code_of(to, CODE_AREA, row->key.area)),
                         TEXT_ARGS(origin), TEXT_ARGS(category_code), TEXT_ARGS(day), t.rows[i].days[d], behind);
        }
    tally_free(&t);
}

static bool add_month_row(void *context, const month_row *row)
{
    lines *to = context;
    add_tally(to, row, row->days, "");
    if (row->outranked.size > 0)
        add_tally(to, row, row->outranked, " outranked");
    return true;
}

static void add_counts(lines *to, store *from)
{
    for (uint32_t id = 1; id <= codebook_last(to->book, CODE_AREA); id++)
        if (to->only_area == NULL || text_is(code_of(to, CODE_AREA, id), to->only_area))
            assert_int_equal(store_months(from, id, 1970 * 12, 2099 * 12 + 11, true, add_month_row, to), STATUS_OK);
}

static bool add_standing(void *context, const version *v)
{
    lines *to = context;
    char date[DATE_TEXT];
    stored_code where = codebook_at(to->book, CODE_PLACE, v->place);
    if (!v->current)
        return true;
    add_line(to, "standing %.*s/%.*s revision=%llu issued=%lld status=%d %s%s offence=%.*s place=%.*s,%.*s,%.*s markers=%.*s "
             "outcome=%.*s at=%.*s,%.*s,%.*s %d,%d", TEXT_ARGS(code_of(to, CODE_ORIGIN, v->origin)), TEXT_ARGS(v->reference),
             (unsigned long long)v->revision, (long long)v->issued_ns, (int)v->status, date_text(v->recorded, date),
             v->month_only ? " (month)" : "", TEXT_ARGS(code_of(to, CODE_OFFENCE, v->offence)), TEXT_ARGS(where.code),
             TEXT_ARGS(where.name), TEXT_ARGS(where.hint), TEXT_ARGS(code_of(to, CODE_MARKERS, v->markers)),
             TEXT_ARGS(code_of(to, CODE_OUTCOME, v->outcome)), TEXT_ARGS(v->recorded_at), TEXT_ARGS(v->occurred_at),
             TEXT_ARGS(v->occurred_to), v->latitude_e6, v->longitude_e6);
    return true;
}

/* How the days of a key were cut into declarations depends on their order; the days don't. */
struct declared_runs {
    lines *to;
    declared_coverage run;
    bool open;
};

static void end_run(struct declared_runs *self)
{
    const lines *to = self->to;
    coverage_key key = self->run.key;
    if (self->open)
        add_line(self->to, "declared %.*s %.*s %.*s %.*s %d..%d", TEXT_ARGS(code_of(to, CODE_ORIGIN, key.origin)),
                 TEXT_ARGS(code_of(to, CODE_AREA, key.area)), TEXT_ARGS(code_of(to, CODE_CATEGORY, key.category)),
                 TEXT_ARGS(code_of(to, CODE_SCHEME, key.scheme)), self->run.days.from, self->run.days.to);
    self->open = false;
}

static void add_coverage(void *context, const declared_coverage *one)
{
    struct declared_runs *self = context;
    if (self->open && memcmp(&self->run.key, &one->key, sizeof one->key) == 0 && one->days.from <= self->run.days.to + 1) {
        if (one->days.to > self->run.days.to)
            self->run.days.to = one->days.to;
        return;
    }
    end_run(self);
    self->run = *one;
    self->open = true;
}

static void add_covered(void *context, const covered_set *set)
{
    lines *to = context;
    add_line(to, "known %.*s %.*s %d..%d", TEXT_ARGS(code_of(to, CODE_AREA, set->area)),
             TEXT_ARGS(code_of(to, CODE_CATEGORY, set->category)), set->days[0].from, set->days[0].to);
}

const char *world_in_words(store *from, arena *memory)
{
    lines all = new_lines(from);
    add_counts(&all, from);
    assert_int_equal(store_versions(from, 0, INT64_MAX, add_standing, &all), STATUS_OK);
    struct declared_runs runs = {.to = &all};
    assert_int_equal(store_coverage(from, add_coverage, &runs), STATUS_OK);
    end_run(&runs);
    assert_int_equal(store_covered(from, 0, add_covered, &all), STATUS_OK);
    return join_lines(&all, "\n", memory);
}

const char *counts_in_words(store *from, arena *memory)
{
    lines all = new_lines(from);
    add_counts(&all, from);
    return join_lines(&all, "\n", memory);
}

const char *counts_of(engine_world *self, const char *area_code)
{
    lines all = new_lines(engine_store(self->engine));
    all.only_area = area_code;
    add_counts(&all, engine_store(self->engine));
    return join_lines(&all, ", ", self->memory);
}

void assert_counts(engine_world *self, const char *area_code, const char *expected)
{
    const char *actual = counts_of(self, area_code);
    if (strcmp(actual, expected) != 0)
        fail_msg("%s holds \"%s\" and not \"%s\"", area_code, actual, expected);
}

void assert_same_words(const char *actual, const char *expected)
{
    text a = text_of(actual), b = text_of(expected), one = {"", 0}, other = {"", 0};
    bool left, right;
    do {
        one = other = (text){"", 0};
        left = text_split(&a, '\n', &one);
        right = text_split(&b, '\n', &other);
        if (left != right || !text_equal(one, other))
            fail_msg("\"%.*s\" where \"%.*s\" should stand", TEXT_ARGS(one), TEXT_ARGS(other));
    } while (left);
}

static bool count_open(void *context, const reject *found, bool open)
{
    (void)found;
    *(size_t *)context += open;
    return true;
}

size_t open_reject_count(store *from)
{
    size_t count = 0;
    assert_int_equal(store_rejects(from, false, count_open, &count), STATUS_OK);
    return count;
}
