/* Tables of travel times; see table.h. */
#include "table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "streams.h"

enum { DECIMALS_MOST = 6, SHOWN = 40 };
#define NO_WAY UINT64_MAX
#define LARGEST (UINT64_C(1) << 42) /* so that six more digits still fit */

/* A file read line by line; where an error stands. */
typedef struct reader {
  const char *name;
  FILE *stream;
  char *line;
  size_t capacity, number;
  bool failed; /* *error is set */
} reader;

static bool G_GNUC_PRINTF(3, 4) refuse(const reader *r, GError **error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *sentence = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, MT_ERROR, 0, "%s:%zu: %s", r->name, r->number, sentence);
  return false;
}

static bool refuse_word(const reader *r, GError **error, const char *expected, const char *found) {
  g_autofree char *valid = g_utf8_make_valid(found, (gssize)strnlen(found, SHOWN));
  return refuse(r, error, "expected %s, found \"%s\"%s", expected, valid, strnlen(found, SHOWN + 1) > SHOWN ? "…" : "");
}

static bool open_reader(reader *r, const char *path, GError **error) {
  *r = (reader){.name = mt_input_name(path)};
  r->stream = mt_input_open(path, error);
  return r->stream != NULL;
}

static void close_reader(reader *r) {
  free(r->line);
  if (r->stream && r->stream != stdin) fclose(r->stream);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(reader, close_reader)

/* The next line, without its end; NULL at the end, and where it cannot be read. */
static char *read_line(reader *r, GError **error) {
  ssize_t bytes = getline(&r->line, &r->capacity, r->stream);
  if (bytes < 0) {
    r->failed = ferror(r->stream) != 0;
    if (r->failed) g_set_error(error, MT_ERROR, 0, "%s: cannot be read: %s", r->name, g_strerror(errno));
    return NULL;
  }
  r->number++;
  if (strlen(r->line) != (size_t)bytes) {
    r->failed = true;
    refuse(r, error, "expected text, found a NUL byte");
    return NULL;
  }
  r->line[strcspn(r->line, "\r\n")] = '\0';
  bool has_mark = r->number == 1 && g_str_has_prefix(r->line, "\xEF\xBB\xBF");
  return r->line + (has_mark ? 3 : 0);
}

/* ---- numbers ---- */

/* Digits with at most one point: the number without its point, and how many digits stand after it. */
static bool parse_decimal(const char *text, uint64_t *out, unsigned *decimals) {
  bool has_point = false, has_digit = false;
  *out = 0;
  *decimals = 0;
  for (; *text; text++) {
    if (*text == '.' && !has_point) {
      has_point = true;
      continue;
    }
    if (!g_ascii_isdigit(*text) || *out > LARGEST) return false;
    has_digit = true;
    *out = *out * 10 + (uint64_t)(*text - '0');
    *decimals += has_point;
  }
  for (; *decimals > 0 && *out % 10 == 0; --*decimals) *out /= 10;
  return has_digit && *decimals <= DECIMALS_MOST;
}

static uint64_t power_of_ten(unsigned exponent) {
  uint64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

bool mt_table_parse_time(const mt_table *table, const char *text, const char *what, uint32_t *out, GError **error) {
  uint64_t value;
  unsigned decimals;
  bool fits = parse_decimal(text, &value, &decimals);
  if (fits && decimals > table->decimals) value /= power_of_ten(decimals - table->decimals);
  if (fits && decimals < table->decimals) value *= power_of_ten(table->decimals - decimals);
  if (!fits || value >= MUSTER_UNREACHABLE_MS) {
    g_autofree char *valid = g_utf8_make_valid(text, (gssize)strnlen(text, SHOWN));
    g_set_error(error, MT_ERROR, 0, "%s: expected a number from 0 to %.*f, found \"%s\"", what, (int)table->decimals,
                (double)(MUSTER_UNREACHABLE_MS - 1) / (double)power_of_ten(table->decimals), valid);
    return false;
  }
  *out = (uint32_t)value;
  return true;
}

/* ---- the table ---- */

/* What is read so far: lines by columns. */
typedef struct sheet {
  mt_names names;
  bool is_named;
  GPtrArray *line_names, *column_names;
  size_t columns, lines;
  GArray *cells; /* uint64_t, in 10^−decimals */
  unsigned decimals;
} sheet;

static void clear_sheet(sheet *s) {
  g_ptr_array_unref(s->line_names);
  g_ptr_array_unref(s->column_names);
  g_array_unref(s->cells);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(sheet, clear_sheet)

/* Blanks and one pair of quotes around a cell go. */
static char *strip_cell(char *cell) {
  g_strstrip(cell);
  size_t length = strlen(cell);
  if (length >= 2 && cell[0] == '"' && cell[length - 1] == '"') {
    cell[length - 1] = '\0';
    return g_strstrip(cell + 1);
  }
  return cell;
}

/* Whether a cell is neither empty nor made as numbers are. */
static bool holds_name(char **cells) {
  for (size_t i = 0; cells[i]; i++) {
    g_autofree char *copy = g_strdup(cells[i]);
    const char *cell = strip_cell(copy);
    if (cell[strspn(cell, "0123456789.+-")] != '\0') return true;
  }
  return false;
}

static bool add_name(const reader *r, GPtrArray *names, const char *name, GError **error) {
  if (!*name) return refuse(r, error, "expected a name, found an empty cell");
  if (!g_utf8_validate(name, -1, NULL)) return refuse_word(r, error, "text in UTF-8", name);
  g_ptr_array_add(names, g_strdup(name));
  return true;
}

/* Cells already read get more digits after the point. */
static void add_decimals(sheet *s, unsigned decimals) {
  uint64_t factor = power_of_ten(decimals - s->decimals);
  for (guint i = 0; i < s->cells->len; i++) {
    uint64_t *cell = &g_array_index(s->cells, uint64_t, i);
    if (*cell != NO_WAY) *cell = *cell > LARGEST ? LARGEST + 1 : *cell * factor;
  }
  s->decimals = decimals;
}

static bool add_cell(const reader *r, sheet *s, const char *text, GError **error) {
  uint64_t value = NO_WAY;
  unsigned decimals = s->decimals;
  if (*text && !parse_decimal(text, &value, &decimals))
    return refuse_word(r, error, "a number of 0 or more with at most 6 decimals, or an empty cell", text);
  if (*text && decimals > s->decimals) add_decimals(s, decimals);
  if (*text) value *= power_of_ten(s->decimals - decimals);
  g_array_append_val(s->cells, value);
  return true;
}

static bool take_line(const reader *r, sheet *s, char **cells, GError **error) {
  size_t count = g_strv_length(cells), first = s->is_named;
  if (count != s->columns + first)
    return refuse(r, error, "expected %zu cells as in the first line, found %zu", s->columns + first, count);
  if (s->is_named && !add_name(r, s->line_names, strip_cell(cells[0]), error)) return false;
  for (size_t i = first; i < count; i++)
    if (!add_cell(r, s, strip_cell(cells[i]), error)) return false;
  s->lines++;
  return true;
}

/* False: the empty corner of names that are numbers, or a pair without a way? */
static bool find_names(const reader *r, sheet *s, char **cells, GError **error) {
  bool holds = holds_name(cells);
  s->is_named = s->names == MT_NAMES_YES || (s->names == MT_NAMES_GUESS && holds);
  bool has_corner = cells[0] && cells[0][strspn(cells[0], " \t\"")] == '\0' && cells[1];
  if (s->names != MT_NAMES_GUESS || holds || !has_corner) return true;
  return refuse(r, error,
                "expected --names yes or --names no where the first cell is empty and the others are numbers, "
                "found neither");
}

static bool take_first_line(const reader *r, sheet *s, char **cells, GError **error) {
  if (!find_names(r, s, cells, error)) return false;
  s->columns = g_strv_length(cells) - s->is_named;
  if (s->columns == 0) return refuse(r, error, "expected a corner and names, found the corner only");
  if (!s->is_named) return take_line(r, s, cells, error);
  for (size_t i = 1; cells[i]; i++)
    if (!add_name(r, s->column_names, strip_cell(cells[i]), error)) return false;
  return true;
}

static bool read_sheet(reader *r, sheet *s, GError **error) {
  for (char *line; (line = read_line(r, error));) {
    bool is_blank = line[strspn(line, " \t")] == '\0';
    bool is_cell = s->columns == 1 && !s->is_named;
    if (is_blank && !is_cell) continue;
    g_auto(GStrv) cells = is_blank ? g_strdupv((char *[]){line, NULL}) : g_strsplit(line, ",", -1);
    if (!(s->columns ? take_line : take_first_line)(r, s, cells, error)) return false;
  }
  if (r->failed) return false;
  if (s->lines > 0) return true;
  g_set_error(error, MT_ERROR, 0, "%s: expected a line of times, found none", r->name);
  return false;
}

/* Numbers first, by value; then text. */
static int compare_names(const void *a, const void *b) {
  const char *left = **(const char *const *const *)a, *right = **(const char *const *const *)b;
  bool left_is_number = left[strspn(left, "0123456789")] == '\0';
  bool right_is_number = right[strspn(right, "0123456789")] == '\0';
  if (left_is_number != right_is_number) return left_is_number ? -1 : 1;
  size_t left_digits = strlen(left + strspn(left, "0")), right_digits = strlen(right + strspn(right, "0"));
  if (left_is_number && left_digits != right_digits) return left_digits < right_digits ? -1 : 1;
  return strcmp(left, right);
}

/* Places in the order of their names; NULL if one stands twice. */
static uint32_t *order_names(const reader *r, const GPtrArray *names, size_t count, GError **error) {
  uint32_t *order = g_new(uint32_t, count);
  for (size_t i = 0; i < count; i++) order[i] = (uint32_t)i;
  if (names->len == 0) return order;
  g_autofree char ***sorted = g_new(char **, count);
  for (size_t i = 0; i < count; i++) sorted[i] = (char **)&names->pdata[i];
  qsort(sorted, count, sizeof *sorted, compare_names);
  for (size_t i = 0; i < count; i++) {
    order[i] = (uint32_t)(sorted[i] - (char **)names->pdata);
    if (i == 0 || strcmp(*sorted[i], *sorted[i - 1]) != 0) continue;
    g_set_error(error, MT_ERROR, 0, "%s: expected each name once, found \"%s\" twice", r->name, *sorted[i]);
    g_free(order);
    return NULL;
  }
  return order;
}

static char **take_names(GPtrArray *names, const uint32_t *order) {
  if (names->len == 0) return NULL;
  char **taken = g_new0(char *, names->len + 1);
  for (guint i = 0; i < names->len; i++) taken[i] = g_strdup(g_ptr_array_index(names, order[i]));
  return taken;
}

static bool fill_table(const reader *r, sheet *s, bool sites_in_rows, mt_table *table, GError **error) {
  g_autofree uint32_t *lines = order_names(r, s->line_names, s->lines, error);
  g_autofree uint32_t *columns = lines ? order_names(r, s->column_names, s->columns, error) : NULL;
  if (!columns) return false;
  const uint32_t *demands = sites_in_rows ? columns : lines, *sites = sites_in_rows ? lines : columns;
  table->demand_count = sites_in_rows ? s->columns : s->lines;
  table->site_count = sites_in_rows ? s->lines : s->columns;
  table->decimals = s->decimals;
  table->times = g_new(uint32_t, s->lines * s->columns);
  for (size_t i = 0; i < table->demand_count; i++)
    for (size_t j = 0; j < table->site_count; j++) {
      size_t line = sites_in_rows ? sites[j] : demands[i], column = sites_in_rows ? demands[i] : sites[j];
      uint64_t value = g_array_index(s->cells, uint64_t, line * s->columns + column);
      if (value != NO_WAY && value >= MUSTER_UNREACHABLE_MS) {
        g_set_error(error, MT_ERROR, 0,
                    "%s: line %zu of times, cell %zu: expected at most %u, counted in units of the %u decimals in use, "
                    "found more",
                    r->name, line + 1, column + 1, MUSTER_UNREACHABLE_MS - 1, s->decimals);
        return false;
      }
      table->times[i * table->site_count + j] = value == NO_WAY ? MUSTER_UNREACHABLE_MS : (uint32_t)value;
    }
  table->demand_names = take_names(sites_in_rows ? s->column_names : s->line_names, demands);
  table->site_names = take_names(sites_in_rows ? s->line_names : s->column_names, sites);
  return true;
}

bool mt_table_read(mt_table *table, const char *path, mt_names names, bool sites_in_rows, GError **error) {
  g_auto(reader) r = {0};
  if (!open_reader(&r, path, error)) return false;
  g_auto(sheet) s = {.names = names,
                     .line_names = g_ptr_array_new_with_free_func(g_free),
                     .column_names = g_ptr_array_new_with_free_func(g_free),
                     .cells = g_array_new(FALSE, FALSE, sizeof(uint64_t))};
  return read_sheet(&r, &s, error) && fill_table(&r, &s, sites_in_rows, table, error);
}

bool mt_table_read_orlib(mt_table *table, const char *path, GError **error) {
  MusterPmed pmed = {0};
  if (!mt_input_file(&path, error) || !muster_pmed_read(path, &pmed, error)) return false;
  table->demand_count = table->site_count = pmed.node_count;
  table->times = pmed.times;
  table->p = pmed.p;
  return true;
}

void mt_table_clear(mt_table *table) {
  g_free(table->times);
  g_free(table->weights);
  g_strfreev(table->demand_names);
  g_strfreev(table->site_names);
  *table = (mt_table){0};
}

/* ---- lists that go with it ---- */

static bool find_place(char *const *names, size_t count, const char *word, uint32_t *out) {
  for (size_t i = 0; names && i < count; i++)
    if (strcmp(names[i], word) == 0) {
      *out = (uint32_t)i;
      return true;
    }
  guint64 number;
  if (names || !g_ascii_string_to_unsigned(word, 10, 1, count, &number, NULL)) return false;
  *out = (uint32_t)(number - 1);
  return true;
}

/* The next line that holds something, without comment and blanks around it. */
static char *read_entry(reader *r, GError **error) {
  for (char *line; (line = read_line(r, error));) {
    line[strcspn(line, "#")] = '\0';
    g_strstrip(line);
    if (*line) return line;
  }
  return NULL;
}

static bool take_weight(const reader *r, const char *word, uint32_t *out, GError **error) {
  guint64 weight;
  if (!g_ascii_string_to_unsigned(word, 10, 0, UINT32_MAX, &weight, NULL))
    return refuse_word(r, error, "a weight, a whole number from 0 to 4294967295", word);
  *out = (uint32_t)weight;
  return true;
}

/* "DEMAND WEIGHT": the last word is the weight, so that names may hold blanks. */
static bool take_named_weight(const reader *r, mt_table *table, char *entry, GError **error) {
  char *last = entry + strlen(entry);
  while (last > entry && !strchr(" \t,", last[-1])) last--;
  if (last == entry) return refuse_word(r, error, "DEMAND WEIGHT as in the first line", entry);
  g_autofree char *name = g_strndup(entry, (gsize)(last - entry));
  g_strchomp(g_strdelimit(name, ",", ' '));
  uint32_t demand;
  if (!find_place(table->demand_names, table->demand_count, name, &demand))
    return refuse_word(r, error, "a demand of the table", name);
  return take_weight(r, last, &table->weights[demand], error);
}

bool mt_table_read_weights(mt_table *table, const char *path, GError **error) {
  g_auto(reader) r = {0};
  if (!open_reader(&r, path, error)) return false;
  table->weights = g_new(uint32_t, table->demand_count);
  for (size_t i = 0; i < table->demand_count; i++) table->weights[i] = 1;
  size_t count = 0;
  bool is_named = false;
  for (char *entry; (entry = read_entry(&r, error)); count++) {
    if (count == 0) is_named = strpbrk(entry, " \t,") != NULL;
    if (is_named) {
      if (!take_named_weight(&r, table, entry, error)) return false;
      continue;
    }
    if (count == table->demand_count)
      return refuse(&r, error, "expected %zu weights, one a demand, found more", table->demand_count);
    if (!take_weight(&r, entry, &table->weights[count], error)) return false;
  }
  if (r.failed) return false;
  if (!is_named && table->demand_names)
    return refuse(&r, error, "expected \"DEMAND WEIGHT\" a line, for the table has names, found weights only");
  if (is_named || count == table->demand_count) return true;
  g_set_error(error, MT_ERROR, 0, "%s: expected %zu weights, one a demand, found %zu", r.name, table->demand_count,
              count);
  return false;
}

bool mt_table_read_sites(const mt_table *table, const char *path, uint32_t **out, size_t *count, GError **error) {
  g_auto(reader) r = {0};
  if (!open_reader(&r, path, error)) return false;
  g_autoptr(GArray) sites = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  for (char *entry; (entry = read_entry(&r, error));) {
    uint32_t site;
    if (!find_place(table->site_names, table->site_count, entry, &site))
      return refuse_word(&r, error, "a site of the table", entry);
    g_array_append_val(sites, site);
  }
  if (r.failed) return false;
  *count = sites->len;
  *out = (uint32_t *)(void *)g_array_steal(sites, NULL);
  return true;
}
