/* Sentences for decisions: appended piece by piece into blocks that live until the next step and are used again.
 *
 * Plain appenders instead of a format string: a surge writes a million sentences a second.
 */
#ifndef MI_ENGINE_TEXT_H
#define MI_ENGINE_TEXT_H

#include <muster/engine.h>

typedef struct mi_text_block {
  char *data;
  size_t size;
} mi_text_block;

typedef struct mi_text {
  mi_text_block *blocks;
  size_t block_count, block_capacity, current; /* index of the block in use */
  size_t start, used;                          /* of the sentence under way, in that block */
} mi_text;

void mi_text_clear(mi_text *text);
/* All sentences so far are given up; the blocks stay. */
void mi_text_reset(mi_text *text);
void mi_text_add(mi_text *text, const char *piece);
void mi_text_add_number(mi_text *text, uint64_t number);
/* "850 ms", "12.3 s", "4 min 12 s", "2 h 05 min". */
void mi_text_add_duration(mi_text *text, int64_t duration_ms);
/* "93.4 %" of a probability. */
void mi_text_add_percent(mi_text *text, double p);
/* Text ids as they are, numbers in digits; "?" for none. */
void mi_text_add_id(mi_text *text, MusterId id);
/* Ends the sentence under way; it stays until the reset. */
const char *mi_text_end(mi_text *text);

/* Between sentences: what is written after the mark is given up, what was written before it stays. */
typedef struct mi_text_mark {
  size_t current, used;
} mi_text_mark;
static inline mi_text_mark mi_text_mark_of(const mi_text *text) { return (mi_text_mark){text->current, text->used}; }
static inline void mi_text_go_back(mi_text *text, mi_text_mark mark) {
  text->current = mark.current;
  text->start = text->used = mark.used;
}

#endif
