/* A search that can be taken up again; see ball.h.
 *
 * Labels belong to the search object, which other questions use in between. They need not be kept: settled nodes and
 * the keys in the heap say them all, because every label that is not settled yet has its key in the heap.
 */
#include "route/search.h"

void mi_ball_clear(mi_ball *ball) {
  g_free(ball->settled);
  mi_heap4_clear(&ball->heap);
  *ball = (mi_ball){0};
}

size_t mi_ball_room(const mi_ball *ball) { return ball->capacity + ball->heap.capacity; }

void mi_ball_forget(mi_ball *ball) {
  ball->count = ball->heap.count = 0;
  ball->begun = false;
}

void mi_ball_begin(mi_ball *ball, MusterSearch *search, const MusterRoadPoint *place, MusterDirection direction,
                   uint32_t bound_ms) {
  if (ball->begun && bound_ms <= ball->bound_ms) return;
  mi_ball_forget(ball);
  mi_search_begin(search);
  search->labels_of = ball;
  ball->begun = true;
  ball->bound_ms = bound_ms;
  mi_end ends[MI_ENDS_MAX];
  unsigned end_count = mi_point_ends(search->metric, place, ends);
  for (unsigned i = 0; i < end_count; i++)
    mi_search_offer(search, &ball->heap, ends[i].node, direction == MUSTER_TO_PLACE ? ends[i].in_ms : ends[i].out_ms,
                    bound_ms);
}

static void restore_label(MusterSearch *search, uint64_t key) {
  mi_label *label = &search->labels[mi_heap4_key_id(key)];
  uint32_t time_ms = mi_heap4_key_time(key);
  if (label->query != search->query || time_ms < label->time_ms) *label = (mi_label){search->query, time_ms};
}

static void restore_labels(const mi_ball *ball, MusterSearch *search) {
  mi_search_begin(search);
  for (size_t i = 0; i < ball->count; i++) restore_label(search, ball->settled[i]);
  for (size_t i = 0; i < ball->heap.count; i++) restore_label(search, ball->heap.keys[i]);
  search->labels_of = ball;
}

static void settle(mi_ball *ball, uint64_t key) {
  if (ball->count == ball->capacity) {
    ball->capacity = ball->capacity ? ball->capacity * 2 : 256;
    ball->settled = g_renew(uint64_t, ball->settled, ball->capacity);
  }
  ball->settled[ball->count++] = key;
}

bool mi_ball_grow(mi_ball *ball, MusterSearch *search, MusterDirection direction) {
  if (ball->heap.count == 0) return false;
  if (search->labels_of != ball) restore_labels(ball, search);
  mi_arcs arcs = mi_search_arcs(search, direction);
  while (ball->heap.count > 0) {
    uint64_t key = mi_heap4_pop(&ball->heap);
    MusterNode node = mi_heap4_key_id(key);
    uint32_t time_ms = mi_heap4_key_time(key);
    if (search->labels[node].time_ms != time_ms) continue;
    settle(ball, key);
    mi_search_expand(search, &ball->heap, &arcs, node, time_ms, ball->bound_ms);
    return true;
  }
  return false;
}
