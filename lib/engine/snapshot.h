/* The snapshot's outline, shared by the file that writes it and the one that reads it. docs/journal.md tells what is in
 * it and what follows from the rest and is left out. */
#ifndef MI_ENGINE_SNAPSHOT_H
#define MI_ENGINE_SNAPSHOT_H

#include "base/pack.h"
#include "engine/state.h"

enum { MI_SNAPSHOT_VERSION = 4 };
/* Sections after the deadlines, in this order, each at most once and only if it says something. */
enum { MI_SECTION_ROADS = 'R', MI_SECTION_MODES = 'W', MI_SECTION_FETCHES = 'F' };
/* Whether this program reads snapshots of its version; false for other bytes. */
bool mi_snapshot_is_current(const uint8_t *snapshot, size_t bytes);
/* The state: what follows what it belongs to. */
void mi_snapshot_put_state(GByteArray *to, const MusterEngine *engine);

#define MI_SNAPSHOT_MAGIC "musterS\n" /* 8 bytes */

/* Least bytes of an element, by which a count is judged before room is made for it. */
enum {
  MI_SNAPSHOT_SKILL = 6,
  MI_SNAPSHOT_PERSON = 24,
  MI_SNAPSHOT_INCIDENT = 80,
  MI_SNAPSHOT_NEED = 20,
  MI_SNAPSHOT_HELPER = 5,
  MI_SNAPSHOT_ASKED = 15,
  MI_SNAPSHOT_DEADLINE = 13,
  MI_SNAPSHOT_CLOSURE = 21,
  MI_SNAPSHOT_MODE = 10,
  MI_SNAPSHOT_FETCH = 12,
  MI_SNAPSHOT_KEPT_NEED = 8,
  MI_SNAPSHOT_SERVED = 4,
  MI_SNAPSHOT_ITEM = 32,
};

#endif
