/* The radix sort against the library's stable sort. */
#include "base/radix.h"

#include "base/random.h"
#include "support/support.h"

static gint compare_items(gconstpointer a, gconstpointer b, gpointer user_data) {
  (void)user_data;
  const mi_keyed *x = a, *y = b;
  return (x->key > y->key) - (x->key < y->key);
}

/* Few different keys show whether equal ones keep their order; wide ones use every digit. */
static void test_against_stable_sort(void) {
  static const uint64_t masks[] = {0, 3, 0xff00, 0xff000000000000ff, UINT64_MAX};
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  for (size_t round = 0; round < 200; round++) {
    uint32_t count = mi_random_below(&random, 300);
    g_autofree mi_keyed *items = g_new0(mi_keyed, count + 1), *expected = NULL;
    for (uint32_t i = 0; i < count; i++)
      items[i] = (mi_keyed){mi_random_u64(&random) & masks[round % G_N_ELEMENTS(masks)], i};
    expected = g_memdup2(items, (count + 1) * sizeof *items);
    g_qsort_with_data(expected, (gint)count, sizeof *expected, compare_items, NULL);
    mi_radix_sort(items, count);
    for (uint32_t i = 0; i < count; i++) {
      g_assert_cmpuint(items[i].key, ==, expected[i].key);
      g_assert_cmpuint(items[i].value, ==, expected[i].value);
    }
  }
}

static void test_signed_keys(void) {
  const int64_t ids[] = {INT64_MIN, -7, -1, 0, 1, 7, INT64_MAX};
  for (size_t i = 1; i < G_N_ELEMENTS(ids); i++) {
    g_assert_cmpuint(mi_radix_key_i64(ids[i - 1]), <, mi_radix_key_i64(ids[i]));
    g_assert_cmpint((int64_t)mi_radix_key_i64((int64_t)mi_radix_key_i64(ids[i])), ==, ids[i]);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/base/radix/against-stable-sort", test_against_stable_sort);
  g_test_add_func("/base/radix/signed-keys", test_signed_keys);
  return g_test_run();
}
