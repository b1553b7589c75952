#include "memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024, KEPT_MAX = 8 * 1024 * 1024 };

static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr, "tocsin: no memory for %zu octets; stopping\n", size);
    abort();
}

void *memory_new(size_t count, size_t size)
{
    void *made = calloc(count > 0 ? count : 1, size > 0 ? size : 1);
    if (made == NULL)
        out_of_memory(count * size);
    return made;
}

void *memory_grow(void *old, size_t count, size_t size)
{
    size_t octets;
    if (__builtin_mul_overflow(count, size, &octets))
        out_of_memory(SIZE_MAX);
    void *made = realloc(old, octets > 0 ? octets : 1);
    if (made == NULL)
        out_of_memory(octets);
    return made;
}

char *memory_copy(const char *string)
{
    size_t size = strlen(string) + 1;
    return memcpy(memory_new(1, size), string, size);
}

void *memory_room(void *array, size_t used, size_t *capacity, size_t size)
{
    if (used < *capacity)
        return array;
    *capacity = *capacity > 0 ? *capacity * 2 : 16;
    return memory_grow(array, *capacity, size);
}

struct block {
    struct block *next;
    size_t size; /* octets behind the header */
    size_t used;
    _Alignas(max_align_t) unsigned char data[];
};

struct arena {
    struct block *first; /* the one that is being filled */
    struct block *spare; /* emptied, kept for reuse */
    size_t held;
};

arena *arena_create(void)
{
    return memory_new(1, sizeof(arena));
}

static void free_blocks(struct block *block)
{
    while (block != NULL) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_destroy(arena **self)
{
    if (*self == NULL)
        return;
    free_blocks((*self)->first);
    free_blocks((*self)->spare);
    free(*self);
    *self = NULL;
}

static struct block *new_block(arena *self, size_t need)
{
    if (self->spare != NULL && self->spare->size >= need) {
        struct block *reused = self->spare;
        self->spare = reused->next;
        return reused;
    }
    size_t size = need > BLOCK_SIZE ? need : BLOCK_SIZE;
    if (size > SIZE_MAX - sizeof(struct block))
        out_of_memory(size);
    struct block *made = memory_grow(NULL, 1, sizeof *made + size);
    *made = (struct block){.size = size};
    self->held += size;
    return made;
}

void *arena_take(arena *self, size_t size)
{
    size_t alignment = _Alignof(max_align_t);
    size_t need = (size + alignment - 1) / alignment * alignment;
    if (need < size)
        out_of_memory(size);
    struct block *block = self->first;
    if (block == NULL || block->size - block->used < need) {
        block = new_block(self, need);
        block->next = self->first;
        self->first = block;
    }
    void *taken = block->data + block->used;
    block->used += need;
    return taken;
}

text arena_text(arena *self, text from)
{
    char *copy = arena_take(self, from.size + 1);
    if (from.size > 0)
        memcpy(copy, from.at, from.size);
    copy[from.size] = '\0';
    return (text){copy, from.size};
}

text arena_print(arena *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (size < 0)
        return (text){0};
    char *made = arena_take(self, (size_t)size + 1);
    va_start(args, format);
    (void)vsnprintf(made, (size_t)size + 1, format, args);
    va_end(args);
    return (text){made, (size_t)size};
}

void arena_reset(arena *self)
{
    while (self->first != NULL) {
        struct block *block = self->first;
        self->first = block->next;
        if (self->held > KEPT_MAX) {
            self->held -= block->size;
            free(block);
            continue;
        }
        block->used = 0;
        block->next = self->spare;
        self->spare = block;
    }
}

size_t arena_held(const arena *self)
{
    return self->held;
}
