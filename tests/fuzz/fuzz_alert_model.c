/* INI text of an alert model. */
#include <muster/alert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterAlertModel) model = muster_alert_model_parse("fuzz", (const char *)data, size, &error);
  if (model)
    g_assert_true(muster_alert_model_error(model) >= 0);
  else
    g_assert_nonnull(error);
  return 0;
}
