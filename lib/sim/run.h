/* One replication: the engine on a virtual clock, residents and volunteers around it.
 *
 * The run only makes events and reads decisions; all that it knows about an incident comes from the arrivals, all that
 * happens to it from the engine. One owner, one thread.
 */
#ifndef MI_SIM_RUN_H
#define MI_SIM_RUN_H

#include <muster/journal.h>
#include <stdatomic.h>

#include "sim/arrivals.h"
#include "sim/clock.h"

/* How a report ends; each ends in exactly one way. */
typedef enum mi_ending {
  MI_ENDING_OPEN,      /* still open when the simulation ended (counted as missed, never left out) */
  MI_ENDING_SERVED,    /* volunteers came and did the work */
  MI_ENDING_RESOLVED,  /* neighbours helped first */
  MI_ENDING_GAVE_UP,   /* the resident gave up, nobody was on the way */
  MI_ENDING_DUPLICATE, /* recognised as a repeated report */
  MI_ENDING_UNHEARD,   /* never got through: engaged lines */
  MI_ENDING_REFUSED,   /* the engine refused the report */
  MI_ENDING_COUNT
} mi_ending;
const char *mi_ending_name(mi_ending ending);

typedef enum mi_line_kind {
  MI_LINE_REPORT,
  MI_LINE_CARD,
  MI_LINE_KNOWN,
  MI_LINE_ALERT,
  MI_LINE_EXPIRED,
  MI_LINE_ACCEPT,
  MI_LINE_DECLINE,
  MI_LINE_ASSIGN,
  MI_LINE_STOOD_DOWN,
  MI_LINE_ARRIVE,
  MI_LINE_TURNED_BACK,
  MI_LINE_STAGE,
  MI_LINE_BREACH,
  MI_LINE_ESCALATE,
  MI_LINE_SHORTFALL,
  MI_LINE_WORK,
  MI_LINE_END,
} mi_line_kind;

typedef struct mi_line { /* one line of an incident's story */
  int64_t at_ms;         /* from the start of the simulation */
  mi_line_kind kind;
  uint8_t stage, mode;
  uint32_t volunteer; /* dense; MUSTER_NONE */
  uint32_t travel_ms;
  char *why; /* of a decision; may be NULL */
} mi_line;

typedef struct mi_case {
  int64_t reported_ms;
  int64_t stage_ms[MUSTER_STAGE_COUNT]; /* from the report; −1: never */
  int64_t first_there_ms, end_ms;       /* from the start; −1: never */
  mi_ending ending;
  uint32_t alerts, accepts, declines, silent, withdrawn, surplus, escalations, breaches, shortfalls, assigned;
  uint64_t earlier; /* alerts that those asked had had in the day before, summed */
  uint32_t on_way, there;
  uint32_t people;               /* first volunteer on the way or there */
  uint64_t travel_ms, travelled; /* expected travel of those assigned, and their number */
  bool active, working, card_sent;
  GArray *story; /* of mi_line; NULL: not kept */
} mi_case;

typedef enum mi_status { MI_STATUS_OFF, MI_STATUS_FREE, MI_STATUS_ON_WAY, MI_STATUS_THERE, MI_STATUS_COUNT } mi_status;

enum { MI_WORST = 10 };

typedef struct mi_sample { /* of the course of the surge, at the end of each step */
  uint32_t reports, open, on_standby, busy;
} mi_sample;

typedef struct mi_outcome { /* what one replication leaves behind */
  mi_arrivals arrivals;
  mi_case *incidents; /* one each arrival, same places */
  mi_sample *samples;
  size_t sample_count;
  uint32_t *alerts_of;                 /* alerts of each volunteer (dense) */
  uint64_t status_ms[MI_STATUS_COUNT]; /* summed over all volunteers */
  int64_t ended_ms;
  uint64_t events, decisions, refused, alerts, assigned_by_mode[MUSTER_MODE_COUNT + 1];
  uint64_t late_answers, turned_back, arrived; /* arrived: volunteers at an incident, each time */
  char *first_refusal;
  uint64_t state_hash;
  uint32_t worst[MI_WORST]; /* worst incidents first, with their stories */
  size_t worst_count;
} mi_outcome;
void mi_outcome_clear(mi_outcome *outcome);

/* Sees each event before the engine does (benchmarks record a surge with it). */
typedef void (*mi_recorder)(const MusterEvent *event, void *user_data);

typedef struct mi_run_options {
  const mi_ground *ground;
  const MusterScenario *scenario;
  MusterPolicy *policy;
  MusterNetwork *const *networks;
  size_t network_count;
  MusterMetric *const *metrics; /* one a network; may be NULL */
  MusterTravel *travel;         /* instead of networks (tests): taken over; may be NULL */
  uint64_t seed;
  uint32_t run, days;
  int64_t step_ms; /* of the course */
  bool keeps_stories;
  atomic_bool *cancelled;   /* may be NULL */
  _Atomic double *progress; /* may be NULL */
  MusterJournal *journal;   /* takes every event; may be NULL */
  mi_recorder recorder;
  void *recorder_data;
} mi_run_options;
bool mi_run(const mi_run_options *options, mi_outcome *out, GError **error);
/* On these networks, each on its metric; metrics may be NULL. */
MusterTravel *mi_travel_new(MusterNetwork *const *networks, size_t count, MusterMetric *const *metrics, GError **error);

/* Milliseconds that the resident waited for as many as needed (or until the end), by which incidents are ranked. */
int64_t mi_case_wait_ms(const mi_case *incident, int64_t ended_ms);

#endif
