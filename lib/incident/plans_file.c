/* Response plans as an INI file (GKeyFile), in and out; docs/plans.md explains it.
 *
 * A group [plan KIND] changes single keys of a built-in plan or makes a new one, which then must say its labels,
 * priority and needs. A group [neighbour NAME] names the contact of a neighbouring county.
 */
#include "incident/plans.h"

#include <string.h>

#include "base/input.h"

enum { LONGEST_NAME = 64, MOST_PER_NEED = 500 };

#define PLAN_PREFIX "plan "
#define NEIGHBOUR_PREFIX "neighbour "

/* What is being read, for messages. */
typedef struct reading {
  const char *file, *group, *key, *text;
  MusterPlans *plans;
} reading;

static bool refuse(const reading *at, const char *expected, GError **error) {
  g_autofree char *shown = g_utf8_substring(at->text, 0, MIN(g_utf8_strlen(at->text, -1), 60));
  g_set_error(error, MUSTER_INCIDENT_ERROR, MUSTER_INCIDENT_ERROR_PLAN, "%s: [%s] %s: expected %s, found \"%s\"",
              at->file, at->group, at->key, expected, shown);
  return false;
}

/* 1 to 64 bytes of a-z, 0-9 and _. */
static bool is_word(const char *text) {
  size_t length = strlen(text);
  for (const char *c = text; *c; c++)
    if (!g_ascii_islower(*c) && !g_ascii_isdigit(*c) && *c != '_') return false;
  return length >= 1 && length <= LONGEST_NAME;
}

static const char *keep(const reading *at, const char *text) {
  return g_string_chunk_insert_const(at->plans->texts, text);
}

static bool read_whole(const reading *at, uint64_t least, uint64_t most, const char *expected, uint64_t *out,
                       GError **error) {
  return g_ascii_string_to_unsigned(at->text, 10, least, most, out, NULL) || refuse(at, expected, error);
}

static bool read_label(const reading *at, const char **out, GError **error) {
  if (!*at->text || strlen(at->text) > 200) return refuse(at, "a label of 1 to 200 bytes", error);
  *out = keep(at, at->text);
  return true;
}

/* "first_aid: 2", "anybody: 1". */
static bool read_need(const reading *at, char *item, MusterNeed *out) {
  char *colon = strchr(item, ':');
  uint64_t count;
  if (!colon) return false;
  *colon = '\0';
  const char *skill = g_strstrip(item);
  if (!is_word(skill) || !g_ascii_string_to_unsigned(g_strstrip(colon + 1), 10, 1, MOST_PER_NEED, &count, NULL))
    return false;
  *out = (MusterNeed){.skill = strcmp(skill, "anybody") == 0 ? NULL : keep(at, skill), .count = (uint32_t)count};
  return true;
}

static bool read_needs(const reading *at, MusterNeed out[MUSTER_PLAN_MOST_NEEDS + 1], GError **error) {
  g_auto(GStrv) items = g_strsplit(at->text, ",", -1);
  guint count = g_strv_length(items);
  bool good = count >= 1 && count <= MUSTER_PLAN_MOST_NEEDS;
  memset(out, 0, (MUSTER_PLAN_MOST_NEEDS + 1) * sizeof *out);
  for (guint i = 0; i < count && good; i++) {
    good = read_need(at, items[i], &out[i]);
    for (guint j = 0; j < i && good; j++) good = g_strcmp0(out[i].skill, out[j].skill) != 0;
  }
  return good ||
         refuse(at, "1 to 8 needs, each skill once: \"skill: count, anybody: count\", counts from 1 to 500", error);
}

static bool read_equipment(const reading *at, MusterResponsePlan *plan, GError **error) {
  g_auto(GStrv) items = g_strsplit(at->text, ",", -1);
  guint count = *at->text ? g_strv_length(items) : 0;
  bool good = count <= MUSTER_PLAN_MOST_EQUIPMENT;
  for (guint i = 0; i < count && good; i++) {
    good = is_word(g_strstrip(items[i]));
    if (good) plan->equipment[i] = keep(at, items[i]);
  }
  if (!good) return refuse(at, "at most 8 names of a-z, 0-9 and _, separated by commas", error);
  for (guint i = count; i <= MUSTER_PLAN_MOST_EQUIPMENT; i++) plan->equipment[i] = NULL;
  return true;
}

static bool read_deadline(const reading *at, uint32_t *out_ms, GError **error) {
  uint64_t seconds;
  if (!read_whole(at, 1, 86400, "a whole number of seconds from 1 to 86400", &seconds, error)) return false;
  *out_ms = (uint32_t)seconds * 1000;
  return true;
}

static bool read_alpha(const reading *at, uint16_t *out, GError **error) {
  uint64_t permille;
  if (!read_whole(at, 0, 999, "a whole number from 1 to 999, or 0: as the policy says", &permille, error)) return false;
  *out = (uint16_t)permille;
  return true;
}

static bool read_priority(const reading *at, uint8_t *out, GError **error) {
  uint64_t priority;
  if (!read_whole(at, 1, 4, "a whole number from 1 (life) to 4 (convenience)", &priority, error)) return false;
  *out = (uint8_t)priority;
  return true;
}

static bool read_plan_key(const reading *at, MusterResponsePlan *plan, GError **error) {
  static const char *const deadlines[MUSTER_STAGE_COUNT] = {"known_s", "reached_s", "on_scene_s"};
  const char *key = at->key;
  if (strcmp(key, "label") == 0) return read_label(at, &plan->label, error);
  if (strcmp(key, "label_zh") == 0) return read_label(at, &plan->label_zh, error);
  if (strcmp(key, "priority") == 0) return read_priority(at, &plan->priority, error);
  if (strcmp(key, "needs") == 0) return read_needs(at, plan->needs, error);
  if (strcmp(key, "equipment") == 0) return read_equipment(at, plan, error);
  if (strcmp(key, "alpha_permille") == 0) return read_alpha(at, &plan->alpha_permille, error);
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++)
    if (strcmp(key, deadlines[stage]) == 0) return read_deadline(at, &plan->deadline_ms[stage], error);
  for (unsigned i = 0; i < MUSTER_PLAN_MOST_ALARMS; i++) {
    char alarm[] = {'a', 'l', 'a', 'r', 'm', '_', (char)('2' + i), '\0'};
    if (strcmp(key, alarm) == 0) return read_needs(at, plan->alarms[i], error);
  }
  g_set_error(error, MUSTER_INCIDENT_ERROR, MUSTER_INCIDENT_ERROR_PLAN,
              "%s: [%s] %s: no such key; known are label, label_zh, priority, needs, alarm_2 to alarm_%d, equipment, "
              "known_s, reached_s, on_scene_s, alpha_permille",
              at->file, at->group, key, MUSTER_PLAN_MOST_ALARMS + 1);
  return false;
}

static bool fail_group(const reading *at, const char *reason, GError **error) {
  g_set_error(error, MUSTER_INCIDENT_ERROR, MUSTER_INCIDENT_ERROR_PLAN, "%s: [%s]: %s", at->file, at->group, reason);
  return false;
}

/* What a plan must hold once all its keys are read. */
static bool check_plan(const reading *at, const MusterResponsePlan *plan, GError **error) {
  if (!plan->label || !plan->label_zh || !plan->priority || !plan->needs[0].count)
    return fail_group(at, "expected label, label_zh, priority and needs of a new plan, found some of them missing",
                      error);
  bool ended = false;
  for (unsigned i = 0; i < MUSTER_PLAN_MOST_ALARMS; i++) {
    if (plan->alarms[i][0].count && ended)
      return fail_group(at, "expected alarm levels without a gap from alarm_2 on", error);
    ended |= plan->alarms[i][0].count == 0;
  }
  for (int stage = 1; stage < MUSTER_STAGE_COUNT; stage++)
    if (plan->deadline_ms[stage] < plan->deadline_ms[stage - 1])
      return fail_group(at, "expected known_s, reached_s and on_scene_s in increasing order", error);
  return true;
}

static bool read_keys(reading *at, GKeyFile *file, bool (*read)(const reading *at, void *data, GError **error),
                      void *data, GError **error) {
  g_auto(GStrv) keys = g_key_file_get_keys(file, at->group, NULL, NULL);
  for (char **key = keys; key && *key; key++) {
    g_autofree char *text = g_key_file_get_value(file, at->group, *key, NULL);
    at->key = *key;
    at->text = g_strstrip(text);
    if (!g_utf8_validate(text, -1, NULL) || !g_utf8_validate(*key, -1, NULL))
      return fail_group(at, "expected UTF-8, found other bytes", error);
    if (!read(at, data, error)) return false;
  }
  return true;
}

static bool read_plan_key_of(const reading *at, void *plan, GError **error) { return read_plan_key(at, plan, error); }

static bool read_plan(reading *at, GKeyFile *file, GError **error) {
  g_autofree char *kind = g_strstrip(g_strdup(at->group + strlen(PLAN_PREFIX)));
  if (!is_word(kind)) return fail_group(at, "expected a kind of 1 to 64 characters a-z, 0-9 and _", error);
  MusterResponsePlan *plan = mi_plans_claim(at->plans, kind);
  return read_keys(at, file, read_plan_key_of, plan, error) && check_plan(at, plan, error);
}

static bool read_position(const reading *at, MusterPosition *out, GError **error) {
  g_auto(GStrv) parts = g_strsplit(at->text, ",", -1);
  double degrees[2];
  bool good = g_strv_length(parts) == 2;
  for (int i = 0; i < 2 && good; i++) {
    char *text = g_strstrip(parts[i]), *end;
    degrees[i] = g_ascii_strtod(text, &end);
    good = end != text && !*end;
  }
  return (good && muster_position_from_degrees(degrees[0], degrees[1], out)) ||
         refuse(at, "LONGITUDE, LATITUDE in degrees", error);
}

/* `data`: the neighbour, whose position lies off the earth until it is read. */
static bool read_neighbour_key(const reading *at, void *data, GError **error) {
  MusterNeighbour *neighbour = data;
  if (strcmp(at->key, "contact") == 0) return read_label(at, &neighbour->contact, error);
  if (strcmp(at->key, "position") == 0) return read_position(at, &neighbour->position, error);
  g_set_error(error, MUSTER_INCIDENT_ERROR, MUSTER_INCIDENT_ERROR_PLAN,
              "%s: [%s] %s: no such key; known are contact, position", at->file, at->group, at->key);
  return false;
}

static gint compare_neighbours(gconstpointer a, gconstpointer b) {
  return strcmp(((const MusterNeighbour *)a)->name, ((const MusterNeighbour *)b)->name);
}

static bool read_neighbour(reading *at, GKeyFile *file, GError **error) {
  g_autofree char *name = g_strstrip(g_strdup(at->group + strlen(NEIGHBOUR_PREFIX)));
  if (!*name || strlen(name) > LONGEST_NAME) return fail_group(at, "expected a name of 1 to 64 bytes", error);
  MusterNeighbour neighbour = {.name = keep(at, name), .position = {.lon_e7 = INT32_MAX}};
  if (!read_keys(at, file, read_neighbour_key, &neighbour, error)) return false;
  if (!neighbour.contact || neighbour.position.lon_e7 == INT32_MAX)
    return fail_group(at, "expected contact and position", error);
  g_array_append_val(at->plans->neighbours, neighbour);
  return true;
}

bool mi_plans_is_group(const char *group) {
  return g_str_has_prefix(group, PLAN_PREFIX) || g_str_has_prefix(group, NEIGHBOUR_PREFIX);
}

/* The texts are those of the built-in set, which is never freed. */
static MusterPlans *copy_builtin(void) {
  MusterPlans *plans = mi_plans_new_empty();
  const GArray *builtin = mi_plans_default()->plans;
  g_array_append_vals(plans->plans, builtin->data, builtin->len);
  return plans;
}

MusterPlans *mi_plans_from_key_file(const char *name, GKeyFile *file, GError **error) {
  g_autoptr(MusterPlans) plans =
      name ? copy_builtin() : mi_plans_new_empty(); /* the built-in text itself has no name */
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  for (char **group = groups; *group; group++) {
    if (!mi_plans_is_group(*group)) continue;
    reading at = {.file = name ? name : "built-in plans", .group = *group, .plans = plans};
    if (!g_utf8_validate(*group, -1, NULL)) return fail_group(&at, "expected UTF-8, found other bytes", error), NULL;
    if (!(g_str_has_prefix(*group, PLAN_PREFIX) ? read_plan : read_neighbour)(&at, file, error)) return NULL;
  }
  g_array_sort(plans->neighbours, compare_neighbours);
  return g_steal_pointer(&plans);
}

MusterPlans *mi_plans_changed(MusterPlans *base, const char *name, GKeyFile *file, GError **error) {
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  if (!groups[0]) return muster_plans_ref(base);
  g_autoptr(MusterPlans) plans = mi_plans_new_empty();
  plans->base = muster_plans_ref(base);
  g_array_append_vals(plans->plans, base->plans->data, base->plans->len);
  g_array_append_vals(plans->neighbours, base->neighbours->data, base->neighbours->len);
  for (char **group = groups; *group; group++) {
    reading at = {.file = name, .group = *group, .plans = plans};
    const char *kind = strrchr(*group, ' ') + 1;
    if (!g_utf8_validate(*group, -1, NULL)) return fail_group(&at, "expected UTF-8, found other bytes", error), NULL;
    if (!muster_plans_find(plans, kind)) return fail_group(&at, "expected a kind that the plans have", error), NULL;
    MusterResponsePlan *plan = mi_plans_claim(plans, kind);
    if (!read_keys(&at, file, read_plan_key_of, plan, error) || !check_plan(&at, plan, error)) return NULL;
  }
  return g_steal_pointer(&plans);
}

static bool check_groups(const char *name, GKeyFile *file, GError **error) {
  g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
  for (char **group = groups; *group; group++)
    if (!mi_plans_is_group(*group)) {
      g_autofree char *valid = g_utf8_make_valid(*group, -1);
      g_set_error(error, MUSTER_INCIDENT_ERROR, MUSTER_INCIDENT_ERROR_PLAN,
                  "%s: expected groups [plan KIND] and [neighbour NAME], found [%s]", name, valid);
      return false;
    }
  return true;
}

MusterPlans *muster_plans_parse(const char *name, const char *ini, size_t bytes, GError **error) {
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) reason = NULL;
  if (bytes > 0 && memchr(ini, 0, bytes)) {
    g_set_error(error, MUSTER_INCIDENT_ERROR, MUSTER_INCIDENT_ERROR_PLAN, "%s: expected text, found a zero byte", name);
    return NULL;
  }
  if (bytes > 0 && !g_key_file_load_from_data(file, ini, bytes, G_KEY_FILE_NONE, &reason)) {
    g_set_error(error, MUSTER_INCIDENT_ERROR, MUSTER_INCIDENT_ERROR_PLAN, "%s: not an INI file: %s", name,
                reason->message);
    return NULL;
  }
  return check_groups(name, file, error) ? mi_plans_from_key_file(name, file, error) : NULL;
}

MusterPlans *muster_plans_new(const char *path, GError **error) {
  if (!path) return muster_plans_ref(mi_plans_default());
  gsize bytes = 0;
  g_autofree char *data = mi_input_read(path, "a file of plans", &bytes, MUSTER_INCIDENT_ERROR,
                                        MUSTER_INCIDENT_ERROR_OPEN, MUSTER_INCIDENT_ERROR_PLAN, error);
  return data ? muster_plans_parse(path, data, bytes, error) : NULL;
}

/* ---- out ---- */

static void add_needs(GString *out, const MusterNeed *needs, const char *between) {
  for (const MusterNeed *need = needs; need->count; need++)
    g_string_append_printf(out, "%s%s%s%u", need == needs ? "" : ", ", need->skill ? need->skill : "anybody", between,
                           need->count);
}

static void add_plan(GString *out, const MusterResponsePlan *plan) {
  g_string_append_printf(out, "[plan %s]\nlabel = %s\nlabel_zh = %s\npriority = %u\nneeds = ", plan->kind, plan->label,
                         plan->label_zh, plan->priority);
  add_needs(out, plan->needs, ": ");
  for (unsigned level = 2; level <= muster_response_plan_levels(plan); level++) {
    g_string_append_printf(out, "\nalarm_%u = ", level);
    add_needs(out, plan->alarms[level - 2], ": ");
  }
  g_string_append(out, "\nequipment = ");
  for (size_t i = 0; plan->equipment[i]; i++) g_string_append_printf(out, "%s%s", i ? ", " : "", plan->equipment[i]);
  g_string_append_printf(out, "\nknown_s = %u\nreached_s = %u\non_scene_s = %u\nalpha_permille = %u\n",
                         plan->deadline_ms[MUSTER_STAGE_KNOWN] / 1000, plan->deadline_ms[MUSTER_STAGE_REACHED] / 1000,
                         plan->deadline_ms[MUSTER_STAGE_ON_SCENE] / 1000, plan->alpha_permille);
}

char *muster_plans_to_ini(const MusterPlans *plans) {
  GString *out = g_string_new(NULL);
  size_t count;
  const MusterResponsePlan *list = muster_plans_list(plans, &count);
  for (size_t i = 0; i < count; i++) add_plan(out, &list[i]);
  const MusterNeighbour *neighbours = muster_plans_neighbours(plans, &count);
  for (size_t i = 0; i < count; i++) {
    char lon[G_ASCII_DTOSTR_BUF_SIZE], lat[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(lon, sizeof lon, "%.7f", neighbours[i].position.lon_e7 / 1e7);
    g_ascii_formatd(lat, sizeof lat, "%.7f", neighbours[i].position.lat_e7 / 1e7);
    g_string_append_printf(out, "[neighbour %s]\ncontact = %s\nposition = %s, %s\n", neighbours[i].name,
                           neighbours[i].contact, lon, lat);
  }
  return g_string_free(out, FALSE);
}

char *muster_plans_describe(const MusterPlans *plans) {
  GString *out = g_string_new(NULL);
  size_t count;
  const MusterResponsePlan *list = muster_plans_list(plans, &count);
  for (size_t i = 0; i < count; i++) {
    g_string_append_printf(out, "%-20s priority %u, ", list[i].kind, list[i].priority);
    add_needs(out, list[i].needs, " ");
    for (unsigned level = 2; level <= muster_response_plan_levels(&list[i]); level++) {
      g_string_append_printf(out, "; alarm %u adds ", level);
      add_needs(out, list[i].alarms[level - 2], " ");
    }
    g_string_append_printf(out, "   (%s, %s)\n", list[i].label, list[i].label_zh);
  }
  return g_string_free(out, FALSE);
}
