/* Prepared networks with a right size and checksum and any content: refused, or safe to use. */
#include <string.h>

#include "../road/asked.h"
#include "base/endian.h"
#include "base/hash64.h"
#include "road/mnet.h"

enum { BYTES_AT = 16, CHECKSUM_AT = 24, HASHED_FROM = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const MusterNetwork *network) {
  const mi_graph *g = mi_network_graph(network);
  volatile uint64_t sum = 0;
  for (uint32_t v = 0; v < g->node_count; v++) {
    for (uint32_t a = g->first_out[v]; a < g->first_out[v + 1]; a++) sum += g->node_id[g->head[a]] != 0;
    for (uint32_t i = g->first_in[v]; i < g->first_in[v + 1]; i++) sum += g->weight_ms[g->in_arc[i]];
    sum += muster_network_find_node(network, g->node_id[v]);
  }
  for (uint32_t i = 0; i < g->link_count; i++) {
    sum += strlen(g->names + g->link_name[i]);
    for (uint32_t at = g->link_first_shape[i]; at < g->link_first_shape[i + 1]; at++) sum += g->shape[at].lon_e7 > 0;
  }
  MusterRoadPoint point;
  if (muster_network_snap(network, (MusterPosition){0, 0}, 1e6, &point, NULL)) sum += g->link_length_mm[point.link];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autofree uint8_t *image = g_memdup2(data, size ? size : 1);
  if (size >= HASHED_FROM) {
    mi_le64_put(image + BYTES_AT, size);
    mi_le64_put(image + CHECKSUM_AT, mi_hash64(image + HASHED_FROM, size - HASHED_FROM, 0));
  }
  MusterNetwork network = {.references = 1};
  GError *error = NULL;
  if (mi_mnet_bind(&network, image, size, "fuzz.mnet", &error)) {
    for (const MusterNetwork *at = &network; at; at = at->next) use(at);
    test_ask_network(&network);
  } else if (!error) {
    g_error("refused without an error");
  }
  g_clear_error(&error);
  return 0;
}
