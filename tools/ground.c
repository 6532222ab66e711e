/* County and roads of one call, and words that say when and who; see ground.h. */
#include "ground.h"

#include <string.h>

#include "streams.h"

void mt_ground_clear(mt_ground *ground) {
  if (ground->county) muster_county_unref(ground->county);
  if (ground->networks) g_ptr_array_unref(ground->networks);
  if (ground->metrics) g_ptr_array_unref(ground->metrics);
}

/* ---- roads ---- */

static bool build_networks(GPtrArray *networks, const MusterCounty *county, unsigned modes, GError **error) {
  g_autoptr(MusterNetwork) first = muster_network_new_for_modes(muster_county_roads(county), modes, NULL, NULL, error);
  for (int mode = 0; first && mode < MUSTER_MODE_COUNT; mode++) {
    MusterNetwork *network = muster_network_of_mode(first, (MusterMode)mode);
    if (network) g_ptr_array_add(networks, network);
  }
  return first != NULL;
}

static unsigned mode_bit(MusterNetwork *network) {
  MusterNetworkInfo info;
  muster_network_info(network, &info);
  return MUSTER_MODE_BIT(info.mode);
}

/* Drops the networks of other modes; false if one of the modes is missing. */
static bool keep_modes(GPtrArray *networks, unsigned modes, const char *text, GError **error) {
  unsigned found = 0;
  for (guint i = networks->len; i-- > 0;) {
    if (mode_bit(networks->pdata[i]) & modes)
      found |= mode_bit(networks->pdata[i]);
    else
      g_ptr_array_remove_index(networks, i);
  }
  if (found == modes) return true;
  g_set_error(error, MT_ERROR, 0, "--mode: expected networks of %s, found none of one of them", text);
  return false;
}

bool mt_ground_open(mt_ground *out, const char *county, char *const *networks, const mt_roads *roads,
                    const mt_common *common, GError **error) {
  *out = (mt_ground){.networks = g_ptr_array_new_with_free_func((GDestroyNotify)muster_network_unref),
                     .metrics = g_ptr_array_new_with_free_func((GDestroyNotify)muster_metric_unref)};
  unsigned modes = 0;
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) modes |= MUSTER_MODE_BIT(mode);
  if (roads->mode_name && !mt_parse_modes(roads->mode_name, "--mode", &modes, error)) return false;
  out->county = mt_county_open(county, error);
  if (!out->county) return false;
  if (networks && networks[0]) {
    if (!mt_networks_open(networks, out->networks, error) ||
        (roads->mode_name && !keep_modes(out->networks, modes, roads->mode_name, error)))
      return false;
  } else if (!build_networks(out->networks, out->county, modes, error)) {
    return false;
  }
  for (guint i = 0; i < out->networks->len; i++) {
    MusterMetric *metric = mt_roads_metric(roads, common, out->networks->pdata[i], error);
    if (!metric) return false;
    g_ptr_array_add(out->metrics, metric);
  }
  return true;
}

/* ---- words ---- */

static bool refuse(const char *what, const char *expected, const char *found, GError **error) {
  g_set_error(error, MT_ERROR, 0, "%s: expected %s, found \"%s\"", what, expected, found);
  return false;
}

bool mt_parse_modes(const char *text, const char *what, unsigned *out, GError **error) {
  g_auto(GStrv) words = g_strsplit(text, ",", -1);
  unsigned modes = 0;
  for (char **word = words; *word; word++) {
    MusterMode mode;
    if (!muster_mode_from_name(*word, &mode, NULL))
      return refuse(what, "foot, ebike or car, with commas between", text, error);
    modes |= MUSTER_MODE_BIT(mode);
  }
  *out = modes;
  return modes != 0 || refuse(what, "foot, ebike or car", text, error);
}

enum { HOURS = MUSTER_COVERAGE_HOURS };

static uint32_t hours_between(int64_t first, int64_t last) {
  uint32_t hours = 1u << last;
  for (int64_t hour = first; hour != last; hour = (hour + 1) % HOURS) hours |= 1u << hour;
  return hours;
}

static bool parse_range(const char *word, uint32_t *out) {
  const char *dash = strchr(word, '-');
  g_autofree char *first = dash ? g_strndup(word, (gsize)(dash - word)) : g_strdup(word);
  int64_t from, to;
  if (!mt_parse_int64(first, "", 0, HOURS - 1, &from, NULL) ||
      !mt_parse_int64(dash ? dash + 1 : first, "", 0, HOURS - 1, &to, NULL))
    return false;
  *out |= hours_between(from, to);
  return true;
}

bool mt_parse_hours(const char *text, const char *what, uint32_t *out, GError **error) {
  uint32_t hours = 0;
  g_auto(GStrv) words = g_strsplit(text, ",", -1);
  for (char **word = words; *word; word++) {
    if (strcmp(*word, "all") == 0)
      hours |= hours_between(0, HOURS - 1);
    else if (strcmp(*word, "day") == 0)
      hours |= hours_between(MUSTER_COVERAGE_DAY_HOUR, MUSTER_COVERAGE_NIGHT_HOUR - 1);
    else if (strcmp(*word, "night") == 0)
      hours |= hours_between(MUSTER_COVERAGE_NIGHT_HOUR, MUSTER_COVERAGE_DAY_HOUR - 1);
    else if (!parse_range(*word, &hours))
      return refuse(what, "hours 0 to 23 as 8, 22-5, day, night or all, with commas between", text, error);
  }
  *out = hours;
  return hours != 0 || refuse(what, "an hour, 0 to 23", text, error);
}

bool mt_parse_weekday(const char *text, const char *what, uint32_t *out, GError **error) {
  static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  for (uint32_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (strcmp(text, names[i]) == 0) {
      *out = i;
      return true;
    }
  return refuse(what, "mon, tue, wed, thu, fri, sat or sun", text, error);
}

bool mt_parse_skills(const char *text, const char *what, const MusterCounty *county, uint64_t *out, GError **error) {
  g_auto(GStrv) words = g_strsplit(text, ";", -1);
  uint64_t skills = 0;
  for (char **word = words; *word; word++) {
    int bit = muster_county_find_skill(county, *word);
    if (bit < 0) return refuse(what, "skills of the county, with semicolons between", *word, error);
    skills |= UINT64_C(1) << bit;
  }
  *out = skills;
  return true;
}

bool mt_parse_standby(const char *text, const char *what, double out[24], GError **error) {
  g_auto(GStrv) words = g_strsplit(text, ";", -1);
  guint count = g_strv_length(words);
  if (count != 1 && count != HOURS) return refuse(what, "one share, or 24 with semicolons between", text, error);
  for (guint hour = 0; hour < HOURS; hour++)
    if (!mt_parse_double(words[count == 1 ? 0 : hour], what, 0, 1, &out[hour], error)) return false;
  return true;
}

bool mt_parse_need(const char *text, const char *what, const MusterCounty *county, uint32_t most, uint32_t *out_people,
                   uint64_t *out_skills, GError **error) {
  const char *colon = strchr(text, ':');
  g_autofree char *count = colon ? g_strndup(text, (gsize)(colon - text)) : g_strdup(text);
  int64_t people;
  *out_skills = 0;
  if (!mt_parse_int64(count, what, 1, most, &people, error) ||
      (colon && !mt_parse_skills(colon + 1, what, county, out_skills, error)))
    return false;
  *out_people = (uint32_t)people;
  return true;
}
