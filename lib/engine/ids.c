/* Interning of the caller's ids; see ids.h. */
#include "engine/ids.h"

#include <string.h>

void mi_ids_init(mi_ids *ids) { *ids = (mi_ids){.texts = g_string_chunk_new(4096)}; }

void mi_ids_clear(mi_ids *ids) {
  g_free(ids->entries);
  g_free(ids->slots);
  if (ids->texts) g_string_chunk_free(ids->texts);
  *ids = (mi_ids){0};
}

/* The finalizer of splitmix64. */
static uint64_t mix(uint64_t value) {
  value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
  return value ^ (value >> 31);
}

static uint64_t hash_id(MusterId id) {
  if (!id.text) return mix(id.number);
  uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a, then mixed: its low bits alone are weak */
  for (const char *at = id.text; *at; at++) hash = (hash ^ (uint8_t)*at) * UINT64_C(0x100000001b3);
  return mix(hash);
}

static bool is_same(MusterId a, MusterId b) {
  if (!a.text || !b.text) return !a.text && !b.text && a.number == b.number;
  return strcmp(a.text, b.text) == 0;
}

/* The slot that holds the id, or the free one where it belongs. */
static size_t find_slot(const mi_ids *ids, MusterId id) {
  size_t mask = ids->slot_count - 1, slot = (size_t)hash_id(id) & mask;
  while (ids->slots[slot] && !is_same(ids->entries[ids->slots[slot] - 1], id)) slot = (slot + 1) & mask;
  return slot;
}

uint32_t mi_ids_find(const mi_ids *ids, MusterId id) {
  if (ids->count == 0) return MUSTER_NONE;
  uint32_t held = ids->slots[find_slot(ids, id)];
  return held ? held - 1 : MUSTER_NONE;
}

static void grow(mi_ids *ids) {
  ids->capacity = ids->capacity ? ids->capacity * 2 : 48;
  ids->entries = g_renew(MusterId, ids->entries, ids->capacity);
  g_free(ids->slots);
  ids->slot_count = ids->capacity / 3 * 4;
  ids->slots = g_new0(uint32_t, ids->slot_count);
  for (size_t i = 0; i < ids->count; i++) ids->slots[find_slot(ids, ids->entries[i])] = (uint32_t)i + 1;
}

uint32_t mi_ids_intern(mi_ids *ids, MusterId id) {
  uint32_t known = mi_ids_find(ids, id);
  if (known != MUSTER_NONE) return known;
  if (ids->count == ids->capacity) grow(ids);
  if (id.text) id = (MusterId){.text = g_string_chunk_insert(ids->texts, id.text)};
  ids->slots[find_slot(ids, id)] = (uint32_t)ids->count + 1;
  ids->entries[ids->count] = id;
  return (uint32_t)ids->count++;
}

const char *mi_id_defect(MusterId id) {
  if (muster_id_is_none(id)) return "is missing";
  if (!id.text) return NULL;
  size_t bytes = strnlen(id.text, MUSTER_ID_MAX_BYTES + 1);
  if (bytes == 0) return "is empty";
  if (bytes > MUSTER_ID_MAX_BYTES) return "is longer than 256 bytes";
  return g_utf8_validate(id.text, (gssize)bytes, NULL) ? NULL : "is not valid UTF-8";
}
