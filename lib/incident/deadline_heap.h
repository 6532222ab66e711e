/* Deadlines in order of (time, kind, sequence), each of them cancellable; knows no clock.
 *
 * An indexed 4-ary heap: an entry keeps its handle from adding until it is popped or cancelled, and the heap knows
 * where each handle stands, so cancelling is O(log n) and leaves nothing stale behind. Ties of time are broken by the
 * kind, then by the order of adding: the same history gives the same order on any machine. Handles are reused.
 */
#ifndef MI_INCIDENT_DEADLINE_HEAP_H
#define MI_INCIDENT_DEADLINE_HEAP_H

#include <muster/base.h>

typedef uint32_t mi_deadline; /* handle; MUSTER_NONE: none */

typedef struct mi_deadline_entry {
  int64_t at_ms;
  uint64_t sequence;
  uint32_t owner; /* the caller's: an incident, a responder */
  uint32_t place; /* where it stands in the heap; of a free handle: the next free one */
  uint8_t kind;
} mi_deadline_entry;

typedef struct mi_deadline_heap {
  mi_deadline_entry *entries;
  mi_deadline *order;
  size_t count, entry_count, capacity;
  mi_deadline first_free;
  uint64_t next_sequence;
} mi_deadline_heap;

void mi_deadline_heap_init(mi_deadline_heap *heap);
void mi_deadline_heap_clear(mi_deadline_heap *heap);
mi_deadline mi_deadline_heap_add(mi_deadline_heap *heap, int64_t at_ms, uint8_t kind, uint32_t owner);
/* Cancels *handle, if there is one, and sets it to MUSTER_NONE. */
void mi_deadline_heap_cancel(mi_deadline_heap *heap, mi_deadline *handle);
/* INT64_MAX if empty. */
int64_t mi_deadline_heap_next_ms(const mi_deadline_heap *heap);
/* Takes the first out; the heap must not be empty. Its handle is free afterwards. */
mi_deadline_entry mi_deadline_heap_pop(mi_deadline_heap *heap);

#endif
