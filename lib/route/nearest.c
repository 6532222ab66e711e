/* k nearest responders: Dijkstra from the place, against the arcs where the responders travel to it.
 *
 * Nodes come in ascending time from the searches of all layers; whoever stands at one is offered to a heap of (time,
 * responder). An offer is taken once every node nearer or as near has come: so the answer is exact and ordered by
 * (time, responder) whatever the order of the lists. The search ends at the k-th taken.
 */
#include "route/nearest.h"

#include <string.h>

/* What stays the same during one query. */
typedef struct query {
  const mi_question *asked;
  mi_heap4 *offers;    /* of (time, responder and layer) */
  unsigned layer_bits; /* of an offer's id, below the responder */
  uint32_t bound_ms;
  MusterSearch *marks;
  MusterTravelHit *out;
  size_t found, k;
} query;

static inline uint32_t responder_end_ms(const query *q, const mi_end *end) {
  return q->asked->direction == MUSTER_TO_PLACE ? end->out_ms : end->in_ms;
}

static inline void offer_responder(const query *q, const MusterFleet *fleet, unsigned layer, uint32_t at,
                                   uint64_t time_ms) {
  if (time_ms > q->bound_ms || (q->asked->skills & ~fleet->entries[at].skills)) return;
  MusterResponder responder = at / MI_FLEET_ENTRIES;
  mi_heap4_push(q->offers, mi_heap4_key((uint32_t)time_ms, responder << q->layer_bits | layer));
}

/* Of a responder's entry at a node: the fleet's, or, where the search has closures of its own, what they leave of it.
 */
static inline uint32_t entry_end_ms(const query *q, const mi_layer *layer, uint32_t at) {
  const mi_end *end = &layer->fleet->entries[at].end;
  if (!layer->search->closed_count) return responder_end_ms(q, end);
  mi_end ends[MI_ENDS_MAX];
  unsigned count = mi_point_ends(layer->search->metric, &layer->fleet->slots[at / MI_FLEET_ENTRIES].place, ends);
  for (unsigned i = 0; i < count; i++)
    if (ends[i].node == end->node && ends[i].along_q16 == end->along_q16) return responder_end_ms(q, &ends[i]);
  return MUSTER_UNREACHABLE_MS;
}

static inline void offer_responders_at(const query *q, const mi_layer *layer, unsigned index, MusterNode node,
                                       uint32_t time_ms) {
  const MusterFleet *fleet = layer->fleet;
  if (q->asked->skills & ~fleet->nodes[node].skills) return;
  for (uint32_t at = fleet->nodes[node].first; at != MUSTER_NONE; at = fleet->entries[at].next) {
    uint32_t end_ms = entry_end_ms(q, layer, at);
    if (end_ms != MUSTER_UNREACHABLE_MS) offer_responder(q, fleet, index, at, (uint64_t)time_ms + end_ms);
  }
}

/* Those who need not leave the link that the place lies on. */
static void offer_responders_beside(const query *q, const mi_layer *layer, unsigned index) {
  const MusterMetric *metric = layer->search->metric;
  if (mi_point_node(layer->search->graph, layer->place) != MUSTER_NONE) return;
  const MusterFleet *fleet = layer->fleet;
  for (uint32_t at = fleet->first_on_link[layer->place->link]; at != MUSTER_NONE; at = fleet->entries[at].next) {
    const MusterRoadPoint *other = &fleet->slots[at / MI_FLEET_ENTRIES].place;
    uint32_t time_ms = q->asked->direction == MUSTER_TO_PLACE ? mi_point_direct_ms(metric, other, layer->place)
                                                              : mi_point_direct_ms(metric, layer->place, other);
    offer_responder(q, fleet, index, at, time_ms);
  }
}

/* Marks of responders taken already; grows with the largest fleet asked so far. */
static void reserve_marks(MusterSearch *search, size_t count) {
  if (count > search->met_count) {
    search->met = g_renew(uint32_t, search->met, count);
    memset(search->met + search->met_count, 0, (count - search->met_count) * sizeof *search->met);
    search->met_count = count;
  }
  if (++search->met_query != 0) return;
  /* After 2³² queries old marks would count again. */
  memset(search->met, 0, search->met_count * sizeof *search->met);
  search->met_query = 1;
}

/* True when nobody more is asked for. */
static bool take(query *q, const MusterTravelHit *hit) {
  if (!q->asked->visit) {
    q->out[q->found++] = *hit;
    return q->found == q->k;
  }
  if (q->asked->visit(hit, q->asked->data)) {
    q->found++;
    q->bound_ms = hit->time_ms; /* from here on only others of the same time */
  }
  return false;
}

/* Takes the offers below end_ms in order, each responder once; false when no more are asked for. */
static bool take_offers(query *q, uint64_t end_ms) {
  while (q->offers->count > 0 && mi_heap4_key_time(q->offers->keys[0]) < end_ms) {
    uint64_t key = mi_heap4_pop(q->offers);
    if (mi_heap4_key_time(key) > q->bound_ms) return false;
    MusterResponder responder = mi_heap4_key_id(key) >> q->layer_bits;
    if (q->marks->met[responder] == q->marks->met_query) continue;
    q->marks->met[responder] = q->marks->met_query;
    uint8_t layer = (uint8_t)(mi_heap4_key_id(key) & ((1u << q->layer_bits) - 1));
    if (take(q, &(MusterTravelHit){responder, mi_heap4_key_time(key), layer})) return false;
  }
  return true;
}

/* The layer whose next node is the nearest; MI_LAYERS_MAX: none has one within the bound. */
static inline unsigned find_next(const query *q, const mi_layer *layers, unsigned layer_count) {
  unsigned next = MI_LAYERS_MAX;
  uint64_t least = mi_heap4_key(q->bound_ms, MUSTER_NONE);
  for (unsigned i = 0; i < layer_count; i++) {
    MusterSearch *search = layers[i].search;
    mi_heap4 *heap = &search->heap;
    while (heap->count > 0 &&
           search->labels[mi_heap4_key_id(heap->keys[0])].time_ms != mi_heap4_key_time(heap->keys[0]))
      mi_heap4_pop(heap);
    if (heap->count > 0 && mi_heap4_key_time(heap->keys[0]) <= mi_heap4_key_time(least) &&
        (next == MI_LAYERS_MAX || mi_heap4_key_time(heap->keys[0]) < mi_heap4_key_time(least))) {
      least = heap->keys[0];
      next = i;
    }
  }
  return next;
}

static void begin_layer(const query *q, const mi_layer *layer) {
  MusterSearch *search = layer->search;
  mi_end ends[MI_ENDS_MAX];
  unsigned end_count = mi_point_ends(search->metric, layer->place, ends);
  mi_search_begin(search);
  for (unsigned i = 0; i < end_count; i++)
    mi_search_offer(search, &search->heap, ends[i].node,
                    q->asked->direction == MUSTER_TO_PLACE ? ends[i].in_ms : ends[i].out_ms, q->bound_ms);
}

static void walk(query *q, const mi_layer *layers, unsigned layer_count) {
  mi_arcs arcs[MI_LAYERS_MAX];
  for (unsigned i = 0; i < layer_count; i++) {
    arcs[i] = mi_search_arcs(layers[i].search, q->asked->direction);
    begin_layer(q, &layers[i]);
    offer_responders_beside(q, &layers[i], i);
  }
  for (unsigned i; (i = find_next(q, layers, layer_count)) < layer_count;) {
    MusterSearch *search = layers[i].search;
    uint64_t key = mi_heap4_pop(&search->heap);
    uint32_t time_ms = mi_heap4_key_time(key);
    MusterNode node = mi_heap4_key_id(key);
    search->settled++;
    if (!take_offers(q, time_ms)) return;
    offer_responders_at(q, &layers[i], i, node, time_ms);
    mi_search_expand(search, &search->heap, &arcs[i], node, time_ms, q->bound_ms);
  }
  take_offers(q, MUSTER_UNREACHABLE_MS);
}

size_t mi_nearest_run(const mi_layer *layers, unsigned layer_count, const mi_question *question, MusterTravelHit *out) {
  size_t available_count = 0, slot_count = 0;
  for (unsigned i = 0; i < layer_count; i++) {
    available_count += layers[i].fleet->available_count;
    slot_count = MAX(slot_count, layers[i].fleet->slot_count);
  }
  query q = {.asked = question,
             .offers = &layers[0].search->offers,
             .layer_bits = layer_count > 1 ? MI_LAYER_BITS : 0,
             .bound_ms = mi_search_bound(question->limit_ms),
             .marks = layers[0].search,
             .out = out,
             .k = MIN(question->k, available_count)};
  g_return_val_if_fail((uint64_t)slot_count << q.layer_bits <= UINT32_MAX, 0);
  if (q.k == 0) return 0;
  reserve_marks(q.marks, slot_count);
  for (size_t i = 0; i < question->excluded_count; i++)
    if (question->excluded[i] < slot_count) q.marks->met[question->excluded[i]] = q.marks->met_query;
  q.offers->count = 0;
  walk(&q, layers, layer_count);
  return q.found;
}

size_t mi_search_nearest_dijkstra(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *place,
                                  const MusterNearestOptions *options, MusterNearest *out) {
  MusterTravelHit *hits =
      mi_buffer_reserve(&search->hits, MIN(options->k, fleet->available_count), sizeof(MusterTravelHit));
  mi_layer layer = {search, fleet, place};
  mi_question question = {.direction = options->direction,
                          .skills = options->skills,
                          .k = options->k,
                          .limit_ms = options->limit_ms,
                          .excluded = options->excluded,
                          .excluded_count = options->excluded_count};
  size_t found = mi_nearest_run(&layer, 1, &question, hits);
  for (size_t i = 0; i < found; i++) out[i] = (MusterNearest){hits[i].responder, hits[i].time_ms};
  return found;
}

size_t mi_search_nearest_lists(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *place,
                               const MusterNearestOptions *options, MusterNearest *out) {
  uint64_t keys[MI_LISTS_K_MAX];
  size_t found = mi_fleet_nearest_by_lists(fleet, &search->up, place, options, keys);
  for (size_t i = 0; i < found; i++) out[i] = (MusterNearest){mi_heap4_key_id(keys[i]), mi_heap4_key_time(keys[i])};
  return found;
}

/* A plain search settles about so many nodes until it has met the k nearest; where they are this few it is quicker than
 * any index. */
enum { FEW_NODES = 16 };

static bool prefers_plain_search(const MusterSearch *search, const MusterFleet *fleet,
                                 const MusterNearestOptions *options) {
  if (search->closed_count || !search->metric->hierarchy || options->k > MI_LISTS_K_MAX ||
      options->excluded_count > MI_LISTS_K_MAX - options->k)
    return true;
  return options->skills == 0 &&
         options->k * (uint64_t)search->graph->node_count <= FEW_NODES * (uint64_t)fleet->available_count;
}

size_t muster_search_nearest(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *place,
                             const MusterNearestOptions *options, MusterNearest *out) {
  g_return_val_if_fail(fleet->metric == search->shared && mi_point_is_valid(search->graph, place), 0);
  if (fleet->available_count == 0) return 0;
  return (prefers_plain_search(search, fleet, options) ? mi_search_nearest_dijkstra : mi_search_nearest_lists)(
      search, fleet, place, options, out);
}

/* ---- many places ---- */

/* Two sweeps cost about as much as a question for one node in so many. */
enum { NODES_A_QUESTION = 12 };

static bool prefers_sweep(const MusterSearch *search, const MusterFleet *fleet, size_t place_count,
                          const MusterNearestOptions *options) {
  if (search->closed_count || !search->metric->hierarchy || options->k == 0 || options->k > MI_LISTS_K_MAX)
    return false;
  if (options->excluded_count > MI_LISTS_K_MAX - options->k) return false;
  return fleet->available_count > 0 && place_count > search->graph->node_count / NODES_A_QUESTION;
}

void mi_search_nearest_sweep(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *places,
                             size_t place_count, const MusterNearestOptions *options, MusterNearest *out,
                             size_t *counts) {
  mi_sweep_run(&search->sweep, fleet, options);
  for (size_t i = 0; i < place_count; i++) {
    uint64_t keys[MI_LISTS_K_MAX];
    counts[i] = mi_sweep_read(&search->sweep, fleet, &places[i], options, keys);
    for (size_t j = 0; j < counts[i]; j++)
      out[i * options->k + j] = (MusterNearest){mi_heap4_key_id(keys[j]), mi_heap4_key_time(keys[j])};
  }
}

void muster_search_nearest_batch(MusterSearch *search, const MusterFleet *fleet, const MusterRoadPoint *places,
                                 size_t place_count, const MusterNearestOptions *options, MusterNearest *out,
                                 size_t *counts) {
  for (size_t i = 0; i < place_count; i++) counts[i] = 0;
  g_return_if_fail(fleet->metric == search->shared);
  for (size_t i = 0; i < place_count; i++) g_return_if_fail(mi_point_is_valid(search->graph, &places[i]));
  if (prefers_sweep(search, fleet, place_count, options)) {
    mi_search_nearest_sweep(search, fleet, places, place_count, options, out, counts);
    return;
  }
  for (size_t i = 0; i < place_count; i++)
    counts[i] = muster_search_nearest(search, fleet, &places[i], options, out + i * options->k);
}
