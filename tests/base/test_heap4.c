/* The 4-ary heap against a sorted array. */
#include "base/heap4.h"
#include "base/random.h"
#include "support/support.h"

#include <stdlib.h>

static int compare_keys(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static void test_pops_in_order(void) {
  enum { COUNT = 5000 };
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  mi_heap4 heap;
  mi_heap4_init(&heap);
  uint64_t keys[COUNT];
  for (int i = 0; i < COUNT; i++) {
    keys[i] = mi_heap4_key(mi_random_below(&random, 50), mi_random_below(&random, 1000));
    mi_heap4_push(&heap, keys[i]);
  }
  qsort(keys, COUNT, sizeof *keys, compare_keys);
  for (int i = 0; i < COUNT; i++) g_assert_cmpuint(mi_heap4_pop(&heap), ==, keys[i]);
  g_assert_cmpuint(heap.count, ==, 0);
  mi_heap4_clear(&heap);
}

static void test_mixed_pushes_and_pops(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  mi_heap4 heap;
  mi_heap4_init(&heap);
  g_autoptr(GArray) model = g_array_new(FALSE, FALSE, sizeof(uint64_t));
  for (int i = 0; i < 20000; i++) {
    if (model->len == 0 || mi_random_below(&random, 3) > 0) {
      uint64_t key = mi_random_u64(&random);
      mi_heap4_push(&heap, key);
      g_array_append_val(model, key);
    } else {
      guint least = 0;
      for (guint j = 1; j < model->len; j++)
        if (g_array_index(model, uint64_t, j) < g_array_index(model, uint64_t, least)) least = j;
      g_assert_cmpuint(mi_heap4_pop(&heap), ==, g_array_index(model, uint64_t, least));
      g_array_remove_index_fast(model, least);
      if (model->len > 300) g_array_set_size(model, 0), heap.count = 0;
    }
  }
  mi_heap4_clear(&heap);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/heap4/pops-in-order", test_pops_in_order);
  g_test_add_func("/heap4/mixed", test_mixed_pushes_and_pops);
  return g_test_run();
}
