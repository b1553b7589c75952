/* file_feed_fixtures.h - a file and the feed of it. */
#ifndef TOCSIN_FILE_FEED_FIXTURES_H
#define TOCSIN_FILE_FEED_FIXTURES_H

#include "collector/file_feed.h"
#include "collector_fixtures.h"

#define HEADER "reference,recorded_at,offence,area\n"

/* A folder with one file in it, and the feed of it. What it gives was issued 1000 ns after 1970. */
typedef struct file_world {
    char folder[FOLDER_SIZE];
    char path[FOLDER_SIZE + 8];
    origin_tally origins;
    coverage_declaration covers[2];
    file_feed_settings settings;
    feed *feed;
    arena *memory;
} file_world;

/* For cmocka. */
int file_world_make(void **state);
int file_world_forget(void **state);

/* The feed of the file as it is; NULL when it can't be used. */
feed *open_feed(file_world *self);

/* The feed of a file with this content. */
feed *feed_of(file_world *self, text content);

/* Writes more behind it. */
void append(const file_world *self, const char *more);

#endif
