/* Times between two places by two climbs: one up from the source, one from the target against the arcs, which meet at
 * every common ancestor (Dibbelt, Strasser, Wagner, JEA 2016: elimination-tree query; leaving out labels that cannot
 * improve the best time as in Buchhold, Sanders, Wagner, ACM JEA 2019). */
#include "route/search.h"

/* The best time over a common ancestor below bound_ms, or bound_ms. */
static uint64_t meet(mi_climb *up, mi_climb *down, const MusterMetric *metric, uint32_t source, uint32_t target,
                     uint64_t bound_ms) {
  const mi_hierarchy *h = metric->hierarchy;
  while (source != target)
    if (source < target)
      source = mi_climb_step(up, h, metric->up_ms, source, bound_ms);
    else
      target = mi_climb_step(down, h, metric->down_ms, target, bound_ms);
  for (uint32_t node = source; node != MUSTER_NONE; node = h->parent[node]) {
    uint64_t up_ms = mi_climb_take(up, h->depth[node]), down_ms = mi_climb_take(down, h->depth[node]);
    if (up_ms < bound_ms && down_ms < bound_ms && up_ms + down_ms < bound_ms) bound_ms = up_ms + down_ms;
    if (up_ms < bound_ms) mi_climb_relax(up, h, metric->up_ms, node, up_ms);
    if (down_ms < bound_ms) mi_climb_relax(down, h, metric->down_ms, node, down_ms);
  }
  return bound_ms;
}

uint32_t mi_search_climb_within(MusterSearch *search, const MusterRoadPoint *from, const MusterRoadPoint *to,
                                uint32_t limit_ms) {
  const MusterMetric *metric = search->metric;
  const mi_hierarchy *h = metric->hierarchy;
  mi_end sources[MI_ENDS_MAX], targets[MI_ENDS_MAX];
  unsigned source_count = mi_point_ends(metric, from, sources), target_count = mi_point_ends(metric, to, targets);
  mi_chains up = mi_climb_chains(h, sources, source_count, true);
  mi_chains down = mi_climb_chains(h, targets, target_count, false);
  uint64_t best_ms = (uint64_t)mi_search_bound(limit_ms) + 1;
  best_ms = MIN(best_ms, mi_point_direct_ms(metric, from, to));
  for (unsigned i = 0; i < up.count; i++)
    for (unsigned j = 0; j < down.count; j++) {
      uint32_t source = mi_climb_begin(&search->up, h, sources, up.ends[i], true);
      uint32_t target = mi_climb_begin(&search->down, h, targets, down.ends[j], false);
      best_ms = meet(&search->up, &search->down, metric, source, target, best_ms);
    }
  return best_ms <= mi_search_bound(limit_ms) ? (uint32_t)best_ms : MUSTER_UNREACHABLE_MS;
}
