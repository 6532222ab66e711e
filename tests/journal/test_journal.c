/* The journal in memory: what is written comes back, what was changed or cut is named, and nothing that was committed
 * is lost in a crash at any write. */
#include <string.h>

#include "journal/header.h"
#include "journal/memory.h"
#include "journal/record.h"
#include "journal/world.h"
#include "support/support.h"

static void assert_message(const GError *error, int code, const char *part) {
  g_assert_error(error, MUSTER_JOURNAL_ERROR, code);
  if (!strstr(error->message, part)) g_error("expected \"%s\" in \"%s\"", part, error->message);
}

static MusterEngine *straight_run(const GPtrArray *lines, guint count) {
  MusterEngine *engine = world_engine();
  for (guint i = 0; i < count; i++) world_offer(engine, NULL, lines->pdata[i]);
  return engine;
}

static void test_round_trip(void) {
  g_autoptr(GPtrArray) lines = world_lines(test_seed(), 60);
  mi_disk disk;
  mi_disk_init(&disk);
  world_write(mi_memory_sink_new(&disk), lines);
  GError *error = NULL;
  MusterJournalSummary summary;
  g_autoptr(MusterJournalSink) sink = mi_memory_sink_new(&disk);
  muster_journal_check(sink, &summary, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(summary.records, ==, 1 + 60 + 8);
  g_assert_cmpuint(summary.events, ==, 60);
  g_assert_cmpuint(summary.snapshots, ==, 8);
  g_autoptr(MusterEngine) expected = straight_run(lines, 60), replayed = world_engine(), recovered = NULL;
  MusterJournalReplay replay;
  muster_journal_replay(sink, replayed, UINT64_MAX, &replay, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(replay.events, ==, 60);
  g_autoptr(MusterJournal) journal = world_open(mi_memory_sink_new(&disk), &recovered);
  g_assert_cmphex(muster_engine_state_hash(replayed), ==, muster_engine_state_hash(expected));
  g_assert_cmphex(muster_engine_state_hash(recovered), ==, muster_engine_state_hash(expected));
  g_assert_cmpuint(muster_engine_event_count(recovered), ==, 60);
  g_assert_cmpuint(muster_journal_committed(journal), ==, summary.records);
  mi_disk_clear(&disk);
}

static void test_until(void) {
  g_autoptr(GPtrArray) lines = world_lines(3, 6);
  mi_disk disk;
  mi_disk_init(&disk);
  world_write(mi_memory_sink_new(&disk), lines);
  g_autoptr(MusterJournalSink) sink = mi_memory_sink_new(&disk);
  g_autoptr(MusterEngine) expected = straight_run(lines, 4), replayed = world_engine();
  GError *error = NULL;
  muster_journal_replay(sink, replayed, 5, NULL, &error); /* the header and four events */
  g_assert_no_error(error);
  g_assert_cmphex(muster_engine_state_hash(replayed), ==, muster_engine_state_hash(expected));
  mi_disk_clear(&disk);
}

static void test_every_byte_changed(void) {
  g_autoptr(GPtrArray) lines = world_lines(1310, 9);
  mi_disk disk;
  mi_disk_init(&disk);
  world_write(mi_memory_sink_new(&disk), lines);
  for (guint at = 0; at < disk.bytes->len; at++) {
    g_autoptr(MusterJournalSink) sink = mi_memory_sink_new(&disk);
    g_autoptr(GError) error = NULL;
    MusterJournalSummary summary;
    disk.bytes->data[at] ^= (uint8_t)(1u << at % 8);
    g_assert_false(muster_journal_check(sink, &summary, &error));
    g_assert_nonnull(strstr(error->message, "memory: record "));
    disk.bytes->data[at] ^= (uint8_t)(1u << at % 8);
  }
  mi_disk_clear(&disk);
}

/* Between records a cut leaves a shorter journal, whose last hash is another; anywhere else it is named. */
static void test_every_cut(void) {
  g_autoptr(GPtrArray) lines = world_lines(1310, 9);
  mi_disk disk;
  mi_disk_init(&disk);
  world_write(mi_memory_sink_new(&disk), lines);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  guint intact = 0;
  for (guint length = disk.bytes->len; length-- > 1;) {
    g_byte_array_set_size(disk.bytes, length);
    g_autoptr(MusterJournalSink) sink = mi_memory_sink_new(&disk);
    g_autoptr(GError) error = NULL;
    MusterJournalSummary summary;
    char hash[2 * MUSTER_JOURNAL_HASH_BYTES + 1];
    if (!muster_journal_check(sink, &summary, &error)) {
      assert_message(error, MUSTER_JOURNAL_ERROR_TORN, "memory: record ");
      continue;
    }
    muster_journal_hash_to_text(summary.last_hash, hash);
    g_assert_true(g_hash_table_add(seen, g_strdup(hash)));
    intact++;
  }
  g_assert_cmpuint(intact, ==, 1 + 9 + 1 - 1);
  mi_disk_clear(&disk);
}

/* ---- JSON lines ---- */

static bool import_text(const char *text, size_t bytes, mi_disk *disk, GError **error) {
  mi_disk_init(disk);
  g_autoptr(MusterJournalSink) sink = mi_memory_sink_new(disk);
  FILE *stream = bytes ? fmemopen((void *)(uintptr_t)text, bytes, "r") : fopen("/dev/null", "r");
  bool done = muster_journal_import(sink, stream, "lines", error);
  fclose(stream);
  return done;
}

static char *export_disk(mi_disk *disk, size_t *bytes) {
  GError *error = NULL;
  g_autoptr(MusterJournalSink) sink = mi_memory_sink_new(disk);
  char *text = world_export(sink, bytes, &error);
  g_assert_no_error(error);
  return text;
}

static void test_lines_round_trip(void) {
  g_autoptr(GPtrArray) lines = world_lines(test_seed(), 200);
  mi_disk disk, again;
  mi_disk_init(&disk);
  world_write(mi_memory_sink_new(&disk), lines);
  size_t bytes, again_bytes;
  g_autofree char *text = export_disk(&disk, &bytes);
  GError *error = NULL;
  import_text(text, bytes, &again, &error);
  g_assert_no_error(error);
  g_assert_cmpmem(disk.bytes->data, disk.bytes->len, again.bytes->data, again.bytes->len);
  g_assert_cmpuint(again.synced, ==, again.bytes->len);
  g_autofree char *text_again = export_disk(&again, &again_bytes);
  g_assert_cmpmem(text, bytes, text_again, again_bytes);
  mi_disk_clear(&disk);
  mi_disk_clear(&again);
}

static void test_every_byte_of_lines(void) {
  g_autoptr(GPtrArray) lines = world_lines(1310, 9);
  mi_disk disk, again;
  mi_disk_init(&disk);
  world_write(mi_memory_sink_new(&disk), lines);
  size_t bytes;
  g_autofree char *text = export_disk(&disk, &bytes);
  for (size_t at = 0; at < bytes; at++) {
    g_autoptr(GError) error = NULL;
    g_assert_false(import_text(text, at, &again, &error));
    g_assert_nonnull(strstr(error->message, "lines: "));
    mi_disk_clear(&again);
    g_clear_error(&error);
    text[at] ^= (char)(1 << at % 8);
    g_assert_false(import_text(text, bytes, &again, &error));
    g_assert_nonnull(strstr(error->message, "lines: "));
    mi_disk_clear(&again);
    text[at] ^= (char)(1 << at % 8);
  }
  mi_disk_clear(&disk);
}

/* ---- crashes ---- */

typedef struct worker {
  const GPtrArray *lines;
  uint64_t acknowledged; /* events that a commit has covered */

  mi_random random;
} worker;

/* Works on from where the journal ends, in batches of any size, until all is done or a write fails. */
static bool work(worker *host, mi_disk *disk) {
  g_autoptr(MusterPolicy) policy = world_policy();
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterJournal) journal =
      muster_journal_open(mi_memory_sink_new(disk), &world_header, 1700000000000, &error);
  if (!journal) return false;
  g_autoptr(MusterEngine) engine = muster_journal_recover(journal, NULL, world_travel(), policy, NULL, &error);
  g_assert_no_error(error);
  uint64_t count = muster_engine_event_count(engine);
  g_assert_cmpuint(count, >=, host->acknowledged);
  g_autoptr(MusterEngine) expected = straight_run(host->lines, (guint)count);
  g_assert_cmphex(muster_engine_state_hash(engine), ==, muster_engine_state_hash(expected));
  while (count < host->lines->len) {
    for (uint32_t batch = 1 + mi_random_below(&host->random, 6); batch && count < host->lines->len; batch--, count++) {
      world_offer(engine, journal, host->lines->pdata[count]);
      if (count % 8 == 3) muster_journal_add_snapshot(journal, engine, 0, 1700000000000, NULL);
    }
    if (!muster_journal_commit(journal, &error)) {
      g_assert_false(muster_journal_commit(journal, NULL)); /* it stays failed */
      return false;
    }
    host->acknowledged = count;
  }
  return true;
}

static void test_crash_at_every_write(void) {
  uint64_t seed = test_seed();
  g_autoptr(GPtrArray) lines = world_lines(seed, 40);
  bool failed = true;
  for (uint64_t fail_at = 1; failed; fail_at++) {
    worker host = {.lines = lines};
    mi_random_init(&host.random, seed, fail_at);
    mi_disk disk;
    mi_disk_init(&disk);
    disk.fail_at = fail_at;
    failed = !work(&host, &disk);
    if (failed) {
      mi_disk_crash(&disk, mi_random_below(&host.random, 2000)); /* often in the middle of a record */
      mi_disk_cut_torn(&disk);
      g_assert_true(work(&host, &disk));
    } else {
      g_assert_cmpuint(fail_at, >, 16);
    }
    MusterJournalSummary summary;
    g_autoptr(MusterJournalSink) sink = mi_memory_sink_new(&disk);
    GError *error = NULL;
    muster_journal_check(sink, &summary, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(summary.events, ==, 40);
    mi_disk_clear(&disk);
  }
}

static void test_full_disk(void) {
  g_autoptr(GPtrArray) lines = world_lines(7, 30);
  mi_disk disk;
  mi_disk_init(&disk);
  GError *error = NULL;
  g_autoptr(MusterEngine) engine = NULL;
  g_autoptr(MusterJournal) journal = world_open(mi_memory_sink_new(&disk), &engine);
  disk.capacity = disk.bytes->len + 100;
  for (guint i = 0; i < lines->len; i++) world_offer(engine, journal, lines->pdata[i]);
  guint before = disk.bytes->len;
  for (int i = 0; i < 2; i++) {
    g_assert_false(muster_journal_commit(journal, &error));
    assert_message(error, MUSTER_JOURNAL_ERROR_FULL, "no room");
    g_clear_error(&error);
    g_assert_cmpuint(disk.bytes->len, ==, before);
    g_assert_cmpuint(muster_journal_committed(journal), ==, 1);
    g_assert_cmpuint(muster_journal_pending(journal), ==, 30);
  }
  disk.capacity = SIZE_MAX;
  muster_journal_commit(journal, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(muster_journal_pending(journal), ==, 0);
  g_autoptr(MusterEngine) again = NULL;
  muster_journal_free(world_open(mi_memory_sink_new(&disk), &again));
  g_assert_cmphex(muster_engine_state_hash(again), ==, muster_engine_state_hash(engine));
  mi_disk_clear(&disk);
}

/* ---- what is refused ---- */

/* A journal of the header and one record like this. */
static void forge(mi_disk *disk, const char *header, MusterJournalRecord record) {
  mi_disk_init(disk);
  mi_chain chain;
  mi_chain_init(&chain);
  MusterJournalRecord first = {.kind = MUSTER_JOURNAL_HEADER, .text = header, .text_bytes = strlen(header)};
  record.text_bytes = strlen(record.text);
  if (record.data && !record.data_bytes) record.data_bytes = strlen((const char *)record.data);
  mi_chain_append(&chain, &first);
  mi_record_encode(disk->bytes, &first);
  mi_chain_append(&chain, &record);
  mi_record_encode(disk->bytes, &record);
}

static const char good_header[] =
    "{\"journal\":1,\"schema\":1,\"program\":\"0\",\"sources\":[],\"policy_name\":\"p\",\"policy\":\"\",\"on_duty\":"
    "true}";

static void assert_checked(mi_disk *disk, int code, const char *part) {
  g_autoptr(MusterJournalSink) sink = mi_memory_sink_new(disk);
  g_autoptr(GError) error = NULL;
  MusterJournalSummary summary;
  g_assert_false(muster_journal_check(sink, &summary, &error));
  assert_message(error, code, part);
  mi_disk_clear(disk);
}

static void test_unknown(void) {
  mi_disk disk;
  const MusterJournalRecord event = {.kind = MUSTER_JOURNAL_EVENT, .text = "{}", .data = (const uint8_t *)"[]"};
  MusterJournalRecord other = event;
  other.kind = 9;
  forge(&disk, good_header, other);
  assert_checked(&disk, MUSTER_JOURNAL_ERROR_VERSION, "memory: record 2: expected a kind that this version knows");
  forge(&disk, "{\"journal\":2}", event);
  assert_checked(&disk, MUSTER_JOURNAL_ERROR_VERSION, "record 1: header: expected a journal of version 1 to 1, found");
  forge(&disk, "{\"schema\":1}", event);
  assert_checked(&disk, MUSTER_JOURNAL_ERROR_CORRUPT, "record 1: header: expected the version");
  forge(&disk, "{\"journal\":1,\"schema\":1}", event);
  assert_checked(&disk, MUSTER_JOURNAL_ERROR_CORRUPT, "record 1: header: expected schema, program");
  other.kind = MUSTER_JOURNAL_HEADER;
  forge(&disk, good_header, other);
  assert_checked(&disk, MUSTER_JOURNAL_ERROR_CORRUPT, "record 2: expected an event or a snapshot, found a second");
  other = event;
  other.text = "nonsense";
  forge(&disk, good_header, other);
  assert_checked(&disk, MUSTER_JOURNAL_ERROR_CORRUPT, "record 2: text: expected a JSON object");
  other = event;
  other.data = (const uint8_t *)"{}";
  forge(&disk, good_header, other);
  assert_checked(&disk, MUSTER_JOURNAL_ERROR_CORRUPT, "record 2: decisions: expected a JSON array");
}

static void assert_replay_refused(const char *text, const char *decisions, unsigned kind, int code, const char *part) {
  mi_disk disk;
  forge(&disk, good_header, (MusterJournalRecord){.kind = kind, .text = text, .data = (const uint8_t *)decisions});
  g_autoptr(MusterJournalSink) sink = mi_memory_sink_new(&disk);
  g_autoptr(MusterEngine) engine = world_engine();
  g_autoptr(GError) error = NULL;
  g_assert_false(muster_journal_replay(sink, engine, UINT64_MAX, NULL, &error));
  assert_message(error, code, part);
  mi_disk_clear(&disk);
}

static void test_decided_otherwise(void) {
  assert_replay_refused("{\"type\":\"tick\",\"at_ms\":5}", "[{}]", MUSTER_JOURNAL_EVENT, MUSTER_JOURNAL_ERROR_REPLAY,
                        "record 2: decided otherwise than recorded: expected [{}], found []");
  assert_replay_refused("{\"type\":\"moon\",\"at_ms\":5}", "[]", MUSTER_JOURNAL_EVENT, MUSTER_JOURNAL_ERROR_CORRUPT,
                        "record 2: expected an event");
  assert_replay_refused("{}", "[]", MUSTER_JOURNAL_REFUSAL, MUSTER_JOURNAL_ERROR_CORRUPT,
                        "record 2: expected the reason");
}

static void test_another_state(void) {
  mi_disk disk;
  g_autoptr(MusterEngine) engine = world_engine();
  size_t bytes;
  g_autofree uint8_t *snapshot = muster_engine_snapshot(engine, &bytes);
  g_autofree char *header = mi_header_to_json(&world_header);
  forge(&disk, header,
        (MusterJournalRecord){.kind = MUSTER_JOURNAL_SNAPSHOT,
                              .text = "{\"events\":0,\"hash\":\"1\"}",
                              .data = snapshot,
                              .data_bytes = bytes});
  g_autoptr(MusterJournalSink) sink = mi_memory_sink_new(&disk);
  g_autoptr(GError) error = NULL;
  g_assert_false(muster_journal_replay(sink, engine, UINT64_MAX, NULL, &error));
  assert_message(error, MUSTER_JOURNAL_ERROR_REPLAY, "record 2: another state than recorded");
  g_clear_error(&error);
  g_autoptr(MusterPolicy) policy = world_policy();
  g_autoptr(MusterJournal) journal = muster_journal_open(mi_memory_sink_new(&disk), &world_header, 0, &error);
  g_assert_no_error(error);
  g_assert_null(muster_journal_recover(journal, NULL, world_travel(), policy, NULL, &error));
  assert_message(error, MUSTER_JOURNAL_ERROR_REPLAY, "record 2: another state than recorded");
  mi_disk_clear(&disk);
}

/* The same journal, its snapshots of a version that this program does not read. */
static void make_snapshots_old(mi_disk *disk) {
  GByteArray *old = g_steal_pointer(&disk->bytes);
  mi_disk_init(disk);
  mi_chain chain;
  mi_chain_init(&chain);
  MusterJournalRecord record;
  for (mi_unpack from = {.at = old->data, .end = old->data + old->len}; mi_record_decode(&from, &record);) {
    if (record.kind == MUSTER_JOURNAL_SNAPSHOT) ((uint8_t *)(uintptr_t)record.data)[8] = 1;
    mi_chain_append(&chain, &record);
    mi_record_encode(disk->bytes, &record);
  }
  g_byte_array_unref(old);
}

/* Its events are all there: they are offered again from the first on. */
static void test_snapshots_of_an_older_version(void) {
  g_autoptr(GPtrArray) lines = world_lines(test_seed(), 60);
  mi_disk disk;
  mi_disk_init(&disk);
  world_write(mi_memory_sink_new(&disk), lines);
  make_snapshots_old(&disk);
  g_autoptr(MusterEngine) expected = straight_run(lines, 60), recovered = NULL;
  muster_journal_free(world_open(mi_memory_sink_new(&disk), &recovered));
  g_assert_cmphex(muster_engine_state_hash(recovered), ==, muster_engine_state_hash(expected));
  mi_disk_clear(&disk);
}

static void assert_foreign(mi_disk *disk, const MusterJournalHeader *header, const char *part) {
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_journal_open(mi_memory_sink_new(disk), header, 0, &error));
  assert_message(error, MUSTER_JOURNAL_ERROR_FOREIGN, part);
}

static void test_foreign(void) {
  mi_disk disk;
  mi_disk_init(&disk);
  g_autoptr(GPtrArray) lines = world_lines(1, 3);
  world_write(mi_memory_sink_new(&disk), lines);
  const MusterJournalSource moved = {"matrix", "/elsewhere", "0123"}, changed = {"matrix", "/elsewhere", "4567"};
  MusterJournalHeader header = world_header;
  header.sources = &changed;
  assert_foreign(&disk, &header, "another matrix: expected matrix 4567 (/elsewhere), found matrix 0123 (/somewhere/");
  header.source_count = 0;
  assert_foreign(&disk, &header, "another matrix: expected file none");
  header = world_header;
  header.on_duty = false;
  assert_foreign(&disk, &header, "another duty");
  header = world_header;
  g_autoptr(MusterPolicy) policy = muster_policy_new("nearest-fcfs", NULL);
  g_autofree char *ini = muster_policy_to_ini(policy);
  header.policy = ini;
  assert_foreign(&disk, &header, "another policy: expected base = nearest-fcfs, found base = nearest-fair");
  header = world_header;
  header.sources = &moved;
  GError *error = NULL;
  muster_journal_free(muster_journal_open(mi_memory_sink_new(&disk), &header, 0, &error));
  g_assert_no_error(error);
  mi_disk_clear(&disk);
}

/* A tick after a long pause decides all that was due meanwhile; the event is short all the same. */
static void test_large_records(void) {
  enum { LENGTH = 40 << 20 };
  mi_disk disk;
  mi_disk_init(&disk);
  MusterJournal *journal = world_open(mi_memory_sink_new(&disk), NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *list = g_malloc(LENGTH + 1);
  memset(list, ' ', LENGTH);
  list[0] = '[';
  list[LENGTH - 1] = ']';
  list[LENGTH] = '\0';
  muster_journal_add_event(journal, 0, 0, "{}", 2, list, &error);
  muster_journal_commit(journal, &error);
  g_assert_no_error(error);
  MusterJournalSummary summary;
  muster_journal_check(muster_journal_sink(journal), &summary, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(summary.events, ==, 1);
  g_assert_false(muster_journal_add_event(journal, 0, 0, list, LENGTH, "[]", &error));
  assert_message(error, MUSTER_JOURNAL_ERROR_INPUT,
                 "record 3: expected a text of at most 16777216 bytes and data of at most 900000000, found 41943040");
  muster_journal_free(journal);
  mi_disk_clear(&disk);
}

static void test_bad_input(void) {
  mi_disk disk;
  mi_disk_init(&disk);
  g_autoptr(MusterJournal) journal = world_open(mi_memory_sink_new(&disk), NULL);
  g_autoptr(GError) error = NULL;
  g_assert_false(muster_journal_add_event(journal, 0, 0, "{\n}", 3, "[]", &error));
  assert_message(error, MUSTER_JOURNAL_ERROR_INPUT, "event: expected one line of UTF-8, found several lines");
  g_clear_error(&error);
  g_assert_false(muster_journal_add_event(journal, 0, 0, "{}", 2, "\xff", &error));
  assert_message(error, MUSTER_JOURNAL_ERROR_INPUT, "decisions: expected one line of UTF-8, found other bytes");
  g_clear_error(&error);
  g_assert_false(muster_journal_add_refusal(journal, 0, 0, "\xff", "[]", &error));
  assert_message(error, MUSTER_JOURNAL_ERROR_INPUT, "refusal: expected UTF-8");
  g_assert_cmpuint(muster_journal_pending(journal), ==, 0);
  mi_disk_clear(&disk);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/journal/round-trip", test_round_trip);
  g_test_add_func("/journal/until", test_until);
  g_test_add_func("/journal/every-byte-changed", test_every_byte_changed);
  g_test_add_func("/journal/every-cut", test_every_cut);
  g_test_add_func("/journal/lines/round-trip", test_lines_round_trip);
  g_test_add_func("/journal/lines/every-byte", test_every_byte_of_lines);
  g_test_add_func("/journal/crash-at-every-write", test_crash_at_every_write);
  g_test_add_func("/journal/full-disk", test_full_disk);
  g_test_add_func("/journal/unknown", test_unknown);
  g_test_add_func("/journal/decided-otherwise", test_decided_otherwise);
  g_test_add_func("/journal/another-state", test_another_state);
  g_test_add_func("/journal/snapshots-of-an-older-version", test_snapshots_of_an_older_version);
  g_test_add_func("/journal/foreign", test_foreign);
  g_test_add_func("/journal/large-records", test_large_records);
  g_test_add_func("/journal/bad-input", test_bad_input);
  return g_test_run();
}
