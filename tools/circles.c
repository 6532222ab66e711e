/* muster circles: the 15-minute service circles of posts and stations, and who lives in them. */
#include <string.h>

#include "commands.h"
#include "geojson.h"
#include "ground.h"
#include "streams.h"

static char progress_label[] = "circles";

typedef struct options {
  char **networks, *minutes, *doors, *threads, *output;
  gboolean each, toward;
  mt_roads roads;
} options;

static void options_clear(options *o) {
  g_strfreev(o->networks);
  g_free(o->minutes);
  g_free(o->doors);
  g_free(o->threads);
  g_free(o->output);
  mt_roads_clear(&o->roads);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(options, options_clear)

typedef struct view {
  const MusterCounty *county;
  const MusterCircle *list;
  size_t count;
  const char *minutes, *mode;
} view;

static const MusterPost *place_of(const view *v, const MusterCircle *circle) {
  if (circle->place == MUSTER_NONE) return NULL;
  return &(circle->services == MUSTER_SERVICES_POSTS ? muster_county_posts(v->county, NULL)
                                                     : muster_county_stations(v->county, NULL))[circle->place];
}

static void print_members(FILE *stream, const view *v, const MusterCircle *circle) {
  const MusterPost *place = place_of(v, circle);
  fprintf(stream, "\"services\":\"%s\",", muster_services_name(circle->services));
  if (place) {
    fprintf(stream, "\"id\":%" PRId64 ",\"name\":", place->id);
    mt_geojson_text(stream, place->name);
    fprintf(stream, ",\"community_code\":%" PRId64 ",", place->community_code);
  }
  fprintf(stream, "\"minutes\":%s,\"mode\":\"%s\",\"area_km2\":%.6f,\"residents\":%.0f,\"share\":%.6f", v->minutes,
          v->mode, circle->area_m2 / 1e6, circle->residents, circle->share);
}

static void print_geojson(FILE *stream, const view *v) {
  fputs("{\"type\":\"FeatureCollection\",\"features\":[", stream);
  for (size_t i = 0; i < v->count; i++) {
    fprintf(stream, "%s\n{\"type\":\"Feature\",\"properties\":{", i ? "," : "");
    print_members(stream, v, &v->list[i]);
    fputs("},\"geometry\":", stream);
    mt_geojson_polygons(stream, &v->list[i].area);
    fputc('}', stream);
  }
  fputs("\n]}\n", stream);
}

static void print_json(FILE *stream, const view *v) {
  fputs("{\"circles\":[", stream);
  for (size_t i = 0; i < v->count; i++) {
    fputs(i ? ",{" : "{", stream);
    print_members(stream, v, &v->list[i]);
    fputc('}', stream);
  }
  fputs("]}\n", stream);
}

static void print_text(FILE *stream, const view *v) {
  for (size_t i = 0; i < v->count; i++) {
    const MusterCircle *circle = &v->list[i];
    const MusterPost *place = place_of(v, circle);
    fprintf(stream, "%-8s %9.3f km² %9.0f residents %5.1f %%", muster_services_name(circle->services),
            circle->area_m2 / 1e6, circle->residents, 100 * circle->share);
    if (place)
      fprintf(stream, "  %" PRId64 " %s\n", place->id, place->name);
    else
      fputs(circle->services == MUSTER_SERVICES_BOTH ? "  of all\n" : "  of all of them\n", stream);
  }
}

static bool write_out(const options *o, const mt_common *common, const view *v, GError **error) {
  mt_output output;
  if (o->output) {
    if (!mt_output_open(&output, o->output, error)) return false;
    print_geojson(output.stream, v);
    if (!mt_output_commit(&output, error)) return false;
    if (mt_is_stdout(o->output)) return true;
  }
  if (!mt_output_open(&output, NULL, error)) return false;
  (common->json ? print_json : print_text)(output.stream, v);
  return mt_output_commit(&output, error);
}

static bool parse_words(const options *o, MusterCircleOptions *asked, GError **error) {
  int64_t doors = asked->doors, threads = 0;
  if ((o->minutes && !mt_parse_minutes(o->minutes, "--minutes", &asked->limit_ms, error)) ||
      (o->doors && !mt_parse_int64(o->doors, "--doors", 1, 1000, &doors, error)) ||
      (o->threads && !mt_parse_int64(o->threads, "--threads", 0, 256, &threads, error)))
    return false;
  if (asked->limit_ms == 0) {
    g_set_error(error, MT_ERROR, 0, "--minutes: expected more than 0, found \"%s\"", o->minutes);
    return false;
  }
  asked->doors = (uint32_t)doors;
  asked->threads = (unsigned)threads;
  asked->each = o->each;
  if (o->toward) asked->direction = MUSTER_TO_PLACE;
  return true;
}

static int solve(options *o, const mt_common *common, const char *path, MusterCircleOptions *asked) {
  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_auto(mt_ground) ground = {0};
  if (!o->roads.mode_name) o->roads.mode_name = g_strdup(muster_mode_name(MUSTER_MODE_FOOT));
  if (!mt_ground_open(&ground, path, o->networks, &o->roads, common, &error)) return mt_fail(&error);
  if (ground.metrics->len != 1) return mt_fail_text("--mode: expected one mode, found \"%s\"", o->roads.mode_name);
  int64_t loaded_us = g_get_monotonic_time();
  asked->county = ground.county;
  asked->metric = ground.metrics->pdata[0];
  asked->progress = mt_progress;
  asked->user_data = progress_label;
  g_autoptr(MusterCircles) circles = muster_circles_new(asked, &error);
  if (!circles) return mt_fail(&error);
  int64_t done_us = g_get_monotonic_time();
  char minutes[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd(minutes, sizeof minutes, "%.10g", (double)asked->limit_ms / 60000);
  view v = {.county = ground.county, .minutes = minutes, .mode = o->roads.mode_name};
  v.list = muster_circles_list(circles, &v.count);
  if (!write_out(o, common, &v, &error)) return mt_fail(&error);
  mt_print_timing(common, loaded_us - start_us, done_us - loaded_us, v.count);
  return MT_DONE;
}

static int run(const mt_command *command, int argc, char **argv) {
  g_auto(options) o = {0};
  const GOptionEntry entries[] = {{"network", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.networks, NULL, NULL},
                                  {"minutes", 0, 0, G_OPTION_ARG_STRING, &o.minutes, NULL, NULL},
                                  {"each", 0, 0, G_OPTION_ARG_NONE, &o.each, NULL, NULL},
                                  {"toward", 0, 0, G_OPTION_ARG_NONE, &o.toward, NULL, NULL},
                                  {"doors", 0, 0, G_OPTION_ARG_STRING, &o.doors, NULL, NULL},
                                  {"threads", 0, 0, G_OPTION_ARG_STRING, &o.threads, NULL, NULL},
                                  {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output, NULL, NULL},
                                  MT_ROADS_OPTIONS(o.roads),
                                  {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  MusterCircleOptions asked;
  muster_circle_options_init(&asked);
  g_autoptr(GError) usage = NULL;
  if (!parse_words(&o, &asked, &usage)) return mt_usage(command, "%s", usage->message);
  mt_catch_interrupt();
  return solve(&o, &common, argv[1], &asked);
}

const mt_command mt_circles = {
    "circles",
    "C.gpkg [--network N.mnet …] [--minutes M] [--each] [--toward] [-o F.geojson] " MT_ROADS_USAGE,
    "the 15-minute service circles of posts and stations, and who lives in them",
    "The area within M minutes of the posts, of the stations, and of either: all road that can be reached and the "
    "ground\n"
    "beside it. Prints for each its size, and how many residents live there, by the times to doors spread along the\n"
    "streets of every grid.\n"
    "\n"
    "  --minutes M           default 15; may have decimals\n"
    "  --each                one circle for each post and station instead\n"
    "  --toward              times from the doors to the post, in place of from it\n"
    "  --doors N             looked at in each grid to count residents (default 5)\n"
    "  -o FILE               writes the areas as GeoJSON, a feature a circle: services (post, station, both), id, "
    "name,\n"
    "                        community_code of a single one, minutes, mode, area_km2, residents, share; - prints that "
    "in\n"
    "                        place of the table\n"
    "  --threads N           default one a processor; changes nothing in the result\n"
    "  --network N.mnet      a prepared network; without one it is built from the county's roads\n"
    "  --mode MODE           foot (default), ebike or car\n"
    "  --close AREA.geojson  closes all roads that touch the area; may be given several times\n"
    "  --close-arcs FILE     closes the roads from TAIL straight to HEAD: two node ids a line\n"
    "  --close-ways FILE     closes all of a way, both ways: a way id a line\n"
    "\n" MT_ROADS_PLACES
    "--json prints {\"circles\":[{\"services\":…,\"minutes\":…,\"mode\":…,\"area_km2\":…,\"residents\":…,\"share\":…}, "
    "…]}.\n"
    "--timing: load is reading county and roads, work circles and residents, items the circles.\n"
    "\n"
    "Example: muster circles laifeng.gpkg --each -o circles.geojson\n",
    run,
};
