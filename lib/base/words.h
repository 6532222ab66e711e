/* Enumerations and sets of them as words in files and sheets.
 *
 * A list of words ends with NULL; the place of a word is its value, respectively its bit. A set is written in the order
 * of the list with commas between ("foot,ebike"); read, its words may stand in any order, between ',' or ';', with
 * blanks around them.
 */
#ifndef MI_BASE_WORDS_H
#define MI_BASE_WORDS_H

#include <stdbool.h>
#include <stdint.h>

/* −1 if it is none of them. */
int mi_word_find(const char *const *words, const char *text);
/* NULL past the last. */
const char *mi_word_at(const char *const *words, unsigned value);
/* "" for the empty set; free with g_free. */
char *mi_words_format(const char *const *words, unsigned set);
/* At most 8 words. False puts the one that is not in the list into *wrong (g_free) and leaves *set. */
bool mi_words_parse(const char *const *words, const char *text, uint8_t *set, char **wrong);

#endif
