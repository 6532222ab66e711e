/* A growing array that is kept from query to query, so that a warm query allocates nothing. */
#ifndef MI_ROUTE_BUFFER_H
#define MI_ROUTE_BUFFER_H

#include <glib.h>
#include <stddef.h>

typedef struct mi_buffer {
  void *data;
  size_t bytes;
} mi_buffer;

/* At least `count` items of `size` bytes, contents kept. */
static inline void *mi_buffer_reserve(mi_buffer *buffer, size_t count, size_t size) {
  if (count > buffer->bytes / size) {
    buffer->bytes = MAX(count * size, buffer->bytes * 2);
    buffer->data = g_realloc(buffer->data, buffer->bytes);
  }
  return buffer->data;
}

static inline void mi_buffer_clear(mi_buffer *buffer) {
  g_free(buffer->data);
  *buffer = (mi_buffer){0};
}

#endif
