/* muster journal export: a journal as JSON lines. */
#include "commands.h"

static int run(const mt_command *command, int argc, char **argv) {
  char *path = NULL;
  const GOptionEntry entries[] = {{"output", 'o', 0, G_OPTION_ARG_FILENAME, &path, NULL, NULL}, {0}};
  mt_common common;
  if (!mt_parse(command, entries, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  g_autofree char *output_path = path;
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterJournalSink) sink = muster_journal_sink_open(argv[1], MUSTER_JOURNAL_READ, &error);
  mt_output output;
  if (!sink || !mt_output_open(&output, output_path, &error)) return mt_fail(&error);
  if (!muster_journal_export(sink, output.stream, &error)) {
    mt_output_discard(&output);
    return mt_fail(&error);
  }
  return mt_output_commit(&output, &error) ? MT_DONE : mt_fail(&error);
}

const mt_command mt_journal_export = {
    .name = "journal export",
    .usage = "J [-o F.jsonl]",
    .summary = "a journal as JSON lines",
    .details =
        "Prints each record as one JSON object a line, and a last line with their number and the last hash. Records\n"
        "are verified on the way. `muster journal import` makes the journal again, to the byte of every record.\n"
        "docs/journal.md explains the fields.\n"
        "\n"
        "Options:\n"
        "  -o, --output FILE  where to write; left out or \"-\": standard output\n"
        "\n"
        "Example:\n"
        "  muster journal export tonight.journal | jq 'select(.event.type == \"report\")'\n",
    .run = run,
};
