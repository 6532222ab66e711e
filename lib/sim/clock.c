/* The virtual clock: a binary heap; see clock.h. */
#include "sim/clock.h"

#include <glib.h>

void mi_clock_init(mi_clock *clock) { *clock = (mi_clock){0}; }

void mi_clock_clear(mi_clock *clock) {
  g_free(clock->heap);
  *clock = (mi_clock){0};
}

static bool is_before(const mi_happening *a, const mi_happening *b) {
  return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

void mi_clock_put(mi_clock *clock, mi_happening_kind kind, mi_happening happening) {
  happening.order = (uint64_t)kind << 56 | clock->sequence++;
  if (clock->count == clock->capacity) {
    clock->capacity = clock->capacity ? clock->capacity * 2 : 1024;
    clock->heap = g_renew(mi_happening, clock->heap, clock->capacity);
  }
  size_t at = clock->count++;
  for (; at > 0 && is_before(&happening, &clock->heap[(at - 1) / 2]); at = (at - 1) / 2)
    clock->heap[at] = clock->heap[(at - 1) / 2];
  clock->heap[at] = happening;
}

int64_t mi_clock_next_ms(const mi_clock *clock) { return clock->count ? clock->heap[0].at_ms : INT64_MAX; }

mi_happening mi_clock_take(mi_clock *clock) {
  mi_happening *heap = clock->heap;
  mi_happening first = heap[0], last = heap[--clock->count];
  size_t at = 0;
  for (size_t child; (child = 2 * at + 1) < clock->count; at = child) {
    if (child + 1 < clock->count && is_before(&heap[child + 1], &heap[child])) child++;
    if (!is_before(&heap[child], &last)) break;
    heap[at] = heap[child];
  }
  heap[at] = last;
  return first;
}
