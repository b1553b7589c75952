#include "subject.h"

#include <stdio.h>

#include "nearest.h"

void subject_set_area(const geography *areas, int area_index, subject *out)
{
    const area *a = geography_area(areas, area_index);
    *out = (subject){.code = a->code, .name = a->name, .area = area_index, .room = area_index, .member_count = 1};
    out->members = &out->room;
}

void subject_of_group(const group *of, subject *out)
{
    *out = (subject){.code = of->code, .name = of->name, .area = AREA_NONE, .group = of, .members = of->members,
                     .member_count = of->count};
}

static void suggest(const reference *data, text asked, char words[NOTE_SIZE_MAX])
{
    enum { SHOWN = 5 };
    int shown = 0;
    int used = snprintf(words, NOTE_SIZE_MAX, "'%.*s' is neither the code nor the name of an area or group", TEXT_ARGS(asked));
    for (int i = 0; i < geography_count(data->areas) && shown < SHOWN && used < NOTE_SIZE_MAX; i++) {
        const area *a = geography_area(data->areas, i);
        if (!a->counted || !name_is_like(a->name, asked))
            continue;
        used += snprintf(words + used, NOTE_SIZE_MAX - (size_t)used, "%s%.*s (%.*s %.*s)",
                         shown++ == 0 ? "; perhaps " : ", ", TEXT_ARGS(a->name), TEXT_ARGS(a->level), TEXT_ARGS(a->code));
    }
}

/* Several areas of one name: a force and a region, say. */
static void say_several(const reference *data, text asked, char words[NOTE_SIZE_MAX])
{
    int used = snprintf(words, NOTE_SIZE_MAX, "'%.*s' is the name of several areas: give a code,", TEXT_ARGS(asked));
    for (int i = 0; i < geography_count(data->areas); i++) {
        const area *a = geography_area(data->areas, i);
        if (a->counted && text_equal_caseless(a->name, asked) && used < NOTE_SIZE_MAX - 128)
            used += snprintf(words + used, NOTE_SIZE_MAX - (size_t)used, " %.*s (%.*s)", TEXT_ARGS(a->code),
                             TEXT_ARGS(a->level));
    }
}

bool subject_called(const reference *data, text asked, subject *out, char words[NOTE_SIZE_MAX])
{
    bool several;
    words[0] = '\0';
    int index = geography_find(data->areas, asked);
    if (index != AREA_NONE && !geography_area(data->areas, index)->counted) {
        const area *a = geography_area(data->areas, index);
        (void)snprintf(words, NOTE_SIZE_MAX, "%.*s (%.*s) is a %.*s: counts are kept for districts and above",
                       TEXT_ARGS(a->code), TEXT_ARGS(a->name), TEXT_ARGS(a->level));
        return false;
    }
    const group *named = groups_find(data->groups, asked);
    if (index == AREA_NONE && !(named != NULL && text_equal(named->code, asked))) {
        index = geography_by_name(data->areas, asked, (text){"", 0}, &several);
        if (index != AREA_NONE && several) {
            say_several(data, asked, words);
            return false;
        }
    }
    if (index != AREA_NONE)
        subject_set_area(data->areas, index, out);
    else if (named != NULL)
        subject_of_group(named, out);
    else
        suggest(data, asked, words);
    return index != AREA_NONE || named != NULL;
}

int category_called(const offence_tree *tree, text asked, char words[NOTE_SIZE_MAX])
{
    char meant[NEAREST_WORDS];
    nearest like = nearest_to(asked);
    words[0] = '\0';
    int found = offence_tree_find(tree, asked);
    for (int i = 0; i < offence_tree_count(tree) && found == CATEGORY_NONE; i++) {
        const category *c = offence_tree_category(tree, i);
        nearest_offer(&like, c->code, c->code);
        nearest_offer(&like, c->title, c->code);
        if (text_equal_caseless(c->title, asked))
            found = i;
    }
    if (found == CATEGORY_NONE)
        (void)snprintf(words, NOTE_SIZE_MAX, "'%.*s' is neither the code nor the title of a category%s", TEXT_ARGS(asked),
                       nearest_words(&like, meant));
    return found;
}

static bool area_lies_in(const reference *data, int area_index, int outer, const group *outer_group)
{
    bool lies = outer != AREA_NONE && geography_contains(data->areas, outer, area_index);
    for (size_t i = 0; outer_group != NULL && i < outer_group->count && !lies; i++)
        lies = geography_contains(data->areas, outer_group->members[i], area_index);
    return lies;
}

bool subject_lies_in(const reference *data, const subject *of, text code)
{
    int outer = geography_find(data->areas, code);
    const group *named = groups_find(data->groups, code);
    if (code.size == 0 || text_equal(code, of->code))
        return true;
    for (size_t m = 0; m < of->member_count; m++)
        if (!area_lies_in(data, of->members[m], outer, named != NULL && text_equal(named->code, code) ? named : NULL))
            return false;
    return of->member_count > 0;
}

bool subject_meets(const reference *data, const subject *of, text code)
{
    int where = geography_find(data->areas, code);
    bool meets = code.size == 0;
    for (size_t i = 0; i < of->member_count && where != AREA_NONE; i++)
        meets = meets || geography_contains(data->areas, where, of->members[i]) ||
                geography_contains(data->areas, of->members[i], where);
    return meets;
}
