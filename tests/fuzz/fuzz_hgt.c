/* Tiles of heights. The first byte says how the rest is meant: 'z' is a zip archive, else it is a plain tile. */
#include "road/hgt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  mi_hgt tile = {0};
  GError *error = NULL;
  bool done = (data[0] == 'z' ? mi_hgt_read_zip : mi_hgt_read_plain)(&tile, "fuzz.hgt", data + 1, size - 1, &error);
  if (done == (error != NULL)) g_error("neither a tile nor an error");
  if (done && (tile.side == 0 || tile.heights_m == NULL)) g_error("a tile without heights");
  mi_hgt_clear(&tile);
  g_clear_error(&error);
  return 0;
}
