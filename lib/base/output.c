/* Output files that are whole or not there. The folder is not synced: a county file can be made again. */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *mi_output_temporary_name(const char *path) {
  return g_strdup_printf("%s.%ld-%08x.part", path, (long)getpid(), g_random_int());
}

bool mi_output_commit(const char *temporary, const char *path, GQuark domain, int code, GError **error) {
  int file = open(temporary, O_RDWR | O_CLOEXEC);
  bool done = file >= 0 && fsync(file) == 0;
  if (file >= 0) done = close(file) == 0 && done;
  done = done && rename(temporary, path) == 0;
  if (done) return true;
  int reason = errno;
  mi_output_discard(temporary);
  g_set_error(error, domain, code, "%s: cannot be written: %s", path, strerror(reason));
  return false;
}

void mi_output_discard(const char *temporary) { (void)unlink(temporary); }
