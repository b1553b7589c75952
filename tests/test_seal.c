/* Promise: the signature on a body is the one that its receiver works out from the secret, by the documented rule. */
#include "delivery/seal.h"
#include "testing.h"

/* Expected values by Python's hmac: hmac.new(secret, f"{t}.{body}", sha256).hexdigest() */
static void a_body_s_signature_is_hmac_sha256_of_time_and_body(void **state)
{
    char made[SEAL_SIZE];
    (void)state;
    seal_write(text_of("s3cret"), text_of("{\"key\": \"k\", \"events\": []}"), 1770000000, made);
    assert_string_equal(made, "t=1770000000,v1=5ce29ac46bfd8f885e256b9e956fb6efacbe1841e1d397303d3d9ef5c5118c10");
    seal_write(text_of("Jefe"), text_of(""), 1, made);
    assert_string_equal(made, "t=1,v1=c5009ac9fb219943cae5947bf5ea45251fc6f7bb84976c7a02e94799d5d100a9");
}

static void another_time_body_or_secret_has_another_signature(void **state)
{
    char one[SEAL_SIZE], other[SEAL_SIZE];
    (void)state;
    seal_write(text_of("s"), text_of("body"), 5, one);
    seal_write(text_of("s"), text_of("bodY"), 5, other);
    assert_string_not_equal(one, other);
    seal_write(text_of("S"), text_of("body"), 5, other);
    assert_string_not_equal(one, other);
    seal_write(text_of("s"), text_of("body"), 6, other);
    assert_string_not_equal(one + 4, other + 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_s_signature_is_hmac_sha256_of_time_and_body),
        cmocka_unit_test(another_time_body_or_secret_has_another_signature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
