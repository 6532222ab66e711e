/* Every query with roads closed, beside the same query on a network built without them. */
#include "route/networks.h"
#include "support/support.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES = 8, RESPONDERS = 20 };

/* One network with arcs closed, and the same without them. */
typedef struct pair {
  MusterNetwork *network, *without;
  MusterMetric *metric;
  MusterSearch *search, *plain;
  MusterRoadPoint places[PLACES], plain_places[PLACES]; /* those that are on both */
  size_t place_count;
} pair;

static void close_some(pair *p, mi_random *random) {
  uint32_t arc_count = mi_network_graph(p->network)->arc_count, share = 1 + mi_random_below(random, 6);
  g_autofree uint8_t *closed = g_new0(uint8_t, (size_t)arc_count + 1);
  g_autofree MusterArc *arcs = g_new(MusterArc, (size_t)arc_count + 1);
  size_t count = 0;
  for (MusterArc arc = 0; arc < arc_count; arc++)
    if (mi_random_below(random, share) == 0) closed[arcs[count++] = arc] = 1;
  g_autoptr(MusterMetric) own = muster_network_metric(p->network);
  p->metric = muster_metric_close(own, arcs, count);
  p->without = network_without(p->network, closed);
}

static void pair_init(pair *p, mi_random *random, MusterNetwork *network) {
  *p = (pair){.network = network, .search = muster_search_new(network)};
  close_some(p, random);
  muster_search_set_metric(p->search, p->metric);
  p->plain = muster_search_new(p->without);
  for (int tries = 0; tries < 4 * PLACES && p->place_count < PLACES; tries++) {
    MusterRoadPoint *place = &p->places[p->place_count];
    *place = random_point(random, network);
    p->place_count += point_elsewhere(network, place, p->without, &p->plain_places[p->place_count]);
  }
}

static void pair_clear(pair *p) {
  muster_search_free(p->search);
  muster_search_free(p->plain);
  muster_metric_unref(p->metric);
  muster_network_unref(p->without);
}

/* ---- times ---- */

static void check_times(mi_random *random, MusterNetwork *network) {
  pair p;
  pair_init(&p, random, network);
  uint32_t times[PLACES * PLACES], plain[PLACES * PLACES];
  muster_search_matrix(p.search, p.places, p.place_count, p.places, p.place_count, times);
  muster_search_matrix(p.plain, p.plain_places, p.place_count, p.plain_places, p.place_count, plain);
  g_assert_cmpmem(times, p.place_count * p.place_count * 4, plain, p.place_count * p.place_count * 4);
  for (size_t i = 0; i < p.place_count * p.place_count; i++) {
    const MusterRoadPoint *from = &p.places[i / p.place_count], *to = &p.places[i % p.place_count];
    MusterPath path;
    g_assert_cmpuint(muster_search_time_ms(p.search, from, to), ==, plain[i]);
    muster_search_path(p.search, from, to, &path);
    g_assert_cmpuint(path.time_ms, ==, plain[i]);
  }
  pair_clear(&p);
}

static void test_times(void) { for_each_random_network(20, check_times); }

/* ---- who is nearest ---- */

static void check_nearest(mi_random *random, MusterNetwork *network) {
  pair p;
  pair_init(&p, random, network);
  g_autoptr(MusterFleet) fleet = muster_fleet_new(network), plain_fleet = muster_fleet_new(p.without);
  muster_fleet_set_metric(fleet, p.metric);
  for (MusterResponder i = 0; i < RESPONDERS && p.place_count > 0; i++) {
    size_t at = mi_random_below(random, (uint32_t)p.place_count);
    muster_fleet_put(fleet, i, &p.places[at], 0);
    muster_fleet_put(plain_fleet, i, &p.plain_places[at], 0);
  }
  for (size_t i = 0; i < p.place_count; i++)
    for (int direction = MUSTER_FROM_PLACE; direction <= MUSTER_TO_PLACE; direction++) {
      MusterNearestOptions options = {
          .direction = (MusterDirection)direction, .k = 7, .limit_ms = MUSTER_UNREACHABLE_MS};
      MusterNearest hits[7], plain[7];
      size_t count = muster_search_nearest(p.search, fleet, &p.places[i], &options, hits);
      g_assert_cmpuint(count, ==, muster_search_nearest(p.plain, plain_fleet, &p.plain_places[i], &options, plain));
      g_assert_cmpmem(hits, count * sizeof *hits, plain, count * sizeof *plain);
    }
  pair_clear(&p);
}

static void test_nearest(void) { for_each_random_network(20, check_nearest); }

/* ---- what is reached ---- */

/* A stretch, or a node and its time, by outside ids. */
typedef struct named {
  int64_t id;
  uint32_t a, b;
} named;

static int compare_named(const void *a, const void *b) {
  const named *x = a, *y = b;
  if (x->id != y->id) return x->id < y->id ? -1 : 1;
  return x->a != y->a ? (x->a > y->a) - (x->a < y->a) : (x->b > y->b) - (x->b < y->b);
}

static named *name_stretches(MusterSearch *search, const MusterRoadPoint *places, size_t place_count, uint32_t limit_ms,
                             MusterDirection direction, size_t *count) {
  const MusterStretch *stretches =
      muster_search_reach_stretches(search, places, place_count, limit_ms, direction, count);
  named *all = g_new(named, *count + 1);
  for (size_t i = 0; i < *count; i++)
    all[i] = (named){search->graph->link_way[stretches[i].link], stretches[i].from_q16, stretches[i].to_q16};
  qsort(all, *count, sizeof *all, compare_named);
  return all;
}

static named *name_nodes(MusterSearch *search, const MusterRoadPoint *places, size_t place_count, uint32_t limit_ms,
                         MusterDirection direction, size_t *count) {
  const MusterReached *reached = muster_search_reach(search, places, place_count, limit_ms, direction, count);
  named *all = g_new(named, *count + 1);
  for (size_t i = 0; i < *count; i++) all[i] = (named){search->graph->node_id[reached[i].node], reached[i].time_ms, 0};
  qsort(all, *count, sizeof *all, compare_named);
  return all;
}

static void assert_same(const named *a, size_t a_count, const named *b, size_t b_count) {
  g_assert_cmpuint(a_count, ==, b_count);
  for (size_t i = 0; i < a_count; i++) g_assert_cmpint(compare_named(&a[i], &b[i]), ==, 0);
}

static void check_reach(mi_random *random, MusterNetwork *network) {
  pair p;
  pair_init(&p, random, network);
  for (int round = 0; round < 6; round++) {
    size_t count, plain_count;
    size_t places = p.place_count ? 1 + mi_random_below(random, (uint32_t)p.place_count) : 0;
    MusterDirection direction = mi_random_below(random, 2) ? MUSTER_TO_PLACE : MUSTER_FROM_PLACE;
    uint32_t limit_ms = mi_random_below(random, 3) ? mi_random_below(random, 60000) : MUSTER_UNREACHABLE_MS;
    g_autofree named *stretches = name_stretches(p.search, p.places, places, limit_ms, direction, &count);
    g_autofree named *plain = name_stretches(p.plain, p.plain_places, places, limit_ms, direction, &plain_count);
    assert_same(stretches, count, plain, plain_count);
    g_autofree named *nodes = name_nodes(p.search, p.places, places, limit_ms, direction, &count);
    g_autofree named *plain_nodes = name_nodes(p.plain, p.plain_places, places, limit_ms, direction, &plain_count);
    assert_same(nodes, count, plain_nodes, plain_count);
  }
  pair_clear(&p);
}

static void test_reach(void) { for_each_random_network(20, check_reach); }

/* Areas drawn around equal lines in equal order are equal to the last position; the networks number their links
 * otherwise, so the measure is compared. */
static void check_areas(mi_random *random, MusterNetwork *network) {
  pair p;
  pair_init(&p, random, network);
  uint32_t limits_ms[2] = {mi_random_below(random, 5000), 20000};
  MusterReachArea *areas[2], *plain[2];
  g_autoptr(GError) error = NULL;
  bool drawn = p.place_count > 0 &&
               muster_search_reach_areas(p.search, p.places, 1, limits_ms, 2, MUSTER_FROM_PLACE, 30, areas, &error);
  g_assert_no_error(error);
  if (drawn) {
    g_assert_true(
        muster_search_reach_areas(p.plain, p.plain_places, 1, limits_ms, 2, MUSTER_FROM_PLACE, 30, plain, &error));
    for (int i = 0; i < 2; i++) {
      double a = muster_reach_area_m2(areas[i]), b = muster_reach_area_m2(plain[i]);
      g_assert_cmpfloat_with_epsilon(a, b, 1 + 0.02 * b);
      muster_reach_area_free(areas[i]);
      muster_reach_area_free(plain[i]);
    }
  }
  pair_clear(&p);
}

static void test_areas(void) { for_each_random_network(3, check_areas); }

/* ---- on a closed road ---- */

/* Who stands inside a link that is closed both ways is where they are, and nowhere else. */
static void check_shut_in(mi_random *random, MusterNetwork *network) {
  const mi_graph *graph = mi_network_graph(network);
  if (graph->link_count == 0) return;
  MusterLink link = mi_random_below(random, graph->link_count);
  MusterArc arcs[2];
  size_t count = 0;
  if (graph->link_forward[link] != MUSTER_NONE) arcs[count++] = graph->link_forward[link];
  if (graph->link_backward[link] != MUSTER_NONE) arcs[count++] = graph->link_backward[link];
  g_autoptr(MusterMetric) own = muster_network_metric(network);
  g_autoptr(MusterMetric) closed = muster_metric_close(own, arcs, count);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  muster_search_set_metric(search, closed);
  MusterRoadPoint place = {MUSTER_NONE, link, 20000, 0, 0, mi_line_point(graph, link, 20000)}, beside = place;
  beside.along_q16 = 30000;
  g_assert_cmpuint(muster_search_time_ms(search, &place, &place), ==, 0);
  g_assert_cmpuint(muster_search_time_ms(search, &place, &beside), ==, MUSTER_UNREACHABLE_MS);
  g_assert_cmpuint(muster_search_time_ms(search, &beside, &place), ==, MUSTER_UNREACHABLE_MS);
  for (MusterNode node = 0; node < graph->node_count; node++) {
    MusterRoadPoint there = muster_road_point_at_node(network, node);
    g_assert_cmpuint(muster_search_time_ms(search, &place, &there), ==, MUSTER_UNREACHABLE_MS);
    g_assert_cmpuint(muster_search_time_ms(search, &there, &place), ==, MUSTER_UNREACHABLE_MS);
  }
  size_t stretch_count;
  const MusterStretch *stretches =
      muster_search_reach_stretches(search, &place, 1, MUSTER_UNREACHABLE_MS, MUSTER_FROM_PLACE, &stretch_count);
  g_assert_cmpuint(stretch_count, ==, 1);
  g_assert_cmpuint(stretches[0].from_q16, ==, 20000);
  g_assert_cmpuint(stretches[0].to_q16, ==, 20000);
}

static void test_shut_in(void) { for_each_random_network(10, check_shut_in); }

/* ---- closures of one search ---- */

static size_t pick_arcs(mi_random *random, const mi_graph *graph, MusterArc *arcs) {
  uint32_t share = 1 + mi_random_below(random, 8);
  size_t count = 0;
  for (MusterArc arc = 0; arc < graph->arc_count; arc++)
    if (mi_random_below(random, share) == 0) arcs[count++] = arc;
  return count;
}

/* Two searches and two fleets of the same people: one search has closures of its own and asks the fleet of the metric
 * without them, the other is on the metric with them. */
typedef struct asking {
  MusterSearch *own, *other;
  MusterFleet *fleet, *other_fleet;
  MusterRoadPoint places[PLACES];
} asking;

static void assert_same_nearest(const asking *a, const MusterRoadPoint *place) {
  for (int direction = MUSTER_FROM_PLACE; direction <= MUSTER_TO_PLACE; direction++)
    for (uint64_t skills = 0; skills < 2; skills++) {
      MusterNearestOptions options = {
          .direction = (MusterDirection)direction, .skills = skills, .k = 5, .limit_ms = MUSTER_UNREACHABLE_MS};
      MusterNearest hits[5], others[5];
      size_t count = muster_search_nearest(a->own, a->fleet, place, &options, hits);
      g_assert_cmpuint(count, ==, muster_search_nearest(a->other, a->other_fleet, place, &options, others));
      g_assert_cmpmem(hits, count * sizeof *hits, others, count * sizeof *others);
      size_t counts[PLACES];
      MusterNearest batch[PLACES * 5];
      muster_search_nearest_batch(a->own, a->fleet, place, 1, &options, batch, counts);
      g_assert_cmpmem(batch, counts[0] * sizeof *batch, others, count * sizeof *others);
    }
}

static void assert_same_answers(const asking *a) {
  uint32_t times[PLACES * PLACES], others[PLACES * PLACES];
  muster_search_matrix(a->own, a->places, PLACES, a->places, PLACES, times);
  muster_search_matrix(a->other, a->places, PLACES, a->places, PLACES, others);
  g_assert_cmpmem(times, sizeof times, others, sizeof others);
  for (size_t i = 0; i < PLACES; i++) {
    const MusterRoadPoint *from = &a->places[i], *to = &a->places[(i + 1) % PLACES];
    MusterPath path, other;
    g_assert_cmpuint(muster_search_time_ms(a->own, from, to), ==, muster_search_time_ms(a->other, from, to));
    muster_search_path(a->own, from, to, &path);
    muster_search_path(a->other, from, to, &other);
    g_assert_cmpuint(path.time_ms, ==, other.time_ms);
    if (path.time_ms != MUSTER_UNREACHABLE_MS && path.node_count > 0)
      g_assert_cmpmem(path.arcs, (path.node_count - 1) * sizeof *path.arcs, other.arcs,
                      (other.node_count - 1) * sizeof *other.arcs);
    size_t count, other_count;
    const MusterReached *reached = muster_search_reach(a->own, from, 1, 60000, MUSTER_TO_PLACE, &count);
    const MusterReached *also = muster_search_reach(a->other, from, 1, 60000, MUSTER_TO_PLACE, &other_count);
    g_assert_cmpmem(reached, count * sizeof *reached, also, other_count * sizeof *also);
    assert_same_nearest(a, from);
  }
}

static void put_everybody(asking *a, mi_random *random, MusterNetwork *network) {
  for (MusterResponder i = 0; i < RESPONDERS; i++) {
    MusterRoadPoint place = random_point(random, network);
    uint64_t skills = mi_random_below(random, 2);
    bool available = mi_random_below(random, 5) > 0;
    MusterFleet *fleets[] = {a->fleet, a->other_fleet};
    for (int j = 0; j < 2; j++) {
      muster_fleet_put(fleets[j], i, &place, skills);
      muster_fleet_set_available(fleets[j], i, available);
    }
  }
  for (size_t i = 0; i < PLACES; i++) a->places[i] = random_point(random, network);
}

static void stand_on(MusterSearch *search, MusterFleet *fleet, MusterMetric *metric) {
  muster_search_set_metric(search, metric);
  muster_fleet_set_metric(fleet, metric);
}

static void check_own(mi_random *random, MusterNetwork *network) {
  const mi_graph *graph = mi_network_graph(network);
  g_autofree MusterArc *flood = g_new(MusterArc, (size_t)graph->arc_count + 1);
  g_autofree MusterArc *mine = g_new(MusterArc, (size_t)graph->arc_count + 1);
  size_t flood_count = pick_arcs(random, graph, flood), mine_count = pick_arcs(random, graph, mine);
  g_autoptr(MusterMetric) open = muster_network_metric(network);
  g_autoptr(MusterMetric) flooded = muster_metric_close(open, flood, flood_count);
  g_autoptr(MusterMetric) both = muster_metric_close(flooded, mine, mine_count);
  g_autoptr(MusterMetric) mine_alone = muster_metric_close(open, mine, mine_count);
  asking a = {muster_search_new(network),
              muster_search_new(network),
              muster_fleet_new(network),
              muster_fleet_new(network),
              {{0}}};
  put_everybody(&a, random, network);
  stand_on(a.own, a.fleet, flooded);
  muster_search_close(a.own, mine, mine_count);
  stand_on(a.other, a.other_fleet, both);
  assert_same_answers(&a);
  stand_on(a.own, a.fleet, open); /* its own closures stay */
  stand_on(a.other, a.other_fleet, mine_alone);
  assert_same_answers(&a);
  muster_search_close(a.own, flood, flood_count); /* these in place of those */
  stand_on(a.other, a.other_fleet, flooded);
  assert_same_answers(&a);
  muster_search_close(a.own, NULL, 0);
  stand_on(a.other, a.other_fleet, open);
  assert_same_answers(&a);
  muster_search_free(a.own);
  muster_search_free(a.other);
  muster_fleet_free(a.fleet);
  muster_fleet_free(a.other_fleet);
}

static void test_own(void) { for_each_random_network(30, check_own); }

static void check_all(mi_random *random, MusterNetwork *network) {
  check_times(random, network);
  check_nearest(random, network);
  check_reach(random, network);
  check_shut_in(random, network);
  check_own(random, network);
}

/* Links that begin and end at one node: one of the two arcs closed shuts one end of a place there. */
static void test_on_loops(void) { for_each_loop_network(60, check_all); }

/* Arcs that are closed twice, or by the metric already; and once they are open again nothing of them is kept. */
static void check_let_go(mi_random *random, MusterNetwork *network) {
  const mi_graph *graph = mi_network_graph(network);
  if (graph->arc_count == 0) return;
  MusterArc arc = mi_random_below(random, graph->arc_count), twice[] = {arc, arc};
  g_autoptr(MusterMetric) open = muster_network_metric(network);
  g_autoptr(MusterMetric) closed = muster_metric_close(open, twice, 1);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  MusterMetricInfo info, other;
  muster_metric_info(closed, &info);
  muster_search_close(search, twice, 2);
  muster_metric_info(search->metric, &other);
  g_assert_cmphex(info.checksum, ==, other.checksum);
  g_assert_cmpuint(other.closed_arc_count, ==, info.closed_arc_count);
  muster_search_set_metric(search, closed);
  muster_metric_info(search->metric, &other);
  g_assert_cmphex(info.checksum, ==, other.checksum);
  MusterRoadPoint places[2] = {random_point(random, network), random_point(random, network)};
  uint32_t times[4];
  muster_search_matrix(search, places, 2, places, 2, times);
  muster_search_close(search, NULL, 0);
  g_assert_true(search->metric == closed);
  if (search->targets) g_assert_true(search->targets->metric == closed);
}

static void test_let_go(void) { for_each_random_network(30, check_let_go); }

/* Where a matrix is one search a place, over a fleet of the search's own. */
static void test_without_hierarchy(void) {
  static const network_options dense = {3000, 12000, 2000, 5, 20, 60, MUSTER_MODE_FOOT};
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  g_autoptr(MusterNetwork) network = random_network(&random, &dense);
  g_assert_false(mi_network_graph(network)->has_hierarchy);
  check_own(&random, network);
  check_let_go(&random, network);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/route/closed/times", test_times);
  g_test_add_func("/route/closed/nearest", test_nearest);
  g_test_add_func("/route/closed/reach", test_reach);
  g_test_add_func("/route/closed/areas", test_areas);
  g_test_add_func("/route/closed/shut-in", test_shut_in);
  g_test_add_func("/route/closed/own", test_own);
  g_test_add_func("/route/closed/on-loops", test_on_loops);
  g_test_add_func("/route/closed/let-go", test_let_go);
  g_test_add_func("/route/closed/without-hierarchy", test_without_hierarchy);
  return g_test_run();
}
