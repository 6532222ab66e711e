/* The three stages of the promise (1310) and the states of an incident's life, with their names. */
#include <muster/incident.h>

static const struct {
  const char *name;
  uint32_t deadline_ms;
} stages[MUSTER_STAGE_COUNT] = {
    [MUSTER_STAGE_KNOWN] = {"KNOWN", 60 * 1000},
    [MUSTER_STAGE_REACHED] = {"REACHED", 180 * 1000},
    [MUSTER_STAGE_ON_SCENE] = {"ON_SCENE", 600 * 1000},
};

const char *muster_stage_name(MusterStage stage) {
  return (unsigned)stage < MUSTER_STAGE_COUNT ? stages[stage].name : "?";
}

uint32_t muster_stage_deadline_ms(MusterStage stage) {
  return (unsigned)stage < MUSTER_STAGE_COUNT ? stages[stage].deadline_ms : MUSTER_UNREACHABLE_MS;
}

const char *muster_incident_state_name(MusterIncidentState state) {
  static const char *const names[] = {
      [MUSTER_INCIDENT_OPEN] = "open",           [MUSTER_INCIDENT_REACHED] = "reached",
      [MUSTER_INCIDENT_ON_SCENE] = "on scene",   [MUSTER_INCIDENT_CLOSED] = "closed",
      [MUSTER_INCIDENT_CANCELLED] = "cancelled", [MUSTER_INCIDENT_DUPLICATE] = "a duplicate",
  };
  return (size_t)state < G_N_ELEMENTS(names) ? names[state] : "?";
}
