/* Reader of roads from an OSM PBF file, in two passes over its blobs.
 *
 * The first reads ways and keeps those a mode can travel, and relations for turn restrictions; of blobs that hold nodes
 * only it inflates no more than it takes to see that. The second reads nodes and keeps the positions of those that
 * roads pass. So each blob is inflated about once, and memory follows the roads, not the file.
 */
#include "road/osm_pbf.h"

#include <stdlib.h>
#include <string.h>

#include "base/radix.h"
#include "road/modes.h"
#include "road/pbf_block.h"
#include "road/roads.h"

/* What a look at a blob's beginning tells. */
typedef enum blob_kind { BLOB_MIXED, BLOB_NODES } blob_kind;

typedef struct kept_way {
  MusterWay way; /* its name is the reader's own */
  size_t first_ref;
} kept_way;

typedef struct kept_barrier {
  int64_t node_id;
  unsigned closed;
} kept_barrier;

enum { FOUND = 1 << MUSTER_MODE_COUNT };

typedef struct kept_turn {
  MusterTurnRestriction restriction; /* its list of ways is set in the end */
  guint first_via_way;
} kept_turn;

typedef struct reader {
  const mi_pbf_file *file;
  mi_inflater inflater;
  mi_pbf_block block;
  const mi_pbf_blob *blob; /* the one being read */
  GArray *ways;            /* kept_way */
  GArray *refs;            /* int64_t */
  GArray *restrictions;    /* kept_turn */
  GArray *via_ways;        /* int64_t */
  MusterRestrictionsLeftOut left_out;
  uint64_t kept_bytes; /* of ways, refs, names and restrictions with their ways */
  GStringChunk *names;
  uint8_t *has_nodes; /* blob → to be read in the second pass */

  /* Distinct ids of the nodes that kept ways pass, ascending, and what the second pass finds out about them. */
  uint32_t *node_of_ref;
  int64_t *node_id;
  MusterPosition *position;
  uint8_t *found; /* FOUND and the modes it is closed to */
  size_t node_count, cursor;
  GArray *barriers; /* kept_barrier */

  MusterProgress progress;
  void *user_data;
} reader;

static void init_reader(reader *r, const mi_pbf_file *file) {
  *r = (reader){.file = file};
  mi_pbf_block_init(&r->block);
  r->ways = g_array_new(FALSE, FALSE, sizeof(kept_way));
  r->refs = g_array_new(FALSE, FALSE, sizeof(int64_t));
  r->barriers = g_array_new(FALSE, FALSE, sizeof(kept_barrier));
  r->restrictions = g_array_new(FALSE, FALSE, sizeof(kept_turn));
  r->via_ways = g_array_new(FALSE, FALSE, sizeof(int64_t));
  r->names = g_string_chunk_new(1 << 16);
  r->has_nodes = g_new0(uint8_t, file->blob_count + 1);
}

static void clear_reader(reader *r) {
  mi_inflater_clear(&r->inflater);
  mi_pbf_block_clear(&r->block);
  g_array_unref(r->ways);
  g_array_unref(r->refs);
  g_array_unref(r->barriers);
  g_array_unref(r->restrictions);
  g_array_unref(r->via_ways);
  g_string_chunk_free(r->names);
  g_free(r->has_nodes);
  g_free(r->node_of_ref);
  g_free(r->node_id);
  g_free(r->position);
  g_free(r->found);
}
typedef reader auto_reader;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(auto_reader, clear_reader)

static bool refuse_block(const reader *r, GError **error) {
  return mi_pbf_refuse(r->file, r->blob, error, "not a sound primitive block");
}

static bool go_on(const reader *r, double share, GError **error) {
  if (!r->progress || r->progress(share, r->user_data)) return true;
  g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_CANCELLED, "%s: reading was cancelled", r->file->path);
  return false;
}

/* ---- first pass: ways and turn restrictions ---- */

/* A few bytes of zlib data can hold megabytes of references: what is kept of the roads is bounded by the file's size.
 * Extracts of nothing but roads stay below 3 bytes a byte. */
enum { KEPT_PER_FILE_BYTE = 16, KEPT_ALWAYS = 64 << 20 };

/* Looks before anything is kept. */
static bool has_room(reader *r, uint64_t bytes, GError **error) {
  r->kept_bytes += bytes;
  uint64_t most_bytes = MAX(KEPT_ALWAYS, r->file->size * KEPT_PER_FILE_BYTE);
  if (r->kept_bytes <= most_bytes) return true;
  g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT,
              "%s: blob at byte %" G_GUINT64_FORMAT ": at most %" G_GUINT64_FORMAT
              " bytes of roads in a file of %" G_GUINT64_FORMAT ", found more: its contents repeat themselves",
              r->file->path, r->blob->at, most_bytes, r->file->size);
  return false;
}

/* Refs are numbered with 32 bits from here on. */
static bool has_room_for_way(reader *r, mi_wire refs, const char *name, GError **error) {
  uint64_t count = 0;
  for (const uint8_t *at = refs.at; at < refs.end; at++) count += *at < 0x80;
  if (r->refs->len + count >= UINT32_MAX / 2) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT, "%s: at most %u points of roads, found more",
                r->file->path, UINT32_MAX / 2);
    return false;
  }
  return has_room(r, sizeof(kept_way) + count * sizeof(int64_t) + (name ? strlen(name) + 1 : 0), error);
}

static bool keep_refs(reader *r, mi_wire refs) {
  int64_t id = 0;
  while (mi_wire_more(&refs)) {
    if (__builtin_add_overflow(id, mi_wire_signed(&refs), &id)) return false;
    g_array_append_val(r->refs, id);
  }
  return !refs.failed;
}

static bool read_way(reader *r, mi_wire message, GError **error) {
  mi_pbf_way way;
  mi_osm_tags tags;
  bool any;
  if (!mi_pbf_way_read(&way, message) || !mi_pbf_read_tags(&r->block, way.keys, way.vals, false, &tags, &any))
    return refuse_block(r, error);
  kept_way kept = {.first_ref = r->refs->len};
  if (!any || !mi_osm_way(&tags, &kept.way)) return true;
  if (!has_room_for_way(r, way.refs, kept.way.name, error)) return false;
  if (!keep_refs(r, way.refs))
    return mi_pbf_refuse(r->file, r->blob, error, "way %" G_GINT64_FORMAT ": its node ids are damaged", way.id);
  kept.way.id = way.id;
  if (kept.way.name && !g_utf8_validate(kept.way.name, -1, NULL))
    return mi_pbf_refuse(r->file, r->blob, error, "way %" G_GINT64_FORMAT ": its name is not UTF-8", way.id);
  if (kept.way.name) kept.way.name = g_string_chunk_insert_const(r->names, kept.way.name);
  g_array_append_val(r->ways, kept);
  return true;
}

/* The members of a restriction, by role. */
typedef struct turn_members {
  int64_t via;
  size_t froms, vias, tos, via_ways, others; /* others: of a type that makes no sense */
} turn_members;

static turn_members count_members(const reader *r, mi_pbf_relation *relation) {
  turn_members m = {0};
  while (mi_pbf_relation_next(&r->block, relation)) {
    bool from = strcmp(relation->role, "from") == 0, to = strcmp(relation->role, "to") == 0;
    bool via = strcmp(relation->role, "via") == 0, way = relation->type == MI_PBF_MEMBER_WAY;
    m.froms += from && way;
    m.tos += to && way;
    m.via_ways += via && way;
    m.others += ((from || to) && !way) || (via && !way && relation->type != MI_PBF_MEMBER_NODE);
    if (!via || relation->type != MI_PBF_MEMBER_NODE) continue;
    m.vias++;
    m.via = relation->member;
  }
  return m;
}

/* Several ways from or to are one restriction each; all go by the same ways between. */
static void keep_turns(reader *r, mi_pbf_relation relation, mi_osm_turn turn, const turn_members *m) {
  kept_turn turned = {.first_via_way = r->via_ways->len};
  MusterTurnRestriction *kept = &turned.restriction;
  *kept = (MusterTurnRestriction){.via_node = m->via,
                                  .kind = turn == MI_OSM_TURN_ONLY ? MUSTER_TURN_ONLY : MUSTER_TURN_NO,
                                  .modes = MI_MODES_CAR,
                                  .via_way_count = (uint32_t)m->via_ways};
  const char *single = turn == MI_OSM_TURN_NO_ENTRY ? "to" : "from";
  for (mi_pbf_relation pass = relation; mi_pbf_relation_next(&r->block, &pass);) {
    if (strcmp(pass.role, single) == 0) kept->from_way = kept->to_way = pass.member;
    if (strcmp(pass.role, "via") == 0 && pass.type == MI_PBF_MEMBER_WAY) g_array_append_val(r->via_ways, pass.member);
  }
  while (mi_pbf_relation_next(&r->block, &relation)) {
    bool from = strcmp(relation.role, "from") == 0, to = strcmp(relation.role, "to") == 0;
    if ((!from && !to) || strcmp(relation.role, single) == 0) continue;
    *(from ? &kept->from_way : &kept->to_way) = relation.member;
    g_array_append_val(r->restrictions, turned);
  }
}

static bool read_relation(reader *r, mi_wire message, GError **error) {
  mi_pbf_relation relation;
  mi_osm_tags tags;
  bool any;
  if (!mi_pbf_relation_read(&relation, message) ||
      !mi_pbf_read_tags(&r->block, relation.keys, relation.vals, false, &tags, &any))
    return refuse_block(r, error);
  mi_osm_turn turn = any ? mi_osm_turn_from_tags(&tags) : MI_OSM_TURN_NONE;
  if (turn == MI_OSM_TURN_NONE) return true;
  mi_pbf_relation walked = relation;
  turn_members m = count_members(r, &walked);
  if (walked.members.failed)
    return mi_pbf_refuse(r->file, r->blob, error, "relation %" G_GINT64_FORMAT ": its members are damaged",
                         relation.id);
  bool several = m.froms > 1 || m.tos > 1;
  bool complete = m.froms > 0 && m.tos > 0 && m.vias == (m.via_ways == 0) && m.others == 0;
  complete &= !several || (turn == MI_OSM_TURN_NO_ENTRY && m.tos == 1) || (turn == MI_OSM_TURN_NO_EXIT && m.froms == 1);
  if (turn == MI_OSM_TURN_CONDITIONAL) {
    r->left_out.conditional++;
  } else if (turn == MI_OSM_TURN_UNCLEAR || !complete) {
    r->left_out.unclear++;
  } else {
    /* Each of the restrictions will have a list of ways of its own. */
    if (!has_room(r, (m.froms + m.tos) * (sizeof(kept_turn) + m.via_ways * sizeof(int64_t)), error)) return false;
    keep_turns(r, relation, turn, &m);
  }
  return true;
}

/* Reads the ways and relations of a whole block and notes whether it holds nodes. */
static bool read_ways(reader *r, size_t index, GError **error) {
  mi_pbf_block *block = &r->block;
  if (!mi_pbf_block_parse(block, r->inflater.bytes, r->inflater.count) || !mi_pbf_block_read_strings(block))
    return refuse_block(r, error);
  for (guint i = 0; i < block->groups->len; i++) {
    mi_wire group = g_array_index(block->groups, mi_wire, i);
    unsigned type;
    for (uint32_t field; (field = mi_wire_field(&group, &type));) {
      if (field == MI_PBF_GROUP_WAYS || field == MI_PBF_GROUP_RELATIONS) {
        mi_wire message = mi_wire_bytes(&group, type);
        if (group.failed) break;
        if (!(field == MI_PBF_GROUP_WAYS ? read_way : read_relation)(r, message, error)) return false;
        continue;
      }
      r->has_nodes[index] |= field == MI_PBF_GROUP_NODES || field == MI_PBF_GROUP_DENSE;
      mi_wire_skip(&group, type);
    }
    if (group.failed) return refuse_block(r, error);
  }
  return true;
}

/* Looks at the fields of a block up to its first group, inflating no more than needed. A block whose only group holds
 * nodes needs no first pass: by the format a group has one kind of thing. What follows the group may be the block's
 * numbers; a further group with a road takes 16 bytes at least (2 of the group, 2 of the way, 2 of its id, 3 and 3 of
 * a tag, 4 of two nodes), one with a restriction more. */
static bool peek(reader *r, blob_kind *kind, GError **error) {
  enum { FIELD_MAX = 24, ROAD_GROUP_MIN = 16 };
  size_t at = 0, size = r->blob->raw_size;
  *kind = BLOB_MIXED;
  while (at < size) {
    if (!mi_inflater_need(&r->inflater, r->file, at + FIELD_MAX, error)) return false;
    mi_wire wire = mi_wire_over(r->inflater.bytes + at, MIN(r->inflater.count, size) - at);
    unsigned type = 0;
    uint32_t field = mi_wire_field(&wire, &type);
    uint64_t length = mi_wire_varint(&wire);
    if (wire.failed || (type != MI_WIRE_VARINT && type != MI_WIRE_BYTES)) return true;
    at = (size_t)(wire.at - r->inflater.bytes);
    if (type == MI_WIRE_VARINT) continue;
    if (length > size - at) return true;
    if (field != 2 || length == 0) {
      at += length;
      continue;
    }
    if (size - at - length >= ROAD_GROUP_MIN) return true;
    if (!mi_inflater_need(&r->inflater, r->file, at + FIELD_MAX, error)) return false;
    wire = mi_wire_over(r->inflater.bytes + at, MIN(r->inflater.count, size) - at);
    field = mi_wire_field(&wire, &type);
    if (field == MI_PBF_GROUP_NODES || field == MI_PBF_GROUP_DENSE) *kind = BLOB_NODES;
    return true;
  }
  return true;
}

static bool read_all_ways(reader *r, GError **error) {
  for (size_t i = 0; i < r->file->blob_count; i++) {
    r->blob = &r->file->blobs[i];
    if (!go_on(r, 0.5 * (double)r->blob->at / (double)r->file->size, error)) return false;
    blob_kind kind;
    if (!mi_inflater_begin(&r->inflater, r->file, r->blob, error) || !peek(r, &kind, error)) return false;
    r->has_nodes[i] = kind == BLOB_NODES;
    if (kind != BLOB_MIXED) continue;
    if (!mi_inflater_finish(&r->inflater, r->file, error) || !read_ways(r, i, error)) return false;
  }
  return true;
}

/* ---- between the passes ---- */

/* Sorts the node ids that ways refer to and gives each distinct one a place. */
static void list_nodes(reader *r) {
  size_t ref_count = r->refs->len;
  g_autofree mi_keyed *keyed = g_new(mi_keyed, ref_count + 1);
  for (size_t i = 0; i < ref_count; i++)
    keyed[i] = (mi_keyed){mi_radix_key_i64(g_array_index(r->refs, int64_t, i)), (uint32_t)i};
  mi_radix_sort(keyed, ref_count);
  r->node_of_ref = g_new(uint32_t, ref_count + 1);
  r->node_id = g_new(int64_t, ref_count + 1);
  for (size_t i = 0; i < ref_count; i++) {
    if (i == 0 || keyed[i].key != keyed[i - 1].key)
      r->node_id[r->node_count++] = (int64_t)mi_radix_key_i64((int64_t)keyed[i].key);
    r->node_of_ref[keyed[i].value] = (uint32_t)(r->node_count - 1);
  }
  r->position = g_new0(MusterPosition, r->node_count + 1);
  r->found = g_new0(uint8_t, r->node_count + 1);
}

/* ---- second pass: nodes ---- */

/* The place of a node that roads pass, or SIZE_MAX. Files list nodes by ascending id, so the place is mostly the next
 * one: steps that double find it there at once, and anywhere in O(log n) where a file has another order. */
static size_t find_node(reader *r, int64_t id) {
  size_t low = r->cursor, high = r->node_count;
  if (low > 0 && r->node_id[low - 1] >= id) {
    high = low;
    low = 0;
  } else {
    for (size_t step = 1; low + step < high; step *= 2) {
      if (r->node_id[low + step - 1] >= id) {
        high = low + step;
        break;
      }
      low += step;
    }
  }
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (r->node_id[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  r->cursor = low;
  return low < r->node_count && r->node_id[low] == id ? low : SIZE_MAX;
}

static bool keep_node(reader *r, size_t at, const mi_pbf_node *node, GError **error) {
  if (!mi_pbf_node_position(&r->block, node, &r->position[at]))
    return mi_pbf_refuse(r->file, r->blob, error, "node %" G_GINT64_FORMAT ": not a position on earth", node->id);
  r->found[at] |= FOUND;
  if (!mi_wire_more(&node->keys)) return true;
  mi_osm_tags tags;
  bool any;
  if (!mi_pbf_read_tags(&r->block, node->keys, node->vals, node->dense, &tags, &any))
    return mi_pbf_refuse(r->file, r->blob, error, "node %" G_GINT64_FORMAT ": its tags are damaged", node->id);
  kept_barrier barrier = {node->id, any ? mi_osm_barrier(&tags) : 0};
  /* A file that repeats a node adds no second barrier. */
  if (barrier.closed & ~(unsigned)r->found[at]) g_array_append_val(r->barriers, barrier);
  r->found[at] |= (uint8_t)barrier.closed;
  return true;
}

static bool read_dense(reader *r, mi_wire message, GError **error) {
  mi_pbf_dense dense;
  if (!mi_pbf_dense_begin(&dense, message)) return refuse_block(r, error);
  while (mi_pbf_dense_next(&dense)) {
    size_t at = find_node(r, dense.node.id);
    if (at != SIZE_MAX && !keep_node(r, at, &dense.node, error)) return false;
  }
  return mi_pbf_dense_ended(&dense) || mi_pbf_refuse(r->file, r->blob, error, "its dense nodes are damaged");
}

static bool read_node(reader *r, mi_wire message, GError **error) {
  mi_pbf_node node;
  if (!mi_pbf_node_read(&node, message)) return refuse_block(r, error);
  size_t at = find_node(r, node.id);
  return at == SIZE_MAX || keep_node(r, at, &node, error);
}

static bool read_nodes(reader *r, GError **error) {
  mi_pbf_block *block = &r->block;
  if (!mi_pbf_block_parse(block, r->inflater.bytes, r->inflater.count) || !mi_pbf_block_read_strings(block))
    return refuse_block(r, error);
  for (guint i = 0; i < block->groups->len; i++) {
    mi_wire group = g_array_index(block->groups, mi_wire, i);
    uint32_t kinds = 0;
    unsigned type;
    for (uint32_t field; (field = mi_wire_field(&group, &type));) {
      if (field < 32) kinds |= 1u << field;
      if (field == MI_PBF_GROUP_NODES || field == MI_PBF_GROUP_DENSE) {
        mi_wire message = mi_wire_bytes(&group, type);
        if (group.failed) break;
        if (!(field == MI_PBF_GROUP_DENSE ? read_dense(r, message, error) : read_node(r, message, error))) return false;
      } else {
        mi_wire_skip(&group, type);
      }
    }
    if (group.failed) return refuse_block(r, error);
    /* Otherwise the first pass, which looks at a group's first thing, could have missed ways or relations. */
    bool nodes = kinds & (1u << MI_PBF_GROUP_NODES | 1u << MI_PBF_GROUP_DENSE);
    if (nodes && (kinds & (1u << MI_PBF_GROUP_WAYS | 1u << MI_PBF_GROUP_RELATIONS)))
      return mi_pbf_refuse(r->file, r->blob, error, "a group mixes nodes with ways or relations");
  }
  return true;
}

static bool read_all_nodes(reader *r, GError **error) {
  for (size_t i = 0; i < r->file->blob_count; i++) {
    r->blob = &r->file->blobs[i];
    if (!go_on(r, 0.5 + 0.5 * (double)r->blob->at / (double)r->file->size, error)) return false;
    if (!r->has_nodes[i]) continue;
    if (!mi_inflater_begin(&r->inflater, r->file, r->blob, error) ||
        !mi_inflater_finish(&r->inflater, r->file, error) || !read_nodes(r, error))
      return false;
  }
  return true;
}

/* ---- result ---- */

/* Adds the stretches of a way whose nodes are all there. */
static void add_stretches(const reader *r, MusterRoads *roads, const kept_way *kept, size_t end, int64_t *ids,
                          MusterPosition *positions) {
  MusterWay way = kept->way;
  size_t missing = 0, count = 0;
  for (size_t i = kept->first_ref; i < end; i++) missing += !r->found[r->node_of_ref[i]];
  if (missing) {
    way.ferry_s = 0; /* was the whole crossing's */
    mi_roads_note_missing(roads, missing);
  }
  for (size_t i = kept->first_ref; i <= end; i++) {
    uint32_t node = i < end ? r->node_of_ref[i] : 0;
    if (i < end && r->found[node]) {
      ids[count] = r->node_id[node];
      positions[count++] = r->position[node];
      continue;
    }
    if (count >= 2) muster_roads_add_way(roads, &way, ids, positions, count);
    count = 0;
  }
}

static gint compare_barriers(gconstpointer a, gconstpointer b) {
  const kept_barrier *x = a, *y = b;
  if (x->node_id != y->node_id) return x->node_id < y->node_id ? -1 : 1;
  return (x->closed > y->closed) - (x->closed < y->closed);
}

static int compare_i64(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* Are the node, or the ways between, in the file? */
static bool has_via(reader *r, const MusterTurnRestriction *restriction, const int64_t *ways) {
  for (uint32_t i = 0; i < restriction->via_way_count; i++)
    if (!bsearch(&restriction->via_ways[i], ways, r->ways->len, sizeof *ways, compare_i64)) return false;
  if (restriction->via_way_count) return true;
  size_t node = find_node(r, restriction->via_node);
  return node != SIZE_MAX && (r->found[node] & FOUND);
}

/* Keeps the restrictions between ways that were kept, at a node that was found or over ways that were kept. */
static void add_restrictions(reader *r, MusterRoads *roads) {
  g_autofree int64_t *ways = g_new(int64_t, r->ways->len + 1);
  for (guint i = 0; i < r->ways->len; i++) ways[i] = g_array_index(r->ways, kept_way, i).way.id;
  if (r->restrictions->len > 0) qsort(ways, r->ways->len, sizeof *ways, compare_i64);
  for (guint i = 0; i < r->restrictions->len; i++) {
    const kept_turn *turned = &g_array_index(r->restrictions, kept_turn, i);
    MusterTurnRestriction kept = turned->restriction;
    if (kept.via_way_count) kept.via_ways = &g_array_index(r->via_ways, int64_t, turned->first_via_way);
    if (has_via(r, &kept, ways) && bsearch(&kept.from_way, ways, r->ways->len, sizeof *ways, compare_i64) &&
        bsearch(&kept.to_way, ways, r->ways->len, sizeof *ways, compare_i64))
      muster_roads_add_restriction(roads, &kept);
    else
      r->left_out.beyond++;
  }
  mi_roads_note_left_out(roads, &r->left_out);
}

static MusterRoads *collect(reader *r) {
  MusterRoads *roads = muster_roads_new();
  size_t longest = 0;
  for (guint i = 0; i < r->ways->len; i++) {
    size_t end = i + 1 < r->ways->len ? g_array_index(r->ways, kept_way, i + 1).first_ref : r->refs->len;
    longest = MAX(longest, end - g_array_index(r->ways, kept_way, i).first_ref);
  }
  g_autofree int64_t *ids = g_new(int64_t, longest + 1);
  g_autofree MusterPosition *positions = g_new(MusterPosition, longest + 1);
  for (guint i = 0; i < r->ways->len; i++) {
    const kept_way *kept = &g_array_index(r->ways, kept_way, i);
    add_stretches(r, roads, kept, i + 1 < r->ways->len ? kept[1].first_ref : r->refs->len, ids, positions);
  }
  g_array_sort(r->barriers, compare_barriers);
  for (guint i = 0; i < r->barriers->len; i++) {
    const kept_barrier *barrier = &g_array_index(r->barriers, kept_barrier, i);
    muster_roads_add_barrier(roads, barrier->node_id, barrier->closed);
  }
  add_restrictions(r, roads);
  return roads;
}

MusterRoads *mi_osm_read_roads(const mi_pbf_file *file, MusterProgress progress, void *user_data, GError **error) {
  g_auto(auto_reader) r;
  init_reader(&r, file);
  r.progress = progress;
  r.user_data = user_data;
  if (!read_all_ways(&r, error)) return NULL;
  list_nodes(&r);
  if (!read_all_nodes(&r, error)) return NULL;
  MusterRoads *roads = collect(&r);
  if (go_on(&r, 1, error)) return roads;
  muster_roads_free(roads);
  return NULL;
}

MusterRoads *muster_roads_read_osm(const char *path, MusterProgress progress, void *user_data, GError **error) {
  g_auto(mi_pbf_file) file;
  if (!mi_pbf_file_open(&file, path, error)) return NULL;
  return mi_osm_read_roads(&file, progress, user_data, error);
}
