/* Where a responder stands: idle (available or resting), alerted, assigned, on scene; kept in step with travel,
 * counters and helpers. */
#include "engine/optimal.h"

#include <string.h>

void mi_people_reserve(MusterEngine *engine, size_t count) {
  engine->responders = mi_reserve(engine->responders, &engine->responder_capacity, count, sizeof *engine->responders);
  mi_rest_reserve(engine, count);
  engine->marks = mi_reserve(engine->marks, &engine->mark_capacity, count, sizeof *engine->marks);
}

/* Adds `change` to the count of all and to that of each skill. */
static void count_person(uint32_t *all, uint32_t with[MI_MOST_SKILLS], uint64_t skills, int change) {
  *all += (uint32_t)change;
  for (; skills; skills &= skills - 1) with[__builtin_ctzll(skills)] += (uint32_t)change;
}

void mi_people_offer(MusterEngine *engine, MusterResponder responder) {
  engine->freed = mi_reserve(engine->freed, &engine->freed_capacity, engine->freed_count + 1, sizeof *engine->freed);
  engine->freed[engine->freed_count++] = responder;
}

static void tell_travel(MusterEngine *engine, MusterResponder responder, bool in_travel) {
  mi_responder *person = mi_responder_at(engine, responder);
  if (in_travel == person->in_travel) return;
  person->in_travel = in_travel;
  muster_travel_set_available(engine->travel, responder, in_travel);
}

void mi_people_refresh(MusterEngine *engine, MusterResponder responder) {
  mi_responder *person = mi_responder_at(engine, responder);
  bool is_free = mi_people_is_free(person);
  bool available = is_free && person->rest == MUSTER_NONE, resting = is_free && !available;
  if (resting != person->resting)
    count_person(&engine->resting_count, engine->resting_with, person->skills, resting ? 1 : -1);
  person->resting = resting;
  tell_travel(engine, responder, available || mi_optimal_may_move(engine, person));
  mi_optimal_note_person(engine, responder);
  if (available == person->available) return;
  person->available = available;
  count_person(&engine->available_count, engine->available_with, person->skills, available ? 1 : -1);
  mi_cover_count(engine, person, available ? 1 : -1);
  if (available) mi_people_offer(engine, responder);
}

bool mi_people_put(MusterEngine *engine, MusterResponder responder, MusterPlace place) {
  mi_responder *person = mi_responder_at(engine, responder);
  if (!muster_travel_put(engine->travel, responder, place, person->modes, person->skills)) return false;
  muster_travel_set_available(engine->travel, responder, person->in_travel);
  mi_cover_move(engine, person, place);
  person->place = place;
  person->placed = true;
  mi_optimal_note_person(engine, responder);
  return true;
}

void mi_people_renew_travel(MusterEngine *engine, MusterResponder responder) {
  mi_responder *person = mi_responder_at(engine, responder);
  if (mi_fetching_is_under_way(engine, responder)) return; /* nobody knows whether they have it yet */
  MusterPlace goal = mi_incident_at(engine, person->incident)->place;
  person->travel_ms = mi_surcharge_travel_ms(engine, responder, goal, &person->mode);
  if (person->state == MI_ASSIGNED) person->arrives_ms = engine->now_ms + person->travel_ms;
  mi_optimal_note_person(engine, responder);
}

static void add_helper(mi_work *work, MusterResponder responder, uint32_t need) {
  work->helpers = mi_reserve(work->helpers, &work->helper_capacity, work->helper_count + 1, sizeof *work->helpers);
  work->helpers[work->helper_count++] = (mi_helper){.responder = responder, .need = need};
}

mi_asked *mi_people_asked(mi_work *work, MusterResponder responder) {
  for (size_t i = 0; i < work->asked_count; i++)
    if (work->asked[i].responder == responder) return &work->asked[i];
  return NULL;
}

static void note_asked(mi_work *work, MusterResponder responder, bool is_alert, int64_t now_ms) {
  mi_asked *asked = mi_people_asked(work, responder);
  if (!asked) {
    work->asked = mi_reserve(work->asked, &work->asked_capacity, work->asked_count + 1, sizeof *work->asked);
    asked = &work->asked[work->asked_count++];
    *asked = (mi_asked){.responder = responder};
  }
  if (is_alert && asked->times < UINT16_MAX) asked->times++;
  asked->alerted_ms = now_ms;
}

void mi_people_engage(MusterEngine *engine, mi_incident_id incident, uint32_t need, const MusterTravelHit *hit,
                      mi_duty_state state) {
  mi_work *work = mi_incident_at(engine, incident)->work;
  mi_responder *person = mi_responder_at(engine, hit->responder);
  person->state = (uint8_t)state;
  person->incident = incident;
  person->travel_ms = hit->time_ms;
  person->assigned_ms = state == MI_ASSIGNED ? engine->now_ms : MI_NEVER;
  person->mode = hit->mode;
  person->alerted_ms = engine->now_ms;
  person->delivered_ms = MI_NEVER;
  add_helper(work, hit->responder, need);
  note_asked(work, hit->responder, state == MI_ALERTED, engine->now_ms);
  if (state == MI_ALERTED) {
    work->needs[need].alerted++;
    person->expiry =
        mi_deadline_heap_add(&engine->deadlines, engine->now_ms + INT64_C(1000) * work->settings->alert_expires_s,
                             MI_DEADLINE_EXPIRY, hit->responder);
  } else {
    work->needs[need].assigned++;
    person->located = false;
    person->arrives_ms = engine->now_ms + hit->time_ms;
  }
  mi_optimal_note_incident(engine, incident);
  mi_people_refresh(engine, hit->responder);
}

static size_t find_helper(const mi_work *work, MusterResponder responder) {
  size_t at = 0;
  while (work->helpers[at].responder != responder) at++;
  return at;
}

mi_need *mi_people_need_of(MusterEngine *engine, MusterResponder responder) {
  mi_work *work = mi_incident_at(engine, mi_responder_at(engine, responder)->incident)->work;
  return &work->needs[work->helpers[find_helper(work, responder)].need];
}

void mi_people_accept(MusterEngine *engine, MusterResponder responder) {
  mi_need *need = mi_people_need_of(engine, responder);
  mi_responder *person = mi_responder_at(engine, responder);
  mi_deadline_heap_cancel(&engine->deadlines, &person->expiry);
  person->state = MI_ASSIGNED;
  person->located = false;
  person->arrives_ms = engine->now_ms + person->travel_ms;
  person->assigned_ms = engine->now_ms;
  need->alerted--;
  need->assigned++;
  mi_optimal_note_incident(engine, person->incident);
}

void mi_people_arrive(MusterEngine *engine, MusterResponder responder) {
  mi_need *need = mi_people_need_of(engine, responder);
  mi_responder_at(engine, responder)->state = MI_ON_SCENE;
  mi_service_begin(engine, responder);
  need->assigned--;
  need->arrived++;
  mi_optimal_note_incident(engine, mi_responder_at(engine, responder)->incident);
  mi_people_refresh(engine, responder);
}

void mi_people_free(MusterEngine *engine, MusterResponder responder) {
  mi_responder *person = mi_responder_at(engine, responder);
  mi_work *work = mi_incident_at(engine, person->incident)->work;
  size_t at = find_helper(work, responder);
  mi_need *need = &work->needs[work->helpers[at].need];
  if (person->state == MI_ALERTED) need->alerted--;
  if (person->state == MI_ASSIGNED) need->assigned--;
  mi_deadline_heap_cancel(&engine->deadlines, &person->expiry);
  mi_service_end(engine, responder);
  mi_fetching_leave(engine, responder);
  work->helper_count--;
  memmove(work->helpers + at, work->helpers + at + 1, (work->helper_count - at) * sizeof *work->helpers);
  mi_optimal_note_incident(engine, person->incident);
  person->incident = MUSTER_NONE;
  person->state = MI_IDLE;
  mi_workday_return(engine, responder);
  mi_people_refresh(engine, responder);
}

void mi_people_leave_scene(MusterEngine *engine, MusterResponder responder) {
  mi_incident_id incident = mi_responder_at(engine, responder)->incident;
  mi_people_asked(mi_incident_at(engine, incident)->work, responder)->done = true;
  mi_people_free(engine, responder);
}
