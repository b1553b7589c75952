/* post_body.h - a letter as the body of a mail: plain text, HTML and its picture. For post.c only.
 *
 * Proved by tests/integration/test_delivery_ways.py.
 */
#ifndef TOCSIN_POST_BODY_H
#define TOCSIN_POST_BODY_H

#include <curl/curl.h>

#include "letter.h"

/* What is handed in is copied. The caller frees it, behind the handle. */
curl_mime *post_body(CURL *handle, const letter *content);

#endif
