/* The engine: a deterministic state machine. step(event) → decisions. No I/O, clock, thread or random source.
 *
 * Ids of incidents and alerts are the caller's or the engine's; a MusterId is text or a 64-bit number ("7" and 7 are
 * different ids).
 */
#ifndef MUSTER_ENGINE_H
#define MUSTER_ENGINE_H

#include <muster/county.h>
#include <muster/incident.h>
#include <muster/route.h>

G_BEGIN_DECLS

#define MUSTER_ENGINE_ERROR (muster_engine_error_quark())
MUSTER_EXPORT GQuark muster_engine_error_quark(void);
typedef enum MusterEngineError {
  MUSTER_ENGINE_ERROR_POLICY, /* unknown policy or setting, or a value out of its range */
  MUSTER_ENGINE_ERROR_EVENT,  /* not an event: what, where, expected, found */
  MUSTER_ENGINE_ERROR_OPEN,   /* a file cannot be read */
} MusterEngineError;

typedef struct MusterId {
  const char *text; /* UTF-8, or NULL: the id is `number` */
  uint64_t number;
} MusterId;

typedef enum MusterEventType {
  MUSTER_EVENT_ENROL,
  MUSTER_EVENT_RETIRE,
  MUSTER_EVENT_REPORT,
  MUSTER_EVENT_KNOWN,
  MUSTER_EVENT_DELIVERED,
  MUSTER_EVENT_ACCEPT,
  MUSTER_EVENT_DECLINE,
  MUSTER_EVENT_POSITION,
  MUSTER_EVENT_ARRIVE,
  MUSTER_EVENT_RELEASE,
  MUSTER_EVENT_CLOSE,
  MUSTER_EVENT_CANCEL,
  MUSTER_EVENT_DUPLICATE,
  MUSTER_EVENT_RATE,
  MUSTER_EVENT_DUTY,
  MUSTER_EVENT_MODE,
  MUSTER_EVENT_CLOSE_ROADS,
  MUSTER_EVENT_OPEN_ROADS,
  MUSTER_EVENT_TICK,
  MUSTER_EVENT_TYPE_COUNT,
} MusterEventType;
MUSTER_EXPORT const char *muster_event_type_name(MusterEventType type);

typedef enum MusterPlaceKind {
  MUSTER_PLACE_NOWHERE,
  MUSTER_PLACE_AT_POSITION,
  MUSTER_PLACE_IN_GRID,
  MUSTER_PLACE_NAMED
} MusterPlaceKind;
typedef struct MusterEventPlace {
  MusterPlaceKind kind;
  MusterPosition position; /* AT_POSITION */
  int64_t grid_code;       /* IN_GRID: the grid's seat is used */
  const char *name;        /* NAMED: a place of the matrix, or "node:ID" */
} MusterEventPlace;

typedef struct MusterEvent {
  MusterEventType type;
  int64_t at_ms;      /* not before the event before it */
  MusterId volunteer; /* enrol, retire, accept, decline, delivered, position, arrive, release, duty */
  MusterId incident;  /* report, known, accept, decline, delivered, arrive, release, close, cancel, duplicate, rate */
  MusterId original;  /* duplicate: of which incident */
  MusterEventPlace place;    /* enrol, report, position */
  unsigned modes;            /* enrol: MUSTER_MODE_BIT set; 0: foot */
  const char *const *skills; /* enrol */
  size_t skill_count;
  const char *kind;        /* report; NULL: "general" */
  uint8_t priority;        /* report; 0: the kind's */
  const MusterNeed *needs; /* report; none: the kind's */
  size_t need_count;
  bool on_duty;   /* duty */
  uint8_t rating; /* rate: 1 to 5 */
} MusterEvent;

typedef enum MusterDecisionType {
  MUSTER_DECISION_CONTACT_CARD,
  MUSTER_DECISION_ALERT,
  MUSTER_DECISION_CANCEL_ALERT,
  MUSTER_DECISION_ASSIGN,
  MUSTER_DECISION_REASSIGN,
  MUSTER_DECISION_ESCALATE,
  MUSTER_DECISION_STAGE,
  MUSTER_DECISION_BREACH,
  MUSTER_DECISION_SHORTFALL,
  MUSTER_DECISION_CLOSED,
  MUSTER_DECISION_REFUSED,
  MUSTER_DECISION_TYPE_COUNT,
} MusterDecisionType;
MUSTER_EXPORT const char *muster_decision_type_name(MusterDecisionType type);

/* A level of the chain above a grid's duty contact. */
typedef struct MusterContact {
  uint8_t level; /* MusterAreaLevel of what this contact leads; GRID: the duty contact */
  MusterAreaId area;
  const char *contact; /* opaque contact id */
} MusterContact;

typedef struct MusterDecision {
  MusterDecisionType type;
  int64_t at_ms;
  uint64_t event; /* number of the event that caused it, from 1 */
  MusterId incident;
  MusterId volunteer;    /* alert, cancel_alert, assign, reassign */
  MusterStage stage;     /* stage, breach, escalate */
  const char *why;       /* one sentence */
  uint32_t travel_ms;    /* alert, assign: expected travel */
  uint8_t mode;          /* alert, assign: MusterMode, or MUSTER_MODE_COUNT on a matrix */
  int64_t expires_at_ms; /* alert */
  const char *skill;     /* alert, assign, shortfall: the need served; NULL: anybody */
  uint32_t missing;      /* shortfall, breach: responders still missing */
  MusterAreaId grid;     /* contact_card, breach; MUSTER_NONE outside every grid */
  MusterContact
      chain[MUSTER_AREA_LEVEL_COUNT]; /* contact_card: duty contact first; escalate: chain[0] is who was told */
  uint8_t chain_count;
} MusterDecision;

/* Settings; see muster_policy_new for the built-in sets. Immutable, shared. */
typedef struct MusterPolicy MusterPolicy;
/* `name_or_path`: a built-in name ("nearest-fcfs", "nearest-fair", …), or an INI file (with `base = NAME`) that
 * overrides single settings; NULL: the default. */
MUSTER_EXPORT MusterPolicy *muster_policy_new(const char *name_or_path, GError **error);
MUSTER_EXPORT MusterPolicy *muster_policy_ref(MusterPolicy *policy);
MUSTER_EXPORT void muster_policy_unref(MusterPolicy *policy);
MUSTER_EXPORT const char *muster_policy_name(const MusterPolicy *policy);
/* All settings with value, unit and meaning, a line each, for people; free with g_free. */
MUSTER_EXPORT char *muster_policy_describe(const MusterPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterPolicy, muster_policy_unref)

typedef struct MusterEngine MusterEngine; /* one owner, one thread at a time */
/* county may be NULL (a plain matrix). The engine takes references of county and policy and takes the travel oracle
 * over. With a county all approved volunteers are enrolled, at home, off duty until a `duty` event says otherwise
 * unless `enrol_on_duty`. */
MUSTER_EXPORT MusterEngine *muster_engine_new(MusterCounty *county, MusterTravel *travel, MusterPolicy *policy,
                                              bool enrol_on_duty, GError **error);
MUSTER_EXPORT void muster_engine_free(MusterEngine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterEngine, muster_engine_free)

/* The heart. Brings the engine to event->at_ms (deadlines on the way act first, in order of time), applies the event,
 * returns the decisions: a view that stays until the next call. A bad event changes nothing and is answered by one
 * `refused`. */
MUSTER_EXPORT const MusterDecision *muster_engine_step(MusterEngine *engine, const MusterEvent *event, size_t *count);
/* When the host must call again with a `tick` at the latest; INT64_MAX: never. */
MUSTER_EXPORT int64_t muster_engine_next_deadline_ms(const MusterEngine *engine);
/* A hash of the whole state; equal after the same events. */
MUSTER_EXPORT uint64_t muster_engine_state_hash(const MusterEngine *engine);
MUSTER_EXPORT uint64_t muster_engine_event_count(const MusterEngine *engine);

/* ---- JSON, one object a line; the schema is docs/events.md ---- */
typedef struct MusterEventReader MusterEventReader; /* owns the strings of the event it returned last */
MUSTER_EXPORT MusterEventReader *muster_event_reader_new(void);
MUSTER_EXPORT void muster_event_reader_free(MusterEventReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterEventReader, muster_event_reader_free)
MUSTER_EXPORT bool muster_event_reader_parse(MusterEventReader *reader, const char *json, size_t bytes,
                                             MusterEvent *out, GError **error);
/* Without a newline; free with g_free. `engine` resolves areas to their codes and names. */
MUSTER_EXPORT char *muster_decision_to_json(const MusterEngine *engine, const MusterDecision *decision);

G_END_DECLS

#endif
