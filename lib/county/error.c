/* The error domain of counties. */
#include <muster/county.h>

GQuark muster_county_error_quark(void) { return g_quark_from_static_string("muster-county-error-quark"); }
