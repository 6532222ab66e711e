/* Responders on one network; see fleet.h. */
#include "route/fleet.h"

#include <pthread.h>
#include <string.h>

#include "base/heap4.h"

/* ---- lists of near responders, made as they are asked for ---- */

typedef struct mi_fleet_lists {
  pthread_mutex_t lock;
  mi_lists *kept[MI_FLEET_LISTS_MOST]; /* asked about last comes first */
  unsigned count;
} mi_fleet_lists;

static mi_fleet_lists *lists_new(void) {
  mi_fleet_lists *all = g_new0(mi_fleet_lists, 1);
  pthread_mutex_init(&all->lock, NULL);
  return all;
}

static void lists_free(mi_fleet_lists *all) {
  for (unsigned i = 0; i < all->count; i++) mi_lists_free(all->kept[i]);
  pthread_mutex_destroy(&all->lock);
  g_free(all);
}

static unsigned find_kept(const mi_fleet_lists *all, MusterDirection direction, uint64_t skills) {
  unsigned at = 0;
  while (at < all->count &&
         (mi_lists_direction(all->kept[at]) != direction || mi_lists_skills(all->kept[at]) != skills))
    at++;
  return at;
}

static mi_lists *find_lists(const MusterFleet *fleet, MusterDirection direction, uint64_t skills) {
  mi_fleet_lists *all = fleet->lists;
  unsigned at = find_kept(all, direction, skills);
  mi_lists *found = at < all->count ? all->kept[at] : mi_lists_new(fleet, direction, skills);
  if (at == MI_FLEET_LISTS_MOST) mi_lists_free(all->kept[--at]);
  if (at == all->count) all->count++;
  memmove(&all->kept[1], &all->kept[0], at * sizeof(mi_lists *));
  all->kept[0] = found;
  return found;
}

size_t mi_fleet_nearest_by_lists(const MusterFleet *fleet, mi_climb *climb, const MusterRoadPoint *place,
                                 const MusterNearestOptions *options, uint64_t *out) {
  pthread_mutex_lock(&fleet->lists->lock);
  mi_lists *lists = find_lists(fleet, options->direction, options->skills);
  size_t count = mi_lists_nearest(lists, fleet, climb, place, options, out);
  pthread_mutex_unlock(&fleet->lists->lock);
  return count;
}

void mi_fleet_forget_lists(MusterFleet *fleet, MusterDirection direction, uint64_t skills) {
  mi_fleet_lists *all = fleet->lists;
  unsigned at = find_kept(all, direction, skills);
  if (at == all->count) return;
  mi_lists_free(all->kept[at]);
  all->count--;
  memmove(&all->kept[at], &all->kept[at + 1], (all->count - at) * sizeof(mi_lists *));
}

void muster_fleet_prepare(MusterFleet *fleet, MusterDirection direction, uint64_t skills) {
  if (fleet->metric->hierarchy) mi_lists_make_all(find_lists(fleet, direction, skills), fleet);
}

typedef void (*lists_change)(mi_lists *lists, const MusterFleet *fleet, MusterResponder responder);

static void change_lists(const MusterFleet *fleet, lists_change change, MusterResponder responder) {
  for (unsigned i = 0; i < fleet->lists->count; i++) change(fleet->lists->kept[i], fleet, responder);
}

/* ---- responders ---- */

MusterFleet *muster_fleet_new(MusterNetwork *network) {
  MusterFleet *fleet = g_new0(MusterFleet, 1);
  fleet->network = muster_network_ref(network);
  fleet->metric = muster_network_metric(network);
  fleet->graph = mi_network_graph(network);
  fleet->nodes = g_new(mi_fleet_node, fleet->graph->node_count);
  fleet->first_on_link = g_new(uint32_t, fleet->graph->link_count);
  for (uint32_t i = 0; i < fleet->graph->node_count; i++)
    fleet->nodes[i] = (mi_fleet_node){0, MUSTER_NONE, MUSTER_NONE};
  for (uint32_t i = 0; i < fleet->graph->link_count; i++) fleet->first_on_link[i] = MUSTER_NONE;
  fleet->lists = lists_new();
  return fleet;
}

void muster_fleet_free(MusterFleet *fleet) {
  if (!fleet) return;
  g_free(fleet->nodes);
  g_free(fleet->first_on_link);
  g_free(fleet->slots);
  g_free(fleet->entries);
  g_free(fleet->available);
  lists_free(fleet->lists);
  muster_metric_unref(fleet->metric);
  muster_network_unref(fleet->network);
  g_free(fleet);
}

/* Doubles, so that putting n responders in ascending order costs O(n). */
static void grow(MusterFleet *fleet, MusterResponder responder) {
  size_t count = MAX((size_t)responder + 1, fleet->slot_count * 2);
  fleet->slots = g_renew(mi_fleet_slot, fleet->slots, count);
  fleet->entries = g_renew(mi_fleet_entry, fleet->entries, count * MI_FLEET_ENTRIES);
  fleet->available = g_renew(uint64_t, fleet->available, count / 64 + 1);
  for (size_t i = fleet->slot_count ? fleet->slot_count / 64 + 1 : 0; i <= count / 64; i++) fleet->available[i] = 0;
  for (size_t i = fleet->slot_count; i < count; i++) fleet->slots[i] = (mi_fleet_slot){0};
  fleet->slot_count = count;
}

static void link_entry(const MusterFleet *fleet, uint32_t *first, uint32_t at) {
  mi_fleet_entry *entry = &fleet->entries[at];
  entry->previous = MUSTER_NONE;
  entry->next = *first;
  if (*first != MUSTER_NONE) fleet->entries[*first].previous = at;
  *first = at;
}

static void unlink_entry(const MusterFleet *fleet, uint32_t *first, uint32_t at) {
  mi_fleet_entry *entry = &fleet->entries[at];
  if (entry->next != MUSTER_NONE) fleet->entries[entry->next].previous = entry->previous;
  if (entry->previous != MUSTER_NONE)
    fleet->entries[entry->previous].next = entry->next;
  else
    *first = entry->next;
}

static void enter_node(const MusterFleet *fleet, uint32_t at, bool available) {
  mi_fleet_node *node = &fleet->nodes[fleet->entries[at].end.node];
  link_entry(fleet, available ? &node->first : &node->first_busy, at);
  if (available) node->skills |= fleet->entries[at].skills;
}

static void leave_node(const MusterFleet *fleet, uint32_t at, bool available) {
  mi_fleet_node *node = &fleet->nodes[fleet->entries[at].end.node];
  unlink_entry(fleet, available ? &node->first : &node->first_busy, at);
  if (node->first == MUSTER_NONE) node->skills = 0;
}

static void set_bit(MusterFleet *fleet, MusterResponder responder, bool available) {
  uint64_t *word = &fleet->available[responder / 64], bit = UINT64_C(1) << (responder % 64);
  *word = available ? *word | bit : *word & ~bit;
}

/* Enters all chains of the responder. */
static void link_responder(MusterFleet *fleet, MusterResponder responder) {
  const mi_fleet_slot *slot = &fleet->slots[responder];
  uint32_t at = responder * MI_FLEET_ENTRIES;
  for (uint32_t i = 0; i < slot->end_count; i++) enter_node(fleet, at + i, slot->available);
  set_bit(fleet, responder, slot->available);
  if (!slot->available) return;
  fleet->available_count++;
  if (slot->on_link) link_entry(fleet, &fleet->first_on_link[slot->place.link], at + MI_FLEET_ON_LINK);
}

static void unlink_responder(MusterFleet *fleet, MusterResponder responder) {
  const mi_fleet_slot *slot = &fleet->slots[responder];
  uint32_t at = responder * MI_FLEET_ENTRIES;
  for (uint32_t i = 0; i < slot->end_count; i++) leave_node(fleet, at + i, slot->available);
  set_bit(fleet, responder, false);
  if (!slot->available) return;
  fleet->available_count--;
  if (slot->on_link) unlink_entry(fleet, &fleet->first_on_link[slot->place.link], at + MI_FLEET_ON_LINK);
}

/* What the place's ends are on the fleet's metric. */
static void set_ends(MusterFleet *fleet, MusterResponder responder) {
  mi_fleet_slot *slot = &fleet->slots[responder];
  mi_end ends[MI_ENDS_MAX];
  slot->end_count = (uint8_t)mi_point_ends(fleet->metric, &slot->place, ends);
  for (unsigned i = 0; i < slot->end_count; i++) fleet->entries[(size_t)responder * MI_FLEET_ENTRIES + i].end = ends[i];
}

void muster_fleet_put(MusterFleet *fleet, MusterResponder responder, const MusterRoadPoint *place, uint64_t skills) {
  g_return_if_fail(mi_point_is_valid(fleet->graph, place));
  g_return_if_fail(responder < MUSTER_NONE / MI_FLEET_ENTRIES);
  if (responder >= fleet->slot_count) grow(fleet, responder);
  mi_fleet_slot *slot = &fleet->slots[responder];
  bool available = slot->present ? slot->available : true;
  muster_fleet_remove(fleet, responder);
  mi_fleet_entry *entries = &fleet->entries[(size_t)responder * MI_FLEET_ENTRIES];
  for (unsigned i = 0; i < MI_FLEET_ENTRIES; i++) entries[i].skills = skills;
  *slot = (mi_fleet_slot){.place = *place,
                          .present = true,
                          .available = available,
                          .on_link = mi_point_node(fleet->graph, place) == MUSTER_NONE};
  set_ends(fleet, responder);
  link_responder(fleet, responder);
  change_lists(fleet, available ? mi_lists_enter : mi_lists_leave_out, responder);
}

void muster_fleet_remove(MusterFleet *fleet, MusterResponder responder) {
  if (responder >= fleet->slot_count || !fleet->slots[responder].present) return;
  change_lists(fleet, mi_lists_leave, responder);
  unlink_responder(fleet, responder);
  fleet->slots[responder].present = false;
}

void muster_fleet_set_available(MusterFleet *fleet, MusterResponder responder, bool available) {
  if (responder >= fleet->slot_count || !fleet->slots[responder].present) return;
  if (fleet->slots[responder].available == available) return;
  unlink_responder(fleet, responder);
  fleet->slots[responder].available = available;
  link_responder(fleet, responder);
  if (available) change_lists(fleet, mi_lists_enter_again, responder);
}

/* ---- another metric ---- */

static bool same_arc(const MusterMetric *a, const MusterMetric *b, MusterArc arc) {
  return arc == MUSTER_NONE || a->weight_ms[arc] == b->weight_ms[arc];
}

/* Responders whose own link takes another time, in ascending order. */
static GArray *find_moved(const MusterFleet *fleet, const MusterMetric *metric) {
  GArray *moved = g_array_new(FALSE, FALSE, sizeof(MusterResponder));
  for (size_t i = 0; i < fleet->slot_count; i++) {
    const mi_fleet_slot *slot = &fleet->slots[i];
    if (!slot->present || !slot->on_link) continue;
    MusterLink link = slot->place.link;
    if (same_arc(fleet->metric, metric, fleet->graph->link_forward[link]) &&
        same_arc(fleet->metric, metric, fleet->graph->link_backward[link]))
      continue;
    MusterResponder responder = (MusterResponder)i;
    g_array_append_val(moved, responder);
  }
  return moved;
}

void muster_fleet_set_metric(MusterFleet *fleet, MusterMetric *metric) {
  g_return_if_fail(muster_metric_network(metric) == fleet->network);
  if (metric == fleet->metric) return;
  GArray *moved = find_moved(fleet, metric);
  for (guint i = 0; i < moved->len; i++) {
    MusterResponder responder = g_array_index(moved, MusterResponder, i);
    change_lists(fleet, mi_lists_leave, responder);
    unlink_responder(fleet, responder);
  }
  MusterMetric *before = fleet->metric;
  fleet->metric = muster_metric_ref(metric);
  for (unsigned i = 0; i < fleet->lists->count; i++) mi_lists_follow(fleet->lists->kept[i], fleet, before);
  for (guint i = 0; i < moved->len; i++) {
    MusterResponder responder = g_array_index(moved, MusterResponder, i);
    set_ends(fleet, responder);
    link_responder(fleet, responder);
    change_lists(fleet, fleet->slots[responder].available ? mi_lists_enter : mi_lists_leave_out, responder);
  }
  g_array_unref(moved);
  muster_metric_unref(before);
}

const MusterRoadPoint *mi_fleet_place(const MusterFleet *fleet, MusterResponder responder) {
  if (responder >= fleet->slot_count || !fleet->slots[responder].present) return NULL;
  return &fleet->slots[responder].place;
}

bool mi_fleet_state(const MusterFleet *fleet, MusterResponder responder, bool *available) {
  if (!mi_fleet_place(fleet, responder)) return false;
  *available = fleet->slots[responder].available;
  return true;
}

uint64_t mi_fleet_skills(const MusterFleet *fleet, MusterResponder responder) {
  return fleet->entries[responder * MI_FLEET_ENTRIES].skills;
}

void mi_fleet_offer_beside(const MusterFleet *fleet, const MusterRoadPoint *place, const MusterNearestOptions *options,
                           uint64_t end_key, uint64_t *keys, size_t *count) {
  if (mi_point_node(fleet->graph, place) != MUSTER_NONE) return;
  for (uint32_t at = fleet->first_on_link[place->link]; at != MUSTER_NONE; at = fleet->entries[at].next) {
    MusterResponder responder = at / MI_FLEET_ENTRIES;
    const MusterRoadPoint *other = &fleet->slots[responder].place;
    uint32_t time_ms = options->direction == MUSTER_TO_PLACE ? mi_point_direct_ms(fleet->metric, other, place)
                                                             : mi_point_direct_ms(fleet->metric, place, other);
    uint64_t key = mi_heap4_key(time_ms, responder);
    if (key >= end_key || (options->skills & ~fleet->entries[at].skills) || mi_nearest_excludes(options, responder))
      continue;
    mi_keys_offer(keys, count, options->k, key);
  }
}
