/* Any coordinate reference system ↔ WGS 84, by PROJ, which no other file uses.
 *
 * One context an object, network off, axes always x = east, y = north. Two of PROJ's courtesies are not taken, since
 * they are off by a hundred metres without a word: a "ballpark" answer where the change of datum is unknown (Xian
 * 1980), and the parameters of another region where a point lies outside the area of use of all of them (Beijing 1954).
 */
#include <math.h>
#include <muster/geo.h>
#include <proj.h>
#include <string.h>

struct MusterProjection {
  PJ_CONTEXT *context;
  PJ *transform; /* forward: the system → WGS 84 degrees */
  char *crs;
  bool everywhere;                 /* CGCS2000: no area of use to be checked */
  double west, south, east, north; /* area of use, found last, of the operation in use; west > east: over 180° */
};

static bool refuse_crs(GError **error, const char *crs, const char *format, ...) G_GNUC_PRINTF(3, 4);
static bool refuse_crs(GError **error, const char *crs, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_CRS, "\"%.80s\" %s", crs, text);
  return false;
}

/* Errors are reported by GError only. */
static void ignore_log(void *data, int level, const char *text) { (void)data, (void)level, (void)text; }

static const char *explain(PJ_CONTEXT *context, PJ *object) {
  int code = object ? proj_errno(object) : proj_context_errno(context);
  return code ? proj_context_errno_string(context, code) : "no reason given";
}

/* A height alone, earth-centred axes or a local engineering grid have no place in the plane of a map. */
static bool is_horizontal(PJ_CONTEXT *context, PJ *crs) {
  switch (proj_get_type(crs)) {
    case PJ_TYPE_GEOGRAPHIC_2D_CRS:
    case PJ_TYPE_GEOGRAPHIC_3D_CRS:
    case PJ_TYPE_PROJECTED_CRS:
      return true;
    case PJ_TYPE_BOUND_CRS: {
      PJ *source = proj_get_source_crs(context, crs);
      bool horizontal = source && is_horizontal(context, source);
      proj_destroy(source);
      return horizontal;
    }
    case PJ_TYPE_COMPOUND_CRS: {
      PJ *part = proj_crs_get_sub_crs(context, crs, 0);
      bool horizontal = part && is_horizontal(context, part);
      proj_destroy(part);
      return horizontal;
    }
    default:
      return false;
  }
}

/* CGCS2000 agrees with WGS 84 within decimetres, but PROJ's tables hold no operation that says so: there the ballpark
 * answer, the identity, is the right one. */
static bool is_cgcs2000(PJ_CONTEXT *context, PJ *crs) {
  PJ *geodetic = proj_crs_get_geodetic_crs(context, crs);
  PJ *datum = geodetic ? proj_crs_get_datum(context, geodetic) : NULL;
  const char *name = datum ? proj_get_name(datum) : NULL;
  bool found = name && strcmp(name, "China 2000") == 0;
  proj_destroy(datum);
  proj_destroy(geodetic);
  return found;
}

/* NULL with an error, or the transformation with its axes in the usual order. */
static PJ *create_transform(PJ_CONTEXT *context, PJ *crs, bool ballpark, const char *name, GError **error) {
  const char *const options[] = {ballpark ? NULL : "ALLOW_BALLPARK=NO", NULL};
  PJ *wgs84 = proj_create(context, "EPSG:4326");
  PJ *raw = wgs84 ? proj_create_crs_to_crs_from_pj(context, crs, wgs84, NULL, options) : NULL;
  PJ *transform = raw ? proj_normalize_for_visualization(context, raw) : NULL;
  proj_destroy(raw);
  proj_destroy(wgs84);
  if (!transform) refuse_crs(error, name, "cannot be converted to WGS 84: PROJ knows no accurate way");
  return transform;
}

MusterProjection *muster_projection_new(const char *crs, GError **error) {
  g_autoptr(MusterProjection) projection = g_new0(MusterProjection, 1);
  projection->crs = g_strdup(crs);
  projection->west = projection->south = 1, projection->east = projection->north = 0; /* nothing yet */
  projection->context = proj_context_create();
  proj_log_func(projection->context, NULL, ignore_log);
  proj_context_set_enable_network(projection->context, 0);
  PJ *definition = proj_create(projection->context, crs);
  if (!definition) {
    refuse_crs(error, crs, "is not a coordinate reference system that PROJ knows (%s); expected such as EPSG:4547",
               explain(projection->context, NULL));
    return NULL;
  }
  projection->everywhere = is_cgcs2000(projection->context, definition);
  if (is_horizontal(projection->context, definition))
    projection->transform = create_transform(projection->context, definition, projection->everywhere, crs, error);
  else
    refuse_crs(error, crs, "is not a system of positions on a map; expected a geographic or a projected one");
  proj_destroy(definition);
  return projection->transform ? g_steal_pointer(&projection) : NULL;
}

void muster_projection_free(MusterProjection *projection) {
  if (!projection) return;
  proj_destroy(projection->transform);
  if (projection->context) proj_context_destroy(projection->context);
  g_free(projection->crs);
  g_free(projection);
}

static bool lies_in_area(const MusterProjection *projection, PJ_COORD at) {
  bool over = projection->west > projection->east;
  bool in_lon = over ? at.lp.lam >= projection->west || at.lp.lam <= projection->east
                     : at.lp.lam >= projection->west && at.lp.lam <= projection->east;
  return in_lon && at.lp.phi >= projection->south && at.lp.phi <= projection->north;
}

/* Asks for the operation that was used only when `at` leaves the area known from the last time: PROJ prefers an
 * operation whose area holds the point, so within that area one is always right. */
static bool check_area(MusterProjection *projection, PJ_COORD at, GError **error) {
  if (projection->everywhere || lies_in_area(projection, at)) return true;
  PJ *used = proj_trans_get_last_used_operation(projection->transform);
  bool known = used && proj_get_area_of_use(projection->context, used, &projection->west, &projection->south,
                                            &projection->east, &projection->north, NULL);
  proj_destroy(used);
  if (!known || projection->west < -1000 || lies_in_area(projection, at)) return true;
  return refuse_crs(error, projection->crs,
                    "has no accurate way to WGS 84 at %.7g, %.7g; the nearest known is for longitudes %g to %g, "
                    "latitudes %g to %g",
                    at.lp.lam, at.lp.phi, projection->west, projection->east, projection->south, projection->north);
}

static bool transform_point(MusterProjection *projection, PJ_DIRECTION direction, double x, double y, PJ_COORD *out,
                            GError **error) {
  proj_errno_reset(projection->transform);
  *out = proj_trans(projection->transform, direction, proj_coord(x, y, 0, HUGE_VAL));
  if (isfinite(out->xy.x) && isfinite(out->xy.y)) return true;
  g_set_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_RANGE, "%.9g, %.9g cannot be converted %s %s: %s", x, y,
              direction == PJ_FWD ? "from" : "to", projection->crs,
              explain(projection->context, projection->transform));
  return false;
}

bool muster_projection_to_wgs84(MusterProjection *projection, double x, double y, MusterPosition *out, GError **error) {
  PJ_COORD at;
  MusterPosition position;
  if (!transform_point(projection, PJ_FWD, x, y, &at, error)) return false;
  if (!muster_position_from_degrees(at.lp.lam, at.lp.phi, &position)) {
    g_set_error(error, MUSTER_GEO_ERROR, MUSTER_GEO_ERROR_RANGE, "%.9g, %.9g in %s is not on earth", x, y,
                projection->crs);
    return false;
  }
  if (!check_area(projection, at, error)) return false;
  *out = position;
  return true;
}

bool muster_projection_from_wgs84(MusterProjection *projection, MusterPosition position, double *x, double *y,
                                  GError **error) {
  double lon = position.lon_e7 / 1e7, lat = position.lat_e7 / 1e7;
  PJ_COORD at;
  if (!transform_point(projection, PJ_INV, lon, lat, &at, error)) return false;
  if (!check_area(projection, proj_coord(lon, lat, 0, 0), error)) return false;
  *x = at.xy.x;
  *y = at.xy.y;
  return true;
}
