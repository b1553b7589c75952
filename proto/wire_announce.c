#include "wire_announce.h"

#include <assert.h>
#include <string.h>

#include "announce.pb-c.h"
#include "wire_parts.h"

typedef Tocsin__Announce__V1__Announcement wire_announcement;
typedef Tocsin__Announce__V1__Event wire_event;

/* --- texts of an event, cut to their bounds and back ------------------------------------------------ */

/* Where the last whole character within the bound ends. */
static size_t whole_characters(text from, size_t size_max)
{
    if (from.size <= size_max)
        return from.size;
    size_t size = size_max;
    while (size > 0 && ((unsigned char)from.at[size] & 0xC0) == 0x80)
        size--;
    return size;
}

static ProtobufCBinaryData told_text(arena *memory, text from, size_t size_max)
{
    text kept = {from.at, whole_characters(from, size_max)};
    if (text_utf8_fault(kept) == kept.size)
        return wire_bytes(kept);
    kept = arena_text(memory, kept);
    for (size_t fault; (fault = text_utf8_fault(kept)) < kept.size;)
        ((char *)(uintptr_t)kept.at)[fault] = '?';
    return wire_bytes(kept);
}

static text heard_text(decoding *self, ProtobufCBinaryData from, size_t size_max)
{
    text heard = decoding_text(self, from, size_max, "a text is over its bound");
    if (self->st == STATUS_OK && text_utf8_fault(heard) != heard.size)
        decoding_fault(self, STATUS_MALFORMED, "a text is no UTF-8");
    return heard;
}

static size_t told_list(arena *memory, text_list from, size_t count_max, size_t size_max, ProtobufCBinaryData **out)
{
    size_t count = from.count < count_max ? from.count : count_max;
    *out = arena_take(memory, (count + 1) * sizeof **out);
    for (size_t i = 0; i < count; i++)
        (*out)[i] = told_text(memory, from.at[i], size_max);
    return count;
}

static text_list heard_list(decoding *self, const ProtobufCBinaryData *from, size_t count, size_t count_max, size_t size_max)
{
    if (count > count_max) {
        decoding_fault(self, STATUS_TOO_LARGE, "a list is over its bound");
        return (text_list){0};
    }
    text *made = arena_take(self->memory, (count + 1) * sizeof *made);
    for (size_t i = 0; i < count; i++)
        made[i] = heard_text(self, from[i], size_max);
    return (text_list){made, count};
}

/* A word of a list of words; the first where it is none, and a fault. */
static unsigned heard_word(decoding *self, int from, unsigned count, const char *why)
{
    if ((unsigned)from < count)
        return (unsigned)from;
    decoding_fault(self, STATUS_MALFORMED, why);
    return 0;
}

/* --- events --------------------------------------------------------------------------------------- */

/* Every text of an event, with its bound. */
#define EVENT_TEXTS(EACH)                                                                                       \
    EACH(subject, ANNOUNCED_NAME_MAX) EACH(area, CODE_SIZE_MAX) EACH(area_name, ANNOUNCED_NAME_MAX)             \
    EACH(category, CODE_SIZE_MAX) EACH(title, ANNOUNCED_NAME_MAX) EACH(rule, ANNOUNCED_NAME_MAX)                \
    EACH(lowest, CODE_SIZE_MAX) EACH(lowest_title, ANNOUNCED_NAME_MAX) EACH(words, ANNOUNCED_WORDS_MAX)         \
    EACH(who, ANNOUNCED_NAME_MAX) EACH(note, ANNOUNCED_WORDS_MAX)

static void event_to_wire(arena *memory, const alert_event *from, wire_event *out)
{
    tocsin__announce__v1__event__init(out);
    out->number = from->number;
    out->at = from->at_s;
    out->kind = (Tocsin__Announce__V1__Kind)from->kind;
    out->alert = from->alert;
    out->batch = from->batch;
    out->as_of = from->as_of == DAY_NONE ? 0 : (uint32_t)from->as_of;
    out->level_before = (Tocsin__Announce__V1__Level)from->level_before;
    out->level = (Tocsin__Announce__V1__Level)from->level;
    out->direction_before = (Tocsin__Announce__V1__Direction)from->direction_before;
    out->direction = (Tocsin__Announce__V1__Direction)from->direction;
    out->corrected = from->corrected;
    out->silenced = from->silenced;
    out->pages = alert_event_pages(from);
#define TELL(field, size_max) out->field = told_text(memory, from->field, size_max);
    EVENT_TEXTS(TELL)
#undef TELL
    /* Cut JSON would be none. */
    out->figures = from->figures.size <= ANNOUNCED_FIGURES_MAX ? told_text(memory, from->figures, ANNOUNCED_FIGURES_MAX)
                                                               : (ProtobufCBinaryData){0};
    out->n_areas = told_list(memory, from->areas, ANNOUNCED_CODES_MAX, CODE_SIZE_MAX, &out->areas);
    out->n_categories = told_list(memory, from->categories, ANNOUNCED_CODES_MAX, CODE_SIZE_MAX, &out->categories);
    out->n_caveats = told_list(memory, from->caveats, ANNOUNCED_CAVEATS_MAX, ANNOUNCED_NAME_MAX, &out->caveats);
}

static void event_from_wire(decoding *self, const wire_event *from, alert_event *out)
{
    *out = (alert_event){
        .number = from->number,
        .at_s = from->at,
        .kind = (event_kind)heard_word(self, (int)from->kind, EVENT_KINDS, "an event's kind is unknown"),
        .alert = from->alert,
        .batch = from->batch,
        .areas = heard_list(self, from->areas, from->n_areas, ANNOUNCED_CODES_MAX, CODE_SIZE_MAX),
        .categories = heard_list(self, from->categories, from->n_categories, ANNOUNCED_CODES_MAX, CODE_SIZE_MAX),
        .as_of = decoding_day(self, from->as_of, "as_of is not of the calendar"),
        .level_before = (alert_level)heard_word(self, (int)from->level_before, LEVELS, "a level is unknown"),
        .level = (alert_level)heard_word(self, (int)from->level, LEVELS, "a level is unknown"),
        .direction_before = (trend_direction)heard_word(self, (int)from->direction_before, TRENDS, "a direction is unknown"),
        .direction = (trend_direction)heard_word(self, (int)from->direction, TRENDS, "a direction is unknown"),
        .corrected = from->corrected != 0,
        .caveats = heard_list(self, from->caveats, from->n_caveats, ANNOUNCED_CAVEATS_MAX, ANNOUNCED_NAME_MAX),
        .figures = heard_text(self, from->figures, ANNOUNCED_FIGURES_MAX),
        .silenced = from->silenced != 0,
    };
#define HEAR(field, size_max) out->field = heard_text(self, from->field, size_max);
    EVENT_TEXTS(HEAR)
#undef HEAR
    if (out->number == 0)
        decoding_fault(self, STATUS_MALFORMED, "an event has no number");
    if (from->at < 0 || from->at / 86400 > DAY_MAX)
        decoding_fault(self, STATUS_MALFORMED, "an event's time is not of the calendar");
}

/* --- one pair for each kind: in from the wire, out to it ------------------------------------------- */

static void event_in(decoding *self, const wire_announcement *from, announcement *out)
{
    event_from_wire(self, from->event, &out->event);
}

static void event_out(arena *memory, const announcement *from, wire_announcement *out)
{
    out->event = arena_take(memory, sizeof *out->event);
    event_to_wire(memory, &from->event, out->event);
}

static void beat_in(decoding *self, const wire_announcement *from, announcement *out)
{
    out->beat = (told_beat){.newest = from->beat->newest, .interval_s = from->beat->interval};
    if (from->beat->interval == 0)
        decoding_fault(self, STATUS_MALFORMED, "a beat without an interval");
}

static void beat_out(arena *memory, const announcement *from, wire_announcement *out)
{
    out->beat = arena_take(memory, sizeof *out->beat);
    tocsin__announce__v1__beat__init(out->beat);
    out->beat->newest = from->beat.newest;
    out->beat->interval = from->beat.interval_s;
}

static void replay_in(decoding *self, const wire_announcement *from, announcement *out)
{
    const Tocsin__Announce__V1__Filter *f = from->replay->filter;
    out->replay = (asked_replay){.after = from->replay->after, .max = from->replay->max};
    if (from->replay->after > INT64_MAX)
        decoding_fault(self, STATUS_MALFORMED, "no event has a number above 2^63");
    if (f == NULL)
        return;
    out->replay.filter = (event_filter){
        .areas = heard_list(self, f->areas, f->n_areas, ANNOUNCED_CODES_MAX, CODE_SIZE_MAX),
        .categories = heard_list(self, f->categories, f->n_categories, ANNOUNCED_CODES_MAX, CODE_SIZE_MAX),
        .level = (alert_level)heard_word(self, (int)f->level, LEVELS, "a level is unknown"),
        .about = (event_about)heard_word(self, (int)f->about, EVENT_ABOUTS, "what it is about is unknown"),
    };
}

static void replay_out(arena *memory, const announcement *from, wire_announcement *out)
{
    const event_filter *f = &from->replay.filter;
    Tocsin__Announce__V1__Filter *to = arena_take(memory, sizeof *to);
    tocsin__announce__v1__filter__init(to);
    to->n_areas = told_list(memory, f->areas, ANNOUNCED_CODES_MAX, CODE_SIZE_MAX, &to->areas);
    to->n_categories = told_list(memory, f->categories, ANNOUNCED_CODES_MAX, CODE_SIZE_MAX, &to->categories);
    to->level = (Tocsin__Announce__V1__Level)f->level;
    to->about = (Tocsin__Announce__V1__About)f->about;
    out->replay = arena_take(memory, sizeof *out->replay);
    tocsin__announce__v1__replay__init(out->replay);
    out->replay->after = from->replay.after;
    out->replay->max = from->replay.max;
    out->replay->filter = to;
}

static void replayed_in(decoding *self, const wire_announcement *from, announcement *out)
{
    const Tocsin__Announce__V1__Replayed *in = from->replayed;
    uint64_t before = in->after;
    if (in->n_events > REPLAY_MAX) {
        decoding_fault(self, STATUS_TOO_LARGE, "more than 256 events in one answer");
        return;
    }
    out->replayed = (told_replay){.events = arena_take(self->memory, (in->n_events + 1) * sizeof *out->replayed.events),
                                  .count = in->n_events, .through = in->through, .newest = in->newest, .after = in->after};
    for (size_t i = 0; i < in->n_events; i++) {
        event_from_wire(self, in->events[i], &out->replayed.events[i]);
        if (in->events[i]->number <= before)
            decoding_fault(self, STATUS_MALFORMED, "events that are out of order");
        before = in->events[i]->number;
    }
    if (in->through < before || in->newest > INT64_MAX)
        decoding_fault(self, STATUS_MALFORMED, "an answer that ends before its last event");
}

static void replayed_out(arena *memory, const announcement *from, wire_announcement *out)
{
    const told_replay *in = &from->replayed;
    Tocsin__Announce__V1__Replayed *to = arena_take(memory, sizeof *to);
    wire_event *each = arena_take(memory, (in->count + 1) * sizeof *each);
    tocsin__announce__v1__replayed__init(to);
    to->events = arena_take(memory, (in->count + 1) * sizeof *to->events);
    to->n_events = in->count;
    for (size_t i = 0; i < in->count; i++) {
        to->events[i] = &each[i];
        event_to_wire(memory, &in->events[i], &each[i]);
    }
    to->through = in->through;
    to->newest = in->newest;
    to->after = in->after;
    out->replayed = to;
}

static void refused_in(decoding *self, const wire_announcement *from, announcement *out)
{
    out->refuse = (told_refusal){.words = heard_text(self, from->refuse->words, ANNOUNCED_NAME_MAX),
                                 .retry_after_s = from->refuse->retry_after};
}

static void refused_out(arena *memory, const announcement *from, wire_announcement *out)
{
    out->refuse = arena_take(memory, sizeof *out->refuse);
    tocsin__announce__v1__refuse__init(out->refuse);
    out->refuse->words = told_text(memory, from->refuse.words, ANNOUNCED_NAME_MAX);
    out->refuse->retry_after = from->refuse.retry_after_s;
}

static const struct kind {
    Tocsin__Announce__V1__Announcement__KindCase wire_case;
    void (*in)(decoding *, const wire_announcement *, announcement *);
    void (*out)(arena *, const announcement *, wire_announcement *);
} kinds[ANNOUNCEMENT_KINDS] = {
    [ANNOUNCEMENT_EVENT] = {TOCSIN__ANNOUNCE__V1__ANNOUNCEMENT__KIND_EVENT, event_in, event_out},
    [ANNOUNCEMENT_BEAT] = {TOCSIN__ANNOUNCE__V1__ANNOUNCEMENT__KIND_BEAT, beat_in, beat_out},
    [ANNOUNCEMENT_REPLAY] = {TOCSIN__ANNOUNCE__V1__ANNOUNCEMENT__KIND_REPLAY, replay_in, replay_out},
    [ANNOUNCEMENT_REPLAYED] = {TOCSIN__ANNOUNCE__V1__ANNOUNCEMENT__KIND_REPLAYED, replayed_in, replayed_out},
    [ANNOUNCEMENT_REFUSE] = {TOCSIN__ANNOUNCE__V1__ANNOUNCEMENT__KIND_REFUSE, refused_in, refused_out},
};

/* 16 hexadecimal digits, or nothing. */
static text heard_lineage(decoding *self, ProtobufCBinaryData from)
{
    text heard = heard_text(self, from, ANNOUNCED_LINEAGE_MAX);
    bool good = heard.size == 0 || heard.size == ANNOUNCED_LINEAGE_MAX;
    for (size_t i = 0; i < heard.size && self->st == STATUS_OK; i++)
        good = good && memchr("0123456789abcdef", heard.at[i], 16) != NULL;
    if (!good)
        decoding_fault(self, STATUS_MALFORMED, "a lineage is no 16 hexadecimal digits");
    return heard;
}

/* --- whole announcements --------------------------------------------------------------------------- */

static announcement_kind kind_of(const wire_announcement *from)
{
    for (int kind = ANNOUNCEMENT_NONE + 1; kind < ANNOUNCEMENT_KINDS; kind++)
        if (kinds[kind].wire_case == from->kind_case)
            return (announcement_kind)kind;
    return ANNOUNCEMENT_NONE;
}

status wire_announce_decode(const void *octets, size_t size, arena *memory, announcement *out, const char **why)
{
    *why = "";
    if (size > MESSAGE_SIZE_MAX) {
        *why = "a message is over 256 KiB";
        return STATUS_TOO_LARGE;
    }
    wire_allowance allowance = {memory, DECODED_SIZE_MAX};
    ProtobufCAllocator allocator = wire_allocator(&allowance);
    const wire_announcement *from = tocsin__announce__v1__announcement__unpack(&allocator, size, octets);
    if (from == NULL) {
        *why = "not a protobuf Announcement";
        return STATUS_MALFORMED;
    }
    decoding under_way = {.memory = memory, .st = STATUS_OK, .why = ""};
    announcement made = {.version = from->version, .since = from->since};
    if (made.version == ANNOUNCE_VERSION) {
        made.lineage = heard_lineage(&under_way, from->lineage);
        made.kind = kind_of(from);
    }
    if (made.kind != ANNOUNCEMENT_NONE)
        kinds[made.kind].in(&under_way, from, &made);
    *why = under_way.why;
    if (under_way.st == STATUS_OK)
        *out = made;
    return under_way.st;
}

size_t wire_announce_encode(const announcement *from, arena *memory, buffer *out)
{
    wire_announcement to;
    tocsin__announce__v1__announcement__init(&to);
    to.version = from->version;
    to.lineage = told_text(memory, from->lineage, ANNOUNCED_LINEAGE_MAX);
    to.since = from->since;
    to.kind_case = kinds[from->kind].wire_case;
    if (from->kind != ANNOUNCEMENT_NONE)
        kinds[from->kind].out(memory, from, &to);
    size_t size = tocsin__announce__v1__announcement__get_packed_size(&to);
    assert(size <= MESSAGE_SIZE_MAX);
    if (size > out->capacity) {
        out->data = memory_grow(out->data, size, 1);
        out->capacity = size;
    }
    out->size = tocsin__announce__v1__announcement__pack(&to, out->data);
    return out->size;
}

size_t wire_announce_event_size(const alert_event *from, arena *memory)
{
    enum { TAG_AND_LENGTH = 8 };
    wire_event to;
    event_to_wire(memory, from, &to);
    return tocsin__announce__v1__event__get_packed_size(&to) + TAG_AND_LENGTH;
}
