/* One sentence for a file refused; see refuse.h. */
#include "road/refuse.h"

bool mi_road_refuse(const char *path, GError **error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, MUSTER_ROAD_ERROR, MUSTER_ROAD_ERROR_FORMAT, "%s: %s", path, text);
  return false;
}
