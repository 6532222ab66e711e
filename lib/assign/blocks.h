/* An array in which lists of items take blocks of a power of two and give them back: no allocation of its own for each
 * list, and lists that grow move to a block twice the size. One owner. */
#ifndef MI_ASSIGN_BLOCKS_H
#define MI_ASSIGN_BLOCKS_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "base/large.h"

typedef struct mi_blocks {
  void *items;
  size_t item_bytes; /* 4 or more */
  uint32_t used, capacity;
  uint32_t free_block[32]; /* by size: the first of a chain, each free block's first four bytes name the next */
} mi_blocks;

static inline void *mi_blocks_at(const mi_blocks *blocks, uint32_t item) {
  return (char *)blocks->items + item * blocks->item_bytes;
}

static inline void mi_blocks_init(mi_blocks *blocks, size_t item_bytes) {
  *blocks = (mi_blocks){.item_bytes = item_bytes};
  memset(blocks->free_block, 0xff, sizeof blocks->free_block);
}

/* The size whose blocks hold `count` items, 1 or more: 2^size. */
static inline uint8_t mi_blocks_size_for(uint32_t count) {
  return count <= 1 ? 0 : (uint8_t)(32 - __builtin_clz(count - 1));
}

static inline uint32_t mi_blocks_take(mi_blocks *blocks, uint8_t size) {
  uint32_t first = blocks->free_block[size];
  if (first != UINT32_MAX) {
    memcpy(&blocks->free_block[size], mi_blocks_at(blocks, first), sizeof first);
    return first;
  }
  uint64_t end = (uint64_t)blocks->used + ((uint64_t)1 << size);
  g_assert(end <= UINT32_MAX); /* the user of the blocks sees to it */
  if (end > blocks->capacity) {
    blocks->capacity = (uint32_t)MAX(end, MAX(1024, (uint64_t)blocks->capacity * 3 / 2));
    blocks->items =
        mi_large_resize(blocks->items, blocks->used * blocks->item_bytes, blocks->capacity * blocks->item_bytes);
  }
  first = blocks->used;
  blocks->used = (uint32_t)end;
  return first;
}

static inline void mi_blocks_give(mi_blocks *blocks, uint32_t first, uint8_t size) {
  memcpy(mi_blocks_at(blocks, first), &blocks->free_block[size], sizeof first);
  blocks->free_block[size] = first;
}

/* Makes room for `count` items in the list of `had` items at *first, in a block of *size if there are any. */
static inline void mi_blocks_reserve(mi_blocks *blocks, uint32_t *first, uint8_t *size, uint32_t had, uint32_t count) {
  if (count == 0 || (had > 0 && count <= (uint32_t)1 << *size)) return;
  uint8_t wanted = mi_blocks_size_for(count);
  uint32_t moved = mi_blocks_take(blocks, wanted);
  if (had > 0) {
    memcpy(mi_blocks_at(blocks, moved), mi_blocks_at(blocks, *first), had * blocks->item_bytes);
    mi_blocks_give(blocks, *first, *size);
  }
  *first = moved;
  *size = wanted;
}

#endif
