/* muster assign: rows matched to columns at the least total cost, at once or after every event. */
#include "commands.h"
#include "costs.h"
#include "streams.h"

#include <string.h>

/* Tiers: a deadline missed outweighs every row left unserved, which outweighs every cost, where leaving one has none.
 */
typedef struct job {
  mt_costs costs;
  bool has_deadline, has_unserved;
  int32_t deadline, unserved;
  uint32_t missed_tier;              /* of a deadline missed */
  MusterAssignCandidate *candidates; /* row by row */
  size_t *first;                     /* row → candidates; rows + 1 */
  MusterAssignment *assignment;
  bool *is_late;
  size_t late;
} job;

static void clear_job(job *j) {
  mt_costs_clear(&j->costs);
  g_free(j->candidates);
  g_free(j->first);
  muster_assignment_free(j->assignment);
  g_free(j->is_late);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(job, clear_job)

static int64_t row_id(const job *j, guint row) { return g_array_index(j->costs.rows, int64_t, row); }
static int64_t column_id(const job *j, guint column) { return g_array_index(j->costs.columns, int64_t, column); }

static bool misses(const job *j, int32_t cost) { return j->has_deadline && cost > j->deadline; }

static int compare_candidates(const void *a, const void *b) {
  const MusterAssignCandidate *x = a, *y = b;
  if (x->cost.tier != y->cost.tier) return x->cost.tier < y->cost.tier ? -1 : 1;
  if (x->cost.time_ms != y->cost.time_ms) return x->cost.time_ms < y->cost.time_ms ? -1 : 1;
  return (x->column > y->column) - (x->column < y->column);
}

/* Pairs row by row, cheapest first. */
static void sort_candidates(job *j) {
  guint rows = j->costs.rows->len, count = j->costs.pairs->len;
  const mt_pair *pairs = (const mt_pair *)(const void *)j->costs.pairs->data;
  j->first = g_new0(size_t, (size_t)rows + 2);
  j->candidates = g_new(MusterAssignCandidate, (size_t)count + 1);
  for (guint i = 0; i < count; i++) j->first[pairs[i].row + 2]++;
  for (guint row = 0; row < rows; row++) j->first[row + 2] += j->first[row + 1];
  for (guint i = 0; i < count; i++) {
    MusterAssignCandidate candidate = pairs[i].candidate;
    candidate.cost.tier = misses(j, candidate.cost.time_ms) ? j->missed_tier : 0;
    j->candidates[j->first[pairs[i].row + 1]++] = candidate;
  }
  for (guint row = 0; row < rows; row++)
    qsort(j->candidates + j->first[row], j->first[row + 1] - j->first[row], sizeof *j->candidates, compare_candidates);
}

static bool prepare(job *j, GError **error) {
  guint rows = j->costs.rows->len, columns = j->costs.columns->len;
  j->missed_tier = j->has_deadline ? (j->has_unserved ? 1 : rows + 1) : 0;
  MusterAssignLimits limits = {rows, columns, {j->missed_tier + !j->has_unserved, j->costs.most, 1}};
  if (j->has_unserved) limits.cost.time_ms = MAX(limits.cost.time_ms, ABS(j->unserved));
  j->assignment = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, error);
  if (!j->assignment) return false;
  for (guint i = 0; i < columns; i++)
    muster_assignment_add_column(j->assignment, i, (uint64_t)column_id(j, i), 0, NULL);
  sort_candidates(j);
  j->is_late = g_new0(bool, (size_t)rows + 1);
  return true;
}

static bool add_row(job *j, MusterAssignRow row, GError **error) {
  MusterAssignNeed need = {.id = (uint64_t)row_id(j, row),
                           .unserved = {j->missed_tier + !j->has_unserved, j->has_unserved ? j->unserved : 0, 1}};
  return muster_assignment_add_row(j->assignment, row, &need, j->candidates + j->first[row],
                                   j->first[row + 1] - j->first[row], error);
}

static void count_late(job *j) {
  size_t count;
  const MusterAssignRow *changed = muster_assignment_changed(j->assignment, &count);
  for (size_t i = 0; i < count; i++) {
    MusterAssignRow row = changed[i];
    bool served = muster_assignment_column_of(j->assignment, row) != MUSTER_NONE;
    bool late = served && misses(j, muster_assignment_cost_of(j->assignment, row).time_ms);
    j->late += late;
    j->late -= j->is_late[row];
    j->is_late[row] = late;
  }
}

typedef struct summary {
  uint32_t served;
  size_t late;
  int64_t total;
} summary;

static summary summarise(const job *j) {
  MusterAssignTotals totals;
  muster_assignment_totals(j->assignment, &totals);
  return (summary){totals.served, j->late, totals.time_ms};
}

/* ---- at once ---- */

static bool solve(job *j, GError **error) {
  if (!muster_assignment_solve(j->assignment, 0, error)) return false;
  count_late(j);
  return true;
}

static void print_matching(FILE *stream, const job *j) {
  for (guint row = 0; row < j->costs.rows->len; row++) {
    MusterAssignColumn column = muster_assignment_column_of(j->assignment, row);
    if (column == MUSTER_NONE)
      fprintf(stream, "%" PRId64 " - -\n", row_id(j, row));
    else
      fprintf(stream, "%" PRId64 " %" PRId64 " %" PRId32 "\n", row_id(j, row), column_id(j, column),
              muster_assignment_cost_of(j->assignment, row).time_ms);
  }
  summary s = summarise(j);
  fprintf(stream, "# served %" PRIu32 " late %zu total %" PRId64 "\n", s.served, s.late, s.total);
}

static void print_matching_json(FILE *stream, const job *j) {
  fputs("{\"rows\":[", stream);
  for (guint row = 0; row < j->costs.rows->len; row++) {
    MusterAssignColumn column = muster_assignment_column_of(j->assignment, row);
    fprintf(stream, "%s{\"row\":%" PRId64, row ? "," : "", row_id(j, row));
    if (column == MUSTER_NONE)
      fputs(",\"column\":null,\"cost\":null}", stream);
    else
      fprintf(stream, ",\"column\":%" PRId64 ",\"cost\":%" PRId32 "}", column_id(j, column),
              muster_assignment_cost_of(j->assignment, row).time_ms);
  }
  summary s = summarise(j);
  fprintf(stream, "],\"served\":%" PRIu32 ",\"late\":%zu,\"total\":%" PRId64 "}\n", s.served, s.late, s.total);
}

/* ---- event by event ---- */

static bool happen(job *j, const mt_event *event, GError **error) {
  bool done = true;
  if (event->kind == MT_ARRIVE)
    done = add_row(j, event->number, error) && muster_assignment_solve(j->assignment, 0, error);
  else if (event->kind == MT_CLOSE)
    muster_assignment_remove(j->assignment, event->number);
  else if (event->kind == MT_LEAVE)
    done = muster_assignment_leave(j->assignment, event->number, error);
  else
    muster_assignment_return(j->assignment, event->number);
  if (done) count_late(j);
  return done;
}

static bool play(job *j, const GArray *events, summary *after, GError **error) {
  for (guint i = 0; i < events->len; i++) {
    if (!happen(j, &g_array_index(events, mt_event, i), error)) return false;
    after[i] = summarise(j);
  }
  return true;
}

static void print_events(FILE *stream, const summary *after, guint count, bool json) {
  if (json) fputs("{\"events\":[", stream);
  for (guint i = 0; i < count; i++)
    if (json)
      fprintf(stream, "%s{\"served\":%" PRIu32 ",\"late\":%zu,\"total\":%" PRId64 "}", i ? "," : "", after[i].served,
              after[i].late, after[i].total);
    else
      fprintf(stream, "%" PRIu32 " %zu %" PRId64 "\n", after[i].served, after[i].late, after[i].total);
  if (json) fputs("]}\n", stream);
}

/* ---- the command ---- */

static bool parse_cost(const char *text, const char *what, bool *has, int32_t *out, GError **error) {
  int64_t value;
  *has = text != NULL;
  if (!text) return true;
  if (!mt_parse_int64(text, what, -INT32_MAX, INT32_MAX, &value, error)) return false;
  *out = (int32_t)value;
  return true;
}

static bool add_all_rows(job *j, GError **error) {
  for (guint row = 0; row < j->costs.rows->len; row++)
    if (!add_row(j, row, error)) return false;
  return true;
}

static int run(const mt_command *command, int argc, char **argv) {
  g_autofree char *unserved = NULL, *deadline = NULL, *events_path = NULL;
  const GOptionEntry entries[] = {{"unserved", 0, 0, G_OPTION_ARG_STRING, &unserved, NULL, NULL},
                                  {"deadline", 0, 0, G_OPTION_ARG_STRING, &deadline, NULL, NULL},
                                  {"events", 0, 0, G_OPTION_ARG_FILENAME, &events_path, NULL, NULL},
                                  {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  GError *error = NULL;
  int64_t start_us = g_get_monotonic_time();
  g_auto(job) j = {0};
  if (!parse_cost(unserved, "--unserved", &j.has_unserved, &j.unserved, &error) ||
      !parse_cost(deadline, "--deadline", &j.has_deadline, &j.deadline, &error) ||
      !mt_costs_read(&j.costs, argv[1], &error))
    return mt_fail(&error);
  g_autoptr(GArray) events = events_path ? mt_events_read(&j.costs, events_path, &error) : NULL;
  if ((events_path && !events) || !prepare(&j, &error)) return mt_fail(&error);
  if (!events && !add_all_rows(&j, &error)) return mt_fail(&error);
  g_autofree summary *after = g_new(summary, events ? events->len + 1 : 1);

  int64_t loaded_us = g_get_monotonic_time();
  if (events ? !play(&j, events, after, &error) : !solve(&j, &error)) return mt_fail(&error);
  int64_t done_us = g_get_monotonic_time();

  mt_output output;
  if (!mt_output_open(&output, NULL, &error)) return mt_fail(&error);
  if (events)
    print_events(output.stream, after, events->len, common.json);
  else
    (common.json ? print_matching_json : print_matching)(output.stream, &j);
  if (!mt_output_commit(&output, &error)) return mt_fail(&error);
  mt_print_timing(&common, loaded_us - start_us, done_us - loaded_us, events ? events->len : j.costs.rows->len);
  return MT_DONE;
}

const mt_command mt_assign = {
    "assign",
    "COSTS [--unserved COST] [--deadline COST] [--events FILE]",
    "rows matched to columns at the least total cost",
    "COSTS holds \"ROW COLUMN COST\", three whole numbers a line: the pairs that are possible. A row gets at most one\n"
    "column, a column serves at most one row. Blank lines and what follows a # are passed over; of several costs of\n"
    "one pair the least counts; - is standard input. Prints \"ROW COLUMN COST\" a line, or \"ROW - -\" for a row that\n"
    "stays unserved, in the order in which COSTS first names the rows, then \"# served N late N total T\".\n"
    "\n"
    "  --unserved COST    what leaving a row unserved costs: rows are left where that is cheaper, and T counts it.\n"
    "                     Without it as many rows as possible are served, whatever that costs\n"
    "  --deadline COST    a row at a cost above this is late. As few rows as possible miss the deadline, late or\n"
    "                     unserved; among such matchings the rules above decide\n"
    "  --events FILE      nothing is there at first but the columns. FILE holds \"arrive ROW\", \"close ROW\" (its\n"
    "                     column comes free), \"leave COLUMN\" or \"return COLUMN\" a line. After each the matching "
    "is\n"
    "                     the best one again, and \"SERVED LATE TOTAL\" is printed, a line an event. A row\n"
    "                     that COSTS does not name may arrive; nothing can serve it\n"
    "\n"
    "Of several best matchings the one with the least sum of hashes of its row and column numbers is taken, so the\n"
    "order of lines does not matter. Costs lie between -2147483647 and 2147483647; sums that could overflow are\n"
    "refused.\n"
    "\n"
    "--json prints {\"rows\":[{\"row\":…,\"column\":…,\"cost\":…}, …],\"served\":…,\"late\":…,\"total\":…}, column "
    "and\n"
    "cost null for a row unserved; with --events {\"events\":[{\"served\":…,\"late\":…,\"total\":…}, …]}.\n"
    "--timing: load is reading and sorting, work the matching, items the rows or events.\n",
    run,
};
