/* The text of the header record. */
#ifndef MI_JOURNAL_HEADER_H
#define MI_JOURNAL_HEADER_H

#include <muster/journal.h>

/* One line of JSON; free with g_free. */
char *mi_header_to_json(const MusterJournalHeader *header);
/* `name`: the sink's. */
MusterJournalHeader *mi_header_parse(const char *name, const MusterJournalRecord *record, GError **error);
#endif
