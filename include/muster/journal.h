/* The journal: everything the engine was told and what it decided, in an append-only chain of records.
 *
 * The order in which a host works, and why nothing that was acknowledged is ever lost:
 *
 *   1. decide:       muster_engine_step (or muster_engine_refuse for a line that is no event)
 *   2. journal:      muster_journal_add_event (…_add_refusal), for as many events as wait
 *   3. commit:       muster_journal_commit: all that was added is on disk when it returns true (group commit)
 *   4. acknowledge, and act on the decisions
 *
 * After a crash muster_journal_open and muster_journal_recover bring back the engine as of the last commit: the last
 * snapshot and the events behind it. Each record's hash (SHA-256) covers the record and the hash before it, so that a
 * changed, missing or added record shows; it is named, never skipped. docs/journal.md describes the format.
 *
 * Wall times are given by the caller and only recorded. An object of this header has one owner and serves one thread at
 * a time. Unless said otherwise pointers may not be NULL, and texts are UTF-8.
 */
#ifndef MUSTER_JOURNAL_H
#define MUSTER_JOURNAL_H

#include <muster/engine.h>
#include <stdio.h>

G_BEGIN_DECLS

#define MUSTER_JOURNAL_ERROR (muster_journal_error_quark())
MUSTER_EXPORT GQuark muster_journal_error_quark(void);
typedef enum MusterJournalError {
  MUSTER_JOURNAL_ERROR_OPEN,    /* the file cannot be made, read or written */
  MUSTER_JOURNAL_ERROR_BUSY,    /* somebody else has it: nothing was written, try again */
  MUSTER_JOURNAL_ERROR_FULL,    /* no room: nothing was written, try again */
  MUSTER_JOURNAL_ERROR_CORRUPT, /* which record, what of it, expected, found */
  MUSTER_JOURNAL_ERROR_TORN,    /* the last record is incomplete (a sink of plain bytes only) */
  MUSTER_JOURNAL_ERROR_VERSION, /* of a newer version, or a kind of record that this version does not know */
  MUSTER_JOURNAL_ERROR_FOREIGN, /* of another county, other networks or another policy */
  MUSTER_JOURNAL_ERROR_REPLAY,  /* an event is decided otherwise than the journal says */
  MUSTER_JOURNAL_ERROR_INPUT,   /* what was to be recorded is not what its kind of record holds */
} MusterJournalError;

/* The version of the format that is written; older ones, from 1 on, are read. */
#define MUSTER_JOURNAL_VERSION 1
#define MUSTER_JOURNAL_HASH_BYTES 32

typedef enum MusterJournalKind {
  MUSTER_JOURNAL_HEADER = 1, /* the first record: text says what the journal belongs to */
  MUSTER_JOURNAL_EVENT,      /* text: the event as it was offered; data: its decisions, a JSON array */
  MUSTER_JOURNAL_REFUSAL,    /* text: {"why":…} of a line that was no event; data: its decisions */
  MUSTER_JOURNAL_SNAPSHOT,   /* text: {"events":…,"hash":…}; data: the bytes of muster_engine_snapshot */
} MusterJournalKind;
/* "header", "event", "refusal", "snapshot"; NULL for any other number. */
MUSTER_EXPORT const char *muster_journal_kind_name(unsigned kind);

typedef struct MusterJournalRecord {
  uint64_t sequence; /* from 1, without gaps */
  unsigned kind;     /* MusterJournalKind */
  int64_t at_ms;     /* the engine's time: of an event its own at_ms, else the time it is then; 0 of a header */
  int64_t wall_ms;   /* ms since 1970 UTC, as the caller said */
  const char *text;  /* one JSON object in one line; not ended by a zero byte */
  size_t text_bytes;
  const uint8_t *data;
  size_t data_bytes;
  uint8_t hash[MUSTER_JOURNAL_HASH_BYTES]; /* of the hash before it and all the above */
} MusterJournalRecord;

/* ---- where records are kept ---- */

/* A sink keeps records in the order of their sequence. Hosts may bring their own by filling in all functions; the first
 * member of a larger struct, it is passed back to each. Everything but `free` may be called again after an error. */
typedef struct MusterJournalSink MusterJournalSink;
struct MusterJournalSink {
  const char *name; /* what messages call it: the file */
  /* Adds `count` ≥ 1 records behind the last one. They need not outlast a crash before `sync` has returned true; a
   * crash may then leave the first few of them. False with BUSY or FULL: none was added, and nothing appended since the
   * last sync is there any more. False with any other error: the first few may have been, and the journal writes no
   * more to this sink. */
  bool (*append)(MusterJournalSink *sink, const MusterJournalRecord *records, size_t count, GError **error);
  /* Makes what was appended outlast a crash. False with BUSY or FULL: nothing appended since the last sync is there any
   * more; with any other error it may be. */
  bool (*sync)(MusterJournalSink *sink, GError **error);
  /* The first record whose sequence is `from` or more (0: the first there is, whatever its sequence); its views stay
   * until the next call. False without an error: there is none. A sink gives what it finds and judges nothing but what
   * it cannot read. */
  bool (*read)(MusterJournalSink *sink, uint64_t from, MusterJournalRecord *out, GError **error);
  /* The sequence of the last record of that kind (0: of any), 0 if there is none. False: an error. */
  bool (*find_last)(MusterJournalSink *sink, unsigned kind, uint64_t *sequence, GError **error);
  void (*free)(MusterJournalSink *sink);
};
MUSTER_EXPORT void muster_journal_sink_free(MusterJournalSink *sink); /* NULL: nothing */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterJournalSink, muster_journal_sink_free)

typedef enum MusterJournalAccess {
  MUSTER_JOURNAL_READ,  /* the file is there and stays as it is */
  MUSTER_JOURNAL_WRITE, /* made if it is not there; nobody else can use it meanwhile */
} MusterJournalAccess;
/* One SQLite file (write-ahead log, synchronous=FULL, one connection that excludes all others). Not for network file
 * systems. A file that was made by this call and is still without records when it is freed is deleted again. Errors:
 * OPEN, BUSY, CORRUPT (also: not a journal), VERSION. */
MUSTER_EXPORT MusterJournalSink *muster_journal_sink_open(const char *path, MusterJournalAccess access, GError **error);

/* ---- what a journal belongs to ---- */

/* A file that the engine's answers depend on. */
typedef struct MusterJournalSource {
  const char *role;   /* "county", "network", "matrix", … */
  const char *path;   /* where it was; says where to look, not what it is */
  const char *digest; /* names its content: a SHA-256 or a checksum in hex */
} MusterJournalSource;

typedef struct MusterJournalHeader {
  const MusterJournalSource *sources;
  size_t source_count;
  const char *policy_name; /* for people */
  const char *policy;      /* muster_policy_to_ini */
  bool on_duty;            /* enrol_on_duty of muster_engine_new */
  /* Filled in when read, not looked at when written: */
  uint32_t version, schema; /* MUSTER_JOURNAL_VERSION and MUSTER_EVENT_SCHEMA_VERSION of the program that made it */
  const char *program;      /* muster_version of that program */
} MusterJournalHeader;
/* The header of the journal in the sink. Free with muster_journal_header_free. Errors: CORRUPT (also if there is no
 * record), VERSION, those of the sink. */
MUSTER_EXPORT MusterJournalHeader *muster_journal_read_header(MusterJournalSink *sink, GError **error);
MUSTER_EXPORT void muster_journal_header_free(MusterJournalHeader *header); /* NULL: nothing */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterJournalHeader, muster_journal_header_free)

/* Whether a journal with the header `held` is of what `header` says: the same digests, policy (by the settings that
 * this version has) and duty, whatever the paths. `name` is what messages call the journal. FOREIGN if not. */
MUSTER_EXPORT bool muster_journal_header_check(const char *name, const MusterJournalHeader *held,
                                               const MusterJournalHeader *header, GError **error);

/* ---- writing ---- */

typedef struct MusterJournal MusterJournal;
/* Opens the journal in the sink, which is taken over even if it fails; an empty one begins with `header`, durable when
 * this returns. Of one that has records, header must name the same digests, policy and duty, whatever the paths: else
 * FOREIGN. Errors: those of the sink and of muster_journal_read_header. Until muster_journal_recover has verified it,
 * the last record is believed. */
MUSTER_EXPORT MusterJournal *muster_journal_open(MusterJournalSink *sink, const MusterJournalHeader *header,
                                                 int64_t wall_ms, GError **error);
/* What was added but not committed is dropped: it was never acknowledged. NULL: nothing. */
MUSTER_EXPORT void muster_journal_free(MusterJournal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterJournal, muster_journal_free)
/* The journal's sink, to read by; it stays the journal's. */
MUSTER_EXPORT MusterJournalSink *muster_journal_sink(MusterJournal *journal);

/* Adds an event that the engine was offered: `json` (`bytes` bytes, one line, copied) as it was read, `decisions` what
 * muster_decisions_to_json made of the step's (copied). Nothing is written before the commit. INPUT if the texts are
 * not UTF-8 in one line each, or longer than 16 MiB (`json`) and 900 MB (`decisions`). */
MUSTER_EXPORT bool muster_journal_add_event(MusterJournal *journal, int64_t at_ms, int64_t wall_ms, const char *json,
                                            size_t bytes, const char *decisions, GError **error);
/* Adds a line that was no event, by the reason given to muster_engine_refuse: it counts among the events. at_ms: that
 * of its `refused`. */
MUSTER_EXPORT bool muster_journal_add_refusal(MusterJournal *journal, int64_t at_ms, int64_t wall_ms, const char *why,
                                              const char *decisions, GError **error);
/* Adds the engine's state behind all events added so far, so that recovery begins there. Linear in the state. */
MUSTER_EXPORT bool muster_journal_add_snapshot(MusterJournal *journal, const MusterEngine *engine, int64_t at_ms,
                                               int64_t wall_ms, GError **error);
/* How many records wait for the commit. */
MUSTER_EXPORT size_t muster_journal_pending(const MusterJournal *journal);
/* Makes all that was added durable, as one batch. False with BUSY or FULL: nothing was written and all of it still
 * waits; commit again when there is room. False with another error: the journal takes no more, and every later add and
 * commit fails with the same sentence; open it anew. Nothing pending: true at once. */
MUSTER_EXPORT bool muster_journal_commit(MusterJournal *journal, GError **error);
/* The sequence of the last record that is durable. */
MUSTER_EXPORT uint64_t muster_journal_committed(const MusterJournal *journal);

/* ---- reading ---- */

typedef struct MusterJournalReader MusterJournalReader;
/* Reads verified records from the beginning. The sink stays the caller's and outlives the reader. */
MUSTER_EXPORT MusterJournalReader *muster_journal_reader_new(MusterJournalSink *sink);
MUSTER_EXPORT void muster_journal_reader_free(MusterJournalReader *reader); /* NULL: nothing */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MusterJournalReader, muster_journal_reader_free)
/* The next record; its views stay until the next call on the sink. False without an error: the end. Errors: CORRUPT,
 * TORN, VERSION with the record's number, those of the sink; then it stays there. */
MUSTER_EXPORT bool muster_journal_reader_next(MusterJournalReader *reader, MusterJournalRecord *out, GError **error);

typedef struct MusterJournalSummary {
  uint64_t records, events, snapshots; /* events: refusals included */
  uint8_t last_hash[MUSTER_JOURNAL_HASH_BYTES];
} MusterJournalSummary;
/* Verifies the whole journal: no gap, every hash, every text. True: intact. One without records is: its writer was
 * stopped before the header was durable, and nothing was acknowledged. Linear; nothing is held but one record. */
MUSTER_EXPORT bool muster_journal_check(MusterJournalSink *sink, MusterJournalSummary *out, GError **error);
/* The hash in hex digits and a zero byte. */
MUSTER_EXPORT void muster_journal_hash_to_text(const uint8_t hash[MUSTER_JOURNAL_HASH_BYTES],
                                               char out[2 * MUSTER_JOURNAL_HASH_BYTES + 1]);

/* ---- recovery and replay ---- */

typedef struct MusterJournalReplay {
  uint64_t records;  /* read and verified */
  uint64_t events;   /* offered again; each was decided as the journal says */
  uint64_t snapshot; /* sequence of the snapshot begun with, 0: none */
} MusterJournalReplay;
/* The engine as of the last record: the last snapshot, if there is one, and all events behind it, each verified and its
 * decisions compared. county (or NULL), travel (fresh, taken over even if it fails) and policy must be those of the
 * header. `out` may be NULL. Errors: CORRUPT, TORN, VERSION, REPLAY; ENGINE_ERROR_SNAPSHOT. Call it once, after
 * muster_journal_open and before anything is added. */
MUSTER_EXPORT MusterEngine *muster_journal_recover(MusterJournal *journal, MusterCounty *county, MusterTravel *travel,
                                                   MusterPolicy *policy, MusterJournalReplay *out, GError **error);
/* Offers all events up to record `until` (UINT64_MAX: all) to a fresh engine, from the beginning; verifies each record,
 * the decisions of each event and the bytes of each snapshot on the way. Errors as above. */
MUSTER_EXPORT bool muster_journal_replay(MusterJournalSink *sink, MusterEngine *engine, uint64_t until,
                                         MusterJournalReplay *out, GError **error);

/* ---- as JSON lines ---- */

/* Writes the journal as one JSON object a line, and one at the end that says how many and the last hash. Verifies on
 * the way. OPEN if the stream cannot be written. */
MUSTER_EXPORT bool muster_journal_export(MusterJournalSink *sink, FILE *stream, GError **error);
/* Reads such lines into an empty sink, durable when it returns; `name` is what messages call the stream. Exported again
 * they are the same bytes. CORRUPT with the line's number for anything else, INPUT if the sink is not empty. After a
 * failure the sink is to be freed; of the one on SQLite nothing is left then. */
MUSTER_EXPORT bool muster_journal_import(MusterJournalSink *sink, FILE *stream, const char *name, GError **error);

G_END_DECLS

#endif
