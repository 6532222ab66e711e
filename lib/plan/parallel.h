/* The same work for many items on several threads. */
#ifndef MI_PLAN_PARALLEL_H
#define MI_PLAN_PARALLEL_H

#include <muster/base.h>
#include <stddef.h>

/* `worker` is 0 … threads − 1: whose scratch to use. Items are taken in no certain order; each writes to its own. */
typedef void (*mi_parallel_work)(size_t item, unsigned worker, void *data);

/* What `progress` is told of: from `begin` to `end` of the whole. */
typedef struct mi_parallel_progress {
  MusterProgress progress; /* NULL: none; called by the calling thread only */
  void *user_data;
  double begin, end;
} mi_parallel_progress;

/* 0: one a processor; never more than items. */
unsigned mi_parallel_threads(unsigned threads, size_t items);
/* False if `progress` asked to stop: then some items are not done. */
bool mi_parallel_run(size_t items, unsigned threads, mi_parallel_work work, void *data,
                     const mi_parallel_progress *progress);

#endif
