/* Arrival processes: everyday load thinned by the hour, the flood's gamma pulse behind a moving front with Hawkes
 * clusters, repeated reports, engaged telephone lines.
 *
 * The everyday load is a Poisson number a day placed by the hours' weights, which is a Poisson process with that
 * intensity. A cluster process drawn parent by parent is the Hawkes process (Hawkes & Oakes, J. Appl. Prob. 1974).
 * Lines: a loss system whose lost callers redial or give up; callers by app never wait.
 */
#include "sim/arrivals.h"

#include <math.h>
#include <string.h>

static const int64_t DAY_MS = 86400000;

typedef struct Drawing {
  const mi_ground *ground;
  const MusterScenario *scenario;
  const mi_flood *flood;
  int64_t end_ms;
  mi_random random;
  GArray *arrivals; /* of mi_arrival */
} Drawing;

uint64_t mi_sim_stream(uint32_t run, uint32_t purpose) { return (uint64_t)run << 8 | purpose; }

static uint16_t draw_kind(Drawing *drawing, bool flood) {
  const MusterScenario *scenario = drawing->scenario;
  double sum = 0;
  for (size_t i = 0; i < scenario->kind_count; i++)
    sum += flood ? scenario->kinds[i].flood : scenario->kinds[i].ordinary;
  double at = mi_random_unit(&drawing->random) * sum;
  for (size_t i = 0; i + 1 < scenario->kind_count; i++) {
    at -= flood ? scenario->kinds[i].flood : scenario->kinds[i].ordinary;
    if (at < 0) return (uint16_t)i;
  }
  return (uint16_t)(scenario->kind_count - 1);
}

static uint32_t grid_at(const mi_ground *ground, MusterPosition position) {
  MusterAreaId area = muster_county_locate(ground->county, position);
  return area == MUSTER_NONE ? MUSTER_NONE : area - ground->first_grid;
}

static bool is_urban(const mi_ground *ground, uint32_t grid) {
  return grid != MUSTER_NONE &&
         muster_county_areas(ground->county, NULL)[ground->first_grid + grid].kind == MUSTER_COMMUNITY_URBAN;
}

/* An incident of its own; what follows from it is drawn at once so that the number of draws is the same whatever
 * becomes of it. */
static void add_incident(Drawing *drawing, int64_t onset_ms, MusterPosition position, bool flood) {
  const MusterScenario *scenario = drawing->scenario;
  mi_random *random = &drawing->random;
  mi_arrival arrival = {.onset_ms = onset_ms,
                        .position = position,
                        .grid = grid_at(drawing->ground, position),
                        .repeats = MUSTER_NONE,
                        .recognised_ms = -1,
                        .from_flood = flood};
  arrival.kind = draw_kind(drawing, flood);
  arrival.by_app = mi_random_unit(random) < scenario->app_share;
  arrival.high_floor = mi_random_unit(random) < scenario->high_rise && is_urban(drawing->ground, arrival.grid);
  arrival.wrong_address = mi_random_unit(random) < scenario->wrong_address;
  double resolved_h = mi_random_exponential(random, 1);
  arrival.resolved_ms = scenario->resolution > 0
                            ? onset_ms + (int64_t)fmin(resolved_h / scenario->resolution * 3600000, 1e15)
                            : INT64_MAX;
  double patience = mi_random_lognormal(random, 1, scenario->patience_sigma);
  arrival.patience_ms = scenario->patience_min > 0 ? (int64_t)(patience * scenario->patience_min * 60000) : INT64_MAX;
  g_array_append_val(drawing->arrivals, arrival);
}

static void draw_everyday(Drawing *drawing) {
  const MusterScenario *scenario = drawing->scenario;
  const mi_ground *ground = drawing->ground;
  double ends[MI_HOURS], sum = 0, mean = scenario->load * ground->load_residents / 1000;
  for (size_t i = 0; i < MI_HOURS; i++) ends[i] = sum += scenario->load_by_hour[i];
  for (int64_t day_ms = 0; day_ms < drawing->end_ms; day_ms += DAY_MS) {
    uint32_t count = mi_random_poisson(&drawing->random, mean);
    for (uint32_t i = 0; i < count; i++) {
      double at = mi_random_unit(&drawing->random) * sum;
      int64_t hour = 0;
      while (hour < MI_HOURS - 1 && ends[hour] <= at) hour++;
      int64_t onset_ms = day_ms + hour * 3600000 + (int64_t)mi_random_below(&drawing->random, 3600000);
      uint32_t grid = mi_ground_draw_grid(ground, ground->weight_ends, &drawing->random);
      add_incident(drawing, onset_ms, mi_ground_draw_place(ground, grid, &drawing->random), false);
    }
  }
}

/* Those set off by arrival `parent`, and by those in turn. */
static void draw_cluster(Drawing *drawing, size_t parent) {
  const MusterScenario *scenario = drawing->scenario;
  for (size_t next = parent; next < drawing->arrivals->len; next++) {
    mi_arrival origin = g_array_index(drawing->arrivals, mi_arrival, next);
    uint32_t count = mi_random_poisson(&drawing->random, scenario->branching);
    for (uint32_t i = 0; i < count; i++) {
      int64_t delay_ms = (int64_t)(mi_random_exponential(&drawing->random, scenario->kernel_min) * 60000);
      MusterPosition place = mi_ground_draw_near(origin.position, scenario->kernel_m, &drawing->random);
      if (grid_at(drawing->ground, place) == MUSTER_NONE) place = origin.position;
      if (origin.onset_ms + delay_ms < drawing->end_ms) add_incident(drawing, origin.onset_ms + delay_ms, place, true);
    }
  }
}

static void draw_flood(Drawing *drawing) {
  const MusterScenario *scenario = drawing->scenario;
  const mi_ground *ground = drawing->ground;
  double total = scenario->flood * ground->load_residents / 1000;
  uint32_t count = mi_random_poisson(&drawing->random, total * (1 - scenario->branching));
  for (uint32_t i = 0; i < count; i++) {
    uint32_t grid = mi_ground_draw_grid(ground, drawing->flood->ends, &drawing->random);
    double after_h = mi_random_gamma(&drawing->random, scenario->pulse_h, scenario->pulse_sd_h);
    int64_t onset_ms = drawing->flood->front_ms[grid] + (int64_t)(after_h * 3600000);
    MusterPosition place = mi_ground_draw_place(ground, grid, &drawing->random);
    if (onset_ms >= drawing->end_ms) continue;
    size_t parent = drawing->arrivals->len;
    add_incident(drawing, onset_ms, place, true);
    draw_cluster(drawing, parent);
  }
}

/* Geometric number of further callers with the scenario's mean. */
static uint32_t draw_repeat_count(Drawing *drawing) {
  double mean = drawing->scenario->duplicates, u = mi_random_unit(&drawing->random);
  return mean > 0 ? (uint32_t)fmin(floor(log1p(-u) / log(mean / (1 + mean))), 1000) : 0;
}

static void draw_repeats(Drawing *drawing) {
  const MusterScenario *scenario = drawing->scenario;
  mi_random *random = &drawing->random;
  size_t originals = drawing->arrivals->len;
  for (size_t i = 0; i < originals; i++) {
    mi_arrival origin = g_array_index(drawing->arrivals, mi_arrival, i);
    for (uint32_t left = draw_repeat_count(drawing); left > 0; left--) {
      mi_arrival repeat = origin;
      repeat.repeats = (uint32_t)i;
      repeat.onset_ms += (int64_t)(mi_random_unit(random) * scenario->duplicate_min * 60000);
      repeat.position = mi_ground_draw_near(origin.position, scenario->duplicate_m, random);
      repeat.grid = grid_at(drawing->ground, repeat.position);
      repeat.by_app = mi_random_unit(random) < scenario->app_share;
      bool recognised = mi_random_unit(random) < scenario->recognised;
      double after_s = mi_random_exponential(random, 1) * scenario->recognise_s;
      /* Relative to the report until the lines have been passed. */
      repeat.recognised_ms = recognised ? (int64_t)(after_s * 1000) : -1;
      g_array_append_val(drawing->arrivals, repeat);
    }
  }
}

/* ---- telephone lines ---- */

typedef struct Attempt {
  int64_t at_ms;
  uint32_t arrival;
} Attempt;

static gint compare_attempts(gconstpointer a, gconstpointer b, gpointer unused) {
  (void)unused;
  const Attempt *left = a, *right = b;
  if (left->at_ms != right->at_ms) return left->at_ms < right->at_ms ? -1 : 1;
  return left->arrival < right->arrival ? -1 : left->arrival > right->arrival;
}

/* The line that is free first; callers beyond the number of lines hear the engaged tone. */
static size_t first_free(const int64_t *free_at_ms, size_t lines) {
  size_t least = 0;
  for (size_t i = 1; i < lines; i++)
    if (free_at_ms[i] < free_at_ms[least]) least = i;
  return least;
}

static void pass_lines(Drawing *drawing) {
  const MusterScenario *scenario = drawing->scenario;
  mi_random *random = &drawing->random;
  size_t lines = (size_t)fmax(1, ceil(scenario->lines * drawing->ground->load_residents / 100000));
  g_autofree int64_t *free_at_ms = g_new0(int64_t, lines);
  GTree *attempts = g_tree_new_full(compare_attempts, NULL, g_free, NULL);
  for (uint32_t i = 0; i < drawing->arrivals->len; i++) {
    mi_arrival *arrival = &g_array_index(drawing->arrivals, mi_arrival, i);
    arrival->reported_ms = arrival->onset_ms;
    if (arrival->by_app) continue;
    Attempt first = {arrival->onset_ms, i};
    g_tree_insert(attempts, g_memdup2(&first, sizeof first), NULL);
  }
  for (GTreeNode *node; (node = g_tree_node_first(attempts));) {
    Attempt attempt = *(const Attempt *)g_tree_node_key(node);
    g_tree_remove(attempts, &attempt);
    mi_arrival *arrival = &g_array_index(drawing->arrivals, mi_arrival, attempt.arrival);
    size_t line = first_free(free_at_ms, lines);
    if (free_at_ms[line] <= attempt.at_ms) {
      arrival->reported_ms = attempt.at_ms;
      free_at_ms[line] = attempt.at_ms + (int64_t)(mi_random_exponential(random, scenario->call_min) * 60000);
      continue;
    }
    arrival->redials++;
    arrival->reported_ms = -1;
    if (mi_random_unit(random) < scenario->give_up) continue;
    Attempt again = {attempt.at_ms + 1 + (int64_t)(mi_random_exponential(random, scenario->redial_s) * 1000),
                     attempt.arrival};
    g_tree_insert(attempts, g_memdup2(&again, sizeof again), NULL);
  }
  g_tree_destroy(attempts);
}

/* ---- the finished list ---- */

typedef struct Ranked {
  int64_t reported_ms, onset_ms;
  uint32_t drawn;
} Ranked;

static int compare_ranked(const void *a, const void *b) {
  const Ranked *left = a, *right = b;
  uint64_t left_ms = (uint64_t)left->reported_ms, right_ms = (uint64_t)right->reported_ms; /* −1 sorts last */
  if (left_ms != right_ms) return left_ms < right_ms ? -1 : 1;
  if (left->onset_ms != right->onset_ms) return left->onset_ms < right->onset_ms ? -1 : 1;
  return left->drawn < right->drawn ? -1 : left->drawn > right->drawn;
}

/* Orders, and renames what repeats what: a repeated report that got through before its original, or whose original
 * never did, takes its place, so that each incident is known by its first report; the original is then recognised as
 * its repetition would have been. */
static void finish_list(GArray *arrivals, mi_arrivals *out) {
  size_t count = arrivals->len;
  g_autofree Ranked *order = g_new(Ranked, count);
  g_autofree uint32_t *first = g_new(uint32_t, count);   /* of each original: the first place that reports it */
  g_autofree int64_t *unused_ms = g_new(int64_t, count); /* … and the recognition drawn for the one there */
  for (uint32_t i = 0; i < count; i++) {
    const mi_arrival *arrival = &g_array_index(arrivals, mi_arrival, i);
    order[i] = (Ranked){arrival->reported_ms, arrival->onset_ms, i};
    first[i] = MUSTER_NONE;
  }
  if (count) qsort(order, count, sizeof *order, compare_ranked);
  out->list = g_new(mi_arrival, count);
  out->count = count;
  for (uint32_t i = 0; i < count; i++) {
    mi_arrival *arrival = &out->list[i];
    *arrival = g_array_index(arrivals, mi_arrival, order[i].drawn);
    uint32_t original = arrival->repeats == MUSTER_NONE ? order[i].drawn : arrival->repeats;
    bool is_first = first[original] == MUSTER_NONE;
    if (is_first) {
      first[original] = i;
      unused_ms[original] = arrival->recognised_ms;
    } else if (arrival->repeats == MUSTER_NONE) {
      arrival->recognised_ms = unused_ms[original];
    }
    arrival->repeats = is_first ? MUSTER_NONE : first[original];
    if (is_first || arrival->reported_ms < 0)
      arrival->recognised_ms = -1;
    else if (arrival->recognised_ms >= 0)
      arrival->recognised_ms += arrival->reported_ms;
  }
}

void mi_arrivals_draw(const mi_ground *ground, const MusterScenario *scenario, uint32_t days, uint64_t seed,
                      uint32_t run, mi_arrivals *out) {
  mi_flood_draw(ground, scenario, seed, run, &out->flood);
  Drawing drawing = {.ground = ground,
                     .scenario = scenario,
                     .flood = &out->flood,
                     .end_ms = (int64_t)days * DAY_MS,
                     .arrivals = g_array_new(FALSE, FALSE, sizeof(mi_arrival))};
  static void (*const steps[])(Drawing *) = {draw_everyday, draw_flood, draw_repeats, pass_lines};
  for (uint32_t i = 0; i < G_N_ELEMENTS(steps); i++) {
    /* Each process has its own stream: a change in one leaves the others as they were. */
    mi_random_init(&drawing.random, seed, mi_sim_stream(run, i));
    if (i != 1 || scenario->flood > 0) steps[i](&drawing);
  }
  finish_list(drawing.arrivals, out);
  g_array_unref(drawing.arrivals);
}

void mi_arrivals_clear(mi_arrivals *arrivals) {
  g_free(arrivals->list);
  mi_flood_clear(&arrivals->flood);
  *arrivals = (mi_arrivals){0};
}
