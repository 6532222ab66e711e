/* A disk behind a gate; see gate.h. */
#include "faults/gate.h"

static const uint64_t longest_wait_ns = UINT64_C(60000000000);

typedef struct gated {
  MusterJournalSink sink;
  MusterJournalSink *disk;
  gate *gate;
} gated;

void gate_init(gate *g) {
  *g = (gate){0};
  g_assert_cmpint(uv_sem_init(&g->may, 0), ==, 0);
  g_assert_cmpint(uv_mutex_init(&g->lock), ==, 0);
  g_assert_cmpint(uv_cond_init(&g->done), ==, 0);
}

void gate_clear(gate *g) {
  uv_sem_destroy(&g->may);
  uv_mutex_destroy(&g->lock);
  uv_cond_destroy(&g->done);
}

bool gate_let(gate *g) {
  uv_sem_post(&g->may);
  uv_mutex_lock(&g->lock);
  while (!g->is_done)
    if (uv_cond_timedwait(&g->done, &g->lock, longest_wait_ns)) g_error("the journal's thread is in no write");
  g->is_done = false;
  uv_mutex_unlock(&g->lock);
  return g->follows;
}

/* False: the process is dead. */
static bool enter(gate *g, GError **error) {
  if (g->armed) uv_sem_wait(&g->may);
  if (g->dead) g_set_error(error, MUSTER_JOURNAL_ERROR, MUSTER_JOURNAL_ERROR_OPEN, "the process is dead");
  return !g->dead;
}

static bool leave(gate *g, bool good, bool follows) {
  g->follows = good && follows;
  uv_mutex_lock(&g->lock);
  g->is_done = g->armed;
  uv_cond_signal(&g->done);
  uv_mutex_unlock(&g->lock);
  return good;
}

static bool append(MusterJournalSink *sink, const MusterJournalRecord *records, size_t count, GError **error) {
  gated *self = (gated *)(void *)sink;
  bool good = enter(self->gate, error) && self->disk->append(self->disk, records, count, error);
  return leave(self->gate, good, true);
}

static bool sync_log(MusterJournalSink *sink, GError **error) {
  gated *self = (gated *)(void *)sink;
  bool good = enter(self->gate, error) && self->disk->sync(self->disk, error);
  return leave(self->gate, good, false);
}

static bool read_record(MusterJournalSink *sink, uint64_t from, MusterJournalRecord *out, GError **error) {
  gated *self = (gated *)(void *)sink;
  return self->disk->read(self->disk, from, out, error);
}

static bool find_last(MusterJournalSink *sink, unsigned kind, uint64_t *sequence, GError **error) {
  gated *self = (gated *)(void *)sink;
  return self->disk->find_last(self->disk, kind, sequence, error);
}

static void free_gated(MusterJournalSink *sink) {
  gated *self = (gated *)(void *)sink;
  muster_journal_sink_free(self->disk);
  g_free(self);
}

MusterJournalSink *gate_sink_new(gate *g, mi_disk *disk) {
  gated *self = g_new0(gated, 1);
  self->disk = mi_memory_sink_new(disk);
  self->gate = g;
  self->sink = (MusterJournalSink){self->disk->name, append, sync_log, read_record, find_last, free_gated};
  return &self->sink;
}
