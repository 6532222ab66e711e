/* What tags mean: one row an example, and the table of docs/travel-modes.md against the code's. */
#include <string.h>

#include "road/modes.h"
#include "road/osm_tags.h"
#include "support/support.h"

/* Fills tags from "key=value key=value"; the text is cut up. */
static void parse_tags(char *text, mi_osm_tags *tags) {
  *tags = (mi_osm_tags){0};
  for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
    char *equals = strchr(word, '=');
    *equals = '\0';
    mi_osm_key key = mi_osm_key_from_name(word);
    if (key != MI_OSM_KEY_COUNT) tags->value[key] = equals + 1;
  }
}

/* "fec/fc": modes by first letter (foot, e-bike, car) forward/backward; "-" none. */
static char *directions_text(const MusterWay *way) {
  GString *text = g_string_new(NULL);
  const uint8_t sets[] = {way->open_forward, way->open_backward};
  for (size_t i = 0; i < 2; i++) {
    if (i) g_string_append_c(text, '/');
    if (!sets[i]) g_string_append_c(text, '-');
    for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++)
      if (sets[i] & MUSTER_MODE_BIT(mode)) g_string_append_c(text, muster_mode_name((MusterMode)mode)[0]);
  }
  return g_string_free(text, FALSE);
}

static const struct {
  const char *tags, *open; /* NULL: no mode can travel it */
} ways[] = {
    /* classes */
    {"highway=residential", "fec/fec"},
    {"highway=motorway", "c/-"},
    {"highway=motorway_link", "c/-"},
    {"highway=motorway oneway=no", "c/c"},
    {"highway=trunk", "fec/fec"},
    {"highway=trunk motorroad=yes", "c/c"},
    {"highway=footway", "f/f"},
    {"highway=path", "fe/fe"},
    {"highway=cycleway", "fe/fe"},
    {"highway=steps", "f/f"},
    {"highway=steps bicycle=yes vehicle=yes", "f/f"},
    {"highway=platform", "f/f"},
    {"railway=platform", "f/f"},
    {"man_made=pier", "f/f"},
    {"highway=elevator", "f/f"},
    {"highway=construction construction=primary", NULL},
    {"highway=proposed", NULL},
    {"highway=ferry", NULL},
    {"highway=corridor indoor=yes", NULL},
    {"highway=footway indoor=yes", NULL},
    {"building=yes", NULL},
    {"route=ferry", "fe/fe"},
    {"route=ferry motor_vehicle=yes", "fec/fec"},
    {"route=bus", NULL},
    {"highway=track winter_road=yes", NULL},
    {"highway=pedestrian area=yes bicycle=yes", "f/f"},
    {"highway=service area=yes", "f/f"},
    /* access */
    {"highway=residential access=no", NULL},
    {"highway=residential access=private", "fec/fec"},
    {"highway=residential access=destination", "fec/fec"},
    {"highway=residential access=no foot=yes", "f/f"},
    {"highway=residential access=no vehicle=destination", "ec/ec"},
    {"highway=residential vehicle=no", "f/f"},
    {"highway=residential vehicle=no bicycle=yes", "fe/fe"},
    {"highway=residential motor_vehicle=no", "fe/fe"},
    {"highway=residential motor_vehicle=no motorcar=yes", "fec/fec"},
    {"highway=footway access=yes", "f/f"},
    {"highway=footway bicycle=designated", "fe/fe"},
    {"highway=footway bicycle=dismount", "f/f"},
    {"highway=pedestrian motor_vehicle=delivery", "fc/fc"},
    {"highway=track motor_vehicle=agricultural", "fe/fe"},
    {"highway=track motor_vehicle=forestry", "fe/fe"},
    {"highway=primary foot=no", "ec/ec"},
    {"highway=primary foot=use_sidepath bicycle=use_sidepath", "c/c"},
    {"highway=motorway foot=yes", "fc/f"},
    {"highway=residential access=unheard_of", "fec/fec"},
    {"highway=path sac_scale=hiking", "fe/fe"},
    {"highway=path sac_scale=demanding_alpine_hiking", NULL},
    {"highway=path sac_scale=alpine_hiking foot=yes", "f/f"},
    {"highway=track smoothness=impassable", "f/f"},
    /* directions */
    {"highway=residential oneway=yes", "fec/f"},
    {"highway=residential oneway=1", "fec/f"},
    {"highway=residential oneway=-1", "f/fec"},
    {"highway=residential oneway=no", "fec/fec"},
    {"highway=residential oneway=reversible", "f/f"},
    {"highway=residential oneway=alternating", "fec/fec"},
    {"highway=residential junction=roundabout", "fec/f"},
    {"highway=residential junction=circular", "fec/f"},
    {"highway=residential junction=roundabout oneway=no", "fec/fec"},
    {"highway=residential oneway=yes oneway:bicycle=no", "fec/fe"},
    {"highway=residential oneway:bicycle=yes", "fec/fc"},
    {"highway=residential oneway=yes cycleway=opposite", "fec/fe"},
    {"highway=residential oneway=yes cycleway=opposite_lane", "fec/fe"},
    {"highway=residential oneway=yes cycleway:left=opposite_track", "fec/fe"},
    {"highway=residential oneway=yes cycleway:left=lane cycleway:left:oneway=-1", "fec/fe"},
    {"highway=residential oneway=yes cycleway:right=lane cycleway:right:oneway=no", "fec/fe"},
    {"highway=residential oneway=yes cycleway:right=lane", "fec/f"},
    {"highway=residential oneway:motor_vehicle=yes", "fec/fe"},
    {"highway=residential oneway=yes bicycle:backward=yes", "fec/fe"},
    {"highway=residential motor_vehicle:backward=no", "fec/fe"},
    {"highway=residential vehicle:forward=no", "f/fec"},
    {"highway=footway oneway=yes", "f/f"},
    {"highway=footway oneway:foot=yes", "f/-"},
    {"highway=steps conveying=forward", "f/-"},
    {"highway=steps conveying=backward", "-/f"},
};

static void test_ways(void) {
  for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
    g_autofree char *text = g_strdup(ways[i].tags);
    mi_osm_tags tags;
    MusterWay way;
    parse_tags(text, &tags);
    bool open = mi_osm_way(&tags, &way);
    g_autofree char *found = open ? directions_text(&way) : NULL;
    if (g_strcmp0(found, ways[i].open) != 0) g_test_message("%s", ways[i].tags);
    g_assert_cmpstr(found, ==, ways[i].open);
  }
}

static const struct {
  const char *tags;
  unsigned closed;
} barriers[] = {
    {"highway=crossing", 0},
    {"barrier=bollard", MI_MODES_CAR},
    {"barrier=bollard motor_vehicle=yes", 0},
    {"barrier=bollard bicycle=no", MI_MODES_CAR | MI_MODES_EBIKE},
    {"barrier=gate", 0},
    {"barrier=gate access=private", 0},
    {"barrier=gate access=no", MI_MODES_ALL},
    {"barrier=gate access=no foot=yes bicycle=yes", MI_MODES_CAR},
    {"barrier=gate locked=yes", MI_MODES_ALL},
    {"barrier=gate locked=yes foot=yes", MI_MODES_CAR | MI_MODES_EBIKE},
    {"barrier=lift_gate vehicle=no", MI_MODES_CAR | MI_MODES_EBIKE},
    {"barrier=lift_gate", 0},
    {"barrier=block", MI_MODES_CAR},
    {"barrier=cycle_barrier", MI_MODES_CAR},
    {"barrier=stile", MI_MODES_CAR | MI_MODES_EBIKE},
    {"barrier=kissing_gate bicycle=yes", MI_MODES_CAR},
    {"barrier=wall", MI_MODES_ALL},
    {"barrier=kerb", 0},
    {"barrier=entrance", 0},
};

static void test_barriers(void) {
  for (size_t i = 0; i < G_N_ELEMENTS(barriers); i++) {
    g_autofree char *text = g_strdup(barriers[i].tags);
    mi_osm_tags tags;
    parse_tags(text, &tags);
    unsigned closed = mi_osm_barrier(&tags);
    if (closed != barriers[i].closed) g_test_message("%s", barriers[i].tags);
    g_assert_cmpuint(closed, ==, barriers[i].closed);
  }
}

static void test_values(void) {
  static const struct {
    const char *text;
    uint16_t kmh;
  } speeds[] = {{"50", 50},         {"30 mph", 48},   {"20mph", 32},     {"walk", 7},        {"none", 0},
                {"RO:urban", 50},   {"CN:rural", 90}, {"DE:zone30", 30}, {"AT:zone:30", 30}, {"FR:30", 30},
                {"DE:motorway", 0}, {"signals", 0},   {"", 0},           {"-5", 0},          {"1e99", 0},
                {"50;30", 50},      {"7.4", 7},       {"10 knots", 19},  {"nan", 0},         {"100000", 0},
                {"60 km/h", 60},    {"RO:", 0}};
  for (size_t i = 0; i < G_N_ELEMENTS(speeds); i++)
    g_assert_cmpuint(mi_osm_maxspeed_kmh(speeds[i].text), ==, speeds[i].kmh);
  g_assert_cmpuint(mi_osm_maxspeed_kmh(NULL), ==, 0);
  static const struct {
    const char *text;
    uint32_t s;
  } durations[] = {{"20", 1200},      {"00:20", 1200}, {"01:30", 5400}, {"00:00:45", 45}, {"PT20M", 1200},
                   {"PT1H30M", 5400}, {"PT90S", 90},   {"0", 0},        {"1:2:3:4", 0},   {"abc", 0},
                   {"PT", 0},         {"PT5X", 0},     {"99999999", 0}, {":", 0},         {"1:", 0}};
  for (size_t i = 0; i < G_N_ELEMENTS(durations); i++)
    g_assert_cmpuint(mi_osm_duration_s(durations[i].text), ==, durations[i].s);
  g_assert_cmpint(mi_osm_surface("asphalt", "grade5", NULL), ==, MUSTER_SURFACE_PAVED);
  g_assert_cmpint(mi_osm_surface(NULL, "grade2", NULL), ==, MUSTER_SURFACE_COMPACTED);
  g_assert_cmpint(mi_osm_surface("asphalt", NULL, "very_bad"), ==, MUSTER_SURFACE_ROUGH);
  g_assert_cmpint(mi_osm_surface("lava", NULL, "excellent"), ==, MUSTER_SURFACE_UNKNOWN);
}

/* "20": the speed in km/h of a way of the class; "(20)" where the mode is let in by a tag only. */
static void assert_speed_cell(const char *cell, MusterRoadClass road_class, MusterMode mode) {
  bool open = mi_class_open_modes(road_class) & MUSTER_MODE_BIT(mode);
  MusterWay way = {.road_class = (uint8_t)road_class, .open_forward = MI_MODES_ALL};
  g_autofree char *expected = g_strdup_printf(open ? "%g" : "(%g)", muster_way_speed_kmh(&way, mode));
  g_assert_cmpstr(cell, ==, expected);
}

static void assert_percent_cell(const char *cell, MusterSurface surface, MusterMode mode) {
  MusterWay way = {.road_class = MUSTER_ROAD_UNCLASSIFIED, .open_backward = MI_MODES_ALL};
  double plain = muster_way_speed_kmh(&way, mode);
  way.surface = (uint8_t)surface;
  g_autofree char *expected = g_strdup_printf("%.0f", 100 * muster_way_speed_kmh(&way, mode) / plain);
  g_assert_cmpstr(cell, ==, expected);
}

/* Every row of the page's tables says what the code does, and no row is missing. */
static void test_documented_table(void) {
  g_autofree char *path = test_source("../docs/travel-modes.md");
  g_autofree char *page = NULL;
  g_autoptr(GError) error = NULL;
  g_file_get_contents(path, &page, NULL, &error);
  g_assert_no_error(error);
  g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
  unsigned classes = 0, surfaces = 0;
  for (char **line = lines; *line; line++) {
    g_auto(GStrv) cells = g_strsplit(*line, "|", -1);
    if (g_strv_length(cells) < 6 || !strchr(*line, '`')) continue;
    for (char **cell = cells; *cell; cell++) g_strstrip(*cell);
    g_auto(GStrv) name = g_strsplit(cells[1], "`", -1);
    if (g_strv_length(name) != 3) continue;
    MusterRoadClass road_class;
    uint8_t surface;
    for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
      if (muster_road_class_from_name(name[1], &road_class))
        assert_speed_cell(cells[2 + mode], road_class, (MusterMode)mode);
      if (mi_surface_from_name(name[1], &surface))
        assert_percent_cell(cells[2 + mode], (MusterSurface)surface, (MusterMode)mode);
    }
    classes += muster_road_class_from_name(name[1], &road_class);
    surfaces += mi_surface_from_name(name[1], &surface);
  }
  g_assert_cmpuint(classes, ==, MUSTER_ROAD_CLASS_COUNT);
  g_assert_cmpuint(surfaces, ==, MUSTER_SURFACE_COUNT);
}

static void test_speeds(void) {
  MusterWay way = {.road_class = MUSTER_ROAD_PRIMARY, .open_forward = MI_MODES_CAR, .maxspeed_kmh = 30};
  g_assert_cmpfloat(muster_way_speed_kmh(&way, MUSTER_MODE_CAR), ==, 30);
  g_assert_cmpfloat(muster_way_speed_kmh(&way, MUSTER_MODE_FOOT), ==, 0);
  way.maxspeed_kmh = 120;
  g_assert_cmpfloat(muster_way_speed_kmh(&way, MUSTER_MODE_CAR), ==, 55);
  way.open_backward = MI_MODES_ALL;
  way.maxspeed_kmh = 3;
  g_assert_cmpfloat(muster_way_speed_kmh(&way, MUSTER_MODE_FOOT), ==, 5.04);
  g_assert_cmpfloat(muster_way_speed_kmh(&way, MUSTER_MODE_EBIKE), ==, 3);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/road/osm-tags/ways", test_ways);
  g_test_add_func("/road/osm-tags/barriers", test_barriers);
  g_test_add_func("/road/osm-tags/values", test_values);
  g_test_add_func("/road/modes/documented-table", test_documented_table);
  g_test_add_func("/road/modes/speeds", test_speeds);
  return g_test_run();
}
