/* The reference data in the store: each sheet a table of texts, and the trees that follow from them. */
#include <stdio.h>
#include <string.h>

#include "sqlite_db.h"

enum { SQL_SIZE = 512 };

/* "line, "group", "name" ..." - quoted, as some names are words of SQL. */
static void column_list(const sheet_form *form, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "line");
    for (size_t i = 0; i < SHEET_COLUMNS_MAX && form->columns[i] != NULL; i++)
        used += (size_t)snprintf(out + used, size - used, ", \"%s\"", form->columns[i]);
}

static status prepare(store *self, const char *sql, sqlite3_stmt **out)
{
    int code = sqlite3_prepare_v2(self->db, sql, -1, out, NULL);
    return code == SQLITE_OK ? STATUS_OK : db_trouble(self, code);
}

static status put_rows(store *self, sqlite3_stmt *st, const sheet *from)
{
    status said = STATUS_OK;
    for (size_t row = 0; row < from->row_count && said == STATUS_OK; row++) {
        (void)sqlite3_bind_int64(st, 1, from->lines[row]);
        for (size_t i = 0; i < from->column_count; i++)
            db_bind_text(st, (int)i + 2, sheet_cell(from, row, i));
        said = db_run(self, st);
    }
    return said;
}

static status put_sheet(store *self, sheet_name name, const sheet *from)
{
    const sheet_form *form = sheet_form_of(name);
    char columns[SQL_SIZE / 2], sql[SQL_SIZE];
    sqlite3_stmt *st = NULL;
    (void)snprintf(sql, sizeof sql, "DELETE FROM \"%s\"", form->name);
    status said = db_execute(self, sql);
    column_list(form, columns, sizeof columns);
    (void)snprintf(sql, sizeof sql, "INSERT INTO \"%s\" (%s) VALUES (?%s)", form->name, columns,
                   &",?,?,?,?,?,?,?,?"[2 * (SHEET_COLUMNS_MAX - from->column_count)]);
    if (said == STATUS_OK)
        said = prepare(self, sql, &st);
    if (said == STATUS_OK)
        said = put_rows(self, st, from);
    (void)sqlite3_finalize(st);
    return said;
}

static status put_tree(store *self, const char *table, const tree_pair *pairs, size_t count)
{
    char sql[SQL_SIZE];
    sqlite3_stmt *st = NULL;
    (void)snprintf(sql, sizeof sql, "DELETE FROM %s_tree", table);
    status said = db_execute(self, sql);
    (void)snprintf(sql, sizeof sql, "INSERT INTO %s_tree (ancestor, %s) VALUES (?, ?)", table, table);
    if (said == STATUS_OK)
        said = prepare(self, sql, &st);
    for (size_t i = 0; i < count && said == STATUS_OK; i++) {
        (void)sqlite3_bind_int64(st, 1, pairs[i].ancestor);
        (void)sqlite3_bind_int64(st, 2, pairs[i].node);
        said = db_run(self, st);
    }
    (void)sqlite3_finalize(st);
    return said;
}

static status put_setting(store *self, const char *name, text value)
{
    sqlite3_stmt *st = NULL;
    status said = db_statement(self, QUERY_PUT_SETTING, &st);
    if (said != STATUS_OK)
        return said;
    db_bind_text(st, 1, text_of(name));
    db_bind_text(st, 2, value);
    return db_run(self, st);
}

status db_adopt(store *self, const adoption *from)
{
    status said = STATUS_OK;
    for (int name = 0; name < SHEETS && said == STATUS_OK; name++)
        said = put_sheet(self, (sheet_name)name, &from->sheets->each[name]);
    if (said == STATUS_OK)
        said = put_tree(self, "area", from->areas, from->area_count);
    if (said == STATUS_OK)
        said = put_tree(self, "category", from->categories, from->category_count);
    if (said == STATUS_OK)
        said = put_setting(self, "priorities", from->sheets->priorities);
    return said == STATUS_OK ? put_setting(self, "reference_digest", from->digest) : said;
}

static status get_sheet(store *self, sheet_name name, sheets *to)
{
    const sheet_form *form = sheet_form_of(name);
    char columns[SQL_SIZE / 2], sql[SQL_SIZE];
    sqlite3_stmt *st = NULL;
    column_list(form, columns, sizeof columns);
    (void)snprintf(sql, sizeof sql, "SELECT %s FROM \"%s\" ORDER BY rowid", columns, form->name);
    status said = prepare(self, sql, &st);
    if (said != STATUS_OK)
        return said;
    while ((said = db_step(self, st)) == STATUS_OK) {
        text *row = sheets_row(to, name, db_u32(st, 0));
        for (size_t i = 0; i < to->each[name].column_count; i++)
            row[i] = arena_text(to->memory, db_text(st, (int)i + 1));
    }
    (void)sqlite3_finalize(st);
    return said == STATUS_END ? STATUS_OK : said;
}

static status get_priorities(store *self, sheets *to)
{
    status said = store_setting(self, "priorities", to->memory, &to->priorities);
    if (said != STATUS_NOT_FOUND)
        return said;
    to->priorities = (text){"", 0};
    return STATUS_OK;
}

status store_sheets(store *self, sheets **out)
{
    sheets *made = sheets_create();
    status said = STATUS_OK;
    for (int name = 0; name < SHEETS && said == STATUS_OK; name++)
        said = get_sheet(self, (sheet_name)name, made);
    if (said == STATUS_OK && made->each[SHEET_AREAS].row_count == 0)
        said = STATUS_NOT_FOUND;
    if (said == STATUS_OK)
        said = get_priorities(self, made);
    if (said != STATUS_OK) {
        sheets_destroy(&made);
        return said;
    }
    *out = made;
    return STATUS_OK;
}
