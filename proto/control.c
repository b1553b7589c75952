#include "control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "memory.h"

/* A connection, and the line that it has begun. */
struct client {
    int fd; /* -1: free */
    char line[CONTROL_LINE_MAX];
    size_t used;
    int64_t heard_ms; /* when its last whole line came, or itself */
};

struct control {
    int fd;
    struct sockaddr_un at;
    struct client clients[CONTROL_CLIENTS_MAX];
};

static bool address_of(const char *folder, struct sockaddr_un *out)
{
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    int size = snprintf(out->sun_path, sizeof out->sun_path, "%s/control.sock", folder);
    return size > 0 && (size_t)size < sizeof out->sun_path;
}

control *control_listen(const char *folder, const char **why)
{
    struct sockaddr_un at;
    *why = "the folder's name is too long for a socket in it";
    if (!address_of(folder, &at))
        return NULL;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    (void)unlink(at.sun_path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || chmod(at.sun_path, 0660) != 0 ||
        listen(fd, CONTROL_CLIENTS_MAX) != 0) {
        *why = strerror(errno);
        if (fd >= 0)
            (void)close(fd);
        return NULL;
    }
    control *self = memory_new(1, sizeof *self);
    self->fd = fd;
    self->at = at;
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        self->clients[i].fd = -1;
    return self;
}

static void drop(struct client *c)
{
    (void)close(c->fd);
    c->fd = -1;
    c->used = 0;
}

void control_close(control **self)
{
    if (*self == NULL)
        return;
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        if ((*self)->clients[i].fd >= 0)
            drop(&(*self)->clients[i]);
    (void)close((*self)->fd);
    (void)unlink((*self)->at.sun_path);
    free(*self);
    *self = NULL;
}

/* What has come and was not read yet, while we were busy, is no silence. */
static bool is_silent(const struct client *c, int64_t now_ms)
{
    char octet;
    return now_ms - c->heard_ms >= CONTROL_SILENT_MS && recv(c->fd, &octet, 1, MSG_PEEK) <= 0;
}

/* A place that is free, or that of whoever has been silent longest; -1: there is none. */
static int place_for_next(const control *self, int64_t now_ms)
{
    int found = -1;
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        const struct client *c = &self->clients[i];
        if (c->fd < 0)
            return i;
        if (is_silent(c, now_ms) && (found < 0 || c->heard_ms < self->clients[found].heard_ms))
            found = i;
    }
    return found;
}

size_t control_descriptors(const control *self, int64_t now_ms, int out[CONTROL_CLIENTS_MAX + 1])
{
    size_t count = 0;
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        if (self->clients[i].fd >= 0)
            out[count++] = self->clients[i].fd;
    if (place_for_next(self, now_ms) >= 0) /* else whoever comes waits for a place, and we don't wake up for it */
        out[count++] = self->fd;
    return count;
}

static void accept_clients(control *self, int64_t now_ms)
{
    for (int place; (place = place_for_next(self, now_ms)) >= 0;) {
        struct client *c = &self->clients[place];
        int next = accept4(self->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (next < 0)
            return;
        if (c->fd >= 0)
            drop(c);
        c->fd = next;
        c->heard_ms = now_ms;
    }
}

static void take_lines(control *self, int64_t now_ms, int index, void (*handle)(void *, control *, int, text), void *context)
{
    struct client *c = &self->clients[index];
    char *end;
    while ((end = memchr(c->line, '\n', c->used)) != NULL) {
        size_t size = (size_t)(end - c->line);
        c->heard_ms = now_ms;
        handle(context, self, index, (text){c->line, size});
        if (c->fd < 0)
            return; /* gone before its answer: nothing is left of it */
        c->used -= size + 1;
        memmove(c->line, end + 1, c->used);
    }
    if (c->used == sizeof c->line)
        drop(c); /* no line of ours is that long */
}

static void read_client(control *self, int64_t now_ms, int index, void (*handle)(void *, control *, int, text), void *context)
{
    struct client *c = &self->clients[index];
    ssize_t got = recv(c->fd, c->line + c->used, sizeof c->line - c->used, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        drop(c);
        return;
    }
    if (got > 0) {
        c->used += (size_t)got;
        take_lines(self, now_ms, index, handle, context);
    }
}

void control_serve(control *self, int64_t now_ms, void (*handle)(void *context, control *from, int client, text line),
                   void *context)
{
    accept_clients(self, now_ms);
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++)
        if (self->clients[i].fd >= 0)
            read_client(self, now_ms, i, handle, context);
}

/* Whole or not at all: an answer is small, and a client that doesn't read is dropped. */
static bool send_line(int fd, text line)
{
    struct iovec parts[2] = {{(void *)(uintptr_t)line.at, line.size}, {(void *)(uintptr_t) "\n", 1}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    return sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)line.size + 1;
}

void control_answer(control *self, int client, text line)
{
    struct client *c = &self->clients[client];
    if (c->fd >= 0 && !send_line(c->fd, line))
        drop(c);
}

/* What failed, by errno. */
static status failure(status otherwise)
{
    return errno == EAGAIN || errno == EWOULDBLOCK ? STATUS_AGAIN : otherwise;
}

static status read_answer(int fd, char *answer, size_t size)
{
    size_t used = 0;
    while (used + 1 < size) {
        ssize_t got = recv(fd, answer + used, size - 1 - used, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0 ? STATUS_IO : failure(STATUS_IO);
        used += (size_t)got;
        if (answer[used - 1] == '\n') {
            answer[used - 1] = '\0';
            return STATUS_OK;
        }
    }
    return STATUS_TOO_LARGE;
}

/* Bounds every wait on the connection, that for a place in the queue of those who come too. */
static bool be_patient(int fd, int64_t patience_ms)
{
    struct timeval limit = {.tv_sec = patience_ms / 1000, .tv_usec = patience_ms % 1000 * 1000};
    return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0;
}

static int64_t process_behind(int fd)
{
    struct ucred who;
    socklen_t size = sizeof who;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 ? who.pid : 0;
}

static status talk(int fd, const struct sockaddr_un *at, text line, char *answer, size_t size, int64_t *pid)
{
    if (connect(fd, (const struct sockaddr *)at, sizeof *at) != 0)
        return failure(STATUS_NOT_FOUND);
    *pid = process_behind(fd);
    return send_line(fd, line) ? read_answer(fd, answer, size) : failure(STATUS_IO);
}

status control_ask(const char *folder, text line, int64_t patience_ms, char *answer, size_t size, int64_t *pid)
{
    struct sockaddr_un at;
    *pid = 0;
    if (!address_of(folder, &at))
        return STATUS_NOT_FOUND;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return STATUS_IO;
    status st = be_patient(fd, patience_ms) ? talk(fd, &at, line, answer, size, pid) : STATUS_IO;
    (void)close(fd);
    return st;
}
