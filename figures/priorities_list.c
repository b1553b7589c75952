/* The list of strategic priorities in priorities.yaml: evidence, indicators, grounds. */
#include "priorities_parts.h"

enum { WORDS_SIZE_MAX = 1000 };

static const char *const ground_words[GROUNDS] = {
    [GROUND_RESIDENT_CONCERN] = "resident concern",
    [GROUND_STAKEHOLDER_CONCERN] = "stakeholder concern",
    [GROUND_STATUTORY_DUTY] = "statutory duty",
    [GROUND_PARTNERSHIP_FOCUS] = "partnership focus",
    [GROUND_RISK_OF_HARM] = "risk of harm",
};

const char *ground_kind_text(ground_kind kind)
{
    return ground_words[kind];
}

static void keep_words(struct priorities_reading *self, yamlnode node, text *out)
{
    text words = text_trim(yamlnode_text(node));
    if (words.size == 0 || words.size > WORDS_SIZE_MAX) {
        priorities_fault(self, node, "words should stand here, at most %d octets", WORDS_SIZE_MAX);
        return;
    }
    char *kept = arena_take(self->out->memory, words.size);
    for (size_t i = 0; i < words.size; i++)
        kept[i] = words.at[i] == '\n' ? ' ' : words.at[i]; /* they are printed within lines */
    *out = (text){kept, words.size};
}

static void keep_flag(struct priorities_reading *self, yamlnode node, bool *out)
{
    text word = yamlnode_text(node);
    *out = text_is(word, "yes") || text_is(word, "true");
    if (!*out && !text_is(word, "no") && !text_is(word, "false"))
        priorities_fault(self, node, "'%.*s' is neither yes nor no", TEXT_ARGS(word));
}

static int category_of(struct priorities_reading *self, yamlnode node)
{
    int index = offence_tree_find(self->categories, yamlnode_text(node));
    if (index == CATEGORY_NONE)
        priorities_fault(self, node, "the category '%.*s' is not in categories.csv", TEXT_ARGS(yamlnode_text(node)));
    return index;
}

/* --- evidence ------------------------------------------------------------------------------------ */

static void read_category(struct priorities_reading *self, yamlnode value, void *to)
{
    ((priority_evidence *)to)->category = category_of(self, value);
}

static void read_proxy(struct priorities_reading *self, yamlnode value, void *to)
{
    keep_flag(self, value, &((priority_evidence *)to)->proxy);
}

static void read_caveat(struct priorities_reading *self, yamlnode value, void *to)
{
    keep_words(self, value, &((priority_evidence *)to)->caveat);
}

static void read_parts(struct priorities_reading *self, yamlnode value, void *to)
{
    priority_evidence *out = to;
    if (!priorities_is_kind(self, value, YAMLNODE_LIST, "a list of categories"))
        return;
    out->parts = arena_take(self->out->memory, yamlnode_count(value) * sizeof *out->parts);
    for (size_t i = 0; i < yamlnode_count(value); i++) {
        int part = category_of(self, yamlnode_at(value, i));
        if (part != CATEGORY_NONE)
            out->parts[out->part_count++] = part;
    }
}

/* Shares are of nodes below the evidence's own. */
static void check_parts(struct priorities_reading *self, yamlnode at, const priority_evidence *of)
{
    for (size_t i = 0; i < of->part_count && of->category != CATEGORY_NONE; i++) {
        const category *part = offence_tree_category(self->categories, of->parts[i]);
        if (category_is_marker(part) || of->parts[i] == of->category ||
            !offence_tree_contains(self->categories, of->category, of->parts[i]))
            priorities_fault(self, at, "'%.*s' is no part of '%.*s'", TEXT_ARGS(part->code),
                             TEXT_ARGS(offence_tree_category(self->categories, of->category)->code));
    }
}

static void read_evidence(struct priorities_reading *self, yamlnode value, void *to)
{
    static const struct priorities_key keys[] = {
        {"category", read_category, true}, {"proxy", read_proxy, false}, {"parts", read_parts, false},
        {"caveat", read_caveat, false}};
    strategic_priority *out = to;
    if (!priorities_is_kind(self, value, YAMLNODE_LIST, "a list of categories that bear evidence (- category: ...)"))
        return;
    out->evidence = arena_take(self->out->memory, yamlnode_count(value) * sizeof *out->evidence);
    for (size_t i = 0; i < yamlnode_count(value); i++) {
        yamlnode node = yamlnode_at(value, i);
        priority_evidence made = {.category = CATEGORY_NONE};
        priorities_read_map(self, node, "evidence (category: ...)", keys, sizeof keys / sizeof keys[0], &made);
        check_parts(self, node, &made);
        if (made.category == CATEGORY_NONE)
            continue;
        for (size_t k = 0; k < out->evidence_count; k++)
            if (out->evidence[k].category == made.category)
                priorities_fault(self, node, "a category bears evidence once: this one stands here twice");
        out->evidence[out->evidence_count++] = made;
    }
}

static void read_indicators(struct priorities_reading *self, yamlnode value, void *to)
{
    strategic_priority *out = to;
    if (!priorities_is_kind(self, value, YAMLNODE_LIST, "a list of names in indicators.csv"))
        return;
    out->indicators = arena_take(self->out->memory, yamlnode_count(value) * sizeof *out->indicators);
    for (size_t i = 0; i < yamlnode_count(value); i++) {
        text *made = &out->indicators[out->indicator_count++];
        *made = (text){"", 0};
        keep_words(self, yamlnode_at(value, i), made);
    }
}

/* --- grounds ------------------------------------------------------------------------------------- */

/* In the file with hyphens. */
static void read_kind(struct priorities_reading *self, yamlnode value, void *to)
{
    text word = yamlnode_text(value);
    char spaced[32];
    text_copy(word, spaced, sizeof spaced);
    for (char *c = spaced; *c != '\0'; c++)
        *c = *c == '-' ? ' ' : *c;
    for (int kind = 0; kind < GROUNDS; kind++)
        if (text_equal(text_of(spaced), text_of(ground_words[kind]))) {
            ((priority_ground *)to)->kind = (ground_kind)kind;
            return;
        }
    priorities_fault(self, value, "'%.*s' is no kind of ground: resident-concern, stakeholder-concern, statutory-duty, "
                                  "partnership-focus or risk-of-harm", TEXT_ARGS(word));
}

static void read_words(struct priorities_reading *self, yamlnode value, void *to)
{
    keep_words(self, value, &((priority_ground *)to)->words);
}

static void read_cited(struct priorities_reading *self, yamlnode value, void *to)
{
    keep_words(self, value, &((priority_ground *)to)->cited);
}

static void read_where(struct priorities_reading *self, yamlnode value, void *to)
{
    priorities_keep_place(self, value, &((priority_ground *)to)->where);
}

static void read_retains(struct priorities_reading *self, yamlnode value, void *to)
{
    keep_flag(self, value, &((priority_ground *)to)->retains);
}

static void read_grounds(struct priorities_reading *self, yamlnode value, void *to)
{
    static const struct priorities_key keys[] = {
        {"kind", read_kind, true}, {"text", read_words, true}, {"source", read_cited, true}, {"area", read_where, false},
        {"retains", read_retains, false}};
    strategic_priority *out = to;
    if (!priorities_is_kind(self, value, YAMLNODE_LIST, "a list of grounds (- kind: ...)"))
        return;
    out->grounds = arena_take(self->out->memory, yamlnode_count(value) * sizeof *out->grounds);
    for (size_t i = 0; i < yamlnode_count(value); i++) {
        priority_ground *made = &out->grounds[out->ground_count++];
        *made = (priority_ground){.retains = true};
        priorities_read_map(self, yamlnode_at(value, i), "a ground (kind, text and source)", keys,
                            sizeof keys / sizeof keys[0], made);
    }
}

/* --- the list ------------------------------------------------------------------------------------ */

static void read_code(struct priorities_reading *self, yamlnode value, void *to)
{
    strategic_priority *out = to;
    keep_words(self, value, &out->code);
    for (size_t i = 0; i < self->out->count; i++)
        if (out->code.size > 0 && text_equal(self->out->each[i].code, out->code))
            priorities_fault(self, value, "the priority '%.*s' stands twice", TEXT_ARGS(out->code));
}

static void read_title(struct priorities_reading *self, yamlnode value, void *to)
{
    keep_words(self, value, &((strategic_priority *)to)->title);
}

static void read_priority(struct priorities_reading *self, yamlnode node, strategic_priority *out)
{
    static const struct priorities_key keys[] = {
        {"priority", read_code, true}, {"title", read_title, true}, {"evidence", read_evidence, false},
        {"indicators", read_indicators, false}, {"grounds", read_grounds, false}};
    size_t before = faults_count(self->found, FAULT_ERROR);
    priorities_read_map(self, node, "a priority (priority, title ...)", keys, sizeof keys / sizeof keys[0], out);
    if (faults_count(self->found, FAULT_ERROR) == before && out->evidence_count == 0 && out->ground_count == 0)
        faults_add(self->found, FAULT_WARNING, "priorities.yaml", yamlnode_line(node),
                   "'%.*s' has neither evidence nor grounds: nothing can be advised on it", TEXT_ARGS(out->code));
}

void priorities_read_list(struct priorities_reading *self, yamlnode value, void *to)
{
    priorities *out = to;
    if (!priorities_is_kind(self, value, YAMLNODE_LIST, "a list of priorities (- priority: ...)"))
        return;
    out->each = arena_take(out->memory, yamlnode_count(value) * sizeof *out->each);
    for (size_t i = 0; i < yamlnode_count(value); i++) {
        strategic_priority made = {0};
        read_priority(self, yamlnode_at(value, i), &made);
        out->each[out->count++] = made;
    }
}
