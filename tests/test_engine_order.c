/* Promise: the same versions, in whatever order and however often they come, with commits and restarts wherever they
 * fall, give the same counts and the same versions that stand; and these are what a plain model says. */
#include "aggregator/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_fixtures.h"
#include "testing.h"

enum { INCIDENTS = 60, STATEMENTS_MAX = 600 };

/* --- the world, told once more ----------------------------------------------------------------- */

/* Every way to name a place, and the areas that a record there counts in. */
static const struct spot {
    const char *code, *name, *within, *areas;
} spots[] = {
    {"D1", "", "", "D1 F1 EW"},
    {"L1", "Stafford 001A", "", "D1 F1 EW"},
    {"D2", "", "F1", "D2 F1 EW"},
    {"FD", "", "", "FD D2 F1 EW"},
    {"E01999999", "Corby 004B", "", "D3 F2 EW"},
    {"D3", "", "", "D3 F2 EW"},
    {"", "", "F1", "F1 EW"},
    {"EW", "", "", "EW"},
};

static const struct kind {
    const char *code, *until_2014, *since_2015;
    bool crime, violent;
} kinds[] = {
    {"8N", "violence", "violence", true, true},
    {"20", "sexual", "sexual", true, false},
    {"30C", "home", "home", true, false},
    {"Burglary", "burglary", "burglary", true, false},
    {"49", "other-theft", "other-theft", true, false},
    {"Violence and sexual offences", "violence-and-sexual", "violence-and-sexual", true, false},
    {"ASB", "asb", "asb", false, false},
    {"Moved", "theft", "asb", true, false}, /* crime only until 2014 */
};

static const char *const marker_sets[] = {"", "hate", "domestic;hate", "hate;domestic", "domestic", "knife"};

enum { SPOTS = sizeof spots / sizeof spots[0], KINDS = sizeof kinds / sizeof kinds[0], MARKER_SETS = 6 };

/* --- statements -------------------------------------------------------------------------------- */

typedef struct statement {
    incident record;
    int incident; /* whose it is */
    const struct spot *spot;
    const struct kind *kind;
    bool rejected; /* bears a code that nobody knows */
} statement;

typedef struct told {
    statement each[STATEMENTS_MAX];
    size_t count;
    int64_t stamp;
    bool ties;
    arena *memory;
} told;

static day_number day_by_chance(chance *by, bool *month_only)
{
    day_number first = day_of(2013, 11, 1), on = first + (day_number)chance_below(by, 14) * 30;
    *month_only = chance_below(by, 4) == 0;
    return *month_only ? month_last(month_of(on)) : on;
}

/* Stamps differ unless ties are wanted; then many are the same. */
static int64_t stamp_by_chance(told *self, chance *by)
{
    return self->ties ? (int64_t)chance_below(by, 3) + 1 : (int64_t)chance_below(by, 1000000) * 1000 + self->stamp++;
}

static statement statement_by_chance(told *self, chance *by, int whose)
{
    statement made = {.record = incident_empty(), .incident = whose, .spot = &spots[chance_below(by, SPOTS)],
                      .kind = &kinds[chance_below(by, KINDS)]};
    incident *r = &made.record;
    r->origin = text_of(whose % 3 == 0 ? "police" : "live");
    r->reference = arena_print(self->memory, "%d", whose / 3); /* origins share references */
    r->reference = whose % 3 == 2 ? arena_print(self->memory, "x%d", whose) : r->reference;
    r->revision = whose % 2 == 0 ? 0 : chance_below(by, 3);
    r->issued_ns = stamp_by_chance(self, by);
    r->status = chance_below(by, 5) == 0 ? RECORD_CANCELLED : RECORD_RECORDED;
    r->recorded = day_by_chance(by, &r->month_only);
    made.rejected = r->status == RECORD_RECORDED && chance_below(by, 15) == 0;
    r->offence = text_of(made.rejected ? "unheard of" : made.kind->code);
    r->area = text_of(made.spot->code);
    r->area_name = text_of(made.spot->name);
    r->area_within = text_of(made.spot->within);
    r->markers = text_of(marker_sets[chance_below(by, MARKER_SETS)]);
    return made;
}

/* Several statements of each incident, and some of them again, issued at another time. */
static void tell_all(told *self, chance *by)
{
    for (int whose = 0; whose < INCIDENTS; whose++)
        for (uint32_t i = chance_below(by, 6) + 1; i > 0; i--) {
            statement made = statement_by_chance(self, by, whose);
            self->each[self->count++] = made;
            for (uint32_t again = chance_below(by, 3); again > 0; again--) {
                made.record.issued_ns = stamp_by_chance(self, by);
                self->each[self->count++] = made;
            }
        }
    assert_true(self->count <= STATEMENTS_MAX);
}

static void shuffle(told *self, chance *by)
{
    for (size_t i = self->count; i > 1; i--) {
        size_t k = chance_below(by, (uint32_t)i);
        statement kept = self->each[i - 1];
        self->each[i - 1] = self->each[k];
        self->each[k] = kept;
    }
}

/* --- the model --------------------------------------------------------------------------------- */

typedef struct keys {
    char *each[STATEMENTS_MAX * 16];
    size_t count;
} keys;

static void add_key(keys *to, const statement *s, text area_code, const char *category_code)
{
    char date[DATE_TEXT];
    (void)date_text(s->record.recorded, date);
    if (s->record.month_only)
        date[7] = '\0';
    assert_true(asprintf(&to->each[to->count++], "count %.*s %.*s %s %s", TEXT_ARGS(area_code), TEXT_ARGS(s->record.origin),
                         category_code, date) > 0);
}

static void add_keys(keys *to, const statement *s)
{
    bool early = s->record.recorded <= day_of(2014, 12, 31);
    const char *node = early ? s->kind->until_2014 : s->kind->since_2015;
    bool crime_then = s->kind->crime && strcmp(node, "asb") != 0;
    text rest = text_of(s->spot->areas), one;
    while (text_split(&rest, ' ', &one)) {
        add_key(to, s, one, node);
        if (crime_then && text_has(s->record.markers, "hate"))
            add_key(to, s, one, "hate");
        if (s->kind->violent && text_has(s->record.markers, "domestic"))
            add_key(to, s, one, "domestic");
    }
}

/* When a statement was first made, wherever it was said again. */
static int64_t first_said(const told *all, const statement *s)
{
    int64_t first = s->record.issued_ns;
    for (size_t i = 0; i < all->count; i++) {
        const statement *o = &all->each[i];
        bool same = o->incident == s->incident && o->record.revision == s->record.revision &&
                    o->record.status == s->record.status && o->record.recorded == s->record.recorded &&
                    o->record.month_only == s->record.month_only && o->kind == s->kind && o->spot == s->spot &&
                    text_has(o->record.markers, "hate") == text_has(s->record.markers, "hate") &&
                    text_has(o->record.markers, "domestic") == text_has(s->record.markers, "domestic") &&
                    text_has(o->record.markers, "knife") == text_has(s->record.markers, "knife");
        if (same && !o->rejected && o->record.issued_ns < first)
            first = o->record.issued_ns;
    }
    return first;
}

static const statement *model_standing(const told *all, int whose)
{
    const statement *best = NULL;
    int64_t best_said = 0;
    for (size_t i = 0; i < all->count; i++) {
        const statement *s = &all->each[i];
        if (s->incident != whose || s->rejected)
            continue;
        int64_t said = first_said(all, s);
        if (best == NULL || s->record.revision > best->record.revision ||
            (s->record.revision == best->record.revision && said > best_said)) {
            best = s;
            best_said = said;
        }
    }
    return best;
}

static int by_octets(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Equal keys, which stand together, as one line with their number. */
static const char *count_keys(keys *all, arena *memory)
{
    char *words = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&words, &size);
    qsort(all->each, all->count, sizeof *all->each, by_octets);
    for (size_t i = 0, run; i < all->count; i += run) {
        for (run = 1; i + run < all->count && strcmp(all->each[i], all->each[i + run]) == 0; run++)
            ;
        (void)fprintf(out, "%s%s %zu", i > 0 ? "\n" : "", all->each[i], run);
    }
    (void)fclose(out);
    for (size_t i = 0; i < all->count; i++)
        free(all->each[i]);
    text kept = arena_text(memory, (text){words, size});
    free(words);
    return kept.at;
}

static const char *model_counts(const told *all, arena *memory)
{
    static keys made;
    made.count = 0;
    for (int whose = 0; whose < INCIDENTS; whose++) {
        const statement *s = model_standing(all, whose);
        if (s != NULL && s->record.status == RECORD_RECORDED)
            add_keys(&made, s);
    }
    return count_keys(&made, memory);
}

/* --- an engine --------------------------------------------------------------------------------- */

/* Tells an engine all of it in the order in which it stands, with commits and restarts by chance. */
static void tell_engine(engine_world *w, const told *all, chance *by)
{
    for (size_t i = 0; i < all->count; i++) {
        admission said = admitted(w, all->each[i].record);
        assert_int_equal(said.kind == ADMISSION_REJECTED, all->each[i].rejected);
        if (chance_below(by, 20) == 0)
            world_commit(w);
        if (chance_below(by, 150) == 0) {
            world_commit(w);
            world_reopen(w);
        }
    }
    world_commit(w);
}

static void assert_same(const char *actual, const char *expected, int seed, int order)
{
    if (strcmp(actual, expected) != 0)
        print_message("seed %d, order %d\n", seed, order);
    assert_same_words(actual, expected);
}

/* Every order gives what the first gave, and the counts of the model where no two statements are of one instant. */
static void compare_orders(int seed, int orders, bool ties)
{
    static told all;
    chance by = {(uint64_t)seed};
    arena *memory = arena_create();
    const char *first = NULL;
    all = (told){.memory = memory, .ties = ties};
    tell_all(&all, &by);
    const char *counts_expected = model_counts(&all, memory);
    for (int order = 0; order < orders; order++) {
        engine_world w = engine_world_make();
        shuffle(&all, &by);
        tell_engine(&w, &all, &by);
        if (!ties)
            assert_same(counts_in_words(engine_store(w.engine), memory), counts_expected, seed, order);
        const char *words = world_in_words(engine_store(w.engine), memory);
        first = first == NULL ? words : first;
        assert_same(words, first, seed, order);
        engine_world_forget(&w);
    }
    arena_destroy(&memory);
}

static void every_order_of_the_same_versions_gives_the_counts_of_a_plain_model(void **state)
{
    (void)state;
    for (int seed = 1; seed <= 4; seed++)
        compare_orders(seed, 12, false);
}

static void versions_of_the_same_instant_stand_the_same_in_every_order(void **state)
{
    (void)state;
    for (int seed = 11; seed <= 14; seed++)
        compare_orders(seed, 12, true);
}

static void telling_all_of_it_again_changes_nothing(void **state)
{
    (void)state;
    static told all;
    chance by = {21};
    engine_world w = engine_world_make();
    all = (told){.memory = w.memory};
    tell_all(&all, &by);
    tell_engine(&w, &all, &by);
    const char *before = world_in_words(engine_store(w.engine), w.memory);
    uint64_t last, later;
    assert_int_equal(store_last_version(engine_store(w.engine), &last), STATUS_OK);
    shuffle(&all, &by);
    tell_engine(&w, &all, &by);
    assert_same_words(world_in_words(engine_store(w.engine), w.memory), before);
    assert_int_equal(store_last_version(engine_store(w.engine), &later), STATUS_OK);
    assert_int_equal(later, last);
    engine_world_forget(&w);
}

/* All at once, and one by one. */
static void it_does_not_matter_how_much_is_committed_at_a_time(void **state)
{
    (void)state;
    static told all;
    chance by = {31};
    engine_world at_once = engine_world_make(), singly = engine_world_make();
    all = (told){.memory = at_once.memory};
    tell_all(&all, &by);
    for (size_t i = 0; i < all.count; i++) {
        (void)admitted(&at_once, all.each[i].record);
        (void)admitted(&singly, all.each[i].record);
        world_commit(&singly);
    }
    world_commit(&at_once);
    assert_same_words(store_in_words(engine_store(at_once.engine), at_once.memory),
                      store_in_words(engine_store(singly.engine), singly.memory));
    engine_world_forget(&at_once);
    engine_world_forget(&singly);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_of_the_same_versions_gives_the_counts_of_a_plain_model),
        cmocka_unit_test(versions_of_the_same_instant_stand_the_same_in_every_order),
        cmocka_unit_test(telling_all_of_it_again_changes_nothing),
        cmocka_unit_test(it_does_not_matter_how_much_is_committed_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
