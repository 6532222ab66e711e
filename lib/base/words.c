/* Enumerations and sets of them as words; see words.h. */
#include "base/words.h"

#include <glib.h>
#include <string.h>

int mi_word_find(const char *const *words, const char *text) {
  for (int i = 0; words[i]; i++)
    if (strcmp(words[i], text) == 0) return i;
  return -1;
}

const char *mi_word_at(const char *const *words, unsigned value) {
  for (unsigned i = 0; words[i]; i++)
    if (i == value) return words[i];
  return NULL;
}

char *mi_words_format(const char *const *words, unsigned set) {
  GString *text = g_string_new(NULL);
  for (unsigned bit = 0; words[bit]; bit++)
    if (set & 1u << bit) g_string_append_printf(text, "%s%s", text->len ? "," : "", words[bit]);
  return g_string_free(text, FALSE);
}

bool mi_words_parse(const char *const *words, const char *text, uint8_t *set, char **wrong) {
  g_auto(GStrv) parts = g_strsplit_set(text, ",;", -1);
  unsigned found = 0;
  for (char **part = parts; *part; part++) {
    g_strstrip(*part);
    if (!**part) continue;
    int bit = mi_word_find(words, *part);
    if (bit < 0) {
      *wrong = g_strdup(*part);
      return false;
    }
    found |= 1u << bit;
  }
  *set = (uint8_t)found;
  return true;
}
