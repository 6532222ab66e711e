/* What the files of one replication share: run.c (loop), crowd.c (volunteers), cases.c (incidents). */
#ifndef MI_SIM_RUN_STATE_H
#define MI_SIM_RUN_STATE_H

#include "engine/policy.h"
#include "engine/shifts.h"
#include "sim/behaviour.h"
#include "sim/run.h"

typedef struct mi_person {
  double level;   /* on stand-by in the hours whose availability is above it */
  uint32_t post;  /* MusterPostId of the shift under way; MUSTER_NONE */
  uint8_t status; /* mi_status */
  bool enrolled, at_work, leaves;
  uint32_t offset_ms;      /* shifts change this much after the full hour */
  MusterPosition at;       /* where they are; during a trip, where it began */
  uint32_t token;          /* of the trip; events of an older one are stale */
  uint32_t incident, next; /* what they are on the way to or working at; the next one there */
  uint32_t turned_back;    /* the incident they had to turn back from last: not twice from one */
  uint32_t alerts;         /* first alert not yet over */
  uint32_t last_alert;     /* over or not */
  uint32_t recent_alerts;  /* alerts since recent_from_ms, for fatigue */
  int64_t recent_from_ms, since_ms;
  int64_t set_out_ms, due_ms; /* of the trip: leaves home, arrives */
  int64_t way_home_ms;        /* from `at`; −1: they are home, or at work */
} mi_person;

typedef struct mi_request { /* one request to one volunteer */
  uint32_t incident;
  uint32_t next;   /* the volunteer's next one that is not over yet */
  uint32_t before; /* the one that the volunteer had before, over or not */
  int64_t expires_at_ms;
} mi_request;

typedef struct mi_simulation {
  const mi_run_options *options;
  const MusterScenario *scenario;
  MusterEngine *engine;
  mi_clock clock;
  mi_outcome *out;
  const MusterVolunteer *volunteers;
  mi_person *people;
  size_t person_count;
  mi_shifts *shifts; /* NULL: the policy does not follow any */
  GArray *alerts;    /* of mi_request; an alert's place is its token */
  int64_t now_ms;
  uint32_t open, busy, on_standby, reports_in_step;
  uint32_t heard, expected; /* reports that have been made, and that will be */
  GError *journal_error;    /* what could not be recorded; it ends the run */
} mi_simulation;

/* Hands an event to the engine at now_ms and acts on what it decided; false if it was refused. */
bool mi_simulation_step(mi_simulation *simulation, MusterEvent *event);
MusterId mi_case_id(uint32_t incident);
MusterId mi_person_id(const mi_simulation *simulation, uint32_t person);

/* crowd.c */
void mi_crowd_init(mi_simulation *simulation);
void mi_crowd_hour(mi_simulation *simulation);
/* At a beginning or end of shifts, which the engine sees by itself; puts the next one on the clock. */
void mi_crowd_change_shifts(mi_simulation *simulation);
void mi_crowd_change_duty(mi_simulation *simulation, uint32_t person);
void mi_crowd_receive_alert(mi_simulation *simulation, uint32_t person, uint32_t incident, const MusterDecision *alert);
/* The alert is withdrawn, or whoever is on the way is stood down. */
void mi_crowd_withdraw(mi_simulation *simulation, uint32_t person, uint32_t incident);
void mi_crowd_deliver(mi_simulation *simulation, const mi_happening *happening);
void mi_crowd_answer(mi_simulation *simulation, const mi_happening *happening);
void mi_crowd_set_out(mi_simulation *simulation, uint32_t person, uint32_t incident, const MusterDecision *assign);
void mi_crowd_arrive(mi_simulation *simulation, const mi_happening *happening);
void mi_crowd_turn_back(mi_simulation *simulation, const mi_happening *happening);
void mi_crowd_say_place(mi_simulation *simulation, const mi_happening *happening);
void mi_crowd_come_home(mi_simulation *simulation, const mi_happening *happening);
/* All who are on the way to the incident or there are free again. */
void mi_crowd_free_all(mi_simulation *simulation, uint32_t incident);
void mi_crowd_finish(mi_simulation *simulation);

/* cases.c */
void mi_cases_init(mi_simulation *simulation);
void mi_cases_report(mi_simulation *simulation, uint32_t incident);
void mi_cases_send_card(mi_simulation *simulation, uint32_t incident);
void mi_cases_known(mi_simulation *simulation, uint32_t incident);
void mi_cases_reach_stage(mi_simulation *simulation, uint32_t incident, MusterStage stage, int64_t at_ms);
void mi_cases_somebody_there(mi_simulation *simulation, uint32_t incident);
void mi_cases_start_alone(mi_simulation *simulation, uint32_t incident);
void mi_cases_done(mi_simulation *simulation, const mi_happening *happening);
void mi_cases_recognise(mi_simulation *simulation, uint32_t incident);
void mi_cases_resolve(mi_simulation *simulation, uint32_t incident);
void mi_cases_give_up(mi_simulation *simulation, uint32_t incident);
void mi_cases_finish(mi_simulation *simulation);
/* Adds a line to the incident's story, if it keeps one. */
void mi_cases_tell(mi_simulation *simulation, uint32_t incident, mi_line line);

#endif
