/* chain.h - the versions of one incident: which of them stands, and what is a repeat.
 *
 * Step 2 of the record's path, the heart of "the same records give the same answer": pure, no store, no
 * clock. A version belongs to a slot, its revision; within a slot the statement issued last counts, and of
 * the slots the highest whose statement is not a withdrawal. Proved by tests/test_chain.c.
 */
#ifndef TOCSIN_CHAIN_H
#define TOCSIN_CHAIN_H

#include "storage/store.h"

/* More versions of one incident than this are no corrections but a fault of their source. */
enum { CHAIN_MAX = 1000 };

/* Says `a` the same as `b`? Revision and content; not when they were issued or received. */
bool version_says_same(const version *a, const version *b);

/* Order of two versions: by revision, then by issue. Two that were issued at the same time are put in an
 * order by what they say, so that it never depends on arrival.
 * Returns below, equal to or above 0. */
int version_order(const version *a, const version *b);

/* The version that stands.
 *   versions   of one incident, in any order; at least one
 * Returns      its index */
size_t chain_standing(const version *versions, size_t count);

/* The kept version that a new one repeats.
 *   snapshot   the new one comes within an issue of a snapshot: then only the statement that its slot holds
 *              now can be repeated, as a later issue may well return to what an earlier one said
 * Returns      its index, or `count`: it is new */
size_t chain_repeated(const version *versions, size_t count, const version *made, bool snapshot);

#endif
