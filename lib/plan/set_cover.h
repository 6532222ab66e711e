/* Covers: a choice of so many sites that has every demand within its radius, and how few sites no cover can do with.
 *
 * Lists of sites begin with the fixed ones, which stay.
 */
#ifndef MI_PLAN_SET_COVER_H
#define MI_PLAN_SET_COVER_H

#include "plan/incidence.h"
#include "plan/search.h"

typedef struct mi_set_cover {
  const mi_incidence *incidence;
  uint32_t fixed_count;
  uint32_t *chosen, chosen_count; /* room for all sites */
  bool *is_chosen;                /* by site */
  uint64_t *stamp;                /* by site: the step that moved it last */
  int64_t *score;                 /* by site: weight of the demands it alone covers, or would be the first to cover */
  int64_t *weight;                /* by demand: grows while it is not covered */
  uint32_t *cover_count;
  uint32_t *cover_xor; /* by demand: its chosen sites' numbers, xor: where there is one, that one */
  uint32_t *uncovered, uncovered_count;
  uint32_t *place; /* by demand: in `uncovered` */
  uint64_t step;
} mi_set_cover;

/* Chooses the fixed sites, then those that cover most anew, until all is covered or `most` are chosen (or all are).
 * Demands without any site count as covered. */
void mi_set_cover_init(mi_set_cover *cover, const mi_incidence *incidence, const uint32_t *fixed, uint32_t fixed_count,
                       uint32_t most);
void mi_set_cover_clear(mi_set_cover *cover);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_set_cover, mi_set_cover_clear)
/* Gives up the site that covers least alone, the longest chosen of equals. False if only fixed ones are left. */
bool mi_set_cover_drop(mi_set_cover *cover);
/* Chooses the lowest sites not chosen until there are `count`. */
void mi_set_cover_pad(mi_set_cover *cover, uint32_t count);
/* Exchanges sites, at most `steps` times, until all is covered; true if it is. */
bool mi_set_cover_search(mi_set_cover *cover, mi_locate *job, uint64_t steps);

/* How many sites, the job's fixed ones included, a cover has at least: the Lagrangian dual's best after at most the
 * job's bound steps, less if `enough` is reached before. Every demand that counts must have a site. */
uint32_t mi_set_cover_bound(const mi_incidence *incidence, mi_locate *job, uint32_t enough);

#endif
