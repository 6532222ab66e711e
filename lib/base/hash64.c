/* XXH64 as its specification describes it: four lanes over stripes of 32 bytes, then the rest, then an avalanche. */
#include "base/hash64.h"

#include "base/endian.h"

static const uint64_t prime1 = UINT64_C(0x9E3779B185EBCA87), prime2 = UINT64_C(0xC2B2AE3D27D4EB4F),
                      prime3 = UINT64_C(0x165667B19E3779F9), prime4 = UINT64_C(0x85EBCA77C2B2AE63),
                      prime5 = UINT64_C(0x27D4EB2F165667C5);

static inline uint64_t rotate_left(uint64_t value, unsigned bits) { return value << bits | value >> (64 - bits); }

static inline uint64_t mix_lane(uint64_t lane, uint64_t word) { return rotate_left(lane + word * prime2, 31) * prime1; }

static inline uint64_t merge_lane(uint64_t hash, uint64_t lane) { return (hash ^ mix_lane(0, lane)) * prime1 + prime4; }

static const uint8_t *hash_stripes(const uint8_t *at, const uint8_t *end, uint64_t seed, uint64_t *hash) {
  uint64_t lane[4] = {seed + prime1 + prime2, seed + prime2, seed, seed - prime1};
  for (; end - at >= 32; at += 32)
    for (int i = 0; i < 4; i++) lane[i] = mix_lane(lane[i], mi_le64_get(at + 8 * i));
  *hash = rotate_left(lane[0], 1) + rotate_left(lane[1], 7) + rotate_left(lane[2], 12) + rotate_left(lane[3], 18);
  for (int i = 0; i < 4; i++) *hash = merge_lane(*hash, lane[i]);
  return at;
}

uint64_t mi_hash64(const void *data, size_t size, uint64_t seed) {
  const uint8_t *at = data, *end = at + size;
  uint64_t hash = seed + prime5;
  if (size >= 32) at = hash_stripes(at, end, seed, &hash);
  hash += size;
  for (; end - at >= 8; at += 8) hash = rotate_left(hash ^ mix_lane(0, mi_le64_get(at)), 27) * prime1 + prime4;
  if (end - at >= 4) {
    hash = rotate_left(hash ^ mi_le32_get(at) * prime1, 23) * prime2 + prime3;
    at += 4;
  }
  for (; at < end; at++) hash = rotate_left(hash ^ *at * prime5, 11) * prime1;
  hash = (hash ^ hash >> 33) * prime2;
  hash = (hash ^ hash >> 29) * prime3;
  return hash ^ hash >> 32;
}
