/* disk_limits.h - how much free space is too little. Proved by tests/test_trouble.c. */
#ifndef TOCSIN_DISK_LIMITS_H
#define TOCSIN_DISK_LIMITS_H

#include <stdint.h>

/* Free space at which trouble begins; of the two that are given the smaller counts. */
typedef struct disk_limit {
    double percent;  /* of the disk; 0: not given */
    uint64_t octets; /* 0: not given */
} disk_limit;

typedef struct disk_limits {
    disk_limit warn; /* elevated */
    disk_limit full; /* priority */
} disk_limits;

/* 10 % or 5 GiB, and 2 % or 500 MiB. */
disk_limits disk_limits_default(void);

/* In octets, of a disk of some size. */
uint64_t disk_limit_octets(const disk_limit *limit, uint64_t size);

#endif
