/* Promise: the aggregator's configuration file says what it means, every fault in it is told at once with its line, and one
 * with a fault changes nothing. */
#include "aggregator/config.h"

#include <stdio.h>
#include <string.h>

#include "fixtures.h"
#include "testing.h"

typedef struct desk {
    char folder[FOLDER_SIZE], path[FOLDER_SIZE + 16];
    faults *found;
    config out;
} desk;

static int desk_make(void **state)
{
    static desk self;
    folder_make(self.folder);
    (void)snprintf(self.path, sizeof self.path, "%s/tocsin.yaml", self.folder);
    self.found = faults_create();
    self.out = (config){.listen = "before"};
    *state = &self;
    return 0;
}

static int desk_remove(void **state)
{
    desk *self = *state;
    faults_destroy(&self->found);
    folder_remove(self->folder);
    return 0;
}

static status read_text(desk *self, const char *yaml)
{
    FILE *out = fopen(self->path, "w");
    assert_non_null(out);
    assert_true(fputs(yaml, out) >= 0);
    assert_int_equal(fclose(out), 0);
    return config_read(self->path, &self->out, self->found);
}

/* One fault, at this line, with these words. */
static void assert_fault(desk *self, size_t index, unsigned line, const char *words)
{
    char head[FOLDER_SIZE + 64];
    (void)snprintf(head, sizeof head, "%s:%u: error: ", self->path, line);
    const char *said = faults_line(self->found, index);
    if (strncmp(said, head, strlen(head)) != 0 || strstr(said, words) == NULL)
        fail_msg("\"%s\" is not at line %u, or does not say \"%s\"", said, line, words);
}

static void subscriptions_stand_beside_the_file_unless_a_whole_path_says_where(void **state)
{
    desk *self = *state;
    char beside[FOLDER_SIZE + 16];
    (void)snprintf(beside, sizeof beside, "%s/who.yaml", self->folder);
    assert_int_equal(read_text(self, "subscriptions: who.yaml\n"), STATUS_OK);
    assert_string_equal(self->out.subscriptions, beside);
    assert_int_equal(read_text(self, "subscriptions: /etc/tocsin/who.yaml\n"), STATUS_OK);
    assert_string_equal(self->out.subscriptions, "/etc/tocsin/who.yaml");
    assert_int_equal(read_text(self, "subscriptions: []\n"), STATUS_REFUSED);
    assert_fault(self, 0, 1, "'subscriptions' should name a file");
}

static void what_is_watched_is_taken_too(void **state)
{
    desk *self = *state;
    assert_int_equal(read_text(self, "disk: {full: 3G}\nbackup: {folder: /backup, keep: 2}\n"), STATUS_OK);
    assert_true(self->out.disk.full.octets == 3ull << 30 && self->out.disk.warn.octets == 5ull << 30);
    assert_string_equal(self->out.backup.folder, "/backup");
    assert_int_equal(self->out.backup.keep, 2);
    assert_int_equal(read_text(self, "disk: no\nbackup: no\n"), STATUS_REFUSED);
    assert_int_equal(faults_count(self->found, FAULT_ERROR), 2);
}

static void every_key_is_taken(void **state)
{
    desk *self = *state;
    assert_int_equal(read_text(self, "listen: tcp://0.0.0.0:7010\nannounce: tcp://[::1]:7011\nreplay: 'tcp://127.0.0.1:*'\n"),
                     STATUS_OK);
    assert_string_equal(self->out.listen, "tcp://0.0.0.0:7010");
    assert_string_equal(self->out.announce, "tcp://[::1]:7011");
    assert_string_equal(self->out.replay, "tcp://127.0.0.1:*");
    assert_int_equal(read_text(self, "announce: none\n"), STATUS_OK);
    assert_string_equal(self->out.announce, "none");
    assert_string_equal(self->out.listen, "");
}

static void every_fault_is_told_with_its_line_and_nothing_is_taken(void **state)
{
    desk *self = *state;
    assert_int_equal(read_text(self, "lisen: tcp://127.0.0.1:1\n\nannounce: 7011\nreplay: none\nlisten: tcp://127.0.0.1:70000\n"),
                     STATUS_REFUSED);
    assert_int_equal(faults_count(self->found, FAULT_ERROR), 4);
    assert_fault(self, 0, 1, "there is no key 'lisen'; perhaps 'listen'");
    assert_fault(self, 1, 3, "'7011' is no endpoint: write tcp://127.0.0.1:7010, or none");
    assert_fault(self, 2, 4, "'none' is no endpoint: write tcp://127.0.0.1:7010");
    assert_fault(self, 3, 5, "'tcp://127.0.0.1:70000' is no endpoint");
    assert_string_equal(self->out.listen, "before");
}

static void what_is_no_map_or_no_yaml_is_refused(void **state)
{
    static const char *const wrong[] = {"- listen\n", "listen\n", "listen: [\n", "listen: {}\n", "listen: tcp://:1\n",
                                        "listen: tcp://a:\n", "listen: tcp://a:0\n", "listen: a\nlisten: b\n"};
    desk *self = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        size_t before = faults_count(self->found, FAULT_ERROR);
        assert_int_equal(read_text(self, wrong[i]), STATUS_REFUSED);
        assert_true(faults_count(self->found, FAULT_ERROR) > before);
    }
    assert_string_equal(self->out.listen, "before");
}

static void a_file_that_is_not_there_is_named(void **state)
{
    desk *self = *state;
    assert_int_equal(config_read("/nowhere/tocsin.yaml", &self->out, self->found), STATUS_REFUSED);
    assert_string_equal(faults_line(self->found, 0), "/nowhere/tocsin.yaml: error: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_key_is_taken, desk_make, desk_remove),
        cmocka_unit_test_setup_teardown(subscriptions_stand_beside_the_file_unless_a_whole_path_says_where, desk_make, desk_remove),
        cmocka_unit_test_setup_teardown(what_is_watched_is_taken_too, desk_make, desk_remove),
        cmocka_unit_test_setup_teardown(every_fault_is_told_with_its_line_and_nothing_is_taken, desk_make, desk_remove),
        cmocka_unit_test_setup_teardown(what_is_no_map_or_no_yaml_is_refused, desk_make, desk_remove),
        cmocka_unit_test_setup_teardown(a_file_that_is_not_there_is_named, desk_make, desk_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
