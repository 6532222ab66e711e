/* INI text of a scenario. */
#include "sim/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterPlans) plans = muster_plans_new(NULL, NULL);
  g_autoptr(MusterScenario) scenario = mi_scenario_parse("fuzz.ini", (const char *)data, size, plans, &error);
  if (scenario)
    g_free(muster_scenario_describe(scenario));
  else
    g_assert_nonnull(error);
  return 0;
}
