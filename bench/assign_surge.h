/* A surge for the assignment's benchmarks: volunteers in villages, incidents along a flood front, the k nearest
 * volunteers of each incident as candidates. Seeded: the same numbers on every machine.
 */
#ifndef MB_ASSIGN_SURGE_H
#define MB_ASSIGN_SURGE_H

#include <muster/assign.h>

G_BEGIN_DECLS

/* How incidents and volunteers are numbered: along a Morton curve, so that neighbours lie close in memory, or at
 * random, as they come. */
typedef enum mb_order { MB_ORDER_MORTON, MB_ORDER_RANDOM } mb_order;

/* Where incidents are: crowded along a front, so that the nearest helpers are short; or within hundreds of metres of
 * where volunteers live, so that nearly all are served. */
typedef enum mb_where { MB_ALONG_A_FRONT, MB_NEAR_HOMES } mb_where;

typedef struct mb_assign_surge {
  uint32_t rows, columns, k; /* incidents, volunteers, candidates of each incident */
  MusterAssignNeed *needs;
  MusterAssignCandidate *candidates; /* k an incident, by rising time; tier and fatigue are 0 */
} mb_assign_surge;

/* k must be at most `columns`. */
mb_assign_surge *mb_assign_surge_new(uint32_t rows, uint32_t columns, uint32_t k, mb_order order, mb_where where);
void mb_assign_surge_free(mb_assign_surge *surge);
/* An assignment with the volunteers and no incident; ends the program if it cannot be made. */
MusterAssignment *mb_assign_surge_begin(const mb_assign_surge *surge);
/* The incident as a row that waits. */
void mb_assign_surge_add(const mb_assign_surge *surge, MusterAssignment *assignment, MusterAssignRow row);

G_END_DECLS

#endif
