#include "report_fixtures.h"

#include <math.h>
#include <string.h>

#include "testing.h"

static const char people[] =
    "area,year,population\n"
    "D1,2022,10000\n"
    "D1,2023,11000\n"
    "D1,2024,12500\n"
    "D2,2022,20000\n"
    "D2,2024,25000\n"
    "D3,2024,40000\n";

static const char groups_given[] =
    "group,name,kind,member\n"
    "BOTH,Stafford and Lichfield,csp,D1\n"
    "BOTH,Stafford and Lichfield,csp,D2\n"
    "ALIKE,Like us,most-similar-csps,D1\n"
    "ALIKE,Like us,most-similar-csps,D3\n";

int report_world_make(void **state)
{
    static report_world self;
    self = (report_world){.engine = engine_world_make()};
    file_write(self.engine.reference, "populations.csv", text_of(people));
    given(&self, "groups.csv", groups_given);
    *state = &self;
    return 0;
}

static void stop_reading(report_world *self)
{
    report_destroy(&self->report);
    figures_close(&self->figures);
    store_close(&self->opened);
}

int report_world_remove(void **state)
{
    report_world *self = *state;
    stop_reading(self);
    engine_world_forget(&self->engine);
    return 0;
}

void given(report_world *self, const char *name, const char *content)
{
    world_commit(&self->engine); /* what is not committed is forgotten */
    file_write(self->engine.reference, name, text_of(content));
    world_reload(&self->engine);
}

void happened_as(report_world *self, int count, incident like)
{
    for (int i = 0; i < count; i++) {
        like.reference = arena_print(self->engine.memory, "%u", self->named++);
        assert_admitted(&self->engine, like, ADMISSION_ACCEPTED);
    }
}

void happened(report_world *self, int count, const char *date, const char *offence_code, const char *area_code)
{
    happened_as(self, count, crime("", date, offence_code, area_code));
}

void covered_by(report_world *self, const char *origin, const char *area_code, const char *days,
                const char *category_words, const char *offence_words)
{
    (void)world_declare(&self->engine, COVERAGE_TAKEN,
                        world_declaration(&self->engine, origin, area_code, days, category_words, offence_words));
}

void covered(report_world *self, const char *area_code, const char *days)
{
    covered_by(self, "live", area_code, days, "", "");
}

const figures *figures_now(report_world *self)
{
    stop_reading(self);
    world_commit(&self->engine);
    self->opened = opened_reader(self->engine.data);
    assert_int_equal(figures_open(self->opened, &self->figures), STATUS_OK);
    return self->figures;
}

const subject *subject_at(report_world *self, const char *code)
{
    char words[NOTE_SIZE_MAX];
    subject *of = arena_take(self->engine.memory, sizeof *of);
    if (!subject_find(self->figures, text_of(code), of, words))
        fail_msg("%s", words);
    return of;
}

int category_in(report_world *self, const char *code)
{
    int index = offence_tree_find(figures_reference(self->figures)->categories, text_of(code));
    assert_true(index != CATEGORY_NONE);
    return index;
}

day_number day_at(const char *date)
{
    day_number d = DAY_NONE;
    assert_true(date_read((text){date, DATE_TEXT - 1}, &d));
    return d;
}

period days_of(const char *from_to)
{
    return (period){day_at(from_to), day_at(strstr(from_to, "..") + 2)};
}

const report *report_on(report_world *self, const char *area_code, report_request what)
{
    (void)figures_now(self);
    report_maker *maker = report_maker_create(self->figures, what);
    assert_int_equal(report_make(maker, subject_at(self, area_code), &self->report), STATUS_OK);
    report_maker_destroy(&maker);
    assert_null(maker);
    return self->report;
}

const report *report_as_of(report_world *self, const char *area_code, const char *as_of)
{
    return report_on(self, area_code, (report_request){.as_of = day_at(as_of)});
}

const report_row *row_of(const report *self, const char *category_code)
{
    for (size_t i = 0; i < self->row_count; i++)
        if (text_is(self->rows[i].code, category_code))
            return &self->rows[i];
    fail_msg("there is no row '%s'", category_code);
    return NULL;
}

void assert_number(double actual, double expected, int digits)
{
    if (!(fabs(actual - expected) <= 0.5 * pow(10, -digits) * 1.000001))
        fail_msg("%.12g is not %.12g", actual, expected);
}

void assert_unknown(double actual)
{
    if (!isnan(actual))
        fail_msg("%.12g should be unknown", actual);
}

bool has_note(const report *self, const char *words)
{
    for (size_t i = 0; i < self->note_count; i++)
        if (text_has(self->notes[i], words))
            return true;
    return false;
}
