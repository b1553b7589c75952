#include "straight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figures/codebook.h"
#include "tests/engine_fixtures.h"

enum { NOW_S = 1743422400, LEVELS_MAX = 4096 };

/* --- told at once ------------------------------------------------------------------------------ */

static bool admit(engine *to, const item *one, bool in_issue)
{
    const sender from = {.stream = {text_of("straight"), text_of("all")}, .in_snapshot = in_issue};
    admission said;
    if (one->kind == ITEM_FAULTY)
        engine_admit_faulty(to, &one->row, &from, NOW_S, &said);
    return one->kind == ITEM_FAULTY || engine_admit(to, &one->record, &from, NOW_S, &said) == STATUS_OK;
}

static bool declare(engine *to, const item *one)
{
    char words[NOTE_SIZE_MAX];
    coverage_answer answer;
    return engine_declare(to, &one->coverage, NOW_S, &answer, words) == STATUS_OK &&
           (answer == COVERAGE_TAKEN || answer == COVERAGE_KNOWN);
}

/* The rows of an issue, wherever it stands. */
static bool tell_issue(engine *to, const told *all, size_t which)
{
    char words[NOTE_SIZE_MAX];
    snapshot *under_way;
    snapshot_answer answer;
    uint64_t withdrawn;
    if (engine_snapshot_begin(to, &all->issues[which], NOW_S, &under_way, &answer, words) != STATUS_OK ||
        answer != SNAPSHOT_TAKEN)
        return false;
    for (size_t s = 0; s < all->stream_count; s++)
        for (size_t i = 0; i < all->streams[s].count; i++) {
            const item *one = &all->streams[s].items[i];
            if (one->kind != ITEM_RECORD || !one->in_issue || one->issue != which)
                continue;
            if (!admit(to, one, true))
                return false;
            engine_snapshot_saw(under_way, one->record.reference);
        }
    return engine_snapshot_end(to, &under_way, NOW_S, &withdrawn) == STATUS_OK;
}

/* Issues in the order in which they were published. */
static bool tell_issues(engine *to, const told *all)
{
    for (int64_t last = INT64_MIN;;) {
        size_t next = all->issue_count;
        for (size_t i = 0; i < all->issue_count; i++)
            if (all->issues[i].issued_ns > last &&
                (next == all->issue_count || all->issues[i].issued_ns < all->issues[next].issued_ns))
                next = i;
        if (next == all->issue_count)
            return true;
        if (!tell_issue(to, all, next))
            return false;
        last = all->issues[next].issued_ns;
    }
}

static bool tell_all(engine *to, const told *all)
{
    for (size_t s = 0; s < all->stream_count; s++)
        for (size_t i = 0; i < all->streams[s].count; i++) {
            const item *one = &all->streams[s].items[i];
            bool row = one->kind == ITEM_RECORD || one->kind == ITEM_FAULTY;
            if ((row && !one->in_issue && !admit(to, one, false)) || (one->kind == ITEM_COVERAGE && !declare(to, one)))
                return false;
        }
    return tell_issues(to, all) && engine_commit(to, NOW_S) == STATUS_OK;
}

/* --- in words ---------------------------------------------------------------------------------- */

struct telling {
    FILE *out;
    codebook *book;
    char *lines[LEVELS_MAX];
    size_t count;
};

static void add_level(void *context, const stored_level *l)
{
    struct telling *to = context;
    char since[DATE_TEXT], as_of[DATE_TEXT];
    text at = codebook_at(to->book, CODE_AREA, l->area).code, of = codebook_at(to->book, CODE_CATEGORY, l->category).code;
    if (l->level == 0 || to->count == LEVELS_MAX)
        return;
    (void)asprintf(&to->lines[to->count++], "level %.*s %.*s %u/%u %.*s since %s as of %s", TEXT_ARGS(at), TEXT_ARGS(of),
                   l->level, l->direction, TEXT_ARGS(l->rule), date_text(l->since, since), date_text(l->as_of, as_of));
}

static int by_octets(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static const char *levels_in_words(store *from, arena *memory)
{
    struct telling *t = memory_new(1, sizeof *t);
    text all = {"", 0};
    t->book = codebook_create();
    if (codebook_load(t->book, from) != STATUS_OK || store_levels(from, 0, add_level, t) != STATUS_OK)
        all = text_of("levels that can't be read");
    if (t->count > 0)
        qsort(t->lines, t->count, sizeof *t->lines, by_octets);
    for (size_t i = 0; i < t->count; i++) {
        all = arena_print(memory, "%.*s%s\n", TEXT_ARGS(all), t->lines[i]);
        free(t->lines[i]);
    }
    codebook_destroy(&t->book);
    free(t);
    return arena_text(memory, all).at;
}

/* Versions that stand are left out: when something was said first may depend on which issue came in time. */
static bool is_to_compare(text line)
{
    return line.size > 8 && memcmp(line.at, "standing", 8) != 0;
}

static bool next_line(text *rest, text *out)
{
    do
        if (!text_split(rest, '\n', out))
            return false;
    while (!is_to_compare(*out));
    return true;
}

static const char *compare(const char *straight, const char *world, arena *memory)
{
    text expected = text_of(straight), actual = text_of(world), a, b;
    for (;;) {
        bool more_expected = next_line(&expected, &a), more_actual = next_line(&actual, &b);
        a = more_expected ? a : text_of("nothing");
        b = more_actual ? b : text_of("nothing");
        if (!text_equal(a, b))
            return arena_print(memory, "the store says \"%.*s\", and told all at once it says \"%.*s\"", TEXT_ARGS(b),
                               TEXT_ARGS(a)).at;
        if (!more_expected)
            return NULL;
    }
}

/* --- what was announced ------------------------------------------------------------------------ */

struct announced {
    uint32_t area, category;
    uint8_t level, direction;
};

struct story {
    struct announced series[LEVELS_MAX];
    size_t count;
    uint64_t last;
    const char *fault;
    arena *memory;
};

static struct announced *series_of(struct story *self, uint32_t area_id, uint32_t category_id)
{
    size_t i = 0;
    while (i < self->count && (self->series[i].area != area_id || self->series[i].category != category_id))
        i++;
    if (i == self->count && self->count < LEVELS_MAX)
        self->series[self->count++] = (struct announced){.area = area_id, .category = category_id};
    return &self->series[i];
}

static bool follow_event(void *context, const stored_event *e)
{
    struct story *self = context;
    struct announced *of = series_of(self, e->area, e->category);
    if (e->id != self->last + 1)
        self->fault = arena_print(self->memory, "event %llu follows on event %llu", (unsigned long long)e->id,
                                  (unsigned long long)self->last).at;
    else if (e->level_before != of->level || (of->level > 0 && e->direction_before != of->direction))
        self->fault = arena_print(self->memory, "event %llu begins at level %u/%u, and %u/%u was announced",
                                  (unsigned long long)e->id, e->level_before, e->direction_before, of->level,
                                  of->direction).at;
    self->last = e->id;
    of->level = e->level;
    of->direction = e->direction;
    return self->fault == NULL;
}

static void end_story(void *context, const stored_level *l)
{
    struct story *self = context;
    struct announced *of = series_of(self, l->area, l->category);
    if (of->level != l->announced || l->announced != l->level)
        self->fault = arena_print(self->memory, "a series stands at level %u, is said to be announced at %u, and was at %u",
                                  l->level, l->announced, of->level).at;
    of->level = 0;
}

static void note_waiting(void *context, uint32_t area_id)
{
    struct story *self = context;
    self->fault = arena_print(self->memory, "area %u waits to be judged, and nobody is loading", area_id).at;
}

/* The events are one story; it ends where the series stand; and nothing waits to be told. */
static const char *story_fault(store *from, arena *memory)
{
    struct story *self = memory_new(1, sizeof *self);
    self->memory = memory;
    if (store_events(from, 0, follow_event, self) != STATUS_OK || store_levels(from, 0, end_story, self) != STATUS_OK ||
        store_unjudged(from, note_waiting, self) != STATUS_OK)
        self->fault = "levels and events can't be read";
    for (size_t i = 0; i < self->count && self->fault == NULL; i++)
        if (self->series[i].level > 0)
            self->fault = "a series that stands at no level was announced at one last";
    const char *fault = self->fault;
    free(self);
    return fault;
}

const char *straight_differs(const told *all, store *from, const ground *on, const char *folder, arena *memory)
{
    const char *words = story_fault(from, memory);
    if (words != NULL)
        return words;
    ground_copy(on->fresh, folder, UINT64_MAX);
    engine *straight = engine_opened(folder, NULL, NOW_S);
    if (!tell_all(straight, all))
        words = "what was said can't be told to another engine";
    if (words == NULL)
        words = compare(world_in_words(engine_store(straight), memory), world_in_words(from, memory), memory);
    if (words == NULL)
        words = compare(levels_in_words(engine_store(straight), memory), levels_in_words(from, memory), memory);
    engine_close(&straight);
    ground_remove_folder(folder);
    return words;
}
