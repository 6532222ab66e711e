/* Waiting and travel as costs: deadlines missed above ms. */
#include <muster/assign.h>

static uint32_t count_missed(const MusterAssignRule *rule, int64_t arrival_ms) {
  uint32_t missed = 0;
  while (missed < rule->deadline_count && arrival_ms > rule->deadlines_ms[missed]) missed++;
  return missed;
}

MusterAssignCost muster_assign_rule_pair(const MusterAssignRule *rule, int64_t waited_ms, uint32_t travel_ms,
                                         uint32_t fatigue, bool is_ordered) {
  g_return_val_if_fail(travel_ms <= INT32_MAX, ((MusterAssignCost){UINT32_MAX, INT32_MAX, UINT32_MAX}));
  int64_t time_ms = (int64_t)travel_ms - (is_ordered ? rule->stickiness_ms : 0);
  return (MusterAssignCost){count_missed(rule, waited_ms + travel_ms), (int32_t)time_ms, fatigue};
}

/* How often a need has aged. */
static uint32_t count_ages(const MusterAssignRule *rule, int64_t waited_ms) {
  int64_t last_ms = rule->deadline_count ? rule->deadlines_ms[rule->deadline_count - 1] : 0;
  if (rule->ageing_ms == 0 || waited_ms <= last_ms) return 0;
  return (uint32_t)MIN((waited_ms - last_ms) / rule->ageing_ms, MUSTER_ASSIGN_AGES_MOST);
}

MusterAssignCost muster_assign_rule_unserved(const MusterAssignRule *rule, int64_t waited_ms, uint32_t slot) {
  uint32_t slot_tiers = rule->slot_tiers > slot ? rule->slot_tiers - slot : 0;
  return (MusterAssignCost){(uint32_t)rule->deadline_count + 1 + count_ages(rule, waited_ms) + slot_tiers, 0, 0};
}

static bool refuse(const char *what, uint64_t most, uint64_t found, GError **error) {
  g_set_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_LIMIT,
              "rule: expected %s of at most %" G_GUINT64_FORMAT ", found %" G_GUINT64_FORMAT, what, most, found);
  return false;
}

bool muster_assign_rule_limits(const MusterAssignRule *rule, uint32_t rows, uint32_t columns, uint32_t travel_ms,
                               uint32_t fatigue, MusterAssignLimits *out, GError **error) {
  g_return_val_if_fail(rule->deadline_count <= MUSTER_ASSIGN_DEADLINES_MOST, false);
  uint32_t tiers = (uint32_t)rule->deadline_count + 1 + (rule->ageing_ms ? MUSTER_ASSIGN_AGES_MOST : 0);
  if (rule->slot_tiers > UINT32_MAX - tiers) return refuse("slot_tiers", UINT32_MAX - tiers, rule->slot_tiers, error);
  if (rule->stickiness_ms > INT32_MAX) return refuse("stickiness_ms", INT32_MAX, rule->stickiness_ms, error);
  if (travel_ms > INT32_MAX) return refuse("travel_ms", INT32_MAX, travel_ms, error);
  *out = (MusterAssignLimits){
      rows, columns, {tiers + rule->slot_tiers, (int32_t)MAX(travel_ms, rule->stickiness_ms), fatigue}};
  return true;
}
