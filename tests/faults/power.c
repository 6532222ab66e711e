/* Files whose power fails; see power.h. */
#include "faults/power.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"

/* What a change that was not synced has written over, so that it can be undone. */
typedef struct change {
  int64_t at, size_before;
  GBytes *before;
} change;

/* A file by what it is on disk, whatever its names; undone through a descriptor of its own. */
typedef struct contents {
  int descriptor;
  GArray *changes;
} contents;

typedef struct layer_file {
  sqlite3_file base;
  contents *contents;
  bool is_new_log;
  sqlite3_file *real; /* stands behind this */
} layer_file;

static struct {
  power_fault fault;
  uint64_t at, calls;
  mi_random random;
  GHashTable *files;    /* path → contents; never freed */
  GPtrArray *new_names; /* since the folder was synced, in their order */
  sqlite3_vfs *real;
} power;

uint64_t power_calls(void) { return power.calls; }

/* ---- the end ---- */

static void undo(const contents *file, const change *done) {
  gsize bytes;
  const void *before = g_bytes_get_data(done->before, &bytes);
  g_assert_cmpint(ftruncate(file->descriptor, done->size_before), ==, 0);
  g_assert_cmpint(pwrite(file->descriptor, before, bytes, done->at), ==, (ssize_t)bytes);
}

static void lose_changes(void) {
  GHashTableIter every;
  gpointer file;
  g_hash_table_iter_init(&every, power.files);
  while (g_hash_table_iter_next(&every, NULL, &file)) {
    GArray *changes = ((contents *)file)->changes;
    for (guint i = changes->len; i-- > 0;)
      if (power.fault == POWER_LOST || mi_random_below(&power.random, 2))
        undo(file, &g_array_index(changes, change, i));
  }
}

static void lose_names(void) {
  guint kept = power.fault == POWER_PART ? mi_random_below(&power.random, power.new_names->len + 1) : 0;
  while (power.new_names->len > kept) unlink(g_ptr_array_steal_index(power.new_names, power.new_names->len - 1));
}

static void end_process(void) {
  if (power.fault != POWER_KILLED) {
    lose_changes();
    lose_names();
  }
  _exit(POWER_EXIT);
}

/* Counts a call. Returns whether it fails; if the process ends in it, the caller does half of its work first. */
static bool fails(bool *ends) {
  bool here = ++power.calls == power.at;
  *ends = here && power.fault <= POWER_PART;
  return here && !*ends;
}

/* For a call that is done or not, and nothing between. */
static bool fails_whole(void) {
  bool ends, failed = fails(&ends);
  if (ends) end_process();
  return failed;
}

/* ---- files ---- */

static contents *contents_of(const char *path) {
  contents *file = g_hash_table_lookup(power.files, path);
  if (file) return file;
  file = g_new0(contents, 1);
  file->changes = g_array_new(FALSE, FALSE, sizeof(change));
  g_hash_table_insert(power.files, g_strdup(path), file);
  return file;
}

static int64_t size_of(layer_file *file) {
  sqlite3_int64 size = 0;
  g_assert_cmpint(file->real->pMethods->xFileSize(file->real, &size), ==, SQLITE_OK);
  return size;
}

/* Remembers what stands there. */
static void note_change(layer_file *file, int64_t at, int64_t bytes) {
  int64_t size = size_of(file), there = CLAMP(size - at, 0, bytes);
  char *before = g_malloc((gsize)there + 1);
  g_assert_cmpint(pread(file->contents->descriptor, before, (size_t)there, at), ==, there);
  change done = {at, size, g_bytes_new_take(before, (gsize)there)};
  g_array_append_val(file->contents->changes, done);
}

static int fail_code(void) { return power.fault == POWER_FULL ? SQLITE_FULL : SQLITE_IOERR; }

static int write_file(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 at) {
  layer_file *file = (layer_file *)base;
  bool ends, failed = fails(&ends);
  if (failed) return fail_code();
  note_change(file, at, count);
  if (ends) count = (int)mi_random_below(&power.random, (uint32_t)count + 1); /* torn */
  int status = count ? file->real->pMethods->xWrite(file->real, bytes, count, at) : SQLITE_OK;
  if (ends) end_process();
  return status;
}

static int truncate_file(sqlite3_file *base, sqlite3_int64 size) {
  layer_file *file = (layer_file *)base;
  if (fails_whole()) return SQLITE_IOERR_TRUNCATE;
  note_change(file, size, MAX(size_of(file) - size, 0));
  return file->real->pMethods->xTruncate(file->real, size);
}

/* With the first sync of a new log SQLite syncs the folder. */
static int sync_file(sqlite3_file *base, int flags) {
  layer_file *file = (layer_file *)base;
  (void)flags;
  if (fails_whole()) return SQLITE_IOERR_FSYNC;
  g_array_set_size(file->contents->changes, 0);
  if (file->is_new_log) g_ptr_array_set_size(power.new_names, 0);
  file->is_new_log = false;
  return SQLITE_OK;
}

static int close_file(sqlite3_file *base) {
  layer_file *file = (layer_file *)base;
  return file->real->pMethods->xClose(file->real);
}

static int read_file(sqlite3_file *base, void *to, int count, sqlite3_int64 at) {
  layer_file *file = (layer_file *)base;
  return file->real->pMethods->xRead(file->real, to, count, at);
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size) {
  layer_file *file = (layer_file *)base;
  return file->real->pMethods->xFileSize(file->real, size);
}

static int lock_file(sqlite3_file *base, int level) {
  layer_file *file = (layer_file *)base;
  return file->real->pMethods->xLock(file->real, level);
}

static int unlock_file(sqlite3_file *base, int level) {
  layer_file *file = (layer_file *)base;
  return file->real->pMethods->xUnlock(file->real, level);
}

static int check_lock(sqlite3_file *base, int *out) {
  layer_file *file = (layer_file *)base;
  return file->real->pMethods->xCheckReservedLock(file->real, out);
}

static int control_file(sqlite3_file *base, int what, void *value) {
  layer_file *file = (layer_file *)base;
  return file->real->pMethods->xFileControl(file->real, what, value);
}

static int sector_size(sqlite3_file *base) {
  layer_file *file = (layer_file *)base;
  return file->real->pMethods->xSectorSize(file->real);
}

/* Nothing is promised of a write that the power fails in. */
static int characteristics(sqlite3_file *base) {
  (void)base;
  return 0;
}

static int shm_map(sqlite3_file *base, int region, int bytes, int extend, void volatile **out) {
  layer_file *file = (layer_file *)base;
  return file->real->pMethods->xShmMap(file->real, region, bytes, extend, out);
}

static int shm_lock(sqlite3_file *base, int offset, int count, int flags) {
  layer_file *file = (layer_file *)base;
  return file->real->pMethods->xShmLock(file->real, offset, count, flags);
}

static void shm_barrier(sqlite3_file *base) {
  layer_file *file = (layer_file *)base;
  file->real->pMethods->xShmBarrier(file->real);
}

static int shm_unmap(sqlite3_file *base, int delete_it) {
  layer_file *file = (layer_file *)base;
  return file->real->pMethods->xShmUnmap(file->real, delete_it);
}

static const sqlite3_io_methods methods = {.iVersion = 2,
                                           .xClose = close_file,
                                           .xRead = read_file,
                                           .xWrite = write_file,
                                           .xTruncate = truncate_file,
                                           .xSync = sync_file,
                                           .xFileSize = file_size,
                                           .xLock = lock_file,
                                           .xUnlock = unlock_file,
                                           .xCheckReservedLock = check_lock,
                                           .xFileControl = control_file,
                                           .xSectorSize = sector_size,
                                           .xDeviceCharacteristics = characteristics,
                                           .xShmMap = shm_map,
                                           .xShmLock = shm_lock,
                                           .xShmBarrier = shm_barrier,
                                           .xShmUnmap = shm_unmap};

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *flags_out) {
  layer_file *file = (layer_file *)base;
  (void)vfs;
  *file = (layer_file){.real = (sqlite3_file *)(file + 1)};
  g_assert_nonnull(path); /* nothing is put into files without a name */
  bool is_new = access(path, F_OK) != 0;
  if (is_new && fails_whole()) return SQLITE_CANTOPEN;
  int status = power.real->xOpen(power.real, path, file->real, flags, flags_out);
  if (status != SQLITE_OK) return status;
  if (is_new) g_ptr_array_add(power.new_names, g_strdup(path));
  file->is_new_log = is_new && flags & SQLITE_OPEN_WAL;
  file->contents = contents_of(path);
  if (is_new || !file->contents->descriptor) file->contents->descriptor = open(path, O_RDWR);
  if (is_new) g_array_set_size(file->contents->changes, 0);
  file->base.pMethods = &methods;
  return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int sync_folder) {
  (void)vfs;
  if (fails_whole()) return SQLITE_IOERR_DELETE;
  return power.real->xDelete(power.real, path, sync_folder);
}

void power_begin(power_fault fault, uint64_t at, uint64_t seed) {
  static sqlite3_vfs layer;
  power.fault = fault;
  power.at = at;
  mi_random_init(&power.random, seed, at);
  power.files = g_hash_table_new(g_str_hash, g_str_equal);
  power.new_names = g_ptr_array_new();
  power.real = sqlite3_vfs_find(NULL);
  layer = *power.real;
  layer.zName = "power";
  layer.szOsFile = (int)sizeof(layer_file) + power.real->szOsFile;
  layer.xOpen = open_file;
  layer.xDelete = delete_file;
  g_assert_cmpint(sqlite3_vfs_register(&layer, 1), ==, SQLITE_OK);
}

/* ---- what the journal calls itself ---- */

int __real_fsync(int descriptor);
int __wrap_fsync(int descriptor);
int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __real_unlink(const char *path);
int __wrap_unlink(const char *path);

static int fail_call(void) {
  errno = power.fault == POWER_FULL ? ENOSPC : EIO;
  return -1;
}

int __wrap_fsync(int descriptor) {
  if (!power.real) return __real_fsync(descriptor);
  if (fails_whole()) return fail_call();
  g_autofree char *name = g_strdup_printf("/proc/self/fd/%d", descriptor);
  g_autofree char *path = g_file_read_link(name, NULL);
  g_array_set_size(contents_of(path)->changes, 0);
  return 0;
}

/* The second name of the same bytes. */
int __wrap_link(const char *from, const char *to) {
  if (!power.real) return __real_link(from, to);
  if (fails_whole()) return fail_call();
  int status = __real_link(from, to);
  if (status != 0) return status;
  g_hash_table_insert(power.files, g_strdup(to), contents_of(from));
  g_ptr_array_add(power.new_names, g_strdup(to));
  return 0;
}

/* Nobody looks at whether it succeeds. */
int __wrap_unlink(const char *path) {
  bool ends;
  if (power.real) {
    fails(&ends);
    if (ends) end_process();
  }
  return __real_unlink(path);
}
