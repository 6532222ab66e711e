/* A host of the runtime as the tests of it need one: a loop, a clock at command, a journal in memory, and everything
 * that was called back. */
#ifndef TEST_UV_HOST_H
#define TEST_UV_HOST_H

#include <muster/muster-uv.h>
#include <stdatomic.h>

#include "journal/memory.h"
#include "journal/world.h"

typedef struct host_event {
  void *tag;
  uint64_t number;
  int64_t at_ms;
  char *event, *json;
} host_event;

typedef struct host {
  uv_loop_t loop;
  MusterRuntime *runtime;
  mi_disk disk;
  atomic_llong now_ms;
  GArray *decided; /* host_event */
  unsigned rooms, failures;
  int last_failure; /* its code */
  bool stopped;
  size_t dropped;
  uint64_t hash;                                                  /* of the engine when it stopped */
  void (*on_decided)(struct host *host, const host_event *event); /* may be NULL, as those below */
  void (*on_room)(struct host *host);
  void (*on_failed)(struct host *host);
} host;

void host_init(host *at);
/* Starts or, with the disk as it is, starts anew. Options but callbacks, data and clock are as given; a clock that is
 * set stays. */
void host_start(host *at, MusterRuntimeOptions options);
MusterRuntimeAnswer host_submit(host *at, const char *line, void *tag);
/* Runs the loop until nothing is left in it, checks that the runtime has stopped and that what was decided is what a
 * plain engine decides. */
void host_finish(host *at);
/* The same, for a runtime whose engine may be ahead of what was acknowledged. */
void host_finish_early(host *at);
/* The plain engine behind the first `count` of the events. */
MusterEngine *host_plain(const host *at, guint count);
/* Closes the loop: nothing may be left in it. */
void host_clear(host *at);
const host_event *host_at(const host *at, guint index);
/* A line without at_ms; now and then none that is an event. Free with g_free. */
char *host_draw_line(mi_random *random);

#endif
