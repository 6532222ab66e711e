/* The five SQL functions that the r-tree triggers of a GeoPackage call (OGC 12-128r17, annex F.3). */
#include "geo/geopackage_sql.h"

#include "geo/shape.h"

/* user data of the four bounds: the place in the envelope. */
static void answer_bound(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  const size_t *place = sqlite3_user_data(context);
  const uint8_t *blob = sqlite3_value_blob(values[0]);
  size_t size = (size_t)sqlite3_value_bytes(values[0]);
  double envelope[4];
  if (blob && mi_shape_decode_envelope(blob, size, envelope)) sqlite3_result_double(context, envelope[*place]);
}

static void answer_empty(sqlite3_context *context, int count, sqlite3_value **values) {
  (void)count;
  const uint8_t *blob = sqlite3_value_blob(values[0]);
  if (!blob) return;
  double envelope[4];
  bool found = mi_shape_decode_envelope(blob, (size_t)sqlite3_value_bytes(values[0]), envelope);
  sqlite3_result_int(context, !found);
}

bool mi_gpkg_register_functions(sqlite3 *db) {
  static const char *const names[] = {"ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"};
  static size_t places[] = {0, 1, 2, 3};
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (sqlite3_create_function_v2(db, names[i], 1, flags, &places[i], answer_bound, NULL, NULL, NULL) != SQLITE_OK)
      return false;
  return sqlite3_create_function_v2(db, "ST_IsEmpty", 1, flags, NULL, answer_empty, NULL, NULL, NULL) == SQLITE_OK;
}
