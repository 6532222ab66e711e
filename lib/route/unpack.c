/* Unpacking without stored middle nodes: the triangle that a chord's time comes from is looked for below its lower
 * node; so a metric holds nothing but times. */
#include "route/unpack.h"

static MusterArc find_road(const MusterMetric *metric, const mi_passage *p, uint32_t time_ms) {
  const mi_graph *graph = mi_network_graph(metric->network);
  uint32_t high = metric->hierarchy->chords.head[p->chord];
  if (p->up) {
    for (MusterArc arc = graph->first_out[p->low]; arc < graph->first_out[p->low + 1]; arc++)
      if (graph->head[arc] == high && metric->weight_ms[arc] == time_ms) return arc;
  } else {
    for (uint32_t at = graph->first_in[p->low]; at < graph->first_in[p->low + 1]; at++)
      if (graph->in_tail[at] == high && metric->in_weight_ms[at] == time_ms) return graph->in_arc[at];
  }
  return MUSTER_NONE;
}

/* The two passages that make it up, in order of travel. */
static void split(const MusterMetric *metric, const mi_passage *p, uint32_t time_ms, mi_passage parts[2]) {
  const mi_hierarchy *h = metric->hierarchy;
  uint32_t high = h->chords.head[p->chord];
  for (uint32_t j = h->first_down[p->low];; j++) {
    uint32_t third = h->down_tail[j], to_low = h->down_chord[j];
    uint32_t to_high = mi_chord_between(&h->chords, third, high);
    if (to_high == MUSTER_NONE) continue;
    uint32_t through_ms = p->up ? mi_chord_add(metric->down_ms[to_low], metric->up_ms[to_high])
                                : mi_chord_add(metric->down_ms[to_high], metric->up_ms[to_low]);
    if (through_ms != time_ms) continue;
    parts[0] = (mi_passage){p->up ? to_low : to_high, third, false};
    parts[1] = (mi_passage){p->up ? to_high : to_low, third, true};
    return;
  }
}

void mi_unpack(const MusterMetric *metric, mi_passage passage, mi_buffer *stack, mi_buffer *arcs, size_t *count) {
  size_t depth = 0;
  mi_passage *waiting = mi_buffer_reserve(stack, 1, sizeof *waiting);
  waiting[depth++] = passage;
  while (depth > 0) {
    mi_passage p = waiting[--depth];
    uint32_t time_ms = p.up ? metric->up_ms[p.chord] : metric->down_ms[p.chord];
    MusterArc arc = find_road(metric, &p, time_ms);
    if (arc != MUSTER_NONE) {
      MusterArc *list = mi_buffer_reserve(arcs, *count + 1, sizeof *list);
      list[(*count)++] = arc;
      continue;
    }
    mi_passage parts[2];
    split(metric, &p, time_ms, parts);
    waiting = mi_buffer_reserve(stack, depth + 2, sizeof *waiting);
    waiting[depth++] = parts[1];
    waiting[depth++] = parts[0];
  }
}
