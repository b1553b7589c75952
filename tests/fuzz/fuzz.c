#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void must_fail(const char *condition, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: must hold: %s\n", file, line, condition);
    abort();
}

const char *path_of(text octets)
{
    static char path[64];
    static int file = -1;
    if (file < 0) {
        file = memfd_create("octets", MFD_CLOEXEC);
        (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    MUST(ftruncate(file, 0) == 0);
    MUST(octets.size == 0 || pwrite(file, octets.at, octets.size, 0) == (ssize_t)octets.size);
    return path;
}

void must_be_words(text words)
{
    MUST(words.size > 0);
    MUST(text_utf8_fault(words) == words.size);
}
