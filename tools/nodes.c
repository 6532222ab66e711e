/* Files of ids; see nodes.h. */
#include "nodes.h"

#include <errno.h>
#include <string.h>

/* Where an error stands, and where the ids go. */
typedef struct reader {
  const char *path;
  size_t line;
  const MusterNetwork *network; /* NULL: the ids are of ways */
  int per_line;
  GArray *ids, *points, *lines;
} reader;

static const char *one_id(const reader *r) { return r->network ? "a node id" : "a way id"; }

static bool refuse(const reader *r, GError **error, const char *expected, const char *found) {
  enum { SHOWN = 40 };
  g_autofree char *valid = g_utf8_make_valid(found, (gssize)strnlen(found, SHOWN));
  g_set_error(error, MT_ERROR, 0, "%s:%zu: expected %s, found %s%s", r->path, r->line, expected, valid,
              strnlen(found, SHOWN + 1) > SHOWN ? "…" : "");
  return false;
}

static bool read_id(reader *r, const char *word, GError **error) {
  int64_t id;
  g_autofree char *quoted = g_strdup_printf("\"%s\"", word);
  if (!g_ascii_string_to_signed(word, 10, INT64_MIN, INT64_MAX, &id, NULL)) return refuse(r, error, one_id(r), quoted);
  g_array_append_val(r->ids, id);
  g_array_append_val(r->lines, r->line);
  if (!r->network) return true;
  MusterNode node = muster_network_find_node(r->network, id);
  if (node == MUSTER_NONE) return refuse(r, error, "a node of the network", word);
  MusterRoadPoint point = muster_road_point_at_node(r->network, node);
  g_array_append_val(r->points, point);
  return true;
}

static bool read_line(reader *r, char *line, GError **error) {
  if (r->line == 1 && g_str_has_prefix(line, "\xEF\xBB\xBF")) line += 3; /* a byte order mark */
  line[strcspn(line, "#\r\n")] = '\0';
  int count = 0;
  char *rest = NULL;
  for (char *word = strtok_r(line, " \t\v\f", &rest); word; word = strtok_r(NULL, " \t\v\f", &rest), count++) {
    if (count == r->per_line)
      return refuse(r, error,
                    r->per_line > 1 ? "a pair of node ids"
                    : r->network    ? "one node id"
                                    : "one way id",
                    "more");
    if (!read_id(r, word, error)) return false;
  }
  return count == 0 || count == r->per_line || refuse(r, error, "a pair of node ids", "one");
}

static bool read_ids(mt_nodes *nodes, const char *path, const MusterNetwork *network, int per_line, GError **error) {
  *nodes = (mt_nodes){0};
  FILE *stream = mt_input_open(path, error);
  if (!stream) return false;
  reader r = {mt_input_name(path),
              0,
              network,
              per_line,
              g_array_new(FALSE, FALSE, sizeof(int64_t)),
              g_array_new(FALSE, FALSE, sizeof(MusterRoadPoint)),
              g_array_new(FALSE, FALSE, sizeof(size_t))};
  char *line = NULL;
  size_t capacity = 0;
  bool read = true;
  for (ssize_t bytes; read && (bytes = getline(&line, &capacity, stream)) >= 0;) {
    r.line++;
    if (strlen(line) != (size_t)bytes)
      read = refuse(&r, error, "text", "a NUL byte");
    else
      read = read_line(&r, line, error);
  }
  if (read && ferror(stream)) {
    g_set_error(error, MT_ERROR, 0, "%s: cannot be read: %s", r.path, g_strerror(errno));
    read = false;
  }
  free(line);
  if (stream != stdin) fclose(stream);
  nodes->count = r.ids->len;
  nodes->ids = (int64_t *)(void *)g_array_free(r.ids, FALSE);
  nodes->points = (MusterRoadPoint *)(void *)g_array_free(r.points, FALSE);
  nodes->lines = (size_t *)(void *)g_array_free(r.lines, FALSE);
  if (!read) mt_nodes_clear(nodes);
  return read;
}

bool mt_nodes_read(mt_nodes *nodes, const char *path, const MusterNetwork *network, int per_line, GError **error) {
  return read_ids(nodes, path, network, per_line, error);
}

bool mt_way_ids_read(mt_nodes *ways, const char *path, GError **error) { return read_ids(ways, path, NULL, 1, error); }

void mt_nodes_clear(mt_nodes *nodes) {
  g_free(nodes->ids);
  g_free(nodes->points);
  g_free(nodes->lines);
  *nodes = (mt_nodes){0};
}
