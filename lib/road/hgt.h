/* One tile of SRTM heights: the `.hgt` file, plain or in a zip archive. */
#ifndef MI_ROAD_HGT_H
#define MI_ROAD_HGT_H

#include <muster/road.h>

/* Samples on a side: posts 3 or 1 seconds of arc apart, both edges included. */
enum { MI_HGT_SIDE_3S = 1201, MI_HGT_SIDE_1S = 3601, MI_HGT_VOID = -32768 };

/* 2 bytes a sample. */
typedef struct mi_hgt {
  int lat_deg, lon_deg; /* its south-west corner */
  uint32_t side;
  int16_t *heights_m; /* row by row from the north, each from the west; MI_HGT_VOID where nothing is known */
} mi_hgt;

void mi_hgt_clear(mi_hgt *tile);
/* The corner that a file's name tells ("N42E001.hgt", "s05w060.SRTMGL1.hgt.zip"); false if it is no tile's. */
bool mi_hgt_parse_name(const char *name, int *lat_deg, int *lon_deg);
/* Reads a file; the name decides whether it is an archive. Corner and heights are set. Errors: OPEN; FORMAT with the
 * sizes, or the place and value of a height that is none. */
bool mi_hgt_read(mi_hgt *tile, const char *path, GError **error);
/* The same over bytes in memory, plain ones or an archive's. The corner is left alone. */
bool mi_hgt_read_plain(mi_hgt *tile, const char *path, const uint8_t *bytes, size_t size, GError **error);
bool mi_hgt_read_zip(mi_hgt *tile, const char *path, const uint8_t *bytes, size_t size, GError **error);

#endif
