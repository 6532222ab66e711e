/* Walking primitive blocks. Nothing is unpacked that nobody asked for: most of an extract is not roads. */
#include "road/pbf_block.h"

#include <string.h>

void mi_pbf_block_init(mi_pbf_block *block) {
  *block = (mi_pbf_block){0};
  block->groups = g_array_new(FALSE, FALSE, sizeof(mi_wire));
  block->string_at = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  block->key_of = g_byte_array_new();
}

void mi_pbf_block_clear(mi_pbf_block *block) {
  if (!block->groups) return;
  g_array_unref(block->groups);
  g_array_unref(block->string_at);
  g_byte_array_unref(block->key_of);
  g_free(block->text);
  *block = (mi_pbf_block){0};
}

bool mi_pbf_block_parse(mi_pbf_block *block, const uint8_t *bytes, size_t size) {
  mi_wire wire = mi_wire_over(bytes, size);
  block->granularity = 100;
  block->lat_offset = block->lon_offset = 0;
  block->string_table = mi_wire_over(bytes, 0);
  g_array_set_size(block->groups, 0);
  unsigned type;
  for (uint32_t field; (field = mi_wire_field(&wire, &type));) {
    mi_wire part;
    switch (field) {
      case 1:
        block->string_table = mi_wire_bytes(&wire, type);
        break;
      case 2:
        part = mi_wire_bytes(&wire, type);
        g_array_append_val(block->groups, part);
        break;
      case 17:
        block->granularity = (int32_t)mi_wire_number(&wire, type);
        break;
      case 19:
        block->lat_offset = (int64_t)mi_wire_number(&wire, type);
        break;
      case 20:
        block->lon_offset = (int64_t)mi_wire_number(&wire, type);
        break;
      default:
        mi_wire_skip(&wire, type);
    }
  }
  return !wire.failed && block->granularity > 0;
}

bool mi_pbf_block_read_strings(mi_pbf_block *block) {
  mi_wire wire = block->string_table;
  size_t size = (size_t)(wire.end - wire.at), filled = 0;
  /* Each string gives up a tag and a length, two bytes at least, for one NUL. */
  if (block->text_capacity < size) {
    g_free(block->text);
    block->text = g_malloc(size);
    block->text_capacity = size;
  }
  g_array_set_size(block->string_at, 0);
  unsigned type;
  for (uint32_t field; (field = mi_wire_field(&wire, &type));) {
    if (field != 1) {
      mi_wire_skip(&wire, type);
      continue;
    }
    mi_wire string = mi_wire_bytes(&wire, type);
    size_t length = (size_t)(string.end - string.at);
    if (wire.failed) return false;
    uint32_t at = (uint32_t)filled;
    g_array_append_val(block->string_at, at);
    if (length) memcpy(block->text + filled, string.at, length);
    block->text[filled + length] = '\0';
    filled += length + 1;
  }
  g_byte_array_set_size(block->key_of, block->string_at->len);
  if (block->key_of->len) memset(block->key_of->data, MI_PBF_KEY_UNKNOWN, block->key_of->len);
  return !wire.failed;
}

static const char *string_at(const mi_pbf_block *block, uint64_t index) {
  return block->text + g_array_index(block->string_at, uint32_t, index);
}

bool mi_pbf_read_tags(mi_pbf_block *block, mi_wire keys, mi_wire vals, bool dense, mi_osm_tags *tags, bool *any) {
  G_STATIC_ASSERT((int)MI_OSM_KEY_COUNT < (int)MI_PBF_KEY_UNKNOWN);
  *any = false;
  while (mi_wire_more(&keys)) {
    uint64_t key = mi_wire_varint(&keys), val = mi_wire_varint(dense ? &keys : &vals);
    if (keys.failed || vals.failed || key >= block->string_at->len || val >= block->string_at->len) return false;
    uint8_t *meaning = &block->key_of->data[key];
    if (*meaning == MI_PBF_KEY_UNKNOWN) *meaning = (uint8_t)mi_osm_key_from_name(string_at(block, key));
    if (*meaning == MI_OSM_KEY_COUNT) continue;
    if (!*any) *tags = (mi_osm_tags){0};
    *any = true;
    tags->value[*meaning] = string_at(block, val);
  }
  return !mi_wire_more(&vals);
}

bool mi_pbf_dense_begin(mi_pbf_dense *dense, mi_wire message) {
  *dense = (mi_pbf_dense){.node.dense = true};
  dense->id = dense->lat = dense->lon = dense->tags = mi_wire_over(message.at, 0);
  unsigned type;
  for (uint32_t field; (field = mi_wire_field(&message, &type));) {
    if (field == 1)
      dense->id = mi_wire_bytes(&message, type);
    else if (field == 8)
      dense->lat = mi_wire_bytes(&message, type);
    else if (field == 9)
      dense->lon = mi_wire_bytes(&message, type);
    else if (field == 10)
      dense->tags = mi_wire_bytes(&message, type);
    else
      mi_wire_skip(&message, type);
  }
  dense->has_tags = mi_wire_more(&dense->tags);
  dense->node.keys = dense->node.vals = mi_wire_over(dense->tags.at, 0);
  return !message.failed;
}

bool mi_pbf_dense_ended(const mi_pbf_dense *dense) {
  return !dense->id.failed && !mi_wire_more(&dense->id) && !mi_wire_more(&dense->lat) && !mi_wire_more(&dense->lon) &&
         !mi_wire_more(&dense->tags);
}

bool mi_pbf_node_read(mi_pbf_node *node, mi_wire message) {
  *node = (mi_pbf_node){0};
  node->keys = node->vals = mi_wire_over(message.at, 0);
  bool has_id = false, has_lat = false, has_lon = false;
  unsigned type;
  for (uint32_t field; (field = mi_wire_field(&message, &type));) {
    if ((field == 1 || field == 8 || field == 9) && type != MI_WIRE_VARINT) return false;
    if (field == 1) {
      node->id = mi_wire_signed(&message);
      has_id = true;
    } else if (field == 2) {
      node->keys = mi_wire_bytes(&message, type);
    } else if (field == 3) {
      node->vals = mi_wire_bytes(&message, type);
    } else if (field == 8) {
      node->lat = mi_wire_signed(&message);
      has_lat = true;
    } else if (field == 9) {
      node->lon = mi_wire_signed(&message);
      has_lon = true;
    } else {
      mi_wire_skip(&message, type);
    }
  }
  return !message.failed && has_id && has_lat && has_lon;
}

bool mi_pbf_way_read(mi_pbf_way *way, mi_wire message) {
  *way = (mi_pbf_way){0};
  way->keys = way->vals = way->refs = mi_wire_over(message.at, 0);
  bool has_id = false;
  unsigned type;
  for (uint32_t field; (field = mi_wire_field(&message, &type));) {
    if (field == 1) {
      way->id = (int64_t)mi_wire_number(&message, type);
      has_id = true;
    } else if (field == 2) {
      way->keys = mi_wire_bytes(&message, type);
    } else if (field == 3) {
      way->vals = mi_wire_bytes(&message, type);
    } else if (field == 8) {
      way->refs = mi_wire_bytes(&message, type);
    } else {
      mi_wire_skip(&message, type);
    }
  }
  return !message.failed && has_id;
}

bool mi_pbf_relation_read(mi_pbf_relation *relation, mi_wire message) {
  *relation = (mi_pbf_relation){0};
  relation->keys = relation->vals = mi_wire_over(message.at, 0);
  relation->roles = relation->members = relation->types = relation->keys;
  bool has_id = false;
  unsigned type;
  for (uint32_t field; (field = mi_wire_field(&message, &type));) {
    if (field == 1) {
      relation->id = (int64_t)mi_wire_number(&message, type);
      has_id = true;
    } else if (field == 2) {
      relation->keys = mi_wire_bytes(&message, type);
    } else if (field == 3) {
      relation->vals = mi_wire_bytes(&message, type);
    } else if (field == 8) {
      relation->roles = mi_wire_bytes(&message, type);
    } else if (field == 9) {
      relation->members = mi_wire_bytes(&message, type);
    } else if (field == 10) {
      relation->types = mi_wire_bytes(&message, type);
    } else {
      mi_wire_skip(&message, type);
    }
  }
  return !message.failed && has_id;
}

bool mi_pbf_relation_next(const mi_pbf_block *block, mi_pbf_relation *relation) {
  mi_wire *members = &relation->members;
  if (!mi_wire_more(members)) {
    if (mi_wire_more(&relation->roles) || mi_wire_more(&relation->types)) mi_wire_fail(members);
    return false;
  }
  bool wrapped = __builtin_add_overflow(relation->member, mi_wire_signed(members), &relation->member);
  uint64_t role = mi_wire_varint(&relation->roles);
  relation->type = mi_wire_varint(&relation->types);
  if (wrapped || members->failed || relation->roles.failed || relation->types.failed || role >= block->string_at->len) {
    mi_wire_fail(members);
    return false;
  }
  relation->role = string_at(block, role);
  return true;
}

/* Nanodegrees to degrees × 10⁷, half away from zero. */
static bool to_e7(int64_t offset, int64_t granularity, int64_t value, int64_t limit_e7, int32_t *out) {
  int64_t nanodegrees;
  if (__builtin_mul_overflow(granularity, value, &nanodegrees) ||
      __builtin_add_overflow(nanodegrees, offset, &nanodegrees) || nanodegrees > limit_e7 * 100 ||
      nanodegrees < -limit_e7 * 100)
    return false;
  *out = (int32_t)((nanodegrees + (nanodegrees < 0 ? -50 : 50)) / 100);
  return true;
}

bool mi_pbf_node_position(const mi_pbf_block *block, const mi_pbf_node *node, MusterPosition *out) {
  return to_e7(block->lon_offset, block->granularity, node->lon, 1800000000, &out->lon_e7) &&
         to_e7(block->lat_offset, block->granularity, node->lat, 900000000, &out->lat_e7);
}
