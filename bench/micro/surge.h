/* A recorded surge for the benchmarks: the reference county, its networks, and the events of one simulated flood. */
#ifndef MB_SURGE_H
#define MB_SURGE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mb_surge mb_surge;
typedef struct MusterEngine MusterEngine;

/* Ends the program with the reason if it cannot be made. incidents: for 1,000 residents. */
mb_surge *mb_surge_new(double incidents_per_1000);
void mb_surge_free(mb_surge *surge);
size_t mb_surge_event_count(const mb_surge *surge);
MusterEngine *mb_surge_new_engine(const mb_surge *surge);
/* Plays the events into a fresh engine; returns the number of decisions. */
size_t mb_surge_play(const mb_surge *surge, MusterEngine *engine);
/* Simulates ordinary days, residents and volunteers included; returns the engine's events. */
size_t mb_surge_ordinary(const mb_surge *surge, unsigned days);

#ifdef __cplusplus
}
#endif

#endif
