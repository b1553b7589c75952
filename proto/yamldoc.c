#include "yamldoc.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "map.h"
#include "memory.h"

struct yamldoc {
    yaml_document_t document;
};

static yaml_node_t *node_of(yamlnode self)
{
    assert(self.of != NULL);
    return yaml_document_get_node((yaml_document_t *)(uintptr_t)&self.of->document, self.id);
}

/* What reads the octets knows only how many there were. */
static size_t fault_line(const yaml_parser_t *parser, text from)
{
    if (parser->error != YAML_READER_ERROR)
        return parser->problem_mark.line + 1;
    size_t line = 1;
    for (size_t i = 0; i < from.size && i < parser->problem_offset; i++)
        line += from.at[i] == '\n';
    return line;
}

static status say_fault(const yaml_parser_t *parser, text from, char *why, size_t why_size)
{
    (void)snprintf(why, why_size, "line %zu: %s%s%s", fault_line(parser, from),
                   parser->problem != NULL ? parser->problem : "no YAML", parser->context != NULL ? ", " : "",
                   parser->context != NULL ? parser->context : "");
    return STATUS_MALFORMED;
}

/* A key of the map that stands before it too. */
static bool find_twice(yamlnode in, yamlnode *key)
{
    uint32_t ignored;
    bool found = false;
    map *before = map_create();
    for (size_t i = 0; i < yamlnode_count(in) && !found; i++) {
        *key = yamlnode_key(in, i);
        if (yamlnode_kind_of(*key) != YAMLNODE_TEXT)
            continue;
        found = map_find(before, yamlnode_text(*key), &ignored);
        map_put(before, yamlnode_text(*key), 0);
    }
    map_destroy(&before);
    return found;
}

/* libyaml takes a key twice, and a reader of ours would see one of the two. */
static status check_keys(const yamldoc *self, char *why, size_t why_size)
{
    int count = (int)(self->document.nodes.top - self->document.nodes.start);
    yamlnode key;
    for (int id = 1; id <= count; id++) {
        yamlnode each = {self, id};
        if (yamlnode_kind_of(each) != YAMLNODE_MAP || !find_twice(each, &key))
            continue;
        text name = yamlnode_text(key);
        (void)snprintf(why, why_size, "line %u: the key '%.*s' stands twice", yamlnode_line(key),
                       (int)(name.size < 80 ? name.size : 80), name.at);
        return STATUS_MALFORMED;
    }
    return STATUS_OK;
}

/* Nothing may follow the document that nobody would read. */
static status check_end(yaml_parser_t *parser, text from, char *why, size_t why_size)
{
    yaml_document_t more;
    if (yaml_parser_load(parser, &more) != 1)
        return say_fault(parser, from, why, why_size);
    bool second = yaml_document_get_root_node(&more) != NULL;
    if (second)
        (void)snprintf(why, why_size, "line %zu: a second document begins here, and only one is read",
                       more.start_mark.line + 1);
    yaml_document_delete(&more);
    return second ? STATUS_MALFORMED : STATUS_OK;
}

static status load(yamldoc *self, yaml_parser_t *parser, text from, char *why, size_t why_size)
{
    if (yaml_parser_load(parser, &self->document) != 1)
        return say_fault(parser, from, why, why_size);
    if (yaml_document_get_root_node(&self->document) == NULL) {
        (void)snprintf(why, why_size, "is empty");
        return STATUS_MALFORMED;
    }
    status st = check_keys(self, why, why_size);
    return st == STATUS_OK ? check_end(parser, from, why, why_size) : st;
}

status yamldoc_read(text from, yamldoc **out, char *why, size_t why_size)
{
    yaml_parser_t parser;
    if (from.size > YAMLDOC_SIZE_MAX) {
        (void)snprintf(why, why_size, "is over 4 MiB");
        return STATUS_TOO_LARGE;
    }
    yamldoc *self = memory_new(1, sizeof *self);
    if (!yaml_parser_initialize(&parser))
        abort();
    yaml_parser_set_input_string(&parser, (const unsigned char *)(from.size > 0 ? from.at : ""), from.size);
    status st = load(self, &parser, from, why, why_size);
    yaml_parser_delete(&parser);
    if (st == STATUS_OK)
        *out = self;
    else
        yamldoc_destroy(&self);
    if (st != STATUS_OK)
        text_mend(why);
    return st;
}

status yamldoc_read_file(const char *path, yamldoc **out, char *why, size_t why_size)
{
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        (void)snprintf(why, why_size, "%s", strerror(errno));
        return STATUS_NOT_FOUND;
    }
    char *octets = memory_new(YAMLDOC_SIZE_MAX + 1, 1);
    size_t size = fread(octets, 1, YAMLDOC_SIZE_MAX + 1, in);
    status st = ferror(in) ? STATUS_IO : STATUS_OK;
    if (st != STATUS_OK)
        (void)snprintf(why, why_size, "%s", strerror(errno));
    (void)fclose(in);
    if (st == STATUS_OK)
        st = yamldoc_read((text){octets, size}, out, why, why_size);
    free(octets);
    return st;
}

void yamldoc_destroy(yamldoc **self)
{
    if (*self == NULL)
        return;
    yaml_document_delete(&(*self)->document);
    free(*self);
    *self = NULL;
}

yamlnode yamldoc_root(const yamldoc *self)
{
    return (yamlnode){self, 1};
}

bool yamlnode_is(yamlnode self)
{
    return self.of != NULL;
}

yamlnode_kind yamlnode_kind_of(yamlnode self)
{
    switch (node_of(self)->type) {
    case YAML_SEQUENCE_NODE: return YAMLNODE_LIST;
    case YAML_MAPPING_NODE: return YAMLNODE_MAP;
    case YAML_SCALAR_NODE:
    case YAML_NO_NODE: break;
    }
    return YAMLNODE_TEXT;
}

uint32_t yamlnode_line(yamlnode self)
{
    return (uint32_t)node_of(self)->start_mark.line + 1;
}

text yamlnode_text(yamlnode self)
{
    const yaml_node_t *node = node_of(self);
    if (node->type != YAML_SCALAR_NODE)
        return (text){"", 0};
    return (text){(const char *)node->data.scalar.value, node->data.scalar.length};
}

size_t yamlnode_count(yamlnode self)
{
    const yaml_node_t *node = node_of(self);
    if (node->type == YAML_SEQUENCE_NODE)
        return (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (node->type == YAML_MAPPING_NODE)
        return (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
    return 0;
}

yamlnode yamlnode_at(yamlnode self, size_t index)
{
    const yaml_node_t *node = node_of(self);
    assert(index < yamlnode_count(self));
    if (node->type == YAML_SEQUENCE_NODE)
        return (yamlnode){self.of, node->data.sequence.items.start[index]};
    return (yamlnode){self.of, node->data.mapping.pairs.start[index].value};
}

yamlnode yamlnode_key(yamlnode self, size_t index)
{
    const yaml_node_t *node = node_of(self);
    assert(node->type == YAML_MAPPING_NODE && index < yamlnode_count(self));
    return (yamlnode){self.of, node->data.mapping.pairs.start[index].key};
}

yamlnode yamlnode_get(yamlnode self, const char *key)
{
    if (self.of == NULL || yamlnode_kind_of(self) != YAMLNODE_MAP)
        return (yamlnode){NULL, 0};
    for (size_t i = 0; i < yamlnode_count(self); i++)
        if (text_is(yamlnode_text(yamlnode_key(self, i)), key))
            return yamlnode_at(self, i);
    return (yamlnode){NULL, 0};
}
