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
  VERSION = 4,
  BYTE_ORDER_MARK = 0x01020304,
  FLAG_POSITIONS = 1,
  FLAG_DIMACS = 2,
  FLAG_TURNS = 4,
  FLAG_HIERARCHY = 8,
  FLAGS_ALL = FLAG_POSITIONS | FLAG_DIMACS | FLAG_TURNS | FLAG_HIERARCHY,
  MODE_FLAG_SLOPES = 1,
  ALIGNMENT = 64,
  HASHED_FROM = 32
};

typedef struct header {
  uint8_t magic[8];
  uint32_t version, byte_order;
  uint64_t bytes, checksum;
  uint32_t flags, mode_count;
  uint32_t node_count, arc_count, link_count, shape_count, names_bytes, chord_count;
  MusterBox box;
  uint32_t section_count, copy_count;
} header;
G_STATIC_ASSERT(sizeof(header) == 88);

/* One a mode behind the header, the modes ascending. */
typedef struct mode_header {
  uint32_t mode, flags;
  uint32_t tree_item_count, tree_node_count;
  uint32_t snappable_node_count, part_count, cut_off_node_count, turn_restriction_count;
  uint64_t cut_off_length_mm;
} mode_header;
G_STATIC_ASSERT(sizeof(mode_header) == 40);

typedef struct section {
  uint64_t offset, bytes;
} section;

/* The sections in order: array of mi_graph, the count its length follows, items beyond that count. First those that all
 * modes share, then for each mode its own. */
#define SHARED_SECTIONS(X)           \
  X(first_out, node_count, 1)        \
  X(tail, arc_count, 0)              \
  X(head, arc_count, 0)              \
  X(arc_link, arc_count, 0)          \
  X(first_in, node_count, 1)         \
  X(in_tail, arc_count, 0)           \
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
  X(node_depart, turn_node_count, 0) \
  X(node_arrive, turn_node_count, 0) \
  X(copied_arc, copy_count, 0)       \
  X(copy_arc, copy_count, 0)         \
  X(first_up, node_count, 1)         \
  X(up_head, chord_count, 0)
#define MODE_SECTIONS(X)            \
  X(weight_ms, arc_count, 0)        \
  X(in_weight_ms, arc_count, 0)     \
  X(node_snappable, node_count, 0)  \
  X(tree_boxes, tree_node_count, 0) \
  X(tree_items, tree_item_count, 0)
#define COUNT_SECTION(field, count, extra) SECTION_##field,
enum { SHARED_SECTIONS(COUNT_SECTION) SHARED_COUNT };
enum { MODE_SECTIONS(COUNT_SECTION) OF_MODE_COUNT };
enum { SECTIONS_MAX = SHARED_COUNT + MUSTER_MODE_COUNT * OF_MODE_COUNT };

/* Where everything in an image lies. */
typedef struct layout {
  uint32_t mode_count, section_count;
  section sections[SECTIONS_MAX];
  uint64_t bytes;
} layout;

static section *sections_of_mode(layout *at, uint32_t index) {
  return &at->sections[SHARED_COUNT + index * OF_MODE_COUNT];
}

static size_t table_offset(uint32_t mode_count) { return sizeof(header) + mode_count * sizeof(mode_header); }

static size_t table_bytes(const layout *at) { return at->section_count * sizeof(section); }

static void place_section(section *at, uint64_t count, size_t item_bytes, uint64_t *end) {
  uint64_t offset = (*end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  *at = (section){offset, count * item_bytes};
  *end = offset + at->bytes;
}

/* The only layout these counts have. 2³² items of 16 bytes cannot overflow. */
static void lay_out(const mi_graph *graphs, uint32_t mode_count, layout *out) {
  *out = (layout){.mode_count = mode_count, .section_count = SHARED_COUNT + mode_count * OF_MODE_COUNT};
  out->bytes = table_offset(mode_count) + table_bytes(out);
  const mi_graph *graph = &graphs[0];
  section *sections = out->sections;
#define PLACE(field, count, extra) \
  place_section(&sections[SECTION_##field], (uint64_t)graph->count + (extra), sizeof *graph->field, &out->bytes);
  SHARED_SECTIONS(PLACE)
  for (uint32_t i = 0; i < mode_count; i++) {
    graph = &graphs[i];
    sections = sections_of_mode(out, i);
    MODE_SECTIONS(PLACE)
  }
#undef PLACE
}

static void point_at_sections(mi_graph *graphs, const uint8_t *image, layout *at) {
  for (uint32_t i = 0; i < at->mode_count; i++) {
    mi_graph *graph = &graphs[i];
    const section *sections = at->sections;
#define POINT(field, count, extra) graph->field = (const void *)(image + sections[SECTION_##field].offset);
    SHARED_SECTIONS(POINT)
    sections = sections_of_mode(at, i);
    MODE_SECTIONS(POINT)
#undef POINT
  }
}

static void copy_sections(const mi_graph *graphs, uint8_t *image, layout *at) {
  const mi_graph *graph = &graphs[0];
  const section *sections = at->sections;
#define COPY(field, count, extra)          \
  if (sections[SECTION_##field].bytes > 0) \
    memcpy(image + sections[SECTION_##field].offset, graph->field, sections[SECTION_##field].bytes);
  SHARED_SECTIONS(COPY)
  for (uint32_t i = 0; i < at->mode_count; i++) {
    graph = &graphs[i];
    sections = sections_of_mode(at, i);
    MODE_SECTIONS(COPY)
  }
#undef COPY
}

static uint64_t hash_image(const uint8_t *image, uint64_t bytes) {
  return mi_hash64(image + HASHED_FROM, bytes - HASHED_FROM, 0);
}

/* A chain of networks over an image whose graphs and infos are known; `home` is the first. */
static void chain_networks(MusterNetwork *home, const mi_graph *graphs, const MusterNetworkInfo *infos,
                           uint32_t mode_count, const uint8_t *image, size_t size) {
  MusterNetwork *network = home;
  for (uint32_t i = 0; i < mode_count; i++) {
    if (i > 0) network = network->next = g_new(MusterNetwork, 1);
    *network = (MusterNetwork){
        .home = home, .graph = graphs[i], .info = infos[i], .image = image, .image_bytes = size, .references = 1};
  }
}

static bool index_trees(MusterNetwork *home, const char *path, GError **error) {
  for (MusterNetwork *at = home; at; at = at->next) {
    const mi_graph *graph = &at->graph;
    if (mi_tree_view_init(&at->tree, graph->tree_item_count, graph->tree_node_count, graph->tree_boxes,
                          graph->tree_items, graph->shape_count, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT, error))
      continue;
    g_prefix_error(error, "%s: ", path);
    return false;
  }
  return true;
}

/* ---- packing ---- */

static header make_header(const mi_graph *graph, const MusterNetworkInfo *info, const layout *at) {
  header head = {
      .version = VERSION,
      .byte_order = BYTE_ORDER_MARK,
      .bytes = at->bytes,
      .flags = (info->has_positions ? FLAG_POSITIONS : 0) | (info->from_dimacs ? FLAG_DIMACS : 0) |
               (graph->turn_node_count ? FLAG_TURNS : 0) | (info->has_hierarchy ? FLAG_HIERARCHY : 0),
      .mode_count = at->mode_count,
      .node_count = graph->node_count,
      .arc_count = graph->arc_count,
      .link_count = graph->link_count,
      .shape_count = graph->shape_count,
      .names_bytes = graph->names_bytes,
      .chord_count = graph->chord_count,
      .box = info->box,
      .section_count = at->section_count,
      .copy_count = graph->copy_count,
  };
  memcpy(head.magic, magic, sizeof magic);
  return head;
}

static mode_header make_mode_header(const mi_graph *graph, const MusterNetworkInfo *info) {
  return (mode_header){
      .mode = info->mode,
      .flags = info->has_slopes ? MODE_FLAG_SLOPES : 0,
      .tree_item_count = graph->tree_item_count,
      .tree_node_count = graph->tree_node_count,
      .snappable_node_count = info->snappable_node_count,
      .part_count = info->part_count,
      .cut_off_node_count = info->cut_off_node_count,
      .turn_restriction_count = info->turn_restriction_count,
      .cut_off_length_mm = (uint64_t)llround(info->cut_off_length_m * 1000.0),
  };
}

MusterNetwork *mi_mnet_pack(const mi_graph *graphs, const MusterNetworkInfo *infos, uint32_t mode_count,
                            GError **error) {
  layout at;
  lay_out(graphs, mode_count, &at);
  uint8_t *image = at.bytes <= SIZE_MAX ? g_try_malloc0(at.bytes) : NULL;
  if (!image) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT,
                "network: no memory for its %" G_GUINT64_FORMAT " bytes", at.bytes);
    return NULL;
  }
  copy_sections(graphs, image, &at);
  header head = make_header(&graphs[0], &infos[0], &at);
  memcpy(image, &head, sizeof head);
  for (uint32_t i = 0; i < mode_count; i++) {
    mode_header of_mode = make_mode_header(&graphs[i], &infos[i]);
    memcpy(image + table_offset(i), &of_mode, sizeof of_mode);
  }
  memcpy(image + table_offset(mode_count), at.sections, table_bytes(&at));
  head.checksum = hash_image(image, at.bytes);
  memcpy(image, &head, sizeof head);

  mi_graph packed[MUSTER_MODE_COUNT];
  MusterNetworkInfo described[MUSTER_MODE_COUNT];
  for (uint32_t i = 0; i < mode_count; i++) {
    packed[i] = graphs[i];
    described[i] = infos[i];
    described[i].bytes = at.bytes;
    described[i].checksum = head.checksum;
  }
  point_at_sections(packed, image, &at);
  MusterNetwork *network = g_new(MusterNetwork, 1);
  chain_networks(network, packed, described, mode_count, image, at.bytes);
  if (index_trees(network, "network", error)) return network;
  muster_network_unref(network);
  return NULL;
}

/* ---- opening ---- */

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
  if (head->mode_count < 1 || head->mode_count > MUSTER_MODE_COUNT || head->flags > FLAGS_ALL)
    return mi_road_refuse(path, error, "header: unknown flags %u or number of modes %u", head->flags, head->mode_count);
  if (size < table_offset(head->mode_count))
    return mi_road_refuse(path, error, "expected %u modes, found %zu bytes", head->mode_count, size);
  return true;
}

/* The modes ascend. */
static bool check_mode_header(const mode_header *of_mode, unsigned modes_before, const char *path, GError **error) {
  if (of_mode->mode >= MUSTER_MODE_COUNT || modes_before >= MUSTER_MODE_BIT(of_mode->mode) ||
      of_mode->flags > MODE_FLAG_SLOPES)
    return mi_road_refuse(path, error, "header: unknown mode %u or flags %u", of_mode->mode, of_mode->flags);
  return true;
}

static mi_graph read_counts(const header *head, const mode_header *of_mode) {
  return (mi_graph){.node_count = head->node_count,
                    .arc_count = head->arc_count,
                    .link_count = head->link_count,
                    .shape_count = head->shape_count,
                    .names_bytes = head->names_bytes,
                    .tree_item_count = of_mode->tree_item_count,
                    .tree_node_count = of_mode->tree_node_count,
                    .copy_count = head->copy_count,
                    .turn_node_count = head->flags & FLAG_TURNS ? head->node_count : 0,
                    .has_hierarchy = head->flags & FLAG_HIERARCHY,
                    .chord_count = head->chord_count};
}

static MusterNetworkInfo read_info(const header *head, const mode_header *of_mode) {
  return (MusterNetworkInfo){.node_count = head->node_count,
                             .arc_count = head->arc_count,
                             .link_count = head->link_count,
                             .snappable_node_count = of_mode->snappable_node_count,
                             .part_count = of_mode->part_count,
                             .turn_restriction_count = of_mode->turn_restriction_count,
                             .cut_off_node_count = of_mode->cut_off_node_count,
                             .cut_off_length_m = (double)of_mode->cut_off_length_mm / 1000.0,
                             .has_hierarchy = head->flags & FLAG_HIERARCHY,
                             .chord_count = head->chord_count,
                             .has_positions = head->flags & FLAG_POSITIONS,
                             .from_dimacs = head->flags & FLAG_DIMACS,
                             .has_slopes = of_mode->flags & MODE_FLAG_SLOPES,
                             .mode = (MusterMode)of_mode->mode,
                             .box = head->box,
                             .bytes = head->bytes,
                             .checksum = head->checksum};
}

/* What an image says of itself. */
typedef struct image_parts {
  header head;
  mi_graph graphs[MUSTER_MODE_COUNT];
  MusterNetworkInfo infos[MUSTER_MODE_COUNT];
  layout layout;
} image_parts;

static bool read_headers(image_parts *parts, const uint8_t *image, size_t size, const char *path, GError **error) {
  header *head = &parts->head;
  if (size < sizeof *head)
    return mi_road_refuse(path, error, "expected at least %zu bytes of a prepared network, found %zu", sizeof *head,
                          size);
  memcpy(head, image, sizeof *head);
  if (!check_header(head, size, path, error)) return false;
  unsigned modes = 0;
  for (uint32_t i = 0; i < head->mode_count; i++) {
    mode_header of_mode;
    memcpy(&of_mode, image + table_offset(i), sizeof of_mode);
    if (!check_mode_header(&of_mode, modes, path, error)) return false;
    modes |= MUSTER_MODE_BIT(of_mode.mode);
    parts->graphs[i] = read_counts(head, &of_mode);
    parts->infos[i] = read_info(head, &of_mode);
  }
  for (uint32_t i = 0; i < head->mode_count; i++) parts->infos[i].modes = modes;
  return true;
}

static bool check_layout(image_parts *parts, const uint8_t *image, size_t size, const char *path, GError **error) {
  const header *head = &parts->head;
  lay_out(parts->graphs, head->mode_count, &parts->layout);
  if (head->section_count != parts->layout.section_count)
    return mi_road_refuse(path, error, "expected %u sections, found %u", parts->layout.section_count,
                          head->section_count);
  if (parts->layout.bytes != size ||
      memcmp(image + table_offset(head->mode_count), parts->layout.sections, table_bytes(&parts->layout)) != 0)
    return mi_road_refuse(path, error, "the sections are not where %u nodes, %u arcs and %u links put them",
                          head->node_count, head->arc_count, head->link_count);
  uint64_t checksum = hash_image(image, size);
  if (checksum != head->checksum)
    return mi_road_refuse(path, error,
                          "expected checksum %016" G_GINT64_MODIFIER "x, found %016" G_GINT64_MODIFIER "x: damaged",
                          head->checksum, checksum);
  return true;
}

bool mi_mnet_bind(MusterNetwork *network, const uint8_t *image, size_t size, const char *path, GError **error) {
  image_parts parts;
  if (!read_headers(&parts, image, size, path, error) || !check_layout(&parts, image, size, path, error)) return false;
  uint32_t mode_count = parts.head.mode_count;
  point_at_sections(parts.graphs, image, &parts.layout);
  if (!mi_mnet_verify(&parts.graphs[0], &parts.infos[0], path, error)) return false;
  for (uint32_t i = 0; i < mode_count; i++)
    if (!mi_mnet_verify_mode(&parts.graphs[i], &parts.infos[i], path, error)) return false;
  chain_networks(network, parts.graphs, parts.infos, mode_count, image, size);
  if (index_trees(network, path, error)) return true;
  mi_network_forget(network);
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
