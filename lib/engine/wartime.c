/* The groups of a policy file that hold only in a mode: [wartime HAZARD LEVEL] with settings, and
 * [wartime HAZARD LEVEL plan KIND] with keys of a response plan. */
#include <string.h>

#include "engine/policy.h"

static void clear_wartime(gpointer data) {
  mi_wartime *wartime = data;
  g_free(wartime->hazard);
  g_free(wartime->changes);
  muster_plans_unref(wartime->plans);
}

GArray *mi_wartimes_new(void) {
  GArray *wartimes = g_array_new(FALSE, TRUE, sizeof(mi_wartime));
  g_array_set_clear_func(wartimes, clear_wartime);
  return wartimes;
}

const mi_wartime *mi_policy_wartimes(const MusterPolicy *policy, size_t *count) {
  *count = policy->wartimes->len;
  return (const mi_wartime *)(const void *)policy->wartimes->data;
}

static mi_wartime *wartime_at(const MusterPolicy *policy, guint i) {
  return &g_array_index(policy->wartimes, mi_wartime, i);
}

/* ---- reading ---- */

static bool is_hazard(const char *name) {
  size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
  return length > 0 && length <= MI_LONGEST_HAZARD && !name[length];
}

static int compare_wartimes(gconstpointer a, gconstpointer b) {
  const mi_wartime *x = a, *y = b;
  int order = strcmp(x->hazard, y->hazard);
  return order ? order : x->level - y->level;
}

/* The mode's; added, without changes, if there is none. */
static mi_wartime *claim(MusterPolicy *policy, const char *hazard, uint8_t level) {
  for (guint i = 0; i < policy->wartimes->len; i++)
    if (wartime_at(policy, i)->level == level && strcmp(wartime_at(policy, i)->hazard, hazard) == 0)
      return wartime_at(policy, i);
  mi_wartime made = {.hazard = g_strdup(hazard), .level = level, .settings = policy->settings, .changes = g_strdup("")};
  g_array_append_val(policy->wartimes, made);
  return wartime_at(policy, policy->wartimes->len - 1);
}

static bool is_nearest(uint32_t base) { return base == MI_BASE_NEAREST_FCFS || base == MI_BASE_NEAREST_FAIR; }

/* What `optimal` and `guarantee` know of people and places is kept from the first event on. */
static bool check_base(const MusterPolicy *policy, const char *group, const mi_wartime *made, GError **error) {
  uint32_t own = policy->settings.base, there = made->settings.base;
  if (own == there || (is_nearest(own) && is_nearest(there))) return true;
  g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY,
              "%s: [%s] base: expected %s as in [policy], found %s", policy->name, group,
              is_nearest(own) ? "nearest-fcfs or nearest-fair" : mi_base_name(own), mi_base_name(there));
  return false;
}

static void add_change(mi_wartime *wartime, GKeyFile *file, const char *group) {
  GString *changes = g_string_new(wartime->changes);
  g_string_append_printf(changes, "[%s]\n", group);
  g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);
  for (char **key = keys; key && *key; key++) {
    g_autofree char *value = g_key_file_get_value(file, group, *key, NULL);
    g_string_append_printf(changes, "%s = %s\n", *key, g_strstrip(value));
  }
  g_free(wartime->changes);
  wartime->changes = g_string_free(changes, FALSE);
}

static bool read_group(MusterPolicy *policy, GKeyFile *file, const char *group, GError **error) {
  g_auto(GStrv) words = g_strsplit(group, " ", -1);
  guint count = g_strv_length(words);
  guint64 level;
  bool is_plan = count == 5 && strcmp(words[3], "plan") == 0;
  if ((count != 3 && !is_plan) || !is_hazard(words[1]) ||
      !g_ascii_string_to_unsigned(words[2], 10, 1, 9, &level, NULL)) {
    g_autofree char *valid = g_utf8_make_valid(group, -1);
    g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY,
                "%s: expected [wartime HAZARD LEVEL] or [wartime HAZARD LEVEL plan KIND], a hazard of 1 to 32 small "
                "letters, digits and _, a level from 1 to 9, found [%s]",
                policy->name, valid);
    return false;
  }
  mi_wartime *made = claim(policy, words[1], (uint8_t)level);
  if (!is_plan)
    return mi_settings_read(policy, file, group, &made->settings, &made->given, error) &&
           check_base(policy, group, made, error);
  add_change(made, file, group);
  return true;
}

/* The plans that hold in the mode. */
static bool change_plans(const MusterPolicy *policy, mi_wartime *wartime, GError **error) {
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) reason = NULL;
  if (*wartime->changes) g_key_file_load_from_data(file, wartime->changes, strlen(wartime->changes), 0, &reason);
  if (!reason) wartime->plans = mi_plans_changed(policy->plans, policy->name, file, &reason);
  if (!reason) return true;
  g_set_error_literal(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_POLICY, reason->message);
  return false;
}

bool mi_wartimes_read(MusterPolicy *policy, GKeyFile *file, GError **error) {
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  for (char **group = groups; *group; group++)
    if (g_str_has_prefix(*group, "wartime ") && !read_group(policy, file, *group, error)) return false;
  g_array_sort(policy->wartimes, compare_wartimes);
  for (guint i = 0; i < policy->wartimes->len; i++)
    if (!change_plans(policy, wartime_at(policy, i), error)) return false;
  return true;
}

bool mi_wartimes_copy(MusterPolicy *policy, const MusterPolicy *from, GError **error) {
  for (guint i = 0; i < from->wartimes->len; i++) {
    const mi_wartime *there = wartime_at(from, i);
    mi_wartime *made = claim(policy, there->hazard, there->level);
    made->given = there->given;
    made->settings = there->settings;
    g_free(made->changes);
    made->changes = g_strdup(there->changes);
    if (!change_plans(policy, made, error)) return false;
  }
  return true;
}

/* ---- out ---- */

void mi_wartimes_add(GString *lines, const MusterPolicy *policy) {
  for (guint i = 0; i < policy->wartimes->len; i++) {
    const mi_wartime *made = wartime_at(policy, i);
    g_string_append_printf(lines, "[wartime %s %u]\n", made->hazard, made->level);
    mi_settings_add(lines, &made->settings, made->given);
    g_string_append(lines, made->changes);
  }
}
