/* Cells of a row as numbers, words, sets and positions; each mistake is reported with what was expected. */
#include <math.h>
#include <string.h>

#include "county/import_sheet.h"

static bool is_blank(mi_sheet *sheet, int column) {
  if (*mi_sheet_raw(sheet, column)) return false;
  /* A column that is missing altogether has been reported with the header. */
  if (sheet->columns[column].required && sheet->place[column] >= 0)
    mi_sheet_refuse(sheet, column, "is empty; expected a value");
  return true;
}

const char *mi_sheet_text(mi_sheet *sheet, int column) {
  if (is_blank(sheet, column)) return "";
  const char *text = mi_sheet_raw(sheet, column);
  if (mi_import_is_one_line(text)) return text;
  mi_sheet_refuse(sheet, column, "holds a line break or another control character; expected one line of text");
  return "";
}

const char *mi_sheet_contact(mi_sheet *sheet, int column) {
  const char *text = mi_sheet_text(sheet, column);
  const char *private_number = mi_import_private_number(text);
  if (private_number)
    mi_sheet_refuse(sheet, column, "looks like %s; expected an opaque contact id of your own directory",
                    private_number);
  else if (mi_import_is_mangled(text))
    mi_sheet_refuse(sheet, column,
                    "\"%s\" is a number that a spreadsheet has cut short; format the column as text and enter it again",
                    text);
  return sheet->good ? text : "";
}

/* ---- numbers ---- */

static bool is_whole_number(const char *text) {
  if (*text == '-') text++;
  return *text && text[strspn(text, "0123456789")] == '\0';
}

bool mi_sheet_parse_int(mi_sheet *sheet, int column, const char *text, int64_t least, int64_t most, int64_t *out) {
  if (mi_import_is_mangled(text)) {
    mi_sheet_refuse(sheet, column,
                    "\"%s\" is a number that a spreadsheet has cut short; format the column as text and enter it again",
                    text);
    return false;
  }
  if (!is_whole_number(text)) {
    mi_sheet_refuse(sheet, column, "expected a whole number, found \"%.40s\"", text);
    return false;
  }
  gint64 value;
  if (g_ascii_string_to_signed(text, 10, least, most, &value, NULL)) {
    *out = value;
    return true;
  }
  mi_sheet_refuse(sheet, column,
                  "expected a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ", found %.40s", least, most,
                  text);
  return false;
}

int64_t mi_sheet_int(mi_sheet *sheet, int column, int64_t least, int64_t most, int64_t otherwise) {
  int64_t value = otherwise;
  if (!is_blank(sheet, column)) mi_sheet_parse_int(sheet, column, mi_sheet_raw(sheet, column), least, most, &value);
  return value;
}

int64_t mi_sheet_new_id(mi_sheet *sheet, int column, GHashTable *known, uint32_t detail) {
  int64_t id;
  if (is_blank(sheet, column) || !mi_sheet_parse_int(sheet, column, mi_sheet_raw(sheet, column), 1, INT64_MAX, &id))
    return 0;
  const char *private_number = mi_import_private_number(mi_sheet_raw(sheet, column));
  if (private_number && sheet->kind == MI_SHEET_VOLUNTEERS) {
    mi_sheet_refuse(sheet, column, "looks like %s; expected a number of the roster", private_number);
    return 0;
  }
  const mi_known *first;
  if (mi_import_note(known, id, (mi_known){sheet->kind, mi_sheet_line(sheet), detail}, &first)) return id;
  mi_sheet_refuse(sheet, column, "%" G_GINT64_FORMAT " stands already in %s, line %u", id,
                  sheet->import->paths[first->sheet], first->line);
  return 0;
}

static bool read_double(mi_sheet *sheet, int column, double *out) {
  const char *text = mi_sheet_raw(sheet, column);
  char *end;
  *out = g_ascii_strtod(text, &end);
  if (text[strspn(text, "+-.0123456789eE")] == '\0' && *end == '\0' && end != text && isfinite(*out)) return true;
  mi_sheet_refuse(sheet, column, "expected a decimal number such as 109.4076, found \"%.40s\"", text);
  return false;
}

bool mi_sheet_position(mi_sheet *sheet, int x_column, int y_column, MusterPosition *out) {
  bool x_blank = is_blank(sheet, x_column), y_blank = is_blank(sheet, y_column);
  if (x_blank || y_blank) {
    bool half = x_blank != y_blank && !sheet->columns[x_column].required;
    if (half) mi_sheet_refuse(sheet, x_blank ? x_column : y_column, "is empty, but the other coordinate is not");
    return false;
  }
  double x, y;
  bool x_good = read_double(sheet, x_column, &x), y_good = read_double(sheet, y_column, &y);
  if (!x_good || !y_good) return false;
  g_autofree char *problem = NULL;
  bool second;
  if (mi_import_place(sheet->import, x, y, out, &problem, &second)) return true;
  mi_sheet_refuse(sheet, second ? y_column : x_column, "%s", problem);
  return false;
}

/* ---- words ---- */

static char *list_words(const mi_word *words) {
  g_autoptr(GString) list = g_string_new(NULL);
  for (const mi_word *word = words; word->names; word++)
    g_string_append_printf(list, "%s%.*s", list->len ? ", " : "", (int)strcspn(word->names, "|"), word->names);
  return g_strdup(list->str);
}

static bool find_word(mi_sheet *sheet, int column, const char *text, const mi_word *words, unsigned *value) {
  for (const mi_word *word = words; word->names; word++)
    if (mi_names_hold(word->names, text)) {
      *value = word->value;
      return true;
    }
  g_autofree char *list = list_words(words);
  mi_sheet_refuse(sheet, column, "expected one of %s, found \"%.40s\"", list, text);
  return false;
}

unsigned mi_sheet_word(mi_sheet *sheet, int column, const mi_word *words, unsigned otherwise) {
  unsigned value = otherwise;
  if (!is_blank(sheet, column)) find_word(sheet, column, mi_sheet_raw(sheet, column), words, &value);
  return value;
}

unsigned mi_sheet_word_set(mi_sheet *sheet, int column, const mi_word *words, unsigned otherwise) {
  if (is_blank(sheet, column)) return otherwise;
  unsigned set = 0;
  g_auto(GStrv) parts = mi_sheet_parts(sheet, column);
  for (size_t i = 0; parts[i]; i++) {
    unsigned value;
    if (find_word(sheet, column, parts[i], words, &value)) set |= value;
  }
  return set;
}

char **mi_sheet_parts(mi_sheet *sheet, int column) {
  static const char *const wide[] = {"；", "，", "、"};
  g_autoptr(GString) text = g_string_new(mi_sheet_text(sheet, column));
  for (size_t i = 0; i < G_N_ELEMENTS(wide); i++) g_string_replace(text, wide[i], ";", 0);
  g_strdelimit(text->str, ",", ';');
  g_auto(GStrv) parts = g_strsplit(text->str, ";", -1);
  GPtrArray *kept = g_ptr_array_new();
  for (size_t i = 0; parts[i]; i++) {
    char *part = g_strstrip(parts[i]);
    if (*part) g_ptr_array_add(kept, g_strdup(part));
  }
  g_ptr_array_add(kept, NULL);
  return (char **)g_ptr_array_free(kept, FALSE);
}
