/* CSV to cells, and the header row to columns; see import_sheet.h. */
#include "county/import_sheet.h"

#include <csv.h>
#include <string.h>

typedef struct mi_cell {
  const char *text;
  uint32_t line; /* where it begins */
} mi_cell;

/* Columns that would bring names and numbers of people into the county. */
static const char private_columns[] =
    "phone|telephone|tel|mobile|cell|phone_number|电话|手机|手机号|手机号码|电话号码|联系电话|联系方式|"
    "id_card|身份证|身份证号|身份证号码|email|邮箱|微信";
static const char private_names[] = "name|full_name|first_name|last_name|surname|姓名|名字|名称";

bool mi_names_hold(const char *names, const char *text) {
  size_t length = strlen(text);
  for (const char *at = names; at; at = strchr(at, '|')) {
    if (*at == '|') at++;
    size_t end = strcspn(at, "|");
    if (end == length && g_ascii_strncasecmp(at, text, length) == 0) return true;
  }
  return false;
}

/* ---- reading ---- */

typedef struct parsing {
  mi_sheet *sheet;
  uint32_t line;      /* of the byte being read */
  uint32_t cell_line; /* where the next cell begins */
  bool row_begun;     /* something but blanks has come since the last row */
} parsing;

static gunichar blank_at(const char *at) {
  gunichar character = g_utf8_get_char(at);
  return character == 0x3000 || character == 0xA0 || character == 0xFEFF || g_unichar_isspace(character) ? character
                                                                                                         : 0;
}

/* In place; also the wide blanks of Chinese typing. */
static char *strip_blanks(char *text) {
  while (*text && blank_at(text)) text = g_utf8_next_char(text);
  char *end = text + strlen(text);
  while (end > text) {
    char *last = g_utf8_prev_char(end);
    if (!blank_at(last)) break;
    end = last;
  }
  *end = '\0';
  return text;
}

static void take_cell(void *bytes, size_t size, void *data) {
  parsing *state = data;
  (void)size;
  mi_cell cell = {g_string_chunk_insert(state->sheet->texts, strip_blanks(bytes)), state->cell_line};
  g_array_append_val(state->sheet->cells, cell);
  state->cell_line = state->line;
}

static void take_row(int end, void *data) {
  (void)end;
  parsing *state = data;
  uint32_t count = state->sheet->cells->len;
  state->row_begun = false;
  g_array_append_val(state->sheet->row_first, count);
}

/* Spreadsheets of other locales put ';' or a tab between cells: the header line tells. */
static unsigned char find_delimiter(const char *text) {
  size_t end = strcspn(text, "\n");
  if (memchr(text, ',', end)) return ',';
  return memchr(text, '\t', end) ? '\t' : memchr(text, ';', end) ? ';' : ',';
}

static uint32_t first_cell(const mi_sheet *sheet, uint32_t row) {
  return g_array_index(sheet->row_first, uint32_t, row);
}

static uint32_t count_cells(const mi_sheet *sheet, uint32_t row) {
  return first_cell(sheet, row + 1) - first_cell(sheet, row);
}

static const mi_cell *find_cell(const mi_sheet *sheet, uint32_t row, uint32_t place) {
  return &g_array_index(sheet->cells, mi_cell, first_cell(sheet, row) + place);
}

/* The header counts. */
static uint32_t count_rows(const mi_sheet *sheet) { return sheet->row_first->len - 1; }

static void report_syntax(mi_sheet *sheet, const parsing *state, bool at_end) {
  uint32_t column = sheet->cells->len - first_cell(sheet, count_rows(sheet)) + 1;
  mi_import_defect(sheet->import, sheet->kind, state->cell_line, column,
                   at_end ? "a quote is opened in this cell and never closed"
                          : "a quote stands inside this cell; expected quotes around the whole cell, doubled inside "
                            "(the sheet is read no further)");
}

/* libcsv takes byte by byte, so that the line of each cell is known. */
static bool parse_cells(mi_sheet *sheet, const char *text, size_t size) {
  struct csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0) g_error("libcsv: out of memory");
  csv_set_delim(&parser, find_delimiter(text));
  parsing state = {sheet, 1, 1, false};
  bool good = true;
  for (size_t i = 0; good && i < size; i++) {
    if (!g_ascii_isspace(text[i])) state.row_begun = true;
    good = csv_parse(&parser, text + i, 1, take_cell, take_row, &state) == 1;
    if (text[i] != '\n') continue;
    state.line++;
    if (!state.row_begun) state.cell_line = state.line; /* otherwise the line ends inside a quoted cell */
  }
  if (!good)
    report_syntax(sheet, &state, false);
  else if (csv_fini(&parser, take_cell, take_row, &state) != 0) {
    report_syntax(sheet, &state, true);
    good = false;
  }
  csv_free(&parser);
  return good;
}

/* ---- the header ---- */

/* "id (编号), name (名称)": what a header may hold. */
static char *list_columns(const mi_column *columns) {
  g_autoptr(GString) list = g_string_new(NULL);
  for (const mi_column *column = columns; column->names; column++) {
    g_auto(GStrv) names = g_strsplit(column->names, "|", -1);
    const char *chinese = NULL;
    for (size_t i = 1; names[i] && !chinese; i++)
      if (!g_str_is_ascii(names[i])) chinese = names[i];
    g_string_append_printf(list, "%s%s", list->len ? ", " : "", names[0]);
    if (chinese) g_string_append_printf(list, " (%s)", chinese);
  }
  return g_strdup(list->str);
}

static bool is_private(const mi_sheet *sheet, const char *header) {
  return mi_names_hold(private_columns, header) ||
         (sheet->kind == MI_SHEET_VOLUNTEERS && mi_names_hold(private_names, header));
}

static void report_unknown(mi_sheet *sheet, const mi_cell *cell, uint32_t place) {
  if (is_private(sheet, cell->text)) {
    mi_import_defect(sheet->import, sheet->kind, cell->line, place + 1,
                     "the column \"%s\" holds personal data, which a county file never does; take it out and give an "
                     "opaque contact id instead (column \"contact\", 联系编号)",
                     cell->text);
    return;
  }
  g_autofree char *known = list_columns(sheet->columns);
  if (*cell->text)
    mi_import_defect(sheet->import, sheet->kind, cell->line, place + 1, "unknown column \"%s\"; known are %s",
                     cell->text, known);
  else
    mi_import_defect(sheet->import, sheet->kind, cell->line, place + 1, "a column without a name; known are %s", known);
}

static int find_column(const mi_column *columns, const char *header) {
  for (int i = 0; columns[i].names; i++)
    if (mi_names_hold(columns[i].names, header)) return i;
  return -1;
}

/* Empty header cells at the right end, without anything below, are no columns. */
static uint32_t count_header_cells(const mi_sheet *sheet) {
  uint32_t count = count_cells(sheet, 0);
  while (count > 0 && !*find_cell(sheet, 0, count - 1)->text) count--;
  return count;
}

/* False if a required column is missing: what the sheet defines is then not known in full. */
static bool match_header(mi_sheet *sheet) {
  bool complete = true;
  for (int i = 0; i < MI_MAX_COLUMNS; i++) sheet->place[i] = -1;
  uint32_t count = count_header_cells(sheet);
  for (uint32_t place = 0; place < count; place++) {
    const mi_cell *cell = find_cell(sheet, 0, place);
    int column = find_column(sheet->columns, cell->text);
    if (column < 0)
      report_unknown(sheet, cell, place);
    else if (sheet->place[column] >= 0)
      mi_import_defect(sheet->import, sheet->kind, cell->line, place + 1, "column \"%s\" stands already in column %d",
                       cell->text, sheet->place[column] + 1);
    else
      sheet->place[column] = (int)place;
  }
  for (int i = 0; sheet->columns[i].names; i++) {
    if (!sheet->columns[i].required || sheet->place[i] >= 0) continue;
    g_auto(GStrv) names = g_strsplit(sheet->columns[i].names, "|", 2);
    mi_import_defect(sheet->import, sheet->kind, 1, count + 1,
                     "the column \"%s\" is missing (header names accepted: %s)", names[0], sheet->columns[i].names);
    complete = false;
  }
  return complete;
}

bool mi_sheet_open(mi_import *import, mi_sheet_kind kind, const mi_column *columns, mi_sheet *sheet) {
  *sheet = (mi_sheet){.import = import, .kind = kind, .columns = columns};
  sheet->texts = g_string_chunk_new(1 << 16);
  sheet->cells = g_array_new(FALSE, FALSE, sizeof(mi_cell));
  sheet->row_first = g_array_new(FALSE, FALSE, sizeof(uint32_t));
  g_array_set_size(sheet->row_first, 1);
  g_array_index(sheet->row_first, uint32_t, 0) = 0;
  size_t size;
  g_autofree char *text = mi_import_load(import, kind, &size);
  /* A sheet that breaks off is checked as far as it was read, but ids in its rest are unknown. */
  import->broken[kind] = !text || !parse_cells(sheet, text, size);
  if (text && count_rows(sheet) == 0 && !import->broken[kind]) {
    mi_import_defect(import, kind, 1, 1, "the sheet is empty; expected a row of column names");
    import->broken[kind] = true;
  }
  if (count_rows(sheet) == 0) return false;
  if (!match_header(sheet)) import->broken[kind] = true;
  return true;
}

void mi_sheet_close(mi_sheet *sheet) {
  g_string_chunk_free(sheet->texts);
  g_array_unref(sheet->cells);
  g_array_unref(sheet->row_first);
}

/* ---- rows ---- */

static bool is_empty_row(const mi_sheet *sheet, uint32_t row) {
  for (uint32_t place = 0; place < count_cells(sheet, row); place++)
    if (*find_cell(sheet, row, place)->text) return false;
  return true;
}

static void check_width(mi_sheet *sheet) {
  uint32_t expected = count_header_cells(sheet);
  for (uint32_t place = expected; place < count_cells(sheet, sheet->row); place++) {
    const mi_cell *cell = find_cell(sheet, sheet->row, place);
    if (!*cell->text) continue;
    mi_import_defect(sheet->import, sheet->kind, cell->line, place + 1, "expected %u cells, found \"%.40s\" in cell %u",
                     expected, cell->text, place + 1);
    sheet->good = false;
    return;
  }
}

bool mi_sheet_next(mi_sheet *sheet) {
  do {
    sheet->row++;
    if (sheet->row >= count_rows(sheet)) return false;
  } while (is_empty_row(sheet, sheet->row));
  sheet->good = true;
  check_width(sheet);
  return true;
}

uint32_t mi_sheet_line(const mi_sheet *sheet) { return find_cell(sheet, sheet->row, 0)->line; }

const char *mi_sheet_raw(const mi_sheet *sheet, int column) {
  int place = sheet->place[column];
  return place >= 0 && (uint32_t)place < count_cells(sheet, sheet->row)
             ? find_cell(sheet, sheet->row, (uint32_t)place)->text
             : "";
}

void mi_sheet_refuse(mi_sheet *sheet, int column, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_autofree char *name = g_strndup(sheet->columns[column].names, strcspn(sheet->columns[column].names, "|"));
  int place = sheet->place[column];
  bool there = place >= 0 && (uint32_t)place < count_cells(sheet, sheet->row);
  uint32_t line = there ? find_cell(sheet, sheet->row, (uint32_t)place)->line : mi_sheet_line(sheet);
  mi_import_defect(sheet->import, sheet->kind, line, place >= 0 ? (size_t)place + 1 : 1, "column \"%s\": %s", name,
                   text);
  sheet->good = false;
}
