/* What is added to a volunteer's travel time before people are ranked by it.
 *
 * A position that is old: nobody knows where the volunteer is by now, so their travel itself counts as longer, by a
 * share of the position's age beyond `position_stale_after_s`, up to `stale_surcharge_most_s`. A position that nobody
 * told (a registered home or work place) does not age. Prices: what the choice costs others (cover.c), rest that is due
 * and low ratings (service.c); they move somebody in the ranking, but the travel told and the limit of alert_within_s
 * stay true, so a price alone excludes nobody.
 *
 * The search by travel time knows no surcharge; it is asked for more until nobody beyond its answer can rank before
 * those found. Of equal rank the order of the search holds: travel without surcharges, then who was enrolled first.
 */
#include "engine/state.h"

#include <stdlib.h>

uint32_t mi_surcharge_stale_ms(const MusterEngine *engine, MusterResponder responder) {
  const mi_settings *settings = engine->settings;
  int64_t told_ms = engine->responders[responder].placed_ms;
  if (settings->position_stale_after_s == 0 || told_ms == MI_NEVER) return 0;
  int64_t over_ms = engine->now_ms - told_ms - INT64_C(1000) * settings->position_stale_after_s;
  if (over_ms <= 0) return 0;
  int64_t most_ms = INT64_C(1000) * settings->stale_surcharge_most_s;
  int64_t percent = settings->stale_surcharge_percent;
  return (uint32_t)(over_ms >= most_ms * 100 / MAX(percent, 1) ? (percent ? most_ms : 0) : over_ms * percent / 100);
}

uint32_t mi_surcharge_travel_ms(const MusterEngine *engine, MusterResponder responder, MusterPlace place,
                                uint8_t *mode) {
  uint32_t time_ms = muster_travel_time_ms(engine->travel, responder, place, mode);
  return time_ms == MUSTER_UNREACHABLE_MS ? time_ms : time_ms + mi_surcharge_stale_ms(engine, responder);
}

/* ---- prices ---- */

static uint32_t cover_price_ms(const MusterEngine *engine, MusterResponder responder) {
  const mi_settings *settings = engine->settings;
  uint32_t left;
  if (settings->cover_surcharge_s == 0 || !mi_cover_left(engine, responder, &left) || left >= settings->cover_least)
    return 0;
  return 1000 * MIN(settings->cover_surcharge_s, settings->alert_within_s);
}

static uint32_t fatigue_price_ms(const MusterEngine *engine, MusterResponder responder) {
  const mi_settings *settings = engine->settings;
  int64_t price_ms = mi_service_rest_due_ms(engine, responder) * settings->fatigue_surcharge_percent / 100;
  return (uint32_t)MIN(price_ms, INT64_C(1000) * MIN(settings->fatigue_surcharge_most_s, settings->alert_within_s));
}

static uint32_t rating_price_ms(const MusterEngine *engine, MusterResponder responder) {
  const mi_settings *settings = engine->settings;
  if (settings->rating_surcharge_s == 0 || !mi_service_is_rated_low(engine, responder)) return 0;
  return 1000 * MIN(settings->rating_surcharge_s, settings->alert_within_s);
}

uint32_t mi_surcharge_price_ms(const MusterEngine *engine, MusterResponder responder) {
  return cover_price_ms(engine, responder) + fatigue_price_ms(engine, responder) + rating_price_ms(engine, responder);
}

bool mi_surcharge_moves(const MusterEngine *engine) { return engine->settings->cover_surcharge_s > 0; }

/* ---- in words ---- */

void mi_surcharge_add_stale(MusterEngine *engine, MusterResponder responder) {
  uint32_t surcharge_ms = mi_surcharge_stale_ms(engine, responder);
  if (surcharge_ms == 0) return;
  mi_text_add(&engine->text, ", ");
  mi_text_add_duration(&engine->text, surcharge_ms);
  mi_text_add(&engine->text, " of it for a position ");
  mi_text_add_duration(&engine->text, engine->now_ms - mi_responder_at(engine, responder)->placed_ms);
  mi_text_add(&engine->text, " old");
}

/* ", counted as 1 min 30 s farther: "; false if it is nothing. */
static bool add_price(MusterEngine *engine, uint32_t price_ms) {
  if (price_ms == 0) return false;
  mi_text_add(&engine->text, ", counted as ");
  mi_text_add_duration(&engine->text, price_ms);
  mi_text_add(&engine->text, " farther: ");
  return true;
}

static void add_cover(MusterEngine *engine, MusterResponder responder) {
  uint32_t left = 0;
  if (!add_price(engine, cover_price_ms(engine, responder))) return;
  mi_cover_left(engine, responder, &left);
  mi_text_add(&engine->text, "leaves ");
  mi_cover_add_name(engine, responder);
  mi_text_add(&engine->text, " with ");
  mi_text_add_number(&engine->text, left);
  mi_text_add(&engine->text, " of ");
  mi_text_add_number(&engine->text, engine->settings->cover_least);
}

static void add_fatigue(MusterEngine *engine, MusterResponder responder) {
  if (!add_price(engine, fatigue_price_ms(engine, responder))) return;
  mi_text_add_duration(&engine->text, mi_service_rest_due_ms(engine, responder));
  mi_text_add(&engine->text, " of rest are due");
}

/* "rated 2.3 of 5 by 4". */
static void add_rating(MusterEngine *engine, MusterResponder responder) {
  if (!add_price(engine, rating_price_ms(engine, responder))) return;
  const MusterVolunteerRecord *record = &engine->responders[responder].record;
  uint64_t tenths = UINT64_C(10) * record->rating_sum / record->ratings;
  mi_text_add(&engine->text, "rated ");
  mi_text_add_number(&engine->text, tenths / 10);
  mi_text_add(&engine->text, ".");
  mi_text_add_number(&engine->text, tenths % 10);
  mi_text_add(&engine->text, " of 5 by ");
  mi_text_add_number(&engine->text, record->ratings);
}

void mi_surcharge_add(MusterEngine *engine, MusterResponder responder) {
  mi_surcharge_add_stale(engine, responder);
  add_cover(engine, responder);
  add_fatigue(engine, responder);
  add_rating(engine, responder);
}

/* ---- the search ---- */

static int compare_ranked(const void *a, const void *b) {
  const mi_ranked *x = a, *y = b;
  if (x->rank_ms != y->rank_ms) return x->rank_ms < y->rank_ms ? -1 : 1;
  return (x->found > y->found) - (x->found < y->found);
}

/* The hits that stay within the limit, ranked; returns how many. */
static size_t rank_hits(MusterEngine *engine, size_t found, uint32_t limit_ms) {
  size_t count = 0;
  engine->ranked = mi_reserve(engine->ranked, &engine->ranked_capacity, found, sizeof *engine->ranked);
  for (size_t i = 0; i < found; i++) {
    MusterTravelHit hit = engine->hits[i];
    hit.time_ms += mi_surcharge_stale_ms(engine, hit.responder);
    if (hit.time_ms > limit_ms) continue;
    uint32_t rank_ms = hit.time_ms + mi_surcharge_price_ms(engine, hit.responder);
    engine->ranked[count++] = (mi_ranked){.hit = hit, .rank_ms = rank_ms, .found = (uint32_t)i};
  }
  if (count) qsort(engine->ranked, count, sizeof *engine->ranked, compare_ranked);
  return count;
}

static bool has_any(const mi_settings *settings) {
  return settings->position_stale_after_s || settings->cover_surcharge_s || settings->fatigue_surcharge_percent ||
         settings->rating_surcharge_s;
}

size_t mi_surcharge_nearest(MusterEngine *engine, MusterPlace place, uint64_t skills, size_t k, uint32_t limit_ms) {
  for (size_t asked = k;; asked = asked > SIZE_MAX / 2 ? SIZE_MAX : asked * 2) {
    engine->hits = mi_reserve(engine->hits, &engine->hit_capacity, asked, sizeof *engine->hits);
    size_t found = muster_travel_nearest(engine->travel, place, skills, asked, limit_ms, engine->hits);
    if (!has_any(engine->settings) || found == 0) return found;
    uint32_t farthest_ms = engine->hits[found - 1].time_ms;
    size_t count = rank_hits(engine, found, limit_ms);
    if (found == asked && (count < k || engine->ranked[k - 1].rank_ms > farthest_ms)) continue;
    for (size_t i = 0; i < MIN(count, k); i++) engine->hits[i] = engine->ranked[i].hit;
    return MIN(count, k);
  }
}
