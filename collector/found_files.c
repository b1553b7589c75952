#include "found_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "proto/memory.h"

enum { PATH_SIZE = 4096, DEPTH_MAX = 16 };

void found_files_put(found_files *self, const char *path)
{
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    self->each[self->count++] = memory_copy(path);
}

/* A folder that is being gone through, and those that it lies in. */
struct level {
    const struct level *above;
    dev_t device;
    ino_t inode;
    int depth;
};

static bool leads_back(const struct level *from, const struct stat *to)
{
    for (; from != NULL; from = from->above)
        if (from->device == to->st_dev && from->inode == to->st_ino)
            return true;
    return false;
}

static bool add_below(found_files *self, const char *path, bool (*wanted)(const char *name), const struct stat *of,
                      const struct level *above);

/* A folder's entry, unless it leads back to a folder that it lies in. */
static bool add_entry(found_files *self, const char *path, const char *name, bool (*wanted)(const char *name),
                      const struct level *in)
{
    struct stat st;
    char inner[PATH_SIZE];
    int size = snprintf(inner, sizeof inner, "%s/%s", path, name);
    if (name[0] == '.' || size >= (int)sizeof inner)
        return true;
    if (stat(inner, &st) == 0 && S_ISDIR(st.st_mode))
        return leads_back(in, &st) || add_below(self, inner, wanted, &st, in);
    if (wanted(name))
        found_files_put(self, inner); /* what is wrong with a broken link is told when it is opened */
    return true;
}

static bool add_below(found_files *self, const char *path, bool (*wanted)(const char *name), const struct stat *of,
                      const struct level *above)
{
    struct dirent **entries;
    struct level here = {above, of->st_dev, of->st_ino, above != NULL ? above->depth + 1 : 0};
    int fault = ENAMETOOLONG;
    int count = here.depth < DEPTH_MAX ? scandir(path, &entries, NULL, alphasort) : -1;
    bool good = count >= 0;
    if (!good && here.depth < DEPTH_MAX)
        fault = errno;
    for (int i = 0; i < count; i++) {
        if (!add_entry(self, path, entries[i]->d_name, wanted, &here)) {
            good = false;
            fault = errno;
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    if (!good)
        errno = fault;
    return good;
}

bool found_files_add(found_files *self, const char *path, bool (*wanted)(const char *name))
{
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    if (S_ISDIR(st.st_mode))
        return add_below(self, path, wanted, &st, NULL);
    found_files_put(self, path);
    return true;
}

void found_files_free(found_files *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(self->each[i]);
    free(self->each);
    *self = (found_files){0};
}
