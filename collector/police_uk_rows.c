/* A row of a street file as an incident, or as a faulty row with what is wrong. */
#include <stdio.h>

#include "police_forces.h"
#include "police_uk_parts.h"

enum { MINTED_SIZE = 64 };

const char *const police_uk_columns[COLUMNS] = {
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
    "Crime type", "Last outcome category", "Context",
};

text police_uk_cell(const struct police_uk *self, const csv_row *row, int column)
{
    int at = self->columns[column];
    return at >= 0 && (size_t)at < row->count ? text_trim(row->fields[at]) : (text){"", 0};
}

bool police_uk_is_force(text force)
{
    return force.size > 0 && force.size <= CODE_SIZE_MAX && text_utf8_fault(force) == force.size;
}

/* A reference for a row that has none: from its month and all its fields, and for the k-th row that is the same
 * to the letter, k. The origin is the other half of an identity anyhow. */
static text mint(struct police_uk *self, const csv_row *row, char room[MINTED_SIZE])
{
    unsigned char sum[DIGEST_SIZE];
    char hex[DIGEST_HEX_SIZE];
    uint32_t before = 0;
    digest_state *all = digest_create();
    for (int i = 0; i < COLUMNS; i++) {
        text value = police_uk_cell(self, row, i);
        digest_feed(all, value.at, value.size);
        digest_feed(all, "\x1f", 1);
    }
    digest_now(all, sum);
    digest_destroy(&all);
    digest_hex(sum, hex);
    text key = {hex, sizeof hex};
    if (!map_find(self->minted, key, &before))
        key = arena_text(self->minted_memory, key);
    map_put(self->minted, key, before + 1);
    int size = snprintf(room, MINTED_SIZE, "minted-%.*s-%u", DIGEST_HEX_SIZE, hex, before + 1);
    return (text){room, (size_t)size};
}

static bool fault(struct police_uk *self, const csv_row *row, int column, const char *reason, batch *to)
{
    text value = column < COLUMNS ? police_uk_cell(self, row, column) : row->raw;
    text id = police_uk_cell(self, row, CRIME_ID), force = police_uk_cell(self, row, FALLS_WITHIN);
    value.size = value.size < 80 ? value.size : 80;
    value.size = text_utf8_fault(value);
    text_copy(value, self->shown, sizeof self->shown);
    bool named = id.size > 0 && id.size <= REFERENCE_SIZE_MAX && text_utf8_fault(id) == id.size;
    batch_add_faulty(to, &(faulty){
        .origin = police_uk_is_force(force) ? force : text_of(self->origin),
        .reference = named ? id : (text){"", 0},
        .line = row->line,
        .column = text_of(column < COLUMNS ? police_uk_columns[column] : "the row"),
        .value = text_of(self->shown),
        .reason = text_of(reason),
        .row = row->raw,
        .size = row->size,
        .digest = row->size > row->raw.size ? row->digest : digest_text(row->raw),
    });
    return false;
}

static bool place(struct police_uk *self, const csv_row *row, incident *out, batch *to)
{
    text longitude = police_uk_cell(self, row, LONGITUDE), latitude = police_uk_cell(self, row, LATITUDE);
    out->area = police_uk_cell(self, row, LSOA_CODE);
    out->area_name = police_uk_cell(self, row, LSOA_NAME);
    if (out->area.size + out->area_name.size == 0)
        out->area_within = police_force_area(out->origin);
    if (latitude.size > 0 && !coordinate_read(latitude, 90, &out->latitude_e6))
        return fault(self, row, LATITUDE, "is no number of degrees from -90 to 90", to);
    if (longitude.size > 0 && !coordinate_read(longitude, 180, &out->longitude_e6))
        return fault(self, row, LONGITUDE, "is no number of degrees from -180 to 180", to);
    return true;
}

static bool read_row(struct police_uk *self, const csv_row *row, incident *out, char room[MINTED_SIZE], batch *to)
{
    month_number m;
    *out = incident_empty();
    out->origin = police_uk_cell(self, row, FALLS_WITHIN);
    out->reference = police_uk_cell(self, row, CRIME_ID);
    if (out->origin.size == 0)
        return fault(self, row, FALLS_WITHIN, "is empty: it names the force whose record this is", to);
    if (!month_read(police_uk_cell(self, row, MONTH), &m))
        return fault(self, row, MONTH, "is no month that exists: 2025-03", to);
    if (out->reference.size == 0)
        out->reference = mint(self, row, room);
    out->recorded = month_last(m);
    out->month_only = true;
    /* The month of the file; of one that is a mixture, the row's own. */
    month_number issue_month = self->whole ? self->month : m;
    out->revision = (uint64_t)(issue_month / 12) * 100 + (uint64_t)(issue_month % 12) + 1;
    out->issued_ns = self->issued_ns + (int64_t)row->line;
    out->line = row->line;
    out->offence = police_uk_cell(self, row, CRIME_TYPE);
    out->outcome = police_uk_cell(self, row, OUTCOME);
    if (!place(self, row, out, to))
        return false;
    const char *column, *reason = incident_fault(out, &column);
    if (reason == NULL)
        return true;
    (void)snprintf(self->reason, sizeof self->reason, "(as %s) %s", column, reason);
    return fault(self, row, COLUMNS, self->reason, to);
}

void police_uk_take_row(struct police_uk *self, status st, const csv_row *row, batch *to)
{
    char room[MINTED_SIZE];
    incident record;
    if (st == STATUS_TOO_LARGE)
        (void)fault(self, row, COLUMNS, "is over 64 KiB, or a quote in it never closes: it is kept in part, and reading "
                    "goes on with the next line", to);
    else if (read_row(self, row, &record, room, to))
        batch_add(to, &record);
}
