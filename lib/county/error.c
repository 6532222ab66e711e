/* The error domain of counties. */
#include <muster/county.h>

G_DEFINE_QUARK(muster - county - error - quark, muster_county_error)
