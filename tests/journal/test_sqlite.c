/* The journal as a SQLite file: the same records as in memory, one user at a time, a failed write that loses nothing,
 * and no changed byte that goes unnoticed. */
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>

#include "base/output.h"
#include "journal/memory.h"
#include "journal/world.h"
#include "support/support.h"

static char *folder;

static char *path_of(const char *name) { return g_build_filename(folder, name, NULL); }

static void write_file(const char *path, const char *text, size_t bytes) {
  FILE *stream = fopen(path, "w");
  g_assert_cmpuint(fwrite(text, 1, bytes, stream), ==, bytes);
  fclose(stream);
}

static MusterJournalSink *open_sink(const char *path, MusterJournalAccess access) {
  GError *error = NULL;
  MusterJournalSink *sink = muster_journal_sink_open(path, access, &error);
  g_assert_no_error(error);
  return sink;
}

static void assert_cannot_open(const char *path, MusterJournalAccess access, int code, const char *part) {
  g_autoptr(GError) error = NULL;
  g_assert_null(muster_journal_sink_open(path, access, &error));
  g_assert_error(error, MUSTER_JOURNAL_ERROR, code);
  g_assert_true(g_str_has_prefix(error->message, path));
  if (!strstr(error->message, part)) g_error("expected \"%s\" in \"%s\"", part, error->message);
}

static char *export_file(const char *path, size_t *bytes, GError **error) {
  g_autoptr(MusterJournalSink) sink = muster_journal_sink_open(path, MUSTER_JOURNAL_READ, error);
  return sink ? world_export(sink, bytes, error) : NULL;
}

static void test_same_as_in_memory(void) {
  g_autofree char *path = path_of("same.journal");
  g_autoptr(GPtrArray) lines = world_lines(test_seed(), 50);
  mi_disk disk;
  mi_disk_init(&disk);
  world_write(mi_memory_sink_new(&disk), lines);
  world_write(open_sink(path, MUSTER_JOURNAL_WRITE), lines);
  size_t bytes, memory_bytes;
  GError *error = NULL;
  g_autofree char *text = export_file(path, &bytes, &error);
  g_assert_no_error(error);
  g_autoptr(MusterJournalSink) sink = mi_memory_sink_new(&disk);
  g_autofree char *memory_text = world_export(sink, &memory_bytes, &error);
  g_assert_no_error(error);
  g_assert_cmpmem(text, bytes, memory_text, memory_bytes);
  mi_disk_clear(&disk);
}

static void test_import(void) {
  g_autofree char *path = path_of("first.journal"), *again = path_of("again.journal");
  g_autoptr(GPtrArray) lines = world_lines(test_seed(), 50);
  world_write(open_sink(path, MUSTER_JOURNAL_WRITE), lines);
  GError *error = NULL;
  size_t bytes, again_bytes;
  g_autofree char *text = export_file(path, &bytes, &error);
  g_assert_no_error(error);
  MusterJournalSink *sink = open_sink(again, MUSTER_JOURNAL_WRITE);
  FILE *stream = fmemopen(text, bytes, "r");
  muster_journal_import(sink, stream, "lines", &error);
  g_assert_no_error(error);
  rewind(stream);
  g_assert_false(muster_journal_import(sink, stream, "lines", &error)); /* not empty any more */
  g_assert_error(error, MUSTER_JOURNAL_ERROR, MUSTER_JOURNAL_ERROR_INPUT);
  g_clear_error(&error);
  fclose(stream);
  muster_journal_sink_free(sink);
  g_autofree char *text_again = export_file(again, &again_bytes, &error);
  g_assert_no_error(error);
  g_assert_cmpmem(text, bytes, text_again, again_bytes);
}

/* An import that ends early leaves nothing, however much it has read. */
static void test_import_cut_off(void) {
  g_autofree char *path = path_of("long.journal"), *again = path_of("part.journal");
  g_autoptr(GPtrArray) lines = world_lines(test_seed(), 3000);
  world_write(open_sink(path, MUSTER_JOURNAL_WRITE), lines);
  g_autoptr(GError) error = NULL;
  size_t bytes;
  g_autofree char *text = export_file(path, &bytes, &error);
  g_assert_no_error(error);
  MusterJournalSink *sink = open_sink(again, MUSTER_JOURNAL_WRITE);
  FILE *stream = fmemopen(text, bytes - 5, "r");
  g_assert_false(muster_journal_import(sink, stream, "lines", &error));
  g_assert_error(error, MUSTER_JOURNAL_ERROR, MUSTER_JOURNAL_ERROR_CORRUPT);
  fclose(stream);
  muster_journal_sink_free(sink);
  g_assert_false(g_file_test(again, G_FILE_TEST_EXISTS));
}

static void test_one_user(void) {
  g_autofree char *path = path_of("one.journal");
  g_autoptr(GPtrArray) lines = world_lines(1, 5);
  world_write(open_sink(path, MUSTER_JOURNAL_WRITE), lines);
  MusterJournalSink *sink = open_sink(path, MUSTER_JOURNAL_WRITE);
  assert_cannot_open(path, MUSTER_JOURNAL_WRITE, MUSTER_JOURNAL_ERROR_BUSY, "another process has the journal");
  assert_cannot_open(path, MUSTER_JOURNAL_READ, MUSTER_JOURNAL_ERROR_BUSY, "another process has the journal");
  muster_journal_sink_free(sink);
  muster_journal_sink_free(open_sink(path, MUSTER_JOURNAL_READ));
}

static void test_other_files(void) {
  g_autofree char *none = path_of("none.journal"), *text = path_of("text.journal"), *empty = path_of("empty.journal");
  assert_cannot_open(none, MUSTER_JOURNAL_READ, MUSTER_JOURNAL_ERROR_OPEN, "cannot be opened");
  g_assert_false(g_file_test(none, G_FILE_TEST_EXISTS));
  write_file(text, "no database, however long it may be, is made of such words", 58);
  write_file(empty, "", 0);
  for (int access = MUSTER_JOURNAL_READ; access <= MUSTER_JOURNAL_WRITE; access++) {
    assert_cannot_open(text, (MusterJournalAccess)access, MUSTER_JOURNAL_ERROR_CORRUPT, "expected a journal");
    assert_cannot_open(empty, (MusterJournalAccess)access, MUSTER_JOURNAL_ERROR_CORRUPT, "expected a journal");
    assert_cannot_open(folder, (MusterJournalAccess)access, MUSTER_JOURNAL_ERROR_OPEN, "cannot be opened");
  }
  g_autofree char *nowhere = path_of("none/j");
  assert_cannot_open(nowhere, MUSTER_JOURNAL_WRITE, MUSTER_JOURNAL_ERROR_OPEN, "cannot be");
}

/* Nothing is left of a file that never had a record; one that was there before stays. */
static void test_nothing_left(void) {
  g_autofree char *path = path_of("left.journal");
  muster_journal_sink_free(open_sink(path, MUSTER_JOURNAL_WRITE));
  g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
  g_autoptr(GPtrArray) lines = world_lines(1, 2);
  world_write(open_sink(path, MUSTER_JOURNAL_WRITE), lines);
  muster_journal_sink_free(open_sink(path, MUSTER_JOURNAL_WRITE));
  g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void assert_gone(const char *path, const char *ending) {
  g_autofree char *name = g_strconcat(path, ending, NULL);
  g_assert_false(g_file_test(name, G_FILE_TEST_EXISTS));
}

/* Of two that make a file at the same moment one comes second, and takes the first one's. */
static void test_made_by_another(void) {
  g_autofree char *path = path_of("made.journal"), *temporary = mi_output_temporary_name(path), *text = NULL;
  GError *error = NULL;
  bool made = true;
  write_file(path, "first", 5);
  write_file(temporary, "second", 6);
  g_assert_true(mi_output_commit_new(temporary, path, &made, MUSTER_JOURNAL_ERROR, 0, &error));
  g_assert_no_error(error);
  g_assert_false(made);
  assert_gone(temporary, "");
  g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
  g_assert_cmpstr(text, ==, "first");
}

/* What is written to a file that the next start does not find is not acknowledged. */
static void test_moved(void) {
  g_autofree char *path = path_of("moved.journal"), *away = path_of("away.journal");
  for (int replaced = 0; replaced < 2; replaced++) {
    g_autoptr(MusterEngine) engine = NULL;
    g_autoptr(GError) error = NULL;
    MusterJournal *journal = world_open(open_sink(path, MUSTER_JOURNAL_WRITE), &engine);
    world_offer(engine, journal, "{\"type\":\"tick\",\"at_ms\":1}");
    g_assert_true(muster_journal_commit(journal, &error));
    g_assert_cmpint(g_rename(path, away), ==, 0);
    if (replaced) write_file(path, "another file", 12);
    world_offer(engine, journal, "{\"type\":\"tick\",\"at_ms\":2}");
    g_assert_false(muster_journal_commit(journal, &error));
    g_assert_error(error, MUSTER_JOURNAL_ERROR, MUSTER_JOURNAL_ERROR_OPEN);
    g_assert_nonnull(strstr(error->message, "moved, replaced or deleted"));
    muster_journal_free(journal);
    if (!replaced) assert_cannot_open(path, MUSTER_JOURNAL_WRITE, MUSTER_JOURNAL_ERROR_CORRUPT, "the log of a journal");
    g_assert_cmpint(g_rename(away, path), ==, 0); /* back beside its log: nothing is lost */
    g_autoptr(MusterEngine) recovered = NULL;
    muster_journal_free(world_open(open_sink(path, MUSTER_JOURNAL_WRITE), &recovered));
    g_assert_cmpuint(muster_engine_event_count(recovered), ==, 2 * (1 + replaced));
  }
}

/* A log that lost its file is not brought into a new one. */
static void test_lone_log(void) {
  g_autofree char *path = path_of("lone.journal"), *log = path_of("lone.journal-wal");
  write_file(log, "a log", 5);
  assert_cannot_open(path, MUSTER_JOURNAL_WRITE, MUSTER_JOURNAL_ERROR_CORRUPT,
                     "lone.journal-wal, the log of a journal");
  assert_gone(path, "");
  g_assert_cmpint(g_unlink(log), ==, 0);
  muster_journal_sink_free(open_sink(path, MUSTER_JOURNAL_WRITE));
  assert_gone(path, "");
  assert_gone(path, "-wal");
}

static void execute(const char *path, const char *sql) {
  sqlite3 *db;
  g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close(db);
}

/* What a stranger has put into the file does nothing. */
static void test_hostile_schema(void) {
  g_autofree char *path = path_of("hostile.journal");
  g_autoptr(GPtrArray) lines = world_lines(1310, 12);
  world_write(open_sink(path, MUSTER_JOURNAL_WRITE), lines);
  execute(path, "CREATE TRIGGER thief AFTER INSERT ON record BEGIN DELETE FROM record WHERE sequence = 3; END");
  g_autoptr(MusterEngine) engine = NULL;
  g_autoptr(GError) error = NULL;
  MusterJournal *journal = world_open(open_sink(path, MUSTER_JOURNAL_WRITE), &engine);
  world_offer(engine, journal, "{\"type\":\"tick\",\"at_ms\":9000000}");
  g_assert_true(muster_journal_commit(journal, &error));
  muster_journal_free(journal);
  size_t bytes;
  g_autofree char *text = export_file(path, &bytes, &error);
  g_assert_no_error(error);
  execute(path,
          "DROP TABLE record; CREATE VIEW record AS WITH RECURSIVE endless AS (SELECT 1 AS sequence, 1 AS kind,"
          " 0 AS at_ms, 0 AS wall_ms, '{}' AS text, '' AS data, x'' AS hash UNION ALL SELECT * FROM endless)"
          " SELECT * FROM endless");
  assert_cannot_open(path, MUSTER_JOURNAL_READ, MUSTER_JOURNAL_ERROR_OPEN, "record because it is a view");
}

/* A file size limit makes a write fail half way, as a broken disk does. */
static void test_failed_write(void) {
  g_autofree char *path = path_of("limit.journal");
  g_autoptr(GPtrArray) lines = world_lines(5, 400);
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit before, low;
  getrlimit(RLIMIT_FSIZE, &before);
  low = before;
  low.rlim_cur = 100000;
  g_autoptr(MusterEngine) engine = NULL;
  g_autoptr(GError) error = NULL;
  MusterJournal *journal = world_open(open_sink(path, MUSTER_JOURNAL_WRITE), &engine);
  setrlimit(RLIMIT_FSIZE, &low);
  guint done = 0;
  for (; done < lines->len; done++) {
    world_offer(engine, journal, lines->pdata[done]);
    if (!muster_journal_commit(journal, &error)) break;
  }
  setrlimit(RLIMIT_FSIZE, &before);
  g_assert_cmpuint(done, >, 5);
  g_assert_cmpuint(done, <, lines->len);
  g_assert_error(error, MUSTER_JOURNAL_ERROR, MUSTER_JOURNAL_ERROR_OPEN);
  g_assert_false(muster_journal_commit(journal, NULL));
  g_assert_false(muster_journal_add_refusal(journal, 0, 0, "late", "[]", NULL));
  muster_journal_free(journal);
  g_autoptr(MusterEngine) recovered = NULL;
  muster_journal_free(world_open(open_sink(path, MUSTER_JOURNAL_WRITE), &recovered));
  g_assert_cmpuint(muster_engine_event_count(recovered), >=, done);
}

static void write_byte(FILE *stream, gsize at, int byte) {
  g_assert_cmpint(fseek(stream, (long)at, SEEK_SET), ==, 0);
  fputc(byte, stream);
  g_assert_cmpint(fflush(stream), ==, 0);
}

/* A changed byte is told, or lies where SQLite keeps nothing: then the records are the same. */
static void test_every_byte(void) {
  g_autofree char *path = path_of("bytes.journal"), *bad = path_of("bad.journal");
  g_autoptr(GPtrArray) lines = world_lines(1310, 12);
  world_write(open_sink(path, MUSTER_JOURNAL_WRITE), lines);
  g_autofree char *file = NULL;
  gsize size;
  size_t bytes, bad_bytes, told = 0;
  g_assert_true(g_file_get_contents(path, &file, &size, NULL));
  g_autofree char *text = export_file(path, &bytes, NULL);
  write_file(bad, file, size);
  FILE *stream = fopen(bad, "r+");
  for (gsize at = 0; at < size; at += 7) {
    write_byte(stream, at, file[at] ^ 1 << at / 7 % 8);
    g_autoptr(GError) error = NULL;
    g_autofree char *bad_text = export_file(bad, &bad_bytes, &error);
    if (bad_text) {
      g_assert_cmpmem(text, bytes, bad_text, bad_bytes);
    } else {
      g_assert_true(g_str_has_prefix(error->message, bad));
      told++;
    }
    write_byte(stream, at, file[at]);
  }
  fclose(stream);
  g_assert_cmpuint(told, >, bytes / 2 / 7);
}

static void test_cut_file(void) {
  g_autofree char *path = path_of("whole.journal"), *cut = path_of("cut.journal");
  g_autoptr(GPtrArray) lines = world_lines(1310, 40);
  world_write(open_sink(path, MUSTER_JOURNAL_WRITE), lines);
  g_autofree char *file = NULL;
  gsize size;
  g_assert_true(g_file_get_contents(path, &file, &size, NULL));
  for (gsize length = 0; length < size; length += 509) {
    write_file(cut, file, length);
    g_autoptr(GError) error = NULL;
    size_t bytes;
    g_assert_null(export_file(cut, &bytes, &error));
    g_assert_true(g_str_has_prefix(error->message, cut));
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  folder = test_folder_new();
  g_test_add_func("/journal/sqlite/same-as-in-memory", test_same_as_in_memory);
  g_test_add_func("/journal/sqlite/import", test_import);
  g_test_add_func("/journal/sqlite/import-cut-off", test_import_cut_off);
  g_test_add_func("/journal/sqlite/one-user", test_one_user);
  g_test_add_func("/journal/sqlite/other-files", test_other_files);
  g_test_add_func("/journal/sqlite/nothing-left", test_nothing_left);
  g_test_add_func("/journal/sqlite/made-by-another", test_made_by_another);
  g_test_add_func("/journal/sqlite/moved", test_moved);
  g_test_add_func("/journal/sqlite/lone-log", test_lone_log);
  g_test_add_func("/journal/sqlite/hostile-schema", test_hostile_schema);
  g_test_add_func("/journal/sqlite/failed-write", test_failed_write);
  g_test_add_func("/journal/sqlite/every-byte", test_every_byte);
  g_test_add_func("/journal/sqlite/cut-file", test_cut_file);
  int status = g_test_run();
  test_folder_remove(folder);
  return status;
}
