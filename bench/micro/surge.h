/* A recorded surge for the benchmarks: the reference county, its networks, and the events of one simulated flood. */
#ifndef MB_SURGE_H
#define MB_SURGE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mb_surge mb_surge;
typedef struct MusterEngine MusterEngine;
typedef struct MusterJournal MusterJournal;

/* Ends the program with the reason if it cannot be made. incidents: for 1,000 residents. */
mb_surge *mb_surge_new(double incidents_per_1000);
void mb_surge_free(mb_surge *surge);
size_t mb_surge_event_count(const mb_surge *surge);
MusterEngine *mb_surge_new_engine(const mb_surge *surge);
/* Plays the events into a fresh engine; returns the number of decisions. */
size_t mb_surge_play(const mb_surge *surge, MusterEngine *engine);
/* Plays the events into a fresh engine and says each, with its decisions, as JSON. `engine` is behind the event. */
typedef void (*mb_surge_said)(const MusterEngine *engine, int64_t at_ms, const char *event, const char *decisions,
                              void *data);
void mb_surge_say(const mb_surge *surge, mb_surge_said said, void *data);
/* A journal in that file with the surge's policy, made if it is not there. */
MusterJournal *mb_surge_open_journal(const mb_surge *surge, const char *path);
/* The engine as the journal left it. */
MusterEngine *mb_surge_recover(const mb_surge *surge, MusterJournal *journal);
/* Simulates ordinary days, residents and volunteers included; returns the engine's events. */
size_t mb_surge_ordinary(const mb_surge *surge, unsigned days);

#ifdef __cplusplus
}
#endif

#endif
