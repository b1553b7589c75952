#include "subscriptions.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figures/nearest.h"
#include "subscriptions_parts.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* --- what all readers need ------------------------------------------------------------------------ */

__attribute__((format(printf, 4, 0))) static void add(subscription_reading *self, fault_weight weight, yamlnode at,
                                                      const char *format, va_list args)
{
    char words[NOTE_SIZE_MAX];
    (void)vsnprintf(words, sizeof words, format, args);
    faults_add(self->found, weight, self->file, yamlnode_line(at), "%s", words);
}

void subscription_fault(subscription_reading *self, yamlnode at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(self, FAULT_ERROR, at, format, args);
    va_end(args);
}

void subscription_warning(subscription_reading *self, yamlnode at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(self, FAULT_WARNING, at, format, args);
    va_end(args);
}

static void tell_unknown(subscription_reading *self, yamlnode key, const char *what, const subscription_key *keys, size_t count)
{
    char perhaps[NEAREST_WORDS];
    nearest near = nearest_to(yamlnode_text(key));
    for (size_t i = 0; i < count; i++) {
        if (text_is(near.asked, keys[i].name))
            return;
        nearest_offer(&near, text_of(keys[i].name), text_of(keys[i].name));
    }
    if (text_is(near.asked, "password") || text_is(near.asked, "secret"))
        subscription_fault(self, key, "a %.*s does not belong into this file: name a file with %.*s_file, or a variable of the "
                           "environment with %.*s_env", TEXT_ARGS(near.asked), TEXT_ARGS(near.asked), TEXT_ARGS(near.asked));
    else
        subscription_fault(self, key, "%s has no key '%.*s'%s", what, TEXT_ARGS(near.asked), nearest_words(&near, perhaps));
}

bool subscription_keys(subscription_reading *self, yamlnode map, const char *what, const subscription_key *keys, size_t count)
{
    if (yamlnode_kind_of(map) != YAMLNODE_MAP) {
        subscription_fault(self, map, "%s should be a map with keys such as '%s:'", what, keys[0].name);
        return false;
    }
    for (size_t i = 0; i < yamlnode_count(map); i++)
        tell_unknown(self, yamlnode_key(map, i), what, keys, count);
    for (size_t i = 0; i < count; i++) {
        yamlnode value = yamlnode_get(map, keys[i].name);
        if (yamlnode_is(value))
            keys[i].read(self, value);
    }
    return true;
}

static bool is_one_line(text said)
{
    for (size_t i = 0; i < said.size; i++)
        if ((unsigned char)said.at[i] < ' ' || said.at[i] == 0x7f)
            return false;
    return said.size > 0;
}

bool subscription_text(subscription_reading *self, yamlnode node, const char *what, text *out)
{
    text said = text_trim(yamlnode_text(node));
    if (!is_one_line(said)) {
        subscription_fault(self, node, "'%s' should be a text in one line", what);
        return false;
    }
    *out = arena_text(self->to->memory, said);
    return true;
}

static text all_of(arena *memory, const char *const *words, size_t count)
{
    text said = text_of(words[0]);
    for (size_t i = 1; i < count; i++)
        said = arena_print(memory, "%.*s%s%s", TEXT_ARGS(said), i + 1 == count ? " or " : ", ", words[i]);
    return said;
}

bool subscription_choice(subscription_reading *self, yamlnode node, const char *what, const char *const *words, size_t count,
                         size_t *out)
{
    char perhaps[NEAREST_WORDS];
    nearest near = nearest_to(yamlnode_text(node));
    for (size_t i = 0; i < count; i++) {
        if (text_is(near.asked, words[i])) {
            *out = i;
            return true;
        }
        nearest_offer(&near, text_of(words[i]), text_of(words[i]));
    }
    text known = all_of(self->to->memory, words, count);
    subscription_fault(self, node, "%s is '%.*s': write %.*s%s", what, TEXT_ARGS(near.asked), TEXT_ARGS(known),
                       nearest_words(&near, perhaps));
    return false;
}

size_t subscription_list(subscription_reading *self, yamlnode node, const char *what, const char *example)
{
    yamlnode_kind kind = yamlnode_kind_of(node);
    size_t count = kind == YAMLNODE_LIST ? yamlnode_count(node) : kind == YAMLNODE_TEXT && yamlnode_text(node).size > 0;
    if (count >= 1 && count <= SUBSCRIPTION_LIST_MAX)
        return count;
    if (count == 0)
        subscription_fault(self, node, "'%s' should be a list such as [%s]", what, example);
    else
        subscription_fault(self, node, "'%s' has %zu entries, and %d are the most", what, count, SUBSCRIPTION_LIST_MAX);
    return 0;
}

yamlnode subscription_list_at(yamlnode node, size_t index)
{
    return yamlnode_kind_of(node) == YAMLNODE_LIST ? yamlnode_at(node, index) : node;
}

/* --- the file ------------------------------------------------------------------------------------ */

static void read_link(subscription_reading *self, yamlnode node)
{
    text link;
    if (subscription_text(self, node, "link", &link) && url_check(self, node, "link", "https://", "http://", link))
        self->to->link = link;
}

static void tell_if_twice(subscription_reading *self, yamlnode node)
{
    const subscriptions *of = self->to;
    for (size_t i = 0; i + 1 < of->count; i++)
        if (self->one->name.size > 0 && text_equal_caseless(of->each[i].name, self->one->name))
            subscription_fault(self, node, "a subscription with the name '%.*s' stands in line %u already",
                               TEXT_ARGS(self->one->name), of->each[i].line);
}

static void read_list(subscription_reading *self, yamlnode node)
{
    size_t count = yamlnode_count(node);
    if (yamlnode_kind_of(node) != YAMLNODE_LIST && !(yamlnode_kind_of(node) == YAMLNODE_TEXT && yamlnode_text(node).size == 0)) {
        subscription_fault(self, node, "'subscriptions' should be a list: begin each with '- name: ...'");
        return;
    }
    if (count > SUBSCRIPTIONS_MAX) {
        subscription_fault(self, node, "there are %zu subscriptions, and %d are the most", count, SUBSCRIPTIONS_MAX);
        return;
    }
    self->to->each = memory_new(count + 1, sizeof *self->to->each);
    for (size_t i = 0; i < count; i++) {
        self->one = &self->to->each[self->to->count++];
        subscription_read_one(self, yamlnode_at(node, i));
        tell_if_twice(self, yamlnode_at(node, i));
    }
}

static void read_root(subscription_reading *self, yamlnode root)
{
    static const subscription_key keys[] = {
        {"subscriptions", read_list}, {"link", read_link}, {"mail", subscription_read_server},
    };
    if (!subscription_keys(self, root, "the file", keys, COUNT(keys)))
        return;
    if (!yamlnode_is(yamlnode_get(root, "subscriptions")))
        subscription_fault(self, root, "the file has no 'subscriptions': list who is to be told");
    for (size_t i = 0; i < self->to->count; i++)
        if (self->to->each[i].mail.count > 0 && !yamlnode_is(yamlnode_get(root, "mail")))
            faults_add(self->found, FAULT_ERROR, self->file, self->to->each[i].line,
                       "mail is wanted and the file has no 'mail': say {server: smtp://..., from: ...} at its top");
}

subscriptions *subscriptions_create(text yaml, const char *file, const reference *data, secrets_wish wish, faults *found)
{
    char why[256];
    yamldoc *document = NULL;
    subscriptions *made = memory_new(1, sizeof *made);
    subscription_reading self = {.to = made, .data = data, .found = found, .file = file, .wish = wish};
    made->memory = arena_create();
    if (yamldoc_read(yaml, &document, why, sizeof why) == STATUS_OK)
        read_root(&self, yamldoc_root(document));
    else
        faults_add(found, FAULT_ERROR, file, 0, "%s", why);
    yamldoc_destroy(&document);
    return made;
}

static text file_text(const char *path)
{
    FILE *in = fopen(path, "r");
    if (in == NULL)
        return (text){0};
    char *room = memory_new(YAMLDOC_SIZE_MAX, 1);
    size_t size = fread(room, 1, YAMLDOC_SIZE_MAX, in);
    (void)fclose(in);
    return (text){room, size};
}

subscriptions *subscriptions_read(const char *file, const reference *data, secrets_wish wish, faults *found)
{
    text yaml = file_text(file);
    if (yaml.at == NULL) {
        faults_add(found, FAULT_ERROR, file, 0, "can't be read: %s", strerror(errno));
        return NULL;
    }
    subscriptions *made = subscriptions_create(yaml, file, data, wish, found);
    free((void *)(uintptr_t)yaml.at);
    return made;
}

void subscriptions_destroy(subscriptions **self)
{
    if (*self == NULL)
        return;
    arena_destroy(&(*self)->memory);
    free((*self)->each);
    free(*self);
    *self = NULL;
}

const subscription *subscriptions_find(const subscriptions *self, text name)
{
    for (size_t i = 0; i < self->count; i++)
        if (text_equal(self->each[i].name, name))
            return &self->each[i];
    return NULL;
}

text subscription_where(const subscription *self, arena *memory)
{
    if (self->hook.url.size > 0)
        return arena_print(memory, "%s at %.*s", self->hook.shape == WEBHOOK_JSON ? "webhook" : webhook_shape_text(self->hook.shape),
                           TEXT_ARGS(url_host(self->hook.url)));
    if (self->mail.count == 0)
        return text_of("nowhere");
    size_t others = self->mail.count - 1;
    return others == 0 ? arena_print(memory, "mail to %.*s", TEXT_ARGS(self->mail.at[0]))
                       : arena_print(memory, "mail to %.*s and %zu other%s", TEXT_ARGS(self->mail.at[0]), others, others == 1 ? "" : "s");
}
