/* Fields packed into bytes one after another, little-endian, and taken out again; a taker never reads past its end.
 *
 * Once a taker has failed it stays failed and every further field is zero: a caller checks once, at the end, or before
 * it trusts a count.
 */
#ifndef MI_BASE_PACK_H
#define MI_BASE_PACK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

void mi_pack_u8(GByteArray *to, uint8_t value);
void mi_pack_u16(GByteArray *to, uint16_t value);
void mi_pack_u32(GByteArray *to, uint32_t value);
void mi_pack_u64(GByteArray *to, uint64_t value);
static inline void mi_pack_i64(GByteArray *to, int64_t value) { mi_pack_u64(to, (uint64_t)value); }
/* The length as 32 bits, then the bytes; at most UINT32_MAX of them. */
void mi_pack_bytes(GByteArray *to, const void *bytes, size_t count);

typedef struct mi_unpack {
  const uint8_t *at, *end;
  bool failed;
} mi_unpack;

static inline size_t mi_unpack_left(const mi_unpack *from) { return (size_t)(from->end - from->at); }
uint8_t mi_unpack_u8(mi_unpack *from);
uint16_t mi_unpack_u16(mi_unpack *from);
uint32_t mi_unpack_u32(mi_unpack *from);
uint64_t mi_unpack_u64(mi_unpack *from);
static inline int64_t mi_unpack_i64(mi_unpack *from) { return (int64_t)mi_unpack_u64(from); }
/* A view into what is unpacked, and its length; an empty one where it has failed. */
const uint8_t *mi_unpack_bytes(mi_unpack *from, size_t *count);
/* How many elements of at least `least_bytes` (≥ 1) each follow, as 32 bits; 0, and failed, if so many cannot be there.
 */
uint32_t mi_unpack_count(mi_unpack *from, size_t least_bytes);

#endif
