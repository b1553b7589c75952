/* police_forces.h - data.police.uk's words: names of forces, types of crime by time. Proved by
 * tests/test_police_forces.c. */
#ifndef TOCSIN_POLICE_FORCES_H
#define TOCSIN_POLICE_FORCES_H

#include "proto/calendar.h"

/* The ONS code of the police force area that a force polices; an empty text when the name is unknown or the
 * force has no area of its own (British Transport Police). Source: ONS police force areas. */
text police_force_area(text name);

/* The crime types that files of a month can bear, the coarseness of the source.
 * Source: data.police.uk changelog: six types until August 2011, eleven until April 2013, fourteen since. */
const text *police_crime_types(month_number of, size_t *count);

#endif
