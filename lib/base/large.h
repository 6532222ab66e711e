/* Arrays that are looked at here and there: they begin where a cache line does, and lie on large pages where they are
 * large enough and the system has such pages, so that the processor finds them without a walk through page tables.
 */
#ifndef MI_BASE_LARGE_H
#define MI_BASE_LARGE_H

#include <stddef.h>

/* A copy of the array with room for `bytes`, of which the first `had_bytes` are those of the old one, which is freed;
 * NULL: there is none yet. Free with mi_large_free. */
void *mi_large_resize(void *items, size_t had_bytes, size_t bytes);
void mi_large_free(void *items);

#endif
