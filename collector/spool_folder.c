#include "spool_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/fault_point.h"
#include "spool_segment.h"

enum { PATH_SIZE = 4096, NAME_DIGITS = 20, NAME_SIZE = NAME_DIGITS + sizeof ".spool" };

static void name_of(uint64_t start, char out[NAME_SIZE])
{
    (void)snprintf(out, NAME_SIZE, "%0*llu.spool", NAME_DIGITS, (unsigned long long)start);
}

static int is_segment(const struct dirent *entry)
{
    const char *name = entry->d_name;
    return strlen(name) == NAME_SIZE - 1 && strspn(name, "0123456789") == NAME_DIGITS &&
           strcmp(name + NAME_DIGITS, ".spool") == 0;
}

static int open_folder(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* A new folder's name is on disk only when the one above is. */
static bool sync_above(char *path, char *end)
{
    char *slash = memrchr(path, '/', (size_t)(end - path));
    char kept = slash != NULL ? *slash : '\0';
    if (slash != NULL)
        *slash = '\0';
    int above = open_folder(slash == NULL ? "." : slash == path ? "/" : path);
    bool good = above >= 0 && fsync(above) == 0;
    if (slash != NULL)
        *slash = kept;
    if (above >= 0)
        (void)close(above);
    return good;
}

/* The folder and those above it. */
static bool make_folders(const char *path)
{
    char *copy = memory_copy(path);
    bool good = true;
    for (char *at = copy + 1; good; at++) {
        if (*at != '/' && *at != '\0')
            continue;
        char kept = *at;
        *at = '\0';
        if (mkdir(copy, 0700) == 0)
            good = sync_above(copy, at);
        else
            good = errno == EEXIST || access(copy, X_OK) == 0;
        *at = kept;
        if (kept == '\0')
            break;
    }
    free(copy);
    return good;
}

static int close_with(int fd)
{
    int why = errno;
    if (fd >= 0)
        (void)close(fd);
    errno = why;
    return -1;
}

status spool_folder_open(const char *path, spool_folder *out)
{
    int directory = make_folders(path) ? open_folder(path) : -1;
    int lock = directory >= 0 ? openat(directory, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) != 0) {
        status st = lock >= 0 && errno == EWOULDBLOCK ? STATUS_BUSY : STATUS_IO;
        (void)close_with(lock);
        (void)close_with(directory);
        return st;
    }
    *out = (spool_folder){.path = memory_copy(path), .directory = directory, .lock = lock,
                          .reserved = 1 /* a crash may have left some */};
    return STATUS_OK;
}

void spool_folder_close(spool_folder *self)
{
    (void)close(self->directory);
    (void)close(self->lock);
    free(self->path);
}

uint64_t *spool_folder_list(const spool_folder *self, size_t *count)
{
    struct dirent **entries;
    int found = scandir(self->path, &entries, is_segment, alphasort);
    if (found < 0)
        return NULL;
    uint64_t *starts = memory_new((size_t)found, sizeof *starts);
    *count = 0;
    for (int i = 0; i < found; i++) {
        if (text_to_u64((text){entries[i]->d_name, NAME_DIGITS}, &starts[*count]))
            ++*count;
        free(entries[i]);
    }
    free(entries);
    return starts;
}

int spool_folder_segment(const spool_folder *self, uint64_t start, int flags)
{
    char name[NAME_SIZE];
    name_of(start, name);
    return openat(self->directory, name, flags | O_CLOEXEC);
}

status disk_status(int why)
{
    return why == ENOSPC || why == EDQUOT || why == EFBIG ? STATUS_FULL : STATUS_IO;
}

status write_durably(int fd, const buffer *from, uint64_t place)
{
    size_t done = 0;
    while (done < from->size) {
        ssize_t wrote = pwrite(fd, from->data + done, from->size - done, (off_t)(place + done));
        if (wrote < 0 && errno != EINTR)
            break;
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    if (done == from->size && fdatasync(fd) == 0)
        return STATUS_OK;
    int why = errno;
    (void)ftruncate(fd, (off_t)place);
    errno = why;
    return disk_status(why);
}

int spool_folder_make(spool_folder *self, uint64_t start, const buffer *octets)
{
    char name[NAME_SIZE];
    name_of(start, name);
    int fd = openat(self->directory, "new", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    self->reserved = 0;
    if (fd < 0)
        return -1;
    /* What was set aside is cut to size, not given back. */
    if (ftruncate(fd, (off_t)octets->size) != 0 || write_durably(fd, octets, 0) != STATUS_OK)
        return close_with(fd);
    fault_point("spool-made");
    if (renameat(self->directory, "new", self->directory, name) != 0)
        return close_with(fd);
    fault_point("spool-named");
    if (fsync(self->directory) == 0)
        return fd;
    int why = errno;
    spool_folder_remove(self, start);
    errno = why;
    return close_with(fd);
}

void spool_folder_reserve(spool_folder *self, size_t octets)
{
    if (self->reserved >= octets)
        return;
    int fd = openat(self->directory, "new", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && posix_fallocate(fd, 0, (off_t)octets) == 0)
        self->reserved = octets;
    (void)close_with(fd);
}

void spool_folder_release(spool_folder *self)
{
    if (self->reserved > 0)
        (void)unlinkat(self->directory, "new", 0);
    self->reserved = 0;
}

void spool_folder_remove(const spool_folder *self, uint64_t start)
{
    char name[NAME_SIZE];
    name_of(start, name);
    (void)unlinkat(self->directory, name, 0);
    fault_point("spool-dropped");
}

text spool_folder_path(const spool_folder *self, uint64_t start, arena *memory)
{
    return arena_print(memory, "%s/%0*llu.spool", self->path, NAME_DIGITS, (unsigned long long)start);
}

static bool is_held(const char *path)
{
    char lock[PATH_SIZE];
    (void)snprintf(lock, sizeof lock, "%s/lock", path);
    int fd = open(lock, O_RDWR | O_CLOEXEC);
    bool held = fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0;
    (void)close_with(fd);
    return held;
}

uint64_t spool_folder_left(const char *path)
{
    struct dirent **entries;
    uint64_t octets = 0;
    int count = is_held(path) ? -1 : scandir(path, &entries, is_segment, NULL);
    for (int i = 0; i < count; i++) {
        char whole[PATH_SIZE];
        struct stat st;
        (void)snprintf(whole, sizeof whole, "%s/%s", path, entries[i]->d_name);
        if (stat(whole, &st) == 0 && st.st_size > SEGMENT_HEADER_SIZE)
            octets += (uint64_t)st.st_size - SEGMENT_HEADER_SIZE;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return octets;
}
