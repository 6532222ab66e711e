/* Peacetime and wartime: which settings hold where.
 *
 * The policy holds sets of settings for a hazard and a level; an event puts one in force in an area of any level. An
 * incident has the settings of the most specific area around it that has a mode in force; of several there the highest
 * level, of equal ones the first hazard by name. What concerns everybody (mi_setting_is_common) is the county's.
 */
#include "engine/optimal.h"

#include <string.h>

static const MusterArea *area_of(const MusterEngine *engine, MusterAreaId area) {
  return engine->county ? &muster_county_areas(engine->county, NULL)[area] : NULL;
}

static const mi_wartime *wartime_of(const MusterEngine *engine, const mi_mode *mode) {
  size_t count;
  return &mi_policy_wartimes(engine->policy, &count)[mode->wartime];
}

/* ---- which holds ---- */

/* The mode in force in the very area; NULL if there is none. */
static const mi_mode *find_strongest(const MusterEngine *engine, MusterAreaId area) {
  const mi_mode *best = NULL;
  for (size_t i = 0; i < engine->mode_count; i++) {
    const mi_mode *mode = &engine->modes[i];
    if (mode->area != area) continue;
    if (!best || wartime_of(engine, mode)->level > wartime_of(engine, best)->level) best = mode;
  }
  return best;
}

/* The most specific mode around the area, outside every grid that of the county; NULL if none is in force. */
static const mi_wartime *find_wartime_at(const MusterEngine *engine, MusterAreaId area) {
  if (area == MUSTER_NONE) area = 0;
  while (engine->mode_count > 0 && area != MUSTER_NONE) {
    const mi_mode *mode = find_strongest(engine, area);
    if (mode) return wartime_of(engine, mode);
    area = engine->county ? area_of(engine, area)->parent : MUSTER_NONE;
  }
  return NULL;
}

/* Under `optimal` one assignment holds all incidents, so they have the settings of the county. */
static bool has_one_set(const MusterEngine *engine) {
  return mi_policy_settings(engine->policy)->base == MI_BASE_OPTIMAL;
}

static mi_rules rules_at(const MusterEngine *engine, MusterAreaId area) {
  const mi_wartime *here = find_wartime_at(engine, area);
  const mi_wartime *whole = has_one_set(engine) ? find_wartime_at(engine, 0) : here;
  return (mi_rules){whole ? &whole->settings : mi_policy_settings(engine->policy),
                    here ? here->plans : muster_policy_plans(engine->policy)};
}

mi_rules mi_modes_rules_of(const MusterEngine *engine, const mi_incident *incident) {
  const mi_work *work = incident->work;
  return work ? (mi_rules){work->settings, work->plans} : rules_at(engine, incident->grid);
}

void mi_modes_settle_incident(MusterEngine *engine, mi_incident_id id) {
  const mi_incident *incident = mi_incident_at(engine, id);
  mi_work *work = incident->work;
  mi_rules here = rules_at(engine, incident->grid);
  work->settings = here.settings;
  work->plans = here.plans;
  for (size_t i = 0; i < work->need_count; i++) work->needs[i].settings = work->settings;
}

static bool is_same(mi_rules a, mi_rules b) { return a.settings == b.settings && a.plans == b.plans; }

bool mi_modes_are_new(const MusterEngine *engine, mi_incident_id id, const mi_rules *before) {
  const mi_work *work = engine->incidents[id].work;
  return !is_same((mi_rules){work->settings, work->plans}, *before);
}

void mi_modes_settle(MusterEngine *engine) {
  size_t count;
  const mi_wartime *wartimes = mi_policy_wartimes(engine->policy, &count);
  const mi_settings *own = mi_policy_settings(engine->policy);
  engine->settings = rules_at(engine, 0).settings;
  engine->most_alerts = own->alerts_per_volunteer_an_hour;
  engine->ages_positions = own->position_stale_after_s > 0;
  for (size_t i = 0; i < count; i++) {
    engine->most_alerts = MAX(engine->most_alerts, wartimes[i].settings.alerts_per_volunteer_an_hour);
    engine->ages_positions |= wartimes[i].settings.position_stale_after_s > 0;
  }
  engine->widest_s = own->alert_within_s;
  for (size_t i = 0; i < engine->mode_count; i++)
    engine->widest_s = MAX(engine->widest_s, wartime_of(engine, &engine->modes[i])->settings.alert_within_s);
  for (mi_incident_id id = 0; id < engine->names.count; id++)
    if (mi_incident_at(engine, id)->work) mi_modes_settle_incident(engine, id);
}

/* ---- those in force ---- */

/* Where the hazard's mode in the area stands, or belongs. */
static size_t find_place(const MusterEngine *engine, MusterAreaId area, const char *hazard) {
  size_t at = 0;
  while (at < engine->mode_count &&
         (engine->modes[at].area < area ||
          (engine->modes[at].area == area && strcmp(wartime_of(engine, &engine->modes[at])->hazard, hazard) < 0)))
    at++;
  return at;
}

static mi_mode *find_mode(const MusterEngine *engine, MusterAreaId area, const char *hazard) {
  size_t at = find_place(engine, area, hazard);
  bool found = at < engine->mode_count && engine->modes[at].area == area &&
               strcmp(wartime_of(engine, &engine->modes[at])->hazard, hazard) == 0;
  return found ? &engine->modes[at] : NULL;
}

static void insert(MusterEngine *engine, MusterAreaId area, const char *hazard, uint32_t wartime) {
  size_t at = find_place(engine, area, hazard);
  engine->modes = mi_reserve(engine->modes, &engine->mode_capacity, engine->mode_count + 1, sizeof *engine->modes);
  memmove(engine->modes + at + 1, engine->modes + at, (engine->mode_count - at) * sizeof *engine->modes);
  engine->modes[at] = (mi_mode){.area = area, .wartime = wartime};
  engine->mode_count++;
}

static void delete (MusterEngine *engine, mi_mode *mode) {
  engine->mode_count--;
  memmove(mode, mode + 1, (size_t)(engine->modes + engine->mode_count - mode) * sizeof *mode);
}

/* Index of the policy's set; MUSTER_NONE if it has none such. */
static uint32_t find_wartime(const MusterEngine *engine, const char *hazard, uint8_t level) {
  size_t count;
  const mi_wartime *wartimes = mi_policy_wartimes(engine->policy, &count);
  for (size_t i = 0; i < count; i++)
    if (wartimes[i].level == level && strcmp(wartimes[i].hazard, hazard) == 0) return (uint32_t)i;
  return MUSTER_NONE;
}

static bool is_common(const MusterEngine *engine, size_t setting) {
  return has_one_set(engine) || mi_setting_is_common(setting);
}

/* The first of its settings that only the county as a whole can have; NULL if there is none. */
static const char *find_common(const MusterEngine *engine, uint32_t wartime) {
  size_t count;
  uint64_t given = mi_policy_wartimes(engine->policy, &count)[wartime].given;
  for (size_t i = 0; i < mi_setting_count(); i++)
    if ((given >> i & 1) && is_common(engine, i)) return mi_setting_name(i);
  return NULL;
}

bool mi_modes_restore(MusterEngine *engine, MusterAreaId area, const char *hazard, uint8_t level) {
  size_t area_count = 1;
  if (engine->county) muster_county_areas(engine->county, &area_count);
  uint32_t wartime = find_wartime(engine, hazard, level);
  if (area >= area_count || wartime == MUSTER_NONE || find_mode(engine, area, hazard)) return false;
  if (area != 0 && find_common(engine, wartime)) return false;
  insert(engine, area, hazard, wartime);
  return true;
}

/* ---- the switch ---- */

/* What held before it. */
typedef struct standing {
  mi_rules area;
  const mi_settings *county;
  mi_rules *incidents; /* by id; settings NULL: it has ended */
  mi_rules *people;    /* by id; settings NULL: they do not count */
} standing;

static mi_rules rules_of_person(const MusterEngine *engine, MusterResponder responder) {
  const mi_responder *person = &engine->responders[responder];
  if (person->state == MI_AWAY || !person->placed) return (mi_rules){0};
  if (!engine->county || person->place.matrix_id != MUSTER_NONE) return rules_at(engine, 0);
  return rules_at(engine, muster_county_locate(engine->county, person->place.position));
}

static standing take_standing(const MusterEngine *engine, MusterAreaId area) {
  standing now = {.area = rules_at(engine, area),
                  .county = engine->settings,
                  .incidents = g_new0(mi_rules, engine->names.count + 1),
                  .people = g_new0(mi_rules, engine->people.count + 1)};
  for (mi_incident_id id = 0; id < engine->names.count; id++)
    if (engine->incidents[id].work)
      now.incidents[id] = (mi_rules){engine->incidents[id].work->settings, engine->incidents[id].work->plans};
  for (MusterResponder i = 0; i < engine->people.count; i++) now.people[i] = rules_of_person(engine, i);
  return now;
}

static void clear_standing(standing *past) {
  g_free(past->incidents);
  g_free(past->people);
}

static const char *say_value(MusterEngine *engine, size_t setting, uint32_t value) {
  const char *choice = mi_setting_choice(setting, value);
  return choice ? choice : mi_say_number(engine, value);
}

static void add_change(MusterEngine *engine, uint32_t *count, const char *setting, const char *before,
                       const char *after) {
  engine->changes = mi_reserve(engine->changes, &engine->change_capacity, *count + 1, sizeof *engine->changes);
  engine->changes[(*count)++] = (MusterSettingChange){setting, before, after};
}

static const char *keep_text(MusterEngine *engine, const char *text) {
  mi_text_add(&engine->text, text);
  return mi_text_end(&engine->text);
}

static GKeyFile *read_plans(const MusterPlans *plans) {
  g_autofree char *text = muster_plans_to_ini(plans);
  GKeyFile *file = g_key_file_new();
  g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE, NULL);
  return file;
}

/* Those keys of `names` in the group that differ. With `added_only` only those that `before` has not. */
static void list_plan_keys(MusterEngine *engine, GKeyFile *before, GKeyFile *after, const char *group, GKeyFile *names,
                           bool added_only, uint32_t *count) {
  g_auto(GStrv) keys = g_key_file_get_keys(names, group, NULL, NULL);
  for (char **key = keys; *key; key++) {
    g_autofree char *was = g_key_file_get_value(before, group, *key, NULL);
    g_autofree char *is = g_key_file_get_value(after, group, *key, NULL);
    if ((added_only && was) || g_strcmp0(was, is) == 0) continue;
    g_autofree char *name = g_strdup_printf("%s %s", group, *key);
    add_change(engine, count, keep_text(engine, name), keep_text(engine, was ? was : "none"),
               keep_text(engine, is ? is : "none"));
  }
}

/* "plan KIND KEY", in the order of the plans; they are of the same kinds. */
static void list_plan_changes(MusterEngine *engine, const MusterPlans *was, const MusterPlans *is, uint32_t *count) {
  if (was == is) return;
  g_autoptr(GKeyFile) before = read_plans(was), after = read_plans(is);
  size_t plans;
  const MusterResponsePlan *list = muster_plans_list(is, &plans);
  for (size_t i = 0; i < plans; i++) {
    g_autofree char *group = g_strdup_printf("plan %s", list[i].kind);
    list_plan_keys(engine, before, after, group, before, false, count);
    list_plan_keys(engine, before, after, group, after, true, count);
  }
}

static uint32_t list_changes(MusterEngine *engine, MusterAreaId area, const mi_rules *before) {
  mi_rules after = rules_at(engine, area);
  uint32_t count = 0;
  for (size_t i = 0; i < mi_setting_count(); i++) {
    uint32_t was = mi_setting_value(before->settings, i), is = mi_setting_value(after.settings, i);
    if (was == is || (area != 0 && is_common(engine, i))) continue;
    add_change(engine, &count, mi_setting_name(i), say_value(engine, i, was), say_value(engine, i, is));
  }
  list_plan_changes(engine, before->plans, after.plans, &count);
  return count;
}

static const char *explain(MusterEngine *engine, const MusterEvent *event, uint32_t change_count) {
  mi_text *text = &engine->text;
  mi_text_add(text, event->level ? "wartime " : "peacetime again after ");
  mi_text_add(text, event->hazard);
  if (event->level) {
    mi_text_add(text, " ");
    mi_text_add_number(text, event->level);
  }
  for (uint32_t i = 0; i < change_count; i++) {
    mi_text_add(text, i ? ", " : ": ");
    mi_text_add(text, engine->changes[i].setting);
    mi_text_add(text, " ");
    mi_text_add(text, engine->changes[i].before);
    mi_text_add(text, " → ");
    mi_text_add(text, engine->changes[i].after);
  }
  if (change_count == 0) mi_text_add(text, ": no setting changes");
  return mi_text_end(text);
}

static void tell(MusterEngine *engine, const MusterEvent *event, MusterAreaId area, uint8_t level_before,
                 const standing *past) {
  uint32_t change_count = list_changes(engine, area, &past->area), incidents = 0, volunteers = 0;
  for (mi_incident_id id = 0; id < engine->names.count; id++)
    incidents += past->incidents[id].settings && mi_modes_are_new(engine, id, &past->incidents[id]);
  for (MusterResponder i = 0; i < engine->people.count; i++)
    volunteers += past->people[i].settings && !is_same(past->people[i], rules_of_person(engine, i));
  mi_text_add(&engine->text, event->hazard); /* the event's own may not live as long */
  const char *hazard = mi_text_end(&engine->text), *why = explain(engine, event, change_count);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_MODE, MUSTER_NONE);
  decision->area = engine->county ? area : MUSTER_NONE;
  decision->hazard = hazard;
  decision->level = event->level;
  decision->level_before = level_before;
  decision->changes = engine->changes;
  decision->change_count = change_count;
  decision->incident_count = incidents;
  decision->volunteer_count = volunteers;
  decision->why = why;
}

/* The cap on alerts is the county's, and so are the shifts. */
static void follow_people(MusterEngine *engine, const standing *past) {
  if (past->county->shifts != engine->settings->shifts) mi_rota_change(engine, engine->now_ms);
  if (past->county->alerts_per_volunteer_an_hour == engine->settings->alerts_per_volunteer_an_hour) return;
  for (MusterResponder i = 0; i < engine->people.count; i++) {
    mi_rest_review(engine, i);
    mi_people_refresh(engine, i);
  }
}

/* Those of one priority (0: any) in order of report. Nobody asked or on the way is lost. */
static void follow_some(MusterEngine *engine, const standing *past, uint8_t priority) {
  for (mi_incident_id id = 0; id < engine->names.count; id++) {
    const mi_rules *before = &past->incidents[id];
    if (!before->settings || !mi_modes_are_new(engine, id, before)) continue;
    if (priority && mi_incident_at(engine, id)->priority != priority) continue;
    mi_promise_rearm(engine, id, before);
    mi_alerting_follow_rules(engine, id);
    mi_alerting_top_up(engine, id);
  }
}

static void follow_incidents(MusterEngine *engine, const standing *past) {
  if (engine->settings->order == MI_ORDER_PLAIN)
    follow_some(engine, past, 0);
  else
    for (uint8_t priority = 1; priority <= 4; priority++) follow_some(engine, past, priority);
}

static const char *say_sets(MusterEngine *engine) {
  size_t count;
  const mi_wartime *wartimes = mi_policy_wartimes(engine->policy, &count);
  mi_text_add(&engine->text, count ? "; there are " : "; it has no [wartime HAZARD LEVEL] at all");
  for (size_t i = 0; i < count; i++) {
    if (i) mi_text_add(&engine->text, ", ");
    mi_text_add(&engine->text, wartimes[i].hazard);
    mi_text_add(&engine->text, " ");
    mi_text_add_number(&engine->text, wartimes[i].level);
  }
  return mi_text_end(&engine->text);
}

static bool find_area(MusterEngine *engine, const MusterEvent *event, MusterAreaId *area) {
  *area = 0;
  if (event->area_code == 0) return true;
  const char *code = mi_say_number(engine, (uint64_t)MAX(event->area_code, 0));
  if (!engine->county)
    return MI_REFUSE(engine, event, "area ", code, ": there is no county; leave the area out to switch everything");
  *area = muster_county_find_area(engine->county, event->area_code);
  if (*area != MUSTER_NONE) return true;
  const MusterArea *county = area_of(engine, 0);
  return MI_REFUSE(engine, event, "area ", code, " is no county, township, community or grid of ", county->name, " (",
                   mi_say_number(engine, (uint64_t)county->code), ")");
}

/* The level in force before in *before; false: refused. */
static bool check_switch(MusterEngine *engine, const MusterEvent *event, MusterAreaId area, uint8_t *before) {
  const mi_mode *mode = find_mode(engine, area, event->hazard);
  uint32_t wartime = event->level ? find_wartime(engine, event->hazard, event->level) : MUSTER_NONE;
  *before = mode ? wartime_of(engine, mode)->level : 0;
  if (event->level && wartime == MUSTER_NONE)
    return MI_REFUSE(engine, event, "the policy has no mode ", mi_say_text(engine, event->hazard), " ",
                     mi_say_number(engine, event->level), say_sets(engine));
  if (*before == event->level)
    return MI_REFUSE(engine, event, mi_say_text(engine, event->hazard), " is at level ",
                     mi_say_number(engine, event->level), " there already");
  const char *common = event->level && area != 0 ? find_common(engine, wartime) : NULL;
  return !common || MI_REFUSE(engine, event, "mode ", event->hazard, " ", mi_say_number(engine, event->level), " sets ",
                              common, ", which the county has as a whole: it can be in force there only");
}

void mi_step_mode(MusterEngine *engine, const MusterEvent *event) {
  MusterAreaId area;
  uint8_t level_before;
  if (!event->hazard || !g_utf8_validate(event->hazard, -1, NULL)) {
    MI_REFUSE(engine, event, "the event does not name a hazard");
    return;
  }
  if (!find_area(engine, event, &area) || !check_switch(engine, event, area, &level_before)) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  standing past = take_standing(engine, area);
  mi_mode *mode = find_mode(engine, area, event->hazard);
  if (mode) delete (engine, mode);
  if (event->level) insert(engine, area, event->hazard, find_wartime(engine, event->hazard, event->level));
  mi_modes_settle(engine);
  tell(engine, event, area, level_before, &past);
  mi_workday_follow(engine, past.county);
  follow_people(engine, &past);
  follow_incidents(engine, &past);
  mi_optimal_follow(engine);
  clear_standing(&past);
}
