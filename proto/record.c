#include "record.h"

#include <math.h>

incident incident_empty(void)
{
    return (incident){.recorded = DAY_NONE, .latitude_e6 = COORDINATE_NONE, .longitude_e6 = COORDINATE_NONE};
}

/* Each text of an incident with its bound. */
static const struct bound {
    const char *field;
    size_t offset;
    size_t size_max;
} bounds[] = {
    {"origin", offsetof(incident, origin), CODE_SIZE_MAX},
    {"reference", offsetof(incident, reference), REFERENCE_SIZE_MAX},
    {"offence", offsetof(incident, offence), CODE_SIZE_MAX},
    {"area", offsetof(incident, area), CODE_SIZE_MAX},
    {"area_name", offsetof(incident, area_name), CODE_SIZE_MAX},
    {"area_within", offsetof(incident, area_within), CODE_SIZE_MAX},
    {"markers", offsetof(incident, markers), MARKERS_SIZE_MAX},
    {"outcome", offsetof(incident, outcome), OUTCOME_SIZE_MAX},
    {"recorded_at", offsetof(incident, recorded_at), STAMP_SIZE_MAX},
    {"occurred_at", offsetof(incident, occurred_at), STAMP_SIZE_MAX},
    {"occurred_to", offsetof(incident, occurred_to), STAMP_SIZE_MAX},
};

static const char *missing_field(const incident *self, const char **field)
{
    if (self->reference.size == 0)
        return *field = "reference", "is empty: without a reference an incident has no identity";
    if (self->origin.size == 0)
        return *field = "origin", "is empty: without an origin an incident has no identity";
    if (self->status == RECORD_CANCELLED)
        return NULL;
    if (self->recorded == DAY_NONE)
        return *field = "recorded_at", "is empty: an incident counts on its recorded date";
    if (self->offence.size == 0)
        return *field = "offence", "is empty: an incident counts under its offence";
    if (self->area.size == 0 && self->area_name.size == 0 && self->area_within.size == 0)
        return *field = "area", "is empty: an incident counts where it happened";
    return NULL;
}

const char *incident_fault(const incident *self, const char **field)
{
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        const text *t = (const text *)(const void *)((const char *)self + bounds[i].offset);
        *field = bounds[i].field;
        if (t->size > bounds[i].size_max)
            return "is too long";
        if (text_utf8_fault(*t) < t->size)
            return "is not UTF-8 text: save the file as UTF-8, without NUL";
    }
    if (self->recorded != DAY_NONE && (self->recorded < DAY_MIN || self->recorded > DAY_MAX))
        return *field = "recorded_at", "is not between 2 January 1970 and the end of 2099";
    if (self->revision > INT64_MAX)
        return *field = "revision", "is larger than any store can keep";
    return missing_field(self, field);
}

bool record_status_read(text from, record_status *out)
{
    if (from.size == 0 || text_equal_caseless(from, text_of("recorded"))) {
        *out = RECORD_RECORDED;
        return true;
    }
    if (text_equal_caseless(from, text_of("cancelled"))) {
        *out = RECORD_CANCELLED;
        return true;
    }
    return false;
}

bool coordinate_read(text from, int limit, int32_t *out_e6)
{
    double degrees;
    if (!text_to_double(from, &degrees) || !(fabs(degrees) <= limit))
        return false;
    *out_e6 = (int32_t)lround(degrees * 1e6);
    return true;
}
