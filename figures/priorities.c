#include "priorities.h"

#include <stdlib.h>

#include "proto/calendar.h"
#include "proto/yamldoc.h"

static const char *const file = "priorities.yaml";

struct priorities {
    int baseline;
};

int priorities_baseline(const priorities *self)
{
    return self->baseline;
}

static void read_baseline(priorities *self, yamlnode node, faults *found)
{
    if (!financial_year_read(yamlnode_text(node), &self->baseline))
        faults_add(found, FAULT_ERROR, file, yamlnode_line(node), "the baseline '%.*s' is no financial year (2022-23)",
                   TEXT_ARGS(yamlnode_text(node)));
}

static void read_root(priorities *self, yamlnode root, faults *found)
{
    if (yamlnode_kind_of(root) != YAMLNODE_MAP) {
        faults_add(found, FAULT_ERROR, file, yamlnode_line(root), "should hold keys such as 'baseline: 2022-23'");
        return;
    }
    for (size_t i = 0; i < yamlnode_count(root); i++) {
        yamlnode key = yamlnode_key(root, i);
        if (text_is(yamlnode_text(key), "baseline"))
            read_baseline(self, yamlnode_at(root, i), found);
        else if (!text_is(yamlnode_text(key), "rules") && !text_is(yamlnode_text(key), "priorities"))
            faults_add(found, FAULT_ERROR, file, yamlnode_line(key), "there is no key '%.*s'",
                       TEXT_ARGS(yamlnode_text(key)));
    }
}

priorities *priorities_create(text yaml, faults *found)
{
    char why[256];
    yamldoc *document = NULL;
    priorities *self = memory_new(1, sizeof *self);
    if (yaml.size == 0)
        return self;
    if (yamldoc_read(yaml, &document, why, sizeof why) != STATUS_OK)
        faults_add(found, FAULT_ERROR, file, 0, "%s", why);
    else
        read_root(self, yamldoc_root(document), found);
    yamldoc_destroy(&document);
    return self;
}

void priorities_destroy(priorities **self)
{
    free(*self);
    *self = NULL;
}
