/* The reader of the OR-Library's p-median problems: what is read must hold together; what is refused must say why. */
#include "muster/plan.h"
#include "temporary_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ways are as long as they are back, and none is longer than one by way of a third node. */
static void check_times(const MusterPmed *pmed) {
  uint32_t n = pmed->node_count;
  g_assert_cmpuint(pmed->p, >=, 1);
  g_assert_cmpuint(pmed->p, <=, n);
  for (uint32_t i = 0; i < n; i++) {
    g_assert_cmpuint(pmed->times[(size_t)i * n + i], ==, 0);
    for (uint32_t j = 0; j < n; j++) {
      uint64_t time = pmed->times[(size_t)i * n + j];
      g_assert_cmpuint(time, ==, pmed->times[(size_t)j * n + i]);
      if (time != MUSTER_UNREACHABLE_MS && pmed->times[j] != MUSTER_UNREACHABLE_MS)
        g_assert_cmpuint(pmed->times[i], <=, pmed->times[j] + time);
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!path) make_file();
  write_file(data, size);
  g_auto(MusterPmed) pmed = {0};
  GError *error = NULL;
  if (muster_pmed_read(path, &pmed, &error)) {
    check_times(&pmed);
    return 0;
  }
  g_assert_nonnull(error);
  g_assert_true(g_utf8_validate(error->message, -1, NULL));
  g_error_free(error);
  return 0;
}
