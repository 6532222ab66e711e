/* OSM PBF files. The first byte says how the rest is meant: 'b' is the content of one primitive block, which gets its
 * framing here; else the whole is a file. */
#include "road/osm_pbf.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_varint(GByteArray *out, uint64_t value) {
  uint8_t byte;
  for (; value >= 0x80; value >>= 7) {
    byte = (uint8_t)(value | 0x80);
    g_byte_array_append(out, &byte, 1);
  }
  byte = (uint8_t)value;
  g_byte_array_append(out, &byte, 1);
}

/* Length, BlobHeader {type = 1, datasize = 3}, Blob {raw = 1}. */
static void add_frame(GByteArray *out, const char *type, const uint8_t *content, size_t size) {
  g_autoptr(GByteArray) blob = g_byte_array_new();
  g_autoptr(GByteArray) header = g_byte_array_new();
  add_varint(blob, 1 << 3 | 2);
  add_varint(blob, size);
  g_byte_array_append(blob, content, (guint)size);
  add_varint(header, 1 << 3 | 2);
  add_varint(header, strlen(type));
  g_byte_array_append(header, (const uint8_t *)type, (guint)strlen(type));
  add_varint(header, 3 << 3);
  add_varint(header, blob->len);
  const uint8_t length[4] = {0, 0, 0, (uint8_t)header->len};
  g_byte_array_append(out, length, 4);
  g_byte_array_append(out, header->data, header->len);
  g_byte_array_append(out, blob->data, blob->len);
}

static void read_file(const uint8_t *bytes, size_t size) {
  mi_pbf_file file;
  mi_osm_counts counts;
  GError *error = NULL;
  if (mi_pbf_file_over(&file, "fuzz.osm.pbf", bytes, size, &error)) {
    mi_osm_count(&file, &counts, NULL);
    MusterRoads *roads = mi_osm_read_roads(&file, NULL, NULL, &error);
    MusterNetwork *network = roads ? muster_network_new(roads, MUSTER_MODE_CAR, NULL) : NULL;
    if ((roads == NULL) != (error != NULL)) g_error("neither roads nor an error");
    muster_network_unref(network);
    muster_roads_free(roads);
    mi_pbf_file_clear(&file);
  } else if (!error) {
    g_error("refused without an error");
  }
  g_clear_error(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0 || data[0] != 'b') {
    read_file(data, size);
    return 0;
  }
  g_autoptr(GByteArray) file = g_byte_array_new();
  add_frame(file, "OSMHeader", data, 0);
  add_frame(file, "OSMData", data + 1, size - 1);
  read_file(file->data, file->len);
  return 0;
}
