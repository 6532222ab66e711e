/* Closures and the metrics that follow from them; see closures.h. */
#include "engine/state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ARCS_EXPECTED = 1024 };

/* ---- one closure ---- */

static MusterPolygons copy_polygons(const MusterPolygons *from) {
  if (from->polygon_count == 0) return (MusterPolygons){0};
  size_t positions = from->ring_first[from->ring_count];
  return (MusterPolygons){
      .positions = g_memdup2(from->positions, positions * sizeof *from->positions),
      .ring_first = g_memdup2(from->ring_first, (from->ring_count + 1) * sizeof *from->ring_first),
      .polygon_first = g_memdup2(from->polygon_first, (from->polygon_count + 1) * sizeof *from->polygon_first),
      .ring_count = from->ring_count,
      .polygon_count = from->polygon_count,
  };
}

static void free_const(const void *data) { g_free((void *)(uintptr_t)data); }

static void free_closure(mi_closure *closure) {
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) g_free(closure->arcs[mode]);
  free_const(closure->id.text);
  free_const(closure->roads.polygons.positions);
  free_const(closure->roads.polygons.ring_first);
  free_const(closure->roads.polygons.polygon_first);
  free_const(closure->roads.ways);
  free_const(closure->roads.between);
  g_free(closure);
}

/* What a question about arcs is about. */
typedef struct part {
  const MusterPolygons *polygons;
  const int64_t *way, *pair;
} part;

static size_t ask_network(const MusterNetwork *network, const part *what, MusterArc *out, size_t capacity) {
  if (what->polygons) return muster_network_arcs_in_area(network, what->polygons, out, capacity);
  if (what->way) return muster_network_arcs_of_way(network, *what->way, out, capacity);
  return muster_network_arcs_between(network, what->pair[0], what->pair[1], out, capacity);
}

/* Appends the arcs to `to` if that is not NULL; returns how many there are. */
static size_t ask_arcs(const MusterNetwork *network, const part *what, GArray *to) {
  if (!to) return ask_network(network, what, NULL, 0);
  guint before = to->len;
  g_array_set_size(to, before + ARCS_EXPECTED);
  size_t count = ask_network(network, what, &g_array_index(to, MusterArc, before), ARCS_EXPECTED);
  g_array_set_size(to, before + (guint)count);
  if (count > ARCS_EXPECTED) ask_network(network, what, &g_array_index(to, MusterArc, before), count);
  return count;
}

static int compare_arcs(const void *a, const void *b) {
  MusterArc x = *(const MusterArc *)a, y = *(const MusterArc *)b;
  return (x > y) - (x < y);
}

/* Ascending, each once, and only those that are open in the metric. */
static size_t keep_open(const MusterMetric *metric, MusterArc *arcs, size_t count) {
  size_t kept = 0;
  if (count) qsort(arcs, count, sizeof *arcs, compare_arcs);
  for (size_t i = 0; i < count; i++)
    if ((kept == 0 || arcs[kept - 1] != arcs[i]) && muster_metric_arc_ms(metric, arcs[i]) != MUSTER_UNREACHABLE_MS)
      arcs[kept++] = arcs[i];
  return kept;
}

static void find_arcs(mi_closure *closure, MusterMode mode, const MusterMetric *metric) {
  const MusterNetwork *network = muster_metric_network(metric);
  GArray *arcs = g_array_new(FALSE, FALSE, sizeof(MusterArc));
  if (closure->roads.polygons.polygon_count) ask_arcs(network, &(part){.polygons = &closure->roads.polygons}, arcs);
  for (size_t i = 0; i < closure->roads.way_count; i++)
    ask_arcs(network, &(part){.way = &closure->roads.ways[i]}, arcs);
  for (size_t i = 0; i < closure->roads.pair_count; i++)
    ask_arcs(network, &(part){.pair = &closure->roads.between[2 * i]}, arcs);
  closure->arc_count[mode] = keep_open(metric, (MusterArc *)(void *)arcs->data, arcs->len);
  closure->arcs[mode] = (MusterArc *)(void *)g_array_free(arcs, FALSE);
}

/* The metrics that travel is on before the first closure. */
static void begin(MusterEngine *engine) {
  mi_closures *closures = &engine->closures;
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    if (closures->own[mode]) continue;
    closures->own[mode] = muster_travel_metric(engine->travel, (MusterMode)mode);
    if (!closures->own[mode]) continue;
    closures->now[mode] = muster_metric_ref(closures->own[mode]);
    MusterNetworkInfo info;
    muster_network_info(muster_metric_network(closures->own[mode]), &info);
    closures->over[mode] = g_new0(uint32_t, info.arc_count);
  }
}

mi_closure *mi_closure_new(MusterEngine *engine, MusterId id, const MusterClosedRoads *roads) {
  begin(engine);
  mi_closure *closure = g_new0(mi_closure, 1);
  closure->id = id.text ? (MusterId){.text = g_strdup(id.text)} : id;
  closure->roads = (MusterClosedRoads){
      .polygons = copy_polygons(&roads->polygons),
      .ways = g_memdup2(roads->ways, roads->way_count * sizeof *roads->ways),
      .way_count = roads->way_count,
      .between = g_memdup2(roads->between, 2 * roads->pair_count * sizeof *roads->between),
      .pair_count = roads->pair_count,
  };
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++)
    if (engine->closures.own[mode]) find_arcs(closure, (MusterMode)mode, engine->closures.own[mode]);
  return closure;
}

/* ---- what cannot be closed ---- */

/* Some network has such roads. */
static bool is_anywhere(MusterEngine *engine, const part *what) {
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    g_autoptr(MusterMetric) metric = muster_travel_metric(engine->travel, (MusterMode)mode);
    if (metric && ask_arcs(muster_metric_network(metric), what, NULL) > 0) return true;
  }
  return false;
}

static char *find_missing(MusterEngine *engine, const MusterClosedRoads *roads) {
  for (size_t i = 0; i < roads->way_count; i++)
    if (!is_anywhere(engine, &(part){.way = &roads->ways[i]}))
      return g_strdup_printf("way %" PRId64 " is not in any of the networks", roads->ways[i]);
  for (size_t i = 0; i < roads->pair_count; i++)
    if (!is_anywhere(engine, &(part){.pair = &roads->between[2 * i]}))
      return g_strdup_printf("no road leads straight from node %" PRId64 " to node %" PRId64, roads->between[2 * i],
                             roads->between[2 * i + 1]);
  return NULL;
}

char *mi_closures_defect(MusterEngine *engine, MusterId id, const MusterClosedRoads *roads) {
  g_autoptr(GError) error = NULL;
  if (muster_travel_is_matrix(engine->travel))
    return g_strdup("a matrix knows times only: there are no roads to close or open");
  if (mi_closures_find(&engine->closures, id)) return g_strdup("it is in force already: open it first");
  if (roads->polygons.polygon_count == 0 && roads->way_count == 0 && roads->pair_count == 0)
    return g_strdup("expected polygons, ways or pairs of nodes, found none of them");
  if (roads->way_count > MUSTER_CLOSED_ROADS_MOST || roads->pair_count > MUSTER_CLOSED_ROADS_MOST)
    return g_strdup("expected at most 1000 ways and 1000 pairs of nodes, found more");
  if (roads->polygons.polygon_count && !muster_polygons_check(&roads->polygons, &error))
    return g_strdup(error->message);
  return find_missing(engine, roads);
}

/* ---- those in force ---- */

static int compare_ids(MusterId a, MusterId b) {
  if (!a.text != !b.text) return a.text ? 1 : -1;
  return a.text ? strcmp(a.text, b.text) : (a.number > b.number) - (a.number < b.number);
}

/* Where the id stands, or belongs. */
static size_t find_place(const mi_closures *closures, MusterId id) {
  size_t low = 0, high = closures->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare_ids(closures->entries[middle]->id, id) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

mi_closure *mi_closures_find(const mi_closures *closures, MusterId id) {
  size_t at = find_place(closures, id);
  return at < closures->count && compare_ids(closures->entries[at]->id, id) == 0 ? closures->entries[at] : NULL;
}

/* Takes over the metric. */
static void set_metric(MusterEngine *engine, MusterMode mode, MusterMetric *metric) {
  muster_travel_set_metric(engine->travel, mode, metric);
  muster_metric_unref(engine->closures.now[mode]);
  engine->closures.now[mode] = metric;
}

/* One closure more or less over its arcs; returns how many this closed or opened. */
static uint32_t lay(MusterEngine *engine, const mi_closure *closure, MusterMode mode, bool closes) {
  mi_closures *closures = &engine->closures;
  if (!closures->own[mode]) return MUSTER_NONE;
  g_autofree MusterArc *changed = g_new(MusterArc, closure->arc_count[mode] + 1);
  uint32_t count = 0;
  for (size_t i = 0; i < closure->arc_count[mode]; i++) {
    uint32_t *over = &closures->over[mode][closure->arcs[mode][i]];
    if (closes ? (*over)++ == 0 : --*over == 0) changed[count++] = closure->arcs[mode][i];
  }
  if (count == 0) return 0;
  closures->closed_count[mode] += closes ? count : 0u - count;
  set_metric(engine, mode,
             closes ? muster_metric_close(closures->now[mode], changed, count)
                    : muster_metric_reopen(closures->now[mode], changed, count));
  return count;
}

void mi_closures_add(MusterEngine *engine, mi_closure *closure, uint32_t changed[MUSTER_MODE_COUNT]) {
  mi_closures *closures = &engine->closures;
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) changed[mode] = lay(engine, closure, (MusterMode)mode, true);
  closures->entries =
      mi_reserve(closures->entries, &closures->capacity, closures->count + 1, sizeof *closures->entries);
  size_t at = find_place(closures, closure->id);
  memmove(closures->entries + at + 1, closures->entries + at, (closures->count - at) * sizeof *closures->entries);
  closures->entries[at] = closure;
  closures->count++;
}

void mi_closures_remove(MusterEngine *engine, mi_closure *closure, uint32_t changed[MUSTER_MODE_COUNT]) {
  mi_closures *closures = &engine->closures;
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) changed[mode] = lay(engine, closure, (MusterMode)mode, false);
  size_t at = find_place(closures, closure->id);
  closures->count--;
  memmove(closures->entries + at, closures->entries + at + 1, (closures->count - at) * sizeof *closures->entries);
  free_closure(closure);
}

void mi_closures_clear(mi_closures *closures) {
  for (size_t i = 0; i < closures->count; i++) free_closure(closures->entries[i]);
  g_free(closures->entries);
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    muster_metric_unref(closures->own[mode]);
    muster_metric_unref(closures->now[mode]);
    g_free(closures->over[mode]);
  }
  *closures = (mi_closures){0};
}
