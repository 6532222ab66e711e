/* The OSM PBF reader side by side with osmium-tool on every real extract: counts, bounding box, and the roads
 * themselves with ids, positions and meaning, from osmium's text form (OPL). Skipped where osmium is not installed. */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "road/osm_pbf.h"
#include "road/osm_tags.h"
#include "support/support.h"

static const char *const extracts[] = {"osm/andorra.osm.pbf", "osm/liechtenstein.osm.pbf", "osm/monaco-osrm.osm.pbf",
                                       "osm/porto-alegre/poa.osm.pbf"};

static char *run_osmium(const char *const *arguments) {
  g_autofree char *program = g_find_program_in_path("osmium");
  if (!program) {
    g_test_skip("osmium is not installed");
    return NULL;
  }
  g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(words, g_strdup(program));
  for (; *arguments; arguments++) g_ptr_array_add(words, g_strdup(*arguments));
  g_ptr_array_add(words, NULL);
  char *text = NULL;
  int status = 0;
  g_autoptr(GError) error = NULL;
  g_spawn_sync(NULL, (char **)words->pdata, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &text, NULL, &status, &error);
  g_assert_no_error(error);
  g_assert_cmpint(status, ==, 0);
  return text;
}

/* All members of relations, by osmium's text form. */
static uint64_t count_members(const char *path) {
  const char *const arguments[] = {"cat", "--no-progress", "-t", "relation", "-f", "opl,add_metadata=none", path, NULL};
  g_autofree char *text = run_osmium(arguments);
  uint64_t count = 0;
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line; line++) {
    const char *members = strstr(*line, " M");
    if (members)
      for (; *members; members++) count += *members == '@';
  }
  return count;
}

static void test_counts(gconstpointer data) {
  g_autofree char *path = test_data(data);
  if (!path) return;
  const char *const arguments[] = {"fileinfo", "--no-progress", "-e", "-j", path, NULL};
  g_autofree char *text = run_osmium(arguments);
  if (!text) return;
  json_t *info = json_loads(text, 0, NULL);
  json_t *content = json_object_get(info, "data");
  json_t *count = json_object_get(content, "count"), *box = json_object_get(content, "bbox");
  g_auto(mi_pbf_file) file;
  mi_osm_counts counts;
  g_autoptr(GError) error = NULL;
  g_assert_true(mi_pbf_file_open(&file, path, &error));
  g_assert_true(mi_osm_count(&file, &counts, &error));
  g_assert_cmpuint(counts.nodes, ==, (uint64_t)json_integer_value(json_object_get(count, "nodes")));
  g_assert_cmpuint(counts.ways, ==, (uint64_t)json_integer_value(json_object_get(count, "ways")));
  g_assert_cmpuint(counts.relations, ==, (uint64_t)json_integer_value(json_object_get(count, "relations")));
  g_assert_cmpuint(counts.members, ==, count_members(path));
  const int32_t corners[] = {counts.box.min_lon_e7, counts.box.min_lat_e7, counts.box.max_lon_e7,
                             counts.box.max_lat_e7};
  for (size_t i = 0; i < 4; i++)
    g_assert_cmpint(llround(json_number_value(json_array_get(box, i)) * 1e7), ==, corners[i]);
  json_decref(info);
}

/* ---- the text form ---- */

/* "%20%" stands for a blank: hexadecimal code points between percent signs. */
static char *unescape(const char *text) {
  GString *out = g_string_new(NULL);
  while (*text) {
    if (*text != '%') {
      g_string_append_c(out, *text++);
      continue;
    }
    char *end;
    g_string_append_unichar(out, (gunichar)g_ascii_strtoull(text + 1, &end, 16));
    text = *end == '%' ? end + 1 : end;
  }
  return g_string_free(out, FALSE);
}

/* The field that begins with the letter; "" if there is none. */
static const char *field(char **fields, char letter) {
  for (; *fields; fields++)
    if (**fields == letter) return *fields + 1;
  return "";
}

static void read_tags(char **fields, mi_osm_tags *tags, GPtrArray *memory) {
  *tags = (mi_osm_tags){0};
  g_auto(GStrv) pairs = g_strsplit(field(fields, 'T'), ",", -1);
  for (char **pair = pairs; *pair && **pair; pair++) {
    char *equals = strchr(*pair, '=');
    *equals = '\0';
    g_autofree char *key = unescape(*pair);
    mi_osm_key meaning = mi_osm_key_from_name(key);
    if (meaning == MI_OSM_KEY_COUNT) continue;
    char *value = unescape(equals + 1);
    g_ptr_array_add(memory, value);
    tags->value[meaning] = value;
  }
}

typedef struct opl {
  GHashTable *nodes;    /* id → MusterPosition */
  GHashTable *barriers; /* id → closed modes, of all nodes */
  GHashTable *passed;   /* ids of nodes that roads pass */
  const MusterRoads *roads;
  GHashTable *ways; /* ids of ways that are roads */
  size_t checked;   /* of the roads' ways */
  GPtrArray *turns; /* restrictions as texts */
} opl;

static int64_t *new_id(int64_t id) { return g_memdup2(&id, sizeof id); }

static void read_node(opl *o, char **fields, GPtrArray *memory) {
  int64_t id = g_ascii_strtoll(fields[0] + 1, NULL, 10);
  MusterPosition at;
  mi_osm_tags tags;
  if (!muster_position_from_degrees(g_ascii_strtod(field(fields, 'x'), NULL), g_ascii_strtod(field(fields, 'y'), NULL),
                                    &at))
    g_assert_not_reached();
  g_hash_table_insert(o->nodes, new_id(id), g_memdup2(&at, sizeof at));
  read_tags(fields, &tags, memory);
  unsigned closed = mi_osm_barrier(&tags);
  if (closed) g_hash_table_insert(o->barriers, new_id(id), GUINT_TO_POINTER(closed));
}

static void check_stretch(opl *o, const MusterWay *expected, const GArray *ids) {
  if (ids->len < 2) return;
  MusterWay way;
  const int64_t *found;
  const MusterPosition *positions;
  size_t count;
  g_assert_cmpuint(o->checked, <, muster_roads_way_count(o->roads));
  muster_roads_way(o->roads, o->checked++, &way, &found, &positions, &count);
  g_assert_cmpint(way.id, ==, expected->id);
  g_assert_cmpuint(way.road_class, ==, expected->road_class);
  g_assert_cmpuint(way.surface, ==, expected->surface);
  g_assert_cmpuint(way.open_forward, ==, expected->open_forward);
  g_assert_cmpuint(way.open_backward, ==, expected->open_backward);
  g_assert_cmpuint(way.maxspeed_kmh, ==, expected->maxspeed_kmh);
  g_assert_cmpstr(way.name, ==, expected->name);
  g_assert_cmpmem(found, count * sizeof *found, ids->data, ids->len * sizeof(int64_t));
  for (size_t i = 0; i < count; i++) {
    const MusterPosition *at = g_hash_table_lookup(o->nodes, &found[i]);
    g_assert_cmpint(at->lon_e7, ==, positions[i].lon_e7);
    g_assert_cmpint(at->lat_e7, ==, positions[i].lat_e7);
    g_hash_table_add(o->passed, new_id(found[i]));
  }
}

static void check_way(opl *o, char **fields, GPtrArray *memory) {
  mi_osm_tags tags;
  MusterWay way;
  read_tags(fields, &tags, memory);
  if (!mi_osm_way(&tags, &way)) return;
  way.id = g_ascii_strtoll(fields[0] + 1, NULL, 10);
  g_hash_table_add(o->ways, new_id(way.id));
  g_auto(GStrv) refs = g_strsplit(field(fields, 'N'), ",", -1);
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
  for (char **ref = refs; *ref && **ref; ref++) {
    int64_t id = g_ascii_strtoll(*ref + 1, NULL, 10);
    if (g_hash_table_contains(o->nodes, &id)) {
      g_array_append_val(ids, id);
      continue;
    }
    check_stretch(o, &way, ids);
    g_array_set_size(ids, 0);
  }
  check_stretch(o, &way, ids);
}

static char *turn_text(int64_t from, int64_t via, int64_t to, bool only) {
  return g_strdup_printf("%s %" PRId64 " %" PRId64 " %" PRId64, only ? "only" : "no", from, via, to);
}

/* The extracts hold plain restrictions only: one way, one node, one way. */
static void read_relation(opl *o, char **fields) {
  const char *tags = field(fields, 'T');
  const char *value = strstr(tags, "restriction=");
  if (!strstr(tags, "type=restriction") || !value) return;
  int64_t from = 0, via = 0, to = 0;
  g_auto(GStrv) members = g_strsplit(field(fields, 'M'), ",", -1);
  for (char **member = members; *member && **member; member++) {
    int64_t id = g_ascii_strtoll(*member + 1, NULL, 10);
    if (g_str_has_suffix(*member, "@from")) from = id;
    if (g_str_has_suffix(*member, "@via")) via = id;
    if (g_str_has_suffix(*member, "@to")) to = id;
  }
  value = strstr(tags, ",restriction=");
  if (g_hash_table_contains(o->ways, &from) && g_hash_table_contains(o->ways, &to) &&
      g_hash_table_contains(o->passed, &via))
    g_ptr_array_add(o->turns, turn_text(from, via, to, g_str_has_prefix(value, ",restriction=only_")));
}

static gint compare_texts(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void check_turns(const opl *o) {
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
  for (size_t i = 0; i < muster_roads_restriction_count(o->roads); i++) {
    MusterTurnRestriction turn = muster_roads_restriction(o->roads, i);
    g_ptr_array_add(found, turn_text(turn.from_way, turn.via_node, turn.to_way, turn.kind == MUSTER_TURN_ONLY));
  }
  g_ptr_array_sort(found, compare_texts);
  g_ptr_array_sort(o->turns, compare_texts);
  g_assert_cmpuint(found->len, ==, o->turns->len);
  for (guint i = 0; i < found->len; i++) g_assert_cmpstr(found->pdata[i], ==, o->turns->pdata[i]);
  g_test_message("%u turn restrictions", found->len);
}

static void check_barriers(const opl *o) {
  GHashTableIter every;
  gpointer id, modes;
  size_t expected = 0;
  g_hash_table_iter_init(&every, o->barriers);
  while (g_hash_table_iter_next(&every, &id, &modes)) expected += g_hash_table_contains(o->passed, id);
  size_t found = 0;
  for (size_t i = 0; i < muster_roads_barrier_count(o->roads); i++) {
    int64_t node;
    unsigned closed;
    muster_roads_barrier(o->roads, i, &node, &closed);
    g_assert_cmpuint(GPOINTER_TO_UINT(g_hash_table_lookup(o->barriers, &node)), ==, closed);
    found += g_hash_table_contains(o->passed, &node);
  }
  g_assert_cmpuint(found, ==, expected);
}

static void test_roads(gconstpointer data) {
  g_autofree char *path = test_data(data);
  if (!path) return;
  const char *const arguments[] = {"cat", "--no-progress", "-f", "opl,add_metadata=none", path, NULL};
  g_autofree char *text = run_osmium(arguments);
  if (!text) return;
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterRoads) roads = muster_roads_read_osm(path, NULL, NULL, &error);
  g_assert_no_error(error);
  opl o = {.roads = roads};
  o.nodes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  o.barriers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  o.passed = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  o.ways = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  o.turns = g_ptr_array_new_with_free_func(g_free);
  for (char *line = text; *line;) {
    char *end = strchr(line, '\n');
    *end = '\0';
    g_auto(GStrv) fields = g_strsplit(line, " ", -1);
    g_autoptr(GPtrArray) memory = g_ptr_array_new_with_free_func(g_free);
    if (*line == 'n') read_node(&o, fields, memory);
    if (*line == 'w') check_way(&o, fields, memory);
    if (*line == 'r') read_relation(&o, fields);
    line = end + 1;
  }
  g_assert_cmpuint(o.checked, ==, muster_roads_way_count(roads));
  check_barriers(&o);
  check_turns(&o);
  g_ptr_array_unref(o.turns);
  g_hash_table_unref(o.ways);
  g_hash_table_unref(o.nodes);
  g_hash_table_unref(o.barriers);
  g_hash_table_unref(o.passed);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(extracts); i++) {
    g_autofree char *name = g_path_get_basename(extracts[i]);
    g_autofree char *counts = g_strdup_printf("/road/osmium/counts/%s", name);
    g_autofree char *roads = g_strdup_printf("/road/osmium/roads/%s", name);
    g_test_add_data_func(counts, extracts[i], test_counts);
    g_test_add_data_func(roads, extracts[i], test_roads);
  }
  return g_test_run();
}
