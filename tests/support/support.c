/* What unit tests share; see support.h. */
#include "support/support.h"

#include <glib/gstdio.h>

static char *join(const char *variable, const char *relative) {
  const char *folder = g_getenv(variable);
  return g_build_filename(folder ? folder : ".", relative, NULL);
}

char *test_data(const char *relative) {
  char *path = join("MUSTER_TEST_DATA", relative);
  if (g_file_test(path, G_FILE_TEST_EXISTS)) return path;
  g_autofree char *reason = g_strdup_printf("%s is not there", path);
  g_test_skip(reason);
  g_free(path);
  return NULL;
}

char *test_source(const char *relative) { return join("MUSTER_TEST_SOURCE", relative); }

char *test_folder_new(void) {
  GError *error = NULL;
  char *folder = g_dir_make_tmp("muster-test-XXXXXX", &error);
  g_assert_no_error(error);
  return folder;
}

void test_folder_remove(char *folder) {
  GDir *directory = g_dir_open(folder, 0, NULL);
  for (const char *name; directory && (name = g_dir_read_name(directory));) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
      test_folder_remove(g_steal_pointer(&path));
    else
      g_unlink(path);
  }
  if (directory) g_dir_close(directory);
  g_rmdir(folder);
  g_free(folder);
}

uint64_t test_seed(void) {
  const char *text = g_getenv("MUSTER_TEST_SEED");
  uint64_t seed = text ? g_ascii_strtoull(text, NULL, 10) : 1310;
  g_test_message("seed %" G_GUINT64_FORMAT " (MUSTER_TEST_SEED repeats it)", seed);
  return seed;
}

uint32_t test_count(uint32_t brief, uint32_t usual, uint32_t thorough) {
  const char *effort = g_getenv("MUSTER_TEST_EFFORT");
  if (g_strcmp0(effort, "brief") == 0) return brief;
  return g_strcmp0(effort, "long") == 0 ? thorough : usual;
}
