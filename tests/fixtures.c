#include "fixtures.h"

#include <fcntl.h>
#include <ftw.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing.h"

enum { PATH_SIZE = 512 };

/* Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
uint64_t chance_u64(chance *self)
{
    uint64_t z = self->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint32_t chance_below(chance *self, uint32_t bound)
{
    return (uint32_t)(chance_u64(self) % bound);
}

void folder_make(char out[FOLDER_SIZE])
{
    (void)snprintf(out, FOLDER_SIZE, "/tmp/tocsin-test-XXXXXX");
    assert_non_null(mkdtemp(out));
}

void folder_make_in_memory(char out[FOLDER_SIZE])
{
    (void)snprintf(out, FOLDER_SIZE, "/dev/shm/tocsin-test-XXXXXX");
    if (mkdtemp(out) == NULL)
        folder_make(out);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st, (void)kind, (void)where;
    return remove(path);
}

void folder_remove(const char *folder)
{
    assert_int_equal(nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static void path_in(char out[PATH_SIZE], const char *folder, const char *name)
{
    (void)snprintf(out, PATH_SIZE, "%s/%s", folder, name);
}

void file_write(const char *folder, const char *name, text content)
{
    char path[PATH_SIZE];
    path_in(path, folder, name);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    if (content.size > 0)
        assert_int_equal(fwrite(content.at, 1, content.size, out), content.size);
    assert_int_equal(fclose(out), 0);
}

text file_read(const char *folder, const char *name, arena *memory)
{
    char path[PATH_SIZE];
    path_in(path, folder, name);
    FILE *in = fopen(path, "rb");
    if (in == NULL)
        return (text){0};
    (void)fseek(in, 0, SEEK_END);
    size_t size = (size_t)ftell(in);
    rewind(in);
    char *octets = arena_take(memory, size + 1);
    assert_int_equal(fread(octets, 1, size, in), size);
    (void)fclose(in);
    return (text){octets, size};
}

bool file_exists(const char *folder, const char *name)
{
    char path[PATH_SIZE];
    path_in(path, folder, name);
    return access(path, F_OK) == 0;
}

/* The sanitizers' allocator tells; glibc's does where there is none. */
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

size_t heap_in_use(void)
{
    if (__sanitizer_get_current_allocated_bytes != NULL)
        return __sanitizer_get_current_allocated_bytes();
    struct mallinfo2 all = mallinfo2();
    return all.uordblks + all.hblkhd;
}

text text_filled(arena *memory, char with, size_t size)
{
    char *octets = arena_take(memory, size + 1);
    memset(octets, with, size);
    octets[size] = '\0';
    return (text){octets, size};
}

bool text_has(text in, const char *words)
{
    return in.size > 0 && memmem(in.at, in.size, words, strlen(words)) != NULL;
}

void assert_texts(text actual, text expected)
{
    if (!text_equal(actual, expected))
        fail_msg("\"%.*s\" is not \"%.*s\"", TEXT_ARGS(actual), TEXT_ARGS(expected));
}

int end_of_child(void (*act)(void *context), void *context)
{
    int ended = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        (void)dup2(nowhere, STDERR_FILENO);
        act(context);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    return WIFSIGNALED(ended) ? -WTERMSIG(ended) : WEXITSTATUS(ended);
}
