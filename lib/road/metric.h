/* A metric from inside: times of arcs and of chords. */
#ifndef MI_ROAD_METRIC_H
#define MI_ROAD_METRIC_H

#include "road/network.h"

struct MusterMetric {
  gint references;
  bool is_own;     /* kept by its network: references to it are references to the network */
  uint64_t serial; /* of this process; no two metrics share one */
  uint64_t parent; /* serial of the metric it was derived from; 0: none */
  MusterNetwork *network;
  MusterMetric *open;                       /* where everything is open; NULL: this one */
  const mi_hierarchy *hierarchy;            /* of the network's home; NULL if it has none, then there are no chords */
  const uint32_t *weight_ms, *in_weight_ms; /* arcs out and in; the network's or owned */
  uint32_t *times;                          /* the block that holds the next three */
  uint32_t *owned_weights;                  /* both, or NULL */
  uint32_t *up_ms, *down_ms;                /* chord → time from its lower node to its upper one, and back */
  uint32_t *changed;                        /* chords whose times differ from the parent's, ascending */
  uint32_t changed_count, closed_arc_count;
};

/* Of the network that is going away. */
void mi_metric_free_own(MusterMetric *metric);

/* Time over one chord, saturated: UINT32_MAX and more is no time. */
static inline uint32_t mi_chord_add(uint32_t a_ms, uint32_t b_ms) {
  uint32_t sum = a_ms + b_ms;
  return sum | (0u - (uint32_t)(sum < a_ms));
}

/* Times of all chords from those of the arcs; customize.c. */
void mi_metric_customize(MusterMetric *metric, unsigned threads);
/* Times of the chords after the arcs listed changed since `before`, of which `metric` is a copy; fills `changed`. At
 * most about twice what a customization costs. update.c */
void mi_metric_update(MusterMetric *metric, const MusterMetric *before, const MusterArc *arcs, size_t count);
/* The best of the arcs that a chord stands for, each way. */
void mi_metric_chord_roads(const MusterMetric *metric, uint32_t low, uint32_t high, uint32_t *up_ms, uint32_t *down_ms);

#endif
