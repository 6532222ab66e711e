/* Layers "county", "townships", "communities", "grids" of a county file, and the table "grid_adjacency", which is
 * derived: written for planners, never read. */
#include "county/builder.h"
#include "county/file.h"
#include "index/polygons.h"

#define SQL_BEFORE "code INTEGER NOT NULL UNIQUE, name TEXT NOT NULL, residents INTEGER, seat_lon REAL, seat_lat REAL, "
#define COLUMNS_BEFORE "geom, code, name, residents, seat_lon, seat_lat, "

static const mi_layer layers[MUSTER_AREA_LEVEL_COUNT] = {
    {"county", "The county", SQL_BEFORE "leader_contact TEXT", COLUMNS_BEFORE "leader_contact", "MULTIPOLYGON"},
    {"townships", "Townships of the county", SQL_BEFORE "parent_code INTEGER, leader_contact TEXT",
     COLUMNS_BEFORE "parent_code, leader_contact", "MULTIPOLYGON"},
    {"communities", "Villages and urban communities", SQL_BEFORE "parent_code INTEGER, kind TEXT, leader_contact TEXT",
     COLUMNS_BEFORE "parent_code, kind, leader_contact", "MULTIPOLYGON"},
    {"grids", "Grids: the unit that the 1310 promise is made in",
     SQL_BEFORE "parent_code INTEGER, kind TEXT, duty_team INTEGER", COLUMNS_BEFORE "parent_code, kind, duty_team",
     "MULTIPOLYGON"},
};

/* What is read, the same numbers on every level; what a level has not reads as NULL. */
enum { GEOM, CODE, NAME, RESIDENTS, SEAT_LON, SEAT_LAT, PARENT, KIND, LEADER, DUTY_TEAM };

static const char *const read_columns[MUSTER_AREA_LEVEL_COUNT] = {
    COLUMNS_BEFORE "parent_code?, kind?, leader_contact, duty_team?",
    COLUMNS_BEFORE "parent_code, kind?, leader_contact, duty_team?",
    COLUMNS_BEFORE "parent_code, kind, leader_contact, duty_team?",
    COLUMNS_BEFORE "parent_code, kind, leader_contact?, duty_team",
};

static void write_area(mi_gpkg_writer *writer, const MusterCounty *county, MusterAreaId id) {
  const MusterArea *area = &county->areas[id];
  MusterPolygons polygons = muster_county_area_polygons(county, id);
  if (polygons.polygon_count)
    mi_gpkg_writer_polygons(writer, GEOM, polygons.positions, polygons.ring_first, polygons.polygon_first,
                            polygons.polygon_count);
  else
    mi_gpkg_writer_null(writer, GEOM);
  mi_gpkg_writer_int(writer, CODE, area->code);
  mi_gpkg_writer_text(writer, NAME, area->name);
  mi_gpkg_writer_int(writer, RESIDENTS, area->residents);
  mi_layer_put_degrees(writer, SEAT_LON, area->seat);
  int column = PARENT;
  if (area->level > MUSTER_AREA_COUNTY) mi_layer_put_reference(writer, column++, area->parent_code);
  if (area->level >= MUSTER_AREA_COMMUNITY)
    mi_gpkg_writer_text(writer, column++, muster_community_kind_name((MusterCommunityKind)area->kind));
  if (area->level == MUSTER_AREA_GRID)
    mi_layer_put_reference(writer, column, area->duty_team);
  else
    mi_gpkg_writer_text(writer, column, area->leader_contact);
  mi_gpkg_writer_row(writer);
}

static bool write_level(mi_gpkg *gpkg, const MusterCounty *county, MusterAreaLevel level, GError **error) {
  mi_gpkg_writer *writer = mi_layer_begin(gpkg, &layers[level], error);
  if (!writer) return false;
  for (MusterAreaId id = county->level_first[level]; id < county->level_first[level + 1]; id++)
    write_area(writer, county, id);
  return mi_layer_end(gpkg, &layers[level], writer, error);
}

static const mi_layer adjacency_layer = {
    "grid_adjacency", "Grids that share a border (derived from the layer grids, not read)",
    "grid_a INTEGER NOT NULL, grid_b INTEGER NOT NULL, border_m INTEGER NOT NULL", "grid_a, grid_b, border_m", NULL};

static bool write_adjacency(mi_gpkg *gpkg, const MusterCounty *county, GError **error) {
  mi_gpkg_writer *writer = mi_layer_begin(gpkg, &adjacency_layer, error);
  if (!writer) return false;
  for (size_t i = 0; i < county->adjacency_count; i++) {
    const MusterAdjacency *pair = &county->adjacency[i];
    mi_gpkg_writer_int(writer, 0, county->areas[pair->a].code);
    mi_gpkg_writer_int(writer, 1, county->areas[pair->b].code);
    mi_gpkg_writer_int(writer, 2, pair->border_m);
    mi_gpkg_writer_row(writer);
  }
  return mi_layer_end(gpkg, &adjacency_layer, writer, error);
}

bool mi_file_write_areas(mi_gpkg *gpkg, const MusterCounty *county, GError **error) {
  for (unsigned level = 0; level < MUSTER_AREA_LEVEL_COUNT; level++)
    if (!write_level(gpkg, county, (MusterAreaLevel)level, error)) return false;
  return write_adjacency(gpkg, county, error);
}

static uint8_t read_kind(mi_gpkg_reader *reader) {
  const char *text = mi_gpkg_reader_text_or_null(reader, KIND);
  MusterCommunityKind kind = MUSTER_COMMUNITY_VILLAGE;
  if (text && !muster_community_kind_from_name(text, &kind))
    mi_gpkg_reader_refuse(reader, "kind: expected \"village\" or \"urban\", found \"%s\"", text);
  return (uint8_t)kind;
}

/* A planner who draws a new area need not set its seat. */
static MusterPosition read_seat(mi_gpkg_reader *reader, const MusterPolygons *polygons) {
  MusterPosition seat = {0};
  if (mi_layer_get_degrees(reader, SEAT_LON, "seat", &seat) || mi_gpkg_reader_failed(reader)) return seat;
  if (polygons->polygon_count == 0 || !mi_polygons_inner_point(polygons, &seat))
    mi_gpkg_reader_refuse(reader, "seat_lon, seat_lat: expected degrees, as there is no polygon to put the seat in");
  return seat;
}

static void read_area(mi_gpkg_reader *reader, MusterAreaLevel level, MusterCountyBuilder *builder) {
  MusterPolygons polygons = {0};
  if (!mi_gpkg_reader_is_null(reader, GEOM)) polygons = mi_shape_polygons(mi_gpkg_reader_polygons(reader, GEOM));
  MusterArea area = {
      .code = mi_gpkg_reader_int(reader, CODE, 1, INT64_MAX),
      .name = mi_gpkg_reader_text_or_null(reader, NAME),
      .level = (uint8_t)level,
      .residents = (uint32_t)mi_gpkg_reader_int_or(reader, RESIDENTS, 0, UINT32_MAX, 0),
      .parent_code = mi_layer_get_reference(reader, PARENT),
      .kind = read_kind(reader),
      .leader_contact = mi_gpkg_reader_text_or_null(reader, LEADER),
      .duty_team = mi_layer_get_reference(reader, DUTY_TEAM),
  };
  if (mi_gpkg_reader_failed(reader)) return;
  area.seat = read_seat(reader, &polygons);
  if (!mi_gpkg_reader_failed(reader)) muster_county_builder_add_area(builder, &area, &polygons);
}

bool mi_file_read_areas(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error) {
  for (unsigned level = 0; level < MUSTER_AREA_LEVEL_COUNT; level++) {
    mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, layers[level].table, read_columns[level]);
    while (mi_gpkg_reader_next(reader)) read_area(reader, (MusterAreaLevel)level, builder);
    if (!mi_gpkg_reader_end(reader, error)) return false;
  }
  return true;
}
