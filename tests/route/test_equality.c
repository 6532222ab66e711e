/* Every kind of question on every real road graph, answered by the hierarchy and by the plain Dijkstra search alike,
 * while roads close and open again and responders move, come free and get busy.
 *
 * MUSTER_TEST_EFFORT=long asks a hundred thousand questions of each graph instead of a few thousand.
 */
#include <string.h>

#include "index/polygons.h"
#include "route/graphs.h"
#include "route/nearest.h"
#include "route/networks.h"
#include "support/support.h"

enum { RESPONDERS = 500, CLOSED_MOST = 4000 };

typedef struct story {
  mi_random random;
  MusterNetwork *network;
  const mi_graph *graph;
  MusterSearch *search;
  MusterFleet *fleet;
  MusterMetric *metric;
  MusterRoadPoint around; /* where questions are asked now */
} story;

static uint32_t below(story *s, uint32_t bound) { return mi_random_below(&s->random, bound); }
static bool one_in(story *s, uint32_t count) { return below(s, count) == 0; }

/* ---- places ---- */

/* The node at the end of a short walk from the point, over roads in either direction. */
static MusterNode walk(story *s, const MusterRoadPoint *from) {
  MusterNode node = mi_point_node(s->graph, from);
  if (node == MUSTER_NONE) node = s->graph->link_tail[from->link];
  for (uint32_t steps = below(s, 40); steps > 0; steps--) {
    uint32_t out = s->graph->first_out[node + 1] - s->graph->first_out[node];
    uint32_t in = s->graph->first_in[node + 1] - s->graph->first_in[node];
    if (out + in == 0) break;
    uint32_t at = below(s, out + in);
    node = at < out ? s->graph->head[s->graph->first_out[node] + at]
                    : s->graph->in_tail[s->graph->first_in[node] + at - out];
  }
  return node;
}

/* A place inside a link that meets the node, or the node itself. */
static MusterRoadPoint place_at(story *s, MusterNode node) {
  uint32_t first = s->graph->first_out[node], count = s->graph->first_out[node + 1] - first;
  MusterLink link = count ? s->graph->arc_link[first + below(s, count)] : MUSTER_NONE;
  if (link == MUSTER_NONE || one_in(s, 3)) return muster_road_point_at_node(s->network, node);
  uint32_t along = one_in(s, 10) ? below(s, 2) * 65536 : below(s, 65537);
  return (MusterRoadPoint){MUSTER_NONE, link, along, one_in(s, 3) ? below(s, 60000) : 0, 0, {0, 0}};
}

static MusterRoadPoint near_place(story *s) { return place_at(s, walk(s, &s->around)); }

/* As a rule near where questions are asked now, so that the plain search ends early; now and then anywhere. */
static MusterRoadPoint any_place(story *s) {
  return one_in(s, 12) ? random_point(&s->random, s->network) : near_place(s);
}

/* Another place on the same link, the same place again, or any. */
static MusterRoadPoint partner_of(story *s, const MusterRoadPoint *place) {
  MusterRoadPoint partner = *place;
  if (one_in(s, 12)) return partner;
  if (place->node != MUSTER_NONE || below(s, 6)) return any_place(s);
  partner.along_q16 = below(s, 65537);
  partner.access_ms = below(s, 2) * below(s, 5000);
  return partner;
}

/* ---- questions ---- */

static uint32_t any_limit(story *s) { return one_in(s, 3) ? below(s, 900000) : MUSTER_UNREACHABLE_MS; }

static void ask_time(story *s) {
  MusterRoadPoint from = any_place(s), to = partner_of(s, &from);
  uint32_t plain_ms = mi_search_dijkstra_within(s->search, &from, &to, MUSTER_UNREACHABLE_MS);
  g_assert_cmpuint(muster_search_time_ms(s->search, &from, &to), ==, plain_ms);
  uint32_t limit_ms = one_in(s, 2) ? any_limit(s) : plain_ms - (plain_ms > 0 && one_in(s, 2));
  g_assert_cmpuint(mi_search_climb_within(s->search, &from, &to, limit_ms), ==,
                   plain_ms <= limit_ms ? plain_ms : MUSTER_UNREACHABLE_MS);
}

static void ask_path(story *s) {
  MusterRoadPoint from = any_place(s), to = partner_of(s, &from);
  MusterPath path;
  muster_search_path(s->search, &from, &to, &path);
  g_assert_cmpuint(path.time_ms, ==, mi_search_climb_within(s->search, &from, &to, MUSTER_UNREACHABLE_MS));
}

static void ask_matrix(story *s) {
  MusterRoadPoint from[7], to[7];
  uint32_t times[G_N_ELEMENTS(from) * G_N_ELEMENTS(to)];
  size_t rows = below(s, G_N_ELEMENTS(from) + 1), columns = below(s, G_N_ELEMENTS(to) + 1);
  for (size_t i = 0; i < rows; i++) from[i] = near_place(s);
  for (size_t i = 0; i < columns; i++)
    to[i] = rows > 0 ? partner_of(s, &from[below(s, (uint32_t)rows)]) : near_place(s);
  muster_search_matrix(s->search, from, rows, to, columns, times);
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++)
      g_assert_cmpuint(times[i * columns + j], ==,
                       mi_search_dijkstra_within(s->search, &from[i], &to[j], MUSTER_UNREACHABLE_MS));
}

static void ask_nearest(story *s) {
  MusterRoadPoint place = any_place(s);
  MusterResponder excluded[6];
  for (size_t i = 0; i < G_N_ELEMENTS(excluded); i++) excluded[i] = below(s, RESPONDERS + 5);
  MusterNearestOptions options = {.direction = one_in(s, 2) ? MUSTER_TO_PLACE : MUSTER_FROM_PLACE,
                                  .skills = one_in(s, 2) ? 0 : below(s, 16),
                                  .k = one_in(s, 8) ? below(s, 48) : below(s, 10),
                                  .limit_ms = any_limit(s),
                                  .excluded = excluded,
                                  .excluded_count = one_in(s, 3) ? below(s, G_N_ELEMENTS(excluded) + 1) : 0};
  MusterNearest plain[48], found[48];
  size_t count = mi_search_nearest_dijkstra(s->search, s->fleet, &place, &options, plain);
  g_assert_cmpuint(muster_search_nearest(s->search, s->fleet, &place, &options, found), ==, count);
  g_assert_cmpmem(found, count * sizeof *found, plain, count * sizeof *plain);
  if (options.k + options.excluded_count > MI_LISTS_K_MAX) return;
  g_assert_cmpuint(mi_search_nearest_lists(s->search, s->fleet, &place, &options, found), ==, count);
  g_assert_cmpmem(found, count * sizeof *found, plain, count * sizeof *plain);
}

/* Time between the node and the nearest place, on the hierarchy. */
static uint32_t time_at(story *s, const MusterRoadPoint *places, size_t count, MusterNode node,
                        MusterDirection direction) {
  MusterRoadPoint at = muster_road_point_at_node(s->network, node);
  uint32_t best_ms = MUSTER_UNREACHABLE_MS;
  for (size_t i = 0; i < count; i++) {
    const MusterRoadPoint *from = direction == MUSTER_FROM_PLACE ? &places[i] : &at;
    const MusterRoadPoint *to = direction == MUSTER_FROM_PLACE ? &at : &places[i];
    best_ms = MIN(best_ms, mi_search_climb_within(s->search, from, to, MUSTER_UNREACHABLE_MS));
  }
  return best_ms;
}

static uint32_t reached_ms(const MusterReached *reached, size_t count, MusterNode node) {
  for (size_t i = 0; i < count; i++)
    if (reached[i].node == node) return reached[i].time_ms;
  return MUSTER_UNREACHABLE_MS;
}

static void ask_reach(story *s) {
  MusterRoadPoint places[3];
  size_t place_count = 1 + below(s, G_N_ELEMENTS(places)), count;
  for (size_t i = 0; i < place_count; i++) places[i] = near_place(s);
  uint32_t limit_ms = below(s, 400000);
  MusterDirection direction = one_in(s, 2) ? MUSTER_TO_PLACE : MUSTER_FROM_PLACE;
  const MusterReached *view = muster_search_reach(s->search, places, place_count, limit_ms, direction, &count);
  g_autofree MusterReached *reached = g_memdup2(view, count * sizeof *view);
  for (int i = 0; i < 4 && count > 0; i++) {
    const MusterReached *one = &reached[below(s, (uint32_t)count)];
    g_assert_cmpuint(time_at(s, places, place_count, one->node, direction), ==, one->time_ms);
  }
  for (int i = 0; i < 4; i++) {
    MusterNode node = mi_graph_arrive(s->graph, walk(s, &places[0]));
    uint32_t time_ms = time_at(s, places, place_count, node, direction);
    g_assert_cmpuint(reached_ms(reached, count, node), ==, time_ms <= limit_ms ? time_ms : MUSTER_UNREACHABLE_MS);
  }
}

/* ---- what happens in between ---- */

static size_t some_arcs(story *s, MusterArc *arcs) {
  size_t count = below(s, 30);
  for (size_t i = 0; i < count; i++) {
    MusterNode node = walk(s, &s->around);
    uint32_t first = s->graph->first_out[node], degree = s->graph->first_out[node + 1] - first;
    arcs[i] = degree && below(s, 4) ? first + below(s, degree) : below(s, s->graph->arc_count);
  }
  return count;
}

static size_t arcs_of_some_way(story *s, MusterArc *arcs) {
  int64_t way = s->graph->link_way[below(s, s->graph->link_count)];
  return MIN(muster_network_arcs_of_way(s->network, way, arcs, CLOSED_MOST), CLOSED_MOST);
}

/* A square of some hundred metres with a smaller one cut out of it. */
static size_t arcs_in_some_area(story *s, MusterArc *arcs) {
  MusterPosition middle = s->graph->node_position[walk(s, &s->around)];
  int32_t half = 2000 + (int32_t)below(s, 60000), hole = half / (int32_t)(2 + below(s, 4));
  MusterPosition positions[10];
  for (int ring = 0; ring < 2; ring++)
    for (int corner = 0; corner < 5; corner++) {
      int32_t reach = ring ? hole : half;
      positions[ring * 5 + corner] = (MusterPosition){middle.lon_e7 + ((corner + 1) & 2 ? reach : -reach),
                                                      middle.lat_e7 + (corner & 2 ? reach : -reach)};
    }
  uint32_t ring_first[] = {0, 5, 10}, polygon_first[] = {0, 2};
  MusterPolygons area = {positions, ring_first, polygon_first, 2, 1};
  return MIN(muster_network_arcs_in_area(s->network, &area, arcs, CLOSED_MOST), CLOSED_MOST);
}

/* Other times altogether: zeros, ties, and times so long that sums do not fit. */
static MusterMetric *other_times(story *s) {
  static const uint32_t most[] = {1, 20, 5000, UINT32_MAX - 2};
  uint32_t bound = most[below(s, G_N_ELEMENTS(most))];
  g_autofree uint32_t *weights = g_new(uint32_t, s->graph->arc_count);
  for (MusterArc arc = 0; arc < s->graph->arc_count; arc++) weights[arc] = below(s, 8) ? below(s, bound + 1) : 0;
  return muster_metric_new(s->network, weights, 1 + below(s, 3));
}

static MusterMetric *close_or_reopen(story *s) {
  g_autofree MusterArc *arcs = g_new(MusterArc, CLOSED_MOST);
  size_t count = one_in(s, 3)   ? arcs_of_some_way(s, arcs)
                 : one_in(s, 2) ? arcs_in_some_area(s, arcs)
                                : some_arcs(s, arcs);
  return (below(s, 5) < 3 ? muster_metric_close : muster_metric_reopen)(s->metric, arcs, count);
}

static MusterMetric *reopen_everything(story *s) {
  g_autofree MusterArc *arcs = g_new(MusterArc, s->graph->arc_count);
  for (MusterArc arc = 0; arc < s->graph->arc_count; arc++) arcs[arc] = arc;
  return muster_metric_reopen(s->metric, arcs, s->graph->arc_count);
}

/* Search and fleet follow at once, or after several changes. */
static void change_roads(story *s) {
  for (uint32_t changes = 1 + below(s, 3); changes > 0; changes--) {
    MusterMetric *next = one_in(s, 40)   ? muster_network_metric(s->network)
                         : one_in(s, 60) ? other_times(s)
                         : one_in(s, 20) ? reopen_everything(s)
                                         : close_or_reopen(s);
    muster_metric_unref(s->metric);
    s->metric = next;
    if (one_in(s, 2)) muster_fleet_set_metric(s->fleet, next);
  }
  muster_search_set_metric(s->search, s->metric);
  muster_fleet_set_metric(s->fleet, s->metric);
}

static void put_one(story *s) {
  MusterRoadPoint place = one_in(s, 2) ? near_place(s) : random_point(&s->random, s->network);
  muster_fleet_put(s->fleet, below(s, RESPONDERS), &place, below(s, 16));
}

static void change_fleet(story *s) {
  switch (below(s, 20)) {
    case 0: {
      uint32_t percent = below(s, 101);
      bool available = one_in(s, 2);
      for (uint32_t i = 0; i < RESPONDERS; i++)
        if (below(s, 100) < percent) muster_fleet_set_available(s->fleet, i, available);
      break;
    }
    case 1:
      muster_fleet_remove(s->fleet, below(s, RESPONDERS));
      break;
    case 2:
    case 3:
    case 4:
      put_one(s);
      break;
    default:
      muster_fleet_set_available(s->fleet, below(s, RESPONDERS), one_in(s, 2));
  }
}

/* ---- stories ---- */

static void take_step(story *s) {
  if (one_in(s, 30)) s->around = random_point(&s->random, s->network);
  if (one_in(s, 12)) change_roads(s);
  for (uint32_t changes = below(s, 4); changes > 0; changes--) change_fleet(s);
  uint32_t kind = below(s, 100);
  if (kind < 45)
    ask_time(s);
  else if (kind < 85)
    ask_nearest(s);
  else if (kind < 90)
    ask_path(s);
  else if (kind < 93)
    ask_matrix(s);
  else
    ask_reach(s);
}

static void test_graph(gconstpointer data) {
  const real_graph *graph = data;
  g_autoptr(MusterNetwork) network = real_network(graph);
  if (!network) return;
  story s = {.network = network,
             .graph = mi_network_graph(network),
             .search = muster_search_new(network),
             .fleet = muster_fleet_new(network),
             .metric = muster_network_metric(network)};
  mi_random_init(&s.random, test_seed(), (uint64_t)(graph - real_graphs));
  g_assert_nonnull(s.metric->hierarchy);
  s.around = random_point(&s.random, network);
  for (uint32_t i = 0; i < RESPONDERS; i++) put_one(&s);
  for (uint32_t left = test_count(600, 3000, 100000); left > 0; left--) take_step(&s);
  muster_search_free(s.search);
  muster_fleet_free(s.fleet);
  muster_metric_unref(s.metric);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < real_graph_count; i++) {
    g_autofree char *path = g_strdup_printf("/route/equality/%s", real_graphs[i].name);
    g_test_add_data_func(path, &real_graphs[i], test_graph);
  }
  return g_test_run();
}
