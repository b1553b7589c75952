#include "rows.h"

#include <stdio.h>

#include "proto/csv_reader.h"

void row_json(const row_form *self, const text *fields, jsondoc *to)
{
    for (int i = 0; i < self->count; i++) {
        uint64_t number;
        if (fields[i].size == 0)
            jsondoc_put_null(to, self->names[i]);
        else if ((self->numbers >> i & 1) != 0 && text_to_u64(fields[i], &number))
            jsondoc_put_integer(to, self->names[i], (int64_t)number);
        else
            jsondoc_put_text(to, self->names[i], fields[i]);
    }
}

void row_csv_head(const row_form *self)
{
    for (int i = 0; i < self->count; i++)
        printf("%s%c", self->names[i], i + 1 < self->count ? ',' : '\n');
}

void row_csv(const row_form *self, const text *fields)
{
    for (int i = 0; i < self->count; i++) {
        csv_write_field(stdout, fields[i]);
        putchar(i + 1 < self->count ? ',' : '\n');
    }
}
