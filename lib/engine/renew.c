/* Those who wait ask again, because what they can reach or may ask for has changed under them. */
#include "engine/state.h"

/* Those of one priority; 0: any. */
static void renew_some(MusterEngine *engine, const mi_incident_id *waiting, size_t count, uint8_t priority) {
  for (size_t i = 0; i < count; i++) {
    const mi_incident *incident = mi_incident_at(engine, waiting[i]);
    if (!incident->work || !incident->work->waiting || (priority && incident->priority != priority)) continue;
    mi_alerting_top_up(engine, waiting[i]);
  }
}

void mi_waiting_renew(MusterEngine *engine) {
  size_t count = engine->waiting_count;
  if (count == 0) return;
  g_autofree mi_incident_id *waiting = g_memdup2(engine->waiting, count * sizeof *waiting);
  if (engine->settings->order == MI_ORDER_PLAIN)
    renew_some(engine, waiting, count, 0);
  else
    for (uint8_t priority = 1; priority <= 4; priority++) renew_some(engine, waiting, count, priority);
}
