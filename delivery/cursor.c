#include "cursor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kinds_in_words[DELIVERY_KINDS] = {"", "events", "digest"};

const char *delivery_kind_text(delivery_kind kind)
{
    return kinds_in_words[kind];
}

void cursor_begin(delivery_cursor *self, const event_lineage *list, uint64_t newest, int64_t now_s)
{
    *self = (delivery_cursor){.active = true, .through = newest, .begun_s = now_s, .digest_s = now_s};
    memcpy(self->lineage, list->name, sizeof self->lineage);
}

void cursor_free(delivery_cursor *self)
{
    free(self->dead);
    self->dead = NULL;
    self->dead_count = 0;
}

/* --- another list ----------------------------------------------------------------------------------- */

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What it tells from the old list is told again from the new one: only what both share is left of it. */
static bool is_left(delivery_message *letter, const event_lineage *list)
{
    letter->upto = lesser(letter->upto, list->since);
    memcpy(letter->lineage, list->name, sizeof letter->lineage);
    return letter->after < letter->upto;
}

static void clip_dead(delivery_cursor *self, const event_lineage *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->dead_count; i++)
        if (is_left(&self->dead[i], list))
            self->dead[kept++] = self->dead[i];
    self->dead_count = kept;
}

bool cursor_follow(delivery_cursor *self, const event_lineage *list)
{
    if (strcmp(self->lineage, list->name) == 0)
        return false;
    if (self->now.kind != DELIVERY_NOTHING && !is_left(&self->now, list))
        self->now = (delivery_message){0};
    clip_dead(self, list);
    self->through = lesser(self->through, list->since);
    memcpy(self->lineage, list->name, sizeof self->lineage);
    return true;
}

/* --- sending ------------------------------------------------------------------------------------------ */

void cursor_take(delivery_cursor *self, const delivery_message *what, int64_t now_s)
{
    self->now = *what;
    memcpy(self->now.lineage, self->lineage, sizeof self->lineage);
    self->now.made_s = now_s;
    self->now.next_s = now_s;
}

static void forget_dead(delivery_cursor *self, size_t index)
{
    self->dead_count--;
    memmove(&self->dead[index], &self->dead[index + 1], (self->dead_count - index) * sizeof *self->dead);
}

bool cursor_take_dead(delivery_cursor *self, int64_t now_s)
{
    for (size_t i = 0; i < self->dead_count; i++)
        if (self->dead[i].again) {
            self->now = self->dead[i];
            self->now.again = false;
            self->now.attempts = 0;
            self->now.failing_s = 0;
            self->now.next_s = now_s;
            forget_dead(self, i);
            return true;
        }
    return false;
}

/* It is behind us, arrived or not. */
static void settle(delivery_cursor *self)
{
    if (self->now.upto > self->through)
        self->through = self->now.upto;
    if (self->now.kind == DELIVERY_DIGEST && self->now.settles && self->now.due_s > self->digest_s)
        self->digest_s = self->now.due_s;
    self->told = self->told || self->now.kind == DELIVERY_DIGEST;
    self->now = (delivery_message){0};
}

void cursor_sent(delivery_cursor *self, int64_t now_s)
{
    self->sent_s = now_s;
    self->sent++;
    settle(self);
}

void cursor_drop(delivery_cursor *self)
{
    settle(self);
}

static void give_up(delivery_cursor *self)
{
    if (self->dead == NULL)
        self->dead = memory_new(DEAD_LETTERS_MAX, sizeof *self->dead);
    if (self->dead_count == DEAD_LETTERS_MAX) {
        forget_dead(self, 0);
        self->dead_lost++;
    }
    self->dead[self->dead_count++] = self->now;
    settle(self);
}

static void note_failure(delivery_cursor *self, const char *why, int64_t now_s)
{
    self->now.attempts++;
    if (self->now.failing_s == 0)
        self->now.failing_s = now_s;
    (void)snprintf(self->now.why, sizeof self->now.why, "%s", why);
    text_mend(self->now.why);
}

void cursor_failed(delivery_cursor *self, const char *why, int64_t now_s, double draw)
{
    note_failure(self, why, now_s);
    self->now.next_s = now_s + retry_delay_s(self->now.attempts, draw);
    if (now_s - self->now.failing_s >= RETRY_FOR_S)
        give_up(self);
}

void cursor_refused(delivery_cursor *self, const char *why, int64_t now_s)
{
    note_failure(self, why, now_s);
    give_up(self);
}

void cursor_pass(delivery_cursor *self, uint64_t through, int64_t digest_s)
{
    if (through > self->through)
        self->through = through;
    if (digest_s > self->digest_s)
        self->digest_s = digest_s;
}

size_t cursor_retry(delivery_cursor *self)
{
    for (size_t i = 0; i < self->dead_count; i++)
        self->dead[i].again = true;
    return self->dead_count;
}

int64_t retry_delay_s(uint32_t attempts, double draw)
{
    int64_t delay_s = RETRY_FIRST_S;
    for (uint32_t i = 1; i < attempts && delay_s < RETRY_MAX_S; i++)
        delay_s *= 2;
    if (delay_s > RETRY_MAX_S)
        delay_s = RETRY_MAX_S;
    return (int64_t)((double)delay_s * (0.8 + 0.4 * draw) + 0.5);
}

void delivery_key(const delivery_message *of, text name, char out[DELIVERY_KEY_SIZE])
{
    if (of->kind == DELIVERY_DIGEST)
        (void)snprintf(out, DELIVERY_KEY_SIZE, "%s-%.*s-digest-%lld-%llu", of->lineage, TEXT_ARGS(name), (long long)of->due_s,
                       (unsigned long long)of->after);
    else
        (void)snprintf(out, DELIVERY_KEY_SIZE, "%s-%.*s-%llu-%llu", of->lineage, TEXT_ARGS(name),
                       (unsigned long long)of->after + 1, (unsigned long long)of->upto);
}
