/* The sheets of an import. The first byte chooses the sheet and the encoding; the rest is its text, beside a good file
 * of areas. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <muster/county.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char areas[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"level\":\"county\",\"code\":422827,\"name\":\"c\"},\"geometry\":"
    "{\"type\":\"Point\",\"coordinates\":[109.4,29.5]}},"
    "{\"type\":\"Feature\",\"properties\":{\"level\":\"township\",\"code\":422827100,\"name\":\"t\"},\"geometry\":"
    "{\"type\":\"Point\",\"coordinates\":[109.4,29.5]}},"
    "{\"type\":\"Feature\",\"properties\":{\"level\":\"community\",\"code\":422827100001,\"name\":\"v\"},\"geometry\":"
    "{\"type\":\"Point\",\"coordinates\":[109.4,29.5]}},"
    "{\"type\":\"Feature\",\"properties\":{\"level\":\"grid\",\"code\":422827100001001,\"name\":\"g\"},\"geometry\":"
    "{\"type\":\"Polygon\",\"coordinates\":[[[109.4,29.5],[109.5,29.5],[109.5,29.6],[109.4,29.5]]]}}]}";

static char *areas_path, *sheet_path;

static void write_file(const char *path, const void *bytes, size_t size) {
  int file = g_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || write(file, bytes, size) != (gssize)size || close(file) != 0) g_error("%s cannot be written", path);
}

static void remove_files(void) {
  g_autofree char *folder = g_path_get_dirname(areas_path);
  g_unlink(areas_path);
  g_unlink(sheet_path);
  g_rmdir(folder);
}

static void make_files(void) {
  g_autofree char *folder = g_dir_make_tmp("muster-fuzz-XXXXXX", NULL);
  areas_path = g_build_filename(folder, "areas.geojson", NULL);
  sheet_path = g_build_filename(folder, "sheet", NULL);
  write_file(areas_path, areas, sizeof areas - 1);
  atexit(remove_files);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!areas_path) make_files();
  if (size == 0) return 0;
  write_file(sheet_path, data + 1, size - 1);
  MusterCountyImport input = {.areas_geojson = areas_path, .encoding = data[0] & 0x80 ? "gb18030" : NULL};
  const char **sheets[] = {&input.areas_geojson, &input.volunteers_csv, &input.teams_csv,    &input.posts_csv,
                           &input.stations_csv,  &input.shifts_csv,     &input.equipment_csv};
  *sheets[(data[0] & 0x7F) % G_N_ELEMENTS(sheets)] = sheet_path;
  g_autofree char *defects = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterCounty) county = muster_county_import(&input, &defects, &error);
  g_assert_true((county != NULL) == (error == NULL));
  g_assert_true(!defects || (!county && g_utf8_validate(defects, -1, NULL)));
  return 0;
}
