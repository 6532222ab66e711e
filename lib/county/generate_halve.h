/* Places split into groups of equal weight side by side. */
#ifndef MI_COUNTY_GENERATE_HALVE_H
#define MI_COUNTY_GENERATE_HALVE_H

#include "county/generate_plane.h"

/* Splits places into `parts` groups of about equal weight (NULL: every place 1) by halving along the longer extent
 * again and again; group[i] is numbered from 0 in an order that runs through neighbours. No group is empty while there
 * are places enough. */
void mi_halve(const mi_spot *places, const double *weights, uint32_t count, uint32_t parts, uint32_t *group);

#endif
