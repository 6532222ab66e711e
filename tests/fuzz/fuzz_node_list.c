/* The reader of node lists and pairs: the first byte says which, the rest is the file. What is read must be nodes of
 * the network, whole lines of them; what is refused must leave nothing. */
#include <glib/gstdio.h>
#include <unistd.h>

#include "../../tools/nodes.h"
#include "road/draft.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static MusterNetwork *network;
static char *path;

static void remove_all(void) {
  g_unlink(path);
  muster_network_unref(network);
}

/* Nodes 1, 20 and −3. */
static void make_network(void) {
  g_auto(mi_draft) draft;
  mi_draft_init(&draft);
  draft.modes = MUSTER_MODE_BIT(MUSTER_MODE_FOOT);
  draft.from_dimacs = true;
  draft.node_count = 3;
  draft.node_id = g_new(int64_t, 3);
  draft.node_id[0] = -3;
  draft.node_id[1] = 1;
  draft.node_id[2] = 20;
  draft.links = g_new0(mi_draft_link, 1);
  draft.links[0] = (mi_draft_link){.tail = 0, .head = 2, .forward_ms = {5}, .backward_ms = {5}, .way = 1};
  draft.link_count = 1;
  network = mi_network_seal(&draft, NULL);
  int file = g_file_open_tmp("muster-fuzz-XXXXXX", &path, NULL);
  if (!network || file < 0) g_error("the network or the file cannot be made");
  close(file);
  atexit(remove_all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!network) make_network();
  if (size == 0) return 0;
  int per_line = data[0] % 2 + 1;
  FILE *stream = fopen(path, "wb");
  if (!stream || fwrite(data + 1, 1, size - 1, stream) != size - 1 || fclose(stream) != 0)
    g_error("%s cannot be written", path);
  g_auto(mt_nodes) nodes = {0};
  g_autoptr(GError) error = NULL;
  if (!mt_nodes_read(&nodes, path, network, per_line, &error)) {
    g_assert_nonnull(error);
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    g_assert_cmpuint(nodes.count, ==, 0);
    return 0;
  }
  g_assert_cmpuint(nodes.count % (size_t)per_line, ==, 0);
  for (size_t i = 0; i < nodes.count; i++)
    g_assert_cmpint(muster_network_node_id(network, nodes.points[i].node), ==, nodes.ids[i]);
  return 0;
}
