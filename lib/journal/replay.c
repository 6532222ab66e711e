/* Recovery and replay: the events of a journal offered again, each decision compared with what was recorded. */
#include <jansson.h>
#include <string.h>

#include "engine/snapshot.h"
#include "journal/journal.h"
#include "journal/reader.h"

typedef struct replayer {
  const char *name; /* the sink's */
  MusterEngine *engine;
  MusterEventReader *events;
  MusterJournalReplay done;
} replayer;

/* A few words of the text round that byte; free with g_free. */
static char *excerpt(const char *text, size_t bytes, size_t round) {
  enum { BEFORE = 80, LENGTH = 240 };
  size_t from = round > BEFORE ? round - BEFORE : 0, length = MIN(bytes - from, LENGTH);
  g_autofree char *valid = g_utf8_make_valid(text + from, (gssize)length);
  return g_strconcat(from ? "…" : "", valid, from + length < bytes ? "…" : "", NULL);
}

static bool compare_decisions(const replayer *at, const MusterJournalRecord *record, const char *found,
                              GError **error) {
  const char *recorded = (const char *)record->data;
  size_t bytes = strlen(found), same = 0;
  while (same < MIN(bytes, record->data_bytes) && found[same] == recorded[same]) same++;
  if (same == bytes && same == record->data_bytes) return true;
  g_autofree char *expected = excerpt(recorded, record->data_bytes, same), *got = excerpt(found, bytes, same);
  return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_REPLAY, at->name, record->sequence,
                                "decided otherwise than recorded: expected %s, found %s", expected, got);
}

/* What was recorded as an event must be one again: a line that was none has a record of its own kind. */
static const MusterDecision *offer_event(replayer *at, const MusterJournalRecord *record, size_t *count,
                                         GError **error) {
  MusterEvent event;
  g_autoptr(GError) reason = NULL;
  if (muster_event_reader_parse(at->events, record->text, record->text_bytes, &event, &reason))
    return muster_engine_step(at->engine, &event, count);
  mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_CORRUPT, at->name, record->sequence,
                         "expected an event, found text that is none: %s", reason->message);
  return NULL;
}

static const MusterDecision *offer_refusal(replayer *at, const MusterJournalRecord *record, size_t *count,
                                           GError **error) {
  json_t *root = json_loadb(record->text, record->text_bytes, 0, NULL);
  const char *why = json_string_value(json_object_get(root, "why"));
  const MusterDecision *decisions = why ? muster_engine_refuse(at->engine, why, count) : NULL;
  json_decref(root);
  if (!why)
    mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_CORRUPT, at->name, record->sequence,
                           "expected the reason of a refusal, found none");
  return decisions;
}

static bool replay_event(replayer *at, const MusterJournalRecord *record, GError **error) {
  size_t count;
  const MusterDecision *decisions = NULL;
  g_autoptr(GError) reason = NULL;
  decisions = record->kind == MUSTER_JOURNAL_EVENT ? offer_event(at, record, &count, &reason)
                                                   : offer_refusal(at, record, &count, &reason);
  if (reason) {
    g_propagate_error(error, g_steal_pointer(&reason));
    return false;
  }
  g_autofree char *found = muster_decisions_to_json(at->engine, decisions, count);
  at->done.events++;
  return compare_decisions(at, record, found, error);
}

/* By the hash that was recorded: the bytes hold the policy too, in the words of the program that wrote them. A snapshot
 * of another version has the hash of another form. */
static bool compare_snapshot(const replayer *at, const MusterJournalRecord *record, GError **error) {
  if (!mi_snapshot_is_current(record->data, record->data_bytes)) return true;
  g_autofree char *found = mi_journal_snapshot_text(at->engine);
  if (strlen(found) == record->text_bytes && memcmp(found, record->text, record->text_bytes) == 0) return true;
  return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_REPLAY, at->name, record->sequence,
                                "another state than recorded: expected %.*s, found %s", (int)record->text_bytes,
                                record->text, found);
}

static bool replay_record(replayer *at, const MusterJournalRecord *record, GError **error) {
  at->done.records++;
  switch (record->kind) {
    case MUSTER_JOURNAL_EVENT:
    case MUSTER_JOURNAL_REFUSAL:
      return replay_event(at, record, error);
    case MUSTER_JOURNAL_SNAPSHOT:
      return compare_snapshot(at, record, error);
    default:
      return true;
  }
}

static bool replay_all(replayer *at, MusterJournalReader *reader, uint64_t until, GError **error) {
  g_autoptr(GError) reason = NULL;
  MusterJournalRecord record;
  at->events = muster_event_reader_new();
  while (!reason && reader->chain.sequence < until && muster_journal_reader_next(reader, &record, &reason))
    replay_record(at, &record, &reason);
  muster_event_reader_free(at->events);
  if (!reason) return true;
  g_propagate_error(error, g_steal_pointer(&reason));
  return false;
}

bool muster_journal_replay(MusterJournalSink *sink, MusterEngine *engine, uint64_t until, MusterJournalReplay *out,
                           GError **error) {
  g_autoptr(MusterJournalReader) reader = muster_journal_reader_new(sink);
  replayer at = {.name = sink->name, .engine = engine};
  bool replayed = replay_all(&at, reader, until, error);
  if (out) *out = at.done;
  return replayed;
}

/* ---- recovery ---- */

/* The engine of the snapshot; the reader stands behind it. */
static MusterEngine *restore(MusterJournalReader *reader, uint64_t sequence, MusterCounty *county, MusterTravel *travel,
                             MusterPolicy *policy, GError **error) {
  MusterJournalRecord record;
  g_autoptr(GError) reason = NULL;
  if (!mi_reader_skip_to(reader, sequence - 1, error) || !muster_journal_reader_next(reader, &record, &reason)) {
    if (reason) g_propagate_error(error, g_steal_pointer(&reason));
    muster_travel_free(travel);
    return NULL;
  }
  g_autoptr(MusterEngine) engine = muster_engine_restore(county, travel, policy, record.data, record.data_bytes, error);
  if (!engine) g_prefix_error(error, "%s: record %" G_GUINT64_FORMAT ": ", reader->sink->name, sequence);
  const replayer at = {.name = reader->sink->name, .engine = engine};
  return engine && compare_snapshot(&at, &record, error) ? g_steal_pointer(&engine) : NULL;
}

static MusterEngine *begin(MusterJournalReader *reader, MusterCounty *county, MusterTravel *travel,
                           MusterPolicy *policy, GError **error) {
  g_autoptr(MusterJournalHeader) header = muster_journal_read_header(reader->sink, error);
  if (header) return muster_engine_new(county, travel, policy, header->on_duty, error);
  muster_travel_free(travel);
  return NULL;
}

/* The last snapshot, 0: there is none that this program reads. */
static bool find_snapshot(MusterJournalSink *sink, uint64_t *sequence, GError **error) {
  MusterJournalRecord record;
  if (!sink->find_last(sink, MUSTER_JOURNAL_SNAPSHOT, sequence, error)) return false;
  if (*sequence == 0) return true;
  if (!mi_journal_read_exactly(sink, *sequence, &record, error)) return false;
  if (!mi_snapshot_is_current(record.data, record.data_bytes)) *sequence = 0;
  return true;
}

MusterEngine *muster_journal_recover(MusterJournal *journal, MusterCounty *county, MusterTravel *travel,
                                     MusterPolicy *policy, MusterJournalReplay *out, GError **error) {
  MusterJournalSink *sink = journal->sink;
  g_autoptr(MusterJournalReader) reader = muster_journal_reader_new(sink);
  uint64_t snapshot;
  if (!find_snapshot(sink, &snapshot, error)) {
    muster_travel_free(travel);
    return NULL;
  }
  g_autoptr(MusterEngine) engine = snapshot ? restore(reader, snapshot, county, travel, policy, error)
                                            : begin(reader, county, travel, policy, error);
  if (!engine) return NULL;
  replayer at = {.name = sink->name, .engine = engine, .done = {.snapshot = snapshot}};
  if (!replay_all(&at, reader, UINT64_MAX, error)) return NULL;
  if (reader->chain.sequence != journal->committed) {
    mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_CORRUPT, sink->name, reader->chain.sequence + 1,
                           "missing: expected records up to %" G_GUINT64_FORMAT, journal->committed);
    return NULL;
  }
  if (out) *out = at.done;
  return g_steal_pointer(&engine);
}
