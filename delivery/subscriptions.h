/* subscriptions.h - who wants to be told what, when and how: the subscriptions file, understood.
 *
 * docs/alerts.md describes the file. Reading goes on after a fault, so that one run tells all of them by file and line.
 * Secrets come from files or the environment; they are in memory only, and in no message. Proved by
 * tests/test_subscriptions.c and tests/test_subscriptions_faults.c.
 */
#ifndef TOCSIN_SUBSCRIPTIONS_H
#define TOCSIN_SUBSCRIPTIONS_H

#include "figures/reference.h"
#include "hours.h"
#include "proto/alert_event.h"

enum {
    SUBSCRIPTIONS_MAX = 256,
    SUBSCRIPTION_NAME_MAX = 64,
    ADDRESSES_MAX = 50,
    ADDRESS_SIZE_MAX = 254,
    SECRET_SIZE_MAX = 4096,
};

typedef enum mail_tls {
    MAIL_TLS_REQUIRED,
    MAIL_TLS_TRY,  /* where the server offers it */
    MAIL_TLS_NONE,
    MAIL_TLS_WAYS
} mail_tls;

typedef struct mail_server {
    text url;             /* "smtp://mail.example:587" */
    text from;            /* address */
    text user, password;  /* empty: none is asked for */
    mail_tls tls;
    text ca_file;         /* path; empty: whom the machine trusts */
} mail_server;

typedef enum webhook_shape { WEBHOOK_JSON, WEBHOOK_SLACK, WEBHOOK_TEAMS, WEBHOOK_SHAPES } webhook_shape;

/* "json", "slack", "teams". */
const char *webhook_shape_text(webhook_shape shape);

typedef struct webhook {
    text url;     /* a secret: who knows it may post. Empty: it is a mail */
    webhook_shape shape;
    text secret;  /* what bodies are signed with; empty: they are not */
    text ca_file; /* path; empty: whom the machine trusts */
} webhook;

typedef enum delivery_when { DELIVERY_AT_ONCE, DELIVERY_DAILY, DELIVERY_WEEKLY, DELIVERY_WHENS } delivery_when;

/* "at-once", "daily", "weekly". */
const char *delivery_when_text(delivery_when when);

typedef struct subscription {
    uint32_t line;
    text name;            /* unique; a file's name, whatever the case */
    text_list mail;       /* addresses; none: a webhook */
    webhook hook;
    event_filter filter;
    delivery_when when;
    due_time due;         /* of a digest */
    hour_span quiet;      /* of one at once; no days: none */
    alert_level override; /* what pages at this level breaks the quiet; LEVELS: nothing does */
    bool all_is_well;     /* a digest that says so when nothing happened */
} subscription;

typedef struct subscriptions {
    text link;            /* the dashboard's address; empty: none */
    mail_server mail;     /* url empty: none */
    subscription *each;
    size_t count;
    arena *memory;
} subscriptions;

/* Secrets that can't be had are faults where they are needed; who only checks a file may stand in another environment. */
typedef enum secrets_wish { SECRETS_NEEDED, SECRETS_CHECKED } secrets_wish;

/* What the file says; with errors in `found` it may only be looked at.
 *   file     as the user named it; files that it names without a leading slash lie beside it
 *   data     areas and categories to look names up in */
subscriptions *subscriptions_create(text yaml, const char *file, const reference *data, secrets_wish wish, faults *found);

/* The same, from the file itself; NULL: it can't be read, which `found` tells. */
subscriptions *subscriptions_read(const char *file, const reference *data, secrets_wish wish, faults *found);

void subscriptions_destroy(subscriptions **self);

/* NULL: there is none of that name. */
const subscription *subscriptions_find(const subscriptions *self, text name);

/* Is it a name that a subscription may have: letters, digits, '-', '_' and '.', the first a letter or digit? */
bool subscription_name_is_good(text name);

/* Where it goes, in words without a secret: "mail to ann@example.org and 2 others", "slack at hooks.example". */
text subscription_where(const subscription *self, arena *memory);

#endif
