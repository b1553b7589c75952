/* subscriptions_parts.h - what the files that read subscriptions share. For them only. */
#ifndef TOCSIN_SUBSCRIPTIONS_PARTS_H
#define TOCSIN_SUBSCRIPTIONS_PARTS_H

#include "proto/yamldoc.h"
#include "subscriptions.h"

enum { SUBSCRIPTION_LIST_MAX = 256 };

typedef struct subscription_reading {
    subscriptions *to;
    const reference *data;
    faults *found;
    const char *file;
    secrets_wish wish;
    subscription *one;  /* that is being read */
} subscription_reading;

/* A key of a map, and who reads its value. */
typedef struct subscription_key {
    const char *name;
    void (*read)(subscription_reading *self, yamlnode node);
} subscription_key;

__attribute__((format(printf, 3, 4))) void subscription_fault(subscription_reading *self, yamlnode at, const char *format, ...);
__attribute__((format(printf, 3, 4))) void subscription_warning(subscription_reading *self, yamlnode at, const char *format, ...);

/* Reads the keys of a map that are there; tells those that nobody reads. False: it is no map, which was told. */
bool subscription_keys(subscription_reading *self, yamlnode map, const char *what, const subscription_key *keys, size_t count);

/* A text in one line, kept; false when it is none, which was told. */
bool subscription_text(subscription_reading *self, yamlnode node, const char *what, text *out);

/* One of some words, by its place among them. */
bool subscription_choice(subscription_reading *self, yamlnode node, const char *what, const char *const *words, size_t count,
                         size_t *out);

/* A list, or one text in place of a list of one. Nought: it can't be read, which was told. */
size_t subscription_list(subscription_reading *self, yamlnode node, const char *what, const char *example);
yamlnode subscription_list_at(yamlnode node, size_t index);

/* The text of a file, or of a variable of the environment; empty when it can't be had, which was told. */
text secret_of_file(subscription_reading *self, yamlnode node, const char *what);
text secret_of_variable(subscription_reading *self, yamlnode node, const char *what);

/* "http://..." or one of two other beginnings, with a host, without a user in it. The fault does not repeat it.
 *   secure, plain   the beginnings */
bool url_check(subscription_reading *self, yamlnode node, const char *what, const char *secure, const char *plain, text url);

/* host[:port] of a URL, and whether that is this machine. */
text url_host(text url);
bool url_is_loopback(text url);

/* The keys `mail:` of the file, and those of a subscription. */
void subscription_read_server(subscription_reading *self, yamlnode node);
void subscription_read_hook(subscription_reading *self, yamlnode node);
void subscription_read_addresses(subscription_reading *self, yamlnode node);
bool address_check(subscription_reading *self, yamlnode node, text address);
void subscription_read_one(subscription_reading *self, yamlnode node);

/* areas and categories, for the filter. */
void subscription_read_areas(subscription_reading *self, yamlnode node);
void subscription_read_categories(subscription_reading *self, yamlnode node);

#endif
