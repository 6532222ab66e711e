/* The roads that residents live along, grid by grid.
 *
 * Residents live in proportion to a road's length and to the housing that goes with its class: the same table by which
 * generated counties place the homes of volunteers. Immutable once made; refers to nothing of the county.
 */
#ifndef MI_COUNTY_DWELLINGS_H
#define MI_COUNTY_DWELLINGS_H

#include <muster/county.h>

typedef struct mi_dwelling_street { /* a stretch of road inside a grid that people live along */
  MusterPosition a, b;
} mi_dwelling_street;

typedef struct mi_dwellings {
  uint32_t *first;             /* of each grid, counted from the first of them; grid_count + 1 */
  mi_dwelling_street *streets; /* ordered by grid */
  double *ends;                /* running metres of residential street, ordered alike, starts anew in each grid */
} mi_dwellings;

/* O(n log n) in the county's road points. */
void mi_dwellings_init(mi_dwellings *dwellings, const MusterCounty *county);
void mi_dwellings_clear(mi_dwellings *dwellings);
/* The street of a grid, which has some, at `metres` of its running metres, 0 to below the last of them; *part, if not
 * NULL, gets how far along it that is, 0 to 1. */
uint32_t mi_dwellings_street(const mi_dwellings *dwellings, uint32_t grid, double metres, double *part);
/* The running metres of all the grid's streets; 0 without one. */
static inline double mi_dwellings_metres(const mi_dwellings *dwellings, uint32_t grid) {
  uint32_t end = dwellings->first[grid + 1];
  return end > dwellings->first[grid] ? dwellings->ends[end - 1] : 0;
}

#endif
