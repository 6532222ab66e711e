/* The county file's roads: written in a fixed order, read strictly, so that a planner's edit in a GIS that cannot be
 * meant is refused with the feature's number. */
#include "road/county_roads.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/radix.h"
#include "road/modes.h"
#include "road/roads.h"

#define WAY_COLUMNS                                                                                                  \
  "way_id INTEGER, class TEXT NOT NULL, surface TEXT, open_forward TEXT, open_backward TEXT, maxspeed_kmh INTEGER, " \
  "ferry_s INTEGER, name TEXT, node_ids TEXT"
#define WAY_FIELDS "geom, way_id, class, surface, open_forward, open_backward, maxspeed_kmh, ferry_s, name, node_ids"
#define BARRIER_COLUMNS "node_id INTEGER, closed_modes TEXT NOT NULL"
#define BARRIER_FIELDS "geom, node_id, closed_modes"

/* ---- writing ---- */

static char *ids_text(const int64_t *ids, size_t count) {
  GString *text = g_string_sized_new(count * 12);
  for (size_t i = 0; i < count; i++) g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i ? " " : "", ids[i]);
  return g_string_free(text, FALSE);
}

static void write_way(mi_gpkg_writer *writer, const MusterRoads *roads, size_t index) {
  MusterWay way;
  const int64_t *ids;
  const MusterPosition *positions;
  size_t count;
  muster_roads_way(roads, index, &way, &ids, &positions, &count);
  if (count < 2) return;
  g_autofree char *forward = mi_modes_format(way.open_forward), *backward = mi_modes_format(way.open_backward);
  g_autofree char *nodes = ids_text(ids, count);
  mi_gpkg_writer_line(writer, 0, positions, count);
  mi_gpkg_writer_int(writer, 1, way.id);
  mi_gpkg_writer_text(writer, 2, muster_road_class_name((MusterRoadClass)way.road_class));
  mi_gpkg_writer_text(writer, 3, mi_surface_name((MusterSurface)way.surface));
  mi_gpkg_writer_text(writer, 4, forward);
  mi_gpkg_writer_text(writer, 5, backward);
  mi_gpkg_writer_int(writer, 6, way.maxspeed_kmh);
  mi_gpkg_writer_int(writer, 7, way.ferry_s);
  mi_gpkg_writer_text(writer, 8, way.name);
  mi_gpkg_writer_text(writer, 9, nodes);
  mi_gpkg_writer_row(writer);
}

static bool write_ways(mi_gpkg *gpkg, const MusterRoads *roads, const uint32_t *order, GError **error) {
  if (!mi_gpkg_add_layer(gpkg, "roads", "Ways and who may travel them", WAY_COLUMNS, "LINESTRING", error)) return false;
  mi_gpkg_writer *writer = mi_gpkg_writer_new(gpkg, "roads", WAY_FIELDS);
  for (size_t i = 0; i < muster_roads_way_count(roads); i++) write_way(writer, roads, order[i]);
  return mi_gpkg_writer_end(writer, error) && mi_gpkg_finish_layer(gpkg, "roads", error);
}

typedef struct place {
  int64_t node_id;
  MusterPosition position;
} place;

/* Nodes of the ways by ascending id, each with its position in the first way that passes it. */
static place *list_places(const MusterRoads *roads, const uint32_t *order, size_t *count) {
  GArray *keyed = g_array_new(FALSE, FALSE, sizeof(mi_keyed));
  GArray *positions = g_array_new(FALSE, FALSE, sizeof(MusterPosition));
  for (size_t i = 0; i < muster_roads_way_count(roads); i++) {
    const int64_t *ids;
    const MusterPosition *at;
    size_t nodes;
    muster_roads_way(roads, order[i], NULL, &ids, &at, &nodes);
    for (size_t j = 0; nodes >= 2 && j < nodes; j++) {
      mi_keyed item = {mi_radix_key_i64(ids[j]), positions->len};
      g_array_append_val(keyed, item);
      g_array_append_val(positions, at[j]);
    }
  }
  mi_keyed *items = (mi_keyed *)(void *)keyed->data;
  mi_radix_sort(items, keyed->len);
  place *places = g_new(place, keyed->len + 1);
  *count = 0;
  for (guint i = 0; i < keyed->len; i++)
    if (i == 0 || items[i].key != items[i - 1].key)
      places[(*count)++] = (place){(int64_t)mi_radix_key_i64((int64_t)items[i].key),
                                   g_array_index(positions, MusterPosition, items[i].value)};
  g_array_unref(keyed);
  g_array_unref(positions);
  return places;
}

static int compare_places(const void *a, const void *b) {
  const place *x = a, *y = b;
  return (x->node_id > y->node_id) - (x->node_id < y->node_id);
}

/* Barriers by ascending node, those of one node made one. */
static mi_keyed *list_barriers(const MusterRoads *roads, size_t *count) {
  size_t all = muster_roads_barrier_count(roads);
  mi_keyed *barriers = g_new(mi_keyed, all + 1);
  for (size_t i = 0; i < all; i++) {
    int64_t id;
    unsigned modes;
    muster_roads_barrier(roads, i, &id, &modes);
    barriers[i] = (mi_keyed){mi_radix_key_i64(id), modes};
  }
  mi_radix_sort(barriers, all);
  *count = 0;
  for (size_t i = 0; i < all; i++) {
    if (*count > 0 && barriers[*count - 1].key == barriers[i].key)
      barriers[*count - 1].value |= barriers[i].value;
    else
      barriers[(*count)++] = barriers[i];
  }
  return barriers;
}

static bool write_barriers(mi_gpkg *gpkg, const MusterRoads *roads, const uint32_t *order, GError **error) {
  if (!mi_gpkg_add_layer(gpkg, "barriers", "Points of roads that some cannot pass", BARRIER_COLUMNS, "POINT", error))
    return false;
  size_t place_count, barrier_count;
  g_autofree place *places = list_places(roads, order, &place_count);
  g_autofree mi_keyed *barriers = list_barriers(roads, &barrier_count);
  mi_gpkg_writer *writer = mi_gpkg_writer_new(gpkg, "barriers", BARRIER_FIELDS);
  for (size_t i = 0; i < barrier_count; i++) {
    place asked = {.node_id = (int64_t)mi_radix_key_i64((int64_t)barriers[i].key)};
    const place *found = place_count ? bsearch(&asked, places, place_count, sizeof asked, compare_places) : NULL;
    if (!found) continue;
    g_autofree char *modes = mi_modes_format(barriers[i].value);
    mi_gpkg_writer_point(writer, 0, found->position);
    mi_gpkg_writer_int(writer, 1, found->node_id);
    mi_gpkg_writer_text(writer, 2, modes);
    mi_gpkg_writer_row(writer);
  }
  return mi_gpkg_writer_end(writer, error) && mi_gpkg_finish_layer(gpkg, "barriers", error);
}

bool mi_roads_write_layers(mi_gpkg *gpkg, const MusterRoads *roads, GError **error) {
  g_autofree uint32_t *order = mi_roads_ways_in_order(roads);
  return write_ways(gpkg, roads, order, error) && write_barriers(gpkg, roads, order, error);
}

/* ---- reading ---- */

typedef struct reading {
  MusterRoads *roads;
  GArray *drawn;     /* drawn_way: they get their ids when all given ones are known */
  GHashTable *id_at; /* position's number → the lowest node id there */
} reading;

typedef struct drawn_way {
  MusterWay way; /* its name is owned */
  MusterPosition *line;
  size_t count;
} drawn_way;

static void clear_drawn(gpointer data) {
  drawn_way *drawn = data;
  union {
    const char *in;
    char *out;
  } name = {.in = drawn->way.name};
  g_free(name.out);
  g_free(drawn->line);
}

/* One number for each position on earth, below zero: the id of a vertex that has none of its own. */
static int64_t id_of_position(MusterPosition at) {
  return -1 - ((at.lon_e7 + INT64_C(1800000000)) * INT64_C(1800000001) + (at.lat_e7 + INT64_C(900000000)));
}

static void note_position(reading *r, MusterPosition at, int64_t id) {
  int64_t key = id_of_position(at);
  int64_t *known = g_hash_table_lookup(r->id_at, &key);
  if (known) {
    *known = MIN(*known, id);
    return;
  }
  int64_t *entry = g_new(int64_t, 2); /* the key and, behind it, the value */
  entry[0] = key;
  entry[1] = id;
  g_hash_table_insert(r->id_at, entry, entry + 1);
}

static int64_t find_id(const reading *r, MusterPosition at) {
  int64_t key = id_of_position(at);
  const int64_t *known = g_hash_table_lookup(r->id_at, &key);
  return known ? *known : key;
}

/* "1 2 3"; the count must be that of the line's vertices. */
static int64_t *read_ids(mi_gpkg_reader *reader, const char *text, size_t count) {
  g_autofree int64_t *ids = g_new(int64_t, count + 1);
  size_t found = 0;
  for (const char *at = text; *at;) {
    char *end;
    errno = 0;
    int64_t id = g_ascii_strtoll(at, &end, 10);
    bool whole = end != at && errno == 0 && (*end == ' ' || *end == '\0');
    if (!whole) {
      mi_gpkg_reader_refuse(reader, "node_ids: expected whole numbers with blanks between, found \"%.20s\"", at);
      return NULL;
    }
    if (found < count) ids[found] = id;
    found++;
    for (at = end; *at == ' ';) at++;
  }
  if (found == count) return g_steal_pointer(&ids);
  mi_gpkg_reader_refuse(reader,
                        "node_ids: expected one for each of the line's %zu vertices, found %zu; after an edit of the "
                        "line set it to NULL",
                        count, found);
  return NULL;
}

static unsigned read_modes(mi_gpkg_reader *reader, int column, const char *what, unsigned otherwise) {
  const char *text = mi_gpkg_reader_text_or_null(reader, column);
  if (!text) return otherwise;
  g_autofree char *wrong = NULL;
  uint8_t modes = 0;
  if (!mi_modes_parse(text, &modes, &wrong))
    mi_gpkg_reader_refuse(reader, "%s: expected foot, ebike and car with commas between, found \"%.20s\"", what, wrong);
  return modes;
}

static bool read_class(mi_gpkg_reader *reader, MusterWay *way) {
  const char *name = mi_gpkg_reader_text(reader, 2);
  MusterRoadClass road_class;
  if (mi_gpkg_reader_failed(reader)) return false;
  if (!muster_road_class_from_name(name, &road_class)) {
    mi_gpkg_reader_refuse(reader, "class: expected a class of road such as \"residential\", found \"%.40s\"", name);
    return false;
  }
  way->road_class = (uint8_t)road_class;
  const char *surface = mi_gpkg_reader_text_or_null(reader, 3);
  if (surface && !mi_surface_from_name(surface, &way->surface)) {
    mi_gpkg_reader_refuse(reader, "surface: expected unknown, paved, compacted, unpaved or rough, found \"%.40s\"",
                          surface);
    return false;
  }
  return true;
}

static void read_way(reading *r, mi_gpkg_reader *reader) {
  MusterWay way = {0};
  const mi_shape *line = mi_gpkg_reader_line(reader, 0);
  if (!read_class(reader, &way)) return;
  unsigned otherwise = mi_class_open_modes((MusterRoadClass)way.road_class);
  way.id = mi_gpkg_reader_int_or(reader, 1, INT64_MIN, INT64_MAX, -mi_gpkg_reader_fid(reader));
  way.open_forward = (uint8_t)read_modes(reader, 4, "open_forward", otherwise);
  way.open_backward = (uint8_t)read_modes(reader, 5, "open_backward", otherwise);
  way.maxspeed_kmh = (uint16_t)mi_gpkg_reader_int_or(reader, 6, 0, MI_ROADS_MAXSPEED_MAX_KMH, 0);
  way.ferry_s = (uint32_t)mi_gpkg_reader_int_or(reader, 7, 0, MI_ROADS_FERRY_MAX_S, 0);
  way.name = mi_gpkg_reader_text_or_null(reader, 8);
  const char *ids_text_or_null = mi_gpkg_reader_text_or_null(reader, 9);
  if (mi_gpkg_reader_failed(reader)) return;
  size_t count = line->position_count;
  if (!ids_text_or_null) {
    drawn_way drawn = {way, g_new(MusterPosition, count), count};
    drawn.way.name = g_strdup(way.name);
    memcpy(drawn.line, line->positions, count * sizeof *drawn.line);
    g_array_append_val(r->drawn, drawn);
    return;
  }
  g_autofree int64_t *ids = read_ids(reader, ids_text_or_null, count);
  if (!ids) return;
  for (size_t i = 0; i < count; i++) note_position(r, line->positions[i], ids[i]);
  muster_roads_add_way(r->roads, &way, ids, line->positions, count);
}

static bool read_ways(reading *r, mi_gpkg *gpkg, GError **error) {
  mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, "roads", WAY_FIELDS);
  while (mi_gpkg_reader_next(reader)) {
    read_way(r, reader);
    if (mi_gpkg_reader_failed(reader)) break;
  }
  if (!mi_gpkg_reader_end(reader, error)) return false;
  for (guint i = 0; i < r->drawn->len; i++) {
    const drawn_way *drawn = &g_array_index(r->drawn, drawn_way, i);
    g_autofree int64_t *ids = g_new(int64_t, drawn->count + 1);
    for (size_t j = 0; j < drawn->count; j++) ids[j] = find_id(r, drawn->line[j]);
    muster_roads_add_way(r->roads, &drawn->way, ids, drawn->line, drawn->count);
  }
  return true;
}

static bool read_barriers(reading *r, mi_gpkg *gpkg, GError **error) {
  if (!mi_gpkg_has_layer(gpkg, "barriers")) return true;
  mi_gpkg_reader *reader = mi_gpkg_reader_new(gpkg, "barriers", BARRIER_FIELDS);
  while (mi_gpkg_reader_next(reader)) {
    MusterPosition at = mi_gpkg_reader_point(reader, 0);
    int64_t node = mi_gpkg_reader_int_or(reader, 1, INT64_MIN, INT64_MAX, find_id(r, at));
    unsigned closed = read_modes(reader, 2, "closed_modes", 0);
    if (mi_gpkg_reader_failed(reader)) break;
    if (closed) muster_roads_add_barrier(r->roads, node, closed);
  }
  return mi_gpkg_reader_end(reader, error);
}

MusterRoads *mi_roads_read_layers(mi_gpkg *gpkg, GError **error) {
  g_autoptr(MusterRoads) roads = muster_roads_new();
  if (!mi_gpkg_has_layer(gpkg, "roads")) return g_steal_pointer(&roads);
  reading r = {.roads = roads, .drawn = g_array_new(FALSE, FALSE, sizeof(drawn_way))};
  r.id_at = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  g_array_set_clear_func(r.drawn, clear_drawn);
  bool done = read_ways(&r, gpkg, error) && read_barriers(&r, gpkg, error);
  g_array_unref(r.drawn);
  g_hash_table_unref(r.id_at);
  return done ? g_steal_pointer(&roads) : NULL;
}

MusterRoads *muster_roads_read_county(const char *path, GError **error) {
  GError *reason = NULL;
  g_autoptr(mi_gpkg) gpkg = mi_gpkg_open(path, &reason);
  MusterRoads *roads = gpkg ? mi_roads_read_layers(gpkg, &reason) : NULL;
  if (roads && muster_roads_way_count(roads) > 0) return roads;
  if (roads)
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_EMPTY,
                "%s: expected roads in its layer \"roads\", found none", path);
  else
    g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT, "%s", reason->message);
  muster_roads_free(roads);
  g_clear_error(&reason);
  return NULL;
}
