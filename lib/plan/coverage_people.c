/* Doors, people and contacts of a county at an hour; see coverage.h. */
#include <math.h>
#include <string.h>

#include "county/dwellings.h"
#include "engine/shifts.h"
#include "plan/coverage.h"

/* ---- doors ---- */

static MusterPosition between(MusterPosition a, MusterPosition b, double part) {
  return (MusterPosition){a.lon_e7 + (int32_t)lround(part * ((double)b.lon_e7 - a.lon_e7)),
                          a.lat_e7 + (int32_t)lround(part * ((double)b.lat_e7 - a.lat_e7))};
}

MusterPosition *mi_coverage_doors(const MusterCounty *county, uint32_t doors) {
  MusterAreaId first;
  size_t grids;
  muster_county_level(county, MUSTER_AREA_GRID, &first, &grids);
  const MusterArea *areas = muster_county_areas(county, NULL);
  mi_dwellings dwellings;
  mi_dwellings_init(&dwellings, county);
  MusterPosition *out = g_new(MusterPosition, grids * doors);
  for (uint32_t grid = 0; grid < grids; grid++) {
    double metres = mi_dwellings_metres(&dwellings, grid);
    for (uint32_t i = 0; i < doors; i++) {
      MusterPosition *door = &out[(size_t)grid * doors + i];
      *door = areas[first + grid].seat;
      if (metres <= 0) continue;
      double part;
      uint32_t street = mi_dwellings_street(&dwellings, grid, metres * (i + 0.5) / doors, &part);
      *door = between(dwellings.streets[street].a, dwellings.streets[street].b, part);
    }
  }
  mi_dwellings_clear(&dwellings);
  return out;
}

double *mi_coverage_weights(const MusterCounty *county) {
  MusterAreaId first;
  size_t grids, people;
  muster_county_level(county, MUSTER_AREA_GRID, &first, &grids);
  const MusterArea *areas = muster_county_areas(county, NULL) + first;
  const MusterVolunteer *volunteers = muster_county_volunteers(county, &people);
  double *weights = g_new(double, grids), sum = 0;
  for (size_t i = 0; i < grids; i++) sum += weights[i] = areas[i].residents;
  if (sum > 0) return weights;
  for (size_t i = 0; i < grids; i++) weights[i] = 1;
  for (size_t i = 0; i < people; i++) {
    MusterAreaId grid = muster_county_locate(county, volunteers[i].home);
    if (grid != MUSTER_NONE) weights[grid - first] += 1;
  }
  return weights;
}

/* ---- who stands where ---- */

void mi_standing_init(mi_standing *standing, const MusterCoverageOptions *options) {
  standing->count = 0;
  standing->fleets = g_new(MusterFleet *, options->metric_count);
  for (size_t i = 0; i < options->metric_count; i++) {
    standing->fleets[i] = muster_fleet_new(muster_metric_network(options->metrics[i]));
    muster_fleet_set_metric(standing->fleets[i], options->metrics[i]);
  }
}

void mi_standing_put(mi_standing *standing, const MusterCoverageOptions *options, uint32_t who, MusterPosition position,
                     unsigned modes, uint64_t skills) {
  bool stands = false;
  for (size_t i = 0; i < options->metric_count; i++) {
    MusterNetworkInfo info;
    MusterNetwork *network = muster_metric_network(options->metrics[i]);
    muster_network_info(network, &info);
    MusterRoadPoint place;
    if (!(modes & MUSTER_MODE_BIT(info.mode)) ||
        !muster_network_snap(network, position, MUSTER_SNAP_LIMIT_M, &place, NULL))
      continue;
    muster_fleet_put(standing->fleets[i], who, &place, skills);
    stands = true;
  }
  standing->count += stands;
}

void mi_standing_clear(mi_standing *standing, const MusterCoverageOptions *options) {
  for (size_t i = 0; standing->fleets && i < options->metric_count; i++) muster_fleet_free(standing->fleets[i]);
  g_free(standing->fleets);
  standing->fleets = NULL;
}

/* ---- hours ---- */

static bool is_working_hour(const MusterCoverageOptions *options, uint32_t hour) {
  return options->weekday < 5 && hour >= options->work_start_hour && hour < options->work_end_hour;
}

/* Of each volunteer in the middle of the hour; stays until the next question. */
static const MusterPostId *posts_at(mi_shifts *shifts, const MusterCoverageOptions *options, uint32_t hour) {
  int64_t at_ms = ((int64_t)options->weekday * 24 + hour) * 3600000 + 1800000;
  return shifts ? mi_shifts_posts_at(shifts, at_ms, 0, 1) : NULL;
}

static mi_shifts *follow_shifts(const MusterCoverageOptions *options) {
  return options->follow_shifts ? mi_shifts_new(options->county) : NULL;
}

size_t mi_coverage_split_hours(const MusterCoverageOptions *options, uint32_t out[MUSTER_COVERAGE_HOURS]) {
  size_t people, count = 0;
  muster_county_volunteers(options->county, &people);
  mi_shifts *shifts = follow_shifts(options);
  g_autofree MusterPostId *posts = g_new(MusterPostId, MUSTER_COVERAGE_HOURS * people + 1);
  uint32_t first_hour[MUSTER_COVERAGE_HOURS];
  for (uint32_t hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++) {
    if (!(options->hours >> hour & 1)) continue;
    const MusterPostId *here = posts_at(shifts, options, hour);
    MusterPostId *kept = posts + count * people;
    for (size_t i = 0; i < people; i++) kept[i] = here ? here[i] : MUSTER_NONE;
    size_t same = 0;
    while (same < count && (is_working_hour(options, hour) != is_working_hour(options, first_hour[same]) ||
                            (options->standby[hour] > 0) != (options->standby[first_hour[same]] > 0) ||
                            memcmp(posts + same * people, kept, people * sizeof *kept) != 0))
      same++;
    if (same == count) {
      first_hour[count] = hour;
      out[count++] = 0;
    }
    out[same] |= 1u << hour;
  }
  mi_shifts_free(shifts);
  return count;
}

static double least_standby(const MusterCoverageOptions *options, uint32_t hours) {
  double least = 1;
  for (uint32_t hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++)
    if (hours >> hour & 1) least = fmin(least, options->standby[hour]);
  return least;
}

void mi_coverage_place_people(mi_coverage_job *job) {
  const MusterCoverageOptions *options = job->options;
  uint32_t hour = (uint32_t)__builtin_ctz(job->hours);
  size_t people;
  const MusterVolunteer *volunteers = muster_county_volunteers(options->county, &people);
  const MusterPost *posts = muster_county_posts(options->county, NULL);
  mi_shifts *shifts = follow_shifts(options);
  const MusterPostId *post_of = posts_at(shifts, options, hour);
  double standby = least_standby(options, job->hours);
  mi_standing_init(&job->people, options);
  for (uint32_t i = 0; i < people; i++) {
    const MusterVolunteer *who = &volunteers[i];
    job->certain[i] = post_of && post_of[i] != MUSTER_NONE;
    bool at_work = who->has_work && is_working_hour(options, hour);
    job->places[i] = job->certain[i] ? posts[post_of[i]].position : at_work ? who->work : who->home;
    if (who->approved && (who->skills & options->skills) == options->skills && (standby > 0 || job->certain[i]))
      mi_standing_put(&job->people, options, i, job->places[i], who->modes, 0);
  }
  mi_shifts_free(shifts);
  job->nearest = standby > 0 ? mi_alerted_reach(options->alerts, standby, MI_COVERAGE_SURE, job->people.count)
                             : MIN(options->alerts, job->people.count);
}

/* ---- contacts ---- */

/* As the engine makes the card: somebody of captain and deputies of the duty team who is on stand-by, else a leader
 * above. */
double mi_coverage_contact(const MusterCoverageOptions *options, MusterAreaId grid, uint32_t hour) {
  const MusterCounty *county = options->county;
  const MusterArea *areas = muster_county_areas(county, NULL);
  for (MusterAreaId above = areas[grid].parent; above != MUSTER_NONE; above = areas[above].parent)
    if (areas[above].leader_contact) return 1;
  if (areas[grid].duty_team_id == MUSTER_NONE) return 0;
  const MusterVolunteer *volunteers = muster_county_volunteers(county, NULL);
  MusterSpan32 team = muster_county_team_volunteers(county, areas[grid].duty_team_id);
  double nobody = 1;
  for (size_t i = 0; i < team.count && volunteers[team.data[i]].role <= MUSTER_ROLE_DEPUTY; i++)
    if (volunteers[team.data[i]].approved && volunteers[team.data[i]].contact) nobody *= 1 - options->standby[hour];
  return 1 - nobody;
}
