/* A host in a world that goes wrong, all of it in one process and from one seed: a clock that jumps, a gateway that
 * loses, doubles, delays and reorders messages, a disk that is slow, fails and fills up, crashes at any moment.
 *
 * Real: the engine, the journal, its recovery and the runtime on a libuv loop, threads included, none of them built for
 * the test. Simulated: clock, disk and gateway. Threads would make each run another one, so nothing is left to chance
 * between them: the journal's thread waits at each write until it is let through (gate.h), jobs run one at a time and
 * end when the loop has nothing else to do, and the loop is turned until nothing moves before the world goes on.
 * libuv's timer runs in real time; the loop is woken when the simulated clock has moved, and only that the timer is set
 * is checked.
 *
 * A crash is the end of all writing at that moment: the process is taken down unheard, and of the bytes not synced any
 * beginning is kept. */
#ifndef TEST_FAULTS_HOST_H
#define TEST_FAULTS_HOST_H

#include <muster/muster-uv.h>

#include "base/random.h"
#include "engine/state.h"
#include "faults/gate.h"
#include "faults/witness.h"

enum { HOST_PEOPLE = WITNESS_PEOPLE, HOST_PLACES = 7, HOST_INCIDENTS = WITNESS_INCIDENTS };
enum { HOST_ITEMS = 8, HOST_ORDERS = 80, HOST_ACTS = 160, HOST_HORIZON_MS = 2 * 3600 * 1000 };

typedef struct host_counts {
  uint64_t acknowledged, crashes, torn, full, failed_writes, jumps, lost, doubled, not_taken, jobs, commits;
  uint64_t bases[4]; /* runs, by the base of their policy */
  uint64_t modes, closures;
  uint64_t noise;   /* lines that were no events */
  uint64_t dropped; /* messages lost with a process that had taken them */
  uint64_t quiet;   /* moments at which the engine's state was compared with what is on disk */
  uint64_t unmade;  /* starts that ended while the journal was made */
} host_counts;

typedef struct host {
  mi_random random;
  MusterPolicy *policy;
  char *policy_text;
  bool on_roads; /* else on a table of times */
  uint32_t times_ms[HOST_PLACES * HOST_PLACES];
  mi_disk disk;
  int64_t clock_ms;  /* of the world */
  int64_t offset_ms; /* of the host's clock */
  GPtrArray *mail;   /* to the host, on its way */
  uint64_t mail_number;
  uint64_t last_card; /* the incident that the last contact card was for */
  witness witness;
  bool known[HOST_INCIDENTS]; /* whose report was acknowledged: nobody sends it again */
  host_counts counts;
  /* The process. */
  uv_loop_t loop;
  gate gate;
  uv_sem_t job_may;   /* end */
  uint64_t jobs_over; /* that have ended */
  MusterRuntime *runtime;
  uint64_t number;         /* of the event acknowledged last */
  int64_t acknowledged_ms; /* its time; at the start the engine's */
  uint64_t offered;        /* messages, of all processes */
  GHashTable *taken; /* those that the runtime has not answered, by their number, which is the tag → their report */
  bool down;         /* it crashes before anything else is done */
  bool full, broken;
  bool drained;
  uint64_t last_hash; /* of its engine, when it had stopped */
} host;

/* Lives until the horizon and is stopped properly then. The seed decides everything but the wall time in the journal.
 * Clear with host_clear. */
void host_run(host *h, uint64_t seed);
void host_clear(host *h);
/* A fresh engine of the host's world. */
MusterEngine *host_new_engine(const host *h);
/* The journal on the disk, as it was left; its owner is the caller. */
MusterJournal *host_open_journal(host *h);
#endif
