/* Arrays on large pages; see large.h. */
#define _DEFAULT_SOURCE /* madvise */
#include "base/large.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

enum { CACHE_LINE_BYTES = 64, PAGE_BYTES = 2 << 20 };

void *mi_large_resize(void *items, size_t had_bytes, size_t bytes) {
  bool large = bytes >= PAGE_BYTES;
  size_t unit = large ? PAGE_BYTES : CACHE_LINE_BYTES;
  size_t units = bytes / unit + (bytes % unit != 0);
  void *more = g_aligned_alloc(units, unit, unit);
#ifdef MADV_HUGEPAGE
  /* Without such pages it is memory like any other. */
  if (large) madvise(more, units * unit, MADV_HUGEPAGE);
#endif
  if (had_bytes) memcpy(more, items, had_bytes);
  g_aligned_free(items);
  return more;
}

void mi_large_free(void *items) { g_aligned_free(items); }
