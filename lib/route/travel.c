/* The travel oracle: over networks, one layer a mode, searched together; over a table, see travel_table.c.
 *
 * A position is snapped once a mode and kept (snaps.h). Where lists of near responders pay (listing.h), each mode
 * says its k nearest from its lists, and of these the k nearest by anybody's fastest mode are taken; else one search
 * runs over all modes at once and stops at the k-th responder of all.
 */
#include "route/travel.h"

#include "route/depots.h"
#include "route/listing.h"
#include "route/placing.h"
#include "route/snaps.h"

typedef struct travel_layer {
  MusterMode mode;
  MusterNetwork *network;
  MusterFleet *fleet, *waiting;
  MusterFleet *depots; /* NULL: there are none */
  MusterSearch *search;
} travel_layer;

struct MusterTravel {
  mi_table *table; /* or, if NULL: */
  double snap_limit_m;
  unsigned layer_count;
  travel_layer layers[MUSTER_MODE_COUNT]; /* ascending mode */
  uint64_t node_count;                    /* of all layers */
  mi_listings listings;
  mi_snaps snaps; /* with room for three places of each responder that was put */
};

GQuark muster_route_error_quark(void) { return g_quark_from_static_string("muster-route-error"); }

static bool check_networks(MusterNetwork *const *networks, size_t count, double snap_limit_m, GError **error) {
  bool taken[MUSTER_MODE_COUNT] = {false};
  if (count == 0) {
    g_set_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_OPTION, "networks: expected at least one, found none");
    return false;
  }
  if (!(snap_limit_m >= 0)) {
    g_set_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_OPTION, "snap limit: expected 0 m or more, found %g m",
                snap_limit_m);
    return false;
  }
  for (size_t i = 0; i < count; i++) {
    MusterNetworkInfo info;
    muster_network_info(networks[i], &info);
    if (!info.has_positions) {
      g_set_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_NETWORK,
                  "network %zu (%s): expected positions to place people by, found none", i + 1,
                  muster_mode_name(info.mode));
      return false;
    }
    if (taken[info.mode]) {
      g_set_error(error, MUSTER_ROUTE_ERROR, MUSTER_ROUTE_ERROR_NETWORK,
                  "network %zu: expected at most one network a mode, found a second one of mode %s", i + 1,
                  muster_mode_name(info.mode));
      return false;
    }
    taken[info.mode] = true;
  }
  return true;
}

MusterTravel *muster_travel_new_networks(MusterNetwork *const *networks, size_t count, double snap_limit_m,
                                         GError **error) {
  if (!check_networks(networks, count, snap_limit_m, error)) return NULL;
  MusterTravel *travel = g_new0(MusterTravel, 1);
  travel->snap_limit_m = snap_limit_m;
  mi_snaps_init(&travel->snaps);
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++)
    for (size_t i = 0; i < count; i++) {
      MusterNetworkInfo info;
      muster_network_info(networks[i], &info);
      if ((int)info.mode != mode) continue;
      travel->layers[travel->layer_count++] = (travel_layer){
          .mode = info.mode,
          .network = muster_network_ref(networks[i]),
          .fleet = muster_fleet_new(networks[i]),
          .waiting = muster_fleet_new(networks[i]),
          .search = muster_search_new(networks[i]),
      };
      travel->node_count += info.node_count;
    }
  return travel;
}

MusterTravel *muster_travel_new_matrix(const char *const *place_names, size_t place_count, const uint32_t *times_ms) {
  MusterTravel *travel = g_new0(MusterTravel, 1);
  travel->table = mi_table_new(place_names, place_count, times_ms);
  return travel;
}

void muster_travel_free(MusterTravel *travel) {
  if (!travel) return;
  mi_table_free(travel->table);
  for (unsigned i = 0; i < travel->layer_count; i++) {
    muster_search_free(travel->layers[i].search);
    muster_fleet_free(travel->layers[i].fleet);
    muster_fleet_free(travel->layers[i].waiting);
    muster_fleet_free(travel->layers[i].depots);
    muster_network_unref(travel->layers[i].network);
  }
  mi_snaps_clear(&travel->snaps);
  g_free(travel);
}

bool muster_travel_set_metric(MusterTravel *travel, MusterMode mode, MusterMetric *metric) {
  for (unsigned i = 0; i < travel->layer_count; i++) {
    const travel_layer *layer = &travel->layers[i];
    if (layer->mode != mode) continue;
    if (layer->network != muster_metric_network(metric)) return false;
    muster_search_set_metric(layer->search, metric);
    muster_fleet_set_metric(layer->fleet, metric);
    muster_fleet_set_metric(layer->waiting, metric);
    if (layer->depots) muster_fleet_set_metric(layer->depots, metric);
    return true;
  }
  return false;
}

MusterMetric *muster_travel_metric(const MusterTravel *travel, MusterMode mode) {
  for (unsigned i = 0; i < travel->layer_count; i++)
    if (travel->layers[i].mode == mode) return muster_metric_ref(travel->layers[i].fleet->metric);
  return NULL;
}

bool muster_travel_is_matrix(const MusterTravel *travel) { return travel->table != NULL; }

uint32_t muster_travel_find_place(const MusterTravel *travel, const char *name) {
  return travel->table ? mi_table_find_place(travel->table, name) : MUSTER_NONE;
}

bool muster_travel_find_node(const MusterTravel *travel, int64_t outside_id, MusterPosition *out) {
  for (unsigned i = 0; i < travel->layer_count; i++) {
    MusterNode node = muster_network_find_node(travel->layers[i].network, outside_id);
    if (node == MUSTER_NONE) continue;
    *out = muster_network_node_position(travel->layers[i].network, node);
    return true;
  }
  return false;
}

/* ---- places on the roads ---- */

/* The position on a layer's roads; NULL: none is near. Valid until the next call. */
static const MusterRoadPoint *snap(MusterTravel *travel, MusterPosition position, unsigned layer) {
  mi_snapped *place = mi_snaps_find(&travel->snaps, position);
  uint8_t bit = (uint8_t)(1u << layer);
  if (!(place->known & bit)) {
    place->known |= bit;
    if (muster_network_snap(travel->layers[layer].network, position, travel->snap_limit_m, &place->points[layer], NULL))
      place->usable |= bit;
  }
  return place->usable & bit ? &place->points[layer] : NULL;
}

bool mi_travel_reaches(MusterTravel *travel, MusterPlace place, unsigned modes) {
  if (travel->table) return mi_table_has(travel->table, place.matrix_id);
  for (unsigned i = 0; i < travel->layer_count; i++)
    if ((modes & MUSTER_MODE_BIT(travel->layers[i].mode)) && snap(travel, place.position, i)) return true;
  return false;
}

/* ---- responders ---- */

static void note_move(MusterTravel *travel, mi_move move, uint64_t skills) {
  for (unsigned i = 0; i < travel->listings.count; i++) {
    mi_listing *listing = &travel->listings.kept[i];
    if ((listing->skills & ~skills) || !mi_listing_take(listing, move, travel->layer_count)) continue;
    for (unsigned j = 0; j < travel->layer_count; j++)
      mi_fleet_forget_lists(travel->layers[j].fleet, MUSTER_TO_PLACE, listing->skills);
  }
}

bool muster_travel_put(MusterTravel *travel, MusterResponder responder, MusterPlace place, unsigned modes,
                       uint64_t skills) {
  if (travel->table) return mi_table_put(travel->table, responder, place.matrix_id, skills);
  bool was_present = false, was_available = true, placed = false;
  mi_snaps_reserve(&travel->snaps, (uint64_t)responder + 1);
  for (unsigned i = 0; i < travel->layer_count; i++)
    was_present |= mi_fleet_state(travel->layers[i].fleet, responder, &was_available);
  for (unsigned i = 0; i < travel->layer_count; i++) {
    const travel_layer *layer = &travel->layers[i];
    const MusterRoadPoint *point = modes & MUSTER_MODE_BIT(layer->mode) ? snap(travel, place.position, i) : NULL;
    if (point) {
      muster_fleet_put(layer->fleet, responder, point, skills);
      if (was_present) muster_fleet_set_available(layer->fleet, responder, was_available);
      placed = true;
    } else {
      muster_fleet_remove(layer->fleet, responder);
    }
  }
  note_move(travel, MI_MOVE_ELSEWHERE, skills);
  return placed;
}

void muster_travel_remove(MusterTravel *travel, MusterResponder responder) {
  if (travel->table) mi_table_remove(travel->table, responder);
  for (unsigned i = 0; i < travel->layer_count; i++) muster_fleet_remove(travel->layers[i].fleet, responder);
}

void muster_travel_set_available(MusterTravel *travel, MusterResponder responder, bool available) {
  if (travel->table) mi_table_set_available(travel->table, responder, available);
  bool was_available = true, comes = false;
  uint64_t skills = 0;
  for (unsigned i = 0; i < travel->layer_count; i++) {
    MusterFleet *fleet = travel->layers[i].fleet;
    if (!mi_fleet_state(fleet, responder, &was_available) || was_available == available) continue;
    muster_fleet_set_available(fleet, responder, available);
    comes = available;
    skills = mi_fleet_skills(fleet, responder);
  }
  if (comes) note_move(travel, MI_MOVE_ENTERS, skills);
}

/* ---- questions ---- */

/* The layers that the place can be asked about on; their modes. */
static unsigned choose_layers(MusterTravel *travel, MusterPosition place, mi_layer *layers, uint8_t *modes) {
  unsigned count = 0;
  for (unsigned i = 0; i < travel->layer_count; i++) {
    const travel_layer *layer = &travel->layers[i];
    const MusterRoadPoint *point = layer->fleet->available_count ? snap(travel, place, i) : NULL;
    if (!point) continue;
    modes[count] = (uint8_t)layer->mode;
    layers[count++] = (mi_layer){layer->search, layer->fleet, point};
  }
  return count;
}

/* Each layer's k nearest in one order of (time, responder, layer), each responder once: whoever is among the k nearest
 * of all is among the k nearest by the mode that is fastest for them. */
static size_t merge_layers(uint64_t keys[][MI_LISTS_K_MAX], const size_t *counts, unsigned layer_count, size_t k,
                           MusterTravelHit *out) {
  size_t next[MUSTER_MODE_COUNT] = {0}, found = 0;
  while (found < k) {
    unsigned least = layer_count;
    for (unsigned i = 0; i < layer_count; i++)
      if (next[i] < counts[i] && (least == layer_count || keys[i][next[i]] < keys[least][next[least]])) least = i;
    if (least == layer_count) break;
    uint64_t key = keys[least][next[least]++];
    size_t same = 0;
    while (same < found && out[same].responder != mi_heap4_key_id(key)) same++;
    if (same == found) out[found++] = (MusterTravelHit){mi_heap4_key_id(key), mi_heap4_key_time(key), (uint8_t)least};
  }
  return found;
}

static size_t find_by_lists(const mi_layer *layers, unsigned count, const mi_question *question, MusterTravelHit *out) {
  uint64_t keys[MUSTER_MODE_COUNT][MI_LISTS_K_MAX];
  size_t counts[MUSTER_MODE_COUNT];
  MusterNearestOptions options = {
      .direction = question->direction, .skills = question->skills, .k = question->k, .limit_ms = question->limit_ms};
  for (unsigned i = 0; i < count; i++)
    counts[i] = mi_fleet_nearest_by_lists(layers[i].fleet, &layers[i].search->up, layers[i].place, &options, keys[i]);
  return merge_layers(keys, counts, count, question->k, out);
}

static bool have_hierarchies(const mi_layer *layers, unsigned count) {
  for (unsigned i = 0; i < count; i++)
    if (!layers[i].search->metric->hierarchy) return false;
  return true;
}

static uint64_t count_settled(const mi_layer *layers, unsigned count) {
  uint64_t settled = 0;
  for (unsigned i = 0; i < count; i++) settled += layers[i].search->settled;
  return settled;
}

/* By lists or by a plain search, whichever costs less over all. */
static size_t find_nearest(MusterTravel *travel, const mi_layer *layers, unsigned count, const mi_question *question,
                           MusterTravelHit *out) {
  if (question->k > MI_LISTS_K_MAX || !have_hierarchies(layers, count))
    return mi_nearest_run(layers, count, question, out);
  mi_listing *listing = mi_listings_find(&travel->listings, question->skills);
  if (mi_listing_answers(listing, travel->node_count)) return find_by_lists(layers, count, question, out);
  uint64_t before = count_settled(layers, count);
  size_t found = mi_nearest_run(layers, count, question, out);
  mi_listing_add(listing, count_settled(layers, count) - before, travel->node_count);
  return found;
}

size_t muster_travel_nearest(MusterTravel *travel, MusterPlace place, uint64_t skills, size_t k, uint32_t limit_ms,
                             MusterTravelHit *out) {
  if (travel->table) return mi_table_nearest(travel->table, place.matrix_id, skills, k, limit_ms, out);
  mi_layer layers[MUSTER_MODE_COUNT];
  uint8_t modes[MUSTER_MODE_COUNT];
  unsigned count = choose_layers(travel, place.position, layers, modes);
  if (count == 0) return 0;
  mi_question question = {.direction = MUSTER_TO_PLACE, .skills = skills, .k = k, .limit_ms = limit_ms};
  size_t found = find_nearest(travel, layers, count, &question, out);
  for (size_t i = 0; i < found; i++) out[i].mode = modes[out[i].mode];
  return found;
}

/* ---- places that wait ---- */

void muster_travel_wait(MusterTravel *travel, uint32_t waiting, MusterPlace place) {
  if (travel->table) {
    mi_table_wait(travel->table, waiting, place.matrix_id);
    return;
  }
  for (unsigned i = 0; i < travel->layer_count; i++) {
    const MusterRoadPoint *point = snap(travel, place.position, i);
    if (point)
      muster_fleet_put(travel->layers[i].waiting, waiting, point, 0);
    else
      muster_fleet_remove(travel->layers[i].waiting, waiting);
  }
}

void muster_travel_unwait(MusterTravel *travel, uint32_t waiting) {
  if (travel->table) mi_table_unwait(travel->table, waiting);
  for (unsigned i = 0; i < travel->layer_count; i++) muster_fleet_remove(travel->layers[i].waiting, waiting);
}

typedef struct mode_visit {
  MusterTravelVisit visit;
  void *data;
  uint8_t modes[MUSTER_MODE_COUNT]; /* of the layers asked */
} mode_visit;

static bool visit_with_mode(const MusterTravelHit *hit, void *data) {
  const mode_visit *outer = data;
  return outer->visit(&(MusterTravelHit){hit->responder, hit->time_ms, outer->modes[hit->mode]}, outer->data);
}

/* Few who wait are all named by the lists; `k` of the question is how many there are at most. */
static size_t visit_by_lists(const mi_layer *layers, unsigned count, const mi_question *question) {
  MusterTravelHit hits[MI_LISTS_K_MAX];
  size_t found = find_by_lists(layers, count, question, hits), taken = 0;
  uint32_t taken_ms = MUSTER_UNREACHABLE_MS;
  for (size_t i = 0; i < found && hits[i].time_ms <= taken_ms; i++) {
    if (!question->visit(&hits[i], question->data)) continue;
    taken++;
    taken_ms = hits[i].time_ms;
  }
  return taken;
}

size_t muster_travel_visit_waiting(MusterTravel *travel, MusterResponder responder, uint32_t limit_ms,
                                   MusterTravelVisit visit, void *data) {
  if (travel->table) return mi_table_visit_waiting(travel->table, responder, limit_ms, visit, data);
  mode_visit inner = {.visit = visit, .data = data};
  mi_layer layers[MUSTER_MODE_COUNT];
  unsigned count = 0;
  mi_question question = {
      .direction = MUSTER_FROM_PLACE, .limit_ms = limit_ms, .visit = visit_with_mode, .data = &inner};
  for (unsigned i = 0; i < travel->layer_count; i++) {
    const travel_layer *layer = &travel->layers[i];
    const MusterRoadPoint *from = mi_fleet_place(layer->fleet, responder);
    if (!from || layer->waiting->available_count == 0) continue;
    inner.modes[count] = (uint8_t)layer->mode;
    layers[count++] = (mi_layer){layer->search, layer->waiting, from};
    question.k += layer->waiting->available_count; /* of all layers: some wait where not every mode gets */
  }
  if (count == 0) return 0;
  if (question.k <= MI_LISTS_K_MAX && have_hierarchies(layers, count)) return visit_by_lists(layers, count, &question);
  question.k = SIZE_MAX;
  return mi_nearest_run(layers, count, &question, NULL);
}

/* ---- depots ---- */

void mi_travel_put_depot(MusterTravel *travel, uint32_t depot, MusterPosition position, uint64_t kinds) {
  for (unsigned i = 0; i < travel->layer_count; i++) {
    travel_layer *layer = &travel->layers[i];
    const MusterRoadPoint *point = snap(travel, position, i);
    if (!point) continue;
    if (!layer->depots) {
      layer->depots = muster_fleet_new(layer->network);
      muster_fleet_set_metric(layer->depots, layer->fleet->metric);
    }
    muster_fleet_put(layer->depots, depot, point, kinds);
  }
}

static const travel_layer *find_layer(const MusterTravel *travel, MusterMode mode, unsigned *at) {
  for (*at = 0; *at < travel->layer_count; ++*at)
    if (travel->layers[*at].mode == mode) return travel->layers[*at].depots ? &travel->layers[*at] : NULL;
  return NULL;
}

size_t mi_travel_nearest_depots(MusterTravel *travel, MusterMode mode, MusterPosition place, uint64_t kinds, size_t k,
                                uint32_t limit_ms, MusterNearest *out) {
  unsigned at;
  const travel_layer *layer = find_layer(travel, mode, &at);
  if (!layer) return 0;
  const MusterRoadPoint *point = snap(travel, place, at);
  if (!point) return 0;
  MusterNearestOptions options = {.direction = MUSTER_TO_PLACE, .skills = kinds, .k = k, .limit_ms = limit_ms};
  return muster_search_nearest(layer->search, layer->depots, point, &options, out);
}

uint32_t mi_travel_time_to_depot_ms(MusterTravel *travel, MusterResponder responder, uint32_t depot, MusterMode mode,
                                    uint32_t limit_ms) {
  unsigned at;
  const travel_layer *layer = find_layer(travel, mode, &at);
  const MusterRoadPoint *from = layer ? mi_fleet_place(layer->fleet, responder) : NULL;
  const MusterRoadPoint *to = from ? mi_fleet_place(layer->depots, depot) : NULL;
  return to ? mi_search_time_within(layer->search, from, to, limit_ms) : MUSTER_UNREACHABLE_MS;
}

/* ---- one responder ---- */

/* The fastest mode is asked first: its time bounds the others. An equal time goes to the lower mode, as in nearest. */
static uint32_t find_fastest(MusterTravel *travel, MusterResponder responder, MusterPlace place, uint32_t limit_ms,
                             uint8_t *mode) {
  uint32_t best_ms = limit_ms;
  for (unsigned i = travel->layer_count; i-- > 0;) {
    const travel_layer *layer = &travel->layers[i];
    const MusterRoadPoint *from = mi_fleet_place(layer->fleet, responder);
    const MusterRoadPoint *to = from ? snap(travel, place.position, i) : NULL;
    if (!to) continue;
    uint32_t time_ms = mi_search_time_within(layer->search, from, to, best_ms);
    if (time_ms == MUSTER_UNREACHABLE_MS) continue;
    best_ms = time_ms;
    *mode = (uint8_t)layer->mode;
  }
  return *mode == MUSTER_MODE_COUNT ? MUSTER_UNREACHABLE_MS : best_ms;
}

uint32_t muster_travel_time_within_ms(MusterTravel *travel, MusterResponder responder, MusterPlace place,
                                      uint32_t limit_ms, uint8_t *mode) {
  uint8_t best_mode = MUSTER_MODE_COUNT;
  uint32_t best_ms;
  if (travel->table) {
    best_ms = mi_table_time_ms(travel->table, responder, place.matrix_id);
    if (best_ms > limit_ms) best_ms = MUSTER_UNREACHABLE_MS;
  } else {
    best_ms = find_fastest(travel, responder, place, limit_ms, &best_mode);
  }
  if (mode) *mode = best_mode;
  return best_ms;
}

uint32_t muster_travel_time_ms(MusterTravel *travel, MusterResponder responder, MusterPlace place, uint8_t *mode) {
  return muster_travel_time_within_ms(travel, responder, place, MUSTER_UNREACHABLE_MS, mode);
}
