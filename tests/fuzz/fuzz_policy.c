/* INI text of a policy. */
#include "engine/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterPolicy) policy = muster_policy_parse("fuzz", (const char *)data, size, &error);
  if (policy)
    g_free(muster_policy_describe(policy));
  else
    g_assert_nonnull(error);
  return 0;
}
