/* Muster: what every other header relies on: visibility, times, ids, text.
 *
 * Times are int64_t milliseconds on the caller's own scale (the engine knows no clock); durations are uint32_t
 * milliseconds. Dense ids are uint32_t, counted from 0 inside one sealed object, with one value for "none".
 */
#ifndef MUSTER_BASE_H
#define MUSTER_BASE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define MUSTER_EXPORT __attribute__((visibility("default")))
#else
#define MUSTER_EXPORT
#endif

G_BEGIN_DECLS

/* The duration that stands for "cannot be reached"; also "no deadline" where a limit is asked for. */
#define MUSTER_UNREACHABLE_MS UINT32_MAX

/* "None" of every dense id. */
#define MUSTER_NONE UINT32_MAX

/* The library's version, "MAJOR.MINOR.PATCH"; a static string. Any thread. */
MUSTER_EXPORT const char *muster_version(void);

/* A view of `count` 32-bit ids or durations owned by somebody else. */
typedef struct MusterSpan32 {
  const uint32_t *data;
  size_t count;
} MusterSpan32;

/* Called during long work with the share done, 0 to 1; returning false asks the work to stop (it fails with
 * G_IO_ERROR-like code CANCELLED of its module). May be NULL wherever it is a parameter. */
typedef bool (*MusterProgress)(double share_done, void *user_data);

G_END_DECLS

#endif
