/* config.h - the aggregator's settings as a file: `--config FILE`, in YAML.
 *
 * Every fault is told at once, with its line; a file with one is not used. A new key is a line in config.c's table and a
 * field here. Proved by tests/test_config.c.
 */
#ifndef TOCSIN_CONFIG_H
#define TOCSIN_CONFIG_H

#include "backups.h"
#include "disk_limits.h"
#include "figures/faults.h"
#include "proto/link.h"

enum { CONFIG_PATH_SIZE = 4096 };

/* What the file says; empty where it says nothing. */
typedef struct config {
    char listen[ENDPOINT_SIZE_MAX];
    char announce[ENDPOINT_SIZE_MAX]; /* or "none" */
    char replay[ENDPOINT_SIZE_MAX];
    char subscriptions[CONFIG_PATH_SIZE];
    disk_limits disk;   /* these two are whole: what it doesn't say is as without a file */
    backup_plan backup;
} config;

/* What is so without a file. */
config config_default(void);

/*   path    as the user named it: faults are told by it
 *   found   faults are added
 * Errors    STATUS_REFUSED: there are faults, and `out` is untouched */
status config_read(const char *path, config *out, faults *found);

#endif
