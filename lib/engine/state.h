/* The engine's whole state, and the parts of the step that the files of this folder share.
 *
 * Responders and incidents have dense ids in order of first appearance; with a county a responder's id is the
 * volunteer's dense id. An active incident owns a work record (needs, helpers, who was asked); when it ends the record
 * goes back to a spare list and what remains is the compact incident, which a rating may still follow.
 *
 * Invariants: a responder is helper of at most one incident, the one it names; travel knows exactly the responders that
 * are idle, on duty, placed and not resting as available, and exactly the incidents of the waiting list as waiting
 * (under `optimal` also those on the way, and the incidents with places to fill); a
 * need's counters equal its helpers; every open alert has one expiry.
 */
#ifndef MI_ENGINE_STATE_H
#define MI_ENGINE_STATE_H

#include <muster/alert.h>

#include "engine/closures.h"
#include "engine/fetching.h"
#include "engine/ids.h"
#include "engine/policy.h"
#include "engine/shifts.h"
#include "engine/text.h"
#include "incident/deadline_heap.h"
#include "incident/lifecycle.h"

typedef uint32_t mi_incident_id;

enum {
  MI_MOST_SKILLS = 64, /* that anybody has: a bit each */
  MI_MOST_NEEDS = 16,
  MI_MOST_PER_NEED = 500,
  MI_LONGEST_SKILL = 64, /* bytes */
  MI_LONGEST_OWNER = 256,
  MI_LONGEST_OUTCOME = 1000,
  MI_NEAR_GRID_M = 2000, /* a report so far outside every grid gets the contacts of the nearest */
};
#define MI_MOST_REST_DUE_MS (INT64_C(7) * 24 * 3600 * 1000)
#define MI_NEVER INT64_MIN /* of a time that has not come */

/* Kinds of deadlines, in the order in which they act in the same millisecond; a stage is added to ESCALATE and BREACH.
 */
enum {
  MI_DEADLINE_REST, /* ends */
  MI_DEADLINE_EXPIRY,
  MI_DEADLINE_ESCALATE,
  MI_DEADLINE_BREACH = MI_DEADLINE_ESCALATE + MUSTER_STAGE_COUNT,
  MI_DEADLINE_AGE = MI_DEADLINE_BREACH + MUSTER_STAGE_COUNT, /* places left open weigh more */
  MI_DEADLINE_WATCH,                                         /* the probability of a stage falls below its demand */
  MI_DEADLINE_CARD,                                          /* no receipt of the contact card */
  MI_DEADLINE_ACKNOWLEDGE,                                   /* who was told has not acknowledged */
  MI_DEADLINE_ITEM,                                          /* of a list, is overdue */
  MI_DEADLINE_WORKDAY,                                       /* begins or ends */
  MI_DEADLINE_SHIFT,                                         /* of anybody, begins or ends */
};

typedef enum mi_duty_state {
  MI_AWAY, /* never enrolled, not approved, or retired */
  MI_IDLE,
  MI_ALERTED,
  MI_ASSIGNED,
  MI_ON_SCENE,
} mi_duty_state;

typedef struct mi_responder {
  uint64_t skills;
  MusterPlace place;
  mi_incident_id incident; /* alerted, assigned, on scene; else MUSTER_NONE */
  mi_deadline expiry;      /* alerted */
  mi_deadline rest;        /* had as many alerts as allowed within the hour: when that ends; else MUSTER_NONE */
  int64_t alerted_ms, delivered_ms;
  int64_t arrives_ms;  /* assigned, under `optimal` and `guarantee`: expected */
  int64_t placed_ms;   /* of the position; MI_NEVER: nobody told it */
  int64_t assigned_ms; /* assigned, on scene: since when */
  int64_t rested_ms;   /* when no rest is due any more; MI_NEVER: none is; only where fatigue is counted */
  MusterVolunteerRecord record;
  uint32_t travel_ms;
  uint8_t mode;  /* of travel_ms */
  uint8_t state; /* mi_duty_state */
  uint8_t modes;
  uint32_t ground; /* what their leaving uncovers, or MUSTER_NONE; only where covers are counted */
  bool on_duty, placed;
  bool duty_beyond; /* during a shift: whether they will be on duty at its end */
  bool available;
  bool located;               /* travel_ms is from a position told after the answer, arrives_ms − travel_ms */
  MusterAlertHistory history; /* under `guarantee` */
  bool in_travel;             /* what travel was told last: available, or who is on the way may be sent elsewhere */
  bool resting;               /* would be available but for the rest */
  uint8_t alert_count, next_alert; /* of the ring of alert times: how many it holds, where the next one goes */
} mi_responder;

typedef struct mi_need {
  uint32_t skill; /* index of skill names; MUSTER_NONE: anybody */
  uint32_t count;
  uint32_t alerted, assigned;
  uint32_t arrived;            /* on scene, or released after having arrived */
  uint32_t asks_left;          /* alerts that may still be sent */
  uint32_t short_told;         /* missing in the last shortfall decision, 0 if there is none now */
  const mi_settings *settings; /* its incident's */
} mi_need;

typedef struct mi_helper {
  MusterResponder responder;
  uint32_t need;
} mi_helper;

typedef struct mi_asked {
  int64_t alerted_ms; /* or ordered, last */
  MusterResponder responder;
  uint16_t times; /* alerted; orders do not count */
  bool done;      /* declined, dropped out, released, or left the scene: never asked again for this incident */
} mi_asked;

/* What remains of the work record once the incident has ended: what was needed and who served. */
typedef struct mi_kept_need {
  uint32_t skill, count;
} mi_kept_need;
typedef struct mi_kept {
  mi_deadline card, breach; /* of a duplicate whose reporter has no card yet: it is sent again, KNOWN is broken */
  uint8_t cards;            /* sent since it was merged, without a receipt */
  mi_kept_need needs[MI_MOST_NEEDS];
  size_t need_count, served_count;
  MusterResponder served[];
} mi_kept;

/* What holds somewhere: the policy's, or a mode's. */
typedef struct mi_rules {
  const mi_settings *settings;
  const MusterPlans *plans;
} mi_rules;

typedef struct mi_work {
  const mi_settings *settings; /* those in force where the incident is: the policy's, or a mode's */
  const MusterPlans *plans;    /* likewise */
  mi_need needs[MI_MOST_NEEDS];
  size_t need_count;
  mi_helper *helpers;
  size_t helper_count, helper_capacity;
  mi_asked *asked;
  size_t asked_count, asked_capacity;
  MusterResponder *served; /* arrived, in that order */
  size_t served_count, served_capacity;
  mi_deadline escalate[MUSTER_STAGE_COUNT], breach[MUSTER_STAGE_COUNT];
  mi_deadline age;   /* under `optimal` */
  mi_deadline watch; /* under `guarantee` */
  mi_deadline card, acknowledge;
  MusterTelling told[MUSTER_AREA_LEVEL_COUNT]; /* by level */
  uint8_t cards;                               /* sent without a receipt */
  uint8_t told_stage;                          /* the stage of the last escalation */
  uint8_t escalated;                           /* stages that were escalated, a bit each */
  mi_fetch *fetches;                           /* by (row, responder) */
  size_t fetch_count, fetch_capacity;
  bool waiting;
  bool noted;      /* by `optimal`, in this step */
  uint32_t number; /* of this record among all; the incident waits in travel under it */
  struct mi_work *next_spare;
} mi_work;

typedef struct mi_incident {
  int64_t first_ms;    /* reported; never changes, grows with the id */
  int64_t reported_ms; /* or re-opened: the promise counts from here */
  int64_t ended_ms;
  int64_t met_ms[MUSTER_STAGE_COUNT]; /* MI_NEVER: not yet */
  MusterPlace place;
  MusterAreaId grid;
  mi_incident_id original; /* of a duplicate */
  mi_work *work;           /* NULL once it has ended */
  mi_kept *kept;           /* NULL until then */
  uint16_t plan;           /* place in the list of plans */
  uint8_t state, priority, rating;
  uint16_t outside_m; /* how far outside the grid the place lies, whole metres upwards; 0: inside, or no grid */
  bool own_kind;      /* one without a plan, under the plan of `general` */
  bool grid_only;     /* where in its grid is not known */
  uint8_t alarm_level;
  uint8_t broken;     /* stages whose breach was told since it was reported or re-opened, a bit each */
  uint8_t told_level; /* MusterAreaLevel of the highest contact told; LEVEL_COUNT: nobody yet */
} mi_incident;

/* A need or a problem on the residents' lists. */
typedef struct mi_item {
  int64_t entered_ms, due_ms, settled_ms; /* settled: MI_NEVER while it is open */
  mi_incident_id incident;                /* MUSTER_NONE: of none */
  const char *owner, *outcome;
  mi_deadline due;
  bool is_problem;
} mi_item;

/* What an incident that waits asks of somebody who came free. */
typedef struct mi_claim {
  mi_incident_id incident; /* MUSTER_NONE: nobody asks */
  uint32_t need;
  uint8_t urgency; /* its priority if the policy asks for it; smaller first */
  uint8_t mode;
  uint32_t time_ms;
} mi_claim;

/* Available people by ground; see cover.c. */
typedef struct mi_cover {
  uint32_t *counts;
  size_t capacity;
  uint32_t *first_touching; /* of a county, by area: its touching grids begin there, the next area's end them */
  MusterAreaId *touching;
  bool is_counted;
} mi_cover;

/* Scratch of one ranking. */
typedef struct mi_ranked {
  MusterTravelHit hit;
  uint32_t rank_ms, found; /* found: its place in the search by travel alone */
} mi_ranked;

/* A hazard's mode in force in an area; area 0 is all there is, the county if there is one. */
typedef struct mi_mode {
  MusterAreaId area;
  uint32_t wartime; /* index into the policy's */
} mi_mode;

struct MusterEngine {
  MusterCounty *county;
  MusterTravel *travel;
  MusterPolicy *policy;
  const mi_settings *settings; /* of the county as a whole */
  mi_mode *modes;              /* in force, by (area, hazard) */
  size_t mode_count, mode_capacity;
  uint32_t most_alerts;         /* an hour: the highest cap of policy and modes, room for as many times a responder */
  bool ages_positions;          /* policy or some mode of it knows stale positions */
  uint32_t widest_s;            /* alert_within_s: the highest in force */
  MusterSettingChange *changes; /* of the last `mode` decision */
  size_t change_capacity;

  int64_t now_ms; /* MI_NEVER before the first event */
  uint64_t event_count;

  mi_ids people, names, skills; /* responders, incidents, skill names */
  mi_responder *responders;
  size_t responder_capacity;
  mi_incident *incidents;
  size_t incident_capacity;
  int8_t *skill_bits; /* by skill name; −1: nobody ever had it */
  size_t skill_capacity;
  unsigned skill_bit_count;
  uint32_t available_with[MI_MOST_SKILLS], available_count;
  uint32_t resting_with[MI_MOST_SKILLS], resting_count;
  int64_t *alert_times; /* alerts_per_volunteer_an_hour for each responder, see rest.c */
  size_t alert_times_capacity;

  mi_ids items_named; /* of the lists */
  mi_item *items;
  size_t item_capacity;
  GStringChunk *item_texts;
  mi_deadline workday;
  struct mi_equipment *equipment; /* NULL: none is fetched; see fetching.c */
  size_t fetches_judged;          /* of this step's decisions: so many have been looked at */
  mi_shifts *shifts;              /* NULL: there are none */
  MusterPostId *shift_posts;      /* by volunteer of the county: the post of the shift under way; NULL without shifts */
  mi_deadline shift_change;

  mi_deadline_heap deadlines;
  mi_incident_id *waiting; /* incidents short of people, in order of report */
  size_t waiting_count, waiting_capacity;
  MusterResponder *freed; /* came free in this step, in that order */
  size_t freed_count, freed_capacity;
  mi_claim *claims; /* scratch, by place in freed */
  size_t claim_capacity;
  mi_work *spare;
  mi_incident_id *waits_as; /* by number of the work record: the incident that waits with it */
  size_t waits_as_capacity;
  uint32_t work_count;
  struct mi_optimal *optimal;     /* NULL under other policies; see optimal.h */
  struct mi_guarantee *guarantee; /* the same; see guarantee.h */

  mi_closures closures;
  mi_cover cover;
  bool counts_fatigue; /* the policy, or a mode of it, asks for it */

  MusterDecision *decisions;
  size_t decision_count, decision_capacity;
  mi_text text;

  MusterTravelHit *hits; /* scratch of one question */
  size_t hit_capacity;
  mi_ranked *ranked;
  size_t ranked_capacity;
  uint32_t *marks; /* by responder: marked when equal to mark */
  size_t mark_capacity;
  uint32_t mark;
};

/* ---- small common things (engine.c) ---- */

/* Room for `needed` elements, at least doubling; new room is zero. */
void *mi_reserve(void *data, size_t *capacity, size_t needed, size_t element_bytes);

/* An engine without people; takes travel over. With a NULL travel NULL and an error. */
MusterEngine *mi_engine_new_empty(MusterCounty *county, MusterTravel *travel, MusterPolicy *policy, GError **error);
/* An empty work record, a spare one if there is one. */
mi_work *mi_work_take(MusterEngine *engine);

static inline mi_responder *mi_responder_at(MusterEngine *engine, MusterResponder responder) {
  return &engine->responders[responder];
}
static inline mi_incident *mi_incident_at(MusterEngine *engine, mi_incident_id incident) {
  return &engine->incidents[incident];
}
static inline mi_incident_id mi_incident_id_of(const MusterEngine *engine, const mi_incident *incident) {
  return (mi_incident_id)(incident - engine->incidents);
}
static inline MusterResponder mi_responder_id_of(const MusterEngine *engine, const mi_responder *responder) {
  return (MusterResponder)(responder - engine->responders);
}
static inline MusterId mi_responder_name(const MusterEngine *engine, MusterResponder responder) {
  return engine->people.entries[responder];
}
static inline MusterId mi_incident_name(const MusterEngine *engine, mi_incident_id incident) {
  return engine->names.entries[incident];
}
static inline uint32_t mi_need_missing(const mi_need *need) { return need->count - need->assigned - need->arrived; }

/* ---- modes.c: peacetime and wartime ---- */
/* What holds where the incident is. */
mi_rules mi_modes_rules_of(const MusterEngine *engine, const mi_incident *incident);
static inline const MusterResponsePlan *mi_plan_of(const MusterEngine *engine, const mi_incident *incident) {
  return &muster_plans_list(mi_modes_rules_of(engine, incident).plans, NULL)[incident->plan];
}
/* Settings of the county and of every active incident from the modes in force. */
void mi_modes_settle(MusterEngine *engine);
void mi_modes_settle_incident(MusterEngine *engine, mi_incident_id incident);
/* The incident has other rules now than `before`. */
bool mi_modes_are_new(const MusterEngine *engine, mi_incident_id incident, const mi_rules *before);
/* Adds a mode that is not in force; false if the policy has none such or the area is not there. */
bool mi_modes_restore(MusterEngine *engine, MusterAreaId area, const char *hazard, uint8_t level);

/* ---- decisions.c ---- */
MusterDecision *mi_decide(MusterEngine *engine, MusterDecisionType type, mi_incident_id incident);
/* What those who go should bring; NULL: nothing. */
const char *const *mi_equipment_of(const MusterEngine *engine, mi_incident_id incident);
/* The responder, who is assigned now, goes. */
void mi_decide_assign(MusterEngine *engine, mi_incident_id incident, MusterResponder responder, const char *why);
/* The one `refused` of the step: `pieces`, ended by NULL, joined to a sentence. Always returns false. */
bool mi_refuse(MusterEngine *engine, const MusterEvent *event, const char *const *pieces);
#define MI_REFUSE(engine, event, ...) mi_refuse((engine), (event), (const char *const[]){__VA_ARGS__, NULL})
/* The id as text for such a piece; stays until the next step. */
const char *mi_say_id(MusterEngine *engine, MusterId id);
/* The caller's text as valid UTF-8, no more than its beginning if it is long. */
const char *mi_say_text(MusterEngine *engine, const char *text);
const char *mi_say_number(MusterEngine *engine, uint64_t number);
/* " with first_aid", or "" for anybody. */
const char *mi_say_skill(MusterEngine *engine, uint32_t skill);

/* ---- subject.c: whom and what an event speaks of ---- */
MusterResponder mi_find_responder(MusterEngine *engine, const MusterEvent *event); /* MUSTER_NONE: refused */
/* An incident on which the act is allowed; MUSTER_NONE: refused. */
mi_incident_id mi_find_incident(MusterEngine *engine, const MusterEvent *event, mi_act act);
/* The same for an event of a volunteer, which may leave the incident out. */
mi_incident_id mi_find_incident_of(MusterEngine *engine, const MusterEvent *event, MusterResponder responder,
                                   mi_act act);
/* False: refused. */
bool mi_find_place(MusterEngine *engine, const MusterEvent *event, MusterPlace *place, MusterAreaId *grid);
/* Whether travel can put the event's volunteer there at all; false: refused. */
bool mi_check_reach(MusterEngine *engine, const MusterEvent *event, MusterPlace place);
/* The index of the skill's name; it is added if it is new. */
uint32_t mi_skill_intern(MusterEngine *engine, const char *name);
const char *mi_skill_name(const MusterEngine *engine, uint32_t skill); /* NULL: anybody */
const char *mi_skill_defect(const char *name);
bool mi_has_skill(const MusterEngine *engine, const mi_responder *responder, uint32_t skill);

/* ---- people.c: where a responder stands ---- */
void mi_people_reserve(MusterEngine *engine, size_t count);
/* Idle, on duty and placed: available, or resting. */
static inline bool mi_people_is_free(const mi_responder *person) {
  return person->state == MI_IDLE && person->on_duty && person->placed;
}
/* Tells travel, and counts, whether the responder can be asked now. */
void mi_people_refresh(MusterEngine *engine, MusterResponder responder);
/* At the end of the step those who wait may have this one. */
void mi_people_offer(MusterEngine *engine, MusterResponder responder);
bool mi_people_put(MusterEngine *engine, MusterResponder responder, MusterPlace place);
/* The way of somebody alerted or assigned, and when they are expected, from where they are now. */
void mi_people_renew_travel(MusterEngine *engine, MusterResponder responder);
void mi_people_engage(MusterEngine *engine, mi_incident_id incident, uint32_t need, const MusterTravelHit *hit,
                      mi_duty_state state);
/* Takes the responder out of its incident's helpers and counters: idle, unless on scene counted as served. */
void mi_people_free(MusterEngine *engine, MusterResponder responder);
/* Leaves the scene while the incident goes on: has served, still counts, and is not asked for it again, lest one person
 * count as two. */
void mi_people_leave_scene(MusterEngine *engine, MusterResponder responder);
mi_need *mi_people_need_of(MusterEngine *engine, MusterResponder responder);
void mi_people_arrive(MusterEngine *engine, MusterResponder responder);
void mi_people_accept(MusterEngine *engine, MusterResponder responder);
mi_asked *mi_people_asked(mi_work *work, MusterResponder responder); /* NULL: never */

/* ---- rest.c: who had many alerts within the hour ---- */
void mi_rest_reserve(MusterEngine *engine, size_t people);
/* An alert went out now: the responder may have to rest after it. */
void mi_rest_note_alert(MusterEngine *engine, MusterResponder responder);
/* The cap may have changed: whether the responder rests, and until when. */
void mi_rest_review(MusterEngine *engine, MusterResponder responder);
void mi_rest_end(MusterEngine *engine, MusterResponder responder);
/* Of the last alerts, alert_count of them, the oldest first. */
int64_t mi_rest_alert_time_ms(const MusterEngine *engine, MusterResponder responder, uint32_t which);

/* ---- alerting.c: whom to alert ---- */
/* Alerts (or orders) as many as the incident lacks; tells of a shortfall that has changed. */
void mi_alerting_top_up(MusterEngine *engine, mi_incident_id incident);
/* Open alerts that the need should have and has not. */
uint32_t mi_alerting_lacks(const MusterEngine *engine, const mi_need *need);
void mi_alerting_cancel(MusterEngine *engine, MusterResponder responder, const char *why);
/* Other rules hold: where they give orders, of those asked the nearest go; where nothing keeps people asked for places
 * that are filled, they are told that they need not come. */
void mi_alerting_follow_rules(MusterEngine *engine, mi_incident_id incident);
/* The others asked for this need are told that it is filled. */
void mi_alerting_cancel_need(MusterEngine *engine, mi_incident_id incident, uint32_t need);
void mi_alerting_engage(MusterEngine *engine, mi_incident_id incident, uint32_t need, const MusterTravelHit *hit,
                        const char *why);
/* Asked before and not to be asked again for this incident: false. Orders are not questions: whoever did not drop out
 * or leave may be ordered again. */
bool mi_alerting_may_ask(mi_work *work, MusterResponder responder);
bool mi_alerting_may_ask_again(const mi_work *work, const mi_asked *asked);
/* How many could be asked at all: available now, with the skill, wherever they are. */
uint32_t mi_alerting_count_pool(const MusterEngine *engine, uint32_t skill);
/* The k nearest available with the skill that somebody has, into engine->hits. */
size_t mi_alerting_find_nearest(MusterEngine *engine, const mi_incident *incident, uint32_t skill, size_t k);
/* "4 min 12 s by ebike", into the sentence. */
void mi_alerting_add_way(MusterEngine *engine, const MusterTravelHit *hit);
/* Somebody who had accepted will not come: the place is open again. `why` is the clause after their id. */
void mi_alerting_drop(MusterEngine *engine, MusterResponder responder, const char *why);
/* "2nd nearest of 23 available with first_aid"; rank from 1. */
void mi_alerting_add_place(MusterEngine *engine, uint32_t skill, size_t rank, uint32_t pool);
void mi_alerting_tell_shortfall(MusterEngine *engine, mi_incident_id incident);

/* ---- waiting.c: who is served by those who came free ---- */
/* Fewer asked and on their way than missing, and more could be asked. */
bool mi_waiting_is_short(const MusterEngine *engine, const mi_need *need);
void mi_waiting_update(MusterEngine *engine, mi_incident_id incident);
void mi_waiting_remove(MusterEngine *engine, mi_incident_id incident);
void mi_waiting_serve(MusterEngine *engine);

/* ---- renew.c ---- */
/* Roads or settings have changed: those who wait ask whom they can reach now, in order of report, or of priority if the
 * policy says so. */
void mi_waiting_renew(MusterEngine *engine);

/* ---- promise.c: stages, deadlines, breaches ---- */
void mi_promise_start(MusterEngine *engine, mi_incident_id incident);
/* The times of escalation have changed from those of `before`; what has been told stays told. */
void mi_promise_rearm(MusterEngine *engine, mi_incident_id incident, const mi_rules *before);
void mi_promise_stop(MusterEngine *engine, mi_incident_id incident);
void mi_promise_meet(MusterEngine *engine, mi_incident_id incident, MusterStage stage);
void mi_promise_breach(MusterEngine *engine, mi_incident_id incident, MusterStage stage);
/* Brings the state up to its people; meets REACHED and ON_SCENE. */
void mi_promise_review(MusterEngine *engine, mi_incident_id incident);
/* "1 of 2 have accepted" or "… arrived" or "the contact card has not reached the reporter", into the sentence. */
void mi_promise_say_standing(MusterEngine *engine, const mi_incident *incident, MusterStage stage);
/* "2:30 after the report", or "… after it came back" of one that was re-opened, into the sentence. */
void mi_promise_say_since(MusterEngine *engine, const mi_incident *incident, int64_t at_ms);
/* Nothing more is awaited from a duplicate's reporter. */
void mi_promise_stop_duplicate(MusterEngine *engine, mi_kept *kept);
/* Of the incident's plan, from the report. */
int64_t mi_promise_deadline_ms(const MusterEngine *engine, const mi_incident *incident, MusterStage stage);
void mi_promise_count(const mi_incident *incident, uint32_t *needed, uint32_t *engaged, uint32_t *arrived);

/* ---- chain.c: contact card and escalation ---- */
/* Who answers for an incident outside the county: the nearest of its neighbours; NULL if the plans name none. */
const MusterNeighbour *mi_chain_find_neighbour(const MusterEngine *engine, const mi_incident *incident);
void mi_chain_card(MusterEngine *engine, mi_incident_id incident, mi_incident_id original);
/* `remark` ends the sentence, "" if there is none. */
void mi_chain_escalate(MusterEngine *engine, mi_incident_id incident, MusterStage stage, const char *remark);
/* No receipt of the contact card: again, then that of the second contact. */
void mi_chain_resend(MusterEngine *engine, mi_incident_id incident);
/* Of an incident that has just ended as a duplicate: its reporter is still to have the card. */
void mi_chain_follow_duplicate(MusterEngine *engine, mi_incident_id incident);
/* Who was told has not acknowledged: the next level is told. */
void mi_chain_press(MusterEngine *engine, mi_incident_id incident);

/* ---- needs.c: what an incident needs changes ---- */
void mi_need_add(MusterEngine *engine, mi_work *work, const MusterNeed *need);
/* The first need of the incident that misses somebody like the responder; NULL: none. */
mi_need *mi_need_find_open(MusterEngine *engine, mi_incident_id incident, MusterResponder responder);
/* False: refused. */
bool mi_need_check(MusterEngine *engine, const MusterEvent *event, uint32_t least);

/* ---- closing.c ---- */
/* Everybody is free again, those who have not arrived for the reason `not_needed`; `verb`: "closed", "cancelled". */
void mi_incident_end(MusterEngine *engine, mi_incident_id incident, MusterIncidentState state, const char *not_needed,
                     const char *verb);

/* ---- twins.c: duplicates ---- */
/* Of which active incident the one just reported is a duplicate; MUSTER_NONE: of none. `why` tells. */
mi_incident_id mi_twin_find(MusterEngine *engine, mi_incident_id incident, const char **why);
/* Ends it as a duplicate of the original, whose card its reporter gets; whoever came, or comes, for it serves the
 * original where that misses them. */
void mi_twin_merge(MusterEngine *engine, mi_incident_id incident, mi_incident_id original);

/* ---- surcharge.c: what is added to travel before people are ranked by it ---- */
/* For the age of the responder's position: their travel itself counts as so much longer. */
uint32_t mi_surcharge_stale_ms(const MusterEngine *engine, MusterResponder responder);
/* From where they are to the place, the age of their position counted; MUSTER_UNREACHABLE_MS: no way. */
uint32_t mi_surcharge_travel_ms(const MusterEngine *engine, MusterResponder responder, MusterPlace place,
                                uint8_t *mode);
/* ", 30 s of it for a position 5 min 00 s old", if it is. */
void mi_surcharge_add_stale(MusterEngine *engine, MusterResponder responder);
/* What choosing them costs others: counts in the ranking only. */
uint32_t mi_surcharge_price_ms(const MusterEngine *engine, MusterResponder responder);
/* Prices may change with each one chosen: they are chosen one by one. */
bool mi_surcharge_moves(const MusterEngine *engine);
/* ", 30 s of it for a position 7 min 00 s old, counted as 1 min 30 s farther: …", or nothing, into the sentence. */
void mi_surcharge_add(MusterEngine *engine, MusterResponder responder);
/* muster_travel_nearest in the order of travel, surcharges and prices, into the engine's hits; their times hold travel
 * and what a stale position adds, which together stay within the limit. */
size_t mi_surcharge_nearest(MusterEngine *engine, MusterPlace place, uint64_t skills, size_t k, uint32_t limit_ms);

/* ---- cover.c: available people where somebody stands ---- */
/* Once policy and county are known. */
void mi_cover_init(MusterEngine *engine);
void mi_cover_clear(mi_cover *cover);
/* The person becomes available (1) or is so no more (−1). */
void mi_cover_count(MusterEngine *engine, const mi_responder *person, int change);
void mi_cover_move(MusterEngine *engine, mi_responder *person, MusterPlace place);
/* The cover without the responder; false: there is no ground to cover. */
bool mi_cover_left(const MusterEngine *engine, MusterResponder responder, uint32_t *left);
void mi_cover_add_name(MusterEngine *engine, MusterResponder responder);

/* ---- workday.c: home and work place by hour ---- */
/* Those who have a work place are where they belong at at_ms; arms the next change, if the settings know work hours and
 * there is a county. At the first event, then at each change. */
void mi_workday_change(MusterEngine *engine, int64_t at_ms);
/* The county's settings were `before` until now: those who belong elsewhere by the new hours go there. */
void mi_workday_follow(MusterEngine *engine, const mi_settings *before);
/* Puts somebody of the county where they belong then: the post of their shift, else the work place by hour, else home.
 */
void mi_workday_place(MusterEngine *engine, MusterResponder responder, int64_t at_ms);
/* Who came free and has told no position may belong elsewhere by now. */
void mi_workday_return(MusterEngine *engine, MusterResponder responder);

/* ---- rota.c: who stands at a post on a shift ---- */
void mi_rota_init(MusterEngine *engine);
void mi_rota_clear(MusterEngine *engine);
MusterPostId mi_rota_post(const MusterEngine *engine, MusterResponder responder); /* MUSTER_NONE: no shift now */
/* Shifts begin and end at at_ms, or the settings begin or cease to follow them; arms the next change. At the first
 * event, then at each change. */
void mi_rota_change(MusterEngine *engine, int64_t at_ms);
/* The volunteer's own word on duty holds beyond their shift. */
void mi_rota_note_duty(MusterEngine *engine, MusterResponder responder);
/* After a restore, when the deadlines and the modes are there; false: somebody's duty beyond a shift that is not. */
bool mi_rota_restore(MusterEngine *engine);

/* ---- service.c: hours and ratings, and the rest due after them ---- */
/* Nothing where fatigue is not counted. */
void mi_service_note_alert(MusterEngine *engine, MusterResponder responder);
/* The rest that is still due to the responder. */
int64_t mi_service_rest_due_ms(const MusterEngine *engine, MusterResponder responder);
/* The mean rating is low, by enough of them. */
bool mi_service_is_rated_low(const MusterEngine *engine, MusterResponder responder);
void mi_service_begin(MusterEngine *engine, MusterResponder responder);
/* The responder leaves the incident; counts if they had arrived. */
void mi_service_end(MusterEngine *engine, MusterResponder responder);
void mi_service_rate(MusterEngine *engine, const mi_incident *incident, uint8_t rating);

/* ---- lists.c ---- */
void mi_lists_tell_overdue(MusterEngine *engine, uint32_t item);

/* ---- decisions.c: which events have a volunteer, an incident ---- */
bool mi_speaks_of_volunteer(MusterEventType type);
bool mi_speaks_of_incident(MusterEventType type);

/* ---- deadlines.c ---- */
/* Deadlines before at_ms act (those at at_ms too, if `inclusive`); then it is at_ms. */
void mi_deadlines_pass(MusterEngine *engine, int64_t at_ms, bool inclusive);
/* Those before at_ms act if they may send the responder, who is on the way, elsewhere. */
void mi_deadlines_settle(MusterEngine *engine, MusterResponder responder, int64_t at_ms);

/* ---- one file an event, or a few that belong together ---- */
void mi_step_enrol(MusterEngine *engine, const MusterEvent *event);
void mi_step_retire(MusterEngine *engine, const MusterEvent *event);
void mi_step_report(MusterEngine *engine, const MusterEvent *event);
void mi_step_known(MusterEngine *engine, const MusterEvent *event);
void mi_step_delivered(MusterEngine *engine, const MusterEvent *event);
void mi_step_accept(MusterEngine *engine, const MusterEvent *event);
void mi_step_decline(MusterEngine *engine, const MusterEvent *event);
void mi_step_position(MusterEngine *engine, const MusterEvent *event);
void mi_step_arrive(MusterEngine *engine, const MusterEvent *event);
void mi_step_release(MusterEngine *engine, const MusterEvent *event);
void mi_step_close(MusterEngine *engine, const MusterEvent *event);
void mi_step_cancel(MusterEngine *engine, const MusterEvent *event);
void mi_step_duplicate(MusterEngine *engine, const MusterEvent *event);
void mi_step_rate(MusterEngine *engine, const MusterEvent *event);
void mi_step_duty(MusterEngine *engine, const MusterEvent *event);
void mi_step_alarm(MusterEngine *engine, const MusterEvent *event);
void mi_step_need(MusterEngine *engine, const MusterEvent *event);
void mi_step_locate(MusterEngine *engine, const MusterEvent *event);
void mi_step_reopen(MusterEngine *engine, const MusterEvent *event);
void mi_step_unmerge(MusterEngine *engine, const MusterEvent *event);
void mi_step_hand_over(MusterEngine *engine, const MusterEvent *event);
void mi_step_travel_by(MusterEngine *engine, const MusterEvent *event);
void mi_step_acknowledge(MusterEngine *engine, const MusterEvent *event);
void mi_step_item(MusterEngine *engine, const MusterEvent *event);
void mi_step_settle(MusterEngine *engine, const MusterEvent *event);

void mi_step_close_roads(MusterEngine *engine, const MusterEvent *event);
void mi_step_open_roads(MusterEngine *engine, const MusterEvent *event);
void mi_step_mode(MusterEngine *engine, const MusterEvent *event);

/* Enrols the county's approved volunteers at home. */
void mi_enrol_county(MusterEngine *engine, bool on_duty);

#endif
