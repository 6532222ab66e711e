/* Random sequences of events, good and bad, under several policies: the engine's invariants hold after each, refused
 * events leave the state's hash as it was, every alert ends once, no deadline passes silently, and the same sequence
 * gives the same bytes, whether in one run or with the engine restored from its snapshot time and again. */
#include "base/random.h"
#include "engine/breaches.h"
#include "engine/guarantee.h"
#include "support/support.h"

#include <string.h>

enum { PLACES = 9, PEOPLE = 14, INCIDENTS = 60, EVENTS = 500, FEW_EVENTS = 60 };

static const char *const place_names[PLACES] = {"p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"};
static const char *const skill_names[] = {"medic", "driver", "water_rescue", "nobody_has_this"};
static const char *const policies[] = {
    "[policy]\n",
    "[policy]\nbase = nearest-fcfs\n",
    "[policy]\nacceptance = certain\n",
    "[policy]\nbase = nearest-fcfs\nacceptance = certain\norder = priority-first\n",
    "[policy]\nalerts_per_slot = 2\nlate_accept = take\nalert_expires_s = 20\nasks_per_volunteer = 1\n",
    "[policy]\nalerts_per_slot = 1\nalert_within_s = 60\nasks_per_slot = 3\nescalate_before_known_s = 0\n",
    "[policy]\nalerts_per_slot = 2\nalerts_per_volunteer_an_hour = 2\nlate_accept = take\n",
    "[policy]\nalerts_per_volunteer_an_hour = 0\n",
    "[policy]\nbase = optimal\nacceptance = certain\n",
    "[policy]\nbase = optimal\nalerts_per_slot = 2\n",
    "[policy]\nbase = optimal\nacceptance = certain\norder = priority-first\nageing_s = 30\nstickiness_s = 0\n",
    "[policy]\nbase = optimal\nalerts_per_slot = 3\nalert_within_s = 90\nasks_per_volunteer = 1\nlate_accept = take\n",
    "[policy]\nbase = optimal\nacceptance = certain\nalert_within_s = 100\nageing_s = 0\nfirst_place_tiers = 3\n",
    "[policy]\nalerts_per_slot = 2\nalerts_per_volunteer_an_hour = 4\n[wartime flood 1]\nalerts_per_volunteer_an_hour "
    "= 2\n"
    "base = nearest-fcfs\nescalate_before_reached_s = 120\n[wartime flood 2]\nalert_within_s = 60\nalerts_per_slot = "
    "5\n"
    "escalate_before_on_scene_s = 0\n[wartime fire 1]\norder = priority-first\n",
    "[policy]\nbase = guarantee\n",
    "[policy]\nbase = guarantee\nalpha_reached = 700\nalpha_on_scene = 500\nasks_per_volunteer = 9\nlate_accept = "
    "take\n",
    "[policy]\nbase = guarantee\nalpha_on_scene = 0\nalerts_per_volunteer_an_hour = 3\nalert_expires_s = 30\n",
    "[policy]\nbase = optimal\nacceptance = certain\n[wartime flood 1]\nacceptance = asked\nageing_s = 30\n"
    "[wartime flood 2]\nalert_within_s = 60\nstickiness_s = 0\nageing_s = 0\norder = priority-first\n"
    "[wartime fire 1 plan fire]\non_scene_s = 190\npriority = 1\n",
    "[policy]\nbase = optimal\nalerts_per_slot = 2\nageing_s = 0\n[wartime flood 1]\nacceptance = certain\n"
    "ageing_s = 20\n[wartime fire 2]\nalerts_per_slot = 4\nalert_within_s = 100\n",
    "[policy]\nbase = guarantee\n[wartime flood 1]\nacceptance = certain\n[wartime flood 2]\nalpha_reached = 500\n"
    "[wartime fire 1 plan fire]\nknown_s = 10\nreached_s = 20\non_scene_s = 40\nalpha_permille = 400\n"
    "[wartime fire 2 plan flood_rescue]\nneeds = medic: 1, anybody: 4\n",
    "[policy]\nacknowledge_within_s = 20\ncard_resend_s = 10\ncard_second_contact_s = 15\nduplicate_within_s = 60\n",
    "[policy]\nalerts_per_slot = 2\nposition_stale_after_s = 30\nstale_surcharge_percent = 50\nescalate_before_known_s "
    "= 50\n",
    "[policy]\nalerts_per_slot = 3\ncover_surcharge_s = 60\ncover_least = 2\n",
    "[policy]\nbase = nearest-fcfs\nposition_stale_after_s = 30\n[wartime flood 2]\ncover_surcharge_s = 90\n",
    "[policy]\nbase = guarantee\ncover_surcharge_s = 200\nalert_worth_s = 60\n",
    "[policy]\nalerts_per_slot = 2\nfatigue_surcharge_percent = 50\nrating_surcharge_s = 60\nrating_count_least = 1\n",
    "[policy]\nbase = guarantee\nguarantee_priority = 2\n[wartime flood 1]\nguarantee_priority = 4\n"
    "[wartime fire 2]\nguarantee_priority = 1\nacceptance = certain\n",
    "[policy]\nbase = guarantee\nfatigue_surcharge_percent = 10\nrating_surcharge_s = 300\nrating_count_least = 1\n",
};

typedef struct world_state {
  mi_random random;
  MusterEngine *engine;
  GHashTable *open;    /* "incident|volunteer" of alerts that have not ended */
  GHashTable *engaged; /* … of people assigned */
  uint32_t breaches[INCIDENTS][MUSTER_STAGE_COUNT];
  GString *log; /* every decision as JSON */
  bool orders;  /* always */
  bool steady;  /* no mode changes a deadline */
  uint32_t most_an_hour;
  GHashTable *alerted; /* volunteer → GArray of the times of their alerts */
  int64_t now_ms;
} world_state;

static void draw_times(mi_random *random, uint32_t times_ms[PLACES * PLACES]) {
  for (size_t i = 0; i < PLACES * PLACES; i++)
    times_ms[i] = mi_random_below(random, 6) == 0 ? MUSTER_UNREACHABLE_MS : mi_random_below(random, 8) * 30000;
}

/* Half of the ids are numbers; "7" and 7 differ. */
static MusterId person_id(uint32_t which) {
  static const char *const names[] = {"0", "wang", "2", "li", "4", "zhao", "6", "7"};
  if (which % 2) return (MusterId){.text = names[which / 2 % G_N_ELEMENTS(names)]};
  return (MusterId){.number = which};
}

static MusterId incident_id(uint32_t which) { return (MusterId){.number = which}; }

static MusterEventPlace random_place(mi_random *random) {
  switch (mi_random_below(random, 30)) {
    case 0:
      return (MusterEventPlace){.kind = MUSTER_PLACE_NOWHERE};
    case 1:
      return (MusterEventPlace){.kind = MUSTER_PLACE_NAMED, .name = "moon"};
    case 2:
      return (MusterEventPlace){.kind = MUSTER_PLACE_IN_GRID, .grid_code = 1};
    case 3:
      return (MusterEventPlace){.kind = MUSTER_PLACE_AT_POSITION};
    default:
      return (MusterEventPlace){.kind = MUSTER_PLACE_NAMED, .name = place_names[mi_random_below(random, PLACES)]};
  }
}

static MusterEventType random_type(mi_random *random) {
  static const MusterEventType often[] = {
      MUSTER_EVENT_REPORT,    MUSTER_EVENT_REPORT,  MUSTER_EVENT_ACCEPT,    MUSTER_EVENT_ACCEPT,
      MUSTER_EVENT_ACCEPT,    MUSTER_EVENT_DECLINE, MUSTER_EVENT_DECLINE,   MUSTER_EVENT_ARRIVE,
      MUSTER_EVENT_ARRIVE,    MUSTER_EVENT_KNOWN,   MUSTER_EVENT_RELEASE,   MUSTER_EVENT_CLOSE,
      MUSTER_EVENT_ENROL,     MUSTER_EVENT_ENROL,   MUSTER_EVENT_DUTY,      MUSTER_EVENT_POSITION,
      MUSTER_EVENT_DELIVERED, MUSTER_EVENT_TICK,    MUSTER_EVENT_ALARM,     MUSTER_EVENT_NEED,
      MUSTER_EVENT_REOPEN,    MUSTER_EVENT_UNMERGE, MUSTER_EVENT_DUPLICATE, MUSTER_EVENT_HAND_OVER,
      MUSTER_EVENT_LOCATE,
  };
  if (mi_random_below(random, 6) == 0) return (MusterEventType)mi_random_below(random, MUSTER_EVENT_TYPE_COUNT + 1);
  return often[mi_random_below(random, G_N_ELEMENTS(often))];
}

/* Mostly somebody who has to do with the incident. */
static void choose_pair(world_state *world, MusterEvent *event) {
  mi_random *random = &world->random;
  MusterEngine *engine = world->engine;
  event->volunteer = person_id(mi_random_below(random, PEOPLE));
  event->incident = incident_id(mi_random_below(random, INCIDENTS));
  if (mi_random_below(random, 10) == 0 || engine->people.count == 0) return;
  uint32_t start = mi_random_below(random, (uint32_t)engine->people.count);
  for (size_t i = 0; i < engine->people.count; i++) {
    MusterResponder responder = (MusterResponder)((start + i) % engine->people.count);
    if (engine->responders[responder].incident == MUSTER_NONE) continue;
    event->volunteer = engine->people.entries[responder];
    event->incident = mi_random_below(random, 4) == 0 ? MUSTER_ID_NONE
                                                      : engine->names.entries[engine->responders[responder].incident];
    return;
  }
}

static void fill_event(world_state *world, MusterEvent *event, MusterNeed *needs, const char **skills) {
  mi_random *random = &world->random;
  *event = (MusterEvent){.type = random_type(random), .original = incident_id(mi_random_below(random, INCIDENTS))};
  uint32_t leap = mi_random_below(random, 40);
  event->at_ms = world->now_ms + (leap == 0 ? 700000 : leap == 1 ? -1000 : mi_random_below(random, 9) * INT64_C(2500));
  choose_pair(world, event);
  event->place = random_place(random);
  event->modes = mi_random_below(random, 9);
  event->on_duty = mi_random_below(random, 3) > 0;
  event->hazard = mi_random_below(random, 2) ? "flood" : "fire";
  event->level = (uint8_t)mi_random_below(random, 3);
  event->rating = (uint8_t)mi_random_below(random, 7);
  event->priority = (uint8_t)mi_random_below(random, 6);
  static const char *const kinds[] = {NULL, NULL, "fire", "flood_rescue", "unheard_of"};
  event->kind = kinds[mi_random_below(random, G_N_ELEMENTS(kinds))];
  event->level = (uint8_t)(1 + mi_random_below(random, 4));
  event->to = person_id(mi_random_below(random, PEOPLE));
  event->item = incident_id(mi_random_below(random, 8));
  event->list = mi_random_below(random, 5) ? "need" : "wish";
  event->owner = mi_random_below(random, 5) ? "zhang" : "";
  event->due_at_ms = event->at_ms + mi_random_below(random, 50000);
  event->outcome = mi_random_below(random, 3) ? "seen to" : NULL;
  if (event->type == MUSTER_EVENT_ENROL) event->volunteer = person_id(mi_random_below(random, PEOPLE));
  if (event->type == MUSTER_EVENT_REPORT) event->incident = incident_id(mi_random_below(random, INCIDENTS));
  event->skill_count = mi_random_below(random, 3);
  for (size_t i = 0; i < event->skill_count; i++) skills[i] = skill_names[mi_random_below(random, 3)];
  event->skills = skills;
  event->need_count = 1 + mi_random_below(random, 3);
  for (size_t i = 0; i < event->need_count; i++) {
    uint32_t skill = mi_random_below(random, 8);
    needs[i] = (MusterNeed){.skill = skill < 4 ? skill_names[skill] : NULL,
                            .count = mi_random_below(random, 12) ? 1 + mi_random_below(random, 3) : 0};
  }
  event->needs = needs;
}

/* ---- what must hold ---- */

static void check_helpers(const MusterEngine *engine, mi_incident_id id) {
  const mi_work *work = engine->incidents[id].work;
  uint32_t alerted[MI_MOST_NEEDS] = {0}, assigned[MI_MOST_NEEDS] = {0}, on_scene[MI_MOST_NEEDS] = {0};
  for (size_t i = 0; i < work->helper_count; i++) {
    const mi_responder *person = &engine->responders[work->helpers[i].responder];
    uint32_t need = work->helpers[i].need;
    g_assert_cmpuint(person->incident, ==, id);
    g_assert_true(mi_has_skill(engine, person, work->needs[need].skill));
    alerted[need] += person->state == MI_ALERTED;
    assigned[need] += person->state == MI_ASSIGNED;
    on_scene[need] += person->state == MI_ON_SCENE;
    for (size_t j = 0; j < i; j++) g_assert_cmpuint(work->helpers[i].responder, !=, work->helpers[j].responder);
  }
  bool is_short = false;
  for (size_t i = 0; i < work->need_count; i++) {
    const mi_need *need = &work->needs[i];
    g_assert_cmpuint(need->alerted, ==, alerted[i]);
    g_assert_cmpuint(need->assigned, ==, assigned[i]);
    g_assert_cmpuint(need->arrived, >=, on_scene[i]);
    g_assert_cmpuint(need->assigned + need->arrived, <=, need->count);
    /* A guarantee keeps those asked who would be there sooner. */
    if (mi_need_missing(need) == 0 && !mi_guarantee_holds(engine, &engine->incidents[id]))
      g_assert_cmpuint(need->alerted, ==, 0);
    is_short = is_short || mi_waiting_is_short(engine, need);
  }
  g_assert_true(work->waiting == is_short);
}

static size_t check_people(const MusterEngine *engine) {
  size_t alerted = 0, available = 0, resting = 0, engaged = 0, helpers = 0, rests = 0;
  for (size_t i = 0; i < engine->people.count; i++) {
    const mi_responder *person = &engine->responders[i];
    g_assert_true((person->incident != MUSTER_NONE) == (person->state >= MI_ALERTED));
    g_assert_true((person->expiry != MUSTER_NONE) == (person->state == MI_ALERTED));
    bool is_free = person->state == MI_IDLE && person->on_duty && person->placed;
    g_assert_true(person->available == (is_free && person->rest == MUSTER_NONE));
    g_assert_true(person->resting == (is_free && person->rest != MUSTER_NONE));
    if (person->state == MI_ALERTED || person->state == MI_ASSIGNED) g_assert_true(person->on_duty);
    alerted += person->state == MI_ALERTED;
    engaged += person->state >= MI_ALERTED;
    available += person->available;
    resting += person->resting;
    rests += person->rest != MUSTER_NONE;
  }
  for (size_t i = 0; i < engine->names.count; i++)
    if (engine->incidents[i].work) helpers += engine->incidents[i].work->helper_count;
  g_assert_cmpuint(helpers, ==, engaged);
  g_assert_cmpuint(engine->available_count, ==, available);
  g_assert_cmpuint(engine->resting_count, ==, resting);
  return alerted + rests;
}

static void check_covers(const MusterEngine *engine) {
  for (size_t i = 0; engine->cover.is_counted && i < engine->people.count; i++) {
    uint32_t expected = 0, left;
    if (!engine->responders[i].placed || !mi_cover_left(engine, (MusterResponder)i, &left)) continue;
    for (size_t j = 0; j < engine->people.count; j++)
      expected += j != i && engine->responders[j].available &&
                  engine->responders[j].place.matrix_id == engine->responders[i].place.matrix_id;
    g_assert_cmpuint(left, ==, expected);
  }
}

static void check_state(const MusterEngine *engine) {
  check_covers(engine);
  size_t deadlines = check_people(engine), waiting = 0;
  for (size_t i = 0; i < engine->items_named.count; i++) deadlines += engine->items[i].due != MUSTER_NONE;
  for (mi_incident_id id = 0; id < engine->names.count; id++) {
    const mi_incident *incident = &engine->incidents[id];
    g_assert_true((incident->work != NULL) == mi_lifecycle_is_active((MusterIncidentState)incident->state));
    if (incident->met_ms[MUSTER_STAGE_ON_SCENE] != MI_NEVER)
      g_assert_cmpint(incident->met_ms[MUSTER_STAGE_REACHED], <=, incident->met_ms[MUSTER_STAGE_ON_SCENE]);
    if (incident->met_ms[MUSTER_STAGE_ON_SCENE] != MI_NEVER)
      g_assert_cmpint(incident->met_ms[MUSTER_STAGE_REACHED], !=, MI_NEVER);
    if (incident->kept)
      deadlines += (incident->kept->card != MUSTER_NONE) + (size_t)(incident->kept->breach != MUSTER_NONE);
    if (!incident->work) continue;
    check_helpers(engine, id);
    g_assert_false(incident->work->noted);
    waiting += incident->work->waiting;
    deadlines += (incident->work->age != MUSTER_NONE) + (size_t)(incident->work->watch != MUSTER_NONE);
    deadlines += (incident->work->card != MUSTER_NONE) + (size_t)(incident->work->acknowledge != MUSTER_NONE);
    for (int stage = 0; stage < MUSTER_STAGE_COUNT; stage++)
      deadlines +=
          (incident->work->escalate[stage] != MUSTER_NONE) + (size_t)(incident->work->breach[stage] != MUSTER_NONE);
  }
  g_assert_cmpuint(engine->waiting_count, ==, waiting);
  for (size_t i = 1; i < waiting; i++) g_assert_cmpuint(engine->waiting[i - 1], <, engine->waiting[i]);
  g_assert_cmpuint(engine->deadlines.count, ==, deadlines);
  g_assert_cmpuint(engine->freed_count, ==, 0);
  g_assert_cmpint(mi_deadline_heap_next_ms(&engine->deadlines), >=, engine->now_ms);
}

static char *pair_of(const MusterDecision *decision) {
  return decision->volunteer.text
             ? g_strdup_printf("%" G_GUINT64_FORMAT "|%s", decision->incident.number, decision->volunteer.text)
             : g_strdup_printf("%" G_GUINT64_FORMAT "|#%" G_GUINT64_FORMAT, decision->incident.number,
                               decision->volunteer.number);
}

/* Nobody has more alerts in any hour than the policy allows. */
static void count_alert(world_state *world, const MusterDecision *alert) {
  g_autofree char *who = alert->volunteer.text ? g_strdup(alert->volunteer.text)
                                               : g_strdup_printf("#%" G_GUINT64_FORMAT, alert->volunteer.number);
  GArray *times = g_hash_table_lookup(world->alerted, who);
  if (!times) {
    times = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_hash_table_insert(world->alerted, g_steal_pointer(&who), times);
  }
  g_array_append_val(times, alert->at_ms);
  if (world->most_an_hour && times->len > world->most_an_hour)
    g_assert_cmpint(alert->at_ms - g_array_index(times, int64_t, times->len - 1 - world->most_an_hour), >=, 3600000);
}

/* Each alert ends once: by acceptance, cancellation, or (seen in the event itself) refusal. */
static void follow_alerts(world_state *world, const MusterDecision *decision) {
  g_autofree char *pair = pair_of(decision);
  switch (decision->type) {
    case MUSTER_DECISION_ALERT:
      count_alert(world, decision);
      g_assert_true(g_hash_table_add(world->open, g_steal_pointer(&pair)));
      break;
    case MUSTER_DECISION_ASSIGN: {
      bool was_open = g_hash_table_remove(world->open, pair);
      g_assert_true(!(world->orders && was_open));
      g_assert_true(g_hash_table_add(world->engaged, g_steal_pointer(&pair)));
      break;
    }
    case MUSTER_DECISION_CANCEL_ALERT:
      g_assert_true(g_hash_table_remove(world->open, pair) || g_hash_table_remove(world->engaged, pair));
      break;
    case MUSTER_DECISION_REASSIGN:
      g_assert_true(g_hash_table_remove(world->engaged, pair));
      break;
    default:
      break;
  }
}

static void follow(world_state *world, const MusterEvent *event, const MusterDecision *decisions, size_t count) {
  int64_t last_ms = INT64_MIN;
  bool refused = count > 0 && decisions[count - 1].type == MUSTER_DECISION_REFUSED;
  if (event->type == MUSTER_EVENT_REOPEN && !refused)
    memset(world->breaches[event->incident.number], 0, sizeof *world->breaches);
  for (size_t i = 0; i < count; i++) {
    const MusterDecision *decision = &decisions[i];
    g_assert_cmpuint(decision->event, ==, muster_engine_event_count(world->engine));
    g_assert_cmpint(decision->at_ms, >=, last_ms);
    g_assert_cmpint(decision->at_ms, <=, event->at_ms);
    last_ms = decision->at_ms;
    if (decision->type == MUSTER_DECISION_REFUSED) g_assert_cmpuint(i, ==, count - 1);
    if (decision->type == MUSTER_DECISION_BREACH) {
      bool late = event->type == MUSTER_EVENT_UNMERGE && decision->at_ms == event->at_ms; /* it passed meanwhile */
      int64_t due_ms = muster_stage_deadline_ms(decision->stage);
      if (world->steady) g_assert_true(late ? decision->since_report_ms > due_ms : decision->since_report_ms == due_ms);
      g_assert_cmpuint(world->breaches[decision->incident.number][decision->stage]++, ==, 0);
    }
    follow_alerts(world, decision);
    g_autofree char *json = muster_decision_to_json(world->engine, decision);
    g_string_append_printf(world->log, "%s\n", json);
  }
}

static bool is_engaged_in_engine(const MusterEngine *engine, const char *pair, mi_duty_state least,
                                 mi_duty_state most) {
  for (MusterResponder i = 0; i < engine->people.count; i++) {
    const mi_responder *person = &engine->responders[i];
    if (person->incident == MUSTER_NONE) continue;
    MusterDecision now = {.incident = engine->names.entries[person->incident], .volunteer = engine->people.entries[i]};
    g_autofree char *name = pair_of(&now);
    if (strcmp(name, pair) == 0) return person->state >= least && person->state <= most;
  }
  return false;
}

/* What the test believes open is open in the engine; only a refusal ends an alert without a decision. People leave the
 * scene without one too. */
static void compare_alerts(world_state *world, const MusterEvent *event) {
  GHashTableIter iterator;
  gpointer pair;
  bool may_end_silently = event->type == MUSTER_EVENT_DECLINE;
  g_hash_table_iter_init(&iterator, world->open);
  while (g_hash_table_iter_next(&iterator, &pair, NULL)) {
    if (is_engaged_in_engine(world->engine, pair, MI_ALERTED, MI_ALERTED)) continue;
    g_assert_true(may_end_silently);
    g_hash_table_iter_remove(&iterator);
  }
  g_hash_table_iter_init(&iterator, world->engaged);
  while (g_hash_table_iter_next(&iterator, &pair, NULL))
    if (!is_engaged_in_engine(world->engine, pair, MI_ASSIGNED, MI_ON_SCENE)) g_hash_table_iter_remove(&iterator);
}

static bool is_answer(MusterEventType type) {
  return type == MUSTER_EVENT_ACCEPT || type == MUSTER_EVENT_DECLINE || type == MUSTER_EVENT_DELIVERED ||
         type == MUSTER_EVENT_HAND_OVER || type == MUSTER_EVENT_ACKNOWLEDGE || type == MUSTER_EVENT_ARRIVE ||
         type == MUSTER_EVENT_RELEASE;
}

/* Deadlines that may act without a decision: ends of rests, places that age, watches. */
static bool is_silent_due(const MusterEngine *engine, int64_t at_ms) {
  for (size_t i = 0; i < engine->deadlines.count; i++) {
    const mi_deadline_entry *entry = &engine->deadlines.entries[engine->deadlines.order[i]];
    if ((entry->kind == MI_DEADLINE_REST || entry->kind >= MI_DEADLINE_AGE) && entry->at_ms < at_ms) return true;
  }
  return false;
}

/* The engine's snapshot in place of the engine: nothing may differ from then on. */
static void restore(world_state *world, MusterPolicy *policy, const uint32_t *times_ms) {
  GError *error = NULL;
  size_t bytes;
  g_autofree uint8_t *snapshot = muster_engine_snapshot(world->engine, &bytes);
  uint64_t hash = muster_engine_state_hash(world->engine);
  muster_engine_free(world->engine);
  MusterTravel *travel = muster_travel_new_matrix(place_names, PLACES, times_ms);
  world->engine = muster_engine_restore(NULL, travel, policy, snapshot, bytes, &error);
  g_assert_no_error(error);
  g_assert_cmphex(muster_engine_state_hash(world->engine), ==, hash);
}

/* Why not, of a pair that changes from event to event: an answer, and nothing else changes. */
static void ask_why_not(const world_state *world, uint32_t turn) {
  MusterEngine *engine = world->engine;
  if (engine->people.count == 0 || engine->names.count == 0) return;
  MusterResponder who = turn % (uint32_t)engine->people.count;
  mi_incident_id id = (uint32_t)engine->names.count - 1 - turn / 3 % MIN((uint32_t)engine->names.count, 5);
  uint64_t before = muster_engine_state_hash(engine);
  GError *error = NULL;
  g_autofree char *why = muster_engine_why_not(engine, engine->names.entries[id], engine->people.entries[who], &error);
  g_assert_no_error(error);
  bool engaged = engine->incidents[id].work && engine->responders[who].incident == id;
  if (engaged && engine->responders[who].state == MI_ALERTED) g_assert_nonnull(strstr(why, " was alerted for "));
  if (engaged && engine->responders[who].state == MI_ASSIGNED) g_assert_nonnull(strstr(why, " is on the way to "));
  g_assert_cmphex(muster_engine_state_hash(engine), ==, before);
}

/* `restores`: the engine is restored after one event in so many, and asked why not after each; 0: never. */
static void run(uint64_t seed, uint64_t stream, int restores, GString *log, uint64_t *hash) {
  const char *ini = policies[stream % G_N_ELEMENTS(policies)];
  GError *error = NULL;
  g_autoptr(MusterPolicy) policy = muster_policy_parse("test", ini, strlen(ini), &error);
  g_assert_no_error(error);
  world_state world = {.log = log,
                       .orders = muster_policy_gives_orders(policy) && !strstr(ini, "[wartime "),
                       .steady = !strstr(ini, " plan "),
                       .most_an_hour = mi_policy_settings(policy)->alerts_per_volunteer_an_hour,
                       .alerted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref),
                       .open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                       .engaged = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
  mi_random_init(&world.random, seed, stream);
  uint32_t times_ms[PLACES * PLACES];
  draw_times(&world.random, times_ms);
  world.engine = muster_engine_new(NULL, muster_travel_new_matrix(place_names, PLACES, times_ms), policy, true, &error);
  g_assert_no_error(error);
  /* Judging probabilities costs a thousand times more than a plain step. */
  int events = mi_policy_settings(policy)->base == MI_BASE_GUARANTEE ? FEW_EVENTS : EVENTS;
  for (int i = 0; i < events; i++) {
    MusterEvent event;
    MusterNeed needs[4];
    const char *skills[4];
    size_t count;
    fill_event(&world, &event, needs, skills);
    uint64_t before = muster_engine_state_hash(world.engine);
    /* Such a deadline may act before an answer that is then refused. */
    bool may_act_silently = is_answer(event.type) && is_silent_due(world.engine, event.at_ms);
    const MusterDecision *decisions = muster_engine_step(world.engine, &event, &count);
    bool refused = count > 0 && decisions[count - 1].type == MUSTER_DECISION_REFUSED;
    if (refused && count == 1 && !may_act_silently) {
      g_assert_cmphex(muster_engine_state_hash(world.engine), ==, before);
    } else {
      world.now_ms = MAX(world.now_ms, world.engine->now_ms);
    }
    follow(&world, &event, decisions, count);
    if (restores) ask_why_not(&world, (uint32_t)i);
    check_state(world.engine);
    compare_alerts(&world, &event);
    if (restores && i % restores == 0) restore(&world, policy, times_ms);
  }
  if (world.steady) check_breaches(world.engine, world.breaches);
  *hash = muster_engine_state_hash(world.engine);
  muster_engine_free(world.engine);
  g_hash_table_unref(world.open);
  g_hash_table_unref(world.alerted);
  g_hash_table_unref(world.engaged);
}

static void test_random_sequences(void) {
  uint64_t seed = test_seed();
  uint32_t runs = test_count(32, 64, 10000);
  size_t bytes = 0;
  for (uint64_t stream = 0; stream < runs; stream++) {
    g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);
    uint64_t first_hash, second_hash;
    run(seed, stream, 0, first, &first_hash);
    run(seed, stream, (int)(1 + stream % 9), second, &second_hash);
    g_assert_cmphex(first_hash, ==, second_hash);
    g_assert_cmpstr(first->str, ==, second->str);
    bytes += first->len;
  }
  g_assert_cmpuint(bytes, >, (size_t)runs * EVENTS); /* the sequences were not all refused */
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/engine/random-sequences", test_random_sequences);
  return g_test_run();
}
