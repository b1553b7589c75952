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

static bool add_below(found_files *self, const char *path, bool (*wanted)(const char *name), int depth)
{
    struct dirent **entries;
    struct stat st;
    int count = depth < DEPTH_MAX ? scandir(path, &entries, NULL, alphasort) : 0;
    bool good = count >= 0;
    for (int i = 0; i < count; i++) {
        char inner[PATH_SIZE];
        const char *name = entries[i]->d_name;
        int size = snprintf(inner, sizeof inner, "%s/%s", path, name);
        if (name[0] != '.' && size < (int)sizeof inner) {
            if (stat(inner, &st) == 0 && S_ISDIR(st.st_mode))
                good = add_below(self, inner, wanted, depth + 1) && good;
            else if (wanted(name))
                found_files_put(self, inner); /* what is wrong with a broken link is told when it is opened */
        }
        free(entries[i]);
    }
    if (count >= 0 && depth < DEPTH_MAX)
        free(entries);
    return good;
}

bool found_files_add(found_files *self, const char *path, bool (*wanted)(const char *name))
{
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    if (S_ISDIR(st.st_mode))
        return add_below(self, path, wanted, 0);
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
