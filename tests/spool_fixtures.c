#include "spool_fixtures.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "fixtures.h"
#include "testing.h"

char spool_told[8192];

void spool_tell(const char *path, const char *words)
{
    size_t used = strlen(spool_told);
    (void)snprintf(spool_told + used, sizeof spool_told - used, "%s: %s\n", path, words);
}

spool *open_here(const char *folder)
{
    spool_told[0] = '\0';
    return spool_open(folder, SIZE_MAX_HERE, spool_tell, noon);
}

spool *open_well(const char *folder)
{
    spool *made = open_here(folder);
    assert_string_equal(spool_told, "");
    assert_non_null(made);
    return made;
}

contents read_all(spool *from, arena *memory)
{
    contents all = {0};
    spool_frame f;
    status st;
    for (uint64_t at = spool_first(from); (st = spool_read(from, at, &f)) != STATUS_END; at = f.end) {
        assert_true(st == STATUS_OK || st == STATUS_CORRUPT);
        assert_true(all.count < FRAMES_MAX);
        assert_int_equal(f.offset, at);
        assert_true(f.end > at);
        f.payload = arena_text(memory, f.payload);
        all.each[all.count++] = f;
    }
    return all;
}

void assert_same_frame(const spool_frame *a, const spool_frame *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->offset, b->offset);
    assert_int_equal(a->end, b->end);
    assert_int_equal(a->stamp_ns, b->stamp_ns);
    assert_int_equal(a->place, b->place);
    assert_int_equal(a->line, b->line);
    assert_texts(a->payload, b->payload);
}

void assert_same(const contents *a, const contents *b, size_t count)
{
    assert_int_equal(a->count, count);
    for (size_t i = 0; i < count; i++)
        assert_same_frame(&a->each[i], &b->each[i]);
}

void write_step(spool *to, size_t n)
{
    char octets[200];
    int64_t now = noon + (int64_t)n * 1000000;
    size_t of_input = n % 7;
    int size = snprintf(octets, sizeof octets, "piece %zu of many%s%.*s\n", n, n % 3 == 0 ? "\n" : " ", (int)(n * 13 % 120),
                        "........................................................................................................................");
    if (of_input == 0)
        assert_int_equal(spool_begin(to, text_of("what was said"), 10, 2, now), STATUS_OK);
    else if (of_input < 6)
        assert_int_equal(spool_append(to, (text){octets, (size_t)size}, now), STATUS_OK);
    else
        assert_int_equal(n % 2 == 0 ? spool_end(to, text_of("niche"), now) : spool_cut(to, now), STATUS_OK);
}

void limit_files(rlim_t octets)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = octets;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

void segment_name(uint64_t start, char out[32])
{
    (void)snprintf(out, 32, "%020llu.spool", (unsigned long long)start);
}
