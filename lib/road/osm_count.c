/* Counts all that an OSM PBF file holds, every block walked whole: what another program's count is compared with. */
#include "road/osm_pbf.h"
#include "road/pbf_block.h"

static bool count_node(const mi_pbf_block *block, const mi_pbf_node *node, mi_osm_counts *counts) {
  MusterPosition at;
  if (!mi_pbf_node_position(block, node, &at)) return false;
  MusterBox *box = &counts->box;
  if (counts->nodes++ == 0) *box = (MusterBox){at.lon_e7, at.lat_e7, at.lon_e7, at.lat_e7};
  box->min_lon_e7 = MIN(box->min_lon_e7, at.lon_e7);
  box->max_lon_e7 = MAX(box->max_lon_e7, at.lon_e7);
  box->min_lat_e7 = MIN(box->min_lat_e7, at.lat_e7);
  box->max_lat_e7 = MAX(box->max_lat_e7, at.lat_e7);
  return true;
}

static bool count_dense(const mi_pbf_block *block, mi_wire message, mi_osm_counts *counts) {
  mi_pbf_dense dense;
  if (!mi_pbf_dense_begin(&dense, message)) return false;
  while (mi_pbf_dense_next(&dense))
    if (!count_node(block, &dense.node, counts)) return false;
  return mi_pbf_dense_ended(&dense);
}

static bool count_way(mi_pbf_block *block, mi_wire message, mi_osm_counts *counts) {
  mi_pbf_way way;
  mi_osm_tags tags;
  bool any;
  if (!mi_pbf_way_read(&way, message) || !mi_pbf_read_tags(block, way.keys, way.vals, false, &tags, &any)) return false;
  counts->ways++;
  counts->road_ways += any && tags.value[MI_OSM_HIGHWAY];
  for (; mi_wire_more(&way.refs); counts->node_refs++) mi_wire_varint(&way.refs);
  return !way.refs.failed;
}

static bool count_relation(const mi_pbf_block *block, mi_wire message, mi_osm_counts *counts) {
  mi_pbf_relation relation;
  if (!mi_pbf_relation_read(&relation, message)) return false;
  for (counts->relations++; mi_pbf_relation_next(block, &relation);) counts->members++;
  return !relation.members.failed;
}

static bool count_group(mi_pbf_block *block, mi_wire group, mi_osm_counts *counts) {
  unsigned type;
  for (uint32_t field; (field = mi_wire_field(&group, &type));) {
    if (field < MI_PBF_GROUP_NODES || field > MI_PBF_GROUP_RELATIONS) {
      mi_wire_skip(&group, type);
      continue;
    }
    mi_wire message = mi_wire_bytes(&group, type);
    mi_pbf_node node;
    bool sound = !group.failed;
    if (field == MI_PBF_GROUP_NODES)
      sound = sound && mi_pbf_node_read(&node, message) && count_node(block, &node, counts);
    else if (field == MI_PBF_GROUP_DENSE)
      sound = sound && count_dense(block, message, counts);
    else if (field == MI_PBF_GROUP_WAYS)
      sound = sound && count_way(block, message, counts);
    else
      sound = sound && count_relation(block, message, counts);
    if (!sound) return false;
  }
  return !group.failed;
}

bool mi_osm_count(const mi_pbf_file *file, mi_osm_counts *counts, GError **error) {
  g_auto(mi_inflater) inflater = {0};
  g_auto(mi_pbf_block) block;
  mi_pbf_block_init(&block);
  *counts = (mi_osm_counts){0};
  for (size_t i = 0; i < file->blob_count; i++) {
    const mi_pbf_blob *blob = &file->blobs[i];
    if (!mi_inflater_begin(&inflater, file, blob, error) || !mi_inflater_finish(&inflater, file, error)) return false;
    bool sound = mi_pbf_block_parse(&block, inflater.bytes, inflater.count) && mi_pbf_block_read_strings(&block);
    for (guint j = 0; sound && j < block.groups->len; j++)
      sound = count_group(&block, g_array_index(block.groups, mi_wire, j), counts);
    if (!sound) return mi_pbf_refuse(file, blob, error, "not a sound primitive block");
  }
  return true;
}
