/* The engine and its journal through everything that can go wrong, from one seed: what was acknowledged is never lost,
 * nobody helps twice, every alert ends once, no deadline passes in silence, and a replay is the state.
 * MUSTER_TEST_LONG runs ten thousand seeds in place of two hundred. */
#include <string.h>

#include "faults/host.h"
#include "support/support.h"

/* What the durable events say, told again by a fresh engine. */
typedef struct history {
  MusterEngine *engine;
  uint8_t open[HOST_INCIDENTS][HOST_PEOPLE]; /* 1: an alert that has not ended */
  uint32_t breaches[HOST_INCIDENTS][MUSTER_STAGE_COUNT];
} history;

static void follow_decision(history *t, const MusterDecision *decision) {
  uint64_t incident = decision->incident.number, person = decision->volunteer.number;
  switch (decision->type) {
    case MUSTER_DECISION_ALERT:
      g_assert_cmpuint(t->open[incident][person]++, ==, 0);
      break;
    case MUSTER_DECISION_ASSIGN:
    case MUSTER_DECISION_CANCEL_ALERT:
      t->open[incident][person] = 0;
      break;
    case MUSTER_DECISION_BREACH:
      g_assert_cmpint(decision->since_report_ms, ==, muster_stage_deadline_ms(decision->stage));
      t->breaches[incident][decision->stage]++;
      break;
    default:
      break;
  }
}

/* An alert is open in the engine where the decisions left it open: only its refusal ends one without a decision. */
static void compare_alerts(history *t, const MusterEvent *event) {
  uint8_t alerted[HOST_INCIDENTS][HOST_PEOPLE] = {{0}};
  for (size_t i = 0; i < t->engine->people.count; i++) {
    const mi_responder *person = &t->engine->responders[i];
    if (person->state == MI_ALERTED)
      alerted[t->engine->names.entries[person->incident].number][t->engine->people.entries[i].number] = 1;
  }
  for (size_t i = 0; i < HOST_INCIDENTS; i++)
    for (size_t j = 0; j < HOST_PEOPLE; j++) {
      if (alerted[i][j] == t->open[i][j]) continue;
      g_assert_true(t->open[i][j] && event && event->type == MUSTER_EVENT_DECLINE && event->volunteer.number == j);
      t->open[i][j] = 0;
    }
}

static void tell(history *t, const MusterJournalRecord *record) {
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  GError *error = NULL;
  MusterEvent event;
  size_t count;
  muster_event_reader_parse(reader, record->text, record->text_bytes, &event, &error);
  g_assert_no_error(error);
  const MusterDecision *decisions = muster_engine_step(t->engine, &event, &count);
  for (size_t i = 0; i < count; i++) follow_decision(t, &decisions[i]);
  compare_alerts(t, &event);
}

static void check_deadlines(const history *t) {
  const MusterEngine *engine = t->engine;
  for (mi_incident_id id = 0; id < engine->names.count; id++) {
    const mi_incident *incident = &engine->incidents[id];
    int64_t until_ms = incident->work ? engine->now_ms : incident->ended_ms;
    for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) {
      int64_t due_ms = incident->reported_ms + muster_stage_deadline_ms((MusterStage)stage);
      int64_t met_ms = incident->met_ms[stage] == MI_NEVER ? INT64_MAX : incident->met_ms[stage];
      uint32_t told = t->breaches[engine->names.entries[id].number][stage];
      if (MIN(met_ms, until_ms) < due_ms) g_assert_cmpuint(told, ==, 0);
      if (MIN(met_ms, until_ms) > due_ms) g_assert_cmpuint(told, ==, 1);
    }
  }
}

static void check_history(const host *h) {
  history t = {.engine = host_new_engine(h)};
  g_autoptr(MusterJournalReader) reader = muster_journal_reader_new(muster_journal_sink(h->journal));
  MusterJournalRecord record;
  GError *error = NULL;
  while (muster_journal_reader_next(reader, &record, &error))
    if (record.kind == MUSTER_JOURNAL_EVENT) tell(&t, &record);
  g_assert_no_error(error);
  check_deadlines(&t);
  g_assert_cmphex(muster_engine_state_hash(t.engine), ==, muster_engine_state_hash(h->engine));
  muster_engine_free(t.engine);
}

/* Every report was sent until it was acknowledged. */
static void check_reports(const host *h) {
  for (size_t i = 0; i < HOST_INCIDENTS; i++) g_assert_true(h->known[i]);
}

static void add_counts(host_counts *sum, const host_counts *counts) {
  sum->events += counts->events;
  sum->acknowledged += counts->acknowledged;
  sum->crashes += counts->crashes;
  sum->torn += counts->torn;
  sum->full += counts->full;
  sum->failed_writes += counts->failed_writes;
  sum->jumps += counts->jumps;
  sum->lost += counts->lost;
  sum->doubled += counts->doubled;
}

static void test_faults(void) {
  uint64_t seed = test_seed();
  const char *wanted = g_getenv("MUSTER_TEST_LONG");
  uint32_t runs = wanted && *wanted ? 10000 : 200;
  host_counts sum = {0};
  for (uint32_t run = 0; run < runs; run++) {
    host h;
    host_run(&h, seed + run);
    check_history(&h);
    check_reports(&h);
    add_counts(&sum, &h.counts);
    host_clear(&h);
  }
  g_test_message("%u runs: %" G_GUINT64_FORMAT " events, %" G_GUINT64_FORMAT " acknowledged, %" G_GUINT64_FORMAT
                 " crashes, %" G_GUINT64_FORMAT " torn ends, %" G_GUINT64_FORMAT " times full, %" G_GUINT64_FORMAT
                 " failed writes, %" G_GUINT64_FORMAT " clock jumps, %" G_GUINT64_FORMAT
                 " messages lost, %" G_GUINT64_FORMAT " doubled",
                 runs, sum.events, sum.acknowledged, sum.crashes, sum.torn, sum.full, sum.failed_writes, sum.jumps,
                 sum.lost, sum.doubled);
  g_assert_cmpuint(sum.crashes, >, runs);
  g_assert_cmpuint(sum.torn, >, 20);
  g_assert_cmpuint(sum.full, >, 50);
  g_assert_cmpuint(sum.failed_writes, >, 50);
  g_assert_cmpuint(sum.jumps, >, runs);
}

/* A seed is the whole run. */
static void test_same_seed(void) {
  for (uint64_t seed = 1; seed <= 5; seed++) {
    host first, second;
    host_run(&first, seed);
    host_run(&second, seed);
    g_assert_cmpmem(first.disk.bytes->data, first.disk.bytes->len, second.disk.bytes->data, second.disk.bytes->len);
    host_clear(&first);
    host_clear(&second);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/faults/seeds", test_faults);
  g_test_add_func("/faults/same-seed", test_same_seed);
  return g_test_run();
}
