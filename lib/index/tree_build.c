/* Building and verifying the flat tree: Hilbert order, packing into full nodes, checks of untrusted arrays.
 *
 * The curve is that of the whole 32-bit lattice of positions, so an item's place on it depends on the item alone.
 * Method: Kamel & Faloutsos, CIKM 1993; the curve index by Lam & Shapiro's bit-pair loop (1994).
 */
#include <stdlib.h>
#include <string.h>

#include "index/tree.h"

typedef struct Keyed {
  uint64_t key; /* place of the box's centre on the curve */
  uint32_t id, place;
} Keyed;

static uint64_t hilbert_key(uint32_t x, uint32_t y) {
  uint64_t key = 0;
  for (int bit = 31; bit >= 0; bit--) {
    uint32_t rx = x >> bit & 1, ry = y >> bit & 1;
    key = key << 2 | ((3 * rx) ^ ry);
    if (ry == 0) {
      if (rx == 1) {
        x = ~x;
        y = ~y;
      }
      uint32_t kept = x;
      x = y;
      y = kept;
    }
  }
  return key;
}

/* The centre's coordinates, shifted to be unsigned; the sum of two 32-bit numbers halved without overflow. */
static uint32_t centre(int32_t least, int32_t most) {
  return (uint32_t)(((int64_t)least + most - 2 * (int64_t)INT32_MIN) / 2);
}

static int compare_keyed(const void *left, const void *right) {
  const Keyed *a = left, *b = right;
  if (a->key != b->key) return a->key < b->key ? -1 : 1;
  return (a->id > b->id) - (a->id < b->id);
}

static MusterBox join_boxes(MusterBox a, MusterBox b) {
  return (MusterBox){MIN(a.min_lon_e7, b.min_lon_e7), MIN(a.min_lat_e7, b.min_lat_e7), MAX(a.max_lon_e7, b.max_lon_e7),
                     MAX(a.max_lat_e7, b.max_lat_e7)};
}

static uint32_t groups_of(uint32_t count) { return count / MI_TREE_FANOUT + (count % MI_TREE_FANOUT != 0); }

uint32_t mi_tree_node_count(uint32_t item_count) {
  uint32_t total = 0;
  for (uint32_t level = groups_of(item_count); level > 0; level = level > 1 ? groups_of(level) : 0) total += level;
  return total;
}

/* Joins the members of each group of 16; returns how many groups. */
static uint32_t pack_level(const MusterBox *members, uint32_t count, MusterBox *groups) {
  for (uint32_t i = 0; i < count; i++) {
    MusterBox *group = &groups[i / MI_TREE_FANOUT];
    *group = i % MI_TREE_FANOUT ? join_boxes(*group, members[i]) : members[i];
  }
  return groups_of(count);
}

void mi_tree_build_boxes(mi_tree_layout *layout, const MusterBox *boxes, const uint32_t *ids, uint32_t count) {
  *layout = (mi_tree_layout){.item_count = count, .node_count = mi_tree_node_count(count)};
  if (count == 0) return;
  g_autofree Keyed *keyed = g_new(Keyed, count);
  for (uint32_t i = 0; i < count; i++) {
    const MusterBox *box = &boxes[i];
    keyed[i] = (Keyed){hilbert_key(centre(box->min_lon_e7, box->max_lon_e7), centre(box->min_lat_e7, box->max_lat_e7)),
                       ids ? ids[i] : i, i};
  }
  qsort(keyed, count, sizeof *keyed, compare_keyed);

  layout->item_ids = g_new(uint32_t, count);
  layout->node_boxes = g_new(MusterBox, layout->node_count);
  g_autofree MusterBox *sorted = g_new(MusterBox, count);
  for (uint32_t i = 0; i < count; i++) {
    layout->item_ids[i] = keyed[i].id;
    sorted[i] = boxes[keyed[i].place];
  }
  const MusterBox *members = sorted;
  MusterBox *groups = layout->node_boxes;
  for (uint32_t level = pack_level(members, count, groups); level > 1; level = pack_level(members, level, groups)) {
    members = groups;
    groups += level;
  }
}

static MusterBox box_of_segment(const MusterSegment *segment) {
  MusterPosition a = segment->a, b = segment->b;
  MusterBox box = {MIN(a.lon_e7, b.lon_e7), MIN(a.lat_e7, b.lat_e7), MAX(a.lon_e7, b.lon_e7), MAX(a.lat_e7, b.lat_e7)};
  if ((int64_t)box.max_lon_e7 - box.min_lon_e7 > 1800000000) { /* across the antimeridian */
    box.min_lon_e7 = -1800000000;
    box.max_lon_e7 = 1800000000;
  }
  return box;
}

void mi_tree_build_segments(mi_tree_layout *layout, const MusterSegment *segments, const uint32_t *ids,
                            uint32_t count) {
  g_autofree MusterBox *boxes = g_new(MusterBox, count);
  for (uint32_t i = 0; i < count; i++) boxes[i] = box_of_segment(&segments[i]);
  mi_tree_build_boxes(layout, boxes, ids, count);
}

void mi_tree_build_points(mi_tree_layout *layout, const MusterPosition *points, const uint32_t *ids, uint32_t count) {
  g_autofree MusterBox *boxes = g_new(MusterBox, count);
  for (uint32_t i = 0; i < count; i++)
    boxes[i] = (MusterBox){points[i].lon_e7, points[i].lat_e7, points[i].lon_e7, points[i].lat_e7};
  mi_tree_build_boxes(layout, boxes, ids, count);
}

void mi_tree_layout_clear(mi_tree_layout *layout) {
  g_free(layout->node_boxes);
  g_free(layout->item_ids);
  *layout = (mi_tree_layout){0};
}

static void set_shape(mi_tree_view *view, uint32_t item_count, const MusterBox *node_boxes, const uint32_t *item_ids) {
  *view = (mi_tree_view){.item_count = item_count, .node_boxes = node_boxes, .item_ids = item_ids};
  for (uint32_t level = groups_of(item_count); level > 0; level = level > 1 ? groups_of(level) : 0) {
    view->level_first[view->level_count++] = view->node_count;
    view->node_count += level;
  }
}

void mi_tree_view_layout(mi_tree_view *view, const mi_tree_layout *layout) {
  set_shape(view, layout->item_count, layout->node_boxes, layout->item_ids);
}

static bool box_holds(const MusterBox *outer, const MusterBox *inner) {
  return outer->min_lon_e7 <= inner->min_lon_e7 && outer->min_lat_e7 <= inner->min_lat_e7 &&
         outer->max_lon_e7 >= inner->max_lon_e7 && outer->max_lat_e7 >= inner->max_lat_e7;
}

/* The first node whose box is not ordered or not inside its parent's; node_count if all are well. */
static uint32_t find_bad_box(const mi_tree_view *view) {
  for (uint32_t level = 0; level < view->level_count; level++) {
    uint32_t first = view->level_first[level];
    uint32_t end = level + 1 < view->level_count ? view->level_first[level + 1] : view->node_count;
    for (uint32_t node = first; node < end; node++) {
      const MusterBox *box = &view->node_boxes[node];
      if (box->min_lon_e7 > box->max_lon_e7 || box->min_lat_e7 > box->max_lat_e7) return node;
      if (end < view->node_count && !box_holds(&view->node_boxes[end + (node - first) / MI_TREE_FANOUT], box))
        return node;
    }
  }
  return view->node_count;
}

bool mi_tree_view_init(mi_tree_view *view, uint32_t item_count, uint32_t node_count, const MusterBox *node_boxes,
                       const uint32_t *item_ids, uint32_t id_limit, GQuark domain, int code, GError **error) {
  mi_tree_view found;
  *view = (mi_tree_view){0};
  uint32_t expected = mi_tree_node_count(item_count);
  if (node_count != expected) {
    g_set_error(error, domain, code, "spatial index: %u nodes expected for %u items, found %u", expected, item_count,
                node_count);
    return false;
  }
  for (uint32_t i = 0; i < item_count; i++)
    if (item_ids[i] >= id_limit) {
      g_set_error(error, domain, code, "spatial index: entry %u: id below %u expected, found %u", i, id_limit,
                  item_ids[i]);
      return false;
    }
  set_shape(&found, item_count, node_boxes, item_ids);
  uint32_t bad = find_bad_box(&found);
  if (bad < found.node_count) {
    g_set_error(error, domain, code, "spatial index: box of node %u is not ordered or not inside its parent", bad);
    return false;
  }
  *view = found;
  return true;
}
