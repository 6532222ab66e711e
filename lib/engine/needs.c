/* What an incident needs: at the report, changed on scene, and by a higher alarm level.
 *
 * Whoever has arrived keeps a place: a need never falls below those who came.
 */
#include "engine/state.h"

#include <string.h>

bool mi_need_check(MusterEngine *engine, const MusterEvent *event, uint32_t least) {
  if (event->need_count > MI_MOST_NEEDS) return MI_REFUSE(engine, event, "the event has more than 16 needs");
  for (size_t i = 0; i < event->need_count; i++) {
    const MusterNeed *need = &event->needs[i];
    if (need->count < least || need->count > MI_MOST_PER_NEED)
      return MI_REFUSE(engine, event, "need ", mi_say_number(engine, i + 1), " asks for ",
                       mi_say_number(engine, need->count), " people, expected ", least ? "1" : "0", " to 500");
    const char *defect = need->skill ? mi_skill_defect(need->skill) : NULL;
    if (defect) return MI_REFUSE(engine, event, defect);
  }
  return true;
}

static uint32_t skill_of(MusterEngine *engine, const MusterNeed *need) {
  return need->skill ? mi_skill_intern(engine, need->skill) : MUSTER_NONE;
}

void mi_need_add(MusterEngine *engine, mi_work *work, const MusterNeed *need) {
  work->needs[work->need_count++] = (mi_need){.skill = skill_of(engine, need),
                                              .count = need->count,
                                              .asks_left = need->count * work->settings->asks_per_slot,
                                              .settings = work->settings};
}

mi_need *mi_need_find_open(MusterEngine *engine, mi_incident_id incident, MusterResponder responder) {
  mi_work *work = mi_incident_at(engine, incident)->work;
  for (size_t i = 0; i < work->need_count; i++)
    if (mi_need_missing(&work->needs[i]) &&
        mi_has_skill(engine, mi_responder_at(engine, responder), work->needs[i].skill))
      return &work->needs[i];
  return NULL;
}

/* The first need of that skill; NULL: none. */
static mi_need *find_need(const MusterEngine *engine, mi_work *work, const MusterNeed *wanted) {
  uint32_t skill = wanted->skill ? mi_ids_find(&engine->skills, (MusterId){.text = wanted->skill}) : MUSTER_NONE;
  if (wanted->skill && skill == MUSTER_NONE) return NULL;
  for (size_t i = 0; i < work->need_count; i++)
    if (work->needs[i].skill == skill) return &work->needs[i];
  return NULL;
}

/* ---- the alarm ---- */

static bool check_level(MusterEngine *engine, const MusterEvent *event, const mi_incident *incident) {
  unsigned highest = muster_response_plan_levels(mi_plan_of(engine, incident));
  if (event->level > highest)
    return MI_REFUSE(engine, event, "alarm level ", mi_say_number(engine, event->level), ": the highest of ",
                     mi_plan_of(engine, incident)->kind, " is ", mi_say_number(engine, highest));
  return event->level > incident->alarm_level ||
         MI_REFUSE(engine, event, "alarm level ", mi_say_number(engine, event->level),
                   ": the incident stands at level ", mi_say_number(engine, incident->alarm_level));
}

/* The levels above the present one fit into what an incident can need. */
static bool check_room(MusterEngine *engine, const MusterEvent *event, const mi_incident *incident) {
  mi_work after = {.need_count = incident->work->need_count};
  memcpy(after.needs, incident->work->needs, sizeof after.needs);
  for (unsigned level = incident->alarm_level; level < event->level; level++)
    for (const MusterNeed *need = mi_plan_of(engine, incident)->alarms[level - 1]; need->count; need++) {
      mi_need *found = find_need(engine, &after, need);
      if (!found && after.need_count == MI_MOST_NEEDS)
        return MI_REFUSE(engine, event, "the incident would have more than 16 needs");
      if (!found) /* the name may be new: only its place counts here */
        after.needs[after.need_count++] = (mi_need){.skill = MUSTER_NONE - 1, .count = need->count};
      else if ((found->count += need->count) > MI_MOST_PER_NEED)
        return MI_REFUSE(engine, event, "a need would ask for more than 500 people");
    }
  return true;
}

static uint32_t raise_alarm(MusterEngine *engine, mi_incident *incident, uint8_t to) {
  uint32_t added = 0;
  for (; incident->alarm_level < to; incident->alarm_level++)
    for (const MusterNeed *need = mi_plan_of(engine, incident)->alarms[incident->alarm_level - 1]; need->count;
         need++) {
      mi_need *found = find_need(engine, incident->work, need);
      added += need->count;
      if (!found) {
        mi_need_add(engine, incident->work, need);
        continue;
      }
      found->count += need->count;
      found->asks_left += need->count * found->settings->asks_per_slot;
    }
  return added;
}

void mi_step_alarm(MusterEngine *engine, const MusterEvent *event) {
  mi_incident_id id = mi_find_incident(engine, event, MI_ACT_ALARM);
  if (id == MUSTER_NONE) return;
  mi_incident *incident = mi_incident_at(engine, id);
  if (!check_level(engine, event, incident) || !check_room(engine, event, incident)) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  uint32_t added = raise_alarm(engine, incident, event->level);
  mi_text_add(&engine->text, "alarm level ");
  mi_text_add_number(&engine->text, event->level);
  mi_text_add(&engine->text, " of ");
  mi_text_add(&engine->text, mi_plan_of(engine, incident)->kind);
  mi_text_add(&engine->text, ": more are needed, ");
  mi_text_add_number(&engine->text, added);
  const char *why = mi_text_end(&engine->text);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_ALARM, id);
  decision->level = event->level;
  decision->missing = added;
  decision->why = why;
  mi_alerting_top_up(engine, id);
}

/* ---- changed on scene ---- */

/* The last of those on their way for that need. */
static MusterResponder find_last_assigned(MusterEngine *engine, const mi_work *work, uint32_t need) {
  for (size_t i = work->helper_count; i-- > 0;)
    if (work->helpers[i].need == need && mi_responder_at(engine, work->helpers[i].responder)->state == MI_ASSIGNED)
      return work->helpers[i].responder;
  return MUSTER_NONE;
}

/* Who accepted last is told first. */
static void send_back(MusterEngine *engine, mi_incident_id id, uint32_t index) {
  mi_work *work = mi_incident_at(engine, id)->work;
  const mi_need *need = &work->needs[index];
  while (need->assigned + need->arrived > need->count) {
    mi_alerting_cancel(engine, find_last_assigned(engine, work, index), "fewer are needed now: turn back");
  }
  if (mi_need_missing(need) == 0) mi_alerting_cancel_need(engine, id, index);
}

static uint32_t count_with(const mi_work *work, uint32_t skill) {
  uint32_t count = 0;
  for (size_t i = 0; i < work->need_count; i++)
    if (work->needs[i].skill == skill) count += work->needs[i].count;
  return count;
}

/* A report may name a skill twice; what is wanted now is meant for all of it: the first need grows, the last one
 * shrinks first. */
static void change_need(MusterEngine *engine, mi_incident_id id, const MusterNeed *wanted) {
  mi_work *work = mi_incident_at(engine, id)->work;
  mi_need *first = find_need(engine, work, wanted);
  if (!first) {
    if (wanted->count) mi_need_add(engine, work, wanted);
    return;
  }
  uint32_t count = count_with(work, first->skill);
  if (wanted->count > count) {
    first->count += wanted->count - count;
    first->asks_left += (wanted->count - count) * first->settings->asks_per_slot;
  }
  for (size_t i = work->need_count; i-- > 0 && count > wanted->count;) {
    mi_need *need = &work->needs[i];
    uint32_t fewer = need->skill == first->skill ? MIN(count - wanted->count, need->count - need->arrived) : 0;
    need->count -= fewer;
    count -= fewer;
    if (fewer) send_back(engine, id, (uint32_t)i);
  }
}

/* The needs as they would be: at least one person, at most 16 needs, each skill given once. */
static bool check_change(MusterEngine *engine, const MusterEvent *event, const mi_incident *incident) {
  mi_work *work = incident->work;
  size_t needs = work->need_count;
  uint32_t people = 0;
  for (size_t i = 0; i < event->need_count; i++) {
    mi_need *known = find_need(engine, work, &event->needs[i]);
    needs += !known && event->needs[i].count;
    people += event->needs[i].count;
    for (size_t j = 0; j < i; j++)
      if (g_strcmp0(event->needs[i].skill, event->needs[j].skill) == 0)
        return MI_REFUSE(engine, event, "a skill is given twice");
  }
  for (size_t i = 0; i < work->need_count; i++) {
    bool given = false;
    for (size_t j = 0; j < event->need_count && !given; j++) {
      const mi_need *found = find_need(engine, work, &event->needs[j]);
      given = found && found->skill == work->needs[i].skill;
    }
    people += given ? work->needs[i].arrived : work->needs[i].count;
  }
  if (needs > MI_MOST_NEEDS) return MI_REFUSE(engine, event, "the incident would have more than 16 needs");
  return people > 0 || MI_REFUSE(engine, event, "nobody would be needed any more: close the incident instead");
}

void mi_step_need(MusterEngine *engine, const MusterEvent *event) {
  mi_incident_id id = mi_find_incident(engine, event, MI_ACT_NEED);
  if (id == MUSTER_NONE) return;
  if (event->need_count == 0) {
    MI_REFUSE(engine, event, "the event does not say what is needed now");
    return;
  }
  if (!mi_need_check(engine, event, 0) || !check_change(engine, event, mi_incident_at(engine, id))) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  for (size_t i = 0; i < event->need_count; i++) change_need(engine, id, &event->needs[i]);
  mi_alerting_top_up(engine, id);
}
