/* What the problems share: a problem made ready, iterated local search, progress. */
#ifndef MI_PLAN_SEARCH_H
#define MI_PLAN_SEARCH_H

#include "plan/swaps.h"

/* One call of muster_locate; options are checked. */
typedef struct mi_locate {
  const MusterLocateTable *table;
  const MusterLocateOptions *options;
  uint32_t *fixed; /* existing sites, as vehicles, ascending */
  uint32_t fixed_count;
  mi_random random;
  uint32_t *sites; /* of the answer, as vehicles: answer->count of them; room for p, and for all sites */
  MusterLocateAnswer *answer;
  double share_done;            /* as reported last */
  bool stopped;                 /* `progress` asked to: whoever loops leaves */
  void (*visit)(void *visitor); /* NULL: nobody. Called at every choice that a search is about to leave */
  void *visitor;
} mi_locate;

/* Asks `progress`; false, then and from then on, if it wants no more. For loops that have no error to give. */
bool mi_locate_goes_on(mi_locate *job);
/* The same with a share done. False: CANCELLED, also where a loop has left before. */
bool mi_locate_report(mi_locate *job, double share_done, GError **error);

/* Shakes the choice, improves it again, and keeps what is no worse, until its value is `enough` or `steps` are done.
 * Ends at the best choice seen. False: CANCELLED. (Lourenço, Martin & Stützle, "Iterated local search", 2003.) */
bool mi_locate_iterate(mi_locate *job, mi_swaps *swaps, const mi_model *model, void *state, int64_t enough,
                       uint32_t steps, GError **error);

/* One a problem, or a family; each fills the answer and its sites. */
bool mi_locate_median(mi_locate *job, GError **error);
bool mi_locate_center(mi_locate *job, GError **error);
bool mi_locate_set_cover(mi_locate *job, GError **error);
bool mi_locate_cover(mi_locate *job, GError **error);
bool mi_locate_dsm(mi_locate *job, GError **error);

/* What it is worth to be within the radius of 0, 1 … levels sites, by weight; for the double standard model, of two.
 * g_free. */
int64_t *mi_locate_worth(const MusterLocateOptions *options, uint32_t *out_levels);
/* The weight that must be within the radius by the double standard model: the share, rounded up. */
int64_t mi_locate_share(const MusterLocateTable *table, const MusterLocateOptions *options);

#endif
