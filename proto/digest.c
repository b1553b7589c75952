#include "digest.h"

#include <assert.h>
#include <xxhash.h>

uint64_t digest_text(text from)
{
    return XXH3_64bits(from.at, from.size);
}

uint64_t digest_seeded(text from, uint64_t seed)
{
    return XXH3_64bits_withSeed(from.at, from.size, seed);
}

digest_state *digest_create(void)
{
    /* A digest is xxHash's own state under our name: it wants its own alignment. */
    XXH3_state_t *state = XXH3_createState();
    assert(state != NULL);
    (void)XXH3_128bits_reset(state);
    return (digest_state *)(void *)state;
}

static XXH3_state_t *state_of(const digest_state *self)
{
    return (XXH3_state_t *)(uintptr_t)self;
}

void digest_destroy(digest_state **self)
{
    if (*self != NULL)
        (void)XXH3_freeState(state_of(*self));
    *self = NULL;
}

void digest_restart(digest_state *self)
{
    (void)XXH3_128bits_reset(state_of(self));
}

void digest_feed(digest_state *self, const void *octets, size_t size)
{
    (void)XXH3_128bits_update(state_of(self), octets, size);
}

void digest_now(const digest_state *self, unsigned char out[DIGEST_SIZE])
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_of(self)));
    for (int i = 0; i < DIGEST_SIZE; i++)
        out[i] = canonical.digest[i];
}

uint64_t digest_64(const digest_state *self)
{
    return XXH3_128bits_digest(state_of(self)).low64;
}

void digest_hex(const unsigned char from[DIGEST_SIZE], char out[DIGEST_HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < DIGEST_SIZE; i++) {
        out[2 * i] = digits[from[i] >> 4];
        out[2 * i + 1] = digits[from[i] & 15];
    }
}
