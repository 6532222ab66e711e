/* Roads closed for one call; see closures.h. */
#include "roads.h"

#include "area.h"
#include "network_report.h"
#include "nodes.h"
#include "streams.h"

void mt_roads_clear(mt_roads *roads) {
  g_strfreev(roads->area_paths);
  g_free(roads->arcs_path);
  g_free(roads->ways_path);
  *roads = (mt_roads){0};
}

/* Arcs to close; one may stand there twice. */
typedef struct arc_list {
  const MusterNetwork *network;
  GArray *arcs;
} arc_list;

static MusterArc *make_room(arc_list *list, size_t count) {
  guint before = list->arcs->len;
  g_array_set_size(list->arcs, before + (guint)count);
  return &g_array_index(list->arcs, MusterArc, before);
}

/* ---- areas ---- */

static void add_area(const MusterPolygons *polygons, void *user_data) {
  arc_list *list = user_data;
  size_t count = muster_network_arcs_in_area(list->network, polygons, NULL, 0);
  if (count > 0) muster_network_arcs_in_area(list->network, polygons, make_room(list, count), count);
}

static bool add_areas(arc_list *list, const char *path, const mt_common *common, GError **error) {
  MusterNetworkInfo info;
  muster_network_info(list->network, &info);
  if (info.has_positions) return mt_area_read(path, common, add_area, list, error);
  g_set_error(error, MT_ERROR, 0, "--close %s: expected a network with positions, found none", path);
  return false;
}

/* ---- arcs and ways ---- */

static bool add_arcs(arc_list *list, const char *path, GError **error) {
  g_auto(mt_nodes) pairs = {0};
  if (!mt_nodes_read(&pairs, path, list->network, 2, error)) return false;
  for (size_t i = 0; i < pairs.count; i += 2) {
    int64_t tail = pairs.ids[i], head = pairs.ids[i + 1];
    size_t count = muster_network_arcs_between(list->network, tail, head, NULL, 0);
    if (count == 0) {
      g_set_error(error, MT_ERROR, 0, "%s:%zu: expected an arc from %" PRId64 " to %" PRId64 ", found none",
                  mt_input_name(path), pairs.lines[i], tail, head);
      return false;
    }
    muster_network_arcs_between(list->network, tail, head, make_room(list, count), count);
  }
  return true;
}

static bool add_ways(arc_list *list, const char *path, GError **error) {
  g_auto(mt_nodes) ways = {0};
  if (!mt_way_ids_read(&ways, path, error)) return false;
  for (size_t i = 0; i < ways.count; i++) {
    size_t count = muster_network_arcs_of_way(list->network, ways.ids[i], NULL, 0);
    if (count == 0) {
      g_set_error(error, MT_ERROR, 0, "%s:%zu: expected a way of the network, found %" PRId64, mt_input_name(path),
                  ways.lines[i], ways.ids[i]);
      return false;
    }
    muster_network_arcs_of_way(list->network, ways.ids[i], make_room(list, count), count);
  }
  return true;
}

static bool add_all(arc_list *list, const mt_roads *roads, const mt_common *common, GError **error) {
  for (char **path = roads->area_paths; path && *path; path++)
    if (!add_areas(list, *path, common, error)) return false;
  return (!roads->arcs_path || add_arcs(list, roads->arcs_path, error)) &&
         (!roads->ways_path || add_ways(list, roads->ways_path, error));
}

MusterNetwork *mt_roads_open(const mt_roads *roads, const char *path, GError **error) {
  MusterMode mode = MUSTER_MODE_FOOT;
  if (roads->mode_name && !muster_mode_from_name(roads->mode_name, &mode, error)) return NULL;
  MusterNetwork *first = mt_network_open(path, error);
  if (!first || !roads->mode_name) return first;
  MusterNetwork *network = muster_network_of_mode(first, mode);
  if (!network) {
    MusterNetworkInfo info;
    muster_network_info(first, &info);
    g_autofree char *modes = mt_modes_format(info.modes);
    g_set_error(error, MT_ERROR, 0, "%s: expected a network built for mode %s, found one for %s", mt_input_name(path),
                roads->mode_name, modes);
  }
  muster_network_unref(first);
  return network;
}

MusterMetric *mt_roads_metric(const mt_roads *roads, const mt_common *common, MusterNetwork *network, GError **error) {
  g_autoptr(GArray) arcs = g_array_new(FALSE, FALSE, sizeof(MusterArc));
  arc_list list = {network, arcs};
  MusterMetric *open = muster_network_metric(network);
  int64_t start_us = g_get_monotonic_time();
  if (!add_all(&list, roads, common, error)) {
    muster_metric_unref(open);
    return NULL;
  }
  if (arcs->len == 0) return open;
  MusterMetric *closed = muster_metric_close(open, (const MusterArc *)(const void *)arcs->data, arcs->len);
  mt_timing_part("close_ms", g_get_monotonic_time() - start_us);
  muster_metric_unref(open);
  return closed;
}
