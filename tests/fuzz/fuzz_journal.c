/* Journals, as JSON lines and as the bytes that the memory sink holds: whatever they are, a refusal or a whole journal,
 * which is then exported, and replayed as far as it goes. Bytes are tried a second time with numbers and hashes put
 * right, so that what stands in the records is looked at too. */
#include "journal/memory.h"
#include "journal/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void export_all(MusterJournalSink *sink) {
  FILE *stream = fopen("/dev/null", "w");
  muster_journal_export(sink, stream, NULL);
  fclose(stream);
}

static void replay(MusterJournalSink *sink) {
  static const char *const names[] = {"home", "square"};
  static const uint32_t times_ms[] = {0, 120000, 120000, 0};
  g_autoptr(MusterEngine) engine =
      muster_engine_new(NULL, muster_travel_new_matrix(names, 2, times_ms), NULL, true, NULL);
  muster_journal_replay(sink, engine, UINT64_MAX, NULL, NULL);
}

static void use(MusterJournalSink *sink) {
  MusterJournalSummary summary;
  g_autoptr(GError) error = NULL;
  if (muster_journal_check(sink, &summary, &error)) export_all(sink);
  replay(sink);
}

/* The same records as a chain. */
static void use_chained(const uint8_t *data, size_t size) {
  mi_disk disk;
  mi_disk_init(&disk);
  mi_chain chain;
  mi_chain_init(&chain);
  MusterJournalRecord record;
  for (mi_unpack from = {.at = data, .end = data + size}; mi_record_decode(&from, &record);) {
    mi_chain_append(&chain, &record);
    mi_record_encode(disk.bytes, &record);
  }
  g_autoptr(MusterJournalSink) sink = mi_memory_sink_new(&disk);
  use(sink);
  mi_disk_clear(&disk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  mi_disk disk;
  mi_disk_init(&disk);
  g_autoptr(MusterJournalSink) sink = mi_memory_sink_new(&disk);
  if (data[0] == '{') {
    FILE *stream = fmemopen((void *)(uintptr_t)data, size, "r");
    if (muster_journal_import(sink, stream, "lines", NULL)) use(sink);
    fclose(stream);
  } else {
    g_byte_array_append(disk.bytes, data, (guint)size);
    use(sink);
    use_chained(data, size);
  }
  mi_disk_clear(&disk);
  return 0;
}
