/* The events that an alert means: modes by area, one closure of all its areas under the alert's own identifier, and the
 * end of what it updates or cancels. */
#include "cap/cap.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

enum { LONGEST_LINE = 64 * 1024 };

typedef struct writer {
  const MusterCap *cap;
  const MusterCounty *county;
  int64_t at_ms;
  GString *lines;
  GHashTable *switched; /* "AREA HAZARD" that this alert has switched */
  GError **error;
} writer;

static bool fail(const writer *out, MusterCapError code, const char *sentence) {
  g_set_error(out->error, MUSTER_CAP_ERROR, code, "%s: %s", out->cap->name, sentence);
  return false;
}

/* Takes the object over. */
static bool put_event(const writer *out, json_t *object) {
  char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(10));
  bool fits = strlen(line) <= LONGEST_LINE;
  if (fits) g_string_append_printf(out->lines, "%s\n", line);
  free(line);
  json_decref(object);
  return fits || fail(out, MUSTER_CAP_ERROR_FORMAT, "its areas make an event of more than 65536 bytes");
}

static json_t *new_event(const writer *out, const char *type) {
  return json_pack("{s:s,s:I}", "type", type, "at_ms", (json_int_t)out->at_ms);
}

/* ---- modes ---- */

static MusterPolygons polygons_of(const mi_cap_info *info, uint32_t *polygon_first) {
  for (guint i = 0; i < info->ring_first->len; i++) polygon_first[i] = i;
  return (MusterPolygons){.positions = (const MusterPosition *)(const void *)info->positions->data,
                          .ring_first = (const uint32_t *)(const void *)info->ring_first->data,
                          .polygon_first = polygon_first,
                          .ring_count = info->ring_first->len - 1,
                          .polygon_count = info->ring_first->len - 1};
}

/* A code of the county, whatever system the geocode names. */
static MusterAreaId find_geocode(const MusterCounty *county, const char *text) {
  gint64 code;
  return g_ascii_string_to_signed(text, 10, 1, INT64_MAX, &code, NULL) ? muster_county_find_area(county, code)
                                                                       : MUSTER_NONE;
}

static bool is_in_any(const mi_cap_info *info, MusterPosition seat) {
  for (guint i = 0; i + 1 < info->ring_first->len; i++) {
    const uint32_t *first = &g_array_index(info->ring_first, uint32_t, i);
    uint32_t ring[] = {0, first[1] - first[0]}, polygon[] = {0, 1};
    MusterPolygons one = {&g_array_index(info->positions, MusterPosition, first[0]), ring, polygon, 1, 1};
    if (muster_polygons_contain(&one, seat)) return true;
  }
  return false;
}

/* Grids whose seat lies inside, and areas all of whose parts do. */
static void mark_areas(const MusterCounty *county, const mi_cap_info *info, bool *marked) {
  size_t count;
  const MusterArea *areas = muster_county_areas(county, &count);
  for (size_t i = count; i-- > 0;) {
    MusterSpan32 parts = muster_county_area_children(county, (MusterAreaId)i);
    marked[i] = areas[i].level == MUSTER_AREA_GRID ? is_in_any(info, areas[i].seat) : parts.count > 0;
    for (size_t j = 0; j < parts.count && marked[i]; j++) marked[i] = marked[parts.data[j]];
  }
  for (guint i = 0; i < info->geocodes->len; i++) {
    MusterAreaId area = find_geocode(county, info->geocodes->pdata[i]);
    if (area != MUSTER_NONE) marked[area] = true;
  }
}

/* area_code 0: everywhere. Each area and hazard once, by its highest level, which the order of the blocks brings first.
 */
static bool put_mode(const writer *out, int64_t area_code, const char *hazard, uint8_t level) {
  g_autofree char *key = g_strdup_printf("%" PRId64 " %s", area_code, hazard);
  if (!g_hash_table_add(out->switched, g_steal_pointer(&key))) return true;
  json_t *event = new_event(out, "mode");
  if (area_code) json_object_set_new(event, "area", json_integer(area_code));
  json_object_set_new(event, "hazard", json_string(hazard));
  json_object_set_new(event, "level", json_integer(level));
  return put_event(out, event);
}

static bool put_modes(const writer *out, const mi_cap_info *info, const char *hazard, uint8_t level) {
  if (!out->county) return put_mode(out, 0, hazard, level);
  size_t count;
  const MusterArea *areas = muster_county_areas(out->county, &count);
  g_autofree bool *marked = g_new0(bool, count + 1);
  mark_areas(out->county, info, marked);
  for (size_t i = 0; i < count; i++) {
    bool within = false;
    for (MusterAreaId up = areas[i].parent; up != MUSTER_NONE && !within; up = areas[up].parent) within = marked[up];
    if (marked[i] && !within && !put_mode(out, areas[i].code, hazard, level)) return false;
  }
  return true;
}

/* ---- roads ---- */

static void add_polygons(json_t *list, const mi_cap_info *info) {
  for (guint ring = 0; ring + 1 < info->ring_first->len; ring++) {
    json_t *positions = json_array();
    uint32_t end = g_array_index(info->ring_first, uint32_t, ring + 1);
    for (uint32_t i = g_array_index(info->ring_first, uint32_t, ring); i < end; i++) {
      MusterPosition at = g_array_index(info->positions, MusterPosition, i);
      json_array_append_new(positions, json_pack("[f,f]", at.lon_e7 / 1e7, at.lat_e7 / 1e7));
    }
    json_array_append_new(list, json_pack("[o]", positions));
  }
}

static bool check_polygons(const writer *out, const mi_cap_info *info) {
  g_autofree uint32_t *polygon_first = g_new(uint32_t, info->ring_first->len);
  g_autoptr(GError) reason = NULL;
  MusterPolygons polygons = polygons_of(info, polygon_first);
  return muster_polygons_check(&polygons, &reason) || fail(out, MUSTER_CAP_ERROR_FORMAT, reason->message);
}

static bool put_openings(const writer *out) {
  for (guint i = 0; i < out->cap->references->len; i++) {
    json_t *event = new_event(out, "open_roads");
    json_object_set_new(event, "closure", json_string(out->cap->references->pdata[i]));
    if (!put_event(out, event)) return false;
  }
  return true;
}

/* ---- the alert ---- */

typedef struct judged {
  const mi_cap_info *info;
  char *hazard;
  uint8_t level;
  bool closes;
} judged;

static void clear_judged(gpointer data) { g_free(((judged *)data)->hazard); }

static gint compare_levels(gconstpointer a, gconstpointer b) {
  return ((const judged *)b)->level - ((const judged *)a)->level;
}

/* Of what counts now: not expired, not past, not unlikely. */
static bool counts(const mi_cap_info *info, int64_t now_ms) {
  return info->expires_ms > now_ms && strcmp(info->urgency, "Past") != 0 && strcmp(info->certainty, "Unlikely") != 0;
}

/* The highest level first. A cancelled alert's blocks count whatever their time. */
static bool judge_all(const writer *out, GKeyFile *table, int64_t now_ms, GArray *blocks) {
  for (guint i = 0; i < out->cap->infos->len; i++) {
    judged block = {.info = out->cap->infos->pdata[i]};
    if (out->cap->kind != MI_CAP_CANCEL && !counts(block.info, now_ms)) continue;
    if (!mi_cap_judge(table, block.info, &block.hazard, &block.level, &block.closes, out->error)) return false;
    if (block.hazard && block.level > 0)
      g_array_append_val(blocks, block);
    else
      g_free(block.hazard);
  }
  g_array_sort(blocks, compare_levels);
  return true;
}

static bool put_all(const writer *out, const GArray *blocks) {
  bool cancels = out->cap->kind == MI_CAP_CANCEL;
  json_t *polygons = json_array();
  bool good = out->cap->kind == MI_CAP_ALERT || put_openings(out);
  for (guint i = 0; i < blocks->len && good; i++) {
    const judged *block = &g_array_index(blocks, judged, i);
    good = check_polygons(out, block->info) && put_modes(out, block->info, block->hazard, cancels ? 0 : block->level);
    if (good && block->closes && !cancels) add_polygons(polygons, block->info);
  }
  if (good && json_array_size(polygons) > 0) {
    json_t *event = new_event(out, "close_roads");
    json_object_set_new(event, "closure", json_string(out->cap->identifier));
    json_object_set(event, "polygons", polygons);
    good = put_event(out, event);
  }
  json_decref(polygons);
  return good;
}

static bool check_alert(const writer *out) {
  if (strcmp(out->cap->status, "Actual") != 0) {
    g_autofree char *sentence = g_strdup_printf("its status is %s, not Actual: it means no event", out->cap->status);
    return fail(out, MUSTER_CAP_ERROR_NONE, sentence);
  }
  if (out->cap->kind == MI_CAP_OTHER) return fail(out, MUSTER_CAP_ERROR_NONE, "it acknowledges another: no event");
  bool refers = out->cap->kind == MI_CAP_ALERT || out->cap->references->len > 0;
  return refers || fail(out, MUSTER_CAP_ERROR_FORMAT, "<references>: an Update or Cancel must name what it is about");
}

char *muster_cap_events(const MusterCap *cap, const MusterCounty *county, int64_t at_ms, int64_t now_ms,
                        const char *text, GError **error) {
  g_autoptr(GKeyFile) table = mi_cap_table(text, error);
  if (!table) return NULL;
  writer out = {.cap = cap, .county = county, .at_ms = at_ms, .error = error};
  if (!check_alert(&out)) return NULL;
  out.lines = g_string_new(NULL);
  out.switched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  GArray *blocks = g_array_new(FALSE, FALSE, sizeof(judged));
  g_array_set_clear_func(blocks, clear_judged);
  bool good = judge_all(&out, table, now_ms, blocks) && put_all(&out, blocks);
  if (good && out.lines->len == 0)
    good = fail(&out, MUSTER_CAP_ERROR_NONE,
                "no block of it is in force, names a hazard of the table and lies in the county: no event");
  g_array_unref(blocks);
  g_hash_table_unref(out.switched);
  return g_string_free(out.lines, !good);
}
