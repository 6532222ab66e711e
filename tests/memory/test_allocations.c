/* Where county files and journals are read, memory comes from SQLite, in sizes that the file says. Each of its
 * allocations in turn fails once: the call returns an error, or the right result where SQLite does without; nothing is
 * left behind, and the file is as it was. (GLib and jansson end the program when there is no memory; what they take is
 * bounded by the size of a line or of the file.) */
#include <sqlite3.h>
#include <string.h>

#include "county/sample.h"
#include "journal/world.h"
#include "support/support.h"

enum { MOST_ALLOCATIONS = 20000 };

/* ---- allocators of which the n-th call fails ---- */

static unsigned long calls, failing; /* 0: none */
static sqlite3_mem_methods methods;

static bool fails(void) { return failing && ++calls == failing; }

static void *take_sqlite(int bytes) { return fails() ? NULL : methods.xMalloc(bytes); }

static void *resize_sqlite(void *block, int bytes) { return fails() ? NULL : methods.xRealloc(block, bytes); }

static void set_allocators(void) {
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &methods);
  sqlite3_mem_methods own = methods;
  own.xMalloc = take_sqlite;
  own.xRealloc = resize_sqlite;
  g_assert_cmpint(sqlite3_config(SQLITE_CONFIG_MALLOC, &own), ==, SQLITE_OK);
}

/* Runs the task with each of its allocations failing. It returns whether it succeeded, and checks its result then. */
static void fail_each(bool (*task)(const char *path, GError **error), const char *path) {
  unsigned long refused = 0;
  for (unsigned long n = 1; n < MOST_ALLOCATIONS; n++) {
    g_autoptr(GError) error = NULL;
    calls = 0;
    failing = n;
    bool done = task(path, &error);
    bool reached = calls >= n;
    failing = 0;
    g_assert_true(done == !error);
    if (error) g_assert_cmpuint(strlen(error->message), >, 0);
    g_assert_cmpint(sqlite3_memory_used(), ==, 0);
    refused += !done;
    if (reached) continue;
    g_assert_true(done);
    g_assert_cmpuint(refused, >, n / 20);
    g_test_message("%lu allocations, %lu refused", n - 1, refused);
    return;
  }
  g_assert_not_reached();
}

/* ---- tasks ---- */

static bool check_journal(const char *path, GError **error) {
  MusterJournalSummary summary;
  g_autoptr(MusterJournalSink) sink = muster_journal_sink_open(path, MUSTER_JOURNAL_READ, error);
  if (!sink || !muster_journal_check(sink, &summary, error)) return false;
  g_assert_cmpuint(summary.events, ==, 20);
  return true;
}

static bool recover_journal(const char *path, GError **error) {
  MusterJournalSink *sink = muster_journal_sink_open(path, MUSTER_JOURNAL_WRITE, error);
  g_autoptr(MusterJournal) journal = sink ? muster_journal_open(sink, &world_header, 1700000000000, error) : NULL;
  if (!journal) return false;
  g_autoptr(MusterPolicy) policy = world_policy();
  g_autoptr(MusterEngine) engine = muster_journal_recover(journal, NULL, world_travel(), policy, NULL, error);
  if (engine) g_assert_cmpuint(muster_engine_event_count(engine), ==, 20);
  return engine != NULL;
}

static bool open_county(const char *path, GError **error) {
  g_autoptr(MusterCounty) county = muster_county_open(path, error);
  size_t count = 0;
  if (county) muster_county_volunteers(county, &count);
  if (county) g_assert_cmpuint(count, ==, 40);
  return county != NULL;
}

static void test_journal(void) {
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "night.journal", NULL);
  g_autoptr(GPtrArray) lines = world_lines(test_seed(), 20);
  GError *error = NULL;
  world_write(muster_journal_sink_open(path, MUSTER_JOURNAL_WRITE, &error), lines);
  g_assert_no_error(error);
  fail_each(check_journal, path);
  fail_each(recover_journal, path);
  g_assert_true(check_journal(path, &error));
  test_folder_remove(folder);
}

static void test_county(void) {
  char *folder = test_folder_new();
  g_autofree char *path = g_build_filename(folder, "county.gpkg", NULL);
  SampleOptions options = {.seed = test_seed(), .side = 3, .volunteers = 40};
  g_autoptr(MusterCounty) county = sample_county_new(&options);
  GError *error = NULL;
  muster_county_save(county, path, &error);
  g_assert_no_error(error);
  fail_each(open_county, path);
  test_folder_remove(folder);
}

int main(int argc, char **argv) {
  set_allocators();
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/memory/journal", test_journal);
  g_test_add_func("/memory/county", test_county);
  return g_test_run();
}
