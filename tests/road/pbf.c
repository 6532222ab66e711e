/* Hand-made OSM PBF files; see pbf.h. */
#include "pbf.h"

#include <string.h>
#include <zlib.h>

uint8_t *pbf_deflate(const uint8_t *bytes, size_t size, size_t *deflated_size) {
  uLongf bound = compressBound(size);
  uint8_t *out = g_malloc(bound);
  g_assert_cmpint(compress(out, &bound, bytes, size), ==, Z_OK);
  *deflated_size = bound;
  return out;
}

void pbf_add_blob(GByteArray *file, const char *type, const MiOsm__Blob *blob) {
  g_autofree char *type_copy = g_strdup(type);
  MiOsm__BlobHeader header = MI_OSM__BLOB_HEADER__INIT;
  header.type = type_copy;
  header.datasize = (int32_t)mi_osm__blob__get_packed_size(blob);
  size_t header_size = mi_osm__blob_header__get_packed_size(&header);
  const uint8_t length[4] = {(uint8_t)(header_size >> 24), (uint8_t)(header_size >> 16), (uint8_t)(header_size >> 8),
                             (uint8_t)header_size};
  g_byte_array_append(file, length, 4);
  guint at = file->len;
  g_byte_array_set_size(file, at + (guint)header_size + (guint)header.datasize);
  mi_osm__blob_header__pack(&header, file->data + at);
  mi_osm__blob__pack(blob, file->data + at + header_size);
}

void pbf_add_bytes(GByteArray *file, const char *type, const uint8_t *bytes, size_t size, pbf_compression compression) {
  MiOsm__Blob blob = MI_OSM__BLOB__INIT;
  size_t data_size = size;
  g_autofree uint8_t *data =
      compression == PBF_ZLIB ? pbf_deflate(bytes, size, &data_size) : g_memdup2(bytes, size ? size : 1);
  if (compression == PBF_ZLIB) {
    blob.has_zlib_data = blob.has_raw_size = true;
    blob.zlib_data = (ProtobufCBinaryData){data_size, data};
    blob.raw_size = (int32_t)size;
  } else {
    blob.has_raw = true;
    blob.raw = (ProtobufCBinaryData){data_size, data};
  }
  pbf_add_blob(file, type, &blob);
}

void pbf_add_header(GByteArray *file, const char *const *features) {
  static const char *const usual[] = {"OsmSchema-V0.6", "DenseNodes", NULL};
  g_autoptr(GPtrArray) copy = g_ptr_array_new();
  for (const char *const *feature = features ? features : usual; *feature; feature++)
    g_ptr_array_add(copy, g_strdup(*feature));
  g_ptr_array_set_free_func(copy, g_free);
  MiOsm__HeaderBlock header = MI_OSM__HEADER_BLOCK__INIT;
  header.required_features = (char **)copy->pdata;
  header.n_required_features = copy->len;
  size_t size = mi_osm__header_block__get_packed_size(&header);
  g_autofree uint8_t *bytes = g_malloc(size + 1);
  mi_osm__header_block__pack(&header, bytes);
  pbf_add_bytes(file, "OSMHeader", bytes, size, PBF_ZLIB);
}

void pbf_add_block(GByteArray *file, const MiOsm__PrimitiveBlock *block, pbf_compression compression) {
  size_t size = mi_osm__primitive_block__get_packed_size(block);
  g_autofree uint8_t *bytes = g_malloc(size + 1);
  mi_osm__primitive_block__pack(block, bytes);
  pbf_add_bytes(file, "OSMData", bytes, size, compression);
}

void pbf_block_init(pbf_block *block) {
  *block = (pbf_block){.granularity = 100};
  block->strings = g_ptr_array_new_with_free_func(g_free);
  block->groups = g_ptr_array_new();
  block->memory = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(block->strings, g_strdup(""));
}

void pbf_block_clear(pbf_block *block) {
  g_ptr_array_unref(block->strings);
  g_ptr_array_unref(block->groups);
  g_ptr_array_unref(block->memory);
}

void *pbf_keep(pbf_block *block, void *memory) {
  g_ptr_array_add(block->memory, memory);
  return memory;
}

uint32_t pbf_string(pbf_block *block, const char *text) {
  for (guint i = 0; i < block->strings->len; i++)
    if (strcmp(block->strings->pdata[i], text) == 0) return i;
  g_ptr_array_add(block->strings, g_strdup(text));
  return block->strings->len - 1;
}

MiOsm__PrimitiveGroup *pbf_add_group(pbf_block *block) {
  MiOsm__PrimitiveGroup *group = pbf_keep(block, g_new(MiOsm__PrimitiveGroup, 1));
  mi_osm__primitive_group__init(group);
  g_ptr_array_add(block->groups, group);
  return group;
}

/* Splits "key=value key=value" into indices, key and value in turn. */
static GArray *intern_tags(pbf_block *block, const char *tags) {
  GArray *indices = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  g_auto(GStrv) words = g_strsplit(tags ? tags : "", " ", -1);
  for (char **word = words; *word && **word; word++) {
    char *equals = strchr(*word, '=');
    g_assert_nonnull(equals);
    *equals = '\0';
    uint32_t key = pbf_string(block, *word), value = pbf_string(block, equals + 1);
    g_array_append_val(indices, key);
    g_array_append_val(indices, value);
  }
  return indices;
}

static void set_tags(pbf_block *block, const char *tags, size_t *key_count, uint32_t **keys, size_t *val_count,
                     uint32_t **vals) {
  g_autoptr(GArray) indices = intern_tags(block, tags);
  *key_count = *val_count = indices->len / 2;
  *keys = pbf_keep(block, g_new(uint32_t, indices->len + 1));
  *vals = pbf_keep(block, g_new(uint32_t, indices->len + 1));
  for (guint i = 0; i < indices->len / 2; i++) {
    (*keys)[i] = g_array_index(indices, uint32_t, 2 * i);
    (*vals)[i] = g_array_index(indices, uint32_t, 2 * i + 1);
  }
}

void pbf_add_nodes(pbf_block *block, MiOsm__PrimitiveGroup *group, const pbf_node *nodes, size_t count) {
  group->n_nodes = count;
  group->nodes = pbf_keep(block, g_new(MiOsm__Node *, count + 1));
  for (size_t i = 0; i < count; i++) {
    MiOsm__Node *node = group->nodes[i] = pbf_keep(block, g_new(MiOsm__Node, 1));
    mi_osm__node__init(node);
    node->id = nodes[i].id;
    node->lat = nodes[i].lat;
    node->lon = nodes[i].lon;
    set_tags(block, nodes[i].tags, &node->n_keys, &node->keys, &node->n_vals, &node->vals);
  }
}

void pbf_add_dense(pbf_block *block, MiOsm__PrimitiveGroup *group, const pbf_node *nodes, size_t count) {
  MiOsm__DenseNodes *dense = group->dense = pbf_keep(block, g_new(MiOsm__DenseNodes, 1));
  mi_osm__dense_nodes__init(dense);
  dense->n_id = dense->n_lat = dense->n_lon = count;
  dense->id = pbf_keep(block, g_new(int64_t, count + 1));
  dense->lat = pbf_keep(block, g_new(int64_t, count + 1));
  dense->lon = pbf_keep(block, g_new(int64_t, count + 1));
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(int32_t));
  bool any = false;
  for (size_t i = 0; i < count; i++) {
    dense->id[i] = nodes[i].id - (i ? nodes[i - 1].id : 0);
    dense->lat[i] = nodes[i].lat - (i ? nodes[i - 1].lat : 0);
    dense->lon[i] = nodes[i].lon - (i ? nodes[i - 1].lon : 0);
    g_autoptr(GArray) indices = intern_tags(block, nodes[i].tags);
    const int32_t end = 0;
    g_array_append_vals(all, indices->data, indices->len);
    g_array_append_val(all, end);
    any |= indices->len > 0;
  }
  if (!any) return; /* writers leave the array out where no node has tags */
  dense->n_keys_vals = all->len;
  dense->keys_vals = pbf_keep(block, g_memdup2(all->data, all->len * sizeof(int32_t)));
}

void pbf_add_way(pbf_block *block, MiOsm__PrimitiveGroup *group, int64_t id, const char *tags, const int64_t *refs,
                 size_t count) {
  MiOsm__Way *way = pbf_keep(block, g_new(MiOsm__Way, 1));
  mi_osm__way__init(way);
  way->id = id;
  set_tags(block, tags, &way->n_keys, &way->keys, &way->n_vals, &way->vals);
  way->n_refs = count;
  way->refs = pbf_keep(block, g_new(int64_t, count + 1));
  for (size_t i = 0; i < count; i++) way->refs[i] = refs[i] - (i ? refs[i - 1] : 0);
  MiOsm__Way **ways = pbf_keep(block, g_new(MiOsm__Way *, group->n_ways + 1));
  if (group->n_ways) memcpy(ways, group->ways, group->n_ways * sizeof *ways);
  ways[group->n_ways++] = way;
  group->ways = ways;
}

void pbf_add_relation(pbf_block *block, MiOsm__PrimitiveGroup *group, int64_t id, const char *tags,
                      const pbf_member *members, size_t count) {
  MiOsm__Relation *relation = pbf_keep(block, g_new(MiOsm__Relation, 1));
  mi_osm__relation__init(relation);
  relation->id = id;
  set_tags(block, tags, &relation->n_keys, &relation->keys, &relation->n_vals, &relation->vals);
  relation->n_roles_sid = relation->n_memids = relation->n_types = count;
  relation->roles_sid = pbf_keep(block, g_new(int32_t, count + 1));
  relation->memids = pbf_keep(block, g_new(int64_t, count + 1));
  relation->types = pbf_keep(block, g_new(MiOsm__Relation__MemberType, count + 1));
  for (size_t i = 0; i < count; i++) {
    relation->roles_sid[i] = (int32_t)pbf_string(block, members[i].role);
    relation->memids[i] = members[i].id - (i ? members[i - 1].id : 0);
    relation->types[i] = members[i].type == 'n'   ? MI_OSM__RELATION__MEMBER_TYPE__NODE
                         : members[i].type == 'w' ? MI_OSM__RELATION__MEMBER_TYPE__WAY
                                                  : MI_OSM__RELATION__MEMBER_TYPE__RELATION;
  }
  MiOsm__Relation **relations = pbf_keep(block, g_new(MiOsm__Relation *, group->n_relations + 1));
  if (group->n_relations) memcpy(relations, group->relations, group->n_relations * sizeof *relations);
  relations[group->n_relations++] = relation;
  group->relations = relations;
}

void pbf_finish_block(GByteArray *file, pbf_block *block, pbf_compression compression) {
  MiOsm__StringTable table = MI_OSM__STRING_TABLE__INIT;
  table.n_s = block->strings->len;
  g_autofree ProtobufCBinaryData *strings = table.s = g_new(ProtobufCBinaryData, table.n_s);
  for (guint i = 0; i < table.n_s; i++)
    strings[i] = (ProtobufCBinaryData){strlen(block->strings->pdata[i]), block->strings->pdata[i]};
  MiOsm__PrimitiveBlock message = MI_OSM__PRIMITIVE_BLOCK__INIT;
  message.stringtable = &table;
  message.n_primitivegroup = block->groups->len;
  message.primitivegroup = (MiOsm__PrimitiveGroup **)block->groups->pdata;
  message.has_granularity = block->granularity != 100;
  message.granularity = block->granularity;
  message.has_lat_offset = block->lat_offset != 0;
  message.lat_offset = block->lat_offset;
  message.has_lon_offset = block->lon_offset != 0;
  message.lon_offset = block->lon_offset;
  pbf_add_block(file, &message, compression);
}
