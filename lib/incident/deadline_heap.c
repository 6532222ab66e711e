/* The indexed 4-ary heap of deadlines; see deadline_heap.h. */
#include "incident/deadline_heap.h"

void mi_deadline_heap_init(mi_deadline_heap *heap) { *heap = (mi_deadline_heap){.first_free = MUSTER_NONE}; }

void mi_deadline_heap_clear(mi_deadline_heap *heap) {
  g_free(heap->entries);
  g_free(heap->order);
  mi_deadline_heap_init(heap);
}

static bool is_before(const mi_deadline_entry *a, const mi_deadline_entry *b) {
  if (a->at_ms != b->at_ms) return a->at_ms < b->at_ms;
  if (a->kind != b->kind) return a->kind < b->kind;
  return a->sequence < b->sequence;
}

static void put_at(mi_deadline_heap *heap, size_t place, mi_deadline handle) {
  heap->order[place] = handle;
  heap->entries[handle].place = (uint32_t)place;
}

static void sift_up(mi_deadline_heap *heap, size_t place, mi_deadline handle) {
  while (place > 0) {
    size_t parent = (place - 1) / 4;
    if (!is_before(&heap->entries[handle], &heap->entries[heap->order[parent]])) break;
    put_at(heap, place, heap->order[parent]);
    place = parent;
  }
  put_at(heap, place, handle);
}

static void sift_down(mi_deadline_heap *heap, size_t place, mi_deadline handle) {
  for (;;) {
    size_t child = place * 4 + 1;
    if (child >= heap->count) break;
    size_t end = MIN(child + 4, heap->count), least = child;
    for (size_t i = child + 1; i < end; i++)
      if (is_before(&heap->entries[heap->order[i]], &heap->entries[heap->order[least]])) least = i;
    if (!is_before(&heap->entries[heap->order[least]], &heap->entries[handle])) break;
    put_at(heap, place, heap->order[least]);
    place = least;
  }
  put_at(heap, place, handle);
}

static mi_deadline take_handle(mi_deadline_heap *heap) {
  if (heap->first_free != MUSTER_NONE) {
    mi_deadline handle = heap->first_free;
    heap->first_free = heap->entries[handle].place;
    return handle;
  }
  if (heap->entry_count == heap->capacity) {
    heap->capacity = heap->capacity ? heap->capacity * 2 : 64;
    heap->entries = g_renew(mi_deadline_entry, heap->entries, heap->capacity);
    heap->order = g_renew(mi_deadline, heap->order, heap->capacity);
  }
  return (mi_deadline)heap->entry_count++;
}

mi_deadline mi_deadline_heap_add(mi_deadline_heap *heap, int64_t at_ms, uint8_t kind, uint32_t owner) {
  mi_deadline handle = take_handle(heap);
  heap->entries[handle] =
      (mi_deadline_entry){.at_ms = at_ms, .sequence = heap->next_sequence++, .owner = owner, .kind = kind};
  sift_up(heap, heap->count++, handle);
  return handle;
}

static void remove_at(mi_deadline_heap *heap, size_t place) {
  mi_deadline removed = heap->order[place], last = heap->order[--heap->count];
  if (last != removed) {
    sift_down(heap, place, last);
    sift_up(heap, heap->entries[last].place, last);
  }
  heap->entries[removed].place = heap->first_free;
  heap->first_free = removed;
}

void mi_deadline_heap_cancel(mi_deadline_heap *heap, mi_deadline *handle) {
  if (*handle == MUSTER_NONE) return;
  remove_at(heap, heap->entries[*handle].place);
  *handle = MUSTER_NONE;
}

int64_t mi_deadline_heap_next_ms(const mi_deadline_heap *heap) {
  return heap->count ? heap->entries[heap->order[0]].at_ms : INT64_MAX;
}

mi_deadline_entry mi_deadline_heap_pop(mi_deadline_heap *heap) {
  mi_deadline_entry first = heap->entries[heap->order[0]];
  remove_at(heap, 0);
  return first;
}
