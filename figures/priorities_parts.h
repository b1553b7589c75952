/* priorities_parts.h - what the files that read priorities.yaml share. For them only. */
#ifndef TOCSIN_PRIORITIES_PARTS_H
#define TOCSIN_PRIORITIES_PARTS_H

#include "priorities.h"
#include "proto/yamldoc.h"

struct priorities {
    int baseline;
    text partnership;
    advice_rules rules;
    strategic_priority *each;
    size_t count;
    arena *memory;
};

/* A reading under way. */
struct priorities_reading {
    priorities *out;
    const geography *areas;
    const groups *groups;
    const offence_tree *categories;
    faults *found;
};

/* A key of a map, and what reads its value into `to`. */
struct priorities_key {
    const char *name;
    void (*read)(struct priorities_reading *self, yamlnode value, void *to);
    bool required;
};

/* Reads a map by its keys, in the file's order.
 *   what   "a priority (priority, title ...)" */
void priorities_read_map(struct priorities_reading *self, yamlnode from, const char *what,
                         const struct priorities_key *keys, size_t count, void *to);

/* Is the node of this kind? If not, that is a fault. */
bool priorities_is_kind(struct priorities_reading *self, yamlnode node, yamlnode_kind kind, const char *what);

__attribute__((format(printf, 3, 4))) void priorities_fault(struct priorities_reading *self, yamlnode at,
                                                            const char *format, ...);

/* The code of an area or group, kept. */
void priorities_keep_place(struct priorities_reading *self, yamlnode node, text *out);

/* The list under `priorities`. */
void priorities_read_list(struct priorities_reading *self, yamlnode value, void *to);

#endif
