/* Policies: built-in sets of settings and INI files that override single ones (GKeyFile). */
#include "engine/policy.h"

#include <string.h>

#include "base/input.h"

GQuark muster_engine_error_quark(void) { return g_quark_from_static_string("muster-engine-error-quark"); }

static const char *const base_names[] = {"nearest-fcfs", "nearest-fair", "optimal", "guarantee", NULL};
static const char *const acceptance_names[] = {"asked", "certain", NULL};
static const char *const late_accept_names[] = {"refuse", "take", NULL};
static const char *const equipment_names[] = {"name", "fetch", NULL};
static const char *const shift_names[] = {"ignore", "follow", NULL};
static const char *const order_names[] = {"plain", "priority-first", NULL};

typedef struct setting {
  const char *key, *unit, *meaning;
  size_t offset;
  const char *const *choices; /* NULL: a whole number from least to most */
  uint32_t least, most, initial;
} setting;

static const setting settings_table[] = {
    {"base", "",
     "whom a freed responder serves: those waiting in order of report, the nearest, or what is best for all together",
     offsetof(mi_settings, base), base_names, 0, 0, MI_BASE_NEAREST_FAIR},
    {"acceptance", "", "asked: volunteers answer alerts; certain: they are ordered and go, like units",
     offsetof(mi_settings, acceptance), acceptance_names, 0, 0, MI_ACCEPTANCE_ASKED},
    {"alerts_per_slot", "alerts", "open at once for each responder still missing",
     offsetof(mi_settings, alerts_per_slot), NULL, 1, 100, 7},
    {"alert_expires_s", "s", "an alert without an answer ends and is replaced after",
     offsetof(mi_settings, alert_expires_s), NULL, 5, 3600, 60},
    {"alert_within_s", "s", "nobody farther away than this is alerted", offsetof(mi_settings, alert_within_s), NULL, 60,
     86400, 3600},
    {"asks_per_volunteer", "alerts", "one volunteer is asked for one incident at most so often, if they do not answer",
     offsetof(mi_settings, asks_per_volunteer), NULL, 1, 10, 2},
    {"asks_per_slot", "alerts", "sent in all for one responder still missing, then people must find another way",
     offsetof(mi_settings, asks_per_slot), NULL, 1, 10000, 100},
    {"alerts_per_volunteer_an_hour", "alerts",
     "in any 60 minutes, for all incidents; then the volunteer rests; 0: no cap; orders are not counted",
     offsetof(mi_settings, alerts_per_volunteer_an_hour), NULL, 0, 60, 30},
    {"late_accept", "", "an accept after the alert's end is refused, or taken while somebody is still missing",
     offsetof(mi_settings, late_accept), late_accept_names, 0, 0, MI_LATE_ACCEPT_REFUSE},
    {"order", "", "plain: as `base` says; priority-first: the most urgent of those waiting come first",
     offsetof(mi_settings, order), order_names, 0, 0, MI_ORDER_PLAIN},
    {"escalate_before_known_s", "s", "before the deadline of KNOWN the next level is told; 0: never",
     offsetof(mi_settings, escalate_before_s[MUSTER_STAGE_KNOWN]), NULL, 0, 59, 15},
    {"escalate_before_reached_s", "s", "before the deadline of REACHED the next level is told; 0: never",
     offsetof(mi_settings, escalate_before_s[MUSTER_STAGE_REACHED]), NULL, 0, 179, 60},
    {"escalate_before_on_scene_s", "s", "before the deadline of ON_SCENE the next level is told; 0: never",
     offsetof(mi_settings, escalate_before_s[MUSTER_STAGE_ON_SCENE]), NULL, 0, 599, 180},
    {"stickiness_s", "s", "optimal: somebody on the way counts as so much nearer; others take over only for more",
     offsetof(mi_settings, stickiness_s), NULL, 0, 600, 15},
    {"ageing_s", "s", "optimal: from the deadline of ON_SCENE on a place left open weighs more each time; 0: never",
     offsetof(mi_settings, ageing_s), NULL, 0, 86400, 600},
    {"first_place_tiers", "deadlines",
     "optimal: missed deadlines that the first place of a need is worth beyond the last",
     offsetof(mi_settings, first_place_tiers), NULL, 0, 10, 1},
    {"alpha_reached", "per mille",
     "guarantee: so many are alerted that REACHED is met with this probability; 0: no demand",
     offsetof(mi_settings, alpha_reached), NULL, 0, 999, 950},
    {"alpha_on_scene", "per mille", "guarantee: the same for ON_SCENE; 0: no demand",
     offsetof(mi_settings, alpha_on_scene), NULL, 0, 999, 900},
    {"alert_worth_s", "s", "guarantee: somebody who counts as so much farther costs as much as one more alert",
     offsetof(mi_settings, alert_worth_s), NULL, 1, 86400, 300},
    {"guarantee_priority", "priority",
     "guarantee: of 1 (life) to 4 (convenience), the last one judged so; those less urgent as under nearest-fcfs",
     offsetof(mi_settings, guarantee_priority), NULL, 1, 4, 4},
    {"acknowledge_within_s", "s", "who was told and does not acknowledge: the next level is told after; 0: never",
     offsetof(mi_settings, acknowledge_within_s), NULL, 0, 3600, 0},
    {"card_resend_s", "s", "a contact card without a receipt (`known`) is sent again after; 0: never",
     offsetof(mi_settings, card_resend_s), NULL, 0, 3600, 0},
    {"card_second_contact_s", "s", "still without a receipt: the card of the second contact is sent after; 0: never",
     offsetof(mi_settings, card_second_contact_s), NULL, 0, 3600, 0},
    {"duplicate_within_s", "s", "a report of the same kind so soon after another is merged into it; 0: never",
     offsetof(mi_settings, duplicate_within_s), NULL, 0, 86400, 0},
    {"duplicate_within_m", "m", "and so near to it", offsetof(mi_settings, duplicate_within_m), NULL, 0, 10000, 100},
    {"position_stale_after_s", "s", "a position older than this is uncertain: travel gets a surcharge; 0: never",
     offsetof(mi_settings, position_stale_after_s), NULL, 0, 604800, 0},
    {"stale_surcharge_percent", "%", "of the time since it became stale is added to the travel time",
     offsetof(mi_settings, stale_surcharge_percent), NULL, 0, 100, 25},
    {"stale_surcharge_most_s", "s", "and never more than this", offsetof(mi_settings, stale_surcharge_most_s), NULL, 0,
     86400, 600},
    {"cover_surcharge_s", "s",
     "choosing somebody who leaves too few available round them counts as so much farther; 0: never",
     offsetof(mi_settings, cover_surcharge_s), NULL, 0, 86400, 0},
    {"cover_least", "people", "too few: fewer than this in their grid and those that touch it",
     offsetof(mi_settings, cover_least), NULL, 1, 10000, 3},
    {"fatigue_per_service_percent", "%", "of the time served becomes rest that is due",
     offsetof(mi_settings, fatigue_per_service_percent), NULL, 0, 1000, 200},
    {"fatigue_per_alert_s", "s", "of rest are due for each alert", offsetof(mi_settings, fatigue_per_alert_s), NULL, 0,
     86400, 300},
    {"fatigue_surcharge_percent", "%", "of the rest still due somebody counts as farther; 0: never",
     offsetof(mi_settings, fatigue_surcharge_percent), NULL, 0, 100, 0},
    {"fatigue_surcharge_most_s", "s", "and never more than this", offsetof(mi_settings, fatigue_surcharge_most_s), NULL,
     0, 86400, 600},
    {"rating_surcharge_s", "s", "somebody whose mean rating is low counts as so much farther; 0: never",
     offsetof(mi_settings, rating_surcharge_s), NULL, 0, 86400, 0},
    {"rating_below", "tenths", "low: a mean rating below this", offsetof(mi_settings, rating_below), NULL, 10, 50, 30},
    {"rating_count_least", "ratings", "and by no fewer ratings than this", offsetof(mi_settings, rating_count_least),
     NULL, 1, 1000, 3},
    {"midnight_s", "s", "the time of day at which events count 0, after local midnight",
     offsetof(mi_settings, midnight_s), NULL, 0, 86399, 0},
    {"first_weekday", "day", "the day of the week at that time: 1 Monday to 7 Sunday",
     offsetof(mi_settings, first_weekday), NULL, 1, 7, 1},
    {"work_from_h", "h", "from this hour, Monday to Friday, who has a work place is there; equal to the next: never",
     offsetof(mi_settings, work_from_h), NULL, 0, 24, 0},
    {"work_until_h", "h", "and from this hour at home again", offsetof(mi_settings, work_until_h), NULL, 0, 24, 0},
    {"shifts", "", "follow: who has a shift at a post stands there, on duty, while it lasts",
     offsetof(mi_settings, shifts), shift_names, 0, 0, MI_SHIFTS_IGNORE},
    {"equipment", "", "name: who goes is told what the plan wants; fetch: and one of them where to fetch each thing",
     offsetof(mi_settings, equipment), equipment_names, 0, 0, MI_EQUIPMENT_NAME},
};

G_STATIC_ASSERT(G_N_ELEMENTS(settings_table) <= 64); /* a bit each in mi_wartime.given */

static uint32_t *value_of(mi_settings *settings, const setting *which) {
  return (uint32_t *)(void *)((char *)settings + which->offset);
}

static MusterPolicy *new_policy(const char *name, uint32_t base) {
  MusterPolicy *policy = g_new0(MusterPolicy, 1);
  atomic_init(&policy->references, 1);
  policy->name = g_strdup(name);
  for (size_t i = 0; i < G_N_ELEMENTS(settings_table); i++)
    *value_of(&policy->settings, &settings_table[i]) = settings_table[i].initial;
  policy->settings.base = base;
  policy->wartimes = mi_wartimes_new();
  /* Silence is reckoned with; an alert ends when it counts as unanswered (lib/alert/default.ini) and keeps nobody else
   * from being asked. */
  if (base == MI_BASE_GUARANTEE) policy->settings.alert_expires_s = 90;
  policy->plans = muster_plans_ref(mi_plans_default());
  return policy;
}

static bool find_choice(const char *const *choices, const char *text, uint32_t *out) {
  for (uint32_t i = 0; choices[i]; i++)
    if (strcmp(choices[i], text) == 0) {
      *out = i;
      return true;
    }
  return false;
}

static char *join_keys(void) {
  GString *keys = g_string_new(NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(settings_table); i++)
    g_string_append_printf(keys, "%s%s", i ? ", " : "", settings_table[i].key);
  return g_string_free(keys, FALSE);
}

static bool parse_value(const char *file, const char *group, const setting *which, const char *text, uint32_t *out,
                        GError **error) {
  if (which->choices) {
    if (find_choice(which->choices, text, out)) return true;
    g_autofree char *choices = g_strjoinv(" or ", (char **)(void *)(uintptr_t)which->choices);
    g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY, "%s: [%s] %s: expected %s, found \"%s\"", file,
                group, which->key, choices, text);
    return false;
  }
  uint64_t number;
  if (g_ascii_string_to_unsigned(text, 10, which->least, which->most, &number, NULL)) {
    *out = (uint32_t)number;
    return true;
  }
  g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY,
              "%s: [%s] %s: expected a whole number of %s from %u to %u, found \"%s\"", file, group, which->key,
              strcmp(which->unit, "s") == 0 ? "seconds" : which->unit, which->least, which->most, text);
  return false;
}

/* One key of a group into the settings; its bit is set in *given. */
static bool apply_key(const MusterPolicy *policy, GKeyFile *file, const char *group, const char *key,
                      mi_settings *settings, uint64_t *given, GError **error) {
  for (size_t i = 0; i < G_N_ELEMENTS(settings_table); i++) {
    const setting *which = &settings_table[i];
    if (strcmp(which->key, key) != 0) continue;
    *given |= UINT64_C(1) << i;
    g_autofree char *raw = g_key_file_get_value(file, group, key, NULL);
    return parse_value(policy->name, group, which, g_strstrip(raw), value_of(settings, which), error);
  }
  g_autofree char *known = join_keys();
  g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY, "%s: [%s] %s: no such setting; known are %s",
              policy->name, group, key, known);
  return false;
}

/* A surcharge that moves with time, or with who is free, has no place in costs that must only fall for those who hold a
 * place and only rise for the others. */
static bool check_surcharges(const MusterPolicy *policy, const char *group, const mi_settings *settings,
                             GError **error) {
  static const size_t refused[] = {
      offsetof(mi_settings, position_stale_after_s),
      offsetof(mi_settings, cover_surcharge_s),
      offsetof(mi_settings, fatigue_surcharge_percent),
      offsetof(mi_settings, rating_surcharge_s),
  };
  if (settings->base != MI_BASE_OPTIMAL) return true;
  for (size_t i = 0; i < G_N_ELEMENTS(settings_table); i++) {
    uint32_t value = mi_setting_value(settings, i);
    for (size_t j = 0; j < G_N_ELEMENTS(refused); j++) {
      if (settings_table[i].offset != refused[j] || value == 0) continue;
      g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY,
                  "%s: [%s] %s: expected 0 with base = optimal, found %u", policy->name, group, settings_table[i].key,
                  value);
      return false;
    }
  }
  return true;
}

bool mi_settings_read(const MusterPolicy *policy, GKeyFile *file, const char *group, mi_settings *settings,
                      uint64_t *given, GError **error) {
  g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);
  for (char **key = keys; key && *key; key++)
    if (!apply_key(policy, file, group, *key, settings, given, error)) return false;
  return check_surcharges(policy, group, settings, error);
}

static bool check_groups(const char *name, GKeyFile *file, GError **error) {
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  for (char **group = groups; *group; group++)
    if (strcmp(*group, "policy") != 0 && !g_str_has_prefix(*group, "wartime ") && !mi_plans_is_group(*group)) {
      g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY,
                  "%s: expected [policy], [wartime HAZARD LEVEL] and groups of plans, found [%s]", name, *group);
      return false;
    }
  if (g_key_file_has_group(file, "policy")) return true;
  g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY, "%s: expected a group [policy], found none",
              name);
  return false;
}

static bool has_plans(GKeyFile *file) {
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  bool found = false;
  for (char **group = groups; *group && !found; group++) found = mi_plans_is_group(*group);
  return found;
}

/* A policy may hold plans of its own: the groups of a file of plans. */
static bool take_plans(MusterPolicy *policy, GKeyFile *file, GError **error) {
  if (!has_plans(file)) return true;
  g_autoptr(GError) reason = NULL;
  MusterPlans *plans = mi_plans_from_key_file(policy->name, file, &reason);
  if (!plans) {
    g_set_error_literal(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY, reason->message);
    return false;
  }
  muster_plans_unref(policy->plans);
  policy->plans = plans;
  return true;
}

MusterPolicy *muster_policy_parse(const char *name, const char *ini, size_t bytes, GError **error) {
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) reason = NULL;
  if (memchr(ini, 0, bytes)) {
    g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY, "%s: expected text, found a zero byte", name);
    return NULL;
  }
  if (bytes > 0 && !g_key_file_load_from_data(file, ini, bytes, G_KEY_FILE_NONE, &reason)) {
    g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY, "%s: not an INI file: %s", name,
                reason->message);
    return NULL;
  }
  if (!check_groups(name, file, error)) return NULL;
  uint32_t base = MI_BASE_NEAREST_FAIR;
  g_autofree char *named = g_key_file_get_value(file, "policy", "base", NULL);
  if (named) find_choice(base_names, g_strstrip(named), &base); /* settings not given are that base's own */
  g_autoptr(MusterPolicy) policy = new_policy(name, base);
  uint64_t given = 0;
  if (!mi_settings_read(policy, file, "policy", &policy->settings, &given, error) || !take_plans(policy, file, error) ||
      !mi_wartimes_read(policy, file, error))
    return NULL;
  return g_steal_pointer(&policy);
}

static MusterPolicy *read_file(const char *path, GError **error) {
  gsize bytes = 0;
  g_autofree char *data = mi_input_read(path, "a policy file", &bytes, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_OPEN,
                                        MUSTER_ENGINE_ERROR_POLICY, error);
  return data ? muster_policy_parse(path, data, bytes, error) : NULL;
}

MusterPolicy *muster_policy_new(const char *name_or_path, GError **error) {
  uint32_t base = MI_BASE_NEAREST_FAIR;
  if (!name_or_path) return new_policy(base_names[base], base);
  if (find_choice(base_names, name_or_path, &base)) return new_policy(base_names[base], base);
  if (g_file_test(name_or_path, G_FILE_TEST_EXISTS)) return read_file(name_or_path, error);
  g_autofree char *names = g_strjoinv(", ", (char **)(void *)(uintptr_t)base_names);
  g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY,
              "policy \"%s\": neither a built-in policy nor a file; there are %s, or an INI file that overrides single "
              "settings",
              name_or_path, names);
  return NULL;
}

MusterPolicy *muster_policy_ref(MusterPolicy *policy) {
  atomic_fetch_add_explicit(&policy->references, 1, memory_order_relaxed);
  return policy;
}

void muster_policy_unref(MusterPolicy *policy) {
  if (!policy || atomic_fetch_sub_explicit(&policy->references, 1, memory_order_acq_rel) != 1) return;
  g_array_unref(policy->wartimes);
  muster_plans_unref(policy->plans);
  g_free(policy->name);
  g_free(policy);
}

const char *muster_policy_name(const MusterPolicy *policy) { return policy->name; }

const char *mi_base_name(uint32_t base) { return base_names[base]; }

bool muster_policy_gives_orders(const MusterPolicy *policy) {
  return policy->settings.acceptance == MI_ACCEPTANCE_CERTAIN;
}

MusterPlans *muster_policy_plans(const MusterPolicy *policy) { return policy->plans; }

MusterPolicy *muster_policy_with_plans(const MusterPolicy *policy, MusterPlans *plans, GError **error) {
  g_autoptr(MusterPolicy) other = new_policy(policy->name, policy->settings.base);
  other->settings = policy->settings;
  muster_plans_unref(other->plans);
  other->plans = muster_plans_ref(plans);
  return mi_wartimes_copy(other, policy, error) ? g_steal_pointer(&other) : NULL;
}

const mi_settings *mi_policy_settings(const MusterPolicy *policy) { return &policy->settings; }

size_t mi_setting_count(void) { return G_N_ELEMENTS(settings_table); }

const char *mi_setting_name(size_t which) { return settings_table[which].key; }

uint32_t mi_setting_value(const mi_settings *settings, size_t which) {
  mi_settings copy = *settings;
  return *value_of(&copy, &settings_table[which]);
}

const char *mi_setting_choice(size_t which, uint32_t value) {
  return settings_table[which].choices ? settings_table[which].choices[value] : NULL;
}

bool mi_setting_is_common(size_t which) {
  static const size_t common[] = {
      offsetof(mi_settings, base),
      offsetof(mi_settings, order),
      offsetof(mi_settings, alerts_per_volunteer_an_hour),
      offsetof(mi_settings, position_stale_after_s),
      offsetof(mi_settings, stale_surcharge_percent),
      offsetof(mi_settings, stale_surcharge_most_s),
      offsetof(mi_settings, cover_surcharge_s),
      offsetof(mi_settings, cover_least),
      offsetof(mi_settings, fatigue_per_service_percent),
      offsetof(mi_settings, fatigue_per_alert_s),
      offsetof(mi_settings, fatigue_surcharge_percent),
      offsetof(mi_settings, fatigue_surcharge_most_s),
      offsetof(mi_settings, rating_surcharge_s),
      offsetof(mi_settings, rating_below),
      offsetof(mi_settings, rating_count_least),
      offsetof(mi_settings, midnight_s),
      offsetof(mi_settings, first_weekday),
      offsetof(mi_settings, work_from_h),
      offsetof(mi_settings, work_until_h),
      offsetof(mi_settings, shifts),
  };
  for (size_t i = 0; i < G_N_ELEMENTS(common); i++)
    if (settings_table[which].offset == common[i]) return true;
  return false;
}

bool mi_policy_ever_sets(const MusterPolicy *policy, size_t offset) {
  size_t which = 0;
  while (settings_table[which].offset != offset) which++;
  bool any = mi_setting_value(&policy->settings, which) != 0;
  for (guint i = 0; i < policy->wartimes->len; i++)
    any |= mi_setting_value(&g_array_index(policy->wartimes, mi_wartime, i).settings, which) != 0;
  return any;
}

void mi_settings_add(GString *lines, const mi_settings *settings, uint64_t given) {
  for (size_t i = 0; i < G_N_ELEMENTS(settings_table); i++) {
    if (!(given >> i & 1)) continue;
    uint32_t value = mi_setting_value(settings, i);
    const char *choice = mi_setting_choice(i, value);
    if (choice)
      g_string_append_printf(lines, "%s = %s\n", settings_table[i].key, choice);
    else
      g_string_append_printf(lines, "%s = %u\n", settings_table[i].key, value);
  }
}

/* Nothing for the built-in ones. */
static void add_plans(GString *lines, const MusterPlans *plans) {
  if (plans == mi_plans_default()) return;
  g_autofree char *own = muster_plans_to_ini(plans), *builtin = muster_plans_to_ini(mi_plans_default());
  if (strcmp(own, builtin) != 0) g_string_append(lines, own);
}

char *muster_policy_to_ini(const MusterPolicy *policy) {
  GString *lines = g_string_new("[policy]\n");
  mi_settings_add(lines, &policy->settings, UINT64_MAX);
  mi_wartimes_add(lines, policy);
  add_plans(lines, policy->plans);
  return g_string_free(lines, FALSE);
}

char *muster_policy_describe(const MusterPolicy *policy) {
  GString *lines = g_string_new(NULL);
  mi_settings settings = policy->settings;
  for (size_t i = 0; i < G_N_ELEMENTS(settings_table); i++) {
    const setting *which = &settings_table[i];
    uint32_t value = *value_of(&settings, which);
    if (which->choices) {
      g_autofree char *choices = g_strjoinv(" | ", (char **)(void *)(uintptr_t)which->choices);
      g_string_append_printf(lines, "%s = %s   (%s) %s\n", which->key, which->choices[value], choices, which->meaning);
    } else {
      g_string_append_printf(lines, "%s = %u   (%u … %u %s) %s\n", which->key, value, which->least, which->most,
                             which->unit, which->meaning);
    }
  }
  return g_string_free(lines, FALSE);
}
