/* What residents report, and when: drawn before a replication begins, independent of every decision.
 *
 * All policies therefore face the same incidents (common random numbers). The deadlines count from reported_ms, when
 * the report got through; the time lost before that to engaged lines is kept beside it.
 */
#ifndef MI_SIM_ARRIVALS_H
#define MI_SIM_ARRIVALS_H

#include "sim/flood.h"

typedef struct mi_arrival {
  int64_t onset_ms;    /* when the need arises (of a repeated report: when its caller first tries) */
  int64_t reported_ms; /* when the report gets through; −1: given up before (engaged lines) */
  MusterPosition position;
  uint32_t grid;    /* dense grid number; MUSTER_NONE outside every grid */
  uint32_t repeats; /* the arrival this one repeats, by its place in the list; MUSTER_NONE: an incident of its own */
  uint32_t redials; /* engaged tones heard */
  int64_t recognised_ms; /* of a repeated one: when the call-taker sees it; −1: never */
  int64_t resolved_ms;   /* when neighbours help, unless somebody is there */
  int64_t patience_ms;   /* how long the resident waits for somebody to set out; INT64_MAX: for ever */
  uint16_t kind;         /* place in the scenario's kinds */
  bool by_app, from_flood, high_floor, wrong_address;
} mi_arrival;

typedef struct mi_arrivals {
  mi_arrival *list; /* ordered by (reported_ms, onset_ms, drawn); those given up last, by onset */
  size_t count;
  mi_flood flood; /* where some of them come from */
} mi_arrivals;

void mi_arrivals_draw(const mi_ground *ground, const MusterScenario *scenario, uint32_t days, uint64_t seed,
                      uint32_t run, mi_arrivals *out);
void mi_arrivals_clear(mi_arrivals *arrivals);
/* The stream of one purpose in one replication. */
uint64_t mi_sim_stream(uint32_t run, uint32_t purpose);

#endif
