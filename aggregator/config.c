#include "config.h"

#include <stdio.h>
#include <string.h>

#include "figures/nearest.h"
#include "proto/yamldoc.h"
#include "watchdog_config.h"

struct reading {
    const char *path;
    faults *found;
    config out;
};

#define FAULT(self, at, ...) faults_add((self)->found, FAULT_ERROR, (self)->path, yamlnode_line(at), __VA_ARGS__)

/* --- one function for each key ---------------------------------------------------------------------- */

static bool is_port(text from)
{
    uint64_t port;
    return text_is(from, "*") || (text_to_u64(from, &port) && port > 0 && port <= UINT16_MAX);
}

/* tcp://HOST:PORT, in which HOST may have colons of its own. */
static bool is_endpoint(text from)
{
    static const char scheme[] = "tcp://";
    const size_t head = sizeof scheme - 1;
    size_t colon = from.size;
    while (colon > 0 && from.at[colon - 1] != ':')
        colon--;
    return from.size < ENDPOINT_SIZE_MAX && colon > head + 1 && memcmp(from.at, scheme, head) == 0 &&
           is_port((text){from.at + colon, from.size - colon});
}

static void read_endpoint(struct reading *self, yamlnode value, bool may_be_none, char out[ENDPOINT_SIZE_MAX])
{
    text said = yamlnode_text(value);
    if (is_endpoint(said) || (may_be_none && text_is(said, "none")))
        text_copy(said, out, ENDPOINT_SIZE_MAX);
    else
        FAULT(self, value, "'%.*s' is no endpoint: write tcp://127.0.0.1:7010%s", TEXT_ARGS(said),
              may_be_none ? ", or none" : "");
}

static void read_listen(struct reading *self, yamlnode value)
{
    read_endpoint(self, value, false, self->out.listen);
}

static void read_announce(struct reading *self, yamlnode value)
{
    read_endpoint(self, value, true, self->out.announce);
}

static void read_replay(struct reading *self, yamlnode value)
{
    read_endpoint(self, value, false, self->out.replay);
}

static void read_disk(struct reading *self, yamlnode value)
{
    watchdog_config_disk(self->path, value, &self->out.disk, self->found);
}

static void read_backup(struct reading *self, yamlnode value)
{
    watchdog_config_backup(self->path, value, &self->out.backup, self->found);
}

/* A name that is no whole path is that of a file beside this one. */
static void read_subscriptions(struct reading *self, yamlnode value)
{
    text said = yamlnode_text(value);
    const char *slash = strrchr(self->path, '/');
    int folder = slash != NULL && said.size > 0 && said.at[0] != '/' ? (int)(slash - self->path) + 1 : 0;
    int size = snprintf(self->out.subscriptions, CONFIG_PATH_SIZE, "%.*s%.*s", folder, self->path, TEXT_ARGS(said));
    if (said.size == 0 || size >= CONFIG_PATH_SIZE) {
        self->out.subscriptions[0] = '\0';
        FAULT(self, value, "'subscriptions' should name a file");
    }
}

static const struct key {
    const char *name;
    void (*read)(struct reading *self, yamlnode value);
} keys[] = {
    {"listen", read_listen},
    {"announce", read_announce},
    {"replay", read_replay},
    {"disk", read_disk},
    {"backup", read_backup},
    {"subscriptions", read_subscriptions},
};

enum { KEYS = sizeof keys / sizeof keys[0] };

/* --- the file ---------------------------------------------------------------------------------------- */

static void unknown_key(struct reading *self, yamlnode key)
{
    char words[NEAREST_WORDS];
    nearest like = nearest_to(yamlnode_text(key));
    for (size_t i = 0; i < KEYS; i++)
        nearest_offer(&like, text_of(keys[i].name), text_of(keys[i].name));
    FAULT(self, key, "there is no key '%.*s'%s", TEXT_ARGS(yamlnode_text(key)), nearest_words(&like, words));
}

static void read_keys(struct reading *self, yamlnode root)
{
    if (yamlnode_kind_of(root) != YAMLNODE_MAP) {
        FAULT(self, root, "keys such as 'listen: tcp://127.0.0.1:7010' should stand here");
        return;
    }
    for (size_t i = 0; i < yamlnode_count(root); i++) {
        size_t known = 0;
        while (known < KEYS && !text_is(yamlnode_text(yamlnode_key(root, i)), keys[known].name))
            known++;
        if (known < KEYS)
            keys[known].read(self, yamlnode_at(root, i));
        else
            unknown_key(self, yamlnode_key(root, i));
    }
}

config config_default(void)
{
    return (config){.disk = disk_limits_default(), .backup = backup_plan_default()};
}

status config_read(const char *path, config *out, faults *found)
{
    char why[512];
    yamldoc *document = NULL;
    size_t before = faults_count(found, FAULT_ERROR);
    struct reading self = {.path = path, .found = found, .out = config_default()};
    if (yamldoc_read_file(path, &document, why, sizeof why) != STATUS_OK)
        faults_add(found, FAULT_ERROR, path, 0, "%s", why);
    else
        read_keys(&self, yamldoc_root(document));
    yamldoc_destroy(&document);
    if (faults_count(found, FAULT_ERROR) > before)
        return STATUS_REFUSED;
    *out = self.out;
    return STATUS_OK;
}
