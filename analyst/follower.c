#include "follower.h"

#include <string.h>
#include <time.h>

enum {
    SILENT_BEATS = 6,
    SILENT_MIN_MS = 5000,
    ANSWER_WITHIN_MS = 3000,
    ABSENT_MS = 5000,     /* so long is somebody waited for who is to answer once */
    LOOK_MS = 250,
    HEARD_AT_ONCE_MAX = 64, /* messages before signals are looked at */
};

struct follower {
    const follow_settings *settings;
    const follow_calls *calls;
    link_hub *hub;
    link_socket *news, *asking;
    char announce[ENDPOINT_SIZE_MAX], replay[ENDPOINT_SIZE_MAX]; /* that are dialled */
    follow_cursor at;
    uint64_t until;       /* 0: without an end */
    bool began;           /* a beat has come since the start */
    follow_state state;   /* told last */
    int64_t started_ms;
    int64_t heard_ms;     /* when something came; also when we came back from dealing with an event */
    int64_t silent_ms;    /* silence that is too long */
    int64_t asked_ms;     /* when the question that is on its way was asked; 0: none is */
    follow_end end;
    arena *memory;
    buffer out;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void tell(struct follower *self, follow_state state, text words)
{
    if (state != FOLLOW_REFUSED && state != FOLLOW_SET_BACK) {
        if (self->state == state)
            return;
        self->state = state;
    }
    self->calls->tell(self->calls->context, state, words, &self->at);
}

static void keep(struct follower *self)
{
    if (self->end == FOLLOW_ON && !self->calls->keep(self->calls->context, &self->at))
        self->end = FOLLOW_FAILED;
}

/* --- dealing with what comes ------------------------------------------------------------------------ */

static void note_reached(struct follower *self)
{
    if (self->end == FOLLOW_ON && self->until > 0 && self->at.number >= self->until)
        self->end = FOLLOW_REACHED;
}

/* The next event. Those that the filter leaves out are dealt with by that. */
static void take_event(struct follower *self, const alert_event *one)
{
    if (self->until > 0 && one->number > self->until)
        self->end = FOLLOW_REACHED;
    if (self->end == FOLLOW_ON && event_filter_passes(&self->settings->filter, one))
        self->end = self->calls->deal(self->calls->context, one);
    if (self->end != FOLLOW_ON)
        return;
    self->at.number = one->number;
    self->heard_ms = now_ms();
    keep(self);
    note_reached(self);
}

static void ask(struct follower *self)
{
    if (self->asked_ms != 0 && now_ms() - self->asked_ms < ANSWER_WITHIN_MS)
        return;
    const announcement what = {.kind = ANNOUNCEMENT_REPLAY, .version = ANNOUNCE_VERSION,
                               .replay = {.after = self->at.number, .filter = self->settings->filter}};
    size_t size = wire_announce_encode(&what, self->memory, &self->out);
    self->asked_ms = now_ms();
    (void)link_send(self->asking, NULL, self->out.data, size);
    tell(self, FOLLOW_REPLAYING, (text){0});
}

/* Is something missing? Then it is asked for. */
static void compare(struct follower *self, uint64_t newest)
{
    note_reached(self);
    if (self->end != FOLLOW_ON)
        return;
    if (newest > self->at.number)
        ask(self);
    else
        tell(self, FOLLOW_LIVE, (text){0});
}

/* Whose list it is comes before anything else: numbers of another one say nothing. */
static void take_lineage(struct follower *self, const announcement *said)
{
    if (said->lineage.size == 0 || text_is(said->lineage, self->at.lineage))
        return;
    bool other = self->at.lineage[0] != '\0';
    text_copy(said->lineage, self->at.lineage, sizeof self->at.lineage);
    if (other && self->at.number > said->since)
        self->at.number = said->since;
    if (other) {
        tell(self, FOLLOW_SET_BACK, (text){0});
        keep(self);
    }
}

static void take_beat(struct follower *self, const told_beat *beat)
{
    int64_t silent_ms = (int64_t)beat->interval_s * 1000 * SILENT_BEATS;
    self->silent_ms = silent_ms > SILENT_MIN_MS ? silent_ms : SILENT_MIN_MS;
    if (!self->began) {
        self->began = true;
        if (self->settings->from_now)
            self->at.number = beat->newest;
        if (self->settings->once)
            self->until = beat->newest;
        keep(self);
        if (self->settings->once && self->at.number >= self->until && self->end == FOLLOW_ON)
            self->end = FOLLOW_REACHED;
    }
    compare(self, beat->newest);
}

static void take_replayed(struct follower *self, const told_replay *told)
{
    self->asked_ms = 0;
    if (told->after > self->at.number)
        return;
    for (size_t i = 0; i < told->count && self->end == FOLLOW_ON; i++)
        if (told->events[i].number > self->at.number)
            take_event(self, &told->events[i]);
    if (self->end == FOLLOW_ON && told->through > self->at.number) {
        self->at.number = told->through;
        keep(self);
    }
    compare(self, told->newest);
}

static void take(struct follower *self, const announcement *said)
{
    if (said->version != ANNOUNCE_VERSION)
        return;
    take_lineage(self, said);
    /* Nothing counts before the first beat has said where to begin. */
    if (!self->began && said->kind != ANNOUNCEMENT_BEAT)
        return;
    switch (said->kind) {
    case ANNOUNCEMENT_BEAT: take_beat(self, &said->beat); break;
    case ANNOUNCEMENT_REPLAYED: take_replayed(self, &said->replayed); break;
    case ANNOUNCEMENT_EVENT:
        if (said->event.number == self->at.number + 1)
            take_event(self, &said->event);
        else if (said->event.number > self->at.number)
            ask(self);
        break;
    case ANNOUNCEMENT_REFUSE:
        /* Not asked again before the usual time. */
        tell(self, FOLLOW_REFUSED, said->refuse.words);
        break;
    case ANNOUNCEMENT_NONE:
    case ANNOUNCEMENT_REPLAY:
    case ANNOUNCEMENT_KINDS: break;
    }
}

static void hear(struct follower *self, link_socket *from)
{
    for (int i = 0; i < HEARD_AT_ONCE_MAX && self->end == FOLLOW_ON; i++) {
        frame in;
        announcement said;
        const char *why;
        status st = link_receive(from, NULL, &in);
        if (st == STATUS_AGAIN)
            return;
        if (st != STATUS_OK)
            continue;
        text octets = frame_octets(&in);
        self->heard_ms = now_ms();
        if (wire_announce_decode(octets.at, octets.size, self->memory, &said, &why) == STATUS_OK)
            take(self, &said);
        frame_release(&in);
        arena_reset(self->memory);
    }
}

/* --- the connection --------------------------------------------------------------------------------- */

static bool dial(struct follower *self, const char **why)
{
    static const char *const topics[][3] = {
        [ABOUT_ALL] = {"beat", "event/", "tocsin/"}, [ABOUT_SERIES] = {"beat", "event/"}, [ABOUT_TOCSIN] = {"beat", "tocsin/"}};
    event_about about = self->settings->filter.about;
    link_close(&self->news);
    link_close(&self->asking);
    self->asked_ms = 0;
    self->news = link_subscribe(self->hub, self->announce, topics[about], about == ABOUT_ALL ? 3 : 2, why);
    if (self->news != NULL)
        self->asking = link_dial(self->hub, self->replay, why);
    return self->asking != NULL;
}

/* A local aggregator that was started again may listen elsewhere. */
static bool find(struct follower *self, const char **why)
{
    char announce[ENDPOINT_SIZE_MAX], replay[ENDPOINT_SIZE_MAX];
    if (!self->calls->find(self->calls->context, announce, replay))
        return self->news != NULL;
    if (self->news != NULL && strcmp(announce, self->announce) == 0 && strcmp(replay, self->replay) == 0)
        return true;
    memcpy(self->announce, announce, sizeof announce);
    memcpy(self->replay, replay, sizeof replay);
    return dial(self, why);
}

static void look_for_silence(struct follower *self, const char **why)
{
    int64_t now = now_ms();
    if (self->settings->once && !self->began && now - self->started_ms > ABSENT_MS)
        self->end = FOLLOW_ABSENT;
    if (now - self->heard_ms < self->silent_ms)
        return;
    tell(self, self->began ? FOLLOW_SILENT : FOLLOW_CONNECTING, text_of(self->announce));
    if (!find(self, why))
        self->end = FOLLOW_FAILED;
}

static void one_round(struct follower *self, const char **why)
{
    link_socket *links[] = {self->news, self->asking};
    bool ready[2], signalled;
    (void)link_wait(links, ready, 2, &self->settings->signals, &signalled, 1, LOOK_MS);
    if (signalled) {
        self->end = FOLLOW_STOPPED;
        return;
    }
    for (size_t i = 0; i < 2; i++)
        if (ready[i])
            hear(self, links[i]);
    if (self->end == FOLLOW_ON)
        look_for_silence(self, why);
}

follow_end follow(link_hub *hub, const follow_settings *settings, const follow_calls *calls, follow_cursor from, const char **why)
{
    struct follower self = {.settings = settings, .calls = calls, .hub = hub, .at = from, .until = settings->until,
                            .state = FOLLOW_REFUSED, .started_ms = now_ms(), .silent_ms = SILENT_MIN_MS, .memory = arena_create()};
    *why = "";
    self.heard_ms = self.started_ms;
    if (!find(&self, why))
        self.end = FOLLOW_FAILED;
    while (self.end == FOLLOW_ON)
        one_round(&self, why);
    link_close(&self.news);
    link_close(&self.asking);
    arena_destroy(&self.memory);
    buffer_free(&self.out);
    return self.end;
}
