/* Promise: limits of a disk and the plan of backups are taken as they are written; whatever else stands there is told with
 * its line and what to write, all of it at once.
 */
#include "aggregator/watchdog_config.h"

#include <string.h>

#include "fixtures.h"
#include "testing.h"

typedef struct told {
    disk_limits disk;
    backup_plan backup;
    faults *found;
} told;

/* What a file says of disk and backup. */
static told read(const char *yaml)
{
    char why[256] = "";
    yamldoc *document = NULL;
    told made = {disk_limits_default(), backup_plan_default(), faults_create()};
    if (yamldoc_read(text_of(yaml), &document, why, sizeof why) != STATUS_OK)
        fail_msg("%s", why);
    yamlnode disk = yamlnode_get(yamldoc_root(document), "disk"), backup = yamlnode_get(yamldoc_root(document), "backup");
    if (yamlnode_is(disk))
        watchdog_config_disk("a.yaml", disk, &made.disk, made.found);
    if (yamlnode_is(backup))
        watchdog_config_backup("a.yaml", backup, &made.backup, made.found);
    yamldoc_destroy(&document);
    return made;
}

static void forget(told *self)
{
    faults_destroy(&self->found);
}

static void assert_refused(const char *yaml, const char *line)
{
    told t = read(yaml);
    if (faults_count(t.found, FAULT_ERROR) != 1 || strstr(faults_line(t.found, 0), line) == NULL)
        fail_msg("%zu faults, the first: \"%s\", which does not say \"%s\"", faults_count(t.found, FAULT_ERROR),
                 faults_line(t.found, 0), line);
    forget(&t);
}

static void limits_are_shares_sizes_or_the_smaller_of_both(void **state)
{
    (void)state;
    told t = read("disk: {warn: 12.5%, full: 3GiB}\n");
    assert_int_equal(faults_count(t.found, FAULT_ERROR), 0);
    assert_true(t.disk.warn.percent > 12.4 && t.disk.warn.percent < 12.6 && t.disk.warn.octets == 0);
    assert_true(t.disk.full.percent <= 0 && t.disk.full.octets == 3ull << 30);
    forget(&t);
    t = read("disk:\n  warn: 10%|5G\n  full: 500MiB | 2%\n");
    assert_int_equal(faults_count(t.found, FAULT_ERROR), 0);
    assert_true(t.disk.warn.percent > 9.9 && t.disk.warn.octets == 5ull << 30);
    assert_true(t.disk.full.percent > 1.9 && t.disk.full.octets == 500ull << 20);
    forget(&t);
}

static void what_is_not_said_stays(void **state)
{
    (void)state;
    told t = read("disk: {full: 1%}\nbackup: {folder: /backup}\n");
    assert_int_equal(faults_count(t.found, FAULT_ERROR), 0);
    assert_true(t.disk.warn.octets == 5ull << 30);
    assert_string_equal(t.backup.folder, "/backup");
    assert_int_equal(t.backup.at_s, 3 * 3600);
    assert_int_equal(t.backup.keep, 7);
    assert_true(t.backup.verify);
    forget(&t);
}

static void a_plan_is_taken_as_it_is_written(void **state)
{
    (void)state;
    told t = read("backup:\n  folder: /mnt/backup of tocsin\n  at: \"23:45\"\n  keep: 31\n  verify: false\n");
    assert_int_equal(faults_count(t.found, FAULT_ERROR), 0);
    assert_string_equal(t.backup.folder, "/mnt/backup of tocsin");
    assert_int_equal(t.backup.at_s, 23 * 3600 + 45 * 60);
    assert_int_equal(t.backup.keep, 31);
    assert_false(t.backup.verify);
    forget(&t);
}

static void what_can_not_be_meant_is_told_with_its_line(void **state)
{
    (void)state;
    assert_refused("disk: 10%\n", "a.yaml:1: error: 'disk' should be a map");
    assert_refused("disk:\n  warn: 100%\n", "a.yaml:2: error: '100%' is no limit");
    assert_refused("disk: {warn: 5}\n", "is no limit");
    assert_refused("disk: {warn: -5%}\n", "is no limit");
    assert_refused("disk: {warn: 10%|20%}\n", "is no limit");
    assert_refused("disk: {warn: 0G}\n", "is no limit");
    assert_refused("disk: {warn: 99999999999999999T}\n", "is no limit");
    assert_refused("disk: {warn: 5%, full: 6%}\n", "'full' should be less");
    assert_refused("disk: {warn: 5M, full: 6M}\n", "'full' should be less");
    assert_refused("disk: {warm: 5%}\n", "'disk' has no key 'warm'; perhaps 'warn'");
    assert_refused("backup: /backup\n", "'backup' should be a map");
    assert_refused("backup: {folder: backup}\n", "should be a whole path");
    assert_refused("backup: {keep: 7}\n", "has no folder");
    assert_refused("backup: {folder: /b, at: 3am}\n", "'3am' is no time of day");
    assert_refused("backup: {folder: /b, at: \"24:00\"}\n", "is no time of day");
    assert_refused("backup: {folder: /b, keep: 0}\n", "should be how many");
    assert_refused("backup: {folder: /b, verify: perhaps}\n", "should be true or false");
    assert_refused("backup: {folder: /b, verfy: true}\n", "perhaps 'verify'");
}

static void all_faults_are_told_at_once(void **state)
{
    (void)state;
    told t = read("disk:\n  warn: x\n  full: y\nbackup:\n  at: z\n  keep: z\n");
    assert_int_equal(faults_count(t.found, FAULT_ERROR), 5);
    forget(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_shares_sizes_or_the_smaller_of_both),
        cmocka_unit_test(what_is_not_said_stays),
        cmocka_unit_test(a_plan_is_taken_as_it_is_written),
        cmocka_unit_test(what_can_not_be_meant_is_told_with_its_line),
        cmocka_unit_test(all_faults_are_told_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
