#include "seal.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/memory.h"

void seal_write(text secret, text body, int64_t now_s, char out[SEAL_SIZE])
{
    unsigned char made[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    char *signed_text = memory_new(body.size + 32, 1);
    int head = snprintf(signed_text, 32, "%lld.", (long long)now_s);
    if (body.size > 0)
        memcpy(signed_text + head, body.at, body.size);
    const void *done = HMAC(EVP_sha256(), secret.at, (int)secret.size, (const unsigned char *)signed_text,
                            (size_t)head + body.size, made, &size);
    assert(done != NULL && size == 32);
    free(signed_text);
    int used = snprintf(out, SEAL_SIZE, "t=%lld,v1=", (long long)now_s);
    for (unsigned i = 0; i < size; i++)
        used += snprintf(out + used, SEAL_SIZE - (size_t)used, "%02x", made[i]);
}
