/* Spatial index: a packed Hilbert R-tree, and a partition of an area into polygons. Immutable once built; shared. */
#ifndef MUSTER_INDEX_H
#define MUSTER_INDEX_H

#include <muster/geo.h>

G_BEGIN_DECLS

/* R-tree over points (a == b), segments (a–b) or boxes. Item ids are their place in the input. */
typedef struct MusterTree MusterTree;

typedef struct MusterSegment {
  MusterPosition a, b;
} MusterSegment;

MUSTER_EXPORT MusterTree *muster_tree_new_points(const MusterPosition *points, size_t count);
MUSTER_EXPORT MusterTree *muster_tree_new_segments(const MusterSegment *segments, size_t count);
MUSTER_EXPORT MusterTree *muster_tree_new_boxes(const MusterBox *boxes, size_t count);
MUSTER_EXPORT MusterTree *muster_tree_ref(MusterTree *tree);
MUSTER_EXPORT void muster_tree_unref(MusterTree *tree);
MUSTER_EXPORT size_t muster_tree_count(const MusterTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterTree, muster_tree_unref)

typedef struct MusterTreeHit {
  uint32_t id;
  double distance_m; /* planar, to the item itself (0 inside a box) */
} MusterTreeHit;

/* Returns true to keep an item; NULL keeps all. */
typedef bool (*MusterTreeFilter)(uint32_t id, void *user_data);

/* The k nearest items within limit_m (INFINITY: no limit), nearest first, ties by id; returns how many. Allocates a
 * small queue. Any thread. */
MUSTER_EXPORT size_t muster_tree_nearest(const MusterTree *tree, MusterPosition from, double limit_m, size_t k,
                                         MusterTreeFilter filter, void *user_data, MusterTreeHit *out);
/* All items that touch the box, ascending ids; the caller's array grows as needed (GArray of uint32_t is internal: see
 * count/fill pair). Returns the number found; writes at most `capacity`. */
MUSTER_EXPORT size_t muster_tree_within(const MusterTree *tree, MusterBox box, uint32_t *out, size_t capacity);

/* A polygon with holes, or several: rings of positions. ring_first has ring_count + 1 entries into positions;
 * polygon_first has polygon_count + 1 entries into rings; the first ring of a polygon is its outside. Rings are closed
 * (first == last). */
typedef struct MusterPolygons {
  const MusterPosition *positions;
  const uint32_t *ring_first;
  const uint32_t *polygon_first;
  uint32_t ring_count, polygon_count;
} MusterPolygons;

/* Valid by the OGC rules (GEOS)? If not, the message says why and where ("crosses itself at 109.4032, 29.5121"). */
MUSTER_EXPORT bool muster_polygons_check(const MusterPolygons *polygons, GError **error);
/* Point in polygon with half-open edges: of two polygons that share an edge exactly one holds a point on it. Integer
 * arithmetic. */
MUSTER_EXPORT bool muster_polygons_contain(const MusterPolygons *polygons, MusterPosition point);

/* Many areas; each point lies in at most one (the lowest id among several that hold it). */
typedef struct MusterPartition MusterPartition;
/* Copies the polygons. */
MUSTER_EXPORT MusterPartition *muster_partition_new(const MusterPolygons *areas, size_t count);
MUSTER_EXPORT MusterPartition *muster_partition_ref(MusterPartition *partition);
MUSTER_EXPORT void muster_partition_unref(MusterPartition *partition);
/* The area that holds the point, or MUSTER_NONE. Any thread; allocates nothing. */
MUSTER_EXPORT uint32_t muster_partition_locate(const MusterPartition *partition, MusterPosition point);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterPartition, muster_partition_unref)

G_END_DECLS

#endif
