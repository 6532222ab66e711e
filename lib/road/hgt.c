/* SRTM tiles (NASA's "SRTM Topography" documentation, 2.1): big-endian 16-bit metres on a square grid of one degree. */
#include "road/hgt.h"
#include "road/refuse.h"

#include <string.h>
#include <zip.h>

/* Beyond these no place on dry land lies: what says so is damaged. */
enum { LOWEST_M = -1000, HIGHEST_M = 9000 };

void mi_hgt_clear(mi_hgt *tile) {
  g_free(tile->heights_m);
  *tile = (mi_hgt){0};
}

/* "N42" with the letter given, `digits` digits; false if the text begins otherwise. */
static bool parse_degrees(const char *text, char positive, char negative, unsigned digits, int most, int *out) {
  char letter = (char)g_ascii_toupper(text[0]);
  if (letter != positive && letter != negative) return false;
  *out = 0;
  for (unsigned i = 1; i <= digits; i++) {
    if (!g_ascii_isdigit(text[i])) return false;
    *out = *out * 10 + g_ascii_digit_value(text[i]);
  }
  if (letter == negative) *out = -*out;
  return *out >= -most && *out < most;
}

static bool ends_with(const char *name, const char *ending) {
  size_t length = strlen(name), tail = strlen(ending);
  return length >= tail && g_ascii_strcasecmp(name + length - tail, ending) == 0;
}

bool mi_hgt_parse_name(const char *name, int *lat_deg, int *lon_deg) {
  enum { LAT_LENGTH = 3 };
  return parse_degrees(name, 'N', 'S', 2, 90, lat_deg) && parse_degrees(name + LAT_LENGTH, 'E', 'W', 3, 180, lon_deg) &&
         (ends_with(name, ".hgt") || ends_with(name, ".hgt.zip"));
}

static uint32_t side_of_size(uint64_t size) {
  if (size == 2 * (uint64_t)MI_HGT_SIDE_3S * MI_HGT_SIDE_3S) return MI_HGT_SIDE_3S;
  if (size == 2 * (uint64_t)MI_HGT_SIDE_1S * MI_HGT_SIDE_1S) return MI_HGT_SIDE_1S;
  return 0;
}

static bool check_size(const char *path, uint64_t size, GError **error) {
  if (side_of_size(size)) return true;
  return mi_road_refuse(
      path, error, "expected heights of %d × %d or %d × %d points (%d or %d bytes), found %" G_GUINT64_FORMAT " bytes",
      MI_HGT_SIDE_3S, MI_HGT_SIDE_3S, MI_HGT_SIDE_1S, MI_HGT_SIDE_1S, 2 * MI_HGT_SIDE_3S * MI_HGT_SIDE_3S,
      2 * MI_HGT_SIDE_1S * MI_HGT_SIDE_1S, size);
}

bool mi_hgt_read_plain(mi_hgt *tile, const char *path, const uint8_t *bytes, size_t size, GError **error) {
  if (!check_size(path, size, error)) return false;
  uint32_t side = side_of_size(size);
  int16_t *heights = g_new(int16_t, (size_t)side * side);
  for (size_t i = 0; i < (size_t)side * side; i++) {
    int16_t height = (int16_t)(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    heights[i] = height;
    if (height == MI_HGT_VOID || (height >= LOWEST_M && height <= HIGHEST_M)) continue;
    g_free(heights);
    return mi_road_refuse(path, error, "row %zu, column %zu: expected a height of %d to %d m or %d for none, found %d",
                          i / side + 1, i % side + 1, LOWEST_M, HIGHEST_M, MI_HGT_VOID, height);
  }
  tile->side = side;
  tile->heights_m = heights;
  return true;
}

/* ---- archives ---- */

static bool refuse_zip(const char *path, zip_error_t *why, GError **error) {
  mi_road_refuse(path, error, "not a sound zip archive: %s", zip_error_strerror(why));
  zip_error_fini(why);
  return false;
}

/* The first entry that is a `.hgt` file. */
static bool find_entry(zip_t *archive, const char *path, zip_stat_t *entry, GError **error) {
  zip_int64_t count = zip_get_num_entries(archive, 0);
  for (zip_int64_t i = 0; i < count; i++) {
    if (zip_stat_index(archive, (zip_uint64_t)i, 0, entry) != 0) continue;
    const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_INDEX;
    if ((entry->valid & needed) == needed && ends_with(entry->name, ".hgt")) return true;
  }
  return mi_road_refuse(path, error,
                        "expected a .hgt file in the archive, found none in its %" G_GINT64_FORMAT " entries",
                        (int64_t)count);
}

/* Fills `bytes`; reading on to the end lets the library compare the checksum. */
static bool inflate_entry(zip_t *archive, const zip_stat_t *entry, const char *path, uint8_t *bytes, GError **error) {
  zip_file_t *file = zip_fopen_index(archive, entry->index, 0);
  if (!file)
    return mi_road_refuse(path, error, "\"%s\" in the archive cannot be read: %s", entry->name,
                          zip_error_strerror(zip_get_error(archive)));
  zip_uint64_t filled = 0;
  zip_int64_t read = 0;
  while (filled < entry->size && (read = zip_fread(file, bytes + filled, entry->size - filled)) > 0)
    filled += (zip_uint64_t)read;
  uint8_t beyond;
  if (read >= 0 && filled == entry->size) read = zip_fread(file, &beyond, 1);
  bool done = read == 0 && filled == entry->size;
  if (!done)
    mi_road_refuse(
        path, error, "\"%s\" in the archive is damaged: %s", entry->name,
        read < 0 ? zip_error_strerror(zip_file_get_error(file)) : "it has another size than the archive says");
  zip_fclose(file);
  return done;
}

static bool read_archive(mi_hgt *tile, zip_t *archive, const char *path, GError **error) {
  zip_stat_t entry;
  if (!find_entry(archive, path, &entry, error) || !check_size(path, entry.size, error)) return false;
  g_autofree uint8_t *bytes = g_malloc(entry.size);
  return inflate_entry(archive, &entry, path, bytes, error) && mi_hgt_read_plain(tile, path, bytes, entry.size, error);
}

bool mi_hgt_read_zip(mi_hgt *tile, const char *path, const uint8_t *bytes, size_t size, GError **error) {
  zip_error_t why;
  zip_error_init(&why);
  zip_source_t *source = zip_source_buffer_create(bytes, size, 0, &why);
  if (!source) return refuse_zip(path, &why, error);
  zip_t *archive = zip_open_from_source(source, ZIP_RDONLY, &why);
  if (!archive) {
    zip_source_free(source);
    return refuse_zip(path, &why, error);
  }
  bool done = read_archive(tile, archive, path, error);
  zip_discard(archive);
  zip_error_fini(&why);
  return done;
}

bool mi_hgt_read(mi_hgt *tile, const char *path, GError **error) {
  g_autofree char *name = g_path_get_basename(path);
  g_autoptr(GError) reason = NULL;
  if (!mi_hgt_parse_name(name, &tile->lat_deg, &tile->lon_deg))
    return mi_road_refuse(path, error, "expected a name like N42E001.hgt or N42E001.hgt.zip");
  GMappedFile *mapped = g_mapped_file_new(path, FALSE, &reason);
  if (!mapped) {
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_OPEN, "%s: cannot be read: %s", path, reason->message);
    return false;
  }
  const uint8_t *bytes = (const uint8_t *)g_mapped_file_get_contents(mapped);
  size_t size = g_mapped_file_get_length(mapped);
  bool done = (ends_with(name, ".zip") ? mi_hgt_read_zip : mi_hgt_read_plain)(tile, path, bytes, size, error);
  g_mapped_file_unref(mapped);
  return done;
}
