/* What every sub-command shares: its declaration, options, errors in one line, exit codes, progress, timing, input and
 * output files.
 *
 * A sub-command is a thin layer over a call or two of the library. Exit codes: 0 done, 1 refused or failed, 2 usage.
 */
#ifndef MT_COMMON_H
#define MT_COMMON_H

#include <inttypes.h>
#include <muster/muster.h>
#include <stdio.h>

enum { MT_DONE = 0, MT_FAILED = 1, MT_USAGE = 2 };

typedef struct mt_command {
  const char *name;    /* "route", or "county check" for a command of two words */
  const char *usage;   /* after the name: "N.mnet --from P --to P" */
  const char *summary; /* one line for the list */
  const char *details; /* paragraphs for `muster help NAME` and the man page: formats, units, examples */
  int (*run)(const struct mt_command *command, int argc, char **argv); /* argv[0] is the last word of the name */
} mt_command;

/* The options every command takes; mt_parse fills them. */
typedef struct mt_common {
  gboolean json, timing, timing_parts;
  bool has_datum; /* --datum was given */
  MusterDatum datum;
} mt_common;

/* Parses `entries` (ended by {0}; may be NULL) and the common options, which may stand anywhere. After it argv holds
 * the plain arguments, counted by *argc (argv[0] stays). Checks that their number is within [least, most]. On failure
 * prints one line and a hint and returns false: return MT_USAGE. */
bool mt_parse(const mt_command *command, const GOptionEntry *entries, int *argc, char ***argv, int least, int most,
              mt_common *common);

/* "muster: MESSAGE" on stderr, one line whatever the message holds; returns MT_FAILED. Frees and clears the error. */
int mt_fail(GError **error);
int mt_fail_text(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* The same with a hint to `muster help NAME`; returns MT_USAGE. */
int mt_usage(const mt_command *command, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* A progress bar on stderr if it is a terminal, silence otherwise; false once Ctrl-C was pressed. user_data: a static
 * label. */
bool mt_progress(double share_done, void *label);
/* Ctrl-C was pressed (mt_catch_interrupt must have been called). */
bool mt_interrupted(void);
void mt_catch_interrupt(void);

/* --timing: times from g_get_monotonic_time. Prints {"load_ms":…,"work_ms":…,"items":N} on stderr if wanted. */
void mt_print_timing(const mt_common *common, int64_t load_us, int64_t work_us, uint64_t items);
/* A part worth knowing by itself, "key":ms in the same line with --timing-parts; a few a run. */
void mt_timing_part(const char *key, int64_t part_us);

/* An output that is whole or not there. path NULL or "-": stdout. */
typedef struct mt_output {
  FILE *stream;
  char *path, *temporary;
} mt_output;
bool mt_output_open(mt_output *output, const char *path, GError **error);
/* Checks all writes, closes, renames. */
bool mt_output_commit(mt_output *output, GError **error);
void mt_output_discard(mt_output *output);

/* Opens for reading; "-" is stdin. */
FILE *mt_input_open(const char *path, GError **error);
/* What a message calls it: the path, or "standard input". */
const char *mt_input_name(const char *path);

/* "LON,LAT" in the command's datum, or "node:ID", on this network. Snaps. The message names `what`, the option. */
bool mt_parse_place(const mt_common *common, const MusterNetwork *network, const char *what, const char *text,
                    MusterRoadPoint *out, GError **error);
/* A position in the command's datum → WGS 84. */
bool mt_parse_position(const mt_common *common, const char *text, MusterPosition *out, GError **error);
/* Whole-text numbers with a range; the message names `what`. */
bool mt_parse_int64(const char *text, const char *what, int64_t least, int64_t most, int64_t *out, GError **error);
bool mt_parse_double(const char *text, const char *what, double least, double most, double *out, GError **error);
/* Minutes, decimals allowed, as a limit in whole ms, rounded down. */
bool mt_parse_minutes(const char *text, const char *what, uint32_t *out_ms, GError **error);

#define MT_ERROR (mt_error_quark())
GQuark mt_error_quark(void);

#endif
