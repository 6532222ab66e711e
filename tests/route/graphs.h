/* Every road graph that stands among the real data: OSM extracts for each mode, some for all modes together, rome99,
 * Hong Kong. */
#ifndef MUSTER_TESTS_ROUTE_GRAPHS_H
#define MUSTER_TESTS_ROUTE_GRAPHS_H

#include <muster/road.h>

#include <stddef.h>
#include <stdint.h>

typedef struct real_graph {
  const char *name; /* as part of a test's path */
  const char *file; /* below the real data */
  MusterMode mode;  /* of an OSM extract */
  unsigned modes;   /* those that share its roads; 0: it has them to itself */
} real_graph;

extern const real_graph real_graphs[];
extern const size_t real_graph_count;

/* NULL, and the test is marked as skipped, if its file is not there. */
MusterNetwork *real_network(const real_graph *graph);

/* ---- graphs as lists of arcs ---- */

typedef struct arc_line {
  unsigned tail, head; /* from 0 */
  uint64_t micro;      /* the value × 10⁶ */
} arc_line;

typedef struct arc_file {
  arc_line *arcs; /* free with g_free */
  size_t count;
  unsigned node_count;
} arc_file;

/* "u v VALUE" with six decimals; # begins a comment. */
arc_file read_arcs(const char *path);
/* A network of the arcs with weights value × 10⁶ ÷ divisor, rounded; node ids from 1. */
MusterNetwork *arc_network(const arc_file *file, uint64_t divisor);

#endif
