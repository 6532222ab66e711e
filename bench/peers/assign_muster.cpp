// Muster on an instance of assign_instance.c: adding the rows is the preparation, solving is timed.
#include <muster/assign.h>

#include "assign_file.h"

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "Usage: bench-assign-muster FILE\n");
    return 2;
  }
  const bench::Instance instance = bench::read_instance(argv[1]);
  std::vector<MusterAssignCandidate> candidates(instance.column_of.size());
  for (size_t i = 0; i < candidates.size(); i++)
    candidates[i] = {static_cast<MusterAssignColumn>(instance.column_of[i]), {0, instance.cost_ms[i], 0}};
  const auto rows = static_cast<uint32_t>(instance.rows), columns = static_cast<uint32_t>(instance.columns);
  const auto k = static_cast<size_t>(instance.k);
  bench::Watch watch;
  const MusterAssignLimits limits = {rows, columns, {0, 86400000, 0}};
  GError *error = nullptr;
  MusterAssignment *assignment = muster_assignment_new(&limits, MUSTER_ASSIGN_OPTIMAL, &error);
  for (MusterAssignColumn i = 0; i < columns && !error; i++) muster_assignment_add_column(assignment, i, i, 0, &error);
  for (MusterAssignRow i = 0; i < rows && !error; i++) {
    const MusterAssignNeed need = {i, 0, {0, instance.unserved_ms[i], 0}};
    muster_assignment_add_row(assignment, i, &need, &candidates[i * k], k, &error);
  }
  const double prepare_ms = watch.lap_ms();
  if (!error) muster_assignment_solve(assignment, 0, &error);
  const double solve_ms = watch.lap_ms();
  if (error) {
    std::fprintf(stderr, "%s\n", error->message);
    return 1;
  }
  MusterAssignTotals totals;
  muster_assignment_totals(assignment, &totals);
  bench::print_answer(prepare_ms, solve_ms, totals.time_ms, totals.served);
  muster_assignment_free(assignment);
  return 0;
}
