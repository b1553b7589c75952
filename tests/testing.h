/* testing.h - what every unit test includes. */
#ifndef TOCSIN_TESTING_H
#define TOCSIN_TESTING_H

/* cmocka wants these before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Equal texts, shown when they are not. */
#define assert_text(actual, expected)                                                                           \
    do {                                                                                                        \
        text actual_text = (actual), expected_text = text_of(expected);                                         \
        if (!text_equal(actual_text, expected_text))                                                            \
            fail_msg("\"%.*s\" is not \"%.*s\"", TEXT_ARGS(actual_text), TEXT_ARGS(expected_text));              \
    } while (0)

#endif
