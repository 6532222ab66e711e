/* The deadline heap against a list searched from end to end, with cancels and ties. */
#include "base/random.h"
#include "incident/deadline_heap.h"
#include "support/support.h"

typedef struct model_entry {
  int64_t at_ms;
  uint64_t sequence;
  mi_deadline handle;
  uint32_t owner;
  uint8_t kind;
} model_entry;

static guint find_first(const GArray *model) {
  guint first = 0;
  for (guint i = 1; i < model->len; i++) {
    const model_entry *a = &g_array_index(model, model_entry, i), *b = &g_array_index(model, model_entry, first);
    bool before = a->at_ms != b->at_ms ? a->at_ms < b->at_ms
                  : a->kind != b->kind ? a->kind < b->kind
                                       : a->sequence < b->sequence;
    if (before) first = i;
  }
  return first;
}

static void pop_and_compare(mi_deadline_heap *heap, GArray *model) {
  guint first = find_first(model);
  model_entry expected = g_array_index(model, model_entry, first);
  g_assert_cmpint(mi_deadline_heap_next_ms(heap), ==, expected.at_ms);
  mi_deadline_entry entry = mi_deadline_heap_pop(heap);
  g_assert_cmpint(entry.at_ms, ==, expected.at_ms);
  g_assert_cmpuint(entry.kind, ==, expected.kind);
  g_assert_cmpuint(entry.owner, ==, expected.owner);
  g_array_remove_index_fast(model, first);
}

static void test_against_a_list(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  mi_deadline_heap heap;
  mi_deadline_heap_init(&heap);
  g_autoptr(GArray) model = g_array_new(FALSE, FALSE, sizeof(model_entry));
  uint64_t sequence = 0;
  for (uint32_t i = 0; i < 30000; i++) {
    uint32_t act = mi_random_below(&random, 10);
    if (act < 5 || model->len == 0) {
      model_entry entry = {.at_ms = mi_random_below(&random, 40) - INT64_C(20),
                           .kind = (uint8_t)mi_random_below(&random, 3),
                           .sequence = sequence++,
                           .owner = i};
      entry.handle = mi_deadline_heap_add(&heap, entry.at_ms, entry.kind, entry.owner);
      g_array_append_val(model, entry);
    } else if (act < 7) {
      guint which = mi_random_below(&random, model->len);
      mi_deadline handle = g_array_index(model, model_entry, which).handle;
      mi_deadline_heap_cancel(&heap, &handle);
      g_assert_cmpuint(handle, ==, MUSTER_NONE);
      g_array_remove_index_fast(model, which);
    } else {
      pop_and_compare(&heap, model);
    }
    g_assert_cmpuint(heap.count, ==, model->len);
  }
  while (model->len) pop_and_compare(&heap, model);
  g_assert_cmpint(mi_deadline_heap_next_ms(&heap), ==, INT64_MAX);
  mi_deadline_heap_clear(&heap);
}

static void test_handles_are_reused(void) {
  mi_deadline_heap heap;
  mi_deadline_heap_init(&heap);
  for (uint32_t i = 0; i < 1000; i++) {
    mi_deadline handle = mi_deadline_heap_add(&heap, i, 0, i);
    mi_deadline_heap_add(&heap, i, 1, i);
    mi_deadline_heap_cancel(&heap, &handle);
    mi_deadline_heap_cancel(&heap, &handle); /* none: nothing happens */
    mi_deadline_heap_pop(&heap);
  }
  g_assert_cmpuint(heap.entry_count, ==, 2);
  mi_deadline_heap_clear(&heap);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/deadline-heap/against-a-list", test_against_a_list);
  g_test_add_func("/deadline-heap/handles-are-reused", test_handles_are_reused);
  return g_test_run();
}
