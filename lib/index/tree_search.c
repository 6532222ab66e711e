/* Searching the flat tree: best-first nearest, within a box, and the lower bound both rest on.
 *
 * The bound. The planar distance of two positions is R·hypot(Δlat, Δlon·cos φ), φ some latitude between the two (their
 * mean, or one of them). For all of a box therefore: Δlat and Δlon at least those of the box's nearest edges, cos φ at
 * least the cosine's minimum over the latitudes from p to the box's far edge. With δ the largest difference in
 * latitude, cos(φp ± δ) ≥ cos φp·(1 − δ²/2) − |sin φp|·δ, which needs no trigonometry at a node. A slack far above the
 * rounding of doubles keeps the bound below a distance computed along another path. Longitudes differ the short way
 * round.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "index/tree.h"

#define EARTH_RADIUS_M 6371008.8
#define METRES_PER_E7 (EARTH_RADIUS_M * G_PI / 1800000000.0)
#define RADIANS_PER_E7 (G_PI / 1800000000.0)
#define FULL_TURN_E7 INT64_C(3600000000)

/* A node comes before an item at the same distance: the node may hold an item with a lower id. */
static bool comes_before(const mi_tree_entry *a, const mi_tree_entry *b) {
  if (a->distance_m != b->distance_m) return a->distance_m < b->distance_m;
  if ((a->height == 0) != (b->height == 0)) return b->height == 0;
  return a->index < b->index;
}

static void grow(mi_tree_scratch *scratch) {
  scratch->capacity = scratch->capacity ? scratch->capacity * 2 : 256;
  mi_tree_entry *own = scratch->lent ? NULL : scratch->entries;
  own = g_renew(mi_tree_entry, own, scratch->capacity);
  if (scratch->lent) memcpy(own, scratch->entries, scratch->count * sizeof *own);
  scratch->entries = own;
  scratch->lent = false;
}

static void push(mi_tree_scratch *scratch, mi_tree_entry entry) {
  if (scratch->count == scratch->capacity) grow(scratch);
  mi_tree_entry *entries = scratch->entries;
  size_t at = scratch->count++;
  for (; at > 0; at = (at - 1) / 2) {
    if (!comes_before(&entry, &entries[(at - 1) / 2])) break;
    entries[at] = entries[(at - 1) / 2];
  }
  entries[at] = entry;
}

static mi_tree_entry pop(mi_tree_scratch *scratch) {
  mi_tree_entry *entries = scratch->entries;
  mi_tree_entry top = entries[0], last = entries[--scratch->count];
  size_t at = 0;
  for (size_t child = 1; child < scratch->count; child = 2 * at + 1) {
    if (child + 1 < scratch->count && comes_before(&entries[child + 1], &entries[child])) child++;
    if (!comes_before(&entries[child], &last)) break;
    entries[at] = entries[child];
    at = child;
  }
  entries[at] = last;
  return top;
}

void mi_tree_scratch_clear(mi_tree_scratch *scratch) {
  if (!scratch->lent) g_free(scratch->entries);
  *scratch = (mi_tree_scratch){0};
}

static int64_t outside_by(int32_t value, int32_t least, int32_t most) {
  if (value < least) return (int64_t)least - value;
  return value > most ? (int64_t)value - most : 0;
}

static int64_t longitude_gap(int32_t lon_e7, const MusterBox *box) {
  int64_t gap = outside_by(lon_e7, box->min_lon_e7, box->max_lon_e7);
  if (gap == 0) return 0;
  int64_t far = MAX(llabs((int64_t)lon_e7 - box->min_lon_e7), llabs((int64_t)lon_e7 - box->max_lon_e7));
  return MAX(0, MIN(gap, FULL_TURN_E7 - far));
}

static double bound_box(MusterPosition p, double cos_lat, double sin_lat_abs, const MusterBox *box) {
  double north_m = (double)outside_by(p.lat_e7, box->min_lat_e7, box->max_lat_e7) * METRES_PER_E7;
  double east_m = (double)longitude_gap(p.lon_e7, box) * METRES_PER_E7;
  if (east_m > 0) {
    int64_t far_e7 = MAX(llabs((int64_t)p.lat_e7 - box->min_lat_e7), llabs((int64_t)p.lat_e7 - box->max_lat_e7));
    double far = (double)far_e7 * RADIANS_PER_E7;
    east_m *= MAX(0.0, cos_lat * (1 - far * far / 2) - sin_lat_abs * far);
  }
  return MAX(0.0, sqrt(north_m * north_m + east_m * east_m) * (1 - 1e-12) - 1e-6);
}

double mi_box_distance_bound_m(MusterPosition p, MusterBox box) {
  double lat = (double)p.lat_e7 * RADIANS_PER_E7;
  return bound_box(p, cos(lat), fabs(sin(lat)), &box);
}

static void push_node(mi_tree_search *search, uint32_t height, uint32_t index) {
  const MusterBox *box = &search->view->node_boxes[search->view->level_first[height - 1] + index];
  double bound_m = bound_box(search->from, search->cos_lat, search->sin_lat_abs, box);
  if (bound_m <= search->limit_m) push(search->scratch, (mi_tree_entry){bound_m, height, index});
}

static void push_item(mi_tree_search *search, uint32_t id) {
  if (search->filter && !search->filter(id, search->user_data)) return;
  double distance_m = search->distance(id, search->from, search->user_data);
  if (!(distance_m <= search->limit_m)) return;
  push(search->scratch, (mi_tree_entry){distance_m, 0, id});
  if (search->only_nearest) search->limit_m = distance_m;
}

void mi_tree_search_begin(mi_tree_search *search, const mi_tree_view *view, mi_tree_scratch *scratch,
                          MusterPosition from, double limit_m, mi_tree_distance distance, MusterTreeFilter filter,
                          void *user_data) {
  double lat = (double)from.lat_e7 * RADIANS_PER_E7;
  *search = (mi_tree_search){.view = view,
                             .scratch = scratch,
                             .from = from,
                             .limit_m = limit_m,
                             .cos_lat = cos(lat),
                             .sin_lat_abs = fabs(sin(lat)),
                             .distance = distance,
                             .filter = filter,
                             .user_data = user_data};
  scratch->count = 0;
  if (view->level_count > 0) push_node(search, view->level_count, 0);
}

/* The children of node `index` of a level of `count` members below: [index·16, …). */
static uint32_t children_end(uint32_t index, uint32_t count) {
  uint32_t first = index * MI_TREE_FANOUT;
  return MIN(count - first, MI_TREE_FANOUT) + first;
}

static uint32_t members_below(const mi_tree_view *view, uint32_t height) {
  return height == 1 ? view->item_count : view->level_first[height - 1] - view->level_first[height - 2];
}

static void open_node(mi_tree_search *search, const mi_tree_entry *entry) {
  const mi_tree_view *view = search->view;
  uint32_t end = children_end(entry->index, members_below(view, entry->height));
  for (uint32_t child = entry->index * MI_TREE_FANOUT; child < end; child++) {
    if (entry->height == 1)
      push_item(search, view->item_ids[child]);
    else
      push_node(search, entry->height - 1, child);
  }
}

bool mi_tree_search_next(mi_tree_search *search, MusterTreeHit *hit) {
  while (search->scratch->count > 0) {
    mi_tree_entry entry = pop(search->scratch);
    if (entry.height == 0) {
      *hit = (MusterTreeHit){entry.index, entry.distance_m};
      return true;
    }
    if (entry.distance_m <= search->limit_m) open_node(search, &entry);
  }
  return false;
}

bool mi_tree_nearest_one(const mi_tree_view *view, mi_tree_scratch *scratch, MusterPosition from, double limit_m,
                         mi_tree_distance distance, MusterTreeFilter filter, void *user_data, MusterTreeHit *hit) {
  mi_tree_search search;
  mi_tree_search_begin(&search, view, scratch, from, limit_m, distance, filter, user_data);
  search.only_nearest = true;
  return mi_tree_search_next(&search, hit);
}

static bool boxes_touch(const MusterBox *a, const MusterBox *b) {
  return a->min_lon_e7 <= b->max_lon_e7 && b->min_lon_e7 <= a->max_lon_e7 && a->min_lat_e7 <= b->max_lat_e7 &&
         b->min_lat_e7 <= a->max_lat_e7;
}

/* What mi_tree_within found: all counted, the lowest ids kept in a max-heap of the caller's array. */
typedef struct Found {
  const mi_tree_view *view;
  MusterBox box;
  mi_tree_touches touches;
  void *user_data;
  uint32_t *out;
  size_t capacity, count;
} Found;

static void sift_down(uint32_t *heap, size_t count, uint32_t value) {
  size_t at = 0;
  for (size_t child = 1; child < count; child = 2 * at + 1) {
    if (child + 1 < count && heap[child + 1] > heap[child]) child++;
    if (heap[child] <= value) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = value;
}

static void keep_id(Found *found, uint32_t id) {
  size_t kept = found->count++;
  if (kept >= found->capacity) {
    if (found->capacity > 0 && id < found->out[0]) sift_down(found->out, found->capacity, id);
    return;
  }
  size_t at = kept;
  for (; at > 0 && found->out[(at - 1) / 2] < id; at = (at - 1) / 2) found->out[at] = found->out[(at - 1) / 2];
  found->out[at] = id;
}

static void collect(Found *found, uint32_t height, uint32_t index) {
  const mi_tree_view *view = found->view;
  if (!boxes_touch(&view->node_boxes[view->level_first[height - 1] + index], &found->box)) return;
  uint32_t end = children_end(index, members_below(view, height));
  for (uint32_t child = index * MI_TREE_FANOUT; child < end; child++) {
    if (height > 1)
      collect(found, height - 1, child);
    else if (!found->touches || found->touches(view->item_ids[child], found->box, found->user_data))
      keep_id(found, view->item_ids[child]);
  }
}

size_t mi_tree_within(const mi_tree_view *view, MusterBox box, mi_tree_touches touches, void *user_data, uint32_t *out,
                      size_t capacity) {
  Found found = {view, box, touches, user_data, out, capacity, 0};
  if (view->level_count > 0) collect(&found, view->level_count, 0);
  for (size_t left = MIN(found.count, capacity); left > 1; left--) {
    uint32_t last = out[left - 1];
    out[left - 1] = out[0];
    sift_down(out, left - 1, last);
  }
  return found.count;
}

__extension__ typedef __int128 Wide;

/* Whether the line a–b leaves all corners of the box strictly on one side. */
static bool line_misses_box(int64_t ax, int64_t ay, int64_t bx, int64_t by, const MusterBox *box) {
  int left = 0, right = 0;
  for (int corner = 0; corner < 4; corner++) {
    int64_t x = corner & 1 ? box->max_lon_e7 : box->min_lon_e7;
    int64_t y = corner & 2 ? box->max_lat_e7 : box->min_lat_e7;
    Wide side = (Wide)(bx - ax) * (y - ay) - (Wide)(by - ay) * (x - ax);
    left += side > 0;
    right += side < 0;
  }
  return left == 4 || right == 4;
}

static bool line_touches_box(int64_t ax, int64_t ay, int64_t bx, int64_t by, const MusterBox *box) {
  if (MAX(ax, bx) < box->min_lon_e7 || MIN(ax, bx) > box->max_lon_e7) return false;
  if (MAX(ay, by) < box->min_lat_e7 || MIN(ay, by) > box->max_lat_e7) return false;
  return !line_misses_box(ax, ay, bx, by, box);
}

bool mi_line_touches_box(MusterPosition a, MusterPosition b, MusterBox box) {
  return line_touches_box(a.lon_e7, a.lat_e7, b.lon_e7, b.lat_e7, &box);
}

bool mi_segment_touches_box(MusterPosition a, MusterPosition b, MusterBox box) {
  int64_t ax = a.lon_e7, bx = b.lon_e7;
  if (llabs(ax - bx) <= FULL_TURN_E7 / 2) return line_touches_box(ax, a.lat_e7, bx, b.lat_e7, &box);
  int64_t turn = ax < bx ? FULL_TURN_E7 : -FULL_TURN_E7;
  return line_touches_box(ax + turn, a.lat_e7, bx, b.lat_e7, &box) ||
         line_touches_box(ax, a.lat_e7, bx - turn, b.lat_e7, &box);
}
