/* No deadline passes silently: a stage that was met too late, or not at all while it counted, was told as broken once,
 * any other never. For worlds whose plans keep the deadlines of the promise and whose incidents are numbered. */
#ifndef TEST_BREACHES_H
#define TEST_BREACHES_H

#include "engine/state.h"

/* `told`: how often each was told, by the incident's number. */
static void check_breaches(const MusterEngine *engine, uint32_t (*told)[MUSTER_STAGE_COUNT]) {
  for (mi_incident_id id = 0; id < engine->names.count; id++) {
    const mi_incident *incident = &engine->incidents[id];
    for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) {
      bool counts = incident->work || (incident->state == MUSTER_INCIDENT_DUPLICATE && stage == MUSTER_STAGE_KNOWN);
      int64_t until_ms = counts ? engine->now_ms : incident->ended_ms;
      int64_t due_ms = incident->reported_ms + muster_stage_deadline_ms((MusterStage)stage);
      int64_t met_ms = incident->met_ms[stage] == MI_NEVER ? INT64_MAX : incident->met_ms[stage];
      uint32_t times = told[engine->names.entries[id].number][stage];
      if (MIN(met_ms, until_ms) < due_ms) g_assert_cmpuint(times, ==, 0);
      if (MIN(met_ms, until_ms) > due_ms) g_assert_cmpuint(times, ==, 1);
    }
  }
}

#endif
