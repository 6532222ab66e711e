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
  MUSTER_ENGINE_ERROR_POLICY,   /* unknown policy or setting, or a value out of its range */
  MUSTER_ENGINE_ERROR_EVENT,    /* not an event: what, where, expected, found */
  MUSTER_ENGINE_ERROR_OPEN,     /* a file cannot be read */
  MUSTER_ENGINE_ERROR_SNAPSHOT, /* damaged, of another version, or of another county, policy or roads */
  MUSTER_ENGINE_ERROR_UNKNOWN,  /* an incident or volunteer that the engine has never heard of */
} MusterEngineError;

typedef struct MusterId {
  const char *text; /* UTF-8, 1 to MUSTER_ID_MAX_BYTES bytes, or NULL: the id is `number` */
  uint64_t number;  /* UINT64_MAX: no id (MUSTER_ID_NONE) */
} MusterId;
#define MUSTER_ID_MAX_BYTES 256
#define MUSTER_ID_NONE ((MusterId){NULL, UINT64_MAX})
static inline bool muster_id_is_none(MusterId id) { return !id.text && id.number == UINT64_MAX; }

/* The version of the events' and decisions' schema, docs/events.md. */
#define MUSTER_EVENT_SCHEMA_VERSION 1

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
  MUSTER_EVENT_ALARM,
  MUSTER_EVENT_NEED,
  MUSTER_EVENT_LOCATE,
  MUSTER_EVENT_REOPEN,
  MUSTER_EVENT_UNMERGE,
  MUSTER_EVENT_HAND_OVER,
  MUSTER_EVENT_TRAVEL_BY,
  MUSTER_EVENT_ACKNOWLEDGE,
  MUSTER_EVENT_ITEM,
  MUSTER_EVENT_SETTLE,
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

/* What a closure covers: every road that touches one of the polygons, all stretches of the ways both ways, and every
 * road that leads straight from the first to the second node of a pair. */
typedef struct MusterClosedRoads {
  MusterPolygons polygons; /* polygon_count 0: none */
  const int64_t *ways;     /* outside ids */
  size_t way_count;        /* at most MUSTER_CLOSED_ROADS_MOST */
  const int64_t *between;  /* outside ids of nodes, two a pair */
  size_t pair_count;       /* at most MUSTER_CLOSED_ROADS_MOST */
} MusterClosedRoads;
#define MUSTER_CLOSED_ROADS_MOST 1000

/* 2^53 − 1: every JSON reader holds it exactly. */
#define MUSTER_EVENT_LATEST_MS INT64_C(9007199254740991)

typedef struct MusterEvent {
  MusterEventType type;
  int64_t at_ms;             /* 0 to MUSTER_EVENT_LATEST_MS, not before the event before it */
  MusterId volunteer;        /* enrol, retire, accept, decline, delivered, position, arrive, release, duty, travel_by;
                                hand_over: from whom */
  MusterId incident;         /* report, known, close, cancel, duplicate, rate, alarm, need, locate, reopen, unmerge,
                                acknowledge; accept, decline, delivered, arrive, release, hand_over: MUSTER_ID_NONE means
                                the one the volunteer is alerted for or assigned to; item: may be none */
  MusterId original;         /* duplicate: of which incident */
  MusterEventPlace place;    /* enrol, report, position, locate */
  unsigned modes;            /* enrol, travel_by: MUSTER_MODE_BIT set; 0: foot */
  const char *const *skills; /* enrol */
  size_t skill_count;
  const char *kind;        /* report; NULL: "general" */
  uint8_t priority;        /* report; 0: the kind's */
  const MusterNeed *needs; /* report; none: the kind's. need: what is needed now; count 0: no longer */
  size_t need_count;
  bool on_duty;            /* duty */
  uint8_t rating;          /* rate: 1 to 5 */
  MusterId closure;        /* close_roads: its new id; open_roads: the closure that ends */
  MusterClosedRoads roads; /* close_roads */
  int64_t area_code;       /* mode: an area of the county of any level; 0: all there is */
  const char *hazard;      /* mode */
  uint8_t level;           /* mode: 1 to 9, 0: peacetime again; alarm: 2 to the plan's highest */
  MusterId to;             /* hand_over: to whom */
  MusterId item;           /* item, settle */
  const char *list;        /* item: "need" or "problem" */
  const char *owner;       /* item: who sees to it, opaque text of 1 to 256 bytes */
  int64_t due_at_ms;       /* item: when it should be settled */
  const char *outcome;     /* settle: what was done, text of 1 to 1,000 bytes */
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
  MUSTER_DECISION_ALARM,
  MUSTER_DECISION_MERGED,
  MUSTER_DECISION_OVERDUE,
  MUSTER_DECISION_REFUSED,
  MUSTER_DECISION_ROADS,
  MUSTER_DECISION_MODE,
  MUSTER_DECISION_TYPE_COUNT,
} MusterDecisionType;
MUSTER_EXPORT const char *muster_decision_type_name(MusterDecisionType type);

/* A level of the chain above a grid's duty contact. */
typedef struct MusterContact {
  uint8_t level; /* MusterAreaLevel of what this contact leads; GRID: the duty contact */
  MusterAreaId area;
  const char *contact; /* opaque contact id */
} MusterContact;

/* A setting of the policy, its value before and after, as they stand in a policy file. */
typedef struct MusterSettingChange {
  const char *setting, *before, *after;
} MusterSettingChange;

/* A thing of a post or station that somebody fetches on the way. */
typedef struct MusterFetch {
  const char *kind;
  int64_t holder; /* the post's or station's id */
  const char *holder_name;
  MusterPosition position;
} MusterFetch;

typedef struct MusterDecision {
  MusterDecisionType type;
  int64_t at_ms;
  uint64_t event;     /* number of the event whose step took it, from 1; every event offered counts, refused ones too */
  MusterId incident;  /* MUSTER_ID_NONE where the refused event named none */
  MusterId volunteer; /* alert, cancel_alert, assign; reassign: who dropped out; refused: whom the event named */
  MusterStage stage;  /* stage, breach, escalate */
  const char *why;    /* one sentence */
  int64_t since_report_ms; /* stage, breach, escalate, closed: time since the report */
  int64_t late_ms;         /* stage: how long after its deadline it was met; 0: in time */
  uint32_t travel_ms;      /* alert, assign: expected travel; of an assign it may be MUSTER_UNREACHABLE_MS: null */
  uint8_t mode;            /* alert, assign: MusterMode, or MUSTER_MODE_COUNT on a matrix */
  int64_t expires_at_ms;   /* alert */
  const char *skill;       /* alert, assign, reassign, shortfall: the need served; NULL: anybody */
  uint32_t missing;        /* shortfall, breach: responders still missing */
  MusterAreaId grid;       /* contact_card, breach; MUSTER_NONE outside every grid */
  MusterContact
      chain[MUSTER_AREA_LEVEL_COUNT]; /* contact_card: duty contact first; escalate: chain[0] is who was told */
  uint8_t chain_count;
  MusterId closure; /* roads; refused: which closure the event named */
  bool opens;       /* roads: the closure has ended */
  /* roads, by mode, each direction of a road by itself: how many this event closed or opened, and how many are closed
   * now; MUSTER_NONE: no network of the mode */
  uint32_t changed_roads[MUSTER_MODE_COUNT], closed_roads[MUSTER_MODE_COUNT];
  MusterAreaId area;                  /* mode: MUSTER_NONE without a county */
  const char *hazard;                 /* mode */
  uint8_t level, level_before;        /* mode: 0 is peacetime; alarm: level */
  const MusterSettingChange *changes; /* mode: the area's settings that differ now, in the order of the policy file */
  uint32_t change_count;
  uint32_t incident_count, volunteer_count; /* mode: open incidents, and people who stand there, that it concerns */
  uint8_t attempt;                          /* contact_card: 1 the first time, then 2, 3 */
  int64_t acknowledge_by_ms;    /* escalate: else the next level is told; −1: nothing has to be acknowledged */
  MusterId original;            /* merged: into which incident */
  MusterId item;                /* overdue */
  const char *owner;            /* overdue */
  const char *neighbour;        /* contact_card: the neighbouring county whose contact it is, else NULL */
  const char *const *equipment; /* assign: what to bring, ended by NULL; NULL: nothing */
  const MusterFetch *fetch;     /* assign: what this one fetches on the way, travel_ms included; NULL: nothing */
} MusterDecision;

/* Settings; see muster_policy_new for the built-in sets. Immutable, shared. */
typedef struct MusterPolicy MusterPolicy;
/* `name_or_path`: a built-in name ("nearest-fcfs", "nearest-fair", …), or an INI file (with `base = NAME`) that
 * overrides single settings; NULL: the default. */
MUSTER_EXPORT MusterPolicy *muster_policy_new(const char *name_or_path, GError **error);
MUSTER_EXPORT MusterPolicy *muster_policy_ref(MusterPolicy *policy);
MUSTER_EXPORT void muster_policy_unref(MusterPolicy *policy);
MUSTER_EXPORT const char *muster_policy_name(const MusterPolicy *policy);
/* All settings as the text of an INI file that muster_policy_parse reads back: equal policies have equal texts. Free
 * with g_free. */
MUSTER_EXPORT char *muster_policy_to_ini(const MusterPolicy *policy);
/* The policy of an INI text of `bytes` bytes; `name` is what messages and muster_policy_name call it. NULL and POLICY
 * if it is refused. */
MUSTER_EXPORT MusterPolicy *muster_policy_parse(const char *name, const char *ini, size_t bytes, GError **error);
/* The same settings with other response plans, which the policy then holds a reference of: they are part of its text.
 */
MUSTER_EXPORT MusterPolicy *muster_policy_with_plans(const MusterPolicy *policy, MusterPlans *plans, GError **error);
/* The policy's plans; a view that lives as long as the policy. */
MUSTER_EXPORT MusterPlans *muster_policy_plans(const MusterPolicy *policy);
/* `acceptance = certain`: volunteers are ordered, not asked. */
MUSTER_EXPORT bool muster_policy_gives_orders(const MusterPolicy *policy);
/* All settings with value, unit, range and meaning, a line each, for people; free with g_free. */
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

/* The heart. Brings the engine to event->at_ms, applies the event, returns the decisions: a view that stays until the
 * next call on this engine. Deadlines strictly before event->at_ms act first, in order of time; those of the very same
 * millisecond act after the event (an answer in the last millisecond is in time), at a later event or at a `tick` of
 * that time, which lets them act. A bad event changes nothing, not even the time, and is answered by one `refused`. (An
 * answer to an alert that is not open when it is offered can be judged only after the deadlines before it: they act,
 * as a tick would let them, before it is refused.) No allocation but the amortised growth of arrays. */
MUSTER_EXPORT const MusterDecision *muster_engine_step(MusterEngine *engine, const MusterEvent *event, size_t *count);
/* Counts an event that could not even be read (not JSON, unknown field) and answers it with one `refused` at the
 * engine's present time; the state stays as it is. */
MUSTER_EXPORT const MusterDecision *muster_engine_refuse(MusterEngine *engine, const char *why, size_t *count);
/* When the host must call again with a `tick` at the latest; INT64_MAX: never. */
MUSTER_EXPORT int64_t muster_engine_next_deadline_ms(const MusterEngine *engine);
/* The time of the last event that was not refused; INT64_MIN before the first one. */
MUSTER_EXPORT int64_t muster_engine_now_ms(const MusterEngine *engine);
/* A hash (XXH64) of the whole state but the number of events offered, so that a refused event leaves it as it was.
 * Equal after the same events, and of a restored engine equal to that of the engine it was taken from. Linear in the
 * state. */
MUSTER_EXPORT uint64_t muster_engine_state_hash(const MusterEngine *engine);
/* Events offered, refused ones and lines that were none (muster_engine_refuse) included. */
MUSTER_EXPORT uint64_t muster_engine_event_count(const MusterEngine *engine);
/* The whole state as *bytes bytes, which hold no names but the ids of events; free with g_free. Equal states have equal
 * bytes, whatever led to them and on any machine. Linear in the state. The decisions of the last step stay valid. */
MUSTER_EXPORT uint8_t *muster_engine_snapshot(const MusterEngine *engine, size_t *bytes);
/* The engine as it was when the snapshot was taken: from then on the same events bring the same decisions. county,
 * travel (a fresh oracle without responders, over the same roads or table) and policy as for muster_engine_new; travel
 * is taken over even if it fails. The bytes need not be trusted. NULL and SNAPSHOT with a sentence if they are damaged,
 * of another version, or of another county, policy or roads. Linear in the state, and a snap to the roads for each
 * volunteer and mode. */
MUSTER_EXPORT MusterEngine *muster_engine_restore(MusterCounty *county, MusterTravel *travel, MusterPolicy *policy,
                                                  const uint8_t *snapshot, size_t bytes, GError **error);

/* When a level of the chain was told last of an incident in danger, and why. */
typedef struct MusterTelling {
  int64_t at_ms, acknowledged_ms; /* INT64_MIN: never */
  MusterStage stage;              /* that was about to be missed */
} MusterTelling;
/* By MusterAreaLevel, of an active incident; false: there is none of that id. */
MUSTER_EXPORT bool muster_engine_tellings(const MusterEngine *engine, MusterId incident,
                                          MusterTelling out[MUSTER_AREA_LEVEL_COUNT]);

/* Why that volunteer is not alerted for, or assigned to, the incident at this moment: one sentence with the first
 * reason that excludes them, or else how far they are, their rank among those available, and why others were chosen
 * (under `guarantee` the probabilities, under `optimal` what all together would lose). Of somebody who is alerted or
 * assigned it says that. Changes nothing: not the state, its hash, nor the decisions of the last step. Free with
 * g_free. NULL and UNKNOWN if one of the ids has never occurred. Costs the times of all available with the skill; under
 * `optimal` the whole assignment anew. */
MUSTER_EXPORT char *muster_engine_why_not(MusterEngine *engine, MusterId incident, MusterId volunteer, GError **error);

/* What a volunteer has done, counted since they were enrolled first. */
typedef struct MusterVolunteerRecord {
  int64_t served_ms;   /* from the acceptance to the release or the end, of incidents at which they arrived */
  uint32_t served;     /* how many those were */
  uint32_t ratings;    /* verdicts of residents on them */
  uint32_t rating_sum; /* of those, each 1 to 5 */
} MusterVolunteerRecord;
/* False: nobody of that id was ever enrolled. */
MUSTER_EXPORT bool muster_engine_volunteer_record(const MusterEngine *engine, MusterId volunteer,
                                                  MusterVolunteerRecord *out);

/* An entry of the residents' lists. */
typedef struct MusterListItem {
  MusterId item, incident;                /* incident: MUSTER_ID_NONE: of none */
  const char *list;                       /* "need" or "problem" */
  const char *owner, *outcome;            /* outcome: NULL while it is open */
  int64_t entered_ms, due_ms, settled_ms; /* settled: INT64_MIN while it is open */
} MusterListItem;
/* Entries from number `first` on, in order of entry, at most `most` of them into out (NULL if `most` is 0); returns how
 * many there are in all. The texts live as long as the engine. */
MUSTER_EXPORT size_t muster_engine_list_items(const MusterEngine *engine, size_t first, MusterListItem *out,
                                              size_t most);

/* ---- a plain table of travel times ---- */

/* Reads a CSV file: the header row and the first column are place ids (the first cell is ignored), cell (row, column)
 * is the time from the row's place to the column's in seconds, decimals allowed (rounded to ms), empty: no way. Rows
 * and columns may differ: pairs the table does not hold cannot be travelled, but every place is 0 s from itself unless
 * the table says otherwise. Errors name file, line and column (the number of the cell in its row, from 1). */
MUSTER_EXPORT MusterTravel *muster_travel_read_matrix(const char *path, GError **error);

/* ---- JSON, one object a line; the schema is docs/events.md ---- */
typedef struct MusterEventReader MusterEventReader; /* owns the strings of the event it returned last */
MUSTER_EXPORT MusterEventReader *muster_event_reader_new(void);
MUSTER_EXPORT void muster_event_reader_free(MusterEventReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterEventReader, muster_event_reader_free)
/* Strings in *out stay until the next parse. Errors name the field, what was expected and what was found. */
MUSTER_EXPORT bool muster_event_reader_parse(MusterEventReader *reader, const char *json, size_t bytes,
                                             MusterEvent *out, GError **error);
/* The event as one line of JSON without a newline, which muster_event_reader_parse reads as the same event; free with
 * g_free. For hosts that make events themselves and record them. Values must be such as docs/events.md allows: what an
 * engine refuses for its value (a rating of 9) the reader refuses before it. */
MUSTER_EXPORT char *muster_event_to_json(const MusterEvent *event);
/* One line without a newline; free with g_free. `engine` resolves areas to their codes and names; it may be NULL where
 * the decision holds no area. */
MUSTER_EXPORT char *muster_decision_to_json(const MusterEngine *engine, const MusterDecision *decision);
/* The decisions of a step as one JSON array, one line; free with g_free. `decisions` may be NULL if there are none. */
MUSTER_EXPORT char *muster_decisions_to_json(const MusterEngine *engine, const MusterDecision *decisions, size_t count);

G_END_DECLS

#endif
