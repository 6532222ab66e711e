/* Where the reference county's towns and villages stand; see reference.h.
 *
 * Villages: best-candidate sampling (Mitchell, SIGGRAPH 1991) on valley ground, denser about the seats, evened out by
 * Lloyd's rule. Which village belongs to which township is the assignment of least total squared distance that gives
 * each township its number of villages; it makes townships the cells of a power diagram (Aurenhammer, Hoffmann, Aronov,
 * Algorithmica 1998).
 */
#include <stdlib.h>
#include <string.h>

#include "county/generate_halve.h"
#include "county/generate_streets.h"
#include "county/reference.h"

enum { STREAM_TOWNS = 1, STREAM_VILLAGES = 2 };

static const char *const MAIN_STREETS[] = {"来凤大道", "凤翔大道", "解放路", "和平路", "人民路", "建设路",
                                           "文化路",   "滨河路",   "新华路", "民族路", "武陵路", "迎宾路",
                                           "土家路",   "团结路",   "建国路", "桂花路", NULL};

/* ---- towns ---- */

typedef struct town_ground {
  const mi_reference *reference;
  const mi_reference_town *town;
} town_ground;

/* An uneven outline about the centre, inside the county. */
static bool is_town_ground(mi_spot at, void *user_data) {
  const town_ground *ground = user_data;
  double size_m = ground->town->radius_m;
  double reach_m = size_m * (0.72 + 0.4 * mi_terrain_noise(ground->reference->seed + 7, at, 0.45 * size_m));
  return mi_spot_distance2(at, ground->town->centre) < reach_m * reach_m &&
         mi_lattice_is_open(ground->reference->lattice, at);
}

/* The seat, moved as little as needed for most of the town to lie inside the county. */
static mi_spot town_centre(const mi_reference *reference, mi_spot seat, double radius_m) {
  const mi_lattice *lattice = reference->lattice;
  mi_spot best = seat;
  double best_cost = INFINITY;
  for (int dx = -8; dx <= 8; dx++)
    for (int dy = -8; dy <= 8; dy++) {
      mi_spot at = {seat.x + dx * radius_m / 8, seat.y + dy * radius_m / 8};
      double cost = mi_spot_distance(at, seat) / radius_m;
      for (int k = 0; k < 16; k++) {
        static const double RIM[16][2] = {
            {1, 0},  {.92, .38},   {.71, .71},   {.38, .92},   {0, 1},  {-.38, .92}, {-.71, .71}, {-.92, .38},
            {-1, 0}, {-.92, -.38}, {-.71, -.71}, {-.38, -.92}, {0, -1}, {.38, -.92}, {.71, -.71}, {.92, -.38}};
        mi_spot rim = {at.x + 0.85 * radius_m * RIM[k][0], at.y + 0.85 * radius_m * RIM[k][1]};
        if (!mi_lattice_is_open(lattice, rim)) cost += 0.5;
      }
      if (cost >= best_cost) continue;
      best_cost = cost;
      best = at;
    }
  return best;
}

static uint32_t community_count_of(const mi_facts *facts, uint32_t township) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < facts->community_count; i++) count += facts->communities[i].township == township;
  return count;
}

void mi_reference_towns(mi_reference *reference) {
  const mi_facts *facts = reference->facts;
  mi_random random;
  mi_random_init(&random, reference->seed, STREAM_TOWNS);
  reference->towns = g_new0(mi_reference_town, facts->township_count);
  for (uint32_t i = 0; i < facts->township_count; i++) {
    mi_reference_town *town = &reference->towns[i];
    bool county_town = i == reference->county_town;
    town->radius_m = county_town ? 1950 : 300 + 5 * MIN(community_count_of(facts, i), 40u);
    town->centre = town_centre(reference, reference->basins[i].at, town->radius_m);
    town->first_node = reference->sketch->nodes->len;
    town->first_block = reference->blocks->len;
    double x = 0.55 + 0.45 * mi_random_unit(&random);
    double y = sqrt(1 - x * x) * (mi_random_u64(&random) & 1 ? 1 : -1);
    town_ground ground = {reference, town};
    mi_streets_plan plan = {.centre = town->centre,
                            .radius_m = town->radius_m,
                            .block_min_m = county_town ? 85 : 70,
                            .block_max_m = county_town ? 145 : 110,
                            .turn_cos = x,
                            .turn_sin = y,
                            .main_every = county_town ? 4 : 3,
                            .walking_streets = county_town,
                            .main_names = county_town ? MAIN_STREETS : NULL,
                            .inside = is_town_ground,
                            .user_data = &ground,
                            .seed = mi_mix64(reference->seed, i, STREAM_TOWNS)};
    mi_streets_draw(reference->sketch, &plan, reference->blocks);
    town->turn = (mi_spot){x, y};
    town->end_node = reference->sketch->nodes->len;
    town->end_block = reference->blocks->len;
  }
  for (uint32_t i = 0; i < facts->township_count; i++)
    mi_lattice_block_town(reference->lattice, reference->sketch, reference->towns[i].first_node,
                          reference->towns[i].end_node, i, 120);
}

/* ---- villages ---- */

static uint32_t *list_open(const mi_lattice *lattice, uint32_t *count) {
  uint32_t *nodes = g_new(uint32_t, lattice->count + 1);
  *count = 0;
  for (uint32_t i = 0; i < lattice->count; i++)
    if (lattice->open[i]) nodes[(*count)++] = i;
  return nodes;
}

/* How far apart villages want to be here, against the county's mean: closer on low ground and about the seats. */
static double spacing(const mi_reference *reference, mi_spot at, double height_m) {
  double nearest_m = INFINITY;
  for (uint32_t i = 0; i < reference->facts->township_count; i++) {
    double far_m = mi_spot_distance(at, reference->towns[i].centre) - reference->towns[i].radius_m;
    nearest_m = fmin(nearest_m, fmax(far_m, 0));
  }
  return 0.7 + 0.35 * fmin(nearest_m / 6000, 1) + 0.35 * fmin(height_m / 450, 1);
}

/* Distance to the nearest place taken: villages placed before and the rims of towns. */
static double room_m(const mi_reference *reference, const mi_spot *placed, uint32_t count, mi_spot at) {
  double room2 = INFINITY;
  for (uint32_t i = 0; i < count; i++) room2 = fmin(room2, mi_spot_distance2(at, placed[i]));
  double nearest_m = sqrt(room2);
  for (uint32_t i = 0; i < reference->facts->township_count; i++)
    nearest_m = fmin(nearest_m, mi_spot_distance(at, reference->towns[i].centre) - 0.6 * reference->towns[i].radius_m);
  return nearest_m;
}

static void sample_villages(const mi_reference *reference, mi_random *random, const uint32_t *open, uint32_t open_count,
                            mi_spot *places, uint32_t count) {
  enum { CANDIDATES = 70 };
  const mi_lattice *lattice = reference->lattice;
  for (uint32_t i = 0; i < count; i++) {
    double best = -INFINITY;
    for (int k = 0; k < CANDIDATES; k++) {
      uint32_t node = open[mi_random_below(random, open_count)];
      double room = room_m(reference, places, i, lattice->at[node]) /
                    spacing(reference, lattice->at[node], lattice->height_m[node]);
      if (room <= best) continue;
      best = room;
      places[i] = lattice->at[node];
    }
  }
}

static uint32_t nearest_place(const mi_spot *places, uint32_t count, mi_spot at) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < count; i++)
    if (mi_spot_distance2(places[i], at) < mi_spot_distance2(places[best], at)) best = i;
  return best;
}

/* One step of Lloyd's rule, by half: towards the weighted middle of the ground that is nearest. */
static void even_out(const mi_reference *reference, const uint32_t *open, uint32_t open_count, mi_spot *places,
                     uint32_t count) {
  const mi_lattice *lattice = reference->lattice;
  g_autofree mi_spot *sum = g_new0(mi_spot, count);
  g_autofree double *weight = g_new0(double, count);
  for (uint32_t i = 0; i < open_count; i += 3) {
    mi_spot at = lattice->at[open[i]];
    uint32_t place = nearest_place(places, count, at);
    double share = 1 / (100 + (double)lattice->height_m[open[i]]);
    sum[place] = (mi_spot){sum[place].x + share * at.x, sum[place].y + share * at.y};
    weight[place] += share;
  }
  for (uint32_t i = 0; i < count; i++)
    if (weight[i] > 0)
      places[i] = mi_spot_between(places[i], (mi_spot){sum[i].x / weight[i], sum[i].y / weight[i]}, 0.5);
}

/* Down to the lowest open ground nearby, where houses stand. */
static void settle_down(const mi_reference *reference, const uint32_t *open, uint32_t open_count, mi_spot *place) {
  const double reach_m = 600;
  const mi_lattice *lattice = reference->lattice;
  uint32_t best = MUSTER_NONE;
  for (uint32_t i = 0; i < open_count; i++)
    if (mi_spot_distance2(lattice->at[open[i]], *place) < reach_m * reach_m &&
        (best == MUSTER_NONE || lattice->height_m[open[i]] < lattice->height_m[best]))
      best = open[i];
  if (best == MUSTER_NONE) best = mi_lattice_nearest(lattice, *place);
  if (best != MUSTER_NONE) *place = lattice->at[best];
}

/* ---- which township ---- */

typedef struct township_choice {
  uint32_t villages, townships;
  double *cost;       /* [village × townships + township], km */
  uint32_t *township; /* of each village */
  uint32_t *wanted, *have;
} township_choice;

/* The village cheapest to move from one township to another, and what it costs; MUSTER_NONE if there is none. */
static uint32_t cheapest_move(const township_choice *membership, uint32_t from, uint32_t to, double *cost) {
  uint32_t best = MUSTER_NONE;
  for (uint32_t i = 0; i < membership->villages; i++) {
    if (membership->township[i] != from) continue;
    const double *row = membership->cost + (size_t)i * membership->townships;
    if (best != MUSTER_NONE && row[to] - row[from] >= *cost) continue;
    *cost = row[to] - row[from];
    best = i;
  }
  return best;
}

/* Moves one village along the cheapest chain of townships from one that has too many to one that lacks some (the
 * successive shortest path method of transport problems; Bellman and Ford's rule finds the chain). */
static void move_one(township_choice *membership) {
  uint32_t count = membership->townships;
  g_autofree double *cost = g_new(double, count);
  g_autofree uint32_t *before = g_new(uint32_t, count), *mover = g_new(uint32_t, count);
  for (uint32_t i = 0; i < count; i++) {
    cost[i] = membership->have[i] > membership->wanted[i] ? 0 : INFINITY;
    before[i] = MUSTER_NONE;
  }
  for (uint32_t round = 0; round < count; round++)
    for (uint32_t from = 0; from < count; from++)
      for (uint32_t to = 0; to < count; to++) {
        double step = 0;
        if (from == to || isinf(cost[from])) continue;
        uint32_t village = cheapest_move(membership, from, to, &step);
        if (village == MUSTER_NONE || cost[from] + step >= cost[to] - 1e-9) continue;
        cost[to] = cost[from] + step;
        before[to] = from;
        mover[to] = village;
      }
  uint32_t end = MUSTER_NONE;
  for (uint32_t i = 0; i < count; i++)
    if (membership->have[i] < membership->wanted[i] && (end == MUSTER_NONE || cost[i] < cost[end])) end = i;
  membership->have[end]++;
  for (; before[end] != MUSTER_NONE; end = before[end]) membership->township[mover[end]] = end;
  membership->have[end]--;
}

static bool is_balanced(const township_choice *membership) {
  for (uint32_t i = 0; i < membership->townships; i++)
    if (membership->have[i] != membership->wanted[i]) return false;
  return true;
}

static void choose_townships(const mi_reference *reference, const mi_spot *places, uint32_t count,
                             const uint32_t *wanted, uint32_t *township) {
  uint32_t townships = reference->facts->township_count;
  g_autofree double *cost = g_new(double, (size_t)count *townships + 1);
  g_autofree uint32_t *have = g_new0(uint32_t, townships);
  g_autofree uint32_t *want = g_memdup2(wanted, townships * sizeof *wanted);
  township_choice membership = {count, townships, cost, township, want, have};
  for (uint32_t i = 0; i < count; i++) {
    double *row = cost + (size_t)i * townships;
    township[i] = 0;
    for (uint32_t k = 0; k < townships; k++) {
      row[k] = mi_spot_distance(places[i], reference->towns[k].centre) / 1000;
      if (row[k] < row[township[i]]) township[i] = k;
    }
    have[township[i]]++;
  }
  while (!is_balanced(&membership)) move_one(&membership);
}

/* ---- communities ---- */

typedef struct numbered_place {
  mi_spot at;
  uint32_t township;
} numbered_place;

/* By township, then from north to south: codes in a row are then neighbours, as numbering usually runs. */
static int compare_places(const void *left, const void *right) {
  const numbered_place *a = left, *b = right;
  if (a->township != b->township) return a->township < b->township ? -1 : 1;
  return (a->at.y < b->at.y) - (a->at.y > b->at.y);
}

/* The county town's blocks are split among its communities and their grids. */
static void split_town(mi_reference *reference) {
  const mi_reference_town *town = &reference->towns[reference->county_town];
  const mi_facts *facts = reference->facts;
  uint32_t count = town->end_block - town->first_block, communities = 0, grids_before = 0;
  /* Seen along the main streets, so that grids follow them. */
  g_autofree mi_spot *blocks = g_new(mi_spot, count + 1);
  for (uint32_t i = 0; i < count; i++) {
    mi_spot at = g_array_index(reference->blocks, mi_spot, town->first_block + i);
    blocks[i] = (mi_spot){at.x * town->turn.x + at.y * town->turn.y, at.y * town->turn.x - at.x * town->turn.y};
  }
  g_autofree uint32_t *members = g_new(uint32_t, facts->community_count), *community = g_new(uint32_t, count + 1);
  for (uint32_t i = 0; i < facts->community_count; i++)
    if (mi_reference_in_town(reference, i)) members[communities++] = i;
  mi_halve(blocks, NULL, count, communities, community);
  reference->block_grid = g_new(uint32_t, count + 1);
  reference->block_community = g_new(uint32_t, count + 1);
  for (uint32_t c = 0; c < communities; c++) {
    g_autofree mi_spot *own = g_new(mi_spot, count + 1);
    g_autofree uint32_t *place = g_new(uint32_t, count + 1), *grid = g_new(uint32_t, count + 1);
    uint32_t own_count = 0;
    mi_spot sum = {0, 0};
    for (uint32_t i = 0; i < count; i++)
      if (community[i] == c) {
        sum = (mi_spot){sum.x + blocks[i].x, sum.y + blocks[i].y};
        place[own_count] = i;
        own[own_count++] = blocks[i];
      }
    uint32_t grids = MI_REFERENCE_TOWN_GRIDS * (c + 1) / communities - MI_REFERENCE_TOWN_GRIDS * c / communities;
    mi_halve(own, NULL, own_count, grids, grid);
    for (uint32_t i = 0; i < own_count; i++) {
      reference->block_grid[place[i]] = grids_before + grid[i];
      reference->block_community[place[i]] = members[c];
    }
    sum = (mi_spot){sum.x / own_count, sum.y / own_count};
    reference->community_at[members[c]] =
        (mi_spot){sum.x * town->turn.x - sum.y * town->turn.y, sum.x * town->turn.y + sum.y * town->turn.x};
    grids_before += grids;
  }
}

void mi_reference_villages(mi_reference *reference) {
  enum { ROUNDS = 4 };
  const mi_facts *facts = reference->facts;
  mi_random random;
  mi_random_init(&random, reference->seed, STREAM_VILLAGES);
  g_autofree uint32_t *wanted = g_new0(uint32_t, facts->township_count);
  uint32_t villages = 0, open_count;
  for (uint32_t i = 0; i < facts->community_count; i++)
    if (!facts->communities[i].urban) {
      wanted[facts->communities[i].township]++;
      villages++;
    }
  g_autofree uint32_t *open = list_open(reference->lattice, &open_count);
  g_autofree mi_spot *places = g_new(mi_spot, villages + 1);
  g_autofree uint32_t *township = g_new(uint32_t, villages + 1);
  sample_villages(reference, &random, open, open_count, places, villages);
  for (int i = 0; i < ROUNDS; i++) even_out(reference, open, open_count, places, villages);
  for (uint32_t i = 0; i < villages; i++) settle_down(reference, open, open_count, &places[i]);
  choose_townships(reference, places, villages, wanted, township);

  g_autofree numbered_place *rows = g_new(numbered_place, villages + 1);
  for (uint32_t i = 0; i < villages; i++) rows[i] = (numbered_place){places[i], township[i]};
  qsort(rows, villages, sizeof *rows, compare_places);
  reference->community_at = g_new0(mi_spot, facts->community_count);
  uint32_t next = 0;
  for (uint32_t i = 0; i < facts->community_count; i++) {
    const mi_fact_community *fact = &facts->communities[i];
    reference->community_at[i] = fact->urban ? reference->towns[fact->township].centre : rows[next++].at;
  }
  split_town(reference);
}
