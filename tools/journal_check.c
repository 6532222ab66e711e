/* muster journal check: is every record there and as it was written? */
#include "commands.h"

static void print(const mt_common *common, const MusterJournalSummary *summary, FILE *stream) {
  char hash[2 * MUSTER_JOURNAL_HASH_BYTES + 1];
  muster_journal_hash_to_text(summary->last_hash, hash);
  const char *format =
      common->json ? "{\"records\":%" PRIu64 ",\"events\":%" PRIu64 ",\"snapshots\":%" PRIu64 ",\"last_hash\":\"%s\"}\n"
                   : "records    %" PRIu64 "\nevents     %" PRIu64 "\nsnapshots  %" PRIu64 "\nlast hash  %s\nintact\n";
  fprintf(stream, format, summary->records, summary->events, summary->snapshots, hash);
}

static int run(const mt_command *command, int argc, char **argv) {
  mt_common common;
  if (!mt_parse(command, NULL, &argc, &argv, 1, 1, &common)) return MT_USAGE;
  g_autoptr(GError) error = NULL;
  MusterJournalSummary summary;
  int64_t start_us = g_get_monotonic_time();
  g_autoptr(MusterJournalSink) sink = muster_journal_sink_open(argv[1], MUSTER_JOURNAL_READ, &error);
  int64_t loaded_us = g_get_monotonic_time();
  if (!sink || !muster_journal_check(sink, &summary, &error)) return mt_fail(&error);
  int64_t done_us = g_get_monotonic_time();
  mt_output output;
  if (!mt_output_open(&output, NULL, &error)) return mt_fail(&error);
  print(&common, &summary, output.stream);
  if (!mt_output_commit(&output, &error)) return mt_fail(&error);
  mt_print_timing(&common, loaded_us - start_us, done_us - loaded_us, summary.records);
  return MT_DONE;
}

const mt_command mt_journal_check = {
    .name = "journal check",
    .usage = "J [--json]",
    .summary = "verify a journal: no gap, every record as it was written",
    .details =
        "Reads the whole journal and verifies each record: its number is the next one, its SHA-256 covers it and the\n"
        "record before it, its text is what its kind holds. Prints how many records, events and snapshots there are\n"
        "and the last hash; a journal whose end was cut off between two records shows by another last hash. Of one\n"
        "that is damaged the first bad record is named, with what was expected and what was found, and the exit\n"
        "status is 1.\n"
        "\n"
        "The file stays as it is. One that another process is writing is refused.\n"
        "\n"
        "With --json: {\"records\":N,\"events\":N,\"snapshots\":N,\"last_hash\":\"…\"}.\n"
        "\n"
        "Example:\n"
        "  muster journal check tonight.journal\n",
    .run = run,
};
