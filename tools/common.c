/* What every sub-command shares; see common.h. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "common.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "streams.h"

GQuark mt_error_quark(void) { return g_quark_from_static_string("muster-tool-error"); }

static void print_line(const char *text) {
  g_autofree char *line = g_strdelimit(mt_hide_input_file(text), "\r\n", ' ');
  fprintf(stderr, "muster: %s\n", line);
}

int mt_fail(GError **error) {
  print_line(*error ? (*error)->message : "failed");
  g_clear_error(error);
  return MT_FAILED;
}

int mt_fail_text(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  print_line(text);
  return MT_FAILED;
}

int mt_usage(const mt_command *command, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_autofree char *line = g_strdup_printf("%s: %s; see `muster help %s`", command->name, text, command->name);
  print_line(line);
  return MT_USAGE;
}

/* "-109.4,29.5" is a longitude and a lone "-" a stream: keep GOption from reading them as switches by joining them to
 * the option before. */
static bool is_negative_number(const char *text) {
  return text[0] == '-' && (g_ascii_isdigit(text[1]) || text[1] == '.');
}

static char **join_negative_values(char **argv, int *argc) {
  static GPtrArray *kept; /* GOption takes words out of the array; they stay in use, and so does the array */
  if (!kept) kept = g_ptr_array_new();
  g_autoptr(GPtrArray) joined = g_ptr_array_new();
  for (int i = 0; i < *argc; i++) {
    bool joins =
        i > 1 && is_negative_number(argv[i]) && g_str_has_prefix(argv[i - 1], "--") && !strchr(argv[i - 1], '=');
    if (joins) {
      char *last = g_ptr_array_steal_index(joined, joined->len - 1);
      g_ptr_array_add(joined, g_strdup_printf("%s=%s", last, argv[i]));
      g_free(last);
    } else {
      g_ptr_array_add(joined, g_strdup(argv[i]));
    }
  }
  *argc = (int)joined->len;
  char **words = g_new0(char *, joined->len + 1);
  for (guint i = 0; i < joined->len; i++) g_ptr_array_add(kept, words[i] = g_ptr_array_index(joined, i));
  g_ptr_array_add(kept, words);
  return words;
}

bool mt_parse(const mt_command *command, const GOptionEntry *entries, int *argc, char ***argv, int least, int most,
              mt_common *common) {
  *common = (mt_common){0};
  g_autofree char *datum_name = NULL;
  const GOptionEntry shared[] = {
      {"json", 0, 0, G_OPTION_ARG_NONE, &common->json, NULL, NULL},
      {"timing", 0, 0, G_OPTION_ARG_NONE, &common->timing, NULL, NULL},
      {"timing-parts", 0, 0, G_OPTION_ARG_NONE, &common->timing_parts, NULL, NULL},
      {"datum", 0, 0, G_OPTION_ARG_STRING, &datum_name, NULL, NULL},
      {0},
  };
  g_autoptr(GOptionContext) context = g_option_context_new(NULL);
  g_option_context_set_help_enabled(context, FALSE);
  if (entries) g_option_context_add_main_entries(context, entries, NULL);
  g_option_context_add_main_entries(context, shared, NULL);
  *argv = join_negative_values(*argv, argc);

  g_autoptr(GError) error = NULL;
  if (!g_option_context_parse(context, argc, argv, &error) ||
      (datum_name && !muster_datum_from_name(datum_name, &common->datum, &error))) {
    mt_usage(command, "%s", error->message);
    return false;
  }
  common->has_datum = datum_name != NULL;
  int given = *argc - 1;
  if (given >= 1 && strcmp((*argv)[1], "--") == 0) {
    memmove(*argv + 1, *argv + 2, (size_t)given * sizeof **argv);
    *argc -= 1;
    given -= 1;
  }
  if (given < least || given > most) {
    mt_usage(command, "expected %s%d argument%s, found %d",
             least == most   ? ""
             : given < least ? "at least "
                             : "at most ",
             given < least ? least : most, (given < least ? least : most) == 1 ? "" : "s", given);
    return false;
  }
  return true;
}

static volatile sig_atomic_t interrupted;

static void note_interrupt(int signal_number) {
  (void)signal_number;
  interrupted = 1;
}

void mt_catch_interrupt(void) {
  struct sigaction action = {.sa_handler = note_interrupt};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
}

bool mt_interrupted(void) { return interrupted != 0; }

bool mt_progress(double share_done, void *label) {
  enum { WIDTH = 40 };
  static int shown = -1;
  if (isatty(STDERR_FILENO)) {
    int percent = (int)(share_done * 100);
    if (percent != shown) {
      char bar[WIDTH + 1];
      int full = (int)(share_done * WIDTH);
      for (int i = 0; i < WIDTH; i++) bar[i] = i < full ? '#' : '.';
      bar[WIDTH] = '\0';
      fprintf(stderr, "\r%s [%s] %3d %%%s", (const char *)label, bar, percent, share_done >= 1 ? "\n" : "");
      shown = percent;
    }
  }
  return !mt_interrupted();
}

static char timing_parts[128]; /* ",\"key\":ms" of each part */

void mt_timing_part(const char *key, int64_t part_us) {
  size_t length = strlen(timing_parts);
  g_snprintf(timing_parts + length, sizeof timing_parts - length, ",\"%s\":%.3f", key, (double)part_us / 1000);
}

void mt_print_timing(const mt_common *common, int64_t load_us, int64_t work_us, uint64_t items) {
  if (!common->timing && !common->timing_parts) return;
  fprintf(stderr, "{\"load_ms\":%.3f,\"work_ms\":%.3f,\"items\":%" G_GUINT64_FORMAT "%s}\n", (double)load_us / 1000,
          (double)work_us / 1000, items, common->timing_parts ? timing_parts : "");
}

static bool is_standard_stream(const char *path) { return !path || strcmp(path, "-") == 0; }

bool mt_output_open(mt_output *output, const char *path, GError **error) {
  *output = (mt_output){0};
  if (is_standard_stream(path)) {
    output->stream = stdout;
    return true;
  }
  struct stat there;
  bool exists = stat(path, &there) == 0;
  if (exists && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode)) { /* a pipe or a device is written to as it is */
    output->path = g_strdup(path);
    output->stream = fopen(path, "wb");
  } else { /* what a link points to is replaced, not the link */
    char *real = exists ? realpath(path, NULL) : NULL;
    output->path = g_strdup(real ? real : path);
    free(real);
    output->temporary = g_strdup_printf("%s.%ld.part", output->path, (long)getpid());
    output->stream = fopen(output->temporary, "wb");
  }
  if (output->stream) return true;
  g_set_error(error, MT_ERROR, 0, "%s: cannot be written: %s", path, g_strerror(errno));
  g_clear_pointer(&output->temporary, g_free);
  g_clear_pointer(&output->path, g_free);
  return false;
}

bool mt_output_commit(mt_output *output, GError **error) {
  bool written = fflush(output->stream) == 0 && !ferror(output->stream);
  int reason = errno;
  if (output->path) {
    if (fclose(output->stream) != 0 && written) {
      written = false;
      reason = errno;
    }
    output->stream = NULL;
    if (written && output->temporary && rename(output->temporary, output->path) != 0) {
      written = false;
      reason = errno;
    }
  }
  if (!written)
    g_set_error(error, MT_ERROR, 0, "%s: cannot be written: %s", output->path ? output->path : "standard output",
                g_strerror(reason));
  mt_output_discard(output);
  return written;
}

void mt_output_discard(mt_output *output) {
  if (output->path && output->stream) fclose(output->stream);
  if (output->temporary) (void)unlink(output->temporary);
  g_clear_pointer(&output->temporary, g_free);
  g_clear_pointer(&output->path, g_free);
  output->stream = NULL;
}

FILE *mt_input_open(const char *path, GError **error) {
  if (is_standard_stream(path)) return mt_claim_stdin(error) ? stdin : NULL;
  FILE *stream = fopen(path, "rb");
  if (!stream) g_set_error(error, MT_ERROR, 0, "%s: cannot be read: %s", path, g_strerror(errno));
  return stream;
}

const char *mt_input_name(const char *path) { return is_standard_stream(path) ? "standard input" : path; }

bool mt_parse_int64(const char *text, const char *what, int64_t least, int64_t most, int64_t *out, GError **error) {
  g_autoptr(GError) reason = NULL;
  if (g_ascii_string_to_signed(text, 10, least, most, out, &reason)) return true;
  g_set_error(error, MT_ERROR, 0, "%s: expected a whole number from %" PRId64 " to %" PRId64 ", found \"%s\"", what,
              least, most, text);
  return false;
}

bool mt_parse_double(const char *text, const char *what, double least, double most, double *out, GError **error) {
  char *end = NULL;
  double value = g_ascii_strtod(text, &end);
  if (end != text && *end == '\0' && value >= least && value <= most) {
    *out = value;
    return true;
  }
  g_set_error(error, MT_ERROR, 0, "%s: expected a number from %g to %g, found \"%s\"", what, least, most, text);
  return false;
}

bool mt_parse_minutes(const char *text, const char *what, uint32_t *out_ms, GError **error) {
  double minutes;
  if (!mt_parse_double(text, what, 0, (UINT32_MAX - 1) / 60000, &minutes, error)) return false;
  const double rounding_ms = 1e-6; /* 4.1 * 60000 falls just short of 246000 */
  *out_ms = (uint32_t)(minutes * 60000 + rounding_ms);
  return true;
}

bool mt_parse_position(const mt_common *common, const char *text, MusterPosition *out, GError **error) {
  if (!muster_position_parse(text, out, error)) return false;
  muster_datum_convert(common->datum, MUSTER_DATUM_WGS84, out, 1);
  return true;
}

static bool find_place(const mt_common *common, const MusterNetwork *network, const char *text, MusterRoadPoint *out,
                       GError **error) {
  if (!g_str_has_prefix(text, "node:")) {
    MusterPosition position;
    return mt_parse_position(common, text, &position, error) &&
           muster_network_snap(network, position, MUSTER_SNAP_LIMIT_M, out, error);
  }
  int64_t id;
  if (!mt_parse_int64(text + strlen("node:"), "node", INT64_MIN, INT64_MAX, &id, error)) return false;
  MusterNode node = muster_network_find_node(network, id);
  if (node == MUSTER_NONE) {
    g_set_error(error, MT_ERROR, 0, "expected a node of this network, found %s", text);
    return false;
  }
  *out = muster_road_point_at_node(network, node);
  return true;
}

bool mt_parse_place(const mt_common *common, const MusterNetwork *network, const char *what, const char *text,
                    MusterRoadPoint *out, GError **error) {
  if (find_place(common, network, text, out, error)) return true;
  g_prefix_error(error, "%s: ", what);
  return false;
}
