/* Roads cut at every corner: the graph other engines make of the same ways, for comparisons of like with like. */
#ifndef MUSTER_BENCH_CORNERS_H
#define MUSTER_BENCH_CORNERS_H

#include <muster/muster.h>

G_BEGIN_DECLS

/* Each segment of `roads` a way of its own, so that the builder keeps every corner as a node. The caller frees it. */
MusterRoads *bench_split_at_corners(const MusterRoads *roads);

G_END_DECLS

#endif
