#include "plain_model.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every record that was said, as one list. */
struct everything {
    const item *each[TOLD_ITEMS_MAX];
    size_t count;
};

static void gather(const told *all, item_kind kind, struct everything *out)
{
    out->count = 0;
    for (size_t s = 0; s < all->stream_count; s++)
        for (size_t i = 0; i < all->streams[s].count; i++)
            if (all->streams[s].items[i].kind == kind)
                out->each[out->count++] = &all->streams[s].items[i];
}

static bool same_incident(const item *a, const item *b)
{
    return text_equal(a->record.origin, b->record.origin) && text_equal(a->record.reference, b->record.reference);
}

/* --- which statement stands -------------------------------------------------------------------- */

/* When it was first said, wherever it was said again. */
static int64_t first_issued(const struct everything *all, const item *one)
{
    int64_t first = one->record.issued_ns;
    for (size_t i = 0; i < all->count; i++)
        if (!all->each[i]->rejected && told_says_same(&all->each[i]->record, &one->record) &&
            all->each[i]->record.issued_ns < first)
            first = all->each[i]->record.issued_ns;
    return first;
}

bool plain_model_is_last_issue(const told *all, size_t issue_index)
{
    const snapshot_begin *one = &all->issues[issue_index];
    for (size_t i = 0; i < all->issue_count; i++)
        if (all->issues[i].revision == one->revision && all->issues[i].issued_ns > one->issued_ns)
            return false;
    return true;
}

static bool speaks(const told *all, const item *one)
{
    return !one->rejected && (!one->in_issue || plain_model_is_last_issue(all, one->issue));
}

static bool stands_above(const struct everything *said, const item *a, const item *b)
{
    if (a->record.revision != b->record.revision)
        return a->record.revision > b->record.revision;
    return first_issued(said, a) > first_issued(said, b);
}

size_t plain_model_standing(const told *all, const item **out)
{
    struct everything *said = memory_new(1, sizeof *said);
    size_t count = 0;
    gather(all, ITEM_RECORD, said);
    for (size_t i = 0; i < said->count; i++) {
        const item *one = said->each[i];
        size_t at = 0;
        if (!speaks(all, one))
            continue;
        while (at < count && !same_incident(out[at], one))
            at++;
        if (at == count)
            out[count++] = one;
        else if (stands_above(said, one, out[at]))
            out[at] = one;
    }
    free(said);
    return count;
}

/* --- where it counts --------------------------------------------------------------------------- */

static bool holds_word(const char *words, text word)
{
    text rest = text_of(words), one;
    while (text_split(&rest, ' ', &one))
        if (text_equal(one, word))
            return true;
    return false;
}

static int rank_of(text origin)
{
    static const char *const ranked[] = {"live", "police", "third"};
    for (int i = 0; i < 3; i++)
        if (text_is(origin, ranked[i]))
            return i + 1;
    return 0;
}

/* Has an origin declared a category of the record's place on its day? */
static bool declared(const struct everything *coverage, text origin, const item *at, const char *nodes)
{
    for (size_t i = 0; i < coverage->count; i++) {
        const coverage_declaration *c = &coverage->each[i]->coverage;
        if (text_equal(c->origin, origin) && holds_word(at->spot->areas, c->area) &&
            c->days.from <= at->record.recorded && at->record.recorded <= c->days.to &&
            (c->category_count == 0 || holds_word(nodes, c->categories[0])))
            return true;
    }
    return false;
}

/* Does a better origin count there? Only where this one has declared its own part. */
static bool is_outranked(const struct everything *coverage, const item *one, const char *nodes)
{
    static const char *const origins[] = {"live", "police", "third"};
    int rank = rank_of(one->record.origin);
    if (rank == 0 || !declared(coverage, one->record.origin, one, nodes))
        return false;
    for (int i = 0; i < rank - 1; i++)
        if (declared(coverage, text_of(origins[i]), one, nodes))
            return true;
    return false;
}

struct marks {
    char *each[TOLD_ITEMS_MAX * 16];
    size_t count;
};

/* A mark for each area.
 *   nodes   the category itself first, then all above it */
static void mark(struct marks *to, const struct everything *coverage, const item *one, const char *nodes)
{
    char date[DATE_TEXT];
    text rest = text_of(one->spot->areas), named = text_of(nodes), own, at;
    bool outranked = is_outranked(coverage, one, nodes);
    (void)text_split(&named, ' ', &own);
    (void)date_text(one->record.recorded, date);
    if (one->record.month_only)
        date[7] = '\0';
    while (text_split(&rest, ' ', &at)) {
        int made = asprintf(&to->each[to->count++], "count %.*s %.*s %.*s %s%s", TEXT_ARGS(at),
                            TEXT_ARGS(one->record.origin), TEXT_ARGS(own), date, outranked ? " ~" : "");
        assert(made > 0);
        (void)made;
    }
}

static void mark_one(struct marks *to, const struct everything *coverage, const item *one)
{
    const char *nodes = one->offence->nodes;
    mark(to, coverage, one, nodes);
    if (text_has(one->record.markers, "hate") && holds_word(nodes, text_of("all-crime")))
        mark(to, coverage, one, "hate all-crime");
    if (text_has(one->record.markers, "domestic") && holds_word(nodes, text_of("violence")))
        mark(to, coverage, one, "domestic violence violence-and-sexual all-crime");
}

static int by_octets(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Equal marks, which stand together, as one line with their number: "count D1 live home 2024-05-17 2 outranked". */
static char *line_of(const char *marked, size_t run)
{
    char *made = NULL;
    size_t size = strlen(marked);
    bool outranked = size > 2 && marked[size - 1] == '~';
    int done = asprintf(&made, "%.*s %zu%s", (int)(outranked ? size - 2 : size), marked, run, outranked ? " outranked" : "");
    assert(done > 0);
    (void)done;
    return made;
}

static const char *add_up(struct marks *all, arena *memory)
{
    size_t lines = 0;
    text joined = {"", 0};
    if (all->count > 0)
        qsort(all->each, all->count, sizeof *all->each, by_octets);
    for (size_t i = 0, run; i < all->count; i += run, lines++) {
        for (run = 1; i + run < all->count && strcmp(all->each[i], all->each[i + run]) == 0; run++)
            ;
        char *made = line_of(all->each[i], run);
        for (size_t k = i; k < i + run; k++)
            free(all->each[k]);
        all->each[lines] = made;
    }
    if (lines > 0)
        qsort(all->each, lines, sizeof *all->each, by_octets);
    char *words = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&words, &size);
    for (size_t i = 0; i < lines; i++) {
        (void)fprintf(out, "%s%s", i > 0 ? "\n" : "", all->each[i]);
        free(all->each[i]);
    }
    (void)fclose(out);
    joined = arena_text(memory, (text){words, size});
    free(words);
    return joined.at;
}

const char *plain_model_counts(const told *all, arena *memory)
{
    struct everything *coverage = memory_new(2, sizeof *coverage), *standing = coverage + 1;
    struct marks *marks = memory_new(1, sizeof *marks);
    gather(all, ITEM_COVERAGE, coverage);
    standing->count = plain_model_standing(all, standing->each);
    for (size_t i = 0; i < standing->count; i++)
        if (standing->each[i]->record.status == RECORD_RECORDED)
            mark_one(marks, coverage, standing->each[i]);
    const char *words = add_up(marks, memory);
    free(marks);
    free(coverage);
    return words;
}

/* Faulty rows are the same by origin, reference and row; records by all that they say. */
static size_t count_different(const struct everything *all, bool (*same)(const item *a, const item *b))
{
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        size_t before = 0;
        if (!all->each[i]->rejected)
            continue;
        while (before < i && (!all->each[before]->rejected || !same(all->each[before], all->each[i])))
            before++;
        count += before == i;
    }
    return count;
}

static bool same_row(const item *a, const item *b)
{
    return text_equal(a->row.origin, b->row.origin) && text_equal(a->row.reference, b->row.reference) &&
           a->row.digest == b->row.digest;
}

/* To the letter: what can't be counted is kept as it came. */
static bool same_record(const item *a, const item *b)
{
    return told_says_same(&a->record, &b->record) && text_equal(a->record.markers, b->record.markers);
}

size_t plain_model_rejects(const told *all)
{
    struct everything *said = memory_new(1, sizeof *said);
    gather(all, ITEM_RECORD, said);
    size_t count = count_different(said, same_record);
    gather(all, ITEM_FAULTY, said);
    count += count_different(said, same_row);
    free(said);
    return count;
}
