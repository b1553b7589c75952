/* Promise: a subscriptions file is understood as it is documented: who, what, when and by which way, names as codes of the
 * reference data, secrets from files beside it or from the environment. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "delivery/subscriptions.h"
#include "rules_fixtures.h"
#include "testing.h"

struct world {
    void *rules;
    const reference *data;
    faults *found;
    subscriptions *read;
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
    subscriptions_destroy(&self->read);
    subscriptions_destroy(&self->read);
    faults_destroy(&self->found);
    arena_destroy(&self->memory);
    folder_remove(self->folder);
    return rules_world_remove(&self->rules);
}

static const subscriptions *read_file(struct world *self, const char *yaml)
{
    subscriptions_destroy(&self->read);
    faults_destroy(&self->found);
    self->found = faults_create();
    file_write(self->folder, "who.yaml", text_of(yaml));
    self->read = subscriptions_read(arena_print(self->memory, "%s/who.yaml", self->folder).at, self->data, SECRETS_NEEDED, self->found);
    return self->read;
}

static const subscriptions *good_file(struct world *self, const char *yaml)
{
    const subscriptions *read = read_file(self, yaml);
    assert_string_equal(faults_line(self->found, 0), "");
    return read;
}

static const subscription *only(struct world *self, const char *keys)
{
    const subscriptions *read = good_file(self, arena_print(self->memory,
        "mail: {server: \"smtp://127.0.0.1:25\", from: t@example.org}\nsubscriptions:\n- {name: one, %s}\n", keys).at);
    assert_int_equal(read->count, 1);
    return &read->each[0];
}

static void secret_file(struct world *self, const char *name, const char *content, mode_t mode)
{
    file_write(self->folder, name, text_of(content));
    assert_int_equal(chmod(arena_print(self->memory, "%s/%s", self->folder, name).at, mode), 0);
}

static void a_whole_file_is_understood(void **state)
{
    struct world *w = *state;
    secret_file(w, "password", "hunter 2\n", 0600);
    secret_file(w, "teams.url", "https://example.com/hook?sig=abc\n", 0640);
    const subscriptions *read = good_file(w,
        "link: https://tocsin.example/\n"
        "mail:\n  server: smtp://mail.example:587\n  from: tocsin@example.org\n  user: tocsin\n  password_file: password\n"
        "subscriptions:\n"
        "- name: analysts\n  mail: [ann@example.org, ben@example.org]\n  areas: [First force, G1]\n  categories: [theft, asb]\n"
        "  level: elevated\n  about: series\n  quiet: {from: \"20:00\", to: \"07:00\", days: [saturday, sunday], override: never}\n"
        "- name: board\n  webhook: {url_file: teams.url, shape: teams}\n  when: weekly\n  \"on\": tuesday\n  at: \"09:30\"\n");
    assert_text(read->link, "https://tocsin.example/");
    assert_text(read->mail.url, "smtp://mail.example:587");
    assert_text(read->mail.user, "tocsin");
    assert_text(read->mail.password, "hunter 2");
    assert_int_equal(read->mail.tls, MAIL_TLS_REQUIRED);
    assert_int_equal(read->count, 2);
    const subscription *one = subscriptions_find(read, text_of("analysts"));
    assert_ptr_equal(one, &read->each[0]);
    assert_int_equal(one->mail.count, 2);
    assert_text(one->mail.at[1], "ben@example.org");
    assert_int_equal(one->filter.areas.count, 2);
    assert_text(one->filter.areas.at[0], "F1");
    assert_text(one->filter.areas.at[1], "G1");
    assert_text(one->filter.categories.at[1], "asb");
    assert_int_equal(one->filter.level, LEVEL_ELEVATED);
    assert_int_equal(one->filter.about, ABOUT_SERIES);
    assert_int_equal(one->when, DELIVERY_AT_ONCE);
    assert_int_equal(one->quiet.from, 1200);
    assert_int_equal(one->quiet.to, 420);
    assert_int_equal(one->quiet.days, 0x60);
    assert_int_equal(one->override, LEVELS);
    const subscription *two = &read->each[1];
    assert_text(two->hook.url, "https://example.com/hook?sig=abc");
    assert_int_equal(two->hook.shape, WEBHOOK_TEAMS);
    assert_int_equal(two->when, DELIVERY_WEEKLY);
    assert_int_equal(two->due.weekday, 1);
    assert_int_equal(two->due.minute, 570);
    assert_null(subscriptions_find(read, text_of("nobody")));
}

static void what_is_left_out_has_its_default(void **state)
{
    const subscription *one = only(*state, "mail: ann@example.org");
    assert_int_equal(one->mail.count, 1);
    assert_int_equal(one->filter.areas.count + one->filter.categories.count, 0);
    assert_int_equal(one->filter.level, LEVEL_NORMAL);
    assert_int_equal(one->filter.about, ABOUT_ALL);
    assert_int_equal(one->when, DELIVERY_AT_ONCE);
    assert_int_equal(one->quiet.days, 0);
    assert_false(one->all_is_well);
    const subscription *daily = only(*state, "mail: [a@b.c], when: daily, all-is-well: true");
    assert_int_equal(daily->due.minute, 480);
    assert_int_equal(daily->due.weekday, -1);
    assert_true(daily->all_is_well);
    assert_int_equal(only(*state, "mail: [a@b.c], when: weekly")->due.weekday, 0);
    const subscription *quiet = only(*state, "mail: [a@b.c], quiet: {from: \"20:00\", to: \"07:00\"}");
    assert_int_equal(quiet->quiet.days, EVERY_DAY);
    assert_int_equal(quiet->override, LEVEL_PRIORITY);
    assert_int_equal(only(*state, "mail: [a@b.c], areas: all, categories: [all]")->filter.areas.count, 0);
}

static void secrets_come_from_the_environment_too(void **state)
{
    assert_int_equal(setenv("TOCSIN_TEST_URL", "https://hooks.example/services/T1/B2", 1), 0);
    assert_int_equal(setenv("TOCSIN_TEST_SECRET", "s3", 1), 0);
    const subscription *one = only(*state, "webhook: {url_env: TOCSIN_TEST_URL, shape: slack, secret_env: TOCSIN_TEST_SECRET}");
    assert_text(one->hook.url, "https://hooks.example/services/T1/B2");
    assert_text(one->hook.secret, "s3");
}

static void where_it_goes_is_said_without_a_secret(void **state)
{
    struct world *w = *state;
    assert_text(subscription_where(only(w, "mail: [a@b.c]"), w->memory), "mail to a@b.c");
    assert_text(subscription_where(only(w, "mail: [a@b.c, d@e.f, g@h.i]"), w->memory), "mail to a@b.c and 2 others");
    assert_text(subscription_where(only(w, "webhook: {url: \"https://hooks.example:8443/services/T1?x=y\"}"), w->memory),
                "webhook at hooks.example:8443");
    assert_text(subscription_where(only(w, "webhook: {url: \"https://hooks.example?x=y\", shape: slack}"), w->memory),
                "slack at hooks.example");
}

static void a_file_may_list_nobody(void **state)
{
    assert_int_equal(good_file(*state, "subscriptions: []\n")->count, 0);
    assert_int_equal(good_file(*state, "subscriptions:\n")->count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_whole_file_is_understood, make, unmake),
        cmocka_unit_test_setup_teardown(what_is_left_out_has_its_default, make, unmake),
        cmocka_unit_test_setup_teardown(secrets_come_from_the_environment_too, make, unmake),
        cmocka_unit_test_setup_teardown(where_it_goes_is_said_without_a_secret, make, unmake),
        cmocka_unit_test_setup_teardown(a_file_may_list_nobody, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
