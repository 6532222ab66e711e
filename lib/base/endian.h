/* Little-endian codec for files and hashes; any alignment. */
#ifndef MI_BASE_ENDIAN_H
#define MI_BASE_ENDIAN_H

#include <stdint.h>

static inline void mi_le32_put(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (8 * i));
}
static inline void mi_le64_put(uint8_t *at, uint64_t value) {
  for (int i = 0; i < 8; i++) at[i] = (uint8_t)(value >> (8 * i));
}
static inline uint32_t mi_le32_get(const uint8_t *at) {
  uint32_t value = 0;
  for (int i = 0; i < 4; i++) value |= (uint32_t)at[i] << (8 * i);
  return value;
}
static inline uint64_t mi_le64_get(const uint8_t *at) {
  uint64_t value = 0;
  for (int i = 0; i < 8; i++) value |= (uint64_t)at[i] << (8 * i);
  return value;
}

#endif
