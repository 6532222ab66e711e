/* The writing end: records are chained when they are added and written as one batch when they are committed. */
#include "journal/journal.h"

#include <jansson.h>
#include <string.h>

#include "journal/header.h"
#include "journal/reader.h"

static bool add(MusterJournal *journal, MusterJournalRecord *record, GError **error) {
  if (journal->failure) {
    g_propagate_error(error, g_error_copy(journal->failure));
    return false;
  }
  record->sequence = journal->chain.sequence + 1;
  if (!mi_journal_check_size(journal->sink->name, record, MUSTER_JOURNAL_ERROR_INPUT, error)) return false;
  mi_chain_append(&journal->chain, record);
  mi_pending pending = {.record = *record, .at = journal->bytes->len};
  g_byte_array_append(journal->bytes, (const guint8 *)record->text, (guint)record->text_bytes);
  g_byte_array_append(journal->bytes, record->data, (guint)record->data_bytes);
  g_array_append_val(journal->pending, pending);
  return true;
}

/* One line of UTF-8. */
static bool check_line(const MusterJournal *journal, const char *what, const char *text, size_t bytes, GError **error) {
  const char *found = memchr(text, '\n', bytes) ? "several lines" : "other bytes";
  if (!memchr(text, '\n', bytes) && g_utf8_validate_len(text, bytes, NULL)) return true;
  return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_INPUT, journal->sink->name, journal->chain.sequence + 1,
                                "%s: expected one line of UTF-8, found %s", what, found);
}

static bool add_decided(MusterJournal *journal, MusterJournalRecord *record, const char *decisions, GError **error) {
  record->data = (const uint8_t *)decisions;
  record->data_bytes = strlen(decisions);
  return check_line(journal, muster_journal_kind_name(record->kind), record->text, record->text_bytes, error) &&
         check_line(journal, "decisions", decisions, record->data_bytes, error) && add(journal, record, error);
}

bool muster_journal_add_event(MusterJournal *journal, int64_t at_ms, int64_t wall_ms, const char *json, size_t bytes,
                              const char *decisions, GError **error) {
  MusterJournalRecord record = {
      .kind = MUSTER_JOURNAL_EVENT, .at_ms = at_ms, .wall_ms = wall_ms, .text = json, .text_bytes = bytes};
  return add_decided(journal, &record, decisions, error);
}

bool muster_journal_add_refusal(MusterJournal *journal, int64_t at_ms, int64_t wall_ms, const char *why,
                                const char *decisions, GError **error) {
  json_t *root = json_pack("{s:s}", "why", why);
  char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
  json_decref(root);
  MusterJournalRecord record = {
      .kind = MUSTER_JOURNAL_REFUSAL, .at_ms = at_ms, .wall_ms = wall_ms, .text = text ? text : ""};
  record.text_bytes = strlen(record.text);
  bool added = text ? add_decided(journal, &record, decisions, error)
                    : mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_INPUT, journal->sink->name,
                                             journal->chain.sequence + 1, "refusal: expected UTF-8, found other bytes");
  free(text);
  return added;
}

char *mi_journal_snapshot_text(const MusterEngine *engine) {
  return g_strdup_printf("{\"events\":%" G_GUINT64_FORMAT ",\"hash\":\"%016" G_GINT64_MODIFIER "x\"}",
                         muster_engine_event_count(engine), muster_engine_state_hash(engine));
}

bool muster_journal_add_snapshot(MusterJournal *journal, const MusterEngine *engine, int64_t at_ms, int64_t wall_ms,
                                 GError **error) {
  size_t bytes;
  g_autofree uint8_t *snapshot = muster_engine_snapshot(engine, &bytes);
  g_autofree char *text = mi_journal_snapshot_text(engine);
  MusterJournalRecord record = {.kind = MUSTER_JOURNAL_SNAPSHOT,
                                .at_ms = at_ms,
                                .wall_ms = wall_ms,
                                .text = text,
                                .text_bytes = strlen(text),
                                .data = snapshot,
                                .data_bytes = bytes};
  return add(journal, &record, error);
}

size_t muster_journal_pending(const MusterJournal *journal) { return journal->pending->len; }
uint64_t muster_journal_committed(const MusterJournal *journal) { return journal->committed; }
MusterJournalSink *muster_journal_sink(MusterJournal *journal) { return journal->sink; }

static const MusterJournalRecord *gather(MusterJournal *journal) {
  g_array_set_size(journal->batch, 0);
  for (guint i = 0; i < journal->pending->len; i++) {
    const mi_pending *pending = &g_array_index(journal->pending, mi_pending, i);
    MusterJournalRecord record = pending->record;
    record.text = (const char *)journal->bytes->data + pending->at;
    record.data = journal->bytes->data + pending->at + record.text_bytes;
    g_array_append_val(journal->batch, record);
  }
  return (const MusterJournalRecord *)(const void *)journal->batch->data;
}

static bool may_try_again(const GError *reason) {
  return g_error_matches(reason, MUSTER_JOURNAL_ERROR, MUSTER_JOURNAL_ERROR_BUSY) ||
         g_error_matches(reason, MUSTER_JOURNAL_ERROR, MUSTER_JOURNAL_ERROR_FULL);
}

bool muster_journal_commit(MusterJournal *journal, GError **error) {
  if (journal->failure) {
    g_propagate_error(error, g_error_copy(journal->failure));
    return false;
  }
  if (journal->pending->len == 0) return true;
  MusterJournalSink *sink = journal->sink;
  GError *reason = NULL;
  if (sink->append(sink, gather(journal), journal->pending->len, &reason) && sink->sync(sink, &reason)) {
    journal->committed = journal->chain.sequence;
    g_array_set_size(journal->pending, 0);
    g_byte_array_set_size(journal->bytes, 0);
    return true;
  }
  if (!may_try_again(reason)) journal->failure = g_error_copy(reason);
  g_propagate_error(error, reason);
  return false;
}

static bool begin(MusterJournal *journal, const MusterJournalHeader *header, int64_t wall_ms, GError **error) {
  g_autofree char *text = mi_header_to_json(header);
  MusterJournalRecord record = {
      .kind = MUSTER_JOURNAL_HEADER, .wall_ms = wall_ms, .text = text, .text_bytes = strlen(text)};
  return add(journal, &record, error) && muster_journal_commit(journal, error);
}

static bool resume(MusterJournal *journal, const MusterJournalHeader *header, uint64_t last, GError **error) {
  MusterJournalSink *sink = journal->sink;
  MusterJournalRecord record;
  g_autoptr(MusterJournalHeader) held = muster_journal_read_header(sink, error);
  if (!held || !muster_journal_header_check(sink->name, held, header, error) ||
      !mi_journal_read_exactly(sink, last, &record, error))
    return false;
  mi_chain_set(&journal->chain, &record);
  journal->committed = last;
  return true;
}

MusterJournal *muster_journal_open(MusterJournalSink *sink, const MusterJournalHeader *header, int64_t wall_ms,
                                   GError **error) {
  g_autoptr(MusterJournal) journal = g_new0(MusterJournal, 1);
  journal->sink = sink;
  journal->pending = g_array_new(FALSE, FALSE, sizeof(mi_pending));
  journal->batch = g_array_new(FALSE, FALSE, sizeof(MusterJournalRecord));
  journal->bytes = g_byte_array_new();
  mi_chain_init(&journal->chain);
  uint64_t last;
  bool opened = sink->find_last(sink, 0, &last, error) &&
                (last == 0 ? begin(journal, header, wall_ms, error) : resume(journal, header, last, error));
  return opened ? g_steal_pointer(&journal) : NULL;
}

void muster_journal_free(MusterJournal *journal) {
  if (!journal) return;
  muster_journal_sink_free(journal->sink);
  g_array_unref(journal->pending);
  g_array_unref(journal->batch);
  g_byte_array_unref(journal->bytes);
  g_clear_error(&journal->failure);
  g_free(journal);
}
