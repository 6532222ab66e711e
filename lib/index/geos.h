/* GEOS behind one context a call: conversion of lattice polygons, errors as sentences.
 *
 * Geometry handed to GEOS has the e7 integers as coordinates, exact in doubles. Relies on the reentrant C API of GEOS
 * 3.11.
 */
#ifndef MI_INDEX_GEOS_H
#define MI_INDEX_GEOS_H

#define GEOS_USE_ONLY_R_API
#include <geos_c.h>
#include <muster/index.h>

#include "geo/shape.h"

typedef struct mi_geos {
  GEOSContextHandle_t handle;
  char message[256]; /* the last one GEOS gave */
} mi_geos;

/* The struct must not move while it is in use. */
void mi_geos_init(mi_geos *geos);
void mi_geos_clear(mi_geos *geos);
/* Sets "WHAT: message of GEOS"; returns false. */
bool mi_geos_fail(const mi_geos *geos, const char *what, GError **error);

/* NULL with the reason in geos->message: a ring open or of fewer than 4 positions. Destroyed by the caller. */
GEOSGeometry *mi_geos_from_polygons(mi_geos *geos, const MusterPolygons *polygons);
/* One polygon of them. */
GEOSGeometry *mi_geos_from_polygon(mi_geos *geos, const MusterPolygons *polygons, uint32_t polygon);
/* All rings as one multi-line; rings need not be valid. */
GEOSGeometry *mi_geos_rings(mi_geos *geos, const MusterPolygons *polygons);
/* A line through `count` coordinate pairs. */
GEOSGeometry *mi_geos_line(mi_geos *geos, const MusterPosition *positions, uint32_t count);
/* Takes the old geometry over and returns the changed one; NULL stays NULL. */
GEOSGeometry *mi_geos_replace(mi_geos *geos, GEOSGeometry *old, GEOSGeometry *changed);
/* The polygons in any geometry, brought to normal form (same geometry, same order); replaces what `out` holds. */
bool mi_geos_to_shape(mi_geos *geos, const GEOSGeometry *geometry, mi_shape *out);

#endif
