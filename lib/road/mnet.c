/* The `.mnet` file: packing, saving, mapping. The header and the order of sections stand in docs/network-file.md.
 *
 * There is one layout for given counts; a file with any other is refused, so that nothing in it has to be believed.
 * Numbers are in little-endian order, as are all machines Muster runs on; a byte-order mark tells another.
 */
#include "road/mnet.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/hash64.h"
#include "base/output.h"

static const uint8_t magic[8] = {'M', 'N', 'E', 'T', '\r', '\n', 0x1a, '\n'};
enum {
  VERSION = 1,
  BYTE_ORDER_MARK = 0x01020304,
  FLAG_POSITIONS = 1,
  FLAG_DIMACS = 2,
  ALIGNMENT = 64,
  HASHED_FROM = 32
};

typedef struct header {
  uint8_t magic[8];
  uint32_t version, byte_order;
  uint64_t bytes, checksum;
  uint32_t mode, flags;
  uint32_t node_count, arc_count, link_count, shape_count, names_bytes, tree_item_count, tree_node_count;
  uint32_t snappable_node_count, part_count, cut_off_node_count;
  MusterBox box;
  uint64_t cut_off_length_mm;
  uint32_t section_count, zero;
} header;
G_STATIC_ASSERT(sizeof(header) == 112);

typedef struct section {
  uint64_t offset, bytes;
} section;

/* How many items a section has, as a count of the graph plus `extra`. */
typedef struct section_kind {
  size_t field; /* the pointer in mi_graph */
  size_t item_bytes;
  size_t count_field; /* the uint32_t in mi_graph */
  uint32_t extra;
} section_kind;

#define SECTION(field, count, extra) \
  { offsetof(mi_graph, field), sizeof *((mi_graph *)0)->field, offsetof(mi_graph, count), extra }
static const section_kind kinds[] = {
    SECTION(first_out, node_count, 1),        SECTION(head, arc_count, 0),
    SECTION(weight_ms, arc_count, 0),         SECTION(arc_link, arc_count, 0),
    SECTION(first_in, node_count, 1),         SECTION(in_tail, arc_count, 0),
    SECTION(in_weight_ms, arc_count, 0),      SECTION(in_arc, arc_count, 0),
    SECTION(link_tail, link_count, 0),        SECTION(link_head, link_count, 0),
    SECTION(link_forward, link_count, 0),     SECTION(link_backward, link_count, 0),
    SECTION(link_length_mm, link_count, 0),   SECTION(link_way, link_count, 0),
    SECTION(link_name, link_count, 0),        SECTION(link_class, link_count, 0),
    SECTION(link_first_shape, link_count, 1), SECTION(shape, shape_count, 0),
    SECTION(names, names_bytes, 0),           SECTION(node_position, node_count, 0),
    SECTION(node_id, node_count, 0),          SECTION(nodes_by_id, node_count, 0),
    SECTION(node_snappable, node_count, 0),   SECTION(tree_boxes, tree_node_count, 0),
    SECTION(tree_items, tree_item_count, 0),
};
enum { SECTION_COUNT = G_N_ELEMENTS(kinds), TABLE_BYTES = SECTION_COUNT * sizeof(section) };

/* The only layout these counts have; the file's size. 2³² items of 16 bytes cannot overflow. */
static uint64_t lay_out(const mi_graph *graph, section *sections) {
  uint64_t end = sizeof(header) + TABLE_BYTES;
  for (size_t i = 0; i < SECTION_COUNT; i++) {
    uint32_t count;
    memcpy(&count, (const uint8_t *)graph + kinds[i].count_field, sizeof count);
    end = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    sections[i] = (section){end, ((uint64_t)count + kinds[i].extra) * kinds[i].item_bytes};
    end += sections[i].bytes;
  }
  return end;
}

static void point_at_sections(mi_graph *graph, const uint8_t *image, const section *sections) {
  for (size_t i = 0; i < SECTION_COUNT; i++) {
    const void *at = image + sections[i].offset;
    memcpy((uint8_t *)graph + kinds[i].field, &at, sizeof at);
  }
}

static uint64_t hash_image(const uint8_t *image, uint64_t bytes) {
  return mi_hash64(image + HASHED_FROM, bytes - HASHED_FROM, 0);
}

MusterNetwork *mi_mnet_pack(const mi_graph *graph, const MusterNetworkInfo *info, GError **error) {
  section sections[SECTION_COUNT];
  uint64_t bytes = lay_out(graph, sections);
  uint8_t *image = bytes <= SIZE_MAX ? g_try_malloc0(bytes) : NULL;
  if (!image) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT,
                "network: no memory for its %" G_GUINT64_FORMAT " bytes", bytes);
    return NULL;
  }
  for (size_t i = 0; i < SECTION_COUNT; i++) {
    const void *from;
    memcpy(&from, (const uint8_t *)graph + kinds[i].field, sizeof from);
    if (sections[i].bytes) memcpy(image + sections[i].offset, from, sections[i].bytes);
  }
  header head = {
      .version = VERSION,
      .byte_order = BYTE_ORDER_MARK,
      .bytes = bytes,
      .mode = info->mode,
      .flags = (info->has_positions ? FLAG_POSITIONS : 0) | (info->from_dimacs ? FLAG_DIMACS : 0),
      .node_count = graph->node_count,
      .arc_count = graph->arc_count,
      .link_count = graph->link_count,
      .shape_count = graph->shape_count,
      .names_bytes = graph->names_bytes,
      .tree_item_count = graph->tree_item_count,
      .tree_node_count = graph->tree_node_count,
      .snappable_node_count = info->snappable_node_count,
      .part_count = info->part_count,
      .cut_off_node_count = info->cut_off_node_count,
      .box = info->box,
      .cut_off_length_mm = (uint64_t)llround(info->cut_off_length_m * 1000.0),
      .section_count = SECTION_COUNT,
  };
  memcpy(head.magic, magic, sizeof magic);
  memcpy(image, &head, sizeof head);
  memcpy(image + sizeof head, sections, TABLE_BYTES);
  head.checksum = hash_image(image, bytes);
  memcpy(image, &head, sizeof head);

  MusterNetwork *network = g_new0(MusterNetwork, 1);
  network->references = 1;
  network->graph = *graph;
  network->info = *info;
  network->info.bytes = bytes;
  network->info.checksum = head.checksum;
  network->image = image;
  network->image_bytes = bytes;
  point_at_sections(&network->graph, image, sections);
  mi_tree_layout tree = {graph->tree_item_count, graph->tree_node_count, NULL, NULL};
  union {
    const void *in;
    void *out;
  } boxes = {.in = network->graph.tree_boxes}, items = {.in = network->graph.tree_items};
  tree.node_boxes = boxes.out;
  tree.item_ids = items.out;
  mi_tree_view_layout(&network->tree, &tree);
  return network;
}

static bool refuse(const char *path, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static bool refuse(const char *path, GError **error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT, "%s: %s", path, text);
  return false;
}

static bool check_header(const header *head, size_t size, const char *path, GError **error) {
  if (memcmp(head->magic, magic, sizeof magic) != 0) return refuse(path, error, "not a prepared network (.mnet) file");
  if (head->byte_order != BYTE_ORDER_MARK)
    return refuse(path, error, "written on a machine of the other byte order; prepare it again on this one");
  if (head->version != VERSION) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_UNSUPPORTED,
                "%s: expected format version %d, found %u; prepare it again with this program", path, VERSION,
                head->version);
    return false;
  }
  if (head->bytes != size)
    return refuse(path, error, "expected %" G_GUINT64_FORMAT " bytes, found %zu: the file is cut short or has grown",
                  head->bytes, size);
  if (head->section_count != SECTION_COUNT || head->zero != 0)
    return refuse(path, error, "expected %d sections, found %u", (int)SECTION_COUNT, head->section_count);
  if (head->mode >= MUSTER_MODE_COUNT || head->flags > (FLAG_POSITIONS | FLAG_DIMACS))
    return refuse(path, error, "header: unknown mode %u or flags %u", head->mode, head->flags);
  return true;
}

static void read_header(MusterNetwork *network, const header *head) {
  network->graph = (mi_graph){.node_count = head->node_count,
                              .arc_count = head->arc_count,
                              .link_count = head->link_count,
                              .shape_count = head->shape_count,
                              .names_bytes = head->names_bytes,
                              .tree_item_count = head->tree_item_count,
                              .tree_node_count = head->tree_node_count};
  network->info = (MusterNetworkInfo){.node_count = head->node_count,
                                      .arc_count = head->arc_count,
                                      .link_count = head->link_count,
                                      .snappable_node_count = head->snappable_node_count,
                                      .part_count = head->part_count,
                                      .cut_off_node_count = head->cut_off_node_count,
                                      .cut_off_length_m = (double)head->cut_off_length_mm / 1000.0,
                                      .has_positions = head->flags & FLAG_POSITIONS,
                                      .from_dimacs = head->flags & FLAG_DIMACS,
                                      .mode = (MusterMode)head->mode,
                                      .box = head->box,
                                      .bytes = head->bytes,
                                      .checksum = head->checksum};
}

bool mi_mnet_bind(MusterNetwork *network, const uint8_t *image, size_t size, const char *path, GError **error) {
  header head;
  if (size < sizeof head + TABLE_BYTES)
    return refuse(path, error, "expected at least %zu bytes of a prepared network, found %zu",
                  sizeof head + TABLE_BYTES, size);
  memcpy(&head, image, sizeof head);
  if (!check_header(&head, size, path, error)) return false;
  read_header(network, &head);
  section sections[SECTION_COUNT];
  if (lay_out(&network->graph, sections) != size || memcmp(image + sizeof head, sections, TABLE_BYTES) != 0)
    return refuse(path, error, "the sections are not where %u nodes, %u arcs and %u links put them", head.node_count,
                  head.arc_count, head.link_count);
  uint64_t checksum = hash_image(image, size);
  if (checksum != head.checksum)
    return refuse(path, error,
                  "expected checksum %016" G_GINT64_MODIFIER "x, found %016" G_GINT64_MODIFIER "x: damaged",
                  head.checksum, checksum);
  point_at_sections(&network->graph, image, sections);
  if (!mi_mnet_verify(&network->graph, &network->info, path, error)) return false;
  const mi_graph *graph = &network->graph;
  return mi_tree_view_init(&network->tree, graph->tree_item_count, graph->tree_node_count, graph->tree_boxes,
                           graph->tree_items, graph->shape_count, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT, error);
}

static bool fail_to_open(const char *path, GError **error) {
  int reason = errno;
  g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_OPEN, "%s: cannot be read: %s", path, strerror(reason));
  return false;
}

static bool map_file(const char *path, void **image, size_t *size, GError **error) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return fail_to_open(path, error);
  struct stat status;
  bool done = fstat(file, &status) == 0;
  if (done && !S_ISREG(status.st_mode)) {
    close(file);
    return refuse(path, error, "a prepared network must be a plain file: it is mapped into memory");
  }
  if (done && status.st_size < (off_t)sizeof(header)) {
    close(file);
    return refuse(path, error, "expected a prepared network, found %lld bytes", (long long)status.st_size);
  }
  if (done) {
    *size = (size_t)status.st_size;
    *image = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, file, 0);
    done = *image != MAP_FAILED;
  }
  if (!done) fail_to_open(path, error);
  close(file);
  return done;
}

MusterNetwork *muster_network_open(const char *path, GError **error) {
  void *image;
  size_t size;
  if (!map_file(path, &image, &size, error)) return NULL;
  MusterNetwork *network = g_new0(MusterNetwork, 1);
  if (!mi_mnet_bind(network, image, size, path, error)) {
    munmap(image, size);
    g_free(network);
    return NULL;
  }
  network->references = 1;
  network->image = image;
  network->image_bytes = size;
  network->mapped = true;
  return network;
}

bool muster_network_save(const MusterNetwork *network, const char *path, GError **error) {
  g_autofree char *temporary = mi_output_temporary_name(path);
  FILE *stream = fopen(temporary, "wbx");
  bool done = stream && fwrite(network->image, 1, network->image_bytes, stream) == network->image_bytes;
  int reason = errno;
  if (stream && fclose(stream) != 0 && done) {
    reason = errno;
    done = false;
  }
  if (done) return mi_output_commit(temporary, path, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_OPEN, error);
  if (stream) mi_output_discard(temporary);
  g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_OPEN, "%s: cannot be written: %s", path, strerror(reason));
  return false;
}
