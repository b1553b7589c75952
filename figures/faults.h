/* faults.h - everything that is wrong with what people wrote, found at once, by file and line.
 *
 * Reading goes on after a fault, so that one run tells them all. Proved by tests/test_faults.c.
 */
#ifndef TOCSIN_FAULTS_H
#define TOCSIN_FAULTS_H

#include <stdint.h>
#include <stdio.h>

typedef enum fault_weight {
    FAULT_WARNING, /* works, but perhaps not as meant */
    FAULT_ERROR,   /* can't be used */
} fault_weight;

typedef struct faults faults;

faults *faults_create(void);
void faults_destroy(faults **self);

/*   file   as the user named it, or "areas.csv"
 *   line   from 1; 0 where it concerns the whole file; as a sheet has it: of the imported file of that name
 *          if it is so marked */
__attribute__((format(printf, 5, 6))) void faults_add(faults *self, fault_weight weight, const char *file,
                                                      uint32_t line, const char *format, ...);

size_t faults_count(const faults *self, fault_weight weight);

/* "areas.csv:12: error: ..." a line each, in order of file and line; at most `lines_max`, then how many
 * more there are. */
void faults_print(const faults *self, FILE *out, size_t lines_max);

/* The i-th in that order, without its line end; "" behind the last. It lives until the next fault. */
const char *faults_line(faults *self, size_t i);

#endif
