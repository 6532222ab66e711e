/* Polygons: validity by GEOS with the reason and the place, and the exact half-open point test.
 *
 * The point test counts the edges that a ray to the east crosses, an edge holding its lower end and not its upper, and
 * crossed only if strictly east of the point: so a polygon holds the points of its western and southern edges and not
 * of its eastern and northern ones. The outcome of an edge depends on the edge alone, not on the side it is seen from:
 * polygons that tile an area hold each point of it exactly once. All in integers (Shimrat, CACM 1962; the half-open
 * rule after Franklin's "pnpoly").
 */
#include "index/polygons.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "index/geos.h"

__extension__ typedef __int128 Wide;

static bool crosses_east(MusterPosition p, MusterPosition a, MusterPosition b) {
  if ((a.lat_e7 > p.lat_e7) == (b.lat_e7 > p.lat_e7)) return false;
  if (a.lat_e7 > b.lat_e7) {
    MusterPosition kept = a;
    a = b;
    b = kept;
  }
  /* a below b: the edge is east of p where p lies to the left of a → b. */
  Wide side = (Wide)((int64_t)b.lon_e7 - a.lon_e7) * ((int64_t)p.lat_e7 - a.lat_e7) -
              (Wide)((int64_t)b.lat_e7 - a.lat_e7) * ((int64_t)p.lon_e7 - a.lon_e7);
  return side > 0;
}

bool muster_polygons_contain(const MusterPolygons *polygons, MusterPosition point) {
  bool inside = false;
  for (uint32_t ring = 0; ring < polygons->ring_count; ring++)
    for (uint32_t i = polygons->ring_first[ring]; i + 1 < polygons->ring_first[ring + 1]; i++)
      inside ^= crosses_east(point, polygons->positions[i], polygons->positions[i + 1]);
  return inside;
}

/* "polygon", or "polygon 2 of 3" where there are several; counted from 1. */
static char *name_polygon(const MusterPolygons *polygons, uint32_t polygon) {
  return polygons->polygon_count == 1 ? g_strdup("polygon")
                                      : g_strdup_printf("polygon %u of %u", polygon + 1, polygons->polygon_count);
}

static char *name_place(double lon_e7, double lat_e7) {
  return g_strdup_printf("%.7f, %.7f", lon_e7 / 1e7, lat_e7 / 1e7);
}

static bool refuse(const char *name, const char *why, double lon_e7, double lat_e7, GError **error) {
  g_autofree char *place = name_place(lon_e7, lat_e7);
  g_set_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_GEOMETRY, "%s %s at %s", name, why, place);
  return false;
}

static bool same_position(MusterPosition a, MusterPosition b) { return a.lon_e7 == b.lon_e7 && a.lat_e7 == b.lat_e7; }

static bool on_earth(MusterPosition p) {
  return ABS((int64_t)p.lon_e7) <= 1800000000 && ABS((int64_t)p.lat_e7) <= 900000000;
}

static bool check_ring(const MusterPolygons *polygons, const char *name, uint32_t ring, bool outer, GError **error) {
  uint32_t first = polygons->ring_first[ring], count = polygons->ring_first[ring + 1] - first;
  const MusterPosition *at = polygons->positions + first;
  if (count == 0) {
    g_set_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_GEOMETRY, "%s has an empty ring", name);
    return false;
  }
  for (uint32_t i = 0; i < count; i++)
    if (!on_earth(at[i])) return refuse(name, "has a position that is not on earth", at[i].lon_e7, at[i].lat_e7, error);
  if (!same_position(at[0], at[count - 1]))
    return refuse(
        name,
        outer ? "has an outer ring that does not return to its start" : "has a hole that does not return to its start",
        at[0].lon_e7, at[0].lat_e7, error);
  if (count < 4)
    return refuse(name, "has a ring of fewer than 4 positions (first and last the same)", at[0].lon_e7, at[0].lat_e7,
                  error);
  return true;
}

static bool check_structure(const MusterPolygons *polygons, GError **error) {
  for (uint32_t polygon = 0; polygon < polygons->polygon_count; polygon++) {
    g_autofree char *name = name_polygon(polygons, polygon);
    uint32_t first = polygons->polygon_first[polygon], end = polygons->polygon_first[polygon + 1];
    if (first == end) {
      g_set_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_GEOMETRY, "%s has no ring", name);
      return false;
    }
    for (uint32_t ring = first; ring < end; ring++)
      if (!check_ring(polygons, name, ring, ring == first, error)) return false;
  }
  return true;
}

typedef struct RingKey {
  uint64_t key;
  uint32_t ring;
} RingKey;

static uint64_t mix(uint64_t z) { /* the finaliser of splitmix64 */
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static uint64_t pack(MusterPosition p) { return (uint64_t)(uint32_t)p.lon_e7 << 32 | (uint32_t)p.lat_e7; }

/* The same for rings of the same edges, whatever their start and direction. */
static uint64_t key_of_ring(const MusterPosition *at, uint32_t count) {
  uint64_t key = count;
  for (uint32_t i = 0; i + 1 < count; i++) {
    uint64_t a = pack(at[i]), b = pack(at[i + 1]);
    key += mix(mix(MIN(a, b)) + MAX(a, b));
  }
  return key;
}

static int compare_keys(const void *left, const void *right) {
  const RingKey *a = left, *b = right;
  if (a->key != b->key) return a->key < b->key ? -1 : 1;
  return (a->ring > b->ring) - (a->ring < b->ring);
}

/* The first ring of [first, end) that stands there twice: NULL if none does. */
static const MusterPosition *find_doubled_ring(const MusterPolygons *polygons, uint32_t first, uint32_t end) {
  g_autofree RingKey *keys = g_new(RingKey, end - first);
  for (uint32_t ring = first; ring < end; ring++) {
    uint32_t at = polygons->ring_first[ring];
    keys[ring - first] = (RingKey){key_of_ring(polygons->positions + at, polygons->ring_first[ring + 1] - at), ring};
  }
  qsort(keys, end - first, sizeof *keys, compare_keys);
  uint32_t doubled = end;
  for (uint32_t i = 1; i < end - first; i++)
    if (keys[i].key == keys[i - 1].key) doubled = MIN(doubled, keys[i - 1].ring);
  return doubled < end ? polygons->positions + polygons->ring_first[doubled] : NULL;
}

static const char *explain(const char *reason) {
  static const struct {
    const char *reason, *words;
  } known[] = {
      {"Self-intersection", "crosses itself"},
      {"Ring Self-intersection", "touches itself along a ring"},
      {"Hole lies outside shell", "has a hole outside its outer ring"},
      {"Holes are nested", "has a hole within a hole"},
      {"Interior is disconnected", "is cut apart by its own rings"},
      {"Nested shells", "has a part within a part"},
      {"Duplicate Rings", "has a ring twice"},
      {"Too few points in geometry component", "has a ring of fewer than 3 different corners"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
    if (strcmp(known[i].reason, reason) == 0) return known[i].words;
  return reason;
}

/* Of the rings [first, end); consumes the geometry, NULL if GEOS could not take it. */
static bool check_geometry(mi_geos *geos, GEOSGeometry *geometry, const MusterPolygons *polygons, uint32_t first,
                           uint32_t end, const char *name, GError **error) {
  if (!geometry) return mi_geos_fail(geos, name, error);
  char *reason = NULL;
  GEOSGeometry *location = NULL;
  char verdict = GEOSisValidDetail_r(geos->handle, geometry, 0, &reason, &location);
  if (verdict == 0) {
    double lon_e7 = NAN, lat_e7 = NAN;
    const MusterPosition *doubled = find_doubled_ring(polygons, first, end);
    if (doubled) {
      refuse(name, "has a ring twice", doubled->lon_e7, doubled->lat_e7, error);
    } else {
      if (location) {
        GEOSGeomGetX_r(geos->handle, location, &lon_e7);
        GEOSGeomGetY_r(geos->handle, location, &lat_e7);
      }
      refuse(name, reason ? explain(reason) : "is not valid", lon_e7, lat_e7, error);
    }
  } else if (verdict != 1) {
    mi_geos_fail(geos, name, error);
  }
  GEOSFree_r(geos->handle, reason);
  GEOSGeom_destroy_r(geos->handle, location);
  GEOSGeom_destroy_r(geos->handle, geometry);
  return verdict == 1;
}

bool muster_polygons_check(const MusterPolygons *polygons, GError **error) {
  if (!check_structure(polygons, error)) return false;
  mi_geos geos;
  mi_geos_init(&geos);
  bool valid = true;
  for (uint32_t polygon = 0; valid && polygon < polygons->polygon_count; polygon++) {
    g_autofree char *name = name_polygon(polygons, polygon);
    valid = check_geometry(&geos, mi_geos_from_polygon(&geos, polygons, polygon), polygons,
                           polygons->polygon_first[polygon], polygons->polygon_first[polygon + 1], name, error);
  }
  if (valid && polygons->polygon_count > 1)
    valid = check_geometry(&geos, mi_geos_from_polygons(&geos, polygons), polygons, 0, polygons->ring_count,
                           "set of polygons", error);
  mi_geos_clear(&geos);
  return valid;
}
