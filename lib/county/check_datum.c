/* Whether positions look like another datum's: people live and work along roads, so positions that come much nearer to
 * the roads when they are converted from GCJ-02 or BD-09 were given in it.
 *
 * A conversion is named only if all of this holds, so that chance and clusters do not raise an alarm:
 *   - it at least halves the median distance to the nearest road;
 *   - most places agree: of the cells of 0.01° (about a kilometre) in which the positions lie, at least three quarters
 *     come nearer for most of their positions, and by a sign test over cells not by chance (3.5 standard deviations,
 * which takes 13 cells that agree);
 *   - the direction matters: moving every position as far but turned by 90, 180 and 270 degrees fits clearly worse.
 * Posts, stations, the homes of volunteers and their work places are tested each by themselves, homes and work places
 * then township by township; a sample of at most SAMPLE_MOST of each.
 */
#include <math.h>
#include <stdlib.h>

#include "county/check.h"

enum { SAMPLE_MOST = 2000, PLACES_LEAST = 13, CELL_E7 = 100000 };
#define MEDIAN_SHARE 0.5
#define CONTROL_SHARE 0.67
#define CELL_SHARE 0.75
#define DEVIATIONS 3.5
#define SHIFT_LEAST_M 50.0

typedef struct Conversion {
  MusterDatum from, to;
  const char *finding, *advice;
} Conversion;

static const Conversion conversions[] = {
    {MUSTER_DATUM_GCJ02, MUSTER_DATUM_WGS84, "look like GCJ-02", "import with --datum gcj02"},
    {MUSTER_DATUM_BD09, MUSTER_DATUM_WGS84, "look like BD-09", "import with --datum bd09"},
    {MUSTER_DATUM_WGS84, MUSTER_DATUM_GCJ02, "fit the roads only as GCJ-02",
     "either they were converted once too often, or the roads are in GCJ-02"},
    {MUSTER_DATUM_WGS84, MUSTER_DATUM_BD09, "fit the roads only as BD-09",
     "either they were converted once too often, or the roads are in BD-09"},
};

/* Positions that came from one source, and how far each is from a road. */
typedef struct Group {
  MusterPosition *positions; /* distinct, by longitude and latitude */
  double *as_is_m, *converted_m, *sorted_m;
  MusterPosition *converted;
  size_t count;
  mi_road_finder *finder;
} Group;

static int compare_positions(const void *left, const void *right) {
  const MusterPosition *a = left, *b = right;
  if (a->lon_e7 != b->lon_e7) return a->lon_e7 < b->lon_e7 ? -1 : 1;
  return (a->lat_e7 > b->lat_e7) - (a->lat_e7 < b->lat_e7);
}

static int compare_doubles(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static double median_m(Group *group, const double *distances_m) {
  for (size_t i = 0; i < group->count; i++) group->sorted_m[i] = distances_m[i];
  qsort(group->sorted_m, group->count, sizeof(double), compare_doubles);
  return group->sorted_m[group->count / 2];
}

static void measure(Group *group, const MusterPosition *positions, double *out_m) {
  for (size_t i = 0; i < group->count; i++) out_m[i] = mi_road_finder_distance_m(group->finder, positions[i]);
}

/* Sorts, drops doubles, thins evenly to SAMPLE_MOST. */
static size_t thin(MusterPosition *positions, size_t count) {
  size_t distinct = 0;
  if (count == 0) return 0;
  qsort(positions, count, sizeof *positions, compare_positions);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || compare_positions(&positions[i], &positions[distinct - 1]) != 0) positions[distinct++] = positions[i];
  if (distinct <= SAMPLE_MOST) return distinct;
  for (size_t i = 0; i < SAMPLE_MOST; i++) positions[i] = positions[i * distinct / SAMPLE_MOST];
  return SAMPLE_MOST;
}

/* Takes the array over. */
static void init_group(Group *group, mi_road_finder *finder, GArray *positions) {
  group->finder = finder;
  group->count = thin((MusterPosition *)(void *)positions->data, positions->len);
  group->positions = (MusterPosition *)(void *)g_array_free(positions, FALSE);
  group->converted = g_new(MusterPosition, group->count);
  group->as_is_m = g_new(double, group->count);
  group->converted_m = g_new(double, group->count);
  group->sorted_m = g_new(double, group->count);
}

static void clear_group(Group *group) {
  g_free(group->positions);
  g_free(group->converted);
  g_free(group->as_is_m);
  g_free(group->converted_m);
  g_free(group->sorted_m);
}

/* converted[] gets the positions; false where the conversion moves next to nothing (outside China). */
static bool convert(Group *group, const Conversion *conversion) {
  for (size_t i = 0; i < group->count; i++) group->converted[i] = group->positions[i];
  muster_datum_convert(conversion->from, conversion->to, group->converted, group->count);
  size_t moved = 0;
  for (size_t i = 0; i < group->count; i++)
    moved += muster_distance_planar_m(group->positions[i], group->converted[i]) >= SHIFT_LEAST_M;
  return moved * 2 > group->count;
}

/* converted[] gets the positions moved as far as the conversion does, turned left by quarters of a circle. */
static void turn(Group *group, const Conversion *conversion, int quarters) {
  convert(group, conversion);
  for (size_t i = 0; i < group->count; i++) {
    MusterPosition at = group->positions[i];
    double scale = MAX(cos(at.lat_e7 * (G_PI / 1800000000.0)), 0.01);
    double east = (double)((int64_t)group->converted[i].lon_e7 - at.lon_e7) * scale;
    double north = (double)((int64_t)group->converted[i].lat_e7 - at.lat_e7);
    for (int q = 0; q < quarters; q++) {
      double kept = east;
      east = -north;
      north = kept;
    }
    MusterPosition turned;
    if (muster_position_from_degrees((at.lon_e7 + east / scale) / 1e7, (at.lat_e7 + north) / 1e7, &turned))
      group->converted[i] = turned;
  }
}

static double best_control_m(Group *group, const Conversion *conversion) {
  double best_m = INFINITY;
  g_autofree double *distances_m = g_new(double, group->count);
  for (int quarters = 1; quarters <= 3; quarters++) {
    turn(group, conversion, quarters);
    measure(group, group->converted, distances_m);
    best_m = MIN(best_m, median_m(group, distances_m));
  }
  return best_m;
}

typedef struct Vote {
  int32_t column, row;
  int nearer; /* 1: nearer after the conversion, −1: farther */
} Vote;

static int compare_votes(const void *left, const void *right) {
  const Vote *a = left, *b = right;
  if (a->column != b->column) return a->column < b->column ? -1 : 1;
  return (a->row > b->row) - (a->row < b->row);
}

/* Do the cells agree that the conversion brings positions nearer? */
static bool cells_agree(const Group *group) {
  g_autofree Vote *votes = g_new(Vote, group->count);
  for (size_t i = 0; i < group->count; i++)
    votes[i] = (Vote){group->positions[i].lon_e7 / CELL_E7, group->positions[i].lat_e7 / CELL_E7,
                      (group->converted_m[i] < group->as_is_m[i]) - (group->converted_m[i] > group->as_is_m[i])};
  qsort(votes, group->count, sizeof *votes, compare_votes);
  size_t nearer = 0, farther = 0;
  for (size_t i = 0; i < group->count;) {
    int balance = 0;
    size_t first = i;
    for (; i < group->count && compare_votes(&votes[i], &votes[first]) == 0; i++) balance += votes[i].nearer;
    nearer += balance > 0;
    farther += balance < 0;
  }
  double cells = (double)(nearer + farther);
  return cells > 0 && (double)nearer >= CELL_SHARE * cells &&
         (double)nearer - (double)farther >= DEVIATIONS * sqrt(cells);
}

/* The conversion that fits best by the median; NULL if none halves it. converted_m is its. */
static const Conversion *best_conversion(Group *group, double as_is_m, double *best_m) {
  const Conversion *best = NULL;
  *best_m = as_is_m * MEDIAN_SHARE;
  for (size_t i = 0; i < G_N_ELEMENTS(conversions); i++) {
    if (!convert(group, &conversions[i])) continue;
    measure(group, group->converted, group->converted_m);
    double median = median_m(group, group->converted_m);
    if (median >= *best_m) continue;
    *best_m = median;
    best = &conversions[i];
  }
  if (best) {
    convert(group, best);
    measure(group, group->converted, group->converted_m);
  }
  return best;
}

/* Adds the defect if there is one; takes the positions over. */
static bool check_group(mi_check *check, mi_road_finder *finder, const char *name, GArray *positions) {
  Group group;
  init_group(&group, finder, positions);
  bool found = false;
  if (group.count >= PLACES_LEAST) {
    double best_m;
    measure(&group, group.positions, group.as_is_m);
    double as_is_m = median_m(&group, group.as_is_m);
    const Conversion *best = best_conversion(&group, as_is_m, &best_m);
    found = best && cells_agree(&group) && best_m <= CONTROL_SHARE * best_control_m(&group, best);
    if (found)
      mi_check_add(check, MUSTER_DEFECT_DATUM,
                   "%s: positions %s (median distance to a road %.0f m, %.0f m after conversion): %s", name,
                   best->finding, as_is_m, best_m, best->advice);
  }
  clear_group(&group);
  return found;
}

/* The township of a volunteer's team, or MUSTER_NONE. */
static MusterAreaId township_of(const mi_check *check, const MusterVolunteer *volunteer) {
  if (volunteer->team_id == MUSTER_NONE) return MUSTER_NONE;
  MusterAreaId area = muster_county_teams(check->county, NULL)[volunteer->team_id].area;
  while (area != MUSTER_NONE && check->areas[area].level > MUSTER_AREA_TOWNSHIP) area = check->areas[area].parent;
  return area != MUSTER_NONE && check->areas[area].level == MUSTER_AREA_TOWNSHIP ? area : MUSTER_NONE;
}

/* Homes or work places of all volunteers, or of one township's. */
static GArray *volunteer_positions(const mi_check *check, bool work, MusterAreaId township) {
  GArray *positions = g_array_new(FALSE, FALSE, sizeof(MusterPosition));
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(check->county, &count);
  for (size_t i = 0; i < count; i++) {
    if (township != MUSTER_NONE && township_of(check, &volunteers[i]) != township) continue;
    if (!work)
      g_array_append_val(positions, volunteers[i].home);
    else if (volunteers[i].has_work)
      g_array_append_val(positions, volunteers[i].work);
  }
  return positions;
}

static GArray *place_positions(const MusterPost *places, size_t count) {
  GArray *positions = g_array_new(FALSE, FALSE, sizeof(MusterPosition));
  for (size_t i = 0; i < count; i++) g_array_append_val(positions, places[i].position);
  return positions;
}

static void check_townships(mi_check *check, mi_road_finder *finder, const char *who, bool work) {
  MusterAreaId first;
  size_t count;
  muster_county_level(check->county, MUSTER_AREA_TOWNSHIP, &first, &count);
  for (MusterAreaId township = first; township < first + count; township++) {
    g_autofree char *area = mi_check_area_name(check, township);
    g_autofree char *name = g_strdup_printf("%s of %s", who, area);
    check_group(check, finder, name, volunteer_positions(check, work, township));
  }
}

static void check_volunteers(mi_check *check, mi_road_finder *finder, const char *who, bool work) {
  if (!check_group(check, finder, who, volunteer_positions(check, work, MUSTER_NONE)))
    check_townships(check, finder, who, work);
}

void mi_check_datum(mi_check *check, mi_road_finder *finder) {
  size_t count;
  check_volunteers(check, finder, "volunteers", false);
  check_volunteers(check, finder, "work places of volunteers", true);
  const MusterPost *posts = muster_county_posts(check->county, &count);
  check_group(check, finder, "posts", place_positions(posts, count));
  const MusterStation *stations = muster_county_stations(check->county, &count);
  check_group(check, finder, "stations", place_positions(stations, count));
}
