/* The reference county's roads outside its towns; see reference.h.
 *
 * From the great to the small, each laid where it is cheapest and joining what is there: main roads between the seats
 * (a minimum spanning tree and the shortcuts that save most), a road to each village, roads between neighbouring
 * villages whose way round is long, a road to each hamlet, lanes in the hamlets.
 */
#include <stdlib.h>

#include "county/reference.h"

enum { STREAM_HAMLETS = 21, STREAM_LANES = 22 };

typedef struct settlement {
  uint32_t node; /* of the lattice */
  uint32_t lanes;
} settlement;

typedef struct countryside {
  mi_reference *reference;
  mi_lattice *lattice;
  uint32_t *village_node; /* of each community outside the towns: its lattice node; MUSTER_NONE */
  uint32_t *community_of; /* of each lattice node; MUSTER_NONE */
  GArray *hamlets;
  mi_random random;
} countryside;

/* ---- main roads ---- */

typedef struct town_pair {
  uint32_t a, b, cost;
} town_pair;

static int compare_pairs(const void *left, const void *right) {
  const town_pair *a = left, *b = right;
  if (a->cost != b->cost) return a->cost < b->cost ? -1 : 1;
  if (a->a != b->a) return a->a < b->a ? -1 : 1;
  return (a->b > b->b) - (a->b < b->b);
}

static GArray *list_pairs(countryside *country) {
  GArray *pairs = g_array_new(FALSE, FALSE, sizeof(town_pair));
  uint32_t towns = country->reference->facts->township_count;
  for (uint32_t a = 0; a < towns; a++) {
    mi_lattice_search(country->lattice, MI_LATTICE_TOWN + a, MUSTER_NONE, UINT32_MAX - 1, false);
    for (uint32_t b = a + 1; b < towns; b++) {
      town_pair pair = {a, b, mi_lattice_cost(country->lattice, MI_LATTICE_TOWN + b)};
      if (pair.cost != UINT32_MAX) g_array_append_val(pairs, pair);
    }
  }
  g_array_sort(pairs, compare_pairs);
  return pairs;
}

static void lay_between_towns(countryside *country, const town_pair *pair, uint8_t road_class) {
  uint32_t last =
      mi_lattice_search(country->lattice, MI_LATTICE_TOWN + pair->a, MI_LATTICE_TOWN + pair->b, UINT32_MAX - 1, false);
  if (last != MUSTER_NONE) mi_lattice_carve(country->lattice, last, road_class);
}

/* way[a × towns + b]: length of the main roads between two towns, by Floyd's and Warshall's rule. */
static void shorten(double *way, uint32_t towns, const town_pair *pair) {
  way[pair->a * towns + pair->b] = way[pair->b * towns + pair->a] = pair->cost;
  for (uint32_t k = 0; k < towns; k++)
    for (uint32_t i = 0; i < towns; i++)
      for (uint32_t j = 0; j < towns; j++)
        way[i * towns + j] = fmin(way[i * towns + j], way[i * towns + k] + way[k * towns + j]);
}

/* Kruskal's rule gives the tree; then every pair whose way round is 1.7 times its own cost gets a road too. */
static void lay_main_roads(countryside *country) {
  uint32_t towns = country->reference->facts->township_count;
  g_autoptr(GArray) pairs = list_pairs(country);
  g_autofree double *way = g_new(double, (size_t)towns *towns);
  for (uint32_t i = 0; i < towns * towns; i++) way[i] = i % (towns + 1) == 0 ? 0 : INFINITY;
  for (int tree = 1; tree >= 0; tree--)
    for (guint i = 0; i < pairs->len; i++) {
      const town_pair *pair = &g_array_index(pairs, town_pair, i);
      double round = way[pair->a * towns + pair->b];
      if (tree ? !isinf(round) : round <= 1.7 * pair->cost) continue;
      lay_between_towns(country, pair, tree ? MUSTER_ROAD_PRIMARY : MUSTER_ROAD_SECONDARY);
      shorten(way, towns, pair);
    }
}

/* ---- villages ---- */

/* Nearest town first, so that roads grow outwards. */
typedef struct village_turn {
  double far_m;
  uint32_t community;
} village_turn;

static int compare_turns(const void *left, const void *right) {
  const village_turn *a = left, *b = right;
  if (a->far_m != b->far_m) return a->far_m < b->far_m ? -1 : 1;
  return (a->community > b->community) - (a->community < b->community);
}

static void join_roads(countryside *country, uint32_t node, uint8_t road_class) {
  uint32_t last = mi_lattice_search(country->lattice, node, MI_LATTICE_ANY_ROAD, UINT32_MAX - 1, false);
  if (last != MUSTER_NONE) mi_lattice_carve(country->lattice, last, road_class);
}

static void lay_village_roads(countryside *country) {
  const mi_reference *reference = country->reference;
  const mi_facts *facts = reference->facts;
  g_autofree village_turn *turns = g_new(village_turn, facts->community_count);
  uint32_t count = 0;
  for (uint32_t i = 0; i < facts->community_count; i++) {
    if (country->village_node[i] == MUSTER_NONE) continue;
    mi_spot seat = reference->towns[facts->communities[i].township].centre;
    turns[count++] = (village_turn){mi_spot_distance(reference->community_at[i], seat), i};
  }
  qsort(turns, count, sizeof *turns, compare_turns);
  for (uint32_t i = 0; i < count; i++) {
    join_roads(country, country->village_node[turns[i].community], MUSTER_ROAD_UNCLASSIFIED);
  }
}

/* Neighbours whose way round along roads is more than twice what a road of their own would cost get one. */
static void join_neighbours(countryside *country, uint32_t a, uint32_t b) {
  const double slowest = 40; /* cost per metre up to which a link is thought of */
  uint32_t from = country->village_node[a], to = country->village_node[b];
  double apart_m = mi_spot_distance(country->lattice->at[from], country->lattice->at[to]);
  if (apart_m > 6000) return;
  uint32_t direct = mi_lattice_search(country->lattice, from, to, (uint32_t)(slowest * apart_m), false);
  if (direct == MUSTER_NONE) return;
  uint32_t cost = mi_lattice_cost(country->lattice, to);
  if (mi_lattice_search(country->lattice, from, to, 3 * cost, true) != MUSTER_NONE) return;
  direct = mi_lattice_search(country->lattice, from, to, (uint32_t)(slowest * apart_m), false);
  mi_lattice_carve(country->lattice, direct, MUSTER_ROAD_UNCLASSIFIED);
}

static void lay_neighbour_roads(countryside *country) {
  const mi_reference *reference = country->reference;
  uint32_t count = reference->facts->community_count;
  g_autofree bool *done = g_new0(bool, (size_t)count *count);
  const mi_mosaic *mosaic = reference->mosaic;
  g_autofree uint32_t *community = g_new(uint32_t, mosaic->count + 1);
  MusterPartition *partition = NULL;
  g_autofree MusterPolygons *areas = g_new(MusterPolygons, count + 1);
  for (uint32_t i = 0; i < count; i++) areas[i] = mi_shape_polygons(&reference->plan.communities[i].shape);
  partition = muster_partition_new(areas, count);
  for (uint32_t i = 0; i < mosaic->count; i++)
    community[i] = muster_partition_locate(partition, mi_plane_position(&reference->plane, mosaic->at[i]));
  muster_partition_unref(partition);
  for (uint32_t face = 0; face < mosaic->count; face++)
    for (uint32_t i = mosaic->first[face]; i < mosaic->first[face + 1]; i++) {
      uint32_t a = community[face], b = community[mosaic->borders[i].face];
      if (a >= b || b >= count || done[a * count + b]) continue;
      done[a * count + b] = true;
      if (country->village_node[a] != MUSTER_NONE && country->village_node[b] != MUSTER_NONE)
        join_neighbours(country, a, b);
    }
}

/* ---- what the roads are for ---- */

/* A road on the way of many villages to their seat is a better one. */
static uint8_t class_by_villages(uint32_t villages) {
  if (villages >= 7) return MUSTER_ROAD_SECONDARY;
  return villages >= 2 ? MUSTER_ROAD_TERTIARY : MUSTER_ROAD_UNCLASSIFIED;
}

static void rank_roads(countryside *country) {
  const mi_facts *facts = country->reference->facts;
  mi_lattice *lattice = country->lattice;
  g_autofree uint32_t *villages = g_new0(uint32_t, lattice->count + 1);
  for (uint32_t township = 0; township < facts->township_count; township++) {
    g_autoptr(GArray) passed = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    mi_lattice_search(lattice, MI_LATTICE_TOWN + township, MUSTER_NONE, UINT32_MAX - 1, true);
    for (uint32_t i = 0; i < facts->community_count; i++) {
      uint32_t node = country->village_node[i];
      if (node == MUSTER_NONE || facts->communities[i].township != township || lattice->cost[node] == UINT32_MAX)
        continue;
      for (; node != MUSTER_NONE; node = lattice->from[node])
        if (villages[node]++ == 0) g_array_append_val(passed, node);
    }
    for (guint i = 0; i < passed->len; i++) {
      uint32_t node = g_array_index(passed, uint32_t, i);
      mi_lattice_upgrade(lattice, node, class_by_villages(villages[node]));
      villages[node] = 0;
    }
  }
}

/* ---- hamlets ---- */

static uint8_t draw_hamlet_class(mi_random *random) {
  uint32_t draw = mi_random_below(random, 100);
  if (draw < 55) return MUSTER_ROAD_UNCLASSIFIED;
  return draw < 90 ? MUSTER_ROAD_TRACK : MUSTER_ROAD_PATH;
}

/* Low ground, off the other hamlets, not too far from the village. */
static uint32_t choose_hamlet(countryside *country, const uint32_t *nodes, uint32_t count, uint32_t village,
                              guint first_hamlet) {
  enum { CANDIDATES = 14 };
  const mi_lattice *lattice = country->lattice;
  uint32_t best = MUSTER_NONE;
  double best_score = -INFINITY;
  for (int k = 0; k < CANDIDATES; k++) {
    uint32_t node = nodes[mi_random_below(&country->random, count)];
    double from_village_m = mi_spot_distance(lattice->at[node], lattice->at[village]), room_m = from_village_m;
    for (guint i = first_hamlet; i < country->hamlets->len; i++) {
      uint32_t other = g_array_index(country->hamlets, settlement, i).node;
      room_m = fmin(room_m, mi_spot_distance(lattice->at[node], lattice->at[other]));
    }
    double score = fmin(room_m, 550) - 1.1 * (double)lattice->height_m[node] - 0.12 * from_village_m;
    if (score <= best_score) continue;
    best_score = score;
    best = node;
  }
  return best;
}

static void settle_community(countryside *country, uint32_t community, const uint32_t *nodes, uint32_t count) {
  uint32_t residents = country->reference->plan.communities[community].residents;
  uint32_t village = country->village_node[community];
  guint first = country->hamlets->len;
  settlement centre = {village, 5 + residents / 350};
  g_array_append_val(country->hamlets, centre);
  uint32_t hamlets = CLAMP(residents / 110, 4u, 14u);
  for (uint32_t i = 0; i < hamlets; i++) {
    settlement hamlet = {choose_hamlet(country, nodes, count, village, first),
                         2 + mi_random_below(&country->random, 3)};
    if (country->lattice->used[hamlet.node]) hamlet.lanes++;
    join_roads(country, hamlet.node, draw_hamlet_class(&country->random));
    g_array_append_val(country->hamlets, hamlet);
  }
}

static void lay_hamlets(countryside *country) {
  const mi_reference *reference = country->reference;
  mi_lattice *lattice = country->lattice;
  uint32_t communities = reference->facts->community_count;
  mi_random_init(&country->random, reference->seed, STREAM_HAMLETS);
  g_autofree uint32_t *first = g_new0(uint32_t, communities + 2);
  g_autofree uint32_t *nodes = g_new(uint32_t, lattice->count + 1);
  for (uint32_t i = 0; i < lattice->count; i++)
    if (country->community_of[i] != MUSTER_NONE) first[country->community_of[i] + 2]++;
  for (uint32_t i = 2; i < communities + 2; i++) first[i] += first[i - 1];
  for (uint32_t i = 0; i < lattice->count; i++)
    if (country->community_of[i] != MUSTER_NONE) nodes[first[country->community_of[i] + 1]++] = i;
  for (uint32_t i = 0; i < communities; i++)
    if (country->village_node[i] != MUSTER_NONE && first[i + 1] > first[i])
      settle_community(country, i, nodes + first[i], first[i + 1] - first[i]);
}

/* ---- lanes ---- */

static mi_spot draw_direction(mi_random *random) {
  for (;;) {
    mi_spot at = {2 * mi_random_unit(random) - 1, 2 * mi_random_unit(random) - 1};
    double length = sqrt(at.x * at.x + at.y * at.y);
    if (length > 0.1 && length <= 1) return (mi_spot){at.x / length, at.y / length};
  }
}

static mi_spot turned(mi_spot direction, double cosine, double sine) {
  return (mi_spot){direction.x * cosine - direction.y * sine, direction.x * sine + direction.y * cosine};
}

static uint8_t draw_lane_class(mi_random *random) {
  uint32_t draw = mi_random_below(random, 100);
  if (draw < 60) return MUSTER_ROAD_RESIDENTIAL;
  if (draw < 85) return MUSTER_ROAD_SERVICE;
  if (draw < 96) return MUSTER_ROAD_FOOTWAY;
  return MUSTER_ROAD_STEPS;
}

/* A lane that winds away from the node until it would cross another road; side lanes branch off. */
static void draw_lane(countryside *country, uint32_t node, mi_spot direction, bool branches) {
  mi_sketch *sketch = country->reference->sketch;
  mi_random *random = &country->random;
  uint8_t road_class = draw_lane_class(random);
  uint32_t steps = 1 + mi_random_below(random, road_class == MUSTER_ROAD_STEPS ? 1 : 4);
  for (uint32_t i = 0; i < steps; i++) {
    double bend = 0.5 * (mi_random_unit(random) - 0.5), length_m = 32 + 30 * mi_random_unit(random);
    direction = turned(direction, sqrt(1 - bend * bend), bend);
    mi_spot from = mi_sketch_spot(sketch, node);
    mi_spot to = {from.x + length_m * direction.x, from.y + length_m * direction.y};
    mi_spot beyond = {from.x + 1.4 * length_m * direction.x, from.y + 1.4 * length_m * direction.y};
    MusterPosition position = mi_plane_position(&country->reference->plane, beyond);
    MusterPolygons county = mi_shape_polygons(&country->reference->plan.county.shape);
    if (mi_sketch_crosses(sketch, node, beyond) || !muster_polygons_contain(&county, position)) return;
    uint32_t next = mi_sketch_add_node(sketch, to, true);
    mi_sketch_add_edge(
        sketch, (mi_sketch_edge){
                    .a = node, .b = next, .road_class = road_class, .surface = MUSTER_SURFACE_PAVED, .bends = true});
    if (branches && mi_random_below(random, 100) < 40)
      draw_lane(country, next, turned(direction, 0, mi_random_u64(random) & 1 ? 1 : -1), false);
    node = next;
  }
}

static void draw_lanes(countryside *country, const uint32_t *node_of) {
  const double golden_cos = -0.737369, golden_sin = 0.675490; /* 137.5°: never twice the same way */
  mi_random_init(&country->random, country->reference->seed, STREAM_LANES);
  for (guint i = 0; i < country->hamlets->len; i++) {
    const settlement *hamlet = &g_array_index(country->hamlets, settlement, i);
    mi_spot direction = draw_direction(&country->random);
    if (node_of[hamlet->node] == MUSTER_NONE) continue;
    for (uint32_t k = 0; k < hamlet->lanes; k++, direction = turned(direction, golden_cos, golden_sin))
      draw_lane(country, node_of[hamlet->node], direction, true);
  }
}

/* ---- all of it ---- */

static void locate_nodes(countryside *country) {
  const mi_reference *reference = country->reference;
  const mi_lattice *lattice = country->lattice;
  uint32_t count = reference->facts->community_count;
  g_autofree MusterPolygons *areas = g_new(MusterPolygons, count + 1);
  for (uint32_t i = 0; i < count; i++) areas[i] = mi_shape_polygons(&reference->plan.communities[i].shape);
  MusterPartition *partition = muster_partition_new(areas, count);
  country->community_of = g_new(uint32_t, lattice->count + 1);
  for (uint32_t i = 0; i < lattice->count; i++)
    country->community_of[i] =
        lattice->open[i] ? muster_partition_locate(partition, mi_plane_position(&reference->plane, lattice->at[i]))
                         : MUSTER_NONE;
  muster_partition_unref(partition);
  country->village_node = g_new(uint32_t, count + 1);
  for (uint32_t i = 0; i < count; i++)
    country->village_node[i] =
        reference->facts->communities[i].urban ? MUSTER_NONE : mi_lattice_nearest(lattice, reference->community_at[i]);
}

static void set_surfaces(mi_sketch *sketch) {
  for (guint i = 0; i < sketch->edges->len; i++) {
    mi_sketch_edge *edge = &g_array_index(sketch->edges, mi_sketch_edge, i);
    if (edge->surface != MUSTER_SURFACE_UNKNOWN) continue;
    edge->surface = MUSTER_SURFACE_PAVED;
    if (edge->road_class == MUSTER_ROAD_TRACK) edge->surface = MUSTER_SURFACE_COMPACTED;
    if (edge->road_class == MUSTER_ROAD_PATH) edge->surface = MUSTER_SURFACE_UNPAVED;
  }
}

void mi_reference_roads(mi_reference *reference) {
  enum { SMOOTHING = 2 };
  countryside country = {.reference = reference, .lattice = reference->lattice};
  country.hamlets = g_array_new(FALSE, FALSE, sizeof(settlement));
  locate_nodes(&country);
  lay_main_roads(&country);
  lay_village_roads(&country);
  lay_neighbour_roads(&country);
  rank_roads(&country);
  lay_hamlets(&country);
  g_autofree uint32_t *node_of = g_new(uint32_t, reference->lattice->count + 1);
  mi_lattice_draw(reference->lattice, reference->sketch, node_of);
  mi_sketch_smooth(reference->sketch, SMOOTHING);
  draw_lanes(&country, node_of);
  mi_sketch_demote_cut_off(reference->sketch);
  set_surfaces(reference->sketch);
  reference->plan.roads = mi_sketch_to_roads(reference->sketch, &reference->plane);
  g_array_unref(country.hamlets);
  g_free(country.village_node);
  g_free(country.community_of);
}
