/* Stands, demands and chances of a county; see staffing.h. */
#include <math.h>
#include <string.h>

#include "plan/coverage.h"
#include "plan/serving.h"
#include "plan/staffing.h"

struct MusterStaffingCase {
  MusterStaffingStand *stands;
  uint32_t *roles, *most;
  double *chances;
  size_t stand_count, demand_count;
};

typedef struct builder {
  const MusterStaffingCaseOptions *options;
  const MusterCoverageOptions *coverage;
  const MusterPost *places;
  size_t place_count;
  bool *near_road;  /* of each place */
  uint32_t *people; /* place × 16 kinds of roles */
  MusterPosition *doors;
  size_t door_count;
  uint32_t *best_ms; /* place × door: by the fastest mode */
  uint8_t *best_mode;
} builder;

static void clear(builder *b) {
  g_free(b->near_road);
  g_free(b->people);
  g_free(b->doors);
  g_free(b->best_ms);
  g_free(b->best_mode);
}

/* ---- people ---- */

static uint32_t roles_of(const builder *b, uint64_t skills) {
  uint32_t roles = 0;
  for (uint32_t k = 0; k < b->options->need_count; k++)
    if ((skills & b->options->skills[k]) == b->options->skills[k]) roles |= 1u << k;
  return roles;
}

enum { KINDS = 1 << MUSTER_ALERT_NEEDS_MAX };

static void count_people(builder *b) {
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(b->coverage->county, &count);
  const MusterTeam *teams = muster_county_teams(b->coverage->county, NULL);
  b->people = g_new0(uint32_t, b->place_count * KINDS);
  for (size_t i = 0; i < count; i++) {
    const MusterVolunteer *who = &volunteers[i];
    uint32_t roles = roles_of(b, who->skills);
    if (!who->approved || !roles || who->team_id == MUSTER_NONE) continue;
    uint32_t place =
        mi_serving_place(b->coverage->county, b->options->services, b->near_road, teams[who->team_id].area, who->home);
    if (place != MUSTER_NONE) b->people[place * KINDS + roles]++;
  }
}

/* ---- times ---- */

/* Of this mode, where that is faster than those before. */
static void take_times(builder *b, MusterMetric *metric) {
  MusterNetwork *network = muster_metric_network(metric);
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  g_autofree MusterRoadPoint *sources = g_new(MusterRoadPoint, b->place_count);
  g_autofree MusterRoadPoint *targets = g_new(MusterRoadPoint, b->door_count);
  g_autofree uint32_t *source_of = g_new(uint32_t, b->place_count), *target_of = g_new(uint32_t, b->door_count);
  size_t source_count = 0, target_count = 0;
  for (uint32_t i = 0; i < b->place_count; i++)
    if (muster_network_snap(network, b->places[i].position, MUSTER_SNAP_LIMIT_M, &sources[source_count], NULL))
      source_of[source_count++] = i;
  for (uint32_t i = 0; i < b->door_count; i++)
    if (muster_network_snap(network, b->doors[i], MUSTER_SNAP_LIMIT_M, &targets[target_count], NULL))
      target_of[target_count++] = i;
  g_autofree uint32_t *times = g_new(uint32_t, source_count * target_count + 1);
  g_autoptr(MusterSearch) search = muster_search_new(network);
  muster_search_set_metric(search, metric);
  muster_search_matrix(search, sources, source_count, targets, target_count, times);
  for (size_t i = 0; i < source_count; i++) {
    b->near_road[source_of[i]] = true;
    for (size_t j = 0; j < target_count; j++) {
      size_t cell = source_of[i] * b->door_count + target_of[j];
      if (times[i * target_count + j] >= b->best_ms[cell]) continue;
      b->best_ms[cell] = times[i * target_count + j];
      b->best_mode[cell] = (uint8_t)info.mode;
    }
  }
}

static void measure(builder *b) {
  size_t cells = b->place_count * b->door_count;
  b->near_road = g_new0(bool, b->place_count + 1);
  b->best_ms = g_new(uint32_t, cells + 1);
  b->best_mode = g_new0(uint8_t, cells + 1);
  for (size_t i = 0; i < cells; i++) b->best_ms[i] = MUSTER_UNREACHABLE_MS;
  for (size_t i = 0; i < b->coverage->metric_count; i++) take_times(b, b->coverage->metrics[i]);
}

/* ---- chances ---- */

static double chance_at(const builder *b, const mi_odds_set *odds, size_t place, size_t door, bool urban,
                        uint32_t hour) {
  size_t cell = place * b->door_count + door;
  MusterAlertConditions conditions = {.hour = hour, .weather = MUSTER_NONE, .kind = MUSTER_NONE};
  double metres = muster_distance_planar_m(b->places[place].position, b->doors[door]);
  MusterAlertPerson who = {.mode = (MusterMode)b->best_mode[cell], .distance_m = (uint32_t)lround(metres)};
  double p = b->options->acceptance >= 0 ? b->options->acceptance
                                         : muster_alert_model_acceptance(b->coverage->model, &conditions, &who);
  double high_share = urban ? b->coverage->high_rise_share : 0, sum = 0;
  for (int high = 0; high < 2; high++) {
    double share = high ? high_share : 1 - high_share;
    if (share <= 0) continue;
    mi_alerted_person person;
    mi_odds_tell(&odds->odds[odds->of_hour[high][hour]], p, b->best_ms[cell], &person, NULL);
    sum += share * person.both;
  }
  return sum;
}

/* The least over the hours; nobody is counted on who has too small a chance. */
static double least_chance(const builder *b, const mi_odds_set *odds, size_t place, size_t door, bool urban) {
  double least = 1;
  if (b->best_ms[place * b->door_count + door] == MUSTER_UNREACHABLE_MS) return 0;
  for (uint32_t hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++)
    if (b->coverage->hours >> hour & 1) least = fmin(least, chance_at(b, odds, place, door, urban, hour));
  return least < b->options->least_chance ? 0 : least;
}

static void fill_chances(const builder *b, MusterStaffingCase *out) {
  MusterAreaId first;
  muster_county_level(b->coverage->county, MUSTER_AREA_GRID, &first, NULL);
  const MusterArea *grids = muster_county_areas(b->coverage->county, NULL) + first;
  mi_odds_set odds;
  mi_odds_set_init(&odds, b->coverage);
  out->chances = g_new(double, out->demand_count * out->stand_count);
  for (size_t i = 0; i < out->demand_count; i++) {
    bool urban = grids[i / b->coverage->doors].kind == MUSTER_COMMUNITY_URBAN;
    double *row = out->chances + i * out->stand_count;
    for (size_t j = 0; j < out->stand_count; j++)
      row[j] = j > 0 && out->stands[j].place == out->stands[j - 1].place
                   ? row[j - 1]
                   : least_chance(b, &odds, out->stands[j].place, i, urban);
  }
  mi_odds_set_clear(&odds);
}

/* ---- the whole ---- */

static bool list_stands(const builder *b, MusterStaffingCase *out, GError **error) {
  out->stands = g_new(MusterStaffingStand, b->place_count * KINDS + 1);
  for (uint32_t i = 0; i < b->place_count; i++)
    for (uint32_t roles = 0; roles < KINDS; roles++)
      if (b->people[i * KINDS + roles])
        out->stands[out->stand_count++] =
            (MusterStaffingStand){i, roles, MIN(b->people[i * KINDS + roles], b->options->most)};
  if (out->stand_count == 0) {
    g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE,
                "expected a %s near a road with approved volunteers of its communities, found none of %zu",
                muster_services_name(b->options->services), b->place_count);
    return false;
  }
  out->roles = g_new(uint32_t, out->stand_count);
  out->most = g_new(uint32_t, out->stand_count);
  for (size_t j = 0; j < out->stand_count; j++) {
    out->roles[j] = out->stands[j].roles;
    out->most[j] = out->stands[j].most;
  }
  return true;
}

static bool check(const MusterStaffingCaseOptions *options, GError **error) {
  size_t grids;
  if (!mi_coverage_check(options->coverage, error)) return false;
  muster_county_level(options->coverage->county, MUSTER_AREA_GRID, NULL, &grids);
  bool is_one = options->services == MUSTER_SERVICES_POSTS || options->services == MUSTER_SERVICES_STATIONS;
  if (is_one && options->need_count >= 1 && options->need_count <= MUSTER_ALERT_NEEDS_MAX && options->acceptance <= 1 &&
      options->least_chance >= 0 && options->least_chance <= 1 && options->most >= 1 && options->most <= UINT16_MAX) {
    if (grids) return true;
    g_set_error_literal(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_INFEASIBLE,
                        "expected a county with grids, found none in it");
    return false;
  }
  g_set_error(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPTION,
              "expected posts or stations, 1 to %d needs, shares of at most 1 and 1 to %d people at a place, found %s, "
              "%zu, %g and %g, and %u",
              MUSTER_ALERT_NEEDS_MAX, UINT16_MAX, is_one ? "these" : "both", options->need_count, options->acceptance,
              options->least_chance, options->most);
  return false;
}

MusterStaffingCase *muster_staffing_case_new(const MusterStaffingCaseOptions *options, GError **error) {
  if (!check(options, error)) return NULL;
  const MusterCoverageOptions *coverage = options->coverage;
  builder b = {.options = options, .coverage = coverage};
  b.places = options->services == MUSTER_SERVICES_POSTS ? muster_county_posts(coverage->county, &b.place_count)
                                                        : muster_county_stations(coverage->county, &b.place_count);
  size_t grids;
  muster_county_level(coverage->county, MUSTER_AREA_GRID, NULL, &grids);
  b.doors = mi_coverage_doors(coverage->county, coverage->doors);
  b.door_count = grids * coverage->doors;
  g_autoptr(MusterStaffingCase) out = g_new0(MusterStaffingCase, 1);
  out->demand_count = b.door_count;
  measure(&b);
  count_people(&b);
  bool made = list_stands(&b, out, error);
  if (made) fill_chances(&b, out);
  clear(&b);
  return made ? g_steal_pointer(&out) : NULL;
}

void muster_staffing_case_free(MusterStaffingCase *staffing_case) {
  if (!staffing_case) return;
  g_free(staffing_case->stands);
  g_free(staffing_case->roles);
  g_free(staffing_case->most);
  g_free(staffing_case->chances);
  g_free(staffing_case);
}

MusterStaffingTable muster_staffing_case_table(const MusterStaffingCase *staffing_case) {
  return (MusterStaffingTable){staffing_case->chances, staffing_case->demand_count, staffing_case->stand_count,
                               staffing_case->roles, staffing_case->most};
}

const MusterStaffingStand *muster_staffing_case_stands(const MusterStaffingCase *staffing_case) {
  return staffing_case->stands;
}
