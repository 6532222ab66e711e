/* The journal in memory; see memory.h. */
#include "journal/memory.h"

#include "journal/record.h"

typedef struct memory_sink {
  MusterJournalSink sink;
  mi_disk *disk;
  uint64_t next;  /* what the record behind the one read last should be called, */
  size_t next_at; /* and where it begins */
} memory_sink;

void mi_disk_init(mi_disk *disk) { *disk = (mi_disk){.bytes = g_byte_array_sized_new(4096), .capacity = SIZE_MAX}; }

void mi_disk_clear(mi_disk *disk) { g_clear_pointer(&disk->bytes, g_byte_array_unref); }

void mi_disk_crash(mi_disk *disk, size_t kept) {
  size_t loose = disk->bytes->len - disk->synced;
  g_byte_array_set_size(disk->bytes, (guint)(disk->synced + MIN(kept, loose)));
}

static mi_unpack unpack_from(const mi_disk *disk, size_t at) {
  return (mi_unpack){.at = disk->bytes->data + at, .end = disk->bytes->data + disk->bytes->len};
}

size_t mi_disk_cut_torn(mi_disk *disk) {
  size_t at = 0, length = disk->bytes->len;
  MusterJournalRecord record;
  while (at < length) {
    mi_unpack from = unpack_from(disk, at);
    if (!mi_record_decode(&from, &record)) break;
    at = (size_t)(from.at - disk->bytes->data);
  }
  g_byte_array_set_size(disk->bytes, (guint)at);
  disk->synced = at;
  return length - at;
}

static bool fail_write(const memory_sink *memory, GError **error) {
  const mi_disk *disk = memory->disk;
  return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_OPEN, "%s: cannot be written: write %" G_GUINT64_FORMAT " failed",
                         memory->sink.name, disk->writes);
}

/* A write that fails leaves half of its records behind, not synced. */
static bool append(MusterJournalSink *sink, const MusterJournalRecord *records, size_t count, GError **error) {
  memory_sink *memory = (memory_sink *)(void *)sink;
  mi_disk *disk = memory->disk;
  bool fails = ++disk->writes == disk->fail_at;
  guint before = disk->bytes->len;
  for (size_t i = 0; i < (fails ? count / 2 : count); i++) mi_record_encode(disk->bytes, &records[i]);
  if (fails) return fail_write(memory, error);
  if (disk->bytes->len <= disk->capacity) return true;
  g_byte_array_set_size(disk->bytes, before);
  return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_FULL, "%s: cannot be written: no room", sink->name);
}

static bool sync_log(MusterJournalSink *sink, GError **error) {
  memory_sink *memory = (memory_sink *)(void *)sink;
  mi_disk *disk = memory->disk;
  if (++disk->writes == disk->fail_at) return fail_write(memory, error);
  disk->synced = disk->bytes->len;
  return true;
}

static bool take_next(memory_sink *memory, MusterJournalRecord *out, GError **error) {
  const mi_disk *disk = memory->disk;
  mi_unpack from = unpack_from(disk, memory->next_at);
  if (!mi_record_decode(&from, out))
    return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_TORN, memory->sink.name, memory->next,
                                  "incomplete: found %zu bytes of it", disk->bytes->len - memory->next_at);
  memory->next_at = (size_t)(from.at - disk->bytes->data);
  memory->next = out->sequence + 1;
  return true;
}

/* From where the last one ended what follows is given whatever its number is: the reader shall see it. */
static bool read_record(MusterJournalSink *sink, uint64_t from_sequence, MusterJournalRecord *out, GError **error) {
  memory_sink *memory = (memory_sink *)(void *)sink;
  bool follows = from_sequence == memory->next && from_sequence > 0;
  if (!follows) {
    memory->next = 1;
    memory->next_at = 0;
  }
  while (memory->next_at < memory->disk->bytes->len) {
    if (!take_next(memory, out, error)) return false;
    if (follows || out->sequence >= from_sequence) return true;
  }
  return false;
}

static bool find_last(MusterJournalSink *sink, unsigned kind, uint64_t *sequence, GError **error) {
  memory_sink *memory = (memory_sink *)(void *)sink;
  MusterJournalRecord record;
  mi_unpack from = unpack_from(memory->disk, 0);
  *sequence = 0;
  while (mi_unpack_left(&from) > 0) {
    if (!mi_record_decode(&from, &record))
      return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_TORN, "%s: the last record is incomplete", sink->name);
    if (kind == 0 || record.kind == kind) *sequence = record.sequence;
  }
  return true;
}

static void free_memory(MusterJournalSink *sink) { g_free(sink); }

MusterJournalSink *mi_memory_sink_new(mi_disk *disk) {
  memory_sink *memory = g_new0(memory_sink, 1);
  memory->disk = disk;
  memory->sink = (MusterJournalSink){"memory", append, sync_log, read_record, find_last, free_memory};
  return &memory->sink;
}
