/* The columns that a search has reached and not settled, nearest first: a 4-ary heap of ids whose keys stand in the
 * columns themselves, so a key can be lowered in place (LaMarca & Ladner, JEA 1996, for the four). */
#ifndef MI_ASSIGN_HEAP_H
#define MI_ASSIGN_HEAP_H

#include "assign/state.h"

/* Nothing is reached yet. Marks come round after 2³² searches: then the old ones are wiped out. */
static inline void mi_search_begin(MusterAssignment *a) {
  a->heap_count = a->settled_count = 0;
  if (++a->mark > 0) return;
  for (MusterAssignColumn column = 0; column < a->column_capacity; column++) a->columns[column].mark = 0;
  a->mark = 1;
}

static inline void mi_heap_place(MusterAssignment *a, uint32_t at, MusterAssignColumn column) {
  a->heap[at] = column;
  a->columns[column].heap_place = at;
}

static inline void mi_heap_rise(MusterAssignment *a, uint32_t at, MusterAssignColumn column) {
  mi_key key = a->columns[column].distance;
  while (at > 0) {
    uint32_t parent = (at - 1) / 4;
    if (a->columns[a->heap[parent]].distance <= key) break;
    mi_heap_place(a, at, a->heap[parent]);
    at = parent;
  }
  mi_heap_place(a, at, column);
}

static inline void mi_heap_push(MusterAssignment *a, MusterAssignColumn column) {
  mi_heap_rise(a, a->heap_count++, column);
}

/* Its distance has become less. */
static inline void mi_heap_lower(MusterAssignment *a, MusterAssignColumn column) {
  mi_heap_rise(a, a->columns[column].heap_place, column);
}

/* The heap must not be empty. */
static inline MusterAssignColumn mi_heap_pop(MusterAssignment *a) {
  MusterAssignColumn top = a->heap[0], last = a->heap[--a->heap_count];
  mi_key key = a->columns[last].distance;
  uint32_t at = 0;
  for (uint32_t child; (child = at * 4 + 1) < a->heap_count;) {
    uint32_t end = MIN(child + 4, a->heap_count), least = child;
    for (uint32_t i = child + 1; i < end; i++)
      if (a->columns[a->heap[i]].distance < a->columns[a->heap[least]].distance) least = i;
    if (a->columns[a->heap[least]].distance >= key) break;
    mi_heap_place(a, at, a->heap[least]);
    at = least;
  }
  if (a->heap_count > 0) mi_heap_place(a, at, last);
  return top;
}

/* Reaches the column at this distance; false if it was reached at no more before. */
static inline bool mi_heap_reach(MusterAssignment *a, MusterAssignColumn id, mi_key distance) {
  mi_assign_column *column = &a->columns[id];
  bool is_new = column->mark != a->mark;
  if (!is_new && column->distance <= distance) return false;
  column->distance = distance;
  column->mark = a->mark;
  if (is_new)
    mi_heap_push(a, id);
  else
    mi_heap_lower(a, id);
  return true;
}

#endif
