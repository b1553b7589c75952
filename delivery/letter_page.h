/* letter_page.h - what a letter says, before it is plain text, HTML or a chat's blocks: so that all of them say the same.
 *
 * All texts are clean (letter_clean) and live in the letter's arena. Proved by tests/test_letter.c.
 */
#ifndef TOCSIN_LETTER_PAGE_H
#define TOCSIN_LETTER_PAGE_H

#include "letter.h"

typedef enum letter_tone {
    TONE_QUIET,    /* over, or by people */
    TONE_BETTER,   /* falls: "improving", never alarming */
    TONE_WATCH,
    TONE_ELEVATED,
    TONE_PRIORITY,
    TONES
} letter_tone;

/* One event or alert in one line. */
typedef struct letter_line {
    letter_tone tone;
    text badge;     /* "Priority", "Improving", "Cleared", "Acknowledged by Ann": never by colour alone */
    text what;      /* "Shoplifting in Stafford" */
    text change;    /* "up 21.3 % (747 from 616)"; may be empty */
    text remark;    /* "silenced", "acknowledged by Ann"; may be empty */
    uint64_t alert; /* 0: none */
    text link;      /* to it; empty: none */
} letter_line;

typedef struct letter_fact {
    const char *name; /* "Compared with" */
    text words;
} letter_fact;

enum { FACTS_MAX = 10 };

/* One batch in full. */
typedef struct letter_item {
    letter_line head;
    text says;                  /* the figures in a sentence */
    letter_fact facts[FACTS_MAX];
    size_t fact_count;
    text_list careful;
    letter_line *others;        /* of the same batch */
    size_t other_count;
    bool asks;                  /* it pages, or one of the others does */
    bool over;                  /* the alert has ended since: there is nothing to acknowledge */
    uint64_t first;             /* the first event of the batch: its place in the order */
    const alert_event *of;      /* the one that leads */
} letter_item;

/* Titled lines or items; one of the two is empty. */
typedef struct letter_section {
    const char *title;          /* NULL: none */
    letter_item *items;
    size_t item_count;
    letter_line *lines;
    size_t line_count;
    size_t left_out;            /* so many more would have stood here */
} letter_section;

enum { SECTIONS_MAX = 10 };

typedef struct letter_page {
    text subject;
    text title;                 /* heading; empty: the first item is */
    text_list intro;
    letter_section sections[SECTIONS_MAX];
    size_t section_count;
    const alert_event *pictured; /* NULL: nothing is */
    text_list foot;
} letter_page;

/* --- letter_lines.c: one event ------------------------------------------------------------------------ */

/* What is told first; greater is graver. A rise outweighs a fall, that an end, that what people did. */
int letter_gravity(const alert_event *of);

letter_line letter_line_of(const letter_style *style, const alert_event *of, arena *memory);

/* "https://tocsin.example/", and "https://tocsin.example/#alert=12"; empty for alert 0, or where the style has no address of the web. */
text letter_link_to_all(const letter_style *style);
text letter_link(const letter_style *style, uint64_t alert, arena *memory);

/* "Priority: shoplifting in Stafford up 21.3 % (747 from 616), and 3 more", cut where it may be.
 *   more   so many others are in the letter */
text letter_subject(const letter_line *of, size_t more, arena *memory);

/* --- letter_items.c: batches -------------------------------------------------------------------------- */

/* One item for each batch, the gravest first; `standing` events are left out of them.
 *   out   as many as there are events would fit; in the arena
 * Returns how many */
size_t letter_items(const letter_style *style, letter_events what, arena *memory, letter_item **out);

/* The `standing` events in lines, the gravest first. */
size_t letter_standing(const letter_style *style, letter_events what, arena *memory, letter_line **out, const alert_event **gravest);

/* --- letter_page.c ------------------------------------------------------------------------------------- */

/* A section of items or lines, if there are any; at most LETTER_ITEMS_MAX. */
void letter_add_items(letter_page *self, const char *title, letter_item *items, size_t count);
void letter_add_lines(letter_page *self, const char *title, letter_line *lines, size_t count);

/* Why people get it. */
text_list letter_foot(const letter_style *style, arena *memory);

/* A page of events as they came. */
void letter_page_of_events(const letter_style *style, letter_events what, arena *memory, letter_page *out);

/* Subject, texts and picture of a page. */
void letter_finish(const letter_page *page, letter_picture *draw, void *context, arena *memory, letter *out);

/* --- letter_plain.c, letter_html.c --------------------------------------------------------------------- */

text letter_plain(const letter_page *page, arena *memory);

/*   picture   it is shown: cid:rolling-year */
text letter_html(const letter_page *page, bool picture, arena *memory);

#endif
