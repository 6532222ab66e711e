/* The writing end of a journal. */
#ifndef MI_JOURNAL_JOURNAL_H
#define MI_JOURNAL_JOURNAL_H

#include "journal/record.h"

/* A record that waits: its texts stand in `bytes` from `at` on, text before data. */
typedef struct mi_pending {
  MusterJournalRecord record;
  size_t at;
} mi_pending;

struct MusterJournal {
  MusterJournalSink *sink;
  mi_chain chain;     /* behind the last record added */
  uint64_t committed; /* sequence of the last durable record */
  GArray *pending;    /* mi_pending */
  GByteArray *bytes;
  GArray *batch;   /* MusterJournalRecord, scratch of a commit */
  GError *failure; /* why nothing can be written any more */
};

/* The text of a snapshot's record; free with g_free. */
char *mi_journal_snapshot_text(const MusterEngine *engine);

#endif
