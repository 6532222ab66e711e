/* The slow truth about turn restrictions: a search from arc to arc that asks at each node whether the movement is
 * forbidden, with the rules written as they are told in docs/travel-modes.md. */
#ifndef TEST_TURNS_TRUTH_H
#define TEST_TURNS_TRUTH_H

#include "road/network.h"

enum { TURNS_TRUTH_FAR = 1 << 30 };

/* Arc 2 · link runs tail → head, 2 · link + 1 back; closed ones have weight TURNS_TRUTH_FAR. Vertices are the links'
 * ends. */
typedef struct turns_truth {
  const mi_graph *graph;
  size_t arc_count;
  uint32_t *weight;
  uint8_t *forbidden; /* arc × arc: a road in and a road out of one vertex */
  uint8_t *reach;     /* vertex × vertex, restrictions aside */
  GPtrArray *routes;  /* route */
  GArray *states;     /* turns_truth_state: all that one can be on, the first of an arc as one is who begins there */
  uint32_t *end_time, *begin_time; /* arc × arc: from the end of one to the end of the other, to where it begins */
} turns_truth;

/* An arc, and the routes one is on: a bit for each route and how many of its arcs one has just travelled. */
typedef struct turns_truth_state {
  size_t arc;
  uint64_t on[4];
} turns_truth_state;

/* Frees with turns_truth_clear. */
void turns_truth_init(turns_truth *t, const MusterRoads *roads, const MusterNetwork *network);
void turns_truth_clear(turns_truth *t);
MusterNode turns_truth_tail(const turns_truth *t, size_t arc);
MusterNode turns_truth_head(const turns_truth *t, size_t arc);
uint8_t *turns_truth_forbidden(const turns_truth *t, size_t in, size_t out);
/* May one who is on these routes take the arc? And on which is one then? NULL: on none. */
bool turns_truth_routes_permit(const turns_truth *t, const uint64_t *on, size_t arc);
turns_truth_state turns_truth_take(const turns_truth *t, const uint64_t *on, size_t arc);
/* Anew, after weights were changed. */
void turns_truth_find_times(turns_truth *t);
/* The time between two places, walks included. */
uint32_t turns_truth_time(const turns_truth *t, const MusterRoadPoint *from, const MusterRoadPoint *to);

#endif
