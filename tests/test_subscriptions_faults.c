/* Promise: whatever a subscriptions file can't mean is told, all of it at once, each with its line and what to do, and no
 * fault repeats a secret. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "delivery/subscriptions.h"
#include "rules_fixtures.h"
#include "testing.h"

static const char mail[] = "mail: {server: \"smtp://127.0.0.1:25\", from: t@example.org}\n";

struct world {
    void *rules;
    const reference *data;
    faults *found;
    arena *memory;
    char folder[FOLDER_SIZE];
};

static int make(void **state)
{
    static struct world self;
    self = (struct world){.memory = arena_create()};
    (void)rules_world_make(&self.rules);
    self.data = ((rules_world *)self.rules)->data;
    folder_make(self.folder);
    *state = &self;
    return 0;
}

static int unmake(void **state)
{
    struct world *self = *state;
    faults_destroy(&self->found);
    arena_destroy(&self->memory);
    folder_remove(self->folder);
    return rules_world_remove(&self->rules);
}

static void read_for(struct world *self, const char *yaml, secrets_wish wish)
{
    faults_destroy(&self->found);
    self->found = faults_create();
    subscriptions *read = subscriptions_create(text_of(yaml), arena_print(self->memory, "%s/who.yaml", self->folder).at, self->data,
                                               wish, self->found);
    subscriptions_destroy(&read);
}

static void read_text(struct world *self, const char *yaml)
{
    read_for(self, yaml, SECRETS_NEEDED);
}

/* The i-th fault, behind the folder's name, has these words. */
static void assert_told(struct world *self, size_t index, const char *words)
{
    const char *line = faults_line(self->found, 0);
    if (index > 0)
        line = faults_line(self->found, index);
    if (strstr(line, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", line, words);
}

static void assert_only(struct world *self, const char *yaml, const char *words)
{
    read_text(self, yaml);
    assert_told(self, 0, words);
    assert_int_equal(faults_count(self->found, FAULT_ERROR) + faults_count(self->found, FAULT_WARNING), 1);
}

/* One subscription, in line 3. */
static const char *one(struct world *self, const char *keys)
{
    return arena_print(self->memory, "%ssubscriptions:\n- {%s}\n", mail, keys).at;
}

struct expected { const char *keys, *fault; };

#define COUNT(cases) (sizeof(cases) / sizeof(cases)[0])

static void a_file_of_another_form_is_a_fault(void **state)
{
    struct world *w = *state;
    static const struct expected cases[] = {
        {"subscriptions: [\n", "who.yaml: error: line 2"},
        {"- one\n", "who.yaml:1: error: the file should be a map with keys such as 'subscriptions:'"},
        {"link: https://tocsin.example/\n", "who.yaml:1: error: the file has no 'subscriptions'"},
        {"subscriptions: none\n", "who.yaml:1: error: 'subscriptions' should be a list: begin each with '- name: ...'"},
        {"subscriptions:\n- one\n", "who.yaml:2: error: a subscription should be a map with keys such as 'name:'"},
        {"subscription: []\nsubscriptions: []\n", "who.yaml:1: error: the file has no key 'subscription'; perhaps 'subscriptions'"},
        {"subscriptions: []\nlink: tocsin.example\n", "who.yaml:2: error: 'link' should be an address that begins with https:// or http://"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_only(w, cases[i].keys, cases[i].fault);
}

static void a_file_that_is_not_there_is_a_fault(void **state)
{
    struct world *w = *state;
    w->found = faults_create();
    assert_null(subscriptions_read("/nowhere/who.yaml", w->data, SECRETS_NEEDED, w->found));
    assert_fault(w->found, "/nowhere/who.yaml: error: can't be read: No such file or directory");
}

static void all_faults_are_told_at_once_each_with_its_line(void **state)
{
    struct world *w = *state;
    read_text(w, "mail:\n  server: mail.example\n  from: tocsin\nsubscriptions:\n- name: a/b\n  mail: [ann]\n  areas: [Nowhere]\n"
                 "  when: hourly\n- nmae: c\n");
    static const char *const lines[] = {
        ":2: error: 'server' should be", ":3: error: 'tocsin' is no mail address", ":5: error: 'a/b' is no name",
        ":6: error: 'ann' is no mail address", ":7: error: 'Nowhere' is neither", ":8: error: when is 'hourly': write at-once, daily or weekly",
        ":9: error: a subscription has no key 'nmae'; perhaps 'name'", ":9: error: the subscription has no 'name'",
        ":9: error: the subscription goes nowhere",
    };
    for (size_t i = 0; i < COUNT(lines); i++)
        assert_told(w, i, lines[i]);
    assert_int_equal(faults_count(w->found, FAULT_ERROR), COUNT(lines));
}

static void what_a_subscription_can_t_mean_is_told(void **state)
{
    static const struct expected cases[] = {
        {"name: x, mail: [a@b.c], webhook: {url: \"https://x.example\"}", ":3: error: the subscription has both 'mail' and 'webhook'"},
        {"name: \".x\", mail: [a@b.c]", ":3: error: '.x' is no name of a subscription"},
        {"name: x y, mail: [a@b.c]", ":3: error: 'x y' is no name of a subscription"},
        {"name: x, mail: [a@b.c], level: high", ":3: error: level is 'high': write watch, elevated or priority"},
        {"name: x, mail: [a@b.c], about: crime", ":3: error: about is 'crime': write all, series or tocsin"},
        {"name: x, mail: [a@b.c], categories: [thefts]", ":3: error: there is no category 'thefts'; perhaps 'theft'"},
        {"name: x, mail: [a@b.c], areas: [L1]", ":3: error: L1 (Stafford 001A) is a lsoa"},
        {"name: x, mail: [a@b.c], areas: []", ":3: error: 'areas' should be a list such as"},
        {"name: x, mail: [a@b.c], at: \"08:00\"", ":3: error: what is told at once has no 'at'"},
        {"name: x, mail: [a@b.c], when: daily, at: 8", ":3: error: at is '8' and should be a time of day"},
        {"name: x, mail: [a@b.c], when: daily, \"on\": monday", ":3: error: a daily digest has no 'on'"},
        {"name: x, mail: [a@b.c], when: weekly, \"on\": mondy", ":3: error: on is 'mondy': write monday, tuesday"},
        {"name: x, mail: [a@b.c], when: daily, quiet: {from: \"20:00\", to: \"07:00\"}", ":3: error: a digest comes at its time"},
        {"name: x, mail: [a@b.c], quiet: {from: \"20:00\"}", ":3: error: 'quiet' should say from when to when"},
        {"name: x, mail: [a@b.c], quiet: {from: \"20:00\", to: \"20:00\"}", ":3: error: these quiet hours never end"},
        {"name: x, mail: [a@b.c], quiet: {from: \"20:00\", to: \"07:00\", override: always}", ":3: error: override is 'always': write priority or never"},
        {"name: x, mail: [a@b.c], quiet: night", ":3: error: 'quiet' should be a map"},
        {"name: x, mail: [a@b.c], all-is-well: true", ":3: error: 'all-is-well' is said by a digest by mail"},
        {"name: x, webhook: {url: \"https://x.example\"}, when: daily, all-is-well: true", ":3: error: 'all-is-well' is said by a digest by mail"},
        {"name: x, mail: [a@b.c], all-is-well: sometimes", ":3: error: all-is-well is 'sometimes': write false or true"},
        {"name: x, webhook: {shape: json}", ":3: error: 'webhook' should have one of url, url_file and url_env, and has none"},
        {"name: x, webhook: {url: \"https://a.example\", url_env: HOME}", ":3: error: 'url_env' should be an address"},
        {"name: x, webhook: {url: \"https://x.example\", shape: xml}", ":3: error: shape is 'xml': write json, slack or teams"},
        {"name: x, webhook: {url: \"ftp://x.example\"}", ":3: error: 'url' should be an address that begins with https:// or http://"},
        {"name: x, webhook: {url: \"https://me:secret@x.example/\"}", ":3: error: 'url' holds a user"},
        {"name: x, webhook: {url: \"http://x.example\"}", ":3: warning: 'url' is not encrypted"},
    };
    struct world *w = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        read_text(w, one(w, cases[i].keys));
        assert_told(w, 0, cases[i].fault);
    }
}

static void a_former_area_stands_for_the_one_that_took_it_over_and_is_told(void **state)
{
    assert_only(*state, one(*state, "name: x, mail: [a@b.c], areas: [FD]"), ":3: warning: Former (FD) is a former area: name Lichfield (D2)");
}

static void two_subscriptions_of_one_name_are_a_fault_whatever_the_case(void **state)
{
    struct world *w = *state;
    assert_only(w, arena_print(w->memory, "%ssubscriptions:\n- {name: a, mail: [a@b.c]}\n- {name: A, mail: [a@b.c]}\n", mail).at,
                ":4: error: a subscription with the name 'A' stands in line 3 already");
}

static void mail_without_a_server_is_a_fault_for_each_that_wants_it(void **state)
{
    assert_only(*state, "subscriptions:\n- {name: a, mail: [a@b.c]}\n- {name: b, webhook: {url: \"https://x.example\"}}\n",
                ":2: error: mail is wanted and the file has no 'mail'");
}

static void addresses_that_no_server_would_take_are_told(void **state)
{
    static const char *const wrong[] = {"ann", "@b.c", "ann@", "a@b@c", "a b@c.d", "<a@b.c>", "a@b.c\\r\\nBcc: x@y.z", "\xc3\xa4@b.c"};
    struct world *w = *state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        read_text(w, one(w, arena_print(w->memory, "name: x, mail: [\"%s\"]", wrong[i]).at));
        assert_int_equal(faults_count(w->found, FAULT_ERROR), 1);
    }
    text many = {"", 0};
    for (int i = 0; i <= ADDRESSES_MAX; i++)
        many = arena_print(w->memory, "%.*sa%d@b.c,", TEXT_ARGS(many), i);
    assert_only(w, one(w, arena_print(w->memory, "name: x, mail: [%s]", many.at).at), ":3: error: 'mail' has 51 addresses, and 50 are the most");
}

static void a_mail_server_s_faults_are_told(void **state)
{
    static const struct expected cases[] = {
        {"{from: a@b.c}", ":1: error: 'mail' has no 'server'"},
        {"{server: \"smtp://h:25\"}", ":1: error: 'mail' has no 'from'"},
        {"{server: \"smtp://h:25/path\", from: a@b.c}", ":1: error: 'server' should end with its host or port"},
        {"{server: \"http://h:25\", from: a@b.c}", ":1: error: 'server' should be an address that begins with smtps:// or smtp://"},
        {"{server: \"smtp://h:25\", from: a@b.c, tls: yes}", ":1: error: tls is 'yes': write required, try or none"},
        {"{server: \"smtp://h:25\", from: a@b.c, user: u}", ":1: error: 'mail' has a user and no password"},
        {"{server: \"smtp://h:25\", from: a@b.c, password_env: HOME}", ":1: error: 'mail' has a password and no user"},
        {"{server: \"smtp://h:25\", from: a@b.c, user: u, password_env: HOME, tls: try}", ":1: warning: without 'tls: required'"},
    };
    struct world *w = *state;
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_only(w, arena_print(w->memory, "mail: %s\nsubscriptions: []\n", cases[i].keys).at, cases[i].fault);
}

static void authorities_that_can_t_be_read_or_hold_no_certificate_are_told(void **state)
{
    struct world *w = *state;
    const char *hook = one(w, "name: x, webhook: {url: \"https://x.example\", ca_file: ca.pem}");
    const char *server = "mail: {server: \"smtp://h:25\", from: a@b.c, ca_file: ca.pem}\nsubscriptions: []\n";
    assert_only(w, hook, "/ca.pem can't be read: No such file or directory");
    assert_only(w, server, "/ca.pem can't be read: No such file or directory");
    file_write(w->folder, "ca.pem", text_of("-----BEGIN PRIVATE KEY-----\n"));
    assert_only(w, hook, ":3: error: ca_file ");
    assert_told(w, 0, "/ca.pem holds no certificate: it should have a line -----BEGIN CERTIFICATE-----");
    file_write(w->folder, "ca.pem", text_of("about it\n-----BEGIN CERTIFICATE-----\n"));
    read_text(w, hook);
    assert_string_equal(faults_line(w->found, 0), "");
}

/* --- secrets ---------------------------------------------------------------------------------------- */

static void a_secret_in_the_file_itself_is_refused_and_not_repeated(void **state)
{
    struct world *w = *state;
    assert_only(w, "mail: {server: \"smtp://h:25\", from: a@b.c, password: hunter2}\nsubscriptions: []\n",
                ":1: error: a password does not belong into this file: name a file with password_file");
    assert_null(strstr(faults_line(w->found, 0), "hunter2"));
    assert_only(w, one(w, "name: x, webhook: {url: \"https://x.example\", secret: hunter2}"), ":3: error: a secret does not belong");
    assert_only(w, one(w, "name: x, webhook: {url: \"hunter2\"}"), ":3: error: 'url' should be an address");
    assert_null(strstr(faults_line(w->found, 0), "hunter2"));
}

static void a_secret_file_that_everybody_can_read_is_a_warning(void **state)
{
    struct world *w = *state;
    const char *yaml = one(w, "name: x, webhook: {url: \"https://x.example\", secret_file: s}");
    file_write(w->folder, "s", text_of("hunter2\n"));
    const char *path = arena_print(w->memory, "%s/s", w->folder).at;
    assert_int_equal(chmod(path, 0644), 0);
    assert_only(w, yaml, "/s can be read by everybody: chmod o-r it");
    assert_int_equal(faults_count(w->found, FAULT_WARNING), 1);
    assert_int_equal(chmod(path, 0640), 0);
    read_text(w, yaml);
    assert_string_equal(faults_line(w->found, 0), "");
}

static void a_secret_that_can_t_be_had_is_a_fault(void **state)
{
    struct world *w = *state;
    const char *yaml = one(w, "name: x, webhook: {url: \"https://x.example\", secret_file: s}");
    assert_only(w, yaml, "/s can't be read: No such file or directory");
    file_write(w->folder, "s", text_of("\n"));
    assert_int_equal(chmod(arena_print(w->memory, "%s/s", w->folder).at, 0600), 0);
    assert_only(w, yaml, "/s should hold one line, and is empty");
    file_write(w->folder, "s", text_of("one\ntwo\n"));
    assert_only(w, yaml, "/s should hold one line, and holds more");
    file_write(w->folder, "s", text_filled(w->memory, 'x', SECRET_SIZE_MAX + 1));
    assert_only(w, yaml, "/s has more than 4096 octets");
}

static void a_variable_that_is_not_there_is_an_error_where_it_is_needed_and_else_a_warning(void **state)
{
    struct world *w = *state;
    const char *yaml = one(w, "name: x, webhook: {url_env: TOCSIN_NO_SUCH}");
    assert_only(w, yaml, ":3: error: url_env: the environment has no variable TOCSIN_NO_SUCH");
    read_for(w, yaml, SECRETS_CHECKED);
    assert_told(w, 0, ":3: warning: url_env: the environment here has no variable TOCSIN_NO_SUCH");
    assert_int_equal(faults_count(w->found, FAULT_ERROR), 0);
}

static void more_subscriptions_than_there_is_room_for_are_a_fault(void **state)
{
    struct world *w = *state;
    text yaml = arena_print(w->memory, "%ssubscriptions:\n", mail);
    for (int i = 0; i <= SUBSCRIPTIONS_MAX; i++)
        yaml = arena_print(w->memory, "%.*s- {name: n%d, mail: [a@b.c]}\n", TEXT_ARGS(yaml), i);
    assert_only(w, yaml.at, ":3: error: there are 257 subscriptions, and 256 are the most");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_of_another_form_is_a_fault, make, unmake),
        cmocka_unit_test_setup_teardown(a_file_that_is_not_there_is_a_fault, make, unmake),
        cmocka_unit_test_setup_teardown(all_faults_are_told_at_once_each_with_its_line, make, unmake),
        cmocka_unit_test_setup_teardown(what_a_subscription_can_t_mean_is_told, make, unmake),
        cmocka_unit_test_setup_teardown(a_former_area_stands_for_the_one_that_took_it_over_and_is_told, make, unmake),
        cmocka_unit_test_setup_teardown(two_subscriptions_of_one_name_are_a_fault_whatever_the_case, make, unmake),
        cmocka_unit_test_setup_teardown(mail_without_a_server_is_a_fault_for_each_that_wants_it, make, unmake),
        cmocka_unit_test_setup_teardown(addresses_that_no_server_would_take_are_told, make, unmake),
        cmocka_unit_test_setup_teardown(a_mail_server_s_faults_are_told, make, unmake),
        cmocka_unit_test_setup_teardown(authorities_that_can_t_be_read_or_hold_no_certificate_are_told, make, unmake),
        cmocka_unit_test_setup_teardown(a_secret_in_the_file_itself_is_refused_and_not_repeated, make, unmake),
        cmocka_unit_test_setup_teardown(a_secret_file_that_everybody_can_read_is_a_warning, make, unmake),
        cmocka_unit_test_setup_teardown(a_secret_that_can_t_be_had_is_a_fault, make, unmake),
        cmocka_unit_test_setup_teardown(a_variable_that_is_not_there_is_an_error_where_it_is_needed_and_else_a_warning, make, unmake),
        cmocka_unit_test_setup_teardown(more_subscriptions_than_there_is_room_for_are_a_fault, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
