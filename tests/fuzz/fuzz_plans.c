/* INI text of response plans: what is read is written so that it reads the same. */
#include <muster/muster.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterPlans) plans = muster_plans_parse("fuzz", (const char *)data, size, &error);
  if (!plans) {
    g_assert_nonnull(error);
    g_assert_null(strchr(error->message, '\n'));
    return 0;
  }
  g_autofree char *ini = muster_plans_to_ini(plans);
  g_autoptr(MusterPlans) again = muster_plans_parse("again", ini, strlen(ini), &error);
  g_assert_no_error(error);
  g_autofree char *text = muster_plans_to_ini(again);
  g_assert_cmpstr(text, ==, ini);
  g_free(muster_plans_describe(plans));
  return 0;
}
