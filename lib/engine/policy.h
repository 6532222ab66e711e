/* The settings behind a MusterPolicy; docs/policies.md explains each. */
#ifndef MI_ENGINE_POLICY_H
#define MI_ENGINE_POLICY_H

#include <muster/engine.h>

#include "incident/plans.h"

/* Whom a freed responder serves. */
typedef enum mi_base { MI_BASE_NEAREST_FCFS, MI_BASE_NEAREST_FAIR, MI_BASE_COUNT } mi_base;
/* Asked: volunteers answer alerts. Certain: they are ordered and go. */
typedef enum mi_acceptance { MI_ACCEPTANCE_ASKED, MI_ACCEPTANCE_CERTAIN } mi_acceptance;
typedef enum mi_late_accept { MI_LATE_ACCEPT_REFUSE, MI_LATE_ACCEPT_TAKE } mi_late_accept;
typedef enum mi_order { MI_ORDER_PLAIN, MI_ORDER_PRIORITY_FIRST } mi_order;

typedef struct mi_settings {
  uint32_t base;        /* mi_base */
  uint32_t acceptance;  /* mi_acceptance */
  uint32_t late_accept; /* mi_late_accept */
  uint32_t order;       /* mi_order */
  uint32_t alerts_per_slot;
  uint32_t alert_expires_s;
  uint32_t alert_within_s;
  uint32_t asks_per_volunteer;
  uint32_t asks_per_slot;
  uint32_t alerts_per_volunteer_an_hour;           /* 0: no cap */
  uint32_t escalate_before_s[MUSTER_STAGE_COUNT];  /* 0: that stage does not escalate */
  uint32_t acknowledge_within_s;                   /* 0: nobody has to acknowledge */
  uint32_t card_resend_s, card_second_contact_s;   /* 0: never */
  uint32_t duplicate_within_s, duplicate_within_m; /* 0 s: duplicates are not looked for */
  uint32_t position_stale_after_s;                 /* 0: never */
  uint32_t stale_surcharge_percent, stale_surcharge_most_s;
  uint32_t midnight_s, first_weekday, work_from_h, work_until_h; /* hours equal: homes and work places do not matter */
} mi_settings;

const mi_settings *mi_policy_settings(const MusterPolicy *policy);

#endif
