#include "beside.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

bool program_beside(const char *name, char *out, size_t size)
{
    char self[PATH_SIZE];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0)
        return false;
    self[length] = '\0';
    char *slash = strrchr(self, '/');
    if (slash != NULL)
        *slash = '\0';
    int used = snprintf(out, size, "%s/%s", self, name);
    return used > 0 && (size_t)used < size && access(out, X_OK) == 0;
}
