/* The k-nearest search over one network, or over several at once (one a mode). */
#ifndef MI_ROUTE_NEAREST_H
#define MI_ROUTE_NEAREST_H

#include "route/search.h"

enum { MI_LAYERS_MAX = 4, MI_LAYER_BITS = 2 };

/* One network of a search over several: its labels, its responders, the place on it. */
typedef struct mi_layer {
  MusterSearch *search;
  const MusterFleet *fleet;
  const MusterRoadPoint *place;
} mi_layer;

/* The k nearest over all layers, each responder once, by its fastest layer (the first of several equal ones); ordered
 * by (time, responder). The heap and the marks of the first layer's search serve all. `out` holds k, or as many as are
 * available; its `mode` is the place of the layer in `layers`. */
size_t mi_nearest_run(const mi_layer *layers, unsigned layer_count, MusterDirection direction, uint64_t skills,
                      size_t k, uint32_t limit_ms, MusterTravelHit *out);

#endif
