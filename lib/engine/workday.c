/* Double registration: on weekdays, in work hours, who is registered at a work place too is there; else at home.
 *
 * Only a place that nobody has told moves with the hour: a position that the volunteer sent stands. Event time has no
 * time of day of its own: `midnight_s` and `first_weekday` tell what time it was at 0.
 */
#include "engine/state.h"

enum { DAY_S = 86400, HOUR_S = 3600 };

static bool knows_hours(const mi_settings *settings) { return settings->work_from_h != settings->work_until_h; }

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

/* Where no road is near, the place before stands. */
static void move(MusterEngine *engine, MusterResponder responder, MusterPlace place) {
  mi_responder *person = mi_responder_at(engine, responder);
  MusterPlace before = person->place;
  if (!mi_people_put(engine, responder, place)) {
    mi_people_put(engine, responder, before);
    return;
  }
  if (person->available) mi_people_offer(engine, responder);
  if (person->state == MI_ALERTED) mi_people_renew_travel(engine, responder);
}

static void move_all(MusterEngine *engine, bool at_work) {
  size_t count;
  const MusterVolunteer *volunteers = muster_county_volunteers(engine->county, &count);
  for (MusterResponder i = 0; i < count; i++) {
    const mi_responder *person = mi_responder_at(engine, i);
    bool idle = person->state == MI_IDLE || person->state == MI_ALERTED;
    if (volunteers[i].has_work && idle && person->placed && person->placed_ms == MI_NEVER)
      move(engine, i,
           (MusterPlace){.position = at_work ? volunteers[i].work : volunteers[i].home, .matrix_id = MUSTER_NONE});
  }
}

void mi_workday_change(MusterEngine *engine, int64_t at_ms) {
  engine->workday = MUSTER_NONE;
  if (!engine->county || !knows_hours(engine->settings)) return;
  move_all(engine, is_at_work(engine->settings, at_ms));
  arm(engine, at_ms);
}

void mi_workday_follow(MusterEngine *engine, const mi_settings *before) {
  if (!engine->county || (!knows_hours(before) && !knows_hours(engine->settings))) return;
  bool at_work = is_at_work(engine->settings, engine->now_ms);
  mi_deadline_heap_cancel(&engine->deadlines, &engine->workday);
  if (at_work != is_at_work(before, engine->now_ms)) move_all(engine, at_work);
  if (knows_hours(engine->settings)) arm(engine, engine->now_ms);
}
