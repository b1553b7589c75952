#include "reference.h"

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
    self->priorities = priorities_create(from->priorities, found);
    return self;
}

reference *reference_read(const char *folder, const char *imported, faults *found, char hex[DIGEST_HEX_SIZE])
{
    return reference_create(reference_files_read(folder, imported, found, hex), found);
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
    char self[4096];
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
        (void)snprintf(out, size, "%s/%s", self, beside[i]);
        if (is_reference(out))
            return true;
    }
    return false;
}
