/* The engine: its making, and the step that is the table of contents of this folder.
 *
 * A step is: check the time, let the event's own file judge it (refuse, or let the time pass and apply it), then offer
 * those who came free to the incidents that wait. Each file says what it relies on; state.h holds the whole state.
 */
#include "engine/guarantee.h"
#include "engine/optimal.h"

#include <string.h>

void *mi_reserve(void *data, size_t *capacity, size_t needed, size_t element_bytes) {
  if (needed <= *capacity) return data;
  size_t grown = MAX(needed, *capacity ? *capacity * 2 : 16);
  data = g_realloc_n(data, grown, element_bytes);
  memset((char *)data + *capacity * element_bytes, 0, (grown - *capacity) * element_bytes);
  *capacity = grown;
  return data;
}

static void take_skills(MusterEngine *engine) {
  const char *name;
  for (unsigned bit = 0; bit < MI_MOST_SKILLS && (name = muster_county_skill_name(engine->county, bit)); bit++) {
    uint32_t skill = mi_skill_intern(engine, name); /* may move skill_bits */
    engine->skill_bits[skill] = (int8_t)engine->skill_bit_count++;
  }
}

MusterEngine *mi_engine_new_empty(MusterCounty *county, MusterTravel *travel, MusterPolicy *policy, GError **error) {
  if (!travel) {
    g_set_error(error, MUSTER_ENGINE_ERROR, MUSTER_ENGINE_ERROR_OPEN,
                "the engine needs travel times: networks or a matrix");
    return NULL;
  }
  MusterEngine *engine = g_new0(MusterEngine, 1);
  engine->county = county ? muster_county_ref(county) : NULL;
  engine->travel = travel;
  engine->policy = policy ? muster_policy_ref(policy) : muster_policy_new(NULL, NULL);
  mi_modes_settle(engine);
  mi_cover_init(engine);
  engine->counts_fatigue = mi_policy_ever_sets(engine->policy, offsetof(mi_settings, fatigue_surcharge_percent));
  engine->now_ms = MI_NEVER;
  engine->workday = engine->shift_change = MUSTER_NONE;
  mi_rota_init(engine);
  mi_fetching_init(engine);
  engine->item_texts = g_string_chunk_new(4096);
  mi_ids_init(&engine->items_named);
  mi_ids_init(&engine->people);
  mi_ids_init(&engine->names);
  mi_ids_init(&engine->skills);
  mi_deadline_heap_init(&engine->deadlines);
  if (engine->settings->base == MI_BASE_OPTIMAL) engine->optimal = mi_optimal_new(engine);
  if (engine->settings->base == MI_BASE_GUARANTEE) engine->guarantee = mi_guarantee_new();
  return engine;
}

MusterEngine *muster_engine_new(MusterCounty *county, MusterTravel *travel, MusterPolicy *policy, bool enrol_on_duty,
                                GError **error) {
  MusterEngine *engine = mi_engine_new_empty(county, travel, policy, error);
  if (!engine || !county) return engine;
  take_skills(engine);
  mi_enrol_county(engine, enrol_on_duty);
  return engine;
}

static void clear_work(mi_work *work) {
  work->need_count = work->helper_count = work->asked_count = work->served_count = work->fetch_count = 0;
  work->waiting = false;
  work->next_spare = NULL;
  work->card = work->acknowledge = MUSTER_NONE;
  work->cards = work->told_stage = work->escalated = 0;
  for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++) work->escalate[stage] = work->breach[stage] = MUSTER_NONE;
  for (int level = 0; level < MUSTER_AREA_LEVEL_COUNT; level++)
    work->told[level] = (MusterTelling){.at_ms = MI_NEVER, .acknowledged_ms = MI_NEVER};
}

mi_work *mi_work_take(MusterEngine *engine) {
  mi_work *work = engine->spare;
  if (!work) {
    work = g_new0(mi_work, 1);
    work->number = engine->work_count++;
    work->age = work->watch = MUSTER_NONE;
  } else {
    engine->spare = work->next_spare;
  }
  clear_work(work);
  work->settings = engine->settings;
  work->plans = muster_policy_plans(engine->policy);
  return work;
}

static void free_work(mi_work *work) {
  if (!work) return;
  g_free(work->helpers);
  g_free(work->asked);
  g_free(work->served);
  g_free(work->fetches);
  g_free(work);
}

static void free_works(MusterEngine *engine) {
  for (size_t i = 0; i < engine->names.count; i++) {
    free_work(engine->incidents[i].work);
    g_free(engine->incidents[i].kept);
  }
  for (mi_work *work = engine->spare; work;) {
    mi_work *next = work->next_spare;
    free_work(work);
    work = next;
  }
}

void muster_engine_free(MusterEngine *engine) {
  if (!engine) return;
  free_works(engine);
  mi_optimal_free(engine->optimal);
  mi_closures_clear(&engine->closures);
  mi_guarantee_free(engine->guarantee);
  mi_ids_clear(&engine->people);
  mi_ids_clear(&engine->names);
  mi_ids_clear(&engine->skills);
  mi_ids_clear(&engine->items_named);
  g_string_chunk_free(engine->item_texts);
  g_free(engine->items);
  mi_deadline_heap_clear(&engine->deadlines);
  mi_text_clear(&engine->text);
  g_free(engine->responders);
  g_free(engine->incidents);
  g_free(engine->skill_bits);
  g_free(engine->waiting);
  g_free(engine->waits_as);
  g_free(engine->freed);
  g_free(engine->claims);
  g_free(engine->decisions);
  g_free(engine->hits);
  g_free(engine->ranked);
  mi_cover_clear(&engine->cover);
  g_free(engine->marks);
  g_free(engine->alert_times);
  g_free(engine->modes);
  g_free(engine->changes);
  mi_rota_clear(engine);
  mi_fetching_clear(engine);
  muster_travel_free(engine->travel);
  muster_policy_unref(engine->policy);
  if (engine->county) muster_county_unref(engine->county);
  g_free(engine);
}

static void begin_step(MusterEngine *engine) {
  engine->event_count++;
  engine->decision_count = 0;
  engine->fetches_judged = 0;
  mi_text_reset(&engine->text);
}

static const MusterDecision *end_step(const MusterEngine *engine, size_t *count) {
  if (count) *count = engine->decision_count;
  return engine->decisions;
}

static bool check_time(MusterEngine *engine, const MusterEvent *event) {
  if (event->at_ms < 0 || event->at_ms > MUSTER_EVENT_LATEST_MS)
    return MI_REFUSE(engine, event, "at_ms lies outside 0 to 9007199254740991");
  if (event->at_ms < engine->now_ms)
    return MI_REFUSE(engine, event, "time runs backwards: at_ms ", mi_say_number(engine, (uint64_t)event->at_ms),
                     " comes after ", mi_say_number(engine, (uint64_t)engine->now_ms));
  return true;
}

static void apply(MusterEngine *engine, const MusterEvent *event) {
  switch (event->type) {
    case MUSTER_EVENT_ENROL:
      mi_step_enrol(engine, event);
      break;
    case MUSTER_EVENT_RETIRE:
      mi_step_retire(engine, event);
      break;
    case MUSTER_EVENT_REPORT:
      mi_step_report(engine, event);
      break;
    case MUSTER_EVENT_KNOWN:
      mi_step_known(engine, event);
      break;
    case MUSTER_EVENT_DELIVERED:
      mi_step_delivered(engine, event);
      break;
    case MUSTER_EVENT_ACCEPT:
      mi_step_accept(engine, event);
      break;
    case MUSTER_EVENT_DECLINE:
      mi_step_decline(engine, event);
      break;
    case MUSTER_EVENT_POSITION:
      mi_step_position(engine, event);
      break;
    case MUSTER_EVENT_ARRIVE:
      mi_step_arrive(engine, event);
      break;
    case MUSTER_EVENT_RELEASE:
      mi_step_release(engine, event);
      break;
    case MUSTER_EVENT_CLOSE:
      mi_step_close(engine, event);
      break;
    case MUSTER_EVENT_CANCEL:
      mi_step_cancel(engine, event);
      break;
    case MUSTER_EVENT_DUPLICATE:
      mi_step_duplicate(engine, event);
      break;
    case MUSTER_EVENT_RATE:
      mi_step_rate(engine, event);
      break;
    case MUSTER_EVENT_DUTY:
      mi_step_duty(engine, event);
      break;
    case MUSTER_EVENT_ALARM:
      mi_step_alarm(engine, event);
      break;
    case MUSTER_EVENT_NEED:
      mi_step_need(engine, event);
      break;
    case MUSTER_EVENT_LOCATE:
      mi_step_locate(engine, event);
      break;
    case MUSTER_EVENT_REOPEN:
      mi_step_reopen(engine, event);
      break;
    case MUSTER_EVENT_UNMERGE:
      mi_step_unmerge(engine, event);
      break;
    case MUSTER_EVENT_HAND_OVER:
      mi_step_hand_over(engine, event);
      break;
    case MUSTER_EVENT_TRAVEL_BY:
      mi_step_travel_by(engine, event);
      break;
    case MUSTER_EVENT_ACKNOWLEDGE:
      mi_step_acknowledge(engine, event);
      break;
    case MUSTER_EVENT_ITEM:
      mi_step_item(engine, event);
      break;
    case MUSTER_EVENT_SETTLE:
      mi_step_settle(engine, event);
      break;
    case MUSTER_EVENT_TICK:
      mi_deadlines_pass(engine, event->at_ms, true);
      break;
    case MUSTER_EVENT_MODE:
      mi_step_mode(engine, event);
      break;
    case MUSTER_EVENT_CLOSE_ROADS:
      mi_step_close_roads(engine, event);
      break;
    case MUSTER_EVENT_OPEN_ROADS:
      mi_step_open_roads(engine, event);
      break;
    default:
      MI_REFUSE(engine, event, "there is no such type of event");
      break;
  }
}

const MusterDecision *muster_engine_step(MusterEngine *engine, const MusterEvent *event, size_t *count) {
  begin_step(engine);
  if (check_time(engine, event)) {
    apply(engine, event);
    mi_waiting_serve(engine);
    mi_fetching_settle(engine);
  }
  return end_step(engine, count);
}

const MusterDecision *muster_engine_refuse(MusterEngine *engine, const char *why, size_t *count) {
  begin_step(engine);
  MusterEvent nothing = {.at_ms = MAX(engine->now_ms, 0), .incident = MUSTER_ID_NONE, .volunteer = MUSTER_ID_NONE};
  MI_REFUSE(engine, &nothing, why);
  return end_step(engine, count);
}

int64_t muster_engine_next_deadline_ms(const MusterEngine *engine) {
  return mi_deadline_heap_next_ms(&engine->deadlines);
}

uint64_t muster_engine_event_count(const MusterEngine *engine) { return engine->event_count; }
int64_t muster_engine_now_ms(const MusterEngine *engine) { return engine->now_ms; }
