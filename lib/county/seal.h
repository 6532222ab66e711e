/* The steps from a builder's rows to a sealed county, in the order muster_county_builder_seal takes them. */
#ifndef MI_COUNTY_SEAL_H
#define MI_COUNTY_SEAL_H

#include "county/builder.h"

/* No row holds what cannot be written down. */
bool mi_seal_check_values(const MusterCountyBuilder *builder, GError **error);
/* Bits of skills follow the order of their names. */
void mi_seal_order_skills(MusterCountyBuilder *builder);
/* Every table ascends by its key; two rows with one key are refused. */
bool mi_seal_order_rows(MusterCountyBuilder *builder, GError **error);
/* Ways ascend by id, barriers by node; what no mode can meet is left out. */
void mi_seal_order_roads(MusterCountyBuilder *builder);
/* Outside ids → dense ids, and the lists that go the other way. */
void mi_seal_resolve(MusterCounty *county);

#endif
