/* post.h - mail and HTTP requests on their way, many at once: with post_body.c the only door to libcurl.
 *
 * One server that hangs delays nobody else: every posting has its own time. What is handed in is copied. Certificates are
 * verified, redirects are not followed, answers are read up to a bound. Proved by
 * tests/integration/test_delivery.py.
 */
#ifndef TOCSIN_POST_H
#define TOCSIN_POST_H

#include "letter.h"
#include "subscriptions.h"

enum { POST_WHY_SIZE = 256, POST_ANSWER_MAX = 64 * 1024, POST_LIMIT_S = 30 };

typedef struct post post;

/* Before any thread is started. */
post *post_create(void);

/* What is on its way is given up. */
void post_destroy(post **self);

typedef enum post_verdict {
    POST_ARRIVED,
    POST_LATER,   /* no server, no answer, or one that says "not now" */
    POST_REFUSED, /* it will not be taken however often it is sent */
} post_verdict;

typedef struct post_result {
    void *tag;
    post_verdict verdict;
    char why[POST_WHY_SIZE]; /* what was said or went wrong; of what arrived: who refused it nevertheless, or empty */
    bool of_an_address;      /* refused: one of several addresses was, before anything was sent to the others */
} post_result;

/* One mail to all addresses.
 *   key       becomes the Message-ID
 *   name      of the subscription
 *   lenient   an address that is refused does not keep it from the others
 *   tag       comes back with the result */
typedef struct post_mail_letter {
    const letter *content;
    text key, name;
    int64_t made_s;
    bool lenient;
} post_mail_letter;

void post_mail(post *self, const mail_server *by, text_list to, const post_mail_letter *what, void *tag);

/* One POST of a JSON body; the signature bears the time of this try. */
void post_web(post *self, const webhook *to, text body, text key, int64_t now_s, void *tag);

/* Gives up what has this tag. */
void post_forget(post *self, const void *tag);

/* How many are on their way. */
size_t post_count(const post *self);

/* Works until something has come of one of them, the descriptor can be read, or the time is over. */
void post_wait(post *self, int descriptor, int64_t patience_ms);

/* Something that has come to its end; false: nothing has. */
bool post_result_of(post *self, post_result *out);

#endif
