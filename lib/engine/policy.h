/* The settings behind a MusterPolicy; docs/policies.md explains each. */
#ifndef MI_ENGINE_POLICY_H
#define MI_ENGINE_POLICY_H

#include <muster/engine.h>
#include <stdatomic.h>

#include "incident/plans.h"

/* Whom a freed responder serves. */
typedef enum mi_base {
  MI_BASE_NEAREST_FCFS,
  MI_BASE_NEAREST_FAIR,
  MI_BASE_OPTIMAL,
  MI_BASE_GUARANTEE,
  MI_BASE_COUNT
} mi_base;
/* Asked: volunteers answer alerts. Certain: they are ordered and go. */
typedef enum mi_acceptance { MI_ACCEPTANCE_ASKED, MI_ACCEPTANCE_CERTAIN } mi_acceptance;
typedef enum mi_late_accept { MI_LATE_ACCEPT_REFUSE, MI_LATE_ACCEPT_TAKE } mi_late_accept;
typedef enum mi_equipment_rule { MI_EQUIPMENT_NAME, MI_EQUIPMENT_FETCH } mi_equipment_rule;
typedef enum mi_shift_rule { MI_SHIFTS_IGNORE, MI_SHIFTS_FOLLOW } mi_shift_rule;
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
  uint32_t stickiness_s;                           /* optimal */
  uint32_t ageing_s;                               /* optimal; 0: they do not age */
  uint32_t first_place_tiers;                      /* optimal */
  uint32_t alpha_reached, alpha_on_scene;          /* guarantee; per mille, 0: no such demand */
  uint32_t alert_worth_s;                          /* guarantee */
  uint32_t guarantee_priority;                     /* guarantee; those less urgent are served as under nearest-fcfs */
  uint32_t acknowledge_within_s;                   /* 0: nobody has to acknowledge */
  uint32_t card_resend_s, card_second_contact_s;   /* 0: never */
  uint32_t duplicate_within_s, duplicate_within_m; /* 0 s: duplicates are not looked for */
  uint32_t position_stale_after_s;                 /* 0: never */
  uint32_t stale_surcharge_percent, stale_surcharge_most_s;
  uint32_t cover_surcharge_s, cover_least; /* 0 s: cover does not matter */
  uint32_t fatigue_per_service_percent, fatigue_per_alert_s;
  uint32_t fatigue_surcharge_percent, fatigue_surcharge_most_s;  /* 0 %: fatigue does not matter */
  uint32_t rating_surcharge_s, rating_below, rating_count_least; /* 0 s: ratings do not matter */
  uint32_t midnight_s, first_weekday, work_from_h, work_until_h; /* hours equal: homes and work places do not matter */
  uint32_t shifts;                                               /* mi_shift_rule */
  uint32_t equipment;                                            /* mi_equipment_rule */
} mi_settings;

const mi_settings *mi_policy_settings(const MusterPolicy *policy);

/* What [wartime HAZARD LEVEL] and [wartime HAZARD LEVEL plan KIND] make of the policy. */
typedef struct mi_wartime {
  char *hazard;
  uint8_t level;        /* 1 to 9 */
  uint64_t given;       /* bit i: setting i stands in the group */
  mi_settings settings; /* the policy's, with those given in their place */
  MusterPlans *plans;   /* the policy's, of the same kinds, with what is given in its place */
  char *changes;        /* the groups of plans as text, "" if there are none */
} mi_wartime;
enum { MI_LONGEST_HAZARD = 32 }; /* bytes */
static inline bool mi_gives_orders(const mi_settings *settings) {
  return settings->acceptance == MI_ACCEPTANCE_CERTAIN;
}
/* By (hazard, level). */
const mi_wartime *mi_policy_wartimes(const MusterPolicy *policy, size_t *count);

struct MusterPolicy {
  atomic_uint references;
  char *name;
  mi_settings settings;
  GArray *wartimes; /* mi_wartime, by (hazard, level) */
  MusterPlans *plans;
};

/* ---- wartime.c: the groups [wartime …] of a policy file ---- */
GArray *mi_wartimes_new(void);
/* After the policy's own settings and plans. */
bool mi_wartimes_read(MusterPolicy *policy, GKeyFile *file, GError **error);
/* Those of `from`, over the plans of `policy`. */
bool mi_wartimes_copy(MusterPolicy *policy, const MusterPolicy *from, GError **error);
/* As text that mi_wartimes_read reads back. */
void mi_wartimes_add(GString *lines, const MusterPolicy *policy);

/* ---- policy.c ---- */
/* The keys of a group into the settings; the bits of those given are set in *given. */
bool mi_settings_read(const MusterPolicy *policy, GKeyFile *file, const char *group, mi_settings *settings,
                      uint64_t *given, GError **error);
/* Lines of those whose bit is set. */
void mi_settings_add(GString *lines, const mi_settings *settings, uint64_t given);
const char *mi_base_name(uint32_t base);

/* Settings by number, in the order of the table. */
size_t mi_setting_count(void);
const char *mi_setting_name(size_t which);
uint32_t mi_setting_value(const mi_settings *settings, size_t which);
/* The value as it stands in the file: the name of a choice (NULL for others). */
const char *mi_setting_choice(size_t which, uint32_t value);
/* Concerns volunteers or the order of all incidents, not one incident: the county has one value. */
bool mi_setting_is_common(size_t which);
/* The setting at that offset of mi_settings is not 0 in the policy, or in one of its modes. */
bool mi_policy_ever_sets(const MusterPolicy *policy, size_t offset);

#endif
