/* The network file: saved and opened again, cut, damaged, and forged with a right checksum. */
#include <glib/gstdio.h>
#include <string.h>

#include "asked.h"
#include "base/endian.h"
#include "base/hash64.h"
#include "road/mnet.h"
#include "support/support.h"
#include "ways.h"

enum { CHECKSUM_AT = 24, HASHED_FROM = 32, HEADER_BYTES = 128 };

/* A network with a loop, a parallel, a cut-off stretch and names. */
static MusterNetwork *small_network(void) {
  mi_random random;
  mi_random_init(&random, 7, 3);
  for (;;) {
    g_autoptr(MusterRoads) roads = test_random_roads(&random);
    MusterNetwork *network = muster_network_new(roads, MUSTER_MODE_FOOT, NULL);
    if (network && network->info.node_count >= 8 && network->info.cut_off_node_count > 0 &&
        network->graph.names_bytes > 9)
      return network;
    muster_network_unref(network);
  }
}

/* One with junctions of several nodes, connectors and copies of arcs. */
static MusterNetwork *junction_network(void) {
  mi_random random;
  mi_random_init(&random, 7, 4);
  for (;;) {
    g_autoptr(MusterRoads) roads = test_random_roads(&random);
    test_add_restrictions(roads, &random, 20);
    test_add_route_restrictions(roads, &random, 8);
    MusterNetwork *network = muster_network_new(roads, MUSTER_MODE_CAR, NULL);
    if (network && network->graph.copy_count > 0 && network->info.node_count < 60) return network;
    muster_network_unref(network);
  }
}

/* One of three modes, with a barrier that stops some of them and restrictions. */
static MusterNetwork *modes_network(void) {
  mi_random random;
  mi_random_init(&random, 7, 5);
  for (;;) {
    g_autoptr(MusterRoads) roads = test_random_roads(&random);
    test_add_restrictions(roads, &random, 20);
    test_add_route_restrictions(roads, &random, 8);
    MusterNetwork *network = muster_network_new_for_modes(roads, 7, NULL, NULL, NULL);
    if (network && network->graph.copy_count > 0 && network->info.node_count < 70 &&
        muster_roads_barrier_count(roads) > 1)
      return network;
    muster_network_unref(network);
  }
}

static const char small[] = "small", junctions[] = "junctions", modes[] = "modes";
static MusterNetwork *make_network(const char *kind) {
  return kind == small ? small_network() : kind == junctions ? junction_network() : modes_network();
}

static uint8_t *copy_image(const MusterNetwork *network) {
  return g_memdup2(network->image, network->image_bytes); /* malloc's alignment serves */
}

static void sign(uint8_t *image, size_t size) {
  mi_le64_put(image + CHECKSUM_AT, mi_hash64(image + HASHED_FROM, size - HASHED_FROM, 0));
}

static bool binds(const uint8_t *image, size_t size, MusterNetwork *network, GError **error) {
  *network = (MusterNetwork){.references = 1};
  return mi_mnet_bind(network, image, size, "test.mnet", error);
}

/* Reads all that searches and accessors read; sanitizers watch. */
static uint64_t use(const MusterNetwork *network) {
  const mi_graph *g = mi_network_graph(network);
  uint64_t sum = 0;
  for (uint32_t v = 0; v < g->node_count; v++) {
    for (uint32_t a = g->first_out[v]; a < g->first_out[v + 1]; a++)
      sum += g->node_snappable[g->head[a]] + g->weight_ms[a] + g->node_snappable[g->tail[a]] +
             (g->arc_link[a] == MUSTER_NONE ? 0 : g->link_length_mm[g->arc_link[a]]);
    sum += g->node_snappable[mi_graph_depart(g, v)] + g->node_snappable[mi_graph_arrive(g, v)];
    for (uint32_t i = g->first_in[v]; i < g->first_in[v + 1]; i++)
      sum += g->in_weight_ms[i] + g->weight_ms[g->in_arc[i]] + g->node_snappable[g->in_tail[i]];
    sum += muster_network_find_node(network, muster_network_node_id(network, v));
  }
  for (uint32_t i = 0; i < g->link_count; i++) {
    sum += strlen(g->names + g->link_name[i]) + strlen(muster_road_class_name((MusterRoadClass)g->link_class[i]));
    for (uint32_t at = g->link_first_shape[i]; at < g->link_first_shape[i + 1]; at++)
      sum += (uint32_t)g->shape[at].lon_e7;
    MusterRoadPoint point;
    MusterPosition asked = g->node_position[g->link_tail[i]];
    if (muster_network_snap(network, asked, 5e6, &point, NULL)) sum += point.link + g->link_length_mm[point.link];
  }
  return sum;
}

static void test_round_trip(void) {
  g_autoptr(MusterNetwork) network = small_network();
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "a.mnet", NULL), *again = g_build_filename(folder, "b.mnet", NULL);
  g_autoptr(GError) error = NULL;
  g_assert_true(muster_network_save(network, path, &error));
  g_autoptr(MusterNetwork) opened = muster_network_open(path, &error);
  g_assert_no_error(error);
  g_assert_cmpmem(network->image, network->image_bytes, opened->image, opened->image_bytes);
  MusterNetworkInfo a, b;
  muster_network_info(network, &a);
  muster_network_info(opened, &b);
  g_assert_cmpuint(a.checksum, ==, b.checksum);
  g_assert_cmpuint(a.bytes, ==, b.bytes);
  g_assert_cmpuint(a.part_count, ==, b.part_count);
  g_assert_cmpfloat(a.cut_off_length_m, ==, b.cut_off_length_m);
  g_assert_cmpmem(&a.box, sizeof a.box, &b.box, sizeof b.box);
  g_assert_cmpuint(use(network), ==, use(opened));
  g_assert_true(muster_network_save(opened, again, &error));
  MusterNetwork *shared = muster_network_ref(opened);
  muster_network_unref(shared);
  test_folder_remove(folder);
  g_assert_cmpuint(use(opened), ==, use(network)); /* the mapping outlives the name */
}

static void test_save_failure(void) {
  g_autoptr(MusterNetwork) network = small_network();
  g_autoptr(GError) error = NULL;
  g_assert_false(muster_network_save(network, "/no-such-folder/a.mnet", &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_OPEN);
  g_assert_nonnull(strstr(error->message, "/no-such-folder/a.mnet"));
}

static void test_open_failure(void) {
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "a.mnet", NULL);
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_network_open(path, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_OPEN);
  g_clear_error(&error);
  g_assert_null(muster_network_open(folder, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT);
  g_clear_error(&error);
  for (size_t size = 0; size < 300; size += 100) {
    g_autofree char *zeros = g_malloc0(size + 1);
    g_assert_true(g_file_set_contents(path, zeros, (gssize)size, NULL));
    g_assert_null(muster_network_open(path, &error));
    g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT);
    g_assert_nonnull(strstr(error->message, "a.mnet"));
    g_clear_error(&error);
  }
  test_folder_remove(folder);
}

/* A file cut anywhere is refused. */
static void test_truncation(void) {
  g_autoptr(MusterNetwork) network = small_network();
  for (size_t size = 0; size < network->image_bytes; size++) {
    g_autofree uint8_t *image = g_malloc(size + 1); /* exact, so that a read beyond it is seen */
    memcpy(image, network->image, size);
    MusterNetwork bound;
    g_autoptr(GError) error = NULL;
    g_assert_false(binds(image, size, &bound, &error));
    g_assert_nonnull(error);
  }
}

/* Any one byte changed: refused. */
static void test_every_byte(void) {
  g_autoptr(MusterNetwork) network = small_network();
  g_autofree uint8_t *image = copy_image(network);
  for (size_t at = 0; at < network->image_bytes; at++)
    for (unsigned bit = 0; bit < 8; bit += 7) {
      MusterNetwork bound;
      image[at] ^= (uint8_t)(1u << bit);
      g_assert_false(binds(image, network->image_bytes, &bound, NULL));
      image[at] ^= (uint8_t)(1u << bit);
    }
}

/* The same with a right checksum: refused, or a network that can be used. */
static void test_forged_bytes(gconstpointer make) {
  g_autoptr(MusterNetwork) network = make_network(make);
  g_autofree uint8_t *image = copy_image(network);
  size_t accepted = 0, size = network->image_bytes;
  static const uint8_t masks[] = {0x01, 0x10, 0x80, 0xff};
  for (size_t at = HASHED_FROM; at < size; at++)
    for (size_t i = 0; i < sizeof masks; i++) {
      MusterNetwork bound;
      image[at] ^= masks[i];
      sign(image, size);
      if (binds(image, size, &bound, NULL)) {
        use(&bound);
        test_ask_network(&bound);
        accepted++;
      }
      image[at] ^= masks[i];
    }
  g_assert_cmpuint(accepted, >, 0); /* way ids, lengths and the like are anyone's to choose */
}

static void test_forged_words(gconstpointer make) {
  g_autoptr(MusterNetwork) network = make_network(make);
  size_t size = network->image_bytes;
  static const uint32_t words[] = {0, 1, 7, 255, 65536, INT32_MAX, 0x80000000, UINT32_MAX - 1, UINT32_MAX};
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  for (uint32_t round = 0; round < 20000; round++) {
    g_autofree uint8_t *image = copy_image(network);
    for (uint32_t changes = 1 + mi_random_below(&random, 4); changes-- > 0;) {
      size_t at = HASHED_FROM + 4 * mi_random_below(&random, (uint32_t)(size - HASHED_FROM) / 4);
      mi_le32_put(image + at, words[mi_random_below(&random, G_N_ELEMENTS(words))]);
    }
    sign(image, size);
    MusterNetwork bound;
    if (!binds(image, size, &bound, NULL)) continue;
    use(&bound);
    test_ask_network(&bound);
  }
}

static uint8_t *at_section(uint8_t *image, const MusterNetwork *network, const void *section) {
  return image + ((const uint8_t *)section - network->image);
}

/* One forgery of each kind, and what the refusal says. */
static void test_refusals(void) {
  g_autoptr(MusterNetwork) network = small_network();
  const mi_graph *g = mi_network_graph(network);
  const struct {
    const void *section;
    uint32_t offset, word;
    const char *says;
  } forgeries[] = {
      {g->first_out, 4, UINT32_MAX, "first out-arcs"},
      {g->first_in, 4, UINT32_MAX, "first in-arcs"},
      {g->tail, 0, g->node_count, "arc tails"},
      {g->head, 0, g->node_count, "arc heads"},
      {g->arc_link, 0, g->link_count, "arc links"},
      {g->in_arc, 0, g->arc_count, "in-arcs"},
      {g->link_tail, 0, g->node_count, "link tails"},
      {g->link_head, 0, g->node_count, "link heads"},
      {g->link_name, 0, g->names_bytes, "link names"},
      {g->link_first_shape, 4, UINT32_MAX, "first shapes"},
      {g->nodes_by_id, 0, g->node_count, "nodes by id"},
      {g->tree_items, 0, g->shape_count, "tree"},
      {g->shape, 0, 1800000001, "shapes"},
      {g->weight_ms, 0, UINT32_MAX, "arc weights"},
      {g->link_class, 0, 0xffffffff, "link classes"},
      {g->names, 0, 0xffffffff, "names"},
      {g->node_snappable, 0, 0x02020202, "snappable"},
      {g->tree_boxes, 0, 1800000000, "box"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(forgeries); i++) {
    g_autofree uint8_t *image = copy_image(network);
    mi_le32_put(at_section(image, network, forgeries[i].section) + forgeries[i].offset, forgeries[i].word);
    sign(image, network->image_bytes);
    MusterNetwork bound;
    g_autoptr(GError) error = NULL;
    g_assert_false(binds(image, network->image_bytes, &bound, &error));
    g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT);
    g_assert_true(g_str_has_prefix(error->message, "test.mnet: "));
    if (!strstr(error->message, forgeries[i].says)) g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, forgeries[i].says));
  }
}

/* A connector that leads out of its junction or takes time, departure and arrival nodes of another junction, copies of
 * what they are no copies of. */
static void test_junction_refusals(void) {
  g_autoptr(MusterNetwork) network = junction_network();
  const mi_graph *g = mi_network_graph(network);
  uint32_t connector = 0, junction = 0, other = 0;
  while (g->arc_link[connector] != MUSTER_NONE) connector++;
  while (g->node_arrive[junction] == junction) junction++;
  while (g->node_arrive[other] == g->node_arrive[junction]) other++;
  const struct {
    const void *section;
    uint32_t entry, word;
    const char *says;
  } forgeries[] = {
      {g->node_depart, junction, g->node_count, "departure nodes is no node"},
      {g->node_arrive, junction, g->node_count, "arrival nodes is no node"},
      {g->node_depart, junction, other, "not of one junction"},
      {g->node_arrive, junction, other, "not of one junction"},
      {g->node_arrive, junction, junction, "not of one junction"},
      {g->weight_ms, connector, 1, "a time of a connector"},
      {g->arc_link, connector, 0, "arcs does not agree"},
      {g->arc_link, connector, g->link_count, "arc links is no link"},
      {g->copied_arc, 0, g->arc_count, "copied arcs is no arc"},
      {g->copied_arc, 0, connector, "copied arcs is no arc of a link"},
      {g->copied_arc, g->copy_count - 1, 0, g->copy_count > 1 ? "out of order" : "no copy of its arc"},
      {g->copy_arc, 0, g->arc_count, "copies is no arc"},
      {g->copy_arc, 0, g->copied_arc[0], "copies is no copy of its arc"},
      {g->copy_arc, 0, connector, "copies is no copy of its arc"},
      {g->weight_ms, g->copy_arc[0], 1, "not the time of the arc that it is a copy of"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(forgeries); i++) {
    g_autofree uint8_t *image = copy_image(network);
    mi_le32_put(at_section(image, network, forgeries[i].section) + 4 * (size_t)forgeries[i].entry, forgeries[i].word);
    sign(image, network->image_bytes);
    MusterNetwork bound;
    g_autoptr(GError) error = NULL;
    g_assert_false(binds(image, network->image_bytes, &bound, &error));
    if (!strstr(error->message, forgeries[i].says)) g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, forgeries[i].says));
  }
}

/* Counts in the header that the file has no room for, or that make its size wrap. */
static void test_forged_counts(void) {
  g_autoptr(MusterNetwork) network = small_network();
  static const uint32_t words[] = {0, 1, 1000, INT32_MAX, UINT32_MAX};
  for (size_t at = 32; at < HEADER_BYTES; at += 4)
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
      g_autofree uint8_t *image = copy_image(network);
      if (mi_le32_get(image + at) == words[i]) continue;
      mi_le32_put(image + at, words[i]);
      sign(image, network->image_bytes);
      MusterNetwork bound;
      if (!binds(image, network->image_bytes, &bound, NULL)) continue;
      use(&bound);
      test_ask_network(&bound);
    }
}

/* ---- the highest tree there can be ---- */

typedef struct long_road {
  uint32_t *first, *tail, *head, *weight, *arc_link, *in_arc;
  uint32_t *link_tail, *link_head, *forward, *backward, *zeros, *node, *first_up;
  int64_t *id;
  uint8_t *one;
} long_road;

static void lay_road(const long_road *r, uint32_t count) {
  uint32_t arc = 0;
  for (uint32_t v = 0; v < count; v++) {
    r->first[v] = arc;
    r->node[v] = r->link_tail[v] = v;
    r->link_head[v] = v + 1;
    r->first_up[v] = v;
    r->id[v] = v;
    r->one[v] = 1;
    for (int way = 0; way < 2; way++) {
      if (way == 0 ? v == 0 : v + 1 == count) continue;
      r->tail[arc] = v;
      r->head[arc] = way ? v + 1 : v - 1;
      r->weight[arc] = 1000 + v % 7;
      r->arc_link[arc] = way ? v : v - 1;
      (way ? r->forward : r->backward)[r->arc_link[arc]] = arc;
      arc++;
    }
  }
  r->first[count] = arc;
  r->first_up[count] = count - 1;
  /* What comes into v: from before by its forward arc, from behind by its backward arc. */
  for (uint32_t v = 0, at = 0; v < count; v++) {
    if (v > 0) r->in_arc[at++] = r->forward[v - 1];
    if (v + 1 < count) r->in_arc[at++] = r->backward[v];
  }
}

/* A road eliminated from one end to the other: every node hangs on the next one, nothing is refused, and nothing may
 * recurse as deep. */
static void test_highest_tree(void) {
  enum { COUNT = 60000, ARCS = 2 * (COUNT - 1) };
  uint32_t *words = g_new0(uint32_t, 20 * (size_t)COUNT + 20);
  long_road r = {.id = g_new(int64_t, COUNT), .one = g_new(uint8_t, COUNT)};
  uint32_t **arrays[] = {&r.first,    &r.link_tail, &r.link_head, &r.forward, &r.backward, &r.zeros, &r.node,
                         &r.first_up, &r.tail,      &r.head,      &r.weight,  &r.arc_link, &r.in_arc};
  size_t used = 0;
  for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) {
    *arrays[i] = words + used;
    used += i < 8 ? COUNT + 1 : ARCS;
  }
  lay_road(&r, COUNT);
  g_autofree uint32_t *in_tail = g_new(uint32_t, ARCS), *in_weight = g_new(uint32_t, ARCS);
  for (uint32_t at = 0; at < ARCS; at++) {
    in_tail[at] = r.tail[r.in_arc[at]];
    in_weight[at] = r.weight[r.in_arc[at]];
  }
  g_autofree MusterPosition *nowhere = g_new0(MusterPosition, COUNT);
  mi_graph g = {.node_count = COUNT,
                .arc_count = ARCS,
                .link_count = COUNT - 1,
                .first_out = r.first,
                .tail = r.tail,
                .head = r.head,
                .weight_ms = r.weight,
                .arc_link = r.arc_link,
                .first_in = r.first,
                .in_tail = in_tail,
                .in_weight_ms = in_weight,
                .in_arc = r.in_arc,
                .link_tail = r.link_tail,
                .link_head = r.link_head,
                .link_forward = r.forward,
                .link_backward = r.backward,
                .link_length_mm = r.node,
                .link_way = r.id,
                .link_name = r.zeros,
                .link_class = r.one,
                .link_first_shape = r.zeros,
                .names = "",
                .names_bytes = 1,
                .node_position = nowhere,
                .node_id = r.id,
                .nodes_by_id = r.node,
                .node_snappable = r.one,
                .has_hierarchy = true,
                .chord_count = COUNT - 1,
                .first_up = r.first_up,
                .up_head = r.link_head};
  MusterNetworkInfo info = {.snappable_node_count = COUNT, .part_count = 1, .has_hierarchy = true};
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterNetwork) network = mi_mnet_pack(&g, &info, 1, &error);
  g_assert_no_error(error);
  MusterNetwork bound;
  binds(network->image, network->image_bytes, &bound, &error);
  g_assert_no_error(error);
  test_ask_network(&bound);
  g_free(words);
  g_free(r.id);
  g_free(r.one);
}

static void test_version(void) {
  g_autoptr(MusterNetwork) network = small_network();
  g_autofree uint8_t *image = copy_image(network);
  MusterNetwork bound;
  g_autoptr(GError) error = NULL;
  uint32_t version = mi_le32_get(image + 8);
  mi_le32_put(image + 8, version + 1);
  g_assert_false(binds(image, network->image_bytes, &bound, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_UNSUPPORTED);
  g_clear_error(&error);
  mi_le32_put(image + 8, version);
  mi_le32_put(image + 12, 0x04030201);
  g_assert_false(binds(image, network->image_bytes, &bound, &error));
  g_assert_nonnull(strstr(error->message, "byte order"));
}

/* The published test vectors of XXH64 for the empty text and "abc", and some by length. */
static void test_hash(void) {
  g_assert_cmphex(mi_hash64("", 0, 0), ==, UINT64_C(0xEF46DB3751D8E999));
  g_assert_cmphex(mi_hash64("abc", 3, 0), ==, UINT64_C(0x44BC2CF5AD770999));
  g_assert_cmphex(mi_hash64("xxhash", 6, 0), ==, UINT64_C(3665147885093898016));
  g_assert_cmphex(mi_hash64("xxhash", 6, 20141025), ==, UINT64_C(13067679811253438005));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/road/mnet/round-trip", test_round_trip);
  g_test_add_func("/road/mnet/save-failure", test_save_failure);
  g_test_add_func("/road/mnet/open-failure", test_open_failure);
  g_test_add_func("/road/mnet/truncation", test_truncation);
  g_test_add_func("/road/mnet/every-byte", test_every_byte);
  g_test_add_data_func("/road/mnet/forged-bytes/small", small, test_forged_bytes);
  g_test_add_data_func("/road/mnet/forged-bytes/junctions", junctions, test_forged_bytes);
  g_test_add_data_func("/road/mnet/forged-bytes/modes", modes, test_forged_bytes);
  g_test_add_data_func("/road/mnet/forged-words/small", small, test_forged_words);
  g_test_add_data_func("/road/mnet/forged-words/junctions", junctions, test_forged_words);
  g_test_add_data_func("/road/mnet/forged-words/modes", modes, test_forged_words);
  g_test_add_func("/road/mnet/junction-refusals", test_junction_refusals);
  g_test_add_func("/road/mnet/forged-counts", test_forged_counts);
  g_test_add_func("/road/mnet/refusals", test_refusals);
  g_test_add_func("/road/mnet/highest-tree", test_highest_tree);
  g_test_add_func("/road/mnet/version", test_version);
  g_test_add_func("/road/mnet/hash", test_hash);
  return g_test_run();
}
