/* Threads that take items from one counter; see parallel.h. */
#include "plan/parallel.h"

#include <glib.h>
#include <stdatomic.h>

enum { POLL_US = 20000 };

typedef struct Pool {
  mi_parallel_work work;
  void *data;
  size_t items;
  atomic_size_t next, done;
  atomic_uint workers;
  atomic_bool stopped;
} Pool;

static gpointer take_items(gpointer data) {
  Pool *pool = data;
  unsigned worker = atomic_fetch_add(&pool->workers, 1);
  for (size_t item; !atomic_load(&pool->stopped) && (item = atomic_fetch_add(&pool->next, 1)) < pool->items;) {
    pool->work(item, worker, pool->data);
    atomic_fetch_add(&pool->done, 1);
  }
  return NULL;
}

unsigned mi_parallel_threads(unsigned threads, size_t items) {
  size_t wanted = threads ? threads : g_get_num_processors();
  return (unsigned)MAX(MIN(wanted, items), 1);
}

bool mi_parallel_run(size_t items, unsigned threads, mi_parallel_work work, void *data,
                     const mi_parallel_progress *progress) {
  Pool pool = {.work = work, .data = data, .items = items};
  g_autofree GThread **running = g_new(GThread *, threads);
  for (unsigned i = 0; i < threads; i++) running[i] = g_thread_new("muster-plan", take_items, &pool);
  while (progress && progress->progress && !atomic_load(&pool.stopped)) {
    size_t done = atomic_load(&pool.done);
    double share = items ? (double)done / (double)items : 1;
    if (!progress->progress(progress->begin + share * (progress->end - progress->begin), progress->user_data))
      atomic_store(&pool.stopped, true);
    if (done == items) break;
    g_usleep(POLL_US);
  }
  for (unsigned i = 0; i < threads; i++) g_thread_join(running[i]);
  return !atomic_load(&pool.stopped);
}
