/* Who may be asked: alerts, work and rest of each volunteer; see ledger.h. */
#include "alert/ledger.h"

/* So many alerts of a volunteer are told apart in a rotation, whatever the caps. */
enum { TIMES_LEAST = 32 };
static const int64_t DAY_MS = 86400000, WEEK_MS = 604800000, MINUTE_MS = 60000;

MusterAlertLedger *muster_alert_ledger_new(MusterAlertModel *model) {
  MusterAlertLedger *ledger = g_new0(MusterAlertLedger, 1);
  ledger->model = muster_alert_model_ref(model);
  ledger->day_cap = (uint32_t)model->figures.day_cap;
  ledger->week_cap = (uint32_t)model->figures.week_cap;
  ledger->ring = MAX(TIMES_LEAST, MAX(ledger->day_cap, ledger->week_cap));
  return ledger;
}

void muster_alert_ledger_free(MusterAlertLedger *ledger) {
  if (!ledger) return;
  muster_alert_model_unref(ledger->model);
  g_free(ledger->entries);
  g_free(ledger->times);
  g_free(ledger->index);
  g_free(ledger->keys);
  g_free(ledger);
}

/* Finaliser of MurmurHash3. */
static uint64_t spread(uint64_t x) {
  x = (x ^ (x >> 33)) * UINT64_C(0xFF51AFD7ED558CCD);
  x = (x ^ (x >> 33)) * UINT64_C(0xC4CEB9FE1A85EC53);
  return x ^ (x >> 33);
}

/* The place of an id, or the free one where it would stand. */
static uint32_t *slot_of(const MusterAlertLedger *ledger, uint64_t id) {
  uint32_t mask = ledger->index_size - 1, at = (uint32_t)spread(id) & mask;
  while (ledger->index[at] && ledger->entries[ledger->index[at] - 1].id != id) at = (at + 1) & mask;
  return &ledger->index[at];
}

mi_ledger_entry *mi_ledger_find(const MusterAlertLedger *ledger, uint64_t id) {
  uint32_t found = ledger->index_size ? *slot_of(ledger, id) : 0;
  return found ? &ledger->entries[found - 1] : NULL;
}

static void grow(MusterAlertLedger *ledger) {
  ledger->capacity = ledger->capacity ? 2 * ledger->capacity : 256;
  ledger->entries = g_renew(mi_ledger_entry, ledger->entries, ledger->capacity);
  ledger->times = g_renew(int64_t, ledger->times, (size_t)ledger->capacity * ledger->ring);
  ledger->index_size = 2 * ledger->capacity;
  g_free(ledger->index);
  ledger->index = g_new0(uint32_t, ledger->index_size);
  for (uint32_t i = 0; i < ledger->count; i++) *slot_of(ledger, ledger->entries[i].id) = i + 1;
}

static mi_ledger_entry *enrol(MusterAlertLedger *ledger, uint64_t id) {
  mi_ledger_entry *entry = mi_ledger_find(ledger, id);
  if (entry) return entry;
  if (ledger->count == ledger->capacity) grow(ledger);
  *slot_of(ledger, id) = ledger->count + 1;
  entry = &ledger->entries[ledger->count++];
  *entry = (mi_ledger_entry){.id = id, .rests_until_ms = INT64_MIN};
  return entry;
}

void muster_alert_ledger_enrol(MusterAlertLedger *ledger, uint64_t id) { enrol(ledger, id); }

void muster_alert_ledger_note_alert(MusterAlertLedger *ledger, uint64_t id, int64_t at_ms) {
  mi_ledger_entry *entry = enrol(ledger, id);
  size_t first = (size_t)(entry - ledger->entries) * ledger->ring;
  ledger->times[first + entry->ring_at] = at_ms;
  entry->ring_at = (entry->ring_at + 1) % ledger->ring;
  entry->ring_used = MIN(entry->ring_used + 1, ledger->ring);
  entry->alerts++;
}

void muster_alert_ledger_note_accept(MusterAlertLedger *ledger, uint64_t id, int64_t at_ms) {
  (void)at_ms;
  mi_ledger_entry *entry = enrol(ledger, id);
  entry->accepts++;
  entry->busy = true;
}

void muster_alert_ledger_note_arrival(MusterAlertLedger *ledger, uint64_t id, int64_t at_ms) {
  (void)at_ms;
  enrol(ledger, id)->arrivals++;
}

void muster_alert_ledger_note_released(MusterAlertLedger *ledger, uint64_t id, int64_t at_ms) {
  mi_ledger_entry *entry = enrol(ledger, id);
  entry->busy = false;
  entry->incidents++;
  entry->rests_until_ms = at_ms + (int64_t)(ledger->model->figures.rest_min * (double)MINUTE_MS);
}

int64_t mi_ledger_latest_ms(const MusterAlertLedger *ledger, const mi_ledger_entry *entry, uint32_t n) {
  if (n == 0 || n > entry->ring_used) return INT64_MIN;
  size_t first = (size_t)(entry - ledger->entries) * ledger->ring;
  return ledger->times[first + (entry->ring_at + ledger->ring - n) % ledger->ring];
}

uint32_t mi_ledger_week(const MusterAlertLedger *ledger, const mi_ledger_entry *entry, int64_t at_ms) {
  uint32_t low = 0, high = entry->ring_used;
  while (low < high) {
    uint32_t middle = (low + high + 1) / 2;
    if (mi_ledger_latest_ms(ledger, entry, middle) > at_ms - WEEK_MS)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

/* When the cap-th latest alert leaves the window; at most at_ms if the cap is not reached. */
static int64_t cap_ends_ms(const MusterAlertLedger *ledger, const mi_ledger_entry *entry, uint32_t cap,
                           int64_t window_ms) {
  int64_t latest_ms = mi_ledger_latest_ms(ledger, entry, cap);
  return latest_ms == INT64_MIN ? INT64_MIN : latest_ms + window_ms;
}

MusterAlertLeave muster_alert_ledger_leave(const MusterAlertLedger *ledger, uint64_t id, int64_t at_ms,
                                           int64_t *again_ms) {
  const mi_ledger_entry *entry = mi_ledger_find(ledger, id);
  int64_t ends_ms[] = {at_ms, INT64_MAX, INT64_MIN, INT64_MIN, INT64_MIN};
  MusterAlertLeave leave = MUSTER_ALERT_MAY_ASK;
  if (entry) {
    ends_ms[MUSTER_ALERT_RESTS] = entry->rests_until_ms;
    ends_ms[MUSTER_ALERT_DAY_FULL] = cap_ends_ms(ledger, entry, ledger->day_cap, DAY_MS);
    ends_ms[MUSTER_ALERT_WEEK_FULL] = cap_ends_ms(ledger, entry, ledger->week_cap, WEEK_MS);
    for (int reason = MUSTER_ALERT_WEEK_FULL; reason >= MUSTER_ALERT_RESTS; reason--)
      if (ends_ms[reason] > at_ms) leave = (MusterAlertLeave)reason;
    if (entry->busy) leave = MUSTER_ALERT_BUSY;
  }
  if (again_ms) *again_ms = ends_ms[leave];
  return leave;
}

double muster_alert_ledger_price(const MusterAlertLedger *ledger, uint64_t id, int64_t at_ms) {
  const mi_ledger_entry *entry = mi_ledger_find(ledger, id);
  if (!entry || ledger->week_cap == 0) return 0;
  double share = MIN(1, (double)mi_ledger_week(ledger, entry, at_ms) / ledger->week_cap);
  return ledger->model->figures.fatigue_price * share;
}
