/* subject.h - what a figure is of: an area or a group of areas, and a category, found by what people call them.
 *
 * Proved by tests/test_figures.c.
 */
#ifndef TOCSIN_SUBJECT_H
#define TOCSIN_SUBJECT_H

#include "reference.h"

typedef struct subject {
    text code;
    text name;
    int area;           /* index; AREA_NONE for a group */
    const group *group; /* or NULL */
    const int *members; /* the area itself, or the group's members */
    size_t member_count;
    int room;           /* for members, when it is one area */
} subject;

/* `out` must stay where it is. */
void subject_set_area(const geography *areas, int area_index, subject *out);
void subject_of_group(const group *of, subject *out);

/* By code or by name, of an area or a group.
 *   words    on failure: what was meant perhaps
 * Returns    false when there is none, or several, or one that is too fine to be counted */
bool subject_called(const reference *data, text code_or_name, subject *out, char words[NOTE_SIZE_MAX]);

/* A category by its code, or by its title whatever the case.
 *   words    on failure: what was meant perhaps
 * Returns    its index, or CATEGORY_NONE */
int category_called(const offence_tree *tree, text code_or_title, char words[NOTE_SIZE_MAX]);

/* Does all of a subject lie in the area or group of this code? True of itself; everything lies in "". */
bool subject_lies_in(const reference *data, const subject *of, text code);

/* Does what happened in the area of this code concern any part of a subject? Everything does that happened in "". */
bool subject_meets(const reference *data, const subject *of, text code);

#endif
