/* Costs as single integers: a sum of them orders as the sums of (tier, time, fatigue, tie) do, member by member.
 *
 * tier · tier_radix + time is the high word, fatigue · fatigue_radix + tie the low one of a 128-bit integer. Each radix
 * exceeds what the members below can differ by over all rows, and so does 2⁶⁴ for the low word; mi_scale_init checks
 * it. High words of distances fit as well: with costs of −t … x, rows' prices are of −t … x and columns' of 0 … x + t,
 * so the first columns reached lie at 2 x + t or less. Whose row may go unserved, so what is settled lies below
 * 3 x + 2 t, and what is looked at from there, less the row's price, along an arc, to a column's price, at 5 x + 4 t or
 * less. `tie` is a hash of the stable ids of row and column. By the isolation lemma (Mulmuley, Vazirani & Vazirani,
 * 1987) no two best matchings have the same sum of ties, but with probability (pairs that tie) ÷ 2^tie_bits.
 */
#ifndef MI_ASSIGN_KEY_H
#define MI_ASSIGN_KEY_H

#include <muster/assign.h>

__extension__ typedef __int128 mi_key;

/* A cost in twelve bytes: the low word as fatigue above tie_bits bits of tie. */
typedef struct mi_packed_cost {
  int64_t high;
  uint32_t low;
} mi_packed_cost;

typedef struct mi_scale {
  MusterAssignCost most;
  int64_t tier_radix, fatigue_radix;
  unsigned tie_bits;
} mi_scale;

bool mi_scale_init(mi_scale *scale, const MusterAssignLimits *limits, GError **error);
/* False with LIMIT if it is beyond what the scale holds; `what` begins the message. */
bool mi_scale_check(const mi_scale *scale, const MusterAssignCost *cost, const char *what, uint32_t id, GError **error);
/* Of a checked cost. Tie of a pair by the stable ids of both, of staying unserved by MI_UNSERVED_ID for the column. */
mi_packed_cost mi_scale_pack(const mi_scale *scale, const MusterAssignCost *cost, uint64_t row_id, uint64_t column_id);
MusterAssignCost mi_scale_unpack(const mi_scale *scale, mi_packed_cost cost);

#define MI_UNSERVED_ID 0xb5ad4eceda1ce2a9u

static inline mi_key mi_key_of_high(int64_t high) { return (mi_key)high * ((mi_key)1 << 64); }
/* Beyond all distances. */
#define MI_KEY_MOST mi_key_of_high(INT64_MAX)
/* Rounded down. */
static inline int64_t mi_key_high(mi_key key) { return (int64_t)(key >> 64); }

static inline mi_key mi_scale_key(const mi_scale *scale, int64_t high, uint32_t low) {
  uint32_t tie = low & (uint32_t)(((uint64_t)1 << scale->tie_bits) - 1);
  return mi_key_of_high(high) + ((int64_t)((uint64_t)low >> scale->tie_bits) * scale->fatigue_radix + tie);
}

#endif
