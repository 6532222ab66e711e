/* What a simulation found: tallies over all replications, and the first replication whole (places and stories).
 *
 * Sums of whole numbers only, merged in the order of the replications: the same whatever the number of threads.
 */
#ifndef MI_SIM_RESULT_H
#define MI_SIM_RESULT_H

#include "sim/run.h"

enum { MI_ALERT_CLASSES = 7 }; /* volunteers by the number of alerts they had: 0, 1, 2–3, 4–5, 6–10, 11–20, more */
extern const uint32_t mi_alert_class_least[MI_ALERT_CLASSES];

typedef struct mi_tally {
  uint64_t met[MUSTER_STAGE_COUNT], of[MUSTER_STAGE_COUNT];
} mi_tally;
/* NAN without incidents. */
double mi_tally_share(const mi_tally *tally, MusterStage stage);

typedef struct mi_course_step { /* sums over the replications */
  uint64_t reports, open, on_standby, busy;
} mi_course_step;

struct MusterSimResult {
  MusterCounty *county;
  MusterScenario *scenario;
  MusterPolicy *policy;
  mi_ground *ground;
  MusterNetworkInfo networks[MUSTER_MODE_COUNT];
  size_t network_count;
  uint64_t seed;
  uint32_t days, runs;
  char *command; /* how to repeat it; NULL: not told */

  MusterStageResult stages[MUSTER_STAGE_COUNT];
  mi_tally total, *by_run, *by_area, by_hour[MI_HOURS], by_kind[MI_SCENARIO_KINDS_MAX];
  size_t area_count;
  GArray *times[MUSTER_STAGE_COUNT]; /* of uint32_t, ms, ascending once finished: those met at all */
  uint64_t left_out_repeated[MUSTER_STAGE_COUNT], left_out_helped[MUSTER_STAGE_COUNT]; /* ended before the deadline */
  uint64_t endings[MI_ENDING_COUNT], reports, unnoticed_repeats, redials;
  uint64_t alerts, accepts, declines, silent, withdrawn, surplus, escalations, breaches, shortfalls, turned_back;
  uint64_t incidents_alerted; /* that asked for at least one alert or order */
  uint64_t assigned, travel_ms, assigned_by_mode[MUSTER_MODE_COUNT + 1];
  uint64_t events, decisions, refused;
  char *first_refusal;
  uint64_t volunteers_by_alerts[MI_ALERT_CLASSES], most_alerts, volunteers, arrived;
  GArray *volunteers_with; /* of uint64_t, by the number of alerts they had in a replication */
  uint64_t status_ms[MI_STATUS_COUNT];
  mi_course_step *course;
  size_t course_count;
  int64_t step_ms;
  uint64_t hash; /* over the engines' state hashes */
  mi_outcome first;
};

/* How unevenly alerts fell on the volunteers of all replications: Gini's coefficient, 0 if everybody was asked alike,
 * NAN without alerts. */
double mi_result_gini(const MusterSimResult *result);
/* NAN without arrivals. */
double mi_result_alerts_per_arrival(const MusterSimResult *result);

/* What the incident counts for in a stage: met, missed, or left out because it had ended by itself in time. */
typedef enum mi_verdict { MI_VERDICT_LEFT_OUT, MI_VERDICT_MET, MI_VERDICT_MISSED } mi_verdict;
mi_verdict mi_case_verdict(const mi_case *incident, MusterStage stage);

/* Adds one replication; the first one is kept, the others are cleared. */
void mi_result_add(MusterSimResult *result, uint32_t run, mi_outcome *outcome);
void mi_result_finish(MusterSimResult *result);

#endif
