/* muster journal import: JSON lines back into a journal. */
#include "commands.h"
#include "setup.h"

static int import(FILE *stream, const char *name, const char *path) {
  g_autoptr(GError) error = NULL;
  MusterJournalSink *sink = mt_journal_make(path, &error);
  if (!sink) return mt_fail(&error);
  bool done = muster_journal_import(sink, stream, name, &error);
  muster_journal_sink_free(sink);
  return done ? MT_DONE : mt_fail(&error);
}

static int run(const mt_command *command, int argc, char **argv) {
  char *path = NULL;
  const GOptionEntry entries[] = {{"output", 'o', 0, G_OPTION_ARG_FILENAME, &path, NULL, NULL}, {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  g_autofree char *output_path = path;
  if (!output_path || g_strcmp0(output_path, "-") == 0) {
    mt_usage(command, "expected -o J, the name of the journal to make");
    return MT_USAGE;
  }
  g_autoptr(GError) error = NULL;
  FILE *stream = mt_input_open(argv[1], &error);
  if (!stream) return mt_fail(&error);
  int status = import(stream, mt_input_name(argv[1]), output_path);
  if (stream != stdin) fclose(stream);
  return status;
}

const mt_command mt_journal_import = {
    .name = "journal import",
    .usage = "F.jsonl -o J",
    .summary = "a journal from the JSON lines of an export",
    .details =
        "Reads what `muster journal export` has printed (\"-\": standard input) and makes the same journal of it. "
        "Every\n"
        "record is verified; a line that is changed, missing, added or cut off is named and nothing is left behind.\n"
        "\n"
        "Options:\n"
        "  -o, --output J     the journal to make; the file must not be there yet\n"
        "\n"
        "Example:\n"
        "  muster journal import tonight.jsonl -o again.journal\n",
    .run = run,
};
