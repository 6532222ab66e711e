/* A 4-ary min-heap of 64-bit keys, (time << 32 | id), lazy: an id may stand in it several times, the caller drops stale
 * ones.
 *
 * Four children to a node halve the depth of a binary heap and share a cache line of keys (LaMarca & Ladner, JEA 1996).
 * No allocation once the array has grown to the largest search.
 */
#ifndef MI_BASE_HEAP4_H
#define MI_BASE_HEAP4_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

typedef struct mi_heap4 {
  uint64_t *keys;
  size_t count, capacity;
} mi_heap4;

static inline uint64_t mi_heap4_key(uint32_t time_ms, uint32_t id) { return (uint64_t)time_ms << 32 | id; }
static inline uint32_t mi_heap4_key_time(uint64_t key) { return (uint32_t)(key >> 32); }
static inline uint32_t mi_heap4_key_id(uint64_t key) { return (uint32_t)key; }

static inline void mi_heap4_init(mi_heap4 *heap) { *heap = (mi_heap4){0}; }

static inline void mi_heap4_clear(mi_heap4 *heap) {
  g_free(heap->keys);
  *heap = (mi_heap4){0};
}

static inline void mi_heap4_push(mi_heap4 *heap, uint64_t key) {
  if (heap->count == heap->capacity) {
    heap->capacity = heap->capacity ? heap->capacity * 2 : 256;
    heap->keys = g_renew(uint64_t, heap->keys, heap->capacity);
  }
  size_t at = heap->count++;
  while (at > 0) {
    size_t parent = (at - 1) / 4;
    if (heap->keys[parent] <= key) break;
    heap->keys[at] = heap->keys[parent];
    at = parent;
  }
  heap->keys[at] = key;
}

/* The heap must not be empty. */
static inline uint64_t mi_heap4_pop(mi_heap4 *heap) {
  uint64_t *keys = heap->keys;
  uint64_t top = keys[0];
  uint64_t last = keys[--heap->count];
  size_t count = heap->count, at = 0;
  for (;;) {
    size_t child = at * 4 + 1;
    if (child >= count) break;
    size_t end = child + 4 < count ? child + 4 : count;
    size_t least = child;
    for (size_t i = child + 1; i < end; i++)
      if (keys[i] < keys[least]) least = i;
    if (keys[least] >= last) break;
    keys[at] = keys[least];
    at = least;
  }
  keys[at] = last;
  return top;
}

#endif
