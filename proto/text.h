/* text.h - a run of characters that somebody else owns.
 *
 * Texts point into a buffer or an arena and are not terminated. An absent text has size 0; whether
 * `at` is NULL then means nothing. Proved by tests/test_text.c.
 */
#ifndef TOCSIN_TEXT_H
#define TOCSIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct text {
    const char *at;
    size_t size; /* octets */
} text;

/* For printf("%.*s", TEXT_ARGS(t)). */
#define TEXT_ARGS(t) (int)(t).size, ((t).size > 0 ? (t).at : "")

text text_of(const char *string);
bool text_equal(text a, text b);
bool text_is(text a, const char *string);

/* Equal but for the case of ASCII letters. */
bool text_equal_caseless(text a, text b);

/* Octet order, as memcmp; a prefix comes first. */
int text_compare(text a, text b);

/* Without ASCII white space at both ends. */
text text_trim(text a);

/* The part before the next separator; `rest` then begins behind it, and is empty at the end.
 * Returns false when `rest` was empty already. */
bool text_split(text *rest, char separator, text *part);

/* A whole decimal number and nothing else.
 * Errors: false when empty, not a number, or out of range; `out` is untouched. */
bool text_to_u64(text a, uint64_t *out);
bool text_to_i64(text a, int64_t *out);
bool text_to_double(text a, double *out);

/* Valid UTF-8 (RFC 3629: no surrogates, nothing overlong) without NUL.
 * Returns the offset of the first octet that is not, or `a.size` when all are. */
size_t text_utf8_fault(text a);

/* Puts '?' for every octet of a C string that is no UTF-8: what quotes a file can then be shown and sent. */
void text_mend(char *string);

/* Copied into a C string of `size` octets, cut where it does not fit. */
void text_copy(text a, char *out, size_t size);

#endif
