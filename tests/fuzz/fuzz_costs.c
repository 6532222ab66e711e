/* The readers of `muster assign`: the first byte says how much of the rest is the file of costs, what follows it is the
 * file of events. What is read must hold together; what is refused must say why. */
#include "../../tools/costs.h"
#include "temporary_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void assert_refused(GError *error) {
  g_assert_nonnull(error);
  g_assert_true(g_utf8_validate(error->message, -1, NULL));
  g_error_free(error);
}

static void check_costs(const mt_costs *costs) {
  for (guint i = 0; i < costs->pairs->len; i++) {
    const mt_pair *pair = &g_array_index(costs->pairs, mt_pair, i);
    g_assert_cmpuint(pair->row, <, costs->rows->len);
    g_assert_cmpuint(pair->candidate.column, <, costs->columns->len);
    g_assert_cmpint(ABS(pair->candidate.cost.time_ms), <=, costs->most);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!path) make_file();
  if (size == 0) return 0;
  size_t costs_size = (size - 1) * data[0] / 255;
  g_auto(mt_costs) costs = {0};
  GError *error = NULL;
  write_file(data + 1, costs_size);
  if (!mt_costs_read(&costs, path, &error)) {
    assert_refused(error);
    return 0;
  }
  check_costs(&costs);
  write_file(data + 1 + costs_size, size - 1 - costs_size);
  g_autoptr(GArray) events = mt_events_read(&costs, path, &error);
  if (!events) {
    assert_refused(error);
    return 0;
  }
  for (guint i = 0; i < events->len; i++) {
    const mt_event *event = &g_array_index(events, mt_event, i);
    bool of_row = event->kind == MT_ARRIVE || event->kind == MT_CLOSE;
    g_assert_cmpuint(event->number, <, of_row ? costs.rows->len : costs.columns->len);
  }
  return 0;
}
