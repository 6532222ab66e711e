/* Who watches the disk: a second engine, which never crashes and is told each event once, when it has become durable.
 * By it every step of the host is judged. */
#ifndef TEST_FAULTS_WITNESS_H
#define TEST_FAULTS_WITNESS_H

#include "engine/state.h"
#include "journal/memory.h"

enum { WITNESS_PEOPLE = 16, WITNESS_INCIDENTS = 32 };

typedef struct witness {
  MusterEngine *engine;
  MusterEventReader *reader;
  size_t read;        /* bytes of the disk that it has been told */
  GPtrArray *lines;   /* char *: the events, by their numbers from 1; "" where the line was none */
  GPtrArray *answers; /* char *: their decisions */
  uint8_t open[WITNESS_INCIDENTS][WITNESS_PEOPLE];    /* 1: an alert that has not ended */
  uint8_t engaged[WITNESS_INCIDENTS][WITNESS_PEOPLE]; /* 1: on the way or on scene */
  uint32_t breaches[WITNESS_INCIDENTS][MUSTER_STAGE_COUNT];
  uint64_t obeyed[MUSTER_EVENT_TYPE_COUNT]; /* events that were not refused, by type */
} witness;

void witness_init(witness *w, MusterEngine *engine); /* takes the engine over */
void witness_clear(witness *w);
/* Tells all that has become durable. Each time: what is recorded is what it decides itself; nobody is with two
 * incidents; every alert ends once; every missed deadline is told once, at its time. */
void witness_follow(witness *w, const mi_disk *disk);
/* The event has become durable as it is acknowledged. */
void witness_check_acknowledged(witness *w, const mi_disk *disk, uint64_t number, const char *line, const char *json);
/* The host's engine, all of whose events are durable: its state is what they lead to. */
void witness_check_state(const witness *w, const MusterEngine *engine);
/* Nobody is with two incidents. */
void witness_check_engine(const MusterEngine *engine);

#endif
