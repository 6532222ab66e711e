/* muster help plans: what a file of plans may hold, and the built-in plans as one. */
#include "commands.h"

static void print_plans(void) {
  g_autoptr(MusterPlans) plans = muster_plans_new(NULL, NULL);
  g_autofree char *ini = muster_plans_to_ini(plans);
  printf(
      "# A response plan says what a kind of incident asks for when the report does not. A file for `--plans FILE`\n"
      "# changes single keys of these plans and adds others; docs/plans.md explains the keys. What follows is such a\n"
      "# file: the built-in plans. alarm_2, alarm_3, … add to the levels below them; alpha_permille 0 is the "
      "policy's.\n"
      "# A neighbouring county, for those who report from outside this one:\n"
      "#   [neighbour NAME]\n"
      "#   contact = ID\n"
      "#   position = LONGITUDE, LATITUDE\n"
      "\n%s",
      ini);
}

const mt_topic mt_plans = {
    .name = "plans",
    .summary = "the built-in response plans, as the file they would be",
    .print = print_plans,
};
