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

typedef struct mi_question {
  MusterDirection direction;
  uint64_t skills; /* all of them; 0: anybody */
  size_t k;
  uint32_t limit_ms; /* included; MUSTER_UNREACHABLE_MS: no limit */
  const MusterResponder *excluded;
  size_t excluded_count;
  MusterTravelVisit visit; /* NULL: the first k are taken. Else each is shown; what it takes ends the search there. */
  void *data;              /* of visit */
} mi_question;

/* The k nearest over all layers, each responder once, by its fastest layer (the first of several equal ones); ordered
 * by (time, responder). The heap of offers and the marks of the first layer's search serve all. `out` holds k, or as
 * many as are available; its `mode` is the place of the layer in `layers`. With `visit` nothing is written to `out`,
 * and the answer is how many it took: none, or one and more of the very same time. */
size_t mi_nearest_run(const mi_layer *layers, unsigned layer_count, const mi_question *question, MusterTravelHit *out);

/* muster_search_nearest by one layer or the other: both give the same bytes. The second needs a hierarchy and k and
 * excluded_count of at most MI_LISTS_K_MAX together. */
size_t mi_search_nearest_dijkstra(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *place,
                                  const MusterNearestOptions *options, MusterNearest *out);
size_t mi_search_nearest_lists(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *place,
                               const MusterNearestOptions *options, MusterNearest *out);
/* muster_search_nearest_batch by sweeps, under the same conditions. */
void mi_search_nearest_sweep(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *places,
                             size_t place_count, const MusterNearestOptions *options, MusterNearest *out,
                             size_t *counts);

#endif
