#include "classify.h"

#include <stdlib.h>
#include <string.h>

enum { NOT_ASKED = -2 };

/* Answers by number; NOT_ASKED where none is remembered. */
struct answers {
    int *each;
    size_t size;
};

struct classifier {
    const reference *data;
    const codebook *book;
    struct answers areas;    /* by place */
    struct answers offences; /* by offence; only those that mean the same on every day */
};

classifier *classifier_create(const reference *data, const codebook *book)
{
    classifier *self = memory_new(1, sizeof *self);
    self->data = data;
    self->book = book;
    return self;
}

void classifier_destroy(classifier **self)
{
    if (*self == NULL)
        return;
    free((*self)->areas.each);
    free((*self)->offences.each);
    free(*self);
    *self = NULL;
}

static int *answer_for(struct answers *self, uint32_t number)
{
    if (number >= self->size) {
        size_t size = (size_t)number * 2 + 64;
        self->each = memory_grow(self->each, size, sizeof *self->each);
        for (size_t i = self->size; i < size; i++)
            self->each[i] = NOT_ASKED;
        self->size = size;
    }
    return &self->each[number];
}

int classify_area(classifier *self, uint32_t place)
{
    int *answer = answer_for(&self->areas, place);
    if (*answer == NOT_ASKED) {
        stored_code code = codebook_at(self->book, CODE_PLACE, place);
        *answer = geography_place(self->data->areas, code.code, code.name, code.hint);
    }
    return *answer;
}

int classify_offence(classifier *self, uint32_t offence_number, day_number recorded)
{
    int *answer = answer_for(&self->offences, offence_number);
    if (*answer != NOT_ASKED)
        return *answer;
    text code = codebook_at(self->book, CODE_OFFENCE, offence_number).code;
    day_number change;
    int node = offence_tree_place(self->data->categories, code, recorded);
    if (offence_tree_changes(self->data->categories, code, &change, 1) == 0)
        *answer = node;
    return node;
}

bool classify_version(classifier *self, const version *v, standing_place *out)
{
    if (v->status != RECORD_RECORDED || v->offence == 0 || v->place == 0 || v->recorded == DAY_NONE)
        return false;
    out->area = classify_area(self, v->place);
    out->node = classify_offence(self, v->offence, v->recorded);
    if (out->area == AREA_NONE || out->node == CATEGORY_NONE)
        return false;
    out->area_id = geography_area(self->data->areas, out->area)->id;
    out->marker_count = v->markers == 0 ? 0
                                        : offence_tree_markers(self->data->categories, out->node,
                                                               codebook_at(self->book, CODE_MARKERS, v->markers).code,
                                                               out->markers);
    return true;
}
