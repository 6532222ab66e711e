/* How people behave: answers, turnout, travel, work on the scene, contact cards. Pure draws.
 *
 * Each draw has its own generator, keyed by who and what it concerns: the same volunteer alerted for the same incident
 * answers alike under every policy, whatever happened in between (common random numbers).
 */
#ifndef MI_SIM_BEHAVIOUR_H
#define MI_SIM_BEHAVIOUR_H

#include "sim/arrivals.h"

typedef enum mi_purpose { MI_DRAW_ANSWER, MI_DRAW_TRIP, MI_DRAW_SERVICE, MI_DRAW_CARD, MI_DRAW_DUTY } mi_purpose;
/* The generator for one purpose; a and b say whom it concerns, nth counts repetitions. */
mi_random mi_behaviour_random(uint64_t seed, uint32_t run, mi_purpose purpose, uint32_t a, uint32_t b, uint32_t nth);

typedef struct mi_answer {
  int64_t delivered_ms; /* after the alert; −1: lost on the way, and then there is no answer */
  int64_t answered_ms;  /* after the alert; −1: no answer */
  bool accepts;
} mi_answer;
/* earlier: alerts this volunteer had in the last 24 h. */
mi_answer mi_behaviour_answer(const MusterScenario *scenario, mi_random *random, int64_t at_ms, uint32_t earlier);
/* The chance of accepting behind it. */
double mi_behaviour_acceptance(const MusterScenario *scenario, int64_t at_ms, uint32_t earlier);

typedef struct mi_trip {
  int64_t turnout_ms, travel_ms; /* travel to the door included */
  bool turns_back;               /* half-way */
} mi_trip;
mi_trip mi_behaviour_trip(const MusterScenario *scenario, mi_random *random, int64_t at_ms, uint32_t expected_ms,
                          const mi_arrival *arrival);
int64_t mi_behaviour_service_ms(const MusterScenario *scenario, mi_random *random);
/* Until the card is read, with all that are lost and sent again. */
int64_t mi_behaviour_card_ms(const MusterScenario *scenario, mi_random *random, bool by_app);

#endif
