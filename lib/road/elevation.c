/* Heights above the sea from a folder of tiles; see road.h. */
#include <stdlib.h>
#include <string.h>

#include "road/hgt.h"

/* A box of continental size at one second of arc would not fit any memory. */
enum { TILES_MAX = 400, DEGREE_E7 = 10000000 };

struct MusterElevation {
  mi_hgt *tiles; /* those that are there, ascending (latitude, longitude) */
  uint32_t tile_count, missing_count;
  char *missing; /* name of the first that is missing, or NULL */
};

static int floor_deg(int64_t e7) { return (int)(e7 / DEGREE_E7 - (e7 % DEGREE_E7 < 0)); }

static int compare_tiles(int lat_deg, int lon_deg, const mi_hgt *tile) {
  return lat_deg != tile->lat_deg ? lat_deg - tile->lat_deg : lon_deg - tile->lon_deg;
}

static const mi_hgt *find_tile(const MusterElevation *elevation, int lat_deg, int lon_deg) {
  uint32_t low = 0, high = elevation->tile_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    int order = compare_tiles(lat_deg, lon_deg, &elevation->tiles[middle]);
    if (order == 0) return &elevation->tiles[middle];
    if (order > 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

/* ---- reading ---- */

static gint compare_names(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *list_names(const char *folder, GError **error) {
  g_autoptr(GError) reason = NULL;
  g_autoptr(GDir) dir = g_dir_open(folder, 0, &reason);
  if (!dir) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_OPEN, "%s: cannot be read: %s", folder, reason->message);
    return NULL;
  }
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  int lat_deg, lon_deg;
  for (const char *name; (name = g_dir_read_name(dir));)
    if (mi_hgt_parse_name(name, &lat_deg, &lon_deg)) g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_sort(names, compare_names);
  return names;
}

/* The first name of a tile, or NULL. */
static const char *find_name(const GPtrArray *names, int lat_deg, int lon_deg) {
  for (guint i = 0; i < names->len; i++) {
    int lat, lon;
    if (mi_hgt_parse_name(names->pdata[i], &lat, &lon) && lat == lat_deg && lon == lon_deg) return names->pdata[i];
  }
  return NULL;
}

static bool add_tile(MusterElevation *elevation, const char *folder, const GPtrArray *names, int lat_deg, int lon_deg,
                     GError **error) {
  const char *name = find_name(names, lat_deg, lon_deg);
  if (!name) {
    if (elevation->missing_count++ == 0)
      elevation->missing =
          g_strdup_printf("%c%02d%c%03d", lat_deg < 0 ? 'S' : 'N', abs(lat_deg), lon_deg < 0 ? 'W' : 'E', abs(lon_deg));
    return true;
  }
  g_autofree char *path = g_build_filename(folder, name, NULL);
  return mi_hgt_read(&elevation->tiles[elevation->tile_count++], path, error);
}

MusterElevation *muster_elevation_read(const char *folder, MusterBox box, GError **error) {
  g_autoptr(GPtrArray) names = list_names(folder, error);
  if (!names) return NULL;
  int west = MAX(floor_deg(box.min_lon_e7), -180), east = MIN(floor_deg(box.max_lon_e7), 179);
  int south = MAX(floor_deg(box.min_lat_e7), -90), north = MIN(floor_deg(box.max_lat_e7), 89);
  int wanted = MAX(east - west + 1, 0) * MAX(north - south + 1, 0);
  if (wanted > TILES_MAX) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT,
                "%s: expected roads on at most %d tiles of one degree, found %d", folder, (int)TILES_MAX, wanted);
    return NULL;
  }
  g_autoptr(MusterElevation) elevation = g_new0(MusterElevation, 1);
  elevation->tiles = g_new0(mi_hgt, (size_t)wanted + 1);
  for (int lat = south; lat <= north; lat++)
    for (int lon = west; lon <= east; lon++)
      if (!add_tile(elevation, folder, names, lat, lon, error)) return NULL;
  if (elevation->tile_count > 0) return g_steal_pointer(&elevation);
  g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_EMPTY,
              "%s: expected %s.hgt or %s.hgt.zip, found none of the %d tiles that are needed", folder,
              elevation->missing ? elevation->missing : "a tile", elevation->missing ? elevation->missing : "a tile",
              wanted);
  return NULL;
}

void muster_elevation_free(MusterElevation *elevation) {
  if (!elevation) return;
  for (uint32_t i = 0; elevation->tiles && i < elevation->tile_count; i++) mi_hgt_clear(&elevation->tiles[i]);
  g_free(elevation->tiles);
  g_free(elevation->missing);
  g_free(elevation);
}

void muster_elevation_info(const MusterElevation *elevation, uint32_t *tile_count, uint32_t *missing_count,
                           const char **first_missing) {
  if (tile_count) *tile_count = elevation->tile_count;
  if (missing_count) *missing_count = elevation->missing_count;
  if (first_missing) *first_missing = elevation->missing;
}

/* ---- asking ---- */

/* Height of a grid point times its share; false if it is void and counts. */
static bool add_height(const mi_hgt *tile, uint32_t row, uint32_t column, double share, double *sum_m) {
  if (share == 0) return true;
  int16_t height = tile->heights_m[(size_t)row * tile->side + column];
  *sum_m += share * height;
  return height != MI_HGT_VOID;
}

bool muster_elevation_at(const MusterElevation *elevation, MusterPosition position, double *out_m) {
  int lat_deg = floor_deg(position.lat_e7), lon_deg = floor_deg(position.lon_e7);
  const mi_hgt *tile = find_tile(elevation, MIN(lat_deg, 89), lon_deg < 180 ? lon_deg : -180);
  if (!tile) return false;
  double last = tile->side - 1;
  double y = ((double)position.lat_e7 / DEGREE_E7 - tile->lat_deg) * last; /* from the south */
  double x = ((double)position.lon_e7 / DEGREE_E7 - lon_deg) * last;
  uint32_t row = (uint32_t)MIN(y, last - 1), column = (uint32_t)MIN(x, last - 1);
  double up = y - row, right = x - column, sum_m = 0;
  uint32_t south = tile->side - 1 - row, north = south - 1;
  bool known = add_height(tile, south, column, (1 - up) * (1 - right), &sum_m);
  known &= add_height(tile, south, column + 1, (1 - up) * right, &sum_m);
  known &= add_height(tile, north, column, up * (1 - right), &sum_m);
  known &= add_height(tile, north, column + 1, up * right, &sum_m);
  if (known) *out_m = sum_m;
  return known;
}
