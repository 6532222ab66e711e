/* A bound for any policy: incidents matched to predecessors; the relaxation is told in assign.h. It is that of the
 * offline problem of Jagtenberg, van den Berg & van der Mei (EJOR 2017), with the predecessor's own responder
 * forgotten. */
#include <muster/assign.h>

#include "base/radix.h"

typedef struct bound {
  const MusterAssignLog *log;
  const MusterAssignRule *rule;
  MusterAssignment *assignment;
  int64_t *ready_ms; /* incident → when its responder can be free again, at the earliest; INT64_MAX: never */
  mi_keyed *choices; /* of one incident: response in ms and column, by rising response */
  size_t choice_count;
  uint32_t choices_of; /* that incident; MUSTER_NONE: none yet */
} bound;

static void clear_bound(bound *b) {
  muster_assignment_free(b->assignment);
  g_free(b->ready_ms);
  g_free(b->choices);
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

/* What a cost has no room for counts as the most that it has: less than it is, so the bound stays one. */
static void add_choice(bound *b, size_t column, int64_t response) {
  if (response == INT64_MAX) return;
  b->choices[b->choice_count++] = (mi_keyed){(uint64_t)MIN(response, INT32_MAX), (uint32_t)column};
}

static void list_choices(bound *b, size_t incident) {
  const MusterAssignLog *log = b->log;
  b->choices_of = (uint32_t)incident;
  b->choice_count = 0;
  for (size_t r = 0; r < log->responder_count; r++) {
    uint32_t travel_ms = log->first_ms(r, incident, log->user_data);
    add_choice(b, r, response_ms(b, incident, log->free_from_ms[r], travel_ms));
  }
  for (size_t before = 0; before < log->incident_count; before++) {
    if (before == incident) continue;
    uint32_t travel_ms = log->next_ms(before, incident, log->user_data);
    add_choice(b, log->responder_count + before, response_ms(b, incident, b->ready_ms[before], travel_ms));
  }
  mi_radix_sort(b->choices, b->choice_count);
}

/* The predecessors of an incident, quickest first: most incidents hear of a few, so a log may have millions of pairs.
 */
static size_t name_predecessors(MusterAssignRow incident, size_t skip, MusterAssignCandidate *out, size_t most,
                                void *user_data) {
  bound *b = user_data;
  if (b->choices_of != incident) list_choices(b, incident);
  size_t count = 0;
  for (size_t i = skip; i < b->choice_count && count < most; i++) {
    MusterAssignCost cost = muster_assign_rule_pair(b->rule, 0, (uint32_t)b->choices[i].key, 0, false);
    out[count++] = (MusterAssignCandidate){b->choices[i].value, cost};
  }
  return count;
}

static bool add_incident(bound *b, size_t incident, GError **error) {
  MusterAssignNeed need = {.id = incident, .unserved = muster_assign_rule_unserved(b->rule, 0, 0)};
  return muster_assignment_add_row(b->assignment, (uint32_t)incident, &need, NULL, 0, error);
}

bool muster_assign_bound(const MusterAssignLog *log, const MusterAssignRule *rule, MusterAssignBound *out,
                         GError **error) {
  g_auto(bound) b = {.log = log, .rule = rule, .choices_of = MUSTER_NONE};
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
  b.choices = g_new(mi_keyed, columns + 1);
  find_ready_times(&b);
  muster_assignment_set_source(b.assignment, name_predecessors, &b);
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
