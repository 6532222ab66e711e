/* Areas cut into faces; see generate_mosaic.h.
 *
 * Relies on mi_polygons_tile: cells share their vertices exactly, so two faces are neighbours where they share an edge.
 */
#include "county/generate_mosaic.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap4.h"

/* ---- faces ---- */

static void copy_part(const mi_shape *cell, uint32_t part, mi_shape *face) {
  mi_shape_reset(face, MI_SHAPE_POLYGONS);
  for (uint32_t ring = cell->polygon_first[part]; ring < cell->polygon_first[part + 1]; ring++) {
    for (uint32_t i = cell->ring_first[ring]; i < cell->ring_first[ring + 1]; i++)
      mi_shape_add_position(face, cell->positions[i]);
    mi_shape_end_ring(face);
  }
  mi_shape_end_polygon(face);
}

static void place_face(mi_mosaic *mosaic, uint32_t face, const mi_plane *plane, mi_spot site) {
  MusterPolygons polygons = mi_shape_polygons(&mosaic->faces[face]);
  MusterPosition inside = mi_plane_position(plane, site);
  mosaic->area_m2[face] = mi_polygons_area_m2(&polygons);
  mosaic->at[face] = site;
  if (!muster_polygons_contain(&polygons, inside) && mi_polygons_inner_point(&polygons, &inside))
    mosaic->at[face] = mi_plane_spot(plane, inside);
}

static void take_faces(mi_mosaic *mosaic, const mi_shape *cells, const mi_plane *plane, const mi_spot *sites,
                       uint32_t site_count) {
  for (uint32_t i = 0; i < site_count; i++) mosaic->count += cells[i].polygon_count;
  mosaic->faces = g_new0(mi_shape, mosaic->count + 1);
  mosaic->site = g_new(uint32_t, mosaic->count + 1);
  mosaic->at = g_new(mi_spot, mosaic->count + 1);
  mosaic->area_m2 = g_new(double, mosaic->count + 1);
  uint32_t face = 0;
  for (uint32_t i = 0; i < site_count; i++)
    for (uint32_t part = 0; part < cells[i].polygon_count; part++, face++) {
      copy_part(&cells[i], part, &mosaic->faces[face]);
      mosaic->site[face] = i;
      place_face(mosaic, face, plane, sites[i]);
    }
}

/* ---- neighbours ---- */

typedef struct face_edge {
  MusterPosition a, b; /* a before b */
  uint32_t face;
} face_edge;

static int compare_positions(MusterPosition a, MusterPosition b) {
  if (a.lon_e7 != b.lon_e7) return a.lon_e7 < b.lon_e7 ? -1 : 1;
  return (a.lat_e7 > b.lat_e7) - (a.lat_e7 < b.lat_e7);
}

static int compare_edges(const void *left, const void *right) {
  const face_edge *a = left, *b = right;
  int order = compare_positions(a->a, b->a);
  if (order == 0) order = compare_positions(a->b, b->b);
  return order ? order : (a->face > b->face) - (a->face < b->face);
}

typedef struct contact {
  uint32_t from, to;
  double length_m;
} contact;

static int compare_contacts(const void *left, const void *right) {
  const contact *a = left, *b = right;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return (a->to > b->to) - (a->to < b->to);
}

static GArray *list_edges(const mi_mosaic *mosaic) {
  GArray *edges = g_array_new(FALSE, FALSE, sizeof(face_edge));
  for (uint32_t face = 0; face < mosaic->count; face++) {
    const mi_shape *shape = &mosaic->faces[face];
    for (uint32_t ring = 0; ring < shape->ring_count; ring++)
      for (uint32_t i = shape->ring_first[ring]; i + 1 < shape->ring_first[ring + 1]; i++) {
        face_edge edge = {shape->positions[i], shape->positions[i + 1], face};
        if (compare_positions(edge.a, edge.b) > 0) edge = (face_edge){edge.b, edge.a, face};
        g_array_append_val(edges, edge);
      }
  }
  g_array_sort(edges, compare_edges);
  return edges;
}

static void find_neighbours(mi_mosaic *mosaic) {
  g_autoptr(GArray) edges = list_edges(mosaic);
  g_autoptr(GArray) contacts = g_array_new(FALSE, FALSE, sizeof(contact));
  for (guint i = 0; i + 1 < edges->len; i++) {
    const face_edge *a = &g_array_index(edges, face_edge, i), *b = a + 1;
    if (compare_positions(a->a, b->a) || compare_positions(a->b, b->b)) continue;
    double length_m = muster_distance_planar_m(a->a, a->b);
    contact both[2] = {{a->face, b->face, length_m}, {b->face, a->face, length_m}};
    g_array_append_vals(contacts, both, 2);
  }
  g_array_sort(contacts, compare_contacts);
  mosaic->first = g_new0(uint32_t, mosaic->count + 1);
  mosaic->borders = g_new(mi_border, contacts->len + 1);
  uint32_t count = 0;
  for (guint i = 0, face = 0; face < mosaic->count; face++) {
    for (; i < contacts->len && g_array_index(contacts, contact, i).from == face; i++) {
      const contact *at = &g_array_index(contacts, contact, i);
      if (count > mosaic->first[face] && mosaic->borders[count - 1].face == at->to)
        mosaic->borders[count - 1].length_m += at->length_m;
      else
        mosaic->borders[count++] = (mi_border){at->to, at->length_m};
    }
    mosaic->first[face + 1] = count;
  }
}

mi_mosaic *mi_mosaic_new(const MusterPolygons *area, const mi_plane *plane, const mi_spot *sites, uint32_t site_count,
                         GError **error) {
  g_autofree MusterPosition *positions = g_new(MusterPosition, site_count + 1);
  for (uint32_t i = 0; i < site_count; i++) positions[i] = mi_plane_position(plane, sites[i]);
  mi_shape *cells = g_new0(mi_shape, site_count + 1);
  mi_mosaic *mosaic = NULL;
  if (mi_polygons_tile(area, 1, positions, NULL, site_count, cells, error)) {
    mosaic = g_new0(mi_mosaic, 1);
    take_faces(mosaic, cells, plane, sites, site_count);
    find_neighbours(mosaic);
  }
  for (uint32_t i = 0; i < site_count; i++) mi_shape_clear(&cells[i]);
  g_free(cells);
  return mosaic;
}

void mi_mosaic_free(mi_mosaic *mosaic) {
  for (uint32_t i = 0; i < mosaic->count; i++) mi_shape_clear(&mosaic->faces[i]);
  g_free(mosaic->faces);
  g_free(mosaic->site);
  g_free(mosaic->at);
  g_free(mosaic->area_m2);
  g_free(mosaic->first);
  g_free(mosaic->borders);
  g_free(mosaic);
}

/* ---- regions ---- */

void mi_mosaic_grow(const mi_mosaic *mosaic, uint32_t *labels, mi_mosaic_cost cost, void *user_data) {
  g_autofree uint32_t *reached = g_new(uint32_t, mosaic->count + 1);
  mi_heap4 heap;
  mi_heap4_init(&heap);
  for (uint32_t i = 0; i < mosaic->count; i++) {
    reached[i] = labels[i] == MUSTER_NONE ? UINT32_MAX : 0;
    if (reached[i] == 0) mi_heap4_push(&heap, mi_heap4_key(0, i));
  }
  while (heap.count > 0) {
    uint64_t key = mi_heap4_pop(&heap);
    uint32_t face = mi_heap4_key_id(key);
    if (mi_heap4_key_time(key) > reached[face]) continue;
    for (uint32_t i = mosaic->first[face]; i < mosaic->first[face + 1]; i++) {
      uint32_t next = mosaic->borders[i].face;
      uint32_t at = reached[face] + cost(mosaic, face, next, user_data);
      if (at >= reached[next]) continue;
      reached[next] = at;
      labels[next] = labels[face];
      mi_heap4_push(&heap, mi_heap4_key(at, next));
    }
  }
  mi_heap4_clear(&heap);
}

/* Numbers the connected parts of equal label; returns how many. */
static uint32_t find_parts(const mi_mosaic *mosaic, const uint32_t *labels, uint32_t *part) {
  g_autofree uint32_t *stack = g_new(uint32_t, mosaic->count + 1);
  uint32_t parts = 0;
  for (uint32_t i = 0; i < mosaic->count; i++) part[i] = MUSTER_NONE;
  for (uint32_t start = 0; start < mosaic->count; start++) {
    if (part[start] != MUSTER_NONE) continue;
    uint32_t depth = 0;
    stack[depth++] = start;
    part[start] = parts;
    while (depth > 0) {
      uint32_t face = stack[--depth];
      for (uint32_t i = mosaic->first[face]; i < mosaic->first[face + 1]; i++) {
        uint32_t next = mosaic->borders[i].face;
        if (part[next] != MUSTER_NONE || labels[next] != labels[face]) continue;
        part[next] = parts;
        stack[depth++] = next;
      }
    }
    parts++;
  }
  return parts;
}

/* The label other than its own that the part has the longest border with, or its own if it has none. */
static uint32_t longest_neighbour(const mi_mosaic *mosaic, const uint32_t *labels, const uint32_t *part, uint32_t which,
                                  double *border_m /* zeroed, one a label */) {
  uint32_t best = MUSTER_NONE, own = MUSTER_NONE;
  for (int clear = 0; clear < 2; clear++)
    for (uint32_t face = 0; face < mosaic->count; face++) {
      if (part[face] != which) continue;
      own = labels[face];
      for (uint32_t i = mosaic->first[face]; i < mosaic->first[face + 1]; i++) {
        uint32_t label = labels[mosaic->borders[i].face];
        if (label == own) continue;
        border_m[label] = clear ? 0 : border_m[label] + mosaic->borders[i].length_m;
        if (!clear && (best == MUSTER_NONE || border_m[label] > border_m[best])) best = label;
      }
    }
  return best == MUSTER_NONE ? own : best;
}

/* Moves every part but the main one of its label; false if there was none to move. */
static bool mend_once(const mi_mosaic *mosaic, uint32_t *labels, const double *weights) {
  uint32_t label_count = 0;
  for (uint32_t i = 0; i < mosaic->count; i++) label_count = MAX(label_count, labels[i] + 1);
  g_autofree uint32_t *part = g_new(uint32_t, mosaic->count + 1);
  g_autofree uint32_t *main_part = g_new(uint32_t, label_count + 1);
  g_autofree double *border_m = g_new0(double, label_count + 1);
  uint32_t parts = find_parts(mosaic, labels, part);
  g_autofree double *weight = g_new0(double, parts + 1);
  g_autofree uint32_t *label_of = g_new(uint32_t, parts + 1);
  for (uint32_t i = 0; i < mosaic->count; i++) {
    weight[part[i]] += weights ? weights[i] : mosaic->area_m2[i];
    label_of[part[i]] = labels[i];
  }
  for (uint32_t i = 0; i < label_count; i++) main_part[i] = MUSTER_NONE;
  for (uint32_t i = 0; i < parts; i++) {
    uint32_t *best = &main_part[label_of[i]];
    if (*best == MUSTER_NONE || weight[i] > weight[*best]) *best = i;
  }
  bool moved = false;
  for (uint32_t i = 0; i < parts; i++) {
    if (main_part[label_of[i]] == i) continue;
    uint32_t label = longest_neighbour(mosaic, labels, part, i, border_m);
    moved = moved || label != label_of[i];
    for (uint32_t face = 0; face < mosaic->count; face++)
      if (part[face] == i) labels[face] = label;
  }
  return moved;
}

void mi_mosaic_mend(const mi_mosaic *mosaic, uint32_t *labels, const double *weights) {
  /* A part may join one that moves away after it: a few rounds settle that. */
  enum { ROUNDS_MOST = 16 };
  for (int round = 0; round < ROUNDS_MOST && mend_once(mosaic, labels, weights); round++) continue;
}

bool mi_mosaic_unite(const mi_mosaic *mosaic, const uint32_t *labels, uint32_t count, mi_shape *regions,
                     GError **error) {
  g_autofree uint32_t *first = g_new0(uint32_t, count + 2);
  g_autofree MusterPolygons *views = g_new(MusterPolygons, mosaic->count + 1);
  g_autofree const MusterPolygons **sets = g_new(const MusterPolygons *, mosaic->count + 1);
  for (uint32_t i = 0; i < mosaic->count; i++) {
    views[i] = mi_shape_polygons(&mosaic->faces[i]);
    if (labels[i] < count) first[labels[i] + 2]++;
  }
  for (uint32_t i = 2; i < count + 2; i++) first[i] += first[i - 1];
  for (uint32_t i = 0; i < mosaic->count; i++)
    if (labels[i] < count) sets[first[labels[i] + 1]++] = &views[i];
  for (uint32_t i = 0; i < count; i++)
    if (!mi_polygons_unite(sets + first[i], first[i + 1] - first[i], &regions[i], error)) return false;
  return true;
}
