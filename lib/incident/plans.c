/* The built-in response plans: what a kind of incident asks for when the report does not say.
 *
 * Counts are what a first response by neighbours needs before professional services arrive; a report may name its own
 * needs instead. Ordered by kind, so that the search can halve it.
 */
#include <muster/incident.h>
#include <string.h>

static const MusterResponsePlan plans[] = {
    {"cardiac_arrest", "Cardiac arrest", 1, {{"medic", 1}, {"first_aid", 2}, {0}}},
    {"dispute", "Dispute between neighbours", 3, {{"psychology", 1}, {NULL, 1}, {0}}},
    {"elderly_help", "Help for an elderly person", 3, {{"elderly_care", 1}, {0}}},
    {"epidemic_supply", "Supplies to people in quarantine", 3, {{"driver", 1}, {NULL, 1}, {0}}},
    {"fall", "Fall at home", 2, {{"first_aid", 1}, {NULL, 1}, {0}}},
    {"fire", "Fire", 1, {{"firefighting", 3}, {"first_aid", 1}, {0}}},
    {"flood_evacuation", "Evacuation before or during a flood", 2, {{"driver", 1}, {NULL, 2}, {0}}},
    {"flood_rescue", "Rescue from flood water", 1, {{"water_rescue", 2}, {"first_aid", 1}, {0}}},
    {"general", "Anything else", 3, {{NULL, 1}, {0}}},
    {"hardship_relief", "Relief for a household in need", 4, {{NULL, 1}, {0}}},
    {"landslide", "Landslide or collapsed building", 1, {{"first_aid", 2}, {"driver", 1}, {NULL, 3}, {0}}},
    {"medical", "Medical emergency", 1, {{"first_aid", 1}, {0}}},
    {"missing_person", "Missing person", 2, {{"driver", 1}, {NULL, 4}, {0}}},
    {"policy_advice", "Advice on a policy or a form", 4, {{NULL, 1}, {0}}},
    {"power_outage", "Power failure", 3, {{"electrician", 1}, {0}}},
    {"psychological_crisis", "Person in mental distress", 2, {{"psychology", 1}, {0}}},
    {"traffic_accident", "Traffic accident", 1, {{"first_aid", 2}, {NULL, 1}, {0}}},
    {"water_supply", "Drinking water during a drought or a burst main", 3, {{"driver", 1}, {NULL, 1}, {0}}},
};

const MusterResponsePlan *muster_response_plans(size_t *count) {
  if (count) *count = G_N_ELEMENTS(plans);
  return plans;
}

const MusterResponsePlan *muster_response_plan_find(const char *kind) {
  size_t low = 0, high = G_N_ELEMENTS(plans);
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(plans[middle].kind, kind);
    if (order == 0) return &plans[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}
