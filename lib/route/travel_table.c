/* Travel over a plain table of times: the smallest way to run the engine.
 *
 * A query looks at every available responder and keeps the k least of (time, responder) in a heap: linear in the
 * responders, exact, without any preparation of the table.
 */
#include "base/heap4.h"
#include "route/travel.h"

#include <string.h>

typedef struct slot {
  uint32_t place; /* MUSTER_NONE: not there */
  bool available;
  uint64_t skills;
} slot;

struct mi_table {
  uint32_t place_count;
  uint32_t *times_ms;
  GHashTable *place_by_name; /* name → place + 1 */
  slot *slots;
  size_t slot_count;
  uint32_t *waiting; /* the place that waits under this id, or MUSTER_NONE */
  size_t waiting_count;
  mi_heap4 heap;
};

mi_table *mi_table_new(const char *const *place_names, size_t place_count, const uint32_t *times_ms) {
  g_return_val_if_fail(place_count < MUSTER_NONE, NULL);
  mi_table *table = g_new0(mi_table, 1);
  table->place_count = (uint32_t)place_count;
  table->times_ms = g_new(uint32_t, place_count * place_count);
  memcpy(table->times_ms, times_ms, place_count * place_count * sizeof *times_ms);
  table->place_by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (uint32_t i = 0; i < place_count; i++)
    if (!g_hash_table_contains(table->place_by_name, place_names[i]))
      g_hash_table_insert(table->place_by_name, g_strdup(place_names[i]), GUINT_TO_POINTER(i + 1));
  mi_heap4_init(&table->heap);
  return table;
}

void mi_table_free(mi_table *table) {
  if (!table) return;
  g_free(table->times_ms);
  g_hash_table_unref(table->place_by_name);
  g_free(table->slots);
  g_free(table->waiting);
  mi_heap4_clear(&table->heap);
  g_free(table);
}

uint32_t mi_table_find_place(const mi_table *table, const char *name) {
  unsigned found = GPOINTER_TO_UINT(g_hash_table_lookup(table->place_by_name, name));
  return found ? found - 1 : MUSTER_NONE;
}

static slot *find_slot(const mi_table *table, MusterResponder responder) {
  if (responder >= table->slot_count || table->slots[responder].place == MUSTER_NONE) return NULL;
  return &table->slots[responder];
}

static void grow(mi_table *table, MusterResponder responder) {
  size_t count = MAX((size_t)responder + 1, table->slot_count * 2);
  table->slots = g_renew(slot, table->slots, count);
  for (size_t i = table->slot_count; i < count; i++) table->slots[i] = (slot){.place = MUSTER_NONE};
  table->slot_count = count;
}

bool mi_table_has(const mi_table *table, uint32_t place) { return place < table->place_count; }

bool mi_table_put(mi_table *table, MusterResponder responder, uint32_t place, uint64_t skills) {
  if (!mi_table_has(table, place)) {
    mi_table_remove(table, responder);
    return false;
  }
  if (responder >= table->slot_count) grow(table, responder);
  slot *at = &table->slots[responder];
  bool available = at->place == MUSTER_NONE || at->available;
  *at = (slot){place, available, skills};
  return true;
}

void mi_table_remove(mi_table *table, MusterResponder responder) {
  slot *at = find_slot(table, responder);
  if (at) *at = (slot){.place = MUSTER_NONE};
}

void mi_table_set_available(mi_table *table, MusterResponder responder, bool available) {
  slot *at = find_slot(table, responder);
  if (at) at->available = available;
}

static uint32_t time_between(const mi_table *table, uint32_t from, uint32_t to) {
  return table->times_ms[(size_t)from * table->place_count + to];
}

size_t mi_table_nearest(mi_table *table, uint32_t place, uint64_t skills, size_t k, uint32_t limit_ms,
                        MusterTravelHit *out) {
  if (place >= table->place_count) return 0;
  uint32_t bound_ms = mi_search_bound(limit_ms);
  table->heap.count = 0;
  for (size_t i = 0; i < table->slot_count; i++) {
    const slot *at = &table->slots[i];
    if (at->place == MUSTER_NONE || !at->available || (at->skills & skills) != skills) continue;
    uint32_t time_ms = time_between(table, at->place, place);
    if (time_ms <= bound_ms) mi_heap4_push(&table->heap, mi_heap4_key(time_ms, (uint32_t)i));
  }
  size_t found = 0;
  while (found < k && table->heap.count > 0) {
    uint64_t key = mi_heap4_pop(&table->heap);
    out[found++] = (MusterTravelHit){mi_heap4_key_id(key), mi_heap4_key_time(key), MUSTER_MODE_COUNT};
  }
  return found;
}

uint32_t mi_table_time_ms(const mi_table *table, MusterResponder responder, uint32_t place) {
  const slot *at = find_slot(table, responder);
  return at && place < table->place_count ? time_between(table, at->place, place) : MUSTER_UNREACHABLE_MS;
}

void mi_table_wait(mi_table *table, uint32_t waiting, uint32_t place) {
  if (waiting >= table->waiting_count) {
    size_t count = MAX((size_t)waiting + 1, table->waiting_count * 2);
    table->waiting = g_renew(uint32_t, table->waiting, count);
    for (size_t i = table->waiting_count; i < count; i++) table->waiting[i] = MUSTER_NONE;
    table->waiting_count = count;
  }
  table->waiting[waiting] = place < table->place_count ? place : MUSTER_NONE;
}

void mi_table_unwait(mi_table *table, uint32_t waiting) {
  if (waiting < table->waiting_count) table->waiting[waiting] = MUSTER_NONE;
}

size_t mi_table_visit_waiting(mi_table *table, MusterResponder responder, uint32_t limit_ms, MusterTravelVisit visit,
                              void *data) {
  const slot *from = find_slot(table, responder);
  if (!from) return 0;
  uint32_t bound_ms = mi_search_bound(limit_ms);
  table->heap.count = 0;
  for (size_t i = 0; i < table->waiting_count; i++) {
    if (table->waiting[i] == MUSTER_NONE) continue;
    uint32_t time_ms = time_between(table, from->place, table->waiting[i]);
    if (time_ms <= bound_ms) mi_heap4_push(&table->heap, mi_heap4_key(time_ms, (uint32_t)i));
  }
  size_t taken = 0;
  while (table->heap.count > 0) {
    uint64_t key = mi_heap4_pop(&table->heap);
    MusterTravelHit hit = {mi_heap4_key_id(key), mi_heap4_key_time(key), MUSTER_MODE_COUNT};
    if (hit.time_ms > bound_ms) break;
    if (!visit(&hit, data)) continue;
    taken++;
    bound_ms = hit.time_ms;
  }
  return taken;
}
