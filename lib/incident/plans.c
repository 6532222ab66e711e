/* A set of response plans: ordered by kind, so that the search can halve it; see muster/incident.h.
 *
 * The built-in set is the text of plans_builtin.c, read once. Counts are what a first response by neighbours needs
 * before professional services arrive; a report may name its own needs instead.
 */
#include "incident/plans.h"

#include <string.h>

GQuark muster_incident_error_quark(void) { return g_quark_from_static_string("muster-incident-error-quark"); }

MusterPlans *mi_plans_new_empty(void) {
  MusterPlans *plans = g_new0(MusterPlans, 1);
  atomic_init(&plans->references, 1);
  plans->texts = g_string_chunk_new(4096);
  plans->plans = g_array_new(FALSE, TRUE, sizeof(MusterResponsePlan));
  plans->neighbours = g_array_new(FALSE, TRUE, sizeof(MusterNeighbour));
  return plans;
}

MusterPlans *muster_plans_ref(MusterPlans *plans) {
  atomic_fetch_add_explicit(&plans->references, 1, memory_order_relaxed);
  return plans;
}

void muster_plans_unref(MusterPlans *plans) {
  if (!plans || atomic_fetch_sub_explicit(&plans->references, 1, memory_order_acq_rel) != 1) return;
  g_string_chunk_free(plans->texts);
  g_array_unref(plans->plans);
  g_array_unref(plans->neighbours);
  muster_plans_unref(plans->base);
  g_free(plans);
}

/* Where the kind stands, or belongs; `found` tells which. */
static guint find_place(const MusterPlans *plans, const char *kind, bool *found) {
  guint low = 0, high = plans->plans->len;
  *found = false;
  while (low < high && !*found) {
    guint middle = low + (high - low) / 2;
    int order = strcmp(g_array_index(plans->plans, MusterResponsePlan, middle).kind, kind);
    *found = order == 0;
    if (*found) return middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

MusterResponsePlan *mi_plans_claim(MusterPlans *plans, const char *kind) {
  bool found;
  guint at = find_place(plans, kind, &found);
  if (!found) {
    MusterResponsePlan fresh = {.kind = g_string_chunk_insert_const(plans->texts, kind)};
    for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++)
      fresh.deadline_ms[stage] = muster_stage_deadline_ms((MusterStage)stage);
    g_array_insert_val(plans->plans, at, fresh);
  }
  return &g_array_index(plans->plans, MusterResponsePlan, at);
}

const MusterResponsePlan *muster_plans_list(const MusterPlans *plans, size_t *count) {
  if (count) *count = plans->plans->len;
  return (const MusterResponsePlan *)(const void *)plans->plans->data;
}

const MusterResponsePlan *muster_plans_find(const MusterPlans *plans, const char *kind) {
  bool found;
  guint at = find_place(plans, kind, &found);
  return found ? &g_array_index(plans->plans, MusterResponsePlan, at) : NULL;
}

const MusterNeighbour *muster_plans_neighbours(const MusterPlans *plans, size_t *count) {
  if (count) *count = plans->neighbours->len;
  return (const MusterNeighbour *)(const void *)plans->neighbours->data;
}

static gpointer read_builtin(gpointer ignored) {
  (void)ignored;
  g_autoptr(GError) error = NULL;
  g_autoptr(GKeyFile) file = g_key_file_new();
  if (!g_key_file_load_from_data(file, mi_plans_builtin, strlen(mi_plans_builtin), G_KEY_FILE_NONE, &error))
    g_error("%s", error->message);
  MusterPlans *plans = mi_plans_from_key_file(NULL, file, &error);
  if (!plans) g_error("%s", error->message);
  return plans;
}

MusterPlans *mi_plans_default(void) {
  static GOnce once = G_ONCE_INIT;
  return g_once(&once, read_builtin, NULL);
}

const MusterResponsePlan *muster_response_plans(size_t *count) { return muster_plans_list(mi_plans_default(), count); }

const MusterResponsePlan *muster_response_plan_find(const char *kind) {
  return muster_plans_find(mi_plans_default(), kind);
}

unsigned muster_response_plan_levels(const MusterResponsePlan *plan) {
  unsigned level = 1;
  while (plan->alarms[level - 1][0].count) level++;
  return level;
}
