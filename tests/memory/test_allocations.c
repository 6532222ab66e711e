/* Where county files and journals are read, and journals written, memory comes from SQLite, in sizes that the file
 * says. Each of its allocations in turn fails once: the call returns an error, or the right result where SQLite does
 * without; nothing is left behind, a file that is read is as it was, and one that is written holds what was
 * acknowledged. (GLib and jansson end the program when there is no memory; what they take is bounded by the size of a
 * line or of the file.)
 */
#include <glib/gstdio.h>
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

/* Runs the task with each of its allocations failing, each fourth where effort is brief. It returns whether it
 * succeeded, and checks its result then. */
static void fail_each(bool (*task)(const char *path, GError **error), const char *path) {
  unsigned long refused = 0, step = test_count(4, 1, 1);
  for (unsigned long n = 1; n < MOST_ALLOCATIONS; n += step) {
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
    g_assert_cmpuint(refused, >, n / (20 * step));
    g_test_message("%lu allocations, %lu refused", calls, refused);
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

/* What was acknowledged is there; nothing lies about of a journal that was not made. */
static void check_made(const char *path, uint64_t acknowledged) {
  g_autofree char *log = g_strconcat(path, "-wal", NULL), *folder = g_path_get_dirname(path);
  g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name(names));) g_assert_false(g_str_has_suffix(name, ".part"));
  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_assert_cmpuint(acknowledged, ==, 0);
    g_assert_false(g_file_test(log, G_FILE_TEST_EXISTS));
    return;
  }
  MusterJournalSummary summary;
  GError *error = NULL;
  g_autoptr(MusterJournalSink) sink = muster_journal_sink_open(path, MUSTER_JOURNAL_READ, &error);
  g_assert_no_error(error);
  muster_journal_check(sink, &summary, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(summary.events, >=, acknowledged);
}

/* Returns how many events are acknowledged. */
static uint64_t write_new(const char *path, const GPtrArray *lines, GError **error) {
  MusterJournalSink *sink = muster_journal_sink_open(path, MUSTER_JOURNAL_WRITE, error);
  g_autoptr(MusterJournal) journal = sink ? muster_journal_open(sink, &world_header, 1700000000000, error) : NULL;
  if (!journal) return 0;
  g_autoptr(MusterEngine) engine = world_engine();
  for (guint i = 0; i < lines->len; i++) {
    world_offer(engine, journal, lines->pdata[i]);
    if (!muster_journal_commit(journal, error)) return i;
  }
  return lines->len;
}

static bool make_journal(const char *path, GError **error) {
  g_autoptr(GPtrArray) lines = world_lines(1310, 4);
  g_autofree char *log = g_strconcat(path, "-wal", NULL);
  g_unlink(path);
  g_unlink(log); /* stays where the close has failed */
  GError *reason = NULL;
  uint64_t acknowledged = write_new(path, lines, &reason);
  failing = 0;
  check_made(path, acknowledged);
  if (!reason) return true;
  g_propagate_error(error, reason);
  return false;
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
  g_autofree char *made = g_build_filename(folder, "made.journal", NULL);
  fail_each(make_journal, made);
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
