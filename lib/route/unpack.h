/* From chords back to the roads they stand for. */
#ifndef MI_ROUTE_UNPACK_H
#define MI_ROUTE_UNPACK_H

#include "road/metric.h"
#include "route/buffer.h"

/* A chord as it is travelled: up from its lower node, or down to it. */
typedef struct mi_passage {
  uint32_t chord, low;
  bool up;
} mi_passage;

/* Appends the arcs of the passage to `arcs` (MusterArc, *count of them); `stack` is scratch. Of several ways of the
 * same time the road itself comes first, then the one over the lowest node. */
void mi_unpack(const MusterMetric *metric, mi_passage passage, mi_buffer *stack, mi_buffer *arcs, size_t *count);

#endif
