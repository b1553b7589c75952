/* post_verdict.h - whether a server's answer means: taken, later, or never. Proved by tests/test_post_verdict.c. */
#ifndef TOCSIN_POST_VERDICT_H
#define TOCSIN_POST_VERDICT_H

#include "post.h"

/* Of an HTTP answer.
 *   why   then: what it was, if it is no success */
post_verdict verdict_of_answer(long code, char why[POST_WHY_SIZE]);

/* Does a mail server refuse something by it? That it knows no EHLO, or none of our ways to log in, is no refusal: other ways
 * are tried. */
bool reply_refuses(uint64_t code);

/* Of the last reply to a mail that did not arrive; 0: there was none. */
post_verdict verdict_of_reply(uint64_t code);

#endif
