/* Sentences for decisions; see text.h. */
#include "engine/text.h"

#include <string.h>

enum { BLOCK_BYTES = 16 * 1024 };

void mi_text_clear(mi_text *text) {
  for (size_t i = 0; i < text->block_count; i++) g_free(text->blocks[i].data);
  g_free(text->blocks);
  *text = (mi_text){0};
}

void mi_text_reset(mi_text *text) { text->current = text->start = text->used = 0; }

static void append_block(mi_text *text, size_t size) {
  if (text->block_count == text->block_capacity) {
    text->block_capacity = text->block_capacity ? text->block_capacity * 2 : 4;
    text->blocks = g_renew(mi_text_block, text->blocks, text->block_capacity);
  }
  text->blocks[text->block_count++] = (mi_text_block){.data = g_malloc(size), .size = size};
}

/* Carries the sentence under way over to the next block, one that holds `bytes` more. */
static void move_on(mi_text *text, size_t bytes) {
  size_t length = text->used - text->start, size = MAX((size_t)BLOCK_BYTES, 2 * (length + bytes));
  size_t next = text->block_count ? text->current + 1 : 0;
  if (next == text->block_count) append_block(text, size);
  mi_text_block *block = &text->blocks[next];
  if (block->size < length + bytes) {
    block->data = g_realloc(block->data, size);
    block->size = size;
  }
  if (length) memcpy(block->data, text->blocks[text->current].data + text->start, length);
  text->current = next;
  text->start = 0;
  text->used = length;
}

static void append(mi_text *text, const char *bytes, size_t count) {
  if (text->block_count == 0 || text->used + count > text->blocks[text->current].size) move_on(text, count);
  memcpy(text->blocks[text->current].data + text->used, bytes, count);
  text->used += count;
}

void mi_text_add(mi_text *text, const char *piece) { append(text, piece, strlen(piece)); }

void mi_text_add_number(mi_text *text, uint64_t number) {
  char digits[20];
  size_t at = sizeof digits;
  do {
    digits[--at] = (char)('0' + number % 10);
    number /= 10;
  } while (number);
  append(text, digits + at, sizeof digits - at);
}

void mi_text_add_duration(mi_text *text, int64_t duration_ms) {
  uint64_t ms = duration_ms < 0 ? 0 : (uint64_t)duration_ms;
  if (ms < 1000) {
    mi_text_add_number(text, ms);
    mi_text_add(text, " ms");
  } else if (ms < 60 * 1000) {
    mi_text_add_number(text, ms / 1000);
    if (ms % 1000 >= 100) {
      mi_text_add(text, ".");
      mi_text_add_number(text, ms % 1000 / 100);
    }
    mi_text_add(text, " s");
  } else {
    bool hours = ms >= 3600 * 1000;
    uint64_t whole = hours ? ms / 3600000 : ms / 60000, rest = hours ? ms / 60000 % 60 : ms / 1000 % 60;
    mi_text_add_number(text, whole);
    mi_text_add(text, hours ? " h " : " min ");
    if (rest < 10) mi_text_add(text, "0");
    mi_text_add_number(text, rest);
    mi_text_add(text, hours ? " min" : " s");
  }
}

void mi_text_add_percent(mi_text *text, double p) {
  uint64_t per_mille = (uint64_t)(p * 1000 + 0.5);
  mi_text_add_number(text, per_mille / 10);
  mi_text_add(text, ".");
  mi_text_add_number(text, per_mille % 10);
  mi_text_add(text, " %");
}

void mi_text_add_id(mi_text *text, MusterId id) {
  if (id.text)
    mi_text_add(text, id.text);
  else if (muster_id_is_none(id))
    mi_text_add(text, "?");
  else
    mi_text_add_number(text, id.number);
}

const char *mi_text_end(mi_text *text) {
  append(text, "", 1);
  const char *sentence = text->blocks[text->current].data + text->start;
  text->start = text->used;
  return sentence;
}
