/* The policy `optimal` under orders against all ways to fill the places there are, after each of many random events on
 * small tables: the people sent are those of the least total, reckoned here from the settings and the table alone. */
#include "base/random.h"
#include "engine/state.h"
#include "support/support.h"

#include <string.h>

enum { PLACES = 7, PEOPLE = 6, MOST_ROWS = 24, EVENTS = 160, RUNS = 60, TIER = 1000000000, MEDIC = 1 };

static const int64_t IMPOSSIBLE = INT64_MAX;

static const char *const place_names[PLACES] = {"a", "b", "c", "d", "e", "f", "g"};

typedef struct held {
  mi_incident_id incident; /* MUSTER_NONE: no place held */
  uint32_t need;
  int64_t arrives_ms;
} held;

typedef struct small_world {
  mi_random random;
  MusterEngine *engine;
  const mi_settings *settings;
  uint32_t times_ms[PLACES * PLACES];
  held before[PEOPLE];
  int64_t now_ms;
  uint32_t incidents;
} small_world;

typedef struct place_row {
  mi_incident_id incident;
  uint32_t need;
  int64_t open_cost;
} place_row;

/* ---- costs, from the settings ---- */

static int64_t within_ms(const small_world *world) { return INT64_C(1000) * world->settings->alert_within_s; }

static int64_t pair_cost(const small_world *world, const place_row *row, MusterResponder who) {
  const MusterEngine *engine = world->engine;
  const mi_responder *person = &engine->responders[who];
  const mi_incident *incident = &engine->incidents[row->incident];
  bool takes_part = person->on_duty && person->placed && (person->state == MI_IDLE || person->state == MI_ASSIGNED);
  const mi_asked *asked = mi_people_asked(incident->work, who);
  if (!takes_part || (asked && asked->done)) return IMPOSSIBLE;
  if (!mi_has_skill(engine, person, incident->work->needs[row->need].skill)) return IMPOSSIBLE;
  const held *pair = &world->before[who];
  if (pair->incident == row->incident && pair->need == row->need) {
    int64_t left_ms = CLAMP(pair->arrives_ms - world->now_ms, 0, within_ms(world));
    int64_t tier = pair->arrives_ms - incident->reported_ms > 600000;
    return tier * TIER + left_ms - (INT64_C(1000) * world->settings->stickiness_s + 1);
  }
  int64_t travel_ms = world->times_ms[person->place.matrix_id * PLACES + incident->place.matrix_id];
  if (travel_ms > within_ms(world)) return IMPOSSIBLE;
  return (int64_t)(world->now_ms - incident->reported_ms + travel_ms > 600000) * TIER + travel_ms;
}

static int64_t open_cost(const small_world *world, mi_incident_id id, uint32_t place) {
  const mi_incident *incident = &world->engine->incidents[id];
  int64_t tiers = 3, late_ms = world->now_ms - incident->reported_ms - 600000;
  if (world->settings->first_place_tiers > place) tiers += world->settings->first_place_tiers - place;
  if (world->settings->order == MI_ORDER_PRIORITY_FIRST) tiers += (4 - incident->priority) * 1016;
  /* What ages in this very millisecond ages after the event. */
  if (late_ms > 0 && world->settings->ageing_s) tiers += (late_ms - 1) / (INT64_C(1000) * world->settings->ageing_s);
  return tiers * TIER;
}

static size_t list_rows(const small_world *world, place_row rows[MOST_ROWS]) {
  size_t count = 0;
  for (mi_incident_id id = 0; id < world->engine->names.count; id++) {
    const mi_work *work = world->engine->incidents[id].work;
    for (uint32_t need = 0; work && need < work->need_count; need++)
      for (uint32_t place = work->needs[need].arrived; place < work->needs[need].count; place++) {
        g_assert_cmpuint(count, <, MOST_ROWS);
        rows[count++] = (place_row){id, need, open_cost(world, id, place)};
      }
  }
  return count;
}

/* ---- the least total: over rows, by the set of people used ---- */

static int64_t least_total(const small_world *world, const place_row *rows, size_t count) {
  int64_t best[1 << PEOPLE], next[1 << PEOPLE];
  for (size_t set = 0; set < 1 << PEOPLE; set++) best[set] = set ? INT64_MAX : 0;
  for (size_t i = 0; i < count; i++) {
    for (size_t set = 0; set < 1 << PEOPLE; set++)
      next[set] = best[set] == INT64_MAX ? INT64_MAX : best[set] + rows[i].open_cost;
    for (MusterResponder who = 0; who < world->engine->people.count; who++) {
      int64_t cost = pair_cost(world, &rows[i], who);
      for (size_t set = 0; cost != IMPOSSIBLE && set < 1 << PEOPLE; set++)
        if (!(set >> who & 1) && best[set] != INT64_MAX)
          next[set | 1u << who] = MIN(next[set | 1u << who], best[set] + cost);
    }
    memcpy(best, next, sizeof best);
  }
  int64_t least = INT64_MAX;
  for (size_t set = 0; set < 1 << PEOPLE; set++) least = MIN(least, best[set]);
  return least;
}

/* The engine's people, at the same costs; the first places are filled first. */
static int64_t engine_total(const small_world *world, const place_row *rows, size_t count) {
  int64_t total = 0;
  bool used[PEOPLE] = {false};
  for (size_t i = 0; i < count; i++) {
    const mi_work *work = world->engine->incidents[rows[i].incident].work;
    int64_t cost = rows[i].open_cost;
    for (size_t j = 0; j < work->helper_count; j++) {
      MusterResponder who = work->helpers[j].responder;
      if (work->helpers[j].need != rows[i].need || used[who] || world->engine->responders[who].state != MI_ASSIGNED)
        continue;
      used[who] = true;
      cost = pair_cost(world, &rows[i], who);
      g_assert_cmpint(cost, !=, IMPOSSIBLE);
      break;
    }
    total += cost;
  }
  return total;
}

/* ---- events ---- */

static MusterId person_id(uint32_t which) { return (MusterId){.number = which}; }

static MusterEventType random_type(mi_random *random) {
  static const MusterEventType often[] = {
      MUSTER_EVENT_ENROL,   MUSTER_EVENT_ENROL,   MUSTER_EVENT_REPORT, MUSTER_EVENT_REPORT, MUSTER_EVENT_REPORT,
      MUSTER_EVENT_ARRIVE,  MUSTER_EVENT_RELEASE, MUSTER_EVENT_CLOSE,  MUSTER_EVENT_CLOSE,  MUSTER_EVENT_POSITION,
      MUSTER_EVENT_DECLINE, MUSTER_EVENT_DUTY,    MUSTER_EVENT_TICK,   MUSTER_EVENT_RETIRE,
  };
  return often[mi_random_below(random, G_N_ELEMENTS(often))];
}

static size_t count_open(const small_world *world) {
  size_t open = 0;
  for (size_t i = 0; i < world->engine->names.count; i++) open += world->engine->incidents[i].work != NULL;
  return open;
}

static void fill_event(small_world *world, MusterEvent *event, MusterNeed needs[2]) {
  static const char *const skills[] = {"medic"};
  mi_random *random = &world->random;
  *event = (MusterEvent){.type = random_type(random), .at_ms = world->now_ms + mi_random_below(random, 60000)};
  if (event->type == MUSTER_EVENT_REPORT && count_open(world) >= 4) event->type = MUSTER_EVENT_CLOSE;
  event->volunteer = person_id(mi_random_below(random, PEOPLE));
  event->place = (MusterEventPlace){.kind = MUSTER_PLACE_NAMED, .name = place_names[mi_random_below(random, PLACES)]};
  event->incident = MUSTER_ID_NONE;
  if (event->type == MUSTER_EVENT_REPORT) event->incident = (MusterId){.number = world->incidents};
  if (event->type == MUSTER_EVENT_CLOSE && world->incidents)
    event->incident = (MusterId){.number = mi_random_below(random, world->incidents)};
  event->on_duty = mi_random_below(random, 3) > 0;
  event->skills = skills;
  event->skill_count = mi_random_below(random, 2);
  event->priority = (uint8_t)(1 + mi_random_below(random, 4));
  event->need_count = 1 + mi_random_below(random, 2);
  for (size_t i = 0; i < 2; i++)
    needs[i] = (MusterNeed){mi_random_below(random, 2) ? "medic" : NULL, 1 + mi_random_below(random, 2)};
  event->needs = needs;
}

static void note_held(small_world *world) {
  for (MusterResponder who = 0; who < PEOPLE; who++) world->before[who].incident = MUSTER_NONE;
  for (mi_incident_id id = 0; id < world->engine->names.count; id++) {
    const mi_work *work = world->engine->incidents[id].work;
    for (size_t i = 0; work && i < work->helper_count; i++) {
      const mi_responder *person = &world->engine->responders[work->helpers[i].responder];
      world->before[work->helpers[i].responder] = (held){id, work->helpers[i].need, person->arrives_ms};
    }
  }
}

/* What was held and has ended by the event itself is held no more; who has moved arrives from there. */
static void update_held(small_world *world, const MusterEvent *event) {
  const MusterEngine *engine = world->engine;
  MusterResponder mover = mi_ids_find(&engine->people, event->volunteer);
  for (MusterResponder who = 0; who < engine->people.count; who++) {
    held *pair = &world->before[who];
    if (pair->incident == MUSTER_NONE || !engine->incidents[pair->incident].work) continue;
    uint32_t from = engine->responders[who].place.matrix_id;
    if (event->type == MUSTER_EVENT_POSITION && who == mover)
      pair->arrives_ms =
          world->now_ms + world->times_ms[from * PLACES + engine->incidents[pair->incident].place.matrix_id];
  }
}

static void check(small_world *world, uint64_t stream, int number) {
  place_row rows[MOST_ROWS];
  size_t count = list_rows(world, rows);
  int64_t least = least_total(world, rows, count), found = engine_total(world, rows, count);
  if (least != found)
    g_error("run %d, event %d: the least total is %" G_GINT64_FORMAT ", the engine's %" G_GINT64_FORMAT, (int)stream,
            number, least, found);
}

static void run(uint64_t seed, uint64_t stream, const char *ini, uint64_t *reassigned) {
  GError *error = NULL;
  g_autoptr(MusterPolicy) policy = muster_policy_parse("test", ini, strlen(ini), &error);
  g_assert_no_error(error);
  small_world world = {.settings = mi_policy_settings(policy)};
  mi_random_init(&world.random, seed, stream);
  for (size_t i = 0; i < PLACES * PLACES; i++)
    world.times_ms[i] =
        mi_random_below(&world.random, 8) ? mi_random_below(&world.random, 700000) : MUSTER_UNREACHABLE_MS;
  MusterTravel *travel = muster_travel_new_matrix(place_names, PLACES, world.times_ms);
  world.engine = muster_engine_new(NULL, travel, policy, true, &error);
  g_assert_no_error(error);
  for (int i = 0; i < EVENTS; i++) {
    MusterEvent event;
    MusterNeed needs[2];
    size_t count;
    fill_event(&world, &event, needs);
    note_held(&world);
    const MusterDecision *decisions = muster_engine_step(world.engine, &event, &count);
    world.now_ms = MAX(world.engine->now_ms, 0);
    world.incidents = (uint32_t)world.engine->names.count;
    bool sent_before = false; /* by a place that aged on the way to this event */
    for (size_t j = 0; j < count; j++) {
      *reassigned += decisions[j].type == MUSTER_DECISION_REASSIGN;
      sent_before |= decisions[j].type == MUSTER_DECISION_ASSIGN && decisions[j].at_ms < world.now_ms;
    }
    update_held(&world, &event);
    if (!sent_before) check(&world, stream, i);
    note_held(&world); /* and with what it decided it stays the best */
    check(&world, stream, i);
  }
  muster_engine_free(world.engine);
}

static void test_least_total(void) {
  static const char *const policies[] = {
      "[policy]\nbase = optimal\nacceptance = certain\n",
      "[policy]\nbase = optimal\nacceptance = certain\nstickiness_s = 0\nageing_s = 60\n",
      "[policy]\nbase = optimal\nacceptance = certain\norder = priority-first\nfirst_place_tiers = 3\n",
      "[policy]\nbase = optimal\nacceptance = certain\nalert_within_s = 300\nstickiness_s = 90\nfirst_place_tiers = "
      "0\n",
  };
  uint64_t seed = test_seed(), reassigned = 0;
  for (uint64_t stream = 0; stream < RUNS; stream++)
    run(seed, stream, policies[stream % G_N_ELEMENTS(policies)], &reassigned);
  g_assert_cmpuint(reassigned, >, RUNS); /* the optimum did move people */
}

/* The people sent are the same in whatever order they enrolled. */
static void test_order_of_coming(void) {
  static const char ini[] = "[policy]\nbase = optimal\nacceptance = certain\n";
  uint64_t seed = test_seed();
  for (uint64_t stream = 0; stream < 40; stream++) {
    GError *error = NULL;
    g_autoptr(MusterPolicy) policy = muster_policy_parse("test", ini, strlen(ini), &error);
    g_assert_no_error(error);
    mi_random random;
    uint32_t times_ms[PLACES * PLACES], sent[2][PEOPLE];
    mi_random_init(&random, seed, 1000 + stream);
    for (size_t i = 0; i < PLACES * PLACES; i++) times_ms[i] = 60000 * mi_random_below(&random, 4); /* many ties */
    for (int backwards = 0; backwards < 2; backwards++) {
      g_autoptr(MusterEngine) engine =
          muster_engine_new(NULL, muster_travel_new_matrix(place_names, PLACES, times_ms), policy, true, &error);
      for (uint32_t i = 0; i < PEOPLE; i++) {
        MusterEvent enrol = {.type = MUSTER_EVENT_ENROL, .volunteer = person_id(backwards ? PEOPLE - 1 - i : i)};
        enrol.place = (MusterEventPlace){.kind = MUSTER_PLACE_NAMED,
                                         .name = place_names[(enrol.volunteer.number + stream) % PLACES]};
        muster_engine_step(engine, &enrol, NULL);
      }
      for (uint32_t i = 0; i < 4; i++) {
        MusterEvent report = {.type = MUSTER_EVENT_REPORT, .incident = {.number = i}};
        report.place = (MusterEventPlace){.kind = MUSTER_PLACE_NAMED, .name = place_names[i]};
        muster_engine_step(engine, &report, NULL);
      }
      for (uint32_t i = 0; i < PEOPLE; i++)
        sent[backwards][i] = engine->responders[mi_ids_find(&engine->people, person_id(i))].incident;
    }
    g_assert_cmpmem(sent[0], sizeof sent[0], sent[1], sizeof sent[1]);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/engine/optimal/least-total", test_least_total);
  g_test_add_func("/engine/optimal/order-of-coming", test_order_of_coming);
  return g_test_run();
}
