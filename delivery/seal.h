/* seal.h - the signature on a webhook's body: the only door to OpenSSL.
 *
 * "t=1770000000,v1=HEX": HMAC-SHA256 under the secret over the time, a full stop and the body. Proved by tests/test_seal.c.
 */
#ifndef TOCSIN_SEAL_H
#define TOCSIN_SEAL_H

#include "proto/text.h"

enum { SEAL_SIZE = 96 };

/* Source   RFC 2104 and FIPS 180-4 */
void seal_write(text secret, text body, int64_t now_s, char out[SEAL_SIZE]);

#endif
