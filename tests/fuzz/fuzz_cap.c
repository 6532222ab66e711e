/* XML of an alert, and the events made of it: each must be one that the event reader takes. */
#include <muster/muster.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterCap) cap = muster_cap_parse("fuzz", (const char *)data, size, &error);
  const MusterCap *one = cap;
  g_autofree char *events = cap ? muster_cap_events(&one, 1, NULL, 0, 0, NULL, &error) : NULL;
  g_assert_true((events != NULL) == (error == NULL));
  if (!events) return 0;
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  g_auto(GStrv) lines = g_strsplit(events, "\n", -1);
  for (char **line = lines; **line; line++) {
    MusterEvent event;
    g_assert_true(muster_event_reader_parse(reader, *line, strlen(*line), &event, NULL));
  }
  return 0;
}
