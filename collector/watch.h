/* watch.h - wakes up when a file grows or a folder gets a new one. Proved by tests/test_watch.c. */
#ifndef TOCSIN_WATCH_H
#define TOCSIN_WATCH_H

#include <stdbool.h>

/* Everything is watched by one descriptor. */
typedef struct watch watch;

watch *watch_create(void);
void watch_destroy(watch **self);

/* A file or a folder. Returns false when it can't be watched; errno says why. */
bool watch_add(watch *self, const char *path);

/* Readable when something has changed. */
int watch_descriptor(const watch *self);

/* Takes what is there, so that the descriptor is quiet again. */
void watch_drain(watch *self);

#endif
