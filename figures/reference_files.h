/* reference_files.h - the reference folder as its files have it.
 *
 * Reads text, knows nothing of what it means: missing files and columns, rows that can't be read. Imported
 * lookups and estimates (tocsin import) lie in a folder of their own, in the same form, and are added
 * behind. Proved by tests/test_reference_files.c.
 */
#ifndef TOCSIN_REFERENCE_FILES_H
#define TOCSIN_REFERENCE_FILES_H

#include "faults.h"
#include "proto/digest.h"
#include "storage/sheet.h"

/* Every sheet that the folder holds.
 *   imported   a second folder whose rows come behind, or NULL; it may be missing
 *   digest     hexadecimal, of all that was read: the same data give the same
 * Returns      sheets, as far as they could be read; what is wrong stands in `found` */
sheets *reference_files_read(const char *folder, const char *imported, faults *found,
                             char digest[DIGEST_HEX_SIZE]);

/* Writes the rows of a sheet as a file of this form, in place of an older one once it is whole and durable.
 *   imported   only rows that came from imported files
 * Returns      false: errno says why */
bool reference_files_write(const sheets *from, sheet_name name, bool imported, const char *path);

#endif
