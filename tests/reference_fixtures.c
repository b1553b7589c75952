#include "reference_fixtures.h"

#include <string.h>

#include "testing.h"

static void fill(sheets *to, sheet_name name, const char *lines, uint32_t mark)
{
    text rest = text_of(lines), line, cell;
    for (uint32_t number = 2; text_split(&rest, '\n', &line); number++) {
        text *row = sheets_row(to, name, number | mark);
        for (size_t i = 0; text_split(&line, ',', &cell); i++) {
            assert_true(i < to->each[name].column_count);
            row[i] = arena_text(to->memory, cell);
        }
    }
}

void sheet_fill(sheets *to, sheet_name name, const char *lines)
{
    fill(to, name, lines, 0);
}

void sheet_fill_imported(sheets *to, sheet_name name, const char *lines)
{
    fill(to, name, lines, SHEET_IMPORTED);
}

static void print_faults(faults *found)
{
    for (size_t i = 0; faults_line(found, i)[0] != '\0'; i++)
        print_message("%s\n", faults_line(found, i));
}

void assert_faults(faults *found, size_t errors, size_t warnings)
{
    if (faults_count(found, FAULT_ERROR) == errors && faults_count(found, FAULT_WARNING) == warnings)
        return;
    print_faults(found);
    fail_msg("%d errors and %d warnings, and not %d and %d", (int)faults_count(found, FAULT_ERROR),
             (int)faults_count(found, FAULT_WARNING), (int)errors, (int)warnings);
}

void assert_fault(faults *found, const char *begins)
{
    for (size_t i = 0; faults_line(found, i)[0] != '\0'; i++)
        if (strncmp(faults_line(found, i), begins, strlen(begins)) == 0)
            return;
    print_faults(found);
    fail_msg("no fault begins like this: %s", begins);
}
