/* Responders on one network; see fleet.h. */
#include "route/fleet.h"

MusterFleet *muster_fleet_new(MusterNetwork *network) {
  MusterFleet *fleet = g_new0(MusterFleet, 1);
  fleet->network = muster_network_ref(network);
  fleet->metric = muster_network_metric(network);
  fleet->graph = mi_network_graph(network);
  fleet->nodes = g_new(mi_fleet_node, fleet->graph->node_count);
  fleet->first_on_link = g_new(uint32_t, fleet->graph->link_count);
  for (uint32_t i = 0; i < fleet->graph->node_count; i++) fleet->nodes[i] = (mi_fleet_node){0, MUSTER_NONE};
  for (uint32_t i = 0; i < fleet->graph->link_count; i++) fleet->first_on_link[i] = MUSTER_NONE;
  return fleet;
}

void muster_fleet_free(MusterFleet *fleet) {
  if (!fleet) return;
  g_free(fleet->nodes);
  g_free(fleet->first_on_link);
  g_free(fleet->slots);
  g_free(fleet->entries);
  muster_metric_unref(fleet->metric);
  muster_network_unref(fleet->network);
  g_free(fleet);
}

/* Doubles, so that putting n responders in ascending order costs O(n). */
static void grow(MusterFleet *fleet, MusterResponder responder) {
  size_t count = MAX((size_t)responder + 1, fleet->slot_count * 2);
  fleet->slots = g_renew(mi_fleet_slot, fleet->slots, count);
  fleet->entries = g_renew(mi_fleet_entry, fleet->entries, count * MI_FLEET_ENTRIES);
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

static void enter_node(const MusterFleet *fleet, uint32_t at) {
  mi_fleet_node *node = &fleet->nodes[fleet->entries[at].end.node];
  link_entry(fleet, &node->first, at);
  node->skills |= fleet->entries[at].skills;
}

static void leave_node(const MusterFleet *fleet, uint32_t at) {
  mi_fleet_node *node = &fleet->nodes[fleet->entries[at].end.node];
  unlink_entry(fleet, &node->first, at);
  if (node->first == MUSTER_NONE) node->skills = 0;
}

/* Enters or leaves all lists of the responder. */
static void set_linked(MusterFleet *fleet, MusterResponder responder, bool linked) {
  uint32_t end_count = fleet->slots[responder].end_count, at = responder * MI_FLEET_ENTRIES;
  for (uint32_t i = 0; i < end_count; i++) (linked ? enter_node : leave_node)(fleet, at + i);
  if (fleet->slots[responder].on_link) {
    at += MI_FLEET_ON_LINK;
    (linked ? link_entry : unlink_entry)(fleet, &fleet->first_on_link[fleet->entries[at].end.node], at);
  }
  fleet->available_count += linked ? 1 : (size_t)-1;
}

void muster_fleet_put(MusterFleet *fleet, MusterResponder responder, const MusterRoadPoint *place, uint64_t skills) {
  g_return_if_fail(mi_point_is_valid(fleet->graph, place));
  g_return_if_fail(responder < MUSTER_NONE / MI_FLEET_ENTRIES);
  if (responder >= fleet->slot_count) grow(fleet, responder);
  mi_fleet_slot *slot = &fleet->slots[responder];
  bool available = slot->present ? slot->available : true;
  if (slot->present && slot->available) set_linked(fleet, responder, false);

  mi_end ends[MI_ENDS_MAX];
  unsigned end_count = mi_point_ends(fleet->metric, place, ends);
  mi_fleet_entry *entries = &fleet->entries[(size_t)responder * MI_FLEET_ENTRIES];
  for (unsigned i = 0; i < end_count; i++) entries[i].end = ends[i];
  for (unsigned i = 0; i < MI_FLEET_ENTRIES; i++) entries[i].skills = skills;
  entries[MI_FLEET_ON_LINK].end = (mi_end){.node = place->link};
  *slot = (mi_fleet_slot){.place = *place,
                          .present = true,
                          .available = available,
                          .on_link = mi_point_node(fleet->graph, place) == MUSTER_NONE,
                          .end_count = (uint8_t)end_count};
  if (available) set_linked(fleet, responder, true);
}

void muster_fleet_remove(MusterFleet *fleet, MusterResponder responder) {
  if (responder >= fleet->slot_count || !fleet->slots[responder].present) return;
  if (fleet->slots[responder].available) set_linked(fleet, responder, false);
  fleet->slots[responder].present = false;
}

void muster_fleet_set_available(MusterFleet *fleet, MusterResponder responder, bool available) {
  if (responder >= fleet->slot_count || !fleet->slots[responder].present) return;
  if (fleet->slots[responder].available == available) return;
  fleet->slots[responder].available = available;
  set_linked(fleet, responder, available);
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
