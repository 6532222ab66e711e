/* The flat form of the packed Hilbert R-tree: arrays that can stand in a mapped file and are searched where they lie.
 *
 * Items are sorted along a Hilbert curve and packed 16 to a node, level upon level, so the shape follows from the item
 * count alone (Kamel & Faloutsos, "On packing R-trees", CIKM 1993); no pointers, no offsets. The search is best-first
 * (Hjaltason & Samet, "Distance browsing in spatial databases", TODS 1999). The tree knows nothing of the items but
 * their ids: their distance comes from a callback.
 */
#ifndef MI_INDEX_TREE_H
#define MI_INDEX_TREE_H

#include <muster/index.h>

enum { MI_TREE_FANOUT = 16, MI_TREE_LEVELS_MAX = 8 /* 16⁸ items */ };

/* Nodes of a tree over so many items; 0 for none. */
uint32_t mi_tree_node_count(uint32_t item_count);

/* A built tree, owner of its arrays: what a file stores. Both arrays are NULL if item_count is 0. */
typedef struct mi_tree_layout {
  uint32_t item_count;
  uint32_t node_count;   /* mi_tree_node_count(item_count) */
  MusterBox *node_boxes; /* node_count: the leaves in order, then the level above … the root last */
  uint32_t *item_ids;    /* item_count: leaf i holds entries 16 i … 16 i + 15 */
} mi_tree_layout;

/* Item i gets the id ids[i], or i where ids is NULL. The ids must be distinct. Same input, same arrays. O(n log n). */
void mi_tree_build_boxes(mi_tree_layout *layout, const MusterBox *boxes, const uint32_t *ids, uint32_t count);
void mi_tree_build_segments(mi_tree_layout *layout, const MusterSegment *segments, const uint32_t *ids, uint32_t count);
void mi_tree_build_points(mi_tree_layout *layout, const MusterPosition *points, const uint32_t *ids, uint32_t count);
void mi_tree_layout_clear(mi_tree_layout *layout);

/* A tree that lies somewhere else. Any number of threads may search one view. */
typedef struct mi_tree_view {
  uint32_t item_count, node_count, level_count;
  uint32_t level_first[MI_TREE_LEVELS_MAX]; /* first node of each level, leaves first */
  const MusterBox *node_boxes;
  const uint32_t *item_ids;
} mi_tree_view;

/* Verifies arrays from an untrusted file: node_count as item_count demands, every id below id_limit, every box ordered
 * and inside its parent. Then no search reads outside the arrays or hands out an id of id_limit or above; the worst a
 * forged file can do is to give a wrong answer. On failure *view is empty and the message names the first entry that is
 * wrong. domain, code: the caller's. O(n). */
bool mi_tree_view_init(mi_tree_view *view, uint32_t item_count, uint32_t node_count, const MusterBox *node_boxes,
                       const uint32_t *item_ids, uint32_t id_limit, GQuark domain, int code, GError **error);
/* Of a tree built here: no checks. The layout must outlive the view. */
void mi_tree_view_layout(mi_tree_view *view, const mi_tree_layout *layout);

/* Metres from `from` to the item, by muster_distance_planar_m or muster_distance_to_segment_m to a point in the item's
 * box. */
typedef double (*mi_tree_distance)(uint32_t id, MusterPosition from, void *user_data);
/* Does the item touch the box? */
typedef bool (*mi_tree_touches)(uint32_t id, MusterBox box, void *user_data);

/* A node yet to be opened, or an item found. */
typedef struct mi_tree_entry {
  double distance_m;
  uint32_t height, index; /* a node's height above the items and its place in its level; of an item 0 and its id */
} mi_tree_entry;

/* The queue of a running search; reuse it: once grown, a search allocates nothing. One thread at a time. Begin with
 * {0}, or lend it an array of the caller's to start with ({.entries = array, .capacity = n, .lent = true}): then a
 * search whose queue stays within it allocates nothing at all. */
typedef struct mi_tree_scratch {
  mi_tree_entry *entries;
  size_t count, capacity;
  bool lent; /* entries belong to the caller */
} mi_tree_scratch;
/* Enough to lend for a nearest item or a few. */
enum { MI_TREE_STACK_ENTRIES = 192 };
void mi_tree_scratch_clear(mi_tree_scratch *scratch);

/* A running search: items one by one, nearest first, ties by id. Lives on the stack. */
typedef struct mi_tree_search {
  const mi_tree_view *view;
  mi_tree_scratch *scratch;
  MusterPosition from;
  double limit_m;
  double cos_lat, sin_lat_abs; /* of `from` */
  mi_tree_distance distance;
  MusterTreeFilter filter; /* asked before the distance; NULL keeps all */
  void *user_data;         /* of both callbacks */
  bool only_nearest;       /* see mi_tree_nearest_one */
} mi_tree_search;

/* Items farther than limit_m (INFINITY: none) are not found; one at exactly limit_m is. */
void mi_tree_search_begin(mi_tree_search *search, const mi_tree_view *view, mi_tree_scratch *scratch,
                          MusterPosition from, double limit_m, mi_tree_distance distance, MusterTreeFilter filter,
                          void *user_data);
/* False when there are no more. */
bool mi_tree_search_next(mi_tree_search *search, MusterTreeHit *hit);
/* The first hit alone, quicker. */
bool mi_tree_nearest_one(const mi_tree_view *view, mi_tree_scratch *scratch, MusterPosition from, double limit_m,
                         mi_tree_distance distance, MusterTreeFilter filter, void *user_data, MusterTreeHit *hit);

/* Items that touch the box, in ascending ids; returns their number, writes at most `capacity`: then they are those with
 * the lowest ids. touches NULL: all whose leaf's box touches it. */
size_t mi_tree_within(const mi_tree_view *view, MusterBox box, mi_tree_touches touches, void *user_data, uint32_t *out,
                      size_t capacity);

/* A lower bound of the distance from p to anything in the box, whichever latitude between the two the local plane is
 * taken at. */
double mi_box_distance_bound_m(MusterPosition p, MusterBox box);
/* Exact, in integers. A segment whose ends are more than 180° of longitude apart runs across the antimeridian. */
bool mi_segment_touches_box(MusterPosition a, MusterPosition b, MusterBox box);
/* The same with longitudes as plain numbers, as the edges of polygons are. */
bool mi_line_touches_box(MusterPosition a, MusterPosition b, MusterBox box);

#endif
