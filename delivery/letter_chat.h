/* letter_chat.h - what a batch says in a chat: the same for Slack and Teams, in few words, every part of it bounded.
 *
 * Both refuse a message whole when a part of it is too long. Proved by tests/test_letter_chat.c.
 */
#ifndef TOCSIN_LETTER_CHAT_H
#define TOCSIN_LETTER_CHAT_H

#include "letter_page.h"

/* Characters, where nothing else is said. */
enum {
    CHAT_LINE_MAX = 140,
    CHAT_SAYS_MAX = 600,
    CHAT_FACT_MAX = 240,    /* a caveat too */
    CHAT_ITEMS_MAX = 5,     /* items in full */
    CHAT_CAVEATS_MAX = 8,   /* caveats of an item */
};

/* "Priority: Shoplifting in Stafford up 21.3 % (747 from 616)". Not bounded. */
text chat_line(const letter_line *line, arena *memory);

/* "The whole story: tocsin alert 12. To acknowledge: tocsin ack 12"; empty where there is no alert. */
text chat_ways_on(const letter_item *item, arena *memory);

/* A line for each, at most `max` of them, each cut to CHAT_LINE_MAX with its bullet; how many more there are. */
text chat_listed(const letter_line *lines, size_t count, size_t max, arena *memory);

/* The caveats likewise. */
text chat_careful(const letter_item *item, arena *memory);

size_t chat_least(size_t a, size_t b);

#endif
