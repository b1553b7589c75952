#include "coverage_fixtures.h"

#include <string.h>

#include "testing.h"

static const char areas[] =
    "EW,England and Wales,national\n"
    "F1,First force,force,EW\n"
    "F2,Second force,force,EW\n"
    "D1,Stafford,district,F1\n"
    "D2,Lichfield,district,F1\n"
    "D3,Corby,district,F2\n"
    "FD,Former,district,F1,,2019-03-31,D2\n"
    "FF,Former force,force,EW,,2010-03-31,F1\n"
    "L1,Stafford 001A,lsoa,D1\n";

static const char categories[] =
    "all-crime,All crime\n"
    "violence-and-sexual,Violence and sexual offences,all-crime,,,yes\n"
    "violence,Violence,violence-and-sexual\n"
    "sexual,Sexual offences,violence-and-sexual\n"
    "theft,Theft,all-crime\n"
    "burglary,Burglary,theft\n"
    "home,Residential burglary,burglary\n"
    "other-burglary,Other burglary,burglary\n"
    "other-theft,Other theft,theft\n"
    "asb,Anti-social behaviour\n"
    "local-fraud,Fraud recorded by the force\n"
    "hate,Hate crime,all-crime,hate\n"
    "domestic,Domestic violence,violence,domestic\n";

static const char offences[] =
    "Violence and sexual offences,,violence-and-sexual\n"
    "Burglary,,burglary\n"
    "Other theft,,all-crime,,2013-04-30\n"
    "Other theft,,other-theft,2013-05-01\n"
    "Anti-social behaviour,,asb\n"
    "8N,Assault,violence\n"
    "20,Rape,sexual\n"
    "30C,,home\n"
    "Narrowed,,all-crime,,2014-12-31\n"
    "Narrowed,,asb,2015-01-01,2015-12-31\n"
    "Narrowed,,all-crime,2016-01-01\n"
    "LOCAL,,local-fraud\n";

covered_world covered_world_make(const char *ranks)
{
    sheets *from = sheets_create();
    faults *found = faults_create();
    sheet_fill(from, SHEET_AREAS, areas);
    sheet_fill(from, SHEET_CATEGORIES, categories);
    sheet_fill(from, SHEET_OFFENCES, offences);
    sheet_fill(from, SHEET_SOURCES, ranks);
    covered_world made = {.data = reference_create(from, found), .book = codebook_create(), .memory = arena_create()};
    assert_faults(found, 0, 0);
    faults_destroy(&found);
    reference_number(made.data, made.book);
    made.coverage = coverage_create(made.data, made.book);
    return made;
}

void covered_world_forget(covered_world *self)
{
    coverage_destroy(&self->coverage);
    assert_null(self->coverage);
    codebook_destroy(&self->book);
    reference_destroy(&self->data);
    arena_destroy(&self->memory);
}

day_number day_from(const char *date)
{
    day_number d = DAY_NONE;
    assert_true(date_read((text){date, DATE_TEXT - 1}, &d));
    return d;
}

static text *list_from(arena *memory, const char *words, size_t *count)
{
    text rest = text_of(words), one, *list = arena_take(memory, 32 * sizeof *list);
    *count = 0;
    while (text_split(&rest, ';', &one))
        list[(*count)++] = one;
    return list;
}

coverage_declaration declaration_of(covered_world *self, const char *origin, const char *area_code, const char *days,
                                    const char *category_words, const char *offence_words)
{
    coverage_declaration made = {.origin = text_of(origin), .area = text_of(area_code)};
    made.days = (period){day_from(days), day_from(strstr(days, "..") + 2)};
    made.categories = list_from(self->memory, category_words, &made.category_count);
    made.offences = list_from(self->memory, offence_words, &made.offence_count);
    made.without_markers = made.offence_count > 0;
    return made;
}

const char *declare(covered_world *self, coverage_answer expected, coverage_declaration what)
{
    int touched = AREA_NONE;
    char *words = arena_take(self->memory, NOTE_SIZE_MAX);
    words[0] = '\0';
    coverage_answer answer = coverage_declare(self->coverage, &what, &touched, words);
    if (answer != expected)
        fail_msg("the answer is %d and not %d: %s", (int)answer, (int)expected, words);
    if (answer == COVERAGE_TAKEN)
        assert_int_equal(touched, geography_find(self->data->areas, what.area));
    return words;
}

int area_at(const covered_world *self, const char *code)
{
    int index = geography_find(self->data->areas, text_of(code));
    assert_true(index != AREA_NONE);
    return index;
}

int category_at(const covered_world *self, const char *code)
{
    int index = offence_tree_find(self->data->categories, text_of(code));
    assert_true(index != CATEGORY_NONE);
    return index;
}

uint32_t origin_at(const covered_world *self, const char *origin)
{
    return codebook_find(self->book, CODE_ORIGIN, text_of(origin));
}

const char *known_days(covered_world *self, const char *area_code, const char *category_code)
{
    const period_set *days = coverage_known(self->coverage, area_at(self, area_code), category_at(self, category_code));
    text words = arena_text(self->memory, text_of(""));
    for (size_t i = 0; i < days->count; i++) {
        char from[DATE_TEXT], to[DATE_TEXT];
        words = arena_print(self->memory, "%s%s%s..%s", words.at, i > 0 ? " " : "", date_text(days->each[i].from, from),
                            date_text(days->each[i].to, to));
    }
    return words.at;
}

void assert_known(covered_world *self, const char *area_code, const char *category_code, const char *days)
{
    const char *known = known_days(self, area_code, category_code);
    if (strcmp(known, days) != 0)
        fail_msg("%s in %s is known on \"%s\", not on \"%s\"", category_code, area_code, known, days);
}
