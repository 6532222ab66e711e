/* A host of the engine in a world that goes wrong, all of it in one process and from one seed: a clock that jumps, a
 * gateway that loses, doubles, delays and reorders messages, a disk that fails and fills up, crashes at any moment.
 *
 * The host works as muster/journal.h tells: it decides, journals, commits, and only then acknowledges and acts. */
#ifndef TEST_FAULTS_HOST_H
#define TEST_FAULTS_HOST_H

#include "base/random.h"
#include "engine/state.h"
#include "journal/memory.h"

enum { HOST_PEOPLE = 16, HOST_PLACES = 7, HOST_INCIDENTS = 64, HOST_HORIZON_MS = 2 * 3600 * 1000 };

typedef struct host_counts {
  uint64_t events, acknowledged, crashes, torn, full, failed_writes, jumps, lost, doubled;
} host_counts;

typedef struct host {
  mi_random random;
  MusterPolicy *policy;
  char *policy_text;
  uint32_t times_ms[HOST_PLACES * HOST_PLACES];
  mi_disk disk;
  MusterEngine *engine;
  MusterJournal *journal;
  int64_t clock_ms;  /* of the world */
  int64_t offset_ms; /* of the host's clock */
  GPtrArray *mail;   /* to the host, on its way */
  uint64_t mail_number;
  GPtrArray *acknowledged;    /* char *: events as they were journaled, in order */
  bool known[HOST_INCIDENTS]; /* whose report was acknowledged: nobody sends it again */
  host_counts counts;
} host;

/* Lives until the horizon and is stopped properly then. The seed decides everything. Clear with host_clear. */
void host_run(host *h, uint64_t seed);
void host_clear(host *h);
/* A fresh engine of the host's world. */
MusterEngine *host_new_engine(const host *h);

#endif
