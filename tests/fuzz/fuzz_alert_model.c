/* INI text of an alert model: its figures, and for short texts, since they take their time, the tables made of them. */
#include "alert/model.h"

enum { SHORT_BYTES = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autoptr(GError) error = NULL;
  size_t default_bytes;
  const char *text = muster_alert_model_default_text(&default_bytes);
  mi_alert_figures figures = {0};
  g_assert_true(mi_alert_figures_read(&figures, "built-in model", text, default_bytes, NULL));
  bool fine = mi_alert_figures_read(&figures, "fuzz", (const char *)data, size, &error);
  g_assert_true(fine == (error == NULL));
  mi_alert_figures_clear(&figures);
  if (!fine || size > SHORT_BYTES) return 0;
  g_autoptr(MusterAlertModel) model = muster_alert_model_parse("fuzz", (const char *)data, size, NULL);
  g_assert_true(muster_alert_model_error(model) >= 0);
  return 0;
}
