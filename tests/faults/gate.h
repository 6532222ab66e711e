/* A journal's disk whose every write waits to be let through: so the runtime's journal thread does nothing but in the
 * moments that the simulation has chosen, and a run with threads is the same each time. */
#ifndef TEST_FAULTS_GATE_H
#define TEST_FAULTS_GATE_H

#include <uv.h>

#include "journal/memory.h"

typedef struct gate {
  uv_sem_t may;
  uv_mutex_t lock;
  uv_cond_t done;
  bool is_done;
  bool armed;   /* else writes pass, as while a journal is opened */
  bool dead;    /* the process is no more: writes do nothing to the disk and fail */
  bool follows; /* behind the write just done, the same commit has another one */
} gate;

void gate_init(gate *g);
void gate_clear(gate *g);
/* A sink on the disk behind the gate; both are the caller's and outlive it. */
MusterJournalSink *gate_sink_new(gate *g, mi_disk *disk);
/* Lets the journal thread, which is in a commit, through one write and waits for its end. True: another one follows.
 * A thread that does not come to write fails the test after a minute. */
bool gate_let(gate *g);

#endif
