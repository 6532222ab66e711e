/* What the commands share that make a county: writing it and saying what is in it. */
#ifndef MT_COUNTY_MADE_H
#define MT_COUNTY_MADE_H

#include "common.h"

/* started_us, loaded_us: g_get_monotonic_time before and after what was read to make it.
 * Saves the county ("-": to standard output), prints the summary (as text or JSON; none with "-") and the timing.
 * Returns the exit code. */
int mt_county_made(const mt_common *common, const MusterCounty *county, const char *path, int64_t started_us,
                   int64_t loaded_us);

/* How many areas of the level the county has. */
size_t mt_county_count_level(const MusterCounty *county, MusterAreaLevel level);

#endif
