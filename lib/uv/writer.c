/* The journal's thread; see writer.h. */
#include "uv/writer.h"

static bool add_entry(MusterJournal *journal, const mi_entry *entry, GError **error) {
  if (entry->is_event)
    return muster_journal_add_event(journal, entry->at_ms, entry->wall_ms, entry->line, entry->bytes, entry->json,
                                    error);
  return muster_journal_add_refusal(journal, entry->decisions[0].at_ms, entry->wall_ms, entry->why, entry->json, error);
}

static bool add_batch(mi_writer *writer, GError **error) {
  for (; writer->next; writer->next = writer->next->next)
    if (!add_entry(writer->journal, writer->next, error)) return false;
  return true;
}

static GError *write_batch(mi_writer *writer) {
  GError *reason = NULL;
  if (writer->journal && add_batch(writer, &reason)) muster_journal_commit(writer->journal, &reason);
  return reason;
}

static void set_state(mi_writer *writer, mi_writer_state state) {
  uv_mutex_lock(&writer->lock);
  writer->state = state;
  uv_cond_signal(&writer->changed);
  uv_mutex_unlock(&writer->lock);
}

static mi_writer_state wait_for_order(mi_writer *writer) {
  uv_mutex_lock(&writer->lock);
  while (writer->state == MI_WRITER_IDLE || writer->state == MI_WRITER_DONE)
    uv_cond_wait(&writer->changed, &writer->lock);
  mi_writer_state order = writer->state;
  uv_mutex_unlock(&writer->lock);
  return order;
}

static void work(void *data) {
  mi_writer *writer = data;
  while (wait_for_order(writer) == MI_WRITER_BUSY) {
    if (!writer->failure) writer->failure = write_batch(writer);
    set_state(writer, MI_WRITER_DONE);
    mi_intake_wake(writer->intake);
  }
}

int mi_writer_start(mi_writer *writer, MusterJournal *journal, mi_intake *intake) {
  *writer = (mi_writer){.journal = journal, .intake = intake};
  int status = uv_mutex_init(&writer->lock);
  if (status) return status;
  status = uv_cond_init(&writer->changed);
  if (!status) {
    status = uv_thread_create(&writer->thread, work, writer);
    if (!status) return 0;
    uv_cond_destroy(&writer->changed);
  }
  uv_mutex_destroy(&writer->lock);
  return status;
}

void mi_writer_end(mi_writer *writer) {
  set_state(writer, MI_WRITER_QUIT);
  uv_thread_join(&writer->thread);
  uv_cond_destroy(&writer->changed);
  uv_mutex_destroy(&writer->lock);
  g_clear_error(&writer->failure);
}

/* The state is the engine's behind this batch, so both are added here, before the engine goes on. */
static GError *add_snapshot(mi_writer *writer, const MusterEngine *engine) {
  GError *reason = NULL;
  const mi_entry *last = writer->batch.last;
  if (add_batch(writer, &reason))
    muster_journal_add_snapshot(writer->journal, engine, last->at_ms, last->wall_ms, &reason);
  return reason;
}

void mi_writer_give(mi_writer *writer, mi_entries *batch, const MusterEngine *snapshot_of) {
  mi_entries_move(batch, &writer->batch);
  writer->next = writer->batch.first;
  if (snapshot_of && writer->journal) writer->failure = add_snapshot(writer, snapshot_of);
  set_state(writer, MI_WRITER_BUSY);
}

void mi_writer_retry(mi_writer *writer) { set_state(writer, MI_WRITER_BUSY); }

bool mi_writer_take(mi_writer *writer, mi_entries *durable, GError **reason) {
  uv_mutex_lock(&writer->lock);
  bool done = writer->state == MI_WRITER_DONE;
  if (done) writer->state = MI_WRITER_IDLE;
  uv_mutex_unlock(&writer->lock);
  if (!done) return false;
  *reason = g_steal_pointer(&writer->failure);
  if (!*reason) mi_entries_move(&writer->batch, durable);
  return true;
}

bool mi_writer_is_idle(mi_writer *writer) {
  uv_mutex_lock(&writer->lock);
  bool idle = writer->state == MI_WRITER_IDLE;
  uv_mutex_unlock(&writer->lock);
  return idle;
}
