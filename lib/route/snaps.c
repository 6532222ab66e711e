/* Positions on the roads, kept; see snaps.h. */
#include "route/snaps.h"

#include <string.h>

#include "base/large.h"

enum { WAYS = 8, SET_BITS_LEAST = 7, SET_BITS_MOST = 17 };

static void make(mi_snaps *snaps, unsigned set_bits) {
  size_t sets = (size_t)1 << set_bits;
  snaps->set_bits = set_bits;
  snaps->positions = mi_large_resize(NULL, 0, sets * WAYS * sizeof *snaps->positions);
  memset(snaps->positions, 0, sets * WAYS * sizeof *snaps->positions);
  snaps->places = g_new0(mi_snapped, sets * WAYS);
  snaps->oldest = g_new0(uint8_t, sets);
}

void mi_snaps_init(mi_snaps *snaps) { make(snaps, SET_BITS_LEAST); }

void mi_snaps_clear(mi_snaps *snaps) {
  mi_large_free(snaps->positions);
  g_free(snaps->places);
  g_free(snaps->oldest);
}

void mi_snaps_reserve(mi_snaps *snaps, uint64_t people) {
  unsigned bits = snaps->set_bits;
  while (bits < SET_BITS_MOST && people * 3 > (uint64_t)WAYS << bits) bits++;
  if (bits == snaps->set_bits) return;
  mi_snaps_clear(snaps);
  make(snaps, bits);
}

static size_t find_set(const mi_snaps *snaps, MusterPosition position) {
  uint64_t bits = (uint64_t)(uint32_t)position.lon_e7 << 32 | (uint32_t)position.lat_e7;
  /* Fibonacci hashing, Knuth vol. 3, 6.4 */
  return (size_t)(bits * 0x9E3779B97F4A7C15u >> (64 - snaps->set_bits));
}

mi_snapped *mi_snaps_find(mi_snaps *snaps, MusterPosition position) {
  size_t set = find_set(snaps, position), first = set * WAYS;
  for (size_t at = first; at < first + WAYS; at++) {
    const MusterPosition *kept = &snaps->positions[at];
    if (kept->lon_e7 == position.lon_e7 && kept->lat_e7 == position.lat_e7) return &snaps->places[at];
  }
  size_t at = first + snaps->oldest[set]++ % WAYS;
  snaps->positions[at] = position;
  snaps->places[at] = (mi_snapped){0};
  return &snaps->places[at];
}
