/* The maps: grids coloured by compliance over the whole county, and the town's grids larger; as SVG.
 *
 * Plate carrée about the middle latitude, whose error over a county is far below a printed point.
 */
#include <math.h>
#include <string.h>

#include "sim/report.h"

enum { WIDTH = 560, WIDTH_OF_TWO = 360 }; /* alone, and beside another map */
static const double METRES_PER_DEGREE = 6371008.8 * G_PI / 180;
static const double MARGIN = 10;

typedef struct Map {
  GString *page;
  const MusterSimResult *result;
  MusterBox box;
  double scale, squeeze; /* units a degree of latitude; a degree of longitude in degrees of latitude */
  double width, height;
} Map;

static MusterBox empty_box(void) { return (MusterBox){INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN}; }

static void widen(MusterBox *box, const MusterPolygons *polygons) {
  size_t count = polygons->ring_count ? polygons->ring_first[polygons->ring_count] : 0;
  for (size_t i = 0; i < count; i++) {
    MusterPosition at = polygons->positions[i];
    box->min_lon_e7 = MIN(box->min_lon_e7, at.lon_e7);
    box->min_lat_e7 = MIN(box->min_lat_e7, at.lat_e7);
    box->max_lon_e7 = MAX(box->max_lon_e7, at.lon_e7);
    box->max_lat_e7 = MAX(box->max_lat_e7, at.lat_e7);
  }
}

static Map map_of(GString *page, const MusterSimResult *result, MusterBox box, double width) {
  Map map = {.page = page, .result = result, .box = box};
  double lon = (box.max_lon_e7 - (double)box.min_lon_e7) * 1e-7, lat = (box.max_lat_e7 - (double)box.min_lat_e7) * 1e-7;
  double middle = (box.max_lat_e7 + (double)box.min_lat_e7) / 2 * 1e-7;
  map.squeeze = cos(middle * G_PI / 180);
  map.width = width;
  /* A county much taller than wide is fitted by its height, so that heading, map and legend share a page. */
  double tall = lat / fmax(lon * map.squeeze, 1e-9);
  double inner = width - 2 * MARGIN;
  double tallest = width < WIDTH ? 1.3 : 1.15;
  map.scale = tall > tallest ? inner * tallest / lat : inner / fmax(lon * map.squeeze, 1e-9);
  map.height = fmax(lat * map.scale + 2 * MARGIN, 120);
  return map;
}

static void project(const Map *map, MusterPosition at, double *x, double *y) {
  double lon = (map->box.max_lon_e7 - (double)map->box.min_lon_e7) * 1e-7 * map->squeeze * map->scale;
  *x = (map->width - lon) / 2 + (at.lon_e7 - (double)map->box.min_lon_e7) * 1e-7 * map->squeeze * map->scale;
  *y = MARGIN + (map->box.max_lat_e7 - (double)at.lat_e7) * 1e-7 * map->scale;
}

static bool is_on(const Map *map, MusterPosition at) {
  return at.lon_e7 >= map->box.min_lon_e7 && at.lon_e7 <= map->box.max_lon_e7 && at.lat_e7 >= map->box.min_lat_e7 &&
         at.lat_e7 <= map->box.max_lat_e7;
}

/* A line whose points lie at least half a unit apart, the last one kept. */
static void add_line(const Map *map, const MusterPosition *positions, size_t count, bool closed) {
  double last_x = -1e9, last_y = -1e9;
  for (size_t i = 0; i < count; i++) {
    double x, y;
    project(map, positions[i], &x, &y);
    bool is_last = i + 1 == count;
    if (fabs(x - last_x) + fabs(y - last_y) < 0.6 && !(is_last && !closed)) continue;
    g_string_append(map->page, last_x < -1e8 ? "M" : "L");
    mi_page_point(map->page, x, y);
    last_x = x;
    last_y = y;
  }
  if (closed) g_string_append_c(map->page, 'Z');
}

static void add_polygons(const Map *map, const MusterPolygons *polygons) {
  for (uint32_t ring = 0; ring < polygons->ring_count; ring++)
    add_line(map, polygons->positions + polygons->ring_first[ring],
             polygons->ring_first[ring + 1] - polygons->ring_first[ring], true);
}

static void draw_grids(const Map *map) {
  const mi_ground *ground = map->result->ground;
  for (MusterAreaId grid = ground->first_grid; grid < ground->first_grid + ground->grid_count; grid++) {
    MusterPolygons polygons = muster_county_area_polygons(map->result->county, grid);
    MusterBox box = empty_box();
    widen(&box, &polygons);
    if (!polygons.ring_count || box.max_lon_e7 < map->box.min_lon_e7 || box.min_lon_e7 > map->box.max_lon_e7 ||
        box.max_lat_e7 < map->box.min_lat_e7 || box.min_lat_e7 > map->box.max_lat_e7)
      continue;
    double share = mi_tally_share(&map->result->by_area[grid], MUSTER_STAGE_ON_SCENE);
    g_string_append_printf(map->page, "<path class=\"grid %s\" d=\"", mi_share_class(share));
    add_polygons(map, &polygons);
    g_string_append(map->page, "\"/>\n");
  }
}

static bool is_major(const MusterWay *way) { return way->road_class <= MUSTER_ROAD_SECONDARY; }

static bool is_drawn(const MusterWay *way, bool detailed) {
  if (way->road_class == MUSTER_ROAD_FERRY) return false;
  return way->road_class <= (detailed ? MUSTER_ROAD_LIVING_STREET : MUSTER_ROAD_TERTIARY);
}

static void draw_roads(const Map *map, bool detailed, bool major) {
  const MusterRoads *roads = muster_county_roads(map->result->county);
  g_string_append_printf(map->page, "<path class=\"road%s\" d=\"", major ? " major" : "");
  for (size_t i = 0; i < muster_roads_way_count(roads); i++) {
    MusterWay way;
    const MusterPosition *positions;
    size_t count;
    muster_roads_way(roads, i, &way, NULL, &positions, &count);
    if (!is_drawn(&way, detailed) || is_major(&way) != major) continue;
    bool touches = false;
    for (size_t k = 0; k < count && !touches; k++) touches = is_on(map, positions[k]);
    if (touches) add_line(map, positions, count, false);
  }
  g_string_append(map->page, "\"/>\n");
}

static void draw_townships(const Map *map) {
  MusterAreaId first;
  size_t count;
  muster_county_level(map->result->county, MUSTER_AREA_TOWNSHIP, &first, &count);
  g_string_append(map->page, "<path class=\"township\" d=\"");
  for (size_t i = 0; i < count; i++) {
    MusterPolygons polygons = muster_county_area_polygons(map->result->county, first + (MusterAreaId)i);
    add_polygons(map, &polygons);
  }
  MusterPolygons whole = muster_county_area_polygons(map->result->county, 0);
  add_polygons(map, &whole);
  g_string_append(map->page, "\"/>\n");
}

static void draw_incidents(const Map *map, double radius) {
  const mi_outcome *first = &map->result->first;
  for (size_t i = 0; i < first->arrivals.count; i++) {
    if (first->incidents[i].ending == MI_ENDING_UNHEARD || !is_on(map, first->arrivals.list[i].position)) continue;
    double x, y;
    project(map, first->arrivals.list[i].position, &x, &y);
    g_string_append(map->page, "<circle class=\"incident\" cx=\"");
    mi_page_number(map->page, x, 1);
    g_string_append(map->page, "\" cy=\"");
    mi_page_number(map->page, y, 1);
    g_string_append(map->page, "\" r=\"");
    mi_page_number(map->page, radius, 1);
    g_string_append(map->page, "\"/>");
  }
  g_string_append_c(map->page, '\n');
}

static void draw_box(const Map *map, const char *class, double x, double y, double width, double height) {
  g_string_append_printf(map->page, "<rect class=\"%s\" x=\"", class);
  mi_page_number(map->page, x, 1);
  g_string_append(map->page, "\" y=\"");
  mi_page_number(map->page, y, 1);
  g_string_append(map->page, "\" width=\"");
  mi_page_number(map->page, width, 1);
  g_string_append(map->page, "\" height=\"");
  mi_page_number(map->page, height, 1);
  g_string_append(map->page, "\"/>\n");
}

static void draw_posts(const Map *map) {
  size_t count;
  const MusterPost *posts = muster_county_posts(map->result->county, &count);
  for (size_t i = 0; i < count; i++) {
    if (!is_on(map, posts[i].position)) continue;
    double x, y;
    project(map, posts[i].position, &x, &y);
    draw_box(map, "post", x - 2, y - 2, 4, 4);
  }
}

static void draw_course(const Map *map) {
  const mi_flood *flood = &map->result->first.arrivals.flood;
  if (!flood->course_count) return;
  g_string_append(map->page, "<path class=\"course\" marker-end=\"url(#arrow)\" d=\"");
  add_line(map, flood->course, flood->course_count, false);
  g_string_append(map->page, "\"/>\n");
}

static void draw_text(const Map *map, const char *class, double x, double y, const char *text) {
  g_string_append_printf(map->page, "<text class=\"%s\" x=\"", class);
  mi_page_number(map->page, x, 1);
  g_string_append(map->page, "\" y=\"");
  mi_page_number(map->page, y, 1);
  g_string_append(map->page, "\">");
  mi_page_text(map->page, text);
  g_string_append(map->page, "</text>\n");
}

static void draw_names(const Map *map, MusterAreaLevel level) {
  MusterAreaId first;
  size_t count;
  muster_county_level(map->result->county, level, &first, &count);
  const MusterArea *areas = muster_county_areas(map->result->county, NULL);
  for (size_t i = 0; i < count; i++) {
    const MusterArea *area = &areas[first + i];
    bool urban = level == MUSTER_AREA_TOWNSHIP || area->kind == MUSTER_COMMUNITY_URBAN;
    if (!urban || !is_on(map, area->seat)) continue;
    double x, y;
    project(map, area->seat, &x, &y);
    g_autofree char *name = mi_page_short_name(area->name);
    draw_text(map, "place", x, y - 4, name);
  }
}

/* The longest of 1, 2, 5 × 10ⁿ metres that fits in a quarter of the width. */
static void draw_scale(const Map *map) {
  double units_per_m = map->scale / METRES_PER_DEGREE, length_m = 1;
  static const double steps[] = {2, 2.5, 2};
  for (size_t i = 0; length_m * steps[i % 3] * units_per_m <= map->width / 4; i++) length_m *= steps[i % 3];
  double x = MARGIN + 4, y = map->height - MARGIN - 4, end = x + length_m * units_per_m;
  g_string_append(map->page, "<path class=\"scale\" d=\"M");
  mi_page_point(map->page, x, y - 4);
  g_string_append(map->page, "L");
  mi_page_point(map->page, x, y);
  g_string_append(map->page, "L");
  mi_page_point(map->page, end, y);
  g_string_append(map->page, "L");
  mi_page_point(map->page, end, y - 4);
  g_string_append(map->page, "\"/>\n");
  g_autofree char *label = length_m >= 1000 ? g_strdup_printf("%d km", (int)(length_m / 1000 + 0.5))
                                            : g_strdup_printf("%d m", (int)(length_m + 0.5));
  draw_text(map, "place", (x + end) / 2, y - 4, label);
  double north_x = map->width - MARGIN - 8, north_y = MARGIN + 30;
  g_string_append(map->page, "<path class=\"scale\" d=\"M");
  mi_page_point(map->page, north_x, north_y);
  g_string_append(map->page, "L");
  mi_page_point(map->page, north_x, north_y - 18);
  g_string_append(map->page, "m-4,7l4,-7l4,7\"/>\n");
  draw_text(map, "place", north_x, north_y - 21, "N");
}

static void open_map(const Map *map, const char *label) {
  g_string_append_printf(map->page, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n", (int)map->width,
                         (int)ceil(map->height), label);
  g_string_append(map->page,
                  "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"6\" refY=\"4\" markerWidth=\"5\" "
                  "markerHeight=\"5\" orient=\"auto\"><path d=\"M0,0L8,4L0,8Z\" fill=\"#1f5fa8\"/></marker>"
                  "<pattern id=\"none\" width=\"3\" height=\"3\" patternUnits=\"userSpaceOnUse\" "
                  "patternTransform=\"rotate(45)\"><path d=\"M0,0V3\" stroke=\"#b9bec4\" stroke-width=\".7\"/>"
                  "</pattern></defs>\n");
}

/* The box of the town: of the urban communities divided into several grids. False if there are none, or if they are
 * most of the county anyway. */
static bool find_town(const MusterSimResult *result, MusterBox county, MusterBox *town) {
  enum { GRIDS_OF_A_TOWN_COMMUNITY = 4 };
  const MusterArea *areas = muster_county_areas(result->county, NULL);
  const mi_ground *ground = result->ground;
  g_autofree uint32_t *grids_of = g_new0(uint32_t, result->area_count);
  for (size_t i = 0; i < ground->grid_count; i++) {
    const MusterArea *grid = &areas[ground->first_grid + i];
    if (grid->kind == MUSTER_COMMUNITY_URBAN && grid->parent != MUSTER_NONE) grids_of[grid->parent]++;
  }
  *town = empty_box();
  for (size_t i = 0; i < ground->grid_count; i++) {
    MusterAreaId grid = ground->first_grid + (MusterAreaId)i, community = areas[grid].parent;
    if (community == MUSTER_NONE || grids_of[community] < GRIDS_OF_A_TOWN_COMMUNITY) continue;
    MusterPolygons polygons = muster_county_area_polygons(result->county, grid);
    widen(town, &polygons);
  }
  if (town->min_lon_e7 > town->max_lon_e7) return false;
  double town_area = ((double)town->max_lon_e7 - town->min_lon_e7) * ((double)town->max_lat_e7 - town->min_lat_e7);
  double area = ((double)county.max_lon_e7 - county.min_lon_e7) * ((double)county.max_lat_e7 - county.min_lat_e7);
  return town_area < area / 4;
}

static void draw_frame(const Map *map, MusterBox box) {
  double left, top, right, bottom;
  project(map, (MusterPosition){box.min_lon_e7, box.max_lat_e7}, &left, &top);
  project(map, (MusterPosition){box.max_lon_e7, box.min_lat_e7}, &right, &bottom);
  draw_box(map, "frame", left, top, right - left, bottom - top);
}

static void draw_county(GString *page, const MusterSimResult *result, MusterBox box, const MusterBox *town) {
  Map map = map_of(page, result, box, town ? WIDTH_OF_TWO : WIDTH);
  open_map(&map, "Grids of the county by compliance");
  draw_grids(&map);
  draw_roads(&map, false, false);
  draw_roads(&map, false, true);
  draw_townships(&map);
  draw_course(&map);
  draw_incidents(&map, 0.7);
  draw_posts(&map);
  if (town) draw_frame(&map, *town);
  draw_names(&map, MUSTER_AREA_TOWNSHIP);
  draw_scale(&map);
  g_string_append(page, "</svg>\n");
}

static void draw_town(GString *page, const MusterSimResult *result, MusterBox box) {
  Map map = map_of(page, result, box, WIDTH_OF_TWO * 0.76);
  open_map(&map, "Grids of the town by compliance");
  draw_grids(&map);
  draw_roads(&map, true, false);
  draw_roads(&map, true, true);
  draw_incidents(&map, 1.2);
  draw_posts(&map);
  draw_names(&map, MUSTER_AREA_COMMUNITY);
  draw_scale(&map);
  g_string_append(page, "</svg>\n");
}

static void add_legend(GString *page, const MusterSimResult *result) {
  g_string_append(page, "<ul class=\"legend\">");
  for (int class = MI_SHARE_CLASSES - 1; class >= 0; class --) {
    g_string_append_printf(
        page, "<li><svg viewBox=\"0 0 16 10\"><rect class=\"grid c%d\" width=\"16\" height=\"10\"/></svg>", class);
    mi_page_number(page, mi_share_class_least[class] * 100, 0);
    if (class == MI_SHARE_CLASSES - 1) {
      g_string_append(page, "\u202f% or more</li>\n");
      continue;
    }
    g_string_append(page, " to ");
    mi_page_number(page, mi_share_class_least[class + 1] * 100, 0);
    g_string_append(page, "\u202f%</li>\n");
  }
  g_string_append(
      page,
      "<li><svg viewBox=\"0 0 16 10\"><rect class=\"grid cn\" width=\"16\" height=\"10\"/></svg>no incident</li>\n"
      "<li><svg viewBox=\"0 0 16 10\"><rect class=\"post\" x=\"5\" y=\"2\" width=\"6\" height=\"6\"/></svg>post "
      "岗</li>\n"
      "<li><svg viewBox=\"0 0 16 10\"><circle class=\"incident\" cx=\"8\" cy=\"5\" r=\"2\"/></svg>report of the "
      "first replication</li>\n");
  if (result->first.arrivals.flood.course_count)
    g_string_append(
        page,
        "<li><svg viewBox=\"0 0 16 10\"><path class=\"course\" d=\"M0,5L16,5\"/></svg>course of its flood</li>\n");
  g_string_append(page, "</ul>\n");
}

void mi_report_map(GString *page, const MusterSimResult *result) {
  MusterBox box = empty_box(), town;
  const mi_ground *ground = result->ground;
  for (MusterAreaId grid = ground->first_grid; grid < ground->first_grid + ground->grid_count; grid++) {
    MusterPolygons polygons = muster_county_area_polygons(result->county, grid);
    widen(&box, &polygons);
  }
  if (box.min_lon_e7 > box.max_lon_e7) return;
  bool has_town = find_town(result, box, &town);
  g_string_append_printf(page,
                         "<h2 class=\"sheet\">Where it is kept<span class=\"zh\">各网格达标情况</span></h2>\n"
                         "<p>Share of incidents with as many responders as needed on the scene within ten minutes, "
                         "by grid, all replications together.</p>\n<div class=\"%s\"><figure>\n",
                         has_town ? "maps" : "map");
  draw_county(page, result, box, has_town ? &town : NULL);
  g_string_append(page, "<figcaption>The county with its townships.</figcaption></figure>\n");
  if (has_town) {
    g_string_append(page, "<figure>\n");
    draw_town(page, result, town);
    g_string_append(page, "<figcaption>The town, framed on the left.</figcaption>\n");
    add_legend(page, result);
    g_string_append(page, "</figure>\n");
  }
  g_string_append(page, "</div>\n");
  if (!has_town) add_legend(page, result);
}
