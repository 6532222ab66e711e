/* muster county reference: writes the reference county. */
#include "commands.h"
#include "county_made.h"
#include "streams.h"

static int run(const mt_command *command, int argc, char **argv) {
  g_autofree char *seed_text = NULL, *scale_text = NULL, *path = NULL;
  const GOptionEntry entries[] = {
      {"seed", 0, 0, G_OPTION_ARG_STRING, &seed_text, NULL, NULL},
      {"scale", 0, 0, G_OPTION_ARG_STRING, &scale_text, NULL, NULL},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &path, NULL, NULL},
      {0},
  };
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 0, 0, &common)) return MT_USAGE;
  if (!path) return mt_usage(command, "-o is missing: where shall the county go");
  if (!mt_may_write_binary(command, path)) return MT_USAGE;
  g_autoptr(GError) error = NULL;
  int64_t seed = 1;
  double scale = 1;
  if (seed_text && !mt_parse_int64(seed_text, "--seed", 0, INT64_MAX, &seed, &error))
    return mt_usage(command, "%s", error->message);
  if (scale_text && !mt_parse_double(scale_text, "--scale", 0.01, 100, &scale, &error))
    return mt_usage(command, "%s", error->message);
  mt_catch_interrupt();
  int64_t started_us = g_get_monotonic_time();
  static char label[] = "making the county";
  g_autoptr(MusterCounty) county = muster_county_reference((uint64_t)seed, scale, mt_progress, label, &error);
  if (!county) return mt_fail(&error);
  return mt_county_made(&common, county, path, started_us, started_us);
}

const mt_command mt_county_reference = {
    .name = "county reference",
    .usage = "[--seed N] [--scale F] -o C.gpkg",
    .summary = "write the reference county (Laifeng's figures)",
    .details =
        "Writes a county with Laifeng's figures, names, codes and boundary: 8 townships, 196 communities, 108 grids "
        "in\n"
        "the county town, 283255 residents, 447 teams, 33370 volunteers, 15 posts, 196 stations. Where villages, "
        "roads\n"
        "and people are is made up from the seed; the county's note says so. Same seed, same bytes.\n\n"
        "  -o, --output FILE  the county file (GeoPackage) to write; - is standard output\n"
        "  --seed N           a whole number from 0; default 1\n"
        "  --scale F          volunteers, teams and barbers times F, 0.01 to 100; default 1. Residents, areas and\n"
        "                     roads stay; every community keeps at least one team\n"
        "\n"
        "With --json: "
        "{\"file\":…,\"townships\":…,\"communities\":…,\"urban_communities\":…,\"grids\":…,\"residents\":…,\n"
        "\"teams\":…,\"volunteers\":…,\"posts\":…,\"shifts\":…,\"stations\":…,\"ways\":…,\"road_km\":…,\"sha256\":…,"
        "\"note\":…}\n\n"
        "Example: muster county reference --seed 7 -o county.gpkg\n",
    .run = run,
};
