/* Output files that are whole or not there: written to a temporary name beside the target, then given its name. */
#ifndef MI_BASE_OUTPUT_H
#define MI_BASE_OUTPUT_H

#include <glib.h>
#include <stdbool.h>

/* A fresh name in the same folder as `path`, for mi_output_commit or mi_output_discard; free with g_free. */
char *mi_output_temporary_name(const char *path);
/* Flushes the temporary file to disk and gives it its name. On failure it is deleted. */
bool mi_output_commit(const char *temporary, const char *path, GQuark domain, int code, GError **error);
/* The same for a file that must be new: one that has the name by now stays as it is, the temporary one is deleted, and
 * *made says false, which is no failure. */
bool mi_output_commit_new(const char *temporary, const char *path, bool *made, GQuark domain, int code, GError **error);
void mi_output_discard(const char *temporary);

#endif
