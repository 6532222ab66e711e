/* Double registration: on weekdays, in work hours, who is registered at a work place too is there; else at home.
 *
 * Only a place that nobody has told moves with the hour: a position that the volunteer sent stands, and so does the
 * post of a shift (rota.c). Who is on the way or on scene moves when free again. Event time has no time of day of its
 * own: `midnight_s` and `first_weekday` tell what time it was at 0.
 */
#include "engine/state.h"

enum { DAY_S = 86400, HOUR_S = 3600 };

/* Work that would begin at the end of the day begins at the next one's beginning. */
static bool knows_hours(const mi_settings *settings) {
  return settings->work_from_h != settings->work_until_h && settings->work_from_h % 24 != settings->work_until_h;
}

static bool is_at_work(const mi_settings *settings, int64_t at_ms) {
  if (!knows_hours(settings)) return false;
  int64_t second = MAX(at_ms, 0) / 1000 + settings->midnight_s;
  int64_t weekday = (second / DAY_S + settings->first_weekday - 1) % 7, hour = second % DAY_S / HOUR_S;
  bool inside = hour >= settings->work_from_h && hour < settings->work_until_h;
  if (settings->work_from_h > settings->work_until_h)
    inside = hour >= settings->work_from_h || hour < settings->work_until_h;
  return inside && weekday < 5;
}

/* The next full hour at which the answer changes; it changes within a week. */
static void arm(MusterEngine *engine, int64_t at_ms) {
  int64_t offset_ms = INT64_C(1000) * engine->settings->midnight_s, hour_ms = INT64_C(1000) * HOUR_S;
  int64_t next_ms = MAX(at_ms, 0);
  do next_ms = ((next_ms + offset_ms) / hour_ms + 1) * hour_ms - offset_ms;
  while (is_at_work(engine->settings, next_ms) == is_at_work(engine->settings, at_ms));
  engine->workday = mi_deadline_heap_add(&engine->deadlines, next_ms, MI_DEADLINE_WORKDAY, 0);
}

static bool is_same_position(MusterPosition a, MusterPosition b) {
  return a.lon_e7 == b.lon_e7 && a.lat_e7 == b.lat_e7;
}

/* Where somebody of the county may belong, best first; returns how many. */
static size_t list_places(const MusterEngine *engine, MusterResponder responder, int64_t at_ms,
                          MusterPosition places[3]) {
  const MusterVolunteer *volunteer = &muster_county_volunteers(engine->county, NULL)[responder];
  MusterPostId post = mi_rota_post(engine, responder);
  size_t count = 0;
  if (post != MUSTER_NONE) places[count++] = muster_county_posts(engine->county, NULL)[post].position;
  if (volunteer->has_work && is_at_work(engine->settings, at_ms)) places[count++] = volunteer->work;
  places[count++] = volunteer->home;
  return count;
}

/* Where no road is near the next place counts; without any they are nowhere, but who was asked stays to answer. */
void mi_workday_place(MusterEngine *engine, MusterResponder responder, int64_t at_ms) {
  mi_responder *person = mi_responder_at(engine, responder);
  MusterPosition places[3], before = person->place.position;
  size_t count = list_places(engine, responder, at_ms, places);
  bool was_placed = person->placed;
  if (was_placed && is_same_position(before, places[0])) return;
  person->placed = false;
  for (size_t i = 0; i < count && !person->placed; i++)
    mi_people_put(engine, responder, (MusterPlace){.position = places[i], .matrix_id = MUSTER_NONE});
  if (!person->placed && person->state == MI_ALERTED) mi_people_put(engine, responder, person->place);
  if (was_placed && person->placed && is_same_position(before, person->place.position)) return;
  mi_people_refresh(engine, responder);
  if (person->available) mi_people_offer(engine, responder);
  if (person->state == MI_ALERTED) mi_people_renew_travel(engine, responder);
}

void mi_workday_return(MusterEngine *engine, MusterResponder responder) {
  if (!engine->county || (!knows_hours(engine->settings) && !engine->shifts)) return;
  size_t count;
  muster_county_volunteers(engine->county, &count);
  if (responder < count && mi_responder_at(engine, responder)->placed_ms == MI_NEVER)
    mi_workday_place(engine, responder, engine->now_ms);
}

static void move_all(MusterEngine *engine, int64_t at_ms) {
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(engine->county, &count);
  for (MusterResponder i = 0; i < count; i++) {
    const mi_responder *person = mi_responder_at(engine, i);
    bool idle = person->state == MI_IDLE || person->state == MI_ALERTED;
    if (volunteers[i].has_work && idle && person->placed_ms == MI_NEVER) mi_workday_place(engine, i, at_ms);
  }
}

void mi_workday_change(MusterEngine *engine, int64_t at_ms) {
  engine->workday = MUSTER_NONE;
  if (!engine->county || !knows_hours(engine->settings)) return;
  move_all(engine, at_ms);
  arm(engine, at_ms);
}

void mi_workday_follow(MusterEngine *engine, const mi_settings *before) {
  if (!engine->county || (!knows_hours(before) && !knows_hours(engine->settings))) return;
  mi_deadline_heap_cancel(&engine->deadlines, &engine->workday);
  if (is_at_work(engine->settings, engine->now_ms) != is_at_work(before, engine->now_ms))
    move_all(engine, engine->now_ms);
  if (knows_hours(engine->settings)) arm(engine, engine->now_ms);
}
