/* Times between all pairs: one k-nearest search a row (or a column, whichever are fewer) that ends when all the others
 * have been met. */
#include "route/nearest.h"

static void put_all(MusterSearch *search, const MusterRoadPoint *points, size_t count) {
  if (!search->targets) search->targets = muster_fleet_new(search->network);
  muster_fleet_set_metric(search->targets, search->metric);
  for (size_t i = 0; i < count; i++) muster_fleet_put(search->targets, (MusterResponder)i, &points[i], 0);
}

static void remove_all(MusterSearch *search, size_t count) {
  for (size_t i = 0; i < count; i++) muster_fleet_remove(search->targets, (MusterResponder)i);
}

void muster_search_matrix(MusterSearch *search, const MusterRoadPoint *sources, size_t source_count,
                          const MusterRoadPoint *targets, size_t target_count, uint32_t *out_ms) {
  for (size_t i = 0; i < source_count; i++) g_return_if_fail(mi_point_is_valid(search->graph, &sources[i]));
  for (size_t i = 0; i < target_count; i++) g_return_if_fail(mi_point_is_valid(search->graph, &targets[i]));
  for (size_t i = 0; i < source_count * target_count; i++) out_ms[i] = MUSTER_UNREACHABLE_MS;
  bool by_rows = source_count <= target_count;
  const MusterRoadPoint *starts = by_rows ? sources : targets, *ends = by_rows ? targets : sources;
  size_t start_count = MIN(source_count, target_count), end_count = MAX(source_count, target_count);
  size_t start_step = by_rows ? target_count : 1, end_step = by_rows ? 1 : target_count;
  if (start_count == 0) return;

  put_all(search, ends, end_count);
  MusterTravelHit *hits = mi_buffer_reserve(&search->hits, end_count, sizeof(MusterTravelHit));
  for (size_t i = 0; i < start_count; i++) {
    mi_layer layer = {search, search->targets, &starts[i], NULL};
    mi_question question = {
        .direction = by_rows ? MUSTER_FROM_PLACE : MUSTER_TO_PLACE, .k = end_count, .limit_ms = MUSTER_UNREACHABLE_MS};
    size_t found = mi_nearest_run(&layer, 1, &question, hits);
    for (size_t j = 0; j < found; j++) out_ms[i * start_step + hits[j].responder * end_step] = hits[j].time_ms;
  }
  remove_all(search, end_count);
}
