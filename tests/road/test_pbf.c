/* The OSM PBF reader on hand-made files: every form a node and a way may take, and every kind of damage. */
#include <string.h>

#include "base/random.h"
#include "pbf.h"
#include "road/modes.h"
#include "road/osm_pbf.h"
#include "support/support.h"

static MusterRoads *read_file(const GByteArray *file, GError **error) {
  /* An exact copy, so that a read beyond the end is seen. */
  g_autofree uint8_t *bytes = g_memdup2(file->data, file->len);
  g_auto(mi_pbf_file) framed;
  if (!mi_pbf_file_over(&framed, "test.osm.pbf", bytes, file->len, error)) return NULL;
  return mi_osm_read_roads(&framed, NULL, NULL, error);
}

static const pbf_node four[] = {{-3, 295000000, 1094000000, NULL},
                                {7, 295010000, 1094010000, "barrier=bollard"},
                                {8, 295020000, 1094020000, "crossing=marked highway=crossing"},
                                {INT64_C(9000000000), -295030000, -1094030000, NULL}};
static const int64_t refs[] = {INT64_C(9000000000), 8, 7, -3};

static void assert_four(const MusterRoads *roads) {
  g_assert_cmpuint(muster_roads_way_count(roads), ==, 1);
  MusterWay way;
  const int64_t *ids;
  const MusterPosition *at;
  size_t count;
  muster_roads_way(roads, 0, &way, &ids, &at, &count);
  g_assert_cmpint(way.id, ==, 123456789012);
  g_assert_cmpstr(way.name, ==, "翔凤大道");
  g_assert_cmpuint(way.road_class, ==, MUSTER_ROAD_RESIDENTIAL);
  g_assert_cmpuint(way.maxspeed_kmh, ==, 30);
  g_assert_cmpuint(count, ==, 4);
  for (size_t i = 0; i < 4; i++) {
    g_assert_cmpint(ids[i], ==, refs[i]);
    g_assert_cmpint(at[i].lat_e7, ==, four[3 - i].lat);
    g_assert_cmpint(at[i].lon_e7, ==, four[3 - i].lon);
  }
  g_assert_cmpuint(muster_roads_barrier_count(roads), ==, 1);
  int64_t node;
  unsigned modes;
  muster_roads_barrier(roads, 0, &node, &modes);
  g_assert_cmpint(node, ==, 7);
  g_assert_cmpuint(modes, ==, MI_MODES_CAR);
}

static void add_street(pbf_block *block, MiOsm__PrimitiveGroup *group) {
  const int64_t other[] = {1, 2};
  pbf_add_way(block, group, 5, "building=yes", other, 2);
  pbf_add_way(block, group, 123456789012, "highway=residential name=翔凤大道 maxspeed=30", refs, 4);
}

/* Nodes and ways in blobs of their own, in either order and compression. */
static void test_forms(void) {
  for (int form = 0; form < 8; form++) {
    bool dense = form & 1, ways_first = form & 2;
    pbf_compression compression = form & 4 ? PBF_RAW : PBF_ZLIB;
    g_autoptr(GByteArray) file = g_byte_array_new();
    pbf_add_header(file, NULL);
    for (int step = 0; step < 2; step++) {
      pbf_block block;
      pbf_block_init(&block);
      if ((step == 0) == ways_first)
        add_street(&block, pbf_add_group(&block));
      else
        (dense ? pbf_add_dense : pbf_add_nodes)(&block, pbf_add_group(&block), four, 4);
      pbf_finish_block(file, &block, compression);
      pbf_block_clear(&block);
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(MusterRoads) roads = read_file(file, &error);
    g_assert_no_error(error);
    assert_four(roads);
  }
}

/* All in one block, groups mixed, nodes unsorted and one given twice, where the last counts; blobs of other types are
 * passed over. */
static void test_one_block(void) {
  g_autoptr(GByteArray) file = g_byte_array_new();
  pbf_add_header(file, NULL);
  pbf_add_bytes(file, "FutureThing", (const uint8_t *)"whatever", 8, PBF_RAW);
  pbf_block block;
  pbf_block_init(&block);
  const pbf_node first[] = {four[3], four[0]}, rest[] = {{8, 0, 0, NULL}, four[2], four[1]};
  pbf_add_nodes(&block, pbf_add_group(&block), first, 2);
  add_street(&block, pbf_add_group(&block));
  pbf_add_dense(&block, pbf_add_group(&block), rest, 1);
  pbf_add_dense(&block, pbf_add_group(&block), rest + 1, 2);
  pbf_add_group(&block);
  pbf_finish_block(file, &block, PBF_ZLIB);
  pbf_block_clear(&block);
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterRoads) roads = read_file(file, &error);
  g_assert_no_error(error);
  assert_four(roads);
  g_auto(mi_pbf_file) framed;
  mi_osm_counts counts;
  g_assert_true(mi_pbf_file_over(&framed, "test", file->data, file->len, &error));
  g_assert_true(mi_osm_count(&framed, &counts, &error));
  g_assert_cmpuint(counts.nodes, ==, 5);
  g_assert_cmpuint(counts.ways, ==, 2);
  g_assert_cmpuint(counts.node_refs, ==, 6);
  g_assert_cmpuint(counts.road_ways, ==, 1);
}

/* Granularity and offsets: nanodegrees = offset + granularity × value, rounded half away from zero. */
static void test_granularity(void) {
  g_autoptr(GByteArray) file = g_byte_array_new();
  pbf_add_header(file, NULL);
  pbf_block block;
  pbf_block_init(&block);
  block.granularity = 1;
  block.lat_offset = INT64_C(29000000000);
  block.lon_offset = -7;
  const pbf_node nodes[] = {{1, 500000050, 57, NULL}, {2, -149, -43, NULL}};
  const int64_t both[] = {1, 2};
  pbf_add_dense(&block, pbf_add_group(&block), nodes, 2);
  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", both, 2);
  pbf_finish_block(file, &block, PBF_ZLIB);
  pbf_block_clear(&block);
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterRoads) roads = read_file(file, &error);
  g_assert_no_error(error);
  const MusterPosition *at;
  muster_roads_way(roads, 0, NULL, NULL, &at, NULL);
  g_assert_cmpint(at[0].lat_e7, ==, 295000001);
  g_assert_cmpint(at[0].lon_e7, ==, 1);
  g_assert_cmpint(at[1].lat_e7, ==, 289999999);
  g_assert_cmpint(at[1].lon_e7, ==, -1);
}

/* Of a way that leaves the extract the whole stretches stay, and the rest is counted. */
static void test_missing_nodes(void) {
  g_autoptr(GByteArray) file = g_byte_array_new();
  pbf_add_header(file, NULL);
  pbf_block block;
  pbf_block_init(&block);
  const pbf_node nodes[] = {{1, 0, 0, NULL}, {2, 0, 10, NULL}, {4, 0, 30, NULL}, {6, 0, 50, NULL}, {7, 0, 60, NULL}};
  const int64_t all[] = {1, 2, 3, 4, 5, 6, 7};
  pbf_add_dense(&block, pbf_add_group(&block), nodes, 5);
  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", all, 7);
  pbf_finish_block(file, &block, PBF_ZLIB);
  pbf_block_clear(&block);
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterRoads) roads = read_file(file, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(muster_roads_way_count(roads), ==, 2);
  const int64_t *ids;
  size_t count;
  muster_roads_way(roads, 1, NULL, &ids, NULL, &count);
  g_assert_cmpuint(count, ==, 2);
  g_assert_cmpint(ids[0], ==, 6);
  uint64_t ways, lost;
  muster_roads_missing(roads, &ways, &lost);
  g_assert_cmpuint(ways, ==, 1);
  g_assert_cmpuint(lost, ==, 2);
}

/* ---- damage ---- */

static GByteArray *sound_file(void) {
  GByteArray *file = g_byte_array_new();
  pbf_add_header(file, NULL);
  pbf_block block;
  pbf_block_init(&block);
  pbf_add_dense(&block, pbf_add_group(&block), four, 4);
  pbf_finish_block(file, &block, PBF_ZLIB);
  pbf_block_clear(&block);
  pbf_block_init(&block);
  add_street(&block, pbf_add_group(&block));
  pbf_finish_block(file, &block, PBF_RAW);
  pbf_block_clear(&block);
  return file;
}

static void assert_refused(const GByteArray *file, MusterRoadError code, const char *says) {
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterRoads) roads = read_file(file, &error);
  g_assert_null(roads);
  g_assert_nonnull(error);
  g_test_message("%s", error->message);
  g_assert_error(error, MUSTER_ROAD_ERROR, (int)code);
  g_assert_true(g_str_has_prefix(error->message, "test.osm.pbf: blob at byte "));
  g_assert_nonnull(strstr(error->message, says));
}

/* Cut anywhere but between blobs: refused, with the place. */
static void test_truncation(void) {
  g_autoptr(GByteArray) file = sound_file();
  unsigned accepted = 0;
  for (guint size = 0; size < file->len; size++) {
    g_autofree uint8_t *bytes = g_memdup2(file->data, size ? size : 1);
    g_autoptr(GError) error = NULL;
    g_auto(mi_pbf_file) framed;
    if (mi_pbf_file_over(&framed, "test", bytes, size, &error)) {
      g_autoptr(MusterRoads) roads = mi_osm_read_roads(&framed, NULL, NULL, &error);
      accepted += roads != NULL;
    } else {
      g_assert_nonnull(strstr(error->message, "blob at byte "));
    }
  }
  g_assert_cmpuint(accepted, ==, 2); /* after the header, and after the first block */
}

/* Bytes changed at random: refused or read, never a crash; sanitizers watch. */
static void test_damage(void) {
  g_autoptr(GByteArray) file = sound_file();
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  for (unsigned round = 0; round < 20000; round++) {
    g_autofree uint8_t *bytes = g_memdup2(file->data, file->len);
    for (unsigned changes = 1 + mi_random_below(&random, 3); changes-- > 0;)
      bytes[mi_random_below(&random, file->len)] = (uint8_t)mi_random_below(&random, 256);
    GByteArray *damaged = g_byte_array_new_take(g_steal_pointer(&bytes), file->len);
    g_autoptr(MusterRoads) roads = read_file(damaged, NULL);
    g_byte_array_unref(damaged);
  }
}

static void test_bad_frames(void) {
  g_autoptr(GByteArray) file = g_byte_array_new();
  assert_refused(file, MUSTER_ROAD_ERROR_FORMAT, "the file is empty");
  g_byte_array_append(file, (const uint8_t *)"<osm version='0.6'>", 19);
  assert_refused(file, MUSTER_ROAD_ERROR_FORMAT, "not an OSM PBF file");
  g_byte_array_set_size(file, 0);
  pbf_add_bytes(file, "OSMData", (const uint8_t *)"", 0, PBF_RAW);
  assert_refused(file, MUSTER_ROAD_ERROR_FORMAT, "expected one OSMHeader");
  g_byte_array_set_size(file, 0);
  pbf_add_header(file, NULL);
  pbf_add_header(file, NULL);
  assert_refused(file, MUSTER_ROAD_ERROR_FORMAT, "expected one OSMHeader");
  g_byte_array_set_size(file, 0);
  pbf_add_header(file, NULL);
  g_byte_array_append(file, (const uint8_t *)"\x00\x01\x00\x01", 4);
  assert_refused(file, MUSTER_ROAD_ERROR_LIMIT, "blob header: at most 65536 bytes, found 65537");
}

static void test_features(void) {
  const char *const history[] = {"OsmSchema-V0.6", "HistoricalInformation", NULL};
  g_autoptr(GByteArray) file = g_byte_array_new();
  pbf_add_header(file, history);
  assert_refused(file, MUSTER_ROAD_ERROR_UNSUPPORTED, "feature \"HistoricalInformation\"");
}

static void test_compressions(void) {
  static const char *const names[] = {"lzma", "bzip2", "lz4", "zstd"};
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autoptr(GByteArray) file = g_byte_array_new();
    pbf_add_header(file, NULL);
    MiOsm__Blob blob = MI_OSM__BLOB__INIT;
    uint8_t data[] = {1, 2, 3};
    ProtobufCBinaryData bytes = {sizeof data, data};
    blob.has_raw_size = true;
    blob.raw_size = 100;
    blob.has_lzma_data = i == 0;
    blob.lzma_data = bytes;
    blob.has_bzip2_data = i == 1;
    blob.bzip2_data = bytes;
    blob.has_lz4_data = i == 2;
    blob.lz4_data = bytes;
    blob.has_zstd_data = i == 3;
    blob.zstd_data = bytes;
    pbf_add_blob(file, "OSMData", &blob);
    assert_refused(file, MUSTER_ROAD_ERROR_UNSUPPORTED, names[i]);
  }
}

static void assert_blob_refused(const uint8_t *content, size_t size, int32_t raw_size, MusterRoadError code,
                                const char *says) {
  size_t deflated_size;
  g_autofree uint8_t *deflated = pbf_deflate(content, size, &deflated_size);
  g_autoptr(GByteArray) file = g_byte_array_new();
  pbf_add_header(file, NULL);
  MiOsm__Blob blob = MI_OSM__BLOB__INIT;
  blob.has_zlib_data = true;
  blob.zlib_data = (ProtobufCBinaryData){deflated_size, deflated};
  blob.has_raw_size = raw_size >= 0;
  blob.raw_size = raw_size;
  pbf_add_blob(file, "OSMData", &blob);
  assert_refused(file, code, says);
}

/* Raw sizes that are missing, too small, too large, beyond the cap; a bomb of zeros. */
static void test_sizes(void) {
  /* One group of two empty ways and a string table, so that the whole blob is asked for. */
  const uint8_t content[] = {0x0a, 0x02, 0x0a, 0x00, 0x12, 0x04, 0x1a, 0x02, 0x08, 0x01};
  assert_blob_refused(content, sizeof content, -1, MUSTER_ROAD_ERROR_FORMAT, "without its raw size");
  assert_blob_refused(content, sizeof content, 9, MUSTER_ROAD_ERROR_FORMAT, "expected 9 raw bytes, found more");
  assert_blob_refused(content, sizeof content, 11, MUSTER_ROAD_ERROR_FORMAT, "expected 11 raw bytes, found 10");
  assert_blob_refused(content, sizeof content, MI_PBF_BLOB_MAX + 1, MUSTER_ROAD_ERROR_LIMIT, "raw size: at most");
  g_autofree uint8_t *bomb = g_malloc0(64 << 20);
  assert_blob_refused(bomb, 64 << 20, 1000, MUSTER_ROAD_ERROR_FORMAT, "expected 1000 raw bytes, found more");
}

/* Kilobytes that unfold to hundreds of megabytes of roads. */
static void test_bomb(void) {
  enum { REFS = 9 << 20 };
  g_autofree int64_t *many = g_new0(int64_t, REFS);
  g_autoptr(GByteArray) file = g_byte_array_new();
  pbf_block block;
  pbf_block_init(&block);
  pbf_add_header(file, NULL);
  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", many, REFS);
  pbf_finish_block(file, &block, PBF_ZLIB);
  pbf_block_clear(&block);
  g_assert_cmpuint(file->len, <, 100000);
  assert_refused(file, MUSTER_ROAD_ERROR_LIMIT, "bytes of roads in a file of");
}

/* Nodes in any order, and twice: all are found, a barrier counts once. */
static void test_node_order(void) {
  enum { NODES = 3000 };
  g_autofree pbf_node *nodes = g_new0(pbf_node, 2 * NODES);
  g_autofree int64_t *many = g_new(int64_t, NODES);
  mi_random random;
  mi_random_init(&random, test_seed(), 0);
  for (size_t i = 0; i < NODES; i++) {
    many[i] = (int64_t)(3 * i) - NODES;
    nodes[i] = nodes[NODES + i] = (pbf_node){many[i], (int64_t)i, (int64_t)i, i == 7 ? "barrier=bollard" : NULL};
  }
  for (size_t i = 2 * NODES; i > 1; i--) {
    size_t other = mi_random_below(&random, (uint32_t)i);
    pbf_node kept = nodes[i - 1];
    nodes[i - 1] = nodes[other];
    nodes[other] = kept;
  }
  g_autoptr(GByteArray) file = g_byte_array_new();
  pbf_block block;
  pbf_block_init(&block);
  pbf_add_header(file, NULL);
  pbf_add_dense(&block, pbf_add_group(&block), nodes, 2 * NODES);
  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", many, NODES);
  pbf_finish_block(file, &block, PBF_ZLIB);
  pbf_block_clear(&block);
  g_auto(mi_pbf_file) framed;
  g_autoptr(GError) error = NULL;
  g_assert_true(mi_pbf_file_over(&framed, "test", file->data, file->len, &error));
  g_autoptr(MusterRoads) roads = mi_osm_read_roads(&framed, NULL, NULL, &error);
  g_assert_no_error(error);
  const int64_t *ids;
  size_t count;
  muster_roads_way(roads, 0, NULL, &ids, NULL, &count);
  g_assert_cmpuint(count, ==, NODES);
  g_assert_cmpmem(ids, count * sizeof *ids, many, count * sizeof *many);
  g_assert_cmpuint(muster_roads_barrier_count(roads), ==, 1);
}

static void assert_block_refused(pbf_block *block, const char *says) {
  g_autoptr(GByteArray) file = g_byte_array_new();
  pbf_add_header(file, NULL);
  pbf_finish_block(file, block, PBF_ZLIB);
  assert_refused(file, MUSTER_ROAD_ERROR_FORMAT, says);
  pbf_block_clear(block);
  pbf_block_init(block);
}

/* Blocks that are protobuf and still make no sense. */
static void test_bad_blocks(void) {
  const int64_t wild[] = {INT64_MAX, INT64_MAX}, both[] = {1, 2};
  pbf_block block;
  pbf_block_init(&block);

  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", both, 2);
  ((MiOsm__PrimitiveGroup *)block.groups->pdata[0])->ways[0]->vals[0] = 99;
  assert_block_refused(&block, "not a sound primitive block");

  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", both, 2);
  ((MiOsm__PrimitiveGroup *)block.groups->pdata[0])->ways[0]->n_vals = 0;
  assert_block_refused(&block, "not a sound primitive block");

  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", both, 2);
  memcpy(((MiOsm__PrimitiveGroup *)block.groups->pdata[0])->ways[0]->refs, wild, sizeof wild);
  assert_block_refused(&block, "way 1: its node ids are damaged");

  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path name=\xff\xfe", both, 2);
  assert_block_refused(&block, "way 1: its name is not UTF-8");

  block.granularity = 0;
  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", both, 2);
  assert_block_refused(&block, "not a sound primitive block");

  const pbf_node off_earth[] = {{1, 900000001, 0, NULL}, {2, 0, 0, NULL}};
  pbf_add_dense(&block, pbf_add_group(&block), off_earth, 2);
  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", both, 2);
  assert_block_refused(&block, "node 1: not a position on earth");

  const pbf_node overflow[] = {{1, INT64_MAX / 50, 0, NULL}};
  pbf_add_nodes(&block, pbf_add_group(&block), overflow, 1);
  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", both, 2);
  assert_block_refused(&block, "node 1: not a position on earth");

  const pbf_node fine[] = {{1, 0, 0, "barrier=gate"}, {2, 0, 0, NULL}};
  pbf_add_dense(&block, pbf_add_group(&block), fine, 2);
  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", both, 2);
  ((MiOsm__PrimitiveGroup *)block.groups->pdata[0])->dense->n_lat = 1;
  assert_block_refused(&block, "its dense nodes are damaged");

  pbf_add_dense(&block, pbf_add_group(&block), fine, 2);
  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", both, 2);
  ((MiOsm__PrimitiveGroup *)block.groups->pdata[0])->dense->n_id = 1;
  assert_block_refused(&block, "its dense nodes are damaged");

  pbf_add_dense(&block, pbf_add_group(&block), fine, 2);
  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", both, 2);
  ((MiOsm__PrimitiveGroup *)block.groups->pdata[0])->dense->keys_vals[1] = 77;
  assert_block_refused(&block, "node 1: its tags are damaged");

  pbf_add_dense(&block, pbf_add_group(&block), fine, 2);
  pbf_add_way(&block, pbf_add_group(&block), 1, "highway=path", both, 2);
  ((MiOsm__PrimitiveGroup *)block.groups->pdata[0])->dense->n_keys_vals = 2;
  assert_block_refused(&block, "its dense nodes are damaged");
  pbf_block_clear(&block);
}

/* A lone group that begins with nodes is not looked at for ways: that it has none is checked later. */
static void test_mixed_group(void) {
  const pbf_node nodes[] = {{1, 0, 0, NULL}, {2, 0, 0, NULL}};
  const int64_t both[] = {1, 2};
  pbf_block block;
  pbf_block_init(&block);
  MiOsm__PrimitiveGroup *group = pbf_add_group(&block);
  pbf_add_dense(&block, group, nodes, 2);
  pbf_add_way(&block, group, 1, "highway=path", both, 2);
  assert_block_refused(&block, "a group mixes nodes with ways or relations");
  pbf_block_clear(&block);
}

static bool refuse_to_go_on(double share, void *user_data) {
  int *calls = user_data;
  g_assert_cmpfloat(share, <=, 1);
  return ++*calls < 3;
}

static void test_cancel(void) {
  g_autoptr(GByteArray) file = sound_file();
  g_auto(mi_pbf_file) framed;
  g_autoptr(GError) error = NULL;
  int calls = 0;
  g_assert_true(mi_pbf_file_over(&framed, "test", file->data, file->len, &error));
  g_assert_null(mi_osm_read_roads(&framed, refuse_to_go_on, &calls, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_CANCELLED);
  g_assert_cmpint(calls, ==, 3);
}

static void test_absent(void) {
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_roads_read_osm("/no-such-file.osm.pbf", NULL, NULL, &error));
  g_assert_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_OPEN);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/road/pbf/forms", test_forms);
  g_test_add_func("/road/pbf/one-block", test_one_block);
  g_test_add_func("/road/pbf/granularity", test_granularity);
  g_test_add_func("/road/pbf/missing-nodes", test_missing_nodes);
  g_test_add_func("/road/pbf/truncation", test_truncation);
  g_test_add_func("/road/pbf/damage", test_damage);
  g_test_add_func("/road/pbf/bad-frames", test_bad_frames);
  g_test_add_func("/road/pbf/features", test_features);
  g_test_add_func("/road/pbf/compressions", test_compressions);
  g_test_add_func("/road/pbf/sizes", test_sizes);
  g_test_add_func("/road/pbf/bomb", test_bomb);
  g_test_add_func("/road/pbf/node-order", test_node_order);
  g_test_add_func("/road/pbf/bad-blocks", test_bad_blocks);
  g_test_add_func("/road/pbf/mixed-group", test_mixed_group);
  g_test_add_func("/road/pbf/cancel", test_cancel);
  g_test_add_func("/road/pbf/absent", test_absent);
  return g_test_run();
}
