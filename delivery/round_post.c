/* From a message in hand to what is posted: its events are read again, and put into words. */
#include <stdio.h>
#include <string.h>

#include "kept.h"
#include "round.h"

enum { OPEN_MAX = 1000, ENDED_MAX = 100, READ_AT_ONCE = 20000 };

struct rendering {
    round_world *world;
    const round_trip *trip;
    alert_event *events;
    size_t count;
    told_alert *open;
    size_t open_count;
};

static bool take_event(void *context, const alert_event *one)
{
    struct rendering *r = context;
    if (one->number > r->trip->cursor.now.upto)
        return false;
    if (schedule_wants(r->trip->of, one))
        r->events[r->count++] = kept_event(r->world->memory, one);
    return r->count < BATCH_EVENTS_MAX + 1;
}

static bool take_open(void *context, const told_alert *one)
{
    struct rendering *r = context;
    r->open[r->open_count++] = kept_alert(r->world->memory, one);
    return r->open_count < OPEN_MAX;
}

static status read_events(struct rendering *r)
{
    const delivery_message *what = &r->trip->cursor.now;
    uint64_t at = what->after, through;
    r->events = arena_take(r->world->memory, (BATCH_EVENTS_MAX + 1) * sizeof *r->events);
    while (at < what->upto && r->count <= BATCH_EVENTS_MAX) {
        status st = event_list_read(r->world->list, at, READ_AT_ONCE, &r->trip->of->filter, take_event, r, &through);
        if (st != STATUS_OK)
            return st;
        if (through == at)
            break;
        at = through;
    }
    return STATUS_OK;
}

static status read_open(struct rendering *r, int64_t now_s)
{
    r->open = arena_take(r->world->memory, OPEN_MAX * sizeof *r->open);
    return event_list_alerts(r->world->list, false, &r->trip->of->filter, london_date(now_s), take_open, r);
}

/* How long the alerts stood that end here. */
static letter_events with_ends(struct rendering *r, int64_t now_s)
{
    ended_alert *ended = arena_take(r->world->memory, ENDED_MAX * sizeof *ended);
    letter_events all = {.at = r->events, .count = r->count, .ended = ended};
    told_alert told;
    for (size_t i = 0; i < r->count && all.ended_count < ENDED_MAX; i++)
        if (r->events[i].kind == EVENT_CLEARED &&
            event_list_alert(r->world->list, r->events[i].alert, london_date(now_s), &told) == STATUS_OK)
            ended[all.ended_count++] = (ended_alert){told.id, told.opened_s, told.highest};
    return all;
}

/* --- posting ---------------------------------------------------------------------------------------------- */

static void send_hook(round_world *world, round_trip *self, const letter_style *style, letter_events what, text key, int64_t now_s)
{
    text body = {0};
    switch (self->of->hook.shape) {
    case WEBHOOK_SLACK: body = letter_slack(style, what, world->memory); break;
    case WEBHOOK_TEAMS: body = letter_teams(style, what, world->memory); break;
    case WEBHOOK_JSON:
    case WEBHOOK_SHAPES: body = letter_webhook(style, what, key, world->memory); break;
    }
    post_web(world->post, &self->of->hook, body, key, now_s, self);
    self->flying = true;
}

static void send_mail(round_world *world, round_trip *self, const letter *content, text key, int64_t made_s)
{
    post_mail_letter what = {.content = content, .key = key, .name = self->of->name, .made_s = made_s, .lenient = self->lenient};
    post_mail(world->post, &world->now->mail, self->of->mail, &what, self);
    self->flying = true;
}

static letter_style style_of(const round_world *world, const round_trip *self)
{
    return (letter_style){.link = world->now->link, .name = self->of->name, .filter = &self->of->filter};
}

static void send(struct rendering *r, round_trip *self, int64_t now_s)
{
    char key[DELIVERY_KEY_SIZE];
    round_world *world = r->world;
    const delivery_message *what = &self->cursor.now;
    letter_style style = style_of(world, self);
    letter_events events = with_ends(r, now_s);
    letter content;
    delivery_key(what, text_of(self->name), key);
    if (self->of->mail.count == 0) {
        send_hook(world, self, &style, events, text_of(key), now_s);
        return;
    }
    if (what->kind == DELIVERY_DIGEST)
        letter_of_digest(&style, events, r->open, r->open_count, what->from_s, what->made_s, picture_draw, &world->drawing,
                         world->memory, &content);
    else
        letter_of_events(&style, events, picture_draw, &world->drawing, world->memory, &content);
    send_mail(world, self, &content, text_of(key), what->made_s);
}

status round_trip_post(round_world *world, round_trip *self, int64_t now_s)
{
    struct rendering r = {.world = world, .trip = self};
    bool digest = self->cursor.now.kind == DELIVERY_DIGEST && self->of->mail.count > 0;
    status st = read_events(&r);
    if (st == STATUS_OK && digest)
        st = read_open(&r, now_s);
    if (st != STATUS_OK)
        return st;
    /* The subscription may have changed since: what it does not want any more is not sent. */
    if (r.count == 0 && !digest)
        return STATUS_END;
    send(&r, self, now_s);
    return STATUS_OK;
}

/* --- a test: nothing that pages -------------------------------------------------------------------------------------------------- */

void round_trip_test(round_world *world, round_trip *self, int64_t now_s)
{
    char key[DELIVERY_KEY_SIZE];
    letter_style style = style_of(world, self);
    alert_event one = {
        .at_s = now_s, .kind = EVENT_RAISED, .subject = text_of(LETTER_TEST), .as_of = DAY_NONE, .level = LEVEL_NORMAL,
        .words = text_of("Somebody asked whether Tocsin reaches you. Nothing has happened."),
    };
    letter_events what = {.at = &one, .count = 1};
    letter content;
    (void)snprintf(key, sizeof key, "%s-%s-test-%lld", world->lineage.name, self->name, (long long)now_s);
    self->test_wanted = false;
    self->flying_test = true;
    if (self->of->mail.count == 0) {
        send_hook(world, self, &style, what, text_of(key), now_s);
        return;
    }
    letter_of_events(&style, what, NULL, NULL, world->memory, &content);
    send_mail(world, self, &content, text_of(key), now_s);
}
