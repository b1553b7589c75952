#include "watch.h"

#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "proto/memory.h"

struct watch {
    int fd;
};

watch *watch_create(void)
{
    watch *self = memory_new(1, sizeof *self);
    self->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    return self;
}

void watch_destroy(watch **self)
{
    if (*self == NULL)
        return;
    if ((*self)->fd >= 0)
        (void)close((*self)->fd);
    free(*self);
    *self = NULL;
}

bool watch_add(watch *self, const char *path)
{
    return self->fd >= 0 && inotify_add_watch(self->fd, path, IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE |
                                                                   IN_MOVE_SELF | IN_ATTRIB | IN_DELETE_SELF) >= 0;
}

int watch_descriptor(const watch *self)
{
    return self->fd;
}

void watch_drain(watch *self)
{
    char events[16 * 1024];
    while (read(self->fd, events, sizeof events) > 0) {
    }
}
