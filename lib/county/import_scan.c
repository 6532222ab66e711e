/* Where the features of a GeoJSON text begin: one pass over a text that is known to be valid JSON, so that neither the
 * nesting nor the ends of strings need to be checked again. */
#include <string.h>

#include "county/import.h"

typedef struct scan {
  const char *at;
  const char *counted; /* line and column are those of this place, at or before `at` */
  uint32_t line, column;
  size_t depth;
} scan;

/* Counts on from the last time, so that one long line costs no more than many short ones. */
static mi_text_place find_place(scan *in) {
  for (; in->counted < in->at; in->counted++) {
    if (*in->counted == '\n') {
      in->line++;
      in->column = 1;
    } else if ((*in->counted & 0xC0) != 0x80) {
      in->column++; /* not for the further bytes of a UTF-8 character */
    }
  }
  return (mi_text_place){in->line, in->column};
}

/* Past a string; its text between the quotes as it stands. */
static size_t skip_string(scan *in, const char **start) {
  *start = ++in->at;
  while (*in->at != '"') in->at += in->at[0] == '\\' ? 2 : 1;
  return (size_t)(in->at - *start);
}

GArray *mi_import_find_features(const char *text) {
  GArray *places = g_array_new(FALSE, FALSE, sizeof(mi_text_place));
  scan in = {text, text, 1, 1, 0};
  bool named = false, inside = false;
  for (; *in.at; in.at++) {
    if (*in.at == '"') {
      const char *start;
      size_t length = skip_string(&in, &start);
      if (in.depth == 1) named = length == 8 && memcmp(start, "features", 8) == 0;
    } else if (*in.at == '{' || *in.at == '[') {
      if (inside && in.depth == 2) {
        mi_text_place at = find_place(&in);
        g_array_append_val(places, at);
      }
      inside = inside || (named && in.depth == 1 && *in.at == '[');
      in.depth++;
    } else if (*in.at == '}' || *in.at == ']') {
      if (--in.depth == 1) inside = named = false;
    }
  }
  return places;
}
