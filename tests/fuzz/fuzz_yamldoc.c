/* Must hold for all octets: they are refused with words, or are a document whose nodes can be walked, each on a line of the text. */
#include "proto/yamldoc.h"

#include "fuzz.h"

enum { WHY_SIZE = 160, DEPTH_MAX = 6, NODES_MAX = 2000 };

static uint32_t lines_of(text octets)
{
    uint32_t lines = 2; /* what is missing at the end lies behind the last */
    for (size_t i = 0; i < octets.size; i++)
        lines += octets.at[i] == '\n' || octets.at[i] == '\r' || octets.at[i] == '\x85' || octets.at[i] == '\xa8' ||
                 octets.at[i] == '\xa9' || octets.at[i] == '\x28' || octets.at[i] == '\x29'; /* whatever YAML takes for one */
    return lines;
}

/* A node that is named within itself goes on for ever: so far and no further. */
static void walk(yamlnode node, uint32_t lines, int depth, int *left)
{
    if (depth == DEPTH_MAX || --*left < 0)
        return;
    MUST(yamlnode_is(node));
    MUST(yamlnode_line(node) >= 1 && yamlnode_line(node) <= lines);
    bool map = yamlnode_kind_of(node) == YAMLNODE_MAP;
    for (size_t i = 0; i < yamlnode_count(node); i++) {
        if (map)
            walk(yamlnode_key(node, i), lines, depth + 1, left);
        walk(yamlnode_at(node, i), lines, depth + 1, left);
    }
    if (yamlnode_kind_of(node) == YAMLNODE_TEXT)
        MUST(yamlnode_count(node) == 0);
    else
        MUST(yamlnode_text(node).size == 0);
    MUST(map || !yamlnode_is(yamlnode_get(node, "seed")));
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    char why[WHY_SIZE] = "";
    yamldoc *made = NULL;
    int left = NODES_MAX;
    text from = {(const char *)octets, size};
    if (yamldoc_read(from, &made, why, sizeof why) != STATUS_OK) {
        MUST(made == NULL && why[0] != '\0');
        return 0;
    }
    walk(yamldoc_root(made), lines_of(from), 0, &left);
    yamldoc_destroy(&made);
    return 0;
}
