/* letter_words.h - texts of any length put together; other people's words made harmless; dates as people say them.
 *
 * Proved by tests/test_letter.c.
 */
#ifndef TOCSIN_LETTER_WORDS_H
#define TOCSIN_LETTER_WORDS_H

#include <stdio.h>

#include "proto/memory.h"

/* A text that grows while it is written to `out`. */
typedef struct words_writer {
    FILE *out;
    char *at;
    size_t size;
} words_writer;

/* It must stay where it is until it is ended. */
void words_open(words_writer *self);
text words_close(words_writer *self, arena *memory);

/* On one line, valid UTF-8, without control characters and such as turn the direction of writing: each becomes a blank, what is
 * not UTF-8 a question mark. */
text letter_clean(text words, arena *memory);

/* At most so many characters; where it is cut it ends in an ellipsis. `words` is valid UTF-8. */
text letter_cut(text words, size_t characters, arena *memory);
size_t letter_characters(text words);

/* "shoplifting" of "Shoplifting"; "CSE" stays. */
text letter_lower_first(text words, arena *memory);
text letter_upper_first(text words, arena *memory);

/* "22 November 2026, 14:05" and "22 November 2026" in UK local time. */
text letter_moment(int64_t at_s, arena *memory);
text letter_date(int64_t at_s, arena *memory);

/* "12 days", "5 hours", "less than an hour". */
text letter_duration(int64_t seconds, arena *memory);

#endif
