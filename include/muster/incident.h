/* Incidents: kinds with their response plans, the stages of the promise, the states of a life. */
#ifndef MUSTER_INCIDENT_H
#define MUSTER_INCIDENT_H

#include <muster/base.h>

G_BEGIN_DECLS

typedef enum MusterStage {
  MUSTER_STAGE_KNOWN,
  MUSTER_STAGE_REACHED,
  MUSTER_STAGE_ON_SCENE,
  MUSTER_STAGE_COUNT
} MusterStage;
/* "KNOWN", "REACHED", "ON_SCENE". */
MUSTER_EXPORT const char *muster_stage_name(MusterStage stage);
/* The promise: 60,000, 180,000 and 600,000 ms from the report. */
MUSTER_EXPORT uint32_t muster_stage_deadline_ms(MusterStage stage);

typedef enum MusterIncidentState {
  MUSTER_INCIDENT_OPEN,     /* reported; responders are being found */
  MUSTER_INCIDENT_REACHED,  /* as many as needed have accepted */
  MUSTER_INCIDENT_ON_SCENE, /* as many as needed stand there */
  MUSTER_INCIDENT_CLOSED,
  MUSTER_INCIDENT_CANCELLED,
  MUSTER_INCIDENT_DUPLICATE,
} MusterIncidentState;
MUSTER_EXPORT const char *muster_incident_state_name(MusterIncidentState state);

/* What a kind asks for when the report does not say. */
typedef struct MusterNeed {
  const char *skill; /* name; NULL: anybody */
  uint32_t count;
} MusterNeed;
typedef struct MusterResponsePlan {
  const char *kind;    /* "medical", "flood_rescue", "fire", "elderly_help", … */
  const char *label;   /* for people, English */
  uint8_t priority;    /* 1 life … 4 convenience */
  MusterNeed needs[4]; /* ended by count 0 */
} MusterResponsePlan;
/* The built-in plans, a static table. */
MUSTER_EXPORT const MusterResponsePlan *muster_response_plans(size_t *count);
MUSTER_EXPORT const MusterResponsePlan *muster_response_plan_find(const char *kind); /* NULL if unknown */

G_END_DECLS

#endif
