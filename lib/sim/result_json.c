/* A simulation's result as one JSON document (jansson); its fields: docs/simulation.md, "JSON". */
#include <jansson.h>
#include <math.h>

#include "sim/result.h"

enum { REAL_DIGITS = 10 };

static json_t *number(double value) { return isfinite(value) ? json_real(value) : json_null(); }
static json_t *whole(uint64_t value) { return json_integer((json_int_t)value); }

static json_t *stage_object(const MusterSimResult *result, const MusterStageResult *stage) {
  json_t *object = json_object();
  json_object_set_new(object, "stage", json_string(muster_stage_name(stage->stage)));
  json_object_set_new(object, "deadline_s", whole(muster_stage_deadline_ms(stage->stage) / 1000));
  json_object_set_new(object, "met", whole(stage->met));
  json_object_set_new(object, "of", whole(stage->of));
  json_object_set_new(object, "left_out_repeated", whole(result->left_out_repeated[stage->stage]));
  json_object_set_new(object, "left_out_helped", whole(result->left_out_helped[stage->stage]));
  json_object_set_new(object, "share", number(stage->share));
  json_object_set_new(object, "ci95", json_pack("[o,o]", number(stage->ci95_low), number(stage->ci95_high)));
  json_object_set_new(object, "p50_s", number(stage->p50_s));
  json_object_set_new(object, "p90_s", number(stage->p90_s));
  return object;
}

/* {"KNOWN":{"met":…,"of":…},…} */
static void set_tally(json_t *object, const mi_tally *tally) {
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++)
    json_object_set_new(object, muster_stage_name((MusterStage)stage),
                        json_pack("{s:o,s:o}", "met", whole(tally->met[stage]), "of", whole(tally->of[stage])));
}

static json_t *area_list(const MusterSimResult *result, MusterAreaLevel level) {
  json_t *list = json_array();
  MusterAreaId first;
  size_t count;
  muster_county_level(result->county, level, &first, &count);
  const MusterArea *areas = muster_county_areas(result->county, NULL);
  for (size_t i = 0; i < count; i++) {
    const MusterArea *area = &areas[first + i];
    json_t *object = json_object();
    json_object_set_new(object, "code", json_integer(area->code));
    json_object_set_new(object, "name", json_string(area->name));
    set_tally(object, &result->by_area[first + i]);
    json_array_append_new(list, object);
  }
  return list;
}

static json_t *hour_list(const MusterSimResult *result) {
  json_t *list = json_array();
  for (int hour = 0; hour < MI_HOURS; hour++) {
    json_t *object = json_pack("{s:i}", "hour", hour);
    set_tally(object, &result->by_hour[hour]);
    json_array_append_new(list, object);
  }
  return list;
}

static json_t *kind_list(const MusterSimResult *result) {
  json_t *list = json_array();
  for (size_t i = 0; i < result->scenario->kind_count; i++) {
    json_t *object = json_pack("{s:s}", "kind", result->scenario->kinds[i].kind);
    set_tally(object, &result->by_kind[i]);
    json_array_append_new(list, object);
  }
  return list;
}

static json_t *run_list(const MusterSimResult *result) {
  json_t *list = json_array();
  for (uint32_t run = 0; run < result->runs; run++) {
    json_t *object = json_pack("{s:i}", "run", (int)run + 1);
    set_tally(object, &result->by_run[run]);
    json_array_append_new(list, object);
  }
  return list;
}

static json_t *report_counts(const MusterSimResult *result) {
  json_t *object = json_pack("{s:o}", "all", whole(result->reports));
  for (int ending = 0; ending < MI_ENDING_COUNT; ending++)
    json_object_set_new(object, mi_ending_name((mi_ending)ending), whole(result->endings[ending]));
  json_object_set_new(object, "unnoticed_repeats", whole(result->unnoticed_repeats));
  json_object_set_new(object, "redials", whole(result->redials));
  return object;
}

static json_t *alert_counts(const MusterSimResult *result) {
  json_t *object = json_object();
  const struct {
    const char *name;
    uint64_t value;
  } counts[] = {
      {"alerts", result->alerts},           {"accepts", result->accepts},
      {"declines", result->declines},       {"silent", result->silent},
      {"withdrawn", result->withdrawn},     {"surplus", result->surplus},
      {"assigned", result->assigned},       {"turned_back", result->turned_back},
      {"escalations", result->escalations}, {"shortfalls", result->shortfalls},
      {"breaches", result->breaches},       {"incidents", result->incidents_alerted},
      {"arrivals", result->arrived},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) json_object_set_new(object, counts[i].name, whole(counts[i].value));
  json_object_set_new(object, "mean_travel_s",
                      number(result->assigned ? (double)result->travel_ms / 1000 / (double)result->assigned : NAN));
  json_t *modes = json_object();
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++)
    json_object_set_new(modes, muster_mode_name((MusterMode)mode), whole(result->assigned_by_mode[mode]));
  json_object_set_new(object, "assigned_by_mode", modes);
  return object;
}

static json_t *fatigue_counts(const MusterSimResult *result) {
  json_t *object = json_object(), *classes = json_array();
  for (size_t i = 0; i < MI_ALERT_CLASSES; i++)
    json_array_append_new(classes, json_pack("{s:i,s:o}", "at_least", (int)mi_alert_class_least[i], "volunteers",
                                             whole(result->volunteers_by_alerts[i])));
  json_object_set_new(object, "volunteers", whole(result->volunteers));
  json_object_set_new(object, "most_alerts", whole(result->most_alerts));
  json_object_set_new(object, "gini", number(mi_result_gini(result)));
  json_object_set_new(object, "alerts_per_arrival", number(mi_result_alerts_per_arrival(result)));
  json_object_set_new(object, "classes", classes);
  return object;
}

static json_t *course_object(const MusterSimResult *result) {
  json_t *steps = json_array();
  double runs = result->runs;
  for (size_t i = 0; i < result->course_count; i++) {
    const mi_course_step *step = &result->course[i];
    json_array_append_new(
        steps, json_pack("[o,o,o,o]", number((double)step->reports / runs), number((double)step->open / runs),
                         number((double)step->on_standby / runs), number((double)step->busy / runs)));
  }
  return json_pack("{s:o,s:[s,s,s,s],s:o}", "step_s", whole((uint64_t)result->step_ms / 1000), "columns", "reports",
                   "open", "on_standby", "busy", "steps", steps);
}

static json_t *county_object(const MusterSimResult *result) {
  const MusterArea *county = muster_county_areas(result->county, NULL);
  const char *note = muster_county_note(result->county);
  return json_pack("{s:I,s:s,s:s,s:s}", "code", (json_int_t)county->code, "name", county->name, "sha256",
                   muster_county_sha256(result->county), "note", note ? note : "");
}

static json_t *network_list(const MusterSimResult *result) {
  json_t *list = json_array();
  for (size_t i = 0; i < result->network_count; i++) {
    const MusterNetworkInfo *info = &result->networks[i];
    g_autofree char *checksum = g_strdup_printf("%016" G_GINT64_MODIFIER "x", info->checksum);
    json_array_append_new(
        list, json_pack("{s:s,s:o,s:o,s:s}", "mode", muster_mode_name(info->mode), "nodes", whole(info->node_count),
                        "arcs", whole(info->arc_count), "checksum", checksum));
  }
  return list;
}

static void set_setting(const char *group, const char *key, const char *unit, double value, const char *meaning,
                        void *user_data) {
  (void)unit, (void)meaning;
  g_autofree char *name = g_strdup_printf("%s.%s", group, key);
  json_object_set_new(user_data, name, number(value));
}

static json_t *scenario_object(const MusterSimResult *result) {
  json_t *settings = json_object();
  mi_scenario_each(result->scenario, set_setting, settings);
  return json_pack("{s:s,s:s,s:o}", "name", result->scenario->name, "base", result->scenario->base, "settings",
                   settings);
}

char *muster_sim_result_to_json(const MusterSimResult *result) {
  json_t *root = json_object(), *stages = json_array();
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++)
    json_array_append_new(stages, stage_object(result, &result->stages[stage]));
  g_autofree char *hash = g_strdup_printf("%016" G_GINT64_MODIFIER "x", result->hash);
  json_object_set_new(root, "stages", stages);
  json_object_set_new(root, "muster", json_string(muster_version()));
  json_object_set_new(root, "county", county_object(result));
  json_object_set_new(root, "networks", network_list(result));
  json_object_set_new(root, "scenario", scenario_object(result));
  json_object_set_new(root, "policy", json_string(muster_policy_name(result->policy)));
  json_object_set_new(root, "seed", whole(result->seed));
  json_object_set_new(root, "days", whole(result->days));
  json_object_set_new(root, "runs", whole(result->runs));
  json_object_set_new(root, "reports", report_counts(result));
  json_object_set_new(root, "alerting", alert_counts(result));
  json_object_set_new(root, "fatigue", fatigue_counts(result));
  json_object_set_new(root, "events", whole(result->events));
  json_object_set_new(root, "decisions", whole(result->decisions));
  json_object_set_new(root, "refused", whole(result->refused));
  json_object_set_new(root, "hash", json_string(hash));
  json_object_set_new(root, "by_run", run_list(result));
  json_object_set_new(root, "by_hour", hour_list(result));
  json_object_set_new(root, "by_kind", kind_list(result));
  json_object_set_new(root, "by_township", area_list(result, MUSTER_AREA_TOWNSHIP));
  json_object_set_new(root, "by_community", area_list(result, MUSTER_AREA_COMMUNITY));
  json_object_set_new(root, "by_grid", area_list(result, MUSTER_AREA_GRID));
  json_object_set_new(root, "course", course_object(result));
  char *text = json_dumps(root, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(REAL_DIGITS));
  json_decref(root);
  char *copy = g_strdup(text);
  free(text);
  return copy;
}
