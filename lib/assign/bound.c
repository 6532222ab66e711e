/* A bound for any policy: incidents matched to predecessors; the relaxation is told in assign.h. It is that of the
 * offline problem of Jagtenberg, van den Berg & van der Mei (EJOR 2017), with the predecessor's own responder
 * forgotten. */
#include <muster/assign.h>

typedef struct bound {
  const MusterAssignLog *log;
  const MusterAssignRule *rule;
  MusterAssignment *assignment;
  int64_t *ready_ms; /* incident → when its responder can be free again, at the earliest; INT64_MAX: never */
  MusterAssignCandidate *candidates;
} bound;

static void clear_bound(bound *b) {
  muster_assignment_free(b->assignment);
  g_free(b->ready_ms);
  g_free(b->candidates);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(bound, clear_bound)

/* From the report of the incident to the arrival of somebody free since then; INT64_MAX: no way. */
static int64_t response_ms(const bound *b, size_t incident, int64_t free_ms, uint32_t travel_ms) {
  if (travel_ms == MUSTER_UNREACHABLE_MS || free_ms == INT64_MAX) return INT64_MAX;
  return MAX(free_ms - b->log->reported_ms[incident], 0) + travel_ms;
}

/* Nobody is there sooner than the nearest of all who could come. */
static void find_ready_times(bound *b) {
  const MusterAssignLog *log = b->log;
  for (size_t i = 0; i < log->incident_count; i++) {
    uint32_t least_ms = MUSTER_UNREACHABLE_MS;
    for (size_t r = 0; r < log->responder_count; r++) least_ms = MIN(least_ms, log->first_ms(r, i, log->user_data));
    for (size_t before = 0; before < log->incident_count; before++)
      if (before != i) least_ms = MIN(least_ms, log->next_ms(before, i, log->user_data));
    b->ready_ms[i] =
        least_ms == MUSTER_UNREACHABLE_MS ? INT64_MAX : log->reported_ms[i] + least_ms + (int64_t)log->busy_ms[i];
  }
}

static size_t add_candidate(bound *b, size_t count, size_t column, int64_t response) {
  if (response > INT32_MAX) return count;
  MusterAssignCost cost = muster_assign_rule_pair(b->rule, 0, (uint32_t)response, 0, false);
  b->candidates[count] = (MusterAssignCandidate){(uint32_t)column, cost};
  return count + 1;
}

static bool add_incident(bound *b, size_t incident, GError **error) {
  const MusterAssignLog *log = b->log;
  size_t count = 0;
  for (size_t r = 0; r < log->responder_count; r++)
    count = add_candidate(b, count, r,
                          response_ms(b, incident, log->free_from_ms[r], log->first_ms(r, incident, log->user_data)));
  for (size_t before = 0; before < log->incident_count; before++) {
    if (before == incident) continue;
    uint32_t travel_ms = log->next_ms(before, incident, log->user_data);
    count = add_candidate(b, count, log->responder_count + before,
                          response_ms(b, incident, b->ready_ms[before], travel_ms));
  }
  MusterAssignNeed need = {.id = incident, .unserved = muster_assign_rule_unserved(b->rule, 0, 0)};
  return muster_assignment_add_row(b->assignment, (uint32_t)incident, &need, b->candidates, count, error);
}

bool muster_assign_bound(const MusterAssignLog *log, const MusterAssignRule *rule, MusterAssignBound *out,
                         GError **error) {
  g_auto(bound) b = {.log = log, .rule = rule};
  size_t columns = log->responder_count + log->incident_count;
  if (columns >= INT32_MAX) {
    g_set_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_LIMIT,
                "bound: expected less than %d incidents and responders, found %zu", INT32_MAX, columns);
    return false;
  }
  MusterAssignLimits limits;
  uint32_t rows = (uint32_t)log->incident_count;
  if (!muster_assign_rule_limits(rule, rows, (uint32_t)columns, INT32_MAX, 0, &limits, error)) return false;
  b.assignment = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, error);
  if (!b.assignment) return false;
  b.ready_ms = g_new(int64_t, log->incident_count + 1);
  b.candidates = g_new(MusterAssignCandidate, columns + 1);
  find_ready_times(&b);
  for (size_t column = 0; column < columns; column++)
    muster_assignment_add_column(b.assignment, (uint32_t)column, column, 0, NULL);
  for (size_t i = 0; i < log->incident_count; i++)
    if (!add_incident(&b, i, error)) return false;
  if (!muster_assignment_solve(b.assignment, 0, error)) return false;
  MusterAssignTotals totals;
  muster_assignment_totals(b.assignment, &totals);
  *out = (MusterAssignBound){totals.served, totals.tier, totals.time_ms};
  return true;
}
