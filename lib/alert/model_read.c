/* Reads the figures of an alert model from an INI text (GKeyFile); one line for each thing that can be wrong. */
#include "alert/model.h"

#include <math.h>
#include <string.h>

typedef struct number {
  const char *group, *key;
  size_t offset;
  double least, most;
} number;

#define AT(field) offsetof(mi_alert_figures, field)
static const number numbers[] = {
    {"acceptance", "base", AT(base), 0.001, 0.999},
    {"acceptance", "foot_factor", AT(mode_factor[MUSTER_MODE_FOOT]), 0, 1000},
    {"acceptance", "ebike_factor", AT(mode_factor[MUSTER_MODE_EBIKE]), 0, 1000},
    {"acceptance", "car_factor", AT(mode_factor[MUSTER_MODE_CAR]), 0, 1000},
    {"answer", "mean_s", AT(answer_mean_s), 5, 600},
    {"answer", "sd_s", AT(answer_sd_s), 2, 600},
    {"answer", "decline_share", AT(decline_share), 0, 1},
    {"answer", "unanswered_after_s", AT(unanswered_after_s), 1, 3600},
    {"travel", "median_factor", AT(travel_median), 0.1, 10},
    {"travel", "sigma", AT(travel_sigma), 0, 1},
    {"travel", "high_rise_s", AT(high_rise_s), 0, 3600},
    {"travel", "fetch_s", AT(fetch_s), 0, 3600},
    {"learning", "prior_strength", AT(prior_strength), 0.1, 1e6},
    {"learning", "half_life_days", AT(half_life_days), 0.01, 36500},
    {"learning", "unanswered_weight", AT(unanswered_weight), 0, 1},
    {"price", "fatigue", AT(fatigue_price), 0, 1000},
    {"price", "redundant", AT(redundant_price), 0, 1000},
    {"caps", "day", AT(day_cap), 0, MI_ALERT_CAP_MAX},
    {"caps", "week", AT(week_cap), 0, MI_ALERT_CAP_MAX},
    {"caps", "rest_min", AT(rest_min), 0, 10080},
};

typedef struct list {
  const char *group, *key;
  size_t offset, count_offset; /* count_offset 0: one value for all hours, or 24 */
  double least, most;
} list;
static const list lists[] = {
    {"acceptance", "hour_factor", AT(hour_factor), 0, 0, 1000},
    {"acceptance", "distance_m", AT(distance_m), AT(distance_count), 0, 1e6},
    {"acceptance", "distance_factor", AT(distance_factor), AT(distance_factor_count), 0, 1000},
    {"turnout", "median_s", AT(turnout_median_s), 0, 5, 1800},
    {"turnout", "sigma", AT(turnout_sigma), 0, 0.05, 2},
};

static const char *const groups_known[] = {"acceptance", "weather",  "kind",  "answer", "turnout",
                                           "travel",     "learning", "price", "caps"};

typedef struct place {
  const char *file, *group, *key;
} place;

static bool refuse(GError **error, place at, const char *expected, const char *found) {
  g_set_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_MODEL, "%s: [%s] %s: expected %s, found \"%s\"", at.file,
              at.group, at.key, expected, found);
  return false;
}

static bool parse_number(const char *text, double least, double most, double *out) {
  char *end;
  double value = g_ascii_strtod(text, &end);
  if (end == text || *end || !isfinite(value) || value < least || value > most) return false;
  *out = value;
  return true;
}

static bool read_number(place at, const char *text, double least, double most, double *out, GError **error) {
  if (parse_number(text, least, most, out)) return true;
  g_autofree char *expected = g_strdup_printf("a number from %g to %g", least, most);
  return refuse(error, at, expected, text);
}

static bool count_fits(const list *which, size_t count) {
  if (which->count_offset) return count >= 1 && count <= MI_ALERT_POINTS_MAX;
  return count == 1 || count == MI_ALERT_HOURS;
}

static bool read_list(mi_alert_figures *figures, place at, const list *which, const char *text, GError **error) {
  g_auto(GStrv) parts = g_strsplit(text, ";", MI_ALERT_POINTS_MAX + 2);
  size_t count = g_strv_length(parts);
  if (!count_fits(which, count)) {
    g_autofree char *found = g_strdup_printf("%zu of them", count);
    return refuse(error, at, which->count_offset ? "1 to 32 numbers with ; between" : "1 or 24 numbers with ; between",
                  found);
  }
  double *values = (double *)(void *)((char *)figures + which->offset);
  for (size_t i = 0; i < count; i++)
    if (!read_number(at, g_strstrip(parts[i]), which->least, which->most, &values[i], error)) return false;
  if (which->count_offset) *(size_t *)(void *)((char *)figures + which->count_offset) = count;
  for (size_t i = count; !which->count_offset && i < MI_ALERT_HOURS; i++) values[i] = values[0];
  return true;
}

static bool read_class(mi_alert_classes *classes, place at, const char *text, GError **error) {
  double factor;
  if (!read_number(at, text, 0, 1000, &factor, error)) return false;
  for (uint32_t i = 0; i < classes->count; i++)
    if (strcmp(classes->names[i], at.key) == 0) {
      classes->factors[i] = factor;
      return true;
    }
  if (classes->count == MI_ALERT_CLASSES_MAX) return refuse(error, at, "at most 1000 names", at.key);
  classes->names = g_renew(char *, classes->names, classes->count + 1);
  classes->factors = g_renew(double, classes->factors, classes->count + 1);
  classes->names[classes->count] = g_strdup(at.key);
  classes->factors[classes->count++] = factor;
  return true;
}

static bool is_at(place at, const char *group, const char *key) {
  return strcmp(at.group, group) == 0 && strcmp(at.key, key) == 0;
}

static bool read_key(mi_alert_figures *figures, place at, const char *text, GError **error) {
  if (strcmp(at.group, "weather") == 0) return read_class(&figures->weather, at, text, error);
  if (strcmp(at.group, "kind") == 0) return read_class(&figures->kind, at, text, error);
  for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
    if (is_at(at, numbers[i].group, numbers[i].key))
      return read_number(at, text, numbers[i].least, numbers[i].most,
                         (double *)(void *)((char *)figures + numbers[i].offset), error);
  for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
    if (is_at(at, lists[i].group, lists[i].key)) return read_list(figures, at, &lists[i], text, error);
  return refuse(error, at, "a key of the built-in model", at.key);
}

static bool read_group(mi_alert_figures *figures, GKeyFile *file, const char *name, const char *group, GError **error) {
  bool known = false;
  for (size_t i = 0; i < G_N_ELEMENTS(groups_known); i++) known = known || strcmp(groups_known[i], group) == 0;
  if (!known) {
    g_set_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_MODEL,
                "%s: expected a group of the built-in model, found [%s]", name, group);
    return false;
  }
  g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);
  for (char **key = keys; key && *key; key++) {
    g_autofree char *raw = g_key_file_get_value(file, group, *key, NULL);
    if (!read_key(figures, (place){name, group, *key}, g_strstrip(raw), error)) return false;
  }
  return true;
}

static bool check_distances(const mi_alert_figures *figures, const char *name, GError **error) {
  place at = {name, "acceptance", "distance_factor"};
  if (figures->distance_count != figures->distance_factor_count) {
    g_autofree char *expected = g_strdup_printf("as many numbers as distance_m has, %zu", figures->distance_count);
    g_autofree char *found = g_strdup_printf("%zu", figures->distance_factor_count);
    return refuse(error, at, expected, found);
  }
  at.key = "distance_m";
  for (size_t i = 1; i < figures->distance_count; i++)
    if (!(figures->distance_m[i] > figures->distance_m[i - 1])) {
      g_autofree char *found = g_strdup_printf("%g after %g", figures->distance_m[i], figures->distance_m[i - 1]);
      return refuse(error, at, "ascending distances", found);
    }
  return true;
}

static bool check_caps(const mi_alert_figures *figures, const char *name, GError **error) {
  const double caps[] = {figures->day_cap, figures->week_cap};
  for (int i = 0; i < 2; i++)
    if (caps[i] != floor(caps[i])) {
      g_autofree char *found = g_strdup_printf("%g", caps[i]);
      return refuse(error, (place){name, "caps", i ? "week" : "day"}, "a whole number", found);
    }
  return true;
}

bool mi_alert_figures_read(mi_alert_figures *figures, const char *name, const char *ini, size_t bytes, GError **error) {
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) reason = NULL;
  if (bytes > 0 && memchr(ini, 0, bytes)) {
    g_set_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_MODEL, "%s: expected text, found a zero byte", name);
    return false;
  }
  if (bytes > 0 && !g_key_file_load_from_data(file, ini, bytes, G_KEY_FILE_NONE, &reason)) {
    g_strdelimit(reason->message, "\n\r", ' ');
    g_set_error(error, MUSTER_ALERT_ERROR, MUSTER_ALERT_ERROR_MODEL, "%s: not an INI file: %s", name, reason->message);
    return false;
  }
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  for (char **group = groups; *group; group++)
    if (!read_group(figures, file, name, *group, error)) return false;
  return check_distances(figures, name, error) && check_caps(figures, name, error);
}

static void clear_classes(mi_alert_classes *classes) {
  for (uint32_t i = 0; i < classes->count; i++) g_free(classes->names[i]);
  g_free(classes->names);
  g_free(classes->factors);
}

void mi_alert_figures_clear(mi_alert_figures *figures) {
  clear_classes(&figures->weather);
  clear_classes(&figures->kind);
}
