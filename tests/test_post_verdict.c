/* Promise: what a server may take another time is sent again, and what it will never take is not. */
#include "delivery/post_verdict.h"
#include "testing.h"

static void an_http_answer_means_taken_later_or_never(void **state)
{
    static const struct { long code; post_verdict verdict; } cases[] = {
        {200, POST_ARRIVED}, {202, POST_ARRIVED}, {204, POST_ARRIVED}, {301, POST_LATER}, {302, POST_LATER}, {400, POST_REFUSED},
        {401, POST_REFUSED}, {404, POST_REFUSED}, {410, POST_REFUSED}, {408, POST_LATER}, {429, POST_LATER}, {500, POST_LATER},
        {502, POST_LATER}, {503, POST_LATER}, {0, POST_LATER},
    };
    char why[POST_WHY_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(verdict_of_answer(cases[i].code, why), cases[i].verdict);
}

static void a_mail_server_s_reply_means_later_or_never(void **state)
{
    static const struct { uint64_t code; post_verdict verdict; } cases[] = {
        {0, POST_LATER}, {250, POST_LATER}, {354, POST_LATER}, {421, POST_LATER}, {450, POST_LATER}, {451, POST_LATER},
        {452, POST_LATER}, {550, POST_REFUSED}, {552, POST_REFUSED}, {554, POST_REFUSED}, {530, POST_LATER}, {535, POST_LATER},
        {502, POST_LATER},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(verdict_of_reply(cases[i].code), cases[i].verdict);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_http_answer_means_taken_later_or_never),
        cmocka_unit_test(a_mail_server_s_reply_means_later_or_never),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
