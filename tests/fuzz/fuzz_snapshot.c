/* Snapshots of the engine: whatever the bytes, either a refusal or an engine that goes on. */
#include <muster/muster.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const names[] = {"A", "B"};
  static const uint32_t times_ms[] = {0, 60000, 90000, 0};
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterEngine) engine =
      muster_engine_restore(NULL, muster_travel_new_matrix(names, 2, times_ms), NULL, data, size, &error);
  if (!engine) return 0;
  for (int i = 0; i < 4; i++) {
    MusterEvent event = {.type = i % 2 ? MUSTER_EVENT_REPORT : MUSTER_EVENT_TICK,
                         .at_ms = MIN(muster_engine_next_deadline_ms(engine), MUSTER_EVENT_LATEST_MS),
                         .incident = {.number = 1000000u + (unsigned)i},
                         .volunteer = MUSTER_ID_NONE,
                         .place = {.kind = MUSTER_PLACE_NAMED, .name = names[i / 2]}};
    muster_engine_step(engine, &event, NULL);
  }
  (void)muster_engine_state_hash(engine);
  return 0;
}
