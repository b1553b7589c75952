/* wire_fixtures.h - good messages of every kind, there and back: for the tests of the wire. */
#ifndef TOCSIN_WIRE_FIXTURES_H
#define TOCSIN_WIRE_FIXTURES_H

#include "fixtures.h"
#include "proto/wire.h"

/* Where everything of a test program lives: made and freed by these two. */
extern arena *wire_memory;
int wire_setup(void **state);
int wire_teardown(void **state);

/* A text of so many octets, and so many of them. */
text filled(size_t size);
text *list_of(size_t count, size_t size);

text encoded(const message *from);

/* Decodes into a message that is marked, so that it shows whether it was touched. */
status decoded(text octets, message *out, const char **why);

/* There and back: it must be good, with the same head. */
message sent(const message *from);

/* Refused with this status and with words, and the output as it was. */
void assert_refused(const message *from, status expected);

void assert_text_lists(const text *actual, size_t actual_count, const text *expected, size_t count);
void assert_positions(position actual, position expected);

/* The head of a message, every number at its largest. */
message message_of(message_kind kind);

/* A whole message of this kind with no more in it than it needs. */
message good_message(message_kind kind);

/* With something in every field. */
coverage_declaration good_declaration(void);
incident full_incident(void);
faulty full_faulty(void);
message good_records(incident *incidents, size_t incident_count, faulty *faulty_rows, size_t faulty_count);

#endif
