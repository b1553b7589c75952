#include "import_form.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* --- lookups -------------------------------------------------------------------------------------- */

/* Behind the vintage: "_code", "CD" ... */
static bool parse_ending(text ending, bool *is_code)
{
    static const struct { const char *word; bool code; } endings[] = {
        {"_code", true}, {"cd", true}, {"_name", false}, {"nm", false}};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (text_equal_caseless(ending, text_of(endings[i].word))) {
            *is_code = endings[i].code;
            return true;
        }
    return false;
}

/* "lsoa21_code", "LSOA21CD", "WD24NM", "ltla24_name": kind, vintage, code or name. */
static bool parse_column(text name, area_columns *out, bool *is_code)
{
    static const struct { const char *prefix, *kind; } kinds[] = {
        {"lsoa", "lsoa"}, {"ward", "ward"}, {"wd", "ward"}, {"ltla", "district"}, {"lad", "district"}};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        size_t prefix = strlen(kinds[k].prefix);
        if (name.size < prefix + 4 || strncasecmp(name.at, kinds[k].prefix, prefix) != 0 ||
            !isdigit((unsigned char)name.at[prefix]) || !isdigit((unsigned char)name.at[prefix + 1]) ||
            !parse_ending((text){name.at + prefix + 2, name.size - prefix - 2}, is_code))
            continue;
        (void)snprintf(out->kind, sizeof out->kind, "%s", kinds[k].kind);
        (void)snprintf(out->year, sizeof out->year, "%.2s", name.at + prefix);
        return true;
    }
    return false;
}

static void note_areas(import_form *self, text name, int column)
{
    area_columns found = {.code = -1, .name = -1};
    bool is_code;
    if (!parse_column(name, &found, &is_code))
        return;
    size_t i = 0;
    while (i < self->area_count && (strcmp(self->areas[i].kind, found.kind) != 0 ||
                                    strcmp(self->areas[i].year, found.year) != 0))
        i++;
    if (i == AREA_COLUMNS_MAX)
        return;
    if (i == self->area_count)
        self->areas[self->area_count++] = found;
    *(is_code ? &self->areas[i].code : &self->areas[i].name) = column;
}

const area_columns *import_form_columns(const import_form *self, const char *kind)
{
    for (size_t i = 0; i < self->area_count; i++)
        if (strcmp(self->areas[i].kind, kind) == 0 && self->areas[i].code >= 0)
            return &self->areas[i];
    return NULL;
}

static bool is_lookup(const import_form *self)
{
    bool fine = import_form_columns(self, "lsoa") != NULL || import_form_columns(self, "ward") != NULL;
    return fine && import_form_columns(self, "district") != NULL;
}

/* --- estimates ------------------------------------------------------------------------------------ */

/* "Estimated Population mid-2022": four digits by themselves. */
static bool year_in(const char *words, size_t size, int *year)
{
    for (size_t i = 0; i + 4 <= size; i++) {
        uint64_t found;
        bool alone = (i == 0 || !isdigit((unsigned char)words[i - 1])) &&
                     (i + 4 == size || !isdigit((unsigned char)words[i + 4]));
        if (alone && text_to_u64((text){words + i, 4}, &found) && found >= 1990 && found <= 2099) {
            *year = (int)found;
            return true;
        }
    }
    return false;
}

static void note_people(import_form *self, const csv_row *header)
{
    self->people_code = csv_column(header, "Code");
    self->people_count = csv_column(header, "All ages");
    for (size_t i = 0; i < header->count; i++) {
        text name = header->fields[i];
        int year = 0;
        if (name.size > 20 && strncasecmp(name.at, "Estimated Population", 20) == 0 && self->people_count < 0 &&
            year_in(name.at, name.size, &year)) {
            self->people_count = (int)i;
            self->year = self->year != 0 ? self->year : year;
        }
        if (text_equal_caseless(name, text_of("total_population")))
            self->people_count = (int)i;
    }
    if (self->people_code < 0 && self->area_count > 0)
        self->people_code = self->areas[0].code;
}

/* "mye24tablesew.csv", "population19_ltla19_totals.csv", "mid-2023.csv". */
static int year_of_name(const char *path)
{
    static const char *const words[] = {"mye", "population", "mid"};
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    int year = 0;
    if (year_in(name, strlen(name), &year))
        return year;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *at = strcasestr(name, words[i]);
        uint64_t found;
        if (at == NULL)
            continue;
        at += strlen(words[i]);
        at += *at == '-' || *at == '_';
        if (strnlen(at, 2) == 2 && text_to_u64((text){at, 2}, &found))
            return 2000 + (int)found;
    }
    return 0;
}

import_form import_form_of(const csv_row *header, const char *path, int year)
{
    import_form made = {.people_code = -1, .people_count = -1, .year = year};
    for (size_t i = 0; i < header->count; i++)
        note_areas(&made, header->fields[i], (int)i);
    if (is_lookup(&made)) {
        made.kind = IMPORT_LOOKUP;
        return made;
    }
    note_people(&made, header);
    if (made.people_code < 0 || made.people_count < 0)
        return made;
    made.kind = IMPORT_ESTIMATE;
    made.year = made.year != 0 ? made.year : year_of_name(path);
    return made;
}
