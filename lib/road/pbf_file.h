/* The framing of an OSM PBF file: header and blobs, their caps, and inflating them, whole or only their beginning. */
#ifndef MI_ROAD_PBF_FILE_H
#define MI_ROAD_PBF_FILE_H

#include <muster/road.h>

/* Input bytes are const in z_stream. */
#define ZLIB_CONST
#include <zlib.h>

/* Caps of the format: a blob header of 64 KiB, a blob of 32 MiB, before and after inflating. */
enum { MI_PBF_HEADER_MAX = 64 << 10, MI_PBF_BLOB_MAX = 32 << 20 };

/* One data blob. */
typedef struct mi_pbf_blob {
  uint64_t at; /* byte offset of its frame in the file */
  const uint8_t *data;
  uint32_t data_size, raw_size;
  bool deflated; /* data is a zlib stream of raw_size bytes; else data itself */
} mi_pbf_blob;

typedef struct mi_pbf_file {
  const char *path;
  GMappedFile *mapped; /* NULL over bytes in memory */
  const uint8_t *bytes;
  uint64_t size;
  mi_pbf_blob *blobs;
  size_t blob_count;
} mi_pbf_file;

/* Maps the file, frames all its blobs and checks the header's required features. */
bool mi_pbf_file_open(mi_pbf_file *file, const char *path, GError **error);
/* The same over bytes in memory that stay until the file is cleared. */
bool mi_pbf_file_over(mi_pbf_file *file, const char *path, const uint8_t *bytes, size_t size, GError **error);
void mi_pbf_file_clear(mi_pbf_file *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_pbf_file, mi_pbf_file_clear)

/* The error of something wrong in a blob: "FILE: blob at byte N: SENTENCE"; returns false. */
bool mi_pbf_refuse(const mi_pbf_file *file, const mi_pbf_blob *blob, GError **error, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* Inflates one blob after the other into one buffer. */
typedef struct mi_inflater {
  z_stream stream;
  bool ready;
  const mi_pbf_blob *blob;
  uint8_t *buffer;
  size_t capacity;
  const uint8_t *bytes; /* of the blob, `count` of its raw_size so far */
  size_t count;
} mi_inflater;

void mi_inflater_clear(mi_inflater *inflater); /* a zeroed one is ready */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_inflater, mi_inflater_clear)
bool mi_inflater_begin(mi_inflater *inflater, const mi_pbf_file *file, const mi_pbf_blob *blob, GError **error);
/* Makes at least `count` bytes of the blob available, or all if it has fewer. */
bool mi_inflater_need(mi_inflater *inflater, const mi_pbf_file *file, size_t count, GError **error);
/* All of them; and the stream must end exactly there. */
bool mi_inflater_finish(mi_inflater *inflater, const mi_pbf_file *file, GError **error);

#endif
