/* Reading a journal in order, each record verified before it is shown; the check of a whole journal. */
#include <jansson.h>
#include <string.h>

#include "journal/header.h"
#include "journal/reader.h"

MusterJournalReader *muster_journal_reader_new(MusterJournalSink *sink) {
  MusterJournalReader *reader = g_new0(MusterJournalReader, 1);
  reader->sink = sink;
  mi_chain_init(&reader->chain);
  return reader;
}

void muster_journal_reader_free(MusterJournalReader *reader) { g_free(reader); }

bool mi_reader_skip_to(MusterJournalReader *reader, uint64_t sequence, GError **error) {
  MusterJournalRecord record;
  if (!mi_journal_read_exactly(reader->sink, sequence, &record, error)) return false;
  mi_chain_set(&reader->chain, &record);
  return true;
}

bool mi_journal_read_exactly(MusterJournalSink *sink, uint64_t sequence, MusterJournalRecord *out, GError **error) {
  g_autoptr(GError) reason = NULL;
  if (sink->read(sink, sequence, out, &reason) && out->sequence == sequence) return true;
  if (reason) {
    g_propagate_error(error, g_steal_pointer(&reason));
    return false;
  }
  return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_CORRUPT, sink->name, sequence, "missing");
}

bool muster_journal_reader_next(MusterJournalReader *reader, MusterJournalRecord *out, GError **error) {
  MusterJournalSink *sink = reader->sink;
  uint64_t last = reader->chain.sequence;
  return sink->read(sink, last ? last + 1 : 0, out, error) && mi_chain_verify(&reader->chain, sink->name, out, error);
}

MusterJournalHeader *muster_journal_read_header(MusterJournalSink *sink, GError **error) {
  g_autoptr(MusterJournalReader) reader = muster_journal_reader_new(sink);
  g_autoptr(GError) reason = NULL;
  MusterJournalRecord record;
  if (muster_journal_reader_next(reader, &record, &reason)) return mi_header_parse(sink->name, &record, error);
  if (reason)
    g_propagate_error(error, g_steal_pointer(&reason));
  else
    mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_CORRUPT, sink->name, 1, "expected the header, found nothing");
  return NULL;
}

static bool is_json(const char *text, size_t bytes, bool is_list) {
  json_t *root = json_loadb(text, bytes, 0, NULL);
  bool fits = is_list ? json_is_array(root) : json_is_object(root);
  json_decref(root);
  return fits;
}

bool mi_journal_check_content(const char *name, const MusterJournalRecord *record, GError **error) {
  if (!mi_journal_check_size(name, record, MUSTER_JOURNAL_ERROR_CORRUPT, error)) return false;
  if (memchr(record->text, '\n', record->text_bytes) || !is_json(record->text, record->text_bytes, false))
    return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_CORRUPT, name, record->sequence,
                                  "text: expected a JSON object in one line, found something else");
  bool decides = record->kind == MUSTER_JOURNAL_EVENT || record->kind == MUSTER_JOURNAL_REFUSAL;
  const char *data = (const char *)record->data;
  if (decides && (memchr(data, '\n', record->data_bytes) || !is_json(data, record->data_bytes, true)))
    return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_CORRUPT, name, record->sequence,
                                  "decisions: expected a JSON array in one line, found something else");
  if (record->kind != MUSTER_JOURNAL_HEADER) return true;
  MusterJournalHeader *header = mi_header_parse(name, record, error);
  muster_journal_header_free(header);
  return header != NULL;
}

bool muster_journal_check(MusterJournalSink *sink, MusterJournalSummary *out, GError **error) {
  g_autoptr(MusterJournalReader) reader = muster_journal_reader_new(sink);
  g_autoptr(GError) reason = NULL;
  MusterJournalRecord record;
  *out = (MusterJournalSummary){0};
  while (muster_journal_reader_next(reader, &record, &reason)) {
    if (!mi_journal_check_content(sink->name, &record, error)) return false;
    out->records++;
    out->events += record.kind == MUSTER_JOURNAL_EVENT || record.kind == MUSTER_JOURNAL_REFUSAL;
    out->snapshots += record.kind == MUSTER_JOURNAL_SNAPSHOT;
  }
  if (reason) {
    g_propagate_error(error, g_steal_pointer(&reason));
    return false;
  }
  memcpy(out->last_hash, reader->chain.hash, sizeof out->last_hash);
  return true;
}

void muster_journal_sink_free(MusterJournalSink *sink) {
  if (sink) sink->free(sink);
}
