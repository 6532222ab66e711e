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
#include "road/refuse.h"

static const uint8_t magic[8] = {'M', 'N', 'E', 'T', '\r', '\n', 0x1a, '\n'};
enum {
  VERSION = 2,
  BYTE_ORDER_MARK = 0x01020304,
  FLAG_POSITIONS = 1,
  FLAG_DIMACS = 2,
  FLAG_TURNS = 4,
  FLAG_HIERARCHY = 8,
  FLAG_SLOPES = 16,
  FLAGS_ALL = FLAG_POSITIONS | FLAG_DIMACS | FLAG_TURNS | FLAG_HIERARCHY | FLAG_SLOPES,
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
  uint32_t section_count, turn_restriction_count, chord_count, zero;
} header;
G_STATIC_ASSERT(sizeof(header) == 120);

typedef struct section {
  uint64_t offset, bytes;
} section;

/* The sections in order: array of mi_graph, the count its length follows, items beyond that count. */
#define SECTIONS(X)                  \
  X(first_out, node_count, 1)        \
  X(tail, arc_count, 0)              \
  X(head, arc_count, 0)              \
  X(weight_ms, arc_count, 0)         \
  X(arc_link, arc_count, 0)          \
  X(first_in, node_count, 1)         \
  X(in_tail, arc_count, 0)           \
  X(in_weight_ms, arc_count, 0)      \
  X(in_arc, arc_count, 0)            \
  X(link_tail, link_count, 0)        \
  X(link_head, link_count, 0)        \
  X(link_forward, link_count, 0)     \
  X(link_backward, link_count, 0)    \
  X(link_length_mm, link_count, 0)   \
  X(link_way, link_count, 0)         \
  X(link_name, link_count, 0)        \
  X(link_class, link_count, 0)       \
  X(link_first_shape, link_count, 1) \
  X(shape, shape_count, 0)           \
  X(names, names_bytes, 0)           \
  X(node_position, node_count, 0)    \
  X(node_id, node_count, 0)          \
  X(nodes_by_id, node_count, 0)      \
  X(node_snappable, node_count, 0)   \
  X(node_depart, turn_node_count, 0) \
  X(node_arrive, turn_node_count, 0) \
  X(tree_boxes, tree_node_count, 0)  \
  X(tree_items, tree_item_count, 0)  \
  X(first_up, node_count, 1)         \
  X(up_head, chord_count, 0)
#define COUNT_SECTION(field, count, extra) SECTION_##field,
enum { SECTIONS(COUNT_SECTION) SECTION_COUNT, TABLE_BYTES = SECTION_COUNT * sizeof(section) };

static void place_section(section *at, uint64_t count, size_t item_bytes, uint64_t *end) {
  uint64_t offset = (*end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  *at = (section){offset, count * item_bytes};
  *end = offset + at->bytes;
}

/* The only layout these counts have; the file's size. 2³² items of 16 bytes cannot overflow. */
static uint64_t lay_out(const mi_graph *graph, section *sections) {
  uint64_t end = sizeof(header) + TABLE_BYTES;
#define PLACE(field, count, extra) \
  place_section(&sections[SECTION_##field], (uint64_t)graph->count + (extra), sizeof *graph->field, &end);
  SECTIONS(PLACE)
#undef PLACE
  return end;
}

static void point_at_sections(mi_graph *graph, const uint8_t *image, const section *sections) {
#define POINT(field, count, extra) graph->field = (const void *)(image + sections[SECTION_##field].offset);
  SECTIONS(POINT)
#undef POINT
}

static void copy_sections(const mi_graph *graph, uint8_t *image, const section *sections) {
#define COPY(field, count, extra)          \
  if (sections[SECTION_##field].bytes > 0) \
    memcpy(image + sections[SECTION_##field].offset, graph->field, sections[SECTION_##field].bytes);
  SECTIONS(COPY)
#undef COPY
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
  copy_sections(graph, image, sections);
  header head = {
      .version = VERSION,
      .byte_order = BYTE_ORDER_MARK,
      .bytes = bytes,
      .mode = info->mode,
      .flags = (info->has_positions ? FLAG_POSITIONS : 0) | (info->from_dimacs ? FLAG_DIMACS : 0) |
               (graph->turn_node_count ? FLAG_TURNS : 0) | (info->has_hierarchy ? FLAG_HIERARCHY : 0) |
               (info->has_slopes ? FLAG_SLOPES : 0),
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
      .chord_count = graph->chord_count,
      .turn_restriction_count = info->turn_restriction_count,
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

static bool check_header(const header *head, size_t size, const char *path, GError **error) {
  if (memcmp(head->magic, magic, sizeof magic) != 0)
    return mi_road_refuse(path, error, "not a prepared network (.mnet) file");
  if (head->byte_order != BYTE_ORDER_MARK)
    return mi_road_refuse(path, error, "written on a machine of the other byte order; prepare it again on this one");
  if (head->version != VERSION) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_UNSUPPORTED,
                "%s: expected format version %d, found %u; prepare it again with this program", path, VERSION,
                head->version);
    return false;
  }
  if (head->bytes != size)
    return mi_road_refuse(path, error,
                          "expected %" G_GUINT64_FORMAT " bytes, found %zu: the file is cut short or has grown",
                          head->bytes, size);
  if (head->section_count != SECTION_COUNT || head->zero != 0)
    return mi_road_refuse(path, error, "expected %d sections, found %u", (int)SECTION_COUNT, head->section_count);
  if (head->mode >= MUSTER_MODE_COUNT || head->flags > FLAGS_ALL)
    return mi_road_refuse(path, error, "header: unknown mode %u or flags %u", head->mode, head->flags);
  return true;
}

static void read_header(MusterNetwork *network, const header *head) {
  network->graph = (mi_graph){.node_count = head->node_count,
                              .arc_count = head->arc_count,
                              .link_count = head->link_count,
                              .shape_count = head->shape_count,
                              .names_bytes = head->names_bytes,
                              .tree_item_count = head->tree_item_count,
                              .tree_node_count = head->tree_node_count,
                              .turn_node_count = head->flags & FLAG_TURNS ? head->node_count : 0,
                              .has_hierarchy = head->flags & FLAG_HIERARCHY,
                              .chord_count = head->chord_count};
  network->info = (MusterNetworkInfo){.node_count = head->node_count,
                                      .arc_count = head->arc_count,
                                      .link_count = head->link_count,
                                      .snappable_node_count = head->snappable_node_count,
                                      .part_count = head->part_count,
                                      .turn_restriction_count = head->turn_restriction_count,
                                      .cut_off_node_count = head->cut_off_node_count,
                                      .cut_off_length_m = (double)head->cut_off_length_mm / 1000.0,
                                      .has_hierarchy = head->flags & FLAG_HIERARCHY,
                                      .chord_count = head->chord_count,
                                      .has_positions = head->flags & FLAG_POSITIONS,
                                      .from_dimacs = head->flags & FLAG_DIMACS,
                                      .has_slopes = head->flags & FLAG_SLOPES,
                                      .mode = (MusterMode)head->mode,
                                      .box = head->box,
                                      .bytes = head->bytes,
                                      .checksum = head->checksum};
}

bool mi_mnet_bind(MusterNetwork *network, const uint8_t *image, size_t size, const char *path, GError **error) {
  header head;
  if (size < sizeof head + TABLE_BYTES)
    return mi_road_refuse(path, error, "expected at least %zu bytes of a prepared network, found %zu",
                          sizeof head + TABLE_BYTES, size);
  memcpy(&head, image, sizeof head);
  if (!check_header(&head, size, path, error)) return false;
  read_header(network, &head);
  section sections[SECTION_COUNT];
  if (lay_out(&network->graph, sections) != size || memcmp(image + sizeof head, sections, TABLE_BYTES) != 0)
    return mi_road_refuse(path, error, "the sections are not where %u nodes, %u arcs and %u links put them",
                          head.node_count, head.arc_count, head.link_count);
  uint64_t checksum = hash_image(image, size);
  if (checksum != head.checksum)
    return mi_road_refuse(path, error,
                          "expected checksum %016" G_GINT64_MODIFIER "x, found %016" G_GINT64_MODIFIER "x: damaged",
                          head.checksum, checksum);
  point_at_sections(&network->graph, image, sections);
  if (!mi_mnet_verify(&network->graph, &network->info, path, error)) return false;
  const mi_graph *graph = &network->graph;
  if (mi_tree_view_init(&network->tree, graph->tree_item_count, graph->tree_node_count, graph->tree_boxes,
                        graph->tree_items, graph->shape_count, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT, error))
    return true;
  g_prefix_error(error, "%s: ", path);
  return false;
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
    return mi_road_refuse(path, error, "a prepared network must be a plain file: it is mapped into memory");
  }
  if (done && status.st_size < (off_t)sizeof(header)) {
    close(file);
    return mi_road_refuse(path, error, "expected a prepared network, found %lld bytes", (long long)status.st_size);
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
  void *image = NULL;
  size_t size = 0;
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
