/* Incidents that come back: a closed or cancelled one is re-opened, a duplicate that was none is un-merged.
 *
 * Both need what they needed at the end. Of a re-opened one the promise counts anew; an un-merged one was reported when
 * it was, so that a deadline that has passed meanwhile is broken at once.
 */
#include "engine/state.h"

#include <string.h>

static void restore_work(MusterEngine *engine, mi_incident_id id) {
  mi_incident *incident = mi_incident_at(engine, id);
  mi_kept *kept = g_steal_pointer(&incident->kept);
  mi_promise_stop_duplicate(engine, kept);
  mi_work *work = incident->work = mi_work_take(engine);
  mi_modes_settle_incident(engine, id);
  for (size_t i = 0; i < kept->need_count; i++)
    work->needs[work->need_count++] = (mi_need){.skill = kept->needs[i].skill,
                                                .count = kept->needs[i].count,
                                                .asks_left = kept->needs[i].count * work->settings->asks_per_slot,
                                                .settings = work->settings};
  work->served = mi_reserve(work->served, &work->served_capacity, kept->served_count, sizeof *work->served);
  if (kept->served_count) memcpy(work->served, kept->served, kept->served_count * sizeof *work->served);
  work->served_count = kept->served_count;
  g_free(kept);
}

static void come_back(MusterEngine *engine, mi_incident_id id) {
  mi_incident *incident = mi_incident_at(engine, id);
  restore_work(engine, id);
  incident->state = MUSTER_INCIDENT_OPEN;
  incident->original = MUSTER_NONE;
  incident->rating = 0;
  incident->told_level = MUSTER_AREA_LEVEL_COUNT;
  mi_promise_start(engine, id);
  incident->ended_ms = MI_NEVER;
  mi_chain_card(engine, id, id);
  mi_alerting_top_up(engine, id);
}

void mi_step_reopen(MusterEngine *engine, const MusterEvent *event) {
  mi_incident_id id = mi_find_incident(engine, event, MI_ACT_REOPEN);
  if (id == MUSTER_NONE) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  mi_incident *incident = mi_incident_at(engine, id);
  incident->reported_ms = event->at_ms;
  incident->broken = 0;
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) incident->met_ms[stage] = MI_NEVER;
  come_back(engine, id);
}

void mi_step_unmerge(MusterEngine *engine, const MusterEvent *event) {
  mi_incident_id id = mi_find_incident(engine, event, MI_ACT_UNMERGE);
  if (id == MUSTER_NONE) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  come_back(engine, id);
}
