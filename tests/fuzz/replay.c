/* Promise: what a fuzz target says must hold for all octets holds for every file of its corpus and for some thousand mutations
 * of them, which are the same every time. */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "tests/fixtures.h"
#include "tests/testing.h"

enum { SEEDS_MAX = 64, INPUT_MAX = 64 * 1024, STEPS_MAX = 8, SPAN_MAX = 64 };

static arena *memory;
static text seeds[SEEDS_MAX];
static size_t seed_count;
static uint32_t rounds;
static const char *target;

/* The octets at hand, for whoever looks into a failure. */
static char input[INPUT_MAX];
static size_t input_size;

static void keep_input(void)
{
    char name[128];
    (void)snprintf(name, sizeof name, "%s.failed", target);
    FILE *out = fopen(name, "wb");
    if (out == NULL)
        return;
    (void)fwrite(input, 1, input_size, out);
    (void)fclose(out);
    (void)fprintf(stderr, "the octets stand in %s\n", name);
}

static void on_abort(int number)
{
    (void)number;
    keep_input();
}

/* Sanitizers end the process by themselves. */
extern void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void take(text octets)
{
    input_size = octets.size < INPUT_MAX ? octets.size : INPUT_MAX;
    memmove(input, octets.at, input_size);
    (void)LLVMFuzzerTestOneInput((const uint8_t *)input, input_size);
}

/* --- mutations ----------------------------------------------------------------------------------- */

static void insert(size_t at, const char *octets, size_t size)
{
    if (input_size + size > INPUT_MAX)
        return;
    memmove(input + at + size, input + at, input_size - at);
    memcpy(input + at, octets, size);
    input_size += size;
}

static void cut(size_t at, size_t size)
{
    size = size < input_size - at ? size : input_size - at;
    memmove(input + at, input + at + size, input_size - at - size);
    input_size -= size;
}

/* Words that readers know, or break at. */
static const char *const words[] = {
    "\n", "\r\n", "\"", "\"\"", ",", ";", ":", "{", "}", "[", "]", "- ", "&a ", "*a", "---\n", "#", "'", "\\u0000", "\\ud800",
    "\xef\xbb\xbf", "\xff\xfe", "\xed\xa0\x80", "\xc3", "-1", "0", "1e999", "9223372036854775808", "18446744073709551616",
    "2025-02-29", "2024-02-29T23:59:60Z", "2099-12", "T00:00:00+14:00", "null", "true", "   ", "\t", "\x1f",
};

static void mutate_once(chance *by)
{
    char span[SPAN_MAX];
    size_t at = chance_below(by, (uint32_t)input_size + 1);
    size_t size = chance_below(by, SPAN_MAX) + 1;
    size_t left = input_size - at;
    const char *word = words[chance_below(by, sizeof words / sizeof words[0])];
    text other = seeds[chance_below(by, (uint32_t)seed_count)];
    switch (chance_below(by, 8)) {
    case 0:
        if (left > 0)
            input[at] = (char)(input[at] ^ 1 << chance_below(by, 8));
        break;
    case 1:
        if (left > 0)
            input[at] = (char)chance_u64(by);
        break;
    case 2: insert(at, word, strlen(word)); break;
    case 3:
        insert(at, (const char[]){'\0'}, 1);
        break;
    case 4: cut(at, size); break;
    case 5: /* said again elsewhere */
        size = size < left ? size : left;
        memcpy(span, input + at, size);
        insert(chance_below(by, (uint32_t)input_size + 1), span, size);
        break;
    case 6: input_size = at; break;
    default: /* goes on as another */
        input_size = at;
        size = chance_below(by, (uint32_t)other.size + 1);
        insert(at, other.at + size, other.size - size);
        break;
    }
}

static void mutate(chance *by)
{
    text seed = seeds[chance_below(by, (uint32_t)seed_count)];
    memcpy(input, seed.at, input_size = seed.size);
    for (uint32_t steps = chance_below(by, STEPS_MAX) + 1; steps > 0; steps--)
        mutate_once(by);
}

/* --- tests --------------------------------------------------------------------------------------- */

static void it_holds_for_nothing_at_all(void **state)
{
    (void)state;
    take((text){"", 0});
}

static void it_holds_for_every_file_of_the_corpus(void **state)
{
    (void)state;
    assert_true(seed_count > 0);
    for (size_t i = 0; i < seed_count; i++)
        take(seeds[i]);
}

static void it_holds_for_mutations_of_them(void **state)
{
    (void)state;
    chance by = {1};
    for (uint32_t i = 0; i < rounds; i++) {
        mutate(&by);
        take((text){input, input_size});
    }
}

static void read_corpus(const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.' && seed_count < SEEDS_MAX) {
            text seed = file_read(folder, entries[i]->d_name, memory);
            seed.size = seed.size < INPUT_MAX / 2 ? seed.size : INPUT_MAX / 2;
            seeds[seed_count++] = seed;
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

/* TARGET ROUNDS: the corpus is the folder TARGET. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_holds_for_nothing_at_all),
        cmocka_unit_test(it_holds_for_every_file_of_the_corpus),
        cmocka_unit_test(it_holds_for_mutations_of_them),
    };
    if (argc != 3)
        return 2;
    const char *slash = strrchr(argv[1], '/');
    target = slash != NULL ? slash + 1 : argv[1];
    rounds = (uint32_t)strtoul(argv[2], NULL, 10);
    memory = arena_create();
    read_corpus(argv[1]);
    (void)signal(SIGABRT, on_abort);
    if (__sanitizer_set_death_callback != NULL)
        __sanitizer_set_death_callback(keep_input);
    int failed = cmocka_run_group_tests_name(target, tests, NULL, NULL);
    arena_destroy(&memory);
    return failed;
}
