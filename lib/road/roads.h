/* What the road module needs of a set of ways beyond its public face. */
#ifndef MI_ROAD_ROADS_H
#define MI_ROAD_ROADS_H

#include <muster/road.h>

/* What a way can hold, from whatever source. */
enum { MI_ROADS_MAXSPEED_MAX_KMH = 400, MI_ROADS_FERRY_MAX_S = 48 * 3600 };

/* Indices of the ways by ascending id (ways that share one by their content): the order that makes everything built
 * from them independent of insertion. muster_roads_way_count of them; free with g_free. */
uint32_t *mi_roads_ways_in_order(const MusterRoads *roads);

/* What muster_roads_restrictions_left_out will tell. */
void mi_roads_note_left_out(MusterRoads *roads, const MusterRestrictionsLeftOut *left_out);

/* Counts a way that lost `nodes` of its nodes because the file does not hold them. */
void mi_roads_note_missing(MusterRoads *roads, size_t nodes);

#endif
