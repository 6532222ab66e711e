/* Closed roads: closures with ids, how many of them lie over each road, and the metrics that follow.
 *
 * A road opens when the last closure over it is gone. Which arcs a closure means is asked of each mode's network once,
 * when it is made; arcs that the oracle's own metric has closed anyway are not among them and stay so.
 */
#ifndef MI_ENGINE_CLOSURES_H
#define MI_ENGINE_CLOSURES_H

#include <muster/engine.h>

typedef struct mi_closure {
  MusterId id;                         /* its text is owned */
  MusterClosedRoads roads;             /* owned */
  MusterArc *arcs[MUSTER_MODE_COUNT];  /* ascending */
  size_t arc_count[MUSTER_MODE_COUNT]; /* 0 where there is no network of the mode */
} mi_closure;

typedef struct mi_closures {
  mi_closure **entries; /* by id: numbers, then texts */
  size_t count, capacity;
  /* From the first closure on; NULL without a network of the mode. */
  MusterMetric *own[MUSTER_MODE_COUNT]; /* what travel was on */
  MusterMetric *now[MUSTER_MODE_COUNT];
  uint32_t *over[MUSTER_MODE_COUNT];        /* by arc: closures over it */
  uint32_t closed_count[MUSTER_MODE_COUNT]; /* arcs with one or more */
} mi_closures;

void mi_closures_clear(mi_closures *closures);
/* NULL if it is not in force. */
mi_closure *mi_closures_find(const mi_closures *closures, MusterId id);
/* Why there can be no such closure now, a clause; NULL if there can. Free with g_free. */
char *mi_closures_defect(MusterEngine *engine, MusterId id, const MusterClosedRoads *roads);
/* Copies what it is given; has no defect. */
mi_closure *mi_closure_new(MusterEngine *engine, MusterId id, const MusterClosedRoads *roads);
/* In force from now on; takes the closure over. changed: arcs that it closed, by mode, MUSTER_NONE without a network.
 */
void mi_closures_add(MusterEngine *engine, mi_closure *closure, uint32_t changed[MUSTER_MODE_COUNT]);
/* No longer in force, and freed; changed: arcs that this opened. */
void mi_closures_remove(MusterEngine *engine, mi_closure *closure, uint32_t changed[MUSTER_MODE_COUNT]);

#endif
