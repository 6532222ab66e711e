/* Paths; see trace.h. */
#include "route/trace.h"

#include "route/unpack.h"

/* ---- on the hierarchy: two climbs that remember where each label came from ---- */

static void relax_remembering(mi_climb *climb, const mi_hierarchy *h, const uint32_t *chord_ms, uint32_t node,
                              uint64_t time_ms, mi_passage *via) {
  for (uint32_t i = h->chords.first_up[node], end = h->chords.first_up[node + 1]; i < end; i++) {
    uint32_t depth = h->head_depth[i];
    uint64_t through_ms = time_ms + chord_ms[i];
    if (through_ms >= climb->time_ms[depth]) continue;
    climb->time_ms[depth] = through_ms;
    via[depth] = (mi_passage){.chord = i, .low = node};
  }
}

static uint32_t begin_remembering(mi_climb *climb, const mi_hierarchy *h, const mi_end *ends, uint8_t chain, bool up,
                                  mi_passage *via) {
  for (unsigned i = 0; i < MI_ENDS_MAX; i++)
    if (chain >> i & 1) via[h->depth[ends[i].node]] = (mi_passage){.chord = MUSTER_NONE};
  return mi_climb_begin(climb, h, ends, chain, up);
}

typedef struct meeting {
  uint64_t time_ms;
  uint32_t node; /* MUSTER_NONE: none below the bound */
} meeting;

typedef struct side {
  mi_climb *climb;
  const uint32_t *chord_ms;
  mi_passage *via; /* by depth */
} side;

static uint32_t pass(const side *s, const mi_hierarchy *h, uint32_t node, uint64_t bound_ms) {
  uint64_t time_ms = mi_climb_take(s->climb, h->depth[node]);
  if (time_ms < bound_ms) relax_remembering(s->climb, h, s->chord_ms, node, time_ms, s->via);
  return h->parent[node];
}

static meeting meet(const side *up, const side *down, const mi_hierarchy *h, uint32_t source, uint32_t target,
                    uint64_t bound_ms) {
  meeting best = {bound_ms, MUSTER_NONE};
  while (source != target)
    if (source < target)
      source = pass(up, h, source, bound_ms);
    else
      target = pass(down, h, target, bound_ms);
  for (uint32_t node = source; node != MUSTER_NONE; node = h->parent[node]) {
    uint64_t up_ms = up->climb->time_ms[h->depth[node]], down_ms = down->climb->time_ms[h->depth[node]];
    if (up_ms < best.time_ms && down_ms < best.time_ms && up_ms + down_ms < best.time_ms)
      best = (meeting){up_ms + down_ms, node};
    pass(up, h, node, best.time_ms);
    pass(down, h, node, best.time_ms);
  }
  return best;
}

/* Lists the passages of one climb from the meeting down to where it began, and returns that node. */
static uint32_t list_passages(MusterSearch *search, const mi_hierarchy *h, const mi_passage *via, uint32_t node,
                              bool up, size_t *count) {
  for (mi_passage p; (p = via[h->depth[node]]).chord != MUSTER_NONE; node = p.low) {
    mi_passage *list = mi_buffer_reserve(&search->passages, *count + 1, sizeof *list);
    p.up = up;
    list[(*count)++] = p;
  }
  return node;
}

/* The end of the chain that the climb began at: of those at this node the one of the least time. */
static const mi_end *end_at(const mi_end *ends, uint8_t chain, uint32_t node, bool up) {
  const mi_end *best = NULL;
  for (unsigned i = 0; i < MI_ENDS_MAX; i++) {
    if (!(chain >> i & 1) || ends[i].node != node) continue;
    if (!best || (up ? ends[i].out_ms < best->out_ms : ends[i].in_ms < best->in_ms)) best = &ends[i];
  }
  return best;
}

static void unpack_all(MusterSearch *search, size_t up_count, size_t count, mi_trace *trace) {
  for (size_t i = 0; i < count; i++) {
    /* Those of the climb up were listed from the meeting down. */
    const mi_passage *list = search->passages.data;
    mi_passage p = list[i < up_count ? up_count - 1 - i : i];
    mi_unpack(search->metric, p, &search->stack, &search->arcs, &trace->arc_count);
  }
}

static mi_trace trace_by_climbs(MusterSearch *search, const mi_end *sources, unsigned source_count,
                                const mi_end *targets, unsigned target_count, uint32_t direct_ms) {
  const MusterMetric *metric = search->metric;
  const mi_hierarchy *h = metric->hierarchy;
  mi_passage *via = mi_buffer_reserve(&search->via, 2 * (size_t)h->height, sizeof *via);
  side up = {&search->up, metric->up_ms, via}, down = {&search->down, metric->down_ms, via + h->height};
  mi_chains starts = mi_climb_chains(h, sources, source_count, true);
  mi_chains ends = mi_climb_chains(h, targets, target_count, false);
  mi_trace best = {.time_ms = direct_ms};
  for (unsigned i = 0; i < starts.count; i++)
    for (unsigned j = 0; j < ends.count; j++) {
      uint32_t source = begin_remembering(up.climb, h, sources, starts.ends[i], true, up.via);
      uint32_t target = begin_remembering(down.climb, h, targets, ends.ends[j], false, down.via);
      meeting found = meet(&up, &down, h, source, target, best.time_ms);
      if (found.node == MUSTER_NONE) continue;
      best = (mi_trace){.time_ms = (uint32_t)found.time_ms};
      size_t count = 0;
      best.first = list_passages(search, h, up.via, found.node, true, &count);
      size_t up_count = count;
      uint32_t last = list_passages(search, h, down.via, found.node, false, &count);
      best.start = end_at(sources, starts.ends[i], best.first, true);
      best.end = end_at(targets, ends.ends[j], last, false);
      unpack_all(search, up_count, count, &best);
    }
  return best;
}

/* ---- without one ---- */

static void offer_with_parent(MusterSearch *search, MusterNode node, uint64_t time_ms, MusterArc parent,
                              uint32_t bound_ms) {
  if (mi_search_offer(search, &search->heap, node, time_ms, bound_ms)) search->parent[node] = parent;
}

/* Fills in start, first and arcs of a search that has ended at best->end. */
static void follow_parents(MusterSearch *search, const mi_end *sources, unsigned source_count, mi_trace *best) {
  const mi_graph *graph = search->graph;
  MusterNode node = best->end->node;
  for (MusterArc arc; (arc = search->parent[node]) != MUSTER_NONE; node = graph->tail[arc]) best->arc_count++;
  MusterArc *arcs = mi_buffer_reserve(&search->arcs, best->arc_count + 1, sizeof *arcs);
  size_t at = best->arc_count;
  node = best->end->node;
  for (MusterArc arc; (arc = search->parent[node]) != MUSTER_NONE; node = graph->tail[arc]) arcs[--at] = arc;
  best->first = node;
  best->start = &sources[0];
  for (unsigned i = 0; i < source_count; i++)
    if (sources[i].node == node && sources[i].out_ms == search->labels[node].time_ms) {
      best->start = &sources[i];
      break;
    }
}

static mi_trace trace_by_search(MusterSearch *search, const mi_end *sources, unsigned source_count,
                                const mi_end *targets, unsigned target_count, uint32_t direct_ms) {
  const mi_graph *graph = search->graph;
  if (!search->parent) search->parent = g_new(MusterArc, graph->node_count);
  mi_trace best = {.time_ms = direct_ms};
  mi_search_begin(search);
  for (unsigned i = 0; i < source_count; i++)
    offer_with_parent(search, sources[i].node, sources[i].out_ms, MUSTER_NONE, mi_search_bound(best.time_ms));
  while (search->heap.count > 0) {
    uint64_t key = mi_heap4_pop(&search->heap);
    uint32_t time_ms = mi_heap4_key_time(key);
    MusterNode node = mi_heap4_key_id(key);
    if (time_ms >= best.time_ms) break;
    if (search->labels[node].time_ms != time_ms) continue;
    for (unsigned i = 0; i < target_count; i++) {
      uint32_t through_ms = mi_time_add(time_ms, targets[i].in_ms);
      if (node == targets[i].node && through_ms < best.time_ms)
        best = (mi_trace){.time_ms = through_ms, .end = &targets[i]};
    }
    for (MusterArc arc = graph->first_out[node]; arc < graph->first_out[node + 1]; arc++)
      offer_with_parent(search, graph->head[arc], (uint64_t)time_ms + search->metric->weight_ms[arc], arc,
                        mi_search_bound(best.time_ms));
  }
  if (best.end) follow_parents(search, sources, source_count, &best);
  return best;
}

mi_trace mi_trace_find(MusterSearch *search, const mi_end *sources, unsigned source_count, const mi_end *targets,
                       unsigned target_count, uint32_t direct_ms) {
  return (search->metric->hierarchy ? trace_by_climbs : trace_by_search)(search, sources, source_count, targets,
                                                                         target_count, direct_ms);
}
