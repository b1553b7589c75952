#include "stranger.h"

#include "proto/wire.h"

enum { NOISE_MAX = 300, SESSION = 99 };

static void send_noise(network *to, chance *by, int64_t now_ms)
{
    char noise[NOISE_MAX];
    size_t size = chance_below(by, NOISE_MAX);
    for (size_t i = 0; i < size; i++)
        noise[i] = (char)chance_below(by, 256);
    network_send_strange(to, (text){noise, size}, now_ms);
}

/* In another's words: whole but for a greeting, which would be that other himself; cut; or with an octet changed. */
static void repeat_overheard(network *to, chance *by, int64_t now_ms)
{
    text heard = network_overheard(to);
    arena *memory = arena_create();
    message in;
    const char *why;
    if (heard.size > 0 && wire_decode(heard.at, heard.size, memory, &in, &why) == STATUS_OK && in.kind != MESSAGE_HELLO) {
        char *said = arena_take(memory, heard.size);
        for (size_t i = 0; i < heard.size; i++)
            said[i] = heard.at[i];
        if (chance_below(by, 3) == 0)
            said[chance_below(by, (uint32_t)heard.size)] ^= (char)(1 << chance_below(by, 7));
        size_t size = chance_below(by, 3) == 0 ? chance_below(by, (uint32_t)heard.size) : heard.size;
        network_send_strange(to, (text){said, size}, now_ms);
    }
    arena_destroy(&memory);
}

static void say_something(network *to, chance *by, int64_t now_ms)
{
    message said = {.kind = (message_kind)(1 + chance_below(by, MESSAGE_KINDS - 1)), .session = SESSION,
                    .version = chance_below(by, 8) == 0 ? 2 : WIRE_VERSION, .stream_number = 1 + chance_below(by, 2),
                    .sequence = 1 + chance_below(by, 4)};
    if (said.kind == MESSAGE_HELLO)
        said.hello = (hello){.source = text_of("stranger"), .stream = text_of("nothing"), .instance = chance_below(by, 2)};
    if (said.kind == MESSAGE_RECORDS)
        said.records.origin = text_of("stranger");
    if (said.kind == MESSAGE_COVERAGE)
        said.coverage = (coverage_declaration){.origin = text_of("stranger"), .area = text_of("nowhere")};
    if (said.kind == MESSAGE_SNAPSHOT_BEGIN)
        said.snapshot_begin = (snapshot_begin){.origin = text_of("stranger"), .digest = text_of("x")};
    arena *memory = arena_create();
    buffer out = {0};
    wire_encode(&said, memory, &out);
    network_send_strange(to, (text){(const char *)out.data, out.size}, now_ms);
    buffer_free(&out);
    arena_destroy(&memory);
}

void stranger_speak(network *to, chance *by, int64_t now_ms)
{
    switch (chance_below(by, 4)) {
    case 0: send_noise(to, by, now_ms); break;
    case 1: repeat_overheard(to, by, now_ms); break;
    default: say_something(to, by, now_ms); break;
    }
}
