/* Tree arrays from an untrusted file: either refused, or safe to search. Input: 2 bytes of items, 2 of nodes, then
 * boxes and ids as far as the bytes go, zeros after. */
#include <math.h>
#include <string.h>

#include "base/endian.h"
#include "index/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ITEMS_MOST = 4096, NODES_MOST = 512 };

static double plain_distance(uint32_t id, MusterPosition from, void *positions) {
  const MusterPosition *at = positions;
  return muster_distance_planar_m(from, at[id]);
}

static void search(const mi_tree_view *view) {
  static MusterPosition positions[ITEMS_MOST];
  static uint32_t ids[ITEMS_MOST];
  mi_tree_scratch scratch = {0};
  mi_tree_search running;
  MusterTreeHit hit, last = {0, -1};
  mi_tree_search_begin(&running, view, &scratch, (MusterPosition){1, 2}, INFINITY, plain_distance, NULL, positions);
  size_t found = 0;
  for (; mi_tree_search_next(&running, &hit); found++, last = hit) g_assert(hit.distance_m >= last.distance_m);
  g_assert(found == view->item_count);
  mi_tree_nearest_one(view, &scratch, (MusterPosition){1094000000, 295000000}, 1e6, plain_distance, NULL, positions,
                      &hit);
  size_t touched =
      mi_tree_within(view, (MusterBox){INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX}, NULL, NULL, ids, ITEMS_MOST);
  g_assert(touched == view->item_count);
  mi_tree_scratch_clear(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  uint8_t head[4] = {0};
  memcpy(head, data, MIN(size, sizeof head));
  uint32_t items = ((uint32_t)head[0] | (uint32_t)head[1] << 8) % ITEMS_MOST;
  uint32_t nodes = ((uint32_t)head[2] | (uint32_t)head[3] << 8) % NODES_MOST;
  g_autofree MusterBox *boxes = g_new0(MusterBox, nodes);
  g_autofree uint32_t *ids = g_new0(uint32_t, items);
  const uint8_t *rest = size > sizeof head ? data + sizeof head : NULL;
  size_t left = rest ? size - sizeof head : 0, box_bytes = MIN(left, nodes * sizeof *boxes);
  if (box_bytes > 0) memcpy(boxes, rest, box_bytes);
  size_t id_bytes = MIN(left - box_bytes, items * sizeof *ids);
  if (id_bytes > 0) memcpy(ids, rest + box_bytes, id_bytes);
  mi_tree_view view;
  g_autoptr(GError) error = NULL;
  if (mi_tree_view_init(&view, items, nodes, boxes, ids, ITEMS_MOST, MUSTER_GEO_ERROR, 0, &error))
    search(&view);
  else
    g_assert(error && view.node_count == 0);
  return 0;
}
