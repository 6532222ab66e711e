/* Counts the allocations of the library under test at its link (ld --wrap; wrapped_allocators in
 * tests/route/meson.build names them). For one file of a test program. */
#ifndef TEST_ALLOCATIONS_H
#define TEST_ALLOCATIONS_H

#include <glib.h>

static unsigned long allocations;

#define WRAP(returns, name, parameters, arguments) \
  returns __real_##name parameters;                \
  returns __wrap_##name parameters;                \
  returns __wrap_##name parameters {               \
    allocations++;                                 \
    return __real_##name arguments;                \
  }
WRAP(void *, g_malloc, (gsize size), (size))
WRAP(void *, g_malloc0, (gsize size), (size))
WRAP(void *, g_malloc_n, (gsize count, gsize size), (count, size))
WRAP(void *, g_malloc0_n, (gsize count, gsize size), (count, size))
WRAP(void *, g_realloc, (void *block, gsize size), (block, size))
WRAP(void *, g_realloc_n, (void *block, gsize count, gsize size), (block, count, size))
WRAP(void *, malloc, (size_t size), (size))
WRAP(void *, calloc, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, (void *block, size_t size), (block, size))

#endif
