/* Runs a fuzz target over the files of a folder, without a fuzzer: the seeds and past findings as a plain test. TAP
 * output. */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int compare_names(gconstpointer a, gconstpointer b) {
  return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

int main(int argc, char **argv) {
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GDir) folder = argc == 2 ? g_dir_open(argv[1], 0, NULL) : NULL;
  for (const char *name; folder && (name = g_dir_read_name(folder));) g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_sort(names, compare_names);
  printf("1..%u\n", names->len + 1);
  LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
  puts("ok 1 empty input");
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename(argv[1], names->pdata[i], NULL);
    g_autofree char *data = NULL;
    gsize size = 0;
    bool read = g_file_get_contents(path, &data, &size, NULL);
    if (read) LLVMFuzzerTestOneInput((const uint8_t *)data, size);
    printf("%sok %u %s\n", read ? "" : "not ", i + 2, (const char *)names->pdata[i]);
  }
  return 0;
}
