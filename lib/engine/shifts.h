/* Shifts at posts; see shifts.c. */
#ifndef MI_ENGINE_SHIFTS_H
#define MI_ENGINE_SHIFTS_H

#include <muster/county.h>

typedef struct mi_shifts mi_shifts;

/* NULL if the county has no shifts. It must outlive them. O(n log n) in the shifts. */
mi_shifts *mi_shifts_new(const MusterCounty *county);
void mi_shifts_free(mi_shifts *shifts);
/* The first beginning or end of any shift after at_ms. Event time 0 is midnight_s after midnight on first_weekday (1
 * Monday). O(log n). */
int64_t mi_shifts_next_ms(const mi_shifts *shifts, int64_t at_ms, uint32_t midnight_s, uint32_t first_weekday);
/* Who has a shift at all, ascending. */
MusterSpan32 mi_shifts_people(const mi_shifts *shifts);
/* The post of each volunteer's shift at that time, MUSTER_NONE without one, by volunteer; of several at once the one of
 * the post with the lowest id. Stays until the next question. O(n). */
const MusterPostId *mi_shifts_posts_at(mi_shifts *shifts, int64_t at_ms, uint32_t midnight_s, uint32_t first_weekday);

#endif
