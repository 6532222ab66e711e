/* Roads are closed and opened. New choices are made on the new times at once; what was expected of those already asked
 * or on their way stands as it was told. */
#include "engine/optimal.h"
#include "engine/state.h"

/* "3 directions of roads on foot, 2 by car". */
static void say_roads(mi_text *text, const uint32_t roads[MUSTER_MODE_COUNT]) {
  const char *comma = "";
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    if (roads[mode] == MUSTER_NONE) continue;
    mi_text_add(text, comma);
    mi_text_add_number(text, roads[mode]);
    if (!*comma) mi_text_add(text, roads[mode] == 1 ? " direction of a road" : " directions of roads");
    mi_text_add(text, mode == MUSTER_MODE_FOOT ? " on " : " by ");
    mi_text_add(text, muster_mode_name((MusterMode)mode));
    comma = ", ";
  }
}

/* `id` lives as long as the decision. */
static void tell(MusterEngine *engine, MusterId id, bool opens, const uint32_t changed[MUSTER_MODE_COUNT]) {
  mi_text *text = &engine->text;
  mi_text_add(text, opens ? "opens " : "closes ");
  say_roads(text, changed);
  mi_text_add(text, "; closures in force: ");
  mi_text_add_number(text, engine->closures.count);
  const char *why = mi_text_end(text);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_ROADS, MUSTER_NONE);
  decision->closure = id;
  decision->opens = opens;
  decision->why = why;
  for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
    decision->changed_roads[mode] = changed[mode];
    decision->closed_roads[mode] = engine->closures.own[mode] ? engine->closures.closed_count[mode] : MUSTER_NONE;
  }
}

static MusterId say_closure(MusterEngine *engine, MusterId id) {
  return id.text ? (MusterId){.text = mi_say_id(engine, id)} : id;
}

void mi_step_close_roads(MusterEngine *engine, const MusterEvent *event) {
  const char *bad_id = mi_id_defect(event->closure);
  if (bad_id) {
    MI_REFUSE(engine, event, "the closure id ", bad_id);
    return;
  }
  g_autofree char *defect = mi_closures_defect(engine, event->closure, &event->roads);
  if (defect) {
    MI_REFUSE(engine, event, "closure ", mi_say_id(engine, event->closure), ": ", defect);
    return;
  }
  mi_closure *closure = mi_closure_new(engine, event->closure, &event->roads);
  mi_deadlines_pass(engine, event->at_ms, false);
  uint32_t changed[MUSTER_MODE_COUNT];
  mi_closures_add(engine, closure, changed);
  if (engine->optimal) mi_optimal_rebuild(engine);
  tell(engine, say_closure(engine, event->closure), false, changed);
}

static const char *say_those_in_force(MusterEngine *engine) {
  enum { NAMED = 5 };
  mi_text *text = &engine->text;
  size_t count = engine->closures.count;
  mi_text_add(text, count ? " is not in force; there are " : " is not in force, and no other is");
  for (size_t i = 0; i < MIN(count, (size_t)NAMED); i++) {
    if (i) mi_text_add(text, ", ");
    mi_text_add_id(text, engine->closures.entries[i]->id);
  }
  if (count > NAMED) {
    mi_text_add(text, " and ");
    mi_text_add_number(text, count - NAMED);
    mi_text_add(text, " more");
  }
  return mi_text_end(text);
}

void mi_step_open_roads(MusterEngine *engine, const MusterEvent *event) {
  const char *bad_id = mi_id_defect(event->closure);
  mi_closure *closure = bad_id ? NULL : mi_closures_find(&engine->closures, event->closure);
  if (bad_id) {
    MI_REFUSE(engine, event, "the closure id ", bad_id);
    return;
  }
  if (muster_travel_is_matrix(engine->travel)) {
    MI_REFUSE(engine, event, "a matrix knows times only: there are no roads to close or open");
    return;
  }
  if (!closure) {
    MI_REFUSE(engine, event, "closure ", mi_say_id(engine, event->closure), say_those_in_force(engine));
    return;
  }
  mi_deadlines_pass(engine, event->at_ms, false);
  uint32_t changed[MUSTER_MODE_COUNT];
  mi_closures_remove(engine, closure, changed);
  if (engine->optimal) mi_optimal_rebuild(engine);
  tell(engine, say_closure(engine, event->closure), true, changed);
  mi_waiting_renew(engine);
}
