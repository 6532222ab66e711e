/* muster: one program with sub-commands. Finds the command, runs it; help and version. */
#include "commands.h"
#include "streams.h"

#include <errno.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

/* One a line, so that branches merge. */
/* clang-format off */
const mt_command *const mt_commands[] = {
    &mt_assign, &mt_cap, &mt_circles, &mt_county_check, &mt_county_import, &mt_county_over, &mt_county_reference, &mt_coverage, &mt_distances, &mt_drive, &mt_journal_check, &mt_journal_export, &mt_journal_import, &mt_locate, &mt_matrix, &mt_nearest, &mt_network_build, &mt_network_info, &mt_reach, &mt_replay, &mt_roster, &mt_route, &mt_simulate, &mt_staffing, NULL,
};
/* clang-format on */

static const mt_topic *const topics[] = {&mt_plans, &mt_policies, NULL};

static size_t count_words(const char *name) { return strchr(name, ' ') ? 2 : 1; }

/* The command whose words stand at argv[0…]; the longest name wins. */
static const mt_command *find_command(int argc, char **argv) {
  for (size_t words = 2; words >= 1; words--) {
    if ((size_t)argc < words) continue;
    g_autofree char *name = words == 2 ? g_strdup_printf("%s %s", argv[0], argv[1]) : g_strdup(argv[0]);
    for (size_t i = 0; mt_commands[i]; i++)
      if (strcmp(mt_commands[i]->name, name) == 0) return mt_commands[i];
  }
  return NULL;
}

static void print_list(FILE *stream) {
  fputs(
      "Usage: muster COMMAND [ARGUMENT…]\n\n"
      "Emergency-response routing: whom to alert so that help stands at the door in time.\n\nCommands:\n",
      stream);
  for (size_t i = 0; mt_commands[i]; i++)
    fprintf(stream, "  %-18s %s\n", mt_commands[i]->name, mt_commands[i]->summary);
  fputs("\nTopics:\n", stream);
  for (size_t i = 0; topics[i]; i++) fprintf(stream, "  %-18s %s\n", topics[i]->name, topics[i]->summary);
  fputs("\n`muster help COMMAND` explains one; `muster --version` prints the version.\n", stream);
}

static void print_help(const mt_command *command) {
  printf("Usage: muster %s %s\n\n%s\n\n%s", command->name, command->usage, command->summary, command->details);
  fputs(
      "\nCommon options:\n"
      "  --json             print one JSON document in place of text\n"
      "  --timing           one JSON line on stderr: load_ms, work_ms, items\n"
      "  --timing-parts     the same with parts of it: close_ms (closing roads), customize_ms (what a metric costs)\n"
      "  --datum NAME       datum of coordinates given: wgs84 (default), cgcs2000, gcj02, bd09\n"
      "\nExit status: 0 done, 1 the input is refused or the work failed, 2 usage.\n",
      stdout);
}

/* Prints the topic's page; false if there is no such topic. */
static bool print_topic(const char *name) {
  for (size_t i = 0; topics[i]; i++)
    if (strcmp(topics[i]->name, name) == 0) {
      topics[i]->print();
      return true;
    }
  return false;
}

/* The commands whose first word is `word`, if there are any: "network build, network info". */
static char *list_group(const char *word) {
  g_autoptr(GString) names = g_string_new(NULL);
  g_autofree char *start = g_strdup_printf("%s ", word);
  for (size_t i = 0; mt_commands[i]; i++)
    if (g_str_has_prefix(mt_commands[i]->name, start))
      g_string_append_printf(names, "%s%s", names->len ? ", " : "", mt_commands[i]->name);
  return names->len ? g_string_free(g_steal_pointer(&names), FALSE) : NULL;
}

/* What `muster help network` prints. False if no command begins with the word. */
static bool print_group(const char *word) {
  g_autofree char *names = list_group(word), *start = g_strdup_printf("%s ", word);
  if (!names) return false;
  printf("Usage: muster %s COMMAND [ARGUMENT…]\n\nCommands:\n", word);
  for (size_t i = 0; mt_commands[i]; i++)
    if (g_str_has_prefix(mt_commands[i]->name, start))
      printf("  %-18s %s\n", mt_commands[i]->name, mt_commands[i]->summary);
  return true;
}

static int print_unknown(int argc, char **argv) {
  g_autofree char *names = list_group(argv[0]);
  if (names) {
    fprintf(stderr, "muster: %s: expected one of %s, found %s%s%s\n", argv[0], names, argc > 1 ? "\"" : "",
            argc > 1 ? argv[1] : "none", argc > 1 ? "\"" : "");
    return MT_USAGE;
  }
  fprintf(stderr, "muster: no command \"%s%s%s\"; `muster help` lists them\n", argv[0], argc > 1 ? " " : "",
          argc > 1 ? argv[1] : "");
  return MT_USAGE;
}

static int run_help(int argc, char **argv) {
  if (argc == 0) {
    print_list(stdout);
    return MT_DONE;
  }
  const mt_command *command = find_command(argc, argv);
  if (!command && argc == 1 && (print_topic(argv[0]) || print_group(argv[0]))) return MT_DONE;
  if (!command) return print_unknown(argc, argv);
  print_help(command);
  return MT_DONE;
}

static bool asks_for_help(int argc, char **argv) {
  for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
  return false;
}

static int run_program(int argc, char **argv) {
  if (argc < 2) {
    print_list(stderr);
    return MT_USAGE;
  }
  if (strcmp(argv[1], "--version") == 0) {
    printf("muster %s\n", muster_version());
    return MT_DONE;
  }
  if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
    return run_help(argc - 2, argv + 2);
  const mt_command *command = find_command(argc - 1, argv + 1);
  if (!command && argc == 3 && asks_for_help(1, argv + 2) && print_group(argv[1])) return MT_DONE;
  if (!command) return print_unknown(argc - 1, argv + 1);
  if (asks_for_help(argc - 2, argv + 2)) {
    print_help(command);
    return MT_DONE;
  }
  size_t words = count_words(command->name);
  return command->run(command, argc - (int)words, argv + words);
}

int main(int argc, char **argv) {
  setlocale(LC_CTYPE, "");
  int status = run_program(argc, argv);
  mt_input_file_release();
  if (status != MT_DONE && mt_interrupted()) _exit(status); /* nobody may be reading what is still buffered */
  if (status == MT_DONE && (fflush(stdout) != 0 || ferror(stdout)))
    return mt_fail_text("standard output: cannot be written: %s", g_strerror(errno));
  return status;
}
