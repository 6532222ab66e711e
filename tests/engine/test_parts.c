/* The engine's small parts: interned ids against a hash table, sentences, durations. */
#include "base/random.h"
#include "engine/ids.h"
#include "engine/text.h"
#include "support/support.h"

#include <string.h>

static void test_ids_against_a_table(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  mi_ids ids;
  mi_ids_init(&ids);
  g_autoptr(GHashTable) model = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (int i = 0; i < 20000; i++) {
    uint32_t number = mi_random_below(&random, 5000);
    bool is_text = mi_random_below(&random, 2);
    char digits[16];
    g_snprintf(digits, sizeof digits, "%u", number);
    MusterId id = is_text ? (MusterId){.text = digits} : (MusterId){.number = number};
    g_autofree char *key = g_strdup_printf("%s%u", is_text ? "t" : "n", number);
    gpointer known = g_hash_table_lookup(model, key);
    g_assert_cmpuint(mi_ids_find(&ids, id), ==, known ? GPOINTER_TO_UINT(known) - 1 : MUSTER_NONE);
    if (!known) g_hash_table_insert(model, g_strdup(key), GUINT_TO_POINTER(ids.count + 1));
    uint32_t dense = mi_ids_intern(&ids, id);
    g_assert_cmpuint(dense + 1, ==, GPOINTER_TO_UINT(g_hash_table_lookup(model, key)));
    if (is_text) g_assert_cmpstr(ids.entries[dense].text, ==, digits);
  }
  g_assert_cmpuint(ids.count, ==, g_hash_table_size(model));
  mi_ids_clear(&ids);
}

static void test_id_defects(void) {
  g_autofree char *longest = g_strnfill(MUSTER_ID_MAX_BYTES, 'a'), *longer = g_strnfill(MUSTER_ID_MAX_BYTES + 1, 'a');
  g_assert_null(mi_id_defect((MusterId){.number = 0}));
  g_assert_null(mi_id_defect((MusterId){.text = longest}));
  g_assert_nonnull(mi_id_defect((MusterId){.text = longer}));
  g_assert_nonnull(mi_id_defect((MusterId){.text = ""}));
  g_assert_nonnull(mi_id_defect((MusterId){.text = "\xff"}));
  g_assert_nonnull(mi_id_defect(MUSTER_ID_NONE));
}

static void expect_duration(int64_t ms, const char *expected) {
  mi_text text = {0};
  mi_text_add_duration(&text, ms);
  g_assert_cmpstr(mi_text_end(&text), ==, expected);
  mi_text_clear(&text);
}

static void test_durations(void) {
  expect_duration(-5, "0 ms");
  expect_duration(0, "0 ms");
  expect_duration(999, "999 ms");
  expect_duration(1000, "1 s");
  expect_duration(12399, "12.3 s");
  expect_duration(59999, "59.9 s");
  expect_duration(60000, "1 min 00 s");
  expect_duration(252000, "4 min 12 s");
  expect_duration(7500000, "2 h 05 min");
}

/* Sentences stay where they are while others are written, also the long ones that need a block of their own. */
static void test_sentences_stay(void) {
  mi_text text = {0};
  for (int round = 0; round < 3; round++) {
    mi_text_reset(&text);
    const char *sentences[300];
    g_autofree char *filler = g_strnfill(20000, 'x');
    for (unsigned i = 0; i < G_N_ELEMENTS(sentences); i++) {
      mi_text_add(&text, "sentence ");
      mi_text_add_number(&text, i);
      for (unsigned j = 0; j < i % 7; j++) mi_text_add(&text, ", a few more words");
      if (i % 50 == 49) mi_text_add(&text, filler);
      sentences[i] = mi_text_end(&text);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(sentences); i++) {
      g_autofree char *start = g_strdup_printf("sentence %u", i);
      g_assert_true(g_str_has_prefix(sentences[i], start));
      g_assert_cmpuint(strlen(sentences[i]), ==, strlen(start) + i % 7 * 18 + (i % 50 == 49 ? 20000 : 0));
    }
  }
  mi_text_clear(&text);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/ids/against-a-table", test_ids_against_a_table);
  g_test_add_func("/ids/defects", test_id_defects);
  g_test_add_func("/text/durations", test_durations);
  g_test_add_func("/text/sentences-stay", test_sentences_stay);
  return g_test_run();
}
