/* An input file mapped into memory; see map.h. */
#include "base/map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Why the open file cannot be mapped, NULL if it can. */
static const char *find_hindrance(int file) {
  struct stat status;
  if (fstat(file, &status) != 0) return strerror(errno);
  if (S_ISDIR(status.st_mode)) return "expected a file, found a folder";
  return S_ISREG(status.st_mode) ? NULL : "expected a plain file, found a device or a pipe";
}

GMappedFile *mi_map_file(const char *path, GQuark domain, int code, GError **error) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe nobody writes to must not hold us up */
  const char *hindrance = file < 0 ? strerror(errno) : find_hindrance(file);
  g_autoptr(GError) reason = NULL;
  GMappedFile *map = hindrance ? NULL : g_mapped_file_new_from_fd(file, FALSE, &reason);
  if (!map) g_set_error(error, domain, code, "%s: cannot be read: %s", path, hindrance ? hindrance : reason->message);
  if (file >= 0) close(file);
  return map;
}
