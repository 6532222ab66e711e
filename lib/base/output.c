/* Output files that are whole or not there. The folder is not synced: a county file can be made again. A link keeps
 * pointing to its file, and a device or a pipe is never replaced by a file of its name. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where the file itself lies if `path` is a link to it. */
static char *find_target(const char *path) {
  char *real = realpath(path, NULL);
  char *target = g_strdup(real ? real : path);
  free(real);
  return target;
}

/* Only a file may be replaced; a folder is left to rename, which has a reason of its own. */
static bool may_replace(const char *path) {
  struct stat status;
  return stat(path, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode);
}

char *mi_output_temporary_name(const char *path) {
  g_autofree char *target = find_target(path);
  return g_strdup_printf("%s.%ld-%08x.part", target, (long)getpid(), g_random_int());
}

static bool flush_file(const char *path) {
  int file = open(path, O_RDWR | O_CLOEXEC);
  bool done = file >= 0 && fsync(file) == 0;
  if (file >= 0) done = close(file) == 0 && done;
  return done;
}

static bool fail(const char *temporary, const char *path, GQuark domain, int code, GError **error) {
  int reason = errno;
  mi_output_discard(temporary);
  g_set_error(error, domain, code, "%s: cannot be written: %s", path, strerror(reason));
  return false;
}

bool mi_output_commit(const char *temporary, const char *path, GQuark domain, int code, GError **error) {
  if (!may_replace(path)) {
    mi_output_discard(temporary);
    g_set_error(error, domain, code, "%s: cannot be written: expected a file or a new name, found a device or a pipe",
                path);
    return false;
  }
  g_autofree char *target = find_target(path);
  return (flush_file(temporary) && rename(temporary, target) == 0) || fail(temporary, path, domain, code, error);
}

/* A second name is given only if nobody has it; a file system without second names has no such rename either. */
bool mi_output_commit_new(const char *temporary, const char *path, bool *made, GQuark domain, int code,
                          GError **error) {
  *made = flush_file(temporary) && link(temporary, path) == 0;
  if (*made || errno == EEXIST) {
    mi_output_discard(temporary);
    return true;
  }
  bool has_no_links = errno == EPERM || errno == ENOTSUP || errno == ENOSYS;
  *made = has_no_links && access(path, F_OK) != 0 && rename(temporary, path) == 0;
  return *made || fail(temporary, path, domain, code, error);
}

void mi_output_discard(const char *temporary) { (void)unlink(temporary); }
