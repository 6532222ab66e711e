/* The tree against the slow obvious search: points, segments and boxes, clustered and full of ties, near the poles and
 * across the antimeridian; and forged arrays. */
#include <math.h>
#include <muster/muster.h>
#include <string.h>

#include "base/random.h"
#include "index/tree.h"
#include "support/support.h"

enum { ITEMS = 700, QUERIES = 120 };

/* Where the items of a case lie. */
typedef struct Field {
  const char *name;
  int64_t lon_e7, lat_e7, lon_extent_e7, lat_extent_e7;
  uint32_t step; /* lattice of the positions: coarse ones tie often */
} Field;

static const Field fields[] = {
    {"a town, to the centimetre", 1094000000, 295000000, 400000, 400000, 1},
    {"a town, on a coarse lattice", 1094000000, 295000000, 4000, 4000, 200},
    {"one place", 1094000000, 295000000, 0, 0, 1},
    {"a county", 1090000000, 290000000, 9000000, 9000000, 100},
    {"tall: from the equator to the pole", 100000000, 0, 300000000, 899999999, 1},
    {"near the pole", -1000000000, 890000000, 900000000, 9999999, 1},
    {"across the antimeridian", 1790000000, -170000000, 20000000, 20000000, 1000},
    {"the earth", -1800000000, -900000000, 3599999999, 1799999999, 1},
};

static int32_t wrap(int64_t lon_e7) { return (int32_t)(lon_e7 > 1800000000 ? lon_e7 - INT64_C(3600000000) : lon_e7); }

static int64_t draw(mi_random *random, int64_t extent, uint32_t step) {
  return (int64_t)(mi_random_u64(random) % ((uint64_t)extent / step + 1)) * step;
}

static MusterPosition draw_position(mi_random *random, const Field *field) {
  return (MusterPosition){wrap(field->lon_e7 + draw(random, field->lon_extent_e7, field->step)),
                          (int32_t)(field->lat_e7 + draw(random, field->lat_extent_e7, field->step))};
}

static MusterPosition move(mi_random *random, MusterPosition from, int64_t reach, uint32_t step) {
  int64_t lon = from.lon_e7 + draw(random, reach, step) - reach / step / 2 * step;
  int64_t lat = from.lat_e7 + draw(random, reach, step) - reach / step / 2 * step;
  if (lon < -1800000000) lon += INT64_C(3600000000);
  return (MusterPosition){wrap(lon), (int32_t)CLAMP(lat, -900000000, 900000000)};
}

typedef struct Slow {
  const MusterPosition *points;
  const MusterSegment *segments;
  const MusterBox *boxes;
  uint32_t count;
} Slow;

static double box_distance(MusterPosition p, MusterBox box) {
  int32_t lat = CLAMP(p.lat_e7, box.min_lat_e7, box.max_lat_e7);
  if (p.lon_e7 >= box.min_lon_e7 && p.lon_e7 <= box.max_lon_e7)
    return muster_distance_planar_m(p, (MusterPosition){p.lon_e7, lat});
  return MIN(muster_distance_planar_m(p, (MusterPosition){box.min_lon_e7, lat}),
             muster_distance_planar_m(p, (MusterPosition){box.max_lon_e7, lat}));
}

static double slow_distance(const Slow *slow, uint32_t id, MusterPosition from) {
  if (slow->points) return muster_distance_planar_m(from, slow->points[id]);
  if (slow->boxes) return box_distance(from, slow->boxes[id]);
  return muster_distance_to_segment_m(from, slow->segments[id].a, slow->segments[id].b, NULL, NULL);
}

static int compare_hits(const void *left, const void *right) {
  const MusterTreeHit *a = left, *b = right;
  if (a->distance_m != b->distance_m) return a->distance_m < b->distance_m ? -1 : 1;
  return (a->id > b->id) - (a->id < b->id);
}

static bool keep_third(uint32_t id, void *user_data) { return id % *(const uint32_t *)user_data == 0; }

static size_t slow_nearest(const Slow *slow, MusterPosition from, double limit_m, size_t k, uint32_t every,
                           MusterTreeHit *out) {
  MusterTreeHit hits[ITEMS];
  size_t count = 0;
  for (uint32_t id = 0; id < slow->count; id += every) {
    double distance_m = slow_distance(slow, id, from);
    if (distance_m <= limit_m) hits[count++] = (MusterTreeHit){id, distance_m};
  }
  qsort(hits, count, sizeof *hits, compare_hits);
  count = MIN(count, k);
  memcpy(out, hits, count * sizeof *hits);
  return count;
}

static void compare_nearest(const MusterTree *tree, const Slow *slow, mi_random *random, MusterPosition from) {
  static const size_t ks[] = {0, 1, 2, 8, 50, ITEMS + 5};
  MusterTreeHit fast[ITEMS + 5], expected[ITEMS + 5];
  size_t k = ks[mi_random_below(random, G_N_ELEMENTS(ks))];
  uint32_t every = mi_random_below(random, 2) ? 3 : 1;
  double limit_m = INFINITY;
  if (slow->count > 0 && mi_random_below(random, 2)) /* exactly at an item */
    limit_m = slow_distance(slow, mi_random_below(random, slow->count), from);
  size_t wanted = slow_nearest(slow, from, limit_m, k, every, expected);
  size_t found = muster_tree_nearest(tree, from, limit_m, k, every == 1 ? NULL : keep_third, &every, fast);
  g_assert_cmpuint(found, ==, wanted);
  for (size_t i = 0; i < found; i++) {
    g_assert_cmpuint(fast[i].id, ==, expected[i].id);
    g_assert_cmpfloat(fast[i].distance_m, ==, expected[i].distance_m);
  }
}

static void query_all(const MusterTree *tree, const Slow *slow, mi_random *random, const Field *field) {
  for (int i = 0; i < QUERIES; i++) {
    MusterPosition from = draw_position(random, field);
    if (i % 3 == 0) from = move(random, from, 30000000, 1);
    compare_nearest(tree, slow, random, from);
  }
}

static void test_points(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  for (size_t f = 0; f < G_N_ELEMENTS(fields); f++)
    for (uint32_t count = 0; count <= ITEMS; count = count * 3 + 1) {
      MusterPosition points[ITEMS];
      for (uint32_t i = 0; i < count; i++) points[i] = draw_position(&random, &fields[f]);
      g_autoptr(MusterTree) tree = muster_tree_new_points(points, count);
      g_assert_cmpuint(muster_tree_count(tree), ==, count);
      query_all(tree, &(Slow){.points = points, .count = count}, &random, &fields[f]);
    }
}

static void test_segments(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 2);
  for (size_t f = 0; f < G_N_ELEMENTS(fields); f++) {
    MusterSegment segments[ITEMS];
    for (uint32_t i = 0; i < ITEMS; i++) {
      segments[i].a = draw_position(&random, &fields[f]);
      /* Short ones, some of no length, and a few right across. */
      segments[i].b = i % 50 == 0 ? draw_position(&random, &fields[f])
                                  : move(&random, segments[i].a, i % 7 ? 20000 : 0, fields[f].step);
    }
    g_autoptr(MusterTree) tree = muster_tree_new_segments(segments, ITEMS);
    query_all(tree, &(Slow){.segments = segments, .count = ITEMS}, &random, &fields[f]);
  }
}

static MusterBox box_between(MusterPosition a, MusterPosition b) {
  return (MusterBox){MIN(a.lon_e7, b.lon_e7), MIN(a.lat_e7, b.lat_e7), MAX(a.lon_e7, b.lon_e7),
                     MAX(a.lat_e7, b.lat_e7)};
}

static void test_boxes(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 3);
  for (size_t f = 0; f < G_N_ELEMENTS(fields); f++) {
    MusterBox boxes[ITEMS];
    for (uint32_t i = 0; i < ITEMS; i++) {
      MusterPosition a = draw_position(&random, &fields[f]);
      boxes[i] = box_between(a, i % 50 == 0 ? draw_position(&random, &fields[f]) : move(&random, a, 20000, 1));
    }
    g_autoptr(MusterTree) tree = muster_tree_new_boxes(boxes, ITEMS);
    query_all(tree, &(Slow){.boxes = boxes, .count = ITEMS}, &random, &fields[f]);
  }
}

/* The bound never exceeds the distance to a point or segment of the box, be the box tall, wide or far. */
static void test_bound(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 4);
  for (int i = 0; i < 200000; i++) {
    const Field *field = &fields[mi_random_below(&random, G_N_ELEMENTS(fields))];
    MusterPosition p = draw_position(&random, field), a = draw_position(&random, field);
    MusterPosition b = i % 2 ? move(&random, a, 100000, 1) : draw_position(&random, field);
    if (ABS((int64_t)a.lon_e7 - b.lon_e7) > 1800000000) continue; /* the tree gives those all longitudes */
    double bound_m = mi_box_distance_bound_m(p, box_between(a, b));
    double share;
    MusterPosition nearest;
    g_assert_cmpfloat(bound_m, <=, muster_distance_to_segment_m(p, a, b, &share, &nearest));
    g_assert_cmpfloat(bound_m, <=, muster_distance_planar_m(p, a));
    g_assert_cmpfloat(bound_m, <=, muster_distance_planar_m(p, nearest));
    g_assert_cmpfloat(bound_m, <=, box_distance(p, box_between(a, b)));
  }
  /* And it is worth having: beside a small box it is all but exact. */
  MusterBox box = {1094100000, 295100000, 1094110000, 295110000};
  MusterPosition p = {1094000000, 295000000};
  g_assert_cmpfloat(mi_box_distance_bound_m(p, box), >, 0.999 * box_distance(p, box));
}

/* The tree finds what the exact test finds, and the exact test misses nothing that a walk along the segment meets. */
static void test_within(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 5);
  Field field = {"coarse", 1094000000, 295000000, 40, 40, 1};
  MusterSegment segments[ITEMS];
  for (uint32_t i = 0; i < ITEMS; i++)
    segments[i] = (MusterSegment){draw_position(&random, &field), draw_position(&random, &field)};
  g_autoptr(MusterTree) tree = muster_tree_new_segments(segments, ITEMS);
  for (int i = 0; i < 400; i++) {
    MusterPosition corner = draw_position(&random, &field);
    MusterBox box = box_between(corner, move(&random, corner, 12, 1));
    uint32_t all[ITEMS], some[10], expected[ITEMS];
    size_t wanted = 0;
    for (uint32_t id = 0; id < ITEMS; id++) {
      MusterSegment s = segments[id];
      bool touches = false;
      for (int step = 0; step <= 1000 && !touches; step++) {
        double x = s.a.lon_e7 + (double)(s.b.lon_e7 - s.a.lon_e7) * step / 1000;
        double y = s.a.lat_e7 + (double)(s.b.lat_e7 - s.a.lat_e7) * step / 1000;
        touches = x >= box.min_lon_e7 - 1e-6 && x <= box.max_lon_e7 + 1e-6 && y >= box.min_lat_e7 - 1e-6 &&
                  y <= box.max_lat_e7 + 1e-6;
      }
      g_assert_false(touches && !mi_segment_touches_box(s.a, s.b, box));
      if (mi_segment_touches_box(s.a, s.b, box)) expected[wanted++] = id;
    }
    g_assert_cmpuint(muster_tree_within(tree, box, all, ITEMS), ==, wanted);
    g_assert_cmpmem(all, wanted * sizeof *all, expected, wanted * sizeof *all);
    g_assert_cmpuint(muster_tree_within(tree, box, some, 10), ==, wanted);
    g_assert_cmpmem(some, MIN(wanted, 10) * sizeof *some, expected, MIN(wanted, 10) * sizeof *some);
    g_assert_cmpuint(muster_tree_within(tree, box, NULL, 0), ==, wanted);
  }
}

static void test_segment_touches_box(void) {
  MusterBox box = {0, 0, 10, 10};
  g_assert_true(mi_segment_touches_box((MusterPosition){-5, 5}, (MusterPosition){5, 15}, box));   /* through a corner */
  g_assert_false(mi_segment_touches_box((MusterPosition){-5, 6}, (MusterPosition){5, 16}, box));  /* just past it */
  g_assert_true(mi_segment_touches_box((MusterPosition){10, 20}, (MusterPosition){10, 10}, box)); /* ends on it */
  g_assert_true(mi_segment_touches_box((MusterPosition){3, 3}, (MusterPosition){3, 3}, box));
  g_assert_true(mi_segment_touches_box((MusterPosition){-99, 5}, (MusterPosition){99, 5}, box));
  MusterBox east = {1799000000, 0, 1800000000, 10}, west = {-1800000000, 0, -1799000000, 10};
  MusterPosition a = {1799500000, 5}, b = {-1799500000, 5};
  g_assert_true(mi_segment_touches_box(a, b, east));
  g_assert_true(mi_segment_touches_box(b, a, west));
  g_assert_false(mi_segment_touches_box(a, b, box));
}

static double point_distance(uint32_t id, MusterPosition from, void *user_data) {
  return muster_distance_planar_m(from, ((const MusterPosition *)user_data)[id]);
}

static void test_iterator_and_scratch(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 6);
  MusterPosition points[ITEMS];
  for (uint32_t i = 0; i < ITEMS; i++) points[i] = draw_position(&random, &fields[1]);
  mi_tree_layout layout;
  mi_tree_view view;
  mi_tree_build_points(&layout, points, NULL, ITEMS);
  mi_tree_view_layout(&view, &layout);
  mi_tree_scratch scratch = {0};
  const void *entries = NULL;
  for (int round = 0; round < 3; round++) {
    mi_tree_search search;
    MusterTreeHit last = {0, -1}, hit;
    size_t count = 0;
    mi_tree_search_begin(&search, &view, &scratch, points[7], INFINITY, point_distance, NULL, points);
    for (; mi_tree_search_next(&search, &hit); last = hit, count++) g_assert_cmpint(compare_hits(&last, &hit), <, 0);
    g_assert_cmpuint(count, ==, ITEMS);
    g_assert_false(mi_tree_search_next(&search, &hit));
    if (round > 0) g_assert_true(entries == scratch.entries); /* a warm search asks for no memory */
    entries = scratch.entries;
  }
  mi_tree_scratch_clear(&scratch);
  /* A lent array serves while it is large enough; then the queue moves to memory of its own. */
  mi_tree_entry lent[3];
  mi_tree_scratch borrowed = {.entries = lent, .capacity = 3, .lent = true};
  MusterTreeHit one;
  g_assert_true(mi_tree_nearest_one(&view, &borrowed, points[9], INFINITY, point_distance, NULL, points, &one));
  g_assert_cmpfloat(one.distance_m, ==, 0);
  g_assert_false(borrowed.lent);
  mi_tree_scratch_clear(&borrowed);
  mi_tree_layout_clear(&layout);
}

/* The same items in another order of input: the same places in the same order in the file. */
static void test_order_of_input(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 7);
  uint32_t order[ITEMS];
  MusterPosition points[ITEMS], shuffled[ITEMS];
  for (uint32_t i = 0; i < ITEMS; i++) {
    points[i] = draw_position(&random, &fields[1]);
    order[i] = i;
  }
  mi_random_shuffle_u32(&random, order, ITEMS);
  for (uint32_t i = 0; i < ITEMS; i++) shuffled[i] = points[order[i]];
  mi_tree_layout plain, mixed;
  mi_tree_build_points(&plain, points, NULL, ITEMS);
  mi_tree_build_points(&mixed, shuffled, order, ITEMS);
  g_assert_cmpmem(plain.item_ids, ITEMS * sizeof(uint32_t), mixed.item_ids, ITEMS * sizeof(uint32_t));
  g_assert_cmpmem(plain.node_boxes, plain.node_count * sizeof(MusterBox), mixed.node_boxes,
                  mixed.node_count * sizeof(MusterBox));
  mi_tree_layout_clear(&plain);
  mi_tree_layout_clear(&mixed);
}

static void test_node_counts(void) {
  g_assert_cmpuint(mi_tree_node_count(0), ==, 0);
  g_assert_cmpuint(mi_tree_node_count(1), ==, 1);
  g_assert_cmpuint(mi_tree_node_count(16), ==, 1);
  g_assert_cmpuint(mi_tree_node_count(17), ==, 3);
  g_assert_cmpuint(mi_tree_node_count(256), ==, 17);
  g_assert_cmpuint(mi_tree_node_count(257), ==, 17 + 2 + 1);
  g_assert_cmpuint(mi_tree_node_count(UINT32_MAX), ==, 286331153);
}

static void expect_refused(uint32_t items, uint32_t nodes, const MusterBox *boxes, const uint32_t *ids, uint32_t limit,
                           const char *part) {
  mi_tree_view view;
  g_autoptr(GError) error = NULL;
  g_assert_false(mi_tree_view_init(&view, items, nodes, boxes, ids, limit, MUSTER_GEO_ERROR, 0, &error));
  g_assert_nonnull(error);
  g_assert_nonnull(strstr(error->message, part));
  g_assert_cmpuint(view.item_count, ==, 0);
}

static void test_hostile_arrays(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 8);
  MusterPosition points[ITEMS];
  for (uint32_t i = 0; i < ITEMS; i++) points[i] = draw_position(&random, &fields[0]);
  mi_tree_layout l;
  mi_tree_view view;
  mi_tree_build_points(&l, points, NULL, ITEMS);
  g_assert_true(
      mi_tree_view_init(&view, ITEMS, l.node_count, l.node_boxes, l.item_ids, ITEMS, MUSTER_GEO_ERROR, 0, NULL));
  g_assert_true(mi_tree_view_init(&view, 0, 0, NULL, NULL, 0, MUSTER_GEO_ERROR, 0, NULL));
  expect_refused(ITEMS, l.node_count - 1, l.node_boxes, l.item_ids, ITEMS, "nodes expected");
  expect_refused(0, 1, l.node_boxes, l.item_ids, ITEMS, "0 nodes expected");
  expect_refused(UINT32_MAX, l.node_count, l.node_boxes, l.item_ids, ITEMS, "nodes expected");
  expect_refused(ITEMS, l.node_count, l.node_boxes, l.item_ids, ITEMS - 1, "id below 699 expected");
  l.node_boxes[3].min_lat_e7 = l.node_boxes[3].max_lat_e7 + 1;
  expect_refused(ITEMS, l.node_count, l.node_boxes, l.item_ids, ITEMS, "node 3");
  l.node_boxes[3].min_lat_e7 = INT32_MIN;
  expect_refused(ITEMS, l.node_count, l.node_boxes, l.item_ids, ITEMS, "node 3");
  mi_tree_layout_clear(&l);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/index/tree/points", test_points);
  g_test_add_func("/index/tree/segments", test_segments);
  g_test_add_func("/index/tree/boxes", test_boxes);
  g_test_add_func("/index/tree/bound", test_bound);
  g_test_add_func("/index/tree/within", test_within);
  g_test_add_func("/index/tree/segment-touches-box", test_segment_touches_box);
  g_test_add_func("/index/tree/iterator-and-scratch", test_iterator_and_scratch);
  g_test_add_func("/index/tree/order-of-input", test_order_of_input);
  g_test_add_func("/index/tree/node-counts", test_node_counts);
  g_test_add_func("/index/tree/hostile-arrays", test_hostile_arrays);
  return g_test_run();
}
