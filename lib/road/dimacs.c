/* Reader of the 9th DIMACS challenge's graph format (`.gr`, `.co`): one arc a line, read where the file is mapped.
 *
 * Weights are taken as milliseconds. Nodes keep their 1-based numbers as outside ids. Each arc becomes a link open one
 * way, then links that are each other's opposite are joined into one open both ways, as roads are: a position on the
 * road can set out to either side. Parallel arcs and loops stay.
 */
#include <math.h>
#include <string.h>

#include "base/map.h"
#include "base/radix.h"
#include "road/draft.h"

/* Nodes beyond twice the arcs can have no arc; so many of those are allowed, to bound memory by the file's size. */
#define ISOLATED_NODES_MAX UINT32_C(1048576)

typedef struct text {
  const char *path;
  const char *at, *end;
  size_t line; /* of `at`, from 1 */
} text;

static bool refuse(const text *t, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static bool refuse(const text *t, GError **error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *sentence = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT, "%s:%zu: %s", t->path, t->line, sentence);
  return false;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static void skip_blanks(text *t) {
  while (t->at < t->end && is_blank(*t->at)) t->at++;
}

static void skip_line(text *t) {
  const char *newline = memchr(t->at, '\n', (size_t)(t->end - t->at));
  t->at = newline ? newline + 1 : t->end;
  t->line++;
}

/* A whole number up to the next blank; false leaves the reading where the word begins. */
static bool read_number(text *t, int64_t least, int64_t most, int64_t *out) {
  skip_blanks(t);
  const char *at = t->at;
  bool negative = at < t->end && *at == '-';
  if (negative) at++;
  const char *digits = at;
  int64_t value = 0;
  for (; at < t->end && *at >= '0' && *at <= '9'; at++) {
    if (value > (INT64_MAX - 9) / 10) return false;
    value = value * 10 + (*at - '0');
  }
  if (at == digits || (at < t->end && !is_blank(*at) && *at != '\n')) return false;
  if (negative) value = -value;
  if (value < least || value > most) return false;
  t->at = at;
  *out = value;
  return true;
}

static bool number_expected(text *t, GError **error, const char *what, int64_t least, int64_t most) {
  size_t length = 0;
  while (t->at + length < t->end && length < 40 && !is_blank(t->at[length]) && t->at[length] != '\n') length++;
  g_autofree char *word = g_strndup(t->at, length);
  g_autofree char *shown = g_strescape(word, NULL);
  return refuse(t, error, "%s: expected a whole number of %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", found \"%s\"",
                what, least, most, shown);
}

static bool need_number(text *t, const char *what, int64_t least, int64_t most, int64_t *out, GError **error) {
  return read_number(t, least, most, out) || number_expected(t, error, what, least, most);
}

static bool need_word(text *t, const char *word, GError **error) {
  skip_blanks(t);
  size_t length = strlen(word), left = (size_t)(t->end - t->at);
  if (left < length || memcmp(t->at, word, length) != 0 ||
      (left > length && !is_blank(t->at[length]) && t->at[length] != '\n'))
    return refuse(t, error, "expected \"%s\"", word);
  t->at += length;
  return true;
}

static bool need_line_end(text *t, GError **error) {
  skip_blanks(t);
  if (t->at < t->end && *t->at != '\n') return refuse(t, error, "expected the end of the line");
  skip_line(t);
  return true;
}

/* The letter that begins the next line that is neither empty nor a comment, '\0' at the end of the text. */
static char next_record(text *t) {
  for (;;) {
    skip_blanks(t);
    if (t->at == t->end) return '\0';
    if (*t->at != 'c' && *t->at != '\n') return *t->at++;
    skip_line(t);
  }
}

static GMappedFile *map_text(const char *path, text *t, GError **error) {
  GMappedFile *file = mi_map_file(path, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_OPEN, error);
  if (!file) return NULL;
  const char *contents = g_mapped_file_get_contents(file);
  *t = (text){.path = path, .at = contents ? contents : "", .line = 1};
  t->end = t->at + g_mapped_file_get_length(file);
  if (t->end - t->at >= 3 && memcmp(t->at, "\xEF\xBB\xBF", 3) == 0) t->at += 3; /* a byte order mark */
  return file;
}

static bool read_problem_line(text *t, int64_t *node_count, int64_t *arc_count, GError **error) {
  char letter = next_record(t);
  if (letter != 'p') return refuse(t, error, "expected the line \"p sp NODES ARCS\" before any other");
  /* "a 1 1 0" and a newline: no arc takes less. */
  int64_t arcs_max = (t->end - t->at) / 8 + 1;
  if (!need_word(t, "sp", error) || !need_number(t, "nodes", 1, UINT32_MAX / 2, node_count, error) ||
      !need_number(t, "arcs", 0, MIN(arcs_max, UINT32_MAX / 2), arc_count, error))
    return false;
  if (*node_count > 2 * *arc_count + ISOLATED_NODES_MAX)
    return refuse(t, error,
                  "%" G_GINT64_FORMAT " nodes: at most %u nodes without an arc are allowed, and %" G_GINT64_FORMAT
                  " arcs leave more",
                  *node_count, ISOLATED_NODES_MAX, *arc_count);
  return need_line_end(t, error);
}

static bool read_arcs(text *t, mi_draft *draft, int64_t arc_count, GError **error) {
  int64_t tail, head, weight;
  for (char letter; (letter = next_record(t));) {
    if (letter != 'a') return refuse(t, error, "expected a line \"a TAIL HEAD WEIGHT\" or a comment");
    if (!need_number(t, "tail", 1, draft->node_count, &tail, error) ||
        !need_number(t, "head", 1, draft->node_count, &head, error) ||
        !need_number(t, "weight", 0, MUSTER_UNREACHABLE_MS - 1, &weight, error))
      return false;
    if (draft->link_count == arc_count)
      return refuse(t, error, "expected %" G_GINT64_FORMAT " arcs as the line \"p\" says, found one more", arc_count);
    draft->links[draft->link_count] = (mi_draft_link){.tail = (uint32_t)tail - 1,
                                                      .head = (uint32_t)head - 1,
                                                      .forward_ms[MUSTER_MODE_FOOT] = (uint32_t)weight,
                                                      .backward_ms[MUSTER_MODE_FOOT] = MUSTER_UNREACHABLE_MS,
                                                      .road_class = MUSTER_ROAD_UNCLASSIFIED,
                                                      .way = (int64_t)draft->link_count + 1};
    draft->link_count++;
    if (!need_line_end(t, error)) return false;
  }
  return draft->link_count == arc_count ||
         refuse(t, error, "expected %" G_GINT64_FORMAT " arcs as the line \"p\" says, found %u", arc_count,
                draft->link_count);
}

/* ---- opposite arcs ---- */

/* Equal for the arcs between two nodes but for the lowest bit, the direction. */
static uint64_t key_of_link(const mi_draft_link *link) {
  uint64_t low = MIN(link->tail, link->head), high = MAX(link->tail, link->head);
  return low << 32 | high << 1 | (link->tail > link->head);
}

/* Takes the time of the opposite link over to the one that came first in the file; the other is to be dropped. */
static void join_pair(mi_draft *draft, uint32_t a, uint32_t b, uint8_t *dropped) {
  uint32_t first = MIN(a, b), second = MAX(a, b);
  draft->links[first].backward_ms[MUSTER_MODE_FOOT] = draft->links[second].forward_ms[MUSTER_MODE_FOOT];
  dropped[second] = 1;
}

/* The k-th arc of one direction with the k-th of the other. `first` … `end`: the arcs between two nodes, by direction,
 * then in the order of the file. */
static void join_between(mi_draft *draft, const mi_keyed *first, const mi_keyed *end, uint8_t *dropped) {
  const mi_keyed *opposite = first;
  while (opposite < end && opposite->key == first->key) opposite++;
  for (const mi_keyed *one = first, *other = opposite; one < opposite && other < end; one++, other++)
    join_pair(draft, one->value, other->value, dropped);
}

static void drop_links(mi_draft *draft, const uint8_t *dropped) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < draft->link_count; i++)
    if (!dropped[i]) draft->links[kept++] = draft->links[i];
  draft->link_count = kept;
}

static void join_opposites(mi_draft *draft) {
  uint32_t count = draft->link_count;
  g_autofree mi_keyed *keyed = g_new(mi_keyed, (size_t)count + 1);
  g_autofree uint8_t *dropped = g_new0(uint8_t, (size_t)count + 1);
  for (uint32_t i = 0; i < count; i++) keyed[i] = (mi_keyed){key_of_link(&draft->links[i]), i};
  mi_radix_sort(keyed, count);
  for (uint32_t first = 0, end; first < count; first = end) {
    for (end = first + 1; end < count && keyed[end].key >> 1 == keyed[first].key >> 1;) end++;
    join_between(draft, keyed + first, keyed + end, dropped);
  }
  drop_links(draft, dropped);
}

/* ---- files ---- */

static bool read_graph(const char *path, mi_draft *draft, GError **error) {
  text t;
  g_autoptr(GMappedFile) file = map_text(path, &t, error);
  int64_t node_count, arc_count;
  if (!file || !read_problem_line(&t, &node_count, &arc_count, error)) return false;
  draft->node_count = (uint32_t)node_count;
  draft->node_id = g_new(int64_t, draft->node_count);
  for (uint32_t i = 0; i < draft->node_count; i++) draft->node_id[i] = (int64_t)i + 1;
  draft->links = g_new(mi_draft_link, (size_t)arc_count + 1);
  if (!read_arcs(&t, draft, arc_count, error)) return false;
  join_opposites(draft);
  return true;
}

static bool read_position_lines(text *t, mi_draft *draft, GError **error) {
  g_autofree uint8_t *given = g_new0(uint8_t, draft->node_count);
  uint32_t count = 0;
  int64_t id, x, y;
  for (char letter; (letter = next_record(t));) {
    if (letter == 'p') {
      skip_line(t); /* "p aux sp co N": the graph has said how many */
      continue;
    }
    if (letter != 'v') return refuse(t, error, "expected a line \"v NODE X Y\" or a comment");
    if (!need_number(t, "node", 1, draft->node_count, &id, error) ||
        !need_number(t, "x in degrees × 10⁶", -180000000, 180000000, &x, error) ||
        !need_number(t, "y in degrees × 10⁶", -90000000, 90000000, &y, error))
      return false;
    if (given[id - 1]) return refuse(t, error, "node %" G_GINT64_FORMAT " has a position already", id);
    given[id - 1] = 1;
    count++;
    draft->node_position[id - 1] = (MusterPosition){(int32_t)(x * 10), (int32_t)(y * 10)};
    if (!need_line_end(t, error)) return false;
  }
  if (count == draft->node_count) return true;
  uint32_t missing = 0;
  while (given[missing]) missing++;
  return refuse(t, error, "expected a position for each of %u nodes, found %u; node %u has none", draft->node_count,
                count, missing + 1);
}

/* Straight shapes between the nodes' positions. */
static bool draw_links(const char *path, mi_draft *draft, GError **error) {
  draft->shape = g_new(MusterPosition, 2 * (size_t)draft->link_count + 1);
  for (uint32_t i = 0; i < draft->link_count; i++) {
    mi_draft_link *link = &draft->links[i];
    MusterPosition tail = draft->node_position[link->tail], head = draft->node_position[link->head];
    long long length_mm = llround(muster_distance_m(tail, head) * 1000.0);
    if (length_mm > UINT32_MAX) {
      g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_LIMIT,
                  "%s: arc %" G_GINT64_FORMAT ": at most 4294 km between its nodes, found %.0f km", path, link->way,
                  (double)length_mm / 1e6);
      return false;
    }
    link->length_mm = (uint32_t)length_mm;
    link->first_shape = draft->shape_count;
    draft->shape[draft->shape_count++] = tail;
    draft->shape[draft->shape_count++] = head;
  }
  return true;
}

static bool read_positions(const char *path, mi_draft *draft, GError **error) {
  text t;
  g_autoptr(GMappedFile) file = map_text(path, &t, error);
  if (!file) return false;
  draft->has_positions = true;
  draft->node_position = g_new0(MusterPosition, draft->node_count);
  return read_position_lines(&t, draft, error) && draw_links(path, draft, error);
}

MusterNetwork *muster_network_read_dimacs(const char *gr_path, const char *co_path, GError **error) {
  g_auto(mi_draft) draft;
  mi_draft_init(&draft);
  draft.modes = MUSTER_MODE_BIT(MUSTER_MODE_FOOT);
  draft.from_dimacs = true;
  if (!read_graph(gr_path, &draft, error)) return NULL;
  if (co_path && !read_positions(co_path, &draft, error)) return NULL;
  return mi_network_seal(&draft, error);
}
