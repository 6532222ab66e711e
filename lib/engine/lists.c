/* The residents' lists: needs and problems, each with an owner and a time by which it is due; settled only with an
 * outcome. What is overdue is told once. A settled entry stays, with its outcome. */
#include "engine/state.h"

#include <string.h>

static bool check_text(MusterEngine *engine, const MusterEvent *event, const char *what, const char *text,
                       size_t most) {
  size_t bytes = text ? strnlen(text, most + 1) : 0;
  if (bytes == 0) return MI_REFUSE(engine, event, "the event names no ", what);
  if (bytes > most)
    return MI_REFUSE(engine, event, "the ", what, " is longer than ", mi_say_number(engine, most), " bytes");
  return g_utf8_validate(text, (gssize)bytes, NULL) || MI_REFUSE(engine, event, "the ", what, " is not valid UTF-8");
}

static bool check_item_id(MusterEngine *engine, const MusterEvent *event) {
  const char *defect = mi_id_defect(event->item);
  return !defect || MI_REFUSE(engine, event, "the item's id ", defect);
}

static bool check_item(MusterEngine *engine, const MusterEvent *event) {
  if (!check_item_id(engine, event)) return false;
  if (mi_ids_find(&engine->items_named, event->item) != MUSTER_NONE)
    return MI_REFUSE(engine, event, "item ", mi_say_id(engine, event->item), " stands on a list already");
  if (g_strcmp0(event->list, "need") != 0 && g_strcmp0(event->list, "problem") != 0)
    return MI_REFUSE(engine, event, "the list is neither need nor problem");
  if (event->due_at_ms < event->at_ms || event->due_at_ms > MUSTER_EVENT_LATEST_MS)
    return MI_REFUSE(engine, event, "due_at_ms is not a time from at_ms to 9007199254740991");
  return check_text(engine, event, "owner", event->owner, MI_LONGEST_OWNER);
}

/* Of which incident the item speaks, in whatever state; false: refused. */
static bool find_cause(MusterEngine *engine, const MusterEvent *event, mi_incident_id *out) {
  *out = MUSTER_NONE;
  if (muster_id_is_none(event->incident)) return true;
  const char *defect = mi_id_defect(event->incident);
  if (defect) return MI_REFUSE(engine, event, "the incident id ", defect);
  *out = mi_ids_find(&engine->names, event->incident);
  return *out != MUSTER_NONE ||
         MI_REFUSE(engine, event, "no incident ", mi_say_id(engine, event->incident), " was reported");
}

void mi_step_item(MusterEngine *engine, const MusterEvent *event) {
  mi_incident_id incident;
  if (!check_item(engine, event) || !find_cause(engine, event, &incident)) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  uint32_t id = mi_ids_intern(&engine->items_named, event->item);
  engine->items = mi_reserve(engine->items, &engine->item_capacity, engine->items_named.count, sizeof *engine->items);
  engine->items[id] = (mi_item){
      .entered_ms = event->at_ms,
      .due_ms = event->due_at_ms,
      .settled_ms = MI_NEVER,
      .incident = incident,
      .owner = g_string_chunk_insert_const(engine->item_texts, event->owner),
      .due = mi_deadline_heap_add(&engine->deadlines, event->due_at_ms, MI_DEADLINE_ITEM, id),
      .is_problem = strcmp(event->list, "problem") == 0,
  };
}

void mi_step_settle(MusterEngine *engine, const MusterEvent *event) {
  if (!check_item_id(engine, event)) return;
  uint32_t id = mi_ids_find(&engine->items_named, event->item);
  if (id == MUSTER_NONE) {
    MI_REFUSE(engine, event, "no item ", mi_say_id(engine, event->item), " stands on a list");
    return;
  }
  if (engine->items[id].settled_ms != MI_NEVER) {
    MI_REFUSE(engine, event, "item ", mi_say_id(engine, event->item), " is settled: ", engine->items[id].outcome);
    return;
  }
  if (!check_text(engine, event, "outcome", event->outcome, MI_LONGEST_OUTCOME)) return;
  mi_deadlines_pass(engine, event->at_ms, false);
  mi_item *item = &engine->items[id];
  mi_deadline_heap_cancel(&engine->deadlines, &item->due);
  item->settled_ms = event->at_ms;
  item->outcome = g_string_chunk_insert(engine->item_texts, event->outcome);
}

void mi_lists_tell_overdue(MusterEngine *engine, uint32_t id) {
  mi_item *item = &engine->items[id];
  item->due = MUSTER_NONE;
  mi_text_add(&engine->text, item->is_problem ? "a problem" : "a need");
  mi_text_add(&engine->text, " entered ");
  mi_text_add_duration(&engine->text, engine->now_ms - item->entered_ms);
  mi_text_add(&engine->text, " ago is due now and has no outcome");
  const char *why = mi_text_end(&engine->text);
  MusterDecision *decision = mi_decide(engine, MUSTER_DECISION_OVERDUE, item->incident);
  decision->item = engine->items_named.entries[id];
  decision->owner = item->owner;
  decision->why = why;
}

static void describe(const MusterEngine *engine, uint32_t id, MusterListItem *out) {
  const mi_item *item = &engine->items[id];
  *out = (MusterListItem){
      .item = engine->items_named.entries[id],
      .incident = item->incident == MUSTER_NONE ? MUSTER_ID_NONE : mi_incident_name(engine, item->incident),
      .list = item->is_problem ? "problem" : "need",
      .owner = item->owner,
      .outcome = item->outcome,
      .entered_ms = item->entered_ms,
      .due_ms = item->due_ms,
      .settled_ms = item->settled_ms,
  };
}

size_t muster_engine_list_items(const MusterEngine *engine, size_t first, MusterListItem *out, size_t most) {
  size_t count = engine->items_named.count;
  for (size_t i = first; i < count && i - first < most; i++) describe(engine, (uint32_t)i, &out[i - first]);
  return count;
}
