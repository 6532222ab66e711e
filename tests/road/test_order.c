/* Orders, separators and the definition of a valid hierarchy: on random graphs against slow definitions, and on graphs
 * of a shape no county has. */
#include "road/hierarchy.h"
#include "road/separator.h"

#include <muster/road.h>
#include <string.h>

#include "base/random.h"
#include "support/support.h"

/* ---- graphs ---- */

typedef struct graph {
  uint32_t node_count;
  GArray *edges; /* mi_edge */
  MusterPosition *positions;
} graph;

static void graph_init(graph *g, uint32_t node_count) {
  *g = (graph){node_count, g_array_new(FALSE, FALSE, sizeof(mi_edge)), g_new0(MusterPosition, node_count + 1)};
}

static void graph_clear(graph *g) {
  g_array_unref(g->edges);
  g_free(g->positions);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(graph, graph_clear)

static void join(graph *g, uint32_t a, uint32_t b) {
  mi_edge edge = {a, b};
  g_array_append_val(g->edges, edge);
}

static const mi_edge *edges_of(const graph *g) { return (const mi_edge *)(const void *)g->edges->data; }

/* Streets: a lattice with gaps and diagonals, its nodes shaken and numbered at random. */
static void make_streets(graph *g, mi_random *random, uint32_t side) {
  graph_init(g, side * side);
  g_autofree uint32_t *number = g_new(uint32_t, g->node_count);
  for (uint32_t i = 0; i < g->node_count; i++) number[i] = i;
  mi_random_shuffle_u32(random, number, g->node_count);
  for (uint32_t y = 0; y < side; y++)
    for (uint32_t x = 0; x < side; x++) {
      uint32_t at = y * side + x;
      g->positions[number[at]] = (MusterPosition){(int32_t)(x * 1000 + mi_random_below(random, 600)),
                                                  (int32_t)(y * 1000 + mi_random_below(random, 600))};
      if (x + 1 < side && mi_random_below(random, 5)) join(g, number[at], number[at + 1]);
      if (y + 1 < side && mi_random_below(random, 5)) join(g, number[at], number[at + side]);
      if (x + 1 < side && y + 1 < side && mi_random_below(random, 6) == 0) join(g, number[at], number[at + side + 1]);
    }
}

/* Anything: loops, repetitions, nodes of no edge. */
static void make_tangle(graph *g, mi_random *random, uint32_t node_count, uint32_t edge_count) {
  graph_init(g, node_count);
  for (uint32_t v = 0; v < node_count; v++)
    g->positions[v] = (MusterPosition){(int32_t)mi_random_below(random, 3000), (int32_t)mi_random_below(random, 3000)};
  for (uint32_t i = 0; i < edge_count; i++)
    join(g, mi_random_below(random, node_count), mi_random_below(random, node_count));
}

static void make_any(graph *g, mi_random *random) {
  if (mi_random_below(random, 2)) {
    make_streets(g, random, 1 + mi_random_below(random, 14));
  } else {
    uint32_t count = 1 + mi_random_below(random, 60);
    make_tangle(g, random, count, mi_random_below(random, 2 * count));
  }
}

/* Both directions of every edge as arcs (CSR), in the numbers that `rank` gives; NULL: as they are. */
typedef struct arcs {
  uint32_t *first, *head;
} arcs;

static void arcs_init(arcs *out, const graph *g, const uint32_t *rank) {
  out->first = g_new0(uint32_t, (size_t)g->node_count + 2);
  out->head = g_new(uint32_t, 2 * (size_t)g->edges->len + 1);
  const mi_edge *edges = edges_of(g);
#define RANK(v) (rank ? rank[v] : (v))
  for (uint32_t i = 0; i < g->edges->len; i++) {
    out->first[RANK(edges[i].a) + 2]++;
    out->first[RANK(edges[i].b) + 2]++;
  }
  for (uint32_t v = 0; v < g->node_count; v++) out->first[v + 2] += out->first[v + 1];
  for (uint32_t i = 0; i < g->edges->len; i++) {
    out->head[out->first[RANK(edges[i].a) + 1]++] = RANK(edges[i].b);
    out->head[out->first[RANK(edges[i].b) + 1]++] = RANK(edges[i].a);
  }
#undef RANK
}

static void arcs_clear(arcs *a) {
  g_free(a->first);
  g_free(a->head);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(arcs, arcs_clear)

/* ---- orders ---- */

static void assert_permutation(const uint32_t *order, uint32_t count) {
  g_autofree uint8_t *seen = g_new0(uint8_t, (size_t)count + 1);
  for (uint32_t i = 0; i < count; i++) {
    g_assert_cmpuint(order[i], <, count);
    g_assert_cmpuint(seen[order[i]]++, ==, 0);
  }
}

/* Orders the graph, builds its hierarchy, checks it by the definition. Returns the height. */
static uint32_t check_graph(const graph *g, const MusterPosition *positions) {
  g_autofree uint32_t *order = g_new(uint32_t, (size_t)g->node_count + 1);
  g_autofree uint32_t *node_of_rank = g_new(uint32_t, (size_t)g->node_count + 1);
  g_autofree uint32_t *rank = g_new(uint32_t, (size_t)g->node_count + 1);
  mi_order_find(g->node_count, edges_of(g), g->edges->len, positions, order);
  assert_permutation(order, g->node_count);
  mi_chords chords;
  g_assert_true(mi_chords_build(g->node_count, edges_of(g), g->edges->len, order, UINT32_MAX, node_of_rank, &chords));
  assert_permutation(node_of_rank, g->node_count);
  for (uint32_t i = 0; i < g->node_count; i++) rank[node_of_rank[i]] = i;
  g_auto(arcs) a;
  arcs_init(&a, g, rank);
  uint32_t node;
  g_assert_cmpstr(mi_chords_find_fault(&chords, a.first, a.head, &node), ==, NULL);
  mi_hierarchy *h = mi_hierarchy_new(&chords, a.first, a.head);
  uint32_t height = h->height;
  mi_hierarchy_free(h);
  g_free((void *)(uintptr_t)chords.first_up);
  g_free((void *)(uintptr_t)chords.head);
  return height;
}

static void test_random_graphs(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 1);
  for (int round = 0; round < 400; round++) {
    g_auto(graph) g;
    make_any(&g, &random);
    check_graph(&g, g.positions);
    check_graph(&g, NULL);
  }
}

/* The same edges in another order, turned round, with repetitions and loops. */
static void shuffle_edges(graph *out, const graph *g, mi_random *random) {
  graph_init(out, g->node_count);
  memcpy(out->positions, g->positions, g->node_count * sizeof *g->positions);
  g_autofree uint32_t *at = g_new(uint32_t, g->edges->len + 1);
  for (uint32_t i = 0; i < g->edges->len; i++) at[i] = i;
  mi_random_shuffle_u32(random, at, g->edges->len);
  for (uint32_t i = 0; i < g->edges->len; i++) {
    mi_edge edge = edges_of(g)[at[i]];
    for (uint32_t times = 1 + (mi_random_below(random, 4) == 0); times > 0; times--)
      mi_random_below(random, 2) ? join(out, edge.a, edge.b) : join(out, edge.b, edge.a);
    if (mi_random_below(random, 8) == 0) join(out, edge.a, edge.a);
  }
}

static void test_insertion_order(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 2);
  for (int round = 0; round < 200; round++) {
    g_auto(graph) g;
    make_any(&g, &random);
    g_auto(graph) shuffled;
    shuffle_edges(&shuffled, &g, &random);
    g_autofree uint32_t *order = g_new(uint32_t, g.node_count), *again = g_new(uint32_t, g.node_count);
    for (int placed = 0; placed < 2; placed++) {
      bool cuts = mi_order_find(g.node_count, edges_of(&g), g.edges->len, placed ? g.positions : NULL, order);
      g_assert_true(cuts == mi_order_find(g.node_count, edges_of(&shuffled), shuffled.edges->len,
                                          placed ? shuffled.positions : NULL, again));
      g_assert_cmpmem(order, g.node_count * sizeof *order, again, g.node_count * sizeof *again);
    }
  }
}

/* ---- separators ---- */

static void part_clear(mi_part *part) {
  g_free(part->first);
  g_free(part->neighbour);
  g_free(part->id);
  g_free(part->x);
  g_free(part->y);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(mi_part, part_clear)

static int compare_ids(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* The graph as a part: a way through all nodes is added so that it is connected; no loops, nothing twice. */
static void part_of(mi_part *part, graph *g) {
  for (uint32_t v = 1; v < g->node_count; v++) join(g, v - 1, v);
  g_auto(arcs) a;
  arcs_init(&a, g, NULL);
  *part = (mi_part){g->node_count,
                    g_new(uint32_t, (size_t)g->node_count + 1),
                    g_new(uint32_t, a.first[g->node_count]),
                    g_new(uint32_t, g->node_count),
                    g_new(float, g->node_count),
                    g_new(float, g->node_count)};
  uint32_t placed = 0;
  for (uint32_t v = 0; v < g->node_count; v++) {
    part->first[v] = placed;
    part->id[v] = v;
    part->x[v] = (float)g->positions[v].lon_e7;
    part->y[v] = (float)g->positions[v].lat_e7;
    qsort(&a.head[a.first[v]], a.first[v + 1] - a.first[v], sizeof *a.head, compare_ids);
    for (uint32_t i = a.first[v]; i < a.first[v + 1]; i++)
      if (a.head[i] != v && (placed == part->first[v] || part->neighbour[placed - 1] != a.head[i]))
        part->neighbour[placed++] = a.head[i];
  }
  part->first[g->node_count] = placed;
}

/* Checks that no edge joins left and right; returns how many nodes are cut. */
static uint32_t assert_separates(const mi_part *part, const uint8_t *side) {
  uint32_t cut = 0;
  for (uint32_t v = 0; v < part->node_count; v++) {
    g_assert_cmpuint(side[v], <=, MI_SIDE_CUT);
    cut += side[v] == MI_SIDE_CUT;
    for (uint32_t i = part->first[v]; side[v] != MI_SIDE_CUT && i < part->first[v + 1]; i++) {
      uint8_t other = side[part->neighbour[i]];
      g_assert_true(other == side[v] || other == MI_SIDE_CUT);
    }
  }
  return cut;
}

static void test_separators(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 3);
  mi_separator *separator = mi_separator_new();
  for (int round = 0; round < 600; round++) {
    g_auto(graph) g;
    make_any(&g, &random);
    if (g.node_count < 3) continue;
    g_auto(mi_part) part;
    part_of(&part, &g);
    g_autofree uint8_t *side = g_new(uint8_t, part.node_count);
    uint32_t limit = 1 + mi_random_below(&random, part.node_count);
    if (!mi_separator_find(separator, &part, limit, side)) continue;
    uint32_t cut = assert_separates(&part, side);
    g_assert_cmpuint(cut, >, 0);
    g_assert_cmpuint(cut, <=, limit);
  }
  mi_separator_free(separator);
}

/* ---- smallest cuts by trying all sets of nodes ---- */

enum { TINY_MOST = 11, DIRECTIONS = 4 };

/* Nodes as bits of a set. */
typedef struct ends {
  uint32_t sources, sinks;
} ends;

/* The first and the last quarter along a direction, ties by number. */
static ends find_ends(const mi_part *part, int direction) {
  static const float weights[DIRECTIONS][2] = {{1, 0}, {0, 1}, {1, 1}, {1, -1}};
  uint32_t count = part->node_count, quarter = MAX(count / 4, 1);
  ends e = {0, 0};
  for (uint32_t v = 0; v < count; v++) {
    float at = part->x[v] * weights[direction][0] + part->y[v] * weights[direction][1];
    uint32_t before = 0;
    for (uint32_t u = 0; u < count; u++) {
      float other = part->x[u] * weights[direction][0] + part->y[u] * weights[direction][1];
      before += other < at || (other == at && u < v);
    }
    if (before < quarter) e.sources |= 1u << v;
    if (before >= count - quarter) e.sinks |= 1u << v;
  }
  return e;
}

/* Does taking the set out part the ends? */
static bool parts_ends(const mi_part *part, ends e, uint32_t taken) {
  uint32_t reached = e.sources & ~taken;
  for (uint32_t before = 0; before != reached;) {
    before = reached;
    for (uint32_t v = 0; v < part->node_count; v++)
      for (uint32_t i = part->first[v]; (reached >> v & 1) && i < part->first[v + 1]; i++)
        reached |= (1u << part->neighbour[i]) & ~taken;
  }
  return !(reached & e.sinks);
}

static uint32_t smallest_cut(const mi_part *part, ends e) {
  uint32_t smallest = UINT32_MAX;
  for (uint32_t set = 0; set < 1u << part->node_count; set++) {
    uint32_t size = (uint32_t)__builtin_popcount(set);
    if (size < smallest && parts_ends(part, e, set)) smallest = size;
  }
  return smallest;
}

/* What is found is a smallest cut along one of the directions, and something is found if any direction has one within
 * the limit. */
static void test_smallest_cuts(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 4);
  mi_separator *separator = mi_separator_new();
  for (int round = 0; round < 300; round++) {
    uint32_t count = 3 + mi_random_below(&random, TINY_MOST - 2);
    g_auto(graph) g;
    make_tangle(&g, &random, count, mi_random_below(&random, 3 * count));
    g_auto(mi_part) part;
    part_of(&part, &g);
    uint8_t side[TINY_MOST];
    uint32_t limit = 1 + mi_random_below(&random, count), least = UINT32_MAX, cut = 0;
    bool found = mi_separator_find(separator, &part, limit, side), is_smallest = false;
    for (uint32_t v = 0; found && v < count; v++) cut |= (uint32_t)(side[v] == MI_SIDE_CUT) << v;
    for (int direction = 0; direction < DIRECTIONS; direction++) {
      ends e = find_ends(&part, direction);
      uint32_t smallest = smallest_cut(&part, e);
      least = MIN(least, smallest);
      is_smallest |= parts_ends(&part, e, cut) && (uint32_t)__builtin_popcount(cut) == smallest;
    }
    g_assert_true(found == (least <= limit));
    if (found) g_assert_true(is_smallest);
  }
  mi_separator_free(separator);
}

/* ---- the definition ---- */

typedef struct chord_table {
  uint32_t node_count;
  uint32_t *first_up;
  uint32_t *head;
} chord_table;

static bool has_chord(const chord_table *t, uint32_t low, uint32_t high) {
  for (uint32_t i = t->first_up[low]; i < t->first_up[low + 1]; i++)
    if (t->head[i] == high) return true;
  return false;
}

static bool chords_ascend(const chord_table *t) {
  for (uint32_t v = 0; v < t->node_count; v++)
    for (uint32_t i = t->first_up[v]; i < t->first_up[v + 1]; i++)
      if (t->head[i] <= (i == t->first_up[v] ? v : t->head[i - 1]) || t->head[i] >= t->node_count) return false;
  return true;
}

static bool upper_ends_are_joined(const chord_table *t) {
  for (uint32_t v = 0; v < t->node_count; v++)
    for (uint32_t i = t->first_up[v]; i < t->first_up[v + 1]; i++)
      for (uint32_t j = i + 1; j < t->first_up[v + 1]; j++)
        if (!has_chord(t, t->head[i], t->head[j])) return false;
  return true;
}

static bool arcs_have_chords(const chord_table *t, const arcs *a) {
  for (uint32_t v = 0; v < t->node_count; v++)
    for (uint32_t i = a->first[v]; i < a->first[v + 1]; i++)
      if (a->head[i] != v && !has_chord(t, MIN(v, a->head[i]), MAX(v, a->head[i]))) return false;
  return true;
}

static bool lies_below(const chord_table *t, uint32_t node, uint32_t above) {
  while (node < above && t->first_up[node] < t->first_up[node + 1]) node = t->head[t->first_up[node]];
  return node == above;
}

/* Between a node of a subtree and its root there is nobody else. */
static bool subtrees_are_ranges(const chord_table *t) {
  for (uint32_t above = 0; above < t->node_count; above++)
    for (uint32_t v = 0; v < above; v++)
      for (uint32_t between = v + 1; lies_below(t, v, above) && between < above; between++)
        if (!lies_below(t, between, above)) return false;
  return true;
}

static bool is_valid(const chord_table *t, const arcs *a) {
  return chords_ascend(t) && upper_ends_are_joined(t) && arcs_have_chords(t, a) && subtrees_are_ranges(t);
}

/* Takes a chord out, adds one, or bends one. */
static void plant_fault(chord_table *t, mi_random *random) {
  uint32_t count = t->first_up[t->node_count], v = mi_random_below(random, t->node_count);
  uint32_t kind = mi_random_below(random, 3), at = count ? mi_random_below(random, count) : 0;
  if (kind == 0) { /* one more chord of v, anywhere among its others */
    memmove(&t->head[t->first_up[v] + 1], &t->head[t->first_up[v]], (count - t->first_up[v]) * sizeof *t->head);
    t->head[t->first_up[v]] = mi_random_below(random, t->node_count + 1);
    for (uint32_t i = v + 1; i <= t->node_count; i++) t->first_up[i]++;
    qsort(&t->head[t->first_up[v]], t->first_up[v + 1] - t->first_up[v], sizeof *t->head, compare_ids);
  } else if (count > 0 && kind == 1) {
    memmove(&t->head[at], &t->head[at + 1], (count - at - 1) * sizeof *t->head);
    for (uint32_t i = 0; i <= t->node_count; i++) t->first_up[i] -= t->first_up[i] > at;
  } else if (count > 0) {
    t->head[at] = mi_random_below(random, t->node_count + 1);
  }
}

static void copy_chords(chord_table *t, const mi_chords *chords) {
  t->node_count = chords->node_count;
  t->first_up = g_memdup2(chords->first_up, (chords->node_count + 1) * sizeof(uint32_t));
  t->head = g_new(uint32_t, (size_t)chords->chord_count + 2);
  memcpy(t->head, chords->head, chords->chord_count * sizeof *t->head);
}

/* A hierarchy of a small graph, damaged or not, found faulty if and only if the definition says so. */
static bool check_planted(mi_random *random, uint32_t *faults) {
  g_auto(graph) g;
  uint32_t count = 1 + mi_random_below(random, 12);
  make_tangle(&g, random, count, mi_random_below(random, 2 * count));
  uint32_t order[12], node_of_rank[12], rank[12];
  for (uint32_t v = 0; v < count; v++) order[v] = v;
  mi_random_shuffle_u32(random, order, count);
  mi_chords chords;
  g_assert_true(mi_chords_build(count, edges_of(&g), g.edges->len, order, UINT32_MAX, node_of_rank, &chords));
  for (uint32_t i = 0; i < count; i++) rank[node_of_rank[i]] = i;
  g_auto(arcs) a;
  arcs_init(&a, &g, rank);
  chord_table t;
  copy_chords(&t, &chords);
  if (mi_random_below(random, 8)) plant_fault(&t, random);
  mi_chords planted = {count, t.first_up[count], t.first_up, t.head};
  uint32_t node = MUSTER_NONE;
  bool valid = mi_chords_find_fault(&planted, a.first, a.head, &node) == NULL;
  g_assert_true(valid == is_valid(&t, &a));
  if (!valid) g_assert_cmpuint(node, <, count);
  *faults += !valid;
  g_free(t.first_up);
  g_free(t.head);
  g_free((void *)(uintptr_t)chords.first_up);
  g_free((void *)(uintptr_t)chords.head);
  return valid;
}

static void test_planted_faults(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 5);
  uint32_t faults = 0, valid = 0;
  for (int round = 0; round < 20000; round++) valid += check_planted(&random, &faults);
  g_assert_cmpuint(faults, >, 1000);
  g_assert_cmpuint(valid, >, 1000);
}

/* Chords that lead upwards and close, but subtrees that are no ranges: 0 and 2 hang on 3, 1 on 4. */
static void test_not_in_post_order(void) {
  uint32_t first_up[] = {0, 1, 2, 3, 3, 3}, head[] = {3, 4, 3}, no_arcs[6] = {0}, node = MUSTER_NONE;
  mi_chords chords = {5, 3, first_up, head};
  g_assert_cmpstr(mi_chords_find_fault(&chords, no_arcs, no_arcs, &node), !=, NULL);
  g_assert_cmpuint(node, ==, 3);
}

/* ---- shapes no county has ---- */

enum { MANY = 100000 };

static uint32_t check_placed_and_not(const graph *g) {
  uint32_t height = check_graph(g, g->positions), without = check_graph(g, NULL);
  return MAX(height, without);
}

static void test_no_edges(void) {
  g_auto(graph) none;
  graph_init(&none, 0);
  g_assert_cmpuint(check_placed_and_not(&none), ==, 0);
  g_auto(graph) g;
  graph_init(&g, MANY);
  g_assert_cmpuint(check_placed_and_not(&g), ==, 1);
}

static void test_star(void) {
  g_auto(graph) g;
  graph_init(&g, MANY);
  for (uint32_t v = 1; v < MANY; v++) join(&g, 0, v);
  g_assert_cmpuint(check_placed_and_not(&g), ==, 2);
}

/* A path folds up in halves whatever its nodes are called. */
static void test_path(void) {
  mi_random random;
  mi_random_init(&random, test_seed(), 6);
  g_autofree uint32_t *name = g_new(uint32_t, MANY);
  for (uint32_t v = 0; v < MANY; v++) name[v] = v;
  for (int round = 0; round < 2; round++) {
    g_auto(graph) g;
    graph_init(&g, MANY);
    for (uint32_t v = 0; v < MANY; v++) g.positions[name[v]].lon_e7 = (int32_t)v * 100;
    for (uint32_t v = 1; v < MANY; v++) join(&g, name[v - 1], name[v]);
    g_assert_cmpuint(check_placed_and_not(&g), <, 40);
    mi_random_shuffle_u32(&random, name, MANY);
  }
}

static void test_cycle(void) {
  g_auto(graph) g;
  graph_init(&g, MANY);
  for (uint32_t v = 0; v < MANY; v++) join(&g, v, (v + 1) % MANY);
  g_assert_cmpuint(check_placed_and_not(&g), <, 40);
}

/* A dual carriageway with a crossing at every node: only its corners have two neighbours, and each that is taken out
 * makes the next one a corner. */
static void test_ladder(void) {
  g_auto(graph) g;
  graph_init(&g, MANY);
  for (uint32_t v = 0; v < MANY; v += 2) {
    g.positions[v] = (MusterPosition){(int32_t)v * 100, 0};
    g.positions[v + 1] = (MusterPosition){(int32_t)v * 100, 200};
    join(&g, v, v + 1);
    if (v + 2 < MANY) join(&g, v, v + 2), join(&g, v + 1, v + 3);
  }
  g_assert_cmpuint(check_placed_and_not(&g), <, 400);
}

static void test_complete(void) {
  enum { ALL = 60 };
  g_auto(graph) g;
  graph_init(&g, ALL);
  for (uint32_t a = 0; a < ALL; a++)
    for (uint32_t b = 0; b < a; b++) join(&g, a, b);
  g_assert_cmpuint(check_placed_and_not(&g), ==, ALL);
}

/* A thousand islands, each a ring with a way across it. */
static void test_disconnected(void) {
  enum { ISLANDS = 1000, RING = 8 };
  g_auto(graph) g;
  graph_init(&g, ISLANDS * RING);
  for (uint32_t island = 0; island < ISLANDS; island++) {
    for (uint32_t i = 0; i < RING; i++) join(&g, island * RING + i, island * RING + (i + 1) % RING);
    join(&g, island * RING, island * RING + RING / 2);
  }
  g_assert_cmpuint(check_placed_and_not(&g), <=, RING);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/road/order/random-graphs", test_random_graphs);
  g_test_add_func("/road/order/insertion-order", test_insertion_order);
  g_test_add_func("/road/order/separators", test_separators);
  g_test_add_func("/road/order/smallest-cuts", test_smallest_cuts);
  g_test_add_func("/road/order/planted-faults", test_planted_faults);
  g_test_add_func("/road/order/not-in-post-order", test_not_in_post_order);
  g_test_add_func("/road/order/no-edges", test_no_edges);
  g_test_add_func("/road/order/star", test_star);
  g_test_add_func("/road/order/path", test_path);
  g_test_add_func("/road/order/cycle", test_cycle);
  g_test_add_func("/road/order/ladder", test_ladder);
  g_test_add_func("/road/order/complete", test_complete);
  g_test_add_func("/road/order/disconnected", test_disconnected);
  return g_test_run();
}
