/* Where the features of a GeoJSON text begin: one pass over a text that is known to be valid JSON, so that neither the
 * nesting nor the ends of strings need to be checked again. */
#include <string.h>

#include "county/import.h"

typedef struct scan {
  const char *at, *line_start;
  uint32_t line;
  size_t depth;
} scan;

/* Past a string; its text between the quotes as it stands. */
static size_t skip_string(scan *in, const char **start) {
  *start = ++in->at;
  while (*in->at != '"') in->at += in->at[0] == '\\' ? 2 : 1;
  return (size_t)(in->at - *start);
}

GArray *mi_import_find_features(const char *text) {
  GArray *places = g_array_new(FALSE, FALSE, sizeof(mi_text_place));
  scan in = {text, text, 1, 0};
  bool named = false, inside = false;
  for (; *in.at; in.at++) {
    if (*in.at == '"') {
      const char *start;
      size_t length = skip_string(&in, &start);
      if (in.depth == 1) named = length == 8 && memcmp(start, "features", 8) == 0;
    } else if (*in.at == '\n') {
      in.line++;
      in.line_start = in.at + 1;
    } else if (*in.at == '{' || *in.at == '[') {
      mi_text_place at = {in.line, (uint32_t)g_utf8_strlen(in.line_start, in.at - in.line_start) + 1};
      if (inside && in.depth == 2) g_array_append_val(places, at);
      inside = inside || (named && in.depth == 1 && *in.at == '[');
      in.depth++;
    } else if (*in.at == '}' || *in.at == ']') {
      if (--in.depth == 1) inside = named = false;
    }
  }
  return places;
}
