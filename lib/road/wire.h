/* A cursor over protobuf's wire format: varints, zigzag, fields. Reads where the bytes lie, never past their end.
 *
 * Used where unpacking a message would build what is thrown away at once (the primitive blocks of an OSM PBF file).
 */
#ifndef MI_ROAD_WIRE_H
#define MI_ROAD_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes still to read; `failed` is set for good by the first thing that does not fit. */
typedef struct mi_wire {
  const uint8_t *at, *end;
  bool failed;
} mi_wire;

enum { MI_WIRE_VARINT = 0, MI_WIRE_FIXED64 = 1, MI_WIRE_BYTES = 2, MI_WIRE_FIXED32 = 5 };

static inline mi_wire mi_wire_over(const uint8_t *bytes, size_t size) { return (mi_wire){bytes, bytes + size, false}; }
static inline bool mi_wire_more(const mi_wire *wire) { return wire->at < wire->end; }

static inline uint64_t mi_wire_fail(mi_wire *wire) {
  wire->failed = true;
  wire->at = wire->end;
  return 0;
}

/* At most ten bytes, the tenth at most 1. */
static inline uint64_t mi_wire_varint(mi_wire *wire) {
  if (wire->at < wire->end && *wire->at < 0x80) return *wire->at++;
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (wire->at == wire->end) return mi_wire_fail(wire);
    uint8_t byte = *wire->at++;
    if (shift == 63 && byte > 1) return mi_wire_fail(wire);
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return mi_wire_fail(wire);
}

static inline int64_t mi_wire_signed(mi_wire *wire) {
  uint64_t value = mi_wire_varint(wire);
  return (int64_t)(value >> 1 ^ (0 - (value & 1)));
}

/* The next field's number, its wire type in *type; 0 at the end or on a failure. */
static inline uint32_t mi_wire_field(mi_wire *wire, unsigned *type) {
  if (!mi_wire_more(wire)) return 0;
  uint64_t tag = mi_wire_varint(wire);
  if (wire->failed || tag > UINT32_MAX || tag >> 3 == 0) return (uint32_t)mi_wire_fail(wire);
  *type = (unsigned)(tag & 7);
  return (uint32_t)(tag >> 3);
}

/* The content of a field of type MI_WIRE_BYTES. */
static inline mi_wire mi_wire_bytes(mi_wire *wire, unsigned type) {
  uint64_t size = type == MI_WIRE_BYTES ? mi_wire_varint(wire) : mi_wire_fail(wire);
  if (type != MI_WIRE_BYTES || size > (uint64_t)(wire->end - wire->at)) {
    mi_wire_fail(wire);
    return (mi_wire){wire->end, wire->end, true};
  }
  mi_wire inner = {wire->at, wire->at + size, wire->failed};
  wire->at += size;
  return inner;
}

/* A number field. */
static inline uint64_t mi_wire_number(mi_wire *wire, unsigned type) {
  return type == MI_WIRE_VARINT ? mi_wire_varint(wire) : mi_wire_fail(wire);
}

static inline void mi_wire_skip(mi_wire *wire, unsigned type) {
  size_t fixed = type == MI_WIRE_FIXED64 ? 8 : 4;
  if (type == MI_WIRE_VARINT)
    mi_wire_varint(wire);
  else if (type == MI_WIRE_BYTES)
    mi_wire_bytes(wire, type);
  else if ((type == MI_WIRE_FIXED64 || type == MI_WIRE_FIXED32) && (size_t)(wire->end - wire->at) >= fixed)
    wire->at += fixed;
  else
    mi_wire_fail(wire);
}

#endif
