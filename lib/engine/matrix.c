/* A table of travel times from a CSV file (libcsv): header row and first column are place ids, cells are seconds.
 *
 * Decimals are read digit by digit, so that the millisecond is the nearest one on any machine. The table grows with
 * what is really in the file; no size is trusted.
 */
#include "engine/matrix.h"
#include "base/map.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A square table of n places needs n² separators at least; one of different rows and columns, n² / 4. */
enum { MOST_PLACES = 10000, LONGEST_PLACE = 256, FREE_PLACES = 1000, CELLS_A_BYTE = 4 };
#define LARGEST_MS (UINT64_C(4000000) * 1000) /* 46 days; well below "unreachable" */

typedef struct reader {
  const char *file;
  GError **error;
  bool failed;
  size_t line, row, column; /* line of the row's start; row 0 is the header; column from 0 */
  size_t newlines;          /* inside quoted cells of this row */
  bool empty_row;           /* nothing but one empty cell so far */
  size_t header_columns;
  GPtrArray *names;    /* place id → name */
  GHashTable *by_name; /* name → place id + 1 */
  GArray *columns;     /* place ids of the header's columns */
  GHashTable *rows_seen;
  uint32_t row_place;
  GArray *cells; /* one a given time */
} reader;

typedef struct cell {
  uint32_t from, to, time_ms;
} cell;

static void G_GNUC_PRINTF(2, 3) fail(reader *at, const char *format, ...) {
  if (at->failed) return;
  at->failed = true;
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(at->error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_OPEN, "%s:%zu:%zu: %s", at->file, at->line,
              at->column + 1, text);
}

bool mi_matrix_parse_seconds(const char *text, size_t length, uint32_t *out_ms) {
  uint64_t ms = 0, unit = 1000;
  bool digits = false, fraction = false;
  int round_by = -1;
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') return false;
    unsigned digit = (unsigned)(text[i] - '0');
    digits = true;
    if (!fraction)
      ms = ms * 10 + digit * UINT64_C(1000);
    else if (unit > 1)
      ms += digit * (unit /= 10);
    else if (round_by < 0)
      round_by = digit >= 5;
    if (ms > LARGEST_MS) return false;
  }
  if (round_by > 0) ms++;
  *out_ms = (uint32_t)ms;
  return digits;
}

static char *trim(const char *data, size_t length) { return g_strstrip(g_strndup(data, length)); }

static bool check_place_name(reader *at, const char *name, size_t length) {
  if (length == 0)
    fail(at, "expected a place id, found an empty cell");
  else if (length > LONGEST_PLACE)
    fail(at, "expected a place id of at most 256 bytes, found %zu", length);
  else if (strlen(name) != length || !g_utf8_validate(name, -1, NULL))
    fail(at, "expected a place id in UTF-8, found other bytes");
  return !at->failed;
}

static uint32_t intern_place(reader *at, const char *name) {
  uint32_t known = GPOINTER_TO_UINT(g_hash_table_lookup(at->by_name, name));
  if (known) return known - 1;
  if (at->names->len == MOST_PLACES) {
    fail(at, "expected at most %d places, found one more", MOST_PLACES);
    return 0;
  }
  char *copy = g_strdup(name);
  g_ptr_array_add(at->names, copy);
  g_hash_table_insert(at->by_name, copy, GUINT_TO_POINTER(at->names->len));
  return at->names->len - 1;
}

static void read_header_cell(reader *at, const char *data, size_t length) {
  if (at->column == 0) return;
  g_autofree char *name = trim(data, length);
  if (!check_place_name(at, name, strlen(name))) return;
  bool repeated = g_hash_table_contains(at->by_name, name);
  uint32_t place = intern_place(at, name);
  if (repeated) fail(at, "place \"%s\" heads two columns", name);
  g_array_append_val(at->columns, place);
}

/* An empty one may belong to an empty row: only a cell after it tells. */
static void read_row_name(reader *at, const char *data, size_t length) {
  at->row_place = MUSTER_NONE;
  if (length == 0) return;
  g_autofree char *name = trim(data, length);
  if (!check_place_name(at, name, strlen(name))) return;
  at->row_place = intern_place(at, name);
  if (!g_hash_table_add(at->rows_seen, GUINT_TO_POINTER(at->row_place + 1)))
    fail(at, "place \"%s\" heads two rows", name);
}

static void read_time(reader *at, const char *data, size_t length) {
  if (at->row_place == MUSTER_NONE) {
    at->column = 0;
    fail(at, "expected a place id, found an empty cell");
    return;
  }
  if (at->column > at->columns->len) {
    fail(at, "expected %u times after the place, found more", at->columns->len);
    return;
  }
  g_autofree char *text = trim(data, length);
  cell given = {at->row_place, g_array_index(at->columns, uint32_t, at->column - 1), MUSTER_UNREACHABLE_MS};
  if (*text && !mi_matrix_parse_seconds(text, strlen(text), &given.time_ms)) {
    g_autofree char *valid = g_utf8_make_valid(text, MIN((gssize)strlen(text), 40));
    fail(at, "expected seconds from 0 to 4000000 or nothing, found \"%s\"", valid);
    return;
  }
  g_array_append_val(at->cells, given);
}

static void on_cell(void *data, size_t length, void *user_data) {
  reader *at = user_data;
  if (at->failed) return;
  const char *text = data ? data : "";
  if (at->column > 0 || length > 0) at->empty_row = false;
  if (at->row == 0)
    read_header_cell(at, text, length);
  else if (at->column == 0)
    read_row_name(at, text, length);
  else
    read_time(at, text, length);
  for (size_t i = 0; i < length; i++) at->newlines += text[i] == '\n';
  at->column++;
}

static void end_row(reader *at) {
  if (at->failed || at->empty_row) return;
  if (at->row == 0 && at->columns->len == 0) fail(at, "expected place ids in the header row, found none");
  if (at->row > 0 && at->column != at->columns->len + 1u)
    fail(at, "expected %u times after the place, found %zu", at->columns->len, at->column - 1);
  at->row++;
}

static void on_row(int terminator, void *user_data) {
  reader *at = user_data;
  (void)terminator;
  end_row(at);
  at->line += 1 + at->newlines;
  at->column = at->newlines = 0;
  at->empty_row = true;
}

/* Pairs that the table does not hold cannot be travelled; a place without a row or a column is 0 s from itself. */
static MusterTravel *build(const reader *at) {
  size_t count = at->names->len;
  g_autofree uint32_t *times_ms = g_new(uint32_t, count * count);
  for (size_t i = 0; i < count * count; i++) times_ms[i] = MUSTER_UNREACHABLE_MS;
  for (size_t i = 0; i < count; i++) times_ms[i * count + i] = 0;
  for (guint i = 0; i < at->cells->len; i++) {
    const cell *given = &g_array_index(at->cells, cell, i);
    times_ms[given->from * count + given->to] = given->time_ms;
  }
  return muster_travel_new_matrix((const char *const *)(void *)at->names->pdata, count, times_ms);
}

MusterTravel *mi_matrix_parse(const char *file, const char *csv, size_t bytes, GError **error) {
  struct csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_REPALL_NL) != 0) g_error("out of memory");
  reader at = {.file = file,
               .error = error,
               .line = 1,
               .empty_row = true,
               .names = g_ptr_array_new_with_free_func(g_free),
               .by_name = g_hash_table_new(g_str_hash, g_str_equal),
               .columns = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
               .rows_seen = g_hash_table_new(NULL, NULL),
               .cells = g_array_new(FALSE, FALSE, sizeof(cell))};
  if (bytes >= 3 && memcmp(csv, "\xef\xbb\xbf", 3) == 0) csv += 3, bytes -= 3; /* a spreadsheet's byte order mark */
  bool parsed =
      csv_parse(&parser, csv, bytes, on_cell, on_row, &at) == bytes && csv_fini(&parser, on_cell, on_row, &at) == 0;
  if (!parsed) fail(&at, "not CSV: %s", csv_strerror(csv_error(&parser)));
  if (!at.failed && at.row < 2) fail(&at, "expected a header row and at least one row of times, found %zu", at.row);
  size_t places = at.names->len;
  if (!at.failed && places > FREE_PLACES && places * places / CELLS_A_BYTE > bytes)
    fail(&at, "%zu places, but far fewer times than a table of them holds", places);
  MusterTravel *travel = at.failed ? NULL : build(&at);
  csv_free(&parser);
  g_ptr_array_unref(at.names);
  g_hash_table_unref(at.by_name);
  g_array_unref(at.columns);
  g_hash_table_unref(at.rows_seen);
  g_array_unref(at.cells);
  return travel;
}

MusterTravel *muster_travel_read_matrix(const char *path, GError **error) {
  g_autoptr(GMappedFile) map = mi_map_file(path, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_OPEN, error);
  if (!map) return NULL;
  size_t bytes = g_mapped_file_get_length(map);
  const char *contents = g_mapped_file_get_contents(map);
  return mi_matrix_parse(path, contents ? contents : "", bytes, error);
}
