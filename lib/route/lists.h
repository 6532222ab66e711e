/* Who is near, kept at every node: lists of the nearest responders over ways that stay below the node.
 *
 * A list holds every available, qualified responder of the node's subtree whose key (time to the node, responder) is
 * below the list's horizon. A question climbs from its place to the root and looks into the list of each ancestor it
 * passes, so it finds the k nearest of all (Knopp, Sanders, Schultes, Schulz, Wagner, ALENEX 2007, buckets; on
 * separator trees Buchhold & Wagner, SEA 2021). New here: entries stay when their responder becomes busy and are passed
 * over by one bit, and a list is made anew from those below only when it was cut and its available entries are used up;
 * it then gets twice what was asked for. So a toggle costs next to nothing, and nothing is computed that nobody asks
 * about.
 *
 * Lists may lag behind in one way only: a responder who came free may have been left out while busy. Those are
 * remembered and entered again when they come free.
 */
#ifndef MI_ROUTE_LISTS_H
#define MI_ROUTE_LISTS_H

#include "base/heap4.h"
#include "route/climb.h"

#include <muster/route.h>

/* More is asked of a plain search. */
enum { MI_LISTS_K_MAX = 64 };

/* Lists for one direction and one set of skills, of one fleet. */
typedef struct mi_lists mi_lists;
mi_lists *mi_lists_new(const MusterFleet *fleet, MusterDirection direction, uint64_t skills);
void mi_lists_free(mi_lists *lists);
MusterDirection mi_lists_direction(const mi_lists *lists);
uint64_t mi_lists_skills(const mi_lists *lists);

/* The responder, who is available, stands there now or came free. Nothing if he is not qualified. */
void mi_lists_enter(mi_lists *lists, const MusterFleet *fleet, MusterResponder responder);
/* He came free where he stood before. */
void mi_lists_enter_again(mi_lists *lists, const MusterFleet *fleet, MusterResponder responder);
/* He stands there now and is busy: may be missing from lists. */
void mi_lists_leave_out(mi_lists *lists, const MusterFleet *fleet, MusterResponder responder);
/* He leaves the place where he stood. */
void mi_lists_leave(mi_lists *lists, const MusterFleet *fleet, MusterResponder responder);
/* The fleet's metric changed from this one: what depends on changed chords is forgotten. */
void mi_lists_follow(mi_lists *lists, const MusterFleet *fleet, const MusterMetric *before);

/* Makes every list that is not there yet. O(chords · entries of a list). */
void mi_lists_make_all(mi_lists *lists, const MusterFleet *fleet);
/* As muster_search_nearest with these options; k + excluded_count is at most MI_LISTS_K_MAX. Keys (time, responder). */
size_t mi_lists_nearest(mi_lists *lists, const MusterFleet *fleet, mi_climb *climb, const MusterRoadPoint *place,
                        const MusterNearestOptions *options, uint64_t *out);

static inline bool mi_nearest_excludes(const MusterNearestOptions *options, MusterResponder responder) {
  for (size_t i = 0; i < options->excluded_count; i++)
    if (options->excluded[i] == responder) return true;
  return false;
}

/* ---- keys in order of (time, id), no id twice, at most `room` ---- */

/* False if the key is not among the least, and no greater one will be. */
static inline bool mi_keys_offer(uint64_t *keys, size_t *count, size_t room, uint64_t key) {
  if (*count == room && key >= keys[room - 1]) return false;
  uint32_t id = mi_heap4_key_id(key);
  size_t same = 0;
  while (same < *count && mi_heap4_key_id(keys[same]) != id) same++;
  if (same < *count && keys[same] <= key) return true;
  size_t at = same < *count ? same : *count < room ? (*count)++ : room - 1;
  for (; at > 0 && keys[at - 1] > key; at--) keys[at] = keys[at - 1];
  keys[at] = key;
  return true;
}

#endif
