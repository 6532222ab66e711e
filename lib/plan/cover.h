/* The covers' value: a sum over demands of what it is worth to be within the radius of so many sites.
 *
 * A demand of weight w with k sites within the radius is worth w × worth[min(k, levels)], and `outer` more, whatever
 * its weight, with a site within the outer radius. MCLP, backup cover, MEXCLP and the double standard model differ in
 * these numbers only.
 */
#ifndef MI_PLAN_COVER_H
#define MI_PLAN_COVER_H

#include "plan/incidence.h"
#include "plan/search.h"
#include "plan/swaps.h"

typedef struct mi_cover {
  const MusterLocateTable *table;
  const mi_incidence *incidence;
  int64_t *worth;  /* 0 … levels; worth[0] = 0, never falling */
  uint32_t levels; /* ≥ 1 */
  int64_t outer;
  uint32_t *inner_count, *count; /* by demand: chosen sites within the radius, and within either */
  uint32_t *stamp, now;          /* scratch of a move: demands touched */
  uint32_t *slots;               /* scratch of a demand: chosen sites near it */
} mi_cover;

extern const mi_model mi_cover_model;

/* Takes `worth` (g_malloc). Nobody is chosen yet. False: LIMIT, sums could overflow. */
bool mi_covering_init(mi_cover *cover, const MusterLocateTable *table, const mi_incidence *incidence, int64_t *worth,
                      uint32_t levels, int64_t outer, GError **error);
/* Forgets who is chosen. */
void mi_cover_reset(mi_cover *cover);
void mi_covering_clear(mi_cover *cover);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_cover, mi_covering_clear)

/* ---- the bound (cover_bound.c) ---- */

/* Lagrangian relaxation of "a cover that counts has a site": demand i pays u_i for each cover it counts, and sites are
 * chosen by what they are paid. With the double standard model also v_i for a site within the outer radius and s for
 * the share: its conditions are relaxed likewise. Prices are whole numbers, in parts of the value. */
typedef struct mi_cover_bound {
  mi_locate *job;
  const mi_cover *cover;
  bool *is_fixed;
  uint32_t p;
  int64_t share; /* weight that must be covered once; 0: no such condition */
  int64_t mean;  /* weight, by which the share's condition is measured */
  int shift;
  int64_t *price;               /* by demand: u */
  int64_t *outer_price;         /* by demand: v; NULL if not all must be covered */
  int64_t share_price;          /* s, by weight */
  int64_t *paid;                /* by site, below 0 */
  uint32_t *counted;            /* by demand: covers that count at these prices */
  int32_t *slack, *outer_slack; /* by demand: covers there are less those that count */
  uint32_t *sites, *picked;     /* the best bound's, where it has some; scratch */
  bool has_sites;
  int64_t unit; /* every value there is is a multiple of it, and so the bound may be */
  int64_t best; /* the least bound so far; at first all weight at its most */
  double pace;
} mi_cover_bound;

/* The choices that are bounded: as many sites as `swaps` has slots, its fixed ones among them; at least `share` weight
 * covered once; if `must_cover`, every demand within the outer radius. */
void mi_cover_bound_init(mi_cover_bound *bound, mi_locate *job, const mi_cover *cover, const mi_swaps *swaps,
                         int64_t share, bool must_cover);
void mi_cover_bound_clear(mi_cover_bound *bound);
/* At most `steps` subgradient steps towards `value`, that of a known choice. True if the bound reaches it. */
bool mi_cover_bound_lower(mi_cover_bound *bound, int64_t value, uint32_t steps);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_cover_bound, mi_cover_bound_clear)

#endif
