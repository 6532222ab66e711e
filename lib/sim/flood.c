/* The course of a flood's front; see flood.h.
 *
 * A meandering line, as a river's, through the place with the most residents within the flood's width; direction,
 * meanders and their phase are drawn anew for each replication. Computation in the local plane about that place.
 */
#include "sim/flood.h"

#include <math.h>

enum { COURSE_POINTS = 200 };
static const uint64_t STREAM = UINT64_C(0x636f75727365) << 32; /* beside the streams of the other arrivals */

/* Along the course: s metres in its direction, t metres to its left. */
typedef struct Course {
  const mi_plane *plane;
  double east, north; /* unit vector of the direction */
  double from_m, to_m;
  double swing_m, wave_m, phase;
} Course;

static double lateral_of(const Course *course, double along_m) {
  return course->swing_m * (sin(2 * G_PI * along_m / course->wave_m + course->phase) - sin(course->phase));
}

static void to_course(const Course *course, MusterPosition position, double *along_m, double *lateral_m) {
  mi_spot spot = mi_plane_spot(course->plane, position);
  *along_m = spot.x * course->east + spot.y * course->north;
  *lateral_m = spot.y * course->east - spot.x * course->north;
}

static Course draw_course(const mi_ground *ground, uint64_t seed, uint32_t run) {
  mi_random random;
  mi_random_init(&random, seed, STREAM | run);
  double angle = 2 * G_PI * mi_random_unit(&random);
  Course course = {.plane = &ground->densest, .east = cos(angle), .north = sin(angle)};
  const MusterArea *areas = muster_county_areas(ground->county, NULL);
  course.from_m = INFINITY;
  course.to_m = -INFINITY;
  for (size_t i = 0; i < ground->grid_count; i++) {
    double along, lateral;
    to_course(&course, areas[ground->first_grid + i].seat, &along, &lateral);
    course.from_m = fmin(course.from_m, along);
    course.to_m = fmax(course.to_m, along);
  }
  double length = fmax(course.to_m - course.from_m, 1);
  course.swing_m = length * (0.03 + 0.05 * mi_random_unit(&random));
  course.wave_m = length * (0.4 + 0.4 * mi_random_unit(&random));
  course.phase = 2 * G_PI * mi_random_unit(&random);
  return course;
}

static void reach_grids(const mi_ground *ground, const MusterScenario *scenario, const Course *course, mi_flood *out) {
  const MusterArea *grids = muster_county_areas(ground->county, NULL) + ground->first_grid;
  double length = fmax(course->to_m - course->from_m, 1), sum = 0;
  out->ends = g_new(double, ground->grid_count);
  out->front_ms = g_new(int64_t, ground->grid_count);
  for (size_t i = 0; i < ground->grid_count; i++) {
    double along, lateral;
    to_course(course, grids[i].seat, &along, &lateral);
    double widths = (lateral - lateral_of(course, along)) / scenario->width_m;
    out->ends[i] = sum += ground->grids[i].weight * exp(-0.5 * widths * widths);
    double hours = scenario->flood_start_h + scenario->crossing_h * (along - course->from_m) / length;
    out->front_ms[i] = (int64_t)(hours * 3600000);
  }
}

void mi_flood_draw(const mi_ground *ground, const MusterScenario *scenario, uint64_t seed, uint32_t run,
                   mi_flood *out) {
  *out = (mi_flood){0};
  if (scenario->flood <= 0) return;
  Course course = draw_course(ground, seed, run);
  reach_grids(ground, scenario, &course, out);
  out->course_count = COURSE_POINTS;
  out->course = g_new(MusterPosition, COURSE_POINTS);
  for (size_t i = 0; i < COURSE_POINTS; i++) {
    double along = course.from_m + (course.to_m - course.from_m) * (double)i / (COURSE_POINTS - 1);
    double t = lateral_of(&course, along);
    mi_spot spot = {along * course.east - t * course.north, along * course.north + t * course.east};
    out->course[i] = mi_plane_position(course.plane, spot);
  }
}

void mi_flood_clear(mi_flood *flood) {
  g_free(flood->ends);
  g_free(flood->front_ms);
  g_free(flood->course);
  *flood = (mi_flood){0};
}
