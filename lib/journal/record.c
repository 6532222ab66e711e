/* The chain of records. A hash covers the hash before it and every field in a fixed width, texts with their length
 * before them, so that no two records share an encoding. */
#include "journal/record.h"

#include "base/endian.h"

#include <nettle/sha2.h>
#include <string.h>

/* Raised when the encoding changes. The chain begins with its hash. */
static const char encoding_name[] = "muster journal 1";

enum { FIXED_BYTES = 8 + 1 + 8 + 8 };

GQuark muster_journal_error_quark(void) { return g_quark_from_static_string("muster-journal-error-quark"); }

const char *muster_journal_kind_name(unsigned kind) {
  static const char *const names[] = {"header", "event", "refusal", "snapshot"};
  return kind >= 1 && kind <= G_N_ELEMENTS(names) ? names[kind - 1] : NULL;
}

void muster_journal_hash_to_text(const uint8_t hash[MUSTER_JOURNAL_HASH_BYTES],
                                 char out[2 * MUSTER_JOURNAL_HASH_BYTES + 1]) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < MUSTER_JOURNAL_HASH_BYTES; i++) {
    out[2 * i] = digits[hash[i] >> 4];
    out[2 * i + 1] = digits[hash[i] & 15];
  }
  out[2 * MUSTER_JOURNAL_HASH_BYTES] = '\0';
}

bool mi_journal_fail(GError **error, int code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error_literal(error, MUSTER_JOURNAL_ERROR, code, text);
  return false;
}

bool mi_journal_fail_record(GError **error, int code, const char *name, uint64_t sequence, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, MUSTER_JOURNAL_ERROR, code, "%s: record %" G_GUINT64_FORMAT ": %s", name, sequence, text);
  return false;
}

void mi_chain_init(mi_chain *chain) {
  *chain = (mi_chain){0};
  struct sha256_ctx sum;
  sha256_init(&sum);
  sha256_update(&sum, sizeof encoding_name - 1, (const uint8_t *)encoding_name);
  sha256_digest(&sum, sizeof chain->hash, chain->hash);
}

void mi_chain_set(mi_chain *chain, const MusterJournalRecord *record) {
  chain->sequence = record->sequence;
  memcpy(chain->hash, record->hash, sizeof chain->hash);
}

static void add_bytes(struct sha256_ctx *sum, const void *bytes, size_t count) {
  uint8_t length[8];
  mi_le64_put(length, count);
  sha256_update(sum, sizeof length, length);
  if (count) sha256_update(sum, count, bytes);
}

static void compute(const mi_chain *chain, const MusterJournalRecord *record, uint8_t *out) {
  uint8_t fixed[FIXED_BYTES];
  mi_le64_put(fixed, record->sequence);
  fixed[8] = (uint8_t)record->kind;
  mi_le64_put(fixed + 9, (uint64_t)record->at_ms);
  mi_le64_put(fixed + 17, (uint64_t)record->wall_ms);
  struct sha256_ctx sum;
  sha256_init(&sum);
  sha256_update(&sum, sizeof chain->hash, chain->hash);
  sha256_update(&sum, sizeof fixed, fixed);
  add_bytes(&sum, record->text, record->text_bytes);
  add_bytes(&sum, record->data, record->data_bytes);
  sha256_digest(&sum, MUSTER_JOURNAL_HASH_BYTES, out);
}

void mi_chain_append(mi_chain *chain, MusterJournalRecord *record) {
  record->sequence = chain->sequence + 1;
  compute(chain, record, record->hash);
  mi_chain_set(chain, record);
}

bool mi_chain_verify(mi_chain *chain, const char *name, const MusterJournalRecord *record, GError **error) {
  uint8_t expected[MUSTER_JOURNAL_HASH_BYTES];
  if (record->sequence != chain->sequence + 1)
    return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_CORRUPT, name, chain->sequence + 1,
                                  "missing: expected it, found record %" G_GUINT64_FORMAT, record->sequence);
  compute(chain, record, expected);
  if (record->kind > UINT8_MAX || memcmp(expected, record->hash, sizeof expected) != 0) {
    char want[2 * MUSTER_JOURNAL_HASH_BYTES + 1], have[2 * MUSTER_JOURNAL_HASH_BYTES + 1];
    muster_journal_hash_to_text(expected, want);
    muster_journal_hash_to_text(record->hash, have);
    return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_CORRUPT, name, record->sequence,
                                  "changed: expected hash %s, found %s", want, have);
  }
  if (!muster_journal_kind_name(record->kind))
    return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_VERSION, name, record->sequence,
                                  "expected a kind that this version knows (1 to %d), found %u",
                                  MUSTER_JOURNAL_SNAPSHOT, record->kind);
  if ((record->kind == MUSTER_JOURNAL_HEADER) != (record->sequence == 1))
    return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_CORRUPT, name, record->sequence, "expected %s, found %s",
                                  record->sequence == 1 ? "the header" : "an event or a snapshot",
                                  record->sequence == 1 ? muster_journal_kind_name(record->kind) : "a second header");
  mi_chain_set(chain, record);
  return true;
}

bool mi_journal_check_size(const char *name, const MusterJournalRecord *record, int code, GError **error) {
  if (record->text_bytes <= MI_LONGEST_TEXT && record->data_bytes <= MI_LARGEST_DATA) return true;
  return mi_journal_fail_record(error, code, name, record->sequence,
                                "expected a text of at most %d bytes and data of at most %d, found %zu and %zu",
                                MI_LONGEST_TEXT, MI_LARGEST_DATA, record->text_bytes, record->data_bytes);
}

void mi_record_encode(GByteArray *to, const MusterJournalRecord *record) {
  mi_pack_u64(to, record->sequence);
  mi_pack_u8(to, (uint8_t)record->kind);
  mi_pack_i64(to, record->at_ms);
  mi_pack_i64(to, record->wall_ms);
  mi_pack_bytes(to, record->text, record->text_bytes);
  mi_pack_bytes(to, record->data, record->data_bytes);
  g_byte_array_append(to, record->hash, sizeof record->hash);
}

bool mi_record_decode(mi_unpack *from, MusterJournalRecord *out) {
  *out = (MusterJournalRecord){.sequence = mi_unpack_u64(from)};
  out->kind = mi_unpack_u8(from);
  out->at_ms = mi_unpack_i64(from);
  out->wall_ms = mi_unpack_i64(from);
  out->text = (const char *)mi_unpack_bytes(from, &out->text_bytes);
  out->data = mi_unpack_bytes(from, &out->data_bytes);
  if (from->failed || mi_unpack_left(from) < sizeof out->hash) return false;
  memcpy(out->hash, from->at, sizeof out->hash);
  from->at += sizeof out->hash;
  return true;
}
