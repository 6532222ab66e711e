/* muster staffing: how few volunteers on duty, where, when and with which skills, keep the promise. */
#include <string.h>

#include "commands.h"
#include "geojson.h"
#include "ground.h"

static char progress_label[] = "staffing";

enum { MOST = 20 };
#define LEAST_CHANCE 0.1

typedef struct options {
  char **networks, **hours, **needs;
  char *at, *alpha, *acceptance, *doors, *model, *seed, *steps, *nodes, *most, *least, *output;
  mt_roads roads;
} options;

static void options_clear(options *o) {
  char *texts[] = {o->at,    o->alpha, o->acceptance, o->doors, o->model, o->seed,
                   o->steps, o->nodes, o->most,       o->least, o->output};
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) g_free(texts[i]);
  g_strfreev(o->networks);
  g_strfreev(o->hours);
  g_strfreev(o->needs);
  mt_roads_clear(&o->roads);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(options, options_clear)

/* One block of hours, staffed. */
typedef struct block {
  const char *hours;
  MusterStaffingCase *scene;
  MusterStaffingAnswer answer;
  uint32_t *people;   /* by stand */
  uint32_t *hopeless; /* doors of each grid that cannot be served so */
} block;

typedef struct plan {
  const MusterCounty *county;
  MusterServices services;
  char **needs;
  size_t need_count, door_count;
  block *blocks;
  size_t block_count;
} plan;

static void plan_clear(plan *p) {
  for (size_t i = 0; i < p->block_count; i++) {
    muster_staffing_case_free(p->blocks[i].scene);
    g_free(p->blocks[i].people);
    g_free(p->blocks[i].hopeless);
  }
  g_free(p->blocks);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(plan, plan_clear)

static const MusterPost *place_of(const plan *p, uint32_t place) {
  return &(p->services == MUSTER_SERVICES_POSTS ? muster_county_posts(p->county, NULL)
                                                : muster_county_stations(p->county, NULL))[place];
}

static size_t grid_count(const plan *p, MusterAreaId *first) {
  size_t grids;
  muster_county_level(p->county, MUSTER_AREA_GRID, first, &grids);
  return grids;
}

/* "1:first_aid+1" for people who serve the first and the third need. */
static char *name_roles(const plan *p, uint32_t roles) {
  GString *text = g_string_new(NULL);
  for (size_t k = 0; k < p->need_count; k++) {
    if (!(roles >> k & 1)) continue;
    const char *colon = strchr(p->needs[k], ':');
    g_string_append_printf(text, "%s%s", text->len ? "+" : "", colon ? colon + 1 : "anybody");
  }
  return g_string_free(text, FALSE);
}

/* ---- printing ---- */

static uint32_t staffed_places(const plan *p, const block *b) {
  MusterStaffingTable table = muster_staffing_case_table(b->scene);
  const MusterStaffingStand *stands = muster_staffing_case_stands(b->scene);
  uint32_t count = 0, last = MUSTER_NONE;
  (void)p;
  for (size_t j = 0; j < table.stand_count; j++) {
    if (!b->people[j] || stands[j].place == last) continue;
    last = stands[j].place;
    count++;
  }
  return count;
}

static void print_text(FILE *stream, const plan *p) {
  for (size_t i = 0; i < p->block_count; i++) {
    const block *b = &p->blocks[i];
    fprintf(stream, "hours %-8s %5" PRIu32 " people at %" PRIu32 " %ss, ", b->hours, b->answer.people,
            staffed_places(p, b), muster_services_name(p->services));
    if (b->answer.is_optimal)
      fputs("proven fewest; ", stream);
    else
      fprintf(stream, "at least %" PRIu32 "; ", b->answer.bound);
    fprintf(stream, "%zu of %zu doors cannot be served so\n", b->answer.hopeless, p->door_count);
  }
}

static void print_csv(FILE *stream, const plan *p) {
  fputs("hours,services,id,skills,people,of\n", stream);
  for (size_t i = 0; i < p->block_count; i++) {
    const block *b = &p->blocks[i];
    MusterStaffingTable table = muster_staffing_case_table(b->scene);
    const MusterStaffingStand *stands = muster_staffing_case_stands(b->scene);
    for (size_t j = 0; j < table.stand_count; j++) {
      if (!b->people[j]) continue;
      g_autofree char *roles = name_roles(p, stands[j].roles);
      fprintf(stream, "\"%s\",%s,%" PRId64 ",%s,%" PRIu32 ",%" PRIu32 "\n", b->hours, muster_services_name(p->services),
              place_of(p, stands[j].place)->id, roles, b->people[j], stands[j].most);
    }
  }
}

static void print_stands_json(FILE *stream, const plan *p, const block *b) {
  MusterStaffingTable table = muster_staffing_case_table(b->scene);
  const MusterStaffingStand *stands = muster_staffing_case_stands(b->scene);
  bool any = false;
  for (size_t j = 0; j < table.stand_count; j++) {
    if (!b->people[j]) continue;
    g_autofree char *roles = name_roles(p, stands[j].roles);
    fprintf(stream, "%s{\"id\":%" PRId64 ",\"skills\":", any ? "," : "", place_of(p, stands[j].place)->id);
    mt_geojson_text(stream, roles);
    fprintf(stream, ",\"people\":%" PRIu32 ",\"of\":%" PRIu32 "}", b->people[j], stands[j].most);
    any = true;
  }
}

static void print_json(FILE *stream, const plan *p) {
  MusterAreaId first;
  size_t grids = grid_count(p, &first);
  const MusterArea *areas = muster_county_areas(p->county, NULL);
  fprintf(stream, "{\"services\":\"%s\",\"doors\":%zu,\"blocks\":[", muster_services_name(p->services), p->door_count);
  for (size_t i = 0; i < p->block_count; i++) {
    const block *b = &p->blocks[i];
    bool any = false;
    fprintf(stream, "%s{\"hours\":", i ? "," : "");
    mt_geojson_text(stream, b->hours);
    fprintf(stream, ",\"people\":%" PRIu32 ",\"bound\":%" PRIu32 ",\"optimal\":%s,\"hopeless\":%zu,\"stands\":[",
            b->answer.people, b->answer.bound, b->answer.is_optimal ? "true" : "false", b->answer.hopeless);
    print_stands_json(stream, p, b);
    fputs("],\"hopeless_grids\":[", stream);
    for (size_t g = 0; g < grids; g++) {
      if (!b->hopeless[g]) continue;
      fprintf(stream, "%s{\"code\":%" PRId64 ",\"doors\":%" PRIu32 "}", any ? "," : "", areas[first + g].code,
              b->hopeless[g]);
      any = true;
    }
    fputs("]}", stream);
  }
  fputs("]}\n", stream);
}

static bool write_out(const options *o, const mt_common *common, const plan *p, GError **error) {
  mt_output output;
  if (o->output) {
    if (!mt_output_open(&output, o->output, error)) return false;
    print_csv(output.stream, p);
    if (!mt_output_commit(&output, error)) return false;
  }
  if (!mt_output_open(&output, NULL, error)) return false;
  (common->json ? print_json : print_text)(output.stream, p);
  return mt_output_commit(&output, error);
}

/* ---- what is asked ---- */

typedef struct question {
  MusterCoverageOptions coverage;
  MusterStaffingCaseOptions scene;
  MusterStaffingOptions staffing;
} question;

static bool parse_count(const char *text, const char *what, int64_t least, int64_t most, uint32_t *out,
                        GError **error) {
  int64_t value;
  if (!text) return true;
  if (!mt_parse_int64(text, what, least, most, &value, error)) return false;
  *out = (uint32_t)value;
  return true;
}

static bool parse_words(const options *o, question *q, GError **error) {
  int64_t seed = 0;
  uint32_t hours;
  q->coverage.doors = 3;
  q->scene.acceptance = -1;
  q->scene.most = MOST;
  q->scene.least_chance = LEAST_CHANCE;
  for (char **word = o->hours; word && *word; word++)
    if (!mt_parse_hours(*word, "--hours", &hours, error)) return false;
  if (o->needs && g_strv_length(o->needs) > MUSTER_ALERT_NEEDS_MAX) {
    g_set_error(error, MT_ERROR, 0, "--need: expected at most %d, found %u", MUSTER_ALERT_NEEDS_MAX,
                g_strv_length(o->needs));
    return false;
  }
  if (!parse_count(o->doors, "--doors", 1, 1000, &q->coverage.doors, error) ||
      !parse_count(o->steps, "--steps", 0, UINT32_MAX, &q->staffing.steps, error) ||
      !parse_count(o->most, "--most", 1, 65535, &q->scene.most, error) ||
      !parse_count(o->nodes, "--nodes", 0, UINT32_MAX, &q->staffing.search_nodes, error) ||
      (o->seed && !mt_parse_int64(o->seed, "--seed", 0, INT64_MAX, &seed, error)) ||
      (o->alpha && !mt_parse_double(o->alpha, "--alpha", 0.0001, 0.9999, &q->staffing.alpha, error)) ||
      (o->least && !mt_parse_double(o->least, "--least", 0, 1, &q->scene.least_chance, error)) ||
      (o->acceptance && !mt_parse_double(o->acceptance, "--acceptance", 0, 1, &q->scene.acceptance, error)))
    return false;
  q->staffing.seed = (uint64_t)seed;
  return true;
}

static char *usual_hours[] = {(char[]){"night"}, (char[]){"day"}, NULL};
static char *usual_needs[] = {(char[]){"1"}, NULL};

static bool staff_block(plan *p, const question *asked, const char *hours, GError **error) {
  question q = *asked;
  block *b = &p->blocks[p->block_count++];
  *b = (block){.hours = hours};
  if (!mt_parse_hours(hours, "--hours", &q.coverage.hours, error)) return false;
  q.scene.coverage = &q.coverage;
  b->scene = muster_staffing_case_new(&q.scene, error);
  if (!b->scene) return false;
  MusterStaffingTable table = muster_staffing_case_table(b->scene);
  g_autofree double *chances = g_new(double, table.demand_count);
  b->people = g_new(uint32_t, table.stand_count);
  if (!muster_staffing(&table, &q.staffing, &b->answer, b->people, chances, error)) return false;
  MusterAreaId first;
  b->hopeless = g_new0(uint32_t, grid_count(p, &first));
  for (size_t i = 0; i < table.demand_count; i++)
    b->hopeless[i / q.coverage.doors] += chances[i] < q.staffing.alpha - 1e-9;
  p->door_count = table.demand_count;
  return true;
}

static int solve(const options *o, const mt_common *common, const char *path, question *q) {
  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_auto(mt_ground) ground = {0};
  g_autoptr(MusterAlertModel) model = muster_alert_model_new(o->model, &error);
  if (!model || !mt_ground_open(&ground, path, o->networks, &o->roads, common, &error)) return mt_fail(&error);
  char **needs = o->needs ? o->needs : usual_needs, **hours = o->hours ? o->hours : usual_hours;
  q->scene.need_count = q->staffing.need_count = g_strv_length(needs);
  for (size_t k = 0; k < q->scene.need_count; k++) {
    q->staffing.needs[k].roles = 1u << k;
    if (!mt_parse_need(needs[k], "--need", ground.county, MUSTER_ALERT_PEOPLE_MAX, &q->staffing.needs[k].count,
                       &q->scene.skills[k], &error))
      return mt_fail(&error);
  }
  q->coverage.county = ground.county;
  q->coverage.metrics = mt_ground_metrics(&ground);
  q->coverage.metric_count = ground.metrics->len;
  q->coverage.model = model;
  q->staffing.progress = mt_progress;
  q->staffing.user_data = progress_label;
  g_auto(plan) p = {.county = ground.county,
                    .services = q->scene.services,
                    .needs = needs,
                    .need_count = q->scene.need_count,
                    .blocks = g_new0(block, g_strv_length(hours))};
  int64_t loaded_us = g_get_monotonic_time();
  for (char **word = hours; *word; word++)
    if (!staff_block(&p, q, *word, &error)) return mt_fail(&error);
  int64_t done_us = g_get_monotonic_time();
  if (!write_out(o, common, &p, &error)) return mt_fail(&error);
  mt_print_timing(common, loaded_us - start_us, done_us - loaded_us, p.door_count * p.block_count);
  return MT_DONE;
}

static int run(const mt_command *command, int argc, char **argv) {
  g_auto(options) o = {0};
  const GOptionEntry entries[] = {{"network", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.networks, NULL, NULL},
                                  {"at", 0, 0, G_OPTION_ARG_STRING, &o.at, NULL, NULL},
                                  {"hours", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.hours, NULL, NULL},
                                  {"need", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.needs, NULL, NULL},
                                  {"alpha", 0, 0, G_OPTION_ARG_STRING, &o.alpha, NULL, NULL},
                                  {"acceptance", 0, 0, G_OPTION_ARG_STRING, &o.acceptance, NULL, NULL},
                                  {"doors", 0, 0, G_OPTION_ARG_STRING, &o.doors, NULL, NULL},
                                  {"model", 0, 0, G_OPTION_ARG_FILENAME, &o.model, NULL, NULL},
                                  {"seed", 0, 0, G_OPTION_ARG_STRING, &o.seed, NULL, NULL},
                                  {"steps", 0, 0, G_OPTION_ARG_STRING, &o.steps, NULL, NULL},
                                  {"least", 0, 0, G_OPTION_ARG_STRING, &o.least, NULL, NULL},
                                  {"most", 0, 0, G_OPTION_ARG_STRING, &o.most, NULL, NULL},
                                  {"nodes", 0, 0, G_OPTION_ARG_STRING, &o.nodes, NULL, NULL},
                                  {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o.output, NULL, NULL},
                                  MT_ROADS_OPTIONS(o.roads),
                                  {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  question q = {.scene = {.services = MUSTER_SERVICES_STATIONS}};
  muster_coverage_options_init(&q.coverage);
  muster_staffing_options_init(&q.staffing);
  if (o.at && strcmp(o.at, "posts") == 0)
    q.scene.services = MUSTER_SERVICES_POSTS;
  else if (o.at && strcmp(o.at, "stations") != 0)
    return mt_usage(command, "--at: expected posts or stations, found \"%s\"", o.at);
  g_autoptr(GError) usage = NULL;
  if (!parse_words(&o, &q, &usage)) return mt_usage(command, "%s", usage->message);
  mt_catch_interrupt();
  return solve(&o, &common, argv[1], &q);
}

const mt_command mt_staffing = {
    "staffing",
    "C.gpkg [--at posts|stations] [--hours H …] [--need N[:SKILLS] …] [--alpha A] [-o F.csv] " MT_ROADS_USAGE,
    "how few volunteers on duty, where, when and with which skills, keep the promise",
    "For each block of hours the fewest people on duty at posts or stations with which, at every door that can be "
    "served\n"
    "so at all, enough of them accept within three minutes and stand there within ten with chance A. All on duty near\n"
    "the door are alerted at once. People are the approved volunteers of the communities that a post or station "
    "serves.\n"
    "Prints how many, whether fewer are excluded, and how many doors even all of them together could not serve so;\n"
    "docs/staffing.md has the model.\n"
    "\n"
    "  --at WHERE            posts or stations (default)\n"
    "  --hours H             a block; may be given several times: night, day, all, or hours as 8,22-5 (default night "
    "and\n"
    "                        day). A chance counts as it is in the block's worst hour\n"
    "  --need N[:SKILLS]     so many people who have all these skills, with semicolons between; may be given up to "
    "four\n"
    "                        times, one person serves one need (default 1)\n"
    "  --alpha A             default 0.9\n"
    "  --acceptance P        chance that who is on duty accepts (default: as anybody, by the model)\n"
    "  --least P             who serves a door with a smaller chance is not counted on there (default 0.1)\n"
    "  --most N              at most so many of each kind of people on duty at one place (default 20); a door that\n"
    "                        needs more cannot be served so\n"
    "  --doors N             looked at in each grid (default 3)\n"
    "  --model FILE          alert model (INI) that overrides the built-in one\n"
    "  --seed N              of the search (default 0)\n"
    "  --steps N             how often a part is taken back and built again (default 300)\n"
    "  --nodes N             of the exact search (default 20000)\n"
    "  -o FILE               CSV: hours, services, id, skills, people on duty, of how many\n" MT_GROUND_HELP
    "\n" MT_ROADS_PLACES
    "--json prints "
    "{\"services\":…,\"doors\":…,\"blocks\":[{\"hours\":…,\"people\":…,\"bound\":…,\"optimal\":…,\"hopeless\":…,\n"
    "\"stands\":[{\"id\":…,\"skills\":…,\"people\":…,\"of\":…}, …],\"hopeless_grids\":[{\"code\":…,\"doors\":…}, …]}, "
    "…]}.\n"
    "--timing: load is reading county and roads, work the staffing, items the doors of all blocks.\n"
    "\n"
    "Example: muster staffing laifeng.gpkg --at stations --need 1 --need 1:first_aid --acceptance 0.9 -o staff.csv\n",
    run,
};
