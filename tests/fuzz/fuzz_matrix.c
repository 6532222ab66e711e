/* CSV text of a table of travel times. */
#include "engine/matrix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterTravel) travel = mi_matrix_parse("fuzz", (const char *)data, size, &error);
  g_assert_true((travel == NULL) == (error != NULL));
  return 0;
}
