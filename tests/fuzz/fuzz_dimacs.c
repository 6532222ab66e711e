/* DIMACS graphs, with positions behind a line "---" where there is one. */
#include <glib/gstdio.h>
#include <muster/road.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *folder, *graph_path, *positions_path;

static void remove_files(void) {
  g_unlink(graph_path);
  g_unlink(positions_path);
  g_rmdir(folder);
}

static void make_folder(void) {
  folder = g_dir_make_tmp("muster-fuzz-XXXXXX", NULL);
  graph_path = g_build_filename(folder, "a.gr", NULL);
  positions_path = g_build_filename(folder, "a.co", NULL);
  atexit(remove_files);
}

/* Without waiting for the disk. */
static void write_file(const char *path, const char *text, size_t size) {
  if (!g_file_set_contents_full(path, text, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, NULL))
    g_error("%s cannot be written", path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char separator[] = "\n---\n";
  if (!folder) make_folder();
  const char *text = (const char *)data;
  const char *split = size ? g_strstr_len(text, (gssize)size, separator) : NULL;
  size_t graph_size = split ? (size_t)(split - text) : size;
  write_file(graph_path, text, graph_size);
  const char *positions = split ? split + strlen(separator) : NULL;
  if (positions) write_file(positions_path, positions, (size_t)(text + size - positions));
  GError *error = NULL;
  MusterNetwork *network = muster_network_read_dimacs(graph_path, positions ? positions_path : NULL, &error);
  if ((network == NULL) != (error != NULL)) g_error("neither a network nor an error");
  muster_network_unref(network);
  g_clear_error(&error);
  return 0;
}
