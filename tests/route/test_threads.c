/* Threads that ask while another derives and publishes metrics: readers with a search and a fleet of their own follow
 * the cell, others ask one fleet together. Every answer is the one worked out beforehand for the roads it was asked on.
 * Meant to run under ThreadSanitizer too. */
#include <pthread.h>
#include <string.h>

#include "road/metric.h"
#include "route/nearest.h"
#include "route/networks.h"
#include "support/support.h"

enum { STAGES = 6, CLOSED = 25, QUESTIONS = 24, RESPONDERS = 60, K = 5, ROUNDS = 4, READERS = 2, ASKERS = 3 };

typedef struct answers {
  uint64_t checksum; /* of the metric they belong to */
  uint32_t time_ms[QUESTIONS];
  MusterNearest nearest[QUESTIONS][K];
  size_t nearest_count[QUESTIONS];
} answers;

typedef struct scene {
  MusterNetwork *network;
  MusterRoadPoint from[QUESTIONS], to[QUESTIONS], homes[RESPONDERS];
  MusterArc closed[STAGES][CLOSED]; /* of stage 0 nothing is closed */
  uint32_t *weights[STAGES];
  answers expected[STAGES];
  MusterMetricCell *cell;
  MusterFleet *shared; /* on the metric of shared_stage */
  unsigned shared_stage;
} scene;

static MusterNearestOptions question_options(size_t question) {
  return (MusterNearestOptions){.direction = question % 2 ? MUSTER_TO_PLACE : MUSTER_FROM_PLACE,
                                .skills = question % 3 ? 0 : 1,
                                .k = K,
                                .limit_ms = MUSTER_UNREACHABLE_MS};
}

static MusterFleet *make_fleet(const scene *s) {
  MusterFleet *fleet = muster_fleet_new(s->network);
  for (uint32_t i = 0; i < RESPONDERS; i++) muster_fleet_put(fleet, i, &s->homes[i], i % 4);
  for (uint32_t i = 0; i < RESPONDERS; i += 5) muster_fleet_set_available(fleet, i, false);
  return fleet;
}

static uint64_t checksum_of(const MusterMetric *metric) {
  MusterMetricInfo info;
  muster_metric_info(metric, &info);
  return info.checksum;
}

/* ---- the answers, by plain searches in one thread ---- */

static void work_out(scene *s, unsigned stage) {
  g_autoptr(MusterMetric) metric = muster_metric_new(s->network, s->weights[stage], 1);
  g_autoptr(MusterSearch) search = muster_search_new(s->network);
  g_autoptr(MusterFleet) fleet = make_fleet(s);
  muster_search_set_metric(search, metric);
  muster_fleet_set_metric(fleet, metric);
  answers *expected = &s->expected[stage];
  expected->checksum = checksum_of(metric);
  for (size_t i = 0; i < QUESTIONS; i++) {
    MusterNearestOptions options = question_options(i);
    expected->time_ms[i] = mi_search_dijkstra_within(search, &s->from[i], &s->to[i], MUSTER_UNREACHABLE_MS);
    expected->nearest_count[i] = mi_search_nearest_dijkstra(search, fleet, &s->from[i], &options, expected->nearest[i]);
  }
}

static void scene_init(scene *s, mi_random *random) {
  *s = (scene){.network = random_network(random, &(network_options){300, 480, 900, 5, 15, 20, MUSTER_MODE_FOOT})};
  const mi_graph *graph = mi_network_graph(s->network);
  for (size_t i = 0; i < QUESTIONS; i++) {
    s->from[i] = random_point(random, s->network);
    s->to[i] = random_point(random, s->network);
  }
  for (size_t i = 0; i < RESPONDERS; i++) s->homes[i] = random_point(random, s->network);
  for (unsigned stage = 0; stage < STAGES; stage++) {
    s->weights[stage] = g_memdup2(graph->weight_ms, graph->arc_count * sizeof(uint32_t));
    for (size_t i = 0; i < CLOSED; i++) {
      s->closed[stage][i] = mi_random_below(random, graph->arc_count);
      if (stage > 0) s->weights[stage][s->closed[stage][i]] = MUSTER_UNREACHABLE_MS;
    }
    work_out(s, stage);
  }
}

static void scene_clear(scene *s) {
  for (unsigned stage = 0; stage < STAGES; stage++) g_free(s->weights[stage]);
  muster_network_unref(s->network);
}

/* ---- threads ---- */

static void check_answers(const scene *s, const answers *expected, MusterSearch *search, const MusterFleet *fleet) {
  for (size_t i = 0; i < QUESTIONS; i++) {
    MusterNearest found[K];
    MusterNearestOptions options = question_options(i);
    g_assert_cmpuint(muster_search_time_ms(search, &s->from[i], &s->to[i]), ==, expected->time_ms[i]);
    g_assert_cmpuint(mi_search_nearest_lists(search, fleet, &s->from[i], &options, found), ==,
                     expected->nearest_count[i]);
    g_assert_cmpmem(found, expected->nearest_count[i] * sizeof *found, expected->nearest[i],
                    expected->nearest_count[i] * sizeof *found);
  }
}

static const answers *answers_of(const scene *s, const MusterMetric *metric) {
  uint64_t checksum = checksum_of(metric);
  for (unsigned stage = 0; stage < STAGES; stage++)
    if (s->expected[stage].checksum == checksum) return &s->expected[stage];
  g_assert_not_reached();
}

/* Follows the cell with a search and a fleet of its own. */
static void *follow(void *data) {
  scene *s = data;
  g_autoptr(MusterSearch) search = muster_search_new(s->network);
  g_autoptr(MusterFleet) fleet = make_fleet(s);
  for (int round = 0; round < 12; round++) {
    g_autoptr(MusterMetric) metric = muster_metric_cell_take(s->cell);
    muster_search_set_metric(search, metric);
    muster_fleet_set_metric(fleet, metric);
    check_answers(s, answers_of(s, metric), search, fleet);
  }
  return NULL;
}

/* Asks the one fleet that others ask too. */
static void *ask_shared(void *data) {
  scene *s = data;
  g_autoptr(MusterSearch) search = muster_search_new(s->network);
  muster_search_set_metric(search, s->shared->metric);
  for (int round = 0; round < 12; round++) check_answers(s, &s->expected[s->shared_stage], search, s->shared);
  return NULL;
}

static void publish_next(scene *s, MusterMetric **metric, MusterMetric *next) {
  muster_metric_cell_publish(s->cell, next);
  muster_metric_unref(*metric);
  *metric = next;
}

/* Closes and opens again what each stage wants, or makes its metric anew with helpers. */
static void *publish(void *data) {
  scene *s = data;
  MusterMetric *metric = muster_network_metric(s->network);
  muster_metric_cell_publish(s->cell, metric);
  for (unsigned i = 1; i < 4 * STAGES; i++) {
    unsigned stage = i % STAGES;
    if (i % 3 == 0) {
      publish_next(s, &metric, muster_metric_new(s->network, s->weights[stage], 3));
      publish_next(s, &metric, muster_network_metric(s->network));
    } else if (stage > 0) {
      publish_next(s, &metric, muster_metric_close(metric, s->closed[stage], CLOSED));
      publish_next(s, &metric, muster_metric_reopen(metric, s->closed[stage], CLOSED));
    }
  }
  muster_metric_unref(metric);
  return NULL;
}

typedef void *(*work)(void *data);

static void run_together(scene *s, const work *works, size_t count) {
  pthread_t threads[16];
  for (size_t i = 0; i < count; i++) g_assert_cmpint(pthread_create(&threads[i], NULL, works[i], s), ==, 0);
  for (size_t i = 0; i < count; i++) g_assert_cmpint(pthread_join(threads[i], NULL), ==, 0);
}

static void test_metrics(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  scene s;
  scene_init(&s, &random);
  g_autoptr(MusterMetric) own = muster_network_metric(s.network);
  s.cell = muster_metric_cell_new(own);
  s.shared = make_fleet(&s);
  work works[1 + READERS + ASKERS] = {publish};
  for (size_t i = 0; i < READERS + ASKERS; i++) works[1 + i] = i < READERS ? follow : ask_shared;
  for (int round = 0; round < ROUNDS; round++) {
    s.shared_stage = mi_random_below(&random, STAGES);
    g_autoptr(MusterMetric) metric = muster_metric_close(own, s.closed[s.shared_stage], s.shared_stage ? CLOSED : 0);
    muster_fleet_set_metric(s.shared, metric);
    run_together(&s, works, G_N_ELEMENTS(works));
  }
  muster_fleet_free(s.shared);
  muster_metric_cell_free(s.cell);
  scene_clear(&s);
}

/* ---- the network's own metric, asked for the first time by all at once ---- */

static void *ask_first(void *data) {
  scene *s = data;
  g_autoptr(MusterMetric) metric = muster_network_metric(s->network);
  g_assert_cmphex(checksum_of(metric), ==, s->expected[0].checksum);
  g_autoptr(MusterSearch) search = muster_search_new(s->network);
  for (size_t i = 0; i < QUESTIONS; i++)
    g_assert_cmpuint(muster_search_time_ms(search, &s->from[i], &s->to[i]), ==, s->expected[0].time_ms[i]);
  return NULL;
}

/* The same roads again, saved and opened: a network that nobody has asked yet. */
static MusterNetwork *open_again(const MusterNetwork *network) {
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "again.mnet", NULL);
  GError *error = NULL;
  g_assert_true(muster_network_save(network, path, &error));
  MusterNetwork *again = muster_network_open(path, &error);
  g_assert_no_error(error);
  test_folder_remove(folder);
  return again;
}

static void test_first_metric(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 2);
  scene s;
  scene_init(&s, &random);
  static const work works[] = {ask_first, ask_first, ask_first, ask_first};
  for (int round = 0; round < 5; round++) {
    MusterNetwork *again = open_again(s.network);
    muster_network_unref(s.network);
    s.network = again;
    run_together(&s, works, G_N_ELEMENTS(works));
  }
  scene_clear(&s);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/threads/metrics/published-while-asked", test_metrics);
  g_test_add_func("/threads/metrics/first-asked-by-all", test_first_metric);
  return g_test_run();
}
