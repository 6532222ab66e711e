/* Settings files read whole. */
#ifndef MI_BASE_INPUT_H
#define MI_BASE_INPUT_H

#include <glib.h>

/* The bytes of a regular file of at most 1 MiB, ended by a zero; NULL and an error: open_code if it cannot be read,
 * form_code if it is longer. `what` ("a policy file") is what the message expects. Free with g_free. */
char *mi_input_read(const char *path, const char *what, gsize *bytes, GQuark domain, int open_code, int form_code,
                    GError **error);

#endif
