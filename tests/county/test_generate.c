/* Parts that made counties are put together from: sharing out, halving, contacts, mosaics, roads on the drawing board.
 */
#include <string.h>

#include "base/random.h"
#include "county/generate_halve.h"
#include "county/generate_plan.h"
#include "county/generate_sketch.h"
#include "support/support.h"

static void test_share_out(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  for (int round = 0; round < 200; round++) {
    uint32_t count = 1 + mi_random_below(&random, 40), total = mi_random_below(&random, 5000);
    uint32_t least = mi_random_below(&random, 20), sum = 0;
    double weights[40];
    uint32_t out[40];
    for (uint32_t i = 0; i < count; i++) weights[i] = mi_random_unit(&random);
    mi_share_out(total, least, weights, count, out);
    for (uint32_t i = 0; i < count; i++) {
      sum += out[i];
      g_assert_cmpuint(out[i], >=, MIN(least, total / count));
      /* A larger weight never gets less, but for a remainder of one. */
      for (uint32_t k = 0; k < i; k++)
        if (weights[k] > weights[i]) g_assert_cmpuint(out[k] + 1, >=, out[i]);
    }
    g_assert_cmpuint(sum, ==, total);
  }
  const double none[3] = {0, 0, 0};
  uint32_t even[3];
  mi_share_out(7, 0, none, 3, even);
  g_assert_cmpuint(even[0] + even[1] + even[2], ==, 7);
}

static void test_halve(void) {
  enum { COUNT = 500 };
  mi_random random;
  mi_random_init(&random, test_seed(), 2);
  static mi_spot places[COUNT];
  static double weights[COUNT];
  static uint32_t group[COUNT];
  for (int i = 0; i < COUNT; i++) {
    places[i] = (mi_spot){mi_random_unit(&random) * 900, mi_random_unit(&random) * 400};
    weights[i] = 0.5 + mi_random_unit(&random);
  }
  for (uint32_t parts = 1; parts <= 60; parts++) {
    double sum[60] = {0}, whole = 0;
    mi_halve(places, weights, COUNT, parts, group);
    for (int i = 0; i < COUNT; i++) {
      g_assert_cmpuint(group[i], <, parts);
      sum[group[i]] += weights[i];
      whole += weights[i];
    }
    for (uint32_t i = 0; i < parts; i++) {
      g_assert_cmpfloat(sum[i], >, 0.5 * whole / parts);
      g_assert_cmpfloat(sum[i], <, 1.6 * whole / parts);
    }
  }
  /* As many parts as places: each is one. */
  bool seen[30] = {false};
  mi_halve(places, weights, 30, 30, group);
  for (int i = 0; i < 30; i++) {
    g_assert_false(seen[group[i]]);
    seen[group[i]] = true;
  }
}

static void test_contacts(void) {
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (int kind = MI_CONTACT_AREA; kind <= MI_CONTACT_VOLUNTEER; kind++)
    for (int64_t number = 0; number < 20000; number++) {
      char contact[MI_CONTACT_BYTES];
      mi_contact_write(contact, 1310, (mi_contact_kind)kind, number);
      g_assert_cmpuint(strlen(contact), ==, MI_CONTACT_BYTES - 1);
      g_assert_true(g_hash_table_add(seen, g_strdup(contact)));
    }
}

static uint32_t add_edge(mi_sketch *sketch, uint32_t a, uint32_t b, MusterRoadClass road_class) {
  return mi_sketch_add_edge(sketch, (mi_sketch_edge){.a = a, .b = b, .road_class = (uint8_t)road_class, .bends = true});
}

static uint8_t class_of(const mi_sketch *sketch, uint32_t edge) {
  return g_array_index(sketch->edges, mi_sketch_edge, edge).road_class;
}

/* A street 0–1–2, a path 2–3, a track 3–4 behind it, steps 4–5 and a path 5–6 behind those. */
static mi_sketch *draw_sample(uint32_t edges[6]) {
  static const MusterRoadClass CLASSES[6] = {MUSTER_ROAD_TERTIARY, MUSTER_ROAD_TERTIARY, MUSTER_ROAD_PATH,
                                             MUSTER_ROAD_TRACK,    MUSTER_ROAD_STEPS,    MUSTER_ROAD_PATH};
  mi_sketch *sketch = mi_sketch_new();
  for (int i = 0; i < 7; i++) mi_sketch_add_node(sketch, (mi_spot){100.0 * i, i % 2 ? 30 : 0}, false);
  for (uint32_t i = 0; i < 6; i++) edges[i] = add_edge(sketch, i, i + 1, CLASSES[i]);
  return sketch;
}

/* Nobody drives where no one can drive to. */
static void test_cut_off_roads(void) {
  uint32_t edges[6];
  g_autoptr(mi_sketch) sketch = draw_sample(edges);
  mi_sketch_demote_cut_off(sketch);
  g_assert_cmpuint(class_of(sketch, edges[0]), ==, MUSTER_ROAD_TERTIARY);
  g_assert_cmpuint(class_of(sketch, edges[2]), ==, MUSTER_ROAD_PATH);
  g_assert_cmpuint(class_of(sketch, edges[3]), ==, MUSTER_ROAD_PATH);
  g_assert_cmpuint(class_of(sketch, edges[4]), ==, MUSTER_ROAD_STEPS);
  g_assert_cmpuint(class_of(sketch, edges[5]), ==, MUSTER_ROAD_FOOTWAY);
}

/* Ways run through nodes of two like edges; curves keep the nodes and add points between. */
static void test_ways(void) {
  uint32_t edges[6];
  g_autoptr(mi_sketch) sketch = draw_sample(edges);
  mi_plane plane = mi_plane_about((MusterPosition){1094000000, 295000000});
  g_autoptr(MusterRoads) roads = mi_sketch_to_roads(sketch, &plane);
  g_assert_cmpuint(muster_roads_way_count(roads), ==, 5);
  MusterWay way;
  const int64_t *ids;
  const MusterPosition *positions;
  size_t count;
  muster_roads_way(roads, 0, &way, &ids, &positions, &count);
  g_assert_cmpuint(way.road_class, ==, MUSTER_ROAD_TERTIARY);
  g_assert_cmpint(ids[0], ==, 1);
  g_assert_cmpint(ids[count - 1], ==, 3);
  g_assert_cmpuint(count, ==, 5);
  for (size_t i = 0; i < muster_roads_way_count(roads); i++) {
    muster_roads_way(roads, i, &way, &ids, &positions, &count);
    g_assert_true(way.open_forward & MUSTER_MODE_BIT(MUSTER_MODE_FOOT));
    if (way.road_class == MUSTER_ROAD_STEPS) g_assert_cmpuint(way.open_forward, ==, MUSTER_MODE_BIT(MUSTER_MODE_FOOT));
  }
}

static void test_crossing(void) {
  uint32_t edges[6];
  g_autoptr(mi_sketch) sketch = draw_sample(edges);
  uint32_t above = mi_sketch_add_node(sketch, (mi_spot){150, 80}, false);
  g_assert_true(mi_sketch_crosses(sketch, above, (mi_spot){150, -80}));
  g_assert_false(mi_sketch_crosses(sketch, above, (mi_spot){400, 90}));
  add_edge(sketch, above, mi_sketch_add_node(sketch, (mi_spot){150, 400}, false), MUSTER_ROAD_PATH);
  uint32_t beside = mi_sketch_add_node(sketch, (mi_spot){100, 300}, false);
  g_assert_true(mi_sketch_crosses(sketch, beside, (mi_spot){900, 310}));
  /* An edge at the node itself is no obstacle. */
  g_assert_false(mi_sketch_crosses(sketch, above, (mi_spot){160, 500}));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/county/generate/share-out", test_share_out);
  g_test_add_func("/county/generate/halve", test_halve);
  g_test_add_func("/county/generate/contacts", test_contacts);
  g_test_add_func("/county/generate/cut-off-roads", test_cut_off_roads);
  g_test_add_func("/county/generate/ways", test_ways);
  g_test_add_func("/county/generate/crossing", test_crossing);
  return g_test_run();
}
