/* A host in a world that goes wrong; see host.h. */
#include "faults/host.h"

#include <string.h>

#include "engine/lattice.h"
#include "faults/gateway.h"
#include "support/support.h"
#include "uv/runtime.h"

#define MODES                                                                                           \
  "[wartime flood 1]\nalerts_per_slot = 4\nescalate_before_on_scene_s = 300\n"                          \
  "[wartime flood 2]\nacceptance = certain\nalerts_per_volunteer_an_hour = 0\norder = priority-first\n" \
  "[wartime fire 1]\nalert_expires_s = 30\nalert_within_s = 600\nlate_accept = take\n"

static const char *const place_names[HOST_PLACES] = {"p0", "p1", "p2", "p3", "p4", "p5", "p6"};
static const char *const policies[] = {
    "[policy]\n" MODES,
    "[policy]\nbase = nearest-fcfs\nlate_accept = take\n" MODES,
    "[policy]\nalerts_per_slot = 2\nalert_expires_s = 20\nasks_per_slot = 6\n",
    "[policy]\nbase = nearest-fcfs\nacceptance = certain\n" MODES,
    "[policy]\nalerts_per_slot = 3\nalerts_per_volunteer_an_hour = 4\norder = priority-first\n" MODES,
    "[policy]\nbase = optimal\n",
    "[policy]\nbase = optimal\nacceptance = certain\n",
    "[policy]\nbase = optimal\nalerts_per_slot = 2\nalert_expires_s = 20\nlate_accept = take\n",
    "[policy]\nbase = guarantee\n",
    "[policy]\nbase = guarantee\nguarantee_priority = 2\n" MODES,
    "[policy]\nbase = guarantee\nalerts_per_volunteer_an_hour = 4\nalpha_reached = 800\nlate_accept = take\n",
    "[policy]\nduplicate_within_s = 120\nduplicate_within_m = 300\nacknowledge_within_s = 20\ncard_resend_s = 10\n"
    "card_second_contact_s = 15\n" MODES,
    "[policy]\nalerts_per_slot = 2\nposition_stale_after_s = 60\ncover_surcharge_s = 60\ncover_least = 2\n"
    "fatigue_surcharge_percent = 50\nrating_surcharge_s = 60\nrating_count_least = 1\n",
};

/* ---- the world ---- */

static MusterJournalHeader header_of(const host *h) {
  static const MusterJournalSource source = {"matrix", "times.csv", "00"};
  return (MusterJournalHeader){
      .sources = &source, .source_count = 1, .policy_name = "faults", .policy = h->policy_text, .on_duty = true};
}

static MusterTravel *new_travel(const host *h) {
  return h->on_roads ? lattice_travel(false) : muster_travel_new_matrix(place_names, HOST_PLACES, h->times_ms);
}

MusterEngine *host_new_engine(const host *h) { return muster_engine_new(NULL, new_travel(h), h->policy, true, NULL); }

MusterJournal *host_open_journal(host *h) {
  GError *error = NULL;
  MusterJournalHeader header = header_of(h);
  MusterJournal *journal = muster_journal_open(gate_sink_new(&h->gate, &h->disk), &header, 0, &error);
  g_assert_no_error(error);
  return journal;
}

static int64_t read_clock(void *data) {
  const host *h = data;
  return MAX(h->clock_ms + h->offset_ms, 0);
}

/* ---- what is checked ---- */

/* What the journal's own reader finds is what the witness was told, all that was acknowledged among it. */
static void check_journal(const host *h, MusterJournal *journal) {
  g_autoptr(MusterJournalReader) reader = muster_journal_reader_new(muster_journal_sink(journal));
  MusterJournalRecord record;
  GError *error = NULL;
  guint found = 0;
  while (muster_journal_reader_next(reader, &record, &error)) {
    if (record.kind != MUSTER_JOURNAL_EVENT && record.kind != MUSTER_JOURNAL_REFUSAL) continue;
    g_assert_cmpuint(found, <, h->witness.lines->len);
    const char *line = h->witness.lines->pdata[found++];
    if (record.kind == MUSTER_JOURNAL_EVENT) g_assert_cmpmem(record.text, record.text_bytes, line, strlen(line));
  }
  g_assert_no_error(error);
  g_assert_cmpuint(found, ==, h->witness.lines->len);
}

/* No deadline has passed unheard, and the runtime will wake for the next one. */
static void check_runtime(const host *h) {
  const MusterEngine *engine = muster_runtime_engine(h->runtime);
  witness_check_engine(engine);
  if (h->full || h->broken) return;
  g_assert_cmpint(muster_engine_next_deadline_ms(engine), >, h->runtime->intake.last_ms);
  if (muster_engine_next_deadline_ms(engine) < INT64_MAX)
    g_assert_true(uv_is_active((const uv_handle_t *)&h->runtime->timer));
}

/* What has become durable is true; where nothing waits for the disk it is all there is. */
static void check_disk(host *h) {
  MusterRuntime *runtime = h->runtime;
  witness_follow(&h->witness, &h->disk);
  if (runtime->decided.first || runtime->writer.batch.first || !mi_writer_is_idle(&runtime->writer)) return;
  witness_check_state(&h->witness, runtime->engine);
  h->counts.quiet++;
}

/* ---- callbacks ---- */

/* The engine has gone on meanwhile: the decisions still say what they said. */
static void check_decisions(const MusterRuntime *runtime, const MusterRuntimeResult *result) {
  const MusterEngine *engine = muster_runtime_engine(runtime);
  g_autofree char *json = muster_decisions_to_json(engine, result->decisions, result->decision_count);
  g_assert_cmpstr(json, ==, result->json);
}

/* Each message taken is answered once. Ticks, which are nobody's, have no tag. */
static uint32_t end_message(host *h, void *tag) {
  if (!tag) return HOST_INCIDENTS;
  uint32_t report = GPOINTER_TO_UINT(g_hash_table_lookup(h->taken, tag));
  g_assert_true(g_hash_table_remove(h->taken, tag));
  return report;
}

static void act(host *h, const MusterRuntimeResult *result) {
  for (size_t i = 0; i < result->decision_count && !h->down; i++) {
    h->counts.modes += result->decisions[i].type == MUSTER_DECISION_MODE;
    h->counts.closures += result->decisions[i].type == MUSTER_DECISION_ROADS;
    gateway_act(h, &result->decisions[i]);
    h->down = happens(h, 4000);
  }
}

static void on_decided(MusterRuntime *runtime, const MusterRuntimeResult *result, void *data) {
  host *h = data;
  uint32_t report = end_message(h, result->tag);
  if (h->down) return;
  check_decisions(runtime, result);
  witness_check_acknowledged(&h->witness, &h->disk, result->number, result->event, result->json);
  g_assert_cmpuint(result->number, ==, ++h->number);
  g_assert_cmpint(result->at_ms, >=, h->acknowledged_ms);
  h->acknowledged_ms = result->at_ms;
  h->counts.acknowledged++;
  if (report < HOST_INCIDENTS) h->known[report] = true;
  h->down = happens(h, 800);
  act(h, result);
}

static void on_failed(MusterRuntime *runtime, const GError *reason, void *data) {
  host *h = data;
  (void)runtime;
  if (h->down) return;
  h->full = g_error_matches(reason, MUSTER_JOURNAL_ERROR, MUSTER_JOURNAL_ERROR_FULL);
  h->broken = !h->full;
  h->counts.full += h->full;
  h->counts.failed_writes += h->broken;
}

static void on_stopped(MusterRuntime *runtime, size_t dropped, void *data) {
  host *h = data;
  if (!h->down) g_assert_cmpuint(dropped, ==, 0);
  g_assert_cmpuint(dropped, ==, g_hash_table_size(h->taken));
  g_hash_table_remove_all(h->taken);
  h->counts.dropped += dropped;
  h->drained = !h->down;
  h->last_hash = muster_engine_state_hash(muster_runtime_engine(runtime));
  muster_runtime_free(runtime);
  h->runtime = NULL;
}

/* ---- the process ---- */

/* The disk of a process that starts. */
static void mend_disk(host *h) {
  h->disk.fail_at = 0;
  h->disk.capacity = SIZE_MAX;
  h->counts.torn += mi_disk_cut_torn(&h->disk) > 0;
}

static void crash_disk(host *h) {
  size_t unsynced = h->disk.bytes->len - h->disk.synced;
  mi_disk_crash(&h->disk, unsynced ? mi_random_below(&h->random, (uint32_t)unsynced + 1) : 0);
}

/* A start that ends in the first record: it cannot be written, or not be synced, or there is no room; then a crash.
 * What SQLite makes before it test_making.c ends in every call. */
static void fail_to_make(host *h) {
  uint32_t way = mi_random_below(&h->random, 3);
  if (way < 2) h->disk.fail_at = h->disk.writes + 1 + way;
  if (way == 2) h->disk.capacity = mi_random_below(&h->random, 100);
  g_autoptr(GError) error = NULL;
  MusterJournalHeader header = header_of(h);
  g_assert_null(muster_journal_open(gate_sink_new(&h->gate, &h->disk), &header, 0, &error));
  int code = way == 2 ? MUSTER_JOURNAL_ERROR_FULL : MUSTER_JOURNAL_ERROR_OPEN;
  g_assert_error(error, MUSTER_JOURNAL_ERROR, code);
  crash_disk(h);
  mend_disk(h);
  h->counts.unmade++;
}

static void start(host *h) {
  GError *error = NULL;
  mend_disk(h);
  h->gate.armed = h->gate.dead = h->down = h->full = h->broken = false;
  MusterJournal *journal = host_open_journal(h);
  MusterEngine *engine = muster_journal_recover(journal, NULL, new_travel(h), h->policy, NULL, &error);
  g_assert_no_error(error);
  witness_follow(&h->witness, &h->disk);
  check_journal(h, journal);
  h->number = muster_engine_event_count(engine);
  h->acknowledged_ms = muster_engine_now_ms(engine);
  h->gate.armed = true;
  const MusterRuntimeOptions options = {.decided = on_decided,
                                        .failed = on_failed,
                                        .stopped = on_stopped,
                                        .data = h,
                                        .clock = read_clock,
                                        .clock_data = h,
                                        .capacity = happens(h, 2) ? 6 : 0,
                                        .jobs_at_once = 1,
                                        .snapshot_every = happens(h, 2) ? 40 : 0};
  g_assert_cmpint(uv_loop_init(&h->loop), ==, 0);
  h->runtime = muster_runtime_start(&h->loop, engine, journal, &options, &error);
  g_assert_no_error(error);
}

static bool is_writing(const host *h) { return h->runtime && !mi_writer_is_idle(&h->runtime->writer); }

/* Nothing is left for the loop but what waits for the disk. */
static bool is_quiet(const host *h) {
  const MusterRuntime *runtime = h->runtime;
  if (!runtime || runtime->phase >= MI_STOPPING || runtime->jobs_under_way > 0) return !runtime;
  const mi_intake *intake = &runtime->intake;
  return runtime->failed || (!intake->queue.first && !intake->first_job);
}

/* A job under way is all that goes on. */
static bool waits_for_job(const host *h) {
  const MusterRuntime *runtime = h->runtime;
  return runtime->jobs_under_way > 0 && (runtime->failed || !runtime->intake.queue.first);
}

static void end_job(host *h) {
  uint64_t before = h->jobs_over;
  uv_sem_post(&h->job_may);
  while (h->jobs_over == before) uv_run(&h->loop, UV_RUN_ONCE);
}

/* Turns the loop until nothing moves any more. */
static void turn(host *h) {
  muster_runtime_check_clock(h->runtime);
  do {
    uv_run(&h->loop, UV_RUN_NOWAIT);
    if (h->runtime && waits_for_job(h)) end_job(h);
  } while (!is_quiet(h));
}

static void wait_for_writer(mi_writer *writer) {
  uv_mutex_lock(&writer->lock);
  while (writer->state == MI_WRITER_BUSY) uv_cond_wait(&writer->changed, &writer->lock);
  uv_mutex_unlock(&writer->lock);
}

static void crash(host *h) {
  g_assert_cmpuint(h->runtime->jobs_under_way, ==, 0);
  h->down = h->gate.dead = true;
  muster_runtime_stop(h->runtime);
  if (is_writing(h)) gate_let(&h->gate);
  g_assert_cmpint(uv_run(&h->loop, UV_RUN_DEFAULT), ==, 0);
  g_assert_null(h->runtime);
  g_assert_cmpint(uv_loop_close(&h->loop), ==, 0);
  crash_disk(h);
  h->counts.crashes++;
  start(h);
}

/* One write of the commit under way. */
static void let_write(host *h) {
  size_t synced = h->disk.synced;
  if (gate_let(&h->gate)) return;
  h->counts.commits += h->disk.synced > synced;
  wait_for_writer(&h->runtime->writer);
  turn(h);
}

/* A geocoder's work, say. */
typedef struct errand {
  host *host;
  char *line;
} errand;

static char *work(const MusterRuntimeJob *job, void *data) {
  errand *self = data;
  (void)job;
  uv_sem_wait(&self->host->job_may);
  return g_strdup(self->line);
}

static void end_errand(void *data) {
  errand *self = data;
  self->host->jobs_over++;
  g_free(self->line);
  g_free(self);
}

static MusterRuntimeAnswer hand_in(host *h, const char *line, void *tag) {
  if (!happens(h, 10)) return muster_runtime_submit(h->runtime, line, strlen(line), tag);
  errand *job = g_new(errand, 1);
  *job = (errand){h, g_strdup(line)};
  MusterRuntimeAnswer answer = muster_runtime_run(h->runtime, work, job, end_errand, tag);
  if (answer != MUSTER_RUNTIME_TAKEN) end_errand(job);
  h->counts.jobs += answer == MUSTER_RUNTIME_TAKEN;
  return answer;
}

static bool offer(host *h, const message *m) {
  g_autofree char *line = g_strdup_printf("{\"type\":\"%s\"%s}", m->type, m->rest);
  void *tag = (void *)(uintptr_t)++h->offered;
  g_hash_table_insert(h->taken, tag, GUINT_TO_POINTER(m->report));
  if (hand_in(h, line, tag) == MUSTER_RUNTIME_TAKEN) return true;
  g_hash_table_remove(h->taken, tag);
  return false;
}

/* ---- the world's course ---- */

static void deliver(host *h) {
  for (message *m; (m = gateway_take(h)); gateway_free(m)) {
    if (offer(h, m)) continue;
    h->counts.not_taken++;
    gateway_again(h, m);
  }
}

static void trouble_disk(host *h) {
  if (happens(h, 150)) h->disk.fail_at = h->disk.writes + 1 + mi_random_below(&h->random, 4);
  if (happens(h, 150)) h->disk.capacity = h->disk.bytes->len + mi_random_below(&h->random, 600);
}

/* Until there is room again. */
static void wait_for_room(host *h) {
  h->clock_ms += 1000;
  if (happens(h, 5)) h->disk.capacity = SIZE_MAX;
  h->full = false;
  muster_runtime_resume(h->runtime);
}

/* The host's clock jumps by up to five minutes, back or forth. */
static void jump(host *h) {
  if (!happens(h, 200)) return;
  h->offset_ms += (int64_t)mi_random_below(&h->random, 600000) - 300000;
  h->counts.jumps++;
}

/* To what happens next; a disk at work takes a while, and other things come in between. */
static void pass_time(host *h) {
  int64_t deadline_ms = muster_engine_next_deadline_ms(muster_runtime_engine(h->runtime));
  int64_t next_ms = MIN(gateway_next_ms(h), HOST_HORIZON_MS);
  if (deadline_ms < INT64_MAX) next_ms = MIN(next_ms, deadline_ms - h->offset_ms);
  if (is_writing(h)) next_ms = MIN(next_ms, h->clock_ms + mi_random_below(&h->random, 2000));
  h->clock_ms = MAX(h->clock_ms, next_ms);
  jump(h);
}

static void step(host *h) {
  pass_time(h);
  deliver(h);
  if (h->full && !is_writing(h)) wait_for_room(h);
  turn(h);
  check_runtime(h);
  trouble_disk(h);
  while (is_writing(h) && !h->down && !happens(h, 4)) {
    h->down = happens(h, 400);
    if (!h->down) let_write(h);
  }
  check_disk(h);
  if (h->down || h->broken || happens(h, 1000)) crash(h);
}

/* All that was taken is brought to its end. */
static void drain(host *h) {
  h->disk.fail_at = 0;
  h->disk.capacity = SIZE_MAX;
  while (!h->drained) {
    if (h->down) crash(h);
    if (h->full && !is_writing(h)) wait_for_room(h);
    muster_runtime_drain(h->runtime);
    turn(h);
    if (is_writing(h)) let_write(h);
  }
  g_assert_cmpint(uv_loop_close(&h->loop), ==, 0);
}

static void draw_world(host *h) {
  GError *error = NULL;
  uint32_t number = mi_random_below(&h->random, G_N_ELEMENTS(policies));
  h->policy = muster_policy_parse("faults", policies[number], strlen(policies[number]), &error);
  g_assert_no_error(error);
  h->policy_text = muster_policy_to_ini(h->policy);
  h->counts.bases[mi_policy_settings(h->policy)->base]++;
  h->on_roads = happens(h, 3);
  for (size_t i = 0; i < G_N_ELEMENTS(h->times_ms); i++)
    h->times_ms[i] = happens(h, 10) ? MUSTER_UNREACHABLE_MS : mi_random_below(&h->random, 12) * 30000;
}

void host_run(host *h, uint64_t seed) {
  *h = (host){.mail = g_ptr_array_new_with_free_func((GDestroyNotify)gateway_free),
              .taken = g_hash_table_new(NULL, NULL)};
  mi_random_init(&h->random, seed, 77);
  mi_disk_init(&h->disk);
  gate_init(&h->gate);
  g_assert_cmpint(uv_sem_init(&h->job_may, 0), ==, 0);
  draw_world(h);
  witness_init(&h->witness, host_new_engine(h));
  while (h->disk.bytes->len == 0 && happens(h, 2)) fail_to_make(h);
  start(h);
  gateway_begin(h);
  while (h->clock_ms < HOST_HORIZON_MS) step(h);
  drain(h);
  h->gate.armed = false;
}

void host_clear(host *h) {
  mi_disk_clear(&h->disk);
  gate_clear(&h->gate);
  uv_sem_destroy(&h->job_may);
  g_ptr_array_unref(h->mail);
  g_hash_table_unref(h->taken);
  witness_clear(&h->witness);
  muster_policy_unref(h->policy);
  g_free(h->policy_text);
}
