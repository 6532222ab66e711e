/* The header record as JSON (jansson): what the journal belongs to. Unknown fields of a later program of the same
 * version are passed over; one of a later version is refused. */
#include "journal/header.h"

#include <jansson.h>
#include <string.h>

#include "journal/record.h"

typedef struct held_header {
  MusterJournalHeader header; /* first: it is what the caller holds */
  MusterJournalSource *sources;
  json_t *root; /* owns the texts */
} held_header;

/* An object's texts may come from file names, which need not be UTF-8. */
static json_t *new_text(const char *text) {
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  return json_string(valid);
}

char *mi_header_to_json(const MusterJournalHeader *header) {
  json_t *sources = json_array();
  for (size_t i = 0; i < header->source_count; i++) {
    const MusterJournalSource *source = &header->sources[i];
    json_array_append_new(sources, json_pack("{s:o,s:o,s:o}", "role", new_text(source->role), "path",
                                             new_text(source->path), "digest", new_text(source->digest)));
  }
  json_t *root =
      json_pack("{s:i,s:i,s:s,s:o,s:o,s:o,s:b}", "journal", MUSTER_JOURNAL_VERSION, "schema",
                MUSTER_EVENT_SCHEMA_VERSION, "program", muster_version(), "sources", sources, "policy_name",
                new_text(header->policy_name), "policy", new_text(header->policy), "on_duty", (int)header->on_duty);
  char *dumped = json_dumps(root, JSON_COMPACT);
  char *text = g_strdup(dumped);
  free(dumped);
  json_decref(root);
  return text;
}

static bool take_sources(held_header *held, json_t *list) {
  size_t count = json_array_size(list);
  held->sources = g_new0(MusterJournalSource, count);
  for (size_t i = 0; i < count; i++) {
    MusterJournalSource *source = &held->sources[i];
    if (json_unpack(json_array_get(list, i), "{s:s,s:s,s:s}", "role", &source->role, "path", &source->path, "digest",
                    &source->digest) != 0)
      return false;
  }
  held->header.sources = held->sources;
  held->header.source_count = count;
  return true;
}

static bool take_fields(held_header *held, GError **error, const char *name) {
  int version = 0, schema = 0, on_duty = 0;
  json_t *list = NULL;
  if (json_unpack(held->root, "{s:i}", "journal", &version) != 0 || version < 1)
    return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_CORRUPT, name, 1,
                                  "header: expected the version of the journal, found none");
  if (version > MUSTER_JOURNAL_VERSION)
    return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_VERSION, name, 1,
                                  "header: expected a journal of version 1 to %d, found version %d",
                                  MUSTER_JOURNAL_VERSION, version);
  MusterJournalHeader *header = &held->header;
  if (json_unpack(held->root, "{s:i,s:s,s:o,s:s,s:s,s:b}", "schema", &schema, "program", &header->program, "sources",
                  &list, "policy_name", &header->policy_name, "policy", &header->policy, "on_duty", &on_duty) != 0 ||
      !json_is_array(list) || !take_sources(held, list) || schema < 1)
    return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_CORRUPT, name, 1,
                                  "header: expected schema, program, sources, policy_name, policy and on_duty");
  if (schema > MUSTER_EVENT_SCHEMA_VERSION)
    return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_VERSION, name, 1,
                                  "header: expected events of schema 1 to %d, found schema %d",
                                  MUSTER_EVENT_SCHEMA_VERSION, schema);
  header->version = (uint32_t)version;
  header->schema = (uint32_t)schema;
  header->on_duty = on_duty != 0;
  return true;
}

MusterJournalHeader *mi_header_parse(const char *name, const MusterJournalRecord *record, GError **error) {
  held_header *held = g_new0(held_header, 1);
  held->root = json_loadb(record->text, record->text_bytes, JSON_REJECT_DUPLICATES, NULL);
  if (take_fields(held, error, name)) return &held->header;
  muster_journal_header_free(&held->header);
  return NULL;
}

void muster_journal_header_free(MusterJournalHeader *header) {
  held_header *held = (held_header *)(void *)header;
  if (!held) return;
  json_decref(held->root);
  g_free(held->sources);
  g_free(held);
}

static bool fail_foreign(const char *name, const char *what, const char *expected, const char *found, GError **error) {
  return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_FOREIGN, "%s: the journal is of another %s: expected %s, found %s",
                         name, what, expected, found);
}

/* By the settings it has now: a journal may be older than some of them. */
static bool check_policy(const char *name, const MusterJournalHeader *held, const MusterJournalHeader *header,
                         GError **error) {
  g_autoptr(MusterPolicy) policy = muster_policy_parse(name, held->policy, strlen(held->policy), error);
  if (!policy) return false;
  g_autofree char *ini = muster_policy_to_ini(policy);
  g_auto(GStrv) have = g_strsplit(ini, "\n", -1), want = g_strsplit(header->policy, "\n", -1);
  for (size_t i = 0; have[i] || want[i]; i++) {
    if (have[i] && want[i] && strcmp(have[i], want[i]) == 0) continue;
    return fail_foreign(name, "policy", want[i] ? want[i] : "no more settings", have[i] ? have[i] : "no more settings",
                        error);
  }
  return true;
}

bool muster_journal_header_check(const char *name, const MusterJournalHeader *held, const MusterJournalHeader *header,
                                 GError **error) {
  size_t most = MAX(held->source_count, header->source_count);
  for (size_t i = 0; i < most; i++) {
    const MusterJournalSource none = {"file", "", "none"};
    const MusterJournalSource *have = i < held->source_count ? &held->sources[i] : &none;
    const MusterJournalSource *want = i < header->source_count ? &header->sources[i] : &none;
    if (strcmp(have->role, want->role) == 0 && strcmp(have->digest, want->digest) == 0) continue;
    g_autofree char *expected = g_strdup_printf("%s %s (%s)", want->role, want->digest, want->path);
    g_autofree char *found = g_strdup_printf("%s %s (%s)", have->role, have->digest, have->path);
    return fail_foreign(name, i < header->source_count ? want->role : have->role, expected, found, error);
  }
  if (!check_policy(name, held, header, error)) return false;
  const char *const duty[] = {"nobody on duty at the start", "everybody on duty at the start"};
  return held->on_duty == header->on_duty ||
         fail_foreign(name, "duty", duty[header->on_duty], duty[held->on_duty], error);
}
