/* Text of a sheet: from its encoding to UTF-8, whole or not at all, with the place of the first byte that does not fit.
 * Decoding is iconv's, by g_convert. */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "county/import.h"

/* A sheet of a million volunteers has some 100 MB. */
enum { MAX_SHEET_BYTES = 512 << 20 };

static bool read_bytes(mi_import *import, mi_sheet_kind sheet, char **bytes, size_t *size) {
  const char *path = import->paths[sheet];
  g_autoptr(GError) error = NULL;
  GStatBuf status;
  const char *problem = NULL;
  if (g_stat(path, &status) != 0)
    problem = g_strerror(errno);
  else if (!S_ISREG(status.st_mode))
    problem = "it is not a file";
  else if (status.st_size > MAX_SHEET_BYTES)
    problem = "it is larger than 512 MiB";
  else if (!g_file_get_contents(path, bytes, size, &error))
    problem = g_strerror(errno);
  if (!problem) return true;
  import->unopened = true;
  mi_import_defect(import, sheet, 0, 0, "%s: cannot be read: %s", path, problem);
  return false;
}

/* Line and character that follow `before`, a valid text. */
static void find_place(const char *before, size_t size, size_t *line, size_t *column) {
  const char *start = before;
  *line = 1;
  for (const char *at = before; at < before + size; at++)
    if (*at == '\n') {
      *line += 1;
      start = at + 1;
    }
  *column = (size_t)g_utf8_strlen(start, (gssize)(before + size - start)) + 1;
}

static void report_byte(mi_import *import, mi_sheet_kind sheet, const char *before, size_t size, uint8_t byte,
                        const char *encoding, const char *advice) {
  size_t line, column;
  find_place(before, size, &line, &column);
  mi_import_defect(import, sheet, line, column, "byte 0x%02X is not %s%s (the column counts characters)", byte,
                   encoding, advice);
}

static bool check_utf8(mi_import *import, mi_sheet_kind sheet, const char *text, size_t size) {
  const char *end;
  if (g_utf8_validate(text, (gssize)size, &end)) return true;
  size_t place = (size_t)(end - text);
  if (text[place] == '\0')
    report_byte(import, sheet, text, place, 0, "text", "; expected a plain text file");
  else
    report_byte(import, sheet, text, place, (uint8_t)text[place], "UTF-8",
                "; a sheet from a Chinese spreadsheet may need the encoding gb18030");
  return false;
}

static bool is_utf8(const char *encoding) {
  return !encoding || g_ascii_strcasecmp(encoding, "utf-8") == 0 || g_ascii_strcasecmp(encoding, "utf8") == 0;
}

/* Replaces the bytes by their UTF-8. */
static bool decode(mi_import *import, mi_sheet_kind sheet, char **bytes, size_t *size) {
  const char *encoding = import->input->encoding;
  gsize read = 0, written = 0;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = g_convert(*bytes, (gssize)*size, "UTF-8", encoding, &read, &written, &error);
  if (!text || read < *size) {
    g_autofree char *good = g_convert(*bytes, (gssize)read, "UTF-8", encoding, NULL, &written, NULL);
    report_byte(import, sheet, good ? good : "", good ? written : 0, (uint8_t)(*bytes)[read], encoding,
                text ? "; the last character is cut" : "");
    return false;
  }
  g_free(*bytes);
  *bytes = g_steal_pointer(&text);
  *size = written;
  return check_utf8(import, sheet, *bytes, *size);
}

/* "\r\n" and lone "\r" to '\n', so that a line is a line whoever wrote the file. */
static size_t unify_line_ends(char *text, size_t size) {
  size_t out = 0;
  for (size_t i = 0; i < size; i++) {
    if (text[i] == '\r' && i + 1 < size && text[i + 1] == '\n') continue;
    text[out++] = text[i] == '\r' ? '\n' : text[i];
  }
  text[out] = '\0';
  return out;
}

char *mi_import_load(mi_import *import, mi_sheet_kind sheet, size_t *size) {
  static const char mark[] = "\xEF\xBB\xBF";
  g_autofree char *bytes = NULL;
  if (!read_bytes(import, sheet, &bytes, size)) return NULL;
  bool marked = *size >= 3 && memcmp(bytes, mark, 3) == 0;
  /* GeoJSON is UTF-8 by its standard (RFC 8259), whatever the sheets beside it are. */
  bool plain = marked || is_utf8(import->input->encoding) ||
               (sheet == MI_SHEET_AREAS && g_utf8_validate(bytes, (gssize)*size, NULL));
  if (plain ? !check_utf8(import, sheet, bytes, *size) : !decode(import, sheet, &bytes, size)) return NULL;
  if (*size >= 3 && memcmp(bytes, mark, 3) == 0) {
    *size -= 3;
    memmove(bytes, bytes + 3, *size);
  }
  *size = unify_line_ends(bytes, *size);
  return g_steal_pointer(&bytes);
}
