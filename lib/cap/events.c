/* The events that alerts mean: modes by area, one closure of an alert's areas under its own identifier, and the end of
 * both when blocks expire or another alert takes their place.
 *
 * At each moment at which something begins or ends it is worked out anew what is in force (the highest level of all
 * alerts for an area and hazard; the closures); events are the difference to the moment before. So an alert's end never
 * ends what another one still says. */
#include "cap/cap.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

enum { LONGEST_LINE = 64 * 1024 };

/* An info block that means something. */
typedef struct block {
  const mi_cap_info *info;
  char *hazard;
  uint8_t level;
  bool closes, is_laid; /* its areas are closed to traffic; they are so now */
  int64_t begin_ms, end_ms;
  GArray *areas; /* int64_t: codes; 0: everywhere */
} block;

typedef struct alert {
  const MusterCap *cap;
  GArray *blocks;
  int64_t end_ms; /* when another one takes its place */
} alert;

/* The level in force of a hazard in an area. */
typedef struct mode {
  int64_t area;
  const char *hazard;
  uint8_t level;
} mode;

typedef struct writer {
  GArray *alerts; /* in the order in which they were sent */
  const MusterCounty *county;
  int64_t at_ms, now_ms; /* the moment, as the events tell it and on the alerts' own clock */
  GArray *modes;         /* in force at the moment before, by area and hazard */
  GString *lines;
  GError **error;
} writer;

static bool fail(const writer *out, const MusterCap *cap, MusterCapError code, const char *sentence) {
  g_set_error(out->error, MUSTER_CAP_ERROR, code, "%s: %s", cap->name, sentence);
  return false;
}

/* Takes the object over. */
static bool put_event(const writer *out, const MusterCap *cap, json_t *object) {
  char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(10));
  bool fits = strlen(line) <= LONGEST_LINE;
  if (fits) g_string_append_printf(out->lines, "%s\n", line);
  free(line);
  json_decref(object);
  return fits || fail(out, cap, MUSTER_CAP_ERROR_FORMAT, "its areas make an event of more than 65536 bytes");
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

/* The topmost of the areas it names. */
static void find_areas(const writer *out, block *of) {
  const int64_t everywhere = 0;
  size_t count;
  if (!out->county) {
    g_array_append_val(of->areas, everywhere);
    return;
  }
  const MusterArea *areas = muster_county_areas(out->county, &count);
  g_autofree bool *marked = g_new0(bool, count + 1);
  mark_areas(out->county, of->info, marked);
  for (size_t i = 0; i < count; i++) {
    bool within = false;
    for (MusterAreaId up = areas[i].parent; up != MUSTER_NONE && !within; up = areas[up].parent) within = marked[up];
    if (marked[i] && !within) g_array_append_val(of->areas, areas[i].code);
  }
}

static bool is_in_force(const alert *of, const block *at, int64_t now_ms) {
  return of->cap->kind != MI_CAP_CANCEL && at->begin_ms <= now_ms && now_ms < MIN(at->end_ms, of->end_ms);
}

static gint compare_modes(gconstpointer a, gconstpointer b) {
  const mode *x = a, *y = b;
  if (x->area != y->area) return x->area < y->area ? -1 : 1;
  int order = strcmp(x->hazard, y->hazard);
  return order ? order : y->level - x->level;
}

static void add_modes(GArray *modes, const block *at, uint8_t level) {
  for (guint i = 0; i < at->areas->len; i++) {
    const mode one = {g_array_index(at->areas, int64_t, i), at->hazard, level};
    g_array_append_val(modes, one);
  }
}

/* Sorted, each area and hazard once: the highest level. */
static void keep_highest(GArray *modes) {
  guint kept = 0;
  g_array_sort(modes, compare_modes);
  for (guint i = 0; i < modes->len; i++) {
    const mode *at = &g_array_index(modes, mode, i), *last = kept ? &g_array_index(modes, mode, kept - 1) : NULL;
    if (last && last->area == at->area && strcmp(last->hazard, at->hazard) == 0) continue;
    g_array_index(modes, mode, kept++) = *at;
  }
  g_array_set_size(modes, kept);
}

static GArray *find_modes(const writer *out) {
  GArray *modes = g_array_new(FALSE, FALSE, sizeof(mode));
  for (guint i = 0; i < out->alerts->len; i++) {
    const alert *of = &g_array_index(out->alerts, alert, i);
    for (guint j = 0; j < of->blocks->len; j++) {
      const block *at = &g_array_index(of->blocks, block, j);
      if (is_in_force(of, at, out->now_ms)) add_modes(modes, at, at->level);
    }
  }
  keep_highest(modes);
  return modes;
}

static bool put_mode(const writer *out, const mode *at, uint8_t level) {
  json_t *event = new_event(out, "mode");
  if (at->area) json_object_set_new(event, "area", json_integer(at->area));
  json_object_set_new(event, "hazard", json_string(at->hazard));
  json_object_set_new(event, "level", json_integer(level));
  return put_event(out, g_array_index(out->alerts, alert, 0).cap, event);
}

static bool put_modes(writer *out) {
  GArray *now = find_modes(out), *past = out->modes;
  bool good = true;
  for (guint i = 0, j = 0; good && (i < past->len || j < now->len);) {
    const mode *was = &g_array_index(past, mode, i), *is = &g_array_index(now, mode, j);
    mode left = i < past->len ? *was : *is, right = j < now->len ? *is : *was;
    left.level = right.level = 0;
    int order = i >= past->len ? 1 : j >= now->len ? -1 : compare_modes(&left, &right);
    if (order < 0) good = put_mode(out, was, 0);
    if (order > 0 || (order == 0 && is->level != was->level)) good = put_mode(out, is, is->level);
    i += order <= 0;
    j += order >= 0;
  }
  g_array_unref(past);
  out->modes = now;
  return good;
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

static bool check_polygons(const writer *out, const MusterCap *cap, const mi_cap_info *info) {
  g_autofree uint32_t *polygon_first = g_new(uint32_t, info->ring_first->len);
  g_autoptr(GError) reason = NULL;
  MusterPolygons polygons = polygons_of(info, polygon_first);
  return muster_polygons_check(&polygons, &reason) || fail(out, cap, MUSTER_CAP_ERROR_FORMAT, reason->message);
}

static bool put_opening(const writer *out, const MusterCap *cap, const char *closure) {
  json_t *event = new_event(out, "open_roads");
  json_object_set_new(event, "closure", json_string(closure));
  return put_event(out, cap, event);
}

static bool put_closing(const writer *out, const alert *of) {
  json_t *polygons = json_array(), *event = new_event(out, "close_roads");
  for (guint i = 0; i < of->blocks->len; i++)
    if (g_array_index(of->blocks, block, i).is_laid) add_polygons(polygons, g_array_index(of->blocks, block, i).info);
  json_object_set_new(event, "closure", json_string(of->cap->identifier));
  json_object_set_new(event, "polygons", polygons);
  return put_event(out, of->cap, event);
}

typedef struct change {
  bool opens, closes;
} change;

/* A closure of which a part begins or ends is opened and closed anew. */
static change lay_blocks(const writer *out, const alert *of) {
  bool was = false, is = false, differs = false;
  for (guint i = 0; i < of->blocks->len; i++) {
    block *at = &g_array_index(of->blocks, block, i);
    bool lies = at->closes && is_in_force(of, at, out->now_ms);
    was |= at->is_laid;
    is |= lies;
    differs |= lies != at->is_laid;
    at->is_laid = lies;
  }
  return (change){differs && was, differs && is};
}

/* ---- alerts ---- */

/* The alert of that identifier among those given; NULL: none. */
static alert *find_alert(const writer *out, const char *identifier) {
  for (guint i = 0; i < out->alerts->len; i++) {
    alert *of = &g_array_index(out->alerts, alert, i);
    if (strcmp(of->cap->identifier, identifier) == 0) return of;
  }
  return NULL;
}

/* The end of alerts that are not among those given and of which nothing else is known. */
static bool end_unknown(writer *out, const MusterCap *cap, const GArray *blocks) {
  bool good = true, unknown = false;
  for (guint i = 0; i < cap->references->len && good && cap->kind != MI_CAP_ALERT; i++) {
    if (find_alert(out, cap->references->pdata[i])) continue;
    unknown = true;
    good = put_opening(out, cap, cap->references->pdata[i]);
  }
  if (!unknown || cap->kind != MI_CAP_CANCEL) return good;
  for (guint i = 0; i < blocks->len; i++) add_modes(out->modes, &g_array_index(blocks, block, i), 0);
  keep_highest(out->modes);
  return good;
}

/* What happens at the moment `now_ms`; what was sent after `past_ms` is new. */
static bool put_moment(writer *out, int64_t past_ms) {
  bool good = true;
  g_autofree change *changes = g_new0(change, out->alerts->len);
  for (guint i = 0; i < out->alerts->len && good; i++) {
    const alert *of = &g_array_index(out->alerts, alert, i);
    bool is_new = of->cap->sent_ms > past_ms && of->cap->sent_ms <= out->now_ms;
    if (is_new) good = end_unknown(out, of->cap, of->blocks);
    changes[i] = lay_blocks(out, of);
    if (good && changes[i].opens) good = put_opening(out, of->cap, of->cap->identifier);
  }
  good = good && put_modes(out);
  for (guint i = 0; i < out->alerts->len && good; i++)
    if (changes[i].closes) good = put_closing(out, &g_array_index(out->alerts, alert, i));
  return good;
}

static gint compare_moments(gconstpointer a, gconstpointer b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* Ascending, from now on. */
static GArray *find_moments(const writer *out, int64_t now_ms) {
  GArray *moments = g_array_new(FALSE, FALSE, sizeof(int64_t));
  g_array_append_val(moments, now_ms);
  for (guint i = 0; i < out->alerts->len; i++) {
    const alert *of = &g_array_index(out->alerts, alert, i);
    g_array_append_val(moments, of->cap->sent_ms);
    for (guint j = 0; j < of->blocks->len; j++) {
      const block *at = &g_array_index(of->blocks, block, j);
      g_array_append_val(moments, at->begin_ms);
      g_array_append_val(moments, at->end_ms);
    }
  }
  g_array_sort(moments, compare_moments);
  return moments;
}

/* `at_ms`: of now. */
static bool put_all(writer *out, int64_t at_ms, int64_t now_ms) {
  g_autoptr(GArray) moments = find_moments(out, now_ms);
  int64_t past_ms = INT64_MIN, last_ms = MUSTER_EVENT_LATEST_MS - at_ms;
  bool good = true;
  for (guint i = 0; i < moments->len && good; i++) {
    out->now_ms = g_array_index(moments, int64_t, i);
    if (out->now_ms < now_ms || out->now_ms == past_ms || out->now_ms - now_ms > last_ms) continue;
    out->at_ms = at_ms + (out->now_ms - now_ms);
    good = put_moment(out, past_ms);
    past_ms = out->now_ms;
  }
  return good;
}

/* ---- what they say ---- */

/* Neither past nor unlikely nor the all-clear. */
static bool counts(const mi_cap_info *info) {
  return !info->all_clear && strcmp(info->urgency, "Past") != 0 && strcmp(info->certainty, "Unlikely") != 0;
}

static bool add_block(const writer *out, GKeyFile *table, alert *to, const mi_cap_info *info) {
  const MusterCap *cap = to->cap;
  block one = {.info = info, .begin_ms = MAX(cap->sent_ms, info->effective_ms), .end_ms = info->expires_ms};
  if (!counts(info) && cap->kind != MI_CAP_CANCEL) return true;
  if (!mi_cap_judge(table, info, &one.hazard, &one.level, &one.closes, out->error)) return false;
  bool good = true;
  if (one.hazard && one.level > 0) {
    good = check_polygons(out, cap, info);
    one.closes = one.closes && info->ring_first->len > 1;
    one.areas = g_array_new(FALSE, FALSE, sizeof(int64_t));
    if (good) find_areas(out, &one);
    g_array_append_val(to->blocks, one);
  } else {
    g_free(one.hazard);
  }
  return good;
}

static bool check_alert(const writer *out, const MusterCap *cap) {
  if (strcmp(cap->status, "Actual") != 0) {
    g_autofree char *sentence = g_strdup_printf("its status is %s, not Actual: it means no event", cap->status);
    return fail(out, cap, MUSTER_CAP_ERROR_NONE, sentence);
  }
  if (cap->kind == MI_CAP_OTHER) return fail(out, cap, MUSTER_CAP_ERROR_NONE, "it acknowledges another: no event");
  if (find_alert(out, cap->identifier))
    return fail(out, cap, MUSTER_CAP_ERROR_FORMAT, "<identifier>: another of the alerts has the same");
  bool refers = cap->kind == MI_CAP_ALERT || cap->references->len > 0;
  return refers ||
         fail(out, cap, MUSTER_CAP_ERROR_FORMAT, "<references>: an Update or Cancel must name what it is about");
}

static void clear_block(gpointer data) {
  block *at = data;
  g_free(at->hazard);
  g_array_unref(at->areas);
}

static void clear_alert(gpointer data) { g_array_unref(((alert *)data)->blocks); }

static bool add_alert(const writer *out, GKeyFile *table, const MusterCap *cap) {
  if (!check_alert(out, cap)) return false;
  alert one = {.cap = cap, .blocks = g_array_new(FALSE, FALSE, sizeof(block)), .end_ms = INT64_MAX};
  g_array_set_clear_func(one.blocks, clear_block);
  g_array_append_val(out->alerts, one);
  bool good = true;
  for (guint i = 0; i < cap->infos->len && good; i++)
    good = add_block(out, table, &g_array_index(out->alerts, alert, out->alerts->len - 1), cap->infos->pdata[i]);
  return good;
}

static gint compare_sent(gconstpointer a, gconstpointer b) {
  int64_t x = ((const alert *)a)->cap->sent_ms, y = ((const alert *)b)->cap->sent_ms;
  return (x > y) - (x < y);
}

/* Each ends those it refers to. */
static void end_replaced(const writer *out) {
  for (guint i = 0; i < out->alerts->len; i++) {
    const MusterCap *cap = g_array_index(out->alerts, alert, i).cap;
    for (guint j = 0; j < cap->references->len && cap->kind != MI_CAP_ALERT; j++) {
      alert *before = find_alert(out, cap->references->pdata[j]);
      if (before && before->cap != cap) before->end_ms = MIN(before->end_ms, cap->sent_ms);
    }
  }
}

static bool put_alerts(writer *out, const MusterCap *const *alerts, size_t count, int64_t at_ms, int64_t now_ms,
                       GKeyFile *table) {
  for (size_t i = 0; i < count; i++)
    if (!add_alert(out, table, alerts[i])) return false;
  g_array_sort(out->alerts, compare_sent);
  end_replaced(out);
  if (!put_all(out, at_ms, now_ms)) return false;
  return out->lines->len > 0 || fail(out, alerts[0], MUSTER_CAP_ERROR_NONE,
                                     "no block of it is in force, names a hazard of the table and lies in the county: "
                                     "no event");
}

char *muster_cap_events(const MusterCap *const *alerts, size_t count, const MusterCounty *county, int64_t at_ms,
                        int64_t now_ms, const char *text, GError **error) {
  g_autoptr(GKeyFile) table = mi_cap_table(text, error);
  if (!table) return NULL;
  writer out = {.alerts = g_array_new(FALSE, FALSE, sizeof(alert)),
                .county = county,
                .modes = g_array_new(FALSE, FALSE, sizeof(mode)),
                .lines = g_string_new(NULL),
                .error = error};
  g_array_set_clear_func(out.alerts, clear_alert);
  bool good = put_alerts(&out, alerts, count, at_ms, now_ms, table);
  g_array_unref(out.modes);
  g_array_unref(out.alerts);
  return g_string_free(out.lines, !good);
}
