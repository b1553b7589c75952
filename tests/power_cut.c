#include "power_cut.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixtures.h"
#include "testing.h"

enum { FILES_MAX = 16, PATH_SIZE = 512, SECTOR = 512 };

/* A write that no sync has followed yet; or, without octets, a truncation to `offset`. */
struct pending {
    unsigned char *octets;
    size_t size;
    int64_t offset;
};

static struct image {
    char path[PATH_SIZE];
    bool durable;          /* its name is on the disk */
    bool deleted;
    unsigned char *octets; /* on the disk */
    size_t size;
    struct pending *pending;
    size_t count, capacity;
} images[FILES_MAX];

static struct image *image_of(const char *path)
{
    struct image *free_one = NULL;
    for (int i = 0; i < FILES_MAX; i++) {
        if (strcmp(images[i].path, path) == 0)
            return &images[i];
        if (free_one == NULL && images[i].path[0] == '\0')
            free_one = &images[i];
    }
    assert_non_null(free_one);
    assert_true(snprintf(free_one->path, PATH_SIZE, "%s", path) < PATH_SIZE);
    return free_one;
}

static void drop_pending(struct image *self)
{
    for (size_t i = 0; i < self->count; i++)
        free(self->pending[i].octets);
    self->count = 0;
}

static void drop_image(struct image *self)
{
    drop_pending(self);
    free(self->pending);
    free(self->octets);
    *self = (struct image){0};
}

void power_forget(void)
{
    for (int i = 0; i < FILES_MAX; i++)
        drop_image(&images[i]);
}

void power_opened(const char *path)
{
    struct image *self = image_of(path);
    FILE *in = self->octets == NULL && self->count == 0 ? fopen(path, "rb") : NULL;
    struct stat st;
    if (in == NULL)
        return;
    if (fstat(fileno(in), &st) == 0 && st.st_size > 0) {
        self->durable = true;
        self->size = (size_t)st.st_size;
        self->octets = memory_new(self->size, 1);
        assert_int_equal(fread(self->octets, 1, self->size, in), self->size);
    }
    (void)fclose(in);
}

static void add_pending(const char *path, struct pending made)
{
    struct image *self = image_of(path);
    self->deleted = false;
    self->pending = memory_room(self->pending, self->count, &self->capacity, sizeof made);
    self->pending[self->count++] = made;
}

void power_wrote(const char *path, const void *octets, size_t size, int64_t offset)
{
    unsigned char *copy = memory_new(size, 1);
    memcpy(copy, octets, size);
    add_pending(path, (struct pending){copy, size, offset});
}

void power_truncated(const char *path, int64_t size)
{
    add_pending(path, (struct pending){.offset = size});
}

static void resize(struct image *self, size_t size)
{
    self->octets = memory_grow(self->octets, size + 1, 1);
    if (size > self->size)
        memset(self->octets + self->size, 0, size - self->size);
    self->size = size;
}

static void put(struct image *self, const unsigned char *octets, size_t size, size_t offset)
{
    if (offset + size > self->size)
        resize(self, offset + size);
    memcpy(self->octets + offset, octets, size);
}

static void apply(struct image *self, const struct pending *one)
{
    if (one->octets == NULL)
        resize(self, (size_t)one->offset);
    else
        put(self, one->octets, one->size, (size_t)one->offset);
}

void power_synced(const char *path)
{
    struct image *self = image_of(path);
    for (size_t i = 0; i < self->count; i++)
        apply(self, &self->pending[i]);
    drop_pending(self);
    self->durable = true;
}

/* Until its folder is synced the name may come back, with what was on the disk under it. */
void power_deleted(const char *path)
{
    struct image *self = image_of(path);
    drop_pending(self);
    self->deleted = true;
}

void power_folder_synced(void)
{
    for (int i = 0; i < FILES_MAX; i++) {
        if (images[i].deleted)
            drop_image(&images[i]);
        images[i].durable = true;
    }
}

/* Sector by sector. */
static void apply_by_chance(struct image *self, const struct pending *one, chance *by)
{
    if (one->octets == NULL) {
        if (chance_below(by, 2) == 0)
            apply(self, one);
        return;
    }
    for (size_t at = 0; at < one->size; at += SECTOR) {
        size_t left = one->size - at;
        if (chance_below(by, 2) == 0)
            put(self, one->octets + at, left < SECTOR ? left : SECTOR, (size_t)one->offset + at);
    }
}

static void leave(struct image *self, chance *by)
{
    bool whole = chance_below(by, 4) == 0, nothing = chance_below(by, 4) == 0;
    for (size_t i = 0; i < self->count && !nothing; i++)
        if (whole)
            apply(self, &self->pending[i]);
        else
            apply_by_chance(self, &self->pending[i], by);
    bool gone = self->deleted || !self->durable;
    if (gone && chance_below(by, 2) == 0) {
        (void)unlink(self->path);
        return;
    }
    FILE *out = fopen(self->path, "wb");
    assert_non_null(out);
    if (self->size > 0)
        assert_int_equal(fwrite(self->octets, 1, self->size, out), self->size);
    (void)fclose(out);
}

void power_cut(uint64_t seed)
{
    chance by = {seed};
    for (int i = 0; i < FILES_MAX; i++) {
        char shared[PATH_SIZE + 8];
        if (images[i].path[0] == '\0')
            continue;
        leave(&images[i], &by);
        assert_true(snprintf(shared, sizeof shared, "%s-shm", images[i].path) < (int)sizeof shared);
        (void)unlink(shared);
    }
}
