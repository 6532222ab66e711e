/* The readers of `muster locate`: the first byte says how much of the rest is the table, what follows it is read as
 * weights and as a list of sites. What is read must hold together; what is refused must say why. */
#include "../../tools/table.h"
#include "temporary_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool read, GError *error) {
  g_assert_cmpint(read, ==, error == NULL);
  if (read) return;
  g_assert_true(g_utf8_validate(error->message, -1, NULL));
  g_error_free(error);
}

static void check_names(char *const *names, size_t count) {
  for (size_t i = 0; names && i < count; i++) g_assert_true(g_utf8_validate(names[i], -1, NULL));
  g_assert_true(!names || !names[count]);
}

static void check_table(mt_table *table) {
  uint64_t sum = 0;
  for (size_t i = 0; i < table->demand_count * table->site_count; i++) sum += table->times[i];
  g_assert_cmpuint(sum, <=, (uint64_t)UINT32_MAX * table->demand_count * table->site_count);
  check_names(table->demand_names, table->demand_count);
  check_names(table->site_names, table->site_count);
}

static void read_lists(mt_table *table) {
  GError *error = NULL;
  check(mt_table_read_weights(table, path, &error), error);
  g_autofree uint32_t *sites = NULL;
  size_t count = 0;
  error = NULL;
  check(mt_table_read_sites(table, path, &sites, &count, &error), error);
  for (size_t i = 0; i < count; i++) g_assert_cmpuint(sites[i], <, table->site_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!path) make_file();
  if (size == 0) return 0;
  size_t table_size = (size - 1) * data[0] / 255;
  g_auto(mt_table) table = {0};
  GError *error = NULL;
  write_file(data + 1, table_size);
  bool read = mt_table_read(&table, path, (mt_names)(data[0] % 3), data[0] & 1, &error);
  check(read, error);
  if (!read) return 0;
  check_table(&table);
  write_file(data + 1 + table_size, size - 1 - table_size);
  read_lists(&table);
  return 0;
}
