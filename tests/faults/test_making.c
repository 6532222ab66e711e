/* A journal's first minute on SQLite: the file is made, its tables, the first record, the first events and snapshot.
 * The process ends, or the disk fails, at each call that changes something: what was acknowledged is there at the next
 * start, there is a whole journal or none, and it is made and continued then as if nothing had been. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faults/power.h"
#include "journal/world.h"
#include "support/support.h"

enum { LINES = 5, ENOUGH_CALLS = 1000 };

/* What outlives a process: what it acknowledged, and how it ended. */
typedef struct news {
  uint64_t acknowledged, calls;
  bool done, refused;
} news;

typedef struct place {
  char *folder, *path;
  GPtrArray *lines;
  news *news;
} place;

static uint64_t seed;

/* ---- the process ---- */

/* An engine in front of a journal, as far as the disk lets them be. */
static MusterJournal *open_journal(const char *path, MusterEngine **engine, GError **error) {
  g_autoptr(MusterPolicy) policy = world_policy();
  MusterJournalSink *sink = muster_journal_sink_open(path, MUSTER_JOURNAL_WRITE, error);
  g_autoptr(MusterJournal) journal = sink ? muster_journal_open(sink, &world_header, 1700000000000, error) : NULL;
  *engine = journal ? muster_journal_recover(journal, NULL, world_travel(), policy, NULL, error) : NULL;
  return *engine ? g_steal_pointer(&journal) : NULL;
}

/* Again where it may be tried again. */
static bool commit(MusterJournal *journal) {
  g_autoptr(GError) error = NULL;
  if (muster_journal_commit(journal, &error)) return true;
  return g_error_matches(error, MUSTER_JOURNAL_ERROR, MUSTER_JOURNAL_ERROR_FULL) &&
         muster_journal_commit(journal, NULL);
}

static bool live(const place *at) {
  g_autoptr(MusterEngine) engine = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(MusterJournal) journal = open_journal(at->path, &engine, &error);
  if (!journal) g_assert_true(g_str_has_prefix(error->message, at->path));
  if (!journal) return false;
  for (guint i = (guint)muster_engine_event_count(engine); i < LINES; i++) {
    world_offer(engine, journal, at->lines->pdata[i]);
    if (i == 1 || i == 3) muster_journal_add_snapshot(journal, engine, 0, 1700000000000, NULL);
    if (!commit(journal)) return false;
    at->news->acknowledged = i + 1;
  }
  return true;
}

/* True if it came to its end. */
static bool run_process(const place *at, power_fault fault, uint64_t call) {
  at->news->done = at->news->refused = false;
  pid_t child = fork();
  g_assert_cmpint(child, >=, 0);
  if (child == 0) {
    power_begin(fault, call, seed);
    at->news->done = live(at);
    at->news->refused = !at->news->done;
    at->news->calls = power_calls();
    _exit(0);
  }
  int status;
  g_assert_cmpint(waitpid(child, &status, 0), ==, child);
  g_assert_true(WIFEXITED(status));
  g_assert_cmpint(WEXITSTATUS(status), ==, at->news->done || at->news->refused ? 0 : POWER_EXIT);
  return at->news->done;
}

/* ---- what it leaves ---- */

/* A journal that is intact, or none. */
static void check_left(const place *at) {
  if (!g_file_test(at->path, G_FILE_TEST_EXISTS)) return;
  MusterJournalSummary summary;
  GError *error = NULL;
  g_autoptr(MusterJournalSink) sink = muster_journal_sink_open(at->path, MUSTER_JOURNAL_READ, &error);
  g_assert_no_error(error);
  muster_journal_check(sink, &summary, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(summary.events, >=, at->news->acknowledged);
}

/* Only the journal with its log, and after an end in its making what was not given its name. */
static void check_folder(const place *at, bool parts) {
  g_autoptr(GDir) folder = g_dir_open(at->folder, 0, NULL);
  bool there = g_file_test(at->path, G_FILE_TEST_EXISTS);
  for (const char *name; (name = g_dir_read_name(folder));)
    if (strcmp(name, "j") != 0 && !(there && strcmp(name, "j-wal") == 0) && !(parts && g_str_has_suffix(name, ".part")))
      g_error("%s is left", name);
}

static void check_next_start(const place *at) {
  GError *error = NULL;
  g_autoptr(MusterEngine) engine = NULL, plain = world_engine();
  MusterJournal *journal = open_journal(at->path, &engine, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(muster_engine_event_count(engine), >=, at->news->acknowledged);
  for (guint i = (guint)muster_engine_event_count(engine); i < LINES; i++)
    world_offer(engine, journal, at->lines->pdata[i]);
  muster_journal_commit(journal, &error);
  g_assert_no_error(error);
  muster_journal_free(journal);
  for (guint i = 0; i < LINES; i++) world_offer(plain, NULL, at->lines->pdata[i]);
  g_assert_cmphex(muster_engine_state_hash(engine), ==, muster_engine_state_hash(plain));
  check_left(at);
}

/* ---- the tests ---- */

static place new_place(void) {
  place at = {.folder = test_folder_new(), .lines = world_lines(seed, LINES)};
  at.path = g_build_filename(at.folder, "j", NULL);
  at.news = mmap(NULL, sizeof *at.news, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true(at.news != MAP_FAILED);
  return at;
}

static void clear_place(place *at) {
  munmap(at->news, sizeof *at->news);
  test_folder_remove(at->folder);
  g_ptr_array_unref(at->lines);
  g_free(at->path);
}

/* One life that ends, or fails, at this call; with `again` the next one as well. False: it made fewer calls. */
static bool try_call(power_fault fault, uint64_t call, bool again) {
  place at = new_place();
  bool reached = !run_process(&at, fault, call) || at.news->calls >= call;
  check_left(&at);
  if (fault >= POWER_FULL) check_folder(&at, false);
  if (again) run_process(&at, fault, 1 + (seed + call) % 9);
  check_left(&at);
  check_next_start(&at);
  check_folder(&at, true);
  clear_place(&at);
  return reached;
}

static void test_every_call(gconstpointer data) {
  power_fault fault = (power_fault)GPOINTER_TO_UINT(data);
  uint64_t call = 1;
  while (try_call(fault, call, false)) g_assert_cmpuint(++call, <, ENOUGH_CALLS);
  g_assert_cmpuint(call, >, 40);
  g_test_message("%" G_GUINT64_FORMAT " calls", call - 1);
  for (uint64_t again = 1; again < call; again++) try_call(fault, again, true);
}

int main(int argc, char **argv) {
  static const char *const names[POWER_FAULTS] = {"killed", "power-lost", "power-lost-in-part", "full", "broken"};
  g_test_init(&argc, &argv, NULL);
  seed = test_seed();
  for (unsigned fault = 0; fault < POWER_FAULTS; fault++) {
    g_autofree char *path = g_strconcat("/making/", names[fault], NULL);
    g_test_add_data_func(path, GUINT_TO_POINTER(fault), test_every_call);
  }
  return g_test_run();
}
