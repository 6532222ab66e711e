/* Costs as single integers; see key.h. */
#include "assign/key.h"

#include <inttypes.h>

GQuark muster_assign_error_quark(void) { return g_quark_from_static_string("muster-assign-error-quark"); }

enum { TIE_BITS_LEAST = 12, LOW_BITS = 32, LOW_SUM_BITS = 61 };
/* Five of these and four times fit a high word; see key.h. */
static const int64_t HIGH_MOST = (INT64_MAX - 5 * (int64_t)INT32_MAX) / 5;

static unsigned count_bits(uint64_t value) { return value ? 64 - (unsigned)__builtin_clzll(value) : 0; }

static bool refuse(const MusterAssignLimits *limits, const char *what, GError **error) {
  g_set_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_LIMIT,
              "assignment of %u rows with costs up to (%u, %d ms, %u): %s", limits->rows, limits->cost.tier,
              limits->cost.time_ms, limits->cost.fatigue, what);
  return false;
}

bool mi_scale_init(mi_scale *scale, const MusterAssignLimits *limits, GError **error) {
  *scale = (mi_scale){.most = limits->cost};
  uint32_t rows = MAX(limits->rows, 1);
  if (limits->rows > INT32_MAX || limits->columns > INT32_MAX)
    return refuse(limits, "expected less than 2147483648 rows and columns", error);
  if (limits->cost.time_ms < 0) return refuse(limits, "expected a largest time of 0 or more", error);
  /* Two sums of as many times as there are rows, each within −time … time, differ by less than half of this. */
  int64_t high;
  if (__builtin_mul_overflow(4 * (int64_t)rows, (int64_t)limits->cost.time_ms, &scale->tier_radix) ||
      __builtin_mul_overflow(++scale->tier_radix, (int64_t)limits->cost.tier + 1, &high) || high > HIGH_MOST)
    return refuse(limits, "sums of tiers and times would not fit 64 bits; fewer tiers or a shorter largest time do",
                  error);
  int fatigue_bits = (int)count_bits(limits->cost.fatigue), row_bits = (int)count_bits(rows);
  int tie_bits = MIN(LOW_BITS, LOW_SUM_BITS - 2 * row_bits) - fatigue_bits;
  if (tie_bits < TIE_BITS_LEAST)
    return refuse(limits, "too little room is left to break ties; a smaller largest fatigue or fewer rows leave more",
                  error);
  scale->tie_bits = (unsigned)tie_bits;
  scale->fatigue_radix = (int64_t)rows << (tie_bits + 1);
  return true;
}

bool mi_scale_check(const mi_scale *scale, const MusterAssignCost *cost, const char *what, uint32_t id,
                    GError **error) {
  const MusterAssignCost *most = &scale->most;
  if (cost->tier <= most->tier && cost->fatigue <= most->fatigue && cost->time_ms <= most->time_ms &&
      cost->time_ms >= -most->time_ms)
    return true;
  g_set_error(error, MUSTER_ASSIGN_ERROR, MUSTER_ASSIGN_ERROR_LIMIT,
              "%s %u: expected a cost of at most (%u, ±%d ms, %u), found (%u, %d ms, %u)", what, id, most->tier,
              most->time_ms, most->fatigue, cost->tier, cost->time_ms, cost->fatigue);
  return false;
}

/* The finaliser of splitmix64 (Steele, Lea & Flood, OOPSLA 2014). */
static uint64_t mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

mi_packed_cost mi_scale_pack(const mi_scale *scale, const MusterAssignCost *cost, uint64_t row_id, uint64_t column_id) {
  uint32_t tie = (uint32_t)(mix(mix(row_id) + column_id) >> (64 - scale->tie_bits));
  return (mi_packed_cost){(int64_t)cost->tier * scale->tier_radix + cost->time_ms,
                          (uint32_t)((uint64_t)cost->fatigue << scale->tie_bits) | tie};
}

MusterAssignCost mi_scale_unpack(const mi_scale *scale, mi_packed_cost cost) {
  int64_t tier = (cost.high + scale->most.time_ms) / scale->tier_radix;
  return (MusterAssignCost){(uint32_t)tier, (int32_t)(cost.high - tier * scale->tier_radix),
                            (uint32_t)((uint64_t)cost.low >> scale->tie_bits)};
}
