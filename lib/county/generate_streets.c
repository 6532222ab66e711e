/* Streets of a town; see generate_streets.h.
 *
 * A grid of crossings with irregular widths is warped by smooth noise; only crossings at a whole block stay. Some minor
 * streets are left out, but never one of a spanning tree, so every crossing stays connected.
 */
#include "county/generate_streets.h"

#include "base/random.h"
#include "county/generate_terrain.h"

typedef struct street_net {
  const mi_streets_plan *plan;
  mi_sketch *sketch;
  mi_random random;
  uint32_t lines[2];  /* streets of each family */
  double *offset[2];  /* of each street from the centre, metres */
  mi_spot *crossings; /* [i × lines[1] + j] */
  bool *whole;        /* the block with this crossing at its low corner is the town's */
  uint32_t *node;     /* of each crossing, in the sketch */
  uint32_t *root;     /* of each crossing: union-find */
} street_net;

static uint32_t crossing_index(const street_net *streets, uint32_t i, uint32_t j) { return i * streets->lines[1] + j; }

static void lay_offsets(street_net *streets, int family) {
  const mi_streets_plan *plan = streets->plan;
  g_autoptr(GArray) offsets = g_array_new(FALSE, FALSE, sizeof(double));
  for (double at = -plan->radius_m; at <= plan->radius_m;
       at += plan->block_min_m + (plan->block_max_m - plan->block_min_m) * mi_random_unit(&streets->random))
    g_array_append_val(offsets, at);
  streets->lines[family] = offsets->len;
  streets->offset[family] = (double *)(void *)g_array_free(g_steal_pointer(&offsets), FALSE);
}

static void lay_crossings(street_net *streets) {
  const mi_streets_plan *plan = streets->plan;
  const double bend_m = 0.5 * plan->block_min_m, bend_size_m = 6 * plan->block_max_m;
  for (uint32_t i = 0; i < streets->lines[0]; i++)
    for (uint32_t j = 0; j < streets->lines[1]; j++) {
      double u = streets->offset[0][i], v = streets->offset[1][j];
      mi_spot at = {plan->centre.x + u * plan->turn_cos - v * plan->turn_sin,
                    plan->centre.y + u * plan->turn_sin + v * plan->turn_cos};
      at.x += bend_m * (2 * mi_terrain_noise(plan->seed, at, bend_size_m) - 1) +
              8 * (mi_random_unit(&streets->random) - 0.5);
      at.y += bend_m * (2 * mi_terrain_noise(plan->seed + 1, at, bend_size_m) - 1) +
              8 * (mi_random_unit(&streets->random) - 0.5);
      streets->crossings[crossing_index(streets, i, j)] = at;
    }
}

static bool belongs(const street_net *streets, mi_spot at) {
  const mi_streets_plan *plan = streets->plan;
  return mi_spot_distance2(at, plan->centre) <= plan->radius_m * plan->radius_m && plan->inside(at, plan->user_data);
}

static void choose_blocks(street_net *streets) {
  for (uint32_t i = 0; i + 1 < streets->lines[0]; i++)
    for (uint32_t j = 0; j + 1 < streets->lines[1]; j++) {
      uint32_t at = crossing_index(streets, i, j);
      uint32_t corners[4] = {at, at + 1, at + streets->lines[1], at + streets->lines[1] + 1};
      streets->whole[at] = true;
      for (int k = 0; k < 4; k++)
        streets->whole[at] = streets->whole[at] && belongs(streets, streets->crossings[corners[k]]);
    }
}

/* Only the blocks connected with the one nearest the centre, side by side, are the town. */
static void keep_one_town(street_net *streets) {
  uint32_t count = streets->lines[0] * streets->lines[1], start = MUSTER_NONE;
  for (uint32_t i = 0; i < count; i++)
    if (streets->whole[i] &&
        (start == MUSTER_NONE || mi_spot_distance2(streets->crossings[i], streets->plan->centre) <
                                     mi_spot_distance2(streets->crossings[start], streets->plan->centre)))
      start = i;
  g_autofree bool *kept = g_new0(bool, count + 1);
  g_autofree uint32_t *stack = g_new(uint32_t, 4 * (size_t)count + 1);
  uint32_t depth = 0;
  if (start != MUSTER_NONE) stack[depth++] = start;
  while (depth > 0) {
    uint32_t at = stack[--depth], i = at / streets->lines[1], j = at % streets->lines[1];
    if (kept[at] || !streets->whole[at]) continue;
    kept[at] = true;
    if (i > 0) stack[depth++] = at - streets->lines[1];
    if (j > 0) stack[depth++] = at - 1;
    if (i + 1 < streets->lines[0]) stack[depth++] = at + streets->lines[1];
    if (j + 1 < streets->lines[1]) stack[depth++] = at + 1;
  }
  for (uint32_t i = 0; i < count; i++) streets->whole[i] = kept[i];
}

static bool is_block(const street_net *streets, int64_t i, int64_t j) {
  return i >= 0 && j >= 0 && i < streets->lines[0] && j < streets->lines[1] &&
         streets->whole[crossing_index(streets, (uint32_t)i, (uint32_t)j)];
}

static uint32_t street_node(street_net *streets, uint32_t crossing) {
  if (streets->node[crossing] == MUSTER_NONE)
    streets->node[crossing] = mi_sketch_add_node(streets->sketch, streets->crossings[crossing], true);
  return streets->node[crossing];
}

static uint32_t find_root(street_net *streets, uint32_t crossing) {
  while (streets->root[crossing] != crossing) {
    streets->root[crossing] = streets->root[streets->root[crossing]];
    crossing = streets->root[crossing];
  }
  return crossing;
}

typedef struct street_piece {
  uint32_t from, to;
  uint8_t road_class;
  const char *name;
} street_piece;

static uint8_t piece_class(street_net *streets, bool is_main, mi_spot middle) {
  const mi_streets_plan *plan = streets->plan;
  double off_centre_m = mi_spot_distance(middle, plan->centre);
  if (plan->walking_streets && off_centre_m < 0.14 * plan->radius_m) return MUSTER_ROAD_PEDESTRIAN;
  if (is_main) return MUSTER_ROAD_TERTIARY;
  return mi_random_unit(&streets->random) < 0.12 ? MUSTER_ROAD_LIVING_STREET : MUSTER_ROAD_RESIDENTIAL;
}

static const char *main_name(const street_net *streets, int family, uint32_t line) {
  const mi_streets_plan *plan = streets->plan;
  size_t count = 0;
  while (plan->main_names && plan->main_names[count]) count++;
  if (count == 0) return NULL;
  uint32_t mains = streets->lines[0] / plan->main_every + 1;
  return g_intern_string(plan->main_names[(line / plan->main_every + (family ? mains : 0)) % count]);
}

/* Every piece of street beside a block of the town, one family after the other. */
static GArray *list_pieces(street_net *streets) {
  GArray *pieces = g_array_new(FALSE, FALSE, sizeof(street_piece));
  const uint32_t main_every = streets->plan->main_every;
  for (int family = 0; family < 2; family++)
    for (uint32_t i = 0; i < streets->lines[0]; i++)
      for (uint32_t j = 0; j < streets->lines[1]; j++) {
        bool beside = is_block(streets, i, j) ||
                      (family == 0 ? is_block(streets, (int64_t)i - 1, j) : is_block(streets, i, (int64_t)j - 1));
        if (!beside) continue;
        uint32_t from = crossing_index(streets, i, j), line = family == 0 ? i : j;
        uint32_t to = family == 0 ? from + 1 : from + streets->lines[1];
        bool is_main = line % main_every == main_every / 2;
        mi_spot middle = mi_spot_between(streets->crossings[from], streets->crossings[to], 0.5);
        street_piece piece = {from, to, piece_class(streets, is_main, middle),
                              is_main ? main_name(streets, family, line) : NULL};
        g_array_append_val(pieces, piece);
      }
  return pieces;
}

static void draw_piece(street_net *streets, const street_piece *piece) {
  mi_sketch_add_edge(streets->sketch, (mi_sketch_edge){.a = street_node(streets, piece->from),
                                                       .b = street_node(streets, piece->to),
                                                       .road_class = piece->road_class,
                                                       .surface = MUSTER_SURFACE_PAVED,
                                                       .name = piece->name});
}

/* Main streets and those that the tree needs are drawn; of the other pieces one in nine is left out. */
static void draw_pieces(street_net *streets) {
  g_autoptr(GArray) pieces = list_pieces(streets);
  g_autofree uint32_t *order = g_new(uint32_t, pieces->len + 1);
  for (guint i = 0; i < pieces->len; i++) order[i] = i;
  mi_random_shuffle_u32(&streets->random, order, pieces->len);
  for (guint i = 0; i < pieces->len; i++) {
    const street_piece *piece = &g_array_index(pieces, street_piece, order[i]);
    uint32_t a = find_root(streets, piece->from), b = find_root(streets, piece->to);
    bool needed = a != b || piece->road_class == MUSTER_ROAD_TERTIARY;
    streets->root[a] = b;
    if (needed || mi_random_unit(&streets->random) >= 1.0 / 9) draw_piece(streets, piece);
  }
}

/* A lane from corner to corner through the block's middle; one in five ends in steps. */
static void draw_lane(street_net *streets, uint32_t low, mi_spot middle) {
  uint32_t high = low + streets->lines[1] + 1;
  if (streets->node[low] == MUSTER_NONE || streets->node[high] == MUSTER_NONE) return;
  uint32_t node = mi_sketch_add_node(streets->sketch, middle, true);
  bool steps = mi_random_unit(&streets->random) < 0.2;
  mi_sketch_add_edge(
      streets->sketch,
      (mi_sketch_edge){
          .a = streets->node[low], .b = node, .road_class = MUSTER_ROAD_FOOTWAY, .surface = MUSTER_SURFACE_PAVED});
  mi_sketch_add_edge(streets->sketch, (mi_sketch_edge){.a = node,
                                                       .b = streets->node[high],
                                                       .road_class = steps ? MUSTER_ROAD_STEPS : MUSTER_ROAD_FOOTWAY,
                                                       .surface = MUSTER_SURFACE_PAVED});
}

static void take_blocks(street_net *streets, GArray *blocks) {
  for (uint32_t i = 0; i + 1 < streets->lines[0]; i++)
    for (uint32_t j = 0; j + 1 < streets->lines[1]; j++) {
      if (!is_block(streets, i, j)) continue;
      uint32_t low = crossing_index(streets, i, j);
      mi_spot a = mi_spot_between(streets->crossings[low], streets->crossings[low + 1], 0.5);
      mi_spot b = mi_spot_between(streets->crossings[low + streets->lines[1]],
                                  streets->crossings[low + streets->lines[1] + 1], 0.5);
      mi_spot middle = mi_spot_between(a, b, 0.5);
      g_array_append_val(blocks, middle);
      if (streets->plan->walking_streets && mi_random_unit(&streets->random) < 0.22) draw_lane(streets, low, middle);
    }
}

void mi_streets_draw(mi_sketch *sketch, const mi_streets_plan *plan, GArray *blocks) {
  street_net streets = {.plan = plan, .sketch = sketch};
  mi_random_init(&streets.random, plan->seed, 0);
  for (int family = 0; family < 2; family++) lay_offsets(&streets, family);
  uint32_t count = streets.lines[0] * streets.lines[1];
  streets.crossings = g_new(mi_spot, count + 1);
  streets.whole = g_new0(bool, count + 1);
  streets.node = g_new(uint32_t, count + 1);
  streets.root = g_new(uint32_t, count + 1);
  for (uint32_t i = 0; i < count; i++) {
    streets.node[i] = MUSTER_NONE;
    streets.root[i] = i;
  }
  lay_crossings(&streets);
  choose_blocks(&streets);
  keep_one_town(&streets);
  draw_pieces(&streets);
  take_blocks(&streets, blocks);
  for (int family = 0; family < 2; family++) g_free(streets.offset[family]);
  g_free(streets.crossings);
  g_free(streets.whole);
  g_free(streets.node);
  g_free(streets.root);
}
