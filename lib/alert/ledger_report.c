/* Fair rotation, and how evenly alerts fell. */
#include <math.h>
#include <stdlib.h>

#include "alert/ledger.h"

typedef struct mi_ledger_key {
  uint32_t week;
  int64_t last_ms;
  uint64_t id;
} mi_ledger_key;

static int compare_keys(const void *a, const void *b) {
  const mi_ledger_key *x = a, *y = b;
  if (x->week != y->week) return x->week < y->week ? -1 : 1;
  if (x->last_ms != y->last_ms) return x->last_ms < y->last_ms ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

void muster_alert_ledger_rotate(MusterAlertLedger *ledger, int64_t at_ms, uint64_t *ids, size_t count) {
  if (count > ledger->keys_capacity) {
    ledger->keys = g_renew(mi_ledger_key, ledger->keys, count);
    ledger->keys_capacity = count;
  }
  for (size_t i = 0; i < count; i++) {
    const mi_ledger_entry *entry = mi_ledger_find(ledger, ids[i]);
    ledger->keys[i] = (mi_ledger_key){entry ? mi_ledger_week(ledger, entry, at_ms) : 0,
                                      entry ? mi_ledger_latest_ms(ledger, entry, 1) : INT64_MIN, ids[i]};
  }
  if (count > 1) qsort(ledger->keys, count, sizeof *ledger->keys, compare_keys);
  for (size_t i = 0; i < count; i++) ids[i] = ledger->keys[i].id;
}

static int compare_counts(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static uint64_t greatest_divisor(uint64_t a, uint64_t b) {
  while (b) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* counts ascending. The weighted sum is taken from both ends inwards, so that no partial sum is negative: it stays
 * below count · alerts, which 64 bits hold for 2^32 volunteers with 2^32 alerts together. */
static void measure_gini(const uint32_t *counts, uint64_t count, MusterAlertFairness *out) {
  uint64_t numerator = 0, denominator = count * out->alerts;
  for (uint64_t low = 0; low < count / 2; low++)
    numerator += (count - 1 - 2 * low) * (uint64_t)(counts[count - 1 - low] - counts[low]);
  uint64_t divisor = greatest_divisor(numerator, denominator);
  out->gini_numerator = divisor ? numerator / divisor : 0;
  out->gini_denominator = divisor ? denominator / divisor : 1;
  out->gini = (double)out->gini_numerator / (double)out->gini_denominator;
}

void muster_alert_ledger_report(MusterAlertLedger *ledger, MusterAlertFairness *out) {
  *out = (MusterAlertFairness){.volunteers = ledger->count};
  g_autofree uint32_t *counts = g_new(uint32_t, ledger->count + 1);
  for (uint32_t i = 0; i < ledger->count; i++) {
    const mi_ledger_entry *entry = &ledger->entries[i];
    counts[i] = entry->alerts;
    out->alerts += entry->alerts;
    out->accepts += entry->accepts;
    out->arrivals += entry->arrivals;
    out->incidents += entry->incidents;
    out->most_alerts = MAX(out->most_alerts, entry->alerts);
  }
  if (ledger->count > 1) qsort(counts, ledger->count, sizeof *counts, compare_counts);
  measure_gini(counts, ledger->count, out);
  out->alerts_per_arrival = out->arrivals ? (double)out->alerts / (double)out->arrivals : NAN;
}
