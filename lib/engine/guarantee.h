/* `base = guarantee`: the fewest alerts with which each stage is met with the probability asked for (lib/alert).
 *
 * Nothing is kept but people's answers and one deadline an incident: the watch that judges an incident is made anew
 * from its people whenever something happens to them, so it needs no snapshot of its own.
 */
#ifndef MI_ENGINE_GUARANTEE_H
#define MI_ENGINE_GUARANTEE_H

#include "engine/state.h"

/* Travel that weighs as much as one more alert: of sets of as many the nearer is chosen. */
enum { MI_GUARANTEE_MS_AN_ALERT = 100 * 60 * 1000 };

typedef struct mi_guarantee {
  MusterAlertModel *model;
  MusterAlertWatch *watch;    /* of the incident looked at last */
  MusterAlertPerson *persons; /* candidates */
  size_t person_count, person_capacity;
} mi_guarantee;

/* Probabilities: of the stages as the incident stands, those demanded, and those of one person who could be asked. */
typedef struct mi_guarantee_judgement {
  double reached, on_scene;
  double reached_demand, on_scene_demand;
  double accepts, arrives; /* in time */
} mi_guarantee_judgement;

mi_guarantee *mi_guarantee_new(void);
void mi_guarantee_free(mi_guarantee *guarantee);
/* The policy is this one and the incident one that a guarantee can be reckoned for: not under orders, nor less
 * urgent than `guarantee_priority`, nor beyond MUSTER_ALERT_NEEDS_MAX needs or MUSTER_ALERT_PEOPLE_MAX people. */
bool mi_guarantee_holds(const MusterEngine *engine, const mi_incident *incident);
/* Who accepts takes a place, of somebody to be there later if need be, who then turns back. False: all places are taken
 * by people who are there sooner. True under another policy. */
bool mi_guarantee_takes(MusterEngine *engine, MusterResponder responder);
/* Alerts whom such an incident lacks, says what cannot be had, sets its next deadline. */
void mi_guarantee_top_up(MusterEngine *engine, mi_incident_id incident);
/* `needs`: those the person could serve, a bit each. Changes nothing but scratch. */
void mi_guarantee_judge(MusterEngine *engine, mi_incident_id incident, const MusterTravelHit *hit, uint32_t needs,
                        mi_guarantee_judgement *out);
void mi_guarantee_wake(MusterEngine *engine, mi_incident_id incident);
/* Nothing under another policy. */
void mi_guarantee_note_answer(MusterEngine *engine, MusterResponder responder, MusterAlertAnswer answer);

#endif
