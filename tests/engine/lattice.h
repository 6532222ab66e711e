/* A lattice of streets with three modes of travel, 36 crossings 200 m apart. */
#ifndef TEST_ENGINE_LATTICE_H
#define TEST_ENGINE_LATTICE_H

#include <muster/engine.h>

enum { SIDE = 6, NODES = SIDE * SIDE, SPACING_E7 = 18000 /* 200 m */ };

/* Of the crossing with the id `node` + 1. */
MusterPosition spot(int node);
/* Ways 1 to 6 run east, 7 to 12 north; cars on the odd ones only. `apart`: a network of its own for each mode. */
MusterTravel *lattice_travel(bool apart);

#endif
