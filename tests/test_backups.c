/* Promise: once a day, at its time by the UK clock, a whole and sound copy of the store lies in the folder, under its name
 * only when it is; one that was missed is made up for; those beyond the newest few go, and nothing that is not ours. What is
 * made by hand counts. A failure is told, and tried again.
 */
#include "aggregator/backups.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine_fixtures.h"
#include "testing.h"

enum { HOUR = 3600, DAY = 86400 };

typedef struct backed_up {
    engine_world *w;
    char folder[FOLDER_SIZE];
    backups *backups;
    int64_t now_s; /* today by the real clock, as files bear its stamps, at 12:00 UTC */
} backed_up;

static backup_plan plan_for(const char *folder)
{
    backup_plan made = {.at_s = 3 * HOUR, .keep = 3};
    (void)snprintf(made.folder, sizeof made.folder, "%s", folder);
    return made;
}

static int backed_up_make(void **state)
{
    static backed_up self;
    (void)world_make(state);
    self = (backed_up){.w = *state, .now_s = (int64_t)time(NULL) / DAY * DAY + 12 * HOUR};
    folder_make(self.folder);
    backup_plan plan = plan_for(self.folder);
    self.backups = backups_create(self.w->data, &plan);
    *state = &self;
    return 0;
}

static int backed_up_remove(void **state)
{
    backed_up *self = *state;
    void *world = self->w;
    backups_destroy(&self->backups);
    folder_remove(self->folder);
    return world_remove(&world);
}

/* "NAME-2025-03-31.db" of a moment. */
static const char *name_at(backed_up *self, int64_t now_s)
{
    char date[DATE_TEXT];
    return arena_print(self->w->memory, "%s-%s.db", strrchr(self->w->data, '/') + 1, date_text(london_date(now_s), date)).at;
}

static backup_state look(backed_up *self, int64_t now_s)
{
    backups_look(self->backups, now_s);
    return backups_state(self->backups);
}

static int files_in(const char *folder)
{
    int count = 0;
    DIR *from = opendir(folder);
    assert_non_null(from);
    for (struct dirent *one; (one = readdir(from)) != NULL;)
        count += one->d_name[0] != '.';
    (void)closedir(from);
    return count;
}

static const char *path_of(backed_up *self, const char *name)
{
    return arena_print(self->w->memory, "%s/%s", self->folder, name).at;
}

static void copy_by_hand(backed_up *self, const char *name)
{
    char why[NOTE_SIZE_MAX];
    store *reader = opened_reader(self->w->data);
    assert_int_equal(store_backup(reader, path_of(self, name), NULL, NULL, why), STATUS_OK);
    store_close(&reader);
}

/* --- when ------------------------------------------------------------------------------------------- */

static void the_time_of_day_is_that_of_the_uk(void **state)
{
    (void)state;
    assert_int_equal(backup_planned_before(3 * HOUR, 1735786800), 1735786800); /* 2025-01-02T03:00:00Z, GMT */
    assert_int_equal(backup_planned_before(3 * HOUR, 1735786799), 1735786800 - DAY);
    assert_int_equal(backup_planned_before(3 * HOUR, 1748836800), 1748829600); /* 2025-06-02T04:00Z: 03:00 was at 02:00Z */
    assert_int_equal(backup_planned_before(3 * HOUR, 1748829599), 1748829600 - DAY);
}

static void the_hour_that_clocks_skip_and_repeat_comes_once_a_day(void **state)
{
    (void)state;
    int64_t spring = 1743296400, autumn = 1761440400; /* 2025-03-30T01:00Z and 2025-10-26T01:00Z: the clocks go */
    static const uint32_t at = 90 * 60; /* 01:30 */
    for (int64_t change = spring;; change = autumn) {
        int64_t before = backup_planned_before(at, change - HOUR);
        int changes = 0;
        for (int64_t now = change - HOUR; now < change - HOUR + DAY; now += 600) {
            int64_t planned = backup_planned_before(at, now);
            changes += planned != before;
            assert_true(planned >= before && planned <= now);
            before = planned;
        }
        assert_int_equal(changes, 1);
        if (change == autumn)
            break;
    }
}

/* --- making ------------------------------------------------------------------------------------------- */

static void the_first_is_made_at_once_and_the_next_at_its_time(void **state)
{
    backed_up *b = *state;
    backup_state seen = look(b, b->now_s);
    assert_true(seen.planned && seen.looked && !seen.failing);
    assert_int_equal(seen.good_s, b->now_s);
    assert_string_equal(seen.file, path_of(b, name_at(b, b->now_s)));
    int64_t next = backup_planned_before(3 * HOUR, b->now_s + DAY);
    assert_int_equal(look(b, next - 1).good_s, b->now_s);
    assert_int_equal(files_in(b->folder), 1);
    assert_int_equal(look(b, next).good_s, next);
    assert_int_equal(files_in(b->folder), 2);
}

static void it_is_a_store_with_all_that_was_committed(void **state)
{
    backed_up *b = *state;
    uint64_t versions;
    assert_admitted(b->w, crime("a", "2024-05-17", "30C", "D1"), ADMISSION_ACCEPTED);
    world_commit(b->w);
    store *copy = opened_reader(look(b, b->now_s).file);
    assert_int_equal(store_last_version(copy, &versions), STATUS_OK);
    assert_int_equal(versions, 1);
    store_close(&copy);
}

static void older_ones_go_once_another_is_good(void **state)
{
    backed_up *b = *state;
    for (int day = 0; day < 5; day++)
        assert_false(look(b, b->now_s + day * DAY).failing);
    assert_int_equal(files_in(b->folder), 3);
    assert_false(file_exists(b->folder, name_at(b, b->now_s + DAY)));
    assert_true(file_exists(b->folder, name_at(b, b->now_s + 2 * DAY)));
}

static void what_is_not_ours_is_left_alone(void **state)
{
    backed_up *b = *state;
    const char *foreign = arena_print(b->w->memory, "%s-2001-01-01.db", strrchr(b->w->data, '/') + 1).at;
    file_write(b->folder, foreign, text_of("no store"));
    file_write(b->folder, "notes.txt", text_of("mine"));
    copy_by_hand(b, "before-upgrade.db");
    for (int day = 1; day < 6; day++)
        (void)look(b, b->now_s + day * DAY);
    assert_true(file_exists(b->folder, foreign));
    assert_true(file_exists(b->folder, "notes.txt"));
    assert_true(file_exists(b->folder, "before-upgrade.db"));
    assert_int_equal(files_in(b->folder), 6);
}

static void the_backup_of_another_list_is_put_aside_and_not_replaced(void **state)
{
    backed_up *b = *state;
    engine_world other = engine_world_make();
    store *reader = opened_reader(other.data);
    char why[NOTE_SIZE_MAX];
    assert_int_equal(store_backup(reader, path_of(b, name_at(b, b->now_s)), NULL, NULL, why), STATUS_OK);
    store_close(&reader);
    engine_world_forget(&other);
    assert_int_equal(look(b, b->now_s).good_s, b->now_s); /* that one does not count */
    assert_true(file_exists(b->folder, arena_print(b->w->memory, "%s.other", name_at(b, b->now_s)).at));
    assert_int_equal(files_in(b->folder), 2);
}

static void one_made_by_hand_counts(void **state)
{
    backed_up *b = *state;
    copy_by_hand(b, "by-hand.db");
    int64_t now = (int64_t)time(NULL);
    backup_state seen = look(b, now);
    assert_true(seen.good_s >= now - 60 && seen.good_s <= now);
    assert_string_equal(seen.file, path_of(b, "by-hand.db"));
    assert_int_equal(files_in(b->folder), 1);
}

static void what_was_left_half_made_goes(void **state)
{
    backed_up *b = *state;
    const char *half = arena_print(b->w->memory, "%s.new.partial", name_at(b, b->now_s - DAY)).at;
    file_write(b->folder, half, text_of("half"));
    (void)look(b, b->now_s);
    assert_false(file_exists(b->folder, half));
}

/* --- failing ------------------------------------------------------------------------------------------ */

static void a_folder_that_is_not_there_is_told_and_tried_again(void **state)
{
    backed_up *b = *state;
    assert_int_equal(rmdir(b->folder), 0);
    backup_state seen = look(b, b->now_s);
    assert_true(seen.failing);
    assert_non_null(strstr(seen.why, b->folder));
    assert_non_null(strstr(seen.why, "No such file"));
    assert_int_equal(mkdir(b->folder, 0700), 0);
    assert_true(look(b, b->now_s + BACKUP_AGAIN_S - 1).failing);
    seen = look(b, b->now_s + BACKUP_AGAIN_S);
    assert_false(seen.failing);
    assert_int_equal(files_in(b->folder), 1);
}

static void one_that_fails_deletes_nothing(void **state)
{
    backed_up *b = *state;
    for (int day = 0; day < 3; day++)
        (void)look(b, b->now_s + day * DAY);
    /* A folder stands where the next is to be made. */
    const char *in_the_way = arena_print(b->w->memory, "%s.new.partial", name_at(b, b->now_s + 3 * DAY)).at;
    assert_int_equal(mkdir(path_of(b, in_the_way), 0700), 0);
    backup_state seen = look(b, b->now_s + 3 * DAY);
    assert_true(seen.failing);
    assert_int_equal(seen.good_s, b->now_s + 2 * DAY);
    assert_int_equal(files_in(b->folder), 4);
    assert_int_equal(rmdir(path_of(b, in_the_way)), 0);
}

static void without_a_folder_nothing_is_planned(void **state)
{
    backed_up *b = *state;
    backup_plan none = {.keep = 7};
    backups *idle = backups_create(b->w->data, &none);
    backups_start(idle);
    backups_look(idle, b->now_s);
    assert_false(backups_state(idle).planned);
    backups_destroy(&idle);
}

static void the_thread_makes_one_by_itself_and_can_be_ended_at_any_time(void **state)
{
    backed_up *b = *state;
    backups_start(b->backups);
    while (backups_state(b->backups).good_s == 0)
        assert_false(backups_state(b->backups).failing);
    backups_destroy(&b->backups);
    assert_int_equal(files_in(b->folder), 1);
    backup_plan plan = plan_for(b->folder);
    for (int i = 0; i < 5; i++) {
        b->backups = backups_create(b->w->data, &plan);
        backups_start(b->backups);
        backups_destroy(&b->backups);
    }
}

#define BACKED_UP(test) cmocka_unit_test_setup_teardown(test, backed_up_make, backed_up_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_time_of_day_is_that_of_the_uk),
        cmocka_unit_test(the_hour_that_clocks_skip_and_repeat_comes_once_a_day),
        BACKED_UP(the_first_is_made_at_once_and_the_next_at_its_time),
        BACKED_UP(it_is_a_store_with_all_that_was_committed),
        BACKED_UP(older_ones_go_once_another_is_good),
        BACKED_UP(what_is_not_ours_is_left_alone),
        BACKED_UP(the_backup_of_another_list_is_put_aside_and_not_replaced),
        BACKED_UP(one_made_by_hand_counts),
        BACKED_UP(what_was_left_half_made_goes),
        BACKED_UP(a_folder_that_is_not_there_is_told_and_tried_again),
        BACKED_UP(one_that_fails_deletes_nothing),
        BACKED_UP(without_a_folder_nothing_is_planned),
        BACKED_UP(the_thread_makes_one_by_itself_and_can_be_ended_at_any_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
