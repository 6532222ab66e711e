/* Questions to a network that came from a file, honest or forged: whatever was accepted must answer, and the hierarchy
 * must say what a plain search says. */
#ifndef MUSTER_TESTS_ROAD_ASKED_H
#define MUSTER_TESTS_ROAD_ASKED_H

#include "road/network.h"

/* Asks for times, a path, a matrix and who is near; closes an arc and asks again; of all modes. The network
 * is a home, and may live on the stack, with one reference. Leaves it as mi_network_forget does. */
void test_ask_network(MusterNetwork *network);

#endif
