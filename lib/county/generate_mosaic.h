/* An area cut into small faces that share their borders exactly, and what is put together from them: regions of faces,
 * connected, that tile the area as the faces do.
 */
#ifndef MI_COUNTY_GENERATE_MOSAIC_H
#define MI_COUNTY_GENERATE_MOSAIC_H

#include "county/generate_plane.h"
#include "index/polygons.h"

typedef struct mi_border {
  uint32_t face;
  double length_m;
} mi_border;

typedef struct mi_mosaic {
  uint32_t count;
  mi_shape *faces; /* one polygon each */
  uint32_t *site;  /* the site each face belongs to */
  mi_spot *at;     /* a place inside: the site itself where it can be */
  double *area_m2;
  uint32_t *first;    /* count + 1, into borders */
  mi_border *borders; /* neighbours, ascending */
} mi_mosaic;

/* The cells of the sites within the area; a cell of several parts becomes several faces. */
mi_mosaic *mi_mosaic_new(const MusterPolygons *area, const mi_plane *plane, const mi_spot *sites, uint32_t site_count,
                         GError **error);
void mi_mosaic_free(mi_mosaic *mosaic);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mi_mosaic, mi_mosaic_free)

/* What it costs to go from one face to a neighbour, in the least whole unit that matters. */
typedef uint32_t (*mi_mosaic_cost)(const mi_mosaic *mosaic, uint32_t from, uint32_t to, void *user_data);
/* Gives each face without a label (MUSTER_NONE) that of the labelled face it is cheapest to reach. */
void mi_mosaic_grow(const mi_mosaic *mosaic, uint32_t *labels, mi_mosaic_cost cost, void *user_data);
/* Makes each label one connected region: of several parts the one of the largest weight (NULL: area) stays, the others
 * go to the neighbour with the longest border. */
void mi_mosaic_mend(const mi_mosaic *mosaic, uint32_t *labels, const double *weights);
/* The union of the faces of each label below `count`; regions are `count` zeroed shapes. */
bool mi_mosaic_unite(const mi_mosaic *mosaic, const uint32_t *labels, uint32_t count, mi_shape *regions,
                     GError **error);

#endif
