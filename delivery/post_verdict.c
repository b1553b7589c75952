#include "post_verdict.h"

#include <stdio.h>

post_verdict verdict_of_answer(long code, char why[POST_WHY_SIZE])
{
    if (code >= 200 && code < 300)
        return POST_ARRIVED;
    (void)snprintf(why, POST_WHY_SIZE, "the server answered %ld%s", code,
                   code >= 300 && code < 400 ? ", a redirect, which is not followed" : "");
    return code >= 400 && code < 500 && code != 408 && code != 429 ? POST_REFUSED : POST_LATER;
}

bool reply_refuses(uint64_t code)
{
    return code >= 400 && code != 500 && code != 502 && code != 504;
}

/* Who may not log in will once the settings are mended: that is no fault of the mail. */
static bool is_of_the_settings(uint64_t code)
{
    return code == 530 || code == 534 || code == 535 || code == 538;
}

post_verdict verdict_of_reply(uint64_t code)
{
    return reply_refuses(code) && code >= 500 && !is_of_the_settings(code) ? POST_REFUSED : POST_LATER;
}
