/* Scenarios: the two built-in sets and INI files (GKeyFile) that override single settings of one.
 *
 * Figures: docs/simulation.md names the source of each. Every value is checked against its range; an unknown group or
 * key is refused, so that a misspelt setting cannot pass unnoticed.
 */
#include "sim/scenario.h"

#include <math.h>
#include <string.h>

#include "base/input.h"

GQuark muster_sim_error_quark(void) { return g_quark_from_static_string("muster-sim-error"); }

typedef struct Setting {
  size_t offset;
  const char *group, *key, *unit;
  double ordinary, flood, least, most;
  const char *meaning;
} Setting;

#define SETTING_ROW(field, group, key, unit, ordinary, flood, least, most, meaning) \
  {offsetof(MusterScenario, field), group, key, unit, ordinary, flood, least, most, meaning},
static const Setting settings[] = {MI_SCENARIO_SETTINGS(SETTING_ROW)};

/* Everyday calls: quiet from 2 to 5, busiest late morning and early evening. */
static const double load_by_hour[MI_HOURS] = {3,   2.5, 2,   1.7, 1.7, 2,   2.8, 3.8, 4.8, 5.6, 6,   5.9,
                                              5.7, 5.5, 5.4, 5.4, 5.5, 5.8, 6,   5.8, 5.4, 4.9, 4.2, 3.6};
/* 10 to 30 % of the registered: least in the small hours, most in the evening. */
static const double availability[MI_HOURS] = {.12, .1,  .1, .1, .1, .12, .16, .2, .2, .2,  .2,  .22,
                                              .24, .22, .2, .2, .2, .22, .28, .3, .3, .28, .22, .16};

static const struct {
  const char *kind;
  double ordinary, flood;
} kinds[] = {
    /* ordinary: incidents a day in the reference county, the first four of them the 20 medical ones */
    {"medical", 15, 8},       {"fall", 3, 3},           {"traffic_accident", 1.5, 1},   {"cardiac_arrest", 0.5, 0.5},
    {"elderly_help", 18, 12}, {"general", 20, 20},      {"policy_advice", 8, 0},        {"hardship_relief", 4, 0},
    {"dispute", 4, 0},        {"power_outage", 2.5, 6}, {"psychological_crisis", 1, 1}, {"missing_person", 0.5, 2},
    {"fire", 0.5, 0},         {"water_supply", 1.5, 4}, {"flood_rescue", 0, 10},        {"flood_evacuation", 0, 32},
    {"landslide", 0, 0.5},
};

static double *value_of(MusterScenario *scenario, const Setting *setting) {
  return (double *)(void *)((char *)scenario + setting->offset);
}

static MusterScenario *new_built_in(bool flood) {
  MusterScenario *scenario = g_new0(MusterScenario, 1);
  g_atomic_ref_count_init(&scenario->references);
  scenario->base = g_strdup(flood ? "flood" : "ordinary");
  scenario->name = g_strdup(scenario->base);
  for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
    *value_of(scenario, &settings[i]) = flood ? settings[i].flood : settings[i].ordinary;
  memcpy(scenario->load_by_hour, load_by_hour, sizeof load_by_hour);
  memcpy(scenario->availability, availability, sizeof availability);
  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
    scenario->kinds[i].kind = kinds[i].kind;
    scenario->kinds[i].ordinary = kinds[i].ordinary;
    scenario->kinds[i].flood = kinds[i].flood;
  }
  scenario->kind_count = G_N_ELEMENTS(kinds);
  scenario->plans = muster_plans_new(NULL, NULL);
  return scenario;
}

static void take_plans(MusterScenario *scenario, MusterPlans *plans) {
  muster_plans_unref(scenario->plans);
  scenario->plans = muster_plans_ref(plans);
}

static MusterScenario *new_by_name(const char *name, GError **error) {
  if (strcmp(name, "ordinary") == 0) return new_built_in(false);
  if (strcmp(name, "flood") == 0) return new_built_in(true);
  static const char *const planned[] = {"fire", "epidemic", "drought", "festival", NULL};
  bool is_planned = g_strv_contains(planned, name);
  g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_SCENARIO,
              "scenario \"%s\" is %s: available are ordinary, flood, or an INI file with one of them as its base", name,
              is_planned ? "not part of this version" : "unknown");
  return NULL;
}

static bool refuse(GError **error, const char *path, const char *group, const char *key, const char *expected,
                   const char *found) {
  g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_SCENARIO, "%s: [%s] %s: expected %s, found \"%s\"", path, group,
              key, expected, found);
  return false;
}

static bool parse_number(const char *text, double least, double most, double *out) {
  char *end = NULL;
  double value = g_ascii_strtod(text, &end);
  if (end == text || *end != '\0' || !(value >= least && value <= most)) return false;
  *out = value;
  return true;
}

static bool is_whole(const Setting *setting) {
  return setting->offset == offsetof(MusterScenario, days) || setting->offset == offsetof(MusterScenario, runs);
}

static bool read_setting(MusterScenario *scenario, const Setting *setting, const char *path, const char *text,
                         GError **error) {
  double value;
  if (parse_number(text, setting->least, setting->most, &value) && (!is_whole(setting) || value == floor(value))) {
    *value_of(scenario, setting) = value;
    return true;
  }
  g_autofree char *expected = g_strdup_printf("a %snumber from %g to %g%s%s", is_whole(setting) ? "whole " : "",
                                              setting->least, setting->most, *setting->unit ? " " : "", setting->unit);
  return refuse(error, path, setting->group, setting->key, expected, text);
}

static bool read_hours(GKeyFile *file, const char *path, const char *group, const char *key, double most,
                       double out[MI_HOURS], GError **error) {
  size_t count = 0;
  g_auto(GStrv) parts = g_key_file_get_string_list(file, group, key, &count, NULL);
  g_autofree char *text = g_key_file_get_value(file, group, key, NULL);
  double hours[MI_HOURS], sum = 0;
  bool good = parts && count == MI_HOURS;
  for (size_t i = 0; good && i < MI_HOURS; i++) {
    good = parse_number(g_strstrip(parts[i]), 0, most, &hours[i]);
    if (good) sum += hours[i];
  }
  if (!good || sum <= 0) {
    g_autofree char *expected =
        g_strdup_printf("24 numbers from 0 to %g, not all 0, separated by semicolons (from 0:00 on)", most);
    return refuse(error, path, group, key, expected, text ? text : "");
  }
  memcpy(out, hours, sizeof hours);
  return true;
}

/* KIND = weight on ordinary days; weight in the flood */
static bool read_kind(MusterScenario *scenario, GKeyFile *file, const char *path, const char *key, GError **error) {
  g_autofree char *text = g_key_file_get_value(file, "kinds", key, NULL);
  const MusterResponsePlan *plan = muster_plans_find(scenario->plans, key);
  if (!plan) return refuse(error, path, "kinds", key, "the kind of a response plan", key);
  size_t count = 0;
  g_auto(GStrv) parts = g_key_file_get_string_list(file, "kinds", key, &count, NULL);
  double weights[2];
  bool good = count == 2;
  for (size_t i = 0; good && i < 2; i++) good = parse_number(g_strstrip(parts[i]), 0, 1e6, &weights[i]);
  if (!good) return refuse(error, path, "kinds", key, "two weights from 0 to 1e+06: ordinary; flood", text ? text : "");
  size_t at = 0;
  while (at < scenario->kind_count && strcmp(scenario->kinds[at].kind, plan->kind) != 0) at++;
  if (at == MI_SCENARIO_KINDS_MAX) return refuse(error, path, "kinds", key, "at most 32 kinds", key);
  if (at == scenario->kind_count) scenario->kind_count++;
  scenario->kinds[at].kind = plan->kind;
  scenario->kinds[at].ordinary = weights[0];
  scenario->kinds[at].flood = weights[1];
  return true;
}

static bool read_key(MusterScenario *scenario, GKeyFile *file, const char *path, const char *group, const char *key,
                     GError **error) {
  if (strcmp(group, "scenario") == 0 && strcmp(key, "base") == 0) return true;
  if (strcmp(group, "kinds") == 0) return read_kind(scenario, file, path, key, error);
  if (strcmp(group, "load") == 0 && strcmp(key, "by_hour") == 0)
    return read_hours(file, path, group, key, 1e6, scenario->load_by_hour, error);
  if (strcmp(group, "volunteers") == 0 && strcmp(key, "availability") == 0)
    return read_hours(file, path, group, key, 1, scenario->availability, error);
  g_autofree char *text = g_key_file_get_value(file, group, key, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(settings); i++)
    if (strcmp(settings[i].group, group) == 0 && strcmp(settings[i].key, key) == 0)
      return read_setting(scenario, &settings[i], path, text, error);
  g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_SCENARIO, "%s: [%s] %s: no such setting", path, group, key);
  return false;
}

static bool check_kinds(const MusterScenario *scenario, const char *path, GError **error) {
  double ordinary = 0, flood = 0;
  for (size_t i = 0; i < scenario->kind_count; i++) {
    ordinary += scenario->kinds[i].ordinary;
    flood += scenario->kinds[i].flood;
  }
  if (ordinary > 0 && flood > 0) return true;
  return refuse(error, path, "kinds", "weights", "a sum above 0 for ordinary days and for the flood", "0");
}

static bool read_file(MusterScenario *scenario, GKeyFile *file, const char *path, GError **error) {
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  for (char **group = groups; *group; group++) {
    g_auto(GStrv) keys = g_key_file_get_keys(file, *group, NULL, NULL);
    for (char **key = keys; key && *key; key++)
      if (!read_key(scenario, file, path, *group, *key, error)) return false;
  }
  return check_kinds(scenario, path, error);
}

MusterScenario *mi_scenario_parse(const char *path, const char *ini, size_t bytes, MusterPlans *plans, GError **error) {
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) reason = NULL;
  if (memchr(ini, 0, bytes)) {
    g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_SCENARIO, "%s: expected text, found a zero byte", path);
    return NULL;
  }
  if (bytes > 0 && !g_key_file_load_from_data(file, ini, bytes, G_KEY_FILE_NONE, &reason)) {
    g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_SCENARIO, "%s: not a scenario: %s", path, reason->message);
    return NULL;
  }
  g_autofree char *base = g_key_file_get_value(file, "scenario", "base", NULL);
  if (!base) {
    refuse(error, path, "scenario", "base", "ordinary or flood", "");
    return NULL;
  }
  g_autoptr(MusterScenario) scenario = new_by_name(g_strstrip(base), &reason);
  if (!scenario) {
    g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_SCENARIO, "%s: [scenario] base: %s", path, reason->message);
    return NULL;
  }
  take_plans(scenario, plans);
  if (!read_file(scenario, file, path, error)) return NULL;
  g_free(scenario->name);
  scenario->name = g_path_get_basename(path);
  if (g_str_has_suffix(scenario->name, ".ini")) scenario->name[strlen(scenario->name) - strlen(".ini")] = '\0';
  return g_steal_pointer(&scenario);
}

static MusterScenario *new_from_file(const char *path, MusterPlans *plans, GError **error) {
  gsize bytes = 0;
  g_autofree char *data = mi_input_read(path, "a scenario", &bytes, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_SCENARIO,
                                        MUSTER_SIM_ERROR_SCENARIO, error);
  return data ? mi_scenario_parse(path, data, bytes, plans, error) : NULL;
}

MusterScenario *muster_scenario_new_with_plans(const char *name_or_path, MusterPlans *plans, GError **error) {
  bool is_path = g_str_has_suffix(name_or_path, ".ini") || strchr(name_or_path, '/');
  if (is_path) return new_from_file(name_or_path, plans, error);
  MusterScenario *scenario = new_by_name(name_or_path, error);
  if (scenario) take_plans(scenario, plans);
  return scenario;
}

MusterScenario *muster_scenario_new(const char *name_or_path, GError **error) {
  g_autoptr(MusterPlans) plans = muster_plans_new(NULL, NULL);
  return muster_scenario_new_with_plans(name_or_path, plans, error);
}

MusterScenario *muster_scenario_ref(MusterScenario *scenario) {
  g_atomic_ref_count_inc(&scenario->references);
  return scenario;
}

void muster_scenario_unref(MusterScenario *scenario) {
  if (!scenario || !g_atomic_ref_count_dec(&scenario->references)) return;
  g_free(scenario->name);
  g_free(scenario->base);
  muster_plans_unref(scenario->plans);
  g_free(scenario);
}

const char *muster_scenario_name(const MusterScenario *scenario) { return scenario->name; }

void mi_scenario_each(const MusterScenario *scenario, mi_scenario_visit visit, void *user_data) {
  for (size_t i = 0; i < G_N_ELEMENTS(settings); i++) {
    const Setting *setting = &settings[i];
    double value = *(const double *)(const void *)((const char *)scenario + setting->offset);
    visit(setting->group, setting->key, setting->unit, value, setting->meaning, user_data);
  }
}

typedef struct Description {
  GString *text;
  const char *group;
} Description;

static void describe_setting(const char *group, const char *key, const char *unit, double value, const char *meaning,
                             void *user_data) {
  Description *description = user_data;
  if (!description->group || strcmp(description->group, group) != 0)
    g_string_append_printf(description->text, "%s[%s]\n", description->group ? "\n" : "", group);
  description->group = group;
  g_string_append_printf(description->text, "# %s%s%s%s\n%s = %g\n", meaning, *unit ? " [" : "", unit, *unit ? "]" : "",
                         key, value);
}

static void describe_hours(GString *text, const char *group, const char *key, const char *meaning,
                           const double hours[MI_HOURS]) {
  g_string_append_printf(text, "\n# [%s] %s\n# %s =", group, meaning, key);
  for (size_t i = 0; i < MI_HOURS; i++) g_string_append_printf(text, "%s%g", i ? ";" : " ", hours[i]);
  g_string_append_c(text, '\n');
}

char *muster_scenario_describe(const MusterScenario *scenario) {
  Description description = {.text = g_string_new(NULL)};
  mi_scenario_each(scenario, describe_setting, &description);
  GString *text = description.text;
  describe_hours(text, "load", "by_hour", "weights of the hours of the day for everyday incidents",
                 scenario->load_by_hour);
  describe_hours(text, "volunteers", "availability", "share of the registered on stand-by, by hour",
                 scenario->availability);
  g_string_append(text, "\n[kinds]\n# weights: ordinary; flood\n");
  for (size_t i = 0; i < scenario->kind_count; i++)
    g_string_append_printf(text, "%s = %g;%g\n", scenario->kinds[i].kind, scenario->kinds[i].ordinary,
                           scenario->kinds[i].flood);
  return g_string_free(text, FALSE);
}
