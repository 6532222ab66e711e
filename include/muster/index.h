/* Spatial index: a packed Hilbert R-tree, polygons, and a partition of an area into polygons.
 *
 * Trees and partitions are immutable once built and may be shared between threads. Answers depend on the items and
 * their ids alone, never on the order of building. Distances are those of the local plane (muster_distance_planar_m,
 * muster_distance_to_segment_m); methods and limits stand in docs/spatial-index.md.
 */
#ifndef MUSTER_INDEX_H
#define MUSTER_INDEX_H

#include <muster/geo.h>

G_BEGIN_DECLS

/* R-tree over points, segments or boxes (Kamel & Faloutsos, CIKM 1993). Item ids are their place in the input. */
typedef struct MusterTree MusterTree;

typedef struct MusterSegment {
  MusterPosition a, b;
} MusterSegment;

/* Copy the items; O(n log n). The array may be NULL if count is 0; count is below MUSTER_NONE. A segment whose ends are
 * more than 180° of longitude apart runs across the antimeridian; a box does not (split it in two). */
MUSTER_EXPORT MusterTree *muster_tree_new_points(const MusterPosition *points, size_t count);
MUSTER_EXPORT MusterTree *muster_tree_new_segments(const MusterSegment *segments, size_t count);
MUSTER_EXPORT MusterTree *muster_tree_new_boxes(const MusterBox *boxes, size_t count);
/* Any thread; unref takes NULL. */
MUSTER_EXPORT MusterTree *muster_tree_ref(MusterTree *tree);
MUSTER_EXPORT void muster_tree_unref(MusterTree *tree);
MUSTER_EXPORT size_t muster_tree_count(const MusterTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterTree, muster_tree_unref)

typedef struct MusterTreeHit {
  uint32_t id;
  double distance_m; /* planar, to the item itself; to a box: to its point nearest in longitude and in latitude */
} MusterTreeHit;

/* Returns true to keep an item; NULL keeps all. */
typedef bool (*MusterTreeFilter)(uint32_t id, void *user_data);

/* The k nearest items within limit_m (INFINITY: no limit; an item at exactly the limit counts), nearest first, ties by
 * id; returns how many, at most k, and writes them to `out`, which holds k. filter may be NULL; it is asked before the
 * distance is computed. Longitudes differ the short way round: the antimeridian is no border. Best-first search
 * (Hjaltason & Samet, TODS 1999), O(log n + k) for items spread evenly; allocates only for large k. Any thread. */
MUSTER_EXPORT size_t muster_tree_nearest(const MusterTree *tree, MusterPosition from, double limit_m, size_t k,
                                         MusterTreeFilter filter, void *user_data, MusterTreeHit *out);
/* All items that touch the box, borders included, decided in integers, in ascending ids. Returns the number found and
 * writes at most `capacity` of them, those of the lowest ids; out may be NULL if capacity is 0 (to count first). The
 * box does not cross the antimeridian. Any thread; allocates nothing. */
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

/* Valid by the OGC rules (GEOS)? If not, MUSTER_GEO_ERROR_GEOMETRY and a message that says why and where: "polygon
 * crosses itself at 109.4032000, 29.5121000", "polygon 2 of 3 has a hole outside its outer ring at …". Rings not
 * closed, of fewer than 4 positions or off the earth, and rings that stand twice are named too. No polygons are valid.
 * Longitudes are plain numbers: polygons do not cross the antimeridian. Any thread. */
MUSTER_EXPORT bool muster_polygons_check(const MusterPolygons *polygons, GError **error);
/* Point in polygon, the edges half-open: a polygon holds the points of its western and southern edges, not those of its
 * eastern and northern ones. So of polygons that share an edge or a corner exactly one holds a point on it. Exact, in
 * integers; O(positions). Of polygons that are not valid: the points that an odd number of rings go round. */
MUSTER_EXPORT bool muster_polygons_contain(const MusterPolygons *polygons, MusterPosition point);

/* Many areas; each point lies in at most one (the lowest id among several that hold it). */
typedef struct MusterPartition MusterPartition;
/* Area i is areas[i]; an area without polygons holds nothing. Copies what it needs; time and memory grow with the
 * number of positions. count is below MUSTER_NONE. */
MUSTER_EXPORT MusterPartition *muster_partition_new(const MusterPolygons *areas, size_t count);
MUSTER_EXPORT MusterPartition *muster_partition_ref(MusterPartition *partition);
MUSTER_EXPORT void muster_partition_unref(MusterPartition *partition);
/* The area that holds the point by muster_polygons_contain, the lowest of several, or MUSTER_NONE. Any thread;
 * allocates nothing; tens of nanoseconds. */
MUSTER_EXPORT uint32_t muster_partition_locate(const MusterPartition *partition, MusterPosition point);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterPartition, muster_partition_unref)

G_END_DECLS

#endif
