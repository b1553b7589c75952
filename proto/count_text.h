/* count_text.h - whole numbers as people read them. Proved by tests/test_text.c. */
#ifndef TOCSIN_COUNT_TEXT_H
#define TOCSIN_COUNT_TEXT_H

#include "memory.h"

/* "1,133"; "-1,133". */
text count_text(double count, arena *memory);

#endif
