/* The snapshot's outline, shared by the file that writes it and the one that reads it. docs/journal.md tells what is in
 * it and what follows from the rest and is left out. */
#ifndef MI_ENGINE_SNAPSHOT_H
#define MI_ENGINE_SNAPSHOT_H

#include "base/pack.h"
#include "engine/state.h"

/* A snapshot says the lowest version that holds it: 2 if it has sections after the deadlines, 1 if not. */
enum { MI_SNAPSHOT_PLAIN = 1, MI_SNAPSHOT_VERSION = 2 };
/* Sections, in this order, each at most once and only if it says something. */
enum { MI_SECTION_ROADS = 'R', MI_SECTION_MODES = 'W' };
#define MI_SNAPSHOT_MAGIC "musterS\n" /* 8 bytes */

/* Least bytes of an element, by which a count is judged before room is made for it. */
enum {
  MI_SNAPSHOT_SKILL = 6,
  MI_SNAPSHOT_PERSON = 8,
  MI_SNAPSHOT_INCIDENT = 72,
  MI_SNAPSHOT_NEED = 20,
  MI_SNAPSHOT_HELPER = 5,
  MI_SNAPSHOT_ASKED = 15,
  MI_SNAPSHOT_DEADLINE = 13,
  MI_SNAPSHOT_CLOSURE = 21,
  MI_SNAPSHOT_MODE = 10,
};

#endif
