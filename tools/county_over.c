/* muster county over: lays a county over any real road extract. */
#include "commands.h"
#include "county_made.h"
#include "streams.h"

typedef struct over_texts {
  char *grids, *teams, *volunteers, *seed, *path;
} over_texts;

static void over_texts_clear(over_texts *texts) {
  g_free(texts->grids);
  g_free(texts->teams);
  g_free(texts->volunteers);
  g_free(texts->seed);
  g_free(texts->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(over_texts, over_texts_clear)

static bool parse_count(const char *text, const char *name, uint32_t *out, GError **error) {
  int64_t value = 0;
  if (text && !mt_parse_int64(text, name, 1, UINT32_MAX - 1, &value, error)) return false;
  *out = (uint32_t)value;
  return true;
}

static bool parse_options(const over_texts *texts, MusterCountyOverOptions *options, GError **error) {
  int64_t seed = 1;
  if (texts->seed && !mt_parse_int64(texts->seed, "--seed", 0, INT64_MAX, &seed, error)) return false;
  options->seed = (uint64_t)seed;
  return parse_count(texts->grids, "--grids", &options->grids, error) &&
         parse_count(texts->teams, "--teams", &options->teams, error) &&
         parse_count(texts->volunteers, "--volunteers", &options->volunteers, error);
}

static int run(const mt_command *command, int argc, char **argv) {
  g_auto(over_texts) texts = {0};
  const GOptionEntry entries[] = {
      {"grids", 0, 0, G_OPTION_ARG_STRING, &texts.grids, NULL, NULL},
      {"teams", 0, 0, G_OPTION_ARG_STRING, &texts.teams, NULL, NULL},
      {"volunteers", 0, 0, G_OPTION_ARG_STRING, &texts.volunteers, NULL, NULL},
      {"seed", 0, 0, G_OPTION_ARG_STRING, &texts.seed, NULL, NULL},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &texts.path, NULL, NULL},
      {0},
  };
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  if (!texts.path) return mt_usage(command, "-o is missing: where shall the county go");
  if (!mt_may_write_binary(command, texts.path)) return MT_USAGE;
  g_autoptr(GError) error = NULL;
  MusterCountyOverOptions options = {0};
  if (!parse_options(&texts, &options, &error)) return mt_usage(command, "%s", error->message);
  mt_catch_interrupt();
  static char reading[] = "reading the roads", making[] = "making the county";
  int64_t started_us = g_get_monotonic_time();
  const char *extract = argv[1];
  MusterRoads *roads =
      mt_input_file(&extract, &error) ? muster_roads_read_osm(extract, mt_progress, reading, &error) : NULL;
  if (!roads) return mt_fail(&error);
  int64_t read_us = g_get_monotonic_time();
  g_autoptr(MusterCounty) county = muster_county_over(roads, &options, mt_progress, making, &error);
  if (!county) return mt_fail_text("%s: %s", extract, error->message);
  return mt_county_made(&common, county, texts.path, started_us, read_us);
}

const mt_command mt_county_over = {
    .name = "county over",
    .usage = "ROADS.osm.pbf [--grids N] [--teams N] [--volunteers N] [--seed N] -o C.gpkg",
    .summary = "lay a county of the same structure over any real roads",
    .details =
        "Divides the ground about the roads of an OSM extract into townships, communities and grids by street density "
        "and\n"
        "fills them with teams, volunteers, posts and stations in the reference county's proportions. The roads stay "
        "as\n"
        "they are (© OpenStreetMap contributors, ODbL 1.0); everything else is made up and the county's note says "
        "so.\n\n"
        "  -o, --output FILE  the county file (GeoPackage) to write; - is standard output\n"
        "  --grids N          grids in all; default: 299 for each 2500 km of road open to foot\n"
        "  --teams N          teams in all; default: 447 for each 2500 km\n"
        "  --volunteers N     volunteers in all; default: 33370 for each 2500 km\n"
        "  --seed N           a whole number from 0; default 1\n"
        "\n"
        "With --json: the members of `muster county reference --json`.\n\n"
        "Example: muster county over liechtenstein.osm.pbf --grids 120 -o liechtenstein.gpkg\n",
    .run = run,
};
