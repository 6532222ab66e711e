/* How people behave; distributions and their sources: docs/simulation.md. */
#include "sim/behaviour.h"

#include <math.h>

static const double DOOR_SIGMA = 0.5;

/* Finaliser of MurmurHash3: spreads the key over all 64 bits. */
static uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 33)) * UINT64_C(0xFF51AFD7ED558CCD);
  x = (x ^ (x >> 33)) * UINT64_C(0xC4CEB9FE1A85EC53);
  return x ^ (x >> 33);
}

mi_random mi_behaviour_random(uint64_t seed, uint32_t run, mi_purpose purpose, uint32_t a, uint32_t b, uint32_t nth) {
  uint64_t key = mix(((uint64_t)run << 32 | (uint32_t)purpose) + UINT64_C(0x9E3779B97F4A7C15));
  key = mix(key ^ ((uint64_t)a << 32 | b));
  key = mix(key + nth);
  mi_random random;
  mi_random_init(&random, seed, key);
  return random;
}

static int64_t to_ms(double seconds) { return (int64_t)(seconds * 1000 + 0.5); }

double mi_behaviour_acceptance(const MusterScenario *scenario, int64_t at_ms, uint32_t earlier) {
  double chance = scenario->acceptance * fmax(pow(1 - scenario->fatigue, earlier), scenario->fatigue_floor);
  return mi_is_night(at_ms) ? chance * scenario->acceptance_night : chance;
}

mi_answer mi_behaviour_answer(const MusterScenario *scenario, mi_random *random, int64_t at_ms, uint32_t earlier) {
  mi_answer answer = {-1, -1, false};
  bool lost = mi_random_unit(random) < scenario->alert_lost;
  double delivered_s = mi_random_lognormal(random, scenario->alert_s, 0.5);
  double answered_s = mi_random_gamma(random, scenario->answer_s, scenario->answer_sd_s);
  answer.accepts = mi_random_unit(random) < mi_behaviour_acceptance(scenario, at_ms, earlier);
  bool silent = mi_random_unit(random) < scenario->no_answer;
  if (lost) return (mi_answer){-1, -1, false};
  answer.delivered_ms = to_ms(fmin(delivered_s, answered_s));
  if (answer.accepts || !silent) answer.answered_ms = to_ms(answered_s);
  return answer;
}

mi_trip mi_behaviour_trip(const MusterScenario *scenario, mi_random *random, int64_t at_ms, uint32_t expected_ms,
                          const mi_arrival *arrival) {
  double turnout_s = mi_is_night(at_ms) ? scenario->turnout_night_s : scenario->turnout_s;
  turnout_s = mi_random_lognormal(random, turnout_s, scenario->turnout_sigma);
  double travel_s = expected_ms / 1000.0 * mi_random_lognormal(random, scenario->travel_factor, scenario->travel_sigma);
  travel_s += mi_random_lognormal(random, scenario->door_s, DOOR_SIGMA);
  if (arrival->high_floor) travel_s += scenario->high_rise_s;
  if (arrival->wrong_address) travel_s += scenario->wrong_address_s;
  bool turns_back = mi_random_unit(random) < scenario->turns_back;
  return (mi_trip){to_ms(turnout_s), to_ms(travel_s), turns_back};
}

int64_t mi_behaviour_service_ms(const MusterScenario *scenario, mi_random *random) {
  double mean_s = scenario->service_min * 60, sigma = scenario->service_sigma;
  if (sigma <= 0) return to_ms(mi_random_exponential(random, mean_s));
  return to_ms(mi_random_lognormal(random, mean_s * exp(-sigma * sigma / 2), sigma));
}

int64_t mi_behaviour_card_ms(const MusterScenario *scenario, mi_random *random, bool by_app) {
  double seconds =
      mi_random_lognormal(random, by_app ? scenario->card_app_s : scenario->card_text_s, scenario->card_sigma);
  while (mi_random_unit(random) < scenario->card_lost) seconds += scenario->card_resend_s;
  return to_ms(seconds);
}
