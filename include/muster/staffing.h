/* Staffing: how few people on duty, with which skills and where, so that a stage of the promise is kept everywhere.
 *
 * A stand is a place where people of the same skills may be on duty; a demand is a door. Each person on duty serves a
 * demand in time with a known probability, by themselves; all on duty are alerted. The fewest people are sought with
 * which P(all needs served) ≥ α at every demand that all people together could serve so. Beside the answer stands a
 * bound that no staffing undercuts. Method: docs/staffing.md.
 *
 * Unless a call says otherwise: no pointer may be NULL but an array's whose count is 0 and `error`. Arrays are read, or
 * written, during the call and stay the caller's. False with *error set is an error of MUSTER_PLAN_ERROR; what was to
 * be written is then as it was. Any thread; the calls keep nothing between them.
 */
#ifndef MUSTER_STAFFING_H
#define MUSTER_STAFFING_H

#include <muster/coverage.h>

G_BEGIN_DECLS

typedef struct MusterStaffingTable {
  const double *chances; /* demand × stand_count + stand: that a person from there serves it in time, 0 to 1 */
  size_t demand_count;   /* 1 … 2²⁰ */
  size_t stand_count;    /* 1 … 65,536; demands × stands at most 2²⁸ */
  const uint32_t *roles; /* by stand: what its people can do, in bits as the needs' */
  const uint32_t *most;  /* by stand: so many people there are, 0 … 65,535 */
} MusterStaffingTable;

enum {
  MUSTER_STAFFING_STEPS_USUAL = 300,
  MUSTER_STAFFING_BOUND_STEPS_USUAL = 400,
  MUSTER_STAFFING_NODES_USUAL = 20000,
  MUSTER_STAFFING_EXACT_MOST = 60, /* the exact search is for answers of at most so many people */
};

typedef struct MusterStaffingOptions {
  MusterAlertNeed needs[MUSTER_ALERT_NEEDS_MAX]; /* need_count of them, 1 or more; as in MusterAlertGoal */
  size_t need_count;
  double alpha; /* above 0, below 1 */
  uint64_t seed;
  uint32_t steps;          /* how often a part is taken back and built again */
  uint32_t bound_steps;    /* subgradient steps */
  uint32_t search_nodes;   /* of the exact search, where the bound is not met; 0: none */
  MusterProgress progress; /* NULL: none. Called now and then from the calling thread */
  void *user_data;
} MusterStaffingOptions;
/* One person who can do anything, α 0.9, the usual efforts, and zeros. */
MUSTER_EXPORT void muster_staffing_options_init(MusterStaffingOptions *options);

typedef struct MusterStaffingAnswer {
  uint32_t people;
  uint32_t bound;  /* no staffing that serves the demands has fewer */
  bool is_optimal; /* proven: by the bound, or because the exact search ended */
  size_t hopeless; /* demands that even all people together do not serve so; they are left out */
} MusterStaffingAnswer;
/* Chooses how many people of each stand are on duty: out_people[stand_count]; out_chances[demand_count], which may be
 * NULL: P(all needs served) with them, below α at the hopeless ones only. The same input gives the same bytes on any
 * machine. Greedy, then parts are taken back and built again; then, if the bound is not met, branch and bound over
 * which stand sends one more to the demand that lacks most, within search_nodes. The bound: a person who comes with
 * chance p is no more than a Poisson number with mean −ln(1 − p), so the means at a demand must add up to what a
 * Poisson number needs; the dual of the linear relaxation of that, by multiplicative weights. Cold; memory O(demands ×
 * stands + demands × states), states as in muster/alert.h. False: OPTION; LIMIT; CANCELLED. */
MUSTER_EXPORT bool muster_staffing(const MusterStaffingTable *table, const MusterStaffingOptions *options,
                                   MusterStaffingAnswer *out, uint32_t *out_people, double *out_chances,
                                   GError **error);

/* ---- the case of a county ---- */

typedef struct MusterStaffingCaseOptions {
  const MusterCoverageOptions *coverage; /* its county, metrics, model, deadlines, doors, high_rise_share, and `hours`:
                                            the block that people are on duty in. The rest is not looked at */
  MusterServices services;               /* where: posts or stations, not both */
  uint64_t skills[MUSTER_ALERT_NEEDS_MAX]; /* bits of the county's that each need asks for */
  size_t need_count;                       /* 1 or more */
  double least_chance;                     /* who serves a door with less than this is not counted on there, 0 to 1 */
  uint32_t most;                           /* of each kind on duty at one place, at most; 1 … 65,535 */
  double acceptance; /* chance that who is on duty accepts, 0 to 1; negative: as the model has it for everybody */
} MusterStaffingCaseOptions;

typedef struct MusterStaffingStand {
  uint32_t place; /* the post or station */
  uint32_t roles; /* bit k: has the skills of need k */
  uint32_t most;  /* volunteers of that kind there are, and no more than the options allow */
} MusterStaffingStand;

/* Stands, demands and chances of a county. Immutable; any thread. */
typedef struct MusterStaffingCase MusterStaffingCase;
/* A stand for each post or station near a road and each kind of its people: the approved volunteers of its own
 * community and of those it serves (of several that serve one, whichever is nearest to their home), by which needs'
 * skills they have. A demand for each door (as in coverage), `doors` of each grid in order. A chance: that who is
 * alerted there accepts by REACHED's deadline and stands there by ON_SCENE's, the least over the hours. NULL: OPTION;
 * INFEASIBLE (no grids, or no such place with people near a road). A table of times a metric. */
MUSTER_EXPORT MusterStaffingCase *muster_staffing_case_new(const MusterStaffingCaseOptions *options, GError **error);
MUSTER_EXPORT void muster_staffing_case_free(MusterStaffingCase *staffing_case);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterStaffingCase, muster_staffing_case_free)
/* Views that stay as long as the case; roles of the table are those of the stands. */
MUSTER_EXPORT MusterStaffingTable muster_staffing_case_table(const MusterStaffingCase *staffing_case);
/* By (place, roles), as many as the table has. */
MUSTER_EXPORT const MusterStaffingStand *muster_staffing_case_stands(const MusterStaffingCase *staffing_case);

G_END_DECLS

#endif
