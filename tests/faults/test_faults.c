/* The engine, its journal and the runtime through everything that can go wrong, from one seed: what was acknowledged is
 * never lost, nobody helps twice, every alert ends once, no deadline passes in silence, and a replay is the state.
 * MUSTER_TEST_EFFORT=long runs ten thousand seeds in place of two hundred. */
#include <string.h>

#include "faults/host.h"
#include "support/support.h"

/* A fresh engine that is told the journal is in the state in which the host was stopped, and so is the witness. */
static void check_replay(host *h) {
  g_autoptr(MusterEngine) engine = host_new_engine(h);
  g_autoptr(MusterJournal) journal = host_open_journal(h);
  GError *error = NULL;
  muster_journal_replay(muster_journal_sink(journal), engine, UINT64_MAX, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmphex(muster_engine_state_hash(engine), ==, h->last_hash);
  witness_follow(&h->witness, &h->disk);
  witness_check_state(&h->witness, engine);
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
  g_test_message("%" G_GUINT64_FORMAT " states compared with the disk, %" G_GUINT64_FORMAT
                 " messages lost with their process, %" G_GUINT64_FORMAT " that were no events",
                 sum->quiet, sum->dropped, sum->noise);
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
  g_assert_cmpuint(sum->quiet, >, 100 * runs);
  g_assert_cmpuint(sum->dropped, >, runs);
  g_assert_cmpuint(sum->noise, >, runs);
  g_assert_cmpuint(sum->commits, <, sum->acknowledged);
  for (size_t i = 0; i < G_N_ELEMENTS(sum->bases); i++) g_assert_cmpuint(sum->bases[i], >, runs / 20);
}

/* Every type of event was obeyed, but that without a county there is nobody who would have to acknowledge. */
static void check_obeyed(const uint64_t obeyed[MUSTER_EVENT_TYPE_COUNT]) {
  for (int type = 0; type < MUSTER_EVENT_TYPE_COUNT; type++) {
    g_test_message("%s: %" G_GUINT64_FORMAT " obeyed", muster_event_type_name((MusterEventType)type), obeyed[type]);
    if (type != MUSTER_EVENT_ACKNOWLEDGE) g_assert_cmpuint(obeyed[type], >, 0);
  }
}

static void test_faults(void) {
  uint64_t seed = test_seed();
  uint32_t runs = test_count(50, 200, 10000);
  host_counts sum = {0};
  uint64_t obeyed[MUSTER_EVENT_TYPE_COUNT] = {0};
  for (uint32_t run = 0; run < runs; run++) {
    host h;
    host_run(&h, seed + run);
    check_replay(&h);
    check_reports(&h);
    add_counts(&sum, &h.counts);
    for (size_t i = 0; i < MUSTER_EVENT_TYPE_COUNT; i++) obeyed[i] += h.witness.obeyed[i];
    host_clear(&h);
  }
  tell_counts(&sum, runs);
  check_counts(&sum, runs);
  check_obeyed(obeyed);
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
