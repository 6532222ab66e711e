/* Coverage as a GeoPackage: a layer of grids, and a table of grids by hour. */
#include <math.h>

#include "base/output.h"
#include "geo/geopackage.h"
#include "plan/coverage.h"

/* Columns of both: the chances, with their prefix. */
#define CHANCES(prefix) \
  prefix "known REAL, " prefix "reached REAL, " prefix "on_scene REAL, " prefix "kept REAL, " prefix "mean_s REAL"
#define CHANCE_NAMES(prefix) prefix "known, " prefix "reached, " prefix "on_scene, " prefix "kept, " prefix "mean_s"
enum { CHANCE_COLUMNS = 5 };

static void put_number(mi_gpkg_writer *writer, int column, double value) {
  if (isnan(value))
    mi_gpkg_writer_null(writer, column);
  else
    mi_gpkg_writer_double(writer, column, value);
}

static int put_chance(mi_gpkg_writer *writer, int column, const MusterCoverageChance *chance) {
  const double values[CHANCE_COLUMNS] = {chance->known, chance->reached, chance->on_scene, chance->kept,
                                         chance->mean_s};
  for (int i = 0; i < CHANCE_COLUMNS; i++) put_number(writer, column++, values[i]);
  return column;
}

static void put_id(mi_gpkg_writer *writer, int column, const MusterPost *places, uint32_t place) {
  if (place == MUSTER_NONE)
    mi_gpkg_writer_null(writer, column);
  else
    mi_gpkg_writer_int(writer, column, places[place].id);
}

static void write_grid(const MusterCoverage *coverage, mi_gpkg_writer *writer, const MusterCoverageGrid *grid) {
  const MusterArea *area = &muster_county_areas(coverage->county, NULL)[grid->area];
  MusterPolygons polygons = muster_county_area_polygons(coverage->county, grid->area);
  int column = 0;
  mi_gpkg_writer_polygons(writer, column++, polygons.positions, polygons.ring_first, polygons.polygon_first,
                          polygons.polygon_count);
  mi_gpkg_writer_int(writer, column++, area->code);
  mi_gpkg_writer_text(writer, column++, area->name);
  put_number(writer, column++, grid->weight);
  column = put_chance(writer, column, &grid->all);
  column = put_chance(writer, column, &grid->day);
  column = put_chance(writer, column, &grid->night);
  mi_gpkg_writer_int(writer, column++, grid->worst_hour);
  put_number(writer, column++, grid->worst_kept);
  put_number(writer, column++, grid->shortfall);
  put_number(writer, column++, grid->gap);
  put_id(writer, column++, muster_county_posts(coverage->county, NULL), grid->post);
  put_number(writer, column++, grid->post_s);
  put_id(writer, column++, muster_county_stations(coverage->county, NULL), grid->station);
  put_number(writer, column++, grid->station_s);
  put_number(writer, column++, grid->circle_share);
  mi_gpkg_writer_int(writer, column++, grid->unreachable);
  put_number(writer, column++, grid->gain);
  mi_gpkg_writer_row(writer);
}

static bool write_grids(const MusterCoverage *coverage, mi_gpkg *gpkg, GError **error) {
  if (!mi_gpkg_add_layer(gpkg, "coverage", "How likely 1310 is kept, a grid each",
                         "code INTEGER NOT NULL UNIQUE, name TEXT NOT NULL, weight REAL NOT NULL, " CHANCES(
                             "") ", " CHANCES("day_") ", " CHANCES("night_") ", worst_hour INTEGER, worst_kept REAL, "
                                                                             "shortfall REAL, gap REAL, post INTEGER, "
                                                                             "post_s REAL, station INTEGER, station_s "
                                                                             "REAL, circle_share REAL, unreachable "
                                                                             "INTEGER, gain REAL",
                         "MULTIPOLYGON", error))
    return false;
  mi_gpkg_writer *writer = mi_gpkg_writer_new(
      gpkg, "coverage",
      "geom, code, name, weight, " CHANCE_NAMES("") ", " CHANCE_NAMES("day_") ", " CHANCE_NAMES(
          "night_") ", worst_hour, worst_kept, shortfall, gap, post, post_s, station, station_s, circle_share, "
                    "unreachable, gain");
  for (size_t i = 0; i < coverage->grid_count; i++) write_grid(coverage, writer, &coverage->grids[i]);
  return mi_gpkg_writer_end(writer, error) && mi_gpkg_finish_layer(gpkg, "coverage", error);
}

static bool write_hours(const MusterCoverage *coverage, mi_gpkg *gpkg, GError **error) {
  if (!mi_gpkg_add_layer(gpkg, "coverage_hours", "The same by hour of the day",
                         "code INTEGER NOT NULL, hour INTEGER NOT NULL, " CHANCES(""), NULL, error))
    return false;
  mi_gpkg_writer *writer = mi_gpkg_writer_new(gpkg, "coverage_hours", "code, hour, " CHANCE_NAMES(""));
  const MusterArea *areas = muster_county_areas(coverage->county, NULL);
  for (size_t i = 0; i < coverage->grid_count; i++) {
    const MusterCoverageChance *chance = muster_coverage_hours(coverage, i);
    for (uint32_t hour = 0; hour < MUSTER_COVERAGE_HOURS; hour++) {
      if (!(coverage->hours >> hour & 1)) continue;
      mi_gpkg_writer_int(writer, 0, areas[coverage->grids[i].area].code);
      mi_gpkg_writer_int(writer, 1, hour);
      put_chance(writer, 2, chance++);
      mi_gpkg_writer_row(writer);
    }
  }
  return mi_gpkg_writer_end(writer, error) && mi_gpkg_finish_layer(gpkg, "coverage_hours", error);
}

static bool write_file(const MusterCoverage *coverage, const char *temporary, const char *path, GError **error) {
  mi_gpkg *gpkg = mi_gpkg_create(temporary, path, error);
  if (!gpkg) return false;
  if (write_grids(coverage, gpkg, error) && write_hours(coverage, gpkg, error)) return mi_gpkg_finish(gpkg, error);
  mi_gpkg_free(gpkg);
  return false;
}

bool muster_coverage_save(const MusterCoverage *coverage, const char *path, GError **error) {
  g_autofree char *temporary = mi_output_temporary_name(path);
  GError *reason = NULL;
  if (write_file(coverage, temporary, path, &reason))
    return mi_output_commit(temporary, path, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPEN, error);
  mi_output_discard(temporary);
  g_set_error_literal(error, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPEN, reason->message);
  g_error_free(reason);
  return false;
}
