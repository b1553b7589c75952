/* Promise: every input has a spool folder of its own, whose name can be read, can't lead elsewhere, and is the same at the
 * next run; it lies where the user, or the environment, says. */
#include "collector/spool_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/spool.h"
#include "fixtures.h"
#include "testing.h"

static void set_places(const char *own, const char *state_home, const char *home)
{
    const char *const names[] = {"TOCSIN_SPOOL", "XDG_STATE_HOME", "HOME"}, *const values[] = {own, state_home, home};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(values[i] != NULL ? setenv(names[i], values[i], 1) : unsetenv(names[i]), 0);
}

static void the_nearest_word_says_where_spools_lie(void **state)
{
    (void)state;
    arena *memory = arena_create();
    set_places("/own", "/state", "/home/ann");
    assert_text(spool_place_root("/given", memory), "/given");
    assert_text(spool_place_root(NULL, memory), "/own");
    set_places("", "/state", "/home/ann");
    assert_text(spool_place_root(NULL, memory), "/state/tocsin-spool");
    set_places(NULL, "", "/home/ann");
    assert_text(spool_place_root(NULL, memory), "/home/ann/.local/state/tocsin-spool");
    arena_destroy(&memory);
}

static text named(const char *name, arena *memory)
{
    text made = spool_place_of(text_of("/s"), text_of(name), memory);
    assert_true(made.size > 3 && memcmp(made.at, "/s/", 3) == 0);
    return (text){made.at + 3, made.size - 3};
}

static void plain_names_stand_as_they_are(void **state)
{
    (void)state;
    static const char *const plain[] = {"standard-input", "ndjson", "Niche_2.live", "a"};
    arena *memory = arena_create();
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        assert_text(named(plain[i], memory), plain[i]);
    arena_destroy(&memory);
}

static void any_other_name_is_one_folder_and_stays_apart_from_all_others(void **state)
{
    (void)state;
    static const char *const odd[] = {"/srv/feeds/niche", "/srv/feeds-niche", "srv-feeds-niche", "..", ".", "...", "a/../b", "/",
                                      "//", "-", "a b", "a\tb", "\xc3\xa4", "\xc3\xb6", "niche\n", ".hidden", "niche/"};
    enum { COUNT = sizeof odd / sizeof odd[0] };
    arena *memory = arena_create();
    text made[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        made[i] = named(odd[i], memory);
        assert_null(memchr(made[i].at, '/', made[i].size));
        assert_true(made[i].at[0] != '.');
        assert_texts(made[i], named(odd[i], memory));
        for (size_t k = 0; k < i; k++)
            assert_false(text_equal(made[i], made[k]));
    }
    assert_true(text_has(made[0], "srv-feeds-niche-"));
    arena_destroy(&memory);
}

static void long_paths_show_their_end_and_stay_apart(void **state)
{
    (void)state;
    arena *memory = arena_create();
    text deep = text_filled(memory, 'd', 3000);
    text one = named(arena_print(memory, "/1%.*s/live.fifo", TEXT_ARGS(deep)).at, memory);
    text two = named(arena_print(memory, "/2%.*s/live.fifo", TEXT_ARGS(deep)).at, memory);
    assert_true(one.size < 100 && text_has(one, "live.fifo"));
    assert_false(text_equal(one, two));
    arena_destroy(&memory);
}

/* --- others --------------------------------------------------------------------------------------- */

static char told[1024];

static void tell(const char *path, const char *words)
{
    (void)path, (void)words;
    fail_msg("%s: %s", path, words);
}

static void tell_other(const char *path, unsigned long long octets)
{
    size_t used = strlen(told);
    (void)snprintf(told + used, sizeof told - used, "%s %llu\n", path, octets);
}

static spool *make_spool(text folder, const char *name, bool filled, arena *memory)
{
    spool *log = spool_open(spool_place_of(folder, text_of(name), memory).at, 1 << 20, tell, 1);
    assert_non_null(log);
    if (filled)
        assert_int_equal(spool_begin(log, text_of("twelve octets."), 0, 1, 1), STATUS_OK);
    return log;
}

static void spools_that_nobody_sends_are_told_and_no_others(void **state)
{
    (void)state;
    char root[FOLDER_SIZE], expected[256];
    arena *memory = arena_create();
    folder_make_in_memory(root);
    text folder = text_of(root);
    spool *lost = make_spool(folder, "lost", true, memory), *empty = make_spool(folder, "empty", false, memory);
    spool *mine = make_spool(folder, "mine", true, memory), *held = make_spool(folder, "held", true, memory);
    spool_close(&lost);
    spool_close(&empty);
    spool_close(&mine);
    file_write(root, "a-file", text_of("of somebody"));
    text used[1] = {spool_place_of(folder, text_of("mine"), memory)};
    spool_place_others(folder, used, 1, tell_other);
    (void)snprintf(expected, sizeof expected, "%s/lost %d\n", root, FRAME_HEADER_SIZE + 14);
    assert_string_equal(told, expected);
    spool_place_others(text_of("/nowhere/at/all"), used, 1, tell_other);
    assert_string_equal(told, expected);
    spool_close(&held);
    arena_destroy(&memory);
    folder_remove(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_word_says_where_spools_lie),
        cmocka_unit_test(plain_names_stand_as_they_are),
        cmocka_unit_test(any_other_name_is_one_folder_and_stays_apart_from_all_others),
        cmocka_unit_test(long_paths_show_their_end_and_stay_apart),
        cmocka_unit_test(spools_that_nobody_sends_are_told_and_no_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
