/* JSON events: each line of the input is read and stepped; decisions are written. */
#include <muster/muster.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static MusterEngine *new_engine(void) {
  static const char *const names[] = {"A", "B", "7"};
  static const uint32_t times_ms[] = {0, 60000, 120000, 60000, 0, MUSTER_UNREACHABLE_MS, 120000, 60000, 0};
  return muster_engine_new(NULL, muster_travel_new_matrix(names, 3, times_ms), NULL, true, NULL);
}

static void offer(MusterEngine *engine, MusterEventReader *reader, const char *line, size_t bytes) {
  MusterEvent event;
  size_t count;
  const MusterDecision *decisions;
  g_autoptr(GError) error = NULL;
  if (muster_event_reader_parse(reader, line, bytes, &event, &error))
    decisions = muster_engine_step(engine, &event, &count);
  else
    decisions = muster_engine_refuse(engine, error->message, &count);
  for (size_t i = 0; i < count; i++) g_free(muster_decision_to_json(engine, &decisions[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autoptr(MusterEngine) engine = new_engine();
  g_autoptr(MusterEventReader) reader = muster_event_reader_new();
  const char *at = (const char *)data, *end = at + size;
  while (at < end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    const char *stop = newline ? newline : end;
    offer(engine, reader, at, (size_t)(stop - at));
    at = stop + 1;
  }
  (void)muster_engine_state_hash(engine);
  return 0;
}
