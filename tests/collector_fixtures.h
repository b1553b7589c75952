/* collector_fixtures.h - what the collector's sources give, in words that can be compared, and what they told the
 * user.
 *
 * A record is "3: origin/reference r2 cancelled 2025-03-31 OFFENCE AREA key=value ...", with "-" for what it must have
 * and hasn't got; what it need not have is left out. A row at fault is "3: FAULT origin/reference column 'value' reason |row|".
 */
#ifndef TOCSIN_COLLECTOR_FIXTURES_H
#define TOCSIN_COLLECTOR_FIXTURES_H

#include <stdio.h>

#include "collector/feed.h"
#include "collector/row_source.h"
#include "fixtures.h"

void put_incident(FILE *out, const incident *r);
void put_faulty(FILE *out, const faulty *row);

/* All rows of a source that is given the octets in pieces, a line each: "3@120 ..." has the line and the offset behind.
 *   piece    octets that it is given at a time
 *   offset   where the octets begin in their file, and `line` the number of the line there
 * Returns    the words, in the arena; where the source can't be used at all, they end in "REFUSED why" */
const char *rows_in_words(row_source *from, text octets, size_t piece, uint64_t offset, uint64_t line, arena *memory);

/* Goes to a position and takes all that is left: a line for each record, and for each message what it is, with the position
 * behind it. The last line is the status that ended it: "at the end". */
const char *feed_in_words(feed *from, const position *held, arena *memory);

/* The records only. */
const char *records_in_words(feed *from, const position *held, arena *memory);

/* The next message. It must be there. */
message next_message(feed *from, arena *memory);

/* The position behind so many octets of a text, as a feed of that text must give it. */
position position_at(text octets, size_t offset, arena *memory);

/* To be handed to what tells the user: keeps it. */
void tell_test(const char *path, const char *words);

/* What was told since this was last asked, a line each: "path: words". It lives until the next call. */
const char *told(void);

#endif
