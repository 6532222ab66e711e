// The journal over the records of a flood surge: group commit of 64 against the same rows in a bare SQLite table (S15);
// recovery from the first event, and from a snapshot with 10,000 events at most behind it (S16). Files lie in TMPDIR:
// what a sync costs is that disk's.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

extern "C" {
#include <muster/muster.h>
}
#include "surge.h"

namespace {

constexpr double INCIDENTS = 5.9;  // for 1,000 residents, as in the built-in flood
constexpr size_t GROUP = 64, GROUPS = 100, SNAPSHOT_EVERY = 10000;

struct Line {
  int64_t at_ms;
  std::string event, decisions;
};

void check(bool done, const char *what) {
  if (done) return;
  std::fprintf(stderr, "%s failed\n", what);
  std::exit(1);
}

// A folder that goes with the program.
struct Folder {
  char *path;
  Folder() : path(g_dir_make_tmp("muster-bench-XXXXXX", nullptr)) { check(path != nullptr, "temporary folder"); }
  ~Folder() {
    std::remove(path);
    g_free(path);
  }
  std::string file(const char *name) const { return std::string(path) + "/" + name; }
};

const Folder &folder() {
  static Folder made;
  return made;
}

void remove_file(const std::string &path) {
  std::remove(path.c_str());
  std::remove((path + "-wal").c_str());
}

const mb_surge *surge() {
  static std::unique_ptr<mb_surge, decltype(&mb_surge_free)> made(mb_surge_new(INCIDENTS), mb_surge_free);
  return made.get();
}

const std::vector<Line> &lines() {
  static std::vector<Line> all;
  if (all.empty())
    mb_surge_say(
        surge(),
        [](const MusterEngine *, int64_t at_ms, const char *event, const char *decisions, void *data) {
          static_cast<std::vector<Line> *>(data)->push_back({at_ms, event, decisions});
        },
        &all);
  return all;
}

void journal_group(benchmark::State &state) {
  const std::string path = folder().file("journal");
  lines();
  for (auto _ : state) {
    state.PauseTiming();
    MusterJournal *journal = mb_surge_open_journal(surge(), path.c_str());
    state.ResumeTiming();
    for (size_t i = 0; i < GROUP * GROUPS; i++) {
      const Line &line = lines()[i];
      check(muster_journal_add_event(journal, line.at_ms, 0, line.event.data(), line.event.size(),
                                     line.decisions.c_str(), nullptr),
            "add");
      if (i % GROUP == GROUP - 1) check(muster_journal_commit(journal, nullptr), "commit");
    }
    state.PauseTiming();
    muster_journal_free(journal);
    remove_file(path);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * GROUP * GROUPS));
}
BENCHMARK(journal_group)->Name("S15/journal/group_64")->Unit(benchmark::kMillisecond)->UseRealTime();

sqlite3 *open_bare(const std::string &path) {
  sqlite3 *db = nullptr;
  check(sqlite3_open(path.c_str(), &db) == SQLITE_OK, "open");
  check(sqlite3_exec(db,
                     "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                     "PRAGMA wal_autocheckpoint = 0; CREATE TABLE record (sequence INTEGER PRIMARY KEY, at_ms INTEGER,"
                     " text TEXT, data TEXT)",
                     nullptr, nullptr, nullptr) == SQLITE_OK,
        "table");
  return db;
}

void insert_bare(sqlite3_stmt *insert, size_t sequence, const Line &line) {
  sqlite3_bind_int64(insert, 1, static_cast<sqlite3_int64>(sequence));
  sqlite3_bind_int64(insert, 2, line.at_ms);
  sqlite3_bind_text(insert, 3, line.event.data(), static_cast<int>(line.event.size()), SQLITE_STATIC);
  sqlite3_bind_text(insert, 4, line.decisions.data(), static_cast<int>(line.decisions.size()), SQLITE_STATIC);
  check(sqlite3_step(insert) == SQLITE_DONE, "insert");
  sqlite3_reset(insert);
}

void bare_group(benchmark::State &state) {
  const std::string path = folder().file("bare");
  lines();
  for (auto _ : state) {
    state.PauseTiming();
    sqlite3 *db = open_bare(path);
    sqlite3_stmt *insert = nullptr;
    sqlite3_prepare_v2(db, "INSERT INTO record VALUES (?1, ?2, ?3, ?4)", -1, &insert, nullptr);
    state.ResumeTiming();
    for (size_t i = 0; i < GROUP * GROUPS; i++) {
      if (i % GROUP == 0) sqlite3_exec(db, "BEGIN", nullptr, nullptr, nullptr);
      insert_bare(insert, i + 1, lines()[i]);
      if (i % GROUP == GROUP - 1) check(sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK, "commit");
    }
    state.PauseTiming();
    sqlite3_finalize(insert);
    sqlite3_close(db);
    remove_file(path);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * GROUP * GROUPS));
}
BENCHMARK(bare_group)->Name("S15/bare_sqlite/group_64")->Unit(benchmark::kMillisecond)->UseRealTime();

struct Recording {
  MusterJournal *journal;
  bool snapshots;
};

void record(const MusterEngine *engine, int64_t at_ms, const char *event, const char *decisions, void *data) {
  auto *to = static_cast<Recording *>(data);
  check(
      muster_journal_add_event(to->journal, at_ms, 0, event, std::char_traits<char>::length(event), decisions, nullptr),
      "add");
  if (to->snapshots && muster_engine_event_count(engine) % SNAPSHOT_EVERY == 0)
    check(muster_journal_add_snapshot(to->journal, engine, at_ms, 0, nullptr), "snapshot");
  if (muster_journal_pending(to->journal) >= 1024) check(muster_journal_commit(to->journal, nullptr), "commit");
}

void recover(benchmark::State &state, bool snapshots) {
  const std::string path = folder().file(snapshots ? "with_snapshots" : "without");
  Recording recording = {mb_surge_open_journal(surge(), path.c_str()), snapshots};
  mb_surge_say(surge(), record, &recording);
  check(muster_journal_commit(recording.journal, nullptr), "commit");
  muster_journal_free(recording.journal);
  for (auto _ : state) {
    MusterJournal *journal = mb_surge_open_journal(surge(), path.c_str());
    MusterEngine *engine = mb_surge_recover(surge(), journal);
    check(muster_engine_event_count(engine) == mb_surge_event_count(surge()), "recovery");
    state.PauseTiming();
    muster_engine_free(engine);
    muster_journal_free(journal);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * mb_surge_event_count(surge())));
  state.counters["events"] = static_cast<double>(mb_surge_event_count(surge()));
  remove_file(path);
}
BENCHMARK_CAPTURE(recover, all, false)->Name("S16/recover/all_events")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(recover, snapshot, true)->Name("S16/recover/snapshot")->Unit(benchmark::kMillisecond);

void snapshot_engine(benchmark::State &state) {
  MusterEngine *engine = mb_surge_new_engine(surge());
  mb_surge_play(surge(), engine);
  size_t bytes = 0;
  for (auto _ : state) g_free(muster_engine_snapshot(engine, &bytes));
  state.counters["bytes"] = static_cast<double>(bytes);
  muster_engine_free(engine);
}
BENCHMARK(snapshot_engine)->Name("S16/snapshot/take")->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
