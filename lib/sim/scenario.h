/* A scenario: every number the simulation draws from, with its unit, range and meaning.
 *
 * One table (MI_SCENARIO_SETTINGS) makes the fields, the two built-in sets, the INI keys and the documentation that
 * `muster_scenario_describe` and the report print.
 */
#ifndef MI_SIM_SCENARIO_H
#define MI_SIM_SCENARIO_H

#include <muster/sim.h>

enum { MI_HOURS = 24, MI_SCENARIO_KINDS_MAX = 32 };

/* X(field, group, key, unit, ordinary, flood, least, most, meaning) */
#define MI_SCENARIO_SETTINGS(X)                                                                                      \
  X(days, "time", "days", "d", 7, 1, 1, 3660, "simulated days; the first is a Monday")                               \
  X(runs, "time", "runs", "", 5, 5, 1, 10000, "replications")                                                        \
  X(drain_h, "time", "drain", "h", 24, 24, 1, 240, "time after the last day in which open incidents may still end")  \
  X(load, "load", "per_1000_residents_and_day", "1/d", 0.28243, 0.28243, 0, 1000,                                    \
    "everyday incidents for 1,000 residents (80 a day in 283,255)")                                                  \
  X(flood, "flood", "per_1000_residents", "", 0, 5.9, 0, 1000,                                                       \
    "incidents of the whole flood for 1,000 residents (Harvey, a day: 30,000 calls, 2.2 an incident, 2.3 million)")  \
  X(flood_start_h, "flood", "start", "h", 5, 5, 0, 8760, "when the front enters the county")                         \
  X(crossing_h, "flood", "crossing", "h", 6, 6, 0, 240, "time the front takes along its course through the county")  \
  X(width_m, "flood", "width", "m", 4000, 4000, 10, 1e6, "standard deviation of the load across the course")         \
  X(pulse_h, "flood", "pulse_mean", "h", 3, 3, 0.01, 240, "gamma pulse after the front's arrival: mean")             \
  X(pulse_sd_h, "flood", "pulse_sd", "h", 2, 2, 0.01, 240, "gamma pulse after the front's arrival: deviation")       \
  X(branching, "flood", "branching", "", 0.4, 0.4, 0, 0.9, "incidents that one incident sets off nearby (Hawkes)")   \
  X(kernel_min, "flood", "kernel_time", "min", 20, 20, 0.1, 240, "mean delay of those set off")                      \
  X(kernel_m, "flood", "kernel_radius", "m", 300, 300, 1, 10000, "radius around their origin")                       \
  X(duplicates, "calls", "duplicates", "", 0.1, 1.2116, 0, 20,                                                       \
    "mean number of further reports of one incident (12,000 calls for 5,426 incidents)")                             \
  X(duplicate_min, "calls", "duplicate_time", "min", 10, 10, 0.1, 240, "they come within this time")                 \
  X(duplicate_m, "calls", "duplicate_radius", "m", 150, 150, 0, 5000, "and name a place within this distance")       \
  X(recognised, "calls", "recognised", "", 0.9, 0.7, 0, 1, "share of them that the call-taker recognises")           \
  X(recognise_s, "calls", "recognise_time", "s", 60, 60, 0, 3600, "mean time until then")                            \
  X(app_share, "calls", "app_share", "", 0.5, 0.5, 0, 1, "share of reports by app; the rest telephones")             \
  X(lines, "calls", "lines_per_100000", "", 8, 8, 0.001, 100000, "telephone lines for 100,000 residents")            \
  X(call_min, "calls", "call_time", "min", 1.5, 2.5, 0.01, 60, "mean length of a telephone call")                    \
  X(redial_s, "calls", "redial", "s", 45, 45, 1, 3600, "mean pause before redialling after the engaged tone")        \
  X(give_up, "calls", "give_up", "", 0.1, 0.1, 0.001, 1, "chance of giving up after an engaged tone")                \
  X(card_app_s, "card", "app", "s", 3, 3, 0, 3600, "median time of a contact card to the app")                       \
  X(card_text_s, "card", "text", "s", 8, 12, 0, 3600, "median time of a contact card by text message")               \
  X(card_sigma, "card", "sigma", "", 0.7, 0.7, 0, 3, "spread of both (deviation of the logarithm)")                  \
  X(card_lost, "card", "lost", "", 0.01, 0.05, 0, 0.9, "share of cards lost on the way")                             \
  X(card_resend_s, "card", "resend", "s", 90, 90, 1, 36000, "a lost card is sent again after this time")             \
  X(acceptance, "volunteers", "acceptance", "", 0.36, 0.36, 0, 1, "chance that an alert is accepted, by day")        \
  X(acceptance_night, "volunteers", "acceptance_night", "", 0.7, 0.7, 0, 1, "factor on it from 22:00 to 06:00")      \
  X(fatigue, "volunteers", "fatigue", "", 0.05, 0.05, 0, 1,                                                          \
    "share of it lost with each earlier alert of the last 24 h")                                                     \
  X(fatigue_floor, "volunteers", "fatigue_floor", "", 0.25, 0.25, 0, 1, "but never below this share of it")          \
  X(no_answer, "volunteers", "no_answer", "", 0.5, 0.5, 0, 1, "share of those not accepting who do not answer")      \
  X(answer_s, "volunteers", "answer_mean", "s", 45, 45, 0.001, 3600, "time to answer (gamma): mean")                 \
  X(answer_sd_s, "volunteers", "answer_sd", "s", 21.5, 21.5, 0.001, 3600, "time to answer (gamma): deviation")       \
  X(alert_s, "volunteers", "delivery", "s", 2, 3, 0, 3600, "median time of an alert to the telephone")               \
  X(alert_lost, "volunteers", "alert_lost", "", 0.01, 0.03, 0, 1, "share of alerts lost on the way")                 \
  X(turnout_s, "volunteers", "turnout_day", "s", 105, 105, 0, 3600, "median turnout by day (lognormal)")             \
  X(turnout_night_s, "volunteers", "turnout_night", "s", 142, 142, 0, 3600, "median turnout from 22:00 to 06:00")    \
  X(turnout_sigma, "volunteers", "turnout_sigma", "", 0.5, 0.5, 0, 3, "its spread (deviation of the logarithm)")     \
  X(turns_back, "volunteers", "turns_back", "", 0.02, 0.02, 0, 1, "share of those on the way who have to turn back") \
  X(travel_factor, "travel", "factor", "", 1, 1.4, 0, 20, "real travel time over the expected one: median")          \
  X(travel_sigma, "travel", "sigma", "", 0.2, 0.3, 0, 3, "its spread (deviation of the logarithm)")                  \
  X(door_s, "travel", "door", "s", 30, 30, 0, 3600, "median time from the road to the door (lognormal, sigma 0.5)")  \
  X(high_rise, "travel", "high_rise", "", 0.25, 0.25, 0, 1, "share of incidents of urban grids on high floors")      \
  X(high_rise_s, "travel", "high_rise_time", "s", 120, 120, 0, 3600, "time added there")                             \
  X(wrong_address, "travel", "wrong_address", "", 0.02, 0.04, 0, 1, "share of incidents with a wrong address")       \
  X(wrong_address_s, "travel", "wrong_address_time", "s", 240, 240, 0, 36000, "time added there")                    \
  X(service_min, "scene", "time_mean", "min", 12, 12, 0.001, 10000, "time of work on the scene: mean")               \
  X(service_sigma, "scene", "time_sigma", "", 0, 0, 0, 3, "its spread: 0 exponential, else lognormal")               \
  X(wait_min, "scene", "wait_for_others", "min", 15, 15, 0, 10000,                                                   \
    "the first who came begin alone when the others are not there after this time")                                  \
  X(repeat_min, "scene", "found_served", "min", 2, 2, 0, 10000,                                                      \
    "time spent where a report turns out to repeat another one")                                                     \
  X(resolution, "ends", "resolution_per_h", "1/h", 0.1, 0.35, 0, 1000,                                               \
    "hazard that neighbours help first, while no volunteer is there")                                                \
  X(patience_min, "ends", "patience", "min", 0, 240, 0, 100000,                                                      \
    "median time after which a resident with nobody on the way gives up; 0: never")                                  \
  X(patience_sigma, "ends", "patience_sigma", "", 0.5, 0.5, 0, 3, "its spread (deviation of the logarithm)")         \
  X(work_start_h, "shifts", "work_start", "h", 8, 8, 0, 24, "from then to work_end, Monday to Friday, those also …") \
  X(work_end_h, "shifts", "work_end", "h", 18, 18, 0, 24, "… registered at work are there, else at home")

#define MI_SCENARIO_FIELD(field, ...) double field;
struct MusterScenario {
  gatomicrefcount references;
  char *name; /* of a file: its name without folder and ending */
  char *base;
  MusterPlans *plans; /* own the names of its kinds */
  MI_SCENARIO_SETTINGS(MI_SCENARIO_FIELD)
  double load_by_hour[MI_HOURS]; /* weights */
  double availability[MI_HOURS]; /* share of the registered on stand-by */
  struct {
    const char *kind; /* of a response plan */
    double ordinary, flood;
  } kinds[MI_SCENARIO_KINDS_MAX]; /* weights */
  size_t kind_count;
};

/* From INI text; path gives the name and stands in messages. */
MusterScenario *mi_scenario_parse(const char *path, const char *ini, size_t bytes, MusterPlans *plans, GError **error);

/* Calls `visit` for each single number in the order of the table. */
typedef void (*mi_scenario_visit)(const char *group, const char *key, const char *unit, double value,
                                  const char *meaning, void *user_data);
void mi_scenario_each(const MusterScenario *scenario, mi_scenario_visit visit, void *user_data);

/* The hour of the day, 0 to 23, of a time. */
static inline unsigned mi_hour_of(int64_t at_ms) { return (unsigned)(at_ms / 3600000 % 24); }
static inline bool mi_is_night(int64_t at_ms) { return mi_hour_of(at_ms) >= 22 || mi_hour_of(at_ms) < 6; }

#endif
