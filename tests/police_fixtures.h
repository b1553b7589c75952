/* police_fixtures.h - small data.police.uk files, and the feeds of them. */
#ifndef TOCSIN_POLICE_FIXTURES_H
#define TOCSIN_POLICE_FIXTURES_H

#include "collector/police_uk.h"
#include "collector_fixtures.h"

#define STREET_HEADER                                                                                                \
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome " \
    "category,Context\n"

#define FORCE "Staffordshire Police"

/* A row of March 2025 in Stafford, with a Crime ID and a type of crime. */
#define STREET_ROW(id, type)                                                                                         \
    id ",2025-03," FORCE "," FORCE ",-2.117000,52.806000,On or near High Street,E01029687,Stafford 004B," type          \
       ",Under investigation,\n"

/* The same, as ASB is published: without ID and outcome. */
#define ASB_ROW STREET_ROW_OF("", "2025-03", FORCE, "Anti-social behaviour", "")
#define STREET_ROW_OF(id, month, force, type, outcome)                                                                \
    id "," month "," force "," force ",-2.117000,52.806000,On or near High Street,E01029687,Stafford 004B," type ","  \
       outcome ",\n"

enum { POLICE_ISSUED_NS = 1000 };

/* A folder with one file in it, and the feed of it. */
typedef struct police_world {
    char folder[FOLDER_SIZE];
    char path[FOLDER_SIZE + 64];
    police_uk_settings settings;
    feed *feed;
    text content;
    arena *memory;
} police_world;

/* For cmocka. */
int police_world_make(void **state);
int police_world_forget(void **state);

/* The feed of a file with this name and content, prepared. NULL when it can't be used. */
feed *police_feed(police_world *self, const char *name, text content);

/* Of "2025-03-staffordshire-street.csv". It must be good. */
feed *street_feed(police_world *self, text content);

/* All it gives, and its records only. */
const char *street_words(police_world *self, text content);
const char *street_records(police_world *self, text content);

/* The references of its records, a line each, in their order. */
const char *street_references(police_world *self, const char *name, text content);

#endif
