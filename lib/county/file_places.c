/* Layers "posts" and "stations" and the tables "post_areas", "shifts", "equipment" of a county file. */
#include "county/builder.h"
#include "county/file.h"
#include "county/names.h"

#define PLACE_SQL "id INTEGER NOT NULL UNIQUE, community_code INTEGER, name TEXT NOT NULL"
#define PLACE_COLUMNS "geom, id, community_code, name"
enum { GEOM, ID, COMMUNITY, NAME };

static const mi_layer posts_layer = {"posts", "Posts: staffed kiosks with shifts", PLACE_SQL, PLACE_COLUMNS, "POINT"};
static const mi_layer stations_layer = {"stations", "Service stations", PLACE_SQL, PLACE_COLUMNS, "POINT"};

static const mi_layer served_layer = {"post_areas", "Which communities each post serves",
                                      "post INTEGER NOT NULL, community_code INTEGER NOT NULL", "post, community_code",
                                      NULL};
enum { SERVED_POST, SERVED_COMMUNITY };

static const mi_layer shifts_layer = {
    "shifts", "Who is on duty at which post, on which days, from when to when",
    "post INTEGER NOT NULL, volunteer INTEGER NOT NULL, weekdays TEXT NOT NULL, start_time TEXT NOT NULL, "
    "end_time TEXT NOT NULL",
    "post, volunteer, weekdays, start_time, end_time", NULL};
enum { SHIFT_POST, SHIFT_VOLUNTEER, SHIFT_WEEKDAYS, SHIFT_START, SHIFT_END };

static const mi_layer equipment_layer = {"equipment", "What posts and stations hold",
                                         "holder INTEGER NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL",
                                         "holder, kind, count", NULL};
enum { EQUIPMENT_HOLDER, EQUIPMENT_KIND, EQUIPMENT_COUNT };

/* ---- writing ---- */

static bool write_places(mi_gpkg *gpkg, const mi_layer *layer, const MusterPost *places, size_t count, GError **error) {
  mi_gpkg_writer *writer = mi_layer_begin(gpkg, layer, error);
  if (!writer) return false;
  for (size_t i = 0; i < count; i++) {
    mi_gpkg_writer_point(writer, GEOM, places[i].position);
    mi_gpkg_writer_int(writer, ID, places[i].id);
    mi_layer_put_reference(writer, COMMUNITY, places[i].community_code);
    mi_gpkg_writer_text(writer, NAME, places[i].name);
    mi_gpkg_writer_row(writer);
  }
  return mi_layer_end(gpkg, layer, writer, error);
}

static bool write_served(mi_gpkg *gpkg, const MusterCounty *county, GError **error) {
  mi_gpkg_writer *writer = mi_layer_begin(gpkg, &served_layer, error);
  if (!writer) return false;
  for (size_t i = 0; i < county->post_area_count; i++) {
    mi_gpkg_writer_int(writer, SERVED_POST, county->post_areas[i].post);
    mi_gpkg_writer_int(writer, SERVED_COMMUNITY, county->post_areas[i].community_code);
    mi_gpkg_writer_row(writer);
  }
  return mi_layer_end(gpkg, &served_layer, writer, error);
}

static bool write_shifts(mi_gpkg *gpkg, const MusterCounty *county, GError **error) {
  mi_gpkg_writer *writer = mi_layer_begin(gpkg, &shifts_layer, error);
  if (!writer) return false;
  for (size_t i = 0; i < county->shift_count; i++) {
    const MusterShift *shift = &county->shifts[i];
    g_autofree char *weekdays = mi_weekdays_format(shift->weekdays);
    char start[MI_CLOCK_BYTES], end[MI_CLOCK_BYTES];
    mi_clock_format(shift->start_min, start);
    mi_clock_format(shift->end_min, end);
    mi_gpkg_writer_int(writer, SHIFT_POST, shift->post);
    mi_gpkg_writer_int(writer, SHIFT_VOLUNTEER, shift->volunteer);
    mi_gpkg_writer_text(writer, SHIFT_WEEKDAYS, weekdays);
    mi_gpkg_writer_text(writer, SHIFT_START, start);
    mi_gpkg_writer_text(writer, SHIFT_END, end);
    mi_gpkg_writer_row(writer);
  }
  return mi_layer_end(gpkg, &shifts_layer, writer, error);
}

static bool write_equipment(mi_gpkg *gpkg, const MusterCounty *county, GError **error) {
  mi_gpkg_writer *writer = mi_layer_begin(gpkg, &equipment_layer, error);
  if (!writer) return false;
  for (size_t i = 0; i < county->equipment_count; i++) {
    mi_gpkg_writer_int(writer, EQUIPMENT_HOLDER, county->equipment[i].holder);
    mi_gpkg_writer_text(writer, EQUIPMENT_KIND, county->equipment[i].kind);
    mi_gpkg_writer_int(writer, EQUIPMENT_COUNT, county->equipment[i].count);
    mi_gpkg_writer_row(writer);
  }
  return mi_layer_end(gpkg, &equipment_layer, writer, error);
}

bool mi_file_write_places(mi_gpkg *gpkg, const MusterCounty *county, GError **error) {
  return write_places(gpkg, &posts_layer, county->posts, county->post_count, error) &&
         write_places(gpkg, &stations_layer, county->stations, county->station_count, error) &&
         write_served(gpkg, county, error) && write_shifts(gpkg, county, error) && write_equipment(gpkg, county, error);
}

/* ---- reading ---- */

static bool read_places(mi_gpkg *gpkg, const mi_layer *layer, MusterCountyBuilder *builder,
                        void (*add)(MusterCountyBuilder *, const MusterPost *), GError **error) {
  mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, layer->table, layer->columns);
  while (mi_gpkg_reader_next(reader)) {
    MusterPost place = {
        .position = mi_gpkg_reader_point(reader, GEOM),
        .id = mi_gpkg_reader_int(reader, ID, INT64_MIN, INT64_MAX),
        .community_code = mi_layer_get_reference(reader, COMMUNITY),
        .name = mi_gpkg_reader_text_or_null(reader, NAME),
    };
    if (!mi_gpkg_reader_failed(reader)) add(builder, &place);
  }
  return mi_gpkg_reader_end(reader, error);
}

static bool read_served(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error) {
  mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, served_layer.table, served_layer.columns);
  while (mi_gpkg_reader_next(reader)) {
    int64_t post = mi_gpkg_reader_int(reader, SERVED_POST, INT64_MIN, INT64_MAX);
    int64_t community = mi_gpkg_reader_int(reader, SERVED_COMMUNITY, INT64_MIN, INT64_MAX);
    if (!mi_gpkg_reader_failed(reader)) muster_county_builder_add_post_area(builder, post, community);
  }
  return mi_gpkg_reader_end(reader, error);
}

static uint8_t read_weekdays(mi_gpkg_reader *reader) {
  g_autofree char *wrong = NULL;
  uint8_t weekdays = 0;
  if (!mi_weekdays_parse(mi_gpkg_reader_text(reader, SHIFT_WEEKDAYS), &weekdays, &wrong))
    mi_gpkg_reader_refuse(reader, "weekdays: expected words of mon, tue, wed, thu, fri, sat, sun, found \"%s\"", wrong);
  return weekdays;
}

static uint16_t read_clock(mi_gpkg_reader *reader, int column, const char *name) {
  const char *text = mi_gpkg_reader_text(reader, column);
  uint16_t minutes = 0;
  if (!mi_gpkg_reader_failed(reader) && !mi_clock_parse(text, &minutes))
    mi_gpkg_reader_refuse(reader, "%s: expected a time from 00:00 to 24:00, found \"%s\"", name, text);
  return minutes;
}

static bool read_shifts(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error) {
  mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, shifts_layer.table, shifts_layer.columns);
  while (mi_gpkg_reader_next(reader)) {
    MusterShift shift = {
        .post = mi_gpkg_reader_int(reader, SHIFT_POST, INT64_MIN, INT64_MAX),
        .volunteer = mi_gpkg_reader_int(reader, SHIFT_VOLUNTEER, INT64_MIN, INT64_MAX),
        .weekdays = read_weekdays(reader),
        .start_min = read_clock(reader, SHIFT_START, "start_time"),
        .end_min = read_clock(reader, SHIFT_END, "end_time"),
    };
    if (!mi_gpkg_reader_failed(reader)) muster_county_builder_add_shift(builder, &shift);
  }
  return mi_gpkg_reader_end(reader, error);
}

static bool read_equipment(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error) {
  mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, equipment_layer.table, equipment_layer.columns);
  while (mi_gpkg_reader_next(reader)) {
    MusterEquipment equipment = {
        .holder = mi_gpkg_reader_int(reader, EQUIPMENT_HOLDER, INT64_MIN, INT64_MAX),
        .kind = mi_gpkg_reader_text(reader, EQUIPMENT_KIND),
        .count = (uint32_t)mi_gpkg_reader_int(reader, EQUIPMENT_COUNT, 0, UINT32_MAX),
    };
    if (!mi_gpkg_reader_failed(reader)) muster_county_builder_add_equipment(builder, &equipment);
  }
  return mi_gpkg_reader_end(reader, error);
}

bool mi_file_read_places(mi_gpkg *gpkg, MusterCountyBuilder *builder, GError **error) {
  return read_places(gpkg, &posts_layer, builder, muster_county_builder_add_post, error) &&
         read_places(gpkg, &stations_layer, builder, muster_county_builder_add_station, error) &&
         read_served(gpkg, builder, error) && read_shifts(gpkg, builder, error) && read_equipment(gpkg, builder, error);
}
