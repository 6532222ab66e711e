/* What becomes of somebody who accepts in the end, by their expected travel time: tables of the alert model for
 * questions that are asked of many people at a few hours.
 */
#ifndef MI_PLAN_ODDS_H
#define MI_PLAN_ODDS_H

#include <muster/coverage.h>

#include "plan/alerted.h"

enum { MI_ODDS_STEP_S = MUSTER_COVERAGE_MEAN_MOST_S / MI_ALERTED_STEPS };

/* Of one turnout, to the door or to a high floor. Values at whole seconds of travel, straight between them: off by less
 * than the model's own error. */
typedef struct mi_odds {
  double reached;   /* P(accepts by the deadline of REACHED | accepts) */
  double *on_scene; /* P(there by the deadline of ON_SCENE | accepts) */
  double *late;     /* P(accepts after the deadline of REACHED and is there by that of ON_SCENE | accepts) */
  double *by_step;  /* second · MI_ALERTED_STEPS + k: P(there by (k + 1) steps of MI_ODDS_STEP_S | accepts) */
  uint32_t turnout; /* which of the model's */
  double extra_s;   /* to the floor */
} mi_odds;

/* Of each hour the odds to the door and to a high floor. Immutable once made. */
typedef struct mi_odds_set {
  MusterAlertModel *model;
  mi_odds *odds;
  size_t count;
  uint8_t of_hour[2][MUSTER_COVERAGE_HOURS]; /* [high floor] */
} mi_odds_set;

/* For the hours and deadlines of the options. Costs some tenths of a second. */
void mi_odds_set_init(mi_odds_set *set, const MusterCoverageOptions *options);
void mi_odds_set_clear(mi_odds_set *set);

/* An alert at an hour to somebody who accepts in the end with chance p. `comes`, if not NULL, gets the chance to be
 * there by each step. */
void mi_odds_tell(const mi_odds *odds, double p, uint32_t travel_ms, mi_alerted_person *out, double *comes);
/* Travel from which on nobody comes in time, less than one in 10⁹ who accept. */
uint32_t mi_odds_reach_ms(const mi_odds_set *set);

#endif
