/* Where climbs begin; see climb.h. */
#include "route/climb.h"

void mi_climb_clear(mi_climb *climb) {
  g_free(climb->time_ms);
  *climb = (mi_climb){0};
}

void mi_climb_reserve(mi_climb *climb, const mi_hierarchy *hierarchy) {
  if (hierarchy->height <= climb->room) return;
  climb->room = hierarchy->height;
  climb->time_ms = g_renew(uint64_t, climb->time_ms, climb->room);
  for (uint32_t depth = 0; depth < climb->room; depth++) climb->time_ms[depth] = MI_NEVER;
}

static uint32_t time_of(const mi_end *end, bool up) { return up ? end->out_ms : end->in_ms; }

mi_chains mi_climb_chains(const mi_hierarchy *h, const mi_end *ends, unsigned end_count, bool up) {
  mi_chains chains = {0};
  uint32_t lowest[MI_ENDS_MAX];
  for (unsigned i = 0; i < end_count; i++) {
    if (time_of(&ends[i], up) == MUSTER_UNREACHABLE_MS) continue;
    uint32_t node = ends[i].node;
    unsigned at = 0;
    while (at < chains.count && !mi_hierarchy_is_above(h, node, lowest[at]) &&
           !mi_hierarchy_is_above(h, lowest[at], node))
      at++;
    if (at == chains.count) {
      chains.ends[chains.count] = 0;
      lowest[chains.count++] = node;
    }
    chains.ends[at] |= (uint8_t)(1u << i);
    lowest[at] = MIN(lowest[at], node);
  }
  return chains;
}

uint32_t mi_climb_begin(mi_climb *climb, const mi_hierarchy *h, const mi_end *ends, uint8_t chain, bool up) {
  uint32_t lowest = MUSTER_NONE;
  for (unsigned i = 0; i < MI_ENDS_MAX; i++) {
    if (!(chain >> i & 1)) continue;
    uint64_t *label = &climb->time_ms[h->depth[ends[i].node]];
    *label = MIN(*label, time_of(&ends[i], up));
    lowest = MIN(lowest, ends[i].node);
  }
  return lowest;
}
