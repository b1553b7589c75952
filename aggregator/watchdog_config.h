/* watchdog_config.h - what the aggregator's file of settings says of disk and backups, read key by key.
 *
 *     disk: {warn: 10%|5GiB, full: 2%|500MiB}
 *     backup: {folder: /backup, at: "03:00", keep: 7, verify: true}
 *
 * Every fault is told, with its line. Proved by tests/test_watchdog_config.c.
 */
#ifndef TOCSIN_WATCHDOG_CONFIG_H
#define TOCSIN_WATCHDOG_CONFIG_H

#include "backups.h"
#include "disk_limits.h"
#include "figures/faults.h"
#include "proto/yamldoc.h"

/* None is planned; one that is: at 03:00, seven are kept, each is verified. */
backup_plan backup_plan_default(void);

/* The value of `disk` and of `backup`. What is not said stays as it is.
 *   path    of the file, as the user named it */
void watchdog_config_disk(const char *path, yamlnode value, disk_limits *out, faults *found);
void watchdog_config_backup(const char *path, yamlnode value, backup_plan *out, faults *found);

#endif
