/* `base = optimal`: all open places and everybody who could fill them, kept as one assignment (lib/assign) whose
 * optimum is carried out after each event.
 *
 * Rows are places: under orders those of people on the way and those left open, else the alerts still to be sent (the
 * first alert for each missing responder weighs more than the others). Columns are people: who is available, and under
 * orders who is on the way. Costs: deadlines missed, then travel. People on scene, alerts under way and those who have
 * accepted an alert take no part: nobody undoes them.
 *
 * Costs change with time, and only so that the optimum stays one: what nobody has grows dearer, what somebody has
 * grows cheaper. So a cost is looked at again only where the assignment wants to take a pair apart or make one
 * (optimal_settle.c), and the matching is the exact optimum of this very moment. The exception, places left open, has
 * deadlines of its own (MI_DEADLINE_AGE). All of it follows from the engine's state and is built anew on restore.
 */
#ifndef MI_ENGINE_OPTIMAL_H
#define MI_ENGINE_OPTIMAL_H

#include <muster/assign.h>

#include "engine/state.h"

enum { MI_OPTIMAL_MOST_PLACES = 1 << 18 }; /* rows at once; those beyond it wait for others to end */

/* A row. Its source names people in order of (time_ms, responder), up to the cursor so far. */
typedef struct mi_place_row {
  mi_incident_id incident;
  uint32_t need;
  uint32_t number;   /* among the rows of the need */
  uint32_t next;     /* of the same need, the one numbered before it; of a free row: the next free one */
  int64_t cursor_ms; /* −1: nobody named yet; INT64_MAX: all */
  MusterResponder cursor;
  uint32_t asked; /* how many travel was asked for last */
  bool touched;   /* its column may have changed since the decisions were last compared */
} mi_place_row;

typedef struct mi_optimal_person {
  int64_t priced_ms; /* when the costs of the places held were reckoned */
  bool present, noted;
} mi_optimal_person;

typedef struct mi_optimal_need {
  uint32_t last_row, row_count;
  uint64_t nearest_as_of; /* what follows holds if this is the policy's travel_as_of */
  size_t first_nearest;   /* the nearest `nearest_asked` people, as far as there are so many */
  uint32_t nearest_count, nearest_asked;
} mi_optimal_need;

/* Who gets or loses which place. */
typedef struct mi_move {
  mi_incident_id incident;
  uint32_t need;
  MusterResponder responder;
  uint32_t time_ms;
} mi_move;

typedef struct mi_optimal {
  MusterAssignment *assignment;
  MusterAssignRule rule;
  mi_place_row *rows;
  size_t row_capacity;
  uint32_t row_end, row_count, free_row; /* ids given so far; rows there; first free id, MUSTER_NONE: none */
  bool is_full;                          /* somebody was left without rows */
  mi_optimal_need *needs;                /* by number of the work record · MI_MOST_NEEDS + need */
  size_t need_capacity;
  mi_incident_id
      *shown_as; /* by number of the work record: the incident that travel knows under it; MUSTER_NONE: none */
  size_t shown_capacity;
  uint32_t shown_count;
  mi_optimal_person *people;
  size_t people_capacity;
  MusterResponder *noted_people; /* changed since the assignment heard of them */
  size_t noted_count, noted_capacity;
  mi_incident_id *incidents; /* changed in this step */
  size_t incident_count, incident_capacity;
  uint32_t *touched;
  size_t touched_count, touched_capacity;
  mi_move *moves;
  size_t move_count, move_capacity;
  MusterTravelHit *hits; /* scratch */
  size_t hit_count, hit_capacity;
  uint64_t travel_as_of;    /* rises when travel may answer otherwise; from 1 */
  MusterTravelHit *nearest; /* its answers since, of all needs */
  size_t nearest_count, nearest_capacity;
} mi_optimal;

/* ---- optimal.c: making, hooks, the step ---- */
mi_optimal *mi_optimal_new(const MusterEngine *engine);
void mi_optimal_free(mi_optimal *optimal);
/* Each of these does nothing under another policy. */
void mi_optimal_note_person(MusterEngine *engine, MusterResponder responder);
void mi_optimal_note_incident(MusterEngine *engine, mi_incident_id incident);
void mi_optimal_start(MusterEngine *engine, mi_incident_id incident);
/* The deadline of ON_SCENE is another now. */
void mi_optimal_restart(MusterEngine *engine, mi_incident_id incident);
void mi_optimal_age(MusterEngine *engine, mi_incident_id incident);
void mi_optimal_remove_incident(MusterEngine *engine, mi_incident_id incident);
/* On the way, and may be sent elsewhere. */
bool mi_optimal_may_move(const MusterEngine *engine, const mi_responder *person);
/* People or roads have changed: what travel said before no longer holds. */
void mi_optimal_forget_nearest(mi_optimal *optimal);
/* Brings the assignment up to date and carries out what it says. */
void mi_optimal_serve(MusterEngine *engine);
/* The county's settings are others now: a new assignment, and those who may be sent elsewhere in it. Does nothing under
 * another policy. */
void mi_optimal_follow(MusterEngine *engine);
/* A new assignment by the settings of now, for a state that was decided before. */
void mi_optimal_renew(MusterEngine *engine);
/* The assignment of a state that was decided before; or travel times have changed. Decides nothing. */
void mi_optimal_rebuild(MusterEngine *engine);
/* What it costs to leave place `place` (from 0) empty where `count` are needed; those beyond are alerts to spare. */
MusterAssignCost mi_optimal_open_cost(const MusterEngine *engine, const mi_incident *incident, uint32_t place,
                                      uint32_t count);
/* Ends with an error that can only be the engine's own. */
void mi_optimal_must(bool done, GError *error);

/* ---- optimal_rows.c: places ---- */
/* As many rows as the incident's needs have places to fill now, and their costs of staying empty. */
void mi_optimal_sync_rows(MusterEngine *engine, mi_incident_id incident);
void mi_optimal_remove_rows(MusterEngine *engine, mi_incident_id incident);
size_t mi_optimal_name_candidates(MusterAssignRow row, size_t skip, MusterAssignCandidate *out, size_t most,
                                  void *engine);
static inline uint32_t mi_optimal_last_row(const mi_optimal *optimal, const mi_work *work, uint32_t need) {
  return optimal->needs[(size_t)work->number * MI_MOST_NEEDS + need].last_row;
}

/* ---- optimal_people.c: people, and what a pair costs ---- */
void mi_optimal_sync_people(MusterEngine *engine);
/* On the way to this need. */
bool mi_optimal_holds(const MusterEngine *engine, MusterResponder responder, const mi_place_row *row);
bool mi_optimal_may_serve(const MusterEngine *engine, MusterResponder responder, const mi_place_row *row);
MusterAssignCost mi_optimal_held_cost(const MusterEngine *engine, MusterResponder responder);
MusterAssignCost mi_optimal_fresh_cost(const MusterEngine *engine, const mi_place_row *row, uint32_t travel_ms);
/* The costs of the places that the person holds, as of now. True if that was not done in this millisecond before. */
bool mi_optimal_price_held(MusterEngine *engine, MusterResponder responder);

/* ---- optimal_settle.c: the optimum of this moment, and what it changes ---- */
/* The row is compared with what its need has, before the decisions are carried out. */
void mi_optimal_touch(mi_optimal *optimal, uint32_t row);
/* Rows changed by the call before. */
void mi_optimal_collect(MusterEngine *engine);
void mi_optimal_settle(MusterEngine *engine);
/* Decides what makes the engine's people those of the assignment; false if they are already. */
bool mi_optimal_carry_out(MusterEngine *engine);

#endif
