/* map.h - from texts to numbers. Proved by tests/test_map.c. */
#ifndef TOCSIN_MAP_H
#define TOCSIN_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

typedef struct map map;

/* Keys are not copied: they live as long as the map. */
map *map_create(void);
void map_destroy(map **self);

/* The number under a key; false when there is none. */
bool map_find(const map *self, text key, uint32_t *out);

/* Puts a number under a key; replaces what was there. */
void map_put(map *self, text key, uint32_t value);

/* Takes a key out. Returns false when it was not there. */
bool map_remove(map *self, text key);

size_t map_count(const map *self);

#endif
