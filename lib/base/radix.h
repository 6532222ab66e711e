/* Stable sort of 64-bit keys with a 32-bit companion each: least significant digit first, 8 bits a pass.
 *
 * Passes in which all keys share the digit are skipped, so small keys cost little. Linear; one scratch of the input's
 * size.
 */
#ifndef MI_BASE_RADIX_H
#define MI_BASE_RADIX_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

typedef struct mi_keyed {
  uint64_t key;
  uint32_t value;
} mi_keyed;

static inline void mi_radix_sort(mi_keyed *items, size_t count) {
  if (count < 2) return;
  size_t(*totals)[256] = g_malloc0_n(8, sizeof *totals);
  for (size_t i = 0; i < count; i++)
    for (unsigned digit = 0; digit < 8; digit++) totals[digit][items[i].key >> (8 * digit) & 255]++;
  mi_keyed *scratch = g_new(mi_keyed, count), *from = items, *to = scratch;
  for (unsigned digit = 0; digit < 8; digit++) {
    size_t *place = totals[digit];
    if (place[from[0].key >> (8 * digit) & 255] == count) continue;
    for (size_t value = 0, sum = 0; value < 256; value++) {
      size_t here = place[value];
      place[value] = sum;
      sum += here;
    }
    for (size_t i = 0; i < count; i++) to[place[from[i].key >> (8 * digit) & 255]++] = from[i];
    mi_keyed *swap = from;
    from = to;
    to = swap;
  }
  if (from != items)
    for (size_t i = 0; i < count; i++) items[i] = from[i];
  g_free(scratch);
  g_free(totals);
}

/* Signed ids in ascending order as unsigned keys. */
static inline uint64_t mi_radix_key_i64(int64_t id) { return (uint64_t)id ^ UINT64_C(0x8000000000000000); }

#endif
