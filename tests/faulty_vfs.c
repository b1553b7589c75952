#include "faulty_vfs.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "power_cut.h"
#include "testing.h"

/* What is armed. SQLite asks through callbacks that can't be given it. */
static struct {
    fault_kind kind;
    uint64_t n, times; /* the requests n to n + times - 1 fail; 0: none does */
    uint64_t asked, failed;
    uint64_t power_seed;
} armed;

static sqlite3_vfs *real;          /* SQLite's own */
static sqlite3_mem_methods memory; /* and its allocator */

/* A file of ours, with the real one behind it. */
struct faulty_file {
    sqlite3_file base;
    char *path; /* NULL: it has none and is of no interest */
    bool journals; /* its first sync makes its name durable, too */
    bool synced;
    sqlite3_int64 real[]; /* as SQLite aligns it */
};

void faulty_arm(fault_kind kind, uint64_t n, uint64_t times)
{
    uint64_t seed = armed.power_seed;
    armed.kind = kind;
    armed.n = n;
    armed.times = times;
    armed.asked = armed.failed = 0;
    armed.power_seed = seed;
}

uint64_t faulty_disarm(void)
{
    armed.n = armed.times = 0;
    return armed.failed;
}

void faulty_power_seed(uint64_t seed)
{
    armed.power_seed = seed;
}

const char *fault_name(fault_kind kind)
{
    static const char *const names[FAULT_KINDS] = {"read", "write", "torn", "full", "sync", "truncate", "lock", "busy",
                                                   "open", "delete", "share", "allocation", "power"};
    return names[kind];
}

/* Is it this request's turn to fail? */
static bool fails(fault_kind kind)
{
    if (armed.n == 0 || kind != armed.kind)
        return false;
    armed.asked++;
    if (armed.asked < armed.n || armed.asked - armed.n >= armed.times)
        return false;
    armed.failed++;
    return true;
}

void faulty_power_cut(void)
{
    power_cut(armed.power_seed);
    (void)raise(SIGKILL);
}

/* Before anything that changes what is on the disk. */
static void power_may_go(void)
{
    if (fails(FAULT_POWER))
        faulty_power_cut();
}

static bool follows_power(const struct faulty_file *f)
{
    return armed.kind == FAULT_POWER && f->path != NULL;
}

/* --- files ----------------------------------------------------------------------------------------- */

static struct faulty_file *mine(sqlite3_file *file)
{
    return (struct faulty_file *)(void *)file;
}

static sqlite3_file *behind(sqlite3_file *file)
{
    return (sqlite3_file *)(void *)mine(file)->real;
}

#define REAL(file) (behind(file)->pMethods)

static int file_close(sqlite3_file *file)
{
    free(mine(file)->path);
    return REAL(file)->xClose(behind(file));
}

static int file_read(sqlite3_file *file, void *to, int size, sqlite3_int64 offset)
{
    return fails(FAULT_READ) ? SQLITE_IOERR_READ : REAL(file)->xRead(behind(file), to, size, offset);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
    return fails(FAULT_READ) ? SQLITE_IOERR_FSTAT : REAL(file)->xFileSize(behind(file), out);
}

static int file_write(sqlite3_file *file, const void *octets, int size, sqlite3_int64 offset)
{
    power_may_go();
    if (fails(FAULT_WRITE))
        return SQLITE_IOERR_WRITE;
    if (fails(FAULT_FULL))
        return SQLITE_FULL;
    if (fails(FAULT_TORN)) {
        (void)REAL(file)->xWrite(behind(file), octets, size / 2, offset);
        return SQLITE_IOERR_WRITE;
    }
    if (follows_power(mine(file)))
        power_wrote(mine(file)->path, octets, (size_t)size, offset);
    return REAL(file)->xWrite(behind(file), octets, size, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    power_may_go();
    if (fails(FAULT_TRUNCATE))
        return SQLITE_IOERR_TRUNCATE;
    if (follows_power(mine(file)))
        power_truncated(mine(file)->path, size);
    return REAL(file)->xTruncate(behind(file), size);
}

/* The real disk isn't kept busy: what a sync means is followed by power_cut. */
static int file_sync(sqlite3_file *file, int how)
{
    struct faulty_file *f = mine(file);
    (void)how;
    power_may_go();
    if (fails(FAULT_SYNC))
        return SQLITE_IOERR_FSYNC;
    if (follows_power(f)) {
        power_synced(f->path);
        if (f->journals && !f->synced)
            power_folder_synced();
    }
    f->synced = true;
    return SQLITE_OK;
}

static int file_lock(sqlite3_file *file, int how)
{
    if (how > SQLITE_LOCK_SHARED && fails(FAULT_BUSY))
        return SQLITE_BUSY;
    return fails(FAULT_LOCK) ? SQLITE_IOERR_LOCK : REAL(file)->xLock(behind(file), how);
}

static int file_unlock(sqlite3_file *file, int how)
{
    return REAL(file)->xUnlock(behind(file), how);
}

static int file_check_reserved(sqlite3_file *file, int *out)
{
    return fails(FAULT_LOCK) ? SQLITE_IOERR_CHECKRESERVEDLOCK : REAL(file)->xCheckReservedLock(behind(file), out);
}

static int file_control(sqlite3_file *file, int what, void *with)
{
    return REAL(file)->xFileControl(behind(file), what, with);
}

static int file_sector_size(sqlite3_file *file)
{
    return REAL(file)->xSectorSize(behind(file));
}

static int file_characteristics(sqlite3_file *file)
{
    return REAL(file)->xDeviceCharacteristics(behind(file));
}

static int file_share(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
    return fails(FAULT_SHARE) ? SQLITE_IOERR_SHMMAP : REAL(file)->xShmMap(behind(file), region, size, extend, out);
}

static int file_share_lock(sqlite3_file *file, int offset, int n, int how)
{
    bool takes = (how & SQLITE_SHM_LOCK) != 0;
    if (takes && (how & SQLITE_SHM_EXCLUSIVE) != 0 && fails(FAULT_BUSY))
        return SQLITE_BUSY;
    return takes && fails(FAULT_LOCK) ? SQLITE_IOERR_SHMLOCK : REAL(file)->xShmLock(behind(file), offset, n, how);
}

static void file_share_barrier(sqlite3_file *file)
{
    REAL(file)->xShmBarrier(behind(file));
}

static int file_unshare(sqlite3_file *file, int remove_it)
{
    return REAL(file)->xShmUnmap(behind(file), remove_it);
}

static const sqlite3_io_methods file_methods = {
    .iVersion = 2,
    .xClose = file_close, .xRead = file_read, .xWrite = file_write, .xTruncate = file_truncate, .xSync = file_sync,
    .xFileSize = file_size, .xLock = file_lock, .xUnlock = file_unlock, .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control, .xSectorSize = file_sector_size, .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_share, .xShmLock = file_share_lock, .xShmBarrier = file_share_barrier, .xShmUnmap = file_unshare,
};

/* --- the file system ------------------------------------------------------------------------------- */

static int disk_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *file, int flags, int *flags_out)
{
    struct faulty_file *f = mine(file);
    (void)vfs;
    *f = (struct faulty_file){.journals = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0};
    if (fails(FAULT_OPEN))
        return SQLITE_CANTOPEN;
    int code = real->xOpen(real, path, behind(file), flags, flags_out);
    if (code != SQLITE_OK)
        return code;
    f->base.pMethods = &file_methods;
    f->path = path != NULL ? strdup(path) : NULL;
    if (follows_power(f))
        power_opened(f->path);
    return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    (void)vfs;
    power_may_go();
    if (fails(FAULT_DELETE))
        return SQLITE_IOERR_DELETE;
    int code = real->xDelete(real, path, 0);
    if (armed.kind == FAULT_POWER && code == SQLITE_OK)
        power_deleted(path);
    if (armed.kind == FAULT_POWER && sync_folder)
        power_folder_synced();
    return code;
}

static int disk_access(sqlite3_vfs *vfs, const char *path, int how, int *out)
{
    (void)vfs;
    return fails(FAULT_OPEN) ? SQLITE_IOERR_ACCESS : real->xAccess(real, path, how, out);
}

static int disk_full_path(sqlite3_vfs *vfs, const char *path, int size, char *out)
{
    (void)vfs;
    return real->xFullPathname(real, path, size, out);
}

static int disk_random(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    return real->xRandomness(real, size, out);
}

/* Whoever waits for a lock is told that the time has passed. */
static int disk_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return us;
}

static int disk_time(sqlite3_vfs *vfs, double *out)
{
    (void)vfs;
    return real->xCurrentTime(real, out);
}

static int disk_error(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    return real->xGetLastError(real, size, out);
}

static int disk_time_64(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
    (void)vfs;
    return real->xCurrentTimeInt64(real, out);
}

/* --- memory ---------------------------------------------------------------------------------------- */

static void *allocate(int size)
{
    return fails(FAULT_ALLOCATION) ? NULL : memory.xMalloc(size);
}

static void *allocate_again(void *old, int size)
{
    return fails(FAULT_ALLOCATION) ? NULL : memory.xRealloc(old, size);
}

void faulty_install(void)
{
    static sqlite3_vfs disk = {
        .iVersion = 2, .zName = "faulty",
        .xOpen = disk_open, .xDelete = disk_delete, .xAccess = disk_access, .xFullPathname = disk_full_path,
        .xRandomness = disk_random, .xSleep = disk_sleep, .xCurrentTime = disk_time, .xGetLastError = disk_error,
        .xCurrentTimeInt64 = disk_time_64,
    };
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory), SQLITE_OK);
    sqlite3_mem_methods failing = memory;
    failing.xMalloc = allocate;
    failing.xRealloc = allocate_again;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &failing), SQLITE_OK);
    real = sqlite3_vfs_find(NULL);
    disk.szOsFile = (int)sizeof(struct faulty_file) + real->szOsFile;
    disk.mxPathname = real->mxPathname;
    assert_int_equal(sqlite3_vfs_register(&disk, 1), SQLITE_OK);
}
