/* The caller's ids, text or 64-bit numbers, mapped to dense ids in order of first appearance.
 *
 * Open addressing over dense ids, doubled at three quarters full; text is copied once into a chunk. Nothing iterates
 * over the table, so its order never reaches the output. Numbers cost no string.
 */
#ifndef MI_ENGINE_IDS_H
#define MI_ENGINE_IDS_H

#include <muster/engine.h>

typedef struct mi_ids {
  MusterId *entries; /* by dense id */
  uint32_t *slots;   /* dense id + 1, or 0 */
  size_t count, capacity, slot_count;
  GStringChunk *texts;
} mi_ids;

void mi_ids_init(mi_ids *ids);
void mi_ids_clear(mi_ids *ids);
/* MUSTER_NONE if it was never interned. */
uint32_t mi_ids_find(const mi_ids *ids, MusterId id);
uint32_t mi_ids_intern(mi_ids *ids, MusterId id);
/* NULL if the id can be used, else what is wrong with it. */
const char *mi_id_defect(MusterId id);

#endif
