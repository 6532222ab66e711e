/* Parses the compiled-in facts of the reference county; see reference_facts.h.
 *
 * Relies on libcsv and jansson. The boundary is drawn in GCJ-02 and converted by the library's own datum code; where
 * its raster makes the ring run over itself, the spike is cut off (it holds no area).
 */
#include "county/reference_facts.h"

#include <csv.h>
#include <jansson.h>
#include <muster/county.h>
#include <stdlib.h>
#include <string.h>

typedef struct fact_sheet {
  GPtrArray *row; /* fields of the running row, owned */
  void (*take_row)(struct fact_sheet *sheet);
  size_t field_count, row_number;
  GArray *rows;
  const mi_facts *facts;
  const char *name;
  GError *error;
} fact_sheet;

static void refuse(GError **error, const char *file, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void refuse(GError **error, const char *file, const char *format, ...) {
  if (!error || *error) return;
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, MUSTER_COUNTY_ERROR, MUSTER_COUNTY_ERROR_CORRUPT, "built-in %s: %s", file, text);
}

static const char *field(const fact_sheet *sheet, size_t column) { return g_ptr_array_index(sheet->row, column); }

static int64_t code_field(fact_sheet *sheet, size_t column) {
  int64_t code = 0;
  if (!g_ascii_string_to_signed(field(sheet, column), 10, 1, INT64_MAX, &code, NULL))
    refuse(&sheet->error, sheet->name, "row %zu: expected a code, found \"%s\"", sheet->row_number,
           field(sheet, column));
  return code;
}

static void end_field(void *text, size_t length, void *user_data) {
  fact_sheet *sheet = user_data;
  g_ptr_array_add(sheet->row, g_strndup(text, length));
}

static void end_row(int terminator, void *user_data) {
  (void)terminator;
  fact_sheet *sheet = user_data;
  sheet->row_number++;
  if (sheet->row->len != sheet->field_count)
    refuse(&sheet->error, sheet->name, "row %zu: expected %zu fields, found %u", sheet->row_number, sheet->field_count,
           sheet->row->len);
  else if (sheet->row_number > 1 && !sheet->error)
    sheet->take_row(sheet);
  g_ptr_array_set_size(sheet->row, 0);
}

static bool read_sheet(fact_sheet *sheet, const unsigned char *bytes, size_t byte_count, GError **error) {
  struct csv_parser parser;
  csv_init(&parser, CSV_STRICT | CSV_APPEND_NULL);
  sheet->row = g_ptr_array_new_with_free_func(g_free);
  bool read = csv_parse(&parser, bytes, byte_count, end_field, end_row, sheet) == byte_count &&
              csv_fini(&parser, end_field, end_row, sheet) == 0;
  if (!read) refuse(&sheet->error, sheet->name, "not a CSV file");
  csv_free(&parser);
  g_ptr_array_unref(sheet->row);
  if (!sheet->error) return true;
  g_propagate_error(error, sheet->error);
  return false;
}

enum { TOWNSHIP_CODE = 0, TOWNSHIP_NAME = 1, TOWNSHIP_LAT = 5, TOWNSHIP_LON = 6, TOWNSHIP_FIELDS = 9 };

static void take_township(fact_sheet *sheet) {
  mi_fact_township township = {.code = code_field(sheet, TOWNSHIP_CODE), .name = g_strdup(field(sheet, TOWNSHIP_NAME))};
  double lat = g_ascii_strtod(field(sheet, TOWNSHIP_LAT), NULL), lon = g_ascii_strtod(field(sheet, TOWNSHIP_LON), NULL);
  if (!muster_position_from_degrees(lon, lat, &township.seat))
    refuse(&sheet->error, sheet->name, "row %zu: no position", sheet->row_number);
  g_array_append_val(sheet->rows, township);
}

enum { COMMUNITY_CODE = 0, COMMUNITY_NAME = 1, COMMUNITY_KIND = 2, COMMUNITY_TOWNSHIP = 3, COMMUNITY_FIELDS = 5 };

static void take_community(fact_sheet *sheet) {
  mi_fact_community community = {.code = code_field(sheet, COMMUNITY_CODE),
                                 .name = g_strdup(field(sheet, COMMUNITY_NAME)),
                                 .township = MUSTER_NONE,
                                 .urban = strcmp(field(sheet, COMMUNITY_KIND), "community") == 0};
  int64_t township = code_field(sheet, COMMUNITY_TOWNSHIP);
  for (uint32_t i = 0; i < sheet->facts->township_count; i++)
    if (sheet->facts->townships[i].code == township) community.township = i;
  if (community.township == MUSTER_NONE)
    refuse(&sheet->error, sheet->name, "row %zu: no township has the code %" G_GINT64_FORMAT, sheet->row_number,
           township);
  g_array_append_val(sheet->rows, community);
}

static int compare_townships(const void *a, const void *b) {
  const mi_fact_township *left = a, *right = b;
  return (left->code > right->code) - (left->code < right->code);
}

static int compare_communities(const void *a, const void *b) {
  const mi_fact_community *left = a, *right = b;
  return (left->code > right->code) - (left->code < right->code);
}

static bool read_areas(mi_facts *facts, GError **error) {
  GArray *townships = g_array_new(FALSE, FALSE, sizeof(mi_fact_township));
  fact_sheet sheet = {.name = "townships",
                      .field_count = TOWNSHIP_FIELDS,
                      .take_row = take_township,
                      .rows = townships,
                      .facts = facts};
  bool read = read_sheet(&sheet, mi_fact_townships, mi_fact_townships_bytes, error);
  g_array_sort(townships, compare_townships);
  facts->township_count = townships->len;
  facts->townships = (mi_fact_township *)(void *)g_array_free(townships, FALSE);
  if (!read) return false;

  GArray *communities = g_array_new(FALSE, FALSE, sizeof(mi_fact_community));
  sheet = (fact_sheet){.name = "communities",
                       .field_count = COMMUNITY_FIELDS,
                       .take_row = take_community,
                       .rows = communities,
                       .facts = facts};
  read = read_sheet(&sheet, mi_fact_communities, mi_fact_communities_bytes, error);
  g_array_sort(communities, compare_communities);
  facts->community_count = communities->len;
  facts->communities = (mi_fact_community *)(void *)g_array_free(communities, FALSE);
  return read;
}

/* Drops points that repeat an earlier one together with the loop between the two. */
static void cut_loops(mi_facts *facts, const MusterPosition *ring, size_t count) {
  g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
  g_autofree int64_t *keys = g_new(int64_t, count);
  facts->boundary = g_new(MusterPosition, count + 1);
  uint32_t kept = 0;
  for (size_t i = 0; i + 1 < count; i++) {
    int64_t key = (int64_t)ring[i].lon_e7 * INT64_C(0x100000000) + ring[i].lat_e7;
    void *place;
    if (g_hash_table_lookup_extended(seen, &key, NULL, &place)) {
      while (kept > GPOINTER_TO_UINT(place) + 1) g_hash_table_remove(seen, &keys[--kept]);
      continue;
    }
    keys[kept] = key;
    g_hash_table_insert(seen, &keys[kept], GUINT_TO_POINTER(kept));
    facts->boundary[kept++] = ring[i];
  }
  facts->boundary[kept] = facts->boundary[0];
  facts->boundary_count = kept + 1;
}

static bool convert_ring(mi_facts *facts, json_t *points, GError **error) {
  size_t count = json_array_size(points);
  g_autofree MusterPosition *ring = g_new(MusterPosition, count + 1);
  for (size_t i = 0; i < count; i++) {
    json_t *point = json_array_get(points, i);
    double lon = json_number_value(json_array_get(point, 0)), lat = json_number_value(json_array_get(point, 1));
    muster_datum_convert_degrees(MUSTER_DATUM_GCJ02, MUSTER_DATUM_WGS84, &lon, &lat);
    if (!muster_position_from_degrees(lon, lat, &ring[i])) {
      refuse(error, "boundary", "point %zu is no position", i);
      return false;
    }
  }
  cut_loops(facts, ring, count);
  return true;
}

static bool read_boundary(mi_facts *facts, GError **error) {
  json_error_t reason;
  json_t *root = json_loadb((const char *)mi_fact_boundary, mi_fact_boundary_bytes, JSON_REJECT_DUPLICATES, &reason);
  json_t *feature = json_array_get(json_object_get(root, "features"), 0);
  const char *id = json_string_value(json_object_get(feature, "id"));
  const char *name = json_string_value(json_object_get(json_object_get(feature, "properties"), "name"));
  json_t *rings = json_object_get(json_object_get(feature, "geometry"), "coordinates");
  bool read = id && name && json_array_size(rings) == 1 && json_array_size(json_array_get(rings, 0)) >= 4;
  if (read) {
    facts->code = g_ascii_strtoll(id, NULL, 10);
    facts->name = g_strdup(name);
    read = convert_ring(facts, json_array_get(rings, 0), error);
  } else {
    refuse(error, "boundary", "expected one feature with one ring, found %s", root ? "something else" : reason.text);
  }
  json_decref(root);
  return read;
}

mi_facts *mi_facts_new(GError **error) {
  g_autoptr(mi_facts) facts = g_new0(mi_facts, 1);
  if (!read_areas(facts, error) || !read_boundary(facts, error)) return NULL;
  return g_steal_pointer(&facts);
}

void mi_facts_free(mi_facts *facts) {
  for (uint32_t i = 0; i < facts->township_count; i++) g_free(facts->townships[i].name);
  for (uint32_t i = 0; i < facts->community_count; i++) g_free(facts->communities[i].name);
  g_free(facts->townships);
  g_free(facts->communities);
  g_free(facts->boundary);
  g_free(facts->name);
  g_free(facts);
}
