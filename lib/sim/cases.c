/* Incidents of one replication: reports, contact cards, work on the scene, the ways an incident ends, their stories.
 *
 * Work begins when as many as needed are there, or when the first who came have waited long enough for the others. A
 * report that repeats another event's, unnoticed by the call-taker, ends soon after somebody comes: help was there.
 */
#include <string.h>

#include "sim/run_state.h"

const char *mi_ending_name(mi_ending ending) {
  static const char *const names[MI_ENDING_COUNT] = {"open",      "served",  "resolved", "gave_up",
                                                     "duplicate", "unheard", "refused"};
  return names[ending];
}

static void clear_line(gpointer data) { g_free(((mi_line *)data)->why); }

void mi_cases_tell(mi_simulation *simulation, uint32_t incident, mi_line line) {
  GArray *story = simulation->out->incidents[incident].story;
  if (!story) {
    g_free(line.why);
    return;
  }
  line.at_ms = simulation->now_ms;
  g_array_append_val(story, line);
}

void mi_cases_init(mi_simulation *simulation) {
  mi_outcome *out = simulation->out;
  out->incidents = g_new0(mi_case, out->arrivals.count);
  for (uint32_t i = 0; i < out->arrivals.count; i++) {
    mi_case *incident = &out->incidents[i];
    incident->reported_ms = out->arrivals.list[i].reported_ms;
    incident->first_there_ms = incident->end_ms = -1;
    for (size_t stage = 0; stage < MUSTER_STAGE_COUNT; stage++) incident->stage_ms[stage] = -1;
    incident->people = MUSTER_NONE;
    incident->ending = MI_ENDING_UNHEARD;
    if (incident->reported_ms < 0) continue;
    incident->ending = MI_ENDING_OPEN;
    simulation->expected++;
    mi_clock_put(&simulation->clock, MI_HAPPENS_REPORT, (mi_happening){.at_ms = incident->reported_ms, .incident = i});
  }
}

static void expect_ends(mi_simulation *simulation, uint32_t incident) {
  const mi_arrival *arrival = &simulation->out->arrivals.list[incident];
  mi_happening happening = {.incident = incident};
  if (arrival->recognised_ms >= 0) {
    happening.at_ms = arrival->recognised_ms;
    mi_clock_put(&simulation->clock, MI_HAPPENS_RECOGNISE, happening);
  }
  if (arrival->resolved_ms != INT64_MAX) {
    happening.at_ms = MAX(arrival->resolved_ms, simulation->now_ms);
    mi_clock_put(&simulation->clock, MI_HAPPENS_RESOLVE, happening);
  }
  if (arrival->patience_ms != INT64_MAX) {
    happening.at_ms = simulation->now_ms + arrival->patience_ms;
    mi_clock_put(&simulation->clock, MI_HAPPENS_GIVE_UP, happening);
  }
}

void mi_cases_report(mi_simulation *simulation, uint32_t number) {
  mi_case *incident = &simulation->out->incidents[number];
  const mi_arrival *arrival = &simulation->out->arrivals.list[number];
  incident->active = true;
  simulation->heard++;
  simulation->open++;
  simulation->reports_in_step++;
  if (simulation->options->keeps_stories) {
    incident->story = g_array_new(FALSE, FALSE, sizeof(mi_line));
    g_array_set_clear_func(incident->story, clear_line);
  }
  mi_cases_tell(simulation, number, (mi_line){.kind = MI_LINE_REPORT, .volunteer = MUSTER_NONE});
  MusterEvent event = {.type = MUSTER_EVENT_REPORT,
                       .incident = mi_case_id(number),
                       .kind = simulation->scenario->kinds[arrival->kind].kind};
  event.place.kind = MUSTER_PLACE_AT_POSITION;
  event.place.position = arrival->position;
  if (mi_simulation_step(simulation, &event)) {
    expect_ends(simulation, number);
    return;
  }
  incident->active = false;
  incident->ending = MI_ENDING_REFUSED;
  incident->end_ms = simulation->now_ms;
  simulation->open--;
}

void mi_cases_send_card(mi_simulation *simulation, uint32_t number) {
  mi_case *incident = &simulation->out->incidents[number];
  if (incident->card_sent) return;
  incident->card_sent = true;
  mi_random random =
      mi_behaviour_random(simulation->options->seed, simulation->options->run, MI_DRAW_CARD, number, 0, 0);
  bool by_app = simulation->out->arrivals.list[number].by_app;
  mi_clock_put(&simulation->clock, MI_HAPPENS_KNOWN,
               (mi_happening){
                   .at_ms = simulation->now_ms + mi_behaviour_card_ms(simulation->scenario, &random, by_app),
                   .incident = number,
               });
}

void mi_cases_known(mi_simulation *simulation, uint32_t number) {
  if (!simulation->out->incidents[number].active) return;
  MusterEvent event = {.type = MUSTER_EVENT_KNOWN, .incident = mi_case_id(number)};
  mi_simulation_step(simulation, &event);
}

/* ---- work on the scene ---- */

static bool repeats_a_helped_event(const mi_simulation *simulation, uint32_t number) {
  uint32_t original = simulation->out->arrivals.list[number].repeats;
  return original != MUSTER_NONE && simulation->out->incidents[original].first_there_ms >= 0;
}

static void begin_work(mi_simulation *simulation, uint32_t number) {
  mi_case *incident = &simulation->out->incidents[number];
  if (!incident->active || incident->working || incident->there == 0) return;
  incident->working = true;
  mi_random random =
      mi_behaviour_random(simulation->options->seed, simulation->options->run, MI_DRAW_SERVICE, number, 0, 0);
  int64_t service_ms = mi_behaviour_service_ms(simulation->scenario, &random);
  if (repeats_a_helped_event(simulation, number))
    service_ms = MIN(service_ms, (int64_t)(simulation->scenario->repeat_min * 60000));
  mi_cases_tell(simulation, number, (mi_line){.kind = MI_LINE_WORK, .volunteer = MUSTER_NONE});
  mi_clock_put(&simulation->clock, MI_HAPPENS_DONE,
               (mi_happening){.at_ms = simulation->now_ms + service_ms, .incident = number});
}

void mi_cases_somebody_there(mi_simulation *simulation, uint32_t number) {
  mi_case *incident = &simulation->out->incidents[number];
  if (!incident->active) return;
  bool first = incident->first_there_ms < 0;
  if (first) incident->first_there_ms = simulation->now_ms;
  if (incident->stage_ms[MUSTER_STAGE_ON_SCENE] >= 0) {
    begin_work(simulation, number);
  } else if (first) {
    int64_t wait_ms = (int64_t)(simulation->scenario->wait_min * 60000);
    mi_clock_put(&simulation->clock, MI_HAPPENS_ALONE,
                 (mi_happening){.at_ms = simulation->now_ms + wait_ms, .incident = number});
  }
}

void mi_cases_start_alone(mi_simulation *simulation, uint32_t number) { begin_work(simulation, number); }

void mi_cases_reach_stage(mi_simulation *simulation, uint32_t number, MusterStage stage, int64_t at_ms) {
  mi_case *incident = &simulation->out->incidents[number];
  if (incident->stage_ms[stage] < 0) incident->stage_ms[stage] = at_ms - incident->reported_ms;
}

/* ---- ends ---- */

int64_t mi_case_wait_ms(const mi_case *incident, int64_t ended_ms) {
  if (incident->stage_ms[MUSTER_STAGE_ON_SCENE] >= 0) return incident->stage_ms[MUSTER_STAGE_ON_SCENE];
  return (incident->end_ms >= 0 ? incident->end_ms : ended_ms) - incident->reported_ms;
}

static bool may_be_worst(const mi_outcome *out, uint32_t number) {
  const mi_case *incident = &out->incidents[number];
  if (incident->ending == MI_ENDING_DUPLICATE || incident->ending == MI_ENDING_REFUSED) return false;
  if (out->arrivals.list[number].repeats != MUSTER_NONE) return false; /* the same event is told once */
  return mi_case_wait_ms(incident, out->ended_ms) > (int64_t)muster_stage_deadline_ms(MUSTER_STAGE_ON_SCENE);
}

static void drop_story(mi_case *incident) { g_clear_pointer(&incident->story, g_array_unref); }

/* Keeps the stories of the worst, by (wait, number), and drops the others. */
static void rank_story(mi_outcome *out, uint32_t number) {
  mi_case *incident = &out->incidents[number];
  if (!incident->story) return;
  if (!may_be_worst(out, number)) {
    drop_story(incident);
    return;
  }
  int64_t wait_ms = mi_case_wait_ms(incident, out->ended_ms);
  size_t place = out->worst_count;
  while (place > 0) {
    uint32_t other = out->worst[place - 1];
    int64_t other_ms = mi_case_wait_ms(&out->incidents[other], out->ended_ms);
    if (other_ms > wait_ms || (other_ms == wait_ms && other < number)) break;
    place--;
  }
  if (place == MI_WORST) {
    drop_story(incident);
    return;
  }
  if (out->worst_count == MI_WORST) drop_story(&out->incidents[out->worst[--out->worst_count]]);
  memmove(out->worst + place + 1, out->worst + place, (out->worst_count - place) * sizeof *out->worst);
  out->worst[place] = number;
  out->worst_count++;
}

static void count_silent(mi_case *incident) {
  uint32_t heard = incident->accepts + incident->declines + incident->withdrawn;
  incident->silent = incident->alerts > heard ? incident->alerts - heard : 0;
}

/* Tells the engine, frees everybody. */
static void end(mi_simulation *simulation, uint32_t number, mi_ending ending, MusterEvent *event) {
  mi_case *incident = &simulation->out->incidents[number];
  event->incident = mi_case_id(number);
  incident->active = false;
  incident->ending = ending;
  incident->end_ms = simulation->now_ms;
  simulation->open--;
  mi_cases_tell(simulation, number, (mi_line){.kind = MI_LINE_END, .stage = (uint8_t)ending, .volunteer = MUSTER_NONE});
  mi_crowd_free_all(simulation, number);
  mi_simulation_step(simulation, event);
  count_silent(incident);
  rank_story(simulation->out, number);
}

void mi_cases_done(mi_simulation *simulation, const mi_happening *happening) {
  MusterEvent event = {.type = MUSTER_EVENT_CLOSE};
  if (simulation->out->incidents[happening->incident].active)
    end(simulation, happening->incident, MI_ENDING_SERVED, &event);
}

/* A report that repeats what has ended already is simply struck off. */
void mi_cases_recognise(mi_simulation *simulation, uint32_t number) {
  const mi_case *incident = &simulation->out->incidents[number];
  if (!incident->active || incident->there > 0) return;
  uint32_t original = simulation->out->arrivals.list[number].repeats;
  MusterEvent event = {.type = MUSTER_EVENT_CANCEL};
  if (simulation->out->incidents[original].active) {
    event.type = MUSTER_EVENT_DUPLICATE;
    event.original = mi_case_id(original);
  }
  end(simulation, number, MI_ENDING_DUPLICATE, &event);
}

void mi_cases_resolve(mi_simulation *simulation, uint32_t number) {
  const mi_case *incident = &simulation->out->incidents[number];
  if (!incident->active || incident->there > 0) return;
  MusterEvent event = {.type = MUSTER_EVENT_CANCEL};
  end(simulation, number, MI_ENDING_RESOLVED, &event);
}

void mi_cases_give_up(mi_simulation *simulation, uint32_t number) {
  const mi_case *incident = &simulation->out->incidents[number];
  if (!incident->active || incident->there > 0 || incident->on_way > 0) return;
  MusterEvent event = {.type = MUSTER_EVENT_CANCEL};
  end(simulation, number, MI_ENDING_GAVE_UP, &event);
}

void mi_cases_finish(mi_simulation *simulation) {
  for (uint32_t i = 0; i < simulation->out->arrivals.count; i++) {
    if (!simulation->out->incidents[i].active) continue;
    count_silent(&simulation->out->incidents[i]);
    rank_story(simulation->out, i);
  }
}
