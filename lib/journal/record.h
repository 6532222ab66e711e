/* A record's place in the chain: its hash, its bytes, and whether it is the next one. */
#ifndef MI_JOURNAL_RECORD_H
#define MI_JOURNAL_RECORD_H

#include "base/pack.h"

#include <muster/journal.h>

/* Together no more than a row of SQLite holds, 1,000,000,000 bytes. One step may decide much: a tick after a long pause
 * brings all the deadlines in between. */
enum { MI_LONGEST_TEXT = 16 << 20, MI_LARGEST_DATA = 900000000 };

/* Where the chain stands: the record after it is `sequence` + 1 and its hash covers `hash`. */
typedef struct mi_chain {
  uint64_t sequence;
  uint8_t hash[MUSTER_JOURNAL_HASH_BYTES];
} mi_chain;

void mi_chain_init(mi_chain *chain); /* before the first record */
/* Gives the record its sequence and its hash; the chain stands behind it. */
void mi_chain_append(mi_chain *chain, MusterJournalRecord *record);
/* Whether the record is the next one and what it says it is; then the chain stands behind it. `name`: the sink's. */
bool mi_chain_verify(mi_chain *chain, const char *name, const MusterJournalRecord *record, GError **error);
/* The chain stands behind this record, which is believed. */
void mi_chain_set(mi_chain *chain, const MusterJournalRecord *record);

/* "NAME: record N: " and the rest, in the journal's error domain. Always false. */
bool mi_journal_fail_record(GError **error, int code, const char *name, uint64_t sequence, const char *format, ...)
    G_GNUC_PRINTF(5, 6);
bool mi_journal_fail(GError **error, int code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Whether text and data are of a size that a record can have; else it fails with `code`. */
bool mi_journal_check_size(const char *name, const MusterJournalRecord *record, int code, GError **error);

/* The record as bytes one after another, its hash last. */
void mi_record_encode(GByteArray *to, const MusterJournalRecord *record);
/* A view of the record that begins there; false if it does not end before the end. */
bool mi_record_decode(mi_unpack *from, MusterJournalRecord *out);

#endif
