/* Alerting: whom to alert, and how many, so that a stage of the promise is met with a stated probability.
 *
 * A MusterAlertModel says how people answer, set out and travel; it turns a person's figures into the chance of
 * accepting and of standing there in time. A MusterAlertSet chooses the fewest alerts that meet both stages; a
 * MusterAlertWatch follows the answers and says when to alert more and whom to thank and let go; a MusterAlertLedger
 * keeps who may be asked and who was asked how often. Nothing here knows roads or a clock: travel times and the present
 * time are given.
 *
 * Results are the same bits on every IEEE 754 machine, in every run and on every thread, whatever the order of the
 * candidates: no function of the mathematical library is used whose last bit may differ. The method, its proofs and
 * its limits: docs/alerting.md.
 *
 * Unless a call says otherwise: no pointer may be NULL but an array's whose count is 0 and `error`; that is not
 * checked. Arrays and structs given are read during the call and stay the caller's. Models, and calls on nothing else,
 * are for any thread at any time; a set, watch or ledger belongs to one thread at a time. Times are ms on one scale of
 * the caller's, within ±2⁶¹. False or NULL with *error set is an error of the data, by the codes named. What has a
 * _free or _unref takes NULL there and does nothing.
 */
#ifndef MUSTER_ALERT_H
#define MUSTER_ALERT_H

#include <muster/road.h> /* MusterMode only */

G_BEGIN_DECLS

#define MUSTER_ALERT_ERROR (muster_alert_error_quark())
MUSTER_EXPORT GQuark muster_alert_error_quark(void);
typedef enum MusterAlertError {
  MUSTER_ALERT_ERROR_MODEL, /* not a model: what, where, expected, found */
  MUSTER_ALERT_ERROR_OPEN,  /* the file cannot be read */
  MUSTER_ALERT_ERROR_GOAL,  /* needs or probabilities out of their range */
} MusterAlertError;

/* ---- the model ---- */

/* How people answer, set out and travel. Immutable, shared; any thread. */
typedef struct MusterAlertModel MusterAlertModel;
/* An INI file (docs/alerting.md lists its keys) that overrides single figures of the built-in one; NULL: the built-in
 * model, whose text is muster_alert_model_default_text. The caller's reference. NULL with OPEN; with MODEL and file,
 * group, key, expected, found. Costs a few ms for each distinct turnout (tables). */
MUSTER_EXPORT MusterAlertModel *muster_alert_model_new(const char *path, GError **error);
/* The same from text in memory, `bytes` of it, at most 1 MiB; `name` stands for the file in errors. */
MUSTER_EXPORT MusterAlertModel *muster_alert_model_parse(const char *name, const char *ini, size_t bytes,
                                                         GError **error);
/* One more reference; returns the model. O(1). */
MUSTER_EXPORT MusterAlertModel *muster_alert_model_ref(MusterAlertModel *model);
MUSTER_EXPORT void muster_alert_model_unref(MusterAlertModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterAlertModel, muster_alert_model_unref)
/* The built-in model as an INI file with the source of each figure: *bytes of static text, not ended by a zero. */
MUSTER_EXPORT const char *muster_alert_model_default_text(size_t *bytes);
/* Index of a weather class or of a kind of alert by its name; MUSTER_NONE if the model has no such. O(classes). */
MUSTER_EXPORT uint32_t muster_alert_model_find_weather(const MusterAlertModel *model, const char *name);
MUSTER_EXPORT uint32_t muster_alert_model_find_kind(const MusterAlertModel *model, const char *name);
/* How far a probability of muster_alert_model_assess may be from the exact integral: the greatest difference seen when
 * every step was halved while the tables were made, doubled. */
MUSTER_EXPORT double muster_alert_model_error(const MusterAlertModel *model);
/* Prices in alerts: of an alert to somebody who has had as many in a week as the cap allows, and of each accept beyond
 * what is needed. */
MUSTER_EXPORT double muster_alert_model_fatigue_price(const MusterAlertModel *model);
MUSTER_EXPORT double muster_alert_model_redundant_price(const MusterAlertModel *model);

/* ---- one person's history ---- */

typedef enum MusterAlertAnswer {
  MUSTER_ALERT_ACCEPTED,
  MUSTER_ALERT_DECLINED,
  MUSTER_ALERT_UNANSWERED,
} MusterAlertAnswer;

/* Answers so far, each fading with the model's half-life; all 0 is "nothing known". */
typedef struct MusterAlertHistory {
  double accepts, refusals; /* faded counts, ≥ 0 */
  int64_t updated_ms;       /* when they were faded last */
} MusterAlertHistory;
/* Fades the counts to at_ms (a time before updated_ms counts as that one) and adds the answer; an unanswered alert
 * weighs what the model says. O(1). */
MUSTER_EXPORT void muster_alert_history_note(MusterAlertHistory *history, const MusterAlertModel *model,
                                             MusterAlertAnswer answer, int64_t at_ms);
/* The person's chance of accepting under plain conditions (every factor 1): (s·p + a) ÷ (s + a + r), the mean of the
 * Beta distribution that the model's p with the weight of s alerts becomes after a accepts and r refusals, faded to
 * at_ms. history may be NULL: p. O(1). */
MUSTER_EXPORT double muster_alert_history_acceptance(const MusterAlertHistory *history, const MusterAlertModel *model,
                                                     int64_t at_ms);

/* ---- from figures to probabilities ---- */

typedef struct MusterAlertConditions {
  int64_t at_ms;               /* the time of the alert, for histories */
  uint32_t hour;               /* local, 0 to 23 */
  uint32_t weather, kind;      /* of muster_alert_model_find_…; MUSTER_NONE: factor 1 */
  bool high_rise;              /* the address is many floors up */
  uint32_t accept_within_ms;   /* from the alert to the deadline of REACHED; 0: passed */
  uint32_t on_scene_within_ms; /* from the alert to the deadline of ON_SCENE; 0: passed */
} MusterAlertConditions;

typedef struct MusterAlertPerson {
  uint64_t id;
  uint32_t variant; /* the caller's; one person may be offered in several ways, see MusterAlertCandidate */
  uint32_t roles;   /* set of the caller's bits: first aid, brings the defibrillator … */
  MusterMode mode;
  uint32_t distance_m;               /* to the incident */
  uint32_t travel_ms;                /* expected, a detour for equipment included; MUSTER_UNREACHABLE_MS: has no way */
  bool fetches;                      /* stops to fetch equipment: the model's time is added */
  const MusterAlertHistory *history; /* NULL: nothing known */
  double price;                      /* in alerts, beyond the alert itself; muster_alert_ledger_price */
} MusterAlertPerson;

/* Somebody who may be alerted, for MusterAlertSet. Persons with the same id that stand next to each other in the array
 * are one person offered in several ways (with the detour past the defibrillator and without): at most one of them is
 * chosen. Ids apart from each other, and pairs (id, variant), must differ. */
typedef struct MusterAlertCandidate {
  uint64_t id;
  uint32_t variant, roles;
  double p_accept;   /* P(accepted by the deadline of REACHED), 0 to 1; NAN counts as 0, others are clamped */
  double p_on_scene; /* P(accepted and on scene by the deadline of ON_SCENE), likewise */
  double price; /* ≥ 0, in alerts, beyond the 1 of the alert itself; NAN and negative count as 0; infinite: never */
} MusterAlertCandidate;

/* out[i] for persons[i], `count` of each. Both chances of who has no way are 0: their accept would fill no place.
 * O(count), no allocation. The integral of answer, turnout and travel is a sum over 20 to 80 points of a table; its
 * error is muster_alert_model_error. */
MUSTER_EXPORT void muster_alert_model_assess(const MusterAlertModel *model, const MusterAlertConditions *conditions,
                                             const MusterAlertPerson *persons, size_t count, MusterAlertCandidate *out);
/* P(this person, alerted, accepts in the end), by odds: their own base odds times the factors; travel is not read.
 * O(1). */
MUSTER_EXPORT double muster_alert_model_acceptance(const MusterAlertModel *model,
                                                   const MusterAlertConditions *conditions,
                                                   const MusterAlertPerson *person);

/* ---- which and how many ---- */

enum { MUSTER_ALERT_NEEDS_MAX = 4, MUSTER_ALERT_PEOPLE_MAX = 12, MUSTER_ALERT_EXACT_MAX = 16 };

typedef struct MusterAlertNeed {
  uint32_t roles; /* all of these must be among the person's; 0: anybody */
  uint32_t count;
} MusterAlertNeed;

/* One person serves one need; all needs together must be served. */
typedef struct MusterAlertGoal {
  MusterAlertNeed needs[MUSTER_ALERT_NEEDS_MAX]; /* need_count of them, people in all ≤ MUSTER_ALERT_PEOPLE_MAX */
  size_t need_count;
  double alpha_accept;    /* P(accepted by enough) ≥ this, 0 to 1; 0: no such demand */
  double alpha_on_scene;  /* P(enough on scene) ≥ this, likewise */
  double redundant_price; /* ≥ 0 and finite, in alerts for each accept beyond what is needed */
  uint32_t search_nodes;  /* effort beyond MUSTER_ALERT_EXACT_MAX candidates: nodes of the exact search; 0: none */
} MusterAlertGoal;

typedef enum MusterAlertStatus {
  MUSTER_ALERT_OPTIMAL,    /* cheapest, proven */
  MUSTER_ALERT_MET,        /* meets the goal; at most cost − cost_bound dearer than the cheapest */
  MUSTER_ALERT_INFEASIBLE, /* proven: all of them together do not suffice */
  MUSTER_ALERT_NOT_FOUND,  /* none found; only where people are offered in several ways */
} MusterAlertStatus;

typedef struct MusterAlertChoice {
  MusterAlertStatus status;
  const uint32_t *chosen; /* positions in the candidates' array, ascending (id, variant); a view until the next call */
  size_t chosen_count;    /* = alerts */
  double p_accept,
      p_on_scene;          /* reached by those chosen and those alerted already; where infeasible the best there is */
  double redundant;        /* expected accepts beyond what is needed */
  double cost, cost_bound; /* alerts + prices; no set that meets the goal costs less than the bound */
  /* INFEASIBLE, NOT_FOUND: the stage that fails by most, the needs (bit set) whose people are too few, and how many
   * persons who come for certain would make up for it. */
  bool short_on_scene;
  uint32_t short_needs, missing;
} MusterAlertChoice;

/* A reusable query object; a warm query allocates nothing. */
typedef struct MusterAlertSet MusterAlertSet;
/* Needs nobody until a goal is set. Never NULL; free with muster_alert_set_free. */
MUSTER_EXPORT MusterAlertSet *muster_alert_set_new(void);
MUSTER_EXPORT void muster_alert_set_free(MusterAlertSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterAlertSet, muster_alert_set_free)
/* Copies the goal and prepares for its needs: µs, and some 50 ms where four needs overlap in every way. False with GOAL
 * if it is out of range, or its needs overlap in more than 16,384 ways; the goal before it then stays. */
MUSTER_EXPORT bool muster_alert_set_prepare(MusterAlertSet *set, const MusterAlertGoal *goal, GError **error);
/* Chooses from `count` candidates so that, with the `alerted_count` who are alerted already and cost nothing more, the
 * goal is met at the least cost: alerts + their prices + redundant_price · expected redundant accepts. Either array may
 * be NULL if its count is 0. Probabilities of persons are taken as independent and the tails are exact (a Poisson
 * binomial over the states that Hall's condition tells apart). Up to MUSTER_ALERT_EXACT_MAX candidates the cheapest
 * set, proven, by branch and bound; beyond it a greedy choice, improved by exchanges, with a proven bound. Ties by (id,
 * variant): the answer does not depend on the order of the candidates. out->chosen is the set's, until the next call.
 * O(k (c + s)) and more where exchanges help, for k alerts, c candidates and s states; the proof is exponential in the
 * worst case. */
MUSTER_EXPORT void muster_alert_set_choose(MusterAlertSet *set, const MusterAlertCandidate *alerted,
                                           size_t alerted_count, const MusterAlertCandidate *candidates, size_t count,
                                           MusterAlertChoice *out);

/* ---- following one incident ---- */

/* The alerts of one incident and their answers. One owner. */
typedef struct MusterAlertWatch MusterAlertWatch;
/* Takes a reference of the model and copies the goal. Free with muster_alert_watch_free. NULL with GOAL if the goal is
 * out of range. Costs what muster_alert_set_prepare does. */
MUSTER_EXPORT MusterAlertWatch *muster_alert_watch_new(MusterAlertModel *model, const MusterAlertGoal *goal,
                                                       int64_t accept_by_ms, int64_t on_scene_by_ms, GError **error);
MUSTER_EXPORT void muster_alert_watch_free(MusterAlertWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterAlertWatch, muster_alert_watch_free)
/* New deadlines, for whoever goes on after one has passed; any order, any time. O(1). */
MUSTER_EXPORT void muster_alert_watch_set_deadlines(MusterAlertWatch *watch, int64_t accept_by_ms,
                                                    int64_t on_scene_by_ms);
/* The watch of another incident from now on: nobody is alerted yet. False with GOAL, and then it is as it was. */
MUSTER_EXPORT bool muster_alert_watch_restart(MusterAlertWatch *watch, const MusterAlertGoal *goal,
                                              int64_t accept_by_ms, int64_t on_scene_by_ms, GError **error);
/* Who was alerted, when (conditions->at_ms; its deadlines are not read); copied. False if that id stands in the watch
 * already. O(alerts). */
MUSTER_EXPORT bool muster_alert_watch_alert(MusterAlertWatch *watch, const MusterAlertConditions *conditions,
                                            const MusterAlertPerson *person);
/* What became known at at_ms (not before what was told earlier). Each is false if the id does not stand in the watch or
 * has declined, arrived or been withdrawn. Answers may correct each other: who accepted may decline (drops out).
 * O(alerts). */
MUSTER_EXPORT bool muster_alert_watch_accept(MusterAlertWatch *watch, uint64_t id, int64_t at_ms);
MUSTER_EXPORT bool muster_alert_watch_decline(MusterAlertWatch *watch, uint64_t id, int64_t at_ms);
MUSTER_EXPORT bool muster_alert_watch_arrive(MusterAlertWatch *watch, uint64_t id, int64_t at_ms);
/* On the way, with this much expected travel left; what the model adds for high floors and equipment is still added.
 * Also says that the person has accepted. MUSTER_UNREACHABLE_MS: has no way any more. Who is stranded like that fills
 * no place, neither of those who accepted nor of those who come, whatever they answered, until a position with a way or
 * the arrival is told; then their accept counts from when it was told first. */
MUSTER_EXPORT bool muster_alert_watch_position(MusterAlertWatch *watch, uint64_t id, uint32_t left_ms, int64_t at_ms);
/* The alert was cancelled: the person no longer counts. */
MUSTER_EXPORT bool muster_alert_watch_withdraw(MusterAlertWatch *watch, uint64_t id, int64_t at_ms);

typedef struct MusterAlertOutlook {
  double p_accept, p_on_scene;      /* conditional on all that is known, silence included */
  uint32_t open, accepted, arrived; /* alerts without an answer; persons on their way; persons there */
  uint32_t stranded;                /* accepted, but have no way; not among `accepted` */
  uint32_t unfilled;                /* places that those who have accepted or arrived cannot fill */
} MusterAlertOutlook;
/* At at_ms, not before what was told last. O(alerts). A deadline that has passed counts as it stood then. */
MUSTER_EXPORT void muster_alert_watch_outlook(MusterAlertWatch *watch, int64_t at_ms, MusterAlertOutlook *out);
/* The first ms after at_ms at which, if nothing more is heard, a probability that meets its demand at at_ms no longer
 * does, or an alert counts as unanswered; INT64_MAX: never. Silence only ever lowers both probabilities
 * (docs/alerting.md), so the moment is found by secants, to the ms: O(alerts · log ms). */
MUSTER_EXPORT int64_t muster_alert_watch_next_ms(MusterAlertWatch *watch, int64_t at_ms);
/* Whom to alert in addition at conditions->at_ms; an empty choice if the outlook suffices. Deadlines of the conditions
 * are the watch's own; a passed one makes no demand. Nobody may be offered who stands in the watch. Nothing is alerted
 * by this: tell with muster_alert_watch_alert. out->chosen are positions in persons, the watch's until the next call.
 * Costs muster_alert_model_assess and muster_alert_set_choose. */
MUSTER_EXPORT void muster_alert_watch_extend(MusterAlertWatch *watch, const MusterAlertConditions *conditions,
                                             const MusterAlertPerson *persons, size_t count, MusterAlertChoice *out);
/* Once those who accepted can fill every place: ids of all whose alert or help is not needed for that nor for the
 * demand of ON_SCENE, those who would help least first, the stranded among them; *count of them, a view of the watch's
 * until the next call. Nobody before that. O(alerts² · states). */
MUSTER_EXPORT const uint64_t *muster_alert_watch_surplus(MusterAlertWatch *watch, int64_t at_ms, size_t *count);
/* Ids whose alert has come to count as unanswered by at_ms, each told once, ascending; *count of them, a view of the
 * watch's until the next call. Their late answers are still taken. O(alerts). */
MUSTER_EXPORT const uint64_t *muster_alert_watch_unanswered(MusterAlertWatch *watch, int64_t at_ms, size_t *count);

/* ---- policies of waves, without knowing persons ---- */

typedef struct MusterAlertWaves {
  double p_accept, p_decline; /* in the end; the rest never answers; each ≥ 0, their sum ≤ 1 */
  uint32_t per_wave;          /* alerts a wave */
  uint32_t every_ms;          /* from wave to wave, until somebody accepts; 0: one wave */
  uint32_t alive_ms;          /* an alert ends after this; 0: never */
  bool replace_declines;      /* whoever declines is replaced at once */
  uint32_t within_ms;         /* evaluated up to here (the wave due at this very time included), 1 to 3,600,000 */
} MusterAlertWaves;
typedef struct MusterAlertWavesResult {
  double p_accepted; /* P(somebody accepted in time) */
  double alerts;     /* mean number sent until the first accept */
  double redundant;  /* mean number of accepts in time beyond the first */
  double error;      /* each is exact to this: twice the change when the step was halved */
} MusterAlertWavesResult;
/* False if a figure is out of its range (at most 200 waves). Answer delays are the model's. Solves the renewal equation
 * of a chain of replacements on a grid of 1,024 steps: some ms, tenths of a second with 200 waves and replacements. */
MUSTER_EXPORT bool muster_alert_waves_evaluate(const MusterAlertModel *model, const MusterAlertWaves *waves,
                                               MusterAlertWavesResult *out);
/* P(at least `wanted` of a Poisson field of volunteers within radius_m accept), field density in persons a km²,
 * p_accept the chance of each: for wanted = 1 that is 1 − exp(−p·ρ·π·r²). For planning; NAN if a figure is negative or
 * NAN. O(wanted). */
MUSTER_EXPORT double muster_alert_field_probability(double per_km2, double radius_m, double p_accept, uint32_t wanted);

/* ---- fatigue ---- */

/* Who was alerted how often. One owner. Memory: about 96 bytes a volunteer who was ever alerted
 * and 8 for each alert of the greater cap, for 32 at least; nothing grows with time. */
typedef struct MusterAlertLedger MusterAlertLedger;
/* Caps and rest are the model's; takes a reference. Never NULL; free with muster_alert_ledger_free. */
MUSTER_EXPORT MusterAlertLedger *muster_alert_ledger_new(MusterAlertModel *model);
MUSTER_EXPORT void muster_alert_ledger_free(MusterAlertLedger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterAlertLedger, muster_alert_ledger_free)
/* A volunteer who shall count in the report though never alerted. The notes below enrol as well. O(1) amortised. */
MUSTER_EXPORT void muster_alert_ledger_enrol(MusterAlertLedger *ledger, uint64_t id);
/* What happened, in order of time. `released` ends an incident for the person, the rest begins. O(1) amortised. */
MUSTER_EXPORT void muster_alert_ledger_note_alert(MusterAlertLedger *ledger, uint64_t id, int64_t at_ms);
MUSTER_EXPORT void muster_alert_ledger_note_accept(MusterAlertLedger *ledger, uint64_t id, int64_t at_ms);
MUSTER_EXPORT void muster_alert_ledger_note_arrival(MusterAlertLedger *ledger, uint64_t id, int64_t at_ms);
MUSTER_EXPORT void muster_alert_ledger_note_released(MusterAlertLedger *ledger, uint64_t id, int64_t at_ms);

typedef enum MusterAlertLeave {
  MUSTER_ALERT_MAY_ASK,
  MUSTER_ALERT_BUSY,      /* accepted, not yet released */
  MUSTER_ALERT_RESTS,     /* after an incident */
  MUSTER_ALERT_DAY_FULL,  /* as many alerts in the last 24 hours as the cap allows */
  MUSTER_ALERT_WEEK_FULL, /* the same in the last 7 days */
} MusterAlertLeave;
/* May this volunteer be asked at at_ms? If not, *again_ms is the first time at which the reason ends (INT64_MAX: with
 * the release); may be NULL. O(1). */
MUSTER_EXPORT MusterAlertLeave muster_alert_ledger_leave(const MusterAlertLedger *ledger, uint64_t id, int64_t at_ms,
                                                         int64_t *again_ms);
/* What one more alert costs in alerts, for MusterAlertPerson.price: the model's price of fatigue times the share of the
 * weekly cap that is used; 0 without a weekly cap. O(log cap). */
MUSTER_EXPORT double muster_alert_ledger_price(const MusterAlertLedger *ledger, uint64_t id, int64_t at_ms);
/* Puts `count` ids, in place, into the order of a fair rotation: fewest alerts in the last 7 days (more than 32 and
 * than the greater cap count as so many), then the longest without one, then the lowest id. O(n log n). */
MUSTER_EXPORT void muster_alert_ledger_rotate(MusterAlertLedger *ledger, int64_t at_ms, uint64_t *ids, size_t count);

typedef struct MusterAlertFairness {
  uint64_t volunteers, alerts, accepts, arrivals, incidents; /* since the ledger began */
  uint32_t most_alerts;                                      /* of one volunteer */
  uint64_t gini_numerator,
      gini_denominator; /* exact, in lowest terms: Σ (2i − n − 1)·xᵢ ÷ n·Σ xᵢ, x ascending from i = 1 */
  double gini;          /* 0 everybody alike … 1; 0 without alerts */
  double alerts_per_arrival; /* NAN without an arrival */
} MusterAlertFairness;
/* Fills *out. O(n log n) in volunteers. */
MUSTER_EXPORT void muster_alert_ledger_report(MusterAlertLedger *ledger, MusterAlertFairness *out);

G_END_DECLS

#endif
