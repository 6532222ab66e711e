/* One replication: the loop, and what follows from each decision. */
#include "sim/run.h"

#include <string.h>

#include "sim/run_state.h"

static const int64_t HOUR_MS = 3600000;

MusterId mi_case_id(uint32_t incident) { return (MusterId){NULL, (uint64_t)incident + 1}; }

MusterId mi_person_id(const mi_simulation *simulation, uint32_t person) {
  return (MusterId){NULL, (uint64_t)simulation->volunteers[person].id};
}

static uint32_t person_of(const mi_simulation *simulation, MusterId id) {
  return muster_county_find_volunteer(simulation->options->ground->county, (int64_t)id.number);
}

/* ---- decisions ---- */

static void tell_decision(mi_simulation *simulation, uint32_t incident, mi_line_kind kind,
                          const MusterDecision *decision) {
  mi_cases_tell(simulation, incident,
                (mi_line){.kind = kind,
                          .stage = (uint8_t)decision->stage,
                          .volunteer = MUSTER_NONE,
                          .mode = MUSTER_MODE_COUNT,
                          .why = g_strdup(decision->why)});
}

static void note_refusal(mi_simulation *simulation, const MusterEvent *event, const MusterDecision *decision) {
  mi_outcome *out = simulation->out;
  out->refused++;
  if (!out->first_refusal)
    out->first_refusal = g_strdup_printf("%s: %s", muster_event_type_name(event->type), decision->why);
}

static void act_on(mi_simulation *simulation, const MusterDecision *decision) {
  uint32_t number = (uint32_t)(decision->incident.number - 1);
  mi_case *incident = &simulation->out->incidents[number];
  switch (decision->type) {
    case MUSTER_DECISION_CONTACT_CARD:
      tell_decision(simulation, number, MI_LINE_CARD, decision);
      mi_cases_send_card(simulation, number);
      break;
    case MUSTER_DECISION_ALERT:
      mi_crowd_receive_alert(simulation, person_of(simulation, decision->volunteer), number, decision);
      break;
    case MUSTER_DECISION_CANCEL_ALERT:
    case MUSTER_DECISION_REASSIGN: /* who dropped out */
      mi_crowd_withdraw(simulation, person_of(simulation, decision->volunteer), number);
      break;
    case MUSTER_DECISION_ASSIGN:
      mi_crowd_set_out(simulation, person_of(simulation, decision->volunteer), number, decision);
      break;
    case MUSTER_DECISION_ESCALATE:
      incident->escalations++;
      tell_decision(simulation, number, MI_LINE_ESCALATE, decision);
      break;
    case MUSTER_DECISION_STAGE:
      tell_decision(simulation, number, MI_LINE_STAGE, decision);
      mi_cases_reach_stage(simulation, number, decision->stage, decision->at_ms);
      break;
    case MUSTER_DECISION_BREACH:
      incident->breaches++;
      tell_decision(simulation, number, MI_LINE_BREACH, decision);
      break;
    case MUSTER_DECISION_SHORTFALL:
      incident->shortfalls++;
      tell_decision(simulation, number, MI_LINE_SHORTFALL, decision);
      break;
    default:
      break;
  }
}

/* A failure ends the run at the next look at it. */
static void record(mi_simulation *simulation, const MusterEvent *event, const MusterDecision *decisions, size_t count) {
  enum { BATCH = 1024 };
  MusterJournal *journal = simulation->options->journal;
  if (simulation->journal_error) return;
  g_autofree char *json = muster_event_to_json(event);
  g_autofree char *decided = muster_decisions_to_json(simulation->engine, decisions, count);
  if (muster_journal_add_event(journal, event->at_ms, 0, json, strlen(json), decided, &simulation->journal_error) &&
      muster_journal_pending(journal) >= BATCH)
    muster_journal_commit(journal, &simulation->journal_error);
}

bool mi_simulation_step(mi_simulation *simulation, MusterEvent *event) {
  event->at_ms = simulation->now_ms;
  if (simulation->options->recorder) simulation->options->recorder(event, simulation->options->recorder_data);
  size_t count;
  const MusterDecision *decisions = muster_engine_step(simulation->engine, event, &count);
  if (simulation->options->journal) record(simulation, event, decisions, count);
  simulation->out->events++;
  simulation->out->decisions += count;
  bool accepted = true;
  for (size_t i = 0; i < count; i++) {
    if (decisions[i].type == MUSTER_DECISION_REFUSED) {
      note_refusal(simulation, event, &decisions[i]);
      accepted = false;
    } else if (decisions[i].incident.number > 0 && decisions[i].incident.number <= simulation->out->arrivals.count) {
      act_on(simulation, &decisions[i]);
    }
  }
  return accepted;
}

/* ---- the loop ---- */

static void happen(mi_simulation *simulation, const mi_happening *happening) {
  switch (mi_happening_kind_of(happening)) {
    case MI_HAPPENS_HOUR:
      mi_crowd_hour(simulation);
      break;
    case MI_HAPPENS_DUTY:
      mi_crowd_change_duty(simulation, happening->volunteer);
      break;
    case MI_HAPPENS_REPORT:
      mi_cases_report(simulation, happening->incident);
      break;
    case MI_HAPPENS_KNOWN:
      mi_cases_known(simulation, happening->incident);
      break;
    case MI_HAPPENS_DELIVERED:
      mi_crowd_deliver(simulation, happening);
      break;
    case MI_HAPPENS_ANSWER:
      mi_crowd_answer(simulation, happening);
      break;
    case MI_HAPPENS_ARRIVE:
      mi_crowd_arrive(simulation, happening);
      break;
    case MI_HAPPENS_TURN_BACK:
      mi_crowd_turn_back(simulation, happening);
      break;
    case MI_HAPPENS_ALONE:
      mi_cases_start_alone(simulation, happening->incident);
      break;
    case MI_HAPPENS_DONE:
      mi_cases_done(simulation, happening);
      break;
    case MI_HAPPENS_RECOGNISE:
      mi_cases_recognise(simulation, happening->incident);
      break;
    case MI_HAPPENS_RESOLVE:
      mi_cases_resolve(simulation, happening->incident);
      break;
    case MI_HAPPENS_GIVE_UP:
      mi_cases_give_up(simulation, happening->incident);
      break;
    case MI_HAPPENS_PLACE:
      mi_crowd_say_place(simulation, happening);
      break;
    case MI_HAPPENS_HOME:
      mi_crowd_come_home(simulation, happening);
      break;
    case MI_HAPPENS_SHIFT:
      mi_crowd_change_shifts(simulation);
      break;
    case MI_HAPPENS_KIND_COUNT:
      break;
  }
}

/* Samples the course at every full step before `until_ms`. */
static void sample_until(mi_simulation *simulation, GArray *samples, int64_t until_ms) {
  while ((int64_t)(samples->len + 1) * simulation->options->step_ms <= until_ms) {
    mi_sample sample = {simulation->reports_in_step, simulation->open, simulation->on_standby, simulation->busy};
    g_array_append_val(samples, sample);
    simulation->reports_in_step = 0;
  }
}

static bool is_cancelled(const mi_run_options *options) {
  return options->cancelled && atomic_load(options->cancelled);
}

static void show_progress(const mi_run_options *options, double share) {
  if (options->progress) atomic_store(options->progress, share < 1 ? share : 1);
}

/* Until the last day is over and nothing is open, at the latest until the drain's end. False if cancelled, or if the
 * journal failed. */
static bool loop(mi_simulation *simulation, GArray *samples) {
  const mi_run_options *options = simulation->options;
  int64_t end_ms = (int64_t)options->days * 24 * HOUR_MS;
  int64_t limit_ms = end_ms + (int64_t)(simulation->scenario->drain_h * (double)HOUR_MS);
  for (uint64_t turn = 0;; turn++) {
    int64_t deadline_ms = muster_engine_next_deadline_ms(simulation->engine);
    int64_t next_ms = mi_clock_next_ms(&simulation->clock);
    int64_t at_ms = MAX(MIN(deadline_ms, next_ms), simulation->now_ms);
    bool all_done = at_ms >= end_ms && simulation->open == 0 && simulation->heard == simulation->expected;
    if (all_done || at_ms >= limit_ms) break;
    if (turn % 1024 == 0) {
      if (is_cancelled(options) || simulation->journal_error) return false;
      show_progress(options, (double)at_ms / (double)end_ms);
    }
    sample_until(simulation, samples, at_ms);
    simulation->now_ms = at_ms;
    if (deadline_ms < next_ms) { /* what happens in the same millisecond comes before the deadline, as in the engine */
      MusterEvent tick = {.type = MUSTER_EVENT_TICK};
      mi_simulation_step(simulation, &tick);
    } else {
      mi_happening happening = mi_clock_take(&simulation->clock);
      happen(simulation, &happening);
    }
  }
  simulation->now_ms = MAX(simulation->now_ms, end_ms);
  sample_until(simulation, samples, simulation->now_ms);
  return true;
}

MusterTravel *mi_travel_new(MusterNetwork *const *networks, size_t count, MusterMetric *const *metrics,
                            GError **error) {
  MusterTravel *travel = muster_travel_new_networks(networks, count, MUSTER_SNAP_LIMIT_M, error);
  for (size_t i = 0; travel && metrics && i < count; i++) {
    MusterNetworkInfo info;
    muster_network_info(networks[i], &info);
    if (!muster_travel_set_metric(travel, info.mode, metrics[i])) {
      g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_METRIC,
                  "network %zu (%s): expected a metric of this network, found one of another", i,
                  muster_mode_name(info.mode));
      g_clear_pointer(&travel, muster_travel_free);
    }
  }
  return travel;
}

static MusterEngine *new_engine(const mi_run_options *options, GError **error) {
  MusterTravel *travel = options->travel
                             ? options->travel
                             : mi_travel_new(options->networks, options->network_count, options->metrics, error);
  if (!travel) return NULL;
  return muster_engine_new(options->ground->county, travel, options->policy, false, error);
}

bool mi_run(const mi_run_options *options, mi_outcome *out, GError **error) {
  memset(out, 0, sizeof *out);
  mi_simulation simulation = {.options = options, .scenario = options->scenario, .out = out};
  simulation.engine = new_engine(options, error);
  if (!simulation.engine) return false;
  mi_arrivals_draw(options->ground, options->scenario, options->days, options->seed, options->run, &out->arrivals);
  simulation.alerts = g_array_new(FALSE, FALSE, sizeof(mi_request));
  mi_clock_init(&simulation.clock);
  mi_clock_put(&simulation.clock, MI_HAPPENS_HOUR, (mi_happening){.at_ms = 0});
  mi_crowd_init(&simulation);
  mi_cases_init(&simulation);
  g_autoptr(GArray) samples = g_array_new(FALSE, FALSE, sizeof(mi_sample));
  bool done = loop(&simulation, samples);
  out->ended_ms = simulation.now_ms;
  mi_cases_finish(&simulation);
  mi_crowd_finish(&simulation);
  out->sample_count = samples->len;
  out->samples = g_memdup2(samples->data, samples->len * sizeof(mi_sample));
  out->state_hash = muster_engine_state_hash(simulation.engine);
  muster_engine_free(simulation.engine);
  g_array_unref(simulation.alerts);
  mi_clock_clear(&simulation.clock);
  show_progress(options, 1);
  if (done && options->journal && !simulation.journal_error)
    muster_journal_commit(options->journal, &simulation.journal_error);
  if (done && !simulation.journal_error) return true;
  if (simulation.journal_error)
    g_propagate_error(error, simulation.journal_error);
  else
    g_set_error(error, MUSTER_SIM_ERROR, MUSTER_SIM_ERROR_CANCELLED, "the simulation was stopped");
  mi_outcome_clear(out);
  return false;
}

void mi_outcome_clear(mi_outcome *out) {
  for (size_t i = 0; i < out->arrivals.count && out->incidents; i++)
    g_clear_pointer(&out->incidents[i].story, g_array_unref);
  mi_arrivals_clear(&out->arrivals);
  g_free(out->incidents);
  g_free(out->samples);
  g_free(out->alerts_of);
  g_free(out->first_refusal);
  *out = (mi_outcome){0};
}
