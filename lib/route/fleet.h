/* Responders on one network, found from the nodes a search settles.
 *
 * A responder stands in a list for each of its ends (mi_point_ends) and in the list of the link it stands on.
 * The available and the busy are linked apart, so the busy cost a search nothing and a toggle is O(1). A node says
 * which skills may stand there, so that a search for a rare one passes the others by.
 */
#ifndef MI_ROUTE_FLEET_H
#define MI_ROUTE_FLEET_H

#include "route/lists.h"
#include "route/point.h"

#include <muster/route.h>

/* An entry is named responder × MI_FLEET_ENTRIES + its place in the responder. */
enum { MI_FLEET_ENTRIES = MI_ENDS_MAX + 1, MI_FLEET_ON_LINK = MI_ENDS_MAX };

typedef struct mi_fleet_entry {
  uint32_t next, previous; /* entries of the same list, MUSTER_NONE at its ends */
  mi_end end;              /* of an entry on a link: node is the link, the times are unused */
  uint64_t skills;
} mi_fleet_entry;

typedef struct mi_fleet_node {
  uint64_t skills;     /* no others stand here; those of who left count until the list is empty */
  uint32_t first;      /* of the available */
  uint32_t first_busy; /* of the others */
} mi_fleet_node;

typedef struct mi_fleet_slot {
  MusterRoadPoint place;
  bool present, available;
  bool on_link;
  uint8_t end_count;
} mi_fleet_slot;

struct MusterFleet {
  MusterNetwork *network;
  MusterMetric *metric; /* that the ends and lists below are of */
  const mi_graph *graph;
  mi_fleet_node *nodes;
  uint32_t *first_on_link;
  size_t slot_count; /* above the largest responder */
  mi_fleet_slot *slots;
  mi_fleet_entry *entries; /* MI_FLEET_ENTRIES a slot */
  uint64_t *available;     /* the slots' flag again, as bits */
  size_t available_count;
  struct mi_fleet_lists *lists; /* made by questions: changes even where the fleet does not */
};

/* Where the responder was put, or NULL. */
const MusterRoadPoint *mi_fleet_place(const MusterFleet *fleet, MusterResponder responder);
static inline bool mi_fleet_is_available(const MusterFleet *fleet, MusterResponder responder) {
  return fleet->available[responder / 64] >> (responder % 64) & 1;
}

/* Is the responder there, and if so is it available? *available is left alone otherwise. */
/* Of a responder that is there. */
uint64_t mi_fleet_skills(const MusterFleet *fleet, MusterResponder responder);
bool mi_fleet_state(const MusterFleet *fleet, MusterResponder responder, bool *available);

/* Offers those who need not leave the link that the place lies on, below end_key. */
void mi_fleet_offer_beside(const MusterFleet *fleet, const MusterRoadPoint *place, const MusterNearestOptions *options,
                           uint64_t end_key, uint64_t *keys, size_t *count);
/* As many lists are kept, each for one direction and set of skills. */
enum { MI_FLEET_LISTS_MOST = 32 };
void mi_fleet_forget_lists(MusterFleet *fleet, MusterDirection direction, uint64_t skills);
/* The k nearest by lists, as keys (time, responder); k + excluded_count is at most MI_LISTS_K_MAX, the network has a
 * hierarchy. */
size_t mi_fleet_nearest_by_lists(const MusterFleet *fleet, mi_climb *climb, const MusterRoadPoint *place,
                                 const MusterNearestOptions *options, uint64_t *out);

#endif
