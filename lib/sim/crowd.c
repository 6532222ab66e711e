/* Volunteers of one replication: stand-by, alerts and answers, trips, where they are.
 *
 * A volunteer is off duty, free on stand-by, on the way or there. Who is on stand-by follows the availability of the
 * hour: each volunteer draws a level for the day and is on stand-by while the hour's availability is above it, so the
 * share is met exactly in the mean and people stay for stretches of hours. If the policy follows the county's shifts,
 * who has one stands at the post meanwhile, on stand-by; the engine knows that by itself and is told the rest.
 */
#include "sim/run_state.h"

enum { DAY_BEGINS_HOUR = 4 }; /* least availability: fewest people change over */
static const int64_t FATIGUE_MS = 86400000;

static bool is_working_time(const MusterScenario *scenario, int64_t at_ms) {
  double hour = (double)(at_ms % 86400000) / 3600000;
  return at_ms / 86400000 % 7 < 5 && hour >= scenario->work_start_h && hour < scenario->work_end_h;
}

static void set_status(mi_simulation *simulation, mi_person *person, mi_status status) {
  simulation->out->status_ms[person->status] += (uint64_t)(simulation->now_ms - person->since_ms);
  person->since_ms = simulation->now_ms;
  bool was_busy = person->status >= MI_STATUS_ON_WAY, is_busy = status >= MI_STATUS_ON_WAY;
  simulation->busy += (uint32_t)is_busy - (uint32_t)was_busy;
  simulation->on_standby += (uint32_t)(status != MI_STATUS_OFF) - (uint32_t)(person->status != MI_STATUS_OFF);
  person->status = (uint8_t)status;
}

void mi_crowd_init(mi_simulation *simulation) {
  simulation->volunteers = muster_county_volunteers(simulation->options->ground->county, &simulation->person_count);
  simulation->people = g_new0(mi_person, simulation->person_count);
  simulation->out->alerts_of = g_new0(uint32_t, simulation->person_count);
  for (uint32_t i = 0; i < simulation->person_count; i++) {
    mi_random random = mi_behaviour_random(simulation->options->seed, simulation->options->run, MI_DRAW_DUTY, i, 0, 0);
    mi_person *person = &simulation->people[i];
    person->enrolled = simulation->volunteers[i].approved;
    person->at = simulation->volunteers[i].home;
    person->level = mi_random_unit(&random);
    person->offset_ms = mi_random_below(&random, 3600000);
    person->way_home_ms = -1;
    person->post = MUSTER_NONE;
    person->incident = person->next = person->alerts = person->last_alert = person->turned_back = MUSTER_NONE;
  }
  const MusterPolicy *policy = simulation->options->policy;
  if (policy && mi_policy_settings(policy)->shifts == MI_SHIFTS_FOLLOW)
    simulation->shifts = mi_shifts_new(simulation->options->ground->county);
  if (simulation->shifts) mi_clock_put(&simulation->clock, MI_HAPPENS_SHIFT, (mi_happening){.at_ms = 0});
}

static double availability_now(const mi_simulation *simulation) {
  return simulation->scenario->availability[mi_hour_of(simulation->now_ms)];
}

static bool wants_duty(const mi_simulation *simulation, const mi_person *person) {
  return person->post != MUSTER_NONE || person->level < availability_now(simulation);
}

static bool wants_work_place(const mi_simulation *simulation, uint32_t person) {
  return simulation->volunteers[person].has_work && is_working_time(simulation->scenario, simulation->now_ms);
}

void mi_crowd_hour(mi_simulation *simulation) {
  bool new_day = mi_hour_of(simulation->now_ms) == DAY_BEGINS_HOUR;
  uint32_t day = (uint32_t)(simulation->now_ms / 86400000) + 1;
  double availability = availability_now(simulation);
  bool working_time = is_working_time(simulation->scenario, simulation->now_ms);
  for (uint32_t i = 0; i < simulation->person_count; i++) {
    mi_person *person = &simulation->people[i];
    if (!person->enrolled) continue;
    if (new_day) {
      mi_random random =
          mi_behaviour_random(simulation->options->seed, simulation->options->run, MI_DRAW_DUTY, i, 0, day);
      person->level = mi_random_unit(&random);
    }
    if (person->post != MUSTER_NONE) continue;
    bool on_duty = person->status != MI_STATUS_OFF, wants = person->level < availability;
    bool moves = on_duty && person->at_work != (working_time && simulation->volunteers[i].has_work);
    if (wants == on_duty && !moves) continue;
    /* The first hour begins with everybody in place. */
    int64_t offset_ms = simulation->now_ms == 0 ? 0 : person->offset_ms;
    mi_clock_put(&simulation->clock, MI_HAPPENS_DUTY,
                 (mi_happening){.at_ms = simulation->now_ms + offset_ms, .volunteer = i});
  }
  mi_clock_put(&simulation->clock, MI_HAPPENS_HOUR, (mi_happening){.at_ms = simulation->now_ms + 3600000});
}

static void say_place(mi_simulation *simulation, uint32_t person) {
  MusterEvent event = {.type = MUSTER_EVENT_POSITION, .volunteer = mi_person_id(simulation, person)};
  event.place.kind = MUSTER_PLACE_AT_POSITION;
  event.place.position = simulation->people[person].at;
  mi_simulation_step(simulation, &event);
}

static MusterPosition post_position(const mi_simulation *simulation, MusterPostId post) {
  return muster_county_posts(simulation->options->ground->county, NULL)[post].position;
}

/* The post, home or the work place, whichever the time of day asks for; tells the engine if that is somewhere else. */
static void go_to_place(mi_simulation *simulation, uint32_t person) {
  const MusterVolunteer *volunteer = &simulation->volunteers[person];
  mi_person *who = &simulation->people[person];
  who->at_work = who->post == MUSTER_NONE && wants_work_place(simulation, person);
  who->way_home_ms = -1;
  MusterPosition place = who->at_work ? volunteer->work : volunteer->home;
  if (who->post != MUSTER_NONE) place = post_position(simulation, who->post);
  if (place.lon_e7 == who->at.lon_e7 && place.lat_e7 == who->at.lat_e7) return;
  who->at = place;
  say_place(simulation, person);
}

static void tell_duty(mi_simulation *simulation, uint32_t person, bool on_duty) {
  MusterEvent event = {.type = MUSTER_EVENT_DUTY, .volunteer = mi_person_id(simulation, person), .on_duty = on_duty};
  if (!mi_simulation_step(simulation, &event)) return;
  mi_person *who = &simulation->people[person];
  /* The engine may have called upon them at once. */
  if (who->status <= MI_STATUS_FREE && who->incident == MUSTER_NONE)
    set_status(simulation, who, on_duty ? MI_STATUS_FREE : MI_STATUS_OFF);
}

void mi_crowd_change_duty(mi_simulation *simulation, uint32_t person) {
  mi_person *who = &simulation->people[person];
  bool wants = wants_duty(simulation, who), on_duty = who->status != MI_STATUS_OFF;
  who->leaves = on_duty && !wants;
  if (who->status >= MI_STATUS_ON_WAY) return; /* looked at again when they are free */
  if (wants) go_to_place(simulation, person);
  if (wants && !on_duty) tell_duty(simulation, person, true);
  if (who->status == MI_STATUS_FREE && who->leaves) tell_duty(simulation, person, false);
}

/* ---- shifts ---- */

/* Who is on the way or there goes to the post when the work is done. */
static void begin_shift(mi_simulation *simulation, uint32_t person) {
  mi_person *who = &simulation->people[person];
  who->leaves = false;
  if (who->status >= MI_STATUS_ON_WAY) return;
  set_status(simulation, who, MI_STATUS_FREE);
  who->at = post_position(simulation, who->post);
  who->at_work = false;
  who->way_home_ms = -1;
}

/* On or off stand-by as the hour has it. */
static void end_shift(mi_simulation *simulation, uint32_t person) {
  mi_person *who = &simulation->people[person];
  bool stays = wants_duty(simulation, who);
  who->leaves = !stays;
  if (who->status < MI_STATUS_ON_WAY) go_to_place(simulation, person);
  if (stays || who->status < MI_STATUS_ON_WAY) tell_duty(simulation, person, stays);
}

void mi_crowd_change_shifts(mi_simulation *simulation) {
  const mi_settings *settings = mi_policy_settings(simulation->options->policy);
  int64_t now_ms = simulation->now_ms;
  const MusterPostId *posts =
      mi_shifts_posts_at(simulation->shifts, now_ms, settings->midnight_s, settings->first_weekday);
  MusterSpan32 people = mi_shifts_people(simulation->shifts);
  for (size_t i = 0; i < people.count; i++) {
    mi_person *who = &simulation->people[people.data[i]];
    if (!who->enrolled || who->post == posts[people.data[i]]) continue;
    who->post = posts[people.data[i]];
    if (who->post == MUSTER_NONE)
      end_shift(simulation, people.data[i]);
    else
      begin_shift(simulation, people.data[i]);
  }
  int64_t next_ms = mi_shifts_next_ms(simulation->shifts, now_ms, settings->midnight_s, settings->first_weekday);
  mi_clock_put(&simulation->clock, MI_HAPPENS_SHIFT, (mi_happening){.at_ms = next_ms});
}

/* ---- alerts and answers ---- */

static uint32_t note_recent_alert(mi_simulation *simulation, mi_person *who) {
  if (who->recent_alerts == 0 || simulation->now_ms - who->recent_from_ms >= FATIGUE_MS) {
    who->recent_alerts = 0;
    who->recent_from_ms = simulation->now_ms;
  }
  return who->recent_alerts++;
}

/* Alerts that nobody answered fall off the list when the next one comes. */
static void drop_expired(mi_simulation *simulation, mi_person *who) {
  for (uint32_t *at = &who->alerts; *at != MUSTER_NONE;) {
    mi_request *alert = &g_array_index(simulation->alerts, mi_request, *at);
    if (alert->expires_at_ms <= simulation->now_ms)
      *at = alert->next;
    else
      at = &alert->next;
  }
}

/* How often the volunteer has been alerted for the incident. */
static uint32_t count_alerts_for(const mi_simulation *simulation, const mi_person *who, uint32_t incident) {
  int64_t reported_ms = simulation->out->incidents[incident].reported_ms;
  uint32_t count = 0;
  for (uint32_t at = who->last_alert; at != MUSTER_NONE;) {
    const mi_request *alert = &g_array_index(simulation->alerts, mi_request, at);
    if (alert->expires_at_ms < reported_ms) break; /* those before it are older still */
    count += alert->incident == incident;
    at = alert->before;
  }
  return count;
}

void mi_crowd_receive_alert(mi_simulation *simulation, uint32_t person, uint32_t incident,
                            const MusterDecision *alert) {
  mi_person *who = &simulation->people[person];
  uint32_t nth = count_alerts_for(simulation, who, incident);
  simulation->out->alerts_of[person]++;
  drop_expired(simulation, who);
  uint32_t token = (uint32_t)simulation->alerts->len;
  mi_request entry = {incident, who->alerts, who->last_alert, alert->expires_at_ms};
  g_array_append_val(simulation->alerts, entry);
  who->alerts = who->last_alert = token;
  simulation->out->incidents[incident].alerts++;
  simulation->out->alerts++;
  mi_cases_tell(simulation, incident,
                (mi_line){.kind = MI_LINE_ALERT,
                          .volunteer = person,
                          .mode = alert->mode,
                          .travel_ms = alert->travel_ms,
                          .why = g_strdup(alert->why)});
  mi_random random =
      mi_behaviour_random(simulation->options->seed, simulation->options->run, MI_DRAW_ANSWER, incident, person, nth);
  uint32_t earlier = note_recent_alert(simulation, who);
  simulation->out->incidents[incident].earlier += earlier;
  mi_answer answer = mi_behaviour_answer(simulation->scenario, &random, simulation->now_ms, earlier);
  mi_happening happening = {.incident = incident, .volunteer = person, .token = token, .yes = answer.accepts};
  if (answer.delivered_ms >= 0) {
    happening.at_ms = simulation->now_ms + answer.delivered_ms;
    mi_clock_put(&simulation->clock, MI_HAPPENS_DELIVERED, happening);
  }
  if (answer.answered_ms < 0) return;
  happening.at_ms = simulation->now_ms + answer.answered_ms;
  if (happening.at_ms > alert->expires_at_ms) {
    simulation->out->late_answers++;
    return; /* the telephone no longer shows the alert */
  }
  mi_clock_put(&simulation->clock, MI_HAPPENS_ANSWER, happening);
}

/* Takes the alert off the volunteer's list; false if it was over already. */
static bool end_alert(mi_simulation *simulation, mi_person *who, uint32_t token) {
  for (uint32_t *at = &who->alerts; *at != MUSTER_NONE;) {
    mi_request *alert = &g_array_index(simulation->alerts, mi_request, *at);
    if (*at == token) {
      *at = alert->next;
      return true;
    }
    at = &alert->next;
  }
  return false;
}

static bool is_pending(const mi_simulation *simulation, const mi_person *who, uint32_t token) {
  for (uint32_t at = who->alerts; at != MUSTER_NONE; at = g_array_index(simulation->alerts, mi_request, at).next)
    if (at == token) return true;
  return false;
}

void mi_crowd_deliver(mi_simulation *simulation, const mi_happening *happening) {
  if (!is_pending(simulation, &simulation->people[happening->volunteer], happening->token)) return;
  MusterEvent event = {.type = MUSTER_EVENT_DELIVERED,
                       .volunteer = mi_person_id(simulation, happening->volunteer),
                       .incident = mi_case_id(happening->incident)};
  mi_simulation_step(simulation, &event);
}

void mi_crowd_answer(mi_simulation *simulation, const mi_happening *happening) {
  mi_person *who = &simulation->people[happening->volunteer];
  mi_case *incident = &simulation->out->incidents[happening->incident];
  if (!end_alert(simulation, who, happening->token)) return;
  /* Whoever has set out for another incident in the meantime declines. */
  bool accepts = happening->yes && who->status == MI_STATUS_FREE;
  MusterEvent event = {.type = accepts ? MUSTER_EVENT_ACCEPT : MUSTER_EVENT_DECLINE,
                       .volunteer = mi_person_id(simulation, happening->volunteer),
                       .incident = mi_case_id(happening->incident)};
  mi_cases_tell(simulation, happening->incident,
                (mi_line){.kind = accepts ? MI_LINE_ACCEPT : MI_LINE_DECLINE, .volunteer = happening->volunteer});
  if (!mi_simulation_step(simulation, &event)) return;
  if (!accepts) {
    incident->declines++;
    return;
  }
  incident->accepts++;
  if (who->incident != happening->incident) incident->surplus++;
}

/* ---- trips ---- */

static void join(mi_simulation *simulation, uint32_t person, uint32_t incident) {
  mi_person *who = &simulation->people[person];
  who->incident = incident;
  who->next = simulation->out->incidents[incident].people;
  simulation->out->incidents[incident].people = person;
}

static void leave(mi_simulation *simulation, uint32_t person) {
  mi_person *who = &simulation->people[person];
  if (who->incident == MUSTER_NONE) return;
  mi_case *incident = &simulation->out->incidents[who->incident];
  uint32_t *at = &incident->people;
  while (*at != person) at = &simulation->people[*at].next;
  *at = who->next;
  if (who->status == MI_STATUS_ON_WAY) incident->on_way--;
  if (who->status == MI_STATUS_THERE) incident->there--;
  who->incident = who->next = MUSTER_NONE;
}

void mi_crowd_set_out(mi_simulation *simulation, uint32_t person, uint32_t incident, const MusterDecision *assign) {
  mi_person *who = &simulation->people[person];
  mi_case *target = &simulation->out->incidents[incident];
  const mi_arrival *arrival = &simulation->out->arrivals.list[incident];
  leave(simulation, person);
  join(simulation, person, incident);
  set_status(simulation, who, MI_STATUS_ON_WAY);
  target->on_way++;
  target->assigned++;
  target->travel_ms += assign->travel_ms;
  target->travelled++;
  simulation->out->assigned_by_mode[MIN(assign->mode, MUSTER_MODE_COUNT)]++;
  mi_cases_tell(simulation, incident,
                (mi_line){.kind = MI_LINE_ASSIGN,
                          .volunteer = person,
                          .mode = assign->mode,
                          .travel_ms = assign->travel_ms,
                          .why = g_strdup(assign->why)});
  mi_random random =
      mi_behaviour_random(simulation->options->seed, simulation->options->run, MI_DRAW_TRIP, incident, person, 0);
  mi_trip trip = mi_behaviour_trip(simulation->scenario, &random, simulation->now_ms, assign->travel_ms, arrival);
  who->set_out_ms = simulation->now_ms + trip.turnout_ms;
  who->due_ms = who->set_out_ms + trip.travel_ms;
  mi_happening happening = {.at_ms = who->due_ms, .incident = incident, .volunteer = person, .token = ++who->token};
  bool turns_back = trip.turns_back && who->turned_back != incident;
  if (turns_back) happening.at_ms = who->set_out_ms + trip.travel_ms / 2;
  mi_clock_put(&simulation->clock, turns_back ? MI_HAPPENS_TURN_BACK : MI_HAPPENS_ARRIVE, happening);
}

void mi_crowd_arrive(mi_simulation *simulation, const mi_happening *happening) {
  mi_person *who = &simulation->people[happening->volunteer];
  if (who->token != happening->token || who->status != MI_STATUS_ON_WAY) return;
  mi_case *incident = &simulation->out->incidents[happening->incident];
  set_status(simulation, who, MI_STATUS_THERE);
  simulation->out->arrived++;
  incident->on_way--;
  incident->there++;
  who->at = simulation->out->arrivals.list[happening->incident].position;
  who->way_home_ms = who->due_ms - who->set_out_ms; /* as long as the way there */
  mi_cases_tell(simulation, happening->incident, (mi_line){.kind = MI_LINE_ARRIVE, .volunteer = happening->volunteer});
  MusterEvent event = {.type = MUSTER_EVENT_ARRIVE,
                       .volunteer = mi_person_id(simulation, happening->volunteer),
                       .incident = mi_case_id(happening->incident)};
  mi_simulation_step(simulation, &event);
  say_place(simulation, happening->volunteer);
  mi_cases_somebody_there(simulation, happening->incident);
}

/* Somebody stopped on the way is taken to be at the nearer end of the trip; at the farther one, as long as they
 * travelled from home. */
static void stop_trip(mi_simulation *simulation, uint32_t person) {
  mi_person *who = &simulation->people[person];
  int64_t travelled_ms = simulation->now_ms - who->set_out_ms;
  if (travelled_ms <= (who->due_ms - who->set_out_ms) / 2) return;
  who->at = simulation->out->arrivals.list[who->incident].position;
  who->way_home_ms = travelled_ms;
  mi_clock_put(&simulation->clock, MI_HAPPENS_PLACE,
               (mi_happening){.at_ms = simulation->now_ms, .volunteer = person, .token = who->token});
}

/* From the way or from the scene back to stand-by, and home unless another incident comes in between. */
static void become_free(mi_simulation *simulation, uint32_t person) {
  mi_person *who = &simulation->people[person];
  who->token++;
  if (who->status == MI_STATUS_ON_WAY) stop_trip(simulation, person);
  if (who->way_home_ms >= 0)
    mi_clock_put(&simulation->clock, MI_HAPPENS_HOME,
                 (mi_happening){
                     .at_ms = simulation->now_ms + who->way_home_ms,
                     .volunteer = person,
                     .token = who->token,
                 });
  leave(simulation, person);
  set_status(simulation, who, MI_STATUS_FREE);
  if (who->leaves)
    mi_clock_put(&simulation->clock, MI_HAPPENS_DUTY, (mi_happening){.at_ms = simulation->now_ms, .volunteer = person});
}

void mi_crowd_turn_back(mi_simulation *simulation, const mi_happening *happening) {
  mi_person *who = &simulation->people[happening->volunteer];
  if (who->token != happening->token || who->status != MI_STATUS_ON_WAY) return;
  simulation->out->turned_back++;
  who->turned_back = happening->incident;
  become_free(simulation, happening->volunteer);
  mi_cases_tell(simulation, happening->incident,
                (mi_line){.kind = MI_LINE_TURNED_BACK, .volunteer = happening->volunteer});
  MusterEvent event = {.type = MUSTER_EVENT_RELEASE,
                       .volunteer = mi_person_id(simulation, happening->volunteer),
                       .incident = mi_case_id(happening->incident)};
  mi_simulation_step(simulation, &event);
}

void mi_crowd_withdraw(mi_simulation *simulation, uint32_t person, uint32_t incident) {
  mi_person *who = &simulation->people[person];
  for (uint32_t at = who->alerts; at != MUSTER_NONE; at = g_array_index(simulation->alerts, mi_request, at).next) {
    if (g_array_index(simulation->alerts, mi_request, at).incident != incident) continue;
    end_alert(simulation, who, at);
    if (simulation->now_ms < g_array_index(simulation->alerts, mi_request, at).expires_at_ms)
      simulation->out->incidents[incident].withdrawn++;
    break;
  }
  if (who->incident != incident || who->status != MI_STATUS_ON_WAY) return;
  mi_cases_tell(simulation, incident, (mi_line){.kind = MI_LINE_STOOD_DOWN, .volunteer = person});
  become_free(simulation, person);
}

void mi_crowd_free_all(mi_simulation *simulation, uint32_t incident) {
  while (simulation->out->incidents[incident].people != MUSTER_NONE)
    become_free(simulation, simulation->out->incidents[incident].people);
}

void mi_crowd_say_place(mi_simulation *simulation, const mi_happening *happening) {
  const mi_person *who = &simulation->people[happening->volunteer];
  if (who->token == happening->token && who->status == MI_STATUS_FREE) say_place(simulation, happening->volunteer);
}

void mi_crowd_come_home(mi_simulation *simulation, const mi_happening *happening) {
  const mi_person *who = &simulation->people[happening->volunteer];
  if (who->token == happening->token && who->status == MI_STATUS_FREE) go_to_place(simulation, happening->volunteer);
}

void mi_crowd_finish(mi_simulation *simulation) {
  for (size_t i = 0; i < simulation->person_count; i++)
    set_status(simulation, &simulation->people[i], (mi_status)simulation->people[i].status);
  g_free(simulation->people);
  mi_shifts_free(simulation->shifts);
}
