/* Texts of positions and datums, and the conversion of whatever position was read through all datums. */
#include <muster/geo.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autofree char *text = g_strndup((const char *)data, size);
  g_autoptr(GError) error = NULL;
  MusterDatum datum = MUSTER_DATUM_WGS84;
  if (!muster_datum_from_name(text, &datum, &error)) g_clear_error(&error);
  MusterPosition at;
  if (!muster_position_parse(text, &at, &error)) return 0;
  for (datum = MUSTER_DATUM_CGCS2000; datum <= MUSTER_DATUM_BD09; datum++) {
    MusterPosition there = at;
    muster_datum_convert(MUSTER_DATUM_WGS84, datum, &there, 1);
    g_assert_true(muster_distance_m(at, there) < 5000);
    muster_datum_convert(datum, MUSTER_DATUM_WGS84, &there, 1);
    g_assert_true(muster_distance_m(at, there) < 10000);
  }
  return 0;
}
