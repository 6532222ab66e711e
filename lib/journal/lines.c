/* A journal as JSON lines, and back to the byte.
 *
 * A line is the record's numbers, then its text and data as they are (both JSON, a snapshot's bytes as base64). What is
 * read must be what the export would write, so a line is taken apart, put together again and compared; the last line
 * tells a cut-off file from a whole one.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "journal/reader.h"

enum { BATCH_RECORDS = 1024, BATCH_BYTES = 16 << 20 };

/* ---- writing ---- */

static void add_record(GString *line, const MusterJournalRecord *record) {
  char hash[2 * MUSTER_JOURNAL_HASH_BYTES + 1];
  const char *kind = muster_journal_kind_name(record->kind);
  muster_journal_hash_to_text(record->hash, hash);
  g_string_append_printf(line,
                         "{\"sequence\":%" PRIu64 ",\"kind\":\"%s\",\"at_ms\":%" PRId64 ",\"wall_ms\":%" PRId64
                         ",\"hash\":\"%s\",\"%s\":",
                         record->sequence, kind, record->at_ms, record->wall_ms, hash, kind);
  g_string_append_len(line, record->text, (gssize)record->text_bytes);
  if (record->kind == MUSTER_JOURNAL_SNAPSHOT) {
    g_autofree char *base64 = g_base64_encode(record->data, record->data_bytes);
    g_string_append_printf(line, ",\"data\":\"%s\"", base64);
  } else if (record->kind != MUSTER_JOURNAL_HEADER) {
    g_string_append(line, ",\"decisions\":");
    g_string_append_len(line, (const char *)record->data, (gssize)record->data_bytes);
  }
  g_string_append_c(line, '}');
}

static void add_end(GString *line, const mi_chain *chain) {
  char hash[2 * MUSTER_JOURNAL_HASH_BYTES + 1];
  muster_journal_hash_to_text(chain->hash, hash);
  g_string_append_printf(line, "{\"end\":%" PRIu64 ",\"hash\":\"%s\"}", chain->sequence, hash);
}

static bool write_line(GString *line, FILE *stream, GError **error) {
  g_string_append_c(line, '\n');
  bool done = fwrite(line->str, 1, line->len, stream) == line->len;
  g_string_truncate(line, 0);
  return done || mi_journal_fail(error, MUSTER_JOURNAL_ERROR_OPEN, "the export cannot be written");
}

bool muster_journal_export(MusterJournalSink *sink, FILE *stream, GError **error) {
  g_autoptr(MusterJournalReader) reader = muster_journal_reader_new(sink);
  g_autoptr(GString) line = g_string_new(NULL);
  g_autoptr(GError) reason = NULL;
  MusterJournalRecord record;
  while (!reason && muster_journal_reader_next(reader, &record, &reason)) {
    if (!mi_journal_check_content(sink->name, &record, &reason)) break;
    add_record(line, &record);
    write_line(line, stream, &reason);
  }
  if (!reason && reader->chain.sequence == 0)
    mi_journal_fail_record(&reason, MUSTER_JOURNAL_ERROR_CORRUPT, sink->name, 1, "expected the header, found nothing");
  if (!reason) {
    add_end(line, &reader->chain);
    write_line(line, stream, &reason);
  }
  if (!reason) return true;
  g_propagate_error(error, g_steal_pointer(&reason));
  return false;
}

/* ---- reading ---- */

typedef struct importer {
  MusterJournalSink *sink;
  const char *name;
  uint64_t line;
  mi_chain chain;
  GArray *batch;      /* MusterJournalRecord; text and data are owned */
  size_t batch_bytes; /* of the lines they came from */
} importer;

static bool fail_line(const importer *at, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static bool fail_line(const importer *at, GError **error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_CORRUPT, "%s: line %" PRIu64 ": %s", at->name, at->line, text);
}

static bool read_hash(const char *text, uint8_t out[MUSTER_JOURNAL_HASH_BYTES]) {
  if (strlen(text) != 2 * MUSTER_JOURNAL_HASH_BYTES) return false;
  for (size_t i = 0; i < MUSTER_JOURNAL_HASH_BYTES; i++) {
    int high = g_ascii_xdigit_value(text[2 * i]), low = g_ascii_xdigit_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = (uint8_t)(high << 4 | low);
  }
  return true;
}

static unsigned find_kind(const char *name) {
  unsigned kind = 1;
  while (muster_journal_kind_name(kind) && strcmp(muster_journal_kind_name(kind), name) != 0) kind++;
  return kind;
}

/* The bytes of the JSON object or array that begins there; 0: there is none. */
static size_t measure_json(const char *text, size_t bytes) {
  json_error_t end;
  json_t *root = json_loadb(text, bytes, JSON_DISABLE_EOF_CHECK, &end);
  size_t length = root ? (size_t)end.position : 0;
  json_decref(root);
  return length;
}

/* What a line may have behind its object: "\r" mostly. */
static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/* Where the value of `key`, written as ,"key":, begins in the line; NULL if it does not follow there. */
static const char *skip_key(const char *at, const char *end, const char *key) {
  g_autofree char *written = g_strdup_printf("\"%s\":", key);
  size_t length = strlen(written);
  if (at < end && *at == ',') at++;
  return (size_t)(end - at) >= length && memcmp(at, written, length) == 0 ? at + length : NULL;
}

/* Views of text and data in the line; a snapshot's data are decoded and owned. */
static bool take_texts(const char *at, const char *end, MusterJournalRecord *record, uint8_t **owned) {
  at = skip_key(at, end, muster_journal_kind_name(record->kind));
  if (!at || (record->text_bytes = measure_json(at, (size_t)(end - at))) == 0) return false;
  record->text = at;
  while (at + record->text_bytes < end && is_space(at[record->text_bytes])) record->text_bytes++;
  at += record->text_bytes;
  if (record->kind == MUSTER_JOURNAL_HEADER) return true;
  at = skip_key(at, end, record->kind == MUSTER_JOURNAL_SNAPSHOT ? "data" : "decisions");
  if (!at) return false;
  if (record->kind != MUSTER_JOURNAL_SNAPSHOT) {
    record->data = (const uint8_t *)at;
    record->data_bytes = measure_json(at, (size_t)(end - at));
    return record->data_bytes > 0;
  }
  const char *quote = *at == '"' ? memchr(at + 1, '"', (size_t)(end - at - 1)) : NULL;
  if (!quote) return false;
  g_autofree char *base64 = g_strndup(at + 1, (size_t)(quote - at - 1));
  gsize bytes = 0;
  record->data = *owned = g_base64_decode(base64, &bytes);
  record->data_bytes = bytes;
  return true;
}

static bool is_written_so(const MusterJournalRecord *record, const char *line, size_t bytes) {
  g_autoptr(GString) written = g_string_sized_new(bytes + 1);
  add_record(written, record);
  return written->len == bytes && memcmp(written->str, line, bytes) == 0;
}

static bool parse_record(const importer *at, const char *line, size_t bytes, MusterJournalRecord *record,
                         uint8_t **owned, GError **error) {
  json_error_t reason;
  json_t *root = json_loadb(line, bytes, JSON_REJECT_DUPLICATES, &reason);
  json_int_t sequence = 0, at_ms = 0, wall_ms = 0;
  const char *kind, *hash;
  bool parsed = json_unpack(root, "{s:I,s:s,s:I,s:I,s:s}", "sequence", &sequence, "kind", &kind, "at_ms", &at_ms,
                            "wall_ms", &wall_ms, "hash", &hash) == 0;
  *record = (MusterJournalRecord){.sequence = (uint64_t)sequence, .at_ms = at_ms, .wall_ms = wall_ms};
  bool known = parsed && muster_journal_kind_name(record->kind = find_kind(kind));
  bool fits = known && read_hash(hash, record->hash);
  g_autofree char *word = parsed && !known ? g_strdup(kind) : NULL;
  json_decref(root);
  if (word)
    return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_VERSION,
                           "%s: line %" PRIu64 ": expected a kind that this version knows, found \"%s\"", at->name,
                           at->line, word);
  const char *texts = fits ? memchr(line, '}', bytes) : NULL;
  if (texts) { /* the fields before them hold no brackets: their names stand behind the hash */
    g_autofree char *key = g_strdup_printf("\",\"%s\":", muster_journal_kind_name(record->kind));
    texts = g_strstr_len(line, (gssize)bytes, key);
  }
  if (texts && take_texts(texts + 1, line + bytes, record, owned) && is_written_so(record, line, bytes)) return true;
  return fail_line(at, error, "expected a record as it is exported, found something else");
}

static void clear_record(gpointer data) {
  MusterJournalRecord *record = data;
  g_free((void *)(uintptr_t)record->text);
  g_free((void *)(uintptr_t)record->data);
}

/* Not synced before the end has been seen: a crash leaves no part of a journal that passes for the whole. */
static bool flush(importer *at, GError **error) {
  MusterJournalSink *sink = at->sink;
  const MusterJournalRecord *records = (const MusterJournalRecord *)(const void *)at->batch->data;
  if (at->batch->len && !sink->append(sink, records, at->batch->len, error)) return false;
  g_array_set_size(at->batch, 0);
  at->batch_bytes = 0;
  return true;
}

static bool take_record(importer *at, const char *line, size_t bytes, GError **error) {
  MusterJournalRecord record;
  g_autofree uint8_t *owned = NULL;
  if (!parse_record(at, line, bytes, &record, &owned, error) ||
      !mi_chain_verify(&at->chain, at->name, &record, error) || !mi_journal_check_content(at->name, &record, error))
    return false;
  record.text = g_memdup2(record.text, record.text_bytes);
  record.data = owned ? g_steal_pointer(&owned) : g_memdup2(record.data, record.data_bytes);
  g_array_append_val(at->batch, record);
  at->batch_bytes += bytes;
  return (at->batch->len < BATCH_RECORDS && at->batch_bytes < BATCH_BYTES) || flush(at, error);
}

static bool is_end(const importer *at, const char *line, size_t bytes) {
  g_autoptr(GString) end = g_string_new(NULL);
  add_end(end, &at->chain);
  return at->chain.sequence > 0 && end->len == bytes && memcmp(end->str, line, bytes) == 0;
}

static bool import_lines(importer *at, FILE *stream, GError **error) {
  char *line = NULL;
  size_t room = 0;
  bool ended = false;
  ssize_t length;
  g_autoptr(GError) reason = NULL;
  while (!reason && (length = getline(&line, &room, stream)) >= 0) {
    at->line++;
    if (ended)
      fail_line(at, &reason, "expected nothing after the end, found a line");
    else if (line[length - 1] != '\n')
      fail_line(at, &reason, "expected a whole line, found the end of the file in it");
    else if (!(ended = is_end(at, line, (size_t)length - 1)))
      take_record(at, line, (size_t)length - 1, &reason);
  }
  free(line);
  if (!reason && ferror(stream)) fail_line(at, &reason, "cannot be read");
  at->line++;
  if (!reason && !ended) fail_line(at, &reason, "expected the line that ends an export, found the end of the file");
  if (!reason && flush(at, &reason)) at->sink->sync(at->sink, &reason);
  if (!reason) return true;
  g_propagate_error(error, g_steal_pointer(&reason));
  return false;
}

bool muster_journal_import(MusterJournalSink *sink, FILE *stream, const char *name, GError **error) {
  uint64_t last;
  if (!sink->find_last(sink, 0, &last, error)) return false;
  if (last)
    return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_INPUT,
                           "%s: expected an empty journal to import into, found %" PRIu64 " records", sink->name, last);
  importer at = {.sink = sink, .name = name, .batch = g_array_new(FALSE, FALSE, sizeof(MusterJournalRecord))};
  g_array_set_clear_func(at.batch, clear_record);
  mi_chain_init(&at.chain);
  bool done = import_lines(&at, stream, error);
  g_array_unref(at.batch);
  return done;
}
