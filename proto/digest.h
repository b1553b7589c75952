/* digest.h - fast hashes that recognise content: the only door to xxHash.
 *
 * XXH3: for telling whether something is the same as before, not against somebody who forges.
 * Proved by tests/test_digest.c.
 */
#ifndef TOCSIN_DIGEST_H
#define TOCSIN_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "text.h"

enum { DIGEST_SIZE = 16, DIGEST_HEX_SIZE = 2 * DIGEST_SIZE };

/* 64 bits of a text. */
uint64_t digest_text(text from);

/* 64 bits of a text, another function for each seed. */
uint64_t digest_seeded(text from, uint64_t seed);

/* 128 bits of much, fed bit by bit; the state is copied freely. */
typedef struct digest_state digest_state;

digest_state *digest_create(void);
void digest_destroy(digest_state **self);
void digest_restart(digest_state *self);
void digest_feed(digest_state *self, const void *octets, size_t size);

/* Of all that was fed so far; more may follow. Canonical (big-endian) octets. */
void digest_now(const digest_state *self, unsigned char out[DIGEST_SIZE]);

/* 64 bits of it. */
uint64_t digest_64(const digest_state *self);

/* As lower-case hexadecimal digits, without NUL. */
void digest_hex(const unsigned char from[DIGEST_SIZE], char out[DIGEST_HEX_SIZE]);

#endif
