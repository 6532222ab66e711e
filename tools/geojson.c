/* Coordinates in GeoJSON; see geojson.h. */
#include "geojson.h"

#include <jansson.h>
#include <stdlib.h>

static void print_degrees(FILE *stream, int32_t value_e7) {
  enum { ONE_DEGREE = 10000000 };
  uint32_t size = value_e7 < 0 ? 0u - (uint32_t)value_e7 : (uint32_t)value_e7;
  fprintf(stream, "%s%" PRIu32 ".%07" PRIu32, value_e7 < 0 ? "-" : "", size / ONE_DEGREE, size % ONE_DEGREE);
}

void mt_geojson_position(FILE *stream, MusterPosition position) {
  fputc('[', stream);
  print_degrees(stream, position.lon_e7);
  fputc(',', stream);
  print_degrees(stream, position.lat_e7);
  fputc(']', stream);
}

void mt_geojson_line(FILE *stream, const MusterPosition *positions, size_t count) {
  fputc('[', stream);
  for (size_t i = 0; i < count; i++) {
    if (i) fputc(',', stream);
    mt_geojson_position(stream, positions[i]);
  }
  fputc(']', stream);
}

void mt_geojson_polygons(FILE *stream, const MusterPolygons *polygons) {
  fputs("{\"type\":\"MultiPolygon\",\"coordinates\":[", stream);
  for (uint32_t p = 0; p < polygons->polygon_count; p++) {
    fputs(p ? ",[" : "[", stream);
    for (uint32_t ring = polygons->polygon_first[p]; ring < polygons->polygon_first[p + 1]; ring++) {
      if (ring > polygons->polygon_first[p]) fputc(',', stream);
      uint32_t first = polygons->ring_first[ring];
      mt_geojson_line(stream, polygons->positions + first, polygons->ring_first[ring + 1] - first);
    }
    fputc(']', stream);
  }
  fputs("]}", stream);
}

void mt_geojson_text(FILE *stream, const char *text) {
  json_t *value = json_string(text);
  char *quoted = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
  fputs(quoted ? quoted : "null", stream);
  free(quoted);
  json_decref(value);
}
