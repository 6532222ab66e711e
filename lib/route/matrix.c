/* Times between all pairs.
 *
 * On the hierarchy: the ancestors of all ends of one side are laid out once, root first; then sixteen places of the
 * other side at a time climb to the root, and one sweep over the layout hands their times down (RPHAST: Delling,
 * Goldberg, Werneck, "Faster Batched Shortest Paths in Road Networks", ATMOS 2011; on customizable hierarchies Strasser
 * & Zeitz, SEA 2021). Sixteen neighbouring numbers are what one or two vector instructions work on. Without a
 * hierarchy: one k-nearest search a place that ends when all the others have been met.
 */
#include "route/nearest.h"

enum { LANES = 16 };

/* Which places are taken sixteen at a time ("starts", the fewer), and how their times lie in the matrix. */
typedef struct sides {
  const MusterRoadPoint *starts, *ends;
  size_t start_count, end_count;
  size_t start_step, end_step; /* in the matrix, from one start (end) to the next */
  bool forward;                /* times run from starts to ends */
} sides;

static sides choose_sides(const MusterRoadPoint *sources, size_t source_count, const MusterRoadPoint *targets,
                          size_t target_count) {
  if (source_count <= target_count) return (sides){sources, targets, source_count, target_count, target_count, 1, true};
  return (sides){targets, sources, target_count, source_count, 1, target_count, false};
}

/* ---- on the hierarchy ---- */

/* The ancestors of the ends, root first, with their chords among them. Rows of sixteen times, one a node. */
typedef struct layout {
  uint32_t *nodes;   /* row → node, descending */
  uint32_t *first;   /* row → its chords; row_count + 1 */
  uint32_t *above;   /* chord → row of its upper node */
  uint32_t *time_ms; /* chord → from its upper node to the row's, or back */
  uint32_t *rows;    /* row_count × LANES */
  uint32_t row_count;
} layout;

static uint32_t row_of(const MusterSearch *search, MusterNode node) {
  return search->labels[node].query == search->query ? search->labels[node].time_ms : MUSTER_NONE;
}

static int compare_descending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x < y) - (x > y);
}

static void mark_ancestors(MusterSearch *search, MusterNode node, layout *l) {
  const mi_hierarchy *h = search->metric->hierarchy;
  for (; node != MUSTER_NONE && search->labels[node].query != search->query; node = h->parent[node]) {
    search->labels[node].query = search->query;
    l->nodes = mi_buffer_reserve(&search->matrix_nodes, (size_t)l->row_count + 1, sizeof *l->nodes);
    l->nodes[l->row_count++] = node;
  }
}

static void lay_out(MusterSearch *search, const sides *s, layout *l) {
  const mi_hierarchy *h = search->metric->hierarchy;
  const uint32_t *chord_ms = s->forward ? search->metric->down_ms : search->metric->up_ms;
  *l = (layout){0};
  mi_search_begin(search);
  for (size_t i = 0; i < s->end_count; i++) {
    mi_end ends[MI_ENDS_MAX];
    unsigned count = mi_point_ends(search->metric, &s->ends[i], ends);
    for (unsigned j = 0; j < count; j++) mark_ancestors(search, ends[j].node, l);
  }
  if (l->row_count) qsort(l->nodes, l->row_count, sizeof *l->nodes, compare_descending);
  size_t chords = 0;
  for (uint32_t row = 0; row < l->row_count; row++) {
    MusterNode node = l->nodes[row];
    search->labels[node].time_ms = row;
    chords += h->chords.first_up[node + 1] - h->chords.first_up[node];
  }
  l->first = mi_buffer_reserve(&search->matrix_first, (size_t)l->row_count + 1, sizeof *l->first);
  l->above = mi_buffer_reserve(&search->matrix_above, chords + 1, sizeof *l->above);
  l->time_ms = mi_buffer_reserve(&search->matrix_times, chords + 1, sizeof *l->time_ms);
  l->rows = mi_buffer_reserve(&search->matrix_rows, (size_t)l->row_count + 1, LANES * sizeof *l->rows);
  uint32_t placed = 0;
  for (uint32_t row = 0; row < l->row_count; row++) {
    l->first[row] = placed;
    for (uint32_t i = h->chords.first_up[l->nodes[row]]; i < h->chords.first_up[l->nodes[row] + 1]; i++) {
      if (chord_ms[i] == MUSTER_UNREACHABLE_MS) continue;
      l->above[placed] = search->labels[h->chords.head[i]].time_ms;
      l->time_ms[placed++] = chord_ms[i];
    }
  }
  l->first[l->row_count] = placed;
}

/* The times from (or to) one start at its ancestors, into its lane. */
static void climb_lane(MusterSearch *search, const sides *s, const MusterRoadPoint *start, const layout *l,
                       unsigned lane) {
  const mi_hierarchy *h = search->metric->hierarchy;
  const uint32_t *chord_ms = s->forward ? search->metric->up_ms : search->metric->down_ms;
  mi_end ends[MI_ENDS_MAX];
  unsigned count = mi_point_ends(search->metric, start, ends);
  mi_chains chains = mi_climb_chains(h, ends, count, s->forward);
  for (unsigned i = 0; i < chains.count; i++)
    for (MusterNode node = mi_climb_begin(&search->up, h, ends, chains.ends[i], s->forward); node != MUSTER_NONE;
         node = h->parent[node]) {
      uint64_t time_ms = mi_climb_take(&search->up, h->depth[node]);
      if (time_ms >= MUSTER_UNREACHABLE_MS) continue;
      uint32_t row = row_of(search, node);
      if (row != MUSTER_NONE) {
        uint32_t *at = &l->rows[(size_t)row * LANES + lane];
        *at = MIN(*at, (uint32_t)time_ms);
      }
      mi_climb_relax(&search->up, h, chord_ms, node, time_ms);
    }
}

/* A row stays in registers while its chords are looked at. min(a, max − t) + t is a + t, saturated. */
static inline __attribute__((always_inline)) void sweep_rows(const layout *l) {
  for (uint32_t row = 0; row < l->row_count; row++) {
    uint32_t best_ms[LANES], *to = &l->rows[(size_t)row * LANES];
    for (unsigned lane = 0; lane < LANES; lane++) best_ms[lane] = to[lane];
    for (uint32_t i = l->first[row]; i < l->first[row + 1]; i++) {
      const uint32_t *from = &l->rows[(size_t)l->above[i] * LANES];
      uint32_t time_ms = l->time_ms[i], most_ms = MUSTER_UNREACHABLE_MS - time_ms;
      for (unsigned lane = 0; lane < LANES; lane++) {
        uint32_t through_ms = MIN(from[lane], most_ms) + time_ms;
        best_ms[lane] = MIN(best_ms[lane], through_ms);
      }
    }
    for (unsigned lane = 0; lane < LANES; lane++) to[lane] = best_ms[lane];
  }
}

static void sweep_plain(const layout *l) { sweep_rows(l); }

#if defined(__x86_64__)
/* The same on wider vectors: the same numbers. */
__attribute__((target("avx2"))) static void sweep_wide(const layout *l) { sweep_rows(l); }
#endif

static void sweep(const layout *l) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {
    sweep_wide(l);
    return;
  }
#endif
  sweep_plain(l);
}

/* Along the link of both, if they share one. */
static uint32_t direct_ms(const MusterMetric *metric, const sides *s, const MusterRoadPoint *start,
                          const MusterRoadPoint *end) {
  if (start->node != MUSTER_NONE || end->node != MUSTER_NONE || start->link != end->link) return MUSTER_UNREACHABLE_MS;
  return s->forward ? mi_point_direct_ms(metric, start, end) : mi_point_direct_ms(metric, end, start);
}

static void read_lanes(const MusterSearch *search, const sides *s, const layout *l, size_t first, unsigned lanes,
                       uint32_t *out_ms) {
  for (size_t j = 0; j < s->end_count; j++) {
    mi_end ends[MI_ENDS_MAX];
    unsigned count = mi_point_ends(search->metric, &s->ends[j], ends);
    for (unsigned lane = 0; lane < lanes; lane++) {
      const MusterRoadPoint *start = &s->starts[first + lane];
      uint32_t best_ms = direct_ms(search->metric, s, start, &s->ends[j]);
      for (unsigned i = 0; i < count; i++) {
        uint32_t end_ms = s->forward ? ends[i].in_ms : ends[i].out_ms;
        uint32_t row = row_of(search, ends[i].node);
        best_ms = MIN(best_ms, mi_time_add(l->rows[(size_t)row * LANES + lane], end_ms));
      }
      out_ms[(first + lane) * s->start_step + j * s->end_step] = best_ms;
    }
  }
}

static void fill_by_sweeps(MusterSearch *search, const sides *s, uint32_t *out_ms) {
  layout l;
  lay_out(search, s, &l);
  for (size_t first = 0; first < s->start_count; first += LANES) {
    unsigned lanes = (unsigned)MIN(s->start_count - first, (size_t)LANES);
    for (size_t i = 0; i < (size_t)l.row_count * LANES; i++) l.rows[i] = MUSTER_UNREACHABLE_MS;
    for (unsigned lane = 0; lane < lanes; lane++) climb_lane(search, s, &s->starts[first + lane], &l, lane);
    sweep(&l);
    read_lanes(search, s, &l, first, lanes, out_ms);
  }
}

/* ---- without one ---- */

static void put_all(MusterSearch *search, const MusterRoadPoint *points, size_t count) {
  if (!search->targets) search->targets = muster_fleet_new(search->network);
  muster_fleet_set_metric(search->targets, search->metric);
  for (size_t i = 0; i < count; i++) muster_fleet_put(search->targets, (MusterResponder)i, &points[i], 0);
}

static void remove_all(MusterSearch *search, size_t count) {
  for (size_t i = 0; i < count; i++) muster_fleet_remove(search->targets, (MusterResponder)i);
}

static void fill_by_searches(MusterSearch *search, const sides *s, uint32_t *out_ms) {
  for (size_t i = 0; i < s->start_count * s->end_count; i++) out_ms[i] = MUSTER_UNREACHABLE_MS;
  put_all(search, s->ends, s->end_count);
  MusterTravelHit *hits = mi_buffer_reserve(&search->hits, s->end_count, sizeof(MusterTravelHit));
  for (size_t i = 0; i < s->start_count; i++) {
    mi_layer layer = {search, search->targets, &s->starts[i]};
    mi_question question = {.direction = s->forward ? MUSTER_FROM_PLACE : MUSTER_TO_PLACE,
                            .k = s->end_count,
                            .limit_ms = MUSTER_UNREACHABLE_MS};
    size_t found = mi_nearest_run(&layer, 1, &question, hits);
    for (size_t j = 0; j < found; j++) out_ms[i * s->start_step + hits[j].responder * s->end_step] = hits[j].time_ms;
  }
  remove_all(search, s->end_count);
}

void muster_search_matrix(MusterSearch *search, const MusterRoadPoint *sources, size_t source_count,
                          const MusterRoadPoint *targets, size_t target_count, uint32_t *out_ms) {
  for (size_t i = 0; i < source_count; i++) g_return_if_fail(mi_point_is_valid(search->graph, &sources[i]));
  for (size_t i = 0; i < target_count; i++) g_return_if_fail(mi_point_is_valid(search->graph, &targets[i]));
  sides s = choose_sides(sources, source_count, targets, target_count);
  if (s.start_count == 0) return;
  (search->metric->hierarchy ? fill_by_sweeps : fill_by_searches)(search, &s, out_ms);
}
