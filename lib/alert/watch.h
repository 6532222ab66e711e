/* The watch of one incident's alerts inside: who was alerted, and what is known of them. */
#ifndef MI_ALERT_WATCH_H
#define MI_ALERT_WATCH_H

#include <math.h>

#include "alert/model.h"
#include "alert/set.h"

typedef enum mi_watch_state {
  MI_WATCH_SILENT,
  MI_WATCH_ON_THE_WAY, /* accepted */
  MI_WATCH_ARRIVED,
  MI_WATCH_GONE, /* declined, dropped out or withdrawn */
} mi_watch_state;

typedef struct mi_watch_alert {
  uint64_t id;
  uint32_t variant, roles;
  mi_watch_state state;
  bool located, told; /* a position was reported; told to have come to count as unanswered */
  int64_t alerted_ms, accepted_ms, arrived_ms, located_ms;
  double acceptance; /* in the end */
  double travel_s;   /* expected from the start, infinite: never there; from located_ms on if located */
  double extra_s;
  uint32_t turnout; /* which of the model's */
} mi_watch_alert;

typedef struct mi_watch_helper {
  double arrives; /* chance to be there in time */
  uint32_t position;
  bool accepted;
} mi_watch_helper;

struct MusterAlertWatch {
  MusterAlertModel *model;
  MusterAlertSet *set;
  MusterAlertGoal goal;
  int64_t accept_by_ms, on_scene_by_ms;
  mi_watch_alert *alerts; /* ascending id */
  uint32_t count, capacity;
  MusterAlertCandidate *present;  /* those who still count, as the chooser takes them */
  MusterAlertCandidate *assessed; /* of extend */
  size_t assessed_capacity;
  mi_watch_helper *helpers; /* capacity of each of these */
  bool *left_out;
  uint64_t *ids; /* of the views returned */
};

/* Has no way to the place as far as is known: whatever they answered, they help nobody. */
static inline bool mi_watch_is_stranded(const mi_watch_alert *alert) {
  return isinf(alert->travel_s) && (alert->state == MI_WATCH_SILENT || alert->state == MI_WATCH_ON_THE_WAY);
}
static inline bool mi_watch_counts(const mi_watch_alert *alert) {
  return alert->state != MI_WATCH_GONE && !mi_watch_is_stranded(alert);
}

/* Places that those who accepted or arrived leave empty; left_out[i]: without that alert (NULL: with all). */
uint32_t mi_watch_unfilled(const MusterAlertWatch *watch, const bool *left_out);
/* When the alert comes to count as unanswered. */
int64_t mi_watch_unanswered_ms(const MusterAlertWatch *watch, const mi_watch_alert *alert);

/* watch_chance.c: given all that is known at at_ms. */
double mi_watch_accepts(const MusterAlertWatch *watch, const mi_watch_alert *alert, int64_t at_ms);
double mi_watch_arrives(const MusterAlertWatch *watch, const mi_watch_alert *alert, int64_t at_ms);

#endif
