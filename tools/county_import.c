/* muster county import: a county file from a county's own sheets, or every defect of the sheets. */
#include <jansson.h>
#include <string.h>

#include "commands.h"
#include "county_made.h"
#include "streams.h"

/* A compiler's manner: one defect a line, then one line that sums up. */
static void print_defects(const char *list, bool json) {
  fputs(list, stderr);
  if (!json) return;
  json_t *lines = json_array();
  g_auto(GStrv) parts = g_strsplit(list, "\n", -1);
  for (size_t i = 0; parts[i]; i++)
    if (*parts[i]) json_array_append_new(lines, json_string(parts[i]));
  json_t *document = json_pack("{s:o}", "defects", lines);
  json_dumpf(document, stdout, JSON_COMPACT);
  fputc('\n', stdout);
  json_decref(document);
}

/* "3 defects in 2 files; first: …" without the first, which stands above by then. */
static int fail_with_list(GError **error, const char *list, bool json) {
  g_autofree char *shown = mt_hide_input_file(list);
  print_defects(shown, json);
  char *first = strstr((*error)->message, "; first: ");
  if (first) *first = '\0';
  return mt_fail(error);
}

static void print_counts(const MusterCounty *county, const char *path, bool json) {
  size_t posts, stations, teams, volunteers;
  muster_county_posts(county, &posts);
  muster_county_stations(county, &stations);
  muster_county_teams(county, &teams);
  muster_county_volunteers(county, &volunteers);
  size_t townships = mt_county_count_level(county, MUSTER_AREA_TOWNSHIP);
  size_t grids = mt_county_count_level(county, MUSTER_AREA_GRID);
  size_t communities = mt_county_count_level(county, MUSTER_AREA_COMMUNITY);
  size_t roads = muster_roads_way_count(muster_county_roads(county));
  if (!json) {
    printf(
        "%s: %zu townships, %zu communities, %zu grids, %zu posts, %zu stations, %zu teams, %zu volunteers, %zu "
        "roads\n",
        path, townships, communities, grids, posts, stations, teams, volunteers, roads);
    return;
  }
  json_t *document =
      json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:[]}", "townships", (json_int_t)townships,
                "communities", (json_int_t)communities, "grids", (json_int_t)grids, "posts", (json_int_t)posts,
                "stations", (json_int_t)stations, "teams", (json_int_t)teams, "volunteers", (json_int_t)volunteers,
                "roads", (json_int_t)roads, "sha256", muster_county_sha256(county), "defects");
  json_dumpf(document, stdout, JSON_COMPACT);
  fputc('\n', stdout);
  json_decref(document);
}

/* One of the sheets may be "-". */
static bool open_sheets(MusterCountyImport *sheets, GError **error) {
  const char **paths[] = {&sheets->areas_geojson, &sheets->volunteers_csv, &sheets->teams_csv,     &sheets->posts_csv,
                          &sheets->stations_csv,  &sheets->shifts_csv,     &sheets->equipment_csv, &sheets->roads_osm};
  for (size_t i = 0; i < G_N_ELEMENTS(paths); i++)
    if (!mt_input_file(paths[i], error)) return false;
  return true;
}

static bool save(const void *county, const char *path, GError **error) {
  return muster_county_save(county, path, error);
}

static int run(const mt_command *command, int argc, char **argv) {
  mt_common common;
  g_autofree char *areas = NULL, *volunteers = NULL, *teams = NULL, *posts = NULL, *stations = NULL, *shifts = NULL;
  g_autofree char *equipment = NULL, *roads = NULL, *encoding = NULL, *crs = NULL, *path = NULL;
  const GOptionEntry entries[] = {{"areas", 0, 0, G_OPTION_ARG_FILENAME, &areas, NULL, NULL},
                                  {"volunteers", 0, 0, G_OPTION_ARG_FILENAME, &volunteers, NULL, NULL},
                                  {"teams", 0, 0, G_OPTION_ARG_FILENAME, &teams, NULL, NULL},
                                  {"posts", 0, 0, G_OPTION_ARG_FILENAME, &posts, NULL, NULL},
                                  {"stations", 0, 0, G_OPTION_ARG_FILENAME, &stations, NULL, NULL},
                                  {"shifts", 0, 0, G_OPTION_ARG_FILENAME, &shifts, NULL, NULL},
                                  {"equipment", 0, 0, G_OPTION_ARG_FILENAME, &equipment, NULL, NULL},
                                  {"roads", 0, 0, G_OPTION_ARG_FILENAME, &roads, NULL, NULL},
                                  {"encoding", 0, 0, G_OPTION_ARG_STRING, &encoding, NULL, NULL},
                                  {"crs", 0, 0, G_OPTION_ARG_STRING, &crs, NULL, NULL},
                                  {"output", 'o', 0, G_OPTION_ARG_FILENAME, &path, NULL, NULL},
                                  {0}};
  if (!mt_parse(command, entries, &argc, &argv, 0, 0, &common)) return MT_USAGE;
  if (!areas || !volunteers || !path) return mt_usage(command, "--areas, --volunteers and -o are needed");
  if (crs && common.has_datum) return mt_usage(command, "either --datum or --crs, not both");
  if (!mt_may_write_binary(command, path)) return MT_USAGE;
  mt_catch_interrupt();

  MusterCountyImport sheets = {.areas_geojson = areas,
                               .volunteers_csv = volunteers,
                               .teams_csv = teams,
                               .posts_csv = posts,
                               .stations_csv = stations,
                               .shifts_csv = shifts,
                               .equipment_csv = equipment,
                               .roads_osm = roads,
                               .encoding = encoding,
                               .datum = common.datum,
                               .crs = crs};
  g_autoptr(GError) error = NULL;
  g_autofree char *defects = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_autoptr(MusterCounty) county =
      open_sheets(&sheets, &error) ? muster_county_import(&sheets, &defects, &error) : NULL;
  if (mt_interrupted()) return mt_fail_text("interrupted: nothing was written");
  if (!county) return defects ? fail_with_list(&error, defects, common.json) : mt_fail(&error);
  int64_t read_us = g_get_monotonic_time();
  if (!mt_save_file(save, county, path, &error)) return mt_fail(&error);
  size_t count;
  muster_county_volunteers(county, &count);
  if (!mt_is_stdout(path)) print_counts(county, path, common.json);
  mt_print_timing(&common, read_us - start_us, g_get_monotonic_time() - read_us, count);
  return MT_DONE;
}

const mt_command mt_county_import = {
    "county import",
    "--areas A.geojson --volunteers V.csv [--teams T.csv] [--posts P.csv] [--stations S.csv] [--shifts H.csv] "
    "[--equipment E.csv] [--roads R.osm.pbf] [--encoding NAME] [--datum NAME | --crs EPSG:CODE] -o C.gpkg",
    "make a county file from a county's own sheets",
    "Areas are a GeoJSON feature collection with the properties level (county, township, community, grid), code, name\n"
    "and, where they apply, parent, residents, kind, leader_contact, duty_team, seat_lon, seat_lat. The other sheets "
    "are\n"
    "CSV with a row of column names, English or Chinese:\n"
    "  volunteers  id, lon, lat; team, role, branch_role, work_lon, work_lat, modes, skills, approved, contact\n"
    "  teams       id, name, area          posts      id, name, community, lon, lat; serves\n"
    "  stations    id, name, community, lon, lat      shifts     post, volunteer, start, end; days\n"
    "  equipment   holder, kind, count\n"
    "(those after the semicolon may be missing). Without --teams the teams are taken from the volunteers' sheet.\n"
    "docs/import.md describes every column.\n"
    "\n"
    "--encoding: of the CSV sheets; utf-8 (default), gb18030 or any name iconv knows. --datum: of all positions "
    "given.\n"
    "--crs: their coordinate reference system instead, x east and y north.\n"
    "\n"
    "One of the sheets may be -, standard input; -o - is standard output, and nothing else is printed there then.\n"
    "Nothing is written unless every sheet is free of defects. Otherwise each defect stands in a line on stderr,\n"
    "\"FILE:LINE:COLUMN: sentence\" (COLUMN counts the cells of a row; in GeoJSON characters), then one line sums up, "
    "and\n"
    "the exit status is 1. Names and phone numbers of people are refused: give opaque contact ids.\n"
    "\n"
    "--json: the counts of what was imported, or {\"defects\":[\"FILE:LINE:COLUMN: sentence\", …]}.\n"
    "--timing: load is reading the sheets, work writing the file, items the volunteers.\n",
    run,
};
