#include "count_text.h"

#include <stdio.h>

text count_text(double count, arena *memory)
{
    char plain[32], spaced[48];
    int size = snprintf(plain, sizeof plain, "%.0f", count), used = 0;
    for (int i = 0; i < size && used < (int)sizeof spaced - 1; i++) {
        if (i > 0 && (size - i) % 3 == 0 && plain[i - 1] != '-')
            spaced[used++] = ',';
        spaced[used++] = plain[i];
    }
    return arena_print(memory, "%.*s", used, spaced);
}
