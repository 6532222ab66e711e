/* Events on their way through the runtime; see entries.h. */
#include "uv/entries.h"

#include <string.h>

/* Where at_ms belongs: before the brace that ends the object; `bytes` if no brace ends it. */
static size_t find_end(const char *json, size_t bytes) {
  size_t end = bytes;
  while (end > 0 && g_ascii_isspace(json[end - 1])) end--;
  return end > 0 && json[end - 1] == '}' ? end - 1 : bytes;
}

static bool is_empty_object(const char *json, size_t end) {
  while (end > 0 && g_ascii_isspace(json[end - 1])) end--;
  return end > 0 && json[end - 1] == '{';
}

mi_entry *mi_entry_new(const char *json, size_t bytes, void *tag, int64_t at_ms) {
  char stamp[48] = "";
  bytes = MIN(bytes, MI_LONGEST_LINE + 1);
  size_t end = find_end(json, bytes);
  if (end < bytes)
    g_snprintf(stamp, sizeof stamp, "%s\"at_ms\":%" G_GINT64_FORMAT, is_empty_object(json, end) ? "" : ",", at_ms);
  size_t stamp_bytes = strlen(stamp);
  mi_entry *entry = g_malloc0(sizeof *entry + bytes + stamp_bytes + 1);
  entry->tag = tag;
  entry->at_ms = at_ms;
  entry->wall_ms = g_get_real_time() / 1000;
  entry->bytes = bytes + stamp_bytes;
  memcpy(entry->line, json, end);
  memcpy(entry->line + end, stamp, stamp_bytes);
  memcpy(entry->line + end + stamp_bytes, json + end, bytes - end);
  return entry;
}

void mi_entry_free(mi_entry *entry) {
  g_free(entry->decisions);
  g_free(entry->json);
  g_free(entry->why);
  g_free(entry);
}

void mi_entries_push(mi_entries *list, mi_entry *entry) {
  entry->next = NULL;
  *(list->first ? &list->last->next : &list->first) = entry;
  list->last = entry;
}

mi_entry *mi_entries_pop(mi_entries *list) {
  mi_entry *entry = list->first;
  if (entry) list->first = entry->next;
  return entry;
}

void mi_entries_move(mi_entries *from, mi_entries *to) {
  if (!from->first) return;
  *(to->first ? &to->last->next : &to->first) = from->first;
  to->last = from->last;
  from->first = NULL;
}

size_t mi_entries_clear(mi_entries *list) {
  size_t count = 0;
  for (mi_entry *entry; (entry = mi_entries_pop(list)); mi_entry_free(entry)) count += !entry->is_tick;
  return count;
}

/* ---- decisions ---- */

/* Visits every text of a decision that the engine's next step may write over. Equipment and what is fetched stay as
 * long as the engine. */
static void each_text(MusterDecision *decision, MusterSettingChange *changes, void (*visit)(const char **, void *),
                      void *data) {
  const char **const texts[] = {&decision->incident.text, &decision->volunteer.text, &decision->closure.text,
                                &decision->original.text, &decision->item.text,      &decision->why,
                                &decision->skill,         &decision->hazard,         &decision->owner,
                                &decision->neighbour};
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) visit(texts[i], data);
  for (unsigned i = 0; i < decision->chain_count; i++) visit(&decision->chain[i].contact, data);
  for (uint32_t i = 0; i < decision->change_count; i++) {
    visit(&changes[i].setting, data);
    visit(&changes[i].before, data);
    visit(&changes[i].after, data);
  }
}

static void add_length(const char **text, void *data) {
  if (*text) *(size_t *)data += strlen(*text) + 1;
}

static void move_text(const char **text, void *data) {
  char **to = data;
  if (!*text) return;
  size_t bytes = strlen(*text) + 1;
  *text = memcpy(*to, *text, bytes);
  *to += bytes;
}

/* The changes of one decision, behind those of the decisions before it. */
static MusterSettingChange *move_changes(MusterDecision *decision, MusterSettingChange *to) {
  if (decision->change_count == 0) return to;
  memcpy(to, decision->changes, decision->change_count * sizeof *to);
  decision->changes = to;
  return to + decision->change_count;
}

MusterDecision *mi_decisions_copy(const MusterDecision *decisions, size_t count) {
  size_t change_count = 0, text_bytes = 0;
  if (count == 0) return NULL;
  for (size_t i = 0; i < count; i++) {
    MusterDecision decision = decisions[i];
    each_text(&decision, (MusterSettingChange *)(uintptr_t)decision.changes, add_length, &text_bytes);
    change_count += decision.change_count;
  }
  MusterDecision *copy = g_malloc(count * sizeof *copy + change_count * sizeof(MusterSettingChange) + text_bytes);
  memcpy(copy, decisions, count * sizeof *copy);
  MusterSettingChange *changes = (MusterSettingChange *)(void *)(copy + count);
  char *texts = (char *)(changes + change_count);
  for (size_t i = 0; i < count; i++) {
    MusterSettingChange *own = changes;
    changes = move_changes(&copy[i], changes);
    each_text(&copy[i], own, move_text, &texts);
  }
  return copy;
}
