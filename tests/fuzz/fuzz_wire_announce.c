/* Must hold for all octets: they are refused with words, or are an announcement within the contract's bounds, and that, sent,
 * arrives as it was. */
#include "proto/wire_announce.h"

#include "fuzz.h"

enum { SENT_AGAIN_MAX = MESSAGE_SIZE_MAX / 4 };

static void same_list(text_list a, text_list b)
{
    MUST(a.count == b.count);
    for (size_t i = 0; i < a.count; i++)
        MUST(text_equal(a.at[i], b.at[i]));
}

static void same_event(const alert_event *a, const alert_event *b, arena *memory)
{
    jsondoc *left = alert_event_json(a), *right = alert_event_json(b);
    MUST(text_equal(jsondoc_print(left, memory), jsondoc_print(right, memory)));
    jsondoc_destroy(&left);
    jsondoc_destroy(&right);
    MUST(a->number == b->number && a->at_s == b->at_s && a->alert == b->alert && a->batch == b->batch);
    MUST(text_equal(a->figures, b->figures));
    MUST(a->areas.count <= ANNOUNCED_CODES_MAX && a->caveats.count <= ANNOUNCED_CAVEATS_MAX);
}

static void same_filter(const event_filter *a, const event_filter *b)
{
    same_list(a->areas, b->areas);
    same_list(a->categories, b->categories);
    MUST(a->level == b->level && a->about == b->about);
}

static void same_replayed(const told_replay *a, const told_replay *b, arena *memory)
{
    MUST(a->count == b->count && a->count <= REPLAY_MAX);
    MUST(a->through == b->through && a->newest == b->newest && a->after == b->after);
    for (size_t i = 0; i < a->count; i++)
        same_event(&a->events[i], &b->events[i], memory);
}

static void same_announcement(const announcement *a, const announcement *b, arena *memory)
{
    MUST(a->kind == b->kind && a->version == b->version && a->since == b->since && text_equal(a->lineage, b->lineage));
    switch (a->kind) {
    case ANNOUNCEMENT_EVENT: same_event(&a->event, &b->event, memory); break;
    case ANNOUNCEMENT_BEAT: MUST(a->beat.newest == b->beat.newest && a->beat.interval_s == b->beat.interval_s); break;
    case ANNOUNCEMENT_REPLAY:
        MUST(a->replay.after == b->replay.after && a->replay.max == b->replay.max);
        same_filter(&a->replay.filter, &b->replay.filter);
        break;
    case ANNOUNCEMENT_REPLAYED: same_replayed(&a->replayed, &b->replayed, memory); break;
    case ANNOUNCEMENT_REFUSE:
        MUST(text_equal(a->refuse.words, b->refuse.words) && a->refuse.retry_after_s == b->refuse.retry_after_s);
        break;
    case ANNOUNCEMENT_NONE:
    case ANNOUNCEMENT_KINDS: break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    announcement made = {.kind = ANNOUNCEMENT_KINDS}, again;
    const char *why = NULL;
    arena *memory = arena_create();
    buffer sent = {0};
    status st = wire_announce_decode(octets, size, memory, &made, &why);
    MUST(st == STATUS_OK || st == STATUS_MALFORMED || st == STATUS_TOO_LARGE);
    if (st != STATUS_OK) {
        MUST(made.kind == ANNOUNCEMENT_KINDS);
        must_be_words(text_of(why));
    } else if (made.kind != ANNOUNCEMENT_NONE && size < SENT_AGAIN_MAX) {
        (void)wire_announce_encode(&made, memory, &sent);
        MUST(wire_announce_decode(sent.data, sent.size, memory, &again, &why) == STATUS_OK);
        same_announcement(&made, &again, memory);
    }
    buffer_free(&sent);
    arena_destroy(&memory);
    return 0;
}
