/* Routes over several roads that nobody may take as a whole, though each of their movements is permitted.
 *
 * A road on such a route is travelled on copies of its link, which remember where one came from: of the copies of one
 * road the link itself is the one that everybody may enter, so who wants to stop on it takes that; the first copy is
 * the one from which all may be done that the road permits, so who sets out from it takes that.
 *
 * Source: the routes are words, the copies the states of Aho and Corasick's automaton over them (CACM 18(6), 1975).
 */
#ifndef MI_ROAD_TURNS_ROUTES_H
#define MI_ROAD_TURNS_ROUTES_H

#include "road/turns_view.h"

/* Routes: a GPtrArray of GArray of mi_link_end, the end by which each road is entered; at least three roads. Adds the
 * copies to the draft and appends the movements between them that are forbidden; `forbidden` (ascending, each once)
 * holds those between the roads themselves. The view sees the draft as it was before. */
void mi_turns_unfold(mi_draft *draft, const mi_turns_view *view, const GPtrArray *routes, GArray *forbidden);

#endif
