/* Simulation: the same engine on a virtual clock, with residents who report and volunteers who answer, or not. */
#ifndef MUSTER_SIM_H
#define MUSTER_SIM_H

#include <muster/journal.h>

G_BEGIN_DECLS

#define MUSTER_SIM_ERROR (muster_sim_error_quark())
MUSTER_EXPORT GQuark muster_sim_error_quark(void);
typedef enum MusterSimError {
  MUSTER_SIM_ERROR_SCENARIO, /* unknown scenario or setting, or a value out of its range */
  MUSTER_SIM_ERROR_COUNTY,   /* the county cannot be simulated: nobody in it, no roads … */
  MUSTER_SIM_ERROR_REPORT,   /* the report cannot be written */
  MUSTER_SIM_ERROR_CANCELLED,
  MUSTER_SIM_ERROR_METRIC, /* a metric is of another network */
} MusterSimError;

typedef struct MusterScenario MusterScenario; /* immutable, shared */
/* A built-in name ("ordinary", "flood") or an INI file that overrides single settings of one (`base = flood`). */
MUSTER_EXPORT MusterScenario *muster_scenario_new(const char *name_or_path, GError **error);
/* The same with kinds of these plans, which the simulation's policy must hold too (muster_policy_with_plans). */
MUSTER_EXPORT MusterScenario *muster_scenario_new_with_plans(const char *name_or_path, MusterPlans *plans,
                                                             GError **error);
MUSTER_EXPORT MusterScenario *muster_scenario_ref(MusterScenario *scenario);
MUSTER_EXPORT void muster_scenario_unref(MusterScenario *scenario);
/* "flood", or a file's name without folder and ending; the scenario's own. */
MUSTER_EXPORT const char *muster_scenario_name(const MusterScenario *scenario);
/* Every setting with value, unit and meaning, as an INI file; free with g_free. */
MUSTER_EXPORT char *muster_scenario_describe(const MusterScenario *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterScenario, muster_scenario_unref)

typedef struct MusterSimOptions {
  MusterCounty *county;
  MusterNetwork *const *networks; /* one a mode; none: built from the county's roads for all modes */
  size_t network_count;
  MusterMetric *const *metrics; /* of each network: roads closed or slower; NULL: as the networks were built */
  MusterScenario *scenario;
  MusterPolicy *policy;
  uint32_t days; /* 0: the scenario's */
  uint32_t runs; /* replications; 0: the scenario's */
  uint64_t seed;
  unsigned threads;        /* replications at the same time, 0: one a processor; the result does not depend on it */
  MusterJournal *journal;  /* takes the events of the first replication, with 0 as wall time, and is committed at the
                              end; a new one whose header says so (on_duty false); may be NULL */
  MusterProgress progress; /* called by the calling thread only; may be NULL */
  void *user_data;
} MusterSimOptions;

typedef struct MusterStageResult {
  MusterStage stage;
  uint64_t met, of;
  double share, ci95_low, ci95_high; /* over replications (Student t), or Wilson's with one */
  double p50_s, p90_s;               /* of those that were met at all, late ones included; NAN if none */
} MusterStageResult;

typedef struct MusterSimResult MusterSimResult;
/* Runs the replications; NULL on failure, of the journal too, or when the progress callback asked to stop (CANCELLED).
 * county, scenario and policy must be given. Deterministic: the same options give the same result, whatever the number
 * of threads. Model, definitions and sources: docs/simulation.md. */
MUSTER_EXPORT MusterSimResult *muster_simulate(const MusterSimOptions *options, GError **error);
MUSTER_EXPORT void muster_sim_result_free(MusterSimResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterSimResult, muster_sim_result_free)
MUSTER_EXPORT const MusterStageResult *muster_sim_result_stages(
    const MusterSimResult *result); /* MUSTER_STAGE_COUNT of them */
/* Events the engines took, over all replications. */
MUSTER_EXPORT uint64_t muster_sim_result_event_count(const MusterSimResult *result);
/* The whole result as one JSON document (deterministic bytes); free with g_free. */
MUSTER_EXPORT char *muster_sim_result_to_json(const MusterSimResult *result);
/* The table for people; free with g_free. */
MUSTER_EXPORT char *muster_sim_result_to_text(const MusterSimResult *result);
/* The command that repeats this simulation, shown by the report; copied; NULL: none. */
MUSTER_EXPORT void muster_sim_result_set_command(MusterSimResult *result, const char *command);
/* Writes DIR/index.html, one self-contained page (docs/report.md); makes the folder; whole or not at all. */
MUSTER_EXPORT bool muster_sim_result_write_report(const MusterSimResult *result, const char *directory, GError **error);

G_END_DECLS

#endif
