/* Arithmetic that says when it does not fit. */
#ifndef MI_BASE_CHECKED_H
#define MI_BASE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool mi_size_mul(size_t a, size_t b, size_t *out) { return !__builtin_mul_overflow(a, b, out); }
static inline bool mi_size_add(size_t a, size_t b, size_t *out) { return !__builtin_add_overflow(a, b, out); }

/* a + b of two durations, UINT32_MAX (unreachable) when it does not fit. */
static inline uint32_t mi_time_add(uint32_t a_ms, uint32_t b_ms) {
  uint32_t sum;
  return __builtin_add_overflow(a_ms, b_ms, &sum) ? UINT32_MAX : sum;
}

#endif
