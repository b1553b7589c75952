#include "network.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    QUEUE_MAX = 1000,   /* messages, as the sockets' high-water marks */
    QUEUE_SANE = 200,   /* no more than this ever waits: the credit, Hellos, heartbeats of a minute */
    STRANGER = 1000,    /* in place of a collector's number */
    NEVER_NOTICED_MS = 3600 * 1000,
};

struct packet {
    int64_t due_ms;
    char *octets;
    size_t size;
};

struct queue {
    struct packet *each;
    size_t count, capacity;
};

/* One connection, from one peer name to the next. */
struct line {
    uint32_t number;     /* the peer's name */
    size_t collector;
    bool gone;           /* the collector's end: what is on its way up still comes */
    int64_t noticed_ms;  /* when the aggregator's socket knows that; INT64_MAX: the line is whole */
    int64_t stalled_ms;  /* nothing gets through until then */
    struct queue up, down;
};

struct network {
    struct line **lines;
    size_t count, capacity;
    uint32_t numbered;
    char *overheard;
    size_t overheard_size;
    network_weather weather;
    chance *by;
    trace *said;
};

network *network_create(chance *by, trace *said)
{
    network *self = memory_new(1, sizeof *self);
    self->by = by;
    self->said = said;
    return self;
}

void network_set_weather(network *self, network_weather weather)
{
    self->weather = weather;
}

/* --- queues ------------------------------------------------------------------------------------ */

static void push(struct queue *to, struct packet p)
{
    if (to->count > 0 && to->each[to->count - 1].due_ms > p.due_ms)
        p.due_ms = to->each[to->count - 1].due_ms; /* none overtakes another */
    to->each = memory_room(to->each, to->count, &to->capacity, sizeof p);
    to->each[to->count++] = p;
}

static struct packet pop(struct queue *from)
{
    struct packet first = from->each[0];
    memmove(from->each, from->each + 1, --from->count * sizeof first);
    return first;
}

static void cut(struct queue *of, size_t left)
{
    while (of->count > left)
        free(of->each[--of->count].octets);
}

static void empty(struct queue *of)
{
    cut(of, 0);
    free(of->each);
    *of = (struct queue){0};
}

static void put(network *self, struct queue *to, text octets, int64_t now_ms)
{
    bool twice = chance_below(self->by, 1000) < self->weather.twice;
    for (int i = 0; i < (twice ? 2 : 1); i++) {
        struct packet p = {.due_ms = now_ms + 1, .octets = memory_new(1, octets.size + 1), .size = octets.size};
        if (self->weather.latency_ms > 0)
            p.due_ms += chance_below(self->by, self->weather.latency_ms);
        memcpy(p.octets, octets.at, octets.size);
        push(to, p);
    }
    if (to->count > QUEUE_SANE)
        trace_fault(self->said, "%zu messages wait on one connection", to->count);
}

/* --- lines ------------------------------------------------------------------------------------- */

static void free_line(network *self, size_t index)
{
    empty(&self->lines[index]->up);
    empty(&self->lines[index]->down);
    free(self->lines[index]);
    self->lines[index] = self->lines[--self->count];
}

void network_destroy(network **self)
{
    if (*self == NULL)
        return;
    while ((*self)->count > 0)
        free_line(*self, (*self)->count - 1);
    free((*self)->lines);
    free((*self)->overheard);
    free(*self);
    *self = NULL;
}

static struct line *line_of(const network *self, size_t collector)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->lines[i]->collector == collector && !self->lines[i]->gone)
            return self->lines[i];
    return NULL;
}

static struct line *new_line(network *self, size_t collector)
{
    struct line *made = memory_new(1, sizeof *made);
    made->number = ++self->numbered;
    made->collector = collector;
    made->noticed_ms = INT64_MAX;
    self->lines = memory_room(self->lines, self->count, &self->capacity, sizeof *self->lines);
    self->lines[self->count++] = made;
    return made;
}

/* The collector's end is gone. Of what it sent some still comes. */
static void leave(network *self, struct line *l, int64_t now_ms)
{
    static const int64_t waits_ms[] = {0, 0, 20, 3000, NEVER_NOTICED_MS};
    l->gone = true;
    l->noticed_ms = now_ms + waits_ms[chance_below(self->by, sizeof waits_ms / sizeof *waits_ms)];
    cut(&l->up, chance_below(self->by, (uint32_t)l->up.count + 1));
    empty(&l->down);
    trace_say(self->said, "peer %u of collector %zu is gone; %zu of its messages still come", l->number, l->collector,
              l->up.count);
}

void network_hang_up(network *self, size_t collector, int64_t now_ms)
{
    struct line *l = line_of(self, collector);
    if (l != NULL)
        leave(self, l, now_ms);
}

void network_dial(network *self, size_t collector, int64_t now_ms)
{
    network_hang_up(self, collector, now_ms);
    trace_say(self->said, "collector %zu dials as peer %u", collector, new_line(self, collector)->number);
}

void network_break(network *self, size_t collector, int64_t now_ms)
{
    struct line *old = line_of(self, collector);
    if (old == NULL)
        return;
    struct line *made = new_line(self, collector);
    size_t arrived = chance_below(self->by, (uint32_t)old->up.count + 1);
    size_t lost = chance_below(self->by, (uint32_t)(old->up.count - arrived) + 1);
    trace_say(self->said, "the connection of collector %zu breaks: %zu messages lost; it is peer %u now", collector, lost,
              made->number);
    for (size_t i = arrived; i < old->up.count; i++)
        if (i < arrived + lost)
            free(old->up.each[i].octets);
        else
            push(&made->up, (struct packet){now_ms + 1, old->up.each[i].octets, old->up.each[i].size});
    old->up.count = arrived;
    /* What had reached the collector's socket is still read from it. */
    cut(&old->down, chance_below(self->by, (uint32_t)old->down.count + 1));
    made->down = old->down;
    old->down = (struct queue){0};
    leave(self, old, now_ms);
    old->stalled_ms = 0;
}

void network_break_all(network *self, int64_t now_ms)
{
    for (size_t i = self->count; i > 0; i--)
        if (self->lines[i - 1]->gone || self->lines[i - 1]->collector == STRANGER)
            free_line(self, i - 1);
    for (size_t i = self->count; i > 0; i--) {
        struct line *old = self->lines[i - 1];
        network_break(self, old->collector, now_ms);
        free_line(self, i - 1); /* and with it what would still have come: nobody is there */
    }
}

void network_stall(network *self, size_t collector, int64_t until_ms)
{
    struct line *l = line_of(self, collector);
    if (l != NULL)
        l->stalled_ms = until_ms;
}

void network_heal(network *self)
{
    self->weather = (network_weather){.latency_ms = 5};
    for (size_t i = 0; i < self->count; i++)
        self->lines[i]->stalled_ms = 0;
}

/* Lines that nothing can come from any more. */
static void sweep(network *self, int64_t now_ms)
{
    for (size_t i = self->count; i > 0; i--)
        if (self->lines[i - 1]->gone && self->lines[i - 1]->up.count == 0 && self->lines[i - 1]->noticed_ms <= now_ms)
            free_line(self, i - 1);
}

/* --- messages ---------------------------------------------------------------------------------- */

static void name_peer(const struct line *l, peer *out)
{
    *out = (peer){.size = 5};
    out->id[0] = l->collector == STRANGER;
    for (int i = 0; i < 4; i++)
        out->id[1 + i] = (unsigned char)(l->number >> (24 - 8 * i));
}

bool network_is_strange(const peer *from)
{
    return from->id[0] != 0;
}

status network_send_up(network *self, size_t collector, text octets, int64_t now_ms)
{
    struct line *l = line_of(self, collector);
    if (l == NULL || l->up.count >= QUEUE_MAX || chance_below(self->by, 1000) < self->weather.full)
        return STATUS_AGAIN;
    put(self, &l->up, octets, now_ms);
    self->overheard = memory_grow(self->overheard, octets.size + 1, 1);
    self->overheard_size = octets.size;
    memcpy(self->overheard, octets.at, octets.size);
    return STATUS_OK;
}

text network_overheard(const network *self)
{
    return (text){self->overheard, self->overheard_size};
}

void network_send_strange(network *self, text octets, int64_t now_ms)
{
    struct line *l = line_of(self, STRANGER);
    if (l == NULL)
        l = new_line(self, STRANGER);
    empty(&l->down);
    if (l->up.count < QUEUE_MAX)
        put(self, &l->up, octets, now_ms);
}

static struct line *line_to(const network *self, const peer *to)
{
    for (size_t i = 0; i < self->count; i++) {
        peer named;
        name_peer(self->lines[i], &named);
        if (memcmp(named.id, to->id, named.size) == 0)
            return self->lines[i];
    }
    return NULL;
}

bool network_is_reachable(const network *self, const peer *to, int64_t now_ms)
{
    const struct line *l = line_to(self, to);
    return l != NULL && l->noticed_ms > now_ms;
}

status network_send_down(network *self, const peer *to, text octets, int64_t now_ms)
{
    struct line *l = line_to(self, to);
    if (!network_is_reachable(self, to, now_ms))
        return STATUS_NOT_FOUND;
    if (l->down.count >= QUEUE_MAX)
        return STATUS_AGAIN;
    if (!l->gone)
        put(self, &l->down, octets, now_ms);
    return STATUS_OK;
}

static bool is_due(const struct line *l, const struct queue *q, int64_t now_ms)
{
    return q->count > 0 && q->each[0].due_ms <= now_ms && l->stalled_ms <= now_ms;
}

bool network_take_up(network *self, int64_t now_ms, peer *from, text *octets)
{
    sweep(self, now_ms);
    size_t first = self->count > 0 ? chance_below(self->by, (uint32_t)self->count) : 0;
    for (size_t i = 0; i < self->count; i++) {
        struct line *l = self->lines[(first + i) % self->count];
        if (!is_due(l, &l->up, now_ms))
            continue;
        struct packet p = pop(&l->up);
        name_peer(l, from);
        *octets = (text){p.octets, p.size};
        return true;
    }
    return false;
}

bool network_take_down(network *self, size_t collector, int64_t now_ms, text *octets)
{
    struct line *l = line_of(self, collector);
    if (l == NULL || !is_due(l, &l->down, now_ms))
        return false;
    struct packet p = pop(&l->down);
    *octets = (text){p.octets, p.size};
    return true;
}

int64_t network_next_ms(const network *self)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < self->count; i++) {
        const struct line *l = self->lines[i];
        const struct queue *const queues[] = {&l->up, &l->down};
        for (int k = 0; k < 2; k++) {
            if (queues[k]->count == 0 || l->collector == STRANGER)
                continue;
            int64_t due = queues[k]->each[0].due_ms > l->stalled_ms ? queues[k]->each[0].due_ms : l->stalled_ms;
            next = due < next ? due : next;
        }
    }
    return next;
}
