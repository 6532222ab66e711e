/* What is known of the reference county: codes and names of its areas, seats of its townships, its boundary.
 *
 * Compiled in from lib/county/reference (see ATTRIBUTION.md there); parsed when a reference county is made.
 */
#ifndef MI_COUNTY_REFERENCE_FACTS_H
#define MI_COUNTY_REFERENCE_FACTS_H

#include <muster/geo.h>

/* The files as bytes; the build writes their definitions. */
extern const unsigned char mi_fact_townships[], mi_fact_communities[], mi_fact_boundary[];
extern const size_t mi_fact_townships_bytes, mi_fact_communities_bytes, mi_fact_boundary_bytes;

typedef struct mi_fact_township {
  int64_t code; /* 9 digits */
  char *name;
  MusterPosition seat; /* WGS 84, good to about a kilometre */
} mi_fact_township;

typedef struct mi_fact_community {
  int64_t code; /* 12 digits */
  char *name;
  uint32_t township; /* its place among the townships */
  bool urban;
} mi_fact_community;

typedef struct mi_facts {
  int64_t code; /* 6 digits */
  char *name;
  mi_fact_township *townships; /* by code */
  uint32_t township_count;
  mi_fact_community *communities; /* by code */
  uint32_t community_count;
  MusterPosition *boundary; /* one ring in WGS 84, closed, no point twice */
  uint32_t boundary_count;
} mi_facts;

/* NULL only if the library was built from damaged files. */
mi_facts *mi_facts_new(GError **error);
void mi_facts_free(mi_facts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(mi_facts, mi_facts_free)

#endif
