#include "priority_advice.h"

#include <math.h>

#include "priority_words.h"

const char *advice_verdict_text(advice_verdict verdict)
{
    static const char *const words[] = {"retain", "consider pivoting", "unknown"};
    return words[verdict];
}

const char *evidence_bearing_text(evidence_bearing bearing)
{
    static const char *const words[] = {"retain", "for retaining", "neither", "for pivoting", "unknown", "beside"};
    return words[bearing];
}

/* --- what the figures of a category speak for ------------------------------------------------------ */

/* In this order of operations 1,000 to 1,200 is 20 exactly. */
static double percent_of(const category_facts *self)
{
    if (self->before > 0)
        return 100 * (self->row->count - self->before) / self->before;
    return self->row->count > 0 ? (double)INFINITY : 0;
}

bool facts_rose(const category_facts *self, double percent, double p)
{
    return self->change.telling && self->change.p < p && percent_of(self) >= percent && percent_of(self) > 0;
}

bool facts_fell(const category_facts *self, double percent, double p)
{
    return self->change.telling && self->change.p < p && percent_of(self) <= -percent && percent_of(self) < 0;
}

static bool is_low(const category_facts *self, const advice_rules *by)
{
    return self->row->count < by->low_count || self->row->rate < by->low_rate; /* an unknown rate is not low */
}

/* A rank among next to nothing is no volume. */
static bool has_volume(const category_facts *self, const advice_rules *by)
{
    return self->rank > 0 && (double)self->rank <= by->volume_rank && self->row->count >= by->low_count;
}

/* A judgement: what a line speaks for, by which rule. */
struct finding {
    evidence_bearing bearing;
    text why;
};

static struct finding find_unknown(const category_facts *self)
{
    return (struct finding){BEARS_UNKNOWN, text_of(self->row->coverage == COVERAGE_AT_LEAST ? "not wholly covered"
                                                                                            : "not known")};
}

static struct finding find_increase(const category_facts *self, bool low, arena *memory)
{
    return (struct finding){BEARS_RETAIN, arena_print(memory, "%sa marked increase (%.*s)", low ? "low numbers, but " : "",
                                                      TEXT_ARGS(words_of_move(self, memory)))};
}

static struct finding find_volume(const category_facts *self, arena *memory)
{
    return (struct finding){BEARS_RETAIN, arena_print(memory, "volume (%.*s: %.*s)",
                                                      TEXT_ARGS(count_text(self->row->count, memory)),
                                                      TEXT_ARGS(words_of_rank(self, memory)))};
}

/* Without an earlier year a marked increase can't be ruled out. */
static struct finding find_uncompared(const category_facts *self, bool low, arena *memory)
{
    static const char nothing[] = "no earlier year to compare with is wholly covered";
    return (struct finding){BEARS_UNKNOWN, low ? arena_print(memory, "low numbers (%.*s), but %s",
                                                             TEXT_ARGS(count_text(self->row->count, memory)), nothing)
                                               : text_of(nothing)};
}

static struct finding find_low(const category_facts *self, bool fell, arena *memory)
{
    return (struct finding){BEARS_PIVOT,
                            arena_print(memory, fell ? "low numbers, and a marked fall (%.*s)" : "low numbers (%.*s)",
                                        TEXT_ARGS(fell ? words_of_move(self, memory)
                                                       : count_text(self->row->count, memory)))};
}

/* Volume might retain what falls, if only its rank were known. */
static struct finding find_fall(const category_facts *self, bool proxy, arena *memory)
{
    bool unranked = !proxy && self->ranked == VOLUME_UNKNOWN;
    return (struct finding){unranked ? BEARS_UNKNOWN : BEARS_PIVOT,
                            arena_print(memory, "a marked fall (%.*s)%s", TEXT_ARGS(words_of_move(self, memory)),
                                        unranked ? ", but its rank among the offence groups is unknown" : "")};
}

static struct finding find_rise(const category_facts *self, const advice_rules *by, arena *memory)
{
    return (struct finding){BEARS_TOWARDS, arena_print(memory, "a rise (%.*s)%s", TEXT_ARGS(words_of_move(self, memory)),
                                                       self->change.p >= by->significance ? ", not statistically significant"
                                                                                          : "")};
}

/* A proxy tells which way things go, not how many there are: its volume and low numbers decide nothing. */
static struct finding find_bearing(const category_facts *self, bool proxy, const advice_rules *by, arena *memory)
{
    if (self->row->coverage != COVERAGE_COMPLETE)
        return find_unknown(self);
    bool low = !proxy && is_low(self, by);
    if (facts_rose(self, by->increase_percent, by->increase_p))
        return find_increase(self, low, memory);
    if (!proxy && has_volume(self, by))
        return find_volume(self, memory);
    if (self->against.size == 0)
        return find_uncompared(self, low, memory);
    bool fell = facts_fell(self, by->fall_percent, by->fall_p);
    if (low)
        return find_low(self, fell, memory);
    if (fell)
        return find_fall(self, proxy, memory);
    if (facts_rose(self, by->rise_percent, INFINITY))
        return find_rise(self, by, memory);
    return (struct finding){BEARS_NEITHER, text_of(proxy ? "no marked change" : "neither low nor markedly changed")};
}

/* --- lines --------------------------------------------------------------------------------------- */

static void add_ground(priority_advice *to, const priority_ground *ground, arena *memory)
{
    const char *kind = ground_kind_text(ground->kind);
    to->lines[to->line_count++] = (advice_line){
        .ground = ground,
        .bearing = ground->retains ? BEARS_RETAIN : BEARS_BESIDE,
        .why = text_of(kind),
        .words = arena_print(memory, "%c%s: %.*s", kind[0] - 'a' + 'A', kind + 1, TEXT_ARGS(ground->words)),
        .cited = ground->cited,
    };
}

static void add_category(priority_advice *to, const priority_evidence *evidence, const category_facts *all,
                         const advice_rules *by, arena *memory)
{
    const category_facts *facts = &all[evidence->category];
    struct finding found = find_bearing(facts, evidence->proxy, by, memory);
    advice_line *line = &to->lines[to->line_count++];
    *line = (advice_line){.evidence = evidence, .facts = facts, .bearing = found.bearing};
    line->words = words_of_facts(facts, evidence, all, memory);
    line->why = found.why;
    add_caveats_of_facts(line, facts, evidence, by, memory);
}

static void add_indicator(priority_advice *to, const shown_indicator *shown, const advice_rules *by, arena *memory)
{
    advice_line *line = &to->lines[to->line_count++];
    *line = (advice_line){.indicator = &shown->pair, .bearing = BEARS_BESIDE, .cited = shown->pair.now->cited};
    say_indicator(line, shown, by, memory);
}

/* --- the verdict --------------------------------------------------------------------------------- */

static size_t count_of(const priority_advice *self, evidence_bearing bearing)
{
    size_t count = 0;
    for (size_t i = 0; i < self->line_count; i++)
        count += self->lines[i].bearing == bearing;
    return count;
}

/* Pivoting needs every line to speak for it, but for proxies that speak for nothing. */
static bool all_speak_for_pivoting(const priority_advice *self)
{
    for (size_t i = 0; i < self->line_count; i++) {
        const advice_line *line = &self->lines[i];
        bool idle = line->bearing == BEARS_BESIDE ||
                    (line->bearing == BEARS_NEITHER && line->evidence != NULL && line->evidence->proxy);
        if (line->bearing != BEARS_PIVOT && !idle)
            return false;
    }
    return count_of(self, BEARS_PIVOT) > 0;
}

static advice_verdict verdict_of(const priority_advice *self)
{
    if (count_of(self, BEARS_RETAIN) > 0)
        return ADVICE_RETAIN;
    if (count_of(self, BEARS_UNKNOWN) > 0 || count_of(self, BEARS_BESIDE) == self->line_count)
        return ADVICE_UNKNOWN;
    return all_speak_for_pivoting(self) ? ADVICE_PIVOT : ADVICE_RETAIN;
}

static void say(text *to, text words, arena *memory)
{
    *to = to->size == 0 ? words : arena_print(memory, "%.*s; %.*s", TEXT_ARGS(*to), TEXT_ARGS(words));
}

/* The reason of every line of this bearing: "Hate crime: low numbers, but a marked increase (...)". */
static void say_lines(const priority_advice *self, evidence_bearing bearing, text *to, arena *memory)
{
    for (size_t i = 0; i < self->line_count; i++) {
        const advice_line *line = &self->lines[i];
        if (line->bearing != bearing || line->indicator != NULL)
            continue;
        say(to, line->facts == NULL ? line->why
                                    : arena_print(memory, "%.*s%s: %.*s", TEXT_ARGS(line->facts->row->title),
                                                  line->evidence->proxy ? " (proxy)" : "", TEXT_ARGS(line->why)), memory);
    }
}

static void say_detection(const priority_advice *self, text *to, arena *memory)
{
    for (size_t i = 0; i < self->line_count; i++)
        for (size_t k = 0; k < self->lines[i].caveat_count; k++)
            if (text_is(self->lines[i].caveats[k], CAVEAT_DETECTION))
                say(to, arena_print(memory, "%.*s: %s", TEXT_ARGS(self->lines[i].facts->row->title), CAVEAT_DETECTION), memory);
}

static void explain_retaining(priority_advice *self, arena *memory)
{
    if (count_of(self, BEARS_RETAIN) == 0)
        self->because = text_of(count_of(self, BEARS_PIVOT) > 0 ? "not all the evidence speaks for pivoting"
                                                                : "nothing speaks for pivoting");
    say_lines(self, BEARS_RETAIN, &self->because, memory);
    say_lines(self, BEARS_TOWARDS, &self->because, memory);
    if (count_of(self, BEARS_RETAIN) == 0)
        say_lines(self, BEARS_NEITHER, &self->because, memory);
    say_lines(self, BEARS_PIVOT, &self->though, memory);
    say_lines(self, BEARS_UNKNOWN, &self->though, memory);
}

static void explain_pivoting(priority_advice *self, arena *memory)
{
    say_lines(self, BEARS_PIVOT, &self->because, memory);
    say_detection(self, &self->though, memory);
    say_lines(self, BEARS_BESIDE, &self->though, memory);
}

static void explain_unknown(priority_advice *self, arena *memory)
{
    say_lines(self, BEARS_UNKNOWN, &self->because, memory);
    if (self->because.size == 0)
        self->because = text_of("no category bears evidence on it, and no ground that retains it holds here");
    say_lines(self, BEARS_BESIDE, &self->though, memory);
}

priority_advice priority_advise(const priority_case *about, const advice_rules *by, arena *memory)
{
    static void (*const explain[])(priority_advice *, arena *) = {
        [ADVICE_RETAIN] = explain_retaining, [ADVICE_PIVOT] = explain_pivoting, [ADVICE_UNKNOWN] = explain_unknown};
    const strategic_priority *of = about->of;
    size_t lines_max = of->ground_count + of->evidence_count + about->indicator_count;
    priority_advice made = {.of = of, .because = {"", 0}, .though = {"", 0},
                            .lines = arena_take(memory, lines_max * sizeof *made.lines)};
    for (size_t i = 0; i < of->ground_count; i++)
        if (about->ground_holds[i])
            add_ground(&made, &of->grounds[i], memory);
    for (size_t i = 0; i < of->evidence_count; i++)
        add_category(&made, &of->evidence[i], about->facts, by, memory);
    for (size_t i = 0; i < about->indicator_count; i++)
        add_indicator(&made, &about->indicators[i], by, memory);
    made.verdict = verdict_of(&made);
    explain[made.verdict](&made, memory);
    return made;
}
