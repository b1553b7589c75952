#include "source_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK_SIZE = 256 * 1024, TAIL_SIZE = 512 };

struct source_file {
    int fd;
    uint64_t place;    /* where reading goes on */
    digest_state *sum; /* of everything before `summed` */
    uint64_t summed;
    unsigned char tail[TAIL_SIZE]; /* what stood right before `tail_end` */
    size_t tail_size;
    uint64_t tail_end;
    unsigned char chunk[CHUNK_SIZE];
};

source_file *source_file_of(int descriptor)
{
    source_file *self = memory_new(1, sizeof *self);
    self->fd = descriptor;
    self->sum = digest_create();
    return self;
}

source_file *source_file_open(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe that nobody writes to must not hold us */
    struct stat st;
    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        return source_file_of(fd);
    int fault = S_ISDIR(st.st_mode) ? EISDIR : ESPIPE;
    (void)close(fd);
    errno = fault;
    return NULL;
}

void source_file_close(source_file **self)
{
    if (*self == NULL)
        return;
    (void)close((*self)->fd);
    digest_destroy(&(*self)->sum);
    free(*self);
    *self = NULL;
}

status source_file_facts(source_file *self, uint64_t *size, int64_t *modified_ns)
{
    struct stat st;
    struct timespec now;
    if (fstat(self->fd, &st) != 0 || clock_gettime(CLOCK_REALTIME, &now) != 0)
        return STATUS_IO;
    int64_t modified = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    int64_t present = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    *size = (uint64_t)st.st_size;
    *modified_ns = modified < present ? modified : present;
    return STATUS_OK;
}

static status read_at(source_file *self, void *to, size_t size, uint64_t offset, size_t *got)
{
    ssize_t n;
    do
        n = pread(self->fd, to, size, (off_t)offset);
    while (n < 0 && errno == EINTR);
    *got = n > 0 ? (size_t)n : 0;
    return n < 0 ? STATUS_IO : STATUS_OK;
}

status source_file_read(source_file *self, void *to, size_t size, size_t *got)
{
    status st = read_at(self, to, size, self->place, got);
    self->place += *got;
    return st;
}

void source_file_seek(source_file *self, uint64_t offset)
{
    self->place = offset;
}

/* Takes the octets from `summed` to `offset` into the hash. */
static status sum_up_to(source_file *self, uint64_t offset)
{
    while (self->summed < offset) {
        uint64_t left = offset - self->summed;
        size_t got;
        status st = read_at(self, self->chunk, left < CHUNK_SIZE ? (size_t)left : CHUNK_SIZE, self->summed, &got);
        if (st != STATUS_OK)
            return st;
        if (got == 0)
            return STATUS_END;
        digest_feed(self->sum, self->chunk, got);
        self->summed += got;
    }
    return STATUS_OK;
}

static void sum_again(source_file *self)
{
    digest_restart(self->sum);
    self->summed = 0;
}

bool source_file_fits(source_file *self, const position *held)
{
    unsigned char now[DIGEST_SIZE];
    sum_again(self);
    if (!held->held || held->digest.size != DIGEST_SIZE || sum_up_to(self, held->offset) != STATUS_OK) {
        sum_again(self);
        return false;
    }
    digest_now(self->sum, now);
    if (memcmp(now, held->digest.at, DIGEST_SIZE) == 0)
        return true;
    sum_again(self);
    return false;
}

status source_file_position(source_file *self, uint64_t offset, unsigned char room[DIGEST_SIZE], position *out)
{
    status st = sum_up_to(self, offset);
    if (st != STATUS_OK)
        return STATUS_IO;
    digest_now(self->sum, room);
    *out = (position){.offset = offset, .digest = {(const char *)room, DIGEST_SIZE}, .held = true};
    return STATUS_OK;
}

status source_file_lines(source_file *self, uint64_t offset, uint64_t *lines)
{
    uint64_t at = 0;
    *lines = 0;
    while (at < offset) {
        uint64_t left = offset - at;
        size_t got;
        status st = read_at(self, self->chunk, left < CHUNK_SIZE ? (size_t)left : CHUNK_SIZE, at, &got);
        if (st != STATUS_OK || got == 0)
            return STATUS_IO;
        for (const unsigned char *p = self->chunk, *end = p + got;
             (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
            ++*lines;
        at += got;
    }
    return STATUS_OK;
}

bool source_file_breaks_at(source_file *self, uint64_t offset)
{
    char around[2];
    size_t got = 0;
    if (offset == 0 || read_at(self, around, sizeof around, offset - 1, &got) != STATUS_OK || got < sizeof around)
        return true;
    return around[0] == '\n' || around[1] == '\n' || around[1] == '\r';
}

void source_file_remember(source_file *self, uint64_t offset)
{
    size_t wanted = offset < TAIL_SIZE ? (size_t)offset : TAIL_SIZE;
    if (read_at(self, self->tail, wanted, offset - wanted, &self->tail_size) != STATUS_OK || self->tail_size < wanted)
        self->tail_size = 0;
    self->tail_end = offset;
}

bool source_file_stands(source_file *self)
{
    unsigned char now[TAIL_SIZE];
    size_t got;
    return read_at(self, now, self->tail_size, self->tail_end - self->tail_size, &got) == STATUS_OK &&
           got == self->tail_size && memcmp(now, self->tail, got) == 0;
}

int source_file_descriptor(const source_file *self)
{
    return self->fd;
}
