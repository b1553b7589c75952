#include "reference.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reference_files.h"

reference *reference_create(sheets *from, faults *found)
{
    reference *self = memory_new(1, sizeof *self);
    self->sheets = from;
    self->areas = geography_create(from, found);
    self->categories = offence_tree_create(from, found);
    self->populations = populations_create(from, self->areas, found);
    self->groups = groups_create(from, self->areas, found);
    self->sources = sources_create(from, found);
    self->comparators = comparators_create(from, self->areas, self->groups, self->categories, found);
    self->priorities = priorities_create(from->priorities, self->areas, self->groups, self->categories, found);
    self->indicators = indicators_create(from, self->areas, self->groups, self->priorities, found);
    return self;
}

/* Read by the reports' notes row by row; here only whether each can be understood. */
static void check_recording_changes(const reference *self, faults *found)
{
    static const char *const file = "recording_changes.csv";
    const sheet *rows = &self->sheets->each[SHEET_RECORDING_CHANGES];
    for (size_t row = 0; row < rows->row_count; row++) {
        text date = sheet_cell(rows, row, 0), where = sheet_cell(rows, row, 1), under = sheet_cell(rows, row, 2);
        day_number on;
        if (!date_read(date, &on))
            faults_add(found, FAULT_ERROR, file, rows->lines[row],
                       "the date '%.*s' is not of the form 2023-03-31, or no such date exists", TEXT_ARGS(date));
        if (where.size > 0 && geography_find(self->areas, where) == AREA_NONE)
            faults_add(found, FAULT_ERROR, file, rows->lines[row], "the area '%.*s' is not in areas.csv", TEXT_ARGS(where));
        if (offence_tree_find(self->categories, under) == CATEGORY_NONE)
            faults_add(found, FAULT_ERROR, file, rows->lines[row], "the category '%.*s' is not in categories.csv",
                       TEXT_ARGS(under));
    }
}

reference *reference_read(const char *folder, const char *imported, faults *found, char hex[DIGEST_HEX_SIZE])
{
    reference *self = reference_create(reference_files_read(folder, imported, found, hex), found);
    check_recording_changes(self, found);
    return self;
}

void reference_number(reference *self, codebook *book)
{
    geography_number(self->areas, book);
    offence_tree_number(self->categories, book);
}

status reference_load(store *from, codebook *book, reference **out)
{
    sheets *stored;
    status st = store_sheets(from, &stored);
    if (st != STATUS_OK)
        return st;
    faults *found = faults_create();
    reference *made = reference_create(stored, found);
    st = faults_count(found, FAULT_ERROR) == 0 ? STATUS_OK : STATUS_CORRUPT;
    faults_destroy(&found);
    if (st != STATUS_OK) {
        reference_destroy(&made);
        return st;
    }
    reference_number(made, book);
    *out = made;
    return STATUS_OK;
}

void reference_destroy(reference **self)
{
    if (*self == NULL)
        return;
    indicators_destroy(&(*self)->indicators);
    priorities_destroy(&(*self)->priorities);
    comparators_destroy(&(*self)->comparators);
    sources_destroy(&(*self)->sources);
    groups_destroy(&(*self)->groups);
    populations_destroy(&(*self)->populations);
    offence_tree_destroy(&(*self)->categories);
    geography_destroy(&(*self)->areas);
    sheets_destroy(&(*self)->sheets);
    free(*self);
    *self = NULL;
}

static bool is_reference(const char *folder)
{
    char path[4200];
    (void)snprintf(path, sizeof path, "%s/areas.csv", folder);
    return access(path, R_OK) == 0;
}

bool reference_bundled(char *out, size_t size)
{
    static const char *const beside[] = {"../share/tocsin/reference", "../reference", "../../reference",
                                         "../../../reference"};
    char self[PATH_MAX], path[PATH_MAX + 64], whole[PATH_MAX];
    const char *told = getenv("TOCSIN_REFERENCE");
    if (told != NULL) {
        (void)snprintf(out, size, "%s", told);
        return is_reference(out);
    }
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0)
        return false;
    self[length] = '\0';
    char *slash = strrchr(self, '/');
    if (slash != NULL)
        *slash = '\0';
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", self, beside[i]);
        if (is_reference(path) && realpath(path, whole) != NULL)
            return (size_t)snprintf(out, size, "%s", whole) < size;
    }
    return false;
}
