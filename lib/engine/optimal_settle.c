/* The optimum of this moment, and the decisions that carry it out; see optimal.h.
 *
 * Between events a pair that somebody has only grows cheaper (they come nearer) and one that nobody has only dearer (it
 * comes too late). So a matching that is the best one at the costs kept, and whose new pairs have the costs of now, is
 * the best one at the costs of now, unless a pair was taken apart for a cost that has fallen since. Those alone are
 * reckoned anew, until none is left.
 */
#include "engine/optimal.h"

#include <stdlib.h>

void mi_optimal_touch(mi_optimal *optimal, uint32_t id) {
  if (optimal->rows[id].touched) return;
  optimal->rows[id].touched = true;
  optimal->touched =
      mi_reserve(optimal->touched, &optimal->touched_capacity, optimal->touched_count + 1, sizeof *optimal->touched);
  optimal->touched[optimal->touched_count++] = id;
}

void mi_optimal_collect(MusterEngine *engine) {
  size_t count;
  const MusterAssignRow *changed = muster_assignment_changed(engine->optimal->assignment, &count);
  for (size_t i = 0; i < count; i++) mi_optimal_touch(engine->optimal, changed[i]);
}

static bool is_same_cost(MusterAssignCost a, MusterAssignCost b) {
  return a.tier == b.tier && a.time_ms == b.time_ms && a.fatigue == b.fatigue;
}

/* The pair that the row makes costs what it costs now; false if it did before. */
static bool settle_made(MusterEngine *engine, uint32_t id, MusterResponder responder) {
  mi_optimal *optimal = engine->optimal;
  const mi_place_row *row = &optimal->rows[id];
  if (mi_optimal_holds(engine, responder, row)) return false;
  MusterAssignCost kept = muster_assignment_cost_of(optimal->assignment, id);
  MusterAssignCost now = mi_optimal_fresh_cost(engine, row, (uint32_t)kept.time_ms);
  if (is_same_cost(kept, now)) return false;
  GError *error = NULL;
  mi_optimal_must(muster_assignment_change(optimal->assignment, id, responder, &now, &error), error);
  mi_optimal_collect(engine);
  return true;
}

/* The place where the assignment has the person is of this need. */
static bool is_kept(const MusterEngine *engine, MusterResponder responder, mi_incident_id incident, uint32_t need) {
  const mi_optimal *optimal = engine->optimal;
  MusterAssignRow row = muster_assignment_row_of(optimal->assignment, responder);
  return row != MUSTER_NONE && optimal->rows[row].incident == incident && optimal->rows[row].need == need;
}

/* Those of the row's need who lose their place lose it at the costs of now; false if they did before. */
static bool settle_lost(MusterEngine *engine, uint32_t id) {
  mi_incident_id incident = engine->optimal->rows[id].incident;
  uint32_t need = engine->optimal->rows[id].need;
  const mi_work *work = mi_incident_at(engine, incident)->work;
  bool any = false;
  for (size_t i = 0; i < work->helper_count; i++) {
    MusterResponder responder = work->helpers[i].responder;
    if (work->helpers[i].need == need && mi_optimal_may_move(engine, mi_responder_at(engine, responder)) &&
        !is_kept(engine, responder, incident, need))
      any |= mi_optimal_price_held(engine, responder);
  }
  return any;
}

void mi_optimal_settle(MusterEngine *engine) {
  mi_optimal *optimal = engine->optimal;
  for (bool again = true; again;) {
    again = false;
    for (size_t i = 0; i < optimal->touched_count; i++) {
      uint32_t id = optimal->touched[i];
      if (optimal->rows[id].incident == MUSTER_NONE) continue; /* gone */
      MusterResponder responder = muster_assignment_column_of(optimal->assignment, id);
      if (responder != MUSTER_NONE) again |= settle_made(engine, id, responder);
      again |= settle_lost(engine, id);
    }
  }
}

/* ---- decisions ---- */

static int compare_moves(const void *a, const void *b) {
  const mi_move *x = a, *y = b;
  if (x->incident != y->incident) return x->incident < y->incident ? -1 : 1;
  if (x->need != y->need) return x->need < y->need ? -1 : 1;
  if (x->time_ms != y->time_ms) return x->time_ms < y->time_ms ? -1 : 1;
  return (x->responder > y->responder) - (x->responder < y->responder);
}

static void add_move(mi_optimal *optimal, const mi_place_row *row, MusterResponder responder, uint32_t time_ms) {
  optimal->moves = mi_reserve(optimal->moves, &optimal->move_capacity, optimal->move_count + 1, sizeof *optimal->moves);
  optimal->moves[optimal->move_count++] = (mi_move){row->incident, row->need, responder, time_ms};
}

/* Each once, in order. */
static void sort_moves(mi_optimal *optimal) {
  if (optimal->move_count == 0) return;
  qsort(optimal->moves, optimal->move_count, sizeof *optimal->moves, compare_moves);
  size_t kept = 1;
  for (size_t i = 1; i < optimal->move_count; i++)
    if (compare_moves(&optimal->moves[kept - 1], &optimal->moves[i]) != 0) optimal->moves[kept++] = optimal->moves[i];
  optimal->move_count = kept;
}

static void find_losses(MusterEngine *engine) {
  mi_optimal *optimal = engine->optimal;
  optimal->move_count = 0;
  for (size_t i = 0; i < optimal->touched_count; i++) {
    const mi_place_row *row = &optimal->rows[optimal->touched[i]];
    if (row->incident == MUSTER_NONE) continue;
    const mi_work *work = mi_incident_at(engine, row->incident)->work;
    for (size_t j = 0; j < work->helper_count; j++) {
      MusterResponder responder = work->helpers[j].responder;
      if (mi_optimal_holds(engine, responder, row) && !is_kept(engine, responder, row->incident, row->need))
        add_move(optimal, row, responder, 0);
    }
  }
  sort_moves(optimal);
}

static void find_gains(MusterEngine *engine) {
  mi_optimal *optimal = engine->optimal;
  optimal->move_count = 0;
  for (size_t i = 0; i < optimal->touched_count; i++) {
    uint32_t id = optimal->touched[i];
    mi_place_row *row = &optimal->rows[id];
    row->touched = false;
    if (row->incident == MUSTER_NONE) continue;
    MusterResponder responder = muster_assignment_column_of(optimal->assignment, id);
    if (responder != MUSTER_NONE && !mi_optimal_holds(engine, responder, row))
      add_move(optimal, row, responder, (uint32_t)muster_assignment_cost_of(optimal->assignment, id).time_ms);
  }
  optimal->touched_count = 0;
  sort_moves(optimal);
}

static const char *explain_loss(MusterEngine *engine, MusterResponder responder) {
  mi_text *text = &engine->text;
  MusterAssignRow to = muster_assignment_row_of(engine->optimal->assignment, responder);
  const mi_responder *person = mi_responder_at(engine, responder);
  mi_text_add(text, "re-optimised with ");
  mi_text_add_duration(text, MAX(person->arrives_ms - engine->now_ms, 0));
  if (to == MUSTER_NONE) {
    mi_text_add(text, " still to go: all together are served sooner by others");
    return mi_text_end(text);
  }
  mi_text_add(text, " still to go: of more use at ");
  mi_text_add_id(text, mi_incident_name(engine, engine->optimal->rows[to].incident));
  mi_text_add(text, ", ");
  mi_text_add_duration(text, muster_assignment_cost_of(engine->optimal->assignment, to).time_ms);
  mi_text_add(text, " away");
  return mi_text_end(text);
}

static void lose(MusterEngine *engine, const mi_move *move) {
  const char *why = explain_loss(engine, move->responder);
  mi_people_free(engine, move->responder);
  const mi_need *need = &mi_incident_at(engine, move->incident)->work->needs[move->need];
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_REASSIGN, move->incident);
  decision->volunteer = mi_responder_name(engine, move->responder);
  decision->skill = mi_skill_name(engine, need->skill);
  decision->missing = mi_need_missing(need);
  decision->why = why;
}

static void gain(MusterEngine *engine, const mi_move *move, const MusterAssignTotals *totals) {
  mi_text *text = &engine->text;
  MusterTravelHit hit = {.responder = move->responder};
  hit.time_ms =
      muster_travel_time_ms(engine->travel, move->responder, mi_incident_at(engine, move->incident)->place, &hit.mode);
  mi_text_add(text, "the least for all together (");
  mi_text_add_number(text, totals->served);
  mi_text_add(text, " of ");
  mi_text_add_number(text, totals->rows);
  mi_text_add(text, totals->rows == 1 ? " place filled): " : " places filled): ");
  mi_alerting_add_way(engine, &hit);
  mi_alerting_engage(engine, move->incident, move->need, &hit, mi_text_end(text));
}

bool mi_optimal_carry_out(MusterEngine *engine) {
  mi_optimal *optimal = engine->optimal;
  if (optimal->touched_count == 0) return false;
  find_losses(engine);
  for (size_t i = 0; i < optimal->move_count; i++) lose(engine, &optimal->moves[i]);
  size_t lost = optimal->move_count;
  find_gains(engine);
  MusterAssignTotals totals;
  muster_assignment_totals(optimal->assignment, &totals);
  for (size_t i = 0; i < optimal->move_count; i++) gain(engine, &optimal->moves[i], &totals);
  return lost + optimal->move_count > 0;
}
