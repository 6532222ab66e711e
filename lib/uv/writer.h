/* The thread that writes the journal: one batch of decided events at a time, committed as a group.
 *
 * Journal and batch belong to the thread while it is busy, else to the loop. The loop gives a batch, is woken when it
 * is through, and takes it back: durable, or with the reason why it is not. A batch that failed stays with the writer
 * and can be tried again from where it stopped. */
#ifndef MI_UV_WRITER_H
#define MI_UV_WRITER_H

#include "uv/intake.h"

typedef enum mi_writer_state { MI_WRITER_IDLE, MI_WRITER_BUSY, MI_WRITER_DONE, MI_WRITER_QUIT } mi_writer_state;

typedef struct mi_writer {
  uv_thread_t thread;
  uv_mutex_t lock;
  uv_cond_t changed;
  mi_writer_state state;
  MusterJournal *journal; /* NULL: nothing is written */
  mi_intake *intake;      /* whose loop is woken */
  mi_entries batch;
  const mi_entry *next; /* of the batch the first that is not added to the journal */
  GError *failure;
} mi_writer;

/* 0, or libuv's code. The journal is not taken over. */
int mi_writer_start(mi_writer *writer, MusterJournal *journal, mi_intake *intake);
void mi_writer_end(mi_writer *writer); /* not while busy; frees what failed with the thread */
/* Only when idle and without a batch that failed. `snapshot_of` (NULL: none) adds the engine's state behind the batch.
 */
void mi_writer_give(mi_writer *writer, mi_entries *batch, const MusterEngine *snapshot_of);
void mi_writer_retry(mi_writer *writer);
/* True if a batch is through: then it stands in `durable`, or *reason (free it) says why it is not. */
bool mi_writer_take(mi_writer *writer, mi_entries *durable, GError **reason);
bool mi_writer_is_idle(mi_writer *writer);

#endif
