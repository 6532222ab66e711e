/* The area tree from a GeoJSON feature collection (RFC 7946), read by jansson. jansson keeps no places of values: the
 * line and column of each feature come from a scan of the text (import_scan.c). */
#include <jansson.h>
#include <string.h>

#include "county/import_sheet.h"
#include "index/polygons.h"

struct mi_import_grid {
  int64_t parent_code;
  MusterBox box;
  mi_shape shape;
};

/* One feature being read. */
typedef struct feature {
  mi_import *import;
  json_t *properties, *geometry; /* borrowed; NULL: none */
  size_t number;                 /* from 1 */
  mi_text_place at;
  bool good;
  MusterArea area;
  mi_shape shape;
  bool has_seat;
} feature;

/* A reference that is checked later. */
typedef struct reference {
  int64_t code, target;
  uint8_t level;
  size_t number;
  mi_text_place at;
} reference;

static const mi_word level_words[] = {{"county|县|市|区", MUSTER_AREA_COUNTY},
                                      {"township|town|乡镇|镇|乡|街道", MUSTER_AREA_TOWNSHIP},
                                      {"community|village|社区|村", MUSTER_AREA_COMMUNITY},
                                      {"grid|网格", MUSTER_AREA_GRID},
                                      {0}};
static const mi_word kind_words[] = {
    {"village|村|行政村", MUSTER_COMMUNITY_VILLAGE}, {"urban|社区|居委会", MUSTER_COMMUNITY_URBAN}, {0}};

/* ---- defects ---- */

static void refuse(feature *in, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void refuse(feature *in, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  mi_import_defect(in->import, MI_SHEET_AREAS, in->at.line, in->at.column, "feature %zu: %s", in->number, text);
  in->good = false;
}

static const char *name_type(const json_t *value) {
  switch (json_typeof(value)) {
    case JSON_OBJECT:
      return "an object";
    case JSON_ARRAY:
      return "an array";
    case JSON_STRING:
      return "text";
    case JSON_INTEGER:
      return "a whole number";
    case JSON_REAL:
      return "a number with a decimal point or exponent";
    case JSON_NULL:
      return "null";
    default:
      return "true or false";
  }
}

/* ---- properties ---- */

/* The property of any of the names; JSON null counts as absent. */
static json_t *find_property(const feature *in, const char *names) {
  const char *key;
  json_t *value;
  json_object_foreach(in->properties, key, value) {
    if (mi_names_hold(names, key) && !json_is_null(value)) return value;
  }
  return NULL;
}

static char *first_name(const char *names) { return g_strndup(names, strcspn(names, "|")); }

/* A whole number, or one written as text (codes often are). `otherwise` if absent. */
static int64_t read_int(feature *in, const char *names, int64_t least, int64_t most, int64_t otherwise) {
  json_t *value = find_property(in, names);
  if (!value) return otherwise;
  g_autofree char *name = first_name(names);
  gint64 number = 0;
  const char *text = json_string_value(value);
  if (json_is_integer(value))
    number = json_integer_value(value);
  else if (text && mi_import_is_mangled(text))
    return refuse(in, "property \"%s\": \"%s\" is a number that a spreadsheet has cut short", name, text), otherwise;
  else if (!text || !*text || text[strspn(text, "0123456789")] ||
           !g_ascii_string_to_signed(text, 10, 0, INT64_MAX, &number, NULL)) {
    if (text)
      refuse(in, "property \"%s\": expected a whole number, found \"%.40s\"", name, text);
    else
      refuse(in, "property \"%s\": expected a whole number, found %s", name, name_type(value));
    return otherwise;
  }
  if (number >= least && number <= most) return number;
  refuse(in, "property \"%s\": expected %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", found %" G_GINT64_FORMAT, name,
         least, most, number);
  return otherwise;
}

/* One line of text; NULL if absent. */
static const char *read_text(feature *in, const char *names) {
  json_t *value = find_property(in, names);
  if (!value) return NULL;
  g_autofree char *name = first_name(names);
  const char *text = json_string_value(value);
  if (!text) {
    refuse(in, "property \"%s\": expected text, found %s", name, name_type(value));
    return NULL;
  }
  if (mi_import_is_one_line(text)) return text;
  refuse(in, "property \"%s\": holds a line break or another control character", name);
  return NULL;
}

static bool read_word(feature *in, const char *names, const mi_word *words, uint8_t *out) {
  const char *text = read_text(in, names);
  if (!text) return false;
  for (const mi_word *word = words; word->names; word++)
    if (mi_names_hold(word->names, text)) {
      *out = (uint8_t)word->value;
      return true;
    }
  g_autofree char *name = first_name(names);
  refuse(in, "property \"%s\": unknown word \"%.40s\"", name, text);
  return false;
}

static void check_private(feature *in) {
  static const char private_names[] =
      "phone|telephone|mobile|电话|手机|手机号|联系电话|leader|leader_name|负责人|姓名|网格员|身份证|身份证号";
  const char *key;
  json_t *value;
  json_object_foreach(in->properties, key, value) {
    if (mi_names_hold(private_names, key) && !json_is_null(value))
      refuse(
          in,
          "property \"%s\" holds personal data, which a county file never does; take it out and give an opaque contact "
          "id instead (property \"leader_contact\", 负责人联系编号)",
          key);
  }
}

static const char *read_contact(feature *in) {
  const char *text = read_text(in, "leader_contact|contact|负责人联系编号|联系编号");
  const char *private_number = text ? mi_import_private_number(text) : NULL;
  if (private_number)
    refuse(in, "property \"leader_contact\": looks like %s; expected an opaque contact id", private_number);
  else if (text && mi_import_is_mangled(text))
    refuse(in, "property \"leader_contact\": \"%s\" is a number that a spreadsheet has cut short", text);
  return text;
}

/* ---- geometry ---- */

static bool read_position(feature *in, const json_t *pair, MusterPosition *out) {
  const json_t *x = json_array_get(pair, 0), *y = json_array_get(pair, 1);
  if (!json_is_number(x) || !json_is_number(y)) {
    const char *found = json_is_array(pair) ? "an array without two numbers" : pair ? name_type(pair) : "nothing";
    refuse(in, "geometry: expected a position [longitude, latitude], found %s", found);
    return false;
  }
  g_autofree char *problem = NULL;
  bool second;
  if (mi_import_place(in->import, json_number_value(x), json_number_value(y), out, &problem, &second)) return true;
  refuse(in, "geometry: %s", problem);
  return false;
}

static bool read_ring(feature *in, const json_t *ring, size_t number) {
  size_t count = json_array_size(ring);
  if (count < 4) {
    refuse(in, "geometry: ring %zu has %zu positions, at least 4 are expected", number, count);
    return false;
  }
  uint32_t first = in->shape.position_count;
  for (size_t i = 0; i < count; i++) {
    MusterPosition position;
    if (!read_position(in, json_array_get(ring, i), &position)) return false;
    mi_shape_add_position(&in->shape, position);
  }
  MusterPosition a = in->shape.positions[first], b = in->shape.positions[in->shape.position_count - 1];
  if (a.lon_e7 != b.lon_e7 || a.lat_e7 != b.lat_e7) {
    refuse(in, "geometry: ring %zu is not closed; expected its last position to repeat the first", number);
    return false;
  }
  mi_shape_end_ring(&in->shape);
  return true;
}

static bool read_polygon(feature *in, const json_t *rings) {
  size_t count = json_array_size(rings);
  if (count == 0) {
    const char *found = json_is_array(rings) ? "an empty one" : rings ? name_type(rings) : "nothing";
    refuse(in, "geometry: expected an array of rings, found %s", found);
    return false;
  }
  for (size_t i = 0; i < count; i++)
    if (!read_ring(in, json_array_get(rings, i), i + 1)) return false;
  mi_shape_end_polygon(&in->shape);
  return true;
}

static bool read_polygons(feature *in, const json_t *coordinates, bool several) {
  if (!several) return read_polygon(in, coordinates);
  size_t count = json_array_size(coordinates);
  if (count == 0) refuse(in, "geometry: the MultiPolygon is empty");
  for (size_t i = 0; i < count; i++)
    if (!read_polygon(in, json_array_get(coordinates, i))) return false;
  return count > 0;
}

static void check_polygons(feature *in) {
  MusterPolygons polygons = mi_shape_polygons(&in->shape);
  g_autoptr(GError) error = NULL;
  if (!muster_polygons_check(&polygons, &error)) refuse(in, "geometry: %s", error->message);
}

static void read_geometry(feature *in) {
  mi_shape_reset(&in->shape, MI_SHAPE_POLYGONS);
  if (!in->geometry) return;
  const char *type = json_string_value(json_object_get(in->geometry, "type"));
  const json_t *coordinates = json_object_get(in->geometry, "coordinates");
  bool good = false;
  if (type && strcmp(type, "Point") == 0)
    in->has_seat = read_position(in, coordinates, &in->area.seat);
  else if (type && (strcmp(type, "Polygon") == 0 || strcmp(type, "MultiPolygon") == 0))
    good = read_polygons(in, coordinates, *type == 'M');
  else
    refuse(in, "geometry: expected a Polygon, MultiPolygon or Point, found %s", type ? type : "no type");
  if (good)
    check_polygons(in);
  else
    mi_shape_reset(&in->shape, MI_SHAPE_POLYGONS);
}

/* An office may stand outside; by itself the seat is a point inside. */
static void read_seat(feature *in) {
  json_t *x = find_property(in, "seat_lon|seat_x|驻地经度"), *y = find_property(in, "seat_lat|seat_y|驻地纬度");
  if (x || y) {
    json_t *pair = json_pack("[O?O?]", x, y);
    in->has_seat = read_position(in, pair, &in->area.seat);
    json_decref(pair);
    return;
  }
  MusterPolygons polygons = mi_shape_polygons(&in->shape);
  if (!in->has_seat && in->good && in->shape.polygon_count)
    in->has_seat = mi_polygons_inner_point(&polygons, &in->area.seat);
  if (!in->has_seat && in->good)
    refuse(in, "has no place; expected a Polygon, a Point, or the properties \"seat_lon\" and \"seat_lat\"");
}

/* ---- features ---- */

static MusterBox join_boxes(MusterBox a, MusterBox b) {
  return (MusterBox){MIN(a.min_lon_e7, b.min_lon_e7), MIN(a.min_lat_e7, b.min_lat_e7), MAX(a.max_lon_e7, b.max_lon_e7),
                     MAX(a.max_lat_e7, b.max_lat_e7)};
}

/* 12 digits: the last three of a residents' committee lie below 200, of a villagers' committee above (National Bureau
 * of Statistics, rules for the division codes). */
static uint8_t guess_kind(int64_t code) {
  return code >= INT64_C(100000000000) && code % 1000 < 200 ? MUSTER_COMMUNITY_URBAN : MUSTER_COMMUNITY_VILLAGE;
}

/* Official codes contain their parent's: 6 digits of the county, 9, 12, 15. */
static int64_t derive_parent(const MusterArea *area) {
  return area->level == MUSTER_AREA_COUNTY ? 0 : area->code / 1000;
}

static void read_properties(feature *in) {
  MusterArea *area = &in->area;
  bool levelled = read_word(in, "level|级别|层级", level_words, &area->level);
  if (!levelled) area->level = MUSTER_AREA_LEVEL_COUNT; /* what depends on it is not complained about */
  if (!levelled && in->good) refuse(in, "property \"level\" is missing; expected county, township, community or grid");
  area->code = read_int(in, "code|代码|编码|区划代码", 1, INT64_C(999999999999999), 0);
  if (!area->code && in->good) refuse(in, "property \"code\" is missing");
  area->parent_code =
      read_int(in, "parent|parent_code|上级代码|上级", 0, INT64_C(999999999999999), derive_parent(area));
  area->name = read_text(in, "name|名称");
  if (!area->name && in->good) refuse(in, "property \"name\" is missing");
  area->residents = (uint32_t)read_int(in, "residents|population|人口|居民数", 0, INT32_MAX, 0);
  area->duty_team = read_int(in, "duty_team|值守队伍|责任队伍", 0, INT64_MAX, 0);
  area->kind = guess_kind(area->level == MUSTER_AREA_GRID ? area->parent_code : area->code);
  read_word(in, "kind|类型", kind_words, &area->kind);
  area->leader_contact = read_contact(in);
}

static void note_area(feature *in, GArray *references) {
  const MusterArea *area = &in->area;
  const mi_known *first;
  if (area->code &&
      !mi_import_note(in->import->areas, area->code, (mi_known){MI_SHEET_AREAS, in->at.line, area->level}, &first))
    refuse(in, "property \"code\": %" G_GINT64_FORMAT " stands already in the feature of line %u", area->code,
           first->line);
  reference parent = {area->code, area->parent_code, area->level, in->number, in->at};
  bool has_parent = area->level != MUSTER_AREA_COUNTY && area->level != MUSTER_AREA_LEVEL_COUNT;
  if (area->code && has_parent) g_array_append_val(references, parent);
  reference duty = {area->code, area->duty_team, area->level, in->number, in->at};
  if (area->duty_team && area->level == MUSTER_AREA_GRID) g_array_append_val(in->import->duty_teams, duty);
}

static void keep_grid(feature *in, const MusterPolygons *polygons) {
  mi_import_grid *grid = g_new0(mi_import_grid, 1);
  grid->parent_code = in->area.parent_code;
  mi_shape_copy_polygons(&grid->shape, polygons);
  mi_polygons_box(polygons, &grid->box);
  g_ptr_array_add(in->import->grids, grid);
}

static void add_area(feature *in) {
  MusterPolygons polygons = mi_shape_polygons(&in->shape);
  muster_county_builder_add_area(in->import->builder, &in->area, in->shape.polygon_count ? &polygons : NULL);
  if (in->area.level == MUSTER_AREA_GRID) keep_grid(in, &polygons);
}

/* The county's box grows only after all features are read: the first one must not be the measure of the others. */
static void read_feature(feature *in, MusterBox *box, bool *boxed, GArray *references) {
  in->area = (MusterArea){0};
  in->has_seat = false;
  in->good = true;
  check_private(in);
  read_properties(in);
  read_geometry(in);
  if (in->area.level == MUSTER_AREA_GRID && in->good && in->shape.polygon_count == 0)
    refuse(in, "a grid needs a Polygon or MultiPolygon");
  read_seat(in);
  note_area(in, references);
  if (!in->good) {
    in->import->grid_refused |= in->area.level == MUSTER_AREA_GRID || in->area.level == MUSTER_AREA_LEVEL_COUNT;
    return;
  }
  MusterPolygons polygons = mi_shape_polygons(&in->shape);
  MusterBox own = {in->area.seat.lon_e7, in->area.seat.lat_e7, in->area.seat.lon_e7, in->area.seat.lat_e7};
  if (in->shape.polygon_count) mi_polygons_box(&polygons, &own);
  *box = *boxed ? join_boxes(*box, own) : own;
  *boxed = true;
  add_area(in);
}

static void read_features(mi_import *import, const json_t *list, const char *text, GArray *references) {
  g_autoptr(GArray) places = mi_import_find_features(text);
  feature in = {.import = import};
  MusterBox box = {0};
  bool boxed = false, known = places->len == json_array_size(list);
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *object = json_array_get(list, i);
    in.number = i + 1;
    in.at = known ? g_array_index(places, mi_text_place, i) : (mi_text_place){1, 1};
    in.properties = json_object_get(object, "properties");
    in.geometry = json_object_get(object, "geometry");
    if (!json_is_object(in.geometry)) in.geometry = NULL;
    if (json_is_object(in.properties))
      read_feature(&in, &box, &boxed, references);
    else
      refuse(&in, "expected a Feature with properties, found %s", name_type(object));
  }
  mi_shape_clear(&in.shape);
  import->box = box;
  import->has_box = boxed;
}

/* ---- the tree ---- */

static const char *name_level(unsigned level) {
  static const char *const names[] = {"county", "township", "community", "grid"};
  return names[level];
}

static void check_parents(mi_import *import, const GArray *references) {
  for (guint i = 0; i < references->len; i++) {
    const reference *child = &g_array_index(references, reference, i);
    feature in = {.import = import, .number = child->number, .at = child->at};
    const mi_known *parent = mi_import_find(import->areas, child->target);
    if (!parent)
      refuse(&in, "property \"parent\": there is no area with the code %" G_GINT64_FORMAT, child->target);
    else if (parent->detail + 1 != child->level && parent->detail != MUSTER_AREA_LEVEL_COUNT)
      refuse(&in, "property \"parent\": %" G_GINT64_FORMAT " is a %s; expected a %s above a %s", child->target,
             name_level(parent->detail), name_level(child->level - 1u), name_level(child->level));
  }
}

static void check_roots(mi_import *import) {
  guint counties = 0;
  GHashTableIter iterator;
  gpointer place;
  g_hash_table_iter_init(&iterator, import->areas);
  while (g_hash_table_iter_next(&iterator, NULL, &place)) counties += ((mi_known *)place)->detail == MUSTER_AREA_COUNTY;
  if (counties != 1)
    mi_import_defect(import, MI_SHEET_AREAS, 1, 1, "expected one feature of the level county, found %u", counties);
}

void mi_import_check_duty_teams(mi_import *import) {
  if (import->broken[MI_SHEET_TEAMS] || import->broken[MI_SHEET_VOLUNTEERS]) return;
  for (guint i = 0; i < import->duty_teams->len; i++) {
    const reference *duty = &g_array_index(import->duty_teams, reference, i);
    feature in = {.import = import, .number = duty->number, .at = duty->at};
    if (!mi_import_find(import->teams, duty->target))
      refuse(&in, "property \"duty_team\": there is no team with the id %" G_GINT64_FORMAT, duty->target);
  }
}

/* ---- the file ---- */

/* Before RFC 7946 a collection could name another system. */
static void check_system(mi_import *import, const json_t *root) {
  const char *name =
      json_string_value(json_object_get(json_object_get(json_object_get(root, "crs"), "properties"), "name"));
  bool plain = !name || strstr(name, "CRS84") || g_str_has_suffix(name, ":4326") || g_str_has_suffix(name, ":4490");
  if (!plain && !import->projection)
    mi_import_defect(import, MI_SHEET_AREAS, 1, 1,
                     "the file is in \"%s\"; name that system with the option for the "
                     "coordinate reference system, or export it in WGS 84",
                     name);
}

static json_t *parse(mi_import *import, const char *text, size_t size) {
  json_error_t error;
  json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
  if (!root) {
    mi_import_defect(import, MI_SHEET_AREAS, (size_t)MAX(error.line, 1), (size_t)MAX(error.column, 1),
                     "not valid JSON: %s", error.text);
    return NULL;
  }
  const char *type = json_string_value(json_object_get(root, "type"));
  if (type && strcmp(type, "FeatureCollection") == 0 && json_is_array(json_object_get(root, "features"))) return root;
  mi_import_defect(import, MI_SHEET_AREAS, 1, 1, "expected a GeoJSON FeatureCollection, found %s",
                   type ? type : name_type(root));
  json_decref(root);
  return NULL;
}

void mi_import_areas(mi_import *import) {
  size_t size;
  g_autofree char *text = mi_import_load(import, MI_SHEET_AREAS, &size);
  json_t *root = text ? parse(import, text, size) : NULL;
  import->broken[MI_SHEET_AREAS] = !root;
  if (!root) return;
  g_autoptr(GArray) references = g_array_new(FALSE, FALSE, sizeof(reference));
  check_system(import, root);
  read_features(import, json_object_get(root, "features"), text, references);
  check_roots(import);
  check_parents(import, references);
  json_decref(root);
}

int64_t mi_import_community_at(const mi_import *import, MusterPosition position) {
  for (guint i = 0; i < import->grids->len; i++) {
    const mi_import_grid *grid = import->grids->pdata[i];
    if (position.lon_e7 < grid->box.min_lon_e7 || position.lon_e7 > grid->box.max_lon_e7 ||
        position.lat_e7 < grid->box.min_lat_e7 || position.lat_e7 > grid->box.max_lat_e7)
      continue;
    MusterPolygons polygons = mi_shape_polygons(&grid->shape);
    if (muster_polygons_contain(&polygons, position)) return grid->parent_code;
  }
  return 0;
}

static void free_grid(gpointer data) {
  mi_import_grid *grid = data;
  mi_shape_clear(&grid->shape);
  g_free(grid);
}

void mi_import_begin_areas(mi_import *import) {
  import->duty_teams = g_array_new(FALSE, FALSE, sizeof(reference));
  import->grids = g_ptr_array_new_with_free_func(free_grid);
}

void mi_import_end_areas(mi_import *import) {
  g_array_unref(import->duty_teams);
  g_ptr_array_unref(import->grids);
}
