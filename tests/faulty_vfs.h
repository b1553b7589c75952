/* faulty_vfs.h - a disk that fails when it is told to, and memory that runs out, beneath the real store.
 *
 * A shim around SQLite's own file system, which takes its place as the default; the store under test knows nothing of
 * it. What SQLite asks for is counted kind by kind, and the n-th request of a kind fails. Nothing is synced to
 * the real disk, which only makes the tests quick: what a power cut leaves is worked out (power_cut.h) from what was
 * written and what was synced. Memory-mapped reading (xFetch) is not offered, as the store never asks for it.
 */
#ifndef TOCSIN_FAULTY_VFS_H
#define TOCSIN_FAULTY_VFS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum fault_kind {
    FAULT_READ,       /* reading a file or asking for its size */
    FAULT_WRITE,      /* nothing of it is written */
    FAULT_TORN,       /* the first half of the octets is written, and then it fails */
    FAULT_FULL,       /* no space left for it */
    FAULT_SYNC,
    FAULT_TRUNCATE,
    FAULT_LOCK,       /* taking a lock on a file or on shared memory; not letting one go */
    FAULT_BUSY,       /* somebody else writes, and has the lock for it */
    FAULT_OPEN,       /* opening a file, or looking whether it is there */
    FAULT_DELETE,
    FAULT_SHARE,      /* mapping shared memory */
    FAULT_ALLOCATION,
    FAULT_POWER,      /* the process dies at a write, sync, truncation or deletion, and the machine with it */
    FAULT_KINDS
} fault_kind;

/* Takes SQLite's file system and allocator over. Once, before SQLite is used. */
void faulty_install(void);

/* Lets the n-th request of a kind from now on fail (1 is the next one), and those behind it: `times` in all. */
void faulty_arm(fault_kind kind, uint64_t n, uint64_t times);

/* Nothing fails any more.
 * Returns   how many requests failed since it was armed */
uint64_t faulty_disarm(void);

/* For FAULT_POWER: what is not synced is lost or kept by this seed. And a cut now, without waiting for a request. */
void faulty_power_seed(uint64_t seed);
void faulty_power_cut(void);

/* "write", "power" ...: for words of a test that fails. */
const char *fault_name(fault_kind kind);

#endif
