#include "canonical.h"

#include <stddef.h>

static const char *const names[CANONICAL_FIELDS] = {
    "reference", "revision", "status", "recorded_at", "occurred_at", "occurred_to", "offence",
    "area",      "markers",  "outcome", "latitude",   "longitude",   "origin",
};

const char *canonical_name(canonical_field field)
{
    return names[field];
}

bool canonical_is_required(canonical_field field)
{
    return field == CANONICAL_REFERENCE || field == CANONICAL_RECORDED_AT || field == CANONICAL_OFFENCE ||
           field == CANONICAL_AREA;
}

static bool fail(canonical_fault *fault, canonical_field field, text value, const char *reason)
{
    *fault = (canonical_fault){names[field], value, reason};
    return false;
}

static bool is_stamp(text value)
{
    day_number ignored;
    bool month_only, has_time;
    return value.size == 0 || recorded_at_read(value, &ignored, &month_only, &has_time);
}

static bool read_recorded(const text fields[CANONICAL_FIELDS], incident *out, canonical_fault *fault)
{
    text value = fields[CANONICAL_RECORDED_AT];
    bool has_time = false;
    if (value.size == 0)
        return true;
    if (!recorded_at_read(value, &out->recorded, &out->month_only, &has_time))
        return fail(fault, CANONICAL_RECORDED_AT, value,
                    "is no date that exists: write 2025-03-31, 2025-03-31T12:00:00Z (or with an offset), or 2025-03");
    if (has_time)
        out->recorded_at = value;
    return true;
}

static bool read_coordinates(const text fields[CANONICAL_FIELDS], incident *out, canonical_fault *fault)
{
    text latitude = fields[CANONICAL_LATITUDE], longitude = fields[CANONICAL_LONGITUDE];
    if (latitude.size > 0 && !coordinate_read(latitude, 90, &out->latitude_e6))
        return fail(fault, CANONICAL_LATITUDE, latitude, "is no number of degrees from -90 to 90");
    if (longitude.size > 0 && !coordinate_read(longitude, 180, &out->longitude_e6))
        return fail(fault, CANONICAL_LONGITUDE, longitude, "is no number of degrees from -180 to 180");
    return true;
}

static bool read_values(const text fields[CANONICAL_FIELDS], incident *out, canonical_fault *fault)
{
    text revision = fields[CANONICAL_REVISION], word = fields[CANONICAL_STATUS];
    if (revision.size > 0 && !text_to_u64(revision, &out->revision))
        return fail(fault, CANONICAL_REVISION, revision, "is no whole number from 0 on");
    if (!record_status_read(word, &out->status))
        return fail(fault, CANONICAL_STATUS, word, "is neither recorded nor cancelled");
    if (!is_stamp(fields[CANONICAL_OCCURRED_AT]))
        return fail(fault, CANONICAL_OCCURRED_AT, fields[CANONICAL_OCCURRED_AT], "is no date or date-time of ISO 8601");
    if (!is_stamp(fields[CANONICAL_OCCURRED_TO]))
        return fail(fault, CANONICAL_OCCURRED_TO, fields[CANONICAL_OCCURRED_TO], "is no date or date-time of ISO 8601");
    return read_recorded(fields, out, fault) && read_coordinates(fields, out, fault);
}

static text value_of(const text fields[CANONICAL_FIELDS], const char *column)
{
    for (int i = 0; i < CANONICAL_FIELDS; i++)
        if (text_is(text_of(column), names[i]))
            return fields[i];
    return (text){"", 0};
}

bool canonical_read(const text fields[CANONICAL_FIELDS], text origin, incident *out, canonical_fault *fault)
{
    *out = incident_empty();
    out->origin = fields[CANONICAL_ORIGIN].size > 0 ? fields[CANONICAL_ORIGIN] : origin;
    out->reference = fields[CANONICAL_REFERENCE];
    out->offence = fields[CANONICAL_OFFENCE];
    out->area = fields[CANONICAL_AREA];
    out->markers = fields[CANONICAL_MARKERS];
    out->outcome = fields[CANONICAL_OUTCOME];
    out->occurred_at = fields[CANONICAL_OCCURRED_AT];
    out->occurred_to = fields[CANONICAL_OCCURRED_TO];
    if (!read_values(fields, out, fault))
        return false;
    const char *column, *reason = incident_fault(out, &column);
    if (reason != NULL)
        *fault = (canonical_fault){column, value_of(fields, column), reason};
    return reason == NULL;
}
