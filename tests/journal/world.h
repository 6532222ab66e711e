/* What the journal's tests share: an engine on a small table, lines of events, the host's way of working. */
#ifndef TEST_JOURNAL_WORLD_H
#define TEST_JOURNAL_WORLD_H

#include <muster/journal.h>

#include "base/random.h"

extern const MusterJournalHeader world_header;

MusterTravel *world_travel(void);
MusterPolicy *world_policy(void);
/* `count` lines from one seed, a few of them no events; free with g_ptr_array_unref. */
GPtrArray *world_lines(uint64_t seed, guint count);
/* Decides about the line and adds it to the journal (NULL: only decides). */
void world_offer(MusterEngine *engine, MusterJournal *journal, const char *line);
MusterEngine *world_engine(void);
/* Opens the journal in the sink and recovers the engine; both must succeed. */
MusterJournal *world_open(MusterJournalSink *sink, MusterEngine **engine);
/* A journal of all lines in the sink, with snapshots and commits here and there. */
void world_write(MusterJournalSink *sink, const GPtrArray *lines);
/* The export; free with g_free. NULL and an error if it is refused. */
char *world_export(MusterJournalSink *sink, size_t *bytes, GError **error);

#endif
