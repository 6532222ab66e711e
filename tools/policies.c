/* muster help policies: the built-in policies and every setting with its unit, range and meaning. */
#include <string.h>

#include "commands.h"

static void print_policies(void) {
  g_autoptr(MusterPolicy) policy = muster_policy_new(NULL, NULL);
  g_autofree char *settings = muster_policy_describe(policy);
  printf(
      "A policy decides whom the engine alerts, how many, and when it tells the next level of the chain of command.\n\n"
      "Built in, for `--policy NAME`:\n"
      "  nearest-fcfs   closest idle volunteers; those waiting are served first come, first served\n"
      "  nearest-fair   closest idle volunteers; who comes free goes to the nearest of those waiting (default)\n"
      "  optimal        all open incidents re-optimised together after each event\n"
      "  guarantee      the fewest alerts that meet each stage with a stated probability\n\n"
      "An INI file overrides single settings, for `--policy FILE.ini`:\n\n"
      "  [policy]\n"
      "  base = nearest-fair\n"
      "  alerts_per_slot = 5\n\n"
      "Modes, for the event `mode`: what differs from [policy] for a hazard at a level from 1 to 9:\n\n"
      "  [wartime flood 2]\n"
      "  acceptance = certain\n\n"
      "Settings, with the values of %s and their ranges:\n\n",
      muster_policy_name(policy));
  for (const char *line = settings; *line;) {
    int length = (int)strcspn(line, "\n");
    printf("  %.*s\n", length, line);
    line += length + (line[length] == '\n');
  }
}

const mt_topic mt_policies = {
    .name = "policies",
    .summary = "the built-in policies and every setting with its unit",
    .print = print_policies,
};
