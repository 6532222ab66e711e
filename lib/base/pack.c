/* Packing and unpacking of little-endian fields; see pack.h. */
#include "base/pack.h"

#include "base/endian.h"

void mi_pack_u8(GByteArray *to, uint8_t value) { g_byte_array_append(to, &value, 1); }

void mi_pack_u16(GByteArray *to, uint16_t value) {
  const uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
  g_byte_array_append(to, bytes, sizeof bytes);
}

void mi_pack_u32(GByteArray *to, uint32_t value) {
  uint8_t bytes[4];
  mi_le32_put(bytes, value);
  g_byte_array_append(to, bytes, sizeof bytes);
}

void mi_pack_u64(GByteArray *to, uint64_t value) {
  uint8_t bytes[8];
  mi_le64_put(bytes, value);
  g_byte_array_append(to, bytes, sizeof bytes);
}

void mi_pack_bytes(GByteArray *to, const void *bytes, size_t count) {
  mi_pack_u32(to, (uint32_t)count);
  if (count) g_byte_array_append(to, bytes, (guint)count);
}

/* The next `count` bytes, or NULL if they are not there. */
static const uint8_t *take(mi_unpack *from, size_t count) {
  if (from->failed || mi_unpack_left(from) < count) {
    from->failed = true;
    return NULL;
  }
  const uint8_t *bytes = from->at;
  from->at += count;
  return bytes;
}

uint8_t mi_unpack_u8(mi_unpack *from) {
  const uint8_t *at = take(from, 1);
  return at ? *at : 0;
}

uint16_t mi_unpack_u16(mi_unpack *from) {
  const uint8_t *at = take(from, 2);
  return at ? (uint16_t)(at[0] | at[1] << 8) : 0;
}

uint32_t mi_unpack_u32(mi_unpack *from) {
  const uint8_t *at = take(from, 4);
  return at ? mi_le32_get(at) : 0;
}

uint64_t mi_unpack_u64(mi_unpack *from) {
  const uint8_t *at = take(from, 8);
  return at ? mi_le64_get(at) : 0;
}

const uint8_t *mi_unpack_bytes(mi_unpack *from, size_t *count) {
  size_t length = mi_unpack_u32(from);
  const uint8_t *bytes = take(from, length);
  *count = bytes ? length : 0;
  return bytes ? bytes : from->end;
}

uint32_t mi_unpack_count(mi_unpack *from, size_t least_bytes) {
  uint32_t count = mi_unpack_u32(from);
  if (count <= mi_unpack_left(from) / least_bytes) return count;
  from->failed = true;
  return 0;
}
