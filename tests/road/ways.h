/* Seeded random roads for the tests of the road module: small, with everything that is awkward in real ones. */
#ifndef MUSTER_TESTS_ROAD_WAYS_H
#define MUSTER_TESTS_ROAD_WAYS_H

#include <muster/road.h>

#include "base/random.h"

/* A few to some dozen ways over a small pool of nodes: loops, parallels, points passed twice, one-way and closed
 * stretches, repeated points, several ways of one id, barriers. */
MusterRoads *test_random_roads(mi_random *random);
/* Adds restrictions at random nodes, most between ways that meet there, some the turn back, some of no sense. */
void test_add_restrictions(MusterRoads *roads, mi_random *random, size_t count);
/* As many turn restrictions over one to three ways, most of which name a route there is. */
void test_add_route_restrictions(MusterRoads *roads, mi_random *random, size_t count);
/* The same ways, barriers and restrictions in another order. */
MusterRoads *test_shuffled_roads(const MusterRoads *roads, mi_random *random);
/* Adds a way of class residential through the nodes, open both ways to all. */
void test_add_street(MusterRoads *roads, int64_t id, const int64_t *nodes, const MusterPosition *positions,
                     size_t count);

#endif
