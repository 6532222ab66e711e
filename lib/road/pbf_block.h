/* A primitive block of an OSM PBF file, walked where it lies: nodes, ways, relations and their tags one after the
 * other.
 */
#ifndef MI_ROAD_PBF_BLOCK_H
#define MI_ROAD_PBF_BLOCK_H

#include "road/osm_tags.h"
#include "road/pbf_file.h"
#include "road/wire.h"

/* Reused from block to block. */
typedef struct mi_pbf_block {
  int64_t granularity, lat_offset, lon_offset; /* nanodegrees */
  GArray *groups;                              /* mi_wire */
  mi_wire string_table;
  /* Filled by mi_pbf_block_read_strings: */
  char *text; /* NUL-terminated copies */
  size_t text_capacity;
  GArray *string_at;  /* uint32_t: where in text each string begins */
  GByteArray *key_of; /* mi_osm_key of each string, or MI_PBF_KEY_UNKNOWN until asked */
} mi_pbf_block;

enum {
  MI_PBF_KEY_UNKNOWN = 255,
  MI_PBF_GROUP_NODES = 1,
  MI_PBF_GROUP_DENSE = 2,
  MI_PBF_GROUP_WAYS = 3,
  MI_PBF_GROUP_RELATIONS = 4
};

void mi_pbf_block_init(mi_pbf_block *block);
void mi_pbf_block_clear(mi_pbf_block *block);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_pbf_block, mi_pbf_block_clear)
/* Finds the parts of the block; strings only when asked for. False if it is not a primitive block. */
bool mi_pbf_block_parse(mi_pbf_block *block, const uint8_t *bytes, size_t size);
bool mi_pbf_block_read_strings(mi_pbf_block *block);

/* A node as the file holds it. */
typedef struct mi_pbf_node {
  int64_t id, lat, lon; /* lat, lon in units of the block's granularity */
  mi_wire keys, vals;   /* indices of strings; of a dense node keys holds pairs and vals is empty */
  bool dense;
} mi_pbf_node;

typedef struct mi_pbf_dense {
  mi_wire id, lat, lon, tags;
  bool has_tags;
  mi_pbf_node node; /* the current one, and the sums so far */
} mi_pbf_dense;

/* Over the content of a DenseNodes field. */
bool mi_pbf_dense_begin(mi_pbf_dense *dense, mi_wire message);
/* False at the end; then `ended` says whether all four arrays ended together. */
static inline bool mi_pbf_dense_next(mi_pbf_dense *dense);
bool mi_pbf_dense_ended(const mi_pbf_dense *dense);
/* Over the content of a Node field. */
bool mi_pbf_node_read(mi_pbf_node *node, mi_wire message);

typedef struct mi_pbf_way {
  int64_t id;
  mi_wire keys, vals, refs; /* refs: signed differences */
} mi_pbf_way;
bool mi_pbf_way_read(mi_pbf_way *way, mi_wire message);

enum { MI_PBF_MEMBER_NODE = 0, MI_PBF_MEMBER_WAY = 1, MI_PBF_MEMBER_RELATION = 2 };

typedef struct mi_pbf_relation {
  int64_t id;
  mi_wire keys, vals, roles, members, types; /* members: signed differences */
  int64_t member;                            /* the current one */
  uint64_t type;
  const char *role;
} mi_pbf_relation;
bool mi_pbf_relation_read(mi_pbf_relation *relation, mi_wire message);
/* Goes to the next member; false at the end, or where the relation is damaged: then `members.failed` is set. Strings
 * must have been read. */
bool mi_pbf_relation_next(const mi_pbf_block *block, mi_pbf_relation *relation);

/* Puts the tags whose key matters into *tags; *any tells whether there was one. False on an index outside the strings.
 * Strings must have been read. */
bool mi_pbf_read_tags(mi_pbf_block *block, mi_wire keys, mi_wire vals, bool dense, mi_osm_tags *tags, bool *any);
/* False if it is not a position on earth. */
bool mi_pbf_node_position(const mi_pbf_block *block, const mi_pbf_node *node, MusterPosition *out);

static inline bool mi_pbf_dense_next(mi_pbf_dense *dense) {
  if (!mi_wire_more(&dense->id)) return false;
  mi_pbf_node *node = &dense->node;
  bool wrapped = __builtin_add_overflow(node->id, mi_wire_signed(&dense->id), &node->id);
  wrapped |= __builtin_add_overflow(node->lat, mi_wire_signed(&dense->lat), &node->lat);
  wrapped |= __builtin_add_overflow(node->lon, mi_wire_signed(&dense->lon), &node->lon);
  if (dense->has_tags) {
    node->keys.at = dense->tags.at;
    for (;;) {
      node->keys.end = dense->tags.at;
      if (!mi_wire_more(&dense->tags)) mi_wire_fail(&dense->tags);
      if (mi_wire_varint(&dense->tags) == 0) break;
      mi_wire_varint(&dense->tags);
    }
  }
  if (wrapped || dense->id.failed || dense->lat.failed || dense->lon.failed || dense->tags.failed) {
    mi_wire_fail(&dense->id);
    return false;
  }
  return true;
}

#endif
