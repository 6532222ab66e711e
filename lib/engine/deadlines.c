/* What happens when time passes: rests end, alerts expire, stages escalate, promises are broken; in order of (time,
 * kind, order of arming). */
#include "engine/guarantee.h"
#include "engine/optimal.h"

static void explain_expiry(MusterEngine *engine, const mi_responder *person) {
  mi_text *text = &engine->text;
  mi_text_add(text, "no answer within ");
  mi_text_add_duration(text, engine->now_ms - person->alerted_ms);
  if (person->delivered_ms == MI_NEVER) {
    mi_text_add(text, ", and no receipt of delivery");
  } else {
    mi_text_add(text, ", delivered after ");
    mi_text_add_duration(text, person->delivered_ms - person->alerted_ms);
  }
}

static void expire_alert(MusterEngine *engine, MusterResponder responder) {
  mi_responder *person = mi_responder_at(engine, responder);
  mi_incident_id incident = person->incident;
  person->expiry = MUSTER_NONE;
  mi_guarantee_note_answer(engine, responder, MUSTER_ALERT_UNANSWERED);
  explain_expiry(engine, person);
  mi_alerting_cancel(engine, responder, mi_text_end(&engine->text));
  mi_alerting_top_up(engine, incident);
}

static void act_late(MusterEngine *engine, const mi_deadline_entry *entry) {
  switch (entry->kind) {
    case MI_DEADLINE_CARD:
      mi_chain_resend(engine, entry->owner);
      break;
    case MI_DEADLINE_ACKNOWLEDGE:
      mi_chain_press(engine, entry->owner);
      break;
    case MI_DEADLINE_ITEM:
      mi_lists_tell_overdue(engine, entry->owner);
      break;
    case MI_DEADLINE_WORKDAY:
      mi_workday_change(engine, engine->now_ms);
      break;
    default:
      engine->shift_change = MUSTER_NONE;
      mi_rota_change(engine, engine->now_ms);
      break;
  }
}

static void act(MusterEngine *engine, const mi_deadline_entry *entry) {
  if (entry->kind == MI_DEADLINE_REST)
    mi_rest_end(engine, entry->owner);
  else if (entry->kind == MI_DEADLINE_EXPIRY)
    expire_alert(engine, entry->owner);
  else if (entry->kind == MI_DEADLINE_AGE)
    mi_optimal_age(engine, entry->owner);
  else if (entry->kind == MI_DEADLINE_WATCH)
    mi_guarantee_wake(engine, entry->owner);
  else if (entry->kind >= MI_DEADLINE_CARD)
    act_late(engine, entry);
  else if (entry->kind < MI_DEADLINE_BREACH)
    mi_chain_escalate(engine, entry->owner, (MusterStage)(entry->kind - MI_DEADLINE_ESCALATE), "");
  else
    mi_promise_breach(engine, entry->owner, (MusterStage)(entry->kind - MI_DEADLINE_BREACH));
}

void mi_deadlines_pass(MusterEngine *engine, int64_t at_ms, bool inclusive) {
  if (engine->now_ms == MI_NEVER) {
    mi_workday_change(engine, at_ms);
    mi_rota_change(engine, at_ms);
  }
  int64_t last_ms = inclusive ? at_ms : at_ms - 1;
  while (mi_deadline_heap_next_ms(&engine->deadlines) <= last_ms) {
    mi_deadline_entry entry = mi_deadline_heap_pop(&engine->deadlines);
    engine->now_ms = entry.at_ms;
    act(engine, &entry);
    mi_waiting_serve(engine);
    mi_fetching_settle(engine);
  }
  engine->now_ms = at_ms;
}

void mi_deadlines_settle(MusterEngine *engine, MusterResponder responder, int64_t at_ms) {
  if (mi_optimal_may_move(engine, mi_responder_at(engine, responder)) &&
      mi_deadline_heap_next_ms(&engine->deadlines) < at_ms)
    mi_deadlines_pass(engine, at_ms, false);
}
