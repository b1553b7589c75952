#include "announcer.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "alerting/event_list.h"
#include "proto/fault_point.h"
#include "proto/log.h"
#include "proto/wire_announce.h"

enum {
    BEAT_MS = BEAT_S * 1000,
    PUBLISHED_AT_ONCE_MAX = 256, /* events before questions are looked at */
    ANSWERED_AT_ONCE_MAX = 8,    /* questions before new events are looked at */
    REFUSED_RETRY_S = 5,
    TOPIC_SIZE_MAX = 256,
};

struct announcer {
    link_socket *publisher;
    link_socket *answering;
    event_list *list;
    event_lineage lineage;
    uint64_t through;      /* everything up to this number is published, or older than this process */
    size_t published;      /* in the reading under way */
    bool more;             /* than one reading takes */
    bool failing;          /* the store could not be read when it was last tried */
    int64_t beat_ms;       /* when the next beat is due */
    unsigned refused;      /* since the last beat */
    arena *memory;
    buffer out;
    pthread_t thread;
    bool runs;
    /* The two that other threads touch: */
    int wake;
    atomic_bool stopping;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static text encode(announcer *self, announcement *what)
{
    what->version = ANNOUNCE_VERSION;
    what->lineage = text_of(self->lineage.name);
    what->since = self->lineage.since;
    size_t size = wire_announce_encode(what, self->memory, &self->out);
    return (text){(const char *)self->out.data, size};
}

/* --- publishing ----------------------------------------------------------------------------------- */

static text or_dash(text code)
{
    return code.size > 0 ? code : text_of("-");
}

static text topic_of(const alert_event *one, char room[TOPIC_SIZE_MAX])
{
    int size;
    if (one->subject.size > 0)
        size = snprintf(room, TOPIC_SIZE_MAX, "tocsin/%.*s", TEXT_ARGS(one->subject));
    else
        size = snprintf(room, TOPIC_SIZE_MAX, "event/%.*s/%.*s/%s", TEXT_ARGS(or_dash(one->area)),
                        TEXT_ARGS(or_dash(one->category)), alert_level_text(one->level));
    return (text){room, size < TOPIC_SIZE_MAX ? (size_t)size : TOPIC_SIZE_MAX - 1};
}

static void beat(announcer *self)
{
    announcement what = {.kind = ANNOUNCEMENT_BEAT, .beat = {.newest = self->through, .interval_s = BEAT_S}};
    text octets = encode(self, &what);
    link_announce(self->publisher, text_of("beat"), octets.at, octets.size);
    arena_reset(self->memory);
    self->beat_ms = now_ms() + BEAT_MS;
}

static bool publish(void *context, const alert_event *one)
{
    announcer *self = context;
    char topic[TOPIC_SIZE_MAX];
    announcement what = {.kind = ANNOUNCEMENT_EVENT, .event = *one};
    text octets = encode(self, &what);
    fault_point("announce-read");
    link_announce(self->publisher, topic_of(one, topic), octets.at, octets.size);
    fault_point("announce-sent");
    arena_reset(self->memory);
    self->through = one->number;
    self->published++;
    return true;
}

/* A failure is told once, and its end; with every beat it is tried again. */
static void note_reading(announcer *self, status st)
{
    if (st != STATUS_OK && !self->failing)
        log_line(LOG_ERROR, "not-announced", "the list of events can't be read (%s): it is tried again each second",
                 status_text(st));
    if (st == STATUS_OK && self->failing)
        log_line(LOG_INFO, "announced-again", "the list of events can be read again");
    self->failing = st != STATUS_OK;
}

static void publish_new(announcer *self)
{
    uint64_t through = self->through;
    self->published = 0;
    status st = event_list_read(self->list, self->through, PUBLISHED_AT_ONCE_MAX, NULL, publish, self, &through);
    note_reading(self, st);
    self->more = st == STATUS_OK && self->published == PUBLISHED_AT_ONCE_MAX;
    if (self->published > 0)
        beat(self);
}

/* --- answering ------------------------------------------------------------------------------------ */

struct answer {
    announcer *of;
    told_replay told;
    size_t size;      /* octets so far */
    uint64_t cut;     /* the first event that did not fit; 0: all did */
};

static bool take_event(void *context, const alert_event *one)
{
    struct answer *a = context;
    size_t size = wire_announce_event_size(one, a->of->memory);
    if (a->size + size > MESSAGE_SIZE_MAX) {
        a->cut = one->number;
        return false;
    }
    assert(a->told.count < REPLAY_MAX);
    a->told.events[a->told.count++] = alert_event_kept(one, a->of->memory);
    a->size += size;
    return true;
}

static status read_answer(announcer *self, const asked_replay *asked, struct answer *out)
{
    size_t max = asked->max == 0 || asked->max > REPLAY_MAX ? REPLAY_MAX : asked->max;
    *out = (struct answer){.of = self, .size = REPLAYED_HEAD_MAX};
    out->told = (told_replay){.events = arena_take(self->memory, max * sizeof *out->told.events), .after = asked->after};
    status st = event_list_read(self->list, asked->after, max, &asked->filter, take_event, out, &out->told.through);
    if (st == STATUS_OK)
        st = event_list_newest(self->list, &out->told.newest);
    if (out->cut != 0)
        out->told.through = out->cut - 1;
    return st;
}

static void send_answer(announcer *self, const peer *to, announcement *what)
{
    text octets = encode(self, what);
    if (link_send(self->answering, to, octets.at, octets.size) != STATUS_OK && log_wants(LOG_TRACE))
        log_line(LOG_TRACE, "replay-not-fetched", "an answer was not fetched, or who asked is gone");
}

static void refuse_question(announcer *self, const peer *to, const char *words, uint32_t retry_after_s)
{
    announcement what = {.kind = ANNOUNCEMENT_REFUSE, .refuse = {text_of(words), retry_after_s}};
    if (self->refused++ == 0)
        log_line(LOG_WARN, "replay-refused", "%s", words);
    send_answer(self, to, &what);
}

static void answer_question(announcer *self, const peer *from, const announcement *asked)
{
    struct answer made;
    status st = read_answer(self, &asked->replay, &made);
    note_reading(self, st);
    if (st != STATUS_OK) {
        refuse_question(self, from, "the list of events can't be read now", REFUSED_RETRY_S);
        return;
    }
    announcement what = {.kind = ANNOUNCEMENT_REPLAYED, .replayed = made.told};
    send_answer(self, from, &what);
}

static void hear_question(announcer *self, const peer *from, text octets)
{
    announcement asked;
    const char *why;
    if (wire_announce_decode(octets.at, octets.size, self->memory, &asked, &why) != STATUS_OK)
        refuse_question(self, from, why, 0);
    else if (asked.version != ANNOUNCE_VERSION)
        refuse_question(self, from, "version 1 is spoken here", 0);
    else if (asked.kind != ANNOUNCEMENT_REPLAY)
        refuse_question(self, from, "only Replay is answered here", 0);
    else
        answer_question(self, from, &asked);
}

static void hear_questions(announcer *self)
{
    for (int i = 0; i < ANSWERED_AT_ONCE_MAX; i++) {
        peer from;
        frame in;
        status st = link_receive(self->answering, &from, &in);
        if (st == STATUS_AGAIN)
            return;
        if (st != STATUS_OK) {
            self->refused++;
            continue;
        }
        hear_question(self, &from, frame_octets(&in));
        frame_release(&in);
        arena_reset(self->memory);
    }
}

/* --- the loop ------------------------------------------------------------------------------------- */

static bool take_wake(announcer *self)
{
    uint64_t count;
    return read(self->wake, &count, sizeof count) == (ssize_t)sizeof count;
}

static void beat_if_due(announcer *self, bool somebody_new)
{
    bool due = now_ms() >= self->beat_ms;
    if (due && self->refused > 1)
        log_line(LOG_WARN, "replay-refused", "and %u more since the last second", self->refused - 1);
    if (due)
        self->refused = 0;
    if (due && self->failing)
        publish_new(self);
    if (due || somebody_new)
        beat(self);
}

static void one_round(announcer *self)
{
    link_socket *links[] = {self->answering, self->publisher};
    bool ready[2], woken, somebody_new = false;
    int64_t patience_ms = self->more ? 0 : self->beat_ms - now_ms();
    (void)link_wait(links, ready, 2, &self->wake, &woken, 1, patience_ms > 0 ? (long)patience_ms : 0);
    if (ready[1])
        somebody_new = link_new_subscriber(self->publisher);
    if ((woken && take_wake(self)) || self->more)
        publish_new(self);
    if (ready[0])
        hear_questions(self);
    beat_if_due(self, somebody_new);
}

static void *run(void *context)
{
    announcer *self = context;
    while (!atomic_load(&self->stopping))
        one_round(self);
    return NULL;
}

/* --- starting and ending --------------------------------------------------------------------------- */

static status open_list(announcer *self, const char *folder, char why[NOTE_SIZE_MAX])
{
    status st = event_list_open(folder, &self->list, why);
    if (st != STATUS_OK)
        return st;
    st = event_list_newest(self->list, &self->through);
    if (st == STATUS_OK)
        st = event_list_lineage(self->list, &self->lineage);
    if (st != STATUS_OK)
        (void)snprintf(why, NOTE_SIZE_MAX, "the list of events can't be read: %s", status_text(st));
    return st;
}

static status open_sockets(announcer *self, link_hub *hub, const announcer_settings *settings,
                           char publish_at[ENDPOINT_SIZE_MAX], char replay_at[ENDPOINT_SIZE_MAX], char why[NOTE_SIZE_MAX])
{
    const char *fault;
    self->publisher = link_publish(hub, settings->publish, publish_at, &fault);
    if (self->publisher == NULL) {
        (void)snprintf(why, NOTE_SIZE_MAX, "can't announce on %s: %s (--announce)", settings->publish, fault);
        return STATUS_IO;
    }
    self->answering = link_answer(hub, settings->replay, replay_at, &fault);
    if (self->answering == NULL) {
        (void)snprintf(why, NOTE_SIZE_MAX, "can't answer on %s: %s (--replay)", settings->replay, fault);
        return STATUS_IO;
    }
    return STATUS_OK;
}

status announcer_start(link_hub *hub, const announcer_settings *settings, char publish_at[ENDPOINT_SIZE_MAX],
                       char replay_at[ENDPOINT_SIZE_MAX], announcer **out, char why[NOTE_SIZE_MAX])
{
    announcer *self = memory_new(1, sizeof *self);
    self->memory = arena_create();
    self->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    atomic_init(&self->stopping, false);
    status st = open_list(self, settings->folder, why);
    if (st == STATUS_OK)
        st = open_sockets(self, hub, settings, publish_at, replay_at, why);
    if (st == STATUS_OK) {
        self->runs = self->wake >= 0 && pthread_create(&self->thread, NULL, run, self) == 0;
        if (!self->runs) {
            (void)snprintf(why, NOTE_SIZE_MAX, "the system gives no thread to announce with: %s", strerror(errno));
            st = STATUS_IO;
        }
    }
    if (st != STATUS_OK)
        announcer_stop(&self);
    *out = self;
    return st;
}

void announcer_wake(announcer *self)
{
    uint64_t one = 1;
    ssize_t written = write(self->wake, &one, sizeof one);
    (void)written; /* full: it is awake */
}

void announcer_stop(announcer **of)
{
    announcer *self = *of;
    if (self == NULL)
        return;
    if (self->runs) {
        atomic_store(&self->stopping, true);
        announcer_wake(self);
        (void)pthread_join(self->thread, NULL);
    }
    link_close(&self->publisher);
    link_close(&self->answering);
    event_list_close(&self->list);
    arena_destroy(&self->memory);
    buffer_free(&self->out);
    if (self->wake >= 0)
        (void)close(self->wake);
    free(self);
    *of = NULL;
}
