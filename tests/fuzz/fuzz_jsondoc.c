/* Must hold for all octets: they are refused with words, or are a value that can be walked to its last leaf and that, printed, reads
 * back as the same. */
#include "proto/jsondoc.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "fuzz.h"

enum { WHY_SIZE = 160 };

/* Can all of it be printed and read back? Ten digits of the largest numbers are more than a double holds. */
static bool walk(const jsondoc *value)
{
    bool small = true;
    int64_t whole;
    switch (jsondoc_kind_of(value)) {
    case JSONDOC_OBJECT:
        for (size_t i = 0; jsondoc_key(value, i) != NULL; i++) {
            const jsondoc *member = jsondoc_get(value, jsondoc_key(value, i));
            MUST(member != NULL);
            small = walk(member) && small;
        }
        break;
    case JSONDOC_ARRAY:
        for (size_t i = 0; i < jsondoc_size(value); i++)
            small = walk(jsondoc_at(value, i)) && small;
        MUST(jsondoc_at(value, jsondoc_size(value)) == NULL);
        break;
    case JSONDOC_TEXT:
        MUST(text_utf8_fault(jsondoc_text(value)) == jsondoc_text(value).size);
        break;
    case JSONDOC_NUMBER:
        MUST(isfinite(jsondoc_number(value)));
        small = fabs(jsondoc_number(value)) < DBL_MAX / 2;
        if (jsondoc_integer(value, &whole))
            MUST(jsondoc_number(value) == (double)whole);
        break;
    case JSONDOC_NULL:
    case JSONDOC_BOOL: break;
    }
    return small;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    char why[WHY_SIZE] = "";
    jsondoc *value = NULL, *again = NULL;
    if (jsondoc_read((text){(const char *)octets, size}, &value, why, sizeof why) != STATUS_OK) {
        MUST(value == NULL && why[0] != '\0');
        return 0;
    }
    arena *memory = arena_create();
    bool small = walk(value);
    text printed = jsondoc_print(value, memory);
    MUST(memchr(printed.at, '\n', printed.size) == NULL);
    if (small) {
        MUST(jsondoc_read(printed, &again, why, sizeof why) == STATUS_OK);
        MUST(text_equal(jsondoc_print(again, memory), printed));
    }
    jsondoc_destroy(&value);
    jsondoc_destroy(&again);
    arena_destroy(&memory);
    return 0;
}
