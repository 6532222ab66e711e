/* The fatigue ledger inside: a volunteer's counts, and a ring of the times of the latest alerts.
 *
 * Whether n alerts fell into the last so many hours can be told from the n-th latest alone, so a ring as long as the
 * greater cap is all that must be remembered.
 */
#ifndef MI_ALERT_LEDGER_H
#define MI_ALERT_LEDGER_H

#include "alert/model.h"

typedef struct mi_ledger_entry {
  uint64_t id;
  uint32_t alerts, accepts, arrivals, incidents;
  uint32_t ring_used, ring_at; /* times kept; where the next one goes */
  bool busy;
  int64_t rests_until_ms; /* INT64_MIN: never worked */
} mi_ledger_entry;

struct MusterAlertLedger {
  MusterAlertModel *model;
  uint32_t day_cap, week_cap, ring; /* ring: alert times kept for each volunteer, at least 1 */
  mi_ledger_entry *entries;
  int64_t *times; /* ring for each entry */
  uint32_t count, capacity;
  uint32_t *index; /* open addressing by id: entry + 1, 0: free */
  uint32_t index_size;
  struct mi_ledger_key *keys; /* of a rotation */
  size_t keys_capacity;
};

/* NULL if the id was never seen. */
mi_ledger_entry *mi_ledger_find(const MusterAlertLedger *ledger, uint64_t id);
/* The n-th latest alert, from 1; INT64_MIN if there is none or it is no longer kept. */
int64_t mi_ledger_latest_ms(const MusterAlertLedger *ledger, const mi_ledger_entry *entry, uint32_t n);
/* Alerts in the 7 days before at_ms, as far as the ring remembers. */
uint32_t mi_ledger_week(const MusterAlertLedger *ledger, const mi_ledger_entry *entry, int64_t at_ms);

#endif
