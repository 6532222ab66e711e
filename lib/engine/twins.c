/* Duplicates, found by place and time or told, and their merging into the original.
 *
 * Found: a report of the same kind, so soon after another that is still active and so near
 * to it, is the same matter (`duplicate_within_s`, `duplicate_within_m`).
 *
 * Of several the nearest counts, of those equally near the one reported first. On a matrix only the same place is near;
 * where only the grid is known of one of the two, the same grid is. Kinds without a plan are never compared.
 */
#include "engine/state.h"

#include <math.h>

/* In metres; INFINITY: not to be compared. */
static double distance_m(const mi_incident *a, const mi_incident *b) {
  if (a->place.matrix_id != MUSTER_NONE || b->place.matrix_id != MUSTER_NONE)
    return a->place.matrix_id == b->place.matrix_id ? 0 : INFINITY;
  if (a->grid_only || b->grid_only) return a->grid != MUSTER_NONE && a->grid == b->grid ? 0 : INFINITY;
  return muster_distance_m(a->place.position, b->place.position);
}

static bool is_twin(const mi_incident *known, const mi_incident *fresh) {
  return known->work && !known->own_kind && known->plan == fresh->plan;
}

static const char *explain(MusterEngine *engine, mi_incident_id original, const mi_incident *fresh, double metres) {
  mi_text *text = &engine->text;
  const mi_incident *known = mi_incident_at(engine, original);
  mi_text_add(text, "the same kind as ");
  mi_text_add_id(text, mi_incident_name(engine, original));
  mi_text_add(text, ", reported ");
  mi_text_add_duration(text, fresh->first_ms - known->first_ms);
  mi_text_add(text, " after it and ");
  if (known->grid_only || fresh->grid_only) {
    mi_text_add(text, "in the same grid");
  } else {
    mi_text_add_number(text, (uint64_t)(metres + 0.5));
    mi_text_add(text, " m away");
  }
  return mi_text_end(text);
}

mi_incident_id mi_twin_find(MusterEngine *engine, mi_incident_id id, const char **why) {
  const mi_incident *fresh = mi_incident_at(engine, id);
  const mi_settings *settings = fresh->work->settings;
  int64_t since_ms = fresh->first_ms - INT64_C(1000) * settings->duplicate_within_s;
  mi_incident_id best = MUSTER_NONE;
  double nearest_m = settings->duplicate_within_m;
  if (settings->duplicate_within_s == 0 || fresh->own_kind) return MUSTER_NONE;
  for (mi_incident_id i = id; i-- > 0 && mi_incident_at(engine, i)->first_ms >= since_ms;) {
    const mi_incident *known = mi_incident_at(engine, i);
    double metres = is_twin(known, fresh) ? distance_m(known, fresh) : INFINITY;
    if (metres > nearest_m) continue;
    best = i;
    nearest_m = metres;
  }
  if (best != MUSTER_NONE) *why = explain(engine, best, fresh, nearest_m);
  return best;
}

static mi_incident_id find_original(MusterEngine *engine, const MusterEvent *event, mi_incident_id duplicate) {
  const char *defect = mi_id_defect(event->original);
  mi_incident_id original = defect ? MUSTER_NONE : mi_ids_find(&engine->names, event->original);
  if (defect)
    MI_REFUSE(engine, event, "the original's id ", defect);
  else if (original == MUSTER_NONE)
    MI_REFUSE(engine, event, "no incident ", mi_say_id(engine, event->original), " was reported");
  else if (original == duplicate)
    MI_REFUSE(engine, event, "an incident cannot be its own duplicate");
  else {
    const char *refusal =
        mi_lifecycle_refusal((MusterIncidentState)mi_incident_at(engine, original)->state, MI_ACT_DUPLICATE);
    if (!refusal) return original;
    MI_REFUSE(engine, event, "the original ", mi_say_id(engine, event->original), " ", refusal);
  }
  return MUSTER_NONE;
}

void mi_step_duplicate(MusterEngine *engine, const MusterEvent *event) {
  mi_incident_id duplicate = mi_find_incident(engine, event, MI_ACT_DUPLICATE);
  if (duplicate == MUSTER_NONE) return;
  mi_incident_id original = find_original(engine, event, duplicate);
  if (original == MUSTER_NONE) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  mi_twin_merge(engine, duplicate, original);
}

/* Somebody of the duplicate, into the open place of the original. */
static void take_over(MusterEngine *engine, mi_incident_id original, mi_need *need, MusterResponder responder) {
  mi_responder *person = mi_responder_at(engine, responder);
  mi_incident_id duplicate = person->incident;
  bool stands_there = person->state == MI_ON_SCENE;
  MusterTravelHit hit = {.responder = responder, .mode = person->mode};
  uint32_t skill = mi_people_need_of(engine, responder)->skill;
  mi_people_free(engine, responder);
  if (!stands_there)
    hit.time_ms = muster_travel_time_ms(engine->travel, responder, mi_incident_at(engine, original)->place, &hit.mode);
  mi_text_add(&engine->text, "goes on to ");
  mi_text_add_id(&engine->text, mi_incident_name(engine, original));
  mi_text_add(&engine->text, ", which this is a duplicate of");
  const char *why = mi_text_end(&engine->text);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_REASSIGN, duplicate);
  decision->volunteer = mi_responder_name(engine, responder);
  decision->skill = mi_skill_name(engine, skill);
  decision->why = why;
  mi_people_engage(engine, original, (uint32_t)(need - mi_incident_at(engine, original)->work->needs), &hit,
                   MI_ASSIGNED);
  mi_text_add(&engine->text, stands_there ? "stands there for its duplicate " : "on the way to its duplicate ");
  mi_text_add_id(&engine->text, mi_incident_name(engine, duplicate));
  mi_decide_assign(engine, original, responder, mi_text_end(&engine->text));
  if (stands_there) mi_people_arrive(engine, responder);
}

/* Of the duplicate's people those in this state, in the order of their coming. */
static void take_over_those(MusterEngine *engine, mi_incident_id duplicate, mi_incident_id original,
                            mi_duty_state state) {
  const mi_work *work = mi_incident_at(engine, duplicate)->work;
  for (size_t i = 0; i < work->helper_count;) {
    MusterResponder responder = work->helpers[i].responder;
    mi_need *need =
        mi_responder_at(engine, responder)->state == state ? mi_need_find_open(engine, original, responder) : NULL;
    if (need)
      take_over(engine, original, need, responder); /* which takes them from the list */
    else
      i++;
  }
}

/* Nobody more is sought for places that are filled. */
static void settle_needs(MusterEngine *engine, mi_incident_id incident) {
  const mi_work *work = mi_incident_at(engine, incident)->work;
  for (size_t i = 0; i < work->need_count; i++)
    if (mi_need_missing(&work->needs[i]) == 0) mi_alerting_cancel_need(engine, incident, (uint32_t)i);
  mi_alerting_top_up(engine, incident);
}

void mi_twin_merge(MusterEngine *engine, mi_incident_id duplicate, mi_incident_id original) {
  mi_incident_at(engine, duplicate)->original = original;
  mi_chain_card(engine, duplicate, original);
  bool has_helpers = mi_incident_at(engine, duplicate)->work->helper_count > 0;
  take_over_those(engine, duplicate, original, MI_ON_SCENE);
  take_over_those(engine, duplicate, original, MI_ASSIGNED);
  mi_incident_end(engine, duplicate, MUSTER_INCIDENT_DUPLICATE,
                  "a duplicate of an incident that has its own responders", "merged into its original");
  mi_chain_follow_duplicate(engine, duplicate);
  if (has_helpers) settle_needs(engine, original);
}
