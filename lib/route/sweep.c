/* Every node's k nearest by two sweeps over the hierarchy: upwards each node gathers who is near over ways below it,
 * downwards it gets what its upper neighbours know (PHAST: Delling, Goldberg, Nowatzyk, Werneck, IPDPS 2011, with lists
 * in place of times). A mass of questions is then a look at the ends of each place. */
#include "route/sweep.h"

#include <string.h>

#include "base/heap4.h"

void mi_sweep_clear(mi_sweep *sweep) {
  g_free(sweep->keys);
  g_free(sweep->counts);
  *sweep = (mi_sweep){0};
}

static void reserve(mi_sweep *sweep, uint32_t nodes, size_t k) {
  if (nodes > sweep->nodes) sweep->counts = g_renew(uint8_t, sweep->counts, nodes);
  sweep->nodes = MAX(nodes, sweep->nodes);
  if (nodes * k > sweep->rooms) {
    sweep->rooms = nodes * k;
    g_free(sweep->keys);
    sweep->keys = g_new(uint64_t, sweep->rooms);
  }
  sweep->k = k;
  memset(sweep->counts, 0, nodes);
}

static void offer(mi_sweep *sweep, uint32_t node, uint64_t key) {
  size_t count = sweep->counts[node];
  mi_keys_offer(&sweep->keys[node * sweep->k], &count, sweep->k, key);
  sweep->counts[node] = (uint8_t)count;
}

static void gather_own(mi_sweep *sweep, const MusterFleet *fleet, uint32_t node, const MusterNearestOptions *options) {
  for (uint32_t at = fleet->nodes[node].first; at != MUSTER_NONE; at = fleet->entries[at].next) {
    const mi_fleet_entry *entry = &fleet->entries[at];
    MusterResponder responder = at / MI_FLEET_ENTRIES;
    uint32_t time_ms = options->direction == MUSTER_TO_PLACE ? entry->end.out_ms : entry->end.in_ms;
    if (time_ms == MUSTER_UNREACHABLE_MS || (options->skills & ~entry->skills) ||
        mi_nearest_excludes(options, responder))
      continue;
    offer(sweep, node, mi_heap4_key(time_ms, responder));
  }
}

/* What one node knows, over a chord to another. */
static void hand_over(mi_sweep *sweep, uint32_t from, uint32_t to, uint32_t chord_ms) {
  if (chord_ms == MUSTER_UNREACHABLE_MS) return;
  const uint64_t *keys = &sweep->keys[from * sweep->k];
  uint64_t *into = &sweep->keys[to * sweep->k];
  size_t count = sweep->counts[to];
  for (size_t i = 0; i < sweep->counts[from]; i++) {
    uint64_t key;
    if (__builtin_add_overflow(keys[i], (uint64_t)chord_ms << 32, &key)) break;
    if (!mi_keys_offer(into, &count, sweep->k, key)) break;
  }
  sweep->counts[to] = (uint8_t)count;
}

void mi_sweep_run(mi_sweep *sweep, const MusterFleet *fleet, const MusterNearestOptions *options) {
  const MusterMetric *metric = fleet->metric;
  const mi_chords *c = &metric->hierarchy->chords;
  bool to_place = options->direction == MUSTER_TO_PLACE;
  const uint32_t *gather_ms = to_place ? metric->up_ms : metric->down_ms;
  const uint32_t *spread_ms = to_place ? metric->down_ms : metric->up_ms;
  reserve(sweep, c->node_count, options->k);
  for (uint32_t v = 0; v < c->node_count; v++) {
    gather_own(sweep, fleet, v, options);
    for (uint32_t i = c->first_up[v]; i < c->first_up[v + 1]; i++) hand_over(sweep, v, c->head[i], gather_ms[i]);
  }
  for (uint32_t v = c->node_count; v-- > 0;)
    for (uint32_t i = c->first_up[v]; i < c->first_up[v + 1]; i++) hand_over(sweep, c->head[i], v, spread_ms[i]);
}

size_t mi_sweep_read(const mi_sweep *sweep, const MusterFleet *fleet, const MusterRoadPoint *place,
                     const MusterNearestOptions *options, uint64_t *out) {
  bool to_place = options->direction == MUSTER_TO_PLACE;
  uint64_t end_key = options->limit_ms == MUSTER_UNREACHABLE_MS ? (uint64_t)options->limit_ms << 32
                                                                : ((uint64_t)options->limit_ms + 1) << 32;
  size_t count = 0;
  mi_end ends[MI_ENDS_MAX];
  unsigned end_count = mi_point_ends(fleet->metric, place, ends);
  for (unsigned i = 0; i < end_count; i++) {
    uint32_t end_ms = to_place ? ends[i].in_ms : ends[i].out_ms;
    const uint64_t *keys = &sweep->keys[ends[i].node * sweep->k];
    for (size_t j = 0; j < sweep->counts[ends[i].node]; j++) {
      uint64_t key;
      if (__builtin_add_overflow(keys[j], (uint64_t)end_ms << 32, &key) || key >= end_key) break;
      if (!mi_keys_offer(out, &count, options->k, key)) break;
    }
  }
  mi_fleet_offer_beside(fleet, place, options, end_key, out, &count);
  return count;
}
