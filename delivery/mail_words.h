/* mail_words.h - words in the headers of a mail. Proved by tests/test_mail_words.c. */
#ifndef TOCSIN_MAIL_WORDS_H
#define TOCSIN_MAIL_WORDS_H

#include "proto/alert_event.h"

/* "Subject: ..." with what is not ASCII in encoded words, folded.
 * Source   RFC 2047, sections 2 and 4.1: at most 75 characters to a word, no character torn apart */
text mail_header(arena *memory, const char *name, text value);

/* "Date: Mon, 05 Jan 2026 08:00:00 +0000". Source: RFC 5322, 3.3 */
text mail_date(arena *memory, int64_t at_s);

/* "To: a@example.org,\r\n b@example.org" */
text mail_addresses(arena *memory, const char *name, const text *addresses, size_t count);

/* All headers of one mail, but those of its parts.
 *   key    becomes the Message-ID
 *   name   of the subscription: becomes the List-Id */
text_list mail_headers(arena *memory, text from, text_list to, text subject, text key, text name, int64_t made_s);

/* What stands behind the @. */
text mail_domain(text address);

#endif
