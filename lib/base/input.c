/* Settings files read whole; see input.h. */
#include "base/input.h"

enum { LARGEST_BYTES = 1024 * 1024 };

char *mi_input_read(const char *path, const char *what, gsize *bytes, GQuark domain, int open_code, int form_code,
                    GError **error) {
  g_autoptr(GError) reason = NULL;
  g_autofree char *data = NULL;
  if (!g_file_test(path, G_FILE_TEST_IS_REGULAR) || !g_file_get_contents(path, &data, bytes, &reason)) {
    g_set_error(error, domain, open_code, "%s: cannot be read: %s", path,
                reason ? reason->message : "not a regular file");
    return NULL;
  }
  if (*bytes <= LARGEST_BYTES) return g_steal_pointer(&data);
  g_set_error(error, domain, form_code, "%s: expected %s of at most 1 MiB, found %" G_GSIZE_FORMAT " bytes", path, what,
              *bytes);
  return NULL;
}
