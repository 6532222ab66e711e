/* The p-median's value: minus the sum of weight × time to the nearest chosen site.
 *
 * A demand that no chosen site reaches costs more than all demands at their worst, so as few of them as possible are
 * left, whatever it costs the others.
 */
#ifndef MI_PLAN_MEDIAN_H
#define MI_PLAN_MEDIAN_H

#include "plan/search.h"
#include "plan/swaps.h"

typedef struct mi_near {
  uint32_t site, second;     /* MUSTER_NONE: fewer sites are chosen */
  int64_t cost, second_cost; /* `unreached` where there is none */
} mi_near;

typedef struct mi_median {
  const MusterLocateTable *table;
  uint64_t *order;   /* demand × site_count + rank → time << 32 | site, ascending: read one after the other */
  mi_near *near;     /* by demand */
  int64_t unreached; /* cost of a demand that nobody reaches */
  uint32_t *touched; /* scratch of a move: demands */
} mi_median;

extern const mi_model mi_median_model;

/* False: LIMIT. */
bool mi_median_init(mi_median *median, const MusterLocateTable *table, GError **error);
void mi_median_clear(mi_median *median);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_median, mi_median_clear)

static inline uint32_t mi_weight(const MusterLocateTable *table, size_t demand) {
  return table->weights ? table->weights[demand] : 1;
}
static inline int64_t mi_median_cost_at(const mi_median *median, size_t demand, uint32_t time) {
  uint32_t weight = mi_weight(median->table, demand);
  if (time == MUSTER_UNREACHABLE_MS) return weight ? median->unreached : 0;
  return (int64_t)((uint64_t)weight * time);
}
static inline int64_t mi_median_cost(const mi_median *median, size_t demand, uint32_t site) {
  return mi_median_cost_at(median, demand, median->table->times[demand * median->table->site_count + site]);
}
static inline const uint64_t *mi_median_order(const mi_median *median, size_t demand) {
  return median->order + demand * median->table->site_count;
}

/* Of an entry of the order. */
static inline uint32_t mi_order_site(uint64_t entry) { return (uint32_t)entry; }
static inline uint32_t mi_order_time(uint64_t entry) { return (uint32_t)(entry >> 32); }

/* ---- the bound (median_bound.c) ---- */

/* Lagrangian relaxation of "each demand is served once": demand i is paid u_i and served by every chosen site that
 * costs less; Σ u_i + the p most negative of the sites' reduced costs is at most the cost of any choice. Prices are
 * whole numbers, in parts of a cost, so the bound is exact. */
typedef struct mi_median_bound {
  mi_locate *job;
  const mi_median *median;
  bool *is_fixed; /* by site */
  uint32_t p, fixed_count;
  int shift;        /* prices are costs × 2^shift */
  int64_t *price;   /* by demand */
  int64_t *reduced; /* by site */
  bool *is_picked;  /* by site */
  int32_t *served;  /* by demand: how many of the chosen sites serve it */
  uint32_t *sites;  /* of the best bound, p of them */
  uint32_t *picked; /* scratch */
  int64_t best;     /* the greatest bound so far, in costs; −1: none yet */
  double pace;
} mi_median_bound;

void mi_median_bound_init(mi_median_bound *bound, mi_locate *job, const mi_median *median, const mi_swaps *swaps);
void mi_median_bound_clear(mi_median_bound *bound);
/* At most `steps` subgradient steps towards `cost`, that of a known choice. True if the bound reaches it. */
bool mi_median_bound_raise(mi_median_bound *bound, int64_t cost, uint32_t steps);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_median_bound, mi_median_bound_clear)

#endif
