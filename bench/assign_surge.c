/* A surge for the assignment's benchmarks; see assign_surge.h. Positions are metres on a plane. */
#include "assign_surge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"

enum { SEED = 1310, VILLAGES = 185, CLUSTERS = 48, HOUR_MS = 3600000, CELL_M = 400 };
static const double WIDTH_M = 40000, HEIGHT_M = 34000;
static const double VILLAGE_SPREAD_M = 900, CLUSTER_SPREAD_M = 5000, HOME_SPREAD_M = 500;
static const double WALKING_M_PER_MS = 1.4 / 1000;

typedef struct point {
  double x, y;
} point;

typedef struct grid {
  uint32_t side_x, side_y;
  uint32_t *first;   /* of each cell, and the end of the last */
  uint32_t *members; /* volunteers by cell */
  const point *points;
} grid;

typedef struct neighbour {
  double distance_m;
  uint32_t volunteer;
} neighbour;

static point inside(double x, double y) { return (point){CLAMP(x, 0, WIDTH_M - 1), CLAMP(y, 0, HEIGHT_M - 1)}; }

static point scatter(mi_random *random, point centre, double spread_m) {
  double x = mi_random_normal(random, centre.x, spread_m), y = mi_random_normal(random, centre.y, spread_m);
  return inside(x, y);
}

/* Which of these weights a number in [0, sum) falls into. */
static uint32_t draw(mi_random *random, const double *weights, uint32_t count) {
  double sum = 0;
  for (uint32_t i = 0; i < count; i++) sum += weights[i];
  double left = mi_random_unit(random) * sum;
  uint32_t i = 0;
  while (i + 1 < count && left >= weights[i]) left -= weights[i++];
  return i;
}

static point *place_volunteers(mi_random *random, uint32_t count) {
  point centres[VILLAGES];
  double weights[VILLAGES];
  for (int i = 0; i < VILLAGES; i++) {
    centres[i] = inside(mi_random_unit(random) * WIDTH_M, mi_random_unit(random) * HEIGHT_M);
    weights[i] = mi_random_lognormal(random, 1, 0.5);
  }
  point *points = g_new(point, count);
  for (uint32_t i = 0; i < count; i++)
    points[i] = scatter(random, centres[draw(random, weights, VILLAGES)], VILLAGE_SPREAD_M);
  return points;
}

/* The front crosses the county from west to east in two bends. */
static point front_at(double share) { return inside(share * WIDTH_M, HEIGHT_M * (0.5 + 0.3 * sin(share * 4 * G_PI))); }

static point *place_along_front(mi_random *random, uint32_t count) {
  point centres[CLUSTERS];
  double weights[CLUSTERS], spreads_m[CLUSTERS];
  for (int i = 0; i < CLUSTERS; i++) {
    centres[i] = front_at(mi_random_unit(random));
    weights[i] = mi_random_gamma(random, 1, 0.6);
    spreads_m[i] = mi_random_gamma(random, CLUSTER_SPREAD_M, CLUSTER_SPREAD_M / 3);
  }
  point *points = g_new(point, count);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t cluster = draw(random, weights, CLUSTERS);
    points[i] = scatter(random, centres[cluster], spreads_m[cluster]);
  }
  return points;
}

static point *place_near_homes(mi_random *random, uint32_t count, const point *homes, uint32_t home_count) {
  point *points = g_new(point, count);
  for (uint32_t i = 0; i < count; i++)
    points[i] = scatter(random, homes[mi_random_below(random, home_count)], HOME_SPREAD_M);
  return points;
}

/* ---- numbering ---- */

static uint64_t spread_bits(uint32_t value) {
  uint64_t bits = value;
  bits = (bits | bits << 16) & 0x0000ffff0000ffffu;
  bits = (bits | bits << 8) & 0x00ff00ff00ff00ffu;
  bits = (bits | bits << 4) & 0x0f0f0f0f0f0f0f0fu;
  bits = (bits | bits << 2) & 0x3333333333333333u;
  return (bits | bits << 1) & 0x5555555555555555u;
}

static int compare_morton(const void *a, const void *b) {
  const point *p = a, *q = b;
  uint64_t x = spread_bits((uint32_t)p->x) | spread_bits((uint32_t)p->y) << 1;
  uint64_t y = spread_bits((uint32_t)q->x) | spread_bits((uint32_t)q->y) << 1;
  return (x > y) - (x < y);
}

/* ---- nearest volunteers ---- */

static uint32_t cell_of(const grid *g, point p) {
  return (uint32_t)(p.y / CELL_M) * g->side_x + (uint32_t)(p.x / CELL_M);
}

static grid make_grid(const point *points, uint32_t count) {
  grid g = {.side_x = (uint32_t)(WIDTH_M / CELL_M) + 1, .side_y = (uint32_t)(HEIGHT_M / CELL_M) + 1, .points = points};
  uint32_t cells = g.side_x * g.side_y;
  g.first = g_new0(uint32_t, cells + 1);
  g.members = g_new(uint32_t, count);
  for (uint32_t i = 0; i < count; i++) g.first[cell_of(&g, points[i])]++;
  for (uint32_t cell = 0, end = 0; cell <= cells; cell++) end = g.first[cell] += end;
  for (uint32_t i = count; i-- > 0;) g.members[--g.first[cell_of(&g, points[i])]] = i;
  return g;
}

static void gather(const grid *g, GArray *found, int x, int y, point centre) {
  if (x < 0 || y < 0 || x >= (int)g->side_x || y >= (int)g->side_y) return;
  uint32_t cell = (uint32_t)y * g->side_x + (uint32_t)x;
  for (uint32_t i = g->first[cell]; i < g->first[cell + 1]; i++) {
    point p = g->points[g->members[i]];
    neighbour n = {hypot(p.x - centre.x, p.y - centre.y), g->members[i]};
    g_array_append_val(found, n);
  }
}

static int compare_neighbours(const void *a, const void *b) {
  const neighbour *m = a, *n = b;
  if (m->distance_m != n->distance_m) return m->distance_m < n->distance_m ? -1 : 1;
  return (m->volunteer > n->volunteer) - (m->volunteer < n->volunteer);
}

/* Rings of cells round the point until the k nearest seen are nearer than any ring to come. */
static void find_nearest(const grid *g, GArray *found, point centre, uint32_t k) {
  g_array_set_size(found, 0);
  int x = (int)(centre.x / CELL_M), y = (int)(centre.y / CELL_M), rings = (int)MAX(g->side_x, g->side_y);
  for (int ring = 0; ring <= rings; ring++) {
    for (int i = -ring; i <= ring; i++) {
      gather(g, found, x + i, y - ring, centre);
      if (ring > 0) gather(g, found, x + i, y + ring, centre);
      if (i > -ring && i < ring) {
        gather(g, found, x - ring, y + i, centre);
        gather(g, found, x + ring, y + i, centre);
      }
    }
    if (found->len < k) continue;
    qsort(found->data, found->len, sizeof(neighbour), compare_neighbours);
    if (g_array_index(found, neighbour, k - 1).distance_m <= (double)ring * CELL_M) return;
  }
}

static int compare_candidates(const void *a, const void *b) {
  const MusterAssignCandidate *x = a, *y = b;
  return (x->cost.time_ms > y->cost.time_ms) - (x->cost.time_ms < y->cost.time_ms);
}

/* Roads are 1.2 to 1.6 times as long as the straight line, pair by pair. */
static void write_candidates(mi_random *random, const GArray *found, uint32_t k, MusterAssignCandidate *out) {
  for (uint32_t i = 0; i < k; i++) {
    const neighbour *n = &g_array_index(found, neighbour, i);
    double detour = 1.2 + 0.4 * mi_random_unit(random);
    out[i] = (MusterAssignCandidate){.column = n->volunteer,
                                     .cost.time_ms = 1 + (int32_t)(n->distance_m * detour / WALKING_M_PER_MS)};
  }
  qsort(out, k, sizeof *out, compare_candidates);
}

/* ---- the surge ---- */

mb_assign_surge *mb_assign_surge_new(uint32_t rows, uint32_t columns, uint32_t k, mb_order order, mb_where where) {
  mi_random random;
  mi_random_init(&random, SEED, 0);
  g_autofree point *volunteers = place_volunteers(&random, columns);
  g_autofree point *incidents = where == MB_ALONG_A_FRONT ? place_along_front(&random, rows)
                                                          : place_near_homes(&random, rows, volunteers, columns);
  if (order == MB_ORDER_MORTON) {
    qsort(volunteers, columns, sizeof *volunteers, compare_morton);
    qsort(incidents, rows, sizeof *incidents, compare_morton);
  }
  grid g = make_grid(volunteers, columns);
  mb_assign_surge *surge = g_new0(mb_assign_surge, 1);
  *surge = (mb_assign_surge){.rows = rows, .columns = columns, .k = k};
  surge->needs = g_new0(MusterAssignNeed, rows);
  surge->candidates = g_new0(MusterAssignCandidate, (size_t)rows * k);
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(neighbour));
  for (uint32_t i = 0; i < rows; i++) {
    surge->needs[i].id = i;
    surge->needs[i].unserved.time_ms = HOUR_MS + (int32_t)mi_random_below(&random, HOUR_MS);
    find_nearest(&g, found, incidents[i], k);
    write_candidates(&random, found, k, surge->candidates + (size_t)i * k);
  }
  g_free(g.first);
  g_free(g.members);
  return surge;
}

void mb_assign_surge_free(mb_assign_surge *surge) {
  if (!surge) return;
  g_free(surge->needs);
  g_free(surge->candidates);
  g_free(surge);
}

static void end_on(GError *error) {
  if (!error) return;
  fprintf(stderr, "%s\n", error->message);
  exit(1);
}

MusterAssignment *mb_assign_surge_begin(const mb_assign_surge *surge) {
  GError *error = NULL;
  MusterAssignLimits limits = {surge->rows, surge->columns, {.time_ms = 24 * HOUR_MS}};
  MusterAssignment *assignment = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, &error);
  end_on(error);
  for (MusterAssignColumn i = 0; i < surge->columns; i++) muster_assignment_add_column(assignment, i, i, 0, &error);
  end_on(error);
  return assignment;
}

void mb_assign_surge_add(const mb_assign_surge *surge, MusterAssignment *assignment, MusterAssignRow row) {
  GError *error = NULL;
  muster_assignment_add_row(assignment, row, &surge->needs[row], surge->candidates + (size_t)row * surge->k, surge->k,
                            &error);
  end_on(error);
}
