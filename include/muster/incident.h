/* Incidents: kinds with their response plans, the stages of the promise, the states of a life. */
#ifndef MUSTER_INCIDENT_H
#define MUSTER_INCIDENT_H

#include <muster/geo.h>

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

#define MUSTER_INCIDENT_ERROR (muster_incident_error_quark())
MUSTER_EXPORT GQuark muster_incident_error_quark(void);
typedef enum MusterIncidentError {
  MUSTER_INCIDENT_ERROR_OPEN, /* the file of plans cannot be read */
  MUSTER_INCIDENT_ERROR_PLAN, /* group, key, expected, found */
} MusterIncidentError;

/* ---- response plans: what a kind of incident asks for ---- */

typedef struct MusterNeed {
  const char *skill; /* name; NULL: anybody */
  uint32_t count;
} MusterNeed;

#define MUSTER_PLAN_MOST_NEEDS 8
#define MUSTER_PLAN_MOST_EQUIPMENT 8
#define MUSTER_PLAN_MOST_ALARMS 4 /* levels above the first */
typedef struct MusterResponsePlan {
  const char *kind;                             /* "medical", "flood_rescue", "fire", "elderly_help", … */
  const char *label;                            /* for people, English */
  const char *label_zh;                         /* for people, Chinese */
  uint8_t priority;                             /* 1 life … 4 convenience */
  MusterNeed needs[MUSTER_PLAN_MOST_NEEDS + 1]; /* ended by count 0 */
  /* What alarm level 2, 3, … adds to all levels below it, each ended by count 0; a level without needs is the end. */
  MusterNeed alarms[MUSTER_PLAN_MOST_ALARMS + 1][MUSTER_PLAN_MOST_NEEDS + 1];
  const char *equipment[MUSTER_PLAN_MOST_EQUIPMENT + 1]; /* what those who go should bring; ended by NULL */
  uint32_t deadline_ms[MUSTER_STAGE_COUNT];              /* from the report; in increasing order */
  uint16_t alpha_permille; /* the probability with which each stage shall be met; 0: as the policy says */
} MusterResponsePlan;
/* The built-in plans, ordered by kind. */
MUSTER_EXPORT const MusterResponsePlan *muster_response_plans(size_t *count);
MUSTER_EXPORT const MusterResponsePlan *muster_response_plan_find(const char *kind); /* NULL if unknown */
/* The highest alarm level there is: 1 if the plan has no further ones. */
MUSTER_EXPORT unsigned muster_response_plan_levels(const MusterResponsePlan *plan);

/* A neighbouring county, whose contact is given to those who report from outside this one. */
typedef struct MusterNeighbour {
  const char *name, *contact;
  MusterPosition position; /* its seat */
} MusterNeighbour;

/* A set of response plans, with the neighbours. Immutable, shared; may be read by any number of threads. */
typedef struct MusterPlans MusterPlans;
/* The plans of an INI file, which changes single keys of the built-in plans and adds plans of its own; NULL: the
 * built-in ones. docs/plans.md explains the file. Errors: OPEN, PLAN. */
MUSTER_EXPORT MusterPlans *muster_plans_new(const char *path, GError **error);
/* The same of a text of `bytes` bytes; `name` is what messages call it. */
MUSTER_EXPORT MusterPlans *muster_plans_parse(const char *name, const char *ini, size_t bytes, GError **error);
MUSTER_EXPORT MusterPlans *muster_plans_ref(MusterPlans *plans);
MUSTER_EXPORT void muster_plans_unref(MusterPlans *plans); /* NULL: nothing */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterPlans, muster_plans_unref)
/* Ordered by kind; a view that lives as long as the set. */
MUSTER_EXPORT const MusterResponsePlan *muster_plans_list(const MusterPlans *plans, size_t *count);
MUSTER_EXPORT const MusterResponsePlan *muster_plans_find(const MusterPlans *plans, const char *kind); /* NULL: none */
MUSTER_EXPORT const MusterNeighbour *muster_plans_neighbours(const MusterPlans *plans, size_t *count);
/* All plans as the text of a file that muster_plans_parse reads back: equal sets have equal texts. Free with g_free. */
MUSTER_EXPORT char *muster_plans_to_ini(const MusterPlans *plans);
/* A line for each plan, for people; free with g_free. */
MUSTER_EXPORT char *muster_plans_describe(const MusterPlans *plans);

G_END_DECLS

#endif
