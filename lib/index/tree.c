/* MusterTree: the flat tree with its items, shared by reference. The work is done in tree_build.c and tree_search.c. */
#include <string.h>

#include "index/tree.h"

typedef enum ItemKind { ITEM_POINT, ITEM_SEGMENT, ITEM_BOX } ItemKind;

struct MusterTree {
  gatomicrefcount references;
  ItemKind kind;
  void *items; /* MusterPosition, MusterSegment or MusterBox, by id */
  mi_tree_layout layout;
  mi_tree_view view;
};

/* What the callbacks of one search need. */
typedef struct Asked {
  const MusterTree *tree;
  MusterTreeFilter filter;
  void *user_data;
} Asked;

static MusterTree *new_tree(ItemKind kind, const void *items, size_t count, size_t item_bytes) {
  MusterTree *tree = g_new0(MusterTree, 1);
  g_atomic_ref_count_init(&tree->references);
  tree->kind = kind;
  tree->items = count ? g_memdup2(items, count * item_bytes) : NULL;
  return tree;
}

MusterTree *muster_tree_new_points(const MusterPosition *points, size_t count) {
  g_return_val_if_fail(count < MUSTER_NONE, NULL);
  MusterTree *tree = new_tree(ITEM_POINT, points, count, sizeof *points);
  mi_tree_build_points(&tree->layout, points, NULL, (uint32_t)count);
  mi_tree_view_layout(&tree->view, &tree->layout);
  return tree;
}

MusterTree *muster_tree_new_segments(const MusterSegment *segments, size_t count) {
  g_return_val_if_fail(count < MUSTER_NONE, NULL);
  MusterTree *tree = new_tree(ITEM_SEGMENT, segments, count, sizeof *segments);
  mi_tree_build_segments(&tree->layout, segments, NULL, (uint32_t)count);
  mi_tree_view_layout(&tree->view, &tree->layout);
  return tree;
}

MusterTree *muster_tree_new_boxes(const MusterBox *boxes, size_t count) {
  g_return_val_if_fail(count < MUSTER_NONE, NULL);
  MusterTree *tree = new_tree(ITEM_BOX, boxes, count, sizeof *boxes);
  mi_tree_build_boxes(&tree->layout, boxes, NULL, (uint32_t)count);
  mi_tree_view_layout(&tree->view, &tree->layout);
  return tree;
}

MusterTree *muster_tree_ref(MusterTree *tree) {
  g_atomic_ref_count_inc(&tree->references);
  return tree;
}

void muster_tree_unref(MusterTree *tree) {
  if (!tree || !g_atomic_ref_count_dec(&tree->references)) return;
  mi_tree_layout_clear(&tree->layout);
  g_free(tree->items);
  g_free(tree);
}

size_t muster_tree_count(const MusterTree *tree) { return tree->layout.item_count; }

/* The edge nearest by longitude the short way round, when p lies outside. */
static int32_t nearest_longitude(int32_t lon_e7, const MusterBox *box) {
  if (lon_e7 >= box->min_lon_e7 && lon_e7 <= box->max_lon_e7) return lon_e7;
  int64_t west = ABS((int64_t)lon_e7 - box->min_lon_e7), east = ABS((int64_t)lon_e7 - box->max_lon_e7);
  west = MIN(west, INT64_C(3600000000) - west);
  east = MIN(east, INT64_C(3600000000) - east);
  return west <= east ? box->min_lon_e7 : box->max_lon_e7;
}

static double distance_to_box(MusterPosition p, const MusterBox *box) {
  MusterPosition nearest = {nearest_longitude(p.lon_e7, box), CLAMP(p.lat_e7, box->min_lat_e7, box->max_lat_e7)};
  return muster_distance_planar_m(p, nearest);
}

static double item_distance(uint32_t id, MusterPosition from, void *user_data) {
  const MusterTree *tree = ((const Asked *)user_data)->tree;
  if (tree->kind == ITEM_POINT) return muster_distance_planar_m(from, ((const MusterPosition *)tree->items)[id]);
  if (tree->kind == ITEM_BOX) return distance_to_box(from, &((const MusterBox *)tree->items)[id]);
  const MusterSegment *segment = &((const MusterSegment *)tree->items)[id];
  return muster_distance_to_segment_m(from, segment->a, segment->b, NULL, NULL);
}

static bool ask_filter(uint32_t id, void *user_data) {
  const Asked *asked = user_data;
  return asked->filter(id, asked->user_data);
}

size_t muster_tree_nearest(const MusterTree *tree, MusterPosition from, double limit_m, size_t k,
                           MusterTreeFilter filter, void *user_data, MusterTreeHit *out) {
  Asked asked = {tree, filter, user_data};
  mi_tree_entry entries[MI_TREE_STACK_ENTRIES];
  mi_tree_scratch scratch = {.entries = entries, .capacity = MI_TREE_STACK_ENTRIES, .lent = true};
  size_t count = 0;
  if (k == 1) {
    count = mi_tree_nearest_one(&tree->view, &scratch, from, limit_m, item_distance, filter ? ask_filter : NULL, &asked,
                                out);
  } else if (k > 1) {
    mi_tree_search search;
    mi_tree_search_begin(&search, &tree->view, &scratch, from, limit_m, item_distance, filter ? ask_filter : NULL,
                         &asked);
    while (count < k && mi_tree_search_next(&search, &out[count])) count++;
  }
  mi_tree_scratch_clear(&scratch);
  return count;
}

static bool item_touches(uint32_t id, MusterBox box, void *user_data) {
  const MusterTree *tree = user_data;
  if (tree->kind == ITEM_SEGMENT) {
    const MusterSegment *segment = &((const MusterSegment *)tree->items)[id];
    return mi_segment_touches_box(segment->a, segment->b, box);
  }
  MusterBox item;
  if (tree->kind == ITEM_BOX) {
    item = ((const MusterBox *)tree->items)[id];
  } else {
    MusterPosition point = ((const MusterPosition *)tree->items)[id];
    item = (MusterBox){point.lon_e7, point.lat_e7, point.lon_e7, point.lat_e7};
  }
  return item.min_lon_e7 <= box.max_lon_e7 && box.min_lon_e7 <= item.max_lon_e7 && item.min_lat_e7 <= box.max_lat_e7 &&
         box.min_lat_e7 <= item.max_lat_e7;
}

/* The callback's user_data carries no const; the tree is only read. */
static void *as_user_data(const MusterTree *tree) {
  union {
    const MusterTree *read;
    void *given;
  } pointer = {.read = tree};
  return pointer.given;
}

size_t muster_tree_within(const MusterTree *tree, MusterBox box, uint32_t *out, size_t capacity) {
  return mi_tree_within(&tree->view, box, item_touches, as_user_data(tree), out, capacity);
}
