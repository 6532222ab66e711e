/* Files of costs and events; see costs.h. */
#include "costs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A file read word by word; where an error stands. */
typedef struct reader {
  const char *name;
  size_t line;
  mt_costs *costs;
  GArray *events;
  GArray *rows_there, *columns_there; /* bool by number */
} reader;

enum { WORDS_MOST = 3 };

static bool refuse(const reader *r, GError **error, const char *expected, const char *found) {
  enum { SHOWN = 40 };
  g_autofree char *valid = g_utf8_make_valid(found, (gssize)strnlen(found, SHOWN));
  g_set_error(error, MT_ERROR, 0, "%s:%zu: expected %s, found %s%s", r->name, r->line, expected, valid,
              strnlen(found, SHOWN + 1) > SHOWN ? "…" : "");
  return false;
}

static bool read_number(const reader *r, const char *word, const char *expected, int64_t least, int64_t most,
                        int64_t *out, GError **error) {
  if (g_ascii_string_to_signed(word, 10, least, most, out, NULL)) return true;
  g_autofree char *quoted = g_strdup_printf("\"%s\"", word);
  return refuse(r, error, expected, quoted);
}

/* Splits the line in place; false if it has more than WORDS_MOST words. */
static bool split(const reader *r, char *line, char *words[WORDS_MOST], int *count) {
  if (r->line == 1 && g_str_has_prefix(line, "\xEF\xBB\xBF")) line += 3; /* a byte order mark */
  line[strcspn(line, "#\r\n")] = '\0';
  char *rest = NULL;
  *count = 0;
  for (char *word = strtok_r(line, " \t\v\f", &rest); word; word = strtok_r(NULL, " \t\v\f", &rest)) {
    if (*count == WORDS_MOST) return false;
    words[(*count)++] = word;
  }
  return true;
}

typedef bool (*take_words)(reader *r, char *words[], int count, bool fits, GError **error);

static bool read_lines(reader *r, const char *path, take_words take, GError **error) {
  FILE *stream = mt_input_open(path, error);
  if (!stream) return false;
  r->name = mt_input_name(path);
  char *line = NULL;
  size_t capacity = 0;
  bool read = true;
  for (ssize_t bytes; read && (bytes = getline(&line, &capacity, stream)) >= 0;) {
    char *words[WORDS_MOST];
    int count;
    r->line++;
    if (strlen(line) != (size_t)bytes) {
      read = refuse(r, error, "text", "a NUL byte");
      continue;
    }
    bool fits = split(r, line, words, &count);
    if (count > 0) read = take(r, words, count, fits, error);
  }
  if (read && ferror(stream)) {
    g_set_error(error, MT_ERROR, 0, "%s: cannot be read: %s", r->name, g_strerror(errno));
    read = false;
  }
  free(line);
  if (stream != stdin) fclose(stream);
  return read;
}

/* The number of that id, a new one if it has none. */
static uint32_t number_of(GArray *ids, GHashTable *numbers, int64_t id) {
  gpointer found;
  if (g_hash_table_lookup_extended(numbers, &id, NULL, &found)) return GPOINTER_TO_UINT(found);
  gint64 *key = g_new(gint64, 1);
  *key = id;
  g_hash_table_insert(numbers, key, GUINT_TO_POINTER(ids->len));
  g_array_append_val(ids, id);
  return ids->len - 1;
}

static bool take_pair(reader *r, char *words[], int count, bool fits, GError **error) {
  int64_t row, column, cost;
  if (count < WORDS_MOST || !fits)
    return refuse(r, error, "ROW COLUMN COST", !fits ? "more" : count == 1 ? "one number" : "two numbers");
  if (!read_number(r, words[0], "a row, a whole number", INT64_MIN, INT64_MAX, &row, error) ||
      !read_number(r, words[1], "a column, a whole number", INT64_MIN, INT64_MAX, &column, error) ||
      !read_number(r, words[2], "a cost, a whole number from -2147483647 to 2147483647", -INT32_MAX, INT32_MAX, &cost,
                   error))
    return false;
  mt_costs *costs = r->costs;
  mt_pair pair = {number_of(costs->rows, costs->row_numbers, row),
                  {number_of(costs->columns, costs->column_numbers, column), {.time_ms = (int32_t)cost}}};
  costs->most = MAX(costs->most, (int32_t)ABS(cost));
  g_array_append_val(costs->pairs, pair);
  return true;
}

bool mt_costs_read(mt_costs *costs, const char *path, GError **error) {
  *costs = (mt_costs){.rows = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                      .columns = g_array_new(FALSE, FALSE, sizeof(int64_t)),
                      .row_numbers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
                      .column_numbers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
                      .pairs = g_array_new(FALSE, FALSE, sizeof(mt_pair))};
  reader r = {.costs = costs};
  return read_lines(&r, path, take_pair, error);
}

void mt_costs_clear(mt_costs *costs) {
  if (!costs->rows) return;
  g_array_unref(costs->rows);
  g_array_unref(costs->columns);
  g_hash_table_unref(costs->row_numbers);
  g_hash_table_unref(costs->column_numbers);
  g_array_unref(costs->pairs);
  *costs = (mt_costs){0};
}

/* ---- events ---- */

static const char *const event_words[] = {"arrive", "close", "leave", "return"};

static bool find_kind(const char *word, mt_event_kind *out) {
  for (int kind = MT_ARRIVE; kind <= MT_RETURN; kind++)
    if (strcmp(word, event_words[kind]) == 0) {
      *out = (mt_event_kind)kind;
      return true;
    }
  return false;
}

static bool take_event(reader *r, char *words[], int count, bool fits, GError **error) {
  mt_event event = {.line = r->line};
  int64_t id;
  gpointer found;
  if (!find_kind(words[0], &event.kind)) {
    g_autofree char *quoted = g_strdup_printf("\"%s\"", words[0]);
    return refuse(r, error, "arrive, close, leave or return", quoted);
  }
  if (count != 2 || !fits) return refuse(r, error, "one number after the word", count < 2 ? "none" : "more");
  bool of_row = event.kind == MT_ARRIVE || event.kind == MT_CLOSE;
  bool comes = event.kind == MT_ARRIVE || event.kind == MT_RETURN;
  if (!read_number(r, words[1], of_row ? "a row, a whole number" : "a column, a whole number", INT64_MIN, INT64_MAX,
                   &id, error))
    return false;
  if (event.kind == MT_ARRIVE && !g_hash_table_contains(r->costs->row_numbers, &id)) {
    number_of(r->costs->rows, r->costs->row_numbers, id);
    bool there = false;
    g_array_append_val(r->rows_there, there);
  }
  if (!g_hash_table_lookup_extended(of_row ? r->costs->row_numbers : r->costs->column_numbers, &id, NULL, &found))
    return refuse(r, error, of_row ? "a row of the costs" : "a column of the costs", words[1]);
  event.number = GPOINTER_TO_UINT(found);
  bool *there = &g_array_index(of_row ? r->rows_there : r->columns_there, bool, event.number);
  if (*there == comes) {
    g_autofree char *what = g_strdup_printf("%s of one that is %s", words[1], comes ? "there" : "not there");
    return refuse(r, error, comes ? "one that is not there yet" : "one that is there", what);
  }
  *there = comes;
  g_array_append_val(r->events, event);
  return true;
}

static GArray *new_flags(guint count, bool value) {
  GArray *flags = g_array_sized_new(FALSE, FALSE, sizeof(bool), count);
  for (guint i = 0; i < count; i++) g_array_append_val(flags, value);
  return flags;
}

GArray *mt_events_read(mt_costs *costs, const char *path, GError **error) {
  g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(mt_event));
  g_autoptr(GArray) rows = new_flags(costs->rows->len, false), columns = new_flags(costs->columns->len, true);
  reader r = {.costs = costs, .events = events, .rows_there = rows, .columns_there = columns};
  return read_lines(&r, path, take_event, error) ? g_steal_pointer(&events) : NULL;
}
