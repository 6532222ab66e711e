/* What readers of a journal share. */
#ifndef MI_JOURNAL_READER_H
#define MI_JOURNAL_READER_H

#include "journal/record.h"

struct MusterJournalReader {
  MusterJournalSink *sink;
  mi_chain chain;
};

/* The reader stands behind this record, which is believed. */
bool mi_reader_skip_to(MusterJournalReader *reader, uint64_t sequence, GError **error);
/* The record with this very sequence, not verified. */
bool mi_journal_read_exactly(MusterJournalSink *sink, uint64_t sequence, MusterJournalRecord *out, GError **error);
/* Whether text and data of a verified record hold what its kind does. */
bool mi_journal_check_content(const char *name, const MusterJournalRecord *record, GError **error);

#endif
