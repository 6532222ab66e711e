/* Sites of cells as they are chosen; see generate_sites.h. */
#include "county/generate_sites.h"

mi_sites *mi_sites_new(double reach_m) {
  mi_sites *sites = g_new0(mi_sites, 1);
  sites->reach_m = reach_m;
  sites->list = g_array_new(FALSE, FALSE, sizeof(mi_spot));
  sites->squares =
      g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)(void (*)(void))g_array_unref);
  return sites;
}

void mi_sites_free(mi_sites *sites) {
  g_array_unref(sites->list);
  g_hash_table_unref(sites->squares);
  g_free(sites);
}

static int64_t square_of(const mi_sites *sites, mi_spot at, int dx, int dy) {
  return ((int64_t)floor(at.x / sites->reach_m) + dx) * INT64_C(0x100000000) + (int64_t)floor(at.y / sites->reach_m) +
         dy;
}

void mi_sites_put(mi_sites *sites, mi_spot at) {
  int64_t key = square_of(sites, at, 0, 0);
  GArray *square = g_hash_table_lookup(sites->squares, &key);
  if (!square) {
    square = g_array_new(FALSE, FALSE, sizeof(mi_spot));
    g_hash_table_insert(sites->squares, g_memdup2(&key, sizeof key), square);
  }
  g_array_append_val(square, at);
  g_array_append_val(sites->list, at);
}

bool mi_sites_has_room(const mi_sites *sites, mi_spot at, double spacing_m) {
  for (int dx = -1; dx <= 1; dx++)
    for (int dy = -1; dy <= 1; dy++) {
      int64_t key = square_of(sites, at, dx, dy);
      const GArray *square = g_hash_table_lookup(sites->squares, &key);
      for (guint i = 0; square && i < square->len; i++)
        if (mi_spot_distance2(g_array_index(square, mi_spot, i), at) < spacing_m * spacing_m) return false;
    }
  return true;
}
