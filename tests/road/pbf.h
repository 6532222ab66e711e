/* Hand-made OSM PBF files, packed by protobuf-c from the format's messages: sound ones and every kind of broken one. */
#ifndef MUSTER_TESTS_ROAD_PBF_H
#define MUSTER_TESTS_ROAD_PBF_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "road/osm.pb-c.h"

typedef enum pbf_compression { PBF_RAW, PBF_ZLIB } pbf_compression;

/* Appends a frame: length, BlobHeader of the type, Blob. */
void pbf_add_blob(GByteArray *file, const char *type, const MiOsm__Blob *blob);
/* Appends a blob with the bytes, raw or deflated. */
void pbf_add_bytes(GByteArray *file, const char *type, const uint8_t *bytes, size_t size, pbf_compression compression);
/* Appends the header; features: NULL-terminated, NULL for the usual two. */
void pbf_add_header(GByteArray *file, const char *const *features);
void pbf_add_block(GByteArray *file, const MiOsm__PrimitiveBlock *block, pbf_compression compression);
/* Deflates; free with g_free. */
uint8_t *pbf_deflate(const uint8_t *bytes, size_t size, size_t *deflated_size);

/* A block under construction: strings are interned, groups added in order. */
typedef struct pbf_block {
  GPtrArray *strings; /* owned texts; the first is "" */
  GPtrArray *groups;  /* MiOsm__PrimitiveGroup, owned with all they hold by `memory` */
  GPtrArray *memory;
  int32_t granularity;
  int64_t lat_offset, lon_offset;
} pbf_block;
void pbf_block_init(pbf_block *block);
void pbf_block_clear(pbf_block *block);
void *pbf_keep(pbf_block *block, void *memory);
uint32_t pbf_string(pbf_block *block, const char *text);
MiOsm__PrimitiveGroup *pbf_add_group(pbf_block *block);

typedef struct pbf_node {
  int64_t id, lat, lon;
  const char *tags; /* "key=value key=value", or NULL */
} pbf_node;
void pbf_add_nodes(pbf_block *block, MiOsm__PrimitiveGroup *group, const pbf_node *nodes, size_t count);
void pbf_add_dense(pbf_block *block, MiOsm__PrimitiveGroup *group, const pbf_node *nodes, size_t count);
void pbf_add_way(pbf_block *block, MiOsm__PrimitiveGroup *group, int64_t id, const char *tags, const int64_t *refs,
                 size_t count);
typedef struct pbf_member {
  char type; /* n, w, r */
  int64_t id;
  const char *role;
} pbf_member;
void pbf_add_relation(pbf_block *block, MiOsm__PrimitiveGroup *group, int64_t id, const char *tags,
                      const pbf_member *members, size_t count);
void pbf_finish_block(GByteArray *file, pbf_block *block, pbf_compression compression);

#endif
