/* Files of places; see places.h. */
#include "places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool read_line(GArray *places, char *line, const char *where, const mt_common *common,
                      const MusterNetwork *network, GError **error) {
  line[strcspn(line, "#")] = '\0';
  g_strstrip(line);
  if (!line[0]) return true;
  MusterRoadPoint place;
  if (!mt_parse_place(common, network, where, line, &place, error)) return false;
  g_array_append_val(places, place);
  return true;
}

bool mt_places_read(GArray *places, const char *path, const mt_common *common, const MusterNetwork *network,
                    GError **error) {
  FILE *stream = mt_input_open(path, error);
  if (!stream) return false;
  const char *name = mt_input_name(path);
  char *line = NULL;
  size_t capacity = 0, number = 0;
  bool read = true;
  for (ssize_t bytes; read && (bytes = getline(&line, &capacity, stream)) >= 0;) {
    g_autofree char *where = g_strdup_printf("%s:%zu", name, ++number);
    bool marked = number == 1 && g_str_has_prefix(line, "\xEF\xBB\xBF"); /* a byte order mark */
    read = strlen(line) == (size_t)bytes;
    if (!read)
      g_set_error(error, MT_ERROR, 0, "%s: expected text, found a NUL byte", where);
    else
      read = read_line(places, line + (marked ? 3 : 0), where, common, network, error);
  }
  if (read && ferror(stream)) {
    g_set_error(error, MT_ERROR, 0, "%s: cannot be read: %s", name, g_strerror(errno));
    read = false;
  }
  free(line);
  if (stream != stdin) fclose(stream);
  return read;
}
