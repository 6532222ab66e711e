/* Positions that are old: nobody knows where the volunteer is by now, so their travel gets a surcharge that grows with
 * the age of the position beyond `position_stale_after_s`, up to `stale_surcharge_most_s`.
 *
 * A position that nobody told (a registered home or work place) does not age. The search by travel time knows no
 * surcharge; it is asked for more until nobody beyond its answer can be nearer.
 */
#include "engine/state.h"

uint32_t mi_stale_surcharge_ms(const MusterEngine *engine, MusterResponder responder) {
  const mi_settings *settings = engine->settings;
  int64_t told_ms = engine->responders[responder].placed_ms;
  if (settings->position_stale_after_s == 0 || told_ms == MI_NEVER) return 0;
  int64_t over_ms = engine->now_ms - told_ms - INT64_C(1000) * settings->position_stale_after_s;
  if (over_ms <= 0) return 0;
  int64_t most_ms = INT64_C(1000) * settings->stale_surcharge_most_s;
  int64_t percent = settings->stale_surcharge_percent;
  return (uint32_t)(over_ms >= most_ms * 100 / MAX(percent, 1) ? (percent ? most_ms : 0) : over_ms * percent / 100);
}

/* By time, those equal in the order of the search: an insertion sort, for most stand in order already. */
static void sort_hits(MusterTravelHit *hits, size_t count) {
  for (size_t i = 1; i < count; i++) {
    MusterTravelHit hit = hits[i];
    size_t at = i;
    for (; at > 0 && hits[at - 1].time_ms > hit.time_ms; at--) hits[at] = hits[at - 1];
    hits[at] = hit;
  }
}

static size_t drop_beyond(const MusterTravelHit *hits, size_t count, uint32_t limit_ms) {
  while (count > 0 && hits[count - 1].time_ms > limit_ms) count--;
  return count;
}

size_t mi_stale_nearest(MusterEngine *engine, MusterPlace place, uint64_t skills, size_t k, uint32_t limit_ms) {
  for (size_t asked = k;; asked = asked > SIZE_MAX / 2 ? SIZE_MAX : asked * 2) {
    engine->hits = mi_reserve(engine->hits, &engine->hit_capacity, asked, sizeof *engine->hits);
    size_t found = muster_travel_nearest(engine->travel, place, skills, asked, limit_ms, engine->hits);
    if (engine->settings->position_stale_after_s == 0 || found == 0) return found;
    uint32_t farthest_ms = engine->hits[found - 1].time_ms;
    for (size_t i = 0; i < found; i++)
      engine->hits[i].time_ms += mi_stale_surcharge_ms(engine, engine->hits[i].responder);
    sort_hits(engine->hits, found);
    if (found < asked || engine->hits[k - 1].time_ms <= farthest_ms)
      return drop_beyond(engine->hits, MIN(found, k), limit_ms);
  }
}
