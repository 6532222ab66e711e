/* An input file mapped into memory, with a sentence when that cannot be done. */
#ifndef MI_BASE_MAP_H
#define MI_BASE_MAP_H

#include <glib.h>

/* Read-only. NULL with "PATH: cannot be read: reason" in the caller's error domain; only plain files are mapped. */
GMappedFile *mi_map_file(const char *path, GQuark domain, int code, GError **error);

#endif
