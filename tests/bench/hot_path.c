/* hot_path - a record's whole way in one process, step by step, so that instructions can be counted (callgrind).
 *
 *   hot_path FILE --data DIR
 *
 * A file of canonical CSV is read by the collector's own feed, its messages are encoded, decoded as the aggregator does,
 * admitted (classified, counted) and committed, some 10,000 records a commit. Sockets, acknowledgements and judging are
 * left out: how often they run depends on time. So are clocks: the same file gives the same instructions. Each step is a
 * function by itself, which tests/bench/instructions.py finds by its name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/engine.h"
#include "collector/file_feed.h"
#include "proto/text.h"

enum { COMMIT_RECORDS = 10000 };
#define NOW_S 1750000000

typedef struct path {
    feed *feed;
    engine *engine;
    arena *sent, *heard;
    buffer octets;
    sender from;
} path;

static void must(bool good, const char *what)
{
    if (good)
        return;
    (void)fprintf(stderr, "hot_path: %s\n", what);
    exit(1);
}

static void tell(const char *shown, const char *words)
{
    (void)fprintf(stderr, "%s: %s\n", shown, words);
}

__attribute__((noinline)) static status step_read(path *self, message *out)
{
    return self->feed->class->next(self->feed, self->sent, out);
}

__attribute__((noinline)) static size_t step_encode(path *self, const message *what)
{
    return wire_encode(what, self->sent, &self->octets);
}

__attribute__((noinline)) static status step_decode(path *self, size_t size, message *out)
{
    const char *why;
    return wire_decode(self->octets.data, size, self->heard, out, &why);
}

__attribute__((noinline)) static status step_admit(path *self, const records *what)
{
    admission said;
    status st = STATUS_OK;
    for (size_t i = 0; i < what->incident_count && st == STATUS_OK; i++)
        st = engine_admit(self->engine, &what->incidents[i], &self->from, NOW_S, &said);
    return st;
}

__attribute__((noinline)) static status step_commit(path *self)
{
    return engine_commit(self->engine, NOW_S);
}

static uint64_t carry_all(path *self)
{
    message given, taken;
    uint64_t count = 0, sequence = 0;
    for (status st; (st = step_read(self, &given)) != STATUS_END;) {
        must(st == STATUS_OK, "the file can't be read");
        if (given.kind != MESSAGE_RECORDS)
            continue;
        given.version = 1;
        given.session = given.stream_number = 1;
        given.sequence = ++sequence;
        size_t size = step_encode(self, &given);
        must(step_decode(self, size, &taken) == STATUS_OK, "a message was not understood");
        must(step_admit(self, &taken.records) == STATUS_OK, "the store can't be read");
        count += taken.records.incident_count;
        if (engine_pending(self->engine) >= COMMIT_RECORDS)
            must(step_commit(self) == STATUS_OK, "the store can't be written");
        arena_reset(self->sent);
        arena_reset(self->heard);
    }
    must(step_commit(self) == STATUS_OK, "the store can't be written");
    return count;
}

int main(int argc, char **argv)
{
    static origin_tally origins;
    char folder[4096], why[NOTE_SIZE_MAX];
    if (argc != 4 || strcmp(argv[2], "--data") != 0) {
        (void)fputs("usage: hot_path FILE --data DIR\n", stderr);
        return 2;
    }
    path self = {.sent = arena_create(), .heard = arena_create(),
                 .from = {.stream = {text_of("bench"), text_of("file")}}};
    must(reference_bundled(folder, sizeof folder), "the bundled reference folder is not there");
    must(engine_open(argv[3], folder, NOW_S, &self.engine, why) == STATUS_OK, why);
    engine_set_loader(self.engine, 1);
    source_file *file = source_file_open(argv[1]);
    must(file != NULL, "the file can't be opened");
    self.feed = file_feed_create((file_feed_settings){
        .path = argv[1], .file = file, .rows = csv_rows_create(text_of("bench")), .origin = text_of("bench"),
        .issued_ns = NOW_S * INT64_C(1000000000), .origins = &origins, .tell = tell});
    must(self.feed != NULL && self.feed->class->resume(self.feed, &(position){0}) == STATUS_OK, "the file can't be read");
    (void)printf("%llu\n", (unsigned long long)carry_all(&self));
    self.feed->class->destroy(self.feed);
    engine_close(&self.engine);
    buffer_free(&self.octets);
    arena_destroy(&self.sent);
    arena_destroy(&self.heard);
    return 0;
}
