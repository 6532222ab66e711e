/* The engine, its journal and the runtime through everything that can go wrong, from one seed: what was acknowledged is
 * never lost, nobody helps twice, every alert ends once, no deadline passes in silence, and a replay is the state.
 * MUSTER_TEST_EFFORT=long runs ten thousand seeds in place of two hundred. */
#include <string.h>

#include "engine/breaches.h"
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
  host_check_engine(t->engine);
}

static void check_history(host *h) {
  history t = {.engine = host_new_engine(h)};
  g_autoptr(MusterJournal) journal = host_open_journal(h);
  g_autoptr(MusterJournalReader) reader = muster_journal_reader_new(muster_journal_sink(journal));
  MusterJournalRecord record;
  GError *error = NULL;
  while (muster_journal_reader_next(reader, &record, &error))
    if (record.kind == MUSTER_JOURNAL_EVENT) tell(&t, &record);
  g_assert_no_error(error);
  check_breaches(t.engine, t.breaches);
  g_assert_cmphex(muster_engine_state_hash(t.engine), ==, h->last_hash);
  muster_engine_free(t.engine);
}

/* Every report was sent until it was acknowledged. */
static void check_reports(const host *h) {
  for (size_t i = 0; i < HOST_INCIDENTS; i++) g_assert_true(h->known[i]);
}

static void add_counts(host_counts *sum, const host_counts *counts) {
  uint64_t *to = (uint64_t *)sum;
  const uint64_t *from = (const uint64_t *)counts;
  for (size_t i = 0; i < sizeof *sum / sizeof *to; i++) to[i] += from[i];
}

static void tell_counts(const host_counts *sum, uint32_t runs) {
  g_test_message("%u runs: %" G_GUINT64_FORMAT " events acknowledged, %" G_GUINT64_FORMAT " crashes, %" G_GUINT64_FORMAT
                 " torn ends, %" G_GUINT64_FORMAT " times full, %" G_GUINT64_FORMAT " failed writes, %" G_GUINT64_FORMAT
                 " starts without a journal",
                 runs, sum->acknowledged, sum->crashes, sum->torn, sum->full, sum->failed_writes, sum->unmade);
  g_test_message("%" G_GUINT64_FORMAT " clock jumps, %" G_GUINT64_FORMAT " messages lost, %" G_GUINT64_FORMAT
                 " doubled, %" G_GUINT64_FORMAT " not taken, %" G_GUINT64_FORMAT " through jobs; %" G_GUINT64_FORMAT
                 " modes switched, %" G_GUINT64_FORMAT " times roads closed or opened",
                 sum->jumps, sum->lost, sum->doubled, sum->not_taken, sum->jobs, sum->modes, sum->closures);
}

/* That the world did go wrong, in every way. */
static void check_counts(const host_counts *sum, uint32_t runs) {
  g_assert_cmpuint(sum->crashes, >, runs);
  g_assert_cmpuint(sum->torn, >, runs / 10);
  g_assert_cmpuint(sum->full, >, runs / 4);
  g_assert_cmpuint(sum->failed_writes, >, runs / 4);
  g_assert_cmpuint(sum->unmade, >, runs / 2);
  g_assert_cmpuint(sum->jumps, >, runs);
  g_assert_cmpuint(sum->not_taken, >, runs);
  g_assert_cmpuint(sum->jobs, >, runs);
  g_assert_cmpuint(sum->modes, >, runs);
  g_assert_cmpuint(sum->closures, >, runs);
  g_assert_cmpuint(sum->commits, <, sum->acknowledged);
  for (size_t i = 0; i < G_N_ELEMENTS(sum->bases); i++) g_assert_cmpuint(sum->bases[i], >, runs / 20);
}

static void test_faults(void) {
  uint64_t seed = test_seed();
  uint32_t runs = test_count(50, 200, 10000);
  host_counts sum = {0};
  for (uint32_t run = 0; run < runs; run++) {
    host h;
    host_run(&h, seed + run);
    check_history(&h);
    check_reports(&h);
    add_counts(&sum, &h.counts);
    host_clear(&h);
  }
  tell_counts(&sum, runs);
  check_counts(&sum, runs);
}

static void assert_same_record(const MusterJournalRecord *a, const MusterJournalRecord *b) {
  g_assert_cmpuint(a->sequence, ==, b->sequence);
  g_assert_cmpint(a->kind, ==, b->kind);
  g_assert_cmpint(a->at_ms, ==, b->at_ms);
  g_assert_cmpmem(a->text, a->text_bytes, b->text, b->text_bytes);
  g_assert_cmpmem(a->data, a->data_bytes, b->data, b->data_bytes);
}

/* But for the wall time, which decides nothing. */
static void compare_journals(host *first, host *second) {
  g_autoptr(MusterJournal) one = host_open_journal(first), two = host_open_journal(second);
  g_autoptr(MusterJournalReader) left = muster_journal_reader_new(muster_journal_sink(one));
  g_autoptr(MusterJournalReader) right = muster_journal_reader_new(muster_journal_sink(two));
  MusterJournalRecord a, b;
  while (muster_journal_reader_next(left, &a, NULL)) {
    g_assert_true(muster_journal_reader_next(right, &b, NULL));
    assert_same_record(&a, &b);
  }
  g_assert_false(muster_journal_reader_next(right, &b, NULL));
}

/* A seed is the whole run, threads or not. */
static void test_same_seed(void) {
  uint64_t most = test_count(10, 40, 400);
  for (uint64_t seed = 1; seed <= most; seed++) {
    host first, second;
    host_run(&first, seed);
    host_run(&second, seed);
    g_assert_cmpmem(&first.counts, sizeof first.counts, &second.counts, sizeof second.counts);
    compare_journals(&first, &second);
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
