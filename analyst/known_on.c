#include "known_on.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "figures/coverage.h"
#include "recount.h"

enum { PATH_SIZE = 4096, MONTHS_A_COMMIT = 4096 };

/* The second store in the making. */
struct past {
    store *from;
    store *to;
    char folder[PATH_SIZE];
    int64_t before_s;          /* what came at this moment or later was not known */
    uint64_t last_version;
    codebook *book;
    reference *data;
    stored_code *codes;
    size_t code_count, code_capacity;
    declared_coverage *declared;
    size_t declared_count, declared_capacity;
    month_counts *months;      /* of the next commit */
    size_t month_count;
    arena *memory;             /* their tallies' rows */
    status st;
    char *why;
};

/* The moment at which a UK day is over. */
static int64_t end_of_day(day_number on)
{
    int64_t s = (int64_t)(on + 1) * 86400;
    while (london_date(s - 1) > on)
        s -= 3600;
    while (london_date(s) <= on)
        s += 3600;
    return s;
}

static status fail(struct past *self, status st)
{
    if (st != STATUS_OK && self->why[0] == '\0')
        (void)snprintf(self->why, NOTE_SIZE_MAX, "%s (%s)", status_text(st),
                       store_trouble(self->to != NULL ? self->to : self->from));
    return st;
}

/* --- what is carried over -------------------------------------------------------------------------- */

static void take_code(void *context, const stored_code *code)
{
    struct past *self = context;
    self->codes = memory_room(self->codes, self->code_count, &self->code_capacity, sizeof *code);
    stored_code *kept = &self->codes[self->code_count++];
    *kept = *code;
    kept->code = arena_text(self->memory, code->code);
    kept->name = arena_text(self->memory, code->name);
    kept->hint = arena_text(self->memory, code->hint);
}

static void take_declared(void *context, const declared_coverage *one)
{
    struct past *self = context;
    if (one->declared_s >= self->before_s)
        return;
    self->declared = memory_room(self->declared, self->declared_count, &self->declared_capacity, sizeof *one);
    self->declared[self->declared_count++] = *one;
}

/* Codes, reference data and what had been declared. */
static status carry_over(struct past *self)
{
    text digest = {"", 0};
    status st = store_codes(self->from, take_code, self);
    if (st == STATUS_OK)
        st = store_coverage(self->from, take_declared, self);
    if (st == STATUS_OK)
        st = store_setting(self->from, "reference_digest", self->memory, &digest);
    if (st != STATUS_OK)
        return st;
    adoption adopted = {.sheets = self->data->sheets, .digest = digest};
    tree_pair *areas = geography_tree(self->data->areas, &adopted.area_count);
    tree_pair *categories = offence_tree_pairs(self->data->categories, &adopted.category_count);
    adopted.areas = areas;
    adopted.categories = categories;
    st = store_commit(self->to, &(store_group){
        .codes = self->codes, .code_count = self->code_count, .coverage = self->declared,
        .coverage_count = self->declared_count, .adoption = &adopted});
    free(areas);
    free(categories);
    arena_reset(self->memory);
    return st;
}

/* --- counts --------------------------------------------------------------------------------------- */

static void commit_months(struct past *self)
{
    if (self->st == STATUS_OK)
        self->st = store_commit(self->to, &(store_group){.months = self->months, .month_count = self->month_count});
    self->month_count = 0;
    arena_reset(self->memory);
}

static const tally *keep_tally(struct past *self, const tally *from)
{
    tally *kept = arena_take(self->memory, sizeof *kept);
    *kept = (tally){.count = from->count};
    if (from->count > 0) {
        kept->rows = arena_take(self->memory, from->count * sizeof *from->rows);
        memcpy(kept->rows, from->rows, from->count * sizeof *from->rows);
    }
    return kept;
}

static void take_month(void *context, const month_counts *month)
{
    struct past *self = context;
    self->months[self->month_count++] = (month_counts){month->key, keep_tally(self, month->counted),
                                                       keep_tally(self, month->outranked)};
    if (self->month_count == MONTHS_A_COMMIT)
        commit_months(self);
}

/* Nothing is compared: what could differ was meant for the whole. */
__attribute__((format(printf, 2, 3))) static void ignore(void *context, const char *format, ...)
{
    (void)context, (void)format;
}

static status count_again(struct past *self)
{
    uint64_t versions, incidents;
    recount *r = recount_create(self->from, (recount_witness){.differs = ignore});
    recount_until(r, self->last_version, self->before_s);
    self->st = recount_versions(r, &versions, &incidents);
    self->months = memory_new(MONTHS_A_COMMIT, sizeof *self->months);
    if (self->st == STATUS_OK)
        recount_months(r, take_month, self);
    commit_months(self);
    recount_destroy(&r);
    return self->st;
}

/* --- what was wholly known ------------------------------------------------------------------------- */

static status cover(struct past *self)
{
    size_t categories = (size_t)offence_tree_count(self->data->categories), count = 0;
    coverage *known = coverage_create(self->data, self->book);
    status st = coverage_load(known, self->to);
    covered_set *sets = memory_new((size_t)geography_count(self->data->areas) * categories, sizeof *sets);
    for (int a = 0; a < geography_count(self->data->areas) && st == STATUS_OK; a++)
        for (int c = 0; c < (int)categories && geography_area(self->data->areas, a)->counted; c++) {
            const period_set *days = coverage_known(known, a, c);
            sets[count++] = (covered_set){.area = geography_area(self->data->areas, a)->id,
                                          .category = offence_tree_category(self->data->categories, c)->id,
                                          .days = days->each, .count = days->count};
        }
    if (st == STATUS_OK)
        st = store_commit(self->to, &(store_group){.covered = sets, .covered_count = count});
    free(sets);
    coverage_destroy(&known);
    return st;
}

/* --- the folder ------------------------------------------------------------------------------------ */

static status make_folder(struct past *self)
{
    const char *where = getenv("TMPDIR");
    (void)snprintf(self->folder, sizeof self->folder, "%s/tocsin-known-on-XXXXXX",
                   where != NULL && where[0] != '\0' ? where : "/tmp");
    if (mkdtemp(self->folder) != NULL)
        return STATUS_OK;
    (void)snprintf(self->why, NOTE_SIZE_MAX, "can't make a folder in %s: %s", where != NULL ? where : "/tmp",
                   strerror(errno));
    self->folder[0] = '\0';
    return STATUS_IO;
}

/* What is open already stays readable. */
static void remove_folder(const struct past *self)
{
    static const char *const names[] = {"tocsin.db", "tocsin.db-wal", "tocsin.db-shm", "writer.lock"};
    char path[PATH_SIZE + 32];
    if (self->folder[0] == '\0')
        return;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", self->folder, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(self->folder);
}

static status fill(struct past *self)
{
    status st = store_last_version_before(self->from, self->before_s, &self->last_version);
    if (st == STATUS_OK)
        st = codebook_load(self->book, self->from);
    if (st == STATUS_OK)
        st = reference_load(self->from, self->book, &self->data);
    if (st == STATUS_OK)
        st = carry_over(self);
    if (st == STATUS_OK)
        st = count_again(self);
    return st == STATUS_OK ? cover(self) : st;
}

status known_on_open(store *from, day_number on, store **out, char why[NOTE_SIZE_MAX])
{
    struct past self = {.from = from, .before_s = end_of_day(on), .book = codebook_create(), .memory = arena_create(),
                        .why = why};
    why[0] = '\0';
    status st = make_folder(&self);
    if (st == STATUS_OK)
        st = store_open(self.folder, &self.to, why);
    if (st == STATUS_OK)
        st = fail(&self, fill(&self));
    store_close(&self.to);
    if (st == STATUS_OK)
        st = store_open_reader(self.folder, out, why);
    if (st == STATUS_OK)
        st = store_begin_reading(*out);
    remove_folder(&self);
    reference_destroy(&self.data);
    codebook_destroy(&self.book);
    arena_destroy(&self.memory);
    free(self.codes);
    free(self.declared);
    free(self.months);
    return st;
}
