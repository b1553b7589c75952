#include "faults.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "proto/memory.h"
#include "storage/sheet.h"

enum { FAULT_TEXT_SIZE = 512 };

struct fault {
    fault_weight weight;
    char *file;
    uint32_t line;
    char *words;
    size_t order; /* of arrival: keeps what stands on one line as it came */
};

struct faults {
    struct fault *each;
    size_t count, capacity;
    size_t by_weight[2];
    char line[FAULT_TEXT_SIZE + 512];
};

faults *faults_create(void)
{
    return memory_new(1, sizeof(faults));
}

void faults_destroy(faults **self)
{
    if (*self == NULL)
        return;
    for (size_t i = 0; i < (*self)->count; i++) {
        free((*self)->each[i].file);
        free((*self)->each[i].words);
    }
    free((*self)->each);
    free(*self);
    *self = NULL;
}

void faults_add(faults *self, fault_weight weight, const char *file, uint32_t line, const char *format, ...)
{
    char words[FAULT_TEXT_SIZE], name[FAULT_TEXT_SIZE];
    va_list args;
    (void)snprintf(name, sizeof name, "%s%s", (line & SHEET_IMPORTED) != 0 ? "imported/" : "", file);
    va_start(args, format);
    (void)vsnprintf(words, sizeof words, format, args);
    va_end(args);
    text_mend(words);
    self->each = memory_room(self->each, self->count, &self->capacity, sizeof *self->each);
    self->each[self->count] = (struct fault){
        .weight = weight, .file = memory_copy(name), .line = line & ~SHEET_IMPORTED, .words = memory_copy(words), .order = self->count};
    self->count++;
    self->by_weight[weight]++;
}

size_t faults_count(const faults *self, fault_weight weight)
{
    return self->by_weight[weight];
}

static int by_place(const void *left, const void *right)
{
    const struct fault *a = left, *b = right;
    int order = strcmp(a->file, b->file);
    if (order == 0)
        order = (a->line > b->line) - (a->line < b->line);
    return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

static void write_line(const struct fault *f, char *out, size_t size)
{
    const char *weight = f->weight == FAULT_ERROR ? "error" : "warning";
    if (f->line > 0)
        (void)snprintf(out, size, "%s:%u: %s: %s", f->file, f->line, weight, f->words);
    else
        (void)snprintf(out, size, "%s: %s: %s", f->file, weight, f->words);
}

const char *faults_line(faults *self, size_t i)
{
    if (i == 0 && self->count > 0)
        qsort(self->each, self->count, sizeof *self->each, by_place);
    self->line[0] = '\0';
    if (i < self->count)
        write_line(&self->each[i], self->line, sizeof self->line);
    return self->line;
}

void faults_print(const faults *self, FILE *out, size_t lines_max)
{
    char line[FAULT_TEXT_SIZE + 512];
    if (self->count > 0)
        qsort(self->each, self->count, sizeof *self->each, by_place);
    for (size_t i = 0; i < self->count && i < lines_max; i++) {
        write_line(&self->each[i], line, sizeof line);
        (void)fprintf(out, "%s\n", line);
    }
    if (self->count > lines_max)
        (void)fprintf(out, "... and %zu more\n", self->count - lines_max);
}
