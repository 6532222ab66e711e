/* Framing and inflating of OSM PBF files. A frame is a big-endian length, a BlobHeader and a Blob; sizes are checked
 * against the format's caps and against what the file still holds before anything is read or allocated. */
#include "road/pbf_file.h"

#include <string.h>

#include "base/map.h"
#include "road/osm.pb-c.h"
#include "road/wire.h"

static bool refuse_at(const mi_pbf_file *file, uint64_t at, MusterRoadError code, GError **error, const char *format,
                      va_list arguments) {
  g_autofree char *sentence = g_strdup_vprintf(format, arguments);
  g_set_error(error, MUSTER_ROAD_ERROR, (int)code, "%s: blob at byte %" G_GUINT64_FORMAT ": %s", file->path, at,
              sentence);
  return false;
}

static bool refuse(const mi_pbf_file *file, uint64_t at, MusterRoadError code, GError **error, const char *format, ...)
    G_GNUC_PRINTF(5, 6);
static bool refuse(const mi_pbf_file *file, uint64_t at, MusterRoadError code, GError **error, const char *format,
                   ...) {
  va_list arguments;
  va_start(arguments, format);
  refuse_at(file, at, code, error, format, arguments);
  va_end(arguments);
  return false;
}

bool mi_pbf_refuse(const mi_pbf_file *file, const mi_pbf_blob *blob, GError **error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  refuse_at(file, blob->at, MUSTER_ROAD_ERROR_FORMAT, error, format, arguments);
  va_end(arguments);
  return false;
}

/* ---- frames ---- */

/* Fills blob from the Blob message; walked, because unpacking would copy up to 32 MiB. */
static bool read_blob(const mi_pbf_file *file, mi_pbf_blob *blob, mi_wire wire, GError **error) {
  static const char *const unsupported[] = {[4] = "lzma", [5] = "bzip2", [6] = "lz4", [7] = "zstd"};
  bool has_data = false, has_size = false;
  unsigned type;
  for (uint32_t field; (field = mi_wire_field(&wire, &type));) {
    if (field >= 4 && field <= 7) {
      return refuse(file, blob->at, MUSTER_ROAD_ERROR_UNSUPPORTED, error,
                    "expected no compression or zlib, found %s; `osmium cat -o out.osm.pbf` writes zlib",
                    unsupported[field]);
    } else if (field == 2) {
      uint64_t size = mi_wire_number(&wire, type);
      if (size > MI_PBF_BLOB_MAX)
        return refuse(file, blob->at, MUSTER_ROAD_ERROR_LIMIT, error,
                      "raw size: at most %d bytes, found %" G_GUINT64_FORMAT, MI_PBF_BLOB_MAX, size);
      blob->raw_size = (uint32_t)size;
      has_size = true;
    } else if (field == 1 || field == 3) {
      mi_wire data = mi_wire_bytes(&wire, type);
      if (has_data) return refuse(file, blob->at, MUSTER_ROAD_ERROR_FORMAT, error, "holds its data twice");
      has_data = true;
      blob->data = data.at;
      blob->data_size = (uint32_t)(data.end - data.at);
      blob->deflated = field == 3;
    } else {
      mi_wire_skip(&wire, type);
    }
  }
  if (wire.failed || !has_data) return refuse(file, blob->at, MUSTER_ROAD_ERROR_FORMAT, error, "not a Blob message");
  if (!blob->deflated) {
    if (has_size && blob->raw_size != blob->data_size)
      return refuse(file, blob->at, MUSTER_ROAD_ERROR_FORMAT, error, "expected %u raw bytes, found %u", blob->raw_size,
                    blob->data_size);
    blob->raw_size = blob->data_size;
  } else if (!has_size) {
    return refuse(file, blob->at, MUSTER_ROAD_ERROR_FORMAT, error, "zlib data without its raw size");
  }
  return true;
}

/* Reads one frame and steps over it; *type gets a copy of the header's type. */
static bool read_frame(const mi_pbf_file *file, uint64_t *at, mi_pbf_blob *blob, char **type, GError **error) {
  uint64_t left = file->size - *at;
  const uint8_t *bytes = file->bytes + *at;
  blob->at = *at;
  if (left < 4)
    return refuse(file, *at, MUSTER_ROAD_ERROR_FORMAT, error,
                  "expected a frame, found %" G_GUINT64_FORMAT " bytes: the file is cut short", left);
  uint32_t header_size = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
  if (header_size > MI_PBF_HEADER_MAX)
    return refuse(file, *at, *at ? MUSTER_ROAD_ERROR_LIMIT : MUSTER_ROAD_ERROR_FORMAT, error,
                  "blob header: at most %d bytes, found %u%s", MI_PBF_HEADER_MAX, header_size,
                  *at ? "" : ": not an OSM PBF file");
  if (left - 4 < header_size)
    return refuse(file, *at, MUSTER_ROAD_ERROR_FORMAT, error,
                  "blob header: expected %u bytes, found %" G_GUINT64_FORMAT ": the file is cut short", header_size,
                  left - 4);
  MiOsm__BlobHeader *header = mi_osm__blob_header__unpack(NULL, header_size, bytes + 4);
  if (!header) return refuse(file, *at, MUSTER_ROAD_ERROR_FORMAT, error, "not a BlobHeader message");
  int64_t size = header->datasize;
  *type = g_strdup(header->type);
  mi_osm__blob_header__free_unpacked(header, NULL);
  left -= 4 + (uint64_t)header_size;
  if (size < 0 || size > MI_PBF_BLOB_MAX)
    return refuse(file, *at, MUSTER_ROAD_ERROR_LIMIT, error, "blob: at most %d bytes, found %" G_GINT64_FORMAT,
                  MI_PBF_BLOB_MAX, size);
  if ((uint64_t)size > left)
    return refuse(file, *at, MUSTER_ROAD_ERROR_FORMAT, error,
                  "expected %" G_GINT64_FORMAT " bytes, found %" G_GUINT64_FORMAT ": the file is cut short", size,
                  left);
  *at += 4 + (uint64_t)header_size + (uint64_t)size;
  return read_blob(file, blob, mi_wire_over(bytes + 4 + header_size, (size_t)size), error);
}

static bool check_header(const mi_pbf_file *file, const mi_pbf_blob *blob, GError **error) {
  static const char *const known[] = {"OsmSchema-V0.6", "DenseNodes"};
  g_auto(mi_inflater) inflater = {0};
  if (!mi_inflater_begin(&inflater, file, blob, error) || !mi_inflater_finish(&inflater, file, error)) return false;
  MiOsm__HeaderBlock *header = mi_osm__header_block__unpack(NULL, inflater.count, inflater.bytes);
  if (!header) return mi_pbf_refuse(file, blob, error, "not a HeaderBlock message");
  bool done = true;
  for (size_t i = 0; done && i < header->n_required_features; i++) {
    done = false;
    for (size_t j = 0; j < G_N_ELEMENTS(known); j++) done |= strcmp(header->required_features[i], known[j]) == 0;
    if (done) continue;
    g_autofree char *feature = g_strescape(header->required_features[i], NULL);
    refuse(file, blob->at, MUSTER_ROAD_ERROR_UNSUPPORTED, error, "the file requires feature \"%.60s\", not supported",
           feature);
  }
  mi_osm__header_block__free_unpacked(header, NULL);
  return done;
}

static bool frame_all(mi_pbf_file *file, GError **error) {
  GArray *blobs = g_array_new(FALSE, FALSE, sizeof(mi_pbf_blob));
  bool done = true;
  uint64_t at = 0;
  if (file->size == 0) done = refuse(file, 0, MUSTER_ROAD_ERROR_FORMAT, error, "the file is empty");
  for (bool first = true; done && at < file->size; first = false) {
    mi_pbf_blob blob = {0};
    g_autofree char *type = NULL;
    done = read_frame(file, &at, &blob, &type, error);
    if (!done) break;
    bool is_header = strcmp(type, "OSMHeader") == 0;
    if (is_header != first)
      done = mi_pbf_refuse(file, &blob, error, "expected one OSMHeader, and that at the file's beginning");
    else if (is_header)
      done = check_header(file, &blob, error);
    else if (strcmp(type, "OSMData") == 0) /* other types are to be passed over, says the format */
      g_array_append_val(blobs, blob);
  }
  file->blob_count = blobs->len;
  file->blobs = (mi_pbf_blob *)(void *)g_array_free(blobs, FALSE);
  return done;
}

bool mi_pbf_file_over(mi_pbf_file *file, const char *path, const uint8_t *bytes, size_t size, GError **error) {
  *file = (mi_pbf_file){.path = path, .bytes = bytes, .size = size};
  if (frame_all(file, error)) return true;
  mi_pbf_file_clear(file);
  return false;
}

bool mi_pbf_file_open(mi_pbf_file *file, const char *path, GError **error) {
  *file = (mi_pbf_file){0};
  GMappedFile *mapped = mi_map_file(path, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_OPEN, error);
  if (!mapped) return false;
  const uint8_t *bytes = (const uint8_t *)g_mapped_file_get_contents(mapped);
  bool done = mi_pbf_file_over(file, path, bytes, g_mapped_file_get_length(mapped), error);
  if (done)
    file->mapped = mapped;
  else
    g_mapped_file_unref(mapped);
  return done;
}

void mi_pbf_file_clear(mi_pbf_file *file) {
  g_free(file->blobs);
  if (file->mapped) g_mapped_file_unref(file->mapped);
  *file = (mi_pbf_file){0};
}

/* ---- inflating ---- */

void mi_inflater_clear(mi_inflater *inflater) {
  if (inflater->ready) inflateEnd(&inflater->stream);
  g_free(inflater->buffer);
  *inflater = (mi_inflater){0};
}

bool mi_inflater_begin(mi_inflater *inflater, const mi_pbf_file *file, const mi_pbf_blob *blob, GError **error) {
  inflater->blob = blob;
  inflater->bytes = blob->data;
  inflater->count = blob->deflated ? 0 : blob->raw_size;
  if (!blob->deflated) return true;
  int state = inflater->ready ? inflateReset(&inflater->stream) : inflateInit(&inflater->stream);
  if (state != Z_OK) return mi_pbf_refuse(file, blob, error, "zlib cannot start (%d)", state);
  inflater->ready = true;
  inflater->stream.next_in = blob->data;
  inflater->stream.avail_in = blob->data_size;
  if (inflater->capacity < blob->raw_size) {
    g_free(inflater->buffer);
    inflater->capacity = blob->raw_size;
    inflater->buffer = g_malloc(inflater->capacity);
  }
  inflater->bytes = inflater->buffer;
  return true;
}

bool mi_inflater_need(mi_inflater *inflater, const mi_pbf_file *file, size_t count, GError **error) {
  const mi_pbf_blob *blob = inflater->blob;
  count = MIN(count, blob->raw_size);
  if (inflater->count >= count) return true;
  z_stream *stream = &inflater->stream;
  stream->next_out = inflater->buffer + inflater->count;
  stream->avail_out = (uInt)(count - inflater->count);
  int state = inflate(stream, Z_NO_FLUSH);
  inflater->count = count - stream->avail_out;
  if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR)
    return mi_pbf_refuse(file, blob, error, "zlib data is damaged: %s", stream->msg ? stream->msg : "unknown reason");
  if (inflater->count < count)
    return mi_pbf_refuse(file, blob, error, "expected %u raw bytes, found %zu", blob->raw_size, inflater->count);
  return true;
}

bool mi_inflater_finish(mi_inflater *inflater, const mi_pbf_file *file, GError **error) {
  const mi_pbf_blob *blob = inflater->blob;
  if (!mi_inflater_need(inflater, file, blob->raw_size, error)) return false;
  if (!blob->deflated) return true;
  uint8_t beyond;
  z_stream *stream = &inflater->stream;
  stream->next_out = &beyond;
  stream->avail_out = 1;
  int state = inflate(stream, Z_FINISH);
  if (state == Z_STREAM_END && stream->avail_out == 1 && stream->avail_in == 0) return true;
  if (stream->avail_out == 0 || stream->avail_in > 0)
    return mi_pbf_refuse(file, blob, error, "expected %u raw bytes, found more", blob->raw_size);
  return mi_pbf_refuse(file, blob, error, "zlib data is damaged: its end is missing");
}
