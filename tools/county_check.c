/* muster county check: opens a county, prints its counts and every defect. */
#include <jansson.h>

#include "commands.h"
#include "county_made.h"
#include "streams.h"

/* What the report counts. */
typedef struct Counts {
  size_t townships, communities, villages, urban, grids, town_grids;
  size_t posts, stations, teams, volunteers, shifts, equipment, ways;
  uint64_t residents;
} Counts;

/* Communities by kind, and the grids of those divided into several. */
static void count_communities(const MusterCounty *county, Counts *counts) {
  const MusterArea *areas = muster_county_areas(county, NULL);
  MusterAreaId first;
  muster_county_level(county, MUSTER_AREA_COMMUNITY, &first, &counts->communities);
  for (MusterAreaId id = first; id < first + counts->communities; id++) {
    size_t grids = muster_county_area_children(county, id).count;
    if (grids > 1) counts->town_grids += grids;
    if (areas[id].kind == MUSTER_COMMUNITY_URBAN)
      counts->urban++;
    else
      counts->villages++;
    counts->residents += areas[id].residents;
  }
}

static Counts count_all(const MusterCounty *county) {
  Counts counts = {.townships = mt_county_count_level(county, MUSTER_AREA_TOWNSHIP),
                   .grids = mt_county_count_level(county, MUSTER_AREA_GRID),
                   .ways = muster_roads_way_count(muster_county_roads(county))};
  count_communities(county, &counts);
  muster_county_posts(county, &counts.posts);
  muster_county_stations(county, &counts.stations);
  muster_county_teams(county, &counts.teams);
  muster_county_volunteers(county, &counts.volunteers);
  muster_county_shifts(county, &counts.shifts);
  muster_county_equipment(county, &counts.equipment);
  return counts;
}

static void print_text(FILE *stream, const MusterCounty *county, const Counts *counts, const MusterDefects *defects) {
  size_t areas, count, notes;
  const MusterArea *area = muster_county_areas(county, &areas);
  if (areas > 0) fprintf(stream, "%s %" PRId64 "\n", area[0].name ? area[0].name : "", area[0].code);
  if (*muster_county_note(county)) fprintf(stream, "%s\n", muster_county_note(county));
  fprintf(stream, "sha256 %s\n\n", muster_county_sha256(county));
  fprintf(stream, "%10zu townships\n%10zu communities (%zu villages, %zu urban)\n", counts->townships,
          counts->communities, counts->villages, counts->urban);
  fprintf(stream, "%10zu grids, %zu of them in communities of several\n", counts->grids, counts->town_grids);
  fprintf(stream, "%10" PRIu64 " residents\n%10zu teams\n%10zu volunteers\n", counts->residents, counts->teams,
          counts->volunteers);
  fprintf(stream, "%10zu posts\n%10zu stations\n%10zu shifts\n%10zu kinds of equipment held\n%10zu roads\n\n",
          counts->posts, counts->stations, counts->shifts, counts->equipment, counts->ways);
  const char *const *note = muster_defects_notes(defects, &notes);
  for (size_t i = 0; i < notes; i++) fprintf(stream, "note: %s\n", note[i]);
  const MusterDefect *defect = muster_defects_list(defects, &count);
  for (size_t i = 0; i < count; i++)
    fprintf(stream, "%s: %s\n", muster_defect_kind_name(defect[i].kind), defect[i].text);
  if (count == 0) fputs("no defects\n", stream);
}

static json_t *list_defects(const MusterDefects *defects) {
  size_t count;
  const MusterDefect *defect = muster_defects_list(defects, &count);
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++)
    json_array_append_new(
        list, json_pack("{s:s, s:s}", "kind", muster_defect_kind_name(defect[i].kind), "text", defect[i].text));
  return list;
}

static json_t *list_notes(const MusterDefects *defects) {
  size_t count;
  const char *const *note = muster_defects_notes(defects, &count);
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) json_array_append_new(list, json_string(note[i]));
  return list;
}

static void print_json(FILE *stream, const MusterCounty *county, const Counts *counts, const MusterDefects *defects) {
  json_t *document = json_object();
  const struct {
    const char *name;
    uint64_t value;
  } numbers[] = {
      {"townships", counts->townships}, {"communities", counts->communities},
      {"grids", counts->grids},         {"town_grids", counts->town_grids},
      {"posts", counts->posts},         {"stations", counts->stations},
      {"teams", counts->teams},         {"volunteers", counts->volunteers},
      {"villages", counts->villages},   {"urban_communities", counts->urban},
      {"residents", counts->residents}, {"shifts", counts->shifts},
      {"equipment", counts->equipment}, {"roads", counts->ways},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
    json_object_set_new(document, numbers[i].name, json_integer((json_int_t)numbers[i].value));
  json_object_set_new(document, "sha256", json_string(muster_county_sha256(county)));
  json_object_set_new(document, "note", json_string(muster_county_note(county)));
  json_object_set_new(document, "notes", list_notes(defects));
  json_object_set_new(document, "defects", list_defects(defects));
  json_dumpf(document, stream, JSON_COMPACT);
  fputc('\n', stream);
  json_decref(document);
}

/* "7 defects (2 overlap, 5 unreachable)", kinds in the order of the enumeration. */
static int report_defects(const char *path, const MusterDefects *defects) {
  size_t count, of_kind[MUSTER_DEFECT_KIND_COUNT] = {0};
  const MusterDefect *defect = muster_defects_list(defects, &count);
  if (count == 0) return MT_DONE;
  for (size_t i = 0; i < count; i++) of_kind[defect[i].kind]++;
  g_autoptr(GString) kinds = g_string_new(NULL);
  for (unsigned kind = 0; kind < MUSTER_DEFECT_KIND_COUNT; kind++)
    if (of_kind[kind] > 0)
      g_string_append_printf(kinds, "%s%zu %s", kinds->len ? ", " : "", of_kind[kind],
                             muster_defect_kind_name((MusterDefectKind)kind));
  return mt_fail_text("%s: %zu defect%s (%s)", path, count, count == 1 ? "" : "s", kinds->str);
}

static int run(const mt_command *command, int argc, char **argv) {
  mt_common common;
  g_autoptr(GError) error = NULL;
  if (!mt_parse(command, NULL, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  int64_t start_us = g_get_monotonic_time();
  g_autoptr(MusterCounty) county = mt_county_open(argv[1], &error);
  if (!county) return mt_fail(&error);
  int64_t loaded_us = g_get_monotonic_time();
  g_autoptr(MusterDefects) defects = muster_county_check(county);
  int64_t done_us = g_get_monotonic_time();

  Counts counts = count_all(county);
  mt_output output;
  if (!mt_output_open(&output, NULL, &error)) return mt_fail(&error);
  if (common.json)
    print_json(output.stream, county, &counts, defects);
  else
    print_text(output.stream, county, &counts, defects);
  if (!mt_output_commit(&output, &error)) return mt_fail(&error);
  mt_print_timing(&common, loaded_us - start_us, done_us - loaded_us, counts.volunteers);
  return report_defects(argv[1], defects);
}

const mt_command mt_county_check = {
    "county check",
    "C.gpkg",
    "validate a county: print its counts and every defect",
    "Opens the county file and looks for polygons that are not valid, overlaps and gaps between grids, grids beyond "
    "the\n"
    "county's border, references that lead nowhere, teams without a captain, grids no team answers for, values out of\n"
    "their range, codes that do not fit their parents', volunteers who cannot get to the road network, posts and\n"
    "stations far off any road, and positions that look like another datum's.\n"
    "\n"
    "Defects are printed a line each, \"KIND: sentence\"; one line on stderr sums them up. The exit status is 1 if "
    "there\n"
    "is any. What could not be checked is said in a line \"note: …\".\n"
    "\n"
    "--json prints "
    "{\"townships\",\"communities\",\"grids\",\"town_grids\",\"posts\",\"stations\",\"teams\",\"volunteers\",\n"
    "\"villages\",\"urban_communities\",\"residents\",\"shifts\",\"equipment\",\"roads\",\"sha256\",\"note\",\"notes\","
    "\n"
    "\"defects\":[{\"kind\",\"text\"}]}; town_grids are the grids of communities that are divided into several.\n"
    "--timing: load is opening the county, work the check, items the volunteers.\n",
    run,
};
