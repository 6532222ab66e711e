/* Sites of cells as they are chosen: a list that knows how far away the nearest one is. */
#ifndef MI_COUNTY_GENERATE_SITES_H
#define MI_COUNTY_GENERATE_SITES_H

#include "county/generate_plane.h"

typedef struct mi_sites {
  GArray *list; /* mi_spot, in the order they were put */
  double reach_m;
  GHashTable *squares; /* sites by squares of side reach_m */
} mi_sites;

/* reach_m: the widest spacing that will be asked for. */
mi_sites *mi_sites_new(double reach_m);
void mi_sites_free(mi_sites *sites);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mi_sites, mi_sites_free)
void mi_sites_put(mi_sites *sites, mi_spot at);
/* Is no site nearer than spacing_m (at most reach_m)? */
bool mi_sites_has_room(const mi_sites *sites, mi_spot at, double spacing_m);

#endif
