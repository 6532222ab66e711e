/* The witness; see witness.h. */
#include "faults/witness.h"

#include <jansson.h>
#include <string.h>

#include "engine/breaches.h"
#include "journal/record.h"

void witness_init(witness *w, MusterEngine *engine) {
  *w = (witness){.engine = engine,
                 .reader = muster_event_reader_new(),
                 .lines = g_ptr_array_new_with_free_func(g_free),
                 .answers = g_ptr_array_new_with_free_func(g_free)};
}

void witness_clear(witness *w) {
  muster_engine_free(w->engine);
  muster_event_reader_free(w->reader);
  g_ptr_array_unref(w->lines);
  g_ptr_array_unref(w->answers);
}

void witness_check_engine(const MusterEngine *engine) {
  uint8_t helps[WITNESS_PEOPLE] = {0};
  for (size_t i = 0; i < engine->names.count; i++) {
    const mi_work *work = engine->incidents[i].work;
    for (size_t j = 0; work && j < work->helper_count; j++)
      g_assert_cmpuint(helps[work->helpers[j].responder]++, ==, 0);
  }
}

/* ---- what decisions say ---- */

/* Under an `unmerge` the deadline passed meanwhile. */
static void follow_breach(witness *w, const MusterDecision *decision, const MusterEvent *event) {
  int64_t due_ms = muster_stage_deadline_ms(decision->stage);
  bool late = event && event->type == MUSTER_EVENT_UNMERGE && decision->at_ms == event->at_ms;
  g_assert_true(late ? decision->since_report_ms > due_ms : decision->since_report_ms == due_ms);
  w->breaches[decision->incident.number][decision->stage]++;
}

static void follow_decision(witness *w, const MusterDecision *decision, const MusterEvent *event) {
  uint64_t incident = decision->incident.number, person = decision->volunteer.number;
  switch (decision->type) {
    case MUSTER_DECISION_ALERT:
      g_assert_cmpuint(w->open[incident][person]++, ==, 0);
      break;
    case MUSTER_DECISION_ASSIGN:
      w->open[incident][person] = 0;
      g_assert_cmpuint(w->engaged[incident][person]++, ==, 0);
      break;
    case MUSTER_DECISION_CANCEL_ALERT:
      g_assert_true(w->open[incident][person] || w->engaged[incident][person]);
      w->open[incident][person] = w->engaged[incident][person] = 0;
      break;
    case MUSTER_DECISION_REASSIGN:
      g_assert_cmpuint(w->engaged[incident][person]--, ==, 1);
      break;
    case MUSTER_DECISION_BREACH:
      follow_breach(w, decision, event);
      break;
    default:
      break;
  }
}

/* An alert is open in the engine where the decisions left it open: only its refusal ends one without a decision. People
 * leave the scene without one too. */
static void compare_alerts(witness *w, const MusterEvent *event) {
  uint8_t alerted[WITNESS_INCIDENTS][WITNESS_PEOPLE] = {{0}}, engaged[WITNESS_INCIDENTS][WITNESS_PEOPLE] = {{0}};
  for (size_t i = 0; i < w->engine->people.count; i++) {
    const mi_responder *person = &w->engine->responders[i];
    if (person->incident == MUSTER_NONE) continue;
    uint64_t incident = w->engine->names.entries[person->incident].number, who = w->engine->people.entries[i].number;
    *(person->state == MI_ALERTED ? &alerted[incident][who] : &engaged[incident][who]) = 1;
  }
  for (size_t i = 0; i < WITNESS_INCIDENTS; i++)
    for (size_t j = 0; j < WITNESS_PEOPLE; j++) {
      if (alerted[i][j] != w->open[i][j])
        g_assert_true(w->open[i][j] && event && event->type == MUSTER_EVENT_DECLINE && event->volunteer.number == j);
      g_assert_true(!engaged[i][j] || w->engaged[i][j]);
      w->open[i][j] = alerted[i][j];
      w->engaged[i][j] = engaged[i][j];
    }
}

static bool is_taken(const MusterDecision *decisions, size_t count) {
  return count == 0 || decisions[count - 1].type != MUSTER_DECISION_REFUSED;
}

static void follow_step(witness *w, const MusterEvent *event, const MusterDecision *decisions, size_t count) {
  bool obeyed = event && is_taken(decisions, count);
  if (obeyed) w->obeyed[event->type]++;
  if (obeyed && event->type == MUSTER_EVENT_REOPEN) memset(w->breaches[event->incident.number], 0, sizeof *w->breaches);
  for (size_t i = 0; i < count; i++) follow_decision(w, &decisions[i], event);
  compare_alerts(w, event);
  check_breaches(w->engine, w->breaches);
  witness_check_engine(w->engine);
}

/* ---- records ---- */

static const MusterDecision *offer_event(witness *w, const MusterJournalRecord *record, MusterEvent *event,
                                         size_t *count) {
  GError *error = NULL;
  muster_event_reader_parse(w->reader, record->text, record->text_bytes, event, &error);
  g_assert_no_error(error);
  return muster_engine_step(w->engine, event, count);
}

static const MusterDecision *offer_refusal(witness *w, const MusterJournalRecord *record, size_t *count) {
  json_t *root = json_loadb(record->text, record->text_bytes, 0, NULL);
  const MusterDecision *decisions =
      muster_engine_refuse(w->engine, json_string_value(json_object_get(root, "why")), count);
  json_decref(root);
  return decisions;
}

static void tell(witness *w, const MusterJournalRecord *record) {
  bool is_event = record->kind == MUSTER_JOURNAL_EVENT;
  if (!is_event && record->kind != MUSTER_JOURNAL_REFUSAL) return;
  MusterEvent event;
  size_t count;
  const MusterDecision *decisions =
      is_event ? offer_event(w, record, &event, &count) : offer_refusal(w, record, &count);
  follow_step(w, is_event ? &event : NULL, decisions, count);
  char *json = muster_decisions_to_json(w->engine, decisions, count);
  g_assert_cmpmem(json, strlen(json), record->data, record->data_bytes);
  g_ptr_array_add(w->lines, is_event ? g_strndup(record->text, record->text_bytes) : g_strdup(""));
  g_ptr_array_add(w->answers, json);
}

void witness_follow(witness *w, const mi_disk *disk) {
  g_assert_cmpuint(w->read, <=, disk->synced); /* nothing durable is taken back */
  mi_unpack from = {.at = disk->bytes->data + w->read, .end = disk->bytes->data + disk->synced};
  MusterJournalRecord record;
  while (mi_unpack_left(&from) > 0) {
    g_assert_true(mi_record_decode(&from, &record));
    tell(w, &record);
  }
  w->read = disk->synced;
}

void witness_check_acknowledged(witness *w, const mi_disk *disk, uint64_t number, const char *line, const char *json) {
  witness_follow(w, disk);
  g_assert_cmpuint(number, <=, w->lines->len);
  const char *durable = w->lines->pdata[number - 1];
  if (*durable) g_assert_cmpstr(durable, ==, line);
  g_assert_cmpstr(w->answers->pdata[number - 1], ==, json);
}

void witness_check_state(const witness *w, const MusterEngine *engine) {
  g_assert_cmpuint(muster_engine_event_count(engine), ==, w->lines->len);
  g_assert_cmphex(muster_engine_state_hash(engine), ==, muster_engine_state_hash(w->engine));
}
