/* power_cut.h - what is left of files when the power goes: what was synced for certain, and of the rest what chance
 * will have it.
 *
 * Follows the writes to files. Between two syncs of a file its writes may reach the disk in any order, in pieces of
 * one sector, or not at all; a file that was never synced may not even be there.
 */
#ifndef TOCSIN_POWER_CUT_H
#define TOCSIN_POWER_CUT_H

#include <stddef.h>
#include <stdint.h>

/* A file is opened: what it holds before its first write is on the disk. */
void power_opened(const char *path);
void power_wrote(const char *path, const void *octets, size_t size, int64_t offset);
void power_truncated(const char *path, int64_t size);
void power_synced(const char *path);
void power_deleted(const char *path);

/* The folder itself was synced: names that came and went in it are as they should be. */
void power_folder_synced(void);

/* Leaves the files as a cut might. Shared memory is no file that outlives a machine. */
void power_cut(uint64_t seed);

/* Forgets all files. */
void power_forget(void);

#endif
