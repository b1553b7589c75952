/* beside.h - where the programs of one installation find each other. Proved by tests/integration/test_import.py. */
#ifndef TOCSIN_BESIDE_H
#define TOCSIN_BESIDE_H

#include <stdbool.h>
#include <stddef.h>

/* A program that lies beside this one. Returns false when there is none, or its path does not fit. */
bool program_beside(const char *name, char *out, size_t size);

#endif
