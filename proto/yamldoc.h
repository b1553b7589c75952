/* yamldoc.h - YAML files as a tree of nodes that know their lines: the only door to libyaml.
 *
 * A document, not a stream of events, so that a reader can go on after a fault and tell all of them.
 * Nodes belong to the document. Proved by tests/test_yamldoc.c.
 */
#ifndef TOCSIN_YAMLDOC_H
#define TOCSIN_YAMLDOC_H

#include <stdint.h>

#include "status.h"
#include "text.h"

enum { YAMLDOC_SIZE_MAX = 4 * 1024 * 1024 };

typedef struct yamldoc yamldoc;

typedef enum yamlnode_kind { YAMLNODE_TEXT, YAMLNODE_LIST, YAMLNODE_MAP } yamlnode_kind;

/* A place in a document. */
typedef struct yamlnode {
    const yamldoc *of; /* NULL: no such node */
    int id;
} yamlnode;

/* Reads a text that holds one document, in whose maps no key stands twice.
 *   why    on failure: "line 12: ..." */
status yamldoc_read(text from, yamldoc **out, char *why, size_t why_size);
status yamldoc_read_file(const char *path, yamldoc **out, char *why, size_t why_size);
void yamldoc_destroy(yamldoc **self);

yamlnode yamldoc_root(const yamldoc *self);

bool yamlnode_is(yamlnode self);
yamlnode_kind yamlnode_kind_of(yamlnode self);

/* From 1. */
uint32_t yamlnode_line(yamlnode self);

/* A scalar's characters; empty for anything else. They live as long as the document. */
text yamlnode_text(yamlnode self);

/* Entries of a list or map; 0 for a text. */
size_t yamlnode_count(yamlnode self);

/* The i-th of a list, or the i-th value of a map. */
yamlnode yamlnode_at(yamlnode self, size_t index);

/* The i-th key of a map, as a node, so that it has a line. */
yamlnode yamlnode_key(yamlnode self, size_t index);

/* The value under a key of a map. */
yamlnode yamlnode_get(yamlnode self, const char *key);

#endif
