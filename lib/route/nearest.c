/* k nearest responders: Dijkstra from the place, against the arcs where the responders travel to it.
 *
 * Responders are virtual ids above all nodes in the same heap. So at one time all nodes settle first, then responders
 * in the order of their ids: the answer is exact and ordered by (time, responder) whatever the order of the lists. The
 * search ends at the k-th responder popped. Several networks share the heap, each with its own range of node ids: the
 * balls of all modes grow at one time and stop at the same k-th responder.
 */
#include "route/nearest.h"

#include <string.h>

/* What stays the same during one query. */
typedef struct query {
  mi_heap4 *heap;
  uint32_t first_responder_id;
  unsigned layer_bits; /* of a responder's id, below the responder */
  MusterDirection direction;
  uint64_t skills;
  uint32_t bound_ms;
} query;

static inline uint32_t responder_end_ms(const query *q, const mi_end *end) {
  return q->direction == MUSTER_TO_PLACE ? end->out_ms : end->in_ms;
}

static inline void offer_responder(const query *q, const MusterFleet *fleet, unsigned layer, MusterResponder responder,
                                   uint64_t time_ms) {
  if (time_ms > q->bound_ms || (q->skills && (fleet->skills[responder] & q->skills) != q->skills)) return;
  mi_heap4_push(q->heap, mi_heap4_key((uint32_t)time_ms, q->first_responder_id + (responder << q->layer_bits | layer)));
}

static inline void offer_responders_at(const query *q, const MusterFleet *fleet, unsigned layer, MusterNode node,
                                       uint32_t time_ms) {
  for (uint32_t at = fleet->first_at_node[node]; at != MUSTER_NONE; at = fleet->entries[at].next) {
    uint32_t end_ms = responder_end_ms(q, &fleet->entries[at].end);
    if (end_ms != MUSTER_UNREACHABLE_MS)
      offer_responder(q, fleet, layer, at / MI_FLEET_ENTRIES, (uint64_t)time_ms + end_ms);
  }
}

/* Those who need not leave the link that the place lies on. */
static void offer_responders_beside(const query *q, const mi_layer *layer, unsigned index) {
  const mi_graph *graph = layer->search->graph;
  if (mi_point_node(graph, layer->place) != MUSTER_NONE) return;
  const MusterFleet *fleet = layer->fleet;
  for (uint32_t at = fleet->first_on_link[layer->place->link]; at != MUSTER_NONE; at = fleet->entries[at].next) {
    const MusterRoadPoint *other = &fleet->slots[at / MI_FLEET_ENTRIES].place;
    uint32_t time_ms = q->direction == MUSTER_TO_PLACE ? mi_point_direct_ms(graph, other, layer->place)
                                                       : mi_point_direct_ms(graph, layer->place, other);
    offer_responder(q, fleet, index, at / MI_FLEET_ENTRIES, time_ms);
  }
}

static void start_layer(const query *q, const mi_layer *layer, unsigned index, uint32_t id_base) {
  mi_end ends[2];
  unsigned end_count = mi_point_ends(layer->search->graph, layer->place, ends);
  for (unsigned i = 0; i < end_count; i++)
    mi_search_offer(layer->search, q->heap, id_base, ends[i].node,
                    q->direction == MUSTER_TO_PLACE ? ends[i].in_ms : ends[i].out_ms, q->bound_ms);
  offer_responders_beside(q, layer, index);
}

/* Marks of responders already in the answer; grows with the largest fleet asked so far. */
static void reserve_marks(MusterSearch *search, size_t count) {
  if (count <= search->met_count) return;
  search->met = g_renew(uint32_t, search->met, count);
  memset(search->met + search->met_count, 0, (count - search->met_count) * sizeof *search->met);
  search->met_count = count;
}

/* The first layer whose range holds the id, from above. */
static inline unsigned layer_of(const uint32_t *id_bases, unsigned layer_count, uint32_t id) {
  unsigned layer = layer_count - 1;
  while (id < id_bases[layer]) layer--;
  return layer;
}

size_t mi_nearest_run(const mi_layer *layers, unsigned layer_count, MusterDirection direction, uint64_t skills,
                      size_t k, uint32_t limit_ms, MusterTravelHit *out) {
  MusterSearch *owner = layers[0].search;
  mi_arcs arcs[MI_LAYERS_MAX];
  uint32_t id_bases[MI_LAYERS_MAX], id_count = 0;
  size_t available_count = 0, slot_count = 0;
  for (unsigned i = 0; i < layer_count; i++) {
    mi_search_begin(layers[i].search);
    arcs[i] = mi_search_arcs(layers[i].search, direction);
    id_bases[i] = id_count;
    id_count += layers[i].search->graph->node_count;
    available_count += layers[i].fleet->available_count;
    slot_count = MAX(slot_count, layers[i].fleet->slot_count);
  }
  query q = {&owner->heap, id_count, layer_count > 1 ? MI_LAYER_BITS : 0, direction, skills, mi_search_bound(limit_ms)};
  g_return_val_if_fail(((uint64_t)slot_count << q.layer_bits) + id_count <= UINT32_MAX, 0);
  k = MIN(k, available_count);
  if (k == 0) return 0;
  reserve_marks(owner, slot_count);
  for (unsigned i = 0; i < layer_count; i++) start_layer(&q, &layers[i], i, id_bases[i]);

  size_t found = 0;
  while (owner->heap.count > 0) {
    uint64_t key = mi_heap4_pop(&owner->heap);
    uint32_t id = mi_heap4_key_id(key), time_ms = mi_heap4_key_time(key);
    if (id >= id_count) {
      MusterResponder responder = (id - id_count) >> q.layer_bits;
      if (owner->met[responder] == owner->query) continue;
      owner->met[responder] = owner->query;
      uint8_t layer = (uint8_t)((id - id_count) & ((1u << q.layer_bits) - 1));
      out[found++] = (MusterTravelHit){responder, time_ms, layer};
      if (found == k) break;
      continue;
    }
    unsigned layer = layer_of(id_bases, layer_count, id);
    MusterNode node = id - id_bases[layer];
    MusterSearch *search = layers[layer].search;
    if (search->labels[node].time_ms != time_ms) continue;
    offer_responders_at(&q, layers[layer].fleet, layer, node, time_ms);
    mi_search_expand(search, q.heap, id_bases[layer], &arcs[layer], node, time_ms, q.bound_ms);
  }
  return found;
}

size_t muster_search_nearest(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *place,
                             MusterDirection direction, uint64_t skills, size_t k, uint32_t limit_ms,
                             MusterNearest *out) {
  g_return_val_if_fail(fleet->graph == search->graph && mi_point_is_valid(search->graph, place), 0);
  MusterTravelHit *hits = mi_buffer_reserve(&search->hits, MIN(k, fleet->available_count), sizeof(MusterTravelHit));
  mi_layer layer = {search, fleet, place};
  size_t found = mi_nearest_run(&layer, 1, direction, skills, k, limit_ms, hits);
  for (size_t i = 0; i < found; i++) out[i] = (MusterNearest){hits[i].responder, hits[i].time_ms};
  return found;
}
