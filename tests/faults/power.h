/* The files of a process whose power fails, or whose disk does: a layer over SQLite's own file functions, and over the
 * few calls of the C library that the journal makes besides (linked with --wrap).
 *
 * Every call that changes something on disk has a number. At the wanted one the process ends, in the middle of the
 * call; or the call fails, once. When the power fails, what was written and not synced is kept, lost, or kept in part;
 * the last of it torn; and of the names given since the folder was synced any beginning stays (the folder's changes
 * reach the disk in their order). */
#ifndef TEST_FAULTS_POWER_H
#define TEST_FAULTS_POWER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum power_fault {
  POWER_KILLED, /* the process only: all that was written stays */
  POWER_LOST,   /* all that was not synced is gone */
  POWER_PART,
  POWER_FULL, /* no room: the call fails */
  POWER_BROKEN,
  POWER_FAULTS,
} power_fault;

enum { POWER_EXIT = 42 /* the status of a process that was ended so */ };

/* From now on, until the process ends; call it in a process of its own. `at`: the number of the call, from 1. */
void power_begin(power_fault fault, uint64_t at, uint64_t seed);
/* So many calls so far. */
uint64_t power_calls(void);

#endif
