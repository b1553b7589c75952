/* jsondoc.h - JSON values, made and read: the only door to jansson.
 *
 * A value belongs to the object or array it was put into; the outermost belongs to whoever made it.
 * Numbers are written with at most 10 significant digits, so that 2.286 stays 2.286.
 * Proved by tests/test_jsondoc.c.
 */
#ifndef TOCSIN_JSONDOC_H
#define TOCSIN_JSONDOC_H

#include <stdio.h>

#include "calendar.h"
#include "memory.h"
#include "status.h"

typedef struct jsondoc jsondoc;

jsondoc *jsondoc_object(void);
jsondoc *jsondoc_array(void);
void jsondoc_destroy(jsondoc **self);

/* Put under a key of an object. Text that is not UTF-8 becomes null; so does a number that is none. */
void jsondoc_put_text(jsondoc *object, const char *key, text value);
void jsondoc_put_number(jsondoc *object, const char *key, double value);
void jsondoc_put_integer(jsondoc *object, const char *key, int64_t value);
void jsondoc_put_bool(jsondoc *object, const char *key, bool value);
void jsondoc_put_null(jsondoc *object, const char *key);

/* As "2025-03-31"; null for DAY_NONE. */
void jsondoc_put_date(jsondoc *object, const char *key, day_number value);

/* A whole value under a key; it belongs to the object from here on. */
void jsondoc_put(jsondoc *object, const char *key, jsondoc **value);

/* A new object or array under a key, or at the end of an array; to be filled in. */
jsondoc *jsondoc_put_object(jsondoc *object, const char *key);
jsondoc *jsondoc_put_array(jsondoc *object, const char *key);
jsondoc *jsondoc_add_object(jsondoc *array);
void jsondoc_add_text(jsondoc *array, text value);

/* A whole value at the end of an array; it belongs to the array from here on. */
void jsondoc_add(jsondoc *array, jsondoc **value);

/* On one line, or indented; with a line end. */
void jsondoc_write(const jsondoc *self, FILE *out, bool indented);
text jsondoc_print(const jsondoc *self, arena *memory);

/* Reads one value and nothing behind it.
 *   why      on failure: what is wrong, and at which octet */
status jsondoc_read(text from, jsondoc **out, char *why, size_t why_size);

typedef enum jsondoc_kind {
    JSONDOC_NULL,
    JSONDOC_BOOL,
    JSONDOC_NUMBER,
    JSONDOC_TEXT,
    JSONDOC_ARRAY,
    JSONDOC_OBJECT,
} jsondoc_kind;

jsondoc_kind jsondoc_kind_of(const jsondoc *self);

/* The member of an object; NULL when there is none. */
const jsondoc *jsondoc_get(const jsondoc *object, const char *key);
size_t jsondoc_size(const jsondoc *array);
const jsondoc *jsondoc_at(const jsondoc *array, size_t index);

/* The keys of an object in order: the i-th, or NULL behind the last. */
const char *jsondoc_key(const jsondoc *object, size_t index);

/* A text's value; empty for anything else. Lives as long as the value. */
text jsondoc_text(const jsondoc *self);

/* A number's or bool's value; 0 for anything else. */
double jsondoc_number(const jsondoc *self);

/* Is it a whole number that an int64 holds? */
bool jsondoc_integer(const jsondoc *self, int64_t *out);

#endif
