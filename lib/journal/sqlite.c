/* The journal as one SQLite file: a row a record, write-ahead log, synchronous=FULL, group commit.
 *
 * One connection in exclusive locking mode: SQLite up to 3.51.2 can corrupt a write-ahead log that two connections
 * check-point at once, and the one that writes does it itself when the log has grown. A new file is made whole under a
 * temporary name first. That its name lasts SQLite sees to: with the first sync of a new log it syncs the folder.
 */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "base/output.h"
#include "journal/record.h"

enum { APPLICATION_ID = 0x4D53544A /* "MSTJ" */, LOG_PAGES = 16384 /* check-pointed above: 64 MiB */ };

typedef struct sqlite_sink {
  MusterJournalSink sink;
  char *path;
  sqlite3 *db;
  sqlite3_stmt *insert, *from, *last, *last_of_kind;
  uint64_t next; /* the sequence that a step of `from` gives next, 0: none under way */
  int log_pages;
  bool made, has_records; /* `made` by us: deleted if it never had a record, */
  bool is_ours;           /* and nobody else can have it */
} sqlite_sink;

static int error_code(int status) {
  switch (status & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return MUSTER_JOURNAL_ERROR_BUSY;
    case SQLITE_FULL:
      return MUSTER_JOURNAL_ERROR_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return MUSTER_JOURNAL_ERROR_CORRUPT;
    default:
      return MUSTER_JOURNAL_ERROR_OPEN;
  }
}

/* In the system's words where it is to blame, else in SQLite's. */
static const char *say_reason(sqlite3 *db) {
  if (!db) return "out of memory";
  int status = sqlite3_errcode(db) & 0xFF, number = sqlite3_system_errno(db);
  return number && (status == SQLITE_CANTOPEN || status == SQLITE_IOERR) ? g_strerror(number) : sqlite3_errmsg(db);
}

/* "J: cannot be written: database or disk is full". Always false. */
static bool fail(const sqlite_sink *self, const char *doing, GError **error) {
  int status = sqlite3_extended_errcode(self->db), code = error_code(status);
  if (code == MUSTER_JOURNAL_ERROR_BUSY)
    return mi_journal_fail(error, code, "%s: cannot be %s: another process has the journal", self->path, doing);
  if ((status & 0xFF) == SQLITE_NOTADB)
    return mi_journal_fail(error, code, "%s: expected a journal, found another file", self->path);
  return mi_journal_fail(error, code, "%s: cannot be %s: %s", self->path, doing, say_reason(self->db));
}

static bool run(sqlite_sink *self, const char *sql, const char *doing, GError **error) {
  return sqlite3_exec(self->db, sql, NULL, NULL, NULL) == SQLITE_OK || fail(self, doing, error);
}

/* `vfs`: of SQLite; NULL: its default. */
static bool open_by(sqlite_sink *self, const char *path, int flags, const char *vfs, GError **error) {
  if (sqlite3_open_v2(path, &self->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, vfs) == SQLITE_OK)
    return true;
  return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_OPEN, "%s: cannot be opened: %s", self->path,
                         say_reason(self->db));
}

static bool open_file(sqlite_sink *self, const char *path, int flags, GError **error) {
  return open_by(self, path, flags, NULL, error);
}

static void close_file(sqlite_sink *self) {
  sqlite3_close_v2(self->db);
  self->db = NULL;
}

/* ---- a new file ---- */

static bool write_tables(sqlite_sink *self, GError **error) {
  g_autofree char *sql = g_strdup_printf(
      "PRAGMA journal_mode = OFF;"
      "PRAGMA application_id = %d;"
      "PRAGMA user_version = %d;"
      "CREATE TABLE record (sequence INTEGER PRIMARY KEY, kind INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
      " wall_ms INTEGER NOT NULL, text TEXT NOT NULL, data ANY NOT NULL, hash BLOB NOT NULL) STRICT;"
      "CREATE INDEX snapshot ON record (sequence) WHERE kind = %d;"
      "PRAGMA journal_mode = WAL;",
      APPLICATION_ID, MUSTER_JOURNAL_VERSION, MUSTER_JOURNAL_SNAPSHOT);
  return run(self, sql, "made", error);
}

static char *name_log(const sqlite_sink *self) { return g_strconcat(self->path, "-wal", NULL); }

/* A log without its file holds what was acknowledged; SQLite would bring it into the new file. */
static bool check_no_log(const sqlite_sink *self, GError **error) {
  g_autofree char *log = name_log(self);
  return !g_file_test(log, G_FILE_TEST_EXISTS) || g_file_test(self->path, G_FILE_TEST_EXISTS) ||
         mi_journal_fail(error, MUSTER_JOURNAL_ERROR_CORRUPT,
                         "%s: cannot be made: found %s, the log of a journal that is not there any more; bring that "
                         "back, or move its log away",
                         self->path, log);
}

static bool check_folder(const sqlite_sink *self, GError **error) {
  g_autofree char *folder = g_path_get_dirname(self->path);
  return access(folder, W_OK | X_OK) == 0 ||
         mi_journal_fail(error, MUSTER_JOURNAL_ERROR_OPEN, "%s: cannot be made: its folder %s: %s", self->path, folder,
                         g_strerror(errno));
}

/* True too if somebody else has made it meanwhile. */
static bool make_file(sqlite_sink *self, GError **error) {
  if (!check_folder(self, error)) return false;
  g_autofree char *temporary = mi_output_temporary_name(self->path);
  bool made = open_file(self, temporary, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE, error) &&
              write_tables(self, error);
  close_file(self);
  if (!made) {
    mi_output_discard(temporary);
    return false;
  }
  return mi_output_commit_new(temporary, self->path, &self->made, MUSTER_JOURNAL_ERROR, MUSTER_JOURNAL_ERROR_OPEN,
                              error);
}

/* ---- opening ---- */

static bool read_number(sqlite_sink *self, const char *sql, int64_t *out, GError **error) {
  sqlite3_stmt *statement = NULL;
  bool done =
      sqlite3_prepare_v2(self->db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW;
  if (done)
    *out = sqlite3_column_int64(statement, 0);
  else
    fail(self, "opened", error);
  sqlite3_finalize(statement);
  return done;
}

static bool check_kind_of_file(sqlite_sink *self, GError **error) {
  int64_t application, version;
  if (!read_number(self, "PRAGMA application_id", &application, error) ||
      !read_number(self, "PRAGMA user_version", &version, error))
    return false;
  if (application != APPLICATION_ID)
    return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_CORRUPT, "%s: expected a journal, found another file",
                           self->path);
  if (version >= 1 && version <= MUSTER_JOURNAL_VERSION) return true;
  return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_VERSION,
                         "%s: expected a journal of version 1 to %d, found version %" G_GINT64_FORMAT, self->path,
                         MUSTER_JOURNAL_VERSION, version);
}

static int note_log(void *data, sqlite3 *db, const char *schema, int pages) {
  (void)db;
  (void)schema;
  ((sqlite_sink *)data)->log_pages = pages;
  return SQLITE_OK;
}

static bool prepare(sqlite_sink *self, const char *sql, sqlite3_stmt **out, GError **error) {
  return sqlite3_prepare_v3(self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) == SQLITE_OK ||
         fail(self, "read", error);
}

static bool prepare_all(sqlite_sink *self, GError **error) {
  return prepare(self, "INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &self->insert, error) &&
         prepare(self,
                 "SELECT sequence, kind, at_ms, wall_ms, text, data, hash FROM record WHERE sequence >= ?1"
                 " ORDER BY sequence",
                 &self->from, error) &&
         prepare(self, "SELECT ifnull(max(sequence), 0) FROM record", &self->last, error) &&
         prepare(self, "SELECT ifnull(max(sequence), 0) FROM record WHERE kind = ?1", &self->last_of_kind, error);
}

/* Whether a log stands beside the file: somebody writes it, or its writer has been killed. */
static bool has_log(const sqlite_sink *self) {
  g_autofree char *log = name_log(self);
  return g_file_test(log, G_FILE_TEST_EXISTS);
}

/* What a stranger may have put into the file does nothing. */
static void distrust(sqlite_sink *self) {
  sqlite3_db_config(self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(self->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config(self->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
}

/* A file without its name, or with another one, is lost to whoever opens the journal next. */
static bool is_in_place(const sqlite_sink *self) {
  int moved = 0;
  return sqlite3_file_control(self->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || !moved;
}

/* Whether somebody has taken the file, by the bytes that SQLite locks. To be asked of a file that this process cannot
 * write: the end of the question would end locks of its own. */
static bool is_locked(const sqlite_sink *self) {
  enum { FIRST_LOCK = 0x40000000, LOCKS = 512 };
  int file = open(self->path, O_RDONLY | O_CLOEXEC);
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = FIRST_LOCK, .l_len = LOCKS};
  bool locked = file >= 0 && fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  if (file >= 0) close(file);
  return locked;
}

/* A copy put away, on a medium that cannot be written: locks cannot be had, and nobody else can write it either. */
static bool open_to_read_only(sqlite_sink *self, GError **error) {
  if (is_locked(self))
    return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_BUSY, "%s: cannot be opened: another process has the journal",
                           self->path);
  return open_by(self, self->path, SQLITE_OPEN_READONLY, "unix-none", error);
}

/* Without a log the file is all there is and needs neither lock nor side file. With one the records in it are read as
 * well, which takes the whole file; the log stays. */
static bool open_to_read(sqlite_sink *self, GError **error) {
  if (has_log(self)) {
    bool opened = access(self->path, W_OK) == 0 ? open_file(self, self->path, SQLITE_OPEN_READWRITE, error)
                                                : open_to_read_only(self, error);
    if (opened) sqlite3_db_config(self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return opened;
  }
  g_autofree char *absolute = g_canonicalize_filename(self->path, NULL);
  g_autofree char *escaped = g_uri_escape_string(absolute, "/", false);
  g_autofree char *uri = g_strdup_printf("file://%s?immutable=1", escaped);
  return open_file(self, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error);
}

/* Exclusive before anything is read: then the log needs no shared memory, and nobody else comes between. */
static bool take_to_read(sqlite_sink *self, GError **error) {
  if (!open_to_read(self, error)) return false;
  distrust(self);
  return run(self, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = ON", "opened", error) &&
         check_kind_of_file(self, error) && prepare_all(self, error);
}

static bool take_to_write(sqlite_sink *self, GError **error) {
  static const char settings[] =
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; BEGIN IMMEDIATE; COMMIT";
  if (access(self->path, W_OK) != 0)
    return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_OPEN, "%s: cannot be opened to be written: %s", self->path,
                           g_strerror(errno));
  if (!open_file(self, self->path, SQLITE_OPEN_READWRITE, error)) return false;
  distrust(self);
  if (!run(self, "PRAGMA locking_mode = EXCLUSIVE", "opened", error) || !check_kind_of_file(self, error) ||
      !run(self, settings, "opened", error))
    return false;
  if (!is_in_place(self))
    return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_BUSY,
                           "%s: cannot be opened: another process has just deleted or replaced the journal",
                           self->path);
  self->is_ours = true;
  sqlite3_wal_hook(self->db, note_log, self);
  return prepare_all(self, error);
}

/* ---- writing ---- */

static void end_reading(sqlite_sink *self) {
  if (self->from) sqlite3_reset(self->from);
  self->next = 0;
}

static bool insert_record(sqlite_sink *self, const MusterJournalRecord *record) {
  sqlite3_stmt *insert = self->insert;
  sqlite3_bind_int64(insert, 1, (sqlite3_int64)record->sequence);
  sqlite3_bind_int64(insert, 2, record->kind);
  sqlite3_bind_int64(insert, 3, record->at_ms);
  sqlite3_bind_int64(insert, 4, record->wall_ms);
  const char *data = record->data_bytes ? (const char *)record->data : "";
  sqlite3_bind_text(insert, 5, record->text, (int)record->text_bytes, SQLITE_STATIC);
  if (record->kind == MUSTER_JOURNAL_SNAPSHOT)
    sqlite3_bind_blob(insert, 6, data, (int)record->data_bytes, SQLITE_STATIC);
  else
    sqlite3_bind_text(insert, 6, data, (int)record->data_bytes, SQLITE_STATIC);
  sqlite3_bind_blob(insert, 7, record->hash, MUSTER_JOURNAL_HASH_BYTES, SQLITE_STATIC);
  bool done = sqlite3_step(insert) == SQLITE_DONE;
  sqlite3_reset(insert);
  return done;
}

/* Some failures have rolled back already. */
static bool roll_back(sqlite_sink *self, GError **error) {
  fail(self, "written", error);
  if (!sqlite3_get_autocommit(self->db)) sqlite3_exec(self->db, "ROLLBACK", NULL, NULL, NULL);
  return false;
}

/* All up to the next sync is one transaction. */
static bool append(MusterJournalSink *sink, const MusterJournalRecord *records, size_t count, GError **error) {
  sqlite_sink *self = (sqlite_sink *)(void *)sink;
  end_reading(self);
  if (sqlite3_get_autocommit(self->db) && !run(self, "BEGIN IMMEDIATE", "written", error)) return false;
  for (size_t i = 0; i < count; i++)
    if (!insert_record(self, &records[i])) return roll_back(self, error);
  return true;
}

static bool sync_log(MusterJournalSink *sink, GError **error) {
  sqlite_sink *self = (sqlite_sink *)(void *)sink;
  if (sqlite3_get_autocommit(self->db)) return true;
  if (sqlite3_exec(self->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) return roll_back(self, error);
  self->has_records = true;
  if (!is_in_place(self))
    return mi_journal_fail(error, MUSTER_JOURNAL_ERROR_OPEN,
                           "%s: cannot be written: the file has been moved, replaced or deleted", self->path);
  /* Durable already; a check-point that fails is tried again after the next commit. */
  if (self->log_pages > LOG_PAGES &&
      sqlite3_wal_checkpoint_v2(self->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) == SQLITE_OK)
    self->log_pages = 0;
  return true;
}

/* ---- reading ---- */

static bool take_row(sqlite_sink *self, MusterJournalRecord *out, GError **error) {
  sqlite3_stmt *row = self->from;
  *out = (MusterJournalRecord){.sequence = (uint64_t)sqlite3_column_int64(row, 0),
                               .at_ms = sqlite3_column_int64(row, 2),
                               .wall_ms = sqlite3_column_int64(row, 3)};
  int64_t kind = sqlite3_column_int64(row, 1);
  out->kind = kind >= 0 && kind <= UINT8_MAX ? (unsigned)kind : UINT_MAX;
  const void *text = sqlite3_column_blob(row, 4), *data = sqlite3_column_blob(row, 5); /* NULL where they are empty */
  out->text = text ? text : "";
  out->text_bytes = (size_t)sqlite3_column_bytes(row, 4);
  out->data = data ? data : (const uint8_t *)"";
  out->data_bytes = (size_t)sqlite3_column_bytes(row, 5);
  const void *hash = sqlite3_column_blob(row, 6);
  if (sqlite3_column_bytes(row, 6) != MUSTER_JOURNAL_HASH_BYTES || !hash)
    return mi_journal_fail_record(error, MUSTER_JOURNAL_ERROR_CORRUPT, self->path, out->sequence,
                                  "expected a hash of %d bytes, found %d", MUSTER_JOURNAL_HASH_BYTES,
                                  sqlite3_column_bytes(row, 6));
  memcpy(out->hash, hash, MUSTER_JOURNAL_HASH_BYTES);
  return true;
}

static bool read_record(MusterJournalSink *sink, uint64_t from, MusterJournalRecord *out, GError **error) {
  sqlite_sink *self = (sqlite_sink *)(void *)sink;
  if (from > INT64_MAX) return false;
  if (self->next == 0 || self->next != from) {
    end_reading(self);
    sqlite3_bind_int64(self->from, 1, from ? (sqlite3_int64)from : INT64_MIN);
  }
  int status = sqlite3_step(self->from);
  if (status == SQLITE_ROW) {
    bool taken = take_row(self, out, error);
    self->next = out->sequence + 1;
    return taken;
  }
  if (status != SQLITE_DONE) {
    mi_journal_fail_record(error, error_code(sqlite3_errcode(self->db)), self->path, from, "cannot be read: %s",
                           sqlite3_errmsg(self->db));
  }
  end_reading(self);
  return false;
}

static bool find_last(MusterJournalSink *sink, unsigned kind, uint64_t *sequence, GError **error) {
  sqlite_sink *self = (sqlite_sink *)(void *)sink;
  sqlite3_stmt *statement = kind ? self->last_of_kind : self->last;
  if (kind) sqlite3_bind_int64(statement, 1, kind);
  bool done = sqlite3_step(statement) == SQLITE_ROW;
  if (done)
    *sequence = (uint64_t)sqlite3_column_int64(statement, 0);
  else
    fail(self, "read", error);
  sqlite3_reset(statement);
  return done;
}

/* ---- the end ---- */

/* While nobody else can open it: who waits for it finds it gone then. */
static void delete_file(sqlite_sink *self) {
  int keeps_log = 1; /* else closing deletes the log by its name, which may be that of another journal by then */
  g_autofree char *log = name_log(self);
  sqlite3_file_control(self->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keeps_log);
  unlink(log);
  unlink(self->path);
}

static void free_sqlite(MusterJournalSink *sink) {
  sqlite_sink *self = (sqlite_sink *)(void *)sink;
  if (self->made && self->is_ours && !self->has_records && is_in_place(self)) delete_file(self);
  sqlite3_finalize(self->insert);
  sqlite3_finalize(self->from);
  sqlite3_finalize(self->last);
  sqlite3_finalize(self->last_of_kind);
  sqlite3_close_v2(self->db);
  g_free(self->path);
  g_free(self);
}

MusterJournalSink *muster_journal_sink_open(const char *path, MusterJournalAccess access, GError **error) {
  sqlite_sink *self = g_new0(sqlite_sink, 1);
  self->path = g_strdup(path);
  self->sink = (MusterJournalSink){self->path, append, sync_log, read_record, find_last, free_sqlite};
  bool taken = access == MUSTER_JOURNAL_READ
                   ? take_to_read(self, error)
                   : (g_file_test(path, G_FILE_TEST_EXISTS) || (check_no_log(self, error) && make_file(self, error))) &&
                         take_to_write(self, error);
  if (taken) return &self->sink;
  free_sqlite(&self->sink);
  return NULL;
}
