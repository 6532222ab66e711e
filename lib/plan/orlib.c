/* Reader of the OR-Library's p-median problems, and all pairs' shortest paths in them.
 *
 * Beasley, "A note on solving large p-median problems", European Journal of Operational Research 21, 1985. Edges
 * repeat in these files; the matrix that the published optima belong to was filled edge by edge, so the last one
 * counts.
 */
#include <string.h>

#include "base/heap4.h"
#include "base/map.h"
#include "base/radix.h"
#include "muster/plan.h"

typedef struct text {
  const char *path, *at, *end;
  size_t line; /* of `at`, from 1 */
} text;

typedef struct edge {
  uint32_t tail, head, length;
} edge;

/* Both directions of every edge, by node. */
typedef struct graph {
  uint32_t *first, *head, *length;
} graph;

static bool refuse(const text *t, int code, GError **error, const char *format, ...) G_GNUC_PRINTF(4, 5);
static bool refuse(const text *t, int code, GError **error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *sentence = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, MUSTER_PLAN_ERROR, code, "%s:%zu: %s", t->path, t->line, sentence);
  return false;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f'; }

static void skip_blanks(text *t) {
  for (; t->at < t->end && is_blank(*t->at); t->at++) t->line += *t->at == '\n';
}

static bool refuse_number(const text *t, const char *what, uint32_t least, uint32_t most, GError **error) {
  size_t length = 0;
  while (t->at + length < t->end && length < 40 && !is_blank(t->at[length])) length++;
  if (length == 0)
    return refuse(t, MUSTER_PLAN_ERROR_FORMAT, error, "%s: expected a whole number, found the end of the file", what);
  g_autofree char *word = g_strndup(t->at, length);
  g_autofree char *shown = g_strescape(word, NULL);
  return refuse(t, MUSTER_PLAN_ERROR_FORMAT, error, "%s: expected a whole number of %u to %u, found \"%s\"", what,
                least, most, shown);
}

static bool need_number(text *t, const char *what, uint32_t least, uint32_t most, uint32_t *out, GError **error) {
  skip_blanks(t);
  const char *at = t->at;
  uint64_t value = 0;
  for (; at < t->end && *at >= '0' && *at <= '9'; at++) {
    value = value * 10 + (uint64_t)(*at - '0');
    if (value > most) return refuse_number(t, what, least, most, error);
  }
  bool is_number = at > t->at && (at == t->end || is_blank(*at));
  if (!is_number || value < least) return refuse_number(t, what, least, most, error);
  t->at = at;
  *out = (uint32_t)value;
  return true;
}

/* "1 1 0" and a blank: no edge takes less, so a file of this size holds no more of them. */
static bool read_sizes(text *t, uint32_t *nodes, uint32_t *edges, uint32_t *p, GError **error) {
  uint32_t edges_most = (uint32_t)MIN((t->end - t->at) / 6 + 1, G_MAXINT32);
  if (!need_number(t, "nodes", 1, MUSTER_PMED_NODES_MOST, nodes, error) ||
      !need_number(t, "edges", 0, edges_most, edges, error) || !need_number(t, "p", 1, *nodes, p, error))
    return false;
  /* Memory is bounded by the file's size: a connected graph has an edge less than nodes. */
  if (*nodes - 1 > *edges)
    return refuse(t, MUSTER_PLAN_ERROR_FORMAT, error,
                  "expected at least %u edges for %u nodes to be connected, found %u", *nodes - 1, *nodes, *edges);
  return true;
}

static bool read_edges(text *t, uint32_t nodes, edge *edges, uint32_t count, GError **error) {
  for (uint32_t i = 0; i < count; i++) {
    uint32_t tail, head, length;
    if (!need_number(t, "a node", 1, nodes, &tail, error) || !need_number(t, "a node", 1, nodes, &head, error) ||
        !need_number(t, "a length", 0, (UINT32_MAX - 1) / nodes, &length, error))
      return false;
    edges[i] = (edge){tail - 1, head - 1, length};
  }
  skip_blanks(t);
  return t->at == t->end ||
         refuse(t, MUSTER_PLAN_ERROR_FORMAT, error, "expected the end of the file after %u edges, found more", count);
}

/* Keeps the last of the edges between two nodes; returns how many are left. */
static uint32_t drop_repeated(edge *edges, uint32_t count) {
  g_autofree mi_keyed *order = g_new(mi_keyed, count + 1);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t low = MIN(edges[i].tail, edges[i].head), high = MAX(edges[i].tail, edges[i].head);
    order[i] = (mi_keyed){(uint64_t)low << 32 | high, i};
  }
  mi_radix_sort(order, count);
  g_autofree edge *kept = g_new(edge, count + 1);
  uint32_t left = 0;
  for (uint32_t i = 0; i < count; i++)
    if (i + 1 == count || order[i + 1].key != order[i].key) kept[left++] = edges[order[i].value];
  memcpy(edges, kept, left * sizeof *kept);
  return left;
}

static void build_graph(graph *g, uint32_t nodes, const edge *edges, uint32_t count) {
  g->first = g_new0(uint32_t, nodes + 2);
  g->head = g_new(uint32_t, 2 * (size_t)count + 1);
  g->length = g_new(uint32_t, 2 * (size_t)count + 1);
  for (uint32_t i = 0; i < count; i++) g->first[edges[i].tail + 2]++, g->first[edges[i].head + 2]++;
  for (uint32_t node = 2; node < nodes + 2; node++) g->first[node] += g->first[node - 1];
  for (uint32_t i = 0; i < count; i++) {
    uint32_t there = g->first[edges[i].tail + 1]++;
    g->head[there] = edges[i].head, g->length[there] = edges[i].length;
    uint32_t back = g->first[edges[i].head + 1]++;
    g->head[back] = edges[i].tail, g->length[back] = edges[i].length;
  }
}

/* Lengths are so that no path is too long for 32 bits. */
static void search_from(const graph *g, uint32_t source, uint32_t *times, mi_heap4 *heap) {
  times[source] = 0;
  mi_heap4_push(heap, mi_heap4_key(0, source));
  while (heap->count > 0) {
    uint64_t key = mi_heap4_pop(heap);
    uint32_t time = mi_heap4_key_time(key), node = mi_heap4_key_id(key);
    if (time > times[node]) continue;
    for (uint32_t arc = g->first[node]; arc < g->first[node + 1]; arc++) {
      uint32_t sum = time + g->length[arc];
      if (sum >= times[g->head[arc]]) continue;
      times[g->head[arc]] = sum;
      mi_heap4_push(heap, mi_heap4_key(sum, g->head[arc]));
    }
  }
}

static void search_all(const graph *g, uint32_t nodes, uint32_t *times) {
  memset(times, 0xFF, (size_t)nodes * nodes * sizeof *times);
  mi_heap4 heap;
  mi_heap4_init(&heap);
  for (uint32_t node = 0; node < nodes; node++) search_from(g, node, times + (size_t)node * nodes, &heap);
  mi_heap4_clear(&heap);
}

static bool read_text(text *t, MusterPmed *out, GError **error) {
  uint32_t nodes, count, p;
  if (!read_sizes(t, &nodes, &count, &p, error)) return false;
  g_autofree edge *edges = g_new(edge, (size_t)count + 1);
  if (!read_edges(t, nodes, edges, count, error)) return false;
  uint32_t *times = g_try_malloc_n((size_t)nodes * nodes, sizeof *times);
  if (!times) return refuse(t, MUSTER_PLAN_ERROR_LIMIT, error, "no memory for a table of %u × %u times", nodes, nodes);
  graph g;
  build_graph(&g, nodes, edges, drop_repeated(edges, count));
  search_all(&g, nodes, times);
  g_free(g.first);
  g_free(g.head);
  g_free(g.length);
  *out = (MusterPmed){nodes, p, times};
  return true;
}

bool muster_pmed_read(const char *path, MusterPmed *out, GError **error) {
  GMappedFile *file = mi_map_file(path, MUSTER_PLAN_ERROR, MUSTER_PLAN_ERROR_OPEN, error);
  if (!file) return false;
  const char *contents = g_mapped_file_get_contents(file);
  text t = {.path = path, .at = contents ? contents : "", .line = 1};
  t.end = t.at + g_mapped_file_get_length(file);
  bool done = read_text(&t, out, error);
  g_mapped_file_unref(file);
  return done;
}

void muster_pmed_clear(MusterPmed *pmed) {
  g_free(pmed->times);
  *pmed = (MusterPmed){0};
}
