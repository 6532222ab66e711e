/* Standard streams in place of named files; see streams.h. */
#include "streams.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_BYTES = 64 * 1024 };

static char *spool_folder, *spooled; /* the temporary file with standard input */
static bool stdin_claimed;

bool mt_claim_stdin(GError **error) {
  if (stdin_claimed) {
    g_set_error(error, MT_ERROR, 0, "standard input: expected \"-\" once, found it twice");
    return false;
  }
  stdin_claimed = true;
  return true;
}

/* For commands that do not watch for Ctrl-C themselves: mt_catch_interrupt replaces it. */
static void leave(int signal_number) {
  if (spooled) (void)unlink(spooled);
  if (spool_folder) (void)rmdir(spool_folder);
  _exit(128 + signal_number);
}

static void clean_up_on_signals(void) {
  const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
  for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
    struct sigaction now, action = {.sa_handler = leave};
    sigemptyset(&action.sa_mask);
    if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler == SIG_DFL) sigaction(signals[i], &action, NULL);
  }
}

/* Copies until the end of `from`; false with a sentence that names what failed. */
static bool copy(FILE *from, const char *from_name, FILE *to, const char *to_name, GError **error) {
  g_autofree char *block = g_malloc(BLOCK_BYTES);
  const char *failed = NULL;
  errno = 0;
  for (size_t bytes; !failed && !mt_interrupted() && (bytes = fread(block, 1, BLOCK_BYTES, from)) > 0;)
    if (fwrite(block, 1, bytes, to) != bytes) failed = to_name;
  if (!failed && ferror(from)) failed = from_name;
  if (!failed && fflush(to) != 0) failed = to_name;
  if (mt_interrupted())
    g_set_error(error, MT_ERROR, 0, "interrupted");
  else if (failed)
    g_set_error(error, MT_ERROR, 0, "%s: cannot be %s: %s", failed, failed == from_name ? "read" : "written",
                g_strerror(errno));
  return !failed && !mt_interrupted();
}

bool mt_input_file(const char **path, GError **error) {
  if (!*path || strcmp(*path, "-") != 0) return true;
  if (!mt_claim_stdin(error)) return false;
  clean_up_on_signals();
  spool_folder = g_dir_make_tmp("muster-XXXXXX", error);
  if (!spool_folder) return false;
  spooled = g_build_filename(spool_folder, "standard input", NULL); /* a county's note holds the last part */
  FILE *stream = fopen(spooled, "wbx");
  if (!stream) g_set_error(error, MT_ERROR, 0, "%s: cannot be written: %s", g_get_tmp_dir(), g_strerror(errno));
  bool done = stream && copy(stdin, "standard input", stream, g_get_tmp_dir(), error);
  if (stream && fclose(stream) != 0 && done) {
    g_set_error(error, MT_ERROR, 0, "%s: cannot be written: %s", g_get_tmp_dir(), g_strerror(errno));
    done = false;
  }
  *path = spooled;
  return done;
}

char *mt_hide_input_file(const char *text) {
  GString *shown = g_string_new(text);
  if (spooled) g_string_replace(shown, spooled, "standard input", 0);
  return g_string_free(shown, FALSE);
}

void mt_input_file_release(void) {
  if (spooled) (void)unlink(spooled);
  if (spool_folder) (void)rmdir(spool_folder);
  g_clear_pointer(&spooled, g_free);
  g_clear_pointer(&spool_folder, g_free);
}

MusterNetwork *mt_network_open(const char *path, GError **error) {
  return mt_input_file(&path, error) ? muster_network_open(path, error) : NULL;
}

bool mt_networks_open(char *const *paths, GPtrArray *out, GError **error) {
  unsigned taken = 0;
  for (size_t i = 0; paths && paths[i]; i++) {
    g_autoptr(MusterNetwork) network = mt_network_open(paths[i], error);
    if (!network) return false;
    for (int mode = 0; mode < MUSTER_MODE_COUNT; mode++) {
      MusterNetwork *of_mode = muster_network_of_mode(network, (MusterMode)mode);
      if (!of_mode) continue;
      g_ptr_array_add(out, of_mode);
      if (taken & MUSTER_MODE_BIT(mode)) {
        g_set_error(error, MT_ERROR, 0, "%s: expected one network a mode, found a second one for %s", paths[i],
                    muster_mode_name((MusterMode)mode));
        return false;
      }
      taken |= MUSTER_MODE_BIT(mode);
    }
  }
  return true;
}

MusterPolicy *mt_policy_open(const char *policy_path, const char *plans_path, GError **error) {
  g_autoptr(MusterPolicy) policy = muster_policy_new(policy_path, error);
  if (!policy || !plans_path) return g_steal_pointer(&policy);
  g_autoptr(MusterPlans) plans = muster_plans_new(plans_path, error);
  return plans ? muster_policy_with_plans(policy, plans, error) : NULL;
}

MusterCounty *mt_county_open(const char *path, GError **error) {
  return mt_input_file(&path, error) ? muster_county_open(path, error) : NULL;
}

bool mt_is_stdout(const char *path) { return strcmp(path, "-") == 0; }

bool mt_may_write_binary(const mt_command *command, const char *path) {
  if (!mt_is_stdout(path) || !isatty(STDOUT_FILENO)) return true;
  mt_usage(command, "-o -: expected standard output to be a pipe or a file, found a terminal");
  return false;
}

/* Opens the file and takes its name away, so that nothing is left whatever happens from here. */
static FILE *open_and_unlink(const char *path, GError **error) {
  FILE *stream = fopen(path, "rb");
  if (!stream) g_set_error(error, MT_ERROR, 0, "%s: cannot be read: %s", path, g_strerror(errno));
  g_unlink(path);
  return stream;
}

static bool save_to_stdout(mt_save save, const void *object, GError **error) {
  g_autofree char *folder = g_dir_make_tmp("muster-XXXXXX", error);
  if (!folder) return false;
  g_autofree char *path = g_build_filename(folder, "output", NULL);
  FILE *stream = save(object, path, error) ? open_and_unlink(path, error) : NULL;
  g_rmdir(folder);
  if (!stream) return false;
  bool done = copy(stream, path, stdout, "standard output", error);
  fclose(stream);
  return done;
}

bool mt_save_file(mt_save save, const void *object, const char *path, GError **error) {
  return mt_is_stdout(path) ? save_to_stdout(save, object, error) : save(object, path, error);
}
