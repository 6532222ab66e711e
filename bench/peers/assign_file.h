// Reads what assign_instance.c wrote, and prints what a solver took and found; for the programs beside it.
#ifndef MUSTER_BENCH_ASSIGN_FILE_H
#define MUSTER_BENCH_ASSIGN_FILE_H

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace bench {

struct Instance {
  int64_t rows, columns, k;
  std::vector<int32_t> column_of, cost_ms;  // k a row
  std::vector<int32_t> unserved_ms;
};

inline void read_or_end(void *out, size_t size, size_t count, std::FILE *stream) {
  if (std::fread(out, size, count, stream) == count) return;
  std::fprintf(stderr, "the instance ends too soon\n");
  std::exit(1);
}

inline Instance read_instance(const char *path) {
  std::FILE *stream = std::fopen(path, "rb");
  if (!stream) {
    std::fprintf(stderr, "%s: cannot be read\n", path);
    std::exit(1);
  }
  int64_t head[3];
  read_or_end(head, sizeof *head, 3, stream);
  Instance instance = {head[0], head[1], head[2], {}, {}, {}};
  const auto pairs = static_cast<size_t>(instance.rows * instance.k);
  instance.column_of.resize(pairs);
  instance.cost_ms.resize(pairs);
  instance.unserved_ms.resize(static_cast<size_t>(instance.rows));
  for (std::vector<int32_t> *values : {&instance.column_of, &instance.cost_ms, &instance.unserved_ms})
    read_or_end(values->data(), sizeof(int32_t), values->size(), stream);
  std::fclose(stream);
  return instance;
}

class Watch {
 public:
  // ms since it was made, or since the last lap.
  double lap_ms() {
    const auto now = std::chrono::steady_clock::now();
    const double ms = std::chrono::duration<double, std::milli>(now - started_).count();
    started_ = now;
    return ms;
  }

 private:
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

inline void print_answer(double prepare_ms, double solve_ms, int64_t total_ms, int64_t served) {
  std::printf("{\"prepare_ms\": %.4f, \"solve_ms\": %.4f, \"total_ms\": %lld, \"served\": %lld}\n", prepare_ms,
              solve_ms, static_cast<long long>(total_ms), static_cast<long long>(served));
}

}  // namespace bench

#endif
